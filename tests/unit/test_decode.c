/*
 * Each row is encoded text and what a person reads. Broken encodings are read as
 * far as they make sense.
 */

#include "mail/decode.h"

#include "tap.h"

struct row {
    const char *text, *decoded;
};

static void
check_rows(const struct row *rows, size_t count,
           struct str (*decode)(struct str text, struct arena *arena))
{
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < count; i++) {
        struct str decoded = decode(str_from_cstr(rows[i].text), arena);

        CHECK_ROW(i, str_eq(decoded, str_from_cstr(rows[i].decoded)));
        CHECK_STR(decoded, rows[i].decoded);
    }
    arena_free(arena);
}

static void
decodes_words(void)
{
    static const struct row rows[] = {
        {"plain", "plain"},
        {"=?utf-8?B?UmVjaG51bmc=?=", "Rechnung"},
        {"=?UTF-8?b?UmVjaG51bmc?=", "Rechnung"},
        {"=?utf-8?Q?f=C3=BCr_dich?=", "f\xc3\xbcr dich"},
        {"=?iso-8859-1?Q?f=FCr?=", "f\xc3\xbcr"},
        {"=?iso-8859-15?q?=A4?=", "\xe2\x82\xac"},
        {"=?windows-1252?q?=80=93?=", "\xe2\x82\xac\xe2\x80\x9c"},
        {"=?latin1*de?Q?=FC?=", "\xc3\xbc"},
        /* blanks between two words are none, beside a word they are */
        {"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
        {"=?utf-8?Q?a?=\r\n =?utf-8?Q?b?= c", "ab c"},
        {"x =?utf-8?Q?a?= y", "x a y"},
        /* a character that is cut in two by its words */
        {"=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=", "\xc3\xbc"},
        /* other charsets and broken words stay */
        {"=?koi8-r?B?1MU=?=", "=?koi8-r?B?1MU=?="},
        {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
        {"=?utf-8?Q?abc", "=?utf-8?Q?abc"},
        {"=?utf-8?Q?abc?", "=?utf-8?Q?abc?"},
        {"=?=?=?", "=?=?=?"},
        {"=?utf-8?Q?=ZZ=4?=", "=ZZ=4"},
        {"=?utf-8?Q?\?=", ""},
        {"a=?utf-8?Q?b?=", "ab"},
    };

    check_rows(rows, COUNT(rows), decode_words);
}

static void
decodes_base64(void)
{
    static const struct row rows[] = {
        {"", ""},
        {"YQ==", "a"},
        {"YWI=", "ab"},
        {"YWJj", "abc"},
        {"YW\r\nJj ZA==", "abcd"},
        {"YWJj*!", "abc"},
        {"YQ==YQ==", "aa"},
        {"YQ", "a"},
        {"Y", ""},
        {"====", ""},
    };

    check_rows(rows, COUNT(rows), decode_base64);
}

static void
decodes_quoted_printable(void)
{
    static const struct row rows[] = {
        {"a=20b", "a b"},           {"a=\r\nb", "ab"},  {"a=\nb", "ab"},
        {"a= \t\nb", "ab"},         {"a=3D3D", "a=3D"}, {"a=3d", "a="},
        {"a=zz", "a=zz"},           {"a=4", "a=4"},     {"end=", "end"},
        {"=C3=BC\n", "\xc3\xbc\n"},
    };

    check_rows(rows, COUNT(rows), decode_quoted_printable);
}

static void
chooses_by_the_stated_encoding(void)
{
    struct arena *arena = arena_new(1 << 20), *tiny = arena_new(1);
    static const struct {
        const char *encoding, *decoded;
    } rows[] = {
        {"base64", "abc"}, {" Base64 ; x", "YWJj"},      {"BASE64", "abc"}, {"8bit", "YWJj"},
        {"", "YWJj"},      {"quoted-printable", "YWJj"},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, str_eq(decode_transfer(STR("YWJj"), str_from_cstr(rows[i].encoding), arena),
                            str_from_cstr(rows[i].decoded)));
    CHECK(decode_base64(STR("YWJjYWJjYWJj"), tiny).len == 0);
    CHECK(decode_words(STR("=?utf-8?Q?abc?="), tiny).len == 0);
    arena_free(arena);
    arena_free(tiny);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"decodes words", decodes_words},
        {"decodes base64", decodes_base64},
        {"decodes quoted-printable", decodes_quoted_printable},
        {"chooses by the stated encoding", chooses_by_the_stated_encoding},
    };

    return tap_main(cases, COUNT(cases));
}
