/*
 * Each row is one line as a syslog daemon writes it. The messages are PHP's,
 * which fit one line, where it matters that they arrive whole.
 */

#include "record/syslog.h"
#include "tap.h"

#define FEB_3 INT64_C(1770080523)       /* 2026-02-03 01:02:03 */
#define YEARLESS_FEB_3 INT64_C(2854923) /* from the beginning of 1972 */

static struct event
read_line(const char *line)
{
    struct event event;

    event_init(&event);
    syslog_read(str_from_cstr(line), &event);
    return event;
}

#define MAIL "mail() on [/srv/x.php:4]: To: a@b -- Headers:  -- Subject: s"

static void
reads_every_envelope(void)
{
    static const struct {
        const char *line;
        enum stamp_form form;
        int64_t us;
        const char *host, *program;
        int64_t pid;
    } rows[] = {
        {"Feb  3 01:02:03 web7 php[4005]: " MAIL, STAMP_YEARLESS, YEARLESS_FEB_3 * 1000000, "web7",
         "php", 4005},
        {"<22>Feb  3 01:02:03 web7 php[4005]: " MAIL, STAMP_YEARLESS, YEARLESS_FEB_3 * 1000000,
         "web7", "php", 4005},
        {"Feb  3 01:02:03 web7 php: " MAIL, STAMP_YEARLESS, YEARLESS_FEB_3 * 1000000, "web7", "php",
         -1},
        {"Feb  3 01:02:03 web7 php-fpm8.2[4005]:\t" MAIL, STAMP_YEARLESS, YEARLESS_FEB_3 * 1000000,
         "web7", "php-fpm8.2", 4005},
        {"Feb  3 01:02:03 web7 php[4005]:" MAIL, STAMP_YEARLESS, YEARLESS_FEB_3 * 1000000, "web7",
         "php", 4005},
        {"Feb  3 01:02:03 2001:db8::7 php[4005]: " MAIL, STAMP_YEARLESS, YEARLESS_FEB_3 * 1000000,
         "2001:db8::7", "php", 4005},
        {"Feb  3 2026 01:02:03 web7.shop.example php[4005]: " MAIL, STAMP_LOCAL, FEB_3 * 1000000,
         "web7.shop.example", "php", 4005},
        {"2026 Feb  3 01:02:03 web7 php[4005]: " MAIL, STAMP_LOCAL, FEB_3 * 1000000, "web7", "php",
         4005},
        {"2026-02-03T01:02:03.185246+01:00 web7 php[4005]: " MAIL, STAMP_UTC,
         (FEB_3 - 3600) * 1000000 + 185246, "web7", "php", 4005},
        {"2026-02-03T01:02:03Z web7 php: " MAIL, STAMP_UTC, FEB_3 * 1000000, "web7", "php", -1},
        {"2026-02-03 01:02:03 web7 php[4005]: " MAIL, STAMP_LOCAL, FEB_3 * 1000000, "web7", "php",
         4005},
        /* RFC 5424 */
        {"<22>1 2026-02-03T01:02:03.5Z web7 php 4005 - - " MAIL, STAMP_UTC,
         FEB_3 * 1000000 + 500000, "web7", "php", 4005},
        {"<22>1 2026-02-03T01:02:03Z web7 php - ID47 [a@1 b=\"\\\"]\" c=\"d\"][e@1] "
         "\xef\xbb\xbf" MAIL,
         STAMP_UTC, FEB_3 * 1000000, "web7", "php", -1},
        {"1 2026-02-03T01:02:03Z web7 php 4005 - [timeQuality tzKnown=\"1\"] " MAIL, STAMP_UTC,
         FEB_3 * 1000000, "web7", "php", 4005},
        {"<22>1 - - php 4005 - - " MAIL, STAMP_NONE, 0, "", "php", 4005},
        /* what else turns up between stamp and tag */
        {"Feb  3 01:02:03 web7 mail.info php[4005]: " MAIL, STAMP_YEARLESS,
         YEARLESS_FEB_3 * 1000000, "web7", "php", 4005},
        {"Feb  3 01:02:03 <mail.info> web7 php[4005]: " MAIL, STAMP_YEARLESS,
         YEARLESS_FEB_3 * 1000000, "web7", "php", 4005},
        {"Feb  3 01:02:03 web7 php[4005]: [ID 197553 mail.info] " MAIL, STAMP_YEARLESS,
         YEARLESS_FEB_3 * 1000000, "web7", "php", 4005},
        {"Feb  3 01:02:03 php[4005]: " MAIL, STAMP_YEARLESS, YEARLESS_FEB_3 * 1000000, "", "php",
         4005},
        {"Feb  3 01:02:03 web7 php(pool)[4005]: " MAIL, STAMP_YEARLESS, YEARLESS_FEB_3 * 1000000,
         "web7", "php", 4005},
        {"Feb  3 01:02:03 web7 php[x]: " MAIL, STAMP_YEARLESS, YEARLESS_FEB_3 * 1000000, "web7",
         "php", -1},
        {"Feb  3 01:02:03 web7 /usr/bin/php[4005]: " MAIL, STAMP_YEARLESS, YEARLESS_FEB_3 * 1000000,
         "web7", "/usr/bin/php", 4005},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_PHP_MAIL);
        CHECK_ROW(i, event.stamp_form == rows[i].form);
        CHECK_ROW(i, event.stamp_us == rows[i].us);
        CHECK_STR(event.host, rows[i].host);
        CHECK_STR(event.program, rows[i].program);
        CHECK_STR(event.instance, "");
        CHECK_ROW(i, event.pid == rows[i].pid);
        CHECK_ROW(i, event.repeats == 1);
        if (event.kind == EVENT_PHP_MAIL) {
            CHECK_STR(event.php_mail.script, "/srv/x.php");
            CHECK_STR(event.php_mail.subject, "s");
        }
        CHECK_ROW(i, syslog_probe(str_from_cstr(rows[i].line)) >= 1);
    }
}

