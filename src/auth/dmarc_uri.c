#include "auth/dmarc_uri.h"

#include "auth/idna.h"
#include "mail/address.h"

#define URI_BYTES_MAX 2048

static bool
is_letter(char c)
{
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'z';
}

static int
hex_value(char c)
{
    if (str_is_digit(c))
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 3986 section 3.1. */
static bool
is_scheme(struct str s)
{
    if (s.len == 0 || !is_letter(s.data[0]))
        return false;
    for (size_t i = 1; i < s.len; i++) {
        char c = s.data[i];

        if (!is_letter(c) && !str_is_digit(c) && c != '+' && c != '-' && c != '.')
            return false;
    }
    return true;
}

/* Bytes beyond ASCII are let through: mailboxes have them (RFC 6531), and mailers cope. */
static bool
has_bad_byte(struct str s)
{
    static const char refused[] = "\"<>\\^`{|}";

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.data[i];

        if (c <= ' ' || c == 127 || memchr(refused, c, sizeof(refused) - 1))
            return true;
    }
    return false;
}

/* "10m", "50k", "12". */
static bool
is_size(struct str s)
{
    if (s.len && strchr("kmgt", s.data[s.len - 1] | 0x20))
        s.len--;
    for (size_t i = 0; i < s.len; i++) {
        if (!str_is_digit(s.data[i]))
            return false;
    }
    return s.len > 0;
}

/* Resolves "%21". Empty: a percent sign without its two digits, or one that hides a control byte.
 */
static struct str
unescape(struct str s, struct arena *arena)
{
    char *out = arena_alloc(arena, s.len + 1);
    size_t len = 0;

    for (size_t i = 0; out && i < s.len; i++) {
        int high, low;

        if (s.data[i] != '%') {
            out[len++] = s.data[i];
            continue;
        }
        high = i + 2 < s.len ? hex_value(s.data[i + 1]) : -1;
        low = i + 2 < s.len ? hex_value(s.data[i + 2]) : -1;
        if (high < 0 || low < 0 || high * 16 + low < 32 || high * 16 + low == 127)
            return STR_EMPTY;
        out[len++] = (char)(high * 16 + low);
        i += 2;
    }
    return out ? (struct str){out, len} : STR_EMPTY;
}

static const char *
read_mailto(struct str rest, struct arena *arena, struct dmarc_uri *uri)
{
    struct str mailbox = unescape(str_cut(&rest, '?'), arena), domain = mailbox;

    if (!address_is_mailbox(mailbox))
        return "names no mailbox";
    while (str_index(domain, '@') < domain.len)
        (void)str_cut(&domain, '@');
    if (!idna_name(domain, arena, &uri->domain))
        return "has no domain that can be mailed to";
    uri->mailbox = mailbox;
    return NULL;
}

const char *
dmarc_uri_read(struct str item, struct arena *arena, struct dmarc_uri *ret_uri, bool *ret_has_size)
{
    struct str rest = item, size, scheme;
    struct dmarc_uri uri = {0};
    const char *fault = NULL;

    size = rest;
    rest = str_cut(&size, '!');
    *ret_has_size = rest.len < item.len;
    if (*ret_has_size && !is_size(size))
        return "has a \"!\" that is not written as %21";
    uri.text = rest;
    if (rest.len > URI_BYTES_MAX)
        return "is too long";
    if (has_bad_byte(rest))
        return "has a blank or another byte in it that no URI has";
    if (str_index(rest, ':') == rest.len)
        return "has no \"mailto:\" before it";
    scheme = str_cut(&rest, ':');
    if (!is_scheme(scheme) || rest.len == 0)
        return "is no URI";
    if (str_eq_nocase(scheme, STR("mailto")))
        fault = read_mailto(rest, arena, &uri);
    if (!fault)
        *ret_uri = uri;
    return fault;
}
