#ifndef DISK_SIBLINGS_H
#define DISK_SIBLINGS_H

/*
 * siblings - what the files of one folder have in common, and which of them stands out.
 *
 *     -rw-r--r-- web_shop  3 Mar 2024  cart.php
 *     -rw-r--r-- web_shop  3 Mar 2024  …  forty more
 *     -rw-r--r-- www-data 19 Nov 2026  cache.php      foreign owner, changed alone
 *
 * The moment is that of the status change (ctime), which nobody sets at will. In few
 * files nothing stands out.
 */

#include <fts.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#define SIBLINGS_LEAST 8u                      /* files, for anything to be told of them */
#define SIBLINGS_APART_S ((int64_t)30 * 86400) /* "long after": between it and the others */
#define SIBLINGS_TOGETHER 3u                   /* so many that change at once are an update */

struct siblings {
    uint32_t files;
    bool has_owner; /* nine of ten are of one */
    uint32_t uid;
    int64_t newest_s[SIBLINGS_TOGETHER + 1]; /* the latest changes, the latest first */
    bool is_wordpress;                       /* the root of one, its wp-admin or its wp-includes */
};

/* Of a folder's children as fts_children gives them; NULL: none. */
struct siblings siblings_of(const FTSENT *children);

/* Owned by neither root nor the one who owns the rest. */
bool siblings_is_foreign(const struct siblings *siblings, const struct stat *status);

/* Changed long after all but one or two of the others. */
bool siblings_is_recent(const struct siblings *siblings, const struct stat *status);

/* Is called like a file of WordPress's own, beside those, and is none of them. */
bool siblings_is_stranger(const struct siblings *siblings, const char *name);

#endif
