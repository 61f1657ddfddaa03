#include "scan/weakness.h"
#include "tap.h"

#define HEADER "#weir-weaknesses 1\ttest\t2026-11-25\n"
#define LINE(slug, id) "wp-plugin\t" slug "\t<2.0\t2.0\tupload\t" id "\tA title\n"

static void
reads_a_base(void)
{
    struct weakness_base base;
    struct err err;

    CHECK(weakness_base_read(STR(HEADER "# a remark\n" LINE("a", "CVE-1") LINE("b", "CVE-2")),
                             &base, &err));
    CHECK(base.count == 2);
    CHECK_STR(base.source, "test");
    CHECK_STR(base.date, "2026-11-25");
    CHECK(weakness_base_read(STR(HEADER), &base, &err));
    CHECK(base.count == 0);
    CHECK(weakness_base_read(STR("#weir-weaknesses 1"), &base, &err));
}

static void
refuses_what_is_none(void)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"", "no database of weaknesses"},
        {"#weir-weaknesses 2\tx\ty\n", "no database of weaknesses"},
        {LINE("a", "CVE-1"), "no database of weaknesses"},
        {HEADER LINE("b", "CVE-1") LINE("a", "CVE-2"), "record 2 is out of order"},
        {HEADER LINE("a", "CVE-1") "wp-plugin\tb\t<2.0\n", "record 2 is none"},
        {HEADER "thing\ta\t<2\t2\tupload\tCVE-1\tA title\n", "record 1 is none"},
        {HEADER "wp-plugin\ta\t<2\t2\tsing\tCVE-1\tA title\n", "record 1 is none"},
        {HEADER "wp-plugin\t\t<2\t2\tupload\tCVE-1\tA title\n", "record 1 is none"},
        {HEADER LINE("a", "CVE-1") "\n", "record 2 is none"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct weakness_base base = {.count = 77};
        struct err err;

        CHECK_ROW(i, !weakness_base_read(str_from_cstr(rows[i].text), &base, &err));
        CHECK_ROW(i, str_has(str_from_cstr(err.text), str_from_cstr(rows[i].words)));
        CHECK_ROW(i, base.count == 77);
    }
}

/* Every product of a base is found whole, whatever stands beside it. */
static void
finds_a_product(void)
{
    static const struct {
        const char *slug;
        uint32_t count;
    } rows[] = {
        {"a", 1}, {"a-b", 2}, {"ab", 1}, {"b", 1}, {"zz", 3},
        {"", 0},  {"a-", 0},  {"aa", 0}, {"z", 0}, {"zzz", 0},
    };
    struct weakness_base base;
    struct weakness weakness;
    struct err err;

    CHECK(weakness_base_read(
        STR(HEADER "application\tb\t<1\t1\tmail\tCVE-0\tAnother kind\n"
                   "package\ta\t<1\t1\tmail\tCVE-0\tAnother kind\n" LINE("a", "CVE-1") LINE(
                       "a-b", "CVE-2") LINE("a-b", "CVE-3") LINE("ab", "CVE-4") LINE("b", "CVE-5")
                       LINE("zz", "CVE-6") LINE("zz", "CVE-7") LINE("zz", "CVE-8")),
        &base, &err));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct weakness_walk walk;
        uint32_t count = 0;

        weakness_walk_init(&walk, &base, PRODUCT_WP_PLUGIN, str_from_cstr(rows[i].slug));
        while (weakness_next(&walk, &weakness)) {
            CHECK_STR(weakness.slug, rows[i].slug);
            count++;
        }
        CHECK_ROW(i, count == rows[i].count);
    }
    CHECK_STR(weakness.id, "CVE-8");
    CHECK_STR(weakness.fixed, "2.0");
    CHECK_STR(weakness.title, "A title");
    CHECK(weakness.allows == WEAKNESS_UPLOAD);
}

static void
names_what_it_allows(void)
{
    for (uint32_t i = 0; i < WEAKNESS_ALLOWS_COUNT; i++) {
        enum weakness_allows allows;

        CHECK(weakness_allows_read(weakness_allows_name((enum weakness_allows)i), &allows));
        CHECK(allows == i);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads a base", reads_a_base},
        {"refuses what is none", refuses_what_is_none},
        {"finds a product", finds_a_product},
        {"names what it allows", names_what_it_allows},
    };

    return tap_main(cases, COUNT(cases));
}
