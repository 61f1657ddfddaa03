#ifndef DISK_PLACE_H
#define DISK_PLACE_H

/*
 * place - a name in a folder that is held open, reached without a symbolic link.
 *
 * Who owns a folder can swap names in it while root works there. So a path is
 * walked once, by openat2 with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and
 * RESOLVE_NO_MAGICLINKS; links that root made, in folders where only root can, are
 * put into the path before that. From then on only the open folder and the last name are
 * used. Edge.
 */

#include <limits.h>

#include "base/err.h"
#include "base/str.h"

struct place {
    int folder;              /* an open directory, -1 when empty */
    char name[NAME_MAX + 1]; /* within it, without a slash */
    char path[PATH_MAX];     /* absolute and clean, as the kernel names it */
};

#define PLACE_EMPTY ((struct place){.folder = -1})

/* Opens the folder of `path`, absolute or relative to here. The name itself need not exist. */
bool place_open(const char *path, struct place *ret_place, struct err *err)
    __attribute__((warn_unused_result));
void place_done(struct place *place);

/*
 * Opens the regular file at the place to read it, changing no access time where
 * the system allows. Refuses links, folders, devices, and says which it is.
 */
bool place_open_file(const struct place *place, int *ret_fd, struct err *err)
    __attribute__((warn_unused_result));

/* A number of the mount that an open file lies on: files can be renamed within one. */
bool place_mount(int fd, uint64_t *ret_mount, struct err *err) __attribute__((warn_unused_result));

/* The folder where that mount begins. */
bool place_mount_point(uint64_t mount, char ret_path[PATH_MAX], struct err *err)
    __attribute__((warn_unused_result));

/* Calls with the mount point of each mount of this namespace. */
void place_each_mount(void (*call)(void *context, const char *path), void *context);

/* "it is immutable (chattr +i) ...", when that is why `fd` cannot be changed; else false. */
bool place_is_held(int fd, const char *path, struct err *err);

#endif
