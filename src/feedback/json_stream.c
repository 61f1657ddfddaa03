#include "feedback/json_stream.h"

enum {
    STATE_VALUE,        /* a value must come */
    STATE_VALUE_OR_END, /* behind "[" */
    STATE_NAME_OR_END,  /* behind "{" */
    STATE_NAME,         /* behind a comma of an object */
    STATE_COLON,
    STATE_COMMA_OR_END,
    STATE_STRING,
    STATE_ESCAPE,
    STATE_UNICODE,
    STATE_LITERAL,
    STATE_OVER,
};

void
json_stream_init(struct json_stream *stream, json_stream_handler *handler, void *context)
{
    memset(stream, 0, sizeof(*stream));
    stream->handler = handler;
    stream->context = context;
    stream->state = STATE_VALUE;
    stream->line = 1;
}

static void
tell(struct json_stream *stream, enum json_stream_event event, struct str text)
{
    if (!stream->handler(stream->context, event, text))
        stream->is_stopped = true;
}

static void
add(struct json_stream *stream, unsigned byte)
{
    if (stream->len < JSON_STREAM_TEXT_MAX)
        stream->text[stream->len] = (char)(unsigned char)byte;
    stream->cut_count += stream->len == JSON_STREAM_TEXT_MAX;
    stream->len += stream->len <= JSON_STREAM_TEXT_MAX;
}

