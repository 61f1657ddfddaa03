/*
 * Bounces written for people: each row is a text, whom it names, and the mail that
 * it quotes.
 */

#include "mail/bounce.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tap.h"

#define ORIGINAL                                                                                   \
    "Return-Path: <x@shop.example>\nReceived: by web7.example id A\nFrom: x@shop.example\n"

static struct bounce bounce;

static void
finds_who_did_not_get_it(void)
{
    static const struct {
        const char *text, *recipients, *original;
    } rows[] = {
        /* qmail */
        {"Hi. This is the qmail-send program at web7.example.\nI wasn't able to deliver.\n\n"
         "<bob@example.org>:\nRemote host said: 550 User unknown\n\n--- Below this line is a copy "
         "of "
         "the message.\n\n" ORIGINAL "\nbuy\n",
         "bob@example.org ", ORIGINAL "\nbuy\n"},
        /* Exim */
        {"The following address(es) failed:\n\n  bob@example.org\n    host mx.example.org: 550 No "
         "such user\n  kim@example.org\n    host mx.example.org: 452 full\n\n------ This is a copy "
         "of the message. ------\n\n" ORIGINAL,
         "bob@example.org kim@example.org ", ORIGINAL},
        /* Sendmail */
        {"   ----- The following addresses had permanent fatal errors -----\n<bob@example.org>\n   "
         " "
         "(reason: 550 5.1.1 unknown)\n\n554 <kim@example.org>... 550 Host unknown\n",
         "bob@example.org kim@example.org ", ""},
        /* words of their own */
        {"Unknown user: bob@example.org\n\nOriginal message follows.\n\n" ORIGINAL,
         "bob@example.org ", ORIGINAL},
        {"Unable to deliver message to: <bob@example.org>\nplease ask help@web7.example\n",
         "bob@example.org ", ""},
        {"550-'Unknown user bob@example.org'\n", "bob@example.org ", ""},
        {"RCPT TO: bob@example.org\n", "bob@example.org ", ""},
        {"> mailto:bob@example.org.\n", "bob@example.org ", ""},
        /* the same one twice is one; the sender is none, unless he is the only one */
        {"<bob@example.org>: no\n<BOB@example.org>: no\n<x@shop.example>: you wrote\n",
         "bob@example.org ", ""},
        {"<x@shop.example>:\nno such user\n", "x@shop.example ", ""},
        /* no failure, nobody */
        {"Ask help@web7.example about it.\n", "", ""},
        {"", "", ""},
        /* a quoted header block whose fields are no mail's goes on being text */
        {"Reporting-MTA: dns; web7.example\nNote: x\n\n<bob@example.org>: 550 no\n",
         "bob@example.org ", ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf buf;

        buf_init(&buf, 4096);
        bounce_read(str_from_cstr(rows[i].text), STR("x@shop.example"), &bounce);
        for (uint32_t k = 0; k < bounce.count; k++)
            buf_printf(&buf, STR_FMT " ", STR_ARG(bounce.recipients[k].address));
        CHECK_STR(buf_str(&buf), rows[i].recipients);
        CHECK_STR(bounce.original, rows[i].original);
        buf_done(&buf);
    }
}

static void
gives_the_reason_of_each(void)
{
    bounce_read(STR("  bob@example.org\n    550 No such user\n  kim@example.org\n    452 full\n\n"
                    "for tom@example.org: 554 no\nrest\n"),
                STR_EMPTY, &bounce);
    CHECK(bounce.count == 2);
    CHECK_STR(str_trim(bounce_reason(&bounce, STR("bob@example.org"))),
              "bob@example.org\n    550 No such user");
    CHECK_STR(str_trim(bounce_reason(&bounce, STR("KIM@example.org"))),
              "kim@example.org\n    452 full");
    CHECK_STR(bounce_reason(&bounce, STR("tom@example.org")), "for tom@example.org: 554 no");
    CHECK(bounce_reason(&bounce, STR("nobody@example.org")).len == bounce.notice.len);
}

static void
keeps_its_ceilings(void)
{
    struct buf buf;

    buf_init(&buf, 1 << 20);
    for (int i = 0; i < BOUNCE_RECIPIENTS_MAX + 9; i++)
        buf_printf(&buf, "<u%d@example.org>: 550 no\n", i);
    while (buf.len <= BOUNCE_TEXT_MAX)
        buf_add_cstr(&buf, "filler without end\n");
    buf_add_cstr(&buf, "<late@example.org>: 550 no\n");
    bounce_read(buf_str(&buf), STR_EMPTY, &bounce);
    CHECK(bounce.count == BOUNCE_RECIPIENTS_MAX);
    CHECK(bounce.notice.len == BOUNCE_TEXT_MAX);
    buf_done(&buf);
}

static void
knows_words_of_failure(void)
{
    CHECK(bounce_is_notice(STR("Undelivered Mail Returned to Sender")));
    CHECK(bounce_is_notice(STR("I'm sorry, this could NOT BE DELIVERED")));
    CHECK(!bounce_is_notice(STR("Your order was shipped")));
    CHECK(!bounce_is_notice(STR_EMPTY));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"finds who did not get it", finds_who_did_not_get_it},
        {"gives the reason of each", gives_the_reason_of_each},
        {"keeps its ceilings", keeps_its_ceilings},
        {"knows words of failure", knows_words_of_failure},
    };

    return tap_main(cases, COUNT(cases));
}
