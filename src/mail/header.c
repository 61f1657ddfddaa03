#include "mail/header.h"

bool
header_line(struct str *text, struct str *ret_line)
{
    struct str line;

    if (text->len == 0)
        return false;
    line = str_cut(text, '\n');
    if (line.len && line.data[line.len - 1] == '\r')
        line.len--;
    *ret_line = line;
    return true;
}

bool
header_is_separator(struct str text)
{
    struct str rest = text;

    if (!str_skip(&rest, STR("From ")))
        return false;
    while (rest.len && (rest.data[0] == ' ' || rest.data[0] == '\t'))
        rest = str_from(rest, 1);
    return !rest.len || rest.data[0] != ':';
}

void
header_init(struct header_reader *reader, struct str message)
{
    struct str line, next;

    (void)str_skip(&message, STR("\xef\xbb\xbf"));
    next = message;
    while (header_line(&next, &line) && line.len == 0)
        message = next;
    next = message;
    if ((header_is_separator(message) || str_starts(message, STR(">From "))) &&
        header_line(&next, &line))
        message = next;
    *reader = (struct header_reader){message, message.data, 0, false};
}

/* "Name:" or, as old programs wrote, "Name :". */
static size_t
name_len(struct str line)
{
    size_t len = 0;

    while (len < line.len && len < HEADER_BYTES_MAX && line.data[len] > 32 &&
           line.data[len] < 127 && line.data[len] != ':')
        len++;
    return len;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The end of the field at the front of `text`: its line and those that begin with a blank. */
static size_t
field_len(struct str text)
{
    size_t end = 0;

    do {
        size_t at = str_index(str_from(text, end), '\n');

        end += at;
        if (end < text.len)
            end++;
    } while (end < text.len && is_blank(text.data[end]));
    return end;
}

static struct str
without_line_end(struct str s)
{
    if (s.len && s.data[s.len - 1] == '\n')
        s.len--;
    if (s.len && s.data[s.len - 1] == '\r')
        s.len--;
    return s;
}

bool
header_next(struct header_reader *reader, struct header_field *ret_field)
{
    struct str text = reader->rest, field;
    size_t name = name_len(text), colon = name, len;

    if (str_skip(&reader->rest, STR("\n")) || str_skip(&reader->rest, STR("\r\n")))
        return false;
    while (colon < text.len && colon < HEADER_BYTES_MAX && is_blank(text.data[colon]))
        colon++;
    if (name == 0 || colon >= text.len || text.data[colon] != ':')
        return false;
    len = field_len(text);
    if (reader->field_count == HEADER_FIELDS_MAX ||
        (size_t)(text.data - reader->start) + len > HEADER_BYTES_MAX) {
        reader->is_over = true;
        return false;
    }
    field = without_line_end(str_first(text, len));
    ret_field->name = str_first(field, name);
    ret_field->value = str_from(field, colon + 1);
    reader->rest = str_from(text, len);
    reader->field_count++;
    return true;
}

struct str
header_find(struct str message, struct str name)
{
    struct header_reader reader;
    struct header_field field;

    header_init(&reader, message);
    while (header_next(&reader, &field)) {
        if (str_eq_nocase(field.name, name))
            return field.value;
    }
    return STR_EMPTY;
}

struct str
header_body(struct str message)
{
    struct header_reader reader;
    struct header_field field;

    header_init(&reader, message);
    while (header_next(&reader, &field))
        continue;
    return reader.rest;
}

struct str
header_unfold(struct str value, struct arena *arena)
{
    struct str raw = str_trim(value);
    char *copy;
    size_t len = 0;

    if (str_index(raw, '\n') == raw.len && str_index(raw, '\r') == raw.len)
        return raw;
    copy = arena_array(arena, raw.len, 1);
    if (!copy)
        return STR_EMPTY;
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.data[i] != '\n' && raw.data[i] != '\r') {
            copy[len++] = raw.data[i];
            continue;
        }
        while (i + 1 < raw.len &&
               (is_blank(raw.data[i + 1]) || raw.data[i + 1] == '\n' || raw.data[i + 1] == '\r'))
            i++;
        while (len && is_blank(copy[len - 1]))
            len--;
        copy[len++] = ' ';
    }
    return (struct str){copy, len};
}
