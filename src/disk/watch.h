#ifndef DISK_WATCH_H
#define DISK_WATCH_H

/*
 * watch - which files are written below some folders, as it happens.
 *
 * By fanotify with FAN_REPORT_DFID_NAME: one mark a file system, whatever the
 * number of folders, instead of an inotify watch for each of millions. A file that
 * is written in bursts is told of once, when it has been quiet for a moment, and
 * after WATCH_BUSY_MS at the latest. Edge; needs CAP_SYS_ADMIN and
 * CAP_DAC_READ_SEARCH, that is root.
 */

#include <signal.h>

#include "base/err.h"
#include "base/str.h"

#define WATCH_ROOTS_MAX 4096u
#define WATCH_PENDING_MAX 4096u /* files that wait to be quiet; beyond, all are told of at once */
#define WATCH_QUIET_MS 300
#define WATCH_BUSY_MS 3000

enum watch_event {
    WATCH_READY,  /* from now on nothing is missed; the path is empty */
    WATCH_FILE,   /* the regular file at this path was written or came here */
    WATCH_FOLDER, /* a folder came here by a move, with all that is in it */
    WATCH_TURN,   /* ten times a second and more, when all of the above was told; no path */
    WATCH_LOST,   /* the kernel dropped events: look through everything again; no path */
};

struct watch_options {
    const char *const *paths; /* folders or files */
    uint32_t path_count;
    int quiet_ms; /* WATCH_QUIET_MS when 0 */
    /* `path` is absolute, NUL-terminated behind its length, and dies with the call. */
    void (*seen)(void *context, enum watch_event event, struct str path);
    void *context;
    const volatile sig_atomic_t *stop; /* not zero: come back; looked at ten times a second */
};

/* Watches until it is stopped; false when watching cannot begin, or breaks. */
bool watch_run(const struct watch_options *options, struct err *err)
    __attribute__((warn_unused_result));

#endif
