#ifndef HOST_GATHER_H
#define HOST_GATHER_H

/*
 * gather - what this machine says of itself: files, and what its programs print.
 *
 * Programs are started by their absolute path, without a shell, with an environment of
 * their own, nothing on standard input, a time-out and a ceiling on what they print. Only those
 * are run that tell and change nothing; what changes something is run by apply.h.
 * Edge. Texts live in the arena.
 */

#include "base/arena.h"
#include "base/err.h"

#define GATHER_BYTES_MAX ((size_t)8 * 1024 * 1024) /* of a file, or of an output */
#define GATHER_SECONDS 20u
#define GATHER_PATHS_MAX 4096u

#define GATHER_UNREAD_MAX 64u

/* What is there and could not be read: no right to, no regular file, too large. */
struct gather_unread {
    struct str paths[GATHER_UNREAD_MAX]; /* each once; those beyond are counted only */
    uint32_t count;
};

struct gather {
    const char *root; /* stands before every path; "" for the running system */
    struct arena *arena;
    struct gather_unread *unread; /* is added to; NULL: nobody asks */
};

/* Whether `path` is there. */
bool gather_exists(const struct gather *gather, const char *path);

/* A regular file's text. False: `err` says why not; errno is ENOENT where there is none. */
bool gather_file(const struct gather *gather, struct str path, struct str *ret_text,
                 struct err *err) __attribute__((warn_unused_result));

struct gather_paths {
    struct str *list; /* without the root, in order; NUL-terminated behind their length */
    uint32_t count;
};

/* What a pattern of glob(7) finds. */
struct gather_paths gather_glob(const struct gather *gather, const char *pattern);

struct gather_output {
    struct str text; /* standard output; standard error behind it where `with_errors` */
    int code;        /* of its exit; 128 and the signal that ended it */
};

/*
 * Runs argv[0], an absolute path; the list ends with NULL. False: it could not be started, took
 * longer than `seconds` or printed too much, and was ended. Any exit code is true.
 */
bool gather_run(const char *const argv[], bool with_errors, unsigned seconds, struct arena *arena,
                struct gather_output *ret_output, struct err *err)
    __attribute__((warn_unused_result));

/* A NUL-terminated copy. */
const char *gather_cstr(struct str text, struct arena *arena);

#endif
