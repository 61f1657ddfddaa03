/*
 * What is a mail, what an mbox, and what a log that only looks like one.
 */

#include "mail/mbox.h"

#include "tap.h"

#define FROM_LINE "From anna@example.org Thu Jan  1 10:00:00 2026\n"

static void
tells_mails_from_logs(void)
{
    static const struct {
        const char *text;
        bool is_message, is_mbox;
    } rows[] = {
        {"Received: x\nFrom: a@example.org\n\nbody", true, false},
        {"Return-Path: <>\nReceived: x\n", true, false},
        {"X-Spam: no\nFrom: a@example.org\nSubject: s\n", true, false},
        {FROM_LINE "From: a@example.org\nTo: b\n\nx", true, true},
        {"\xef\xbb\xbf" FROM_LINE "From: a@example.org\nTo: b\n\nx", true, true},
        {"\r\n\r\nFrom: a@example.org\r\nTo: b\r\n", true, false},
        /* one header alone, or none that only a mail has */
        {"From: a@example.org\n", false, false},
        {"Subject: s\nDate: d\nTo: t\n", false, false},
        {"From:\nTo: b\n", false, false},
        {"From: a\nFrom: b\n", false, false},
        /* a "From " line over no mail */
        {FROM_LINE "\nbody", false, false},
        {FROM_LINE, false, false},
        {"From here on, 10:00 prose\nFrom: a@example.org\nTo: b\n", true, false},
        /* logs */
        {"Nov 23 15:22:58 web7 postfix/pickup[1]: A: uid=1 from=<x>\n", false, false},
        {"2026-11-23 15:22:58 1wEQYa-00000000aDt-0lKr <= a@example.org U=x\n", false, false},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/x.php:1]: To: a -- Headers: From: b\n", false,
         false},
        {"192.0.2.1 - - [23/Nov/2026:15:23:31 +0000] \"GET / HTTP/1.1\" 200 1\n", false, false},
        {"{\"From\": 1}\nTo: b\n", false, false},
        {"1From: a@example.org\nTo: b\nReceived: x\n", false, false},
        {"", false, false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str text = str_from_cstr(rows[i].text);

        CHECK_ROW(i, mail_is_message(text) == rows[i].is_message);
        CHECK_ROW(i, mail_is_mbox(text) == rows[i].is_mbox);
    }
}

static void
knows_from_lines(void)
{
    static const struct {
        const char *line;
        bool holds;
    } rows[] = {
        {"From anna@example.org Thu Jan  1 10:00:00 2026", true},
        {"From MAILER-DAEMON Thu Jan  1 10:00:00 2026 +0100", true},
        {"From anna Thu Jan  1 10:00 2026", true},
        {"From  Thu Jan  1 10:00:00 2026", true},
        {"From here on it is Jan who talks", false},
        {"From: anna@example.org", false},
        {"from anna Thu Jan  1 10:00:00 2026", false},
        {">From anna Thu Jan  1 10:00:00 2026", false},
        {"From 10:00 to Jan", false},
        {"From ", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, mbox_is_from_line(str_from_cstr(rows[i].line)) == rows[i].holds);
}

static void
takes_an_mbox_apart(void)
{
    struct str mbox = STR(FROM_LINE "From: a\n\nFrom here on prose\n\nFrom x, 10:00\n\n" FROM_LINE
                                    "From: b\n\n" FROM_LINE "no blank line before\n");
    struct str message;

    CHECK(mail_mbox_next(&mbox, &message));
    CHECK_STR(message, FROM_LINE "From: a\n\nFrom here on prose\n\nFrom x, 10:00\n\n");
    CHECK(mail_mbox_next(&mbox, &message));
    CHECK_STR(message, FROM_LINE "From: b\n\n");
    CHECK(mail_mbox_next(&mbox, &message));
    CHECK_STR(message, FROM_LINE "no blank line before\n");
    CHECK(!mail_mbox_next(&mbox, &message));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"tells mails from logs", tells_mails_from_logs},
        {"knows From lines", knows_from_lines},
        {"takes an mbox apart", takes_an_mbox_apart},
    };

    return tap_main(cases, COUNT(cases));
}
