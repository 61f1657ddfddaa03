/* What is left of a quoted line: a row for each form that a report may quote. */

#include "report/excerpt.h"
#include "tap.h"

static void
keeps_what_the_line_says(void)
{
    static const struct {
        const char *line, *excerpt;
    } rows[] = {
        {"Nov 23 15:22:08 web7 postfix/pickup[5073]: B71E31642F9: uid=1002 from=<web_blog>",
         "B71E31642F9: uid=1002 from=<web_blog>"},
        {"Nov 23 15:22:08 web7 kernel: [11493.818092] smtp: IN= OUT=eth0 SRC=192.0.2.10 "
         "DST=198.51.100.7 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=40241 DF PROTO=TCP SPT=45038 DPT=25 "
         "WINDOW=64240 RES=0x00 SYN URGP=0 UID=1007 GID=1007 ",
         "OUT=eth0 … DST=198.51.100.7 … DPT=25 … UID=1007 GID=1007"},
        {"Nov 23 15:22:08 web7 smtp:  IN= OUT=eth0 MAC= SRC=192.0.2.10 DST=198.51.100.7 LEN=60 "
         "TOS=00 PREC=0x00 TTL=64 ID=40241 DF PROTO=TCP SPT=45038 DPT=25 SEQ=4210655972 ACK=0 "
         "WINDOW=64240 SYN URGP=0 UID=1007 GID=1007 MARK=0x0 ",
         "OUT=eth0 … DST=198.51.100.7 … DPT=25 … UID=1007 GID=1007 MARK=0x0"},
        {"2026-11-23T15:22:08.185246+01:00 web7 postfix/smtp[4]: B71E31642F9: to=<a@b.example>",
         "B71E31642F9: to=<a@b.example>"},
        {"Nov 23 15:22:08 web7 postfix/smtp[4]: B71E31642F9: to=<a@b.example>, "
         "relay=mx.b.example[192.0.2.250]:25, delay=0, delays=0/0/0/0, dsn=5.1.1, status=bounced "
         "(host mx.b.example[192.0.2.250] said: 550 5.1.1 <a@b.example>: User unknown)",
         "B71E31642F9: … status=bounced (… said: 550 5.1.1 <a@b.example>: User unknown)"},
        {"Nov 23 15:22:08 web7 postfix/smtp[4]: B71E31642F9: to=<a@b.example>, "
         "relay=mx.b.example[192.0.2.250]:25, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 "
         "2.0.0 Ok)",
         "B71E31642F9: to=<a@b.example>, … status=sent (250 2.0.0 Ok)"},
        {"Nov 23 15:21:57 imap-login: Info: Login: user=<anna@shop.example>",
         "imap-login: Info: Login: user=<anna@shop.example>"},
        {"2026-03-03 08:25:02 1vwz1A-0001Xb-2u <= a@shop.example U=web_shop P=local",
         "1vwz1A-0001Xb-2u <= a@shop.example U=web_shop P=local"},
        {"@400000006b0459fc1cf7c580 delivery 7: failure: Sorry,_no_mailbox_here._(#5.1.1)/",
         "delivery 7: failure: Sorry,_no_mailbox_here._(#5.1.1)/"},
        {"[23-Nov-2026 15:22:08 UTC] mail() on [/srv/blog/x.php:3]: To: a@b.example",
         "mail() on [/srv/blog/x.php:3]: To: a@b.example"},
        {"203.0.113.9 - - [23/Nov/2026:15:22:08 +0000] \"POST /x.php HTTP/1.1\" 200 187 \"-\" "
         "\"c\"",
         "203.0.113.9 \"POST /x.php\" 200"},
        {"blog.example:443 203.0.113.9 - anna [23/Nov/2026:15:22:08 +0000] \"GET / HTTP/2.0\" 403 "
         "9",
         "blog.example:443 203.0.113.9 - anna \"GET /\" 403"},
    };
    struct buf buf;

    buf_init(&buf, 4096);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_reset(&buf);
        excerpt_write(&buf, str_from_cstr(rows[i].line));
        CHECK_STR(buf_str(&buf), rows[i].excerpt);
    }
    buf_done(&buf);
}

static void
leaves_other_lines_whole(void)
{
    static const char *const lines[] = {
        "",
        "{\"ts\":1,\"request\":{\"uri\":\"/x.php\"}}",
        "Nov 23 15:22:08",
        "203.0.113.9 - - [23/Nov/2026:15:22:08 +0000] \"POST /x",
        "203.0.113.9 - - [x] \"POST /x.php HTTP/1.1\" 200 1",
    };
    struct buf buf;

    buf_init(&buf, 4096);
    for (size_t i = 0; i < COUNT(lines); i++) {
        buf_reset(&buf);
        excerpt_write(&buf, str_from_cstr(lines[i]));
        CHECK_STR(buf_str(&buf), lines[i]);
    }
    buf_done(&buf);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"keeps what the line says", keeps_what_the_line_says},
        {"leaves other lines whole", leaves_other_lines_whole},
    };

    return tap_main(cases, COUNT(cases));
}
