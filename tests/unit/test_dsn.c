/*
 * Bounces: RFC 3464 as servers write it, and all the other forms. Each row is a
 * message and its recipients: "address status code flags;" with P for good, H hard.
 */

#include "mail/dsn.h"

#include "base/buf.h"
#include "tap.h"

#define DAEMON                                                                                     \
    "Return-Path: <>\nFrom: MAILER-DAEMON@web7.example\nTo: x@shop.example\nSubject: Undelivered " \
    "Mail Returned to Sender\n"
#define REPORT DAEMON "Content-Type: multipart/report; boundary=b\n\n--b\n\n"
#define STATUS                                                                                     \
    "\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; web7.example\n\n"
#define ENCLOSED "\n--b\nContent-Type: message/rfc822\n\n"
#define ORIGINAL                                                                                   \
    "Received: by web7.example (Postfix, from userid 1005) id A1\nMessage-ID: "                    \
    "<1@web7.example>\nFrom: x@shop.example\nTo: bob@example.org\n\nbuy"
#define BOB "Final-Recipient: rfc822; bob@example.org\n"

static void
write_recipients(const struct dsn *dsn, struct buf *buf)
{
    for (uint32_t i = 0; i < dsn->recipient_count; i++) {
        const struct dsn_recipient *one = &dsn->recipients[i];

        buf_printf(buf, STR_FMT " " STR_FMT " %u %s%s;", STR_ARG(one->address),
                   STR_ARG(one->status), one->reply_code, one->is_permanent ? "P" : "",
                   one->is_hard ? "H" : "");
    }
}

static void
reads_who_failed_and_why(void)
{
    static const struct {
        const char *message, *recipients, *original;
    } rows[] = {
        {REPORT "x" STATUS BOB "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 "
                "unknown\n" ENCLOSED ORIGINAL "\n--b--\n",
         "bob@example.org 5.1.1 550 PH;", ORIGINAL},
        {REPORT "x" STATUS BOB "Action: delayed\nStatus: 4.4.1\n--b\nContent-Type: "
                "text/rfc822-headers\n\n" ORIGINAL "\n--b--\n",
         "bob@example.org 4.4.1 0 ;", ORIGINAL},
        /* several, with and without an empty line between */
        {REPORT "x" STATUS BOB "Action: failed\nStatus: 5.2.2\n\nFinal-Recipient: rfc822; "
                "kim@example.org\nAction: failed\nStatus: 5.1.1\n--b--\n",
         "bob@example.org 5.2.2 0 P;kim@example.org 5.1.1 0 PH;", ""},
        {REPORT "x" STATUS BOB "Status: 5.2.2\nFinal-Recipient: rfc822; <kim@example.org>\n"
                "Status: 5.1.1\n--b--\n",
         "bob@example.org 5.2.2 0 P;kim@example.org 5.1.1 0 PH;", ""},
        /* what arrived is no failure */
        {REPORT "x" STATUS BOB "Action: relayed\nStatus: 2.1.5\n\nFinal-Recipient: rfc822; "
                "kim@example.org\nAction: failed\nStatus: 5.7.1\n--b--\n",
         "kim@example.org 5.7.1 0 P;", ""},
        /* what the server said beats the report's status; words of the text fill in */
        {REPORT "x" STATUS BOB "Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n--b--\n",
         "bob@example.org 5.1.1 550 PH;", ""},
        {REPORT "x" STATUS BOB "Status: 5.1.1\nDiagnostic-Code: smtp; 552 5.2.2 full\n--b--\n",
         "bob@example.org 5.2.2 552 P;", ""},
        {REPORT "<bob@example.org>: host mx said: 550 5.7.1 spam" STATUS BOB
                "Status: 5.0.0\n--b--\n",
         "bob@example.org 5.7.1 550 P;", ""},
        {REPORT "<kim@example.org>: 550 5.1.1 unknown" STATUS BOB "Status: 4.0.0\n--b--\n",
         "bob@example.org 4.0.0 550 ;", ""},
        /* the final recipient is no address */
        {REPORT "x" STATUS "Original-Recipient: rfc822; bob@example.org\nFinal-Recipient: rfc822; "
                "/var/mail/bob\nStatus: 5.2.0\n--b--\n",
         "bob@example.org 5.2.0 0 P;", ""},
        /* a report without fields about a recipient: its text tells */
        {REPORT "Delivery failed permanently:\n\n  * bob@example.org\n" STATUS "\n--b--\n",
         "bob@example.org  0 P;", ""},
        /* fields, but no MIME around them */
        {DAEMON "\nMail could not be delivered.\n\nReporting-MTA: dns; web7.example\n\n" BOB
                "Action: failed\nStatus: 5.1.1\n\n" ORIGINAL,
         "bob@example.org 5.1.1 0 PH;", ORIGINAL},
        /* plain text */
        {DAEMON
         "\nHi. This is the qmail-send program.\n\n<bob@example.org>:\n550 unknown user\n\n--- "
         "Below this line is a copy of the message.\n\n" ORIGINAL,
         "bob@example.org  550 PH;", ORIGINAL},
        {"From: Mail Delivery System <Mailer-Daemon@web7.example>\nX-Failed-Recipients: "
         "bob@example.org, kim@example.org\nSubject: Mail delivery failed\n\nIt "
         "failed.\n\n" ORIGINAL,
         "bob@example.org  0 P;kim@example.org  0 P;", ORIGINAL},
        /* nobody is named: then whom the mail was for */
        {DAEMON "\nYour mail could not be delivered.\n\n" ORIGINAL, "bob@example.org  0 P;",
         ORIGINAL},
    };
    struct arena *arena = arena_new(8 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dsn dsn = {.recipient_count = 0};
        struct buf buf;

        buf_init(&buf, 4096);
        CHECK_ROW(i, dsn_read(str_from_cstr(rows[i].message), arena, &dsn));
        write_recipients(&dsn, &buf);
        CHECK_STR(buf_str(&buf), rows[i].recipients);
        CHECK_STR(dsn.original, rows[i].original);
        buf_done(&buf);
    }
    arena_free(arena);
}

