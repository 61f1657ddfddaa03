#include "auth/tag_writer.h"

#include <stdio.h>

#define INDENT (sizeof(TAG_WRITER_INDENT) - 1)

void
tag_writer_init(struct tag_writer *writer, struct buf *out, struct str name, struct str line_end)
{
    *writer = (struct tag_writer){.out = out, .line_end = line_end, .column = name.len + 1};
    buf_add(out, name);
    buf_add_char(out, ':');
}

static void
fold(struct tag_writer *writer)
{
    buf_add(writer->out, writer->line_end);
    buf_add_cstr(writer->out, TAG_WRITER_INDENT);
    writer->column = INDENT;
}

static void
put(struct tag_writer *writer, struct str text)
{
    buf_add(writer->out, text);
    writer->column += text.len;
}

/* The front of `value` that fits into this line; at least one item, or what fits into a new line.
 */
static struct str
cut_piece(const struct tag_writer *writer, struct str value, char separator)
{
    size_t room = writer->column < TAG_WRITER_COLUMNS ? TAG_WRITER_COLUMNS - writer->column : 0;
    size_t len = 0;

    if (value.len <= room)
        return value;
    if (!separator)
        return str_first(value, room);
    for (;;) {
        size_t next = len + str_index(str_from(value, len), separator);

        next += next < value.len;
        if (next > room && len)
            return str_first(value, len);
        len = next;
        if (len == value.len || len > room)
            return str_first(value, len);
    }
}

/* Begins a tag whose value has that many bytes, on a new line when it does not fit. */
static void
begin(struct tag_writer *writer, const char *name, size_t value_len)
{
    if (writer->has_tag)
        put(writer, STR(";"));
    /* One more column is for the semicolon that may follow. */
    if (writer->column + 1 + strlen(name) + 1 + value_len + 1 > TAG_WRITER_COLUMNS)
        fold(writer);
    else
        put(writer, STR(" "));
    writer->has_tag = true;
    put(writer, str_from_cstr(name));
    put(writer, STR("="));
}

void
tag_writer_open(struct tag_writer *writer, const char *name)
{
    begin(writer, name, TAG_WRITER_COLUMNS);
}

void
tag_writer_value(struct tag_writer *writer, struct str value, char separator)
{
    while (value.len) {
        struct str piece = cut_piece(writer, value, separator);

        put(writer, piece);
        value = str_from(value, piece.len);
        if (value.len)
            fold(writer);
    }
}

void
tag_writer_add(struct tag_writer *writer, const char *name, struct str value, char separator)
{
    begin(writer, name, value.len);
    tag_writer_value(writer, value, separator);
}

void
tag_writer_number(struct tag_writer *writer, const char *name, uint64_t number)
{
    char text[24];
    int len = snprintf(text, sizeof(text), "%llu", (unsigned long long)number);

    tag_writer_add(writer, name, (struct str){text, (size_t)len}, 0);
}
