#include "dns/resolver.h"

#define NAME_TEXT_MAX (DNS_NAME_MAX - 2) /* a name of 255 bytes on the wire, as text */

bool
dns_name_is_valid(struct str name)
{
    if (name.len == 0 || name.len > NAME_TEXT_MAX)
        return str_eq(name, STR("."));
    if (str_eq(name, STR(".")))
        return true;
    for (;;) {
        bool is_last = str_index(name, '.') == name.len;
        struct str label = str_cut(&name, '.');

        if (label.len == 0 || label.len > 63)
            return false;
        if (is_last)
            return true;
    }
}

struct dns_answer
resolver_ask(const struct resolver *resolver, struct str name, enum dns_type type,
             struct arena *arena)
{
    struct dns_answer answer = {.status = DNS_NO_NAME};
    char *folded;

    if (name.len > 1 && name.data[name.len - 1] == '.')
        name.len--;
    if (!dns_name_is_valid(name))
        return answer;
    folded = arena_alloc(arena, name.len);
    if (!folded)
        return (struct dns_answer){.status = DNS_FAILED, .reason = STR("out of room")};
    str_fold(name, folded);
    answer.status = DNS_FAILED;
    resolver->ask(resolver->context, (struct str){folded, name.len}, type, arena, &answer);
    return answer;
}

const char *
dns_status_name(enum dns_status status)
{
    static const char *const names[] = {
        [DNS_FOUND] = "found",     [DNS_NO_DATA] = "no data",     [DNS_NO_NAME] = "no such name",
        [DNS_FAILED] = "failed",   [DNS_TIMED_OUT] = "timed out", [DNS_BOGUS] = "bogus",
        [DNS_PENDING] = "pending",
    };

    return names[status];
}

const char *
dns_type_name(enum dns_type type)
{
    switch (type) {
    case DNS_A:
        return "A";
    case DNS_NS:
        return "NS";
    case DNS_CNAME:
        return "CNAME";
    case DNS_SOA:
        return "SOA";
    case DNS_PTR:
        return "PTR";
    case DNS_MX:
        return "MX";
    case DNS_TXT:
        return "TXT";
    case DNS_AAAA:
        return "AAAA";
    case DNS_SRV:
        return "SRV";
    case DNS_DS:
        return "DS";
    case DNS_DNSKEY:
        return "DNSKEY";
    case DNS_TLSA:
        return "TLSA";
    case DNS_CAA:
        return "CAA";
    }
    return "?";
}

struct str
dns_reverse_name(struct str address, struct arena *arena)
{
    static const char hex[] = "0123456789abcdef";
    char text[16 * 4 + 1];
    size_t len = 0;

    if (address.len == 4)
        return arena_printf(arena, "%u.%u.%u.%u.in-addr.arpa", (unsigned char)address.data[3],
                            (unsigned char)address.data[2], (unsigned char)address.data[1],
                            (unsigned char)address.data[0]);
    if (address.len != 16)
        return STR_EMPTY;
    for (size_t i = address.len; i-- > 0;) {
        unsigned char byte = (unsigned char)address.data[i];

        text[len++] = hex[byte & 15];
        text[len++] = '.';
        text[len++] = hex[byte >> 4];
        text[len++] = '.';
    }
    return arena_printf(arena, STR_FMT "ip6.arpa", (int)len, text);
}
