#ifndef DISK_SCANNER_PARTS_H
#define DISK_SCANNER_PARTS_H

/*
 * scanner_parts - what the parts of the scanner share; for src/disk/scanner*.c alone.
 *
 *     scanner.c        the public face, findings
 *     scanner_walk.c   folders, sites
 *     scanner_count.c  how much there is to look at
 *     scanner_look.c   one file: read, search, examine
 *     scanner_forms.c  forms held against the scripts that mail what they get
 *     scanner_rounds.c files again, with what other files of their site do
 *     scanner_rules.c  one file, held against the administrator's own rules
 */

#include <fts.h>
#include <pthread.h>
#include <stdatomic.h>

#include "disk/cache.h"
#include "disk/crew.h"
#include "disk/digest.h"
#include "disk/prefilter.h"
#include "disk/scanner.h"
#include "scan/examine.h"
#include "scan/form_judge.h"
#include "scan/gate.h"
#include "scan/product.h"

#define SCANNER_ARENA_BYTES_MAX ((size_t)48 << 20) /* of findings and of the names of PHP files */
#define SCANNER_PRODUCT_ARENA_BYTES_MAX ((size_t)16 << 20)
#define SCANNER_ASKED_ARENA_BYTES_MAX ((size_t)24 << 20)
#define SCANNER_SITE_ARENA_BYTES_MAX ((size_t)16 << 20)

/* A site: files whose functions call one another. */
struct site {
    const char *root;
    struct arena *arena;
    struct summaries *sums; /* of the rounds before, not changed within one; NULL: none yet */
    struct arena *coming_arena;
    struct summaries *coming;   /* new to `sums` in this round; under the scanner's lock */
    bool is_as_before;          /* all its files are those of a scan before */
    struct arena *turned_arena; /* of the next three */
    struct names changed;       /* since the round before */
    struct names mailing;       /* of all sums that mail what they are given */
    struct names wanted;        /* what those of its files ask that mail */
    bool is_turned;             /* something changed */
    bool is_defended; /* all its files were examined for checks that accused ones may call */
    struct site *next;
};

/* A file that was seen. Kept for those with PHP in them. */
struct seen {
    const char *path;
    struct site *site;
    uint32_t groups;    /* of the gate */
    uint32_t inside_at; /* where the path inside the root begins */
    bool has_finding;
    bool is_foreign_owner, is_recent_alone, is_stranger; /* siblings.h */
    struct cache_key key;                                /* of the file as it was listed */
    bool is_quiet;  /* whole, and nothing is said of it, nor does it say anything to others */
    bool is_cached; /* not read: it was quiet in a scan before, and has not changed since */
    struct finding_file file;
    bool is_accused;  /* of a mail that visitors can use */
    bool is_examined; /* once at least: its functions are known to the site */
    bool asks_any;    /* what it asks other files is not known */
    uint32_t asked_count, asked_room;
    name_key *asked; /* of other files; before it is examined, whatever it may call */
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
    struct arena *asked_arena;
    struct kept *kept;
    size_t kept_count, kept_capacity;
    struct finding *findings; /* in order, made at the end */
    struct site *sites;
    struct seen *seen;
    struct kept_note *notes;
    size_t note_count;
    struct arena *product_arena;
    struct products products; /* of all files: sorted out at the end */
    struct cache *cache;      /* NULL: none */
    uint64_t judge;           /* another judge, another verdict: part of every key of the cache */
    struct str complaints[SCANNER_COMPLAINTS_MAX];
    uint32_t complaint_count;
    uint32_t round;
    uint64_t self_device, self_inode;   /* of this program, which holds what shells say */
    uint64_t store_device, store_inode; /* of the quarantine's folder; 0 when there is none */
    void *alone;                        /* a thread's own object, for the calling thread */
    _Atomic uint64_t files, bytes, unread, vanished, archives, unchanged, allowed, looked_at, cut,
        lost;
};

struct job {
    struct seen seen; /* path is owned by the job */
    struct finding_file file;
    bool is_allowed; /* counted so */
};

/* A thread's own object: for crew_options. */
void *scanner_look_open(void *context, struct err *err);
void scanner_look_close(void *own);
void scanner_look(void *own, void *job);        /* the first time */
void scanner_look_cached(void *own, void *job); /* the first time after all */
void scanner_look_again(void *own, void *job);  /* in a later round */

/* Makes known what functions a file has that no gate wanted; tells nothing of it. */
void scanner_look_for_sums(void *own, void *job);

/* What is handed to the crew, and what the walk knows of the folders above it. */
struct walk {
    const char *path;
    size_t inside_at;  /* where paths begin below what was to be scanned */
    struct site *site; /* that the folders above belong to; NULL: none */
};

/* Hands all files below a path to the crew. */
bool scanner_walk(struct scanner *scanner, struct crew *crew, const struct walk *walk,
                  struct err *err) __attribute__((warn_unused_result));

/* The job of one file. */
struct job *scanner_walk_job(const struct scanner *scanner, const struct walk *walk,
                             const struct stat *status);

/* The site that a path below `root` is in. True: it lies in quarantine, and is not looked at. */
bool scanner_walk_above(struct scanner *scanner, const char *root, const char *path,
                        struct site **ret_site);

/* A folder that is not entered. */
bool scanner_walk_skips(const struct scanner *scanner, const FTSENT *entry);

/* The key of a listed file, by which the cache knows it. */
struct cache_key scanner_key(const struct scanner *scanner, const struct seen *seen,
                             const struct stat *status);

/* Files that need no look as long as nothing around them changes. */
void scanner_remember(struct scanner *scanner);

/* The later rounds, until nothing changes. */
bool scanner_rounds(struct scanner *scanner, struct err *err) __attribute__((warn_unused_result));

/* Hands what a file's functions do to its site, for the next round. */
void scanner_give_sums(struct scanner *scanner, struct site *site, const struct summaries *found);

/* Keeps what a file asks. */
void scanner_keep_asked(struct scanner *scanner, struct seen *seen, const struct names *names);

/* Keeps a file's findings; those of an earlier round are dropped. */
void scanner_keep(struct scanner *scanner, const struct findings *findings,
                  const struct finding_file *file, const struct seen *seen);

/* A path that could not be read. */
void scanner_complain(struct scanner *scanner, const char *path, int error);
void scanner_complain_of(struct scanner *scanner, const char *path, const char *reason);

/* What the administrator's rules say of a file. False: they could not be asked. */
bool scanner_ask_rules(struct scanner *scanner, const struct subject *subject,
                       struct findings *findings);

/* What software a file says is installed. True: it says something. */
bool scanner_read_products(struct scanner *scanner, struct str path, struct str source,
                           struct arena *scratch);

/* The same with its notes. */
void scanner_keep_notes(struct scanner *scanner, const struct form_notes *notes,
                        const struct seen *seen);

/* Behind the last run: forms and handlers of different files. */
void scanner_forms(struct scanner *scanner);

struct job *scanner_job(const char *path);
void scanner_job_free(struct job *job);

#endif
