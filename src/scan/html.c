#include "scan/html.h"

#include "php/token.h"

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\0';
}

void
html_reader_init(struct html_reader *reader, struct str source)
{
    *reader = (struct html_reader){.source = source, .code = STR_EMPTY};
}

/*
 * The length of the tag at the front of `rest`: up to and with ">", quoted values
 * skipped. A quote that never ends is taken for a letter, so that one missing quote
 * costs one tag. 0: no tag. What was looked at for nothing is not looked at with
 * quotes again, or pages of tags that never end would take forever.
 */
static size_t
tag_length(struct html_reader *reader, struct str rest)
{
    struct str bounded = str_first(rest, HTML_TAG_BYTES_MAX);
    bool is_plain = reader->at < reader->plain_until;
    char before = ' ';
    size_t i;

    for (i = 1; i < bounded.len && bounded.data[i] != '<'; i++) {
        char c = bounded.data[i];

        if (c == '>')
            return i + 1;
        if ((c == '"' || c == '\'') && before == '=' && !is_plain) {
            size_t end = i + 1 + str_index(str_from(bounded, i + 1), c);

            if (end < bounded.len)
                i = end;
        }
        if (!is_blank(c) && c != '\\')
            before = c;
    }
    if (!is_plain)
        reader->plain_until = reader->at + i;
    return 0;
}

static struct html_piece
piece(struct html_reader *reader, enum html_kind kind, size_t len)
{
    struct html_piece made = {
        .kind = kind,
        .offset = reader->at,
        .text = str_first(str_from(reader->source, reader->at), len),
        .name = STR_EMPTY,
        .attributes = STR_EMPTY,
    };

    reader->at += made.text.len;
    return made;
}

/* A template is HTML that a script draws later: <script type="text/x-template">. */
static bool
holds_code(const struct html_piece *tag)
{
    struct str type;

    if (str_eq_nocase(tag->name, STR("style")))
        return true;
    if (!str_eq_nocase(tag->name, STR("script")))
        return false;
    return !html_attribute(tag->attributes, "type", &type) ||
           (!str_has(type, STR("template")) && !str_has(type, STR("html")));
}

static struct html_piece
read_tag(struct html_reader *reader, size_t len)
{
    bool is_close = reader->source.data[reader->at + 1] == '/';
    struct html_piece made = piece(reader, is_close ? HTML_CLOSE : HTML_OPEN, len);
    struct str inner = str_from(str_first(made.text, len - 1), is_close ? 2 : 1);
    size_t end = 0;

    while (end < inner.len && !is_blank(inner.data[end]) && inner.data[end] != '/')
        end++;
    made.name = str_first(inner, end);
    made.attributes = str_from(inner, end);
    if (!is_close && holds_code(&made))
        reader->code = made.name;
    return made;
}

/* "<!-- … -->", or "<!doctype …>"; without an end it is "<!" alone. */
static struct html_piece
read_comment(struct html_reader *reader, struct str rest)
{
    struct str end = str_starts(rest, STR("<!--")) ? STR("-->") : STR(">");
    size_t at = str_find(rest, end);

    return piece(reader, HTML_COMMENT, at < rest.len ? at + end.len : rest.len);
}

/* Up to the end tag of the element; of an element without one, all that is left. */
static struct html_piece
read_code(struct html_reader *reader, struct str rest)
{
    struct str name = reader->code;
    struct html_piece made;
    size_t at = 0;

    for (;;) {
        at += str_index(str_from(rest, at), '<');
        if (at >= rest.len)
            break;
        if (str_starts(str_from(rest, at), STR("</")) &&
            str_starts_nocase(str_from(rest, at + 2), name))
            break;
        at++;
    }
    reader->code = STR_EMPTY;
    made = piece(reader, HTML_CODE, at);
    made.name = name;
    return made;
}

struct html_piece
html_next(struct html_reader *reader)
{
    struct str rest = str_from(reader->source, reader->at);
    size_t at = 0;

    if (!rest.len)
        return piece(reader, HTML_END, 0);
    if (reader->code.len) {
        if (!str_starts(rest, STR("</")) || !str_starts_nocase(str_from(rest, 2), reader->code))
            return read_code(reader, rest);
        reader->code = STR_EMPTY;
    }
    if (str_starts(rest, STR("<!")))
        return read_comment(reader, rest);
    if (rest.data[0] == '<' && rest.len > 2 &&
        (is_letter(rest.data[1]) || (rest.data[1] == '/' && is_letter(rest.data[2])))) {
        size_t len = tag_length(reader, rest);

        if (len)
            return read_tag(reader, len);
    }
    at = rest.data[0] == '<' ? 1 : 0;
    at += str_index(str_from(rest, at), '<');
    return piece(reader, HTML_TEXT, at);
}

