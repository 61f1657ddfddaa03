#ifndef DISK_QUARANTINE_RECORD_H
#define DISK_QUARANTINE_RECORD_H

/*
 * quarantine_record - what is kept of a file in quarantine, as JSON beside it.
 *
 *     {"version":1,"id":"3f0c9a…","path":"/srv/shop/x.php","path_hex":"2f73…",
 *      "sha256":"…","taken":"2026-03-01T10:00:00Z","rules":["eval-request"],…}
 *
 * What a name may hold that JSON cannot stands in hexadecimal beside its readable
 * form, and that is what is read back: `read(write(x)) == x`, to the byte. Pure.
 */

#include "base/buf.h"
#include "disk/attributes.h"
#include "disk/digest.h"

#define QUARANTINE_ID_TEXT 17 /* 16 hexadecimal digits and a NUL */
#define QUARANTINE_RULES_MAX 64u
#define QUARANTINE_SCAN_MAX 64u /* bytes of a scan's id */

/* ATTRIBUTES_MAX values of 64 KiB, in hexadecimal. */
#define QUARANTINE_RECORD_BYTES_MAX (40u << 20)

struct json;

struct quarantine_record {
    char id[QUARANTINE_ID_TEXT];
    struct str path; /* where it was, absolute; NUL-terminated behind its length */
    struct digest digest;
    int64_t taken_s;
    struct str scan;         /* the scan that found it; empty by hand */
    const struct str *rules; /* why; none by hand */
    uint32_t rule_count;
    double confidence;
    struct attributes attributes;
    bool is_cleaned;       /* a cleaned copy was left at `path` */
    struct digest cleaned; /* the copy's */
};

/* The members, into an object that the caller has begun. */
void quarantine_record_members(const struct quarantine_record *record, struct json *json);

/* A line of JSON. */
void quarantine_record_write(const struct quarantine_record *record, struct buf *buf);

/* All texts are copied into the arena. */
bool quarantine_record_read(struct str text, struct arena *arena,
                            struct quarantine_record *ret_record, struct err *err)
    __attribute__((warn_unused_result));

/* 16 lower-case hexadecimal digits: nothing that a path could be made of. */
bool quarantine_id_is_valid(struct str id);

#endif
