/*
 * Each row is the tag of a syslog line, what is the program in it, and by which
 * reader its messages are read: seen from what one message of its becomes.
 */

#include "record/program.h"
#include "tap.h"

static struct event
read_message(const char *tag, const char *message)
{
    struct event event;

    event_init(&event);
    program_name(str_from_cstr(tag), &event);
    program_read(str_from_cstr(message), &event);
    return event;
}

static void
splits_the_tag(void)
{
    static const struct {
        const char *tag, *program, *instance;
    } rows[] = {
        {"postfix/smtpd", "postfix/smtpd", "postfix"},
        {"postfix/submission/smtpd", "postfix/submission/smtpd", "postfix"},
        {"postfix-out/smtp", "postfix-out/smtp", "postfix-out"},
        {"mx2/postfix/smtp", "mx2/postfix/smtp", "mx2"},
        {"smtpd", "smtpd", ""},
        {"sshd(pam_unix)", "sshd", ""},
        {"(postfix)", "", ""},
        {"/usr/sbin/sendmail", "/usr/sbin/sendmail", ""},
        {"/", "/", ""},
        {"", "", ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event;

        event_init(&event);
        program_name(str_from_cstr(rows[i].tag), &event);
        CHECK_STR(event.program, rows[i].program);
        CHECK_STR(event.instance, rows[i].instance);
    }
}

#define PICKUP "BF206164262: uid=33 from=<www-data>"
#define PHP "mail() on [/srv/x.php:4]: To: a@b -- Headers: x"
#define ACCESS "192.0.2.7 - - [23/Nov/2026:15:21:22 +0000] \"GET / HTTP/1.1\" 200 5"

static void
chooses_the_reader(void)
{
    static const struct {
        const char *tag, *message;
        enum event_kind kind;
    } rows[] = {
        /* Postfix under any syslog_name; the same words of others mean nothing */
        {"postfix/pickup", PICKUP, EVENT_ACCEPT},
        {"postfix-out/pickup", PICKUP, EVENT_ACCEPT},
        {"mx2/postfix/pickup", PICKUP, EVENT_ACCEPT},
        {"postfix/10025/smtpd", "BF206164262: client=localhost[127.0.0.1]", EVENT_ACCEPT},
        {"pickup", PICKUP, EVENT_UNKNOWN},
        {"evil", PICKUP, EVENT_UNKNOWN},
        {"evil/evil", PICKUP, EVENT_UNKNOWN},
        {"postfix/anvil", PICKUP, EVENT_NONE},
        {"postfix/policy-spf", PICKUP, EVENT_NONE},
        {"kernel", PICKUP, EVENT_NONE},
        {"CRON", PICKUP, EVENT_NONE},
        /* other mail servers */
        {"smtpd", "1d5c63e0a3bb2a1c smtp connected address=192.0.2.7 host=h.example",
         EVENT_SESSION},
        {"sm-mta",
         "4ANFLMX1004005: from=<a@b.example>, size=5, class=0, nrcpts=1, "
         "proto=ESMTP, daemon=MTA, relay=h.example [192.0.2.7]",
         EVENT_ACCEPT},
        {"sendmail",
         "4ANFLMX1004005: from=www-data, size=5, class=0, nrcpts=1, msgid=<a@b>, "
         "relay=www-data@localhost",
         EVENT_ACCEPT},
        {"/usr/sbin/sendmail",
         "4ANFLMX1004005: from=www-data, size=5, class=0, nrcpts=1, msgid=<a@b>, "
         "relay=www-data@localhost",
         EVENT_ACCEPT},
        {"exim", "2026-11-23 15:21:22 1wEQYa-00000000aDt-0lKr <= a@b.example U=anna P=local S=5",
         EVENT_ACCEPT},
        {"exim4", "2026-11-23 15:21:22 1wEQYa-00000000aDt-0lKr <= a@b.example U=anna P=local S=5",
         EVENT_ACCEPT},
        {"dovecot", "imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1",
         EVENT_LOGIN},
        /* logins */
        {"sshd", "Accepted password for anna from 192.0.2.7 port 51234 ssh2", EVENT_LOGIN},
        {"sshd-session", "Accepted password for anna from 192.0.2.7 port 51234 ssh2", EVENT_LOGIN},
        /* PHP under its own names and any that syslog.ident gives it */
        {"php", PHP, EVENT_PHP_MAIL},
        {"php-fpm8.2", PHP, EVENT_PHP_MAIL},
        {"ea-php82", PHP, EVENT_PHP_MAIL},
        {"lsphp", PHP, EVENT_PHP_MAIL},
        {"shop", PHP, EVENT_PHP_MAIL},
        {"kernel", PHP, EVENT_NONE},
        /* web servers */
        {"nginx", ACCESS, EVENT_REQUEST},
        {"httpd", ACCESS, EVENT_REQUEST},
        {"apache2", "AH00094: Command line: '/usr/sbin/apache2'", EVENT_NONE},
        {"shop", ACCESS, EVENT_UNKNOWN},
        /* what the log says about itself */
        {"rsyslogd-2177", "imuxsock lost 12 messages from pid 4005 due to rate-limiting",
         EVENT_GAP},
        {"systemd-journald", "Suppressed 12 messages from postfix@-.service", EVENT_GAP},
        {"systemd", "Suppressed 12 messages from postfix@-.service", EVENT_NONE},
        {"", "x", EVENT_UNKNOWN},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, read_message(rows[i].tag, rows[i].message).kind == rows[i].kind);
}

/* Each command and daemon of Postfix has a row: none of their lines is a stranger's. */
static void
knows_every_program_of_postfix(void)
{
    static const char *const names[] = {
        "anvil",    "bounce",    "cleanup",   "discard",         "dnsblog",
        "error",    "flush",     "lmtp",      "local",           "master",
        "oqmgr",    "pickup",    "pipe",      "postalias",       "postcat",
        "postconf", "postdrop",  "postfix",   "postlog",         "postlogd",
        "postmap",  "postmulti", "postqueue", "postscreen",      "proxymap",
        "qmgr",     "qmqpd",     "retry",     "scache",          "postsuper",
        "sendmail", "showq",     "smtp",      "smtpd",           "postfix-script",
        "spawn",    "tlsmgr",    "tlsproxy",  "trivial-rewrite", "verify",
        "virtual",
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        char tag[64];

        (void)snprintf(tag, sizeof(tag), "postfix/%s", names[i]);
        CHECK_ROW(i,
                  read_message(tag, "warning: database x is older than source").kind == EVENT_NONE);
    }
}

static void
counts_what_was_lost(void)
{
    static const struct {
        const char *message;
        uint64_t lost;
    } rows[] = {
        {"imuxsock lost 12 messages from pid 4005 due to rate-limiting", 12},
        {"imuxsock[pid: 4005, name: x]: 3 messages lost due to rate-limiting", 3},
        {"imuxsock begins to drop messages from pid 4005 due to rate-limiting", 0},
        {"imuxsock lost 99999999999999999999999 messages due to rate-limiting", 0},
        {"messages due to rate-limiting", 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_message("rsyslogd", rows[i].message);

        CHECK_ROW(i, event.kind == EVENT_GAP);
        CHECK_ROW(i, event.kind == EVENT_GAP && event.gap.lost == rows[i].lost);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"splits the tag", splits_the_tag},
        {"chooses the reader", chooses_the_reader},
        {"knows every program of Postfix", knows_every_program_of_postfix},
        {"counts what was lost", counts_what_was_lost},
    };

    return tap_main(cases, COUNT(cases));
}
