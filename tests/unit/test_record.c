/*
 * Each row is the beginning of a file and the frame that it is written in; NULL
 * where weir must keep its hands off.
 */

#include "record/record.h"
#include "tap.h"

#define ACCESS "192.0.2.7 - - [23/Nov/2026:15:21:22 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"M\"\n"
#define SYSLOG "Nov 23 15:21:22 web7 postfix/smtpd[77]: connect from unknown[192.0.2.7]\n"
#define ISO "2026-11-23T15:21:22.185246+01:00 web7 postfix/smtpd[77]: connect from a[192.0.2.7]\n"
#define PHP "[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php:4]: To: a@b -- Headers: x\n"
#define PHP_ERROR "[23-Nov-2026 15:21:22 UTC] PHP Warning:  x in /srv/x.php on line 3\n"
#define APACHE_ERROR                                                                               \
    "[Mon Nov 23 15:21:22.123456 2026] [php:error] [pid 77] [client 192.0.2.7:5] x\n"
#define FOLDED " c@d -- Headers: X: y\n"

static void
finds_the_frame_from_content(void)
{
    static const struct {
        const char *head, *name;
    } rows[] = {
        {SYSLOG, "syslog"},
        {ISO, "syslog"},
        {SYSLOG SYSLOG ISO ISO, "syslog"},
        {"<22>1 2026-02-03T01:02:03Z web7 postfix/qmgr 77 - - x: removed\n", "syslog"},
        {"Nov 23 15:21:22 web7 syslogd 1.5.0: restart.\n", "syslog"},
        {"\xef\xbb\xbf" SYSLOG, "syslog"},
        {"Nov 23 15:21:22 web7 php[77]: mail() on [/srv/x.php:4]: To: a@b -- Headers: x\n",
         "syslog"},
        /* a line that the writer has not finished, Windows line ends, blank lines */
        {SYSLOG "Nov 23 15:2", "syslog"},
        {"\r\n\r\nNov 23 15:21:22 web7 sshd[7]: x\r\n", "syslog"},
        {ACCESS, "combined"},
        {"shop.example:443 " ACCESS, "combined"},
        {"rubbish\n" ACCESS ACCESS, "combined"},
        {PHP, "php"},
        {PHP FOLDED FOLDED PHP, "php"},
        {"mail() on [/srv/x.php:4]: To: a@b -- Headers: x\n", "php"},
        {"{\"msec\":1795447282.485,\"remote_addr\":\"192.0.2.7\",\"request\":\"GET / HTTP/1.1\","
         "\"status\":200}\n",
         "access-json"},
        {"{\"__REALTIME_TIMESTAMP\":\"1795447282123456\",\"MESSAGE\":\"x\"}\n", "journal-json"},
        {"__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795447282123456\nMESSAGE=x\n\n"
         "__REALTIME_TIMESTAMP=1795447282123457\nMESSAGE=" SYSLOG "\n",
         "journal-export"},
        /* no logs that weir reads */
        {"", NULL},
        {"\n\n\n", NULL},
        {PHP_ERROR, NULL},
        {PHP_ERROR "Stack trace:\n#0 /srv/x.php(3): mail()\n#1 {main}\n" PHP_ERROR, NULL},
        {APACHE_ERROR APACHE_ERROR, NULL},
        {"2026/11/23 15:21:22 [error] 77#77: *1 open() \"/x\" failed, client: 192.0.2.7, request: "
         "\"GET / HTTP/1.1\", host: \"shop.example\"\n",
         NULL},
        {"2026-11-23 15:24:59,123 INFO root: python logging\n", NULL},
        {"2026-11-23 15:24:59 status installed weir:amd64 1.0\n", NULL},
        {"From: anna@shop.example\nDate: Mon, 23 Nov 2026 15:21:22 +0000\n\nFeb 3\n", NULL},
        {"Dear reader,\nthis is a text about Nov 23 15:21:22 and mail() on [/x.php:4].\n", NULL},
        {"{\"a\":1}\n{\"b\":2}\n", NULL},
        {"root:x:0:0:root:/root:/bin/bash\nanna:x:1000:1000::/home/anna:/bin/sh\n", NULL},
        {"<?php mail('a@b', 'c', 'd'); ?>\n", NULL},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct frame *frame = record_detect(str_from_cstr(rows[i].head));

        CHECK_ROW(i, (frame == NULL) == (rows[i].name == NULL));
        if (frame && rows[i].name)
            CHECK_STR(str_from_cstr(frame->name), rows[i].name);
    }
}

/* One line that a stranger can bring into an error log does not change what the log is. */
static void
is_not_turned_by_a_stray_line(void)
{
    CHECK(record_detect(STR(APACHE_ERROR APACHE_ERROR APACHE_ERROR APACHE_ERROR ACCESS)) == NULL);
    CHECK(record_detect(STR(PHP_ERROR PHP_ERROR PHP_ERROR PHP_ERROR SYSLOG)) == NULL);
    CHECK(record_detect(STR(SYSLOG SYSLOG ACCESS)) == record_frame(STR("syslog")));
}

