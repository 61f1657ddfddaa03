#include "base/internet.h"

#include <arpa/inet.h>

#include "base/cidr.h"

/* RFC 6890 and what it became: networks that are not routed between hosts. */
static const struct {
    const char *network, *name;
} unreachable[] = {
    {"0.0.0.0/8", "no address of a host"},
    {"10.0.0.0/8", "private (RFC 1918)"},
    {"100.64.0.0/10", "behind a provider's NAT (RFC 6598)"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private (RFC 1918)"},
    {"192.168.0.0/16", "private (RFC 1918)"},
    {"198.18.0.0/15", "for measuring (RFC 2544)"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},
    {"::/128", "no address of a host"},
    {"::1/128", "loopback"},
    {"fc00::/7", "private (RFC 4193)"},
    {"fe80::/10", "link-local"},
    {"ff00::/8", "multicast"},
};

bool
internet_read(struct str text, struct arena *arena, struct str *ret_bytes)
{
    struct cidr cidr;

    if (str_index(text, '/') < text.len || !cidr_parse(text, &cidr))
        return false;
    *ret_bytes = arena_str(arena, (struct str){(const char *)cidr.bytes, cidr.is_ipv4 ? 4 : 16});
    return ret_bytes->len > 0;
}

struct str
internet_write(struct str bytes, struct arena *arena)
{
    char text[INET6_ADDRSTRLEN];

    if ((bytes.len != 4 && bytes.len != 16) ||
        !inet_ntop(bytes.len == 4 ? AF_INET : AF_INET6, bytes.data, text, sizeof(text)))
        return STR_EMPTY;
    return arena_str(arena, str_from_cstr(text));
}

const char *
internet_unreachable(struct str bytes)
{
    struct cidr address = {.bits = (unsigned)bytes.len * 8, .is_ipv4 = bytes.len == 4};

    if (bytes.len != 4 && bytes.len != 16)
        return "no address";
    memcpy(address.bytes, bytes.data, bytes.len);
    for (size_t i = 0; i < sizeof(unreachable) / sizeof(unreachable[0]); i++) {
        struct cidr network;

        if (cidr_parse(str_from_cstr(unreachable[i].network), &network) &&
            cidr_contains(&network, &address))
            return unreachable[i].name;
    }
    return NULL;
}
