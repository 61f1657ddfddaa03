/*
 * Each row is one line of one of Postfix's daemons, read as weir reads it in a
 * syslog frame: by the program's name. Add a row when Postfix logs something new.
 */

#include "record/postfix.h"

#include "record/program.h"
#include "tap.h"

#define NOV_23 INT64_C(1795447282) /* 2026-11-23 15:21:22 UTC, in the long id below */
#define LONG_ID "4jY8mL0sf8z9HdB"
#define SHORT_ID "1E240164063"

static struct event
read_bytes(const char *program, struct str message)
{
    struct event event;

    event_init(&event);
    program_name(str_from_cstr(program), &event);
    program_read(message, &event);
    return event;
}

static struct event
read_message(const char *program, const char *message)
{
    return read_bytes(program, str_from_cstr(message));
}

/* --- how a message came in --- */

struct accept_row {
    const char *program, *message;
    enum accept_via via;
    int64_t uid;
    const char *user, *sender;          /* pickup */
    const char *host, *address, *login; /* smtpd */
    const char *original_id, *original_client;
    bool is_requeue;
};

static void
check_accepts(const struct accept_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct accept_row *row = &rows[i];
        struct event event = read_message(row->program, row->message);

        CHECK_ROW(i, event.kind == EVENT_ACCEPT);
        if (event.kind != EVENT_ACCEPT)
            continue;
        CHECK_STR(event.queue_id, SHORT_ID);
        CHECK_ROW(i, event.accept.via == row->via);
        CHECK_ROW(i, event.accept.uid == row->uid);
        CHECK_STR(event.accept.user, row->user);
        CHECK_STR(event.accept.sender, row->sender);
        CHECK_ROW(i, event.accept.has_sender == (row->sender[0] != '\0'));
        CHECK_STR(event.accept.client_host, row->host);
        CHECK_STR(event.accept.client_address, row->address);
        CHECK_STR(event.accept.login, row->login);
        CHECK_STR(event.accept.original_id, row->original_id);
        CHECK_STR(event.accept.original_client, row->original_client);
        CHECK_ROW(i, event.accept.is_requeue == row->is_requeue);
        CHECK_ROW(i, event.accept.size == -1 && event.accept.recipient_count == -1);
        CHECK_ROW(i, event.accept.parent_id.len == 0 && event.accept.recipients.len == 0);
    }
}

#define PICKUP(message, uid, user, sender)                                                         \
    {                                                                                              \
        "postfix/pickup", SHORT_ID ": " message, ACCEPT_LOCAL, uid, user, sender, "", "", "", "",  \
            "", false                                                                              \
    }
#define REQUEUED(message, sender, old)                                                             \
    {                                                                                              \
        "postfix/pickup", SHORT_ID ": " message, ACCEPT_LOCAL, -1, "", sender, "", "", "", old,    \
            "", true                                                                               \
    }

static void
reads_what_pickup_took(void)
{
    static const struct accept_row rows[] = {
        PICKUP("uid=33 from=<www-data>", 33, "www-data", ""),
        PICKUP("uid=0 from=<root>", 0, "root", ""),
        PICKUP("uid=4294967294 from=<nobody>", 4294967294, "nobody", ""),
        PICKUP("uid=1001 from=<>", 1001, "", ""),
        PICKUP("uid=1001 from=<shop@shop.example>", 1001, "", "shop@shop.example"),
        /* a sieve redirect: the vmail user forwards a stranger's mail */
        PICKUP("uid=2000 from=<noreply@news.example>", 2000, "", "noreply@news.example"),
        /* postsuper -r: the uid is the mail system's */
        REQUEUED("uid=104 from=<anna@shop.example> orig_id=BF206164262", "anna@shop.example",
                 "BF206164262"),
        REQUEUED("uid=104 from=<www-data> orig_id=" LONG_ID, "", LONG_ID),
        /* the sender is whatever the caller of sendmail -f says */
        PICKUP("uid=33 from=<x> orig_id=BF206164262>", 33, "x> orig_id=BF206164262", ""),
        PICKUP("uid=33 from=<x> uid=0 from=<root>", 33, "x> uid=0 from=<root", ""),
        PICKUP("uid=33 from=<client=mail.example[192.0.2.9]>", 33, "client=mail.example[192.0.2.9]",
               ""),
        REQUEUED("uid=104 from=<x> orig_id=AAAAAAA> orig_id=BF206164262", "", "BF206164262"),
        /* cut by a small syslog limit */
        PICKUP("uid=33 from=<www-da", 33, "www-da", ""),
    };

    check_accepts(rows, COUNT(rows));
}

#define SMTPD(program, rest, host, address, login, old, client)                                    \
    {                                                                                              \
        program, SHORT_ID ": client=" rest, ACCEPT_SMTP, -1, "", "", host, address, login, old,    \
            client, false                                                                          \
    }
#define LOGIN(text, login)                                                                         \
    SMTPD("postfix/smtpd", "h.example[192.0.2.7], sasl_method=PLAIN, sasl_username=" text,         \
          "h.example", "192.0.2.7", login, "", "")

static void
reads_what_smtpd_took(void)
{
    static const struct accept_row rows[] = {
        SMTPD("postfix/smtpd", "h.example[192.0.2.7]", "h.example", "192.0.2.7", "", "", ""),
        SMTPD("postfix/smtpd", "localhost[127.0.0.1]", "localhost", "127.0.0.1", "", "", ""),
        SMTPD("postfix/smtpd", "unknown[2001:db8::7]", "unknown", "2001:db8::7", "", "", ""),
        SMTPD("postfix/smtpd", "unknown[unknown]", "unknown", "unknown", "", "", ""),
        SMTPD("postfix/smtpd", "h.example[192.0.2.7]:51234", "h.example", "192.0.2.7", "", "", ""),
        SMTPD("postfix/smtpd", "h.example[2001:db8::7]:51234", "h.example", "2001:db8::7", "", "",
              ""),
        /* every syslog_name */
        SMTPD("postfix/submission/smtpd",
              "h.example[192.0.2.7]:51234, sasl_method=PLAIN, "
              "sasl_username=anna@shop.example",
              "h.example", "192.0.2.7", "anna@shop.example", "", ""),
        SMTPD("postfix/smtps/smtpd", "unknown[192.0.2.7], sasl_method=LOGIN, sasl_username=anna",
              "unknown", "192.0.2.7", "anna", "", ""),
        SMTPD("postfix-in/smtpd", "h.example[192.0.2.7]", "h.example", "192.0.2.7", "", "", ""),
        SMTPD("postfix/10025/smtpd", "localhost[127.0.0.1]", "localhost", "127.0.0.1", "", "", ""),
        SMTPD("relay/qmqpd", "h.example[192.0.2.7]", "h.example", "192.0.2.7", "", "", ""),
        /* behind a proxy or content filter that speaks XFORWARD */
        SMTPD("postfix/10025/smtpd",
              "localhost[127.0.0.1], orig_queue_id=BF206164262, "
              "orig_client=h.example[192.0.2.7]",
              "localhost", "127.0.0.1", "", "BF206164262", "h.example[192.0.2.7]"),
        SMTPD("postfix/10025/smtpd", "localhost[127.0.0.1], orig_client=h.example[192.0.2.7]",
              "localhost", "127.0.0.1", "", "", "h.example[192.0.2.7]"),
        SMTPD("postfix/10025/smtpd",
              "localhost[127.0.0.1], orig_queue_id=NOQUEUE, "
              "orig_client=unknown[192.0.2.7]",
              "localhost", "127.0.0.1", "", "", "unknown[192.0.2.7]"),
        SMTPD("postfix/smtpd",
              "h.example[192.0.2.7], sasl_method=PLAIN, sasl_username=anna, "
              "orig_queue_id=" LONG_ID ", orig_client=i.example[198.51.100.7]",
              "h.example", "192.0.2.7", "anna", LONG_ID, "i.example[198.51.100.7]"),
        /* login names of every kind */
        LOGIN("anna@shop.example", "anna@shop.example"),
        LOGIN("Anna Maria Muster", "Anna Maria Muster"),
        LOGIN("SHOP\\anna", "SHOP\\anna"),
        LOGIN("anna, berta", "anna, berta"),
        LOGIN("anna=shop.example", "anna=shop.example"),
        LOGIN("uid=0 from=<root>", "uid=0 from=<root>"),
        LOGIN("client=i.example[198.51.100.7]", "client=i.example[198.51.100.7]"),
        LOGIN("j\xc3\xb6rg@m\xc3\xbcller.example", "j\xc3\xb6rg@m\xc3\xbcller.example"),
        LOGIN("\xff\xfe", "\xff\xfe"),
        LOGIN("", ""),
        /* sasl_sender is what the client says in MAIL FROM ... AUTH= */
        LOGIN("anna, sasl_sender=berta@shop.example", "anna"),
        LOGIN("anna, sasl_sender=b, orig_queue_id=BF206164262, orig_client=i[198.51.100.7]",
              "anna"),
    };

    check_accepts(rows, COUNT(rows));
}

