/*
 * Each row is one entry as journalctl writes it with -o json or -o export.
 */

#include "record/journal.h"
#include "tap.h"

#define MAIL "mail() on [/srv/x.php:4]: To: a@b -- Headers:  -- Subject: s"
#define TIME "\"__REALTIME_TIMESTAMP\":\"1795447282123456\","

static void
reads_json_entries(void)
{
    static const struct {
        const char *line;
        enum event_kind kind;
        const char *host, *program, *instance;
        int64_t pid;
        const char *subject;
    } rows[] = {
        {"{" TIME "\"_HOSTNAME\":\"web7\",\"SYSLOG_IDENTIFIER\":\"php\",\"_PID\":\"77\","
         "\"MESSAGE\":\"" MAIL "\"}",
         EVENT_PHP_MAIL, "web7", "php", "", 77, "s"},
        /* the pid that the program states counts before that of the logger */
        {"{\"MESSAGE\":\"" MAIL "\",\"_PID\":\"1\",\"SYSLOG_PID\":\"77\",\"_COMM\":\"php-fpm\","
         "\"SYSLOG_IDENTIFIER\":\"php\"," TIME "\"_UID\":\"33\"}",
         EVENT_PHP_MAIL, "", "php", "", 77, "s"},
        {"{" TIME "\"_COMM\":\"php-fpm\",\"MESSAGE\":\"" MAIL "\"}", EVENT_PHP_MAIL, "", "php-fpm",
         "", -1, "s"},
        /* escapes: quotes, slashes, UTF-8, a pair of surrogates, half of one */
        {"{" TIME "\"SYSLOG_IDENTIFIER\":\"php\",\"MESSAGE\":\"mail() on [\\/srv\\/x.php:4]: To: a "
         "-- Headers:  -- Subject: \\\"\\u00e9\\u20AC\\ud83d\\ude00\\ud83dx\\t\\\\\"}",
         EVENT_PHP_MAIL, "", "php", "", -1,
         "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbdx\t\\"},
        /* not UTF-8: an array of byte values; several MESSAGE fields: an array of strings */
        {"{" TIME
         "\"SYSLOG_IDENTIFIER\":\"php\",\"MESSAGE\":[109,97,105,108,40,41,32,111,110,32,91,"
         "47,120,58,52,93,58,32,84,111,58,32,255]}",
         EVENT_PHP_MAIL, "", "php", "", -1, ""},
        {"{" TIME "\"SYSLOG_IDENTIFIER\":\"php\",\"MESSAGE\":[\"" MAIL "\",\"second\"]}",
         EVENT_PHP_MAIL, "", "php", "", -1, "s"},
        /* too long for journalctl */
        {"{" TIME "\"SYSLOG_IDENTIFIER\":\"php\",\"MESSAGE\":null}", EVENT_NONE, "", "php", "", -1,
         ""},
        {"{" TIME "\"SYSLOG_IDENTIFIER\":\"kernel\",\"MESSAGE\":[300,1]}", EVENT_NONE, "", "kernel",
         "", -1, ""},
        {" { " TIME " \"SYSLOG_IDENTIFIER\" : \"homemade\" , \"A\" : {\"b\":[1,\"]}\"]} , "
         "\"MESSAGE\" : \"x\" } ",
         EVENT_UNKNOWN, "", "homemade", "", -1, ""},
        {"{" TIME "\"SYSLOG_IDENTIFIER\":\"postfix-out/sub/none\",\"MESSAGE\":\"x\"}",
         EVENT_UNKNOWN, "", "postfix-out/sub/none", "postfix-out", -1, ""},
        /* _UID is the daemon's that logged, not the sender's */
        {"{" TIME "\"_UID\":\"104\",\"SYSLOG_IDENTIFIER\":\"postfix/pickup\",\"_PID\":\"77\","
         "\"MESSAGE\":\"BF206164262: uid=33 from=<www-data>\"}",
         EVENT_ACCEPT, "", "postfix/pickup", "postfix", 77, ""},
        /* journald says itself that lines are missing */
        {"{" TIME "\"SYSLOG_IDENTIFIER\":\"systemd-journald\",\"MESSAGE\":\"Suppressed 12 messages "
         "from postfix@-.service\"}",
         EVENT_GAP, "", "systemd-journald", "", -1, ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event;

        event_init(&event);
        journal_json_read(str_from_cstr(rows[i].line), &event);
        CHECK_ROW(i, event.kind == rows[i].kind);
        CHECK_ROW(i, event.stamp_form == STAMP_UTC && event.resolution_us == 1);
        CHECK_ROW(i, event.stamp_us == INT64_C(1795447282123456));
        CHECK_STR(event.host, rows[i].host);
        CHECK_STR(event.program, rows[i].program);
        CHECK_STR(event.instance, rows[i].instance);
        CHECK_ROW(i, event.pid == rows[i].pid);
        if (event.kind == EVENT_PHP_MAIL)
            CHECK_STR(event.php_mail.subject, rows[i].subject);
        if (event.kind == EVENT_ACCEPT)
            CHECK_ROW(i, event.accept.uid == 33);
        CHECK_ROW(i, journal_json_probe(str_from_cstr(rows[i].line)) == 2);
    }
}

static void
leaves_other_json(void)
{
    static const char *const lines[] = {
        "",
        "{}",
        "[]",
        "{\"MESSAGE\":\"x\"}",
        "{\"__REALTIME_TIMESTAMP\":\"-1\",\"MESSAGE\":\"x\"}",
        "{\"__REALTIME_TIMESTAMP\":\"18446744073709551615\",\"MESSAGE\":\"x\"}",
        "{\"__REALTIME_TIMESTAMP\":\"17954472821",
        "{\"msec\":1,\"request\":\"GET / HTTP/1.1\",\"status\":200}",
    };

    for (size_t i = 0; i < COUNT(lines); i++) {
        struct event event;

        event_init(&event);
        journal_json_read(str_from_cstr(lines[i]), &event);
        CHECK_ROW(i, event.kind == EVENT_UNKNOWN && event.stamp_form == STAMP_NONE);
        CHECK_ROW(i, journal_json_probe(str_from_cstr(lines[i])) == 0);
    }
}

#define BLOCK(text)                                                                                \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }

static void
reads_export_entries(void)
{
    static const struct {
        struct str block;
        enum event_kind kind;
        const char *subject;
    } rows[] = {
        {BLOCK("__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1795447282123456\n_HOSTNAME=web7\n"
               "SYSLOG_IDENTIFIER=php\n_PID=77\nMESSAGE=" MAIL "\n\n"),
         EVENT_PHP_MAIL, "s"},
        /* a value with a newline or bytes that are no UTF-8 */
        {BLOCK("__REALTIME_TIMESTAMP=1795447282123456\n_HOSTNAME=web7\nSYSLOG_IDENTIFIER=php\n"
               "_PID=77\nMESSAGE\n\x2e\0\0\0\0\0\0\0"
               "mail() on [/x:4]: To: -- Headers: -- Subject:\xff\nA=b\n\n"),
         EVENT_PHP_MAIL, ""},
        {BLOCK("\n\n__REALTIME_TIMESTAMP=1795447282123456\n_HOSTNAME=web7\nSYSLOG_IDENTIFIER=php\n"
               "_PID=77\nMESSAGE=" MAIL),
         EVENT_PHP_MAIL, "s"},
    };
    static const struct str none[] = {
        BLOCK(""),
        BLOCK("\n"),
        BLOCK("MESSAGE=x\n\n"),
        BLOCK("__REALTIME_TIMESTAMP\n\x01\0\0"),
        BLOCK("__REALTIME_TIMESTAMP\n\xff\xff\xff\xff\xff\xff\xff\xffx\n\n"),
        BLOCK("plain text\n"),
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event;

        event_init(&event);
        journal_export_read(rows[i].block, &event);
        CHECK_ROW(i, event.kind == rows[i].kind);
        CHECK_ROW(i, event.stamp_us == INT64_C(1795447282123456));
        CHECK_STR(event.host, "web7");
        CHECK_STR(event.program, "php");
        CHECK_ROW(i, event.pid == 77);
        if (event.kind == EVENT_PHP_MAIL)
            CHECK_STR(event.php_mail.subject, rows[i].subject);
        CHECK_ROW(i, journal_export_probe(rows[i].block) == 2);
    }
    for (size_t i = 0; i < COUNT(none); i++)
        CHECK_ROW(i, journal_export_probe(none[i]) == 0);
}

static void
splits_export_blocks(void)
{
    static const struct {
        struct str text;
        size_t len;
    } rows[] = {
        {BLOCK("A=b\n\nC=d\n\n"), 5},
        {BLOCK("\nA=b\n\nC=d\n\n"), 6},
        {BLOCK("A\n\x02\0\0\0\0\0\0\0\n\n\n\nC=d\n\n"), 14},
        /* not complete */
        {BLOCK(""), 0},
        {BLOCK("\n\n"), 0},
        {BLOCK("A=b"), 0},
        {BLOCK("A=b\n"), 0},
        {BLOCK("A\n\x09\0\0\0\0\0\0\0\n\n\n\n"), 0},
        {BLOCK("A\n\x02\0\0"), 0},
        {BLOCK("A\n\xff\xff\xff\xff\xff\xff\xff\xff\n\n\n"), 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, journal_export_split(rows[i].text) == rows[i].len);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads entries of -o json", reads_json_entries},
        {"leaves other JSON", leaves_other_json},
        {"reads entries of -o export", reads_export_entries},
        {"splits blocks of -o export", splits_export_blocks},
    };

    return tap_main(cases, COUNT(cases));
}
