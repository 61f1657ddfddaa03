/* RFC 6376 section 3.2: what a list of tags says, and what is wrong with it. */

#include "auth/tags.h"

#include "tap.h"

static void
reads_tags(void)
{
    static const struct {
        const char *text, *name, *value;
        uint32_t count;
    } rows[] = {
        {"v=1; a=rsa-sha256; d=example.org", "a", "rsa-sha256", 3},
        {"v=1;a=b;", "a", "b", 2},
        {"v=1; a=b ; \r\n", "a", "b", 2},
        {"v = 1 ;\r\n\ta\r\n =\r\n b\r\n c ;", "a", "b\r\n c", 2},
        {"p=", "p", "", 1},
        {"v=DKIM1; p=; t=s", "p", "", 3},
        {"b=ab==; n=x=y", "b", "ab==", 2},
        {"x_1=2; X_1=3", "X_1", "3", 2},
        {"d=b\xc3\xbc"
         "cher.example",
         "d",
         "b\xc3\xbc"
         "cher.example",
         1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str value = STR_EMPTY;
        struct tags tags;

        CHECK_ROW(i, tags_read(str_from_cstr(rows[i].text), &tags) == TAGS_FINE);
        CHECK_ROW(i, tags.count == rows[i].count);
        CHECK_ROW(i, tags_find(&tags, str_from_cstr(rows[i].name), &value));
        CHECK_STR(value, rows[i].value);
    }
}

static void
names_the_fault_and_reads_on(void)
{
    static const struct {
        const char *text;
        enum tags_fault fault;
        const char *at;
        uint32_t count;
    } rows[] = {
        {"", TAGS_FINE, "", 0},
        {"v", TAGS_NO_EQUALS, "v", 0},
        {"v=1; flag; p=2", TAGS_NO_EQUALS, "flag", 2},
        {"v=1;; p=2", TAGS_BAD_NAME, "", 2},
        {"v=1; p=2;;", TAGS_BAD_NAME, "", 2},
        {";", TAGS_BAD_NAME, "", 0},
        {"=1", TAGS_BAD_NAME, "=1", 0},
        {"_=1; a=2", TAGS_BAD_NAME, "_=1", 1},
        {"1a=1", TAGS_BAD_NAME, "1a=1", 0},
        {"a b=1", TAGS_BAD_NAME, "a b=1", 0},
        {"a-b=1", TAGS_BAD_NAME, "a-b=1", 0},
        {"a=\x01; b=2", TAGS_BAD_VALUE, "a=\x01", 1},
        {"a=\x7f", TAGS_BAD_VALUE, "a=\x7f", 0},
        {"a=1; b=2; a=3", TAGS_TWICE, "a=3", 2},
        {"a=1; a=1", TAGS_TWICE, "a=1", 1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tags tags;

        CHECK_ROW(i, tags_read(str_from_cstr(rows[i].text), &tags) == rows[i].fault);
        CHECK_ROW(i, tags.count == rows[i].count);
        CHECK_STR(tags.fault_at, rows[i].at);
        CHECK_ROW(i, tags_fault_text(tags.fault)[0] != '\0');
    }
}

static void
a_NUL_is_a_fault(void)
{
    struct tags tags;

    CHECK(tags_read(STR("a=1\0; b=2"), &tags) == TAGS_BAD_VALUE);
    CHECK(tags.count == 1);
}

static void
stops_at_its_ceiling(void)
{
    char text[8 * (TAGS_MAX + 2)];
    struct tags tags;
    size_t len = 0;

    for (int i = 0; i <= TAGS_MAX; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "a%d=1;", i);
    CHECK(tags_read((struct str){text, len}, &tags) == TAGS_TOO_MANY);
    CHECK(tags.count == TAGS_MAX);
}

static void
reads_lists_in_values(void)
{
    struct str list = STR("From : to:\r\n Subject::"), item;
    static const char *const want[] = {"From", "to", "Subject", ""};
    size_t count = 0;

    while (tags_item(&list, ':', &item) && count < COUNT(want))
        CHECK_STR(item, want[count++]);
    CHECK(count == COUNT(want));
    CHECK(tags_has_item(STR("sha1 : sha256"), ':', STR("SHA256")));
    CHECK(!tags_has_item(STR("sha1 : sha256"), ':', STR("sha")));
    CHECK(!tags_has_item(STR(""), ':', STR("")));
}

static void
reads_numbers(void)
{
    static const struct {
        const char *text;
        bool is_number;
        uint64_t number;
    } rows[] = {
        {"0", true, 0},    {"1518460054", true, 1518460054},
        {"", false, 0},    {"-1", false, 0},
        {"1 2", false, 0}, {"999999999999", true, 999999999999},
        {"+1", false, 0},  {"1000000000000", false, 0},
        {"0x1", false, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t number = 0;

        CHECK_ROW(i, tags_number(str_from_cstr(rows[i].text), &number) == rows[i].is_number);
        CHECK_ROW(i, number == rows[i].number);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads tags", reads_tags},
        {"names the fault and reads on", names_the_fault_and_reads_on},
        {"a NUL is a fault", a_NUL_is_a_fault},
        {"stops at its ceiling", stops_at_its_ceiling},
        {"reads lists in values", reads_lists_in_values},
        {"reads numbers", reads_numbers},
    };

    return tap_main(cases, COUNT(cases));
}