/* --- how it went on --- */

static void
reads_message_ids(void)
{
    static const struct {
        const char *message, *id;
        bool is_resent;
        int64_t known_utc_s;
    } rows[] = {
        {SHORT_ID ": message-id=<a.b@shop.example>", "a.b@shop.example", false, 0},
        {SHORT_ID ": message-id=<>", "", false, 0},
        {SHORT_ID ": message-id=", "", false, 0},
        {SHORT_ID ": message-id=without-brackets@shop.example", "without-brackets@shop.example",
         false, 0},
        {SHORT_ID ": message-id==?UTF-8?B?PDE5?=? =?UTF-8?B?MTIy?=",
         "=?UTF-8?B?PDE5?=? =?UTF-8?B?MTIy?=", false, 0},
        {SHORT_ID ": resent-message-id=<r@shop.example>", "r@shop.example", true, 0},
        /* cleanup's own make states the time of the queue, in UTC */
        {SHORT_ID ": message-id=<20261123152122." SHORT_ID "@h.example>",
         "20261123152122." SHORT_ID "@h.example", false, NOV_23},
        {SHORT_ID ": message-id=<20261323152122." SHORT_ID "@h.example>",
         "20261323152122." SHORT_ID "@h.example", false, 0},
        {SHORT_ID ": message-id=<20261123152122.BF206164262@h.example>",
         "20261123152122.BF206164262@h.example", false, 0},
        {LONG_ID ": message-id=<x@y.example>", "x@y.example", false, NOV_23},
        {LONG_ID ": message-id=<2026112315212x." LONG_ID "@h.example>",
         "2026112315212x." LONG_ID "@h.example", false, NOV_23},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_message("postfix/cleanup", rows[i].message);

        CHECK_ROW(i, event.kind == EVENT_MESSAGE_ID);
        if (event.kind != EVENT_MESSAGE_ID)
            continue;
        CHECK_STR(event.message_id.id, rows[i].id);
        CHECK_ROW(i, event.message_id.is_resent == rows[i].is_resent);
        CHECK_ROW(i, event.known_utc_s == rows[i].known_utc_s);
    }
}

static void
reads_what_is_queued(void)
{
    static const struct {
        const char *program, *message, *sender;
        int64_t size;
        int32_t count;
    } rows[] = {
        {"postfix/qmgr", "from=<anna@shop.example>, size=478, nrcpt=1 (queue active)",
         "anna@shop.example", 478, 1},
        {"postfix/qmgr", "from=<>, size=2210, nrcpt=1 (queue active)", "", 2210, 1},
        {"postfix/oqmgr", "from=<a@b.example>, size=0, nrcpt=5000 (queue active)", "a@b.example", 0,
         5000},
        {"postfix-out/qmgr", "from=<\"a b\"@c.example>, size=7, nrcpt=2 (queue active)",
         "\"a b\"@c.example", 7, 2},
        {"postfix/qmgr", "from=<a@b.example>, size=7, nrcpt=99999999999 (queue active)",
         "a@b.example", 7, INT32_MAX},
        /* Postfix before 3.5 logs a local part without its quotes */
        {"postfix/qmgr",
         "from=<x>, size=1, nrcpt=1 (queue active)@evil.example>, size=7, nrcpt=2 (queue active)",
         "x>, size=1, nrcpt=1 (queue active)@evil.example", 7, 2},
        {"postfix/qmgr", "from=<a@b.example>, status=expired, returned to sender", "a@b.example",
         -1, -1},
        {"postfix/qmgr", "from=<>, status=force-expired, returned to sender", "", -1, -1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char message[256];
        struct event event;

        (void)snprintf(message, sizeof(message), SHORT_ID ": %s", rows[i].message);
        event = read_message(rows[i].program, message);
        CHECK_ROW(i, event.kind == EVENT_QUEUED);
        if (event.kind != EVENT_QUEUED)
            continue;
        CHECK_STR(event.queue_id, SHORT_ID);
        CHECK_STR(event.queued.sender, rows[i].sender);
        CHECK_ROW(i, event.queued.size == rows[i].size);
        CHECK_ROW(i, event.queued.recipient_count == rows[i].count);
    }
}

struct delivery_row {
    const char *program, *message;
    enum delivery_status status;
    const char *recipient, *original, *host, *address;
    uint16_t port;
    bool is_local;
    int32_t delay_ms;
    const char *dsn, *reply;
    enum delivery_next next;
    const char *next_id;
};

static void
check_deliveries(const struct delivery_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct delivery_row *row = &rows[i];
        char message[512];
        struct event event;

        (void)snprintf(message, sizeof(message), SHORT_ID ": %s", row->message);
        event = read_message(row->program, message);
        CHECK_ROW(i, event.kind == EVENT_DELIVERY);
        if (event.kind != EVENT_DELIVERY)
            continue;
        CHECK_STR(event.queue_id, SHORT_ID);
        CHECK_ROW(i, event.delivery.status == row->status);
        CHECK_STR(event.delivery.recipient, row->recipient);
        CHECK_STR(event.delivery.original_recipient, row->original);
        CHECK_STR(event.delivery.relay_host, row->host);
        CHECK_STR(event.delivery.relay_address, row->address);
        CHECK_ROW(i, event.delivery.relay_port == row->port);
        CHECK_ROW(i, event.delivery.is_local == row->is_local);
        CHECK_ROW(i, event.delivery.delay_ms == row->delay_ms);
        CHECK_STR(event.delivery.dsn, row->dsn);
        CHECK_STR(event.delivery.reply, row->reply);
        CHECK_ROW(i, event.delivery.next == row->next);
        CHECK_STR(event.delivery.next_id, row->next_id);
        CHECK_ROW(i, event.delivery.controller_uid == -1);
    }
}

#define TO " from=<a@b.example> to=<c@d.example> proto=ESMTP helo=<h>"
#define TIMES "delay=0.15, delays=0.04/0/0.02/0.08, "