static void
leaves_binary_files(void)
{
    static char bytes[4096];
    uint32_t state = 1;

    for (size_t i = 0; i < sizeof(bytes); i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = (char)(state >> 24);
    }
    CHECK(record_detect((struct str){bytes, sizeof(bytes)}) == NULL);
    memset(bytes, 0, sizeof(bytes));
    CHECK(record_detect((struct str){bytes, sizeof(bytes)}) == NULL);
    CHECK(record_detect(STR("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03")) == NULL);
    CHECK(record_detect(STR("LPKSHHRH\n" SYSLOG "\x01\x02\n\x03\n\x04\n\x05\n\x06")) == NULL);
}

static void
knows_frames_by_name(void)
{
    static const char *const names[] = {"syslog",  "combined",    "php",          "exim",
                                        "dovecot", "access-json", "journal-json", "journal-export",
                                        "xferlog", "vsftpd",      "proftpd",      "panel"};

    for (size_t i = 0; i < COUNT(names); i++) {
        const struct frame *frame = record_frame(str_from_cstr(names[i]));

        CHECK_ROW(i, frame && strcmp(frame->name, names[i]) == 0);
    }
    CHECK(record_frame(STR("")) == NULL);
    CHECK(record_frame(STR("sys")) == NULL);
}

static void
reads_records_with_their_line_ends(void)
{
    static const char hole[] = "\0\0\0\0" PHP;
    static const struct {
        struct str record;
        enum event_kind kind;
    } rows[] = {
        {{PHP, sizeof(PHP) - 1}, EVENT_PHP_MAIL},
        {{hole, sizeof(hole) - 1}, EVENT_PHP_MAIL}, /* copytruncate left a hole */
        {{"\r\n", 2}, EVENT_NONE},
        {{"", 0}, EVENT_NONE},
        {{"\0\0\0", 3}, EVENT_NONE},
    };
    struct event event;

    for (size_t i = 0; i < COUNT(rows); i++) {
        record_read(record_frame(STR("php")), rows[i].record, &event);
        CHECK_ROW(i, event.kind == rows[i].kind);
    }
    record_read(record_frame(STR("php")),
                STR("[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php:4]: To: a -- Headers: x -- "
                    "Subject: s\r\n"),
                &event);
    CHECK(event.kind == EVENT_PHP_MAIL);
    CHECK_STR(event.php_mail.subject, "s");
}

/* Each event starts afresh: nothing of the line before it shows through. */
static void
forgets_the_line_before(void)
{
    struct event event;

    record_read(record_frame(STR("syslog")), STR(SYSLOG), &event);
    CHECK_STR(event.host, "web7");
    record_read(record_frame(STR("syslog")), STR("rubbish"), &event);
    CHECK(event.kind == EVENT_UNKNOWN && event.stamp_form == STAMP_NONE);
    CHECK_STR(event.host, "");
    CHECK(event.pid == -1 && event.repeats == 1);
}

/* 64 KiB of whatever makes a careless reader slow or leads it past the end. */
static void
bears_long_hostile_lines(void)
{
    static const char *const starts[] = {
        "",
        "192.0.2.7 - - [23/Nov/2026:15:21:22 +0000] \"GET ",
        "192.0.2.7 - - [23/Nov/2026:15:21:22 +0000] \"GET / HTTP/1.1\" 200 5 ",
        "[23-Nov-2026 15:21:22 UTC] mail() on [",
        "{\"MESSAGE\":",
        "Nov 23 15:21:22 web7 php[77]: ",
        "Nov 23 15:21:22 web7 postfix/smtp[77]: BF206164262: to=<",
        "Nov 23 15:21:22 web7 postfix/qmgr[77]: BF206164262: from=<",
        "Nov 23 15:21:22 web7 postfix/smtpd[77]: NOQUEUE: reject: RCPT from a[192.0.2.7]: ",
        "Nov 23 15:21:22 web7 postfix/cleanup[77]: BF206164262: reject: header Subject: ",
    };
    static const char *const fills[] = {"\"",      "\\", "[",   "{\"a\":",   "(1",
                                        "]: To: ", " ",  "\\u", ">, relay=", " from a[b]; from=<"};
    static const char *const names[] = {"syslog",      "combined",     "php",
                                        "access-json", "journal-json", "journal-export"};
    static char line[RECORD_BYTES_MAX];

    for (size_t i = 0; i < COUNT(starts) * COUNT(fills); i++) {
        const char *start = starts[i / COUNT(fills)], *fill = fills[i % COUNT(fills)];
        size_t len = strlen(start), step = strlen(fill);

        memcpy(line, start, len);
        for (; len + step <= sizeof(line); len += step)
            memcpy(line + len, fill, step);
        for (size_t f = 0; f < COUNT(names); f++) {
            struct event event;

            record_read(record_frame(str_from_cstr(names[f])), (struct str){line, len}, &event);
            CHECK_ROW(i, event.kind <= EVENT_REPEAT);
        }
        (void)record_detect((struct str){line, len});
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"finds the frame from content", finds_the_frame_from_content},
        {"is not turned by a stray line", is_not_turned_by_a_stray_line},
        {"leaves binary files", leaves_binary_files},
        {"knows frames by name", knows_frames_by_name},
        {"reads records with their line ends", reads_records_with_their_line_ends},
        {"forgets the line before", forgets_the_line_before},
        {"bears long hostile lines", bears_long_hostile_lines},
    };

    return tap_main(cases, COUNT(cases));
}