static void
add_code(struct json_stream *stream, uint32_t code)
{
    if (code < 0x80) {
        add(stream, code);
    } else if (code < 0x800) {
        add(stream, 0xc0 | code >> 6);
        add(stream, 0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        add(stream, 0xe0 | code >> 12);
        add(stream, 0x80 | (code >> 6 & 0x3f));
        add(stream, 0x80 | (code & 0x3f));
    } else {
        add(stream, 0xf0 | code >> 18);
        add(stream, 0x80 | (code >> 12 & 0x3f));
        add(stream, 0x80 | (code >> 6 & 0x3f));
        add(stream, 0x80 | (code & 0x3f));
    }
}

/* The first half of a pair that no second half followed. */
static void
flush_half(struct json_stream *stream)
{
    if (stream->high)
        add_code(stream, 0xfffd);
    stream->high = 0;
}

static struct str
text_of(const struct json_stream *stream)
{
    size_t len = stream->len < JSON_STREAM_TEXT_MAX ? stream->len : JSON_STREAM_TEXT_MAX;

    return (struct str){stream->text, len};
}

static void
after_value(struct json_stream *stream)
{
    stream->state = stream->depth ? STATE_COMMA_OR_END : STATE_OVER;
    stream->is_whole = stream->depth == 0;
}

static bool
open_container(struct json_stream *stream, bool is_array, struct err *err)
{
    if (stream->depth == JSON_STREAM_DEPTH_MAX)
        return err_set(err, ERR_LIMIT, "it is nested too deep");
    stream->is_array[stream->depth++] = is_array;
    stream->state = is_array ? STATE_VALUE_OR_END : STATE_NAME_OR_END;
    tell(stream, is_array ? JSON_STREAM_OPEN_ARRAY : JSON_STREAM_OPEN_OBJECT, STR_EMPTY);
    return true;
}

static void
close_container(struct json_stream *stream)
{
    stream->depth--;
    tell(stream, JSON_STREAM_CLOSE, STR_EMPTY);
    after_value(stream);
}

static bool
wrong(const struct json_stream *stream, struct err *err)
{
    return err_set(err, ERR_SYNTAX, "it is broken JSON in line %llu",
                   (unsigned long long)stream->line);
}

static void
begin_string(struct json_stream *stream, bool is_name)
{
    stream->is_name = is_name;
    stream->len = 0;
    stream->high = 0;
    stream->state = STATE_STRING;
}

static bool
is_literal_byte(char c)
{
    return str_is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.' ||
           c == 'E';
}

static bool
take_value(struct json_stream *stream, char c, struct err *err)
{
    if (c == '{' || c == '[')
        return open_container(stream, c == '[', err);
    if (c == '"') {
        begin_string(stream, false);
        return true;
    }
    if (!is_literal_byte(c))
        return wrong(stream, err);
    stream->len = 0;
    add(stream, (unsigned char)c);
    stream->state = STATE_LITERAL;
    return true;
}

static void
take_string(struct json_stream *stream, char c)
{
    if (c == '\\') {
        stream->state = STATE_ESCAPE;
        return;
    }
    flush_half(stream);
    if (c != '"') {
        add(stream, (unsigned char)c);
        return;
    }
    tell(stream, stream->is_name ? JSON_STREAM_NAME : JSON_STREAM_STRING, text_of(stream));
    if (stream->is_name)
        stream->state = STATE_COLON;
    else
        after_value(stream);
}

static bool
take_escape(struct json_stream *stream, char c, struct err *err)
{
    static const char codes[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    const char *at = c ? strchr(codes, c) : NULL;

    stream->state = STATE_STRING;
    if (c == 'u') {
        stream->digits = stream->code = 0;
        stream->state = STATE_UNICODE;
        return true;
    }
    flush_half(stream);
    if (!at)
        return wrong(stream, err);
    add(stream, (unsigned char)bytes[at - codes]);
    return true;
}

static void
end_unicode(struct json_stream *stream)
{
    uint32_t code = stream->code;

    stream->state = STATE_STRING;
    if (stream->high && code >= 0xdc00 && code < 0xe000) {
        add_code(stream, 0x10000 + ((stream->high - 0xd800) << 10) + (code - 0xdc00));
        stream->high = 0;
        return;
    }
    flush_half(stream);
    if (code >= 0xd800 && code < 0xdc00)
        stream->high = code;
    else
        add_code(stream, code >= 0xdc00 && code < 0xe000 ? 0xfffd : code);
}

static bool
take_unicode(struct json_stream *stream, char c, struct err *err)
{
    char low = (char)(c | 32);

    if (!str_is_digit(c) && (low < 'a' || low > 'f'))
        return wrong(stream, err);
    stream->code = stream->code * 16 + (uint32_t)(str_is_digit(c) ? c - '0' : low - 'a' + 10);
    if (++stream->digits == 4)
        end_unicode(stream);
    return true;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Between values, where blanks mean nothing. */
static bool
take_structure(struct json_stream *stream, char c, struct err *err)
{
    bool is_array = stream->depth && stream->is_array[stream->depth - 1];

    switch (stream->state) {
    case STATE_VALUE:
        return take_value(stream, c, err);
    case STATE_VALUE_OR_END:
        if (c != ']')
            return take_value(stream, c, err);
        close_container(stream);
        return true;
    case STATE_NAME_OR_END:
        if (c == '}') {
            close_container(stream);
            return true;
        }
        break;
    case STATE_COLON:
        stream->state = STATE_VALUE;
        return c == ':' || wrong(stream, err);
    case STATE_COMMA_OR_END:
        if (c == (is_array ? ']' : '}')) {
            close_container(stream);
            return true;
        }
        stream->state = is_array ? STATE_VALUE : STATE_NAME;
        return c == ',' || wrong(stream, err);
    case STATE_OVER:
        stream->has_behind = true;
        return true;
    default:
        break;
    }
    if (c != '"')
        return wrong(stream, err);
    begin_string(stream, true);
    return true;
}

static bool
take(struct json_stream *stream, char c, struct err *err)
{
    switch (stream->state) {
    case STATE_STRING:
        take_string(stream, c);
        return true;
    case STATE_ESCAPE:
        return take_escape(stream, c, err);
    case STATE_UNICODE:
        return take_unicode(stream, c, err);
    case STATE_LITERAL:
        if (is_literal_byte(c)) {
            add(stream, (unsigned char)c);
            return true;
        }
        tell(stream, JSON_STREAM_LITERAL, text_of(stream));
        after_value(stream);
        break;
    default:
        break;
    }
    if (is_blank(c))
        return true;
    /* A byte order mark before the document. */
    if (stream->depth == 0 && stream->state == STATE_VALUE && memchr("\xef\xbb\xbf", c, 3))
        return true;
    return take_structure(stream, c, err);
}

bool
json_stream_feed(struct json_stream *stream, struct str chunk, struct err *err)
{
    for (size_t i = 0; i < chunk.len && !stream->is_stopped; i++) {
        stream->line += chunk.data[i] == '\n';
        if (!take(stream, chunk.data[i], err))
            return false;
    }
    return true;
}
