/*
 * Each row is a line as Sendmail 8.1x writes it, behind the syslog envelope, and
 * what an administrator would say it means. Senders, Message-IDs and logins hold
 * what looks like fields of their own.
 */

#include "record/record.h"
#include "tap.h"

#define AT "Nov 23 15:21:22 web7 "
#define MSP AT "sendmail[116]: "
#define MTA AT "sm-mta[117]: "
#define Q1 "6AP13mmH000116"
#define Q2 "6AP13mkX000117"

static struct event
read_line(const char *line)
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
        const char *id, *user, *client, *protocol, *sender, *message_id;
        int64_t size;
        int32_t count;
        bool has_sender;
    } rows[] = {
        /* the submission's id: a user, no client */
        {MSP Q1 ": from=www-data, size=43, class=0, nrcpts=1, msgid=<m@web7.example>, "
                "relay=www-data@localhost",
         ACCEPT_LOCAL, Q1, "www-data", "", "", "", "m@web7.example", 43, 1, false},
        {MSP Q1 ": from=forged@bulk.example, size=49, class=0, nrcpts=1, msgid=<m@web7.example>, "
                "relay=dev@localhost",
         ACCEPT_LOCAL, Q1, "dev", "", "", "forged@bulk.example", "m@web7.example", 49, 1, true},
        {MSP Q1 ": from=<>, size=17, class=0, nrcpts=60, msgid=<m@web7.example>, "
                "relay=dev@localhost",
         ACCEPT_LOCAL, Q1, "dev", "", "", "", "m@web7.example", 17, 60, true},
        /* the daemon's id for the same mail */
        {MTA Q2 ": from=<www-data@web7.example>, size=303, class=0, nrcpts=1, "
                "msgid=<m@web7.example>, proto=ESMTP, daemon=MTA-v4, relay=localhost [127.0.0.1]",
         ACCEPT_SMTP, Q2, "", "127.0.0.1", "ESMTP", "www-data@web7.example", "m@web7.example", 303,
         1, true},
        {MTA Q2 ": from=<anna@shop.example>, size=99, class=0, nrcpts=4, msgid=<m@client.example>, "
                "bodytype=8BITMIME, proto=ESMTPA, daemon=MTA-v4, relay=[192.0.2.7]",
         ACCEPT_SMTP, Q2, "", "192.0.2.7", "ESMTPA", "anna@shop.example", "m@client.example", 99, 4,
         true},
        {MTA Q2 ": from=<a@b.example>, size=99, class=0, nrcpts=1, proto=ESMTP, daemon=MTA-v6, "
                "relay=mx.b.example [IPv6:2001:db8::7] (may be forged)",
         ACCEPT_SMTP, Q2, "", "2001:db8::7", "ESMTP", "a@b.example", "", 99, 1, true},
        {MTA Q2 ": from=<>, size=88, class=-60, nrcpts=1, msgid=<n@b.example>, proto=SMTP, "
                "daemon=MTA-v4, relay=mx.b.example [192.0.2.7]",
         ACCEPT_SMTP, Q2, "", "192.0.2.7", "SMTP", "", "n@b.example", 88, 1, true},
        {MTA "h6AN5bQ000117: from=<a@b.example>, size=1, class=0, nrcpts=1, msgid=<n@b.example>, "
             "proto=ESMTP, daemon=MTA, relay=mx.b.example [192.0.2.7]",
         ACCEPT_SMTP, "h6AN5bQ000117", "", "192.0.2.7", "ESMTP", "a@b.example", "n@b.example", 1, 1,
         true},
        /* forged: the sender's quoted part, the Message-ID */
        {MTA Q2 ": from=<\"a, size=1, relay=root@localhost\"@b.example>, size=99, class=0, "
                "nrcpts=1, msgid=<n@b.example>, proto=ESMTP, daemon=MTA, relay=[192.0.2.7]",
         ACCEPT_SMTP, Q2, "", "192.0.2.7", "ESMTP", "\"a, size=1, relay=root@localhost\"@b.example",
         "n@b.example", 99, 1, true},
        {MTA Q2 ": from=<a@b.example>, size=99, class=0, nrcpts=1, msgid=<x, proto=ESMTPA, "
                "daemon=MTA, relay=root@localhost>, proto=ESMTP, daemon=MTA, relay=[192.0.2.7]",
         ACCEPT_SMTP, Q2, "", "192.0.2.7", "ESMTP", "a@b.example",
         "x, proto=ESMTPA, daemon=MTA, relay=root@localhost", 99, 1, true},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_ACCEPT);
        CHECK_ROW(i, event.accept.via == rows[i].via);
        CHECK_ROW(i, event.accept.uid == -1 && event.accept.login.len == 0);
        CHECK_ROW(i, event.accept.size == rows[i].size);
        CHECK_ROW(i, event.accept.recipient_count == rows[i].count);
        CHECK_ROW(i, event.accept.has_sender == rows[i].has_sender);
        CHECK_STR(event.queue_id, rows[i].id);
        CHECK_STR(event.accept.user, rows[i].user);
        CHECK_STR(event.accept.client_address, rows[i].client);
        CHECK_STR(event.accept.protocol, rows[i].protocol);
        CHECK_STR(event.accept.sender, rows[i].sender);
        CHECK_STR(event.accept.message_id, rows[i].message_id);
    }
}

