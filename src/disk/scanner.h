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

#include <stdatomic.h>

#include "base/err.h"
#include "disk/allow.h"
#include "disk/database.h"
#include "disk/yara_rules.h"
#include "scan/finding.h"

#define SCANNER_FILE_BYTES_MAX ((size_t)8 << 20)
#define SCANNER_THREADS_MAX 64
#define SCANNER_FINDINGS_MAX 100000u

struct scanner_options {
    unsigned threads; /* 0: half of the processors, at least one; all of them when is_fast */
    bool is_fast;     /* else all else goes first, at the processor and the disk (priority.h) */
    const struct allow *allow;       /* files that are never malicious; NULL: none */
    const struct database *database; /* of weaknesses; NULL: versions are not looked at */
    const char *store;               /* of the quarantine, not to be looked at; NULL: the usual */
    const char *cache;               /* a file that remembers what was found harmless; NULL: none */
    struct yara_rules *rules;        /* of the administrator, for every file; NULL: none */
};

struct scanner_totals {
    uint64_t files, bytes, unread;
    uint64_t vanished;  /* deleted by somebody while the scan ran */
    uint64_t archives;  /* not looked into */
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

/*
 * One file or folder that came below `root`, judged as a run over `root` judges it, but
 * for what other files of the site tell. What is gone meanwhile, or lies in quarantine, is
 * no error. For watching: a file costs no new threads.
 */
bool scanner_run_within(struct scanner *scanner, const char *root, const char *path,
                        struct err *err) __attribute__((warn_unused_result));

/* After the last run: what only all files together tell, and the cache written. */
bool scanner_finish(struct scanner *scanner, struct err *err) __attribute__((warn_unused_result));

/* Paths that could not be read, with the reason, the first SCANNER_COMPLAINTS_MAX of them. */
#define SCANNER_COMPLAINTS_MAX 20u
const struct str *scanner_complaints(const struct scanner *scanner, uint32_t *ret_count);

/* Adds findings that are not of files. */
void scanner_add(struct scanner *scanner, const struct findings *findings);

/* Forgets all findings: for watching, where each file is told at once. */
void scanner_forget(struct scanner *scanner);

/* The roots of all sites that were looked at, when all runs are over. Owned by the scanner. */
const struct str *scanner_sites(struct scanner *scanner, size_t *ret_count);

/* So far, from any thread. */
struct scanner_totals scanner_totals(const struct scanner *scanner);

/* What a run over some paths will look at, counted beside it; from any thread. */
struct scanner_count {
    _Atomic uint64_t files, bytes;
    _Atomic bool is_stopped; /* set it, and the counting ends */
};

/* False: it was stopped, or a path cannot be opened. */
bool scanner_count(const struct scanner *scanner, struct scanner_count *count, const char *path);

/* In the order of path and line, when all runs are over. Owned by the scanner. */
const struct finding *scanner_findings(struct scanner *scanner, size_t *ret_count);

#endif
