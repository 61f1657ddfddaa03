/* Names, records as they stand on the wire, and answers from a file. */

#include <stdlib.h>

#include "dns/rdata.h"
#include "dns/zone.h"
#include "tap.h"

#define ARENA_BYTES ((size_t)64 << 20)

/* A literal with its NULs, without the final one. */
#define WIRE(literal)                                                                              \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

#define LABEL_63 "123456789012345678901234567890123456789012345678901234567890123"
#define LABEL_61 "1234567890123456789012345678901234567890123456789012345678901"
#define LABEL_62 LABEL_61 "2"

static void
reads_records(void)
{
    static const struct {
        enum dns_type type;
        struct {
            const char *data;
            size_t len;
        } wire;
        const char *data; /* NULL: not readable */
        uint16_t preference;
    } rows[] = {
        {DNS_A, WIRE("\xc0\x7f\x02\x01"), "\xc0\x7f\x02\x01", 0},
        {DNS_A, WIRE("\xc0\x7f\x02"), NULL, 0},
        {DNS_A, WIRE("\xc0\x7f\x02\x01\x01"), NULL, 0},
        {DNS_AAAA, WIRE("1234567890123456"), "1234567890123456", 0},
        {DNS_AAAA, WIRE("1234"), NULL, 0},
        {DNS_TXT,
         WIRE("\x03"
              "abc\x02"
              "de"),
         "abcde", 0},
        {DNS_TXT,
         WIRE("\x00\x01"
              "a"),
         "a", 0},
        {DNS_TXT, WIRE(""), "", 0},
        {DNS_TXT,
         WIRE("\x04"
              "abc"),
         NULL, 0},
        {DNS_MX,
         WIRE("\x01\x02\x02MX\x07"
              "Example\x00"),
         "mx.example", 258},
        {DNS_MX, WIRE("\x00\x00\x00"), ".", 0},
        {DNS_MX, WIRE("\x00"), NULL, 0},
        {DNS_MX, WIRE("\x00\x0a\x02mx"), NULL, 0},
        {DNS_MX, WIRE("\x00\x0a\x02mx\x00x"), NULL, 0},
        {DNS_SRV,
         WIRE("\x00\x01\x00\x02\x00\x19\x01"
              "a\x00"),
         "a", 25},
        {DNS_PTR,
         WIRE("\x01"
              "a\x01"
              "b\x00"),
         "a.b", 0},
        {DNS_PTR,
         WIRE("\x03"
              "a.b\x00"),
         NULL, 0}, /* a dot in a label */
        {DNS_PTR,
         WIRE("\x03"
              "a\0b\x00"),
         NULL, 0},                            /* a NUL in a label */
        {DNS_PTR, WIRE("\xc0\x0c"), NULL, 0}, /* compressed */
        {DNS_PTR, WIRE("\x40" LABEL_63 "4\x00"), NULL, 0},
        {DNS_PTR, WIRE("\x3f" LABEL_63 "\x3f" LABEL_63 "\x3f" LABEL_63 "\x3d" LABEL_61 "\x00"),
         LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_61, 0},
        {DNS_PTR, WIRE("\x3f" LABEL_63 "\x3f" LABEL_63 "\x3f" LABEL_63 "\x3e" LABEL_62 "\x00"),
         NULL, 0}, /* 256 bytes */
        {DNS_TLSA, WIRE("\x03\x01\x01xyz"), "\x03\x01\x01xyz", 0},
    };
    struct arena *arena = arena_new(ARENA_BYTES);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str wire = {rows[i].wire.data, rows[i].wire.len};
        struct dns_record record = {0};
        bool is_read = rdata_read(wire, rows[i].type, arena, &record);

        CHECK_ROW(i, is_read == (rows[i].data != NULL));
        if (rows[i].data)
            CHECK_STR(record.data, rows[i].data);
        CHECK_ROW(i, record.preference == rows[i].preference);
    }
    arena_free(arena);
}

static void
joins_text_of_64_kilobytes(void)
{
    static char wire[256 * 256];
    struct arena *arena = arena_new(ARENA_BYTES);
    struct dns_record record;

    for (size_t i = 0; i < sizeof(wire); i++)
        wire[i] = i % 256 ? 'x' : (char)255;
    CHECK(rdata_read((struct str){wire, sizeof(wire)}, DNS_TXT, arena, &record));
    CHECK(record.data.len == (size_t)256 * 255 &&
          str_index(record.data, (char)255) == record.data.len);
    CHECK(!rdata_read((struct str){wire, sizeof(wire) - 1}, DNS_TXT, arena, &record));
    arena_free(arena);
}

