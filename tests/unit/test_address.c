/*
 * Each row is one address list, and what it must give: "display|mailbox;" each.
 */

#include "mail/address.h"

#include "base/buf.h"
#include "tap.h"

static void
reads_lists(void)
{
    static const struct {
        const char *list, *addresses;
    } rows[] = {
        {"anna@example.org", "|anna@example.org;"},
        {"Anna <anna@example.org>", "Anna|anna@example.org;"},
        {"\"Anna, from sales\" <anna@example.org>, bob@example.org",
         "Anna, from sales|anna@example.org;|bob@example.org;"},
        {"\"a \\\" b\" <a@example.org>", "a \\\" b|a@example.org;"},
        {"anna@example.org (Anna B)", "Anna B|anna@example.org;"},
        {"(work) anna@example.org", "work|anna@example.org;"},
        {"list: a@example.org, b@example.org;, c@example.org",
         "|a@example.org;|b@example.org;|c@example.org;"},
        {"undisclosed-recipients:;", ""},
        {"<@a.example,@b.example:c@example.org>", "|c@example.org;"},
        {" , ,a@example.org,, ", "|a@example.org;"},
        {"a@example.org; b@example.org", "|a@example.org;|b@example.org;"},
        {"=?utf-8?q?Anna?= <anna@example.org>", "=?utf-8?q?Anna?=|anna@example.org;"},
        {"\"a@example.org\" <b@example.org>", "a@example.org|b@example.org;"},
        {"root", "|root;"},
        {"\"quoted local\"@example.org", "|\"quoted local\"@example.org;"},
        /* what never closes is read as far as it goes */
        {"Anna <anna@example.org", "Anna|anna@example.org;"},
        {"\"never closed <a@example.org>, b@example.org", "\"never closed|a@example.org;"},
        {"a@example.org (never closed, b@example.org",
         "never closed, b@example.org|a@example.org;"},
        {"<>", ""},
        {"", ""},
        {"<a@example.org> <b@example.org>", "|a@example.org;"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str list = str_from_cstr(rows[i].list);
        struct address address;
        struct buf buf;

        buf_init(&buf, 4096);
        while (address_next(&list, &address))
            buf_printf(&buf, STR_FMT "|" STR_FMT ";", STR_ARG(address.display),
                       STR_ARG(address.mailbox));
        CHECK_STR(buf_str(&buf), rows[i].addresses);
        buf_done(&buf);
    }
}

static void
gives_the_first_mailbox(void)
{
    CHECK_STR(address_first(STR("undisclosed:;, <>, Anna <a@example.org>, b@example.org")),
              "a@example.org");
    CHECK(address_first(STR(" ,;")).len == 0);
}

static void
tells_a_mailbox_from_other_words(void)
{
    static const struct {
        const char *text;
        bool is_mailbox;
    } rows[] = {
        {"a@b", true},
        {"anna+tag@example.org", true},
        {"a@b@c.example", true},
        {"@example.org", false},
        {"anna@", false},
        {"anna", false},
        {"a b@example.org", false},
        {"<a@example.org>", false},
        {"a@example.org.", false},
        {"a@.example", false},
        {"a@b,c@d", false},
        {"", false},
        {"a@b\n", false},
        {"a\x7f@b.example", false},
        {"\xc3\xa4@b.example", true},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, address_is_mailbox(str_from_cstr(rows[i].text)) == rows[i].is_mailbox);
}

static void
takes_brackets_off(void)
{
    CHECK_STR(address_unbracket(STR(" <1@web7.example>\t")), "1@web7.example");
    CHECK_STR(address_unbracket(STR("1@web7.example")), "1@web7.example");
    CHECK_STR(address_unbracket(STR("<1@web7.example")), "1@web7.example");
    CHECK_STR(address_unbracket(STR("<>")), "");
    CHECK_STR(address_unbracket(STR("<")), "");
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads lists", reads_lists},
        {"gives the first mailbox", gives_the_first_mailbox},
        {"tells a mailbox from other words", tells_a_mailbox_from_other_words},
        {"takes brackets off", takes_brackets_off},
    };

    return tap_main(cases, COUNT(cases));
}
