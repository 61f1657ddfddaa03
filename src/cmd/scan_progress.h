#ifndef CMD_SCAN_PROGRESS_H
#define CMD_SCAN_PROGRESS_H

/*
 * scan_progress - how far a scan is, on a terminal's last line.
 *
 *     Looking: 41,200 files, 512 MB, 96 MB/s, 12 s left
 *
 * Two threads beside the scan: one counts what there is to look at, which tells how long
 * it takes, and one writes the line. Neither exists where nobody looks.
 */

#include <pthread.h>

#include "cmd/progress.h"
#include "disk/scanner.h"

struct scan_progress {
    struct progress progress;
    const struct scanner *scanner;
    const char *const *paths;
    int path_count;
    struct scanner_count count;
    _Atomic bool is_counted;
    pthread_t counter, writer;
    bool has_counter, has_writer;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool is_over; /* under the lock */
};

/* `is_on`: whether there is anybody to look. The paths are the caller's until the end. */
void scan_progress_start(struct scan_progress *progress, bool is_on, const struct scanner *scanner,
                         const char *const *paths, int path_count);

/* Wipes the line until the next one is due: something else is about to be said. */
void scan_progress_wipe(struct scan_progress *progress);

/* Ends the threads and wipes the line. */
void scan_progress_end(struct scan_progress *progress);

#endif
