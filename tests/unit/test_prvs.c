/*
 * Tags that Exim 4.96 made and took, and what is done to them on their way.
 */

#include "auth/prvs.h"
#include "tap.h"

#define ARENA_BYTES ((size_t)1 << 20)
#define SIXTEEN "0123456789abcdef"
#define DAY(n) ((int64_t)(n)*86400)

static struct arena *arena;

static struct prvs_keys
keys(void)
{
    struct prvs_keys read;
    struct err err;

    CHECK(
        prvs_keys_read(STR("# newest first\n3 new secret\r\n0 secret\n\n0 older\n"), &read, &err));
    return read;
}

static void
reads_key_files(void)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"", "no key"},
        {"# nothing\n", "no key"},
        {"0 " SIXTEEN SIXTEEN SIXTEEN SIXTEEN "x\n", "line 1"},
        {"0 a\nx b\n", "line 2"},
        {"0\n", "line 1"},
        {"0 \n", "line 1"},
        {"00 a\n", "line 1"},
        {" 0 a\n", "line 1"},
    };
    struct prvs_keys read = keys();
    struct err err;

    CHECK(read.count == 3 && read.list[0].number == 3 && read.list[2].number == 0);
    CHECK_STR(read.list[0].secret, "new secret");
    CHECK_STR(prvs_keys_find(&read, 0)->secret, "secret");
    CHECK(!prvs_keys_find(&read, 1));
    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK_ROW(i, !prvs_keys_read(tap_str(rows[i].text), &read, &err));
        CHECK_ROW(i, str_has(str_from_cstr(err.text), tap_str(rows[i].error)));
        CHECK_ROW(i, !str_has(str_from_cstr(err.text), STR("x b")));
    }
}

/* The third key of the file, "older", made none of these. */
static const struct {
    const char *address, *tagged; /* NULL: it cannot be signed */
    unsigned key;
    int64_t day; /* of signing */
} signatures[] = {
    {"anna@example.org", "prvs=0789ca8749=anna@example.org", 0, 20782},
    {"Anna.B+c=d@Example.ORG", "prvs=37896aaea4=Anna.B+c=d@Example.ORG", 3, 20782},
    {"\"a@b\"@example.org", "prvs=00068267d5=\"a@b\"@example.org", 0, 20999},
    {"anna@example.org", "prvs=0000481bb7=anna@example.org", 0, 20993},
    {"anna", NULL, 0, 20782},
    {"@example.org", NULL, 0, 20782},
    {"anna@", NULL, 0, 20782},
    {"", NULL, 0, 20782},
    {"prvs=0789abcdef=anna@example.org", NULL, 0, 20782},
    {"PRVS=anna=0789abcdef@example.org", NULL, 0, 20782},
};

static void
signs(void)
{
    struct prvs_keys all = keys();

    for (size_t i = 0; i < COUNT(signatures); i++) {
        const struct prvs_key *key = prvs_keys_find(&all, signatures[i].key);
        struct str tagged = STR_EMPTY;
        bool is_signed = prvs_sign(tap_str(signatures[i].address), key, DAY(signatures[i].day) + 5,
                                   arena, &tagged);

        CHECK_ROW(i, is_signed == (signatures[i].tagged != NULL));
        if (is_signed)
            CHECK_STR(tagged, signatures[i].tagged);
    }
}