#define TIMES "delay=00:00:07, xdelay=00:00:00, "

static void
reads_what_became_of_a_recipient(void)
{
    static const struct {
        const char *line;
        enum delivery_status status;
        const char *recipient, *controller;
        int64_t uid;
        const char *address, *dsn, *next;
        bool is_local;
    } rows[] = {
        {MSP Q1 ": to=anna@web7.example, ctladdr=web_shop (1001/1001), " TIMES
                "mailer=relay, pri=30043, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (" Q2
                " Message accepted for delivery)",
         DELIVERY_SENT, "anna@web7.example", "web_shop", 1001, "127.0.0.1", "2.0.0", Q2, false},
        {MTA Q2 ": to=<c@d.example>, ctladdr=<web_shop@web7.example> (1001/1001), " TIMES
                "mailer=esmtp, pri=120510, relay=mx.d.example. [192.0.2.9], dsn=2.0.0, stat=Sent "
                "(Ok: queued as 4D1F8A0B2C)",
         DELIVERY_SENT, "c@d.example", "web_shop", 1001, "192.0.2.9", "2.0.0", "4D1F8A0B2C", false},
        {MTA Q2 ": to=<c@d.example>,<e@d.example>, delay=1+00:00:07, xdelay=00:00:00, mailer=esmtp,"
                " pri=120510, relay=mx.d.example. [192.0.2.9], dsn=4.7.1, reply=451 4.7.1 Later, "
                "stat=Deferred: 451 4.7.1 Later",
         DELIVERY_DEFERRED, "c@d.example", "", -1, "192.0.2.9", "4.7.1", "", false},
        {MTA Q2 ": to=<c@d.example>, ctladdr=<anna@web7.example> (1000/1000), " TIMES
                "mailer=esmtp, pri=120099, relay=mx.d.example. [192.0.2.9], dsn=5.1.1, reply=550 "
                "5.1.1 <c@d.example>: User unknown, stat=User unknown",
         DELIVERY_BOUNCED, "c@d.example", "anna", 1000, "192.0.2.9", "5.1.1", "", false},
        {MTA Q2 ": to=<c@d.example>, " TIMES "mailer=esmtp, pri=120099, relay=mx.d.example. "
                "[192.0.2.9], dsn=5.7.1, reply=554 5.7.1 spam, stat=Service unavailable",
         DELIVERY_BOUNCED, "c@d.example", "", -1, "192.0.2.9", "5.7.1", "", false},
        {MTA Q2 ": to=<anna@web7.example>, " TIMES "mailer=local, pri=30294, dsn=2.0.0, stat=Sent",
         DELIVERY_SENT, "anna@web7.example", "", -1, "", "2.0.0", "", true},
        {MTA Q2 ": to=\"|/usr/bin/vacation anna\", ctladdr=<anna@web7.example> (1000/1000), " TIMES
                "mailer=prog, pri=30294, dsn=2.0.0, stat=Sent",
         DELIVERY_SENT, "\"|/usr/bin/vacation anna\"", "anna", 1000, "", "2.0.0", "", true},
        {MSP Q1 ": to=c@d.example, delay=00:00:00, mailer=relay, pri=30065, stat=queued",
         DELIVERY_DEFERRED, "c@d.example", "", -1, "", "", "", false},
        {MSP Q1 ": to=c@d.example, ctladdr=dev (1007/1007), " TIMES
                "mailer=relay, pri=120065, relay=[127.0.0.1] [127.0.0.1], dsn=4.0.0, "
                "stat=Deferred: Connection refused by [127.0.0.1]",
         DELIVERY_DEFERRED, "c@d.example", "dev", 1007, "127.0.0.1", "4.0.0", "", false},
        /* before dsn= was logged */
        {MTA Q2 ": to=<c@d.example>, " TIMES "mailer=esmtp, relay=mx [192.0.2.9], stat=User "
                "unknown",
         DELIVERY_BOUNCED, "c@d.example", "", -1, "192.0.2.9", "", "", false},
        /* forged: a quoted recipient, the words of the other side */
        {MTA Q2 ": to=<\"a, ctladdr=root (0/0), stat=Sent\"@d.example>, " TIMES
                "mailer=esmtp, pri=1, relay=mx.d.example. [192.0.2.9], dsn=5.1.1, stat=no",
         DELIVERY_BOUNCED, "\"a, ctladdr=root (0/0), stat=Sent\"@d.example", "", -1, "192.0.2.9",
         "5.1.1", "", false},
        {MTA Q2 ": to=<c@d.example>, " TIMES "mailer=esmtp, pri=1, relay=mx.d.example. "
                "[192.0.2.9], dsn=5.0.0, reply=550 ctladdr=root (0/0), stat=no, dsn=2.0.0",
         DELIVERY_BOUNCED, "c@d.example", "", -1, "192.0.2.9", "5.0.0", "", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_DELIVERY);
        CHECK_ROW(i, event.delivery.status == rows[i].status);
        CHECK_ROW(i, event.delivery.controller_uid == rows[i].uid);
        CHECK_ROW(i, event.delivery.is_local == rows[i].is_local);
        CHECK_STR(event.delivery.recipient, rows[i].recipient);
        CHECK_STR(event.delivery.controller, rows[i].controller);
        CHECK_STR(event.delivery.relay_address, rows[i].address);
        CHECK_STR(event.delivery.dsn, rows[i].dsn);
        CHECK_STR(event.delivery.next_id, rows[i].next);
        CHECK_ROW(i, event.delivery.next == (*rows[i].next ? NEXT_QUEUED_AS : NEXT_NONE));
    }
    CHECK(read_line(rows[0].line).delivery.delay_ms == 7000);
    CHECK(read_line(rows[2].line).delivery.delay_ms == (86400 + 7) * 1000);
}

