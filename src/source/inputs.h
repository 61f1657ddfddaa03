#ifndef SOURCE_INPUTS_H
#define SOURCE_INPUTS_H

/*
 * inputs - the arguments of a command become a list of logs and mails.
 *
 * Folders are searched; each file is told by its content. The same file is taken
 * once, whatever it is called.
 */

#include "base/arena.h"
#include "base/err.h"
#include "record/record.h"
#include "source/file.h"

#define INPUTS_MAX 60000U /* places in a report count 16 bits */
#define INPUTS_DEPTH_MAX 12
#define INPUTS_HEAD_BYTES 65536

struct input_file {
    struct str path;           /* NUL follows */
    const struct frame *frame; /* NULL: a mail, an mbox, or a problem */
    bool is_mail, is_mbox;
    bool is_compressed, is_named; /* named: on the command line itself */
    uint32_t argument;            /* which of the paths given it came from */
    uint64_t bytes;               /* on disk */
    int64_t mtime_s;
    struct file *spool; /* standard input and the like: kept open; NULL: open it by path */
    struct str problem; /* why it cannot be read, a sentence; empty: it can */
};

struct input_list {
    struct input_file *files;
    uint32_t count;
    uint32_t passed_over; /* files in folders that are neither log nor mail */
};

/*
 * What cannot be read becomes an entry with a problem, so that nothing is lost
 * silently. False: more files than INPUTS_MAX, or the arena's limit.
 */
bool inputs_collect(char **paths, int path_count, struct arena *arena, struct input_list *ret_list,
                    struct err *err) __attribute__((warn_unused_result));

/* The input's bytes from their start; close with inputs_close. */
bool inputs_open(const struct input_file *input, struct file **ret_file, struct err *err)
    __attribute__((warn_unused_result));
void inputs_close(const struct input_file *input, struct file *file);

/*
 * The first bytes of an input, unpacked, at most INPUTS_HEAD_BYTES into `buffer`;
 * and its last bytes, from a line's beginning on: empty when it is packed or cannot
 * be read.
 */
struct str inputs_head(const struct input_file *input, char *buffer);
struct str inputs_tail(const struct input_file *input, char *buffer);

void inputs_done(struct input_list *list);

#endif
