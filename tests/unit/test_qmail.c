/*
 * Each row is a line as qmail-send writes it. Senders and recipients hold what
 * looks like the words around them, but never a blank: qmail replaces those.
 */

#include "record/qmail.h"
#include "record/record.h"
#include "tap.h"

#define TAI "@400000006b0459fc1cf7c580 " /* 2026-11-23 15:21:22.486 */
#define TAI_US INT64_C(1795447282486000)

static struct event
read_line(const char *message)
{
    char line[512];
    struct event event;

    (void)snprintf(line, sizeof(line), TAI "%s", message);
    record_read(record_frame(STR("qmail")), str_from_cstr(line), &event);
    return event; /* its slices are dead: only for its kind */
}

static void
reads_who_queued_a_mail(void)
{
    static const struct {
        const char *line, *id, *sender, *process;
        int64_t size, uid;
    } rows[] = {
        {TAI "info msg 123: bytes 512 from <anna@shop.example> qp 4711 uid 1001", "123",
         "anna@shop.example", "4711", 512, 1001},
        {TAI "info msg 9223372036854775: bytes 0 from <> qp 1 uid 0", "9223372036854775", "", "1",
         0, 0},
        {TAI "info msg 123: bytes 512 from <#@[]> qp 4711 uid 202", "123", "#@[]", "4711", 512,
         202},
        {TAI "info msg 123: bytes 512 from <x>_qp_1_uid_0@b.example> qp 4711 uid 1001", "123",
         "x>_qp_1_uid_0@b.example", "4711", 512, 1001},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event;

        record_read(record_frame(STR("qmail")), str_from_cstr(rows[i].line), &event);
        CHECK_ROW(i, event.kind == EVENT_ACCEPT);
        CHECK_ROW(i, event.accept.via == ACCEPT_LOCAL && event.accept.has_sender);
        CHECK_ROW(i, event.accept.uid == rows[i].uid && event.accept.size == rows[i].size);
        CHECK_STR(event.queue_id, rows[i].id);
        CHECK_STR(event.session, rows[i].process);
        CHECK_STR(event.accept.sender, rows[i].sender);
        CHECK_STR(event.program, "qmail");
        CHECK_ROW(i, event.stamp_form == STAMP_UTC && event.stamp_us == TAI_US);
    }
}