static void
reads_notices(void)
{
    static const char *const whats[] = {"DSN: User unknown", "return to sender: Cannot send",
                                        "sender notify: Warning", "postmaster notify: x"};

    for (size_t i = 0; i < COUNT(whats); i++) {
        char line[128];
        struct event event;

        (void)snprintf(line, sizeof(line), MTA Q2 ": 6AP13meC000156: %s", whats[i]);
        event = read_line(line);
        CHECK_ROW(i, event.kind == EVENT_NOTICE);
        CHECK_STR(event.queue_id, Q2);
        CHECK_STR(event.notice.child_id, "6AP13meC000156");
    }
}

static void
reads_logins(void)
{
    static const struct {
        const char *line, *user, *client;
        bool is_success;
        uint32_t attempts;
    } rows[] = {
        {MTA "AUTH=server, relay=[192.0.2.7], authid=anna, mech=PLAIN, bits=0", "anna", "192.0.2.7",
         true, 1},
        {MTA "AUTH=server, relay=pc.b.example [192.0.2.7] (may be forged), "
             "authid=anna@shop.example, mech=LOGIN, bits=256",
         "anna@shop.example", "192.0.2.7", true, 1},
        {MTA "AUTH=server, relay=[192.0.2.7], authid=a b, mech=x, bits=1, mech=PLAIN, bits=0",
         "a b, mech=x, bits=1", "192.0.2.7", true, 1},
        {MTA Q2 ": AUTH failure (PLAIN): authentication failure (-13) SASL(-13): authentication "
                "failure: Password verification failed, user=anna, relay=[192.0.2.7]",
         "anna", "192.0.2.7", false, 1},
        {MTA Q2 ": AUTH failure (LOGIN): user not found (-20) SASL(-13): user not found: x, "
                "user=anna, relay=root@localhost, relay=pc [192.0.2.7]",
         "anna, relay=root@localhost", "192.0.2.7", false, 1},
        {MTA Q2 ": pc.b.example [192.0.2.7]: possible SMTP attack: command=AUTH, count=5", "",
         "192.0.2.7", false, 5},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_LOGIN);
        CHECK_ROW(i, event.login.is_success == rows[i].is_success);
        CHECK_ROW(i, event.login.attempts == rows[i].attempts);
        CHECK_STR(event.login.service, "smtp");
        CHECK_STR(event.login.user, rows[i].user);
        CHECK_STR(event.login.client, rows[i].client);
    }
    CHECK(read_line(rows[0].line).pid == 117);
}

