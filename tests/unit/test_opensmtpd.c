/*
 * Each row is a line as OpenSMTPD 6.6 to 7.x writes it, behind the syslog
 * envelope, and what an administrator would say it means. Addresses, logins and
 * answers hold what looks like fields of their own.
 */

#include "record/record.h"
#include "tap.h"

#define AT "Nov 23 15:21:22 web7 smtpd[55]: "
#define SID "3dc6f487a3e4dcd2"
#define EVPID "d98005ca109bd16a"
#define MSGID "d98005ca"

static struct event
read_line(const char *line)
{
    struct event event;

    record_read(record_frame(STR("syslog")), str_from_cstr(line), &event);
    return event;
}

static void
reads_who_connected(void)
{
    static const struct {
        const char *line, *host, *address;
        bool is_local;
    } rows[] = {
        {AT SID " smtp connected address=192.0.2.7 host=mx.b.example", "mx.b.example", "192.0.2.7",
         false},
        {AT SID " smtp connected address=192.0.2.7 host=<unknown>", "<unknown>", "192.0.2.7",
         false},
        {AT SID " smtp connected address=[2001:db8::7] host=mx.b.example", "mx.b.example",
         "2001:db8::7", false},
        /* sendmail(1) speaks through a socket: no user is named */
        {AT SID " smtp connected address=local host=web7.example", "web7.example", "", true},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_SESSION);
        CHECK_ROW(i, event.session_start.is_local == rows[i].is_local);
        CHECK_STR(event.session, SID);
        CHECK_STR(event.session_start.client_address, rows[i].address);
        CHECK_STR(event.session_start.client_host, rows[i].host);
    }
}

static void
reads_logins(void)
{
    static const struct {
        const char *line, *user;
        enum event_kind kind;
        bool is_success;
    } rows[] = {
        {AT SID " smtp authentication user=anna result=ok", "anna", EVENT_LOGIN, true},
        {AT SID " smtp authentication user=anna@shop.example result=permfail", "anna@shop.example",
         EVENT_LOGIN, false},
        /* nobody looked at the password */
        {AT SID " smtp authentication user=anna result=tempfail", "", EVENT_NONE, false},
        {AT SID " smtp authentication user=a result=ok result=permfail", "a result=ok", EVENT_LOGIN,
         false},
        {AT SID " smtp authentication user=a b=c result=ok", "a b=c", EVENT_LOGIN, true},
        {AT SID " smtp authentication user=anna", "", EVENT_UNKNOWN, false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == rows[i].kind);
        CHECK_STR(event.session, SID);
        if (event.kind != EVENT_LOGIN)
            continue;
        CHECK_ROW(i, event.login.is_success == rows[i].is_success && event.login.attempts == 1);
        CHECK_STR(event.login.user, rows[i].user);
        CHECK_STR(event.login.service, "smtp");
    }
}

static void
reads_messages_and_envelopes(void)
{
    static const struct {
        const char *line, *sender;
    } rows[] = {
        {AT SID " smtp envelope evpid=" EVPID " from=<a@b.example> to=<c@d.example>",
         "a@b.example"},
        {AT SID " smtp envelope evpid=" EVPID " from=<> to=<c@d.example>", ""},
        {AT SID " smtp envelope evpid=" EVPID " from=<\"> to=<x\"@b.example> to=<c@d.example>",
         "\"> to=<x\"@b.example"},
    };
    struct event event =
        read_line(AT SID " smtp message msgid=" MSGID " size=319 nrcpt=2 proto=ESMTP");

    CHECK(event.kind == EVENT_ACCEPT && event.accept.via == ACCEPT_SMTP);
    CHECK(event.accept.size == 319 && event.accept.recipient_count == 2);
    CHECK(event.accept.uid == -1 && event.pid == 55);
    CHECK_STR(event.queue_id, MSGID);
    CHECK_STR(event.session, SID);
    CHECK_STR(event.accept.protocol, "ESMTP");
    for (size_t i = 0; i < COUNT(rows); i++) {
        event = read_line(rows[i].line);
        CHECK_ROW(i, event.kind == EVENT_QUEUED);
        CHECK_STR(event.queue_id, MSGID);
        CHECK_STR(event.session, SID);
        CHECK_STR(event.queued.sender, rows[i].sender);
        CHECK_STR(event.queued.recipient, "c@d.example");
    }
}