static void
reads_attempts(void)
{
    static const struct {
        const char *line, *id, *number, *recipient;
        bool is_local;
    } rows[] = {
        {TAI "starting delivery 7: msg 123 to remote c@d.example", "123", "7", "c@d.example",
         false},
        {TAI "starting delivery 70: msg 123 to local anna@web7.example", "123", "70",
         "anna@web7.example", true},
        /* a virtual domain is the prefix of its users */
        {TAI "starting delivery 7: msg 123 to local shop.example-anna@shop.example", "123", "7",
         "anna@shop.example", true},
        {TAI "starting delivery 7: msg 123 to local alias-anna@shop.example", "123", "7",
         "alias-anna@shop.example", true},
        {TAI "starting delivery 7: msg 123 to remote x_to_local_root@d.example", "123", "7",
         "x_to_local_root@d.example", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event;

        record_read(record_frame(STR("qmail")), str_from_cstr(rows[i].line), &event);
        CHECK_ROW(i, event.kind == EVENT_STARTED);
        CHECK_ROW(i, event.delivery.is_local == rows[i].is_local);
        CHECK_STR(event.queue_id, rows[i].id);
        CHECK_STR(event.session, rows[i].number);
        CHECK_STR(event.delivery.recipient, rows[i].recipient);
    }
}

static void
reads_how_an_attempt_ended(void)
{
    static const struct {
        const char *line;
        enum delivery_status status;
        const char *address, *dsn, *next;
    } rows[] = {
        {TAI "delivery 7: success: 192.0.2.9_accepted_message./Remote_host_said:_250_2.0.0_ok/",
         DELIVERY_SENT, "192.0.2.9", "", ""},
        {TAI "delivery 7: success: did_1+0+0/", DELIVERY_SENT, "", "", ""},
        {TAI "delivery 7: success: did_0+1+0/qp_4712/", DELIVERY_SENT, "", "", "4712"},
        {TAI "delivery 7: failure: 192.0.2.9_does_not_like_recipient./Remote_host_said:_550_5.1.1_"
             "<c@d.example>:_User_unknown/Giving_up_on_192.0.2.9./",
         DELIVERY_BOUNCED, "192.0.2.9", "5.1.1", ""},
        {TAI "delivery 7: failure: Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/",
         DELIVERY_BOUNCED, "", "5.1.1", ""},
        {TAI "delivery 7: deferral: Connected_to_192.0.2.9_but_greeting_failed./Remote_host_said:_"
             "421_4.3.2_no/",
         DELIVERY_DEFERRED, "192.0.2.9", "4.3.2", ""},
        {TAI "delivery 7: deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)"
             "/",
         DELIVERY_DEFERRED, "", "4.4.1", ""},
        {TAI "delivery 7: report mangled, will defer", DELIVERY_DEFERRED, "", "", ""},
        /* another server's words name no process of this host */
        {TAI "delivery 7: success: 192.0.2.9_accepted_message./Remote_host_said:_250_ok/qp_4712/",
         DELIVERY_SENT, "192.0.2.9", "", ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event;

        record_read(record_frame(STR("qmail")), str_from_cstr(rows[i].line), &event);
        CHECK_ROW(i, event.kind == EVENT_DELIVERY);
        CHECK_ROW(i, event.delivery.status == rows[i].status);
        CHECK_ROW(i, event.queue_id.len == 0);
        CHECK_STR(event.session, "7");
        CHECK_STR(event.delivery.relay_address, rows[i].address);
        CHECK_STR(event.delivery.dsn, rows[i].dsn);
        CHECK_STR(event.delivery.next_id, rows[i].next);
        CHECK_ROW(i, event.delivery.next == (*rows[i].next ? NEXT_FORWARDED_AS : NEXT_NONE));
    }
}

static void
reads_bounces_and_ends(void)
{
    struct event event;

    record_read(record_frame(STR("qmail")), STR(TAI "bounce msg 123 qp 4713"), &event);
    CHECK(event.kind == EVENT_NOTICE);
    CHECK_STR(event.queue_id, "123");
    CHECK_STR(event.notice.child_id, "4713");
    record_read(record_frame(STR("qmail")), STR(TAI "end msg 123"), &event);
    CHECK(event.kind == EVENT_REMOVED);
    CHECK_STR(event.queue_id, "123");
}

static void
knows_the_rest(void)
{
    static const struct {
        const char *message;
        enum event_kind kind;
    } rows[] = {
        {"new msg 123", EVENT_NONE},
        {"status: local 0/10 remote 1/20", EVENT_NONE},
        {"status: exiting", EVENT_NONE},
        {"local deliveries will be put on hold", EVENT_NONE},
        {"triple bounce: discarding bounce/123", EVENT_NONE},
        {"warning: trouble opening remote/0/123; will try again later", EVENT_NONE},
        {"tcpserver: pid 77 from 192.0.2.7", EVENT_NONE},
        {"never heard of", EVENT_UNKNOWN},
        {"end msg 123 or so", EVENT_UNKNOWN},
        {"end msg x", EVENT_UNKNOWN},
        {"bounce msg 123 qp x", EVENT_UNKNOWN},
        {"info msg 123: bytes 512 from <a@b> qp 4711 uid x", EVENT_UNKNOWN},
        {"info msg 123: bytes 512 from <a@b> uid 1", EVENT_UNKNOWN},
        {"info msg 123: bytes 512", EVENT_UNKNOWN},
        {"info msg 123456789012345678901: bytes 1 from <> qp 1 uid 1", EVENT_UNKNOWN},
        {"starting delivery 7: msg 123 to nowhere c@d", EVENT_UNKNOWN},
        {"starting delivery 7: msg 123 to remote ", EVENT_UNKNOWN},
        {"delivery 7: unsure: x", EVENT_UNKNOWN},
        {"delivery x: success: x", EVENT_UNKNOWN},
        {"", EVENT_UNKNOWN},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, read_line(rows[i].message).kind == rows[i].kind);
}

/* splogger: the stamp in the message is exact and has a year. */
static void
reads_syslog(void)
{
    static const char *const lines[] = {
        "Nov 23 15:21:22 web7 qmail: 1795447282.486000 end msg 123",
        "Nov 23 15:21:22 web7 qmail-send: @400000006b0459fc1cf7c580 end msg 123",
        "Nov 23 15:21:22 web7 qmail[7]: end msg 123",
    };

    for (size_t i = 0; i < COUNT(lines); i++) {
        struct event event;

        record_read(record_frame(STR("syslog")), str_from_cstr(lines[i]), &event);
        CHECK_ROW(i, event.kind == EVENT_REMOVED);
        CHECK_STR(event.queue_id, "123");
        CHECK_STR(event.host, "web7");
        CHECK_ROW(i, event.stamp_form == (i < 2 ? STAMP_UTC : STAMP_YEARLESS));
        if (i < 2)
            CHECK_ROW(i, event.stamp_us == TAI_US);
    }
}

static void
is_found_by_content(void)
{
    const struct frame *frame = record_detect(STR(TAI "new msg 123\n" TAI "end msg 123\n"));

    CHECK(frame && strcmp(frame->name, "qmail") == 0);
    CHECK(qmail_probe(STR(TAI "imap-login: Login: user=<anna>")) == 0);
    CHECK(qmail_probe(STR("new msg 123")) == 0);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads who queued a mail", reads_who_queued_a_mail},
        {"reads attempts", reads_attempts},
        {"reads how an attempt ended", reads_how_an_attempt_ended},
        {"reads bounces and ends", reads_bounces_and_ends},
        {"knows the rest", knows_the_rest},
        {"reads syslog", reads_syslog},
        {"is found by content", is_found_by_content},
    };

    return tap_main(cases, COUNT(cases));
}