/* One file, RFC 3164 before an upgrade and ISO 8601 after it: no line looks at another. */
static void
decides_each_line_anew(void)
{
    static const struct {
        const char *line;
        enum stamp_form form;
    } rows[] = {
        {"Dec 31 23:59:59 web7 kernel: x", STAMP_YEARLESS},
        {"2026-01-01T00:00:00.000001+01:00 web7 kernel: x", STAMP_UTC},
        {"Jan  1 00:00:01 web7 kernel: x", STAMP_YEARLESS},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.stamp_form == rows[i].form);
        CHECK_ROW(i, event.kind == EVENT_NONE);
    }
}

/* The front of a line is remembered: what follows it, and the stamp before it, are not. */
static void
reads_a_known_front(void)
{
    static const struct {
        const char *line;
        int64_t seconds;
        enum event_kind kind;
        const char *host, *program, *instance;
        int64_t pid;
        uint32_t repeats;
    } rows[] = {
        {"Feb  3 01:02:03 web7 postfix/qmgr[77]: BF206164262: removed", YEARLESS_FEB_3,
         EVENT_REMOVED, "web7", "postfix/qmgr", "postfix", 77, 1},
        {"Feb  3 01:02:04 web7 postfix/qmgr[77]: BF206164263: removed", YEARLESS_FEB_3 + 1,
         EVENT_REMOVED, "web7", "postfix/qmgr", "postfix", 77, 1},
        {"Feb  3 01:02:04 web7 postfix/qmgr[78]: BF206164263: removed", YEARLESS_FEB_3 + 1,
         EVENT_REMOVED, "web7", "postfix/qmgr", "postfix", 78, 1},
        {"Feb  3 01:02:04 web8 postfix/qmgr[77]: BF206164263: removed", YEARLESS_FEB_3 + 1,
         EVENT_REMOVED, "web8", "postfix/qmgr", "postfix", 77, 1},
        {"Feb  3 01:02:04 web7 postfix/qmgr[77]: message repeated 3 times: [ BF206164262: removed]",
         YEARLESS_FEB_3 + 1, EVENT_REMOVED, "web7", "postfix/qmgr", "postfix", 77, 3},
        {"Feb  3 01:02:04 web7 postfix/qmgr[77]: last message repeated 2 times", YEARLESS_FEB_3 + 1,
         EVENT_REPEAT, "web7", "postfix/qmgr", "postfix", 77, 2},
        {"Feb  3 01:02:04 web7 postfix/qmgr[77]:  BF206164262: removed", YEARLESS_FEB_3 + 1,
         EVENT_REMOVED, "web7", "postfix/qmgr", "postfix", 77, 1},
        {"Feb  3 01:02:04 web7 postfix/qmgr[77]: ", YEARLESS_FEB_3 + 1, EVENT_UNKNOWN, "web7",
         "postfix/qmgr", "postfix", 77, 1},
    };

    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < COUNT(rows); i++) {
            struct event event = read_line(rows[i].line);

            CHECK_ROW(i, event.kind == rows[i].kind);
            CHECK_ROW(i, event.stamp_us == rows[i].seconds * 1000000);
            CHECK_ROW(i, event.pid == rows[i].pid && event.repeats == rows[i].repeats);
            CHECK_STR(event.host, rows[i].host);
            CHECK_STR(event.program, rows[i].program);
            CHECK_STR(event.instance, rows[i].instance);
        }
    }
}