/* Strings in scripts are escaped: \"email\". */
static struct str
bare(struct str value)
{
    static const char around[] = " \t\r\n\\\"'`";

    while (value.len && strchr(around, value.data[0]) && value.data[0])
        value = str_from(value, 1);
    while (value.len && strchr(around, value.data[value.len - 1]) && value.data[value.len - 1])
        value.len--;
    return value;
}

static bool
ends_name(char c)
{
    return is_blank(c) || c == '=' || c == '/';
}

bool
html_attribute_next(struct str *attributes, struct str *ret_name, struct str *ret_value)
{
    struct str rest = *attributes;
    size_t end = 0;

    while (rest.len && (ends_name(rest.data[0]) || rest.data[0] == '"' || rest.data[0] == '\''))
        rest = str_from(rest, 1);
    if (!rest.len)
        return false;
    while (end < rest.len && !ends_name(rest.data[end]))
        end++;
    *ret_name = str_first(rest, end);
    *ret_value = STR_EMPTY;
    rest = str_from(rest, end);
    while (rest.len && is_blank(rest.data[0]))
        rest = str_from(rest, 1);
    if (rest.len && rest.data[0] == '=') {
        rest = str_from(rest, 1);
        while (rest.len && (is_blank(rest.data[0]) || rest.data[0] == '\\'))
            rest = str_from(rest, 1);
        end = 0;
        if (rest.len && (rest.data[0] == '"' || rest.data[0] == '\'')) {
            char quote = rest.data[0];

            rest = str_from(rest, 1);
            end = str_index(rest, quote);
        } else {
            while (end < rest.len && !is_blank(rest.data[end]))
                end++;
        }
        *ret_value = bare(str_first(rest, end));
        rest = str_from(rest, end);
    }
    *attributes = rest;
    return true;
}

bool
html_attribute(struct str attributes, const char *name, struct str *ret_value)
{
    struct str found, value;

    while (html_attribute_next(&attributes, &found, &value)) {
        if (str_eq_nocase(found, str_from_cstr(name))) {
            *ret_value = value;
            return true;
        }
    }
    *ret_value = STR_EMPTY;
    return false;
}

/* Does a string of the program hold a part of a page, or the address of one? */
static bool
is_markup(struct str text)
{
    return str_has(text, STR("<")) || str_has(text, STR(">")) || str_has(text, STR("=\"")) ||
           str_has(text, STR(".php"));
}

/* Copies the literal at `offset`, its quotes, label and escapes blanked. */
static void
keep_literal(char *flat, struct token token, size_t offset)
{
    struct str text = token.text;
    size_t from = 0;
    bool is_single = text.len && text.data[0] == '\'';

    if (token.kind == TOKEN_STRING) {
        from = text.len && text.data[0] == '<' ? str_index(text, '\n') : 1;
        text.len -= text.len > from;
    }
    for (size_t i = from; i < text.len; i++) {
        char c = text.data[i];

        if (c == '\\' && i + 1 < text.len) {
            char next = text.data[i + 1];

            /* "\n" in double quotes is a blank on the page; of \" the quote stays. */
            if (next == '"' || next == '\'' || next == '\\')
                flat[offset + i + 1] = next;
            else if (is_single || (next != 'n' && next != 'r' && next != 't'))
                flat[offset + i + 1] = next == '\n' ? '\n' : next;
            i++;
            continue;
        }
        flat[offset + i] = c;
    }
}

struct str
html_flatten(struct str source, struct arena *arena)
{
    struct token_reader *reader;
    struct token token;
    char *flat;

    if (!str_has(source, STR("<?")))
        return source;
    reader = ARENA_NEW(arena, struct token_reader);
    flat = arena_alloc(arena, source.len);
    if (!reader || !flat)
        return source;
    token_reader_init(reader, source);
    while ((token = token_next(reader)).kind != TOKEN_END) {
        size_t offset = (size_t)(token.text.data - source.data);

        for (size_t i = 0; i < token.text.len; i++)
            flat[offset + i] = token.text.data[i] == '\n' ? '\n' : ' ';
        if (token.kind == TOKEN_HTML)
            memcpy(flat + offset, token.text.data, token.text.len);
        else if ((token.kind == TOKEN_STRING || token.kind == TOKEN_TEMPLATE_PART) &&
                 is_markup(token.text))
            keep_literal(flat, token, offset);
    }
    return (struct str){flat, source.len};
}
