#ifndef SOURCE_SITES_H
#define SOURCE_SITES_H

/*
 * sites - the sites of the host that the logs come from, as --sites tells them.
 *
 *     # name          document root   user       access log
 *     shop.example    /srv/shop       web_shop   /var/log/apache2/shop.log
 *     blog.example    /srv/blog       web_blog
 *     forum.example   -               web_forum  -
 */

#include "base/arena.h"
#include "base/err.h"
#include "trace/trace.h"

#define SITES_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define SITES_MAX 100000U

struct site_list {
    struct trace_site *sites;
    uint32_t count;
};

/* A line with fewer than two or more than four words is an error with its number. */
bool sites_read(const char *path, struct arena *arena, struct site_list *ret_list, struct err *err)
    __attribute__((warn_unused_result));

#endif
