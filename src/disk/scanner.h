#ifndef DISK_SCANNER_H
#define DISK_SCANNER_H

/*
 * scanner - walks folders and looks at every file in them.
 *
 *     walk  →  queue  →  workers: read, search, examine  →  findings
 *
 * Files are opened without following links, read up to SCANNER_FILE_BYTES_MAX; of
 * larger ones the first and the last half of that. What could not be read is counted
 * and named.
 */

#include "base/err.h"
#include "disk/allow.h"
#include "disk/database.h"
#include "scan/finding.h"

#define SCANNER_FILE_BYTES_MAX ((size_t)8 << 20)
#define SCANNER_THREADS_MAX 64
#define SCANNER_FINDINGS_MAX 100000u

struct scanner_options {
    unsigned threads; /* 0: half of the processors, at least one; all of them when is_fast */
    bool is_fast;     /* else all else goes first, at the processor and the disk (priority.h) */
    const struct allow *allow;       /* files that are never malicious; NULL: none */
    const struct database *database; /* of weaknesses; NULL: versions are not looked at */
    const char *cache;               /* a file that remembers what was found harmless; NULL: none */
};

struct scanner_totals {
    uint64_t files, bytes, unread;
    uint64_t unchanged; /* of the files: not read again, by the cache */
    uint64_t allowed;   /* malicious but for the allow-list */
    uint64_t looked_at; /* times a file was parsed */
    uint64_t cut;       /* files of which a part was too much */
    uint64_t lost;      /* findings beyond the ceilings */
};

struct scanner;

struct scanner *scanner_new(struct scanner_options options);
void scanner_free(struct scanner *scanner);

/* Everything below `path`, or that one file. False: it cannot be opened at all. */
bool scanner_run(struct scanner *scanner, const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* After the last run: what only all files together tell, and the cache written. */
bool scanner_finish(struct scanner *scanner, struct err *err) __attribute__((warn_unused_result));

/* Paths that could not be read, with the reason, the first SCANNER_COMPLAINTS_MAX of them. */
#define SCANNER_COMPLAINTS_MAX 20u
const struct str *scanner_complaints(const struct scanner *scanner, uint32_t *ret_count);

/* Adds findings that are not of files. */
void scanner_add(struct scanner *scanner, const struct findings *findings);

/* Forgets all findings: for watching, where each file is told at once. */
void scanner_forget(struct scanner *scanner);

/* So far, from any thread. */
struct scanner_totals scanner_totals(const struct scanner *scanner);

/* In the order of path and line, when all runs are over. Owned by the scanner. */
const struct finding *scanner_findings(struct scanner *scanner, size_t *ret_count);

#endif
