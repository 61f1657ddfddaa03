#ifndef DISK_SCANNER_PARTS_H
#define DISK_SCANNER_PARTS_H

/*
 * scanner_parts - what the parts of the scanner share; for src/disk/scanner*.c alone.
 *
 *     scanner.c        the public face, findings
 *     scanner_walk.c   folders, sites
 *     scanner_look.c   one file: read, search, examine
 *     scanner_forms.c  forms held against the scripts that mail what they get
 *     scanner_rounds.c files again, with what other files of their site do
 */

#include <pthread.h>
#include <stdatomic.h>

#include "disk/crew.h"
#include "disk/prefilter.h"
#include "disk/scanner.h"
#include "scan/examine.h"
#include "scan/form_judge.h"
#include "scan/gate.h"

#define SCANNER_ARENA_BYTES_MAX ((size_t)48 << 20) /* of findings and of the names of PHP files */
#define SCANNER_SITE_ARENA_BYTES_MAX ((size_t)16 << 20)

/* A site: files whose functions call one another. */
struct site {
    const char *root;
    struct arena *arena;
    struct summaries *sums;   /* of the rounds before; NULL when there are none */
    struct summaries *coming; /* of this round; under the scanner's lock */
    bool is_changed;
    struct site *next;
};

/* A file that was seen. Kept for those with PHP in them. */
struct seen {
    const char *path;
    struct site *site;
    uint32_t groups;    /* of the gate */
    uint32_t inside_at; /* where the path inside the root begins */
    bool has_mail_finding;
    struct seen *next;
};

struct kept {
    struct finding finding;
    const struct seen *seen;
    bool is_dropped;
};

/* What a file said of its forms and mails. */
struct kept_note {
    struct form_note note;
    const struct seen *seen;
    bool is_dropped, is_told;
    struct kept_note *next;
};

struct scanner {
    struct scanner_options options;
    struct prefilter *prefilter;
    pthread_mutex_t lock; /* of all below that is not atomic */
    struct arena *arena;
    struct kept *kept;
    size_t kept_count, kept_capacity;
    struct finding *findings; /* in order, made at the end */
    struct site *sites;
    struct seen *seen;
    struct kept_note *notes;
    size_t note_count;
    uint32_t round;
    _Atomic uint64_t files, bytes, unread, looked_at, cut, lost;
};

struct job {
    struct seen seen; /* path is owned by the job */
    int64_t mtime_s, ctime_s;
    uint64_t size_bytes;
    uint32_t uid, mode;
};

/* A thread's own object: for crew_options. */
void *scanner_look_open(void *context, struct err *err);
void scanner_look_close(void *own);
void scanner_look(void *own, void *job);       /* the first time */
void scanner_look_again(void *own, void *job); /* in a later round */

/* Hands all files below a path to the crew. */
bool scanner_walk(struct scanner *scanner, struct crew *crew, const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* The later rounds, until nothing changes. */
bool scanner_rounds(struct scanner *scanner, struct err *err) __attribute__((warn_unused_result));

/* Keeps a file's findings; those of an earlier round are dropped. */
void scanner_keep(struct scanner *scanner, const struct findings *findings,
                  const struct seen *seen);

/* The same with its notes. */
void scanner_keep_notes(struct scanner *scanner, const struct form_notes *notes,
                        const struct seen *seen);

/* Behind the last round: forms and handlers of different files. */
void scanner_forms(struct scanner *scanner);

struct job *scanner_job(const char *path);
void scanner_job_free(struct job *job);

#endif
