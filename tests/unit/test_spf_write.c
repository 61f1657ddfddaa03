/* SPF records as they should be; whatever is written can be read again without a fault. */

#include "audit/spf_write.h"

#include "tap.h"

#define ARENA_BYTES ((size_t)1 << 20)

static void
adds_what_is_missing(void)
{
    static const struct {
        const char *record, *terms, *wanted;
    } rows[] = {
        {"v=spf1 mx -all", "ip4:192.0.2.7", "v=spf1 mx ip4:192.0.2.7 -all"},
        {"v=spf1 mx -all", "mx", "v=spf1 mx -all"},
        {"v=spf1 mx", "a ip6:2001:db8::7", "v=spf1 mx a ip6:2001:db8::7"},
        {"v=spf1", "a", "v=spf1 a"},
        {"v=spf1 redirect=_spf.example.net", "a", "v=spf1 a redirect=_spf.example.net"},
        {"v=spf1 mx ~all exp=why.example.com", "a", "v=spf1 mx a ~all exp=why.example.com"},
        {"v=spf1 ip4:1.2.3 -all", "a", "v=spf1 ip4:1.2.3 a -all"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);

        CHECK_STR(
            spf_write_with(str_from_cstr(rows[i].record), str_from_cstr(rows[i].terms), arena),
            rows[i].wanted);
        arena_free(arena);
    }
}

static void
mends_records(void)
{
    static const struct {
        const char *record, *wanted;
    } rows[] = {
        {"v=spf1 mx ip4:1.2.3 mx -all", "v=spf1 mx -all"},
        {"v=spf1 -all mx", "v=spf1 mx -all"},
        {"v=spf1 mx +all", "v=spf1 mx ~all"},
        {"v=spf1 mx ?all", "v=spf1 mx ~all"},
        {"v=spf1 mx all", "v=spf1 mx ~all"},
        {"v=spf1 mx", "v=spf1 mx ~all"},
        {"v=spf1 redirect=a.example", "v=spf1 redirect=a.example"},
        {"v=spf1 mx redirect=a.example -all", "v=spf1 mx -all"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct str place, written = spf_write_clean(str_from_cstr(rows[i].record), arena);

        CHECK_STR(written, rows[i].wanted);
        CHECK_ROW(i, spf_record_error(written, &place) == NULL);
        arena_free(arena);
    }
}

static void
joins_and_ends(void)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct str records[] = {STR("v=spf1 mx ~all"), STR("v=spf1 a mx include:x.example -all")};

    CHECK_STR(spf_write_merged(records, 2, arena), "v=spf1 mx a include:x.example -all");
    CHECK_STR(spf_write_ending(STR("v=spf1 mx ?all"), "~all", arena), "v=spf1 mx ~all");
    CHECK_STR(spf_write_ending(STR("v=spf1 mx"), "-all", arena), "v=spf1 mx -all");
    CHECK_STR(spf_write_ending(STR("v=spf1 redirect=a.example"), "-all", arena),
              "v=spf1 redirect=a.example");
    CHECK_STR(spf_write_address(STR("192.0.2.7"), arena), "ip4:192.0.2.7");
    CHECK_STR(spf_write_address(STR("2001:DB8:0::7"), arena), "ip6:2001:db8::7");
    CHECK_STR(spf_write_address(STR("::ffff:192.0.2.7"), arena), "ip4:192.0.2.7");
    CHECK_STR(spf_write_address(STR("mail.example.com"), arena), "");
    CHECK_STR(spf_write_address(STR("192.0.2.0/24"), arena), "");
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"adds what is missing", adds_what_is_missing},
        {"mends records", mends_records},
        {"joins and ends records", joins_and_ends},
    };

    return tap_main(cases, COUNT(cases));
}
