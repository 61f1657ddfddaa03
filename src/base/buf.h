#ifndef BASE_BUF_H
#define BASE_BUF_H

/*
 * buf - bytes being written, with a ceiling.
 *
 * The ceiling is given at init. Writing past it sets `is_over` and drops the
 * rest, so that a writer is checked once, at the end. A failing malloc aborts.
 */

#include <stdarg.h>

#include "base/str.h"

struct buf {
    char *data;
    size_t len, capacity, limit;
    bool is_over;
};

void buf_init(struct buf *buf, size_t limit);
void buf_done(struct buf *buf);
void buf_reset(struct buf *buf); /* forgets the content, keeps the memory */

void buf_add(struct buf *buf, struct str s);
void buf_add_char(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline void
buf_add_cstr(struct buf *buf, const char *cstr)
{
    buf_add(buf, str_from_cstr(cstr));
}

/* What was written so far; dies with the next write. */
static inline struct str
buf_str(const struct buf *buf)
{
    return (struct str){buf->data ? buf->data : "", buf->len};
}

#endif
