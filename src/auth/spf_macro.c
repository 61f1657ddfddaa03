#include "auth/spf_macro_parts.h"

#include <arpa/inet.h>
#include <stdio.h>

#define NAME_TEXT_MAX ((size_t)253)
#define VALUE_BYTES 64 /* of an address or a time as text */
#define SENDER_BYTES (SPF_LOCAL_MAX + DNS_NAME_MAX + 2)

/* Where text goes: a name keeps its end, an explanation its beginning. */
struct sink {
    char *data;
    size_t len, size;
    bool keeps_end, is_over;
};

static void
put(struct sink *sink, struct str s)
{
    if (!s.len)
        return;
    if (sink->len + s.len > sink->size) {
        size_t kept = NAME_TEXT_MAX + 2;

        sink->is_over = true;
        if (!sink->keeps_end)
            return;
        /* More than a name can have is never looked at: the end is what is kept. */
        if (s.len > kept)
            s = str_from(s, s.len - kept);
        kept = kept < sink->len ? kept : sink->len;
        memmove(sink->data, sink->data + sink->len - kept, kept);
        sink->len = kept;
    }
    memcpy(sink->data + sink->len, s.data, s.len);
    sink->len += s.len;
}

static void
put_part(struct sink *sink, struct str part, const struct spf_macro *macro)
{
    static const char hex[] = "0123456789ABCDEF";

    if (!macro->is_escaped && sink->keeps_end) {
        put(sink, part);
        return;
    }
    for (size_t i = 0; i < part.len; i++) {
        unsigned char c = (unsigned char)part.data[i];
        char bytes[3] = {'%', hex[c >> 4], hex[c & 15]};
        bool is_unreserved = str_is_digit((char)c) ||
                             (spf_lower((char)c) >= 'a' && spf_lower((char)c) <= 'z') || c == '-' ||
                             c == '.' || c == '_' || c == '~';

        if (macro->is_escaped && !is_unreserved) {
            put(sink, (struct str){bytes, 3});
            continue;
        }
        bytes[0] = c < 0x20 || c > 0x7e ? '?' : (char)c;
        put(sink, (struct str){bytes, 1});
    }
}

/* Cuts the first part off, or the last; what is behind the value's end is not looked at. */
static struct str
cut_part(struct str *value, const struct spf_macro *macro)
{
    struct str part;
    size_t len;

    if (macro->is_reversed) {
        for (len = value->len; len > 0; len--) {
            if (spf_delimiter_bit(value->data[len - 1]) & macro->delimiters)
                break;
        }
        part = str_from(*value, len);
        *value = str_first(*value, len ? len - 1 : 0);
        return part;
    }
    for (len = 0; len < value->len; len++) {
        if (spf_delimiter_bit(value->data[len]) & macro->delimiters)
            break;
    }
    part = str_first(*value, len);
    *value = str_from(*value, len + 1);
    return part;
}

/* The value's parts, the last ones where a number is given, joined with dots. */
static void
put_parts(struct sink *sink, struct str value, const struct spf_macro *macro)
{
    size_t count = 1, skipped;

    for (size_t i = 0; i < value.len; i++)
        count += (spf_delimiter_bit(value.data[i]) & macro->delimiters) != 0;
    skipped = macro->parts && macro->parts < count ? count - macro->parts : 0;
    for (size_t i = 0; i < count; i++) {
        struct str part = cut_part(&value, macro);

        if (i < skipped)
            continue;
        if (i > skipped)
            put(sink, STR("."));
        put_part(sink, part, macro);
    }
}

static void
put_value(struct sink *sink, struct str value, const struct spf_macro *macro)
{
    if (!macro->parts && !macro->is_reversed && macro->delimiters == spf_delimiter_bit('.'))
        put_part(sink, value, macro);
    else
        put_parts(sink, value, macro);
}

/* 192.0.2.7, or the nibbles 2.0.0.1.0.D.B.8.… of IPv6 (RFC 7208 section 7.3). */
static struct str
dotted_address(const struct spf_macro_values *values, char into[VALUE_BYTES])
{
    static const char hex[] = "0123456789ABCDEF";
    size_t len = 0;

    if (values->ip_len == 4)
        return str_from_cstr(inet_ntop(AF_INET, values->ip, into, VALUE_BYTES));
    for (size_t i = 0; i < 16; i++) {
        into[len++] = hex[values->ip[i] >> 4];
        into[len++] = '.';
        into[len++] = hex[values->ip[i] & 15];
        into[len++] = '.';
    }
    return (struct str){into, len - 1};
}

static void
put_sender(struct sink *sink, const struct spf_macro *macro, const struct spf_macro_values *values)
{
    char bytes[SENDER_BYTES];
    struct sink sender = {.data = bytes, .size = sizeof(bytes)};

    put(&sender, str_first(values->local, SPF_LOCAL_MAX));
    put(&sender, STR("@"));
    put(&sender, str_first(values->sender_domain, DNS_NAME_MAX));
    put_value(sink, (struct str){bytes, sender.len}, macro);
}

static void
put_macro(struct sink *sink, const struct spf_macro *macro, const struct spf_macro_values *values)
{
    char text[VALUE_BYTES];
    struct str value = STR_EMPTY;

    switch (macro->letter) {
    case 's':
        put_sender(sink, macro, values);
        return;
    case 'l':
        value = values->local;
        break;
    case 'o':
        value = values->sender_domain;
        break;
    case 'd':
        value = values->domain;
        break;
    case 'i':
        value = dotted_address(values, text);
        break;
    case 'p':
        value = values->validated;
        break;
    case 'v':
        value = values->ip_len == 4 ? STR("in-addr") : STR("ip6");
        break;
    case 'h':
        value = values->helo;
        break;
    case 'c':
        value = str_from_cstr(
            inet_ntop(values->ip_len == 4 ? AF_INET : AF_INET6, values->ip, text, sizeof(text)));
        break;
    case 'r':
        value = values->receiver;
        break;
    case 't':
        value = (struct str){
            text, (size_t)snprintf(text, sizeof(text), "%llu", (unsigned long long)values->time_s)};
        break;
    }
    put_value(sink, value, macro);
}

static void
expand(struct sink *sink, struct str text, const struct spf_macro_values *values)
{
    while (text.len) {
        size_t at = str_index(text, '%');
        struct spf_macro macro;
        struct str literal = STR_EMPTY;

        put(sink, str_first(text, at));
        text = str_from(text, at < text.len ? at + 1 : at);
        if (!text.len || spf_macro_next(&text, &macro, &literal))
            return;
        if (macro.letter)
            put_macro(sink, &macro, values);
        else
            put(sink, literal);
    }
}

struct str
spf_macro_name(struct str text, const struct spf_macro_values *values, char into[SPF_NAME_BYTES])
{
    struct sink sink = {.data = into, .size = SPF_NAME_BYTES, .keeps_end = true};
    struct str name;

    expand(&sink, text, values);
    name = (struct str){into, sink.len};
    if (name.len && name.data[name.len - 1] == '.')
        name.len--;
    while (name.len > NAME_TEXT_MAX)
        (void)str_cut(&name, '.');
    return name;
}

bool
spf_macro_explanation(struct str text, const struct spf_macro_values *values,
                      char into[SPF_EXPLANATION_MAX], struct str *ret_text)
{
    struct sink sink = {.data = into, .size = SPF_EXPLANATION_MAX};

    expand(&sink, text, values);
    if (sink.is_over)
        return false;
    *ret_text = (struct str){into, sink.len};
    return true;
}
