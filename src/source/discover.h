#ifndef SOURCE_DISCOVER_H
#define SOURCE_DISCOVER_H

/*
 * discover - this host's own logs and sites: from the places where Debian and
 * the panels keep them, and from the configuration of Apache, nginx and PHP-FPM.
 */

#include "base/arena.h"
#include "base/err.h"
#include "source/sites.h"

#define DISCOVER_LOGS_MAX 20000U

struct discovered {
    char **logs; /* paths, each once */
    int log_count;
    struct site_list sites;
};

/*
 * `root` stands before every path; "" for the running system. What cannot be read
 * is left out: reading the logs later tells why. Rotated logs last written before
 * `since_s` are passed over. False: the arena's limit.
 */
bool discover_host(const char *root, int64_t since_s, struct arena *arena,
                   struct discovered *ret_found, struct err *err)
    __attribute__((warn_unused_result));

#endif
