#include "record/access.h"

#include "record/stamp.h"

static struct str
without_dash(struct str s)
{
    return s.len == 1 && s.data[0] == '-' ? STR_EMPTY : s;
}

/* "192.0.2.7" or "2001:db8::7", perhaps with a port: by its looks. */
static bool
is_address(struct str s)
{
    size_t dots = 0, colons = 0;

    if (s.len < 2 || s.len > 48)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];

        if (c == '.')
            dots++;
        else if (c == ':')
            colons++;
        else if (!str_is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'f') && c != '[' &&
                 c != ']' && c != '%')
            return false;
    }
    return colons >= 2 || (dots == 3 && str_is_digit(s.data[0]));
}

struct str
access_host(struct str host)
{
    size_t colon;

    if (host.len && host.data[0] == '[') {
        size_t end = str_index(host, ']');

        return end < host.len ? (struct str){host.data + 1, end - 1} : host;
    }
    colon = str_index(host, ':');
    if (colon < host.len && str_index(str_from(host, colon + 1), ':') == host.len - colon - 1)
        host.len = colon;
    return without_dash(host);
}

enum request_method
access_method(struct str name)
{
    switch (name.len) {
    case 3:
        if (memcmp(name.data, "GET", 3) == 0)
            return METHOD_GET;
        return memcmp(name.data, "PUT", 3) == 0 ? METHOD_PUT : METHOD_OTHER;
    case 4:
        if (memcmp(name.data, "POST", 4) == 0)
            return METHOD_POST;
        return memcmp(name.data, "HEAD", 4) == 0 ? METHOD_HEAD : METHOD_OTHER;
    default:
        return METHOD_OTHER;
    }
}

static bool
is_method_name(struct str name)
{
    if (name.len == 0 || name.len > 20)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];

        if (!(c >= 'A' && c <= 'Z') && c != '_' && c != '-')
            return false;
    }
    return true;
}

/* How long " HTTP/1.1" at the end is; 0 without it. */
static size_t
version_len(struct str s)
{
    if (s.len >= 9 && memcmp(s.data + s.len - 9, " HTTP/", 6) == 0)
        return 9;
    if (s.len >= 7 && memcmp(s.data + s.len - 7, " HTTP/", 6) == 0)
        return 7;
    return 0;
}

void
access_request_read(struct str request, struct event_request *ret_request)
{
    struct str target = request, method = str_cut(&target, ' ');

    ret_request->method = METHOD_OTHER;
    ret_request->target = STR_EMPTY;
    if (method.len == request.len || !is_method_name(method))
        return; /* "-", a TLS hello, an attack: no request that a server would serve */
    target.len -= version_len(target);
    ret_request->method = access_method(method);
    ret_request->target = target;
}

/*
 * Where the quoted text at the front of `s` ends: the first quote that no
 * backslash escapes, from `from` on. `s.len` when there is none.
 */
static inline size_t
find_quote(struct str s, size_t from)
{
    for (;;) {
        size_t at = from + str_index(str_from(s, from), '"'), slashes = 0;

        if (at >= s.len)
            return s.len;
        while (slashes < at && s.data[at - slashes - 1] == '\\')
            slashes++;
        if (slashes % 2 == 0)
            return at;
        from = at + 1;
    }
}

/* " 200 5", after the request: false when it is not so. Drops it. */
static bool
read_status(struct str *s, uint16_t *ret_status)
{
    const char *at = s->data;

    if (s->len >= 4 && str_is_digit(at[1]) && str_is_digit(at[2]) && str_is_digit(at[3]) &&
        (s->len == 4 || at[4] == ' ')) {
        *ret_status = (uint16_t)((at[1] - '0') * 100 + (at[2] - '0') * 10 + (at[3] - '0'));
        *s = str_from(*s, 4);
        return at[0] == ' ';
    }
    if (s->len >= 2 && at[0] == ' ' && at[1] == '-' && (s->len == 2 || at[2] == ' ')) {
        *ret_status = 0;
        *s = str_from(*s, 2);
        return true;
    }
    return false;
}

/*
 * The request and its status: `"GET / HTTP/1.1" 200`, the first quote dropped
 * already. A quote counts as the end only where a status follows, for servers
 * that do not escape.
 */
