/*
 * Each row is one line of PHP's mail.log. What follows "To: " is the sender's to
 * choose, so half the rows try to make the reader name another script.
 */

#include "record/php.h"
#include "tap.h"

#define NOV_23 INT64_C(1795447282) /* 2026-11-23 15:21:22 */

static struct event
read_line(const char *line)
{
    struct event event;

    event_init(&event);
    php_read(str_from_cstr(line), &event);
    return event;
}

static void
reads_who_called_mail(void)
{
    static const struct {
        const char *line, *script;
        bool is_eval;
        const char *recipients, *subject;
    } rows[] = {
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/shop/contact.php:4]: To: sales@shop.example "
         "-- Headers: From: no-reply@shop.example  Reply-To: kim@mail.example -- Subject: Contact",
         "/srv/shop/contact.php", false, "sales@shop.example", "Contact"},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php:4]: To: a@b.example -- Headers:  -- "
         "Subject: ",
         "/srv/x.php", false, "a@b.example", ""},
        /* PHP 5.3 to 7.0 log no subject */
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php:4]: To: a@b.example -- Headers: X: y",
         "/srv/x.php", false, "a@b.example", ""},
        {"mail() on [/srv/old.php:4]: To: a@b.example -- Headers: X: y", "/srv/old.php", false,
         "a@b.example", ""},
        /* evaluated code: the line number belongs to the evaluated text */
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php(1826) : eval()'d code:1]: To: a@b -- "
         "Headers:  -- Subject: s",
         "/srv/x.php", true, "a@b", "s"},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php(3) : eval()'d code(1) : eval()'d "
         "code(2) : eval()'d code:41]: To: a@b -- Headers:  -- Subject: s",
         "/srv/x.php", true, "a@b", "s"},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php(9) : runtime-created function:1]: To: "
         "a@b -- Headers: ",
         "/srv/x.php", true, "a@b", ""},
        /* names that only look like it */
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/copy (2) : b/x.php:4]: To: a@b -- Headers: ",
         "/srv/copy (2) : b/x.php", false, "a@b", ""},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x(1).php:4]: To: a@b -- Headers: ",
         "/srv/x(1).php", false, "a@b", ""},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/a]b:c/x.php:4]: To: a@b -- Headers: ",
         "/srv/a]b:c/x.php", false, "a@b", ""},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [C:\\www\\x.php:4]: To: a@b -- Headers: ",
         "C:\\www\\x.php", false, "a@b", ""},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [Command line code:1]: To: a@b -- Headers: ",
         "Command line code", false, "a@b", ""},
        /* a folded To goes on in the next line */
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php:4]: To: a@b,", "/srv/x.php", false,
         "a@b,", ""},
        /* injected text never reaches the script */
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php:4]: To: a@b -- Headers: ]: To: "
         "[/srv/innocent.php:7]: To: c@d -- Headers: y -- Subject: s",
         "/srv/x.php", false, "a@b", "s"},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php:4]: To: mail() on "
         "[/srv/innocent.php:7]: "
         "To: c@d -- Headers: y -- Subject: s",
         "/srv/x.php", false, "mail() on [/srv/innocent.php:7]: To: c@d", "s"},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php:4]: To: a@b -- Headers: H -- Subject: "
         "fake -- Headers: y -- Subject: real",
         "/srv/x.php", false, "a@b", "real"},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php:4]: To: \xff\xfe@b -- Headers: H -- "
         "Subject: \xc3",
         "/srv/x.php", false, "\xff\xfe@b", "\xc3"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_PHP_MAIL);
        CHECK_STR(event.php_mail.script, rows[i].script);
        CHECK_ROW(i, event.php_mail.is_eval == rows[i].is_eval);
        CHECK_STR(event.php_mail.recipients, rows[i].recipients);
        CHECK_STR(event.php_mail.subject, rows[i].subject);
        CHECK_ROW(i, php_probe(str_from_cstr(rows[i].line)) == 2);
    }
    CHECK_STR(read_line(rows[0].line).php_mail.headers,
              "From: no-reply@shop.example  Reply-To: kim@mail.example");
}

