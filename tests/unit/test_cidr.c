/* Networks that may relay: prefixes, families, and what is no network at all. */

#include "base/cidr.h"
#include "tap.h"

static void
contains_what_it_should(void)
{
    static const struct {
        const char *network, *address;
        bool holds;
    } rows[] = {
        {"192.0.2.0/28", "192.0.2.15", true},
        {"192.0.2.0/28", "192.0.2.16", false},
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.8", false},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"2001:db8:7::/48", "2001:db8:7:1::9", true},
        {"2001:db8:7::/48", "2001:db8:8::9", false},
        {"192.0.2.0/24", "::ffff:192.0.2.9", true},
        {"2001:db8::/31", "2001:db9::1", true},
        {"192.0.2.255/25", "192.0.2.129", true},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cidr network, address;

        CHECK_ROW(i, cidr_parse(str_from_cstr(rows[i].network), &network) &&
                         cidr_parse(str_from_cstr(rows[i].address), &address) &&
                         cidr_contains(&network, &address) == rows[i].holds);
    }
}

static void
refuses_what_is_no_network(void)
{
    static const char *const rows[] = {"",
                                       "unknown",
                                       "192.0.2.0/33",
                                       "192.0.2",
                                       "2001:db8::/129",
                                       "192.0.2.1/x",
                                       "192.0.2.1 ",
                                       "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111:22"};
    struct cidr cidr;

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, !cidr_parse(str_from_cstr(rows[i]), &cidr));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"contains what it should", contains_what_it_should},
        {"refuses what is no network", refuses_what_is_no_network},
    };

    return tap_main(cases, COUNT(cases));
}