static void
names_the_instance(void)
{
    static const struct {
        const char *tag, *program, *instance;
    } rows[] = {
        {"postfix/smtpd[1]:", "postfix/smtpd", "postfix"},
        {"postfix-out/smtp[1]:", "postfix-out/smtp", "postfix-out"},
        {"postfix/submission/smtpd[1]:", "postfix/submission/smtpd", "postfix"},
        {"postfix/10025/smtpd[1]:", "postfix/10025/smtpd", "postfix"},
        {"smtpd[1]:", "smtpd", ""},
        {"dovecot:", "dovecot", ""},
        {"sshd(pam_unix)[1]:", "sshd", ""},
        {"rsyslogd-2177:", "rsyslogd-2177", ""},
        {"sm-mta.x[1]:", "sm-mta.x", ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char line[128];
        struct event event;

        (void)snprintf(line, sizeof(line), "Feb  3 01:02:03 web7 %s x", rows[i].tag);
        event = read_line(line);
        CHECK_STR(event.program, rows[i].program);
        CHECK_STR(event.instance, rows[i].instance);
    }
}

static void
counts_repeated_messages(void)
{
    static const struct {
        const char *line;
        enum event_kind kind;
        uint32_t repeats;
        const char *program;
    } rows[] = {
        {"Feb  3 01:02:03 web7 last message repeated 3 times", EVENT_REPEAT, 3, ""},
        {"Feb  3 01:02:03 web7 last message repeated 1 time", EVENT_REPEAT, 1, ""},
        {"Feb  3 01:02:03 web7 syslogd: last message repeated 2 times", EVENT_REPEAT, 2, ""},
        {"Feb  3 01:02:03 web7 --- last message repeated 2 times ---", EVENT_REPEAT, 2, ""},
        {"Feb  3 01:02:03 web7 postfix/smtpd[7]: last message repeated 2 times", EVENT_REPEAT, 2,
         "postfix/smtpd"},
        {"Feb  3 01:02:03 web7 php[7]: Last message 'mail() on [/srv/x.ph' repeated 4 times, "
         "suppressed by syslog-ng on web7",
         EVENT_REPEAT, 4, "php"},
        {"Feb  3 01:02:03 web7 php[7]: message repeated 2 times: [ " MAIL "]", EVENT_PHP_MAIL, 2,
         "php"},
        {"Feb  3 01:02:03 web7 php[7]: message repeated 2 times: [" MAIL, EVENT_PHP_MAIL, 2, "php"},
        {"Feb  3 01:02:03 web7 php[7]: message repeated 4294967299 times: [ " MAIL "]",
         EVENT_PHP_MAIL, 1000000, "php"},
        {"Feb  3 01:02:03 web7 postfix/smtpd[7]: message repeated 5 times: [ warning: "
         "unknown[192.0.2.7]: SASL LOGIN authentication failed: x]",
         EVENT_LOGIN, 5, "postfix/smtpd"},
        {"Feb  3 01:02:03 web7 php[7]: message repeated -2 times: [ " MAIL "]", EVENT_NONE, 1,
         "php"},
        {"Feb  3 01:02:03 web7 nobody[7]: last message repeated x times", EVENT_UNKNOWN, 1,
         "nobody"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == rows[i].kind);
        CHECK_ROW(i, event.repeats == rows[i].repeats);
        CHECK_STR(event.program, rows[i].program);
        CHECK_STR(event.host, "web7");
        if (event.kind == EVENT_PHP_MAIL)
            CHECK_STR(event.php_mail.subject, "s");
        if (event.kind == EVENT_LOGIN)
            CHECK_STR(event.login.client, "192.0.2.7");
    }
}

static void
reports_gaps(void)
{
    static const struct {
        const char *line;
        uint64_t lost;
    } rows[] = {
        {"Feb  3 01:02:03 web7 rsyslogd-2177: imuxsock lost 12 messages from pid 4005 due to "
         "rate-limiting",
         12},
        {"Feb  3 01:02:03 web7 rsyslogd: imuxsock[pid: 4005, name: smtpd]: 3 messages lost due to "
         "rate-limiting (20000 allowed within 600 seconds)",
         3},
        {"Feb  3 01:02:03 web7 rsyslogd: imjournal: begin to drop messages due to rate-limiting",
         0},
        {"Feb  3 01:02:03 web7 rsyslogd[9]: imuxsock begins to drop messages from pid 4005 due to "
         "rate-limiting",
         0},
        {"Feb  3 01:02:03 web7 systemd-journald[300]: Suppressed 1834 messages from "
         "postfix@-.service",
         1834},
        {"Feb  3 01:02:03 web7 systemd-journal[300]: Suppressed 18 messages from "
         "/system.slice/postfix.service",
         18},
        {"Feb  3 01:02:03 web7 systemd-journald[300]: Forwarding to syslog missed 7 messages.", 7},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_GAP);
        CHECK_ROW(i, event.kind == EVENT_GAP && event.gap.lost == rows[i].lost);
    }
    CHECK(read_line("Feb  3 01:02:03 web7 rsyslogd: [origin software=\"rsyslogd\"] start").kind ==
          EVENT_NONE);
    CHECK(read_line("Feb  3 01:02:03 web7 evil[7]: imuxsock lost 12 messages from pid 4005").kind ==
          EVENT_UNKNOWN);
}

