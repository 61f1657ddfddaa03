#ifndef SCAN_YARA_REPLY_H
#define SCAN_YARA_REPLY_H

/*
 * yara_reply - what the child that runs the administrator's YARA rules says of a file.
 *
 * A hostile file may have taken the child over, so that the reader believes no length,
 * count or name: whatever the bytes, a reply that was read is inside its ceilings.
 * One reply is one datagram. Both ends run on one machine: numbers are in its order.
 *
 * Pure; slices of a reply that was read point into its bytes.
 */

#include "base/buf.h"

#define YARA_REPLY_BYTES_MAX 32768u
#define YARA_MATCHES_MAX 32u      /* of one file; the others are counted */
#define YARA_NAME_MAX 128u        /* libyara's own ceiling */
#define YARA_WHY_MAX 300u         /* of a rule's description */
#define YARA_TEXT_MAX 1000u       /* of a complaint */
#define YARA_NO_OFFSET UINT64_MAX /* the rule matched without a string */

enum yara_status {
    YARA_STATUS_DONE,   /* the file was looked at; of rules: they are ready */
    YARA_STATUS_MEMORY, /* it needed more memory than the child may have */
    YARA_STATUS_FAILED, /* libyara gave up, see the text */
};
#define YARA_STATUS_COUNT 3u

struct yara_match {
    struct str name;  /* of the rule: letters, digits, underscores */
    struct str why;   /* its description; any bytes, may be empty */
    uint32_t file;    /* which rule file, from 0 */
    uint32_t percent; /* how sure, to 100 */
    uint64_t offset;  /* in the file, of the first string; or YARA_NO_OFFSET */
};

struct yara_reply {
    uint64_t number; /* of the request that it answers */
    enum yara_status status;
    struct str text; /* foreign */
    uint32_t lost;   /* matches beyond the ceiling */
    uint32_t count;
    struct yara_match matches[YARA_MATCHES_MAX];
};

/* Adds a reply; what is longer than its ceiling is shortened. */
void yara_reply_write(const struct yara_reply *reply, struct buf *buf);

/*
 * Reads one about a file of `size` bytes and rules from `file_count` files. False: it is
 * none, and whoever sent it is not to be believed.
 */
bool yara_reply_read(struct str bytes, uint64_t size, uint32_t file_count,
                     struct yara_reply *ret_reply) __attribute__((warn_unused_result));

#endif