static void
reads_the_line_of_the_call(void)
{
    static const struct {
        const char *line;
        uint32_t number;
    } rows[] = {
        {"mail() on [/srv/old.php:4]: To: a@b.example -- Headers: X: y", 4},
        {"mail() on [/srv/a:12:345]: To: a@b.example -- Headers: X: y", 345},
        {"mail() on [/srv/x.php(2) : eval()'d code:17]: To: a@b.example -- Headers: X: y", 17},
        {"mail() on [/srv/x.php:99999999999]: To: a@b.example -- Headers: X: y", 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK(read_line(rows[i].line).php_mail.line == rows[i].number);
}

static void
keeps_the_zone_of_each_script(void)
{
    static const struct {
        const char *line;
        enum stamp_form form;
        int64_t seconds;
        const char *zone;
    } rows[] = {
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/a.php:1]: To: a -- Headers: ", STAMP_UTC, NOV_23,
         ""},
        {"[23-Nov-2026 16:21:22 Europe/Berlin] mail() on [/b.php:1]: To: a -- Headers: ",
         STAMP_LOCAL, NOV_23 + 3600, "Europe/Berlin"},
        {"[23-Nov-2026 20:51:22 +05:30] mail() on [/c.php:1]: To: a -- Headers: ", STAMP_UTC,
         NOV_23, ""},
        {"mail() on [/d.php:1]: To: a -- Headers: ", STAMP_NONE, 0, ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_PHP_MAIL);
        CHECK_ROW(i, event.stamp_form == rows[i].form);
        CHECK_ROW(i, event.stamp_us == rows[i].seconds * 1000000);
        CHECK_STR(event.zone, rows[i].zone);
    }
}

static void
tells_other_lines_apart(void)
{
    static const struct {
        const char *line;
        enum event_kind kind;
    } rows[] = {
        /* lines of a folded header, with a record forged inside */
        {" c@d -- Headers: X: y -- Subject: s", EVENT_NONE},
        {"\t[23-Nov-2026 15:21:22 UTC] mail() on [/srv/innocent.php:7]: To: c@d -- Headers: ",
         EVENT_NONE},
        {" mail() on [/srv/innocent.php:7]: To: c@d -- Headers: ", EVENT_NONE},
        {"", EVENT_NONE},
        /* mail.log and error_log in one file */
        {"[23-Nov-2026 15:21:22 UTC] PHP Warning:  foo() in /srv/x.php on line 3", EVENT_NONE},
        /* not whole, or no PHP at all */
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.p", EVENT_UNKNOWN},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [/srv/x.php]: To: a -- Headers: ", EVENT_UNKNOWN},
        {"[23-Nov-2026 15:21:22 UTC] mail() on [:4]: To: a -- Headers: ", EVENT_UNKNOWN},
        {"[23-Nov-2026 15:21:22", EVENT_UNKNOWN},
        {"x mail() on [/srv/x.php:4]: To: a -- Headers: ", EVENT_UNKNOWN},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK_ROW(i, read_line(rows[i].line).kind == rows[i].kind);
        CHECK_ROW(i, php_probe(str_from_cstr(rows[i].line)) == 0);
    }
}

static void
reads_syslog_messages(void)
{
    struct event event;

    event_init(&event);
    php_message_read(STR("mail() on [/srv/x.php:4]: To: a@b -- Headers:  -- Subject: s"), &event);
    CHECK(event.kind == EVENT_PHP_MAIL);
    CHECK_STR(event.php_mail.script, "/srv/x.php");
    event_init(&event);
    php_message_read(STR("PHP Warning:  Undefined variable"), &event);
    CHECK(event.kind == EVENT_NONE);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads which script called mail()", reads_who_called_mail},
        {"reads the line of the call", reads_the_line_of_the_call},
        {"keeps the zone of each script", keeps_the_zone_of_each_script},
        {"tells continuation lines and other lines apart", tells_other_lines_apart},
        {"reads the messages of mail.log = syslog", reads_syslog_messages},
    };

    return tap_main(cases, COUNT(cases));
}