static void
reads_what_was_refused(void)
{
    static const struct {
        const char *line, *id, *client, *sender, *recipient;
        bool is_relay_denied;
    } rows[] = {
        {MTA Q2 ": ruleset=check_rcpt, arg1=<victim@mail.example>, relay=[192.0.2.7], reject=550 "
                "5.7.1 <victim@mail.example>... Relaying denied. IP name lookup failed [192.0.2.7]",
         "", "192.0.2.7", "", "victim@mail.example", true},
        {MTA Q2 ": ruleset=check_mail, arg1=<a@b.invalid>, relay=mx [192.0.2.7], reject=553 5.1.8 "
                "<a@b.invalid>... Domain of sender address a@b.invalid does not exist",
         "", "192.0.2.7", "a@b.invalid", "", false},
        {MTA "ruleset=check_relay, arg1=mx, arg2=192.0.2.7, relay=mx [192.0.2.7], reject=550 5.7.1 "
             "Access denied",
         "", "192.0.2.7", "", "", false},
        {MTA Q2 ": <nobody@web7.example>... User unknown", "", "", "", "nobody@web7.example",
         false},
        /* a milter's no to one recipient is none to the mail */
        {MTA Q2 ": Milter: to=<c@d.example>, reject=451 4.7.1 Greylisted", "", "", "",
         "c@d.example", false},
        {MTA Q2 ": milter=x, action=rcpt, reject=550 5.7.1 no", "", "", "", "", false},
        {MTA Q2 ": Milter: data, reject=554 5.7.1 spam", Q2, "", "", "", false},
        {MTA Q2 ": ruleset=check_rcpt, arg1=<\"a, relay=x [198.51.100.9], reject=\"@d.example>, "
                "relay=[192.0.2.7], reject=550 no",
         "", "192.0.2.7", "", "\"a, relay=x [198.51.100.9], reject=\"@d.example", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_REFUSED);
        CHECK_ROW(i, event.refused.is_relay_denied == rows[i].is_relay_denied);
        CHECK_STR(event.queue_id, rows[i].id);
        CHECK_STR(event.refused.client_address, rows[i].client);
        CHECK_STR(event.refused.sender, rows[i].sender);
        CHECK_STR(event.refused.recipient, rows[i].recipient);
        CHECK_ROW(i, event.refused.text.len > 0);
    }
}

static void
knows_the_rest(void)
{
    static const struct {
        const char *line;
        enum event_kind kind;
    } rows[] = {
        {MTA Q2 ": done; delay=00:00:01, ntries=1", EVENT_REMOVED},
        {MTA Q2 ": Milter add: header: X-Spam: no", EVENT_NONE},
        {MTA Q2 ": Milter (x): init success to negotiate", EVENT_NONE},
        {MTA Q2 ": collect: premature EOM: unexpected close", EVENT_NONE},
        {MTA Q2 ": lost input channel from [192.0.2.7] to MTA-v4 after rcpt", EVENT_NONE},
        {MTA Q2 ": forward /srv/shop/.forward: World writable directory", EVENT_NONE},
        {MTA Q2 ": SYSERR(root): putbody: write error: Broken pipe", EVENT_NONE},
        {MTA Q2 ": [192.0.2.7] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA-v4",
         EVENT_NONE},
        {MTA Q2 ": from=<a@b.example>, size=0, class=0, nrcpts=0, proto=ESMTP, daemon=MTA-v4, "
                "relay=[192.0.2.7]",
         EVENT_NONE}, /* every recipient was refused: no mail came of it */
        {MTA "starting daemon (8.17.1.9): SMTP+queueing@00:20:00", EVENT_NONE},
        {MTA "STARTTLS=server, relay=[192.0.2.7], version=TLSv1.3, verify=NO, cipher=x, bits=256",
         EVENT_NONE},
        {MTA "NOQUEUE: [192.0.2.7] did not issue MAIL/EXPN/VRFY/ETRN during connection",
         EVENT_NONE},
        {MSP "NOQUEUE: SYSERR(root): can not chdir(/var/spool/mqueue-client/)", EVENT_NONE},
        {MTA "never heard of", EVENT_UNKNOWN},
        {MTA Q2 ": from=<a@b.example>", EVENT_UNKNOWN},
        {MTA Q2 ": to=<a@b.example>, delay=00:00:00", EVENT_UNKNOWN},
        {MTA, EVENT_UNKNOWN},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, read_line(rows[i].line).kind == rows[i].kind);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads who handed a mail in", reads_who_handed_a_mail_in},
        {"reads what became of a recipient", reads_what_became_of_a_recipient},
        {"reads notices", reads_notices},
        {"reads logins", reads_logins},
        {"reads what was refused", reads_what_was_refused},
        {"knows the rest", knows_the_rest},
    };

    return tap_main(cases, COUNT(cases));
}
