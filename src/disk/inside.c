#include "disk/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scan/procfs.h"

static void
add_mount(struct arena *arena, struct slow_mounts *mounts, struct str line)
{
    struct str point;

    if (!procfs_slow_mount(line, &point))
        return;
    if (mounts->count < INSIDE_MOUNTS_MAX)
        mounts->points[mounts->count++] = arena_str(arena, point);
    else
        mounts->is_complete = false;
}

/* An empty copy, of an arena that is full, is the beginning of every path: that errs well. */
void
slow_mounts_read(struct arena *arena, struct slow_mounts *ret_mounts)
{
    struct slow_mounts mounts = {arena_array(arena, INSIDE_MOUNTS_MAX, sizeof(struct str)), 0,
                                 false};
    FILE *file = mounts.points ? fopen("/proc/self/mountinfo", "re") : NULL;
    size_t capacity = 0;
    char *line = NULL;
    ssize_t len;

    if (file) {
        mounts.is_complete = true;
        while ((len = getline(&line, &capacity, file)) > 0)
            add_mount(arena, &mounts, (struct str){line, (size_t)len});
        if (ferror(file))
            mounts.is_complete = false;
        free(line);
        (void)fclose(file);
    }
    *ret_mounts = mounts;
}

/* Whether the path may lead there: symbolic links are the caller's concern. */
static bool
is_below_slow(struct str path, const struct slow_mounts *mounts)
{
    if (!mounts->is_complete)
        return true;
    for (uint32_t i = 0; i < mounts->count; i++) {
        if (str_starts(path, mounts->points[i]))
            return true;
    }
    return false;
}

/* DONT_SYNC: of a file system over a network, what is known here. */
static bool
read_facts(int folder, const char *path, int flags, struct file_facts *ret_facts)
{
    struct statx status;

    if (statx(folder, path, flags | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
              STATX_UID | STATX_MODE | STATX_INO, &status) < 0)
        return false;
    *ret_facts = (struct file_facts){
        .device = (uint64_t)status.stx_dev_major << 32 | status.stx_dev_minor,
        .inode = status.stx_ino,
        .is_guarded = status.stx_uid == 0 && !(status.stx_mode & (S_IWGRP | S_IWOTH)),
    };
    return true;
}

bool
inside_exe(int folder, struct file_facts *ret_facts)
{
    return read_facts(folder, "exe", 0, ret_facts);
}

static int
open_in_root(int root, const char *path, uint64_t resolve)
{
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | resolve};

    return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

static enum presence
find_file(int root, const char *path, struct str text, const struct slow_mounts *mounts,
          struct file_facts *ret_facts)
{
    int fd = open_in_root(root, path, RESOLVE_CACHED);
    enum presence presence = PRESENCE_UNKNOWN;

    /* Without links the path leads where it says, so that the list of mounts can be trusted. */
    if (fd < 0 && errno != ENOENT && !is_below_slow(text, mounts))
        fd = open_in_root(root, path, RESOLVE_NO_SYMLINKS);
    if (fd < 0)
        return errno == ENOENT ? PRESENCE_GONE : PRESENCE_UNKNOWN;
    if (read_facts(fd, "", AT_EMPTY_PATH, ret_facts))
        presence = PRESENCE_THERE;
    (void)close(fd);
    return presence;
}

enum presence
inside_file(int folder, struct str path, const struct slow_mounts *mounts,
            struct file_facts *ret_facts)
{
    char text[PATH_MAX];
    enum presence presence;
    int root;

    if (!str_starts(path, STR("/")) || path.len >= sizeof(text))
        return PRESENCE_UNKNOWN;
    memcpy(text, path.data, path.len);
    text[path.len] = '\0';
    root = openat(folder, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return PRESENCE_UNKNOWN;
    presence = find_file(root, text, path, mounts, ret_facts);
    (void)close(root);
    return presence;
}
