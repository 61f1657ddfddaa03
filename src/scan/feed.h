#ifndef SCAN_FEED_H
#define SCAN_FEED_H

/*
 * feed - published lists of weaknesses become records of the local database.
 *
 * Two forms of JSON: Wordfence Intelligence (production and scanner feed, v2 and v3: one
 * object of records by id) and OSV (one record, records one after another, or an array of
 * them). A feed of hundreds of megabytes is never held whole:
 *
 *     feed_init(&feed);
 *     feed_give(&feed, chunk);
 *     while (feed_next(&feed, &record))
 *         count += feed_record(record, arena, &lines);
 *
 * Pure; a record that is larger than its ceiling is passed over and counted.
 */

#include "base/arena.h"
#include "base/buf.h"

#define FEED_RECORD_BYTES_MAX (4U << 20)

struct feed {
    struct buf record; /* the one begun, when a chunk ended inside it */
    struct str chunk;  /* not looked at yet */
    uint32_t depth, record_depth;
    bool is_in_string, is_escaped, is_in_record, is_given, is_first;
    uint64_t lost; /* records beyond the ceiling */
};

void feed_init(struct feed *feed);
void feed_done(struct feed *feed);

/* The chunk must stay until feed_next is false. */
void feed_give(struct feed *feed, struct str chunk);

/* The next whole record, braces included; dies with the next call. */
bool feed_next(struct feed *feed, struct str *ret_record);

/* False when the feed ended inside a record or a list: it was cut. */
bool feed_is_whole(const struct feed *feed);

/*
 * Writes the lines of one record, each ending in a newline; returns how many. None for
 * a record that was withdrawn, is for information, or of software that weir does not
 * look for. The arena is for scratch.
 */
uint32_t feed_record(struct str record, struct arena *arena, struct buf *lines);

#endif