static void
tells_what_it_does_not_know(void)
{
    static const struct {
        const char *line;
        enum event_kind kind;
        const char *program;
    } rows[] = {
        {"Feb  3 01:02:03 web7 kernel: [ 1234.567890] Out of memory", EVENT_NONE, "kernel"},
        {"Feb  3 01:02:03 web7 CRON[12]: (root) CMD (x)", EVENT_NONE, "CRON"},
        {"Feb  3 01:02:03 web7 systemd[1]: Started x.", EVENT_NONE, "systemd"},
        {"Feb  3 01:02:03 web7 systemd-logind[1]: New session", EVENT_NONE, "systemd-logind"},
        {"Feb  3 01:02:03 web7 -- MARK --", EVENT_NONE, ""},
        {"Feb  3 01:02:03 web7 homemade[12]: x", EVENT_UNKNOWN, "homemade"},
        {"Feb  3 01:02:03 web7 su root on none", EVENT_NONE, "su"},
        {"Feb  3 01:02:03 web7", EVENT_UNKNOWN, ""},
        {"Feb  3 01:02:03 ", EVENT_UNKNOWN, ""},
        {"Feb  3 01:02:03", EVENT_UNKNOWN, ""},
        {"<22>", EVENT_UNKNOWN, ""},
        {"<22>1 2026-02-03T01:02:03Z web7", EVENT_UNKNOWN, ""},
        {"", EVENT_UNKNOWN, ""},
        {"not a log line at all, and long enough", EVENT_UNKNOWN, ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == rows[i].kind);
        CHECK_STR(event.program, rows[i].program);
    }
}