static bool
read_request(struct str *s, struct event_request *request)
{
    size_t end = 0;

    for (;;) {
        struct str rest;

        end = find_quote(*s, end);
        if (end >= s->len)
            return false;
        rest = str_from(*s, end + 1);
        if (read_status(&rest, &request->status)) {
            access_request_read(str_first(*s, end), request);
            *s = rest;
            return true;
        }
        end++;
    }
}

/* A word that may be a host name: nothing that an injected request would hold. */
static bool
is_host_name(struct str s)
{
    if (s.len == 0 || s.len > 255 || s.data[0] == '-')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];

        if (!str_is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'z') && c != '.' && c != '-' &&
            c != '_' && c != ':')
            return false;
    }
    return true;
}

/* ` "` or, with $host after the stamp, ` shop.example "`. */
static bool
skip_to_request(struct str *s, struct event_request *request)
{
    struct str rest = *s, word;

    if (str_skip(s, STR(" \"")))
        return true;
    if (!str_skip(&rest, STR(" ")))
        return false;
    word = str_first(rest, str_index(str_first(rest, 256), ' '));
    rest = str_from(rest, word.len);
    if (!is_host_name(word) || !str_skip(&rest, STR(" \"")))
        return false;
    request->vhost = access_host(word);
    *s = rest;
    return true;
}

#define HEAD_LEN_MAX 2048 /* vhost, client, ident and user */

/*
 * Finds the stamp with the request behind it. The user name before it is the
 * client's to choose and may hold a stamp, but no bare quote: the first stamp
 * that ` "` follows is the server's.
 */
static bool
find_stamp(struct str *s, struct str *ret_head, struct event *event)
{
    struct str line = *s;
    size_t at = 0;

    while (at < line.len && at < HEAD_LEN_MAX) {
        struct str rest;

        at += str_index(str_from(line, at), '[');
        rest = str_from(line, at);
        if (rest.len && stamp_read_access(&rest, event) &&
            skip_to_request(&rest, &event->request)) {
            *ret_head = str_first(line, at);
            *s = rest;
            return true;
        }
        at++;
    }
    return false;
}

/* May the second word be the client, the first being a host of this server? */
static bool
is_vhost_first(struct str first, struct str second)
{
    if (str_eq(second, STR("-")))
        return false;
    if (is_address(second))
        return true;
    if (is_address(first) && access_host(first).len == first.len)
        return false;
    return str_index(second, '.') < second.len || str_eq(second, STR("localhost"));
}

/*
 * "192.0.2.7 - anna ", "shop.example:80 192.0.2.7 - - ", "192.0.2.7 shop.example - ".
 * The second word is never the visitor's choice; the user, behind it, is.
 */
static void
read_head(struct str head, struct event_request *request)
{
    struct str rest = head, first, second, after;

    (void)str_skip(&rest, STR("\"")); /* some exports quote the whole line */
    first = str_cut(&rest, ' ');
    after = rest;
    second = str_cut(&after, ' ');
    if (first.len > 1 && first.data[first.len - 1] == ',') {
        /* X-Forwarded-For in the first place: "203.0.113.9, 198.51.100.2 - - " */
        first.len--;
        while (second.len > 1 && second.data[second.len - 1] == ',')
            second = str_cut(&after, ' ');
        rest = after;
        (void)str_cut(&rest, ' ');
    } else if (after.len && is_vhost_first(first, second)) {
        request->vhost = access_host(first);
        first = second;
        rest = after;
        (void)str_cut(&rest, ' ');
    } else {
        if (str_index(second, '.') < second.len && is_host_name(second))
            request->vhost = access_host(second);
        rest = after;
    }
    request->client = access_host(first);
    if (rest.len && rest.data[rest.len - 1] == ' ')
        rest.len--;
    request->user = without_dash(rest);
}

/* All digits, at most `len_max` of them. */
static bool
is_number(struct str s, size_t len_max)
{
    if (s.len == 0 || s.len > len_max)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!str_is_digit(s.data[i]))
            return false;
    }
    return true;
}

static int64_t
to_number(struct str s)
{
    int64_t number = 0;

    for (size_t i = 0; i < s.len; i++)
        number = number * 10 + (s.data[i] - '0');
    return number;
}

/* "0.003", three decimals exactly: $request_time, in microseconds. -1: it is none. */
static int64_t
read_seconds(struct str word)
{
    struct str fraction = word, whole = str_cut(&fraction, '.');

    if (!is_number(whole, 8) || fraction.len != 3 || !is_number(fraction, 3))
        return -1;
    return to_number(whole) * 1000000 + to_number(fraction) * 1000;
}

