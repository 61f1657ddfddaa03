#ifndef BASE_ERR_H
#define BASE_ERR_H

/*
 * err - why a call failed, in words an administrator can act on.
 *
 * A fallible function returns bool and takes `struct err *err` last. On
 * failure it has filled `err` and left its results untouched; on success it
 * has left `err` untouched. Every caller owns one `err`, usually on its stack.
 */

#include <stdbool.h>

enum err_kind {
    ERR_SYSTEM, /* a system call failed; the text ends with strerror */
    ERR_SYNTAX, /* the input does not follow its format */
    ERR_LIMIT,  /* the input is larger than its ceiling */
};

struct err {
    enum err_kind kind;
    char text[512]; /* truncated, never allocated */
};

/* Fills `err`. Returns false, so that a failure is one statement: return err_set(...). */
bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts context before the text: "reading '/etc/weir/weir.conf': line 3: unknown key". */
bool err_wrap(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
