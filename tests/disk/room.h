#ifndef TESTS_DISK_ROOM_H
#define TESTS_DISK_ROOM_H

/*
 * room - a folder that a test has for itself, and small work on files in it.
 */

#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "tap.h"

static char room_path[64];

static inline const char *
room_file(const char *name)
{
    static char paths[16][512];
    static unsigned next;
    char *path = paths[next++ % 16];

    (void)snprintf(path, 512, "%s/%s", room_path, name);
    return path;
}

static inline int
room_remove(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
    (void)status;
    (void)kind;
    (void)ftw;
    return remove(path);
}

/* A new empty folder; the one before is removed. */
static inline void
room_renew(void)
{
    if (room_path[0])
        (void)nftw(room_path, room_remove, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    (void)snprintf(room_path, sizeof(room_path), "/tmp/weir-test-XXXXXX");
    if (!mkdtemp(room_path))
        abort();
}

static inline void
room_done(void)
{
    if (room_path[0])
        (void)nftw(room_path, room_remove, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    room_path[0] = '\0';
}

/*
 * A room in a tmpfs at /mnt: no folder above it can be written by others, as /tmp can. In
 * a mount namespace of its own only.
 */
static inline void
room_make_trusted(void)
{
    room_renew();
    (void)rmdir(room_path);
    (void)umount2("/mnt", MNT_DETACH);
    if (mount("none", "/mnt", "tmpfs", 0, "size=1m,mode=755") != 0)
        abort();
    (void)snprintf(room_path, sizeof(room_path), "/mnt/room");
    (void)mkdir(room_path, 0755);
}

static inline void
room_write(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        abort();
    close(fd);
}

/*
 * The text of a file, at most 64 KiB; "(none)" when there is none. Dies with the next call.
 * Its access time stays.
 */
static inline struct str
room_read(const char *path)
{
    static char text[1 << 16];
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NOATIME);
    ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text));

    if (fd >= 0)
        close(fd);
    return len < 0 ? STR("(none)") : (struct str){text, (size_t)len};
}

static inline bool
room_has(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0;
}

#endif