static void
reads_what_names_the_mail(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct dsn dsn;

    CHECK(
        dsn_read(STR(REPORT "x\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; "
                            "web7.example\nX-Postfix-Queue-ID: A1\nArrival-Date: Tue, 8 Mar 2005 "
                            "14:00:00 +0000\n\n" BOB "Action: failed\nStatus: 5.1.1\nRemote-MTA: "
                            "dns; mx.example.org\n" ENCLOSED ORIGINAL "\n--b--\n"),
                 arena, &dsn));
    CHECK_STR(dsn.reporting_mta, "web7.example");
    CHECK_STR(dsn.queue_id, "A1");
    CHECK_STR(dsn.message_id, "1@web7.example");
    CHECK_STR(dsn.recipients[0].remote_mta, "mx.example.org");
    CHECK(dsn.arrival_s == INT64_C(1110290400));
    CHECK(
        dsn_read(STR(REPORT "x\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; "
                            "w\nX-Original-Message-ID: <2@web7.example>\n\n" BOB "Status: 5.1.1\n"
                            "--b--\n"),
                 arena, &dsn));
    CHECK_STR(dsn.message_id, "2@web7.example");
    arena_free(arena);
}

static void
refuses_what_is_no_bounce(void)
{
    static const char *const rows[] = {
        /* a person who quotes one */
        "From: anna@example.org\nTo: help@web7.example\nSubject: Fwd: Undelivered Mail\n\n"
        "<bob@example.org>: 550 5.1.1 unknown\n",
        "From: anna@example.org\nSubject: x\n\nSee:\nFinal-Recipient: rfc822; bob@example.org\n"
        "Status: 5.1.1\n",
        /* delivered */
        REPORT "x" STATUS BOB "Action: delivered\nStatus: 2.0.0\n" ENCLOSED ORIGINAL "\n--b--\n",
        REPORT "x" STATUS BOB "Action: deliverable\nStatus: 2.1.5\n--b--\n",
        /* a daemon that speaks of something else */
        "From: MAILER-DAEMON@web7.example\nTo: x@shop.example\nSubject: Welcome\n\nhello "
        "bob@example.org\n",
        "",
    };
    struct arena *arena = arena_new(1 << 20), *tiny = arena_new(64);
    struct dsn dsn;

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, !dsn_read(str_from_cstr(rows[i]), arena, &dsn));
    CHECK(!dsn_read(STR(DAEMON "\n<bob@example.org>: undeliverable\n"), tiny, &dsn));
    arena_free(arena);
    arena_free(tiny);
}

static void
keeps_its_ceiling(void)
{
    struct arena *arena = arena_new(8 << 20);
    struct dsn dsn;
    struct buf buf;

    buf_init(&buf, 1 << 20);
    buf_add_cstr(&buf, REPORT "x" STATUS);
    for (int i = 0; i < DSN_RECIPIENTS_MAX + 9; i++)
        buf_printf(&buf, "Final-Recipient: rfc822; u%d@example.org\nStatus: 5.1.1\n\n", i);
    CHECK(dsn_read(buf_str(&buf), arena, &dsn));
    CHECK(dsn.recipient_count == DSN_RECIPIENTS_MAX);
    buf_done(&buf);
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads who failed and why", reads_who_failed_and_why},
        {"reads what names the mail", reads_what_names_the_mail},
        {"refuses what is no bounce", refuses_what_is_no_bounce},
        {"keeps its ceiling", keeps_its_ceiling},
    };

    return tap_main(cases, COUNT(cases));
}
