#include "base/cidr.h"

#include <arpa/inet.h>

static bool
parse_address(struct str text, struct cidr *ret_cidr)
{
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    char copy[INET6_ADDRSTRLEN];
    struct cidr cidr = {.bits = 32, .is_ipv4 = true};

    if (text.len == 0 || text.len >= sizeof(copy))
        return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, cidr.bytes) == 1) {
        *ret_cidr = cidr;
        return true;
    }
    if (inet_pton(AF_INET6, copy, cidr.bytes) != 1)
        return false;
    cidr.bits = 128;
    cidr.is_ipv4 = memcmp(cidr.bytes, mapped, sizeof(mapped)) == 0;
    if (cidr.is_ipv4) {
        cidr.bits = 32;
        memmove(cidr.bytes, cidr.bytes + 12, 4);
    }
    *ret_cidr = cidr;
    return true;
}

bool
cidr_parse(struct str text, struct cidr *ret_cidr)
{
    struct str address = str_cut(&text, '/');
    struct cidr cidr;
    uint64_t bits;

    if (!parse_address(address, &cidr))
        return false;
    if (text.len) {
        if (!str_u64(text, &bits) || bits > cidr.bits)
            return false;
        cidr.bits = (unsigned)bits;
    }
    *ret_cidr = cidr;
    return true;
}

bool
cidr_contains(const struct cidr *network, const struct cidr *address)
{
    unsigned whole = network->bits / 8, rest = network->bits % 8;

    if (network->is_ipv4 != address->is_ipv4 || network->bits > address->bits)
        return false;
    if (memcmp(network->bytes, address->bytes, whole) != 0)
        return false;
    return rest == 0 || ((network->bytes[whole] ^ address->bytes[whole]) >> (8 - rest)) == 0;
}