/* rsyslog's #011 and #012, bytes that are no UTF-8, NUL and CR inside: nothing breaks. */
static void
survives_hostile_bytes(void)
{
    static const char nul[] = "Feb  3 01:02:03 web7 php[4005]: mail() on [/srv/x\0y.php:4]: To: a";
    struct event event;

    event_init(&event);
    syslog_read((struct str){nul, sizeof(nul) - 1}, &event);
    CHECK(event.kind == EVENT_PHP_MAIL && event.php_mail.script.len == 12);
    event = read_line("Feb  3 01:02:03 web7 php: mail() on [/\xff\xfe\r.php:4]: To: a#012#011b");
    CHECK(event.kind == EVENT_PHP_MAIL);
    CHECK_STR(event.php_mail.recipients, "a#012#011b");
    event = read_line("Feb  3 01:02:03 web7 \xff\xfe[1]: x");
    CHECK(event.kind == EVENT_UNKNOWN);
}

/* What other programs write looks alike at first sight. */
static void
probes_only_syslog(void)
{
    static const char *const lines[] = {
        "Nov 23 15:24:59 auth: Info: passwd-file(anna@shop.example,203.0.113.186): Password",
        "Nov 23 15:24:59 imap(anna)<77><x>: Info: Logged out",
        "2026-11-23 15:24:59 imap-login: Info: Login: user=<anna>",
        "2026-11-23 15:24:59 1wEQYa-00000000aDt-0lKr <= anna@shop.example U=anna P=local S=5",
        "2026-11-23 15:24:59 cwd=/srv/shop 3 args: /usr/sbin/sendmail -t -i",
        "2026-11-23 15:24:59 Start queue run: pid=77",
        "2026-11-23 15:24:59 [77] 1wEQYa-00000000aDt-0lKr Completed",
        "2026-11-23 15:24:59,123 INFO root: python logging",
        "2026-11-23 15:24:59,123 fail2ban.filter [123]: INFO [sshd] Found 192.0.2.7",
        "2026-11-23 15:24:59 status installed weir:amd64 1.0",
        "2026-11-23 15:24:59 0 [Note] mysqld: ready",
        "[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php:4]: To: a",
        "[Mon Nov 23 15:21:22.123456 2026] [php:error] [pid 77] x",
        "Mon Nov 23 15:21:22 2026 [pid 77] [anna] OK LOGIN: Client \"192.0.2.7\"",
        "192.0.2.7 - - [23/Nov/2026:15:21:22 +0000] \"GET / HTTP/1.1\" 200 5",
        "random text",
        "",
    };

    for (size_t i = 0; i < COUNT(lines); i++)
        CHECK_ROW(i, syslog_probe(str_from_cstr(lines[i])) == 0);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads every envelope", reads_every_envelope},
        {"decides each line anew", decides_each_line_anew},
        {"reads a known front", reads_a_known_front},
        {"names the instance", names_the_instance},
        {"counts repeated messages", counts_repeated_messages},
        {"reports gaps in the log", reports_gaps},
        {"tells what it does not know by program", tells_what_it_does_not_know},
        {"survives hostile bytes", survives_hostile_bytes},
        {"probes only syslog", probes_only_syslog},
    };

    return tap_main(cases, COUNT(cases));
}
