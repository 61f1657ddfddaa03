#include "report/escape.h"

#include <stdio.h>

#include "base/utf8.h"

/* Characters that change how others look, or that cannot be seen. */
static bool
is_deceptive(uint32_t c)
{
    return (c >= 0x80 && c < 0xA0) || c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

/*
 * The next character of `text` in a form that can be shown, into `shown` (at
 * least 16 bytes); cuts it off `text`. Returns its length.
 */
static size_t
show_next(struct str *text, char *shown)
{
    size_t len = utf8_char_len(*text);
    uint32_t c = len ? utf8_char(*text, len) : (unsigned char)text->data[0];
    int written;

    if (len && c >= 0x20 && c != 0x7F && !is_deceptive(c)) {
        memcpy(shown, text->data, len);
        written = (int)len;
    } else if (len && c > 0xFF) {
        written = snprintf(shown, 16, "\\u%04x", c);
    } else {
        written = snprintf(shown, 16, "\\x%02x", c);
    }
    *text = str_from(*text, len ? len : 1);
    return (size_t)written;
}

static size_t
columns_of(const char *shown, size_t len)
{
    size_t columns = 0;

    for (size_t i = 0; i < len; i++)
        columns += ((unsigned char)shown[i] & 0xC0) != 0x80;
    return columns;
}

size_t
escape_terminal(struct buf *buf, struct str text, size_t columns)
{
    size_t written = 0, mark = buf->len, mark_columns = 0;
    char shown[16];

    while (text.len) {
        size_t len = show_next(&text, shown), wide = columns_of(shown, len);

        if (columns && written + wide > columns) {
            buf->len = mark;
            buf_add_cstr(buf, "…");
            return mark_columns + 1;
        }
        buf_add(buf, (struct str){shown, len});
        written += wide;
        if (written < columns) {
            mark = buf->len;
            mark_columns = written;
        }
    }
    return written;
}

bool
escape_is_plain(struct str text)
{
    char shown[16];

    while (text.len) {
        struct str before = text;
        size_t len = show_next(&text, shown);

        if (len != before.len - text.len || memcmp(shown, before.data, len) != 0)
            return false;
    }
    return true;
}

void
escape_html(struct buf *buf, struct str text)
{
    char shown[16];

    while (text.len) {
        size_t len = show_next(&text, shown);

        if (len > 1 || !strchr("<>&\"'", shown[0]))
            buf_add(buf, (struct str){shown, len});
        else
            buf_printf(buf, "&#%d;", shown[0]);
    }
}

static bool
is_bare(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              strchr("_./@:=+,%-", c)) ||
            c == '\0')
            return false;
    }
    return value.len && value.data[0] != '-';
}

bool
escape_shell(struct buf *buf, struct str value)
{
    if (!escape_is_plain(value))
        return false;
    if (is_bare(value)) {
        buf_add(buf, value);
        return true;
    }
    buf_add_char(buf, '\'');
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] == '\'')
            buf_add_cstr(buf, "'\\''");
        else
            buf_add_char(buf, value.data[i]);
    }
    buf_add_char(buf, '\'');
    return true;
}
