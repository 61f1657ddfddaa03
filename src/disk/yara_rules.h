#ifndef DISK_YARA_RULES_H
#define DISK_YARA_RULES_H

/*
 * yara_rules - the administrator's own YARA rules, and what they say of files.
 *
 *     rule texts  →  a child compiles  →  sealed memory  →  children scan  →  findings
 *
 * libyara runs in children alone: a file or a rule that crashes, stops or takes over a
 * child costs that child (limits: yara_child.h). One that needs too long is killed, one
 * that dies is started anew and asked once more; the file is then named as unread. After
 * YARA_LOSSES_MAX files in a row that ended so, the rules are given up. A child that a
 * file has taken over can lie about the files that come after it; it can do nothing else.
 *
 * Any thread may ask; as many children run as threads ask at the same time.
 */

#include "base/err.h"
#include "disk/yara_bundle.h"
#include "scan/finding.h"

#define YARA_LOSSES_MAX 5u

struct yara_rules;

/* Reads and compiles `files`; the error names file and line, and says what libyara says. */
bool yara_rules_open(const char *const *files, uint32_t count, struct yara_rules **ret_rules,
                     struct err *err) __attribute__((warn_unused_result));

/* Ends the children. Findings name rules by texts of this: it outlives them. */
void yara_rules_close(struct yara_rules *rules); /* NULL is fine */

/* Differs where the rules differ. */
uint64_t yara_rules_fingerprint(const struct yara_rules *rules);

/* A file, or of a large one its beginning and its end. */
struct yara_subject {
    const char *path;
    struct str bytes;    /* at most YARA_FILE_BYTES_MAX */
    size_t head_bytes;   /* so many from the file's beginning; the rest is its end */
    uint64_t size_bytes; /* of the file */
};

enum yara_verdict {
    YARA_READ,     /* what matches was added to the findings */
    YARA_UNREAD,   /* `err` says why, and names no file */
    YARA_GIVEN_UP, /* not asked any more; `err` said so with the file before */
};

enum yara_verdict yara_rules_ask(struct yara_rules *rules, const struct yara_subject *subject,
                                 struct findings *findings, struct err *err)
    __attribute__((warn_unused_result));

#endif