static void
reads_deliveries_of_every_daemon(void)
{
    static const struct delivery_row rows[] = {
        {"postfix/smtp",
         "to=<c@d.example>, relay=mx.d.example[192.0.2.9]:25, " TIMES
         "dsn=2.0.0, status=sent (250 2.0.0 Ok)",
         DELIVERY_SENT, "c@d.example", "", "mx.d.example", "192.0.2.9", 25, false, 150, "2.0.0",
         "250 2.0.0 Ok", NEXT_NONE, ""},
        {"postfix-out/smtp",
         "to=<c@d.example>, orig_to=<all@shop.example>, "
         "relay=mx.d.example[2001:db8::9]:25, conn_use=2, " TIMES
         "tls=may, dsn=4.7.1, status=deferred (host mx.d.example[2001:db8::9] said: 450 4.7.1 "
         "later (in reply to RCPT TO command))",
         DELIVERY_DEFERRED, "c@d.example", "all@shop.example", "mx.d.example", "2001:db8::9", 25,
         false, 150, "4.7.1",
         "host mx.d.example[2001:db8::9] said: 450 4.7.1 later (in reply to RCPT TO command)",
         NEXT_NONE, ""},
        {"postfix/relay/smtp",
         "to=<c@d.example>, relay=none, delay=63495, delays=63350/144/0/0, "
         "dsn=4.4.1, status=deferred (connect to mx.d.example[192.0.2.9]:25: Connection timed out)",
         DELIVERY_DEFERRED, "c@d.example", "", "none", "", 0, false, 63495000, "4.4.1",
         "connect to mx.d.example[192.0.2.9]:25: Connection timed out", NEXT_NONE, ""},
        {"postfix/smtp",
         "to=<c@d.example>, relay=mx.d.example[192.0.2.9]:25, " TIMES
         "dsn=5.1.1, status=bounced (host mx.d.example[192.0.2.9] said: 550 5.1.1 <c@d.example>: "
         "User unknown (in reply to RCPT TO command))",
         DELIVERY_BOUNCED, "c@d.example", "", "mx.d.example", "192.0.2.9", 25, false, 150, "5.1.1",
         "host mx.d.example[192.0.2.9] said: 550 5.1.1 <c@d.example>: User unknown (in reply to "
         "RCPT TO command)",
         NEXT_NONE, ""},
        {"postfix/smtp",
         "to=<c@d.example>, relay=mx.d.example[192.0.2.9]:25, " TIMES
         "dsn=4.1.1, status=SOFTBOUNCE (host said: 550)",
         DELIVERY_DEFERRED, "c@d.example", "", "mx.d.example", "192.0.2.9", 25, false, 150, "4.1.1",
         "host said: 550", NEXT_NONE, ""},
        {"postfix/lmtp",
         "to=<c@d.example>, relay=h.example[private/dovecot-lmtp], " TIMES
         "dsn=2.0.0, status=sent (250 2.0.0 <c@d.example> x Saved)",
         DELIVERY_SENT, "c@d.example", "", "h.example", "", 0, true, 150, "2.0.0",
         "250 2.0.0 <c@d.example> x Saved", NEXT_NONE, ""},
        {"postfix/lmtp",
         "to=<c@d.example>, relay=127.0.0.1[127.0.0.1]:24, " TIMES
         "dsn=2.0.0, status=sent (250 2.0.0 x Saved)",
         DELIVERY_SENT, "c@d.example", "", "127.0.0.1", "127.0.0.1", 24, false, 150, "2.0.0",
         "250 2.0.0 x Saved", NEXT_NONE, ""},
        {"postfix/local",
         "to=<c@d.example>, relay=local, " TIMES
         "dsn=2.0.0, status=sent (delivered to command: procmail -a \"$EXTENSION\")",
         DELIVERY_SENT, "c@d.example", "", "local", "", 0, true, 150, "2.0.0",
         "delivered to command: procmail -a \"$EXTENSION\"", NEXT_NONE, ""},
        {"postfix/virtual",
         "to=<c@d.example>, relay=virtual, " TIMES "dsn=2.0.0, status=sent (delivered to maildir)",
         DELIVERY_SENT, "c@d.example", "", "virtual", "", 0, true, 150, "2.0.0",
         "delivered to maildir", NEXT_NONE, ""},
        {"postfix/pipe",
         "to=<c@d.example>, relay=dovecot, " TIMES "dsn=5.1.1, status=bounced (user unknown)",
         DELIVERY_BOUNCED, "c@d.example", "", "dovecot", "", 0, true, 150, "5.1.1", "user unknown",
         NEXT_NONE, ""},
        {"postfix/error",
         "to=<c@d.example>, relay=none, " TIMES
         "dsn=5.1.1, status=bounced (User unknown in virtual alias table)",
         DELIVERY_BOUNCED, "c@d.example", "", "none", "", 0, false, 150, "5.1.1",
         "User unknown in virtual alias table", NEXT_NONE, ""},
        {"postfix/retry",
         "to=<c@d.example>, relay=none, " TIMES
         "dsn=4.3.0, status=deferred (mail transport unavailable)",
         DELIVERY_DEFERRED, "c@d.example", "", "none", "", 0, false, 150, "4.3.0",
         "mail transport unavailable", NEXT_NONE, ""},
        {"postfix/discard",
         "to=<c@d.example>, relay=none, " TIMES "dsn=2.0.0, status=sent (d.example)", DELIVERY_SENT,
         "c@d.example", "", "none", "", 0, false, 150, "2.0.0", "d.example", NEXT_NONE, ""},
        {"postfix/smtp",
         "to=<c@d.example>, relay=mx.d.example[192.0.2.9]:25, " TIMES
         "dsn=2.1.5, status=deliverable (250 2.1.5 Ok)",
         DELIVERY_OTHER, "c@d.example", "", "mx.d.example", "192.0.2.9", 25, false, 150, "2.1.5",
         "250 2.1.5 Ok", NEXT_NONE, ""},
        {"postfix/error",
         "to=<c@d.example>, relay=none, " TIMES
         "dsn=5.1.1, status=undeliverable-but-not-cached (User unknown)",
         DELIVERY_OTHER, "c@d.example", "", "none", "", 0, false, 150, "5.1.1", "User unknown",
         NEXT_NONE, ""},
        {"postfix/qmgr",
         "to=<c@d.example>, relay=none, " TIMES
         "dsn=4.4.1, status=deferred (delivery temporarily suspended)",
         DELIVERY_DEFERRED, "c@d.example", "", "none", "", 0, false, 150, "4.4.1",
         "delivery temporarily suspended", NEXT_NONE, ""},
        {"postfix/cleanup",
         "to=<c@d.example>, relay=none, " TIMES
         "dsn=5.4.6, status=bounced (unreasonable virtual_alias_maps map nesting)",
         DELIVERY_BOUNCED, "c@d.example", "", "none", "", 0, false, 150, "5.4.6",
         "unreasonable virtual_alias_maps map nesting", NEXT_NONE, ""},
        /* before Postfix 2.3 */
        {"postfix/smtp",
         "to=<c@d.example>, relay=mx.d.example[192.0.2.9], delay=1, status=sent "
         "(250 Ok: queued as BF206164262)",
         DELIVERY_SENT, "c@d.example", "", "mx.d.example", "192.0.2.9", 0, false, 1000, "",
         "250 Ok: queued as BF206164262", NEXT_QUEUED_AS, "BF206164262"},
        /* kept through HTML: without brackets */
        {"postfix/local",
         "to=anna@d.example, orig_to=root@localhost, relay=local, " TIMES
         "dsn=2.0.0, status=sent (delivered to mailbox)",
         DELIVERY_SENT, "anna@d.example", "root@localhost", "local", "", 0, true, 150, "2.0.0",
         "delivered to mailbox", NEXT_NONE, ""},
        /* numbers beyond reason */
        {"postfix/smtp",
         "to=<c@d.example>, relay=none, delay=9223372036854775807, dsn=4.0.0, "
         "status=deferred (x)",
         DELIVERY_DEFERRED, "c@d.example", "", "none", "", 0, false, -1, "4.0.0", "x", NEXT_NONE,
         ""},
        {"postfix/smtp",
         "to=<c@d.example>, relay=m[192.0.2.9]:99999999999, delay=x, dsn=4.0.0, "
         "status=deferred (x)",
         DELIVERY_DEFERRED, "c@d.example", "", "m", "192.0.2.9", 0, false, -1, "4.0.0", "x",
         NEXT_NONE, ""},
    };

    check_deliveries(rows, COUNT(rows));
}

