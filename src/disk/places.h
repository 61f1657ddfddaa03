#ifndef DISK_PLACES_H
#define DISK_PLACES_H

/*
 * places - where `weir scan` looks on this host beyond the folders of web sites.
 *
 *     /tmp /var/tmp /dev/shm                  whole
 *     /etc/cron.d /etc/systemd/system …       whole
 *     /home/anna/.ssh/authorized_keys …       the files of each home that start things
 *
 * Homes are those of passwd's users; of a home only these files, never the rest.
 */

#include "base/arena.h"

#define PLACES_MAX 20000

struct places {
    const char **paths; /* each exists; NUL-terminated, in the arena, no path twice */
    size_t count;
    bool is_cut; /* the ceiling was met */
};

/*
 * `root` is put before every path: "" for this host. Homes of its etc/passwd, and of
 * all folders in its home folder.
 */
struct places host_places(const char *root, struct arena *arena);

#endif
