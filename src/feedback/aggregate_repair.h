#ifndef FEEDBACK_AGGREGATE_REPAIR_H
#define FEEDBACK_AGGREGATE_REPAIR_H

/*
 * aggregate_repair - bytes made fit for an XML parser, a filter without a look ahead.
 *
 *     \xef\xbb\xbf \n<?xml ...AT&T \xff...   ->   <?xml ...AT&amp;T ?...
 *
 * What stands before the first "<" is dropped, bytes that are not UTF-8 and characters that
 * XML does not have become "?", and an "&" that starts no entity that everybody knows becomes
 * "&amp;". UTF-16, told by its byte order mark, passes as it is.
 *
 * Pure. The output depends on the bytes alone, not on how they are cut.
 */

#include "base/str.h"

#define REPAIR_HELD_MAX 16
#define REPAIR_BYTE_MAX 24 /* what one byte may write, at most */

struct repair {
    char held[REPAIR_HELD_MAX]; /* a sequence or an entity that is not whole yet */
    uint32_t held_len, wanted;  /* wanted: bytes of the sequence; 0: an entity */
    bool is_begun, is_raw;
    char mark; /* the first byte of what may be UTF-16's mark */
    uint64_t before, encoding, ampersand;
};

/* Writes to `out`, which has `room` >= REPAIR_BYTE_MAX; returns how much of `in` was taken. */
size_t repair_feed(struct repair *repair, struct str in, char *out, size_t room, size_t *ret_len);

/* What is still held, at the end; at most REPAIR_BYTE_MAX bytes. */
size_t repair_finish(struct repair *repair, char *out);

#endif
