/*
 * Pieces of log lines, and what they are when they are not quite what they seem.
 */

#include "record/field.h"
#include "tap.h"

static void
reads_numbers(void)
{
    static const struct {
        const char *text;
        int64_t number, cut;
        const char *rest;
    } rows[] = {
        {"0", 0, 0, ""},
        {"4005", 4005, 4005, ""},
        {"4005 x", -7, 4005, " x"},
        {"", -7, -1, ""},
        {"x", -7, -1, "x"},
        {"-1", -7, -1, "-1"},
        {"9223372036854775807", INT64_MAX, INT64_MAX, ""},
        {"9223372036854775808", -7, -1, ""},
        {"99999999999999999999999", -7, -1, ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str text = str_from_cstr(rows[i].text);

        CHECK_ROW(i, field_number(text, -7) == rows[i].number);
        CHECK_ROW(i, field_cut_number(&text) == rows[i].cut);
        CHECK_STR(text, rows[i].rest);
    }
}

static void
ends_quoted_names(void)
{
    static const struct {
        const char *text;
        size_t end;
    } rows[] = {
        {"\"a b\"@x.example", 4},
        {"\"a\\\"b\"@x", 5},
        {"a@x", 0},
        {"", 0},
        {"\"", 0},
        {"\"a", 0},
        {"\"a\\", 0},
        {"\"\"", 1},
        {"\"a\\\\\"x", 4},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, field_quoted_end(str_from_cstr(rows[i].text)) == rows[i].end);
}

static void
cuts_angled_addresses(void)
{
    static const struct {
        const char *text, *until, *address, *rest;
        bool is_one;
    } rows[] = {
        {"<a@x>, size=1", ">, ", "a@x", "size=1", true},
        {"<>, size=1", ">, ", "", "size=1", true},
        {"<\"a>, size=9\"@x>, size=1", ">, ", "\"a>, size=9\"@x", "size=1", true},
        {"a@x>, size=1", ">, ", "", "a@x>, size=1", false},
        {"<a@x", ">", "", "<a@x", false},
        {"", ">", "", "", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str rest = str_from_cstr(rows[i].text), address = STR_EMPTY;

        CHECK_ROW(i, field_cut_angled(&rest, str_from_cstr(rows[i].until), &address) ==
                         rows[i].is_one);
        CHECK_STR(address, rows[i].address);
        CHECK_STR(rest, rows[i].rest);
    }
}

static void
finds_the_last(void)
{
    CHECK(field_find_last(STR("a from b from c"), STR(" from ")) == 8);
    CHECK(field_find_last(STR("x from from c"), STR(" from ")) == 6);
    CHECK(field_find_last(STR("a"), STR(" from ")) == 1);
    CHECK(field_find_last(STR(""), STR("x")) == 0);
    CHECK(field_find_last(STR("x"), STR("x")) == 0);
}

static void
knows_addresses(void)
{
    static const struct {
        const char *text, *address;
        bool is_one;
    } rows[] = {
        {"192.0.2.7", "192.0.2.7", true},
        {"[192.0.2.7]", "192.0.2.7", true},
        {"2001:db8::7", "2001:db8::7", true},
        {"[IPv6:2001:db8::7]", "2001:db8::7", true},
        {"::ffff:192.0.2.7", "192.0.2.7", true},
        {"::FFFF:192.0.2.7", "192.0.2.7", true},
        {"::ffff:c000:207", "::ffff:c000:207", true},
        {"::1", "::1", true},
        {"fe80::1%eth0", "fe80::1%eth0", true},
        {"host.example", "host.example", false},
        {"unknown", "unknown", false},
        {"1.2.3", "1.2.3", false},
        {".2.3.4", ".2.3.4", false},
        {"de:ad", "de:ad", false},
        {"", "", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str address = field_address(str_from_cstr(rows[i].text));

        CHECK_STR(address, rows[i].address);
        CHECK_ROW(i, field_is_address(address) == rows[i].is_one);
    }
}

static void
cuts_peers(void)
{
    static const struct {
        const char *text, *host, *address;
        uint16_t port;
        const char *rest;
        bool is_one;
    } rows[] = {
        {"mail.example (helo) [192.0.2.7]:41832 x", "mail.example", "192.0.2.7", 41832, " x", true},
        {"mail.example [192.0.2.7]", "mail.example", "192.0.2.7", 0, "", true},
        {"(helo) [192.0.2.7]", "", "192.0.2.7", 0, "", true},
        {"[2001:db8::7]:25", "", "2001:db8::7", 25, "", true},
        {"([203.0.113.1] x) [192.0.2.7]", "", "192.0.2.7", 0, "", true},
        {"[192.0.2.7]:99999", "", "192.0.2.7", 0, "", true},
        {"[192.0.2.7]:x", "", "192.0.2.7", 0, ":x", true},
        {"mail.example", "", "", 0, "mail.example", false},
        {"(helo [192.0.2.7]", "", "", 0, "(helo [192.0.2.7]", false},
        {"[host]", "", "", 0, "[host]", false},
        {"", "", "", 0, "", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str rest = str_from_cstr(rows[i].text), host = STR_EMPTY, address = STR_EMPTY;
        uint16_t port = 0;

        CHECK_ROW(i, field_cut_peer(&rest, &host, &address, &port) == rows[i].is_one);
        CHECK_STR(host, rows[i].host);
        CHECK_STR(address, rows[i].address);
        CHECK_ROW(i, port == rows[i].port);
        CHECK_STR(rest, rows[i].rest);
    }
}

static void
finds_the_next_queue_id(void)
{
    static const struct {
        const char *reply, *id;
    } rows[] = {
        {"250 2.0.0 Ok: queued as BF206164262", "BF206164262"},
        {"250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4Rk3bC1zZyz9vQx",
         "4Rk3bC1zZyz9vQx"},
        {"250 OK id=1rYz8J-0003xY-2a", "1rYz8J-0003xY-2a"},
        {"250 OK id=12345", ""},
        {"250 queued as ", ""},
        {"250 queued as 0123456789012345678901234567890123", ""},
        {"", ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_STR(field_queued_as(str_from_cstr(rows[i].reply)), rows[i].id);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads numbers that fit", reads_numbers},
        {"ends a quoted name at its own quote", ends_quoted_names},
        {"cuts addresses in angles", cuts_angled_addresses},
        {"finds the last place", finds_the_last},
        {"knows addresses", knows_addresses},
        {"cuts a peer", cuts_peers},
        {"finds the next hop's queue id", finds_the_next_queue_id},
    };

    return tap_main(cases, COUNT(cases));
}
