#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

void
buf_init(struct buf *buf, size_t limit)
{
    *buf = (struct buf){.limit = limit};
}

void
buf_done(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){.limit = buf->limit};
}

void
buf_reset(struct buf *buf)
{
    buf->len = 0;
    buf->is_over = false;
}

/* True when `extra` more bytes fit, after growing as needed. */
static bool
reserve(struct buf *buf, size_t extra)
{
    size_t want = buf->capacity ? buf->capacity : 256;

    if (extra > buf->limit - buf->len) {
        buf->is_over = true;
        return false;
    }
    while (want < buf->len + extra)
        want *= 2;
    if (want > buf->capacity) {
        buf->data = realloc(buf->data, want);
        if (!buf->data)
            abort();
        buf->capacity = want;
    }
    return true;
}

void
buf_add(struct buf *buf, struct str s)
{
    if (s.len == 0 || !reserve(buf, s.len))
        return;
    memcpy(buf->data + buf->len, s.data, s.len);
    buf->len += s.len;
}

void
buf_add_char(struct buf *buf, char c)
{
    if (reserve(buf, 1))
        buf->data[buf->len++] = c;
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0 || !reserve(buf, (size_t)len + 1))
        return;
    va_start(args, format);
    (void)vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
}