#define SENT(program, relay, host, address, port, local, reply, next, id)                          \
    {                                                                                              \
        program, "to=<c@d.example>, relay=" relay ", " TIMES "dsn=2.0.0, status=sent (" reply ")", \
            DELIVERY_SENT, "c@d.example", "", host, address, port, local, 150, "2.0.0", reply,     \
            next, id                                                                               \
    }
#define FILTER(reply, id)                                                                          \
    SENT("postfix/amavis/smtp", "127.0.0.1[127.0.0.1]:10024", "127.0.0.1", "127.0.0.1", 10024,     \
         false, reply, NEXT_QUEUED_AS, id)
#define NO_NEXT(reply)                                                                             \
    SENT("postfix/smtp", "mx.d.example[192.0.2.9]:25", "mx.d.example", "192.0.2.9", 25, false,     \
         reply, NEXT_NONE, "")

/* The id under which the same mail goes on, on this host or the next one. */
static void
follows_the_next_id(void)
{
    static const struct delivery_row rows[] = {
        FILTER("250 2.0.0 Ok: queued as BF206164262", "BF206164262"),
        FILTER("250 2.0.0 Ok: queued as " LONG_ID, LONG_ID),
        FILTER("250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as BF206164262",
               "BF206164262"),
        FILTER("250 2.0.0 Ok, id=31619-02, from MTA([127.0.0.1]:10025): 250 2.0.0 Ok: queued as "
               "BF206164262.",
               "BF206164262"),
        SENT("postfix/local", "local", "local", "", 0, true, "forwarded as BF206164262",
             NEXT_FORWARDED_AS, "BF206164262"),
        SENT("postfix/virtual", "virtual", "virtual", "", 0, true, "forwarded as " LONG_ID,
             NEXT_FORWARDED_AS, LONG_ID),
        NO_NEXT("250 2.0.0 Ok: queued as 1b6f4e"),
        NO_NEXT("250 2.0.0 1wEQYa-00000000aDt-0lKr Message accepted for delivery"),
        NO_NEXT("250 2.6.0 <x@y.example> [InternalId=1] Queued mail for delivery"),
        NO_NEXT("250 2.0.0 queued as BF206164262 by the other server"),
        NO_NEXT("250 2.0.0 forwarded as BF206164262"),
        NO_NEXT(""),
        /* only what was sent goes on */
        {"postfix/smtp",
         "to=<c@d.example>, relay=m[192.0.2.9]:25, " TIMES
         "dsn=4.0.0, status=deferred (451 later: queued as BF206164262)",
         DELIVERY_DEFERRED, "c@d.example", "", "m", "192.0.2.9", 25, false, 150, "4.0.0",
         "451 later: queued as BF206164262", NEXT_NONE, ""},
    };

    check_deliveries(rows, COUNT(rows));
}

/* A filter before the queue: who, then under which id. The first line has no id yet. */
static void
reads_what_a_filter_took_before_the_queue(void)
{
    static const struct {
        const char *message, *next_id;
    } rows[] = {
        {"proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as BF206164262;" TO, "BF206164262"},
        {"NOQUEUE: proxy-accept: END-OF-MESSAGE: 250 2.0.0 from MTA(smtp:[127.0.0.1]:10013): 250 "
         "2.0.0 Ok: queued as " LONG_ID "; from=<\"; from=<x\"@b.example> to=<c@d.example>",
         LONG_ID},
    };
    struct event event =
        read_message("postfix/smtpd", "NOQUEUE: client=h.example[192.0.2.7], sasl_method=PLAIN, "
                                      "sasl_username=anna@shop.example");

    CHECK(event.kind == EVENT_ACCEPT && event.accept.via == ACCEPT_SMTP);
    CHECK_STR(event.queue_id, "");
    CHECK_STR(event.accept.client_address, "192.0.2.7");
    CHECK_STR(event.accept.login, "anna@shop.example");
    for (size_t i = 0; i < COUNT(rows); i++) {
        event = read_message("postfix/smtpd", rows[i].message);
        CHECK_ROW(i, event.kind == EVENT_DELIVERY && event.delivery.next == NEXT_QUEUED_AS);
        CHECK_STR(event.queue_id, "");
        CHECK_STR(event.delivery.next_id, rows[i].next_id);
    }
}

