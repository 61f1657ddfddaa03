/*
 * Each row is a line as Exim 4.9x writes it into its main log, and what an
 * administrator would say it means. Half of the rows hold what a sender put
 * there to look like something else.
 */

#include "record/exim.h"
#include "record/record.h"
#include "tap.h"

#define AT "2026-11-23 15:21:22 "
#define NOV_23 INT64_C(1795447282) /* 2026-11-23 15:21:22 */
#define SHORT "1xW1Kz-00000o-16"
#define LONG "1xW1Kz-00000000xyz-2ABC"
#define ID_TIME INT64_C(1795568297) /* of both */

static struct event
read_line(const char *line)
{
    struct event event;

    record_read(record_frame(STR("exim")), str_from_cstr(line), &event);
    return event;
}

static struct event
read_syslog(const char *line)
{
    struct event event;

    record_read(record_frame(STR("syslog")), str_from_cstr(line), &event);
    return event;
}

static void
reads_who_handed_a_mail_in(void)
{
    static const struct {
        const char *line;
        enum accept_via via;
        const char *id, *user, *client, *login, *protocol, *sender, *message_id;
        int64_t size;
    } rows[] = {
        {AT LONG " <= anna@shop.example U=web_shop P=local S=330", ACCEPT_LOCAL, LONG, "web_shop",
         "", "", "local", "anna@shop.example", "", 330},
        {AT SHORT " <= anna@shop.example U=web_shop P=local S=330 id=m@shop.example", ACCEPT_LOCAL,
         SHORT, "web_shop", "", "", "local", "anna@shop.example", "m@shop.example", 330},
        {"2026-11-23 15:21:22.773 [299] " LONG " <= a@b.example U=dev P=local S=330 M8S=0 "
         "RT=0.000s id*=E1@web7.example T=\"Order\" from <a@b.example> for c@d.example",
         ACCEPT_LOCAL, LONG, "dev", "", "", "local", "a@b.example", "E1@web7.example", 330},
        {"2026-11-23 15:21:22 +0000 " LONG " <= a@b.example U=dev P=local S=1", ACCEPT_LOCAL, LONG,
         "dev", "", "", "local", "a@b.example", "", 1},
        {AT LONG " <= a@b.example U=dev P=local-esmtp S=1", ACCEPT_LOCAL, LONG, "dev", "", "",
         "local-esmtp", "a@b.example", "", 1},
        {AT LONG " <= a@b.example U=spaced user P=local S=1", ACCEPT_LOCAL, LONG, "spaced user", "",
         "", "local", "a@b.example", "", 1},
        /* over SMTP, U= is what the client's identd says */
        {AT LONG " <= a@b.example H=mx.b.example [192.0.2.7] U=root P=esmtp S=9 id=x@b.example",
         ACCEPT_SMTP, LONG, "", "192.0.2.7", "", "esmtp", "a@b.example", "x@b.example", 9},
        {AT LONG " <= a@b.example H=(mail.example) [192.0.2.7]:41832 I=[192.0.2.1]:25 P=esmtps L- "
                 "X=TLS1.3:ECDHE_SECP256R1__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no "
                 "SNI=web7.example K S=9 id=x@b.example",
         ACCEPT_SMTP, LONG, "", "192.0.2.7", "", "esmtps", "a@b.example", "x@b.example", 9},
        {AT LONG " <= a@b.example H=localhost (web7.example) [127.0.0.1] P=esmtpa L. "
                 "A=plain:anna@shop.example S=9 id=x@b.example",
         ACCEPT_SMTP, LONG, "", "127.0.0.1", "anna@shop.example", "esmtpa", "a@b.example",
         "x@b.example", 9},
        {AT LONG " <= a@b.example H=(pc) [2001:db8::7] TFO* P=esmtpsa L*- X=TLS1.2:x:256 CV=no "
                 "DN=\"CN=a, O=b A=plain:root\" A=dovecot_plain:anna@shop.example:a@b.example "
                 "PRDR K DKIM=shop.example SPF=pass DMARC S=9 RT=0s id=x@b.example",
         ACCEPT_SMTP, LONG, "", "2001:db8::7", "anna@shop.example", "esmtpsa", "a@b.example",
         "x@b.example", 9},
        {AT LONG " <= a@b.example H=(pc) [192.0.2.7] P=esmtpa A=login:Anna van Dam S=9",
         ACCEPT_SMTP, LONG, "", "192.0.2.7", "Anna van Dam", "esmtpa", "a@b.example", "", 9},
        /* a notice states the mail that it is about; a null sender alone is none */
        {AT LONG " <= <> R=" SHORT " U=Debian-exim P=local S=1949", ACCEPT_NOTICE, LONG,
         "Debian-exim", "", "", "local", "", "", 1949},
        {AT LONG " <= <> H=mx.b.example [192.0.2.7] P=esmtp S=1949", ACCEPT_SMTP, LONG, "",
         "192.0.2.7", "", "esmtp", "", "", 1949},
        {AT LONG " <= <> U=web_shop P=local S=257", ACCEPT_LOCAL, LONG, "web_shop", "", "", "local",
         "", "", 257},
        /* forged: sender, HELO, Message-ID */
        {AT LONG " <= \"a U=root P=local\"@b.example H=(x) [192.0.2.7] P=esmtp S=9", ACCEPT_SMTP,
         LONG, "", "192.0.2.7", "", "esmtp", "\"a U=root P=local\"@b.example", "", 9},
        {AT LONG " <= a@b.example H=(U=root) [192.0.2.7] P=esmtp S=9", ACCEPT_SMTP, LONG, "",
         "192.0.2.7", "", "esmtp", "a@b.example", "", 9},
        {AT LONG " <= a@b.example H=([198.51.100.9]) [192.0.2.7] P=esmtp S=9", ACCEPT_SMTP, LONG,
         "", "192.0.2.7", "", "esmtp", "a@b.example", "", 9},
        {AT LONG " <= a@b.example H=(x) [192.0.2.7] P=esmtp S=9 id=x A=plain:root U=root",
         ACCEPT_SMTP, LONG, "", "192.0.2.7", "", "esmtp", "a@b.example", "x", 9},
        {AT LONG " <= a@b.example H=(x) [192.0.2.7] P=esmtp S=9 id=R=" SHORT, ACCEPT_SMTP, LONG, "",
         "192.0.2.7", "", "esmtp", "a@b.example", "R=" SHORT, 9},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_ACCEPT);
        CHECK_ROW(i, event.accept.via == rows[i].via);
        CHECK_ROW(i, event.accept.uid == -1);
        CHECK_ROW(i, event.accept.size == rows[i].size);
        CHECK_ROW(i, event.accept.has_sender);
        CHECK_STR(event.queue_id, rows[i].id);
        CHECK_STR(event.accept.user, rows[i].user);
        CHECK_STR(event.accept.client_address, rows[i].client);
        CHECK_STR(event.accept.login, rows[i].login);
        CHECK_STR(event.accept.protocol, rows[i].protocol);
        CHECK_STR(event.accept.sender, rows[i].sender);
        CHECK_STR(event.accept.message_id, rows[i].message_id);
        CHECK_STR(event.accept.parent_id, rows[i].via == ACCEPT_NOTICE ? SHORT : "");
        CHECK_ROW(i, event.known_utc_s == ID_TIME);
    }
}

