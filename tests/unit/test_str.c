/* What slices are searched and compared for: every length around the wide paths' borders. */

#include "base/str.h"

#include "tap.h"

#define WHOLE_LEN_MAX 96

/* The plain way, to compare with. */
static size_t
find_plainly(struct str s, struct str needle)
{
    for (size_t at = 0; at + needle.len <= s.len; at++) {
        if (memcmp(s.data + at, needle.data, needle.len) == 0)
            return at;
    }
    return s.len;
}

/* Two letters only, so that first and last bytes of a needle meet everywhere. */
static void
fill(char *bytes, size_t len, uint32_t *seed)
{
    for (size_t i = 0; i < len; i++) {
        *seed = *seed * 1664525u + 1013904223u;
        bytes[i] = (*seed >> 24) % 3 ? 'a' : 'b';
    }
}

static void
finds_what_a_plain_search_finds(void)
{
    char whole[WHOLE_LEN_MAX], needle[WHOLE_LEN_MAX];
    uint32_t seed = 7, wrong = 0;

    for (size_t len = 0; len <= WHOLE_LEN_MAX; len++) {
        for (size_t needle_len = 0; needle_len <= 80; needle_len++) {
            struct str s = {whole, len}, n = {needle, needle_len};

            fill(whole, len, &seed);
            fill(needle, needle_len, &seed);
            wrong += str_find(s, n) != find_plainly(s, n);
            if (needle_len <= len) { /* at every end, where the wide loop stops */
                memcpy(whole + len - needle_len, needle, needle_len);
                wrong += str_find(s, n) != find_plainly(s, n);
            }
        }
    }
    CHECK(wrong == 0);
}

static void
compares_every_byte(void)
{
    char a[40], b[40];
    uint32_t seed = 9, wrong = 0;

    for (size_t len = 0; len <= sizeof(a); len++) {
        fill(a, len, &seed);
        memcpy(b, a, len);
        wrong += !str_eq((struct str){a, len}, (struct str){b, len});
        wrong += !str_starts((struct str){a, len}, (struct str){b, len});
        wrong += !str_ends((struct str){a, len}, (struct str){b, len});
        for (size_t i = 0; i < len; i++) {
            b[i] ^= 1;
            wrong += str_eq((struct str){a, len}, (struct str){b, len});
            wrong += str_starts((struct str){a, len}, (struct str){b, len});
            wrong += str_ends((struct str){a, len}, (struct str){b, len});
            b[i] ^= 1;
        }
    }
    CHECK(wrong == 0);
}

static void
finds_the_first_of_several(void)
{
    char bytes[70];

    for (size_t len = 0; len <= sizeof(bytes); len++) {
        memset(bytes, 'x', sizeof(bytes));
        CHECK(str_index_any((struct str){bytes, len}, STR(":[\0")) == len);
        for (size_t at = 0; at < len; at++) {
            bytes[at] = ":[\0"[at % 3];
            CHECK(str_index_any((struct str){bytes, len}, STR(":[\0")) == at);
            if (at + 1 < len)
                bytes[at + 1] = ':';
            CHECK(str_index_any((struct str){bytes, len}, STR(":[\0")) == at);
            memset(bytes, 'x', sizeof(bytes));
        }
    }
}

static void
cuts_and_trims(void)
{
    struct str rest = STR("to=<a>, relay=b, c");

    CHECK_STR(str_cut_at(&rest, STR(", relay=")), "to=<a>");
    CHECK_STR(str_cut(&rest, ','), "b");
    CHECK_STR(str_trim(rest), "c");
    CHECK_STR(str_cut_at(&rest, STR("nowhere")), " c");
    CHECK(rest.len == 0);
}

static void
folds_letters_only(void)
{
    char all[256], folded[256];
    uint32_t wrong = 0;

    for (int shift = 0; shift < 8; shift++) {
        for (int i = 0; i < 256; i++)
            all[i] = (char)(i + shift);
        str_fold((struct str){all, sizeof(all)}, folded);
        for (int i = 0; i < 256; i++) {
            char c = all[i];

            wrong += folded[i] != (c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
        }
    }
    CHECK(wrong == 0);
    str_fold(STR("aB"), folded);
    CHECK(folded[0] == 'a' && folded[1] == 'b');
}

static void
reads_numbers_that_fit(void)
{
    uint64_t number = 3;

    CHECK(str_u64(STR("18446744073709551615"), &number) && number == UINT64_MAX);
    CHECK(!str_u64(STR("18446744073709551616"), &number) && number == UINT64_MAX);
    CHECK(!str_u64(STR(""), &number));
    CHECK(!str_u64(STR("1 "), &number));
    CHECK(!str_u64(STR("-1"), &number));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"finds what a plain search finds", finds_what_a_plain_search_finds},
        {"compares every byte", compares_every_byte},
        {"finds the first of several", finds_the_first_of_several},
        {"cuts and trims", cuts_and_trims},
        {"folds letters only", folds_letters_only},
        {"reads numbers that fit", reads_numbers_that_fit},
    };

    return tap_main(cases, COUNT(cases));
}
