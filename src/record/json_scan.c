#include "record/json_scan.h"

static inline bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_space(struct str *s)
{
    size_t at = 0;

    while (at < s->len && is_space(s->data[at]))
        at++;
    *s = str_from(*s, at);
}

static bool
scan_start(struct json_scan *scan, struct str text, char opener)
{
    skip_space(&text);
    if (text.len == 0 || text.data[0] != opener)
        return false;
    *scan = (struct json_scan){.rest = str_from(text, 1)};
    return true;
}

bool
json_scan_object(struct json_scan *scan, struct str text)
{
    return scan_start(scan, text, '{');
}

bool
json_scan_array(struct json_scan *scan, struct str text)
{
    return scan_start(scan, text, '[');
}

/* `"text"`: drops it, quotes included. False without a closing quote. */
static bool
read_string(struct str *s, struct json_value *ret_value)
{
    size_t from = 1;

    if (s->len < 2 || s->data[0] != '"')
        return false;
    for (;;) {
        size_t at = from + str_index(str_from(*s, from), '"'), slashes = 0;

        if (at >= s->len)
            return false;
        while (s->data[at - slashes - 1] == '\\')
            slashes++;
        if (slashes % 2 == 0) {
            ret_value->kind = JSON_STRING;
            ret_value->text = (struct str){s->data + 1, at - 1};
            ret_value->has_escape = str_index(ret_value->text, '\\') < ret_value->text.len;
            *s = str_from(*s, at + 1);
            return true;
        }
        from = at + 1;
    }
}

/* An object or array: drops it whole. Brackets are counted, not matched by kind. */
static bool
read_nested(struct str *s, struct json_value *ret_value)
{
    struct str rest = *s;
    struct json_value ignored;
    size_t depth = 0, at = 0;

    while (at < rest.len) {
        char c = rest.data[at];

        if (c == '"') {
            struct str tail = str_from(rest, at);

            if (!read_string(&tail, &ignored))
                return false;
            at = rest.len - tail.len;
            continue;
        }
        at++;
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && --depth == 0)
            break;
    }
    if (depth)
        return false;
    *ret_value = (struct json_value){
        .kind = rest.data[0] == '{' ? JSON_OBJECT : JSON_ARRAY,
        .text = str_first(rest, at),
    };
    *s = str_from(rest, at);
    return true;
}

static bool
read_literal(struct str *s, struct json_value *ret_value)
{
    size_t at = 0;

    while (at < s->len && !is_space(s->data[at]) && !memchr(",:{}[]\"", s->data[at], 7))
        at++;
    *ret_value = (struct json_value){.kind = JSON_LITERAL, .text = str_first(*s, at)};
    *s = str_from(*s, at);
    return at > 0 && s->len > 0; /* at the end of the line a number may be cut */
}

static bool
read_value(struct str *s, struct json_value *ret_value)
{
    skip_space(s);
    if (s->len == 0)
        return false;
    if (s->data[0] == '"')
        return read_string(s, ret_value);
    if (s->data[0] == '{' || s->data[0] == '[')
        return read_nested(s, ret_value);
    return read_literal(s, ret_value);
}

/* After a value: a comma, or `closer`, which ends the walk. */
static bool
is_at_end(struct json_scan *scan, char closer)
{
    skip_space(&scan->rest);
    if (scan->rest.len && scan->rest.data[0] == ',') {
        scan->rest = str_from(scan->rest, 1);
        skip_space(&scan->rest);
    }
    if (scan->rest.len && scan->rest.data[0] == closer) {
        scan->is_whole = true;
        scan->rest = str_from(scan->rest, scan->rest.len);
    }
    return scan->rest.len == 0;
}

bool
json_scan_member(struct json_scan *scan, struct str *ret_name, struct json_value *ret_value)
{
    struct json_value name;

    if (is_at_end(scan, '}') || !read_string(&scan->rest, &name))
        return false;
    skip_space(&scan->rest);
    if (!str_skip(&scan->rest, STR(":")) || !read_value(&scan->rest, ret_value))
        return false;
    *ret_name = name.text;
    return true;
}

bool
json_scan_element(struct json_scan *scan, struct json_value *ret_value)
{
    return !is_at_end(scan, ']') && read_value(&scan->rest, ret_value);
}