static void
reads_notices(void)
{
    static const struct {
        const char *message, *child;
    } rows[] = {
        {"sender non-delivery notification: BF206164262", "BF206164262"},
        {"sender delivery status notification: " LONG_ID, LONG_ID},
        {"sender delay notification: BF206164262", "BF206164262"},
        {"postmaster non-delivery notification: BF206164262", "BF206164262"},
        {"postmaster delay notification: BF206164262", "BF206164262"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char message[128];
        struct event event;

        (void)snprintf(message, sizeof(message), SHORT_ID ": %s", rows[i].message);
        event = read_message("postfix/bounce", message);
        CHECK_ROW(i, event.kind == EVENT_NOTICE);
        CHECK_STR(event.queue_id, SHORT_ID);
        if (event.kind == EVENT_NOTICE)
            CHECK_STR(event.notice.child_id, rows[i].child);
    }
}

/* --- what was refused, held, remarked --- */

struct refused_row {
    const char *program, *message;
    const char *queue_id, *host, *address, *sender, *recipient, *text;
    bool is_relay_denied;
};

#define DENIED "554 5.7.1 <c@d.example>: Relay access denied"

static void
reads_refusals(void)
{
    static const struct refused_row rows[] = {
        {"postfix/smtpd", "NOQUEUE: reject: RCPT from h.example[192.0.2.7]: " DENIED ";" TO, "",
         "h.example", "192.0.2.7", "a@b.example", "c@d.example", DENIED, true},
        {"postfix/submission/smtpd",
         SHORT_ID ": reject: RCPT from unknown[2001:db8::7]: 550 5.1.1 "
                  "<c@d.example>: Recipient address rejected: User unknown;" TO,
         SHORT_ID, "unknown", "2001:db8::7", "a@b.example", "c@d.example",
         "550 5.1.1 <c@d.example>: Recipient address rejected: User unknown", false},
        {"postfix/smtpd",
         "NOQUEUE: reject: RCPT from h.example[192.0.2.7]:51234: 450 4.7.1 x; "
         "from=<> to=<c@d.example> proto=SMTP helo=<h>",
         "", "h.example", "192.0.2.7", "", "c@d.example", "450 4.7.1 x", false},
        {"postfix/smtpd",
         "NOQUEUE: reject: VRFY from unknown[192.0.2.7]: " DENIED
         "; to=<c@d.example> proto=SMTP helo=<me>",
         "", "unknown", "192.0.2.7", "", "c@d.example", DENIED, true},
        {"postfix/smtpd",
         "NOQUEUE: reject: CONNECT from unknown[192.0.2.7]: 554 5.7.1 "
         "<unknown[192.0.2.7]>: Client host rejected: Access denied; proto=SMTP",
         "", "unknown", "192.0.2.7", "", "",
         "554 5.7.1 <unknown[192.0.2.7]>: Client host rejected: Access denied", false},
        {"postfix/smtpd",
         "NOQUEUE: reject: MAIL from h.example[192.0.2.7]: 552 5.3.4 Message size "
         "exceeds fixed limit; proto=ESMTP helo=<h>",
         "", "h.example", "192.0.2.7", "", "", "552 5.3.4 Message size exceeds fixed limit", false},
        {"postfix/smtpd",
         "NOQUEUE: discard: MAIL from h.example[192.0.2.7]: <a@b.example>: Sender "
         "address SPAM; from=<a@b.example> proto=ESMTP helo=<h>",
         "", "h.example", "192.0.2.7", "a@b.example", "", "<a@b.example>: Sender address SPAM",
         false},
        {"postfix/postscreen",
         "NOQUEUE: reject: RCPT from [192.0.2.7]:2413: 550 5.7.1 Service "
         "unavailable; client [192.0.2.7] blocked using dnsbl.example; from=<a@b.example>, "
         "to=<c@d.example>, proto=ESMTP, helo=<h>",
         "", "", "192.0.2.7", "a@b.example", "c@d.example",
         "550 5.7.1 Service unavailable; client [192.0.2.7] blocked using dnsbl.example", false},
        {"postfix/postscreen",
         "NOQUEUE: reject: CONNECT from [192.0.2.7]:1337: too many "
         "connections",
         "", "", "192.0.2.7", "", "", "too many connections", false},
        /* milters */
        {"postfix/smtpd",
         "NOQUEUE: milter-reject: RCPT from h.example[192.0.2.7]: 451 4.7.1 "
         "Greylisting;" TO,
         "", "h.example", "192.0.2.7", "a@b.example", "c@d.example", "451 4.7.1 Greylisting",
         false},
        {"postfix/cleanup",
         SHORT_ID ": milter-reject: END-OF-MESSAGE from h.example[192.0.2.7]: "
                  "5.7.1 Spam message rejected;" TO,
         SHORT_ID, "h.example", "192.0.2.7", "a@b.example", "c@d.example",
         "5.7.1 Spam message rejected", false},
        {"postfix/cleanup",
         SHORT_ID ": milter-reject: END-OF-MESSAGE from localhost[127.0.0.1]: "
                  "5.7.1 x; from=<a@b.example> to=<c@d.example>",
         SHORT_ID, "localhost", "127.0.0.1", "a@b.example", "c@d.example", "5.7.1 x", false},
        {"postfix/cleanup",
         SHORT_ID ": milter-discard: END-OF-MESSAGE from h.example[192.0.2.7]: "
                  "milter triggers DISCARD action;" TO,
         SHORT_ID, "h.example", "192.0.2.7", "a@b.example", "c@d.example",
         "milter triggers DISCARD action", false},
        /* before-queue filters */
        {"postfix/smtpd",
         "NOQUEUE: proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=1-02 - "
         "spam; from=<> to=<c@d.example> proto=SMTP helo=<h>",
         "", "", "", "", "c@d.example", "554 5.7.0 Reject, id=1-02 - spam", false},
        {"postfix/smtpd", "proxy-reject: END-OF-MESSAGE: ;" TO, "", "", "", "a@b.example",
         "c@d.example", "", false},
        /* header_checks and body_checks */
        {"postfix/cleanup",
         SHORT_ID ": reject: header Subject: buy now from h.example[192.0.2.7];" TO ": 5.7.1 no",
         SHORT_ID, "h.example", "192.0.2.7", "a@b.example", "c@d.example",
         "header Subject: buy now", false},
        {"postfix/cleanup",
         SHORT_ID ": discard: body viagra from local; from=<a@b.example> "
                  "to=<c@d.example>: x",
         SHORT_ID, "", "", "a@b.example", "c@d.example", "body viagra", false},
        {"postfix/cleanup",
         SHORT_ID ": milter-header-reject: header X-Spam: Yes from "
                  "h.example[192.0.2.7];" TO,
         SHORT_ID, "h.example", "192.0.2.7", "a@b.example", "c@d.example", "header X-Spam: Yes",
         false},
        /* what the client sent plays no other part */
        {"postfix/smtpd",
         "NOQUEUE: reject: RCPT from h.example[192.0.2.7]: 550 5.1.1 <\"Relay "
         "access denied\"@d.example>: User unknown;" TO,
         "", "h.example", "192.0.2.7", "a@b.example", "c@d.example",
         "550 5.1.1 <\"Relay access denied\"@d.example>: User unknown", false},
        {"postfix/smtpd",
         "NOQUEUE: reject: RCPT from h.example[192.0.2.7]: 554 x; "
         "from=<\"a> to=<z\"@b.example> to=<c@d.example> proto=ESMTP helo=<x from=<root>>",
         "", "h.example", "192.0.2.7", "\"a> to=<z\"@b.example", "c@d.example", "554 x", false},
        {"postfix/cleanup",
         SHORT_ID ": reject: header Subject: x from i.example[198.51.100.7]; "
                  "from=<z@z.example> from h.example[192.0.2.7];" TO ": 5.7.1 no",
         SHORT_ID, "", "", "z@z.example", "", "header Subject: x from i.example[198.51.100.7]",
         false},
        {"postfix/cleanup",
         SHORT_ID ": reject: header Subject: Relay access denied from local; "
                  "from=<a@b.example>",
         SHORT_ID, "", "", "a@b.example", "", "header Subject: Relay access denied", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct refused_row *row = &rows[i];
        struct event event = read_message(row->program, row->message);

        CHECK_ROW(i, event.kind == EVENT_REFUSED);
        if (event.kind != EVENT_REFUSED)
            continue;
        CHECK_STR(event.queue_id, row->queue_id);
        CHECK_STR(event.refused.client_host, row->host);
        CHECK_STR(event.refused.client_address, row->address);
        CHECK_STR(event.refused.sender, row->sender);
        CHECK_STR(event.refused.recipient, row->recipient);
        CHECK_STR(event.refused.text, row->text);
        CHECK_ROW(i, event.refused.is_relay_denied == row->is_relay_denied);
        CHECK_ROW(i, !event.refused.is_auth_failure && event.refused.login.len == 0);
    }
}

static void
reads_login_failures(void)
{
    static const struct {
        const char *message, *user, *client;
        uint32_t attempts;
    } rows[] = {
        {"warning: h.example[192.0.2.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6", "",
         "192.0.2.7", 1},
        {"warning: unknown[2001:db8::7]: SASL PLAIN authentication failed: authentication failure",
         "", "2001:db8::7", 1},
        {"warning: unknown[192.0.2.7]: SASL LOGIN authentication failed: (reason unavailable), "
         "sasl_username=anna@shop.example",
         "anna@shop.example", "192.0.2.7", 1},
        {"warning: unknown[192.0.2.7]: SASL LOGIN authentication failed: x, sasl_username=an na, "
         "sasl_username=root",
         "an na, sasl_username=root", "192.0.2.7", 1},
        {"warning: unknown[192.0.2.7]:51234: SASL LOGIN authentication failed: x", "", "192.0.2.7",
         1},
        {"warning: unknown[192.0.2.7]: SASL CRAM-MD5 authentication failure: x", "", "192.0.2.7",
         1},
        {"disconnect from unknown[192.0.2.7] ehlo=1 auth=0/1 commands=1/2", "", "192.0.2.7", 1},
        {"disconnect from h.example[2001:db8::7]:51234 ehlo=2 starttls=1 auth=0/12 quit=1 "
         "commands=4/16",
         "", "2001:db8::7", 12},
        {"disconnect from unknown[192.0.2.7] auth=0/99999999 commands=1", "", "192.0.2.7", 1000},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_message("postfix/submission/smtpd", rows[i].message);

        CHECK_ROW(i, event.kind == EVENT_LOGIN);
        if (event.kind != EVENT_LOGIN)
            continue;
        CHECK_STR(event.login.service, "smtp");
        CHECK_STR(event.login.user, rows[i].user);
        CHECK_STR(event.login.client, rows[i].client);
        CHECK_ROW(i, event.login.attempts == rows[i].attempts);
        CHECK_ROW(i, !event.login.is_success);
    }
}

#define REMOTE                                                                                     \
    " from h.example[192.0.2.7]; from=<a@b.example> to=<c@d.example> proto=ESMTP helo=<h>"
#define LOCAL " from local; from=<a@b.example> to=<c@d.example>"

static void
reads_headers(void)
{
    static const struct {
        const char *message, *name, *value;
    } rows[] = {
        {"info: header X-PHP-Originating-Script: 33:x.php" LOCAL, "X-PHP-Originating-Script",
         "33:x.php"},
        {"info: header Subject: Gr=C3=BC?=? =?utf-8?Q?_?=" LOCAL, "Subject",
         "Gr=C3=BC?=? =?utf-8?Q?_?="},
        {"warning: header Subject: https://shop.example/?a=b" REMOTE, "Subject",
         "https://shop.example/?a=b"},
        {"warning: header Subject: greetings from Rome" REMOTE, "Subject", "greetings from Rome"},
        {"warning: header Subject: " REMOTE, "Subject", ""},
        {"prepend: header X-Spam-Status: Yes" REMOTE ": X-Spam: Yes", "X-Spam-Status", "Yes"},
        {"filter: header Subject: x" LOCAL ": smtp:[127.0.0.1]", "Subject", "x"},
        {"replace: header Subject: x" LOCAL ": Subject: y", "Subject", "x"},
        {"redirect: header Subject: x" LOCAL ": z@z.example", "Subject", "x"},
        {"strip: header Subject: x" LOCAL, "Subject", "x"},
        {"bcc: header Subject: x" LOCAL ": z@z.example", "Subject", "x"},
        /* text that looks like another header or field stays the subject's own */
        {"info: header Subject: X-PHP-Originating-Script: 0:root.php" LOCAL, "Subject",
         "X-PHP-Originating-Script: 0:root.php"},
        {"info: header Subject: uid=0 from=<root>" LOCAL, "Subject", "uid=0 from=<root>"},
        {"info: header Subject: client=i.example[198.51.100.7]" REMOTE, "Subject",
         "client=i.example[198.51.100.7]"},
        /* cut, or of another make */
        {"info: header Subject: cut off here", "Subject", "cut off here"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char message[512];
        struct event event;

        (void)snprintf(message, sizeof(message), SHORT_ID ": %s", rows[i].message);
        event = read_message("postfix/cleanup", message);
        CHECK_ROW(i, event.kind == EVENT_HEADER);
        CHECK_STR(event.queue_id, SHORT_ID);
        if (event.kind != EVENT_HEADER)
            continue;
        CHECK_STR(event.header.name, rows[i].name);
        CHECK_STR(event.header.value, rows[i].value);
    }
}

/* --- lines that only have a kind --- */

static void
knows_the_rest_of_every_daemon(void)
{
    static const struct {
        const char *program, *message;
        enum event_kind kind;
        const char *queue_id;
    } rows[] = {
        {"postfix/qmgr", SHORT_ID ": removed", EVENT_REMOVED, SHORT_ID},
        {"postfix/postsuper", SHORT_ID ": removed", EVENT_REMOVED, SHORT_ID},
        {"postfix/postsuper", SHORT_ID ": placed on hold", EVENT_HOLD, SHORT_ID},
        {"postfix/postsuper", SHORT_ID ": released from hold", EVENT_NONE, SHORT_ID},
        {"postfix/postsuper", SHORT_ID ": requeued", EVENT_NONE, SHORT_ID},
        {"postfix/postsuper", SHORT_ID ": expired", EVENT_NONE, SHORT_ID},
        {"postfix/postsuper", "Deleted: 115 messages", EVENT_NONE, ""},
        {"postfix/postsuper", "Requeued: 1 message", EVENT_NONE, ""},
        {"postfix/postsuper", "Placed on hold: 67 messages", EVENT_NONE, ""},
        {"postfix/postsuper", "Released from hold: 13 messages", EVENT_NONE, ""},
        {"postfix/cleanup", SHORT_ID ": milter-hold: END-OF-MESSAGE" REMOTE ": x", EVENT_HOLD,
         SHORT_ID},
        {"postfix/cleanup", SHORT_ID ": hold: header Subject: x" LOCAL ": y", EVENT_HOLD, SHORT_ID},
        {"postfix/smtpd", SHORT_ID ": hold: RCPT" REMOTE, EVENT_HOLD, SHORT_ID},
        {"postfix/cleanup", SHORT_ID ": milter-header-hold: header X: y" REMOTE, EVENT_HOLD,
         SHORT_ID},
        {"postfix/cleanup", SHORT_ID ": milter-header-redirect: header X: y" REMOTE ": z@z.example",
         EVENT_NONE, SHORT_ID},
        {"postfix/cleanup", "warning: " SHORT_ID ": sender_canonical_maps map lookup problem",
         EVENT_NONE, SHORT_ID},
        {"postfix/cleanup", "warning: dict_ldap_get_values[1]: DN uid=x,ou=y not found", EVENT_NONE,
         ""},
        {"postfix/cleanup", SHORT_ID ": table hash:/etc/aliases(0,lock) has changed", EVENT_NONE,
         SHORT_ID},
        {"postfix/qmgr", SHORT_ID ": skipped, still being delivered", EVENT_NONE, SHORT_ID},
        {"postfix/qmgr",
         "warning: mail for d.example is using up 4001 of 5000 active queue entries", EVENT_NONE,
         ""},
        {"postfix/smtp", SHORT_ID ": host mx[192.0.2.9] said: 450 4.7.1 x (in reply to RCPT TO)",
         EVENT_NONE, SHORT_ID},
        {"postfix/smtp", SHORT_ID ": host mx[192.0.2.9] refused to talk to me: 450 x", EVENT_NONE,
         SHORT_ID},
        {"postfix/smtp", SHORT_ID ": lost connection with mx[192.0.2.9] while sending RCPT TO",
         EVENT_NONE, SHORT_ID},
        {"postfix/smtp", SHORT_ID ": conversation with mx[192.0.2.9] timed out", EVENT_NONE,
         SHORT_ID},
        {"postfix/smtp", SHORT_ID ": SASL authentication failed; server mx[192.0.2.9] said: 535 x",
         EVENT_NONE, SHORT_ID},
        {"postfix/smtp", SHORT_ID ": enabling PIX workarounds: x for mx[192.0.2.9]:25", EVENT_NONE,
         SHORT_ID},
        {"postfix/smtp", "connect to mx[192.0.2.9]:25: Connection timed out", EVENT_NONE, ""},
        {"postfix/smtp", "Untrusted TLS connection established to mx[192.0.2.9]:25: TLSv1.3",
         EVENT_NONE, ""},
        {"postfix/smtp", "SSL_connect error to mx[192.0.2.9]:25: -1", EVENT_NONE, ""},
        {"postfix/smtp", "warning: host mx[192.0.2.9]:25 greeted me with my own hostname",
         EVENT_NONE, ""},
        {"postfix/smtpd", "connect from unknown[192.0.2.7]", EVENT_NONE, ""},
        {"postfix/smtpd", "disconnect from unknown[192.0.2.7]", EVENT_NONE, ""},
        {"postfix/smtpd", "disconnect from unknown[unknown] commands=0/0", EVENT_NONE, ""},
        {"postfix/smtpd", "disconnect from h[192.0.2.7] ehlo=1 auth=1 mail=1 quit=1 commands=4",
         EVENT_NONE, ""},
        {"postfix/smtpd", "disconnect from h[192.0.2.7] ehlo=1 auth=0 quit=1 commands=2/3",
         EVENT_NONE, ""},
        {"postfix/smtpd", "lost connection after AUTH from unknown[192.0.2.7]", EVENT_NONE, ""},
        {"postfix/smtpd", "timeout after DATA (0 bytes) from unknown[192.0.2.7]", EVENT_NONE, ""},
        {"postfix/smtpd", "too many errors after RCPT from unknown[192.0.2.7]", EVENT_NONE, ""},
        {"postfix/smtpd", "improper command pipelining after EHLO from h[192.0.2.7]: MAIL FROM:<>",
         EVENT_NONE, ""},
        {"postfix/smtpd", "bare <LF> received after CONNECT from h[192.0.2.7]", EVENT_NONE, ""},
        {"postfix/smtpd", "Anonymous TLS connection established from h[192.0.2.7]: TLSv1.3",
         EVENT_NONE, ""},
        {"postfix/smtpd", "SSL_accept error from unknown[192.0.2.7]: lost connection", EVENT_NONE,
         ""},
        {"postfix/smtpd", "warning: hostname h.example does not resolve to address 192.0.2.7",
         EVENT_NONE, ""},
        {"postfix/smtpd", "warning: non-SMTP command from unknown[192.0.2.7]: GET / HTTP/1.1",
         EVENT_NONE, ""},
        {"postfix/smtpd",
         "warning: non-SMTP command from unknown[192.0.2.7]: SASL LOGIN authentication failed: x, "
         "sasl_username=anna",
         EVENT_NONE, ""},
        {"postfix/smtpd", "warning: Illegal address syntax from unknown[192.0.2.7] in RCPT command",
         EVENT_NONE, ""},
        {"postfix/smtpd", "NOQUEUE: reject_warning: RCPT" REMOTE, EVENT_NONE, ""},
        {"postfix/smtpd", "NOQUEUE: filter: RCPT" REMOTE, EVENT_NONE, ""},
        {"postfix/smtpd", "NOQUEUE: warn: RCPT" REMOTE, EVENT_NONE, ""},
        {"postfix/smtpd", "discarding EHLO keywords: CHUNKING", EVENT_NONE, ""},
        /* a filter before the queue: neither line has an id of its own */
        {"postfix/smtpd", "NOQUEUE: client=h.example[192.0.2.7], sasl_username=anna", EVENT_ACCEPT,
         ""},
        {"postfix/smtpd",
         "proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as BF206164262; from=<a@b.example>",
         EVENT_DELIVERY, ""},
        {"postfix/smtpd", "proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok; from=<a@b.example>",
         EVENT_NONE, ""},
        {"postfix/pickup", "warning: " SHORT_ID ": message has been queued for 2 days", EVENT_NONE,
         SHORT_ID},
        {"postfix/local", "warning: dict_nis_init: NIS domain name not set", EVENT_NONE, ""},
        {"postfix/error", "warning: x", EVENT_NONE, ""},
        {"postfix/bounce", "warning: x", EVENT_NONE, ""},
        {"postfix/sendmail", "fatal: www-data(33): No recipient addresses found in message header",
         EVENT_NONE, ""},
        {"postfix/postdrop", "warning: uid=0: File too large", EVENT_NONE, ""},
        {"postfix/postscreen", "CONNECT from [192.0.2.7]:53024 to [192.0.2.1]:25", EVENT_NONE, ""},
        {"postfix/postscreen", "PASS NEW [192.0.2.7]:53024", EVENT_NONE, ""},
        {"postfix/postscreen", "ALLOWLIST VETO [192.0.2.7]:53024", EVENT_NONE, ""},
        {"postfix/postscreen", "PREGREET 6 after 1.2 from [192.0.2.7]:53024: RSET\\r\\n",
         EVENT_NONE, ""},
        {"postfix/postscreen", "NON-SMTP COMMAND from [192.0.2.7]:1 after CONNECT: uid=0 from=<r>",
         EVENT_NONE, ""},
        {"postfix/dnsblog", "addr 192.0.2.7 listed by domain dnsbl.example as 127.0.0.2",
         EVENT_NONE, ""},
        {"postfix/anvil", "statistics: max connection rate 1/60s for (smtpd:192.0.2.7) at Nov 23",
         EVENT_NONE, ""},
        {"postfix/scache", "statistics: domain lookup hits=0 miss=1 success=0%", EVENT_NONE, ""},
        {"postfix/tlsproxy", "CONNECT from [192.0.2.7]:53024", EVENT_NONE, ""},
        {"postfix/tlsmgr", "warning: x", EVENT_NONE, ""},
        {"postfix/verify", "cache lmdb:/x full cleanup: retained=724 dropped=6 entries", EVENT_NONE,
         ""},
        {"postfix/trivial-rewrite", "warning: virtual_alias_domains lookup failure", EVENT_NONE,
         ""},
        {"postfix/master", "daemon started -- version 3.7.11, configuration /etc/postfix",
         EVENT_NONE, ""},
        {"postfix/postfix-script", "starting the Postfix mail system", EVENT_NONE, ""},
        {"postfix/policy-spf", "Policy action=PREPEND Received-SPF: pass", EVENT_NONE, ""},
        /* not understood, and said so */
        {"postfix/smtpd", "something that Postfix never said", EVENT_UNKNOWN, ""},
        {"postfix/smtp", SHORT_ID ": to=<c@d.example>, relay=cut", EVENT_UNKNOWN, SHORT_ID},
        {"postfix/qmgr", SHORT_ID ": from=<cut", EVENT_UNKNOWN, SHORT_ID},
        {"postfix/bounce", SHORT_ID ": sender non-delivery notification: cut", EVENT_UNKNOWN,
         SHORT_ID},
        {"postfix/smtpd", "", EVENT_UNKNOWN, ""},
        {"postfix/smtpd", ":", EVENT_UNKNOWN, ""},
        {"postfix/smtpd", SHORT_ID ":client=no-blank[192.0.2.7]", EVENT_UNKNOWN, ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_message(rows[i].program, rows[i].message);

        CHECK_ROW(i, event.kind == rows[i].kind);
        CHECK_STR(event.queue_id, rows[i].queue_id);
    }
}

/* What a client can choose, wherever it is logged, never makes a line an origin. */
static void
takes_no_origin_from_a_clients_text(void)
{
    static const char *const lines[] = {
        "NOQUEUE: reject: RCPT from h[192.0.2.7]: 554 x; from=<" SHORT_ID ": uid=0 from=<root>> "
        "to=<c@d.example> proto=ESMTP helo=<" SHORT_ID ": client=i[198.51.100.7]>",
        "warning: non-SMTP command from h[192.0.2.7]: " SHORT_ID ": uid=0 from=<root>",
        "improper command pipelining after HELO from h[192.0.2.7]: " SHORT_ID ": uid=0 from=<root>",
        "warning: Illegal address syntax from h[192.0.2.7] in MAIL command: <" SHORT_ID ": uid=0>",
        SHORT_ID ": message-id=<x> uid=0 from=<root>",
        SHORT_ID ": warning: header Subject: " SHORT_ID ": uid=0 from=<root>" REMOTE,
        SHORT_ID ": from=<uid=0 from=<root>>, size=1, nrcpt=1 (queue active)",
        SHORT_ID ": to=<client=i[198.51.100.7]>, relay=none, delay=0, dsn=5.0.0, status=bounced "
                 "(uid=0 from=<root>)",
        "uid=0 from=<root>",
        "client=i.example[198.51.100.7]",
        "x " SHORT_ID ": uid=0 from=<root>",
        "warning: " SHORT_ID ": uid=0 from=<root>",
    };

    for (size_t i = 0; i < COUNT(lines); i++)
        CHECK_ROW(i, read_message("postfix/smtpd", lines[i]).kind != EVENT_ACCEPT);
}

/* A quoted local part may hold what looks like the fields behind it. */
static void
passes_over_quoted_addresses(void)
{
    static const struct delivery_row rows[] = {
        {"postfix/smtp",
         "to=<\"x>, relay=evil[198.51.100.7]:25, status=sent (250)\"@d.example>, "
         "relay=none, " TIMES "dsn=5.1.2, status=bounced (x)",
         DELIVERY_BOUNCED, "\"x>, relay=evil[198.51.100.7]:25, status=sent (250)\"@d.example", "",
         "none", "", 0, false, 150, "5.1.2", "x", NEXT_NONE, ""},
        {"postfix/smtp",
         "to=<c@d.example>, orig_to=<\"x>, relay=evil\"@s.example>, relay=none, " TIMES
         "dsn=5.1.2, status=bounced (x)",
         DELIVERY_BOUNCED, "c@d.example", "\"x>, relay=evil\"@s.example", "none", "", 0, false, 150,
         "5.1.2", "x", NEXT_NONE, ""},
        {"postfix/smtp",
         "to=<\"a\\\">, orig_to=<b\"@d.example>, relay=none, " TIMES
         "dsn=5.1.2, status=bounced (x)",
         DELIVERY_BOUNCED, "\"a\\\">, orig_to=<b\"@d.example", "", "none", "", 0, false, 150,
         "5.1.2", "x", NEXT_NONE, ""},
        /* a reply is the other server's text */
        {"postfix/smtp",
         "to=<c@d.example>, relay=m[192.0.2.9]:25, " TIMES
         "dsn=5.1.2, status=bounced (550 >, orig_to=<z@z.example>, relay=local, status=sent (x))",
         DELIVERY_BOUNCED, "c@d.example", "", "m", "192.0.2.9", 25, false, 150, "5.1.2",
         "550 >, orig_to=<z@z.example>, relay=local, status=sent (x)", NEXT_NONE, ""},
    };

    check_deliveries(rows, COUNT(rows));
}

/* --- queue ids --- */

static void
decodes_queue_ids(void)
{
    static const struct {
        const char *id;
        bool is_id;
        int32_t us;    /* -1: none */
        int64_t utc_s; /* 0: none */
    } rows[] = {
        {SHORT_ID, true, 123456, 0},
        {"F423F9", true, 999999, 0},
        {"00000164263", true, 0, 0},
        {"F42409", true, -1, 0}, /* a million microseconds and one digit */
        {"ED06590130AA1C9D6D862", true, 970853, 0},
        {LONG_ID, true, 123456, NOV_23},
        {"4jY8mL0000z1", true, 0, NOV_23},
        {"4f4lZ375plz1yZc", true, 999999, 1770080523},
        {"2clyTC0005z1V", true, 5, 0}, /* the year 2001, before any Postfix had long ids */
        {"12345", false, -1, 0},
        {"1234567890123456789012345", false, -1, 0},
        {"NOQUEUE", false, -1, 0},
        {"warning", false, -1, 0},
        {"1b6f4e", false, -1, 0},                  /* hexadecimal is upper case */
        {"4jY8mL0sf8a9HdB", false, -1, 0},         /* vowels are in no id */
        {"4jY8mL0sf9HdB", false, -1, 0},           /* no z */
        {"1wEQYa-00000000aDt-0lKr", false, -1, 0}, /* Exim's */
        {"", false, -1, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str id = str_from_cstr(rows[i].id);
        int32_t us = -1;
        int64_t utc_s = 0;

        CHECK_ROW(i, postfix_is_queue_id(id) == rows[i].is_id);
        CHECK_ROW(i, postfix_queue_id_micros(id, &us) == (rows[i].us >= 0));
        CHECK_ROW(i, us == rows[i].us);
        CHECK_ROW(i, postfix_queue_id_time(id, &utc_s) == (rows[i].utc_s > 0));
        CHECK_ROW(i, utc_s == rows[i].utc_s);
    }
}

/* An origin line under a long id tells the year that its RFC 3164 stamp lacks. */
static void
knows_the_time_of_long_ids(void)
{
    static const struct {
        const char *message;
        int64_t known_utc_s;
    } rows[] = {
        {LONG_ID ": client=h.example[192.0.2.7]", NOV_23},
        {LONG_ID ": uid=33 from=<www-data>", NOV_23},
        {SHORT_ID ": client=h.example[192.0.2.7]", 0},
        {SHORT_ID ": uid=33 from=<www-data>", 0},
        {LONG_ID ": removed", 0}, /* days later, maybe */
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_message("postfix/smtpd", rows[i].message);

        CHECK_ROW(i, event.known_utc_s == rows[i].known_utc_s);
    }
}

/* Every beginning of a line, as syslog may cut it, and NULs inside. */
static void
bears_cut_lines(void)
{
    static const char *const lines[] = {
        SHORT_ID ": client=h[192.0.2.7]:1, sasl_method=PLAIN, sasl_username=a, sasl_sender=b, "
                 "orig_queue_id=BF206164262, orig_client=i[198.51.100.7]",
        SHORT_ID ": uid=33 from=<\"a\\\"b\"@c> orig_id=BF206164262",
        SHORT_ID ": to=<\"a\"@b>, orig_to=<c>, relay=m[192.0.2.9]:25, delay=0.15, dsn=2.0.0, "
                 "status=sent (250 Ok: queued as BF206164262)",
        SHORT_ID ": reject: header Subject: x from h[192.0.2.7]; from=<a> to=<b>: y",
        "NOQUEUE: reject: RCPT from h[192.0.2.7]: 554 x; from=<a>, to=<b>, proto=SMTP",
        SHORT_ID ": info: header X: y from h[192.0.2.7]; from=<a>",
    };
    char bytes[256];

    for (size_t i = 0; i < COUNT(lines); i++) {
        size_t whole = strlen(lines[i]);

        for (size_t len = 0; len <= whole; len++) {
            memcpy(bytes, lines[i], len);
            CHECK_ROW(i,
                      read_bytes("postfix/smtpd", (struct str){bytes, len}).kind <= EVENT_REPEAT);
            if (len)
                bytes[len / 2] = '\0';
            CHECK_ROW(i,
                      read_bytes("postfix/smtpd", (struct str){bytes, len}).kind <= EVENT_REPEAT);
        }
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads what pickup took", reads_what_pickup_took},
        {"reads what smtpd took", reads_what_smtpd_took},
        {"reads message-ids", reads_message_ids},
        {"reads what is queued", reads_what_is_queued},
        {"reads deliveries of every daemon", reads_deliveries_of_every_daemon},
        {"follows the next id", follows_the_next_id},
        {"reads what a filter took before the queue", reads_what_a_filter_took_before_the_queue},
        {"reads notices", reads_notices},
        {"reads refusals", reads_refusals},
        {"reads login failures", reads_login_failures},
        {"reads headers", reads_headers},
        {"knows the rest of every daemon", knows_the_rest_of_every_daemon},
        {"takes no origin from a client's text", takes_no_origin_from_a_clients_text},
        {"passes over quoted addresses", passes_over_quoted_addresses},
        {"decodes queue ids", decodes_queue_ids},
        {"knows the time of long ids", knows_the_time_of_long_ids},
        {"bears cut lines", bears_cut_lines},
    };

    return tap_main(cases, COUNT(cases));
}
