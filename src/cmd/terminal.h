#ifndef CMD_TERMINAL_H
#define CMD_TERMINAL_H

/*
 * terminal - what the reports of all commands have in common where they meet a person:
 * width and colour of the terminal, the reader's zone, pages that may be written.
 */

#include "base/err.h"
#include "report/paper.h"

enum colour_choice {
    COLOUR_AUTO,
    COLOUR_ALWAYS,
    COLOUR_NEVER,
};

/* "auto", "always" or "never". */
bool terminal_read_colour(const char *word, enum colour_choice *ret_colour, struct err *err)
    __attribute__((warn_unused_result));

/* Seconds east of UTC. `zone` is a name as const char *; NULL: this machine's. */
int terminal_offset(const void *zone, int64_t utc_s);

/* Of standard output. */
struct paper terminal_paper(struct buf *buf, enum colour_choice colour, const char *zone);

/* Whether a page may be written to `path`, as --html asks. False: `err` says why not. */
bool terminal_check_page(const char *path, struct err *err) __attribute__((warn_unused_result));

/* One sentence on standard error, escaped, behind "weir COMMAND: ". */
void terminal_complain(const char *command, struct str sentence);

/* All of `text` to standard output. */
bool terminal_print(struct str text, struct err *err) __attribute__((warn_unused_result));

#endif