static void
put(struct json_scratch *scratch, char c)
{
    if (scratch->len < scratch->capacity)
        scratch->data[scratch->len++] = c;
}

static void
put_utf8(struct json_scratch *scratch, uint32_t c)
{
    if (c < 0x80) {
        put(scratch, (char)c);
        return;
    }
    if (c < 0x800) {
        put(scratch, (char)(0xc0 | c >> 6));
    } else {
        if (c < 0x10000) {
            put(scratch, (char)(0xe0 | c >> 12));
        } else {
            put(scratch, (char)(0xf0 | c >> 18));
            put(scratch, (char)(0x80 | (c >> 12 & 0x3f)));
        }
        put(scratch, (char)(0x80 | (c >> 6 & 0x3f)));
    }
    put(scratch, (char)(0x80 | (c & 0x3f)));
}

/* "00e9", after "\u": drops it. False when it is not four hex digits. */
static bool
read_hex4(struct str *s, uint32_t *ret_unit)
{
    uint32_t unit = 0;

    if (s->len < 4)
        return false;
    for (size_t i = 0; i < 4; i++) {
        unsigned c = (unsigned char)s->data[i], value = c - '0';

        if (value > 9)
            value = (c | 32) - 'a' + 10;
        if (value > 15 || (c > '9' && value < 10))
            return false;
        unit = unit << 4 | value;
    }
    *ret_unit = unit;
    *s = str_from(*s, 4);
    return true;
}

/* What follows "\u"; a high surrogate takes the low one behind it. */
static uint32_t
read_code_point(struct str *s)
{
    uint32_t high, low;
    struct str rest;

    if (!read_hex4(s, &high))
        return 0xfffd;
    if (high < 0xd800 || high > 0xdfff)
        return high;
    rest = *s;
    if (high > 0xdbff || !str_skip(&rest, STR("\\u")) || !read_hex4(&rest, &low) || low < 0xdc00 ||
        low > 0xdfff)
        return 0xfffd;
    *s = rest;
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* Decodes the escape behind a backslash. What JSON does not know ("\x16") stays as it is. */
static void
put_escape(struct str *s, struct json_scratch *scratch)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at;

    if (s->len && s->data[0] == 'u') {
        *s = str_from(*s, 1);
        put_utf8(scratch, read_code_point(s));
        return;
    }
    at = s->len ? memchr(from, s->data[0], sizeof(from) - 1) : NULL;
    if (!at) {
        put(scratch, '\\');
        return;
    }
    put(scratch, to[at - from]);
    *s = str_from(*s, 1);
}

struct str
json_scan_text(struct json_value value, struct json_scratch *scratch)
{
    char *start = scratch->data + scratch->len;
    struct str rest = value.text;

    switch (value.kind) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        return STR_EMPTY;
    case JSON_LITERAL:
        return str_eq(value.text, STR("null")) ? STR_EMPTY : value.text;
    case JSON_STRING:
        break;
    }
    if (!value.has_escape)
        return value.text;
    while (rest.len) {
        size_t plain = str_index(rest, '\\');
        size_t room = scratch->capacity - scratch->len;
        size_t len = plain < room ? plain : room;

        if (len)
            memcpy(scratch->data + scratch->len, rest.data, len);
        scratch->len += len;
        rest = str_from(rest, plain);
        if (str_skip(&rest, STR("\\")))
            put_escape(&rest, scratch);
    }
    return (struct str){start, (size_t)(scratch->data + scratch->len - start)};
}

struct str
json_scan_bytes(struct json_value value, struct json_scratch *scratch)
{
    char *start = scratch->data + scratch->len;
    struct json_scan scan;
    struct json_value element;

    if (value.kind != JSON_ARRAY || !json_scan_array(&scan, value.text))
        return STR_EMPTY;
    while (json_scan_element(&scan, &element)) {
        uint64_t byte;

        if (element.kind != JSON_LITERAL || !str_u64(element.text, &byte) || byte > 255)
            return STR_EMPTY;
        put(scratch, (char)byte);
    }
    return (struct str){start, (size_t)(scratch->data + scratch->len - start)};
}
