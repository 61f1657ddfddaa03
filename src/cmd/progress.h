#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

/*
 * progress - how far the reading is, on a terminal's last line.
 *
 * Lines come after half a second, and at most five times a second.
 */

#include "base/buf.h"

struct progress {
    bool is_on;
    uint64_t total; /* bytes on disk */
    uint64_t done;  /* of the inputs that were read whole */
    uint64_t now;   /* of the one that is being read, never more than its size on disk */
    uint64_t read;  /* unpacked, of all */
    double started_s, shown_s;
};

/* `is_on`: whether there is anybody to look. */
void progress_start(struct progress *progress, bool is_on, uint64_t total);

/* `bytes` of the present input were read, unpacked; it has `size` on disk. */
void progress_show(struct progress *progress, uint64_t bytes, uint64_t size);

/* The present input is read: `bytes` unpacked, `size` on disk. */
void progress_next(struct progress *progress, uint64_t bytes, uint64_t size);

/* Whether a line is due: not at once, and not too often. `ret_elapsed_s`: since the start. */
bool progress_is_due(struct progress *progress, double *ret_elapsed_s);

/* Writes the line, over the last one. */
void progress_line(struct progress *progress, struct str line);

/* ", 512 MB, 96 MB/s" and, where it can be told, ", 12 s left"; `share` is 0 to 1. */
void progress_add_speed(struct buf *buf, uint64_t bytes, double elapsed_s);
void progress_add_left(struct buf *buf, double share, double elapsed_s);

/* Wipes the line. */
void progress_end(struct progress *progress);

/* Seconds of a clock that only goes forward. */
double progress_clock_s(void);

#endif
