#ifndef SCAN_SHELL_WORDS_H
#define SCAN_SHELL_WORDS_H

/*
 * shell_words - words of web shells: what they call, ask the system for, and say.
 *
 * Any of them is innocent; a file with a score of many of them is not. Rates and
 * how the weights came: docs/SCAN-QUALITY.md. One pass, linear in the bytes. Pure.
 */

#include "base/str.h"

enum shell_mark {
    MARK_REQUEST = 1 << 0, /* any way to read the request */
    MARK_RUN = 1 << 1,
    MARK_DECODER = 1 << 2,
    MARK_CONNECTION = 1 << 3,
    MARK_ROBOT = 1 << 4,
    MARK_FETCH = 1 << 5,
    MARK_AGENT = 1 << 6,
    MARK_GOTO = 1 << 7,
    MARK_HTACCESS = 1 << 8,
    MARK_HTTPD = 1 << 9,
    MARK_WRITE = 1 << 10,
    /* functions that run commands, where they are called */
    MARK_EXEC = 1 << 11,
    MARK_SHELL_EXEC = 1 << 12,
    MARK_PASSTHRU = 1 << 13,
    MARK_POPEN = 1 << 14,
    MARK_SYSTEM = 1 << 15,
    MARK_PROC_OPEN = 1 << 16,
    MARK_RECIPIENT = 1 << 17, /* RCPT TO, of SMTP */
    MARK_MAIL = 1 << 18,
};
#define MARK_COMMANDS                                                                              \
    (MARK_EXEC | MARK_SHELL_EXEC | MARK_PASSTHRU | MARK_POPEN | MARK_SYSTEM | MARK_PROC_OPEN)

struct shell_words {
    uint32_t score; /* the sum of the weights of the different words in it */
    uint32_t marks; /* enum shell_mark */
    size_t at;      /* of the heaviest word */
    size_t command_at;
};

struct shell_words shell_words_find(struct str code);

#endif
