#include "record/field.h"

int64_t
field_number(struct str s, int64_t otherwise)
{
    uint64_t number;

    return str_u64(s, &number) && number <= INT64_MAX ? (int64_t)number : otherwise;
}

static size_t
count_digits(struct str s)
{
    size_t len = 0;

    while (len < s.len && str_is_digit(s.data[len]))
        len++;
    return len;
}

int64_t
field_front_number(struct str s)
{
    return field_number(str_first(s, count_digits(s)), -1);
}

int64_t
field_cut_number(struct str *s)
{
    struct str digits = str_first(*s, count_digits(*s));

    *s = str_from(*s, digits.len);
    return field_number(digits, -1);
}

size_t
field_quoted_end(struct str s)
{
    size_t at = 1;

    if (s.len == 0 || s.data[0] != '"')
        return 0;
    while (at < s.len && s.data[at] != '"')
        at += s.data[at] == '\\' ? 2 : 1;
    return at < s.len ? at : 0;
}

size_t
field_address_end(struct str s, struct str until)
{
    size_t from = field_quoted_end(s);

    return from + str_find(str_from(s, from), until);
}

bool
field_cut_angled(struct str *rest, struct str until, struct str *ret_address)
{
    struct str address = *rest;
    size_t at;

    if (!str_skip(&address, STR("<")))
        return false;
    at = field_address_end(address, until);
    if (at >= address.len)
        return false;
    *ret_address = str_first(address, at);
    *rest = str_from(address, at + until.len);
    return true;
}

struct str
field_without_angles(struct str s)
{
    if (s.len >= 2 && s.data[0] == '<' && s.data[s.len - 1] == '>')
        return (struct str){s.data + 1, s.len - 2};
    return s;
}

/* From the right: what is looked for mostly stands near the end. */
size_t
field_find_last(struct str s, struct str needle)
{
    struct str front = s.len >= needle.len ? str_first(s, s.len - needle.len + 1) : STR_EMPTY;

    while (front.len) {
        const char *at = memrchr(front.data, needle.data[0], front.len);

        if (!at)
            break;
        if (memcmp(at, needle.data, needle.len) == 0)
            return (size_t)(at - s.data);
        front.len = (size_t)(at - front.data);
    }
    return s.len;
}

struct str
field_address(struct str s)
{
    if (s.len >= 2 && s.data[0] == '[' && s.data[s.len - 1] == ']')
        s = (struct str){s.data + 1, s.len - 2};
    if (str_starts_nocase(s, STR("IPv6:")))
        s = str_from(s, 5);
    if (str_starts_nocase(s, STR("::ffff:")) && str_index(s, '.') < s.len)
        s = str_from(s, 7);
    return s;
}

bool
field_is_address(struct str s)
{
    size_t dots = 0, colons = 0;

    if (s.len < 2 || s.len > 64)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];

        if (c == '.')
            dots++;
        else if (c == ':')
            colons++;
        else if (c == '%')
            return colons >= 2; /* the zone of a link-local address follows */
        else if (!str_is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'f'))
            return false;
    }
    return colons >= 2 || (colons == 0 && dots == 3 && str_is_digit(s.data[0]));
}

/* "[address]:port" at the front: drops it. */
static bool
cut_brackets(struct str *rest, struct str *ret_address, uint16_t *ret_port)
{
    struct str after, address;
    size_t close = str_index(str_first(*rest, 80), ']');
    int64_t port = 0;

    if (rest->len == 0 || rest->data[0] != '[' || close >= rest->len || rest->data[close] != ']')
        return false;
    address = field_address(str_first(*rest, close + 1));
    if (!field_is_address(address))
        return false;
    after = str_from(*rest, close + 1);
    if (after.len > 1 && after.data[0] == ':' && str_is_digit(after.data[1])) {
        after = str_from(after, 1);
        port = field_cut_number(&after);
    }
    *ret_address = address;
    *ret_port = port > 0 && port < 65536 ? (uint16_t)port : 0;
    *rest = after;
    return true;
}

bool
field_cut_peer(struct str *rest, struct str *ret_host, struct str *ret_address, uint16_t *ret_port)
{
    struct str s = *rest, host = STR_EMPTY;

    if (s.len && s.data[0] != '[' && s.data[0] != '(') {
        host = str_cut(&s, ' ');
        if (host.len == rest->len)
            return false;
    }
    if (s.len && s.data[0] == '(') {
        size_t end = str_find(s, STR(") ["));

        if (end >= s.len)
            return false;
        s = str_from(s, end + 2);
    }
    if (!cut_brackets(&s, ret_address, ret_port))
        return false;
    *ret_host = host;
    *rest = s;
    return true;
}

#define QUEUE_ID_BYTES_MIN 6
#define QUEUE_ID_BYTES_MAX 32

struct str
field_queued_as(struct str reply)
{
    static const struct str words[] = {{" queued as ", 11}, {" id=", 4}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t at = field_find_last(reply, words[i]), len = 0;
        struct str id = str_from(reply, at + words[i].len);

        if (at >= reply.len)
            continue;
        while (len < id.len && (field_is_alnum(id.data[len]) || id.data[len] == '-'))
            len++;
        if (len >= QUEUE_ID_BYTES_MIN && len <= QUEUE_ID_BYTES_MAX)
            return str_first(id, len);
    }
    return STR_EMPTY;
}
