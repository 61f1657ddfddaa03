#include "audit/network_width.h"

#include "audit/settings.h"

/* RFC 6890 and RFC 4193: addresses that the internet does not route. */
static const char *const own_networks[] = {
    "127.0.0.0/8",    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
    "169.254.0.0/16", "::1/128",    "fc00::/7",      "fe80::/10",
};

/* "[::ffff:127.0.0.0]/104" is 127.0.0.0/8. */
static bool
parse_mapped(struct str text, struct cidr *ret_cidr)
{
    struct str address = str_cut(&text, '/');
    uint64_t bits;

    if (!str_starts_nocase(address, STR("::ffff:")) || !str_u64(text, &bits) || bits < 96 ||
        bits > 128 || !cidr_parse(address, ret_cidr) || !ret_cidr->is_ipv4)
        return false;
    ret_cidr->bits = (unsigned)bits - 96;
    return true;
}

/* Takes the brackets off that Postfix wants around IPv6. */
static bool
parse_network(struct str text, struct cidr *ret_cidr)
{
    char copy[64];
    size_t len = 0;

    if (text.len >= sizeof(copy))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != '[' && text.data[i] != ']')
            copy[len++] = text.data[i];
    }
    return parse_mapped((struct str){copy, len}, ret_cidr) ||
           cidr_parse((struct str){copy, len}, ret_cidr);
}

enum network_width
network_width_of(struct str text)
{
    struct cidr network;

    if (str_eq(text, STR("*")) || str_eq_nocase(text, STR("all")))
        return NETWORK_EVERYBODY;
    if (!parse_network(text, &network))
        return NETWORK_UNREADABLE;
    for (size_t i = 0; i < sizeof(own_networks) / sizeof(own_networks[0]); i++) {
        struct cidr own;

        if (cidr_parse(str_from_cstr(own_networks[i]), &own) && cidr_contains(&own, &network))
            return NETWORK_OWN;
    }
    if (network.is_ipv4)
        return network.bits < 8    ? NETWORK_EVERYBODY
               : network.bits < 20 ? NETWORK_PROVIDER
               : network.bits < 24 ? NETWORK_SHARED
                                   : NETWORK_NARROW;
    return network.bits < 16   ? NETWORK_EVERYBODY
           : network.bits < 48 ? NETWORK_PROVIDER
           : network.bits < 56 ? NETWORK_SHARED
                               : NETWORK_NARROW;
}

enum network_width
network_width_of_list(struct str list, char separator, struct str *ret_widest)
{
    enum network_width widest = NETWORK_UNREADABLE;

    *ret_widest = STR_EMPTY;
    while (list.len) {
        struct str word =
            separator == ' ' ? setting_word(&list) : str_trim(str_cut(&list, separator));
        enum network_width width;

        if (word.len == 0 || word.data[0] == '!')
            continue;
        width = network_width_of(word);
        if (width > widest) {
            widest = width;
            *ret_widest = word;
        }
    }
    return widest;
}
