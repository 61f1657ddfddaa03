#include "mail/mime.h"

#include "mail/decode.h"
#include "mail/header.h"

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Drops everything up to the next ";" outside quotes. */
static struct str
after_semicolon(struct str s)
{
    bool is_quoted = false;

    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] == '\\' && is_quoted)
            i++;
        else if (s.data[i] == '"')
            is_quoted = !is_quoted;
        else if (s.data[i] == ';' && !is_quoted)
            return str_trim(str_from(s, i + 1));
    }
    return STR_EMPTY;
}

struct str
mime_parameter(struct str parameters, struct str name)
{
    while (parameters.len) {
        struct str value;

        parameters = after_semicolon(parameters);
        if (!str_starts_nocase(parameters, name))
            continue;
        value = str_trim(str_from(parameters, name.len));
        if (str_skip(&value, STR("*0"))) /* RFC 2231; boundaries are never long enough to need it */
            (void)str_skip(&value, STR("*"));
        value = str_trim(value);
        if (!str_skip(&value, STR("=")))
            continue;
        value = str_trim(value);
        if (str_skip(&value, STR("\"")))
            return str_first(value, str_index(value, '"'));
        for (size_t i = 0; i < value.len; i++) {
            if (is_space(value.data[i]) || value.data[i] == ';')
                return str_first(value, i);
        }
        return value;
    }
    return STR_EMPTY;
}

bool
mime_is(const struct mime_part *part, struct str type)
{
    struct str own = part->type.len ? part->type : STR("text/plain");

    if (type.len && type.data[type.len - 1] == '/')
        return str_starts_nocase(own, type);
    return str_eq_nocase(own, type);
}

struct str
mime_text(const struct mime_part *part, struct arena *arena)
{
    return decode_transfer(part->body, part->encoding, arena);
}

static void
read_type(struct mime_part *part, struct str value)
{
    size_t end = 0;

    value = str_trim(value);
    while (end < value.len && value.data[end] != ';' && !is_space(value.data[end]))
        end++;
    part->type = str_first(value, end);
    part->parameters = str_from(value, end);
}

/* Reads the part's header block; `text` is left at its body. */
static struct mime_part
read_part(struct str *text)
{
    struct header_reader reader;
    struct header_field field;
    struct mime_part part = {.headers = *text};

    /* A part may begin with its empty line: then it has no header, and what follows is body. */
    if (str_skip(text, STR("\r\n")) || str_skip(text, STR("\n")))
        return part;
    header_init(&reader, *text);
    while (header_next(&reader, &field)) {
        if (str_eq_nocase(field.name, STR("Content-Type")) && part.type.len == 0)
            read_type(&part, field.value);
        else if (str_eq_nocase(field.name, STR("Content-Transfer-Encoding")))
            part.encoding = str_trim(field.value);
        else if (str_eq_nocase(field.name, STR("Content-Description")))
            part.description = str_trim(field.value);
    }
    *text = reader.rest;
    return part;
}

/* The innermost open boundary that `line` is; `depth` when none. */
static uint32_t
boundary_of(const struct mime_walk *walk, struct str line, bool *ret_is_end)
{
    if (!str_skip(&line, STR("--")))
        return walk->depth;
    while (line.len && is_space(line.data[line.len - 1]))
        line.len--;
    for (uint32_t i = walk->depth; i-- > 0;) {
        struct str rest = line;

        if (!str_skip(&rest, walk->boundaries[i]))
            continue;
        if (rest.len == 0 || str_eq(rest, STR("--"))) {
            *ret_is_end = rest.len > 0;
            return i;
        }
    }
    return walk->depth;
}

/*
 * Moves to behind the next boundary line and closes what it closes. Returns what
 * lay before it, the line end that belongs to the boundary left out.
 */
static struct str
skip_to_boundary(struct mime_walk *walk)
{
    struct str text = walk->rest, line, next = text;
    bool is_end = false;

    while (header_line(&next, &line)) {
        uint32_t depth = boundary_of(walk, line, &is_end);

        if (depth < walk->depth) {
            struct str before = {text.data, (size_t)(line.data - text.data)};

            if (before.len && before.data[before.len - 1] == '\n')
                before.len--;
            if (before.len && before.data[before.len - 1] == '\r')
                before.len--;
            walk->depth = is_end ? depth : depth + 1;
            walk->rest = next;
            if (is_end && depth > 0) { /* an epilogue, up to a boundary further out */
                (void)skip_to_boundary(walk);
            } else if (is_end) {
                walk->rest = STR_EMPTY;
            }
            return before;
        }
    }
    walk->rest = STR_EMPTY;
    walk->depth = 0;
    return text;
}

void
mime_init(struct mime_walk *walk, struct str message)
{
    struct header_reader reader;

    header_init(&reader, message);
    *walk = (struct mime_walk){.rest = reader.rest};
}

/* A multipart whose boundary never comes is read as one text: that is what a person sees. */
static bool
opens_multipart(struct mime_walk *walk, const struct mime_part *part)
{
    struct str boundary;
    struct mime_walk ahead;

    if (!mime_is(part, STR("multipart/")))
        return false;
    boundary = mime_parameter(part->parameters, STR("boundary"));
    while (boundary.len && is_space(boundary.data[boundary.len - 1]))
        boundary.len--;
    if (boundary.len == 0 || boundary.len > 200)
        return false;
    if (walk->depth == MIME_DEPTH_MAX) {
        walk->is_over = true;
        return false;
    }
    ahead = *walk;
    ahead.boundaries[ahead.depth++] = boundary;
    (void)skip_to_boundary(&ahead);
    if (ahead.depth <= walk->depth)
        return false;
    *walk = ahead;
    return true;
}

bool
mime_next(struct mime_walk *walk, struct mime_part *ret_part)
{
    while (walk->rest.len && walk->part_count < MIME_PARTS_MAX) {
        struct mime_part part = read_part(&walk->rest);

        part.depth = walk->depth;
        if (opens_multipart(walk, &part))
            continue;
        part.body = walk->depth ? skip_to_boundary(walk) : walk->rest;
        if (walk->depth == 0 && part.depth == 0)
            walk->rest = STR_EMPTY;
        walk->part_count++;
        *ret_part = part;
        return true;
    }
    walk->is_over |= walk->rest.len > 0;
    return false;
}