static void
knows_names(void)
{
    static const struct {
        const char *name;
        bool is_valid;
    } rows[] = {
        {"example.com", true},
        {"com", true},
        {".", true},
        {"_dmarc.example.com", true},
        {"a b.example", true},
        {LABEL_63 ".com", true},
        {LABEL_63 "4.com", false},
        {LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_61, true},
        {LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_62, false},
        {"", false},
        {".com", false},
        {"a..b", false},
        {"a.", false}, /* resolver_ask() has taken it off */
        {"..", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, dns_name_is_valid(str_from_cstr(rows[i].name)) == rows[i].is_valid);
}

static void
turns_addresses_around(void)
{
    static const unsigned char ip6[] = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xab, 1};
    struct arena *arena = arena_new(ARENA_BYTES);

    CHECK_STR(dns_reverse_name(STR("\xc0\x00\x02\x09"), arena), "9.2.0.192.in-addr.arpa");
    CHECK_STR(dns_reverse_name((struct str){(const char *)ip6, 16}, arena),
              "1.0.b.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    CHECK_STR(dns_reverse_name(STR("12345"), arena), "");
    arena_free(arena);
}

/* ---- answers from a file ---- */

static void
answers_from_a_file(void)
{
    static const char text[] = "# a comment\n"
                               "example.com  TXT \"one\" \"two\\034\\\\\"\n"
                               "example.com  TXT plain words\n"
                               "EXAMPLE.com. mx 10 MX.example.com.\n"
                               "example.com  MX 5 a\\032b.example.com\n"
                               "mx.example.com secure A 192.0.2.1\n"
                               "a\\032b.example.com A 192.0.2.2\n"
                               "slow.example.com ANY timeout\n"
                               "slow.example.com A 192.0.2.3\n"
                               "bad.example.com TXT failed\n"
                               "forged.example.com TXT bogus\n"
                               "deep.below.example.com A 192.0.2.4\n"
                               "www.example.com CNAME mx.example.com\n"
                               "loop.example.com CNAME pool.example.com\n"
                               "pool.example.com CNAME loop.example.com\n"
                               "tlsa.example.com TLSA 03 01 01 ab";
    static const struct {
        const char *name;
        enum dns_type type;
        enum dns_status status;
        uint32_t count;
        const char *first; /* record; NULL: none */
    } rows[] = {
        {"example.com", DNS_TXT, DNS_FOUND, 2, "onetwo\"\\"},
        {"Example.COM.", DNS_MX, DNS_FOUND, 2, "mx.example.com"},
        {"example.com", DNS_A, DNS_NO_DATA, 0, NULL},
        {"com", DNS_A, DNS_NO_DATA, 0, NULL},
        {"gone.example.com", DNS_A, DNS_NO_NAME, 0, NULL},
        {"ample.com", DNS_A, DNS_NO_NAME, 0, NULL},
        {"below.example.com", DNS_A, DNS_NO_DATA, 0, NULL},
        {"slow.example.com", DNS_TXT, DNS_TIMED_OUT, 0, NULL},
        {"slow.example.com", DNS_A, DNS_FOUND, 1, "\xc0\0\x02\x03"},
        {"bad.example.com", DNS_TXT, DNS_FAILED, 0, NULL},
        {"forged.example.com", DNS_TXT, DNS_BOGUS, 0, NULL},
        {"www.example.com", DNS_A, DNS_FOUND, 1, NULL},
        {"www.example.com", DNS_CNAME, DNS_FOUND, 1, "mx.example.com"},
        {"loop.example.com", DNS_A, DNS_FAILED, 0, NULL},
        {"a b.example.com", DNS_A, DNS_FOUND, 1, NULL},
        {"tlsa.example.com", DNS_TLSA, DNS_FOUND, 1, "\x03\x01\x01\xab"},
        {"a..b", DNS_A, DNS_NO_NAME, 0, NULL},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    struct resolver resolver;
    struct zone *zone;
    struct err err;

    if (!zone_read(STR("example.com A 192.0.2.1"), arena, &zone, &err) ||
        !zone_read(str_from_cstr(text), arena, &zone, &err))
        abort();
    resolver = zone_resolver(zone);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dns_answer answer =
            resolver_ask(&resolver, str_from_cstr(rows[i].name), rows[i].type, arena);

        CHECK_ROW(i, answer.status == rows[i].status && answer.count == rows[i].count);
        if (rows[i].first && answer.count &&
            str_index(answer.records[0].data, '\0') == answer.records[0].data.len)
            CHECK_STR(answer.records[0].data, rows[i].first);
    }
    /* What cannot be asked for is not asked. */
    CHECK(zone_asked(zone) == COUNT(rows) - 1);
    CHECK(resolver_ask(&resolver, STR("mx.example.com"), DNS_A, arena).is_secure);
    CHECK_STR(resolver_ask(&resolver, STR("www.example.com"), DNS_A, arena).canonical,
              "mx.example.com");
    arena_free(arena);
}

static void
refuses_what_is_no_file_of_answers(void)
{
    static const struct {
        const char *text, *told;
    } rows[] = {
        {"example.com\n", "line 1"},
        {"example.com A\n", "line 1"},
        {"\n# x\nexample.com A 192.0.2\n", "line 3"},
        {"example.com AAAA 192.0.2.1\n", "line 1"},
        {"example.com MX mx.example.com\n", "line 1"},
        {"example.com MX 70000 mx.example.com\n", "line 1"},
        {"example.com WHAT x\n", "line 1"},
        {"example.com TLSA 0\n", "line 1"},
        {"example.com ANY 192.0.2.1\n", "line 1"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct zone *zone;
        struct err err = {0};

        CHECK_ROW(i, !zone_read(str_from_cstr(rows[i].text), arena, &zone, &err));
        CHECK_ROW(i, str_has(str_from_cstr(err.text), str_from_cstr(rows[i].told)));
        arena_free(arena);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads records", reads_records},
        {"joins text of 64 kilobytes", joins_text_of_64_kilobytes},
        {"knows names", knows_names},
        {"turns addresses around", turns_addresses_around},
        {"answers from a file", answers_from_a_file},
        {"refuses what is no file of answers", refuses_what_is_no_file_of_answers},
    };

    return tap_main(cases, COUNT(cases));
}