#define MTA AT "b1b2c3d4e5f60719 mta delivery evpid=" EVPID " from=<a@b.example> "
#define MDA AT "b1b2c3d4e5f60719 mda delivery evpid=" EVPID " from=<a@b.example> "
#define HOP "source=\"192.0.2.1\" relay=\"192.0.2.9 (mx.d.example)\" "

static void
reads_what_became_of_a_recipient(void)
{
    static const struct {
        const char *line;
        enum delivery_status status;
        const char *recipient, *original, *host, *address, *dsn, *next;
        int32_t delay_ms;
        bool is_local;
    } rows[] = {
        {MTA "to=<c@d.example> rcpt=<-> " HOP "delay=1s result=\"Ok\" stat=\"250 2.0.0 Ok: queued "
             "as 4D1F8A0B2C\"",
         DELIVERY_SENT, "c@d.example", "", "mx.d.example", "192.0.2.9", "", "4D1F8A0B2C", 1000,
         false},
        {MTA "to=<ok@d.example> rcpt=<fwd@web7.example> " HOP "delay=1h2m3s result=\"Ok\" "
             "stat=\"250 ok\"",
         DELIVERY_SENT, "ok@d.example", "fwd@web7.example", "mx.d.example", "192.0.2.9", "", "",
         3723000, false},
        {MTA "to=<c@d.example> rcpt=<-> " HOP "delay=0s result=\"PermFail\" stat=\"550 5.1.1 "
             "<c@d.example>: User unknown\"",
         DELIVERY_BOUNCED, "c@d.example", "", "mx.d.example", "192.0.2.9", "5.1.1", "", 0, false},
        {MTA "to=<c@d.example> rcpt=<-> " HOP "delay=0s result=\"TempFail\" stat=\"Connection "
             "closed unexpectedly\"",
         DELIVERY_DEFERRED, "c@d.example", "", "mx.d.example", "192.0.2.9", "", "", 0, false},
        {MTA "to=<c@d.example> rcpt=<-> source=\"-\" relay=\"d.example\" delay=0s "
             "result=\"TempFail\" stat=\"No MX found for domain\"",
         DELIVERY_DEFERRED, "c@d.example", "", "d.example", "", "", "", 0, false},
        {MDA "to=<anna@web7.example> rcpt=<anna@web7.example> user=anna delay=0s result=Ok "
             "stat=Delivered",
         DELIVERY_SENT, "anna@web7.example", "", "", "", "", "", 0, true},
        {MDA "to=<anna@web7.example> rcpt=<fwd@web7.example> user=anna delay=2d result=PermFail "
             "stat=Error (\"mail.local: no\")",
         DELIVERY_BOUNCED, "anna@web7.example", "fwd@web7.example", "", "", "", "", 172800000,
         true},
        {AT "relay: Expire for " EVPID ": from=<a@b.example>, to=<c@d.example>, rcpt=<->, "
            "delay=4d, stat=Envelope expired",
         DELIVERY_BOUNCED, "c@d.example", "", "", "", "", "", -1, false},
        /* what the other side says ends nothing; a quoted recipient does not, either */
        {MTA "to=<c@d.example> rcpt=<-> " HOP "delay=0s result=\"PermFail\" stat=\"550 no\" "
             "result=\"Ok\" stat=\"250 ok\"",
         DELIVERY_BOUNCED, "c@d.example", "", "mx.d.example", "192.0.2.9", "", "", 0, false},
        {MTA "to=<\"> rcpt=<x> \"@d.example> rcpt=<-> " HOP "delay=0s result=\"Ok\" stat=\"250\"",
         DELIVERY_SENT, "\"> rcpt=<x> \"@d.example", "", "mx.d.example", "192.0.2.9", "", "", 0,
         false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_DELIVERY);
        CHECK_ROW(i, event.delivery.status == rows[i].status);
        CHECK_ROW(i, event.delivery.is_local == rows[i].is_local);
        CHECK_ROW(i, event.delivery.delay_ms == rows[i].delay_ms);
        CHECK_ROW(i, event.delivery.controller_uid == -1);
        CHECK_STR(event.queue_id, MSGID);
        CHECK_STR(event.delivery.recipient, rows[i].recipient);
        CHECK_STR(event.delivery.original_recipient, rows[i].original);
        CHECK_STR(event.delivery.relay_host, rows[i].host);
        CHECK_STR(event.delivery.relay_address, rows[i].address);
        CHECK_STR(event.delivery.dsn, rows[i].dsn);
        CHECK_STR(event.delivery.next_id, rows[i].next);
    }
}

