/*
 * What PHP's version_compare says is PHP's: the rows were printed by PHP 8.2. Ranges
 * are those of Composer's documentation, and of advisories.
 */

#include "scan/version.h"
#include "tap.h"

static int
sign_of(int order)
{
    return order < 0 ? -1 : order > 0;
}

static void
compares_as_php_does(void)
{
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {
        {"5.2", "5.10", -1},
        {"1.0", "1.0.0", -1},
        {"1.0.0", "1.0.0", 0},
        {"1.0rc1", "1.0", -1},
        {"1.0-RC1", "1.0RC1", 0},
        {"1.0RC2", "1.0RC10", -1},
        {"1.0-beta", "1.0-alpha", 1},
        {"1.0a", "1.0alpha", 0},
        {"1.0b", "1.0beta", 0},
        {"1.0-dev", "1.0a1", -1},
        {"1.0pl1", "1.0", 1},
        {"1.0p1", "1.0pl1", 0},
        {"1.0", "1.0.dev", 1},
        {"1.0.1", "1.0pl9", -1},
        {"2.0.7.b", "2.0.7", -1},
        {"2.0.7b", "2.0.7.b", 0},
        {"1.0x", "1.0dev", -1},
        {"6.4-RC1-57000", "6.4", -1},
        {"3.9.0_1", "3.9.0", 1},
        {"4.7.0+git", "4.7.0", -1},
        {"", "1", -1},
        {"1", "", 1},
        {"", "", 0},
        {"1.", "1", -1},
        {"1.0.", "1.0.0", -1},
        {"1..2", "1.2", 0},
        {"a", "a.", 1},
        {"01", "1", 0},
        {"1.0", "1.00", 0},
        {"99999999999999999999", "9223372036854775807", 0},
        {"1-1", "1.1", 0},
        {"8.x-1.5", "8.x-1.10", -1},
        {"5.3.1", "5.3.10", -1},
        {"1.0.0rc1", "1.0.0-RC.1", 0},
        {"1#", "1", 0},
        {"1", "1#10", -1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str a = str_from_cstr(rows[i].a), b = str_from_cstr(rows[i].b);

        CHECK_ROW(i, sign_of(version_compare(a, b)) == rows[i].order);
    }
}

static void
orders_releases(void)
{
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {
        {"1.0", "1.0.0", 0},
        {"1", "1.0.0.0", 0},
        {"v6.5.0", "6.5", 0},
        {"V1.2", "1.2.1", -1},
        {"1.0", "1.0-beta", 1},
        {"1.0-beta", "1.0.0-beta", 0},
        {"1.0.0-beta", "1.0", -1},
        {"1.0-BETA2", "1.0-beta1", 1},
        {"1.0-rc", "1.0.0.0-RC", 0},
        {"1.0-stable", "1.0", 0},
        {"1.0 final", "1.0.0", 0},
        {"1.0-pl1", "1.0", 1},
        {"1.0-patch2", "1.0.0", 1},
        {"1.0-preview", "1.0", -1},
        {"1.0-pre1", "1.0", -1},
        {"1.0+deb12u1", "1.0.0", 0},
        {"1.0.1", "1.0-pl1", 1},
        {"2.0.7.b", "2.0.7", -1},
        {"5.2.10", "5.2.9", 1},
        {"10.0", "9.9.9.9", 1},
        {"dev-master", "0.1", -1},
        {"", "", 0},
        {"", "0", 0},
        {"", "1", -1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str a = str_from_cstr(rows[i].a), b = str_from_cstr(rows[i].b);

        CHECK_ROW(i, sign_of(version_order(a, b)) == rows[i].order);
        CHECK_ROW(i, sign_of(version_order(b, a)) == -rows[i].order);
    }
}

static void
finds_versions_in_ranges(void)
{
    static const struct {
        const char *version, *range;
        bool is_in;
    } rows[] = {
        {"1.0", "*", true},
        {"dev-master", "*", true},
        {"", "*", true},
        {"dev-master", ">=0", false},
        {"dev-master", "<99", false},
        {"6.4.0", ">=6.1.8 <6.4.1", true},
        {"6.4.1", ">=6.1.8 <6.4.1", false},
        {"6.1.7", ">=6.1.8 <6.4.1", false},
        {"6.1.8", ">=6.1.8,<6.4.1", true},
        {"6.1.8", ">= 6.1.8, < 6.4.1", true},
        {"5.3.1", "<=5.3.1", true},
        {"5.3.1.0", "<=5.3.1", true},
        {"5.3.1-beta", "<=5.3.1", true},
        {"5.3.2-beta", "<5.3.2", true},
        {"5.3.2", "<=5.3.1", false},
        {"5.3", ">5.3", false},
        {"5.3.1", ">5.3", true},
        {"1.5.6", "1.5.6", true},
        {"1.5.6", "=1.5.6", true},
        {"1.5.6", "==v1.5.6", true},
        {"1.5.6", "!=1.5.6", false},
        {"1.5.7", "<>1.5.6", true},
        {"7.58", ">=7 <7.58 | >=8 <8.5.1", false},
        {"7.57", ">=7 <7.58 | >=8 <8.5.1", true},
        {"8.5.0", ">=7 <7.58 || >=8 <8.5.1", true},
        {"8.5.1", ">=7 <7.58||>=8 <8.5.1", false},
        {"1.2.9", "1.2.*", true},
        {"1.2", "1.2.x", true},
        {"1.3.0", "1.2.*", false},
        {"1.3.0-beta", "1.2.*", false},
        {"1.20", "1.2.*", false},
        {"1.3.0", "!=1.2.*", true},
        {"1.2.0", "!=1.2.*", false},
        {"1.2.3", "^1.2.3", true},
        {"1.9.9", "^1.2.3", true},
        {"2.0.0", "^1.2.3", false},
        {"2.0.0-beta1", "^1.2.3", false},
        {"1.2.2", "^1.2.3", false},
        {"0.3.5", "^0.3", true},
        {"0.4.0", "^0.3", false},
        {"0.0.3", "^0.0.3", true},
        {"0.0.4", "^0.0.3", false},
        {"1.2.9", "~1.2.3", true},
        {"1.3.0", "~1.2.3", false},
        {"1.9", "~1.2", true},
        {"2.0", "~1.2", false},
        {"1.5", "~1", true},
        {"2.0", "~1", false},
        {"1.5", "1.0 - 2.0", true},
        {"2.0.9", "1.0 - 2.0", true},
        {"2.1", "1.0 - 2.0", false},
        {"2.0.1", "1.0.0 - 2.0.0", false},
        {"2.0.0", "1.0.0 - 2.0.0", true},
        {"0.9", "1.0 - 2.0", false},
        {"1.0", ">=1.0@dev", true},
        {"1.0", "", false},
        {"1.0", "   ", false},
        {"1.0", "|", false},
        {"1.0", "nonsense", false},
        {"1.0", "<", false},
        {"1.0", "<*", false},
        {"1.0", ">=0 nonsense", false},
        {"1.0", "- 2.0", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str version = str_from_cstr(rows[i].version), range = str_from_cstr(rows[i].range);

        CHECK_ROW(i, version_in(version, range) == rows[i].is_in);
    }
}

static void
knows_numbers(void)
{
    CHECK(version_is_number(STR("1.0")));
    CHECK(version_is_number(STR("v1")));
    CHECK(!version_is_number(STR("dev-master")));
    CHECK(!version_is_number(STR("version")));
    CHECK(!version_is_number(STR("")));
    CHECK(!version_is_number(STR("v")));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"compares as PHP does", compares_as_php_does},
        {"orders releases", orders_releases},
        {"finds versions in ranges", finds_versions_in_ranges},
        {"knows numbers", knows_numbers},
    };

    return tap_main(cases, COUNT(cases));
}
