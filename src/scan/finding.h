#ifndef SCAN_FINDING_H
#define SCAN_FINDING_H

/*
 * finding - one thing on this server that can send spam, lets somebody do so, or is
 * the trace of either.
 *
 * A finding names a file and line, quotes the text, and says in an administrator's
 * words why it matters and what to do. Texts live in the arena of whoever made it;
 * `rule` is a constant name, stable for scripts that read the JSON, or one of the
 * administrator's own that yara_rules owns.
 */

#include "base/arena.h"

enum finding_kind {
    FINDING_MALICIOUS,
    FINDING_VULNERABLE_MAIL,
    FINDING_UNPROTECTED_FORM,
    FINDING_NOTIFICATION,
    FINDING_OUTDATED,
    FINDING_ENTRY,
    FINDING_PROCESS,
};
#define FINDING_KIND_COUNT 7

/* From this confidence on a finding accuses: it counts for the exit code and for quarantine. */
#define FINDING_ACCUSES 0.9

/* Longest quote of the offending text, in bytes. */
#define FINDING_TEXT_MAX 300

/* What the edge knows of the file that a finding is about. */
struct finding_file {
    struct str site; /* the root of the site it belongs to; empty where it belongs to none */
    int64_t mtime_s, ctime_s; /* its stamp, which anybody can set, and when it really changed */
    uint32_t uid, gid, mode;
    uint64_t size_bytes;
    bool is_whole; /* all of its bytes were read; what was seen in them stands, ceiling or not */
    bool has_digest;
    unsigned char digest[32]; /* SHA-256 of the bytes that were judged */
};

struct finding {
    enum finding_kind kind;
    const char *rule;  /* "eval-request": lower case, dashes; "yara:NAME" of an own rule */
    double confidence; /* 0 to 1 */
    struct str path;   /* as it was scanned */
    uint32_t line;     /* from 1; 0 where it is the whole file */
    struct str text;   /* quoted, foreign */
    struct str why, advice;
    struct str brief;                /* all of it on one line, for a list; empty: `why` has to do */
    const struct finding_file *file; /* NULL where there is none, as for a process */
};

/* Findings of one unit of work, in order; a ceiling keeps a hostile file from flooding. */
#define FINDINGS_MAX 256

struct findings {
    struct arena *arena; /* owns the texts */
    uint32_t count, lost;
    struct finding list[FINDINGS_MAX];
};

/* "malicious", "vulnerable-mail", …: as in the JSON. */
const char *finding_kind_name(enum finding_kind kind);

/* Adds a copy with texts copied into the arena, the quote shortened; counts what does not fit. */
void findings_add(struct findings *findings, struct finding finding);

/* The line of `source` around `offset`, blanks trimmed, at most FINDING_TEXT_MAX bytes around it.
 */
struct str finding_quote(struct str source, size_t offset);

/* Where line `line`, from 1, begins. Lines end as PHP has it: with \n, \r\n or \r alone. */
size_t finding_line_offset(struct str source, uint32_t line);

/* The line, from 1, that the byte at `offset` is in. */
uint32_t finding_line_at(struct str source, size_t offset);

#endif