/* What stands after size or user agent: the duration, as far as it can be told. */
struct trailer {
    int64_t duration_us;
    struct str number; /* a lone integer */
    unsigned words;
};

static void
read_trailer_word(struct str word, struct trailer *trailer)
{
    static const struct str names[] = {{"rt=", 3}, {"request_time=", 13}, {"D=", 2}};
    struct str value = word;

    trailer->words++;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_skip(&value, names[i]) && trailer->duration_us < 0) {
            trailer->duration_us = read_seconds(value);
            if (trailer->duration_us < 0 && names[i].len == 2 && is_number(value, 12))
                trailer->duration_us = to_number(value);
            return;
        }
    }
    if (str_skip(&value, STR("**")) && str_ends(value, STR("**"))) {
        value.len -= 2; /* "**0/1834**", from Apache's documentation: %T/%D */
        if (is_number(str_cut(&value, '/'), 6) && is_number(value, 12))
            trailer->duration_us = to_number(value);
    } else if (trailer->duration_us < 0) {
        trailer->duration_us = read_seconds(word);
    }
    if (is_number(word, 12))
        trailer->number = word;
}

/* "203.0.113.9, 198.51.100.2": what a proxy says, or "-" and anything else: empty. */
static struct str
read_forwarded(struct str quoted)
{
    struct str rest = quoted;

    return is_address(str_cut(&rest, ',')) ? quoted : STR_EMPTY;
}

/* ` "text"` at the front: drops it. Without a closing quote (a cut line) it takes all. */
static bool
read_quoted(struct str *s, struct str *ret_text)
{
    size_t end;

    if (!str_skip(s, STR(" \"")))
        return false;
    end = find_quote(*s, 0);
    *ret_text = str_first(*s, end);
    *s = str_from(*s, end + 1);
    return true;
}

/* Words up to the next ` "` or the end of the line. */
static void
read_words(struct str *s, struct trailer *trailer)
{
    while (s->len >= 2 && s->data[0] == ' ' && s->data[1] != '"') {
        struct str word;

        *s = str_from(*s, 1);
        word = str_first(*s, str_index(*s, ' '));
        *s = str_from(*s, word.len);
        read_trailer_word(word, trailer);
    }
}

/* From the size on: size, referer, agent and whatever was added. */
static void
read_tail(struct str rest, struct event_request *request)
{
    struct trailer trailer = {.duration_us = -1, .number = STR_EMPTY};
    struct str quoted;

    if (str_skip(&rest, STR(" ")))
        rest = str_from(rest, str_index(rest, ' ')); /* the size */
    read_words(&rest, &trailer);
    if (read_quoted(&rest, &quoted)) {
        request->referer = without_dash(quoted);
        if (read_quoted(&rest, &quoted))
            request->agent = without_dash(quoted);
    }
    while (rest.len > 1) {
        const char *before = rest.data;

        if (read_quoted(&rest, &quoted)) {
            struct str forwarded = read_forwarded(quoted);

            if (request->forwarded.len == 0)
                request->forwarded = forwarded;
            if (forwarded.len == 0)
                trailer.words++;
        } else {
            read_words(&rest, &trailer);
        }
        if (rest.data == before)
            break;
    }
    if (trailer.duration_us < 0 && trailer.words == 1 && trailer.number.len)
        trailer.duration_us = to_number(trailer.number);
    request->duration_us = trailer.duration_us;
}

static bool
read_line(struct str line, struct event *event)
{
    struct event_request *request = &event->request;
    struct str head;

    *request = (struct event_request){
        .method = METHOD_OTHER,
        .client = STR_EMPTY,
        .forwarded = STR_EMPTY,
        .vhost = STR_EMPTY,
        .user = STR_EMPTY,
        .target = STR_EMPTY,
        .referer = STR_EMPTY,
        .agent = STR_EMPTY,
        .duration_us = -1,
    };
    if (!find_stamp(&line, &head, event) || !read_request(&line, request))
        return false;
    read_head(head, request);
    read_tail(line, request);
    return true;
}

int
access_probe(struct str record)
{
    struct event event;

    event_init(&event);
    return read_line(record, &event) ? 2 : 0;
}

void
access_read(struct str record, struct event *event)
{
    if (read_line(record, event))
        event->kind = EVENT_REQUEST;
}