/* T= is a subject here, and a transport on a delivery. */
static void
reads_subject_and_recipients(void)
{
    static const struct {
        const char *tail, *subject, *recipients;
    } rows[] = {
        {"S=9 T=\"Your order\" for c@d.example", "Your order", "c@d.example"},
        {"S=9 id=x@y T=\"Your order\" from <a@b.example> for c@d.example e@f.example", "Your order",
         "c@d.example e@f.example"},
        {"S=9 id=x@y from <a@b.example> for c@d.example", "", "c@d.example"},
        {"S=9 id=x@y for c@d.example", "", "c@d.example"},
        {"S=9 id=x@y T=\"\"", "", ""},
        /* the subject is the sender's: quotes come escaped */
        {"S=9 id=x@y T=\"x\\\" for z@z.example\" for c@d.example", "x\\\" for z@z.example",
         "c@d.example"},
        {"S=9 id=x@y T=\"x from <r@x> for z@z.example\" from <a@b.example> for c@d.example",
         "x from <r@x> for z@z.example", "c@d.example"},
        {"S=9 id=x@y T=\"x\\\\\" for c@d.example", "x\\\\", "c@d.example"},
        {"S=9 id=x@y from <\"> for z\"@b.example> for c@d.example", "", "c@d.example"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char line[512];
        struct event event;

        (void)snprintf(line, sizeof(line), AT LONG " <= a@b.example H=(x) [192.0.2.7] P=esmtp %s",
                       rows[i].tail);
        event = read_line(line);
        CHECK_ROW(i, event.kind == EVENT_ACCEPT);
        CHECK_STR(event.accept.subject, rows[i].subject);
        CHECK_STR(event.accept.recipients, rows[i].recipients);
    }
}

#define SMTP_ERROR ": SMTP error from remote mail server after RCPT TO:<c@d.example>: "

static void
reads_what_became_of_a_recipient(void)
{
    static const struct {
        const char *text;
        enum delivery_status status;
        const char *recipient, *original, *address, *dsn, *next;
        bool is_local;
    } rows[] = {
        {"=> c@d.example R=out T=smtp H=mx.d.example [192.0.2.9] C=\"250 2.0.0 Ok: queued as "
         "4D1F8A0B2C\"",
         DELIVERY_SENT, "c@d.example", "", "192.0.2.9", "", "4D1F8A0B2C", false},
        {"-> e@d.example R=out T=smtp H=mx.d.example [192.0.2.9]:25 I=[192.0.2.1]:4 L "
         "X=TLS1.3:x:256 CV=yes DN=\"CN=mx\" K C=\"250 OK id=1xW1Kz-00000o-16\" QT=1s DT=0.1s",
         DELIVERY_SENT, "e@d.example", "", "192.0.2.9", "", "1xW1Kz-00000o-16", false},
        {">> c@d.example R=out T=smtp H=mx.d.example [192.0.2.9] C=\"250 ok\"", DELIVERY_SENT,
         "c@d.example", "", "192.0.2.9", "", "", false},
        {"*> c@d.example R=out T=smtp H=mx.d.example [192.0.2.9] C=\"delivery bypassed by -N "
         "option\"",
         DELIVERY_OTHER, "c@d.example", "", "192.0.2.9", "", "", false},
        {"=> anna <anna@web7.example> R=local_user T=mail_spool", DELIVERY_SENT,
         "anna@web7.example", "", "", "", "", true},
        {"=> anna <fwd@web7.example> R=local_user T=mail_spool S=900", DELIVERY_SENT,
         "fwd@web7.example", "", "", "", "", true},
        {"=> ok@client.example <fwd@web7.example> R=out T=smtp H=mx [192.0.2.9]", DELIVERY_SENT,
         "ok@client.example", "fwd@web7.example", "192.0.2.9", "", "", false},
        {"=> /var/mail/a b <anna@web7.example> R=file T=address_file", DELIVERY_SENT,
         "anna@web7.example", "", "", "", "", true},
        {"=> |/usr/bin/vacation anna <anna@web7.example> R=pipe T=address_pipe", DELIVERY_SENT,
         "anna@web7.example", "", "", "", "", true},
        {"=> :blackhole: <spam@web7.example> R=trash", DELIVERY_SENT, "spam@web7.example", "", "",
         "", "", true},
        {"** c@d.example R=out T=smtp H=mx.d.example [192.0.2.9]" SMTP_ERROR
         "550 5.1.1 User unknown",
         DELIVERY_BOUNCED, "c@d.example", "", "192.0.2.9", "5.1.1", "", false},
        {"** c@d.example F=<a@b.example> P=<a@b.example> R=out T=smtp H=mx.d.example "
         "[192.0.2.9]:25 I=[192.0.2.1]:4" SMTP_ERROR "550-5.7.1 no\\n550 5.7.1 spam DT=0.000s",
         DELIVERY_BOUNCED, "c@d.example", "", "192.0.2.9", "5.7.1", "", false},
        {"** c@d.example: Unrouteable address", DELIVERY_BOUNCED, "c@d.example", "", "", "", "",
         false},
        {"** c@d.example <fwd@web7.example>: retry timeout exceeded", DELIVERY_BOUNCED,
         "c@d.example", "fwd@web7.example", "", "", "", false},
        {"== c@d.example R=out T=smtp defer (-44) H=mx.d.example [192.0.2.9]" SMTP_ERROR
         "451 4.7.1 Later",
         DELIVERY_DEFERRED, "c@d.example", "", "192.0.2.9", "4.7.1", "", false},
        {"== c@d.example R=out T=smtp defer (110): Connection timed out H=mx [192.0.2.9] DT=9s: x",
         DELIVERY_DEFERRED, "c@d.example", "", "192.0.2.9", "", "", false},
        {"== anna@web7.example R=loc T=box defer (-1) DT=0.002s: said H=mx [192.0.2.9]",
         DELIVERY_DEFERRED, "anna@web7.example", "", "", "", "", false},
        {"== c@d.example routing defer (-52) DT=0.000s: retry time not reached", DELIVERY_DEFERRED,
         "c@d.example", "", "", "", "", false},
        /* a reply cannot name another host, nor a recipient another mail */
        {"** c@d.example R=out T=smtp H=mx [192.0.2.9]" SMTP_ERROR "550 H=x [198.51.100.9]: no",
         DELIVERY_BOUNCED, "c@d.example", "", "192.0.2.9", "", "", false},
        {"=> \"a H=x [198.51.100.9]\"@d.example R=out T=smtp H=mx [192.0.2.9]", DELIVERY_SENT,
         "\"a H=x [198.51.100.9]\"@d.example", "", "192.0.2.9", "", "", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char line[512];
        struct event event;

        (void)snprintf(line, sizeof(line), AT LONG " %s", rows[i].text);
        event = read_line(line);
        CHECK_ROW(i, event.kind == EVENT_DELIVERY);
        CHECK_ROW(i, event.delivery.status == rows[i].status);
        CHECK_ROW(i, event.delivery.is_local == rows[i].is_local);
        CHECK_STR(event.queue_id, LONG);
        CHECK_STR(event.delivery.recipient, rows[i].recipient);
        CHECK_STR(event.delivery.original_recipient, rows[i].original);
        CHECK_STR(event.delivery.relay_address, rows[i].address);
        CHECK_STR(event.delivery.dsn, rows[i].dsn);
        CHECK_STR(event.delivery.next_id, rows[i].next);
        CHECK_ROW(i, event.delivery.next == (*rows[i].next ? NEXT_QUEUED_AS : NEXT_NONE));
    }
}

/* "cwd=": only of a program that hands a mail in. */
static void
reads_where_a_program_was_run(void)
{
    static const struct {
        const char *line;
        enum event_kind kind;
        const char *directory;
        int64_t pid;
    } rows[] = {
        {AT "cwd=/srv/shop 3 args: /usr/sbin/sendmail -t -i", EVENT_COMMAND, "/srv/shop", -1},
        {AT "[299] cwd=/srv/shop 4 args: /usr/sbin/sendmail -t -i -fforged@bulk.example",
         EVENT_COMMAND, "/srv/shop", 299},
        {AT "cwd=/srv/my shop/a 2 args: b 3 args: /usr/sbin/sendmail -t -i", EVENT_COMMAND,
         "/srv/my shop/a", -1},
        {AT "cwd= (failed) 2 args: /usr/sbin/sendmail -t", EVENT_COMMAND, "", -1},
        {AT "cwd=/srv/shop 2 args: /usr/sbin/sendmail -bs", EVENT_COMMAND, "/srv/shop", -1},
        {AT "cwd=/srv/shop 1 args: mailq", EVENT_COMMAND, "/srv/shop", -1},
        /* an option's value cannot hide the folder */
        {AT "cwd=/srv/shop 4 args: /usr/sbin/sendmail -f -q -t", EVENT_COMMAND, "/srv/shop", -1},
        {AT "cwd=/srv/shop 3 args: /usr/sbin/sendmail -t -Mc", EVENT_COMMAND, "/srv/shop", -1},
        {AT "cwd=/srv/shop -Mc 2 args: /usr/sbin/sendmail -t", EVENT_COMMAND, "/srv/shop -Mc", -1},
        /* Exim runs itself */
        {AT "cwd=/var/spool/exim4 3 args: /usr/sbin/exim4 -Mc " LONG, EVENT_NONE, NULL, -1},
        {AT "cwd=/var/spool/exim4 5 args: /usr/sbin/exim4 -C /etc/x.conf -Mc " LONG, EVENT_NONE,
         NULL, -1},
        {AT "cwd=/var/spool/exim4 2 args: /usr/sbin/exim4 -q", EVENT_NONE, NULL, -1},
        {AT "cwd=/ 3 args: /usr/sbin/exim4 -bd -q30m", EVENT_NONE, NULL, -1},
        {AT "cwd=/root 2 args: exim -bpc", EVENT_NONE, NULL, -1},
        /* the line before it went on; no number, no command */
        {AT "... c@d.example e@f.example", EVENT_NONE, NULL, -1},
        {AT "cwd=/srv/shop args: /usr/sbin/sendmail", EVENT_NONE, NULL, -1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == rows[i].kind);
        CHECK_ROW(i, event.pid == rows[i].pid);
        CHECK_ROW(i, event.queue_id.len == 0);
        if (event.kind == EVENT_COMMAND)
            CHECK_STR(event.command.directory, rows[i].directory);
    }
    CHECK_STR(read_line(rows[0].line).command.arguments, "/usr/sbin/sendmail -t -i");
}

static void
reads_what_was_refused(void)
{
    static const struct {
        const char *line, *client, *sender, *recipient;
        bool is_relay_denied;
    } rows[] = {
        {AT "H=(client.example) [192.0.2.7] F=<promo@bulk.example> rejected RCPT "
            "<victim@mail.example>: relay not permitted",
         "192.0.2.7", "promo@bulk.example", "victim@mail.example", true},
        {AT "[742] H=mx.b.example (helo) [192.0.2.7]:4 I=[192.0.2.1]:25 X=TLS1.3:x:256 CV=no F=<> "
            "temporarily rejected RCPT <anna@web7.example>: Could not complete sender verify",
         "192.0.2.7", "", "anna@web7.example", false},
        {AT "H=(x) [192.0.2.7] U=ident F=<a@b.example> A=plain:anna rejected RCPT <c@d.example>: "
            "too many",
         "192.0.2.7", "a@b.example", "c@d.example", false},
        {AT "H=(x) [192.0.2.7] F=<a@b.example> rejected RCPT c@d.example: relay not permitted",
         "192.0.2.7", "a@b.example", "c@d.example", true},
        {AT "H=(x) [192.0.2.7] rejected EXPN list", "192.0.2.7", "", "", false},
        {AT "U=dev F=<a@b.example> rejected RCPT <c@d.example>: no", "", "a@b.example",
         "c@d.example", false},
        /* neither sender nor recipient can say "relay not permitted" */
        {AT "H=(x) [192.0.2.7] F=<\"> rejected RCPT <z>: relay not permitted\"@b.example> rejected "
            "RCPT <c@d.example>: no",
         "192.0.2.7", "\"> rejected RCPT <z>: relay not permitted\"@b.example", "c@d.example",
         false},
        {AT LONG " H=(x) [192.0.2.7] F=<a@b.example> rejected after DATA: spam", "192.0.2.7",
         "a@b.example", "", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_REFUSED);
        CHECK_ROW(i, event.refused.is_relay_denied == rows[i].is_relay_denied);
        CHECK_STR(event.refused.client_address, rows[i].client);
        CHECK_STR(event.refused.sender, rows[i].sender);
        CHECK_STR(event.refused.recipient, rows[i].recipient);
    }
}

static void
reads_failed_logins(void)
{
    static const struct {
        const char *line, *user, *client;
    } rows[] = {
        {AT "plain authenticator failed for (client.example) [192.0.2.7]: 535 Incorrect "
            "authentication data (set_id=anna)",
         "anna", "192.0.2.7"},
        {AT "[748] dovecot_login authenticator failed for H=mx (ylmf-pc) [192.0.2.7]:51 "
            "I=[192.0.2.1]:25: 535 Incorrect authentication data (set_id=a b@shop.example)",
         "a b@shop.example", "192.0.2.7"},
        {AT "login authenticator failed for (x) [2001:db8::7] U=u: 535 Incorrect authentication "
            "data",
         "", "2001:db8::7"},
        {AT "login authenticator failed for (x) [192.0.2.7]: 535 Incorrect authentication data "
            "(set_id=a) (set_id=b)",
         "a) (set_id=b", "192.0.2.7"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_LOGIN);
        CHECK_ROW(i, !event.login.is_success && event.login.attempts == 1);
        CHECK_STR(event.login.service, "smtp");
        CHECK_STR(event.login.user, rows[i].user);
        CHECK_STR(event.login.client, rows[i].client);
    }
}

static void
reads_the_rest_of_a_life(void)
{
    static const struct {
        const char *line;
        enum event_kind kind;
    } rows[] = {
        {AT LONG " Completed", EVENT_REMOVED},
        {"2026-11-23 15:21:22.842 [301] " SHORT " Completed QT=0.069s", EVENT_REMOVED},
        {AT LONG " removed by root", EVENT_REMOVED},
        {AT LONG " Frozen", EVENT_HOLD},
        {AT LONG " frozen by root", EVENT_HOLD},
        {AT LONG " Message is frozen", EVENT_NONE},
        {AT LONG " Unfrozen by forced delivery", EVENT_NONE},
        {AT LONG " remote host address is the local host: d.example", EVENT_NONE},
        {AT "exim 4.96 daemon started: pid=40, -q30m, listening for SMTP on port 25", EVENT_NONE},
        {AT "Start queue run: pid=43", EVENT_NONE},
        {AT "unexpected disconnection while reading SMTP command from (x) [192.0.2.7] D=0s",
         EVENT_NONE},
        {AT "SMTP protocol synchronization error (next input sent too soon: pipelining was "
            "advertised): rejected \"From: a\" H=(x) [192.0.2.7] next input=\"" LONG
            " <= a@b U=root P=local\"",
         EVENT_NONE},
        /* reject and panic log quote the message, and rules around it */
        {"Envelope-from: <a@b.example>", EVENT_NONE},
        {"P Received: from x by web7.example with esmtp id " LONG, EVENT_NONE},
        {"  Subject: " AT LONG " <= a@b U=root P=local", EVENT_NONE},
        {"----------------------------------------", EVENT_NONE},
        {"", EVENT_NONE},
        {"2026-11-23 15:21", EVENT_NONE},
        {AT LONG, EVENT_NONE},
        {AT LONG " =>", EVENT_NONE},
        {AT "1xW1Kz-0000o-16 <= a@b.example U=x P=local", EVENT_NONE},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, read_line(rows[i].line).kind == rows[i].kind);
}

static void
reads_the_forms_of_a_stamp(void)
{
    struct event event = read_line("2026-11-23 15:21:22.773 [299] " LONG " Completed");

    CHECK(event.stamp_form == STAMP_LOCAL && event.resolution_us == 1000);
    CHECK(event.stamp_us == NOV_23 * 1000000 + 773000 && event.pid == 299);
    event = read_line("2026-11-23 15:21:22 +0100 " LONG " Completed");
    CHECK(event.stamp_form == STAMP_UTC && event.stamp_us == (NOV_23 - 3600) * 1000000);
    event = read_line(AT LONG " Completed");
    CHECK(event.stamp_form == STAMP_LOCAL && event.stamp_us == NOV_23 * 1000000);
    CHECK(event.pid == -1);
    CHECK_STR(event.program, "exim");
}

/* Debian's Exim stamps twice; long lines are split, and only the first part says something. */
static void
reads_syslog(void)
{
    static const struct {
        const char *line;
        enum event_kind kind;
    } rows[] = {
        {"Nov 23 15:21:22 web7 exim[77]: " AT LONG " <= a@b.example U=dev P=local S=3",
         EVENT_ACCEPT},
        {"Nov 23 15:21:22 web7 exim[77]: " LONG " <= a@b.example U=dev P=local S=3", EVENT_ACCEPT},
        {"Nov 23 15:21:22 web7 exim4[77]: [1/3] " AT LONG " <= a@b.example U=dev P=local S=3 for c",
         EVENT_ACCEPT},
        {"Nov 23 15:21:22 web7 exim[77]: [1\\3] " AT LONG " <= a@b.example U=dev P=local S=3",
         EVENT_ACCEPT},
        {"Nov 23 15:21:22 web7 exim[77]: [2\\3] " LONG " <= a@b.example U=root P=local S=3",
         EVENT_NONE},
        {"Nov 23 15:21:22 web7 exim[77]: [3/3] " AT LONG " <= a@b.example U=root P=local",
         EVENT_NONE},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_syslog(rows[i].line);

        CHECK_ROW(i, event.kind == rows[i].kind);
        CHECK_STR(event.host, "web7");
        if (event.kind != EVENT_ACCEPT)
            continue;
        CHECK_STR(event.queue_id, LONG);
        CHECK_STR(event.accept.user, "dev");
        CHECK_ROW(i, event.pid == 77);
        CHECK_ROW(i, event.stamp_form == (i == 1 ? STAMP_YEARLESS : STAMP_LOCAL));
        if (i != 1)
            CHECK_ROW(i, event.stamp_us == NOV_23 * 1000000);
    }
}

static void
knows_ids(void)
{
    int64_t utc_s;

    CHECK(exim_is_queue_id(STR(SHORT)) && exim_is_queue_id(STR(LONG)));
    CHECK(!exim_is_queue_id(STR("1xW1Kz-00000o-1")) && !exim_is_queue_id(STR("1xW1Kz_00000o-16")));
    CHECK(!exim_is_queue_id(STR("1xW1Kz-00000000xyz-2AB")));
    CHECK(exim_queue_id_time(STR(SHORT), &utc_s) && utc_s == ID_TIME);
    CHECK(exim_queue_id_time(STR(LONG), &utc_s) && utc_s == ID_TIME);
    /* base 36, as on macOS: no time */
    CHECK(!exim_queue_id_time(STR("0A1B2C-00000o-16"), &utc_s));
    CHECK(!exim_queue_id_time(STR("x"), &utc_s));
}

static void
is_found_by_content(void)
{
    CHECK(exim_probe(STR(AT LONG " Completed")) == 2);
    CHECK(exim_probe(STR(AT "[7] " SHORT " => x")) == 2);
    CHECK(exim_probe(STR(AT "cwd=/ 3 args: exim -bd")) == 2);
    CHECK(exim_probe(STR("Envelope-from: <a@b.example>")) == 1);
    CHECK(exim_probe(STR(AT "status installed weir:amd64 1.0")) == 0);
    CHECK(exim_probe(STR("Nov 23 15:21:22 web7 exim[7]: x")) == 0);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads who handed a mail in", reads_who_handed_a_mail_in},
        {"reads subject and recipients", reads_subject_and_recipients},
        {"reads what became of a recipient", reads_what_became_of_a_recipient},
        {"reads where a program was run", reads_where_a_program_was_run},
        {"reads what was refused", reads_what_was_refused},
        {"reads failed logins", reads_failed_logins},
        {"reads the rest of a life", reads_the_rest_of_a_life},
        {"reads the forms of a stamp", reads_the_forms_of_a_stamp},
        {"reads syslog", reads_syslog},
        {"knows ids", knows_ids},
        {"is found by content", is_found_by_content},
    };

    return tap_main(cases, COUNT(cases));
}
