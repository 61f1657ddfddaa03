#include "auth/results.h"

#define ARENA_SPARE ((size_t)128 * 1024) /* beside a copy of the name */

/* ---- words ---- */

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_control(char c)
{
    return (unsigned char)c < 32 || c == 127;
}

static bool
is_keyword_char(char c)
{
    char lower = (char)(c | 0x20);

    return (lower >= 'a' && lower <= 'z') || str_is_digit(c) || c == '-' || c == '_';
}

/* A byte of a token of RFC 2045 section 5.1; bytes beyond ASCII are none. */
static bool
is_token_char(char c)
{
    static const char specials[] = "()<>@,;:\\\"/[]?=";

    return c > ' ' && c < 127 && !memchr(specials, c, sizeof(specials) - 1);
}

/* A byte of a local part without quotes (RFC 5322 section 3.2.3). */
static bool
is_local_char(char c)
{
    return is_token_char(c) || c == '/' || c == '=' || c == '?';
}

/* Passes blanks and comments, which may be nested. False: a comment does not end. */
static bool
skip_comments(struct str *rest)
{
    size_t depth = 0, i = 0;

    for (; i < rest->len; i++) {
        char c = rest->data[i];

        if (c == '(')
            depth++;
        else if (c == ')' && depth)
            depth--;
        else if (c == '\\' && depth)
            i++;
        else if (!depth && !is_blank(c))
            break;
    }
    *rest = str_from(*rest, i);
    return depth == 0;
}

static bool
skip_char(struct str *rest, char c)
{
    if (rest->len == 0 || rest->data[0] != c)
        return false;
    *rest = str_from(*rest, 1);
    return skip_comments(rest);
}

static bool
read_keyword(struct str *rest, struct str *ret_word)
{
    size_t len = 0;

    while (len < rest->len && is_keyword_char(rest->data[len]))
        len++;
    *ret_word = str_first(*rest, len);
    *rest = str_from(*rest, len);
    return len > 0 && skip_comments(rest);
}

/* The text of a quoted string whose first quote is passed. False: it does not end. */
static bool
read_quoted(struct str *rest, struct buf *out)
{
    for (size_t i = 0; i < rest->len; i++) {
        char c = rest->data[i];

        if (c == '"') {
            *rest = str_from(*rest, i + 1);
            return true;
        }
        if (c == '\\' && ++i < rest->len)
            c = rest->data[i];
        /* Line ends of folding are gone; the blank behind them stays. */
        if (c == '\r' || c == '\n')
            continue;
        if (is_control(c) && c != '\t')
            return false;
        buf_add_char(out, c);
    }
    return false;
}

/* Up to a blank, a semicolon, a comment; quoted strings within it lose their quotes. */
static bool
read_value(struct str *rest, struct arena *arena, struct str *ret_value)
{
    struct str whole = *rest;
    bool is_quoted = false, is_good = true;
    struct buf buf;

    buf_init(&buf, whole.len + 1);
    while (rest->len && is_good) {
        char c = rest->data[0];

        if (is_blank(c) || c == ';' || c == '(')
            break;
        *rest = str_from(*rest, 1);
        if (c == '"') {
            is_quoted = true;
            is_good = read_quoted(rest, &buf);
        } else {
            buf_add_char(&buf, c);
            is_good = !is_control(c);
        }
    }
    *ret_value = is_quoted ? arena_str(arena, buf_str(&buf)) : str_first(whole, buf.len);
    is_good = is_good && (is_quoted || buf.len) && ret_value->len == buf.len;
    buf_done(&buf);
    return is_good && skip_comments(rest);
}

/* ---- reading ---- */

struct reader {
    struct str rest;
    struct arena *arena;
    struct results *results;
};

/* "header.d=example.com" or "reason=…", whose first word was read. */
static bool
read_property(struct reader *reader, struct results_method *method, struct str word)
{
    struct results *results = reader->results;
    struct results_property property = {.type = word};

    if (!skip_char(&reader->rest, '.'))
        return str_eq_nocase(word, STR("reason")) && skip_char(&reader->rest, '=') &&
               read_value(&reader->rest, reader->arena, &method->reason);
    if (!read_keyword(&reader->rest, &property.name) || !skip_char(&reader->rest, '=') ||
        !read_value(&reader->rest, reader->arena, &property.value) ||
        results->property_count == RESULTS_PROPERTIES_MAX)
        return false;
    results->properties[results->property_count++] = property;
    method->property_count++;
    return true;
}

/* One result, behind its semicolon. */
static bool
read_method(struct reader *reader)
{
    struct results *results = reader->results;
    struct results_method method = {.property_first = results->property_count, .reason = STR_EMPTY};
    struct str word;

    if (!read_keyword(&reader->rest, &method.method))
        return false;
    if (str_eq_nocase(method.method, STR("none")) &&
        (reader->rest.len == 0 || reader->rest.data[0] == ';'))
        return true;
    if (skip_char(&reader->rest, '/') && !read_keyword(&reader->rest, &word))
        return false;
    if (!skip_char(&reader->rest, '=') || !read_keyword(&reader->rest, &method.result))
        return false;
    while (reader->rest.len && reader->rest.data[0] != ';') {
        if (!read_keyword(&reader->rest, &word) || !read_property(reader, &method, word))
            return false;
    }
    if (results->count == RESULTS_MAX)
        return false;
    results->list[results->count++] = method;
    return true;
}

