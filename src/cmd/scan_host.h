#ifndef CMD_SCAN_HOST_H
#define CMD_SCAN_HOST_H

/*
 * scan_host - what weir scan looks at on this host when nobody names a path: the sites
 * of its web servers, where sites usually lie, and disk/places.h.
 */

#include "base/arena.h"
#include "base/err.h"

struct scan_paths {
    char **list; /* each exists, none lies in another; in the arena */
    int count;
};

bool scan_host_paths(struct arena *arena, struct scan_paths *ret_paths, struct err *err)
    __attribute__((warn_unused_result));

#endif