static void
reads_what_was_refused(void)
{
    static const struct {
        const char *line, *sender, *recipient;
    } rows[] = {
        {AT SID " smtp failed-command command=\"RCPT TO:<c@d.example> \" result=\"550 Invalid "
                "recipient: <c@d.example>\"",
         "", "c@d.example"},
        {AT SID " smtp failed-command command=\"MAIL FROM:<\"a b> U=root\"@b.example>\" "
                "result=\"553 5.1.0 Sender address syntax error\"",
         "\"a b> U=root\"@b.example", ""},
        {AT SID " smtp failed-command command=\"DATA\" result=\"503 5.5.4 No recipient "
                "specified\"",
         "", ""},
        {AT SID " smtp failed-command command=\"RCPT TO:<a\" result=\"250 ok@d.example>\" "
                "result=\"550 no\"",
         "", "a\" result=\"250 ok@d.example"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK_ROW(i, event.kind == EVENT_REFUSED);
        CHECK_STR(event.refused.sender, rows[i].sender);
        CHECK_STR(event.refused.recipient, rows[i].recipient);
        CHECK_ROW(i, event.refused.text.len > 0 && event.refused.text.data[0] == '5');
    }
}

static void
knows_the_rest(void)
{
    static const struct {
        const char *line;
        enum event_kind kind;
    } rows[] = {
        {AT "info: OpenSMTPD 6.8.0p2 starting", EVENT_NONE},
        {AT "warn: smtpd: parent_forward_open: /srv/shop is sticky", EVENT_NONE},
        {AT "smtp-out: Error on session " SID " after 6 messages sent: closed", EVENT_NONE},
        {AT "relay: Remove for " EVPID ": from=<a@b.example>, to=<c@d.example>, rcpt=<->, "
            "delay=3s, stat=Removed by administrator",
         EVENT_NONE},
        {AT SID " smtp tls ciphers=TLSv1.3:x:256", EVENT_NONE},
        {AT SID " smtp disconnected reason=quit", EVENT_NONE},
        {AT SID " smtp bad-input result=\"500 5.5.1 Invalid command: Pipelining not supported\"",
         EVENT_NONE},
        {AT SID " smtp failed-command command=\"AUTH PLAIN xxx\" result=\"503 5.5.1 Invalid "
                "command: Command not supported\"",
         EVENT_NONE},
        {AT SID " mta connecting address=smtp://192.0.2.9:25 host=mx.d.example", EVENT_NONE},
        {AT SID " mta error reason=Connection timeout", EVENT_NONE},
        {AT "never heard of", EVENT_UNKNOWN},
        {AT SID, EVENT_UNKNOWN},
        {AT SID " smtp message msgid=xyz size=1 nrcpt=1", EVENT_UNKNOWN},
        {AT SID " smtp envelope evpid=" MSGID " from=<a> to=<b>", EVENT_UNKNOWN},
        {AT SID " mta delivery evpid=" EVPID, EVENT_UNKNOWN},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, read_line(rows[i].line).kind == rows[i].kind);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads who connected", reads_who_connected},
        {"reads logins", reads_logins},
        {"reads messages and envelopes", reads_messages_and_envelopes},
        {"reads what became of a recipient", reads_what_became_of_a_recipient},
        {"reads what was refused", reads_what_was_refused},
        {"knows the rest", knows_the_rest},
    };

    return tap_main(cases, COUNT(cases));
}
