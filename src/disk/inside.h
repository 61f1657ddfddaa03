#ifndef DISK_INSIDE_H
#define DISK_INSIDE_H

/*
 * inside - files as another process sees them, in its own root.
 *
 * The path is that process's word. It may lead into a file system whose server is the same
 * program, or far away, and never answers; so what the kernel has not at hand is only asked for
 * where the answer comes from this host's own disks, and otherwise is not known.
 */

#include <sys/stat.h>

#include "base/arena.h"

#define INSIDE_MOUNTS_MAX 1024U

/* Where file systems are mounted that may keep one waiting. */
struct slow_mounts {
    struct str *points; /* up to the first escaped byte */
    uint32_t count;
    bool is_complete; /* false: there are more, or the list cannot be read: all are slow */
};

void slow_mounts_read(struct arena *arena, struct slow_mounts *ret_mounts);

/* What the kernel knows of a file without asking its file system. */
struct file_facts {
    uint64_t device, inode;
    bool is_guarded; /* root's, and only root can write to it */
};

/* Of the program of the process whose /proc/PID is open as `folder`; false: not known. */
bool inside_exe(int folder, struct file_facts *ret_facts);

enum presence {
    PRESENCE_UNKNOWN,
    PRESENCE_GONE,
    PRESENCE_THERE,
};

/* Of a file by its absolute path, the root of the process being the root. */
enum presence inside_file(int folder, struct str path, const struct slow_mounts *mounts,
                          struct file_facts *ret_facts);

#endif