static const struct {
    const char *address;
    int64_t day;
    enum prvs_result result;
    const char *plain;
} checks[] = {
    {"prvs=0789ca8749=anna@example.org", 20782, PRVS_VALID, "anna@example.org"},
    {"prvs=0789ca8749=anna@example.org", 20789, PRVS_VALID, "anna@example.org"},
    {"prvs=0789ca8749=anna@example.org", 20781, PRVS_VALID, "anna@example.org"},
    {"prvs=0789ca8749=anna@example.org", 20780, PRVS_EXPIRED, "anna@example.org"},
    {"prvs=0789ca8749=anna@example.org", 20790, PRVS_EXPIRED, "anna@example.org"},
    {"prvs=0789ca8749=anna@example.org", 21782, PRVS_VALID, "anna@example.org"},
    {"prvs=00068267d5=\"a@b\"@example.org", 21006, PRVS_VALID, "\"a@b\"@example.org"},
    {"prvs=00068267d5=\"a@b\"@example.org", 21007, PRVS_EXPIRED, "\"a@b\"@example.org"},
    {"prvs=0000481bb7=anna@example.org", 20999, PRVS_VALID, "anna@example.org"},
    /* Another domain, another local part, another day, another key. */
    {"prvs=0789ca8749=anna@example.net", 20782, PRVS_FORGED, "anna@example.net"},
    {"prvs=0789ca8749=boris@example.org", 20782, PRVS_FORGED, "boris@example.org"},
    {"prvs=0788ca8749=anna@example.org", 20782, PRVS_FORGED, "anna@example.org"},
    {"prvs=3789ca8749=anna@example.org", 20782, PRVS_FORGED, "anna@example.org"},
    {"prvs=5789ca8749=anna@example.org", 20782, PRVS_NO_KEY, "anna@example.org"},
    /* Case that was changed, where the tag was made of the lower case. */
    {"PRVS=0789CA8749=ANNA@EXAMPLE.ORG", 20782, PRVS_VALID, "ANNA@EXAMPLE.ORG"},
    {"prvs=0789ca8749=anna@Example.org", 20782, PRVS_VALID, "anna@Example.org"},
    {"prvs=37896aaea4=anna.b+c=d@example.org", 20782, PRVS_FORGED, "anna.b+c=d@example.org"},
    {"prvs=37896aaea4=Anna.B+c=d@Example.ORG", 20782, PRVS_VALID, "Anna.B+c=d@Example.ORG"},
    /* The older order. */
    {"prvs=anna=0789ca8749@example.org", 20782, PRVS_VALID, "anna@example.org"},
    {"prvs=anna/0789ca8749@example.org", 20782, PRVS_VALID, "anna@example.org"},
    /* No tags. */
    {"anna@example.org", 20782, PRVS_UNTAGGED, "anna@example.org"},
    {"prvs=anna@example.org", 20782, PRVS_UNTAGGED, "prvs=anna@example.org"},
    {"prvs=0789abcdeg=anna@example.org", 20782, PRVS_UNTAGGED, "prvs=0789abcdeg=anna@example.org"},
    {"prvs=0789abcdef=@example.org", 20782, PRVS_UNTAGGED, "prvs=0789abcdef=@example.org"},
    {"prvs=0789abcdefanna@example.org", 20782, PRVS_UNTAGGED, "prvs=0789abcdefanna@example.org"},
    {"", 20782, PRVS_UNTAGGED, ""},
};

static void
checks_what_comes_back(void)
{
    struct prvs_keys all = keys();

    for (size_t i = 0; i < COUNT(checks); i++) {
        struct prvs_check got =
            prvs_check(tap_str(checks[i].address), &all, DAY(checks[i].day), arena);

        CHECK_ROW(i, got.result == checks[i].result);
        CHECK_STR(got.address, checks[i].plain);
    }
}

static void
bears_long_and_strange_addresses(void)
{
    static char text[PRVS_ADDRESS_MAX + 2];
    static const char with_nul[] = "a\0b@example.org";
    struct prvs_keys all = keys();
    struct str tagged;

    memset(text, 'a', sizeof(text));
    text[400] = '@';
    CHECK(!prvs_sign((struct str){text, sizeof(text)}, &all.list[0], 0, arena, &tagged));
    CHECK(prvs_sign((struct str){text, 480}, &all.list[0], 0, arena, &tagged));
    CHECK(prvs_check(tagged, &all, 0, arena).result == PRVS_VALID);
    CHECK(prvs_sign((struct str){with_nul, sizeof(with_nul) - 1}, &all.list[0], 0, arena, &tagged));
    CHECK(prvs_check(tagged, &all, 0, arena).result == PRVS_VALID);
    CHECK(prvs_check(tagged, &all, 0, arena).address.len == sizeof(with_nul) - 1);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads key files, and quotes no secret", reads_key_files},
        {"signs as Exim does", signs},
        {"checks what comes back", checks_what_comes_back},
        {"bears long and strange addresses", bears_long_and_strange_addresses},
    };
    int code;

    arena = arena_new(ARENA_BYTES);
    code = tap_main(cases, COUNT(cases));
    arena_free(arena);
    return code;
}
