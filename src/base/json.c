#include "base/json.h"

#include <assert.h>
#include <math.h>

#include "base/utf8.h"

void
json_init(struct json *json, struct buf *buf)
{
    *json = (struct json){.buf = buf};
}

static void
write_text(struct buf *buf, struct str text)
{
    buf_add_char(buf, '"');
    while (text.len) {
        size_t len = utf8_char_len(text);
        unsigned char c = (unsigned char)text.data[0];

        if (len == 0) {
            buf_add(buf, STR("\xEF\xBF\xBD"));
            len = 1;
        } else if (c == '"' || c == '\\') {
            buf_printf(buf, "\\%c", c);
        } else if (c < 0x20 || c == 0x7F) {
            buf_printf(buf, "\\u%04x", c);
        } else {
            buf_add(buf, str_first(text, len));
        }
        text = str_from(text, len);
    }
    buf_add_char(buf, '"');
}

static void
begin_member(struct json *json, const char *name)
{
    if (json->depth > 0) {
        if (json->has_member[json->depth - 1])
            buf_add_char(json->buf, ',');
        json->has_member[json->depth - 1] = true;
    }
    if (name) {
        write_text(json->buf, str_from_cstr(name));
        buf_add_char(json->buf, ':');
    }
}

static void
open_level(struct json *json, const char *name, char opener, char closer)
{
    assert(json->depth < JSON_DEPTH_MAX);
    begin_member(json, name);
    buf_add_char(json->buf, opener);
    json->closer[json->depth] = closer;
    json->has_member[json->depth] = false;
    json->depth++;
}

void
json_object(struct json *json, const char *name)
{
    open_level(json, name, '{', '}');
}

void
json_array(struct json *json, const char *name)
{
    open_level(json, name, '[', ']');
}

void
json_end(struct json *json)
{
    assert(json->depth > 0);
    json->depth--;
    buf_add_char(json->buf, json->closer[json->depth]);
}

void
json_string(struct json *json, const char *name, struct str value)
{
    begin_member(json, name);
    write_text(json->buf, value);
}

void
json_string_or_null(struct json *json, const char *name, struct str value)
{
    if (value.len)
        json_string(json, name, value);
    else
        json_null(json, name);
}

void
json_integer(struct json *json, const char *name, int64_t value)
{
    begin_member(json, name);
    buf_printf(json->buf, "%lld", (long long)value);
}

void
json_real(struct json *json, const char *name, double value, int decimals)
{
    begin_member(json, name);
    if (isfinite(value))
        buf_printf(json->buf, "%.*f", decimals, value);
    else
        buf_add_cstr(json->buf, "null");
}

void
json_bool(struct json *json, const char *name, bool value)
{
    begin_member(json, name);
    buf_add_cstr(json->buf, value ? "true" : "false");
}

void
json_null(struct json *json, const char *name)
{
    begin_member(json, name);
    buf_add_cstr(json->buf, "null");
}
