#include "record/postfix_parts.h"

/*
 * Where an address that begins `s` ends at the earliest: a quoted local part may
 * hold ">, relay=" and the like, and is passed over (RFC 5321 quoted-string).
 */
static size_t
quoted_end(struct str s)
{
    size_t at = 1;

    if (s.len == 0 || s.data[0] != '"')
        return 0;
    while (at < s.len && s.data[at] != '"')
        at += s.data[at] == '\\' ? 2 : 1;
    return at < s.len ? at : 0;
}

/* Where the address that begins `s` is followed by `until`; s.len when it is not. */
size_t
postfix_address_end(struct str s, struct str until)
{
    size_t from = quoted_end(s);

    return from + str_find(str_from(s, from), until);
}

/* Cuts "<address" and `until`, which begins with '>', off the front. */
bool
postfix_cut_angled(struct str *rest, struct str until, struct str *ret_address)
{
    struct str address = *rest;
    size_t at;

    if (!str_skip(&address, STR("<")))
        return false;
    at = postfix_address_end(address, until);
    if (at >= address.len)
        return false;
    *ret_address = str_first(address, at);
    *rest = str_from(address, at + until.len);
    return true;
}

/* Where `needle` last stands in `s`; s.len when it does not. */
size_t
postfix_find_last(struct str s, struct str needle)
{
    for (size_t at = s.len; at >= needle.len && at > 0; at--) {
        if (str_ends(str_first(s, at), needle))
            return at - needle.len;
    }
    return s.len;
}

/* "host[address]" or "host[address]:port" at the front. */
bool
postfix_cut_peer(struct str *rest, struct str *ret_host, struct str *ret_address,
                 uint16_t *ret_port)
{
    size_t open = str_index(*rest, '['), close;
    uint32_t port = 0;

    if (open >= rest->len)
        return false;
    close = str_index(str_from(*rest, open), ']');
    if (open + close >= rest->len)
        return false;
    *ret_host = str_first(*rest, open);
    *ret_address = (struct str){rest->data + open + 1, close - 1};
    *rest = str_from(*rest, open + close + 1);
    /* In "host[address]: text" the colon belongs to the text. */
    if (rest->len >= 2 && rest->data[0] == ':' && rest->data[1] >= '0' && rest->data[1] <= '9') {
        *rest = str_from(*rest, 1);
        while (rest->len && rest->data[0] >= '0' && rest->data[0] <= '9' && port < 65536) {
            port = port * 10 + (uint32_t)(rest->data[0] - '0');
            *rest = str_from(*rest, 1);
        }
    }
    *ret_port = port < 65536 ? (uint16_t)port : 0;
    return true;
}

int64_t
postfix_number_or(struct str s, int64_t other)
{
    uint64_t number;

    return str_u64(s, &number) && number <= INT64_MAX ? (int64_t)number : other;
}

/* The number at the front of `s`, up to the first byte that is no digit. */
int64_t
postfix_front_number(struct str s)
{
    size_t len = 0;

    while (len < s.len && s.data[len] >= '0' && s.data[len] <= '9')
        len++;
    return postfix_number_or(str_first(s, len), -1);
}

/* "RCPT from host[ip]: 554 ...", "END-OF-MESSAGE: 554 ...": where the server was when it refused.
 */
bool
postfix_cut_stage(struct str *rest)
{
    size_t len = 0;

    while (len < rest->len &&
           ((rest->data[len] >= 'A' && rest->data[len] <= 'Z') || rest->data[len] == '-'))
        len++;
    if (len == 0 || len >= rest->len || (rest->data[len] != ' ' && rest->data[len] != ':'))
        return false;
    *rest = str_from(*rest, len);
    return true;
}