/* The authserv-id and its version, up to the first semicolon or the end. */
static bool
read_server(struct str *rest, struct arena *arena, struct str *ret_server)
{
    struct str version;

    if (!skip_comments(rest) || !read_value(rest, arena, ret_server))
        return false;
    if (rest->len && rest->data[0] != ';' && !read_keyword(rest, &version))
        return false;
    return rest->len == 0 || rest->data[0] == ';';
}

bool
results_read(struct str value, struct arena *arena, struct results *ret_results)
{
    struct reader reader = {value, arena, ret_results};

    ret_results->count = 0;
    ret_results->property_count = 0;
    if (!read_server(&reader.rest, arena, &ret_results->server))
        return false;
    while (reader.rest.len) {
        if (!skip_char(&reader.rest, ';'))
            return false;
        if (reader.rest.len && !read_method(&reader))
            return false;
    }
    return true;
}

struct str
results_property(const struct results *results, const struct results_method *method,
                 struct str type, struct str name)
{
    for (uint32_t i = 0; i < method->property_count; i++) {
        const struct results_property *property = &results->properties[method->property_first + i];

        if (str_eq_nocase(property->type, type) && str_eq_nocase(property->name, name))
            return property->value;
    }
    return STR_EMPTY;
}

/* "mx.example.org", "mx.example.org.", "mx.example.org/1", but not "mx.example.org.example.net". */
static bool
is_name_of(struct str found, struct str server)
{
    struct str rest = str_from(found, server.len);

    if (!str_starts_nocase(found, server))
        return false;
    if (rest.len && rest.data[0] == '.')
        rest = str_from(rest, 1);
    return rest.len == 0 || (!is_keyword_char(rest.data[0]) && rest.data[0] != '.');
}

bool
results_claims(struct str value, struct str server)
{
    struct arena *arena = arena_new(value.len + ARENA_SPARE);
    struct str rest = value, found;
    bool claims;

    if (read_server(&rest, arena, &found))
        claims = is_name_of(found, server);
    else
        claims = str_find_nocase(value, server) < value.len;
    arena_free(arena);
    return claims;
}

/* ---- writing ---- */

/* "a@example.com", "@example.com". */
static bool
is_plain_address(struct str value)
{
    struct str domain = value, local = str_cut(&domain, '@');

    if (local.len == value.len || domain.len == 0)
        return false;
    for (size_t i = 0; i < local.len; i++) {
        if (!is_local_char(local.data[i]))
            return false;
    }
    for (size_t i = 0; i < domain.len; i++) {
        if (!is_token_char(domain.data[i]))
            return false;
    }
    return true;
}

static bool
is_token(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (!is_token_char(value.data[i]))
            return false;
    }
    return value.len > 0;
}

static void
write_value(struct buf *buf, struct str value)
{
    if (is_token(value) || is_plain_address(value)) {
        buf_add(buf, value);
        return;
    }
    buf_add_char(buf, '"');
    for (size_t i = 0; i < value.len; i++) {
        char c = value.data[i];

        if (c == '"' || c == '\\')
            buf_add_char(buf, '\\');
        buf_add_char(buf, is_control(c) ? '?' : c);
    }
    buf_add_char(buf, '"');
}

void
results_write_begin(struct results_writer *writer, struct buf *buf, struct str server,
                    const char *fold)
{
    *writer = (struct results_writer){buf, fold, 0};
    write_value(buf, server);
}

void
results_write_method(struct results_writer *writer, struct str method, struct str result,
                     struct str reason)
{
    writer->count++;
    buf_printf(writer->buf, ";%s" STR_FMT "=" STR_FMT, writer->fold, STR_ARG(method),
               STR_ARG(result));
    if (reason.len) {
        buf_add_cstr(writer->buf, " reason=");
        write_value(writer->buf, reason);
    }
}

void
results_write_property(struct results_writer *writer, struct str type, struct str name,
                       struct str value)
{
    if (value.len == 0)
        return;
    buf_printf(writer->buf, " " STR_FMT "." STR_FMT "=", STR_ARG(type), STR_ARG(name));
    write_value(writer->buf, value);
}

void
results_write_dmarc(struct results_writer *writer, const struct dmarc_evaluation *evaluation)
{
    results_write_method(writer, STR("dmarc"), str_from_cstr(dmarc_result_name(evaluation->result)),
                         evaluation->reason);
    results_write_property(writer, STR("header"), STR("from"), evaluation->author);
    if (evaluation->record)
        results_write_property(writer, STR("policy"), STR("dmarc"),
                               str_from_cstr(dmarc_policy_name(evaluation->disposition)));
}

void
results_write_end(struct results_writer *writer)
{
    if (writer->count == 0)
        buf_printf(writer->buf, ";%snone", writer->fold);
}
