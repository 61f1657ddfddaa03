/*
 * The join: which lines belong to one mail, which mails are one, and when it was.
 * Each case is named after what it guards against.
 */

#include "base/buf.h"
#include "base/civil.h"
#include "trace_run.h"

#include "tap.h"

#define P(text) "Nov 23 15:21:22 web7 postfix/" text "\n"

/* A mail's life under an id, handed in by a local user. */
#define LIFE(id, uid, to)                                                                          \
    P("pickup[5]: " id ": uid=" uid " from=<web>")                                                 \
    P("cleanup[6]: " id ": message-id=<" id "@web7.example>")                                      \
    P("qmgr[7]: " id ": from=<web@web7.example>, size=400, nrcpt=1 (queue active)")                \
    P("smtp[8]: " id ": to=<" to ">, relay=mx.example[198.51.100.7]:25, delay=0.2, "               \
      "delays=0/0/0/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 77)")
#define REMOVED(id) P("qmgr[7]: " id ": removed")

static struct run
trace_one(const char *text)
{
    struct run_log log = {.path = "mail.log", .text = text};

    return run_trace((struct trace_options){.zone = STR("UTC")}, &log, 1, NULL, 0);
}

/* Whether some sentence about the message holds `words`. */
static bool
explains(const struct run *run, const char *queue_id, const char *words)
{
    const struct str *sentences;
    uint32_t count = trace_explain(run->trace, str_from_cstr(queue_id), run->arena, &sentences);

    for (uint32_t i = 0; i < count; i++) {
        if (str_has(sentences[i], str_from_cstr(words)))
            return true;
    }
    return false;
}

/* How many of the mails A1B2C30, A1B2C31, .. PHP's logs bind to the script. */
static int
count_stated(const char *mails, const char *older, const char *newer)
{
    struct run_log logs[] = {
        {.path = "mail.log", .text = mails},
        {.path = "php-mail.log.1", .text = older},
        {.path = "php-mail.log", .text = newer},
    };
    struct run run =
        run_trace((struct trace_options){.zone = STR("UTC")}, logs, COUNT(logs), NULL, 0);
    char id[] = "A1B2C30";
    int count = 0;

    for (; id[6] <= '9'; id[6]++)
        count += explains(&run, id, "states that /srv/shop/contact.php made it");
    run_done(&run);
    return count;
}

#define CALL(reply_to)                                                                             \
    "[23-Nov-2026 15:21:22 UTC] mail() on [/srv/shop/contact.php:4]: To: sales@shop.example -- "   \
    "Headers: Reply-To: " reply_to " -- Subject: Hi\n"

static void
call_that_two_logs_hold_counts_once(void)
{
#define TO_SALES(id) LIFE(id, "1001", "sales@shop.example")
    static const char mails[] =
        TO_SALES("A1B2C30") TO_SALES("A1B2C31") TO_SALES("A1B2C32") TO_SALES("A1B2C33");
    static const struct {
        const char *older, *newer;
        int count;
    } rows[] = {
        /* one second of one form, which logrotate cut in two */
        {CALL("a@one.example") CALL("b@two.example"), CALL("c@two.example") CALL("d@two.example"),
         4},
        /* copytruncate left the end of the older log in the newer one */
        {CALL("a@one.example") CALL("b@two.example"), CALL("b@two.example") CALL("c@two.example"),
         3},
        /* those that look alike within a log are as many as the log says */
        {CALL("a@one.example") CALL("a@one.example"), CALL("a@one.example") CALL("a@one.example"),
         2},
        {CALL("a@one.example") CALL("a@one.example") CALL("a@one.example"), CALL("a@one.example"),
         3},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, count_stated(mails, rows[i].older, rows[i].newer) == rows[i].count);
#undef TO_SALES
}

/* --- ids --- */

static void
short_id_used_again_is_another_mail(void)
{
    /* Copies of a line are taken for copies only where the origin is the same as well. */
    struct run run = trace_one(LIFE("A1B2C3D", "1001", "a@one.example") REMOVED("A1B2C3D")
                                   LIFE("A1B2C3D", "1002", "b@two.example") REMOVED("A1B2C3D"));

    CHECK(run.result.messages_total == 2);
    CHECK(explains(&run, "A1B2C3D", "uid 1001"));
    CHECK(explains(&run, "A1B2C3D", "uid 1002"));
    run_done(&run);
}

static void
removed_line_missing_before_reuse(void)
{
    struct run run = trace_one(LIFE("A1B2C3D", "1001", "a@one.example")
                                   LIFE("A1B2C3D", "1002", "b@two.example"));

    CHECK(run.result.messages_total == 2);
    run_done(&run);
}

static void
log_that_begins_in_the_middle(void)
{
    struct run run = trace_one(
        P("smtp[8]: A1B2C3D: to=<a@one.example>, relay=mx.example[198.51.100.7]:25, delay=9, "
          "delays=0/0/0/9, dsn=2.0.0, status=sent (250 ok)") REMOVED("A1B2C3D"));

    CHECK(run.result.messages_total == 1);
    CHECK(explains(&run, "A1B2C3D", "no line that says where it came from"));
    CHECK(run.result.note_count > 0 && str_has(run.result.notes[0], STR("older, rotated log")));
    run_done(&run);
}

static void
instances_share_no_ids(void)
{
    struct run run =
        trace_one(P("pickup[5]: A1B2C3D: uid=1001 from=<web>") "Nov 23 15:21:22 web7 "
                                                               "postfix-out/smtpd[9]: A1B2C3D: "
                                                               "client=unknown[203.0.113.9]\n" P(
                                                                   "qmgr[7]: A1B2C3D: "
                                                                   "from=<web@web7.example>, "
                                                                   "size=400, nrcpt=1 (queue "
                                                                   "active)") "Nov 23 15:21:22 "
                                                                              "web7 "
                                                                              "postfix-out/"
                                                                              "qmgr[7]: A1B2C3D: "
                                                                              "from=<x@y.example>, "
                                                                              "size=9, nrcpt=1 "
                                                                              "(queue active)\n");

    CHECK(run.result.messages_total == 2);
    run_done(&run);
}

static void
exim_ids_old_and_new_in_one_log(void)
{
    struct run run = trace_one(
        "2026-11-23 15:21:22 1vNDsA-0001a2-Xy <= web@web7 U=web P=local S=400\n"
        "2026-11-23 15:21:22 1vNDsA-0001a2-Xy => a@one.example R=dnslookup T=remote_smtp "
        "H=mx.example [198.51.100.7] C=\"250 ok\"\n"
        "2026-11-23 15:21:22 1vNDsA-0001a2-Xy Completed\n"
        "2026-11-23 15:21:23 1vNDsB-00000000001-0abc <= web@web7 U=web P=local S=400\n"
        "2026-11-23 15:21:23 1vNDsB-00000000001-0abc => b@two.example R=dnslookup T=remote_smtp "
        "H=mx.example [198.51.100.7] C=\"250 ok\"\n"
        "2026-11-23 15:21:23 1vNDsB-00000000001-0abc Completed\n");

    CHECK(run.result.messages_total == 2 && run.result.messages_outgoing == 2);
    CHECK(explains(&run, "1vNDsB-00000000001-0abc", "user web"));
    run_done(&run);
}

#define EXIM(pid, text) "2026-11-23 15:21:22.1 [" pid "] " text "\n"
#define EXIM_LIFE(pid, id)                                                                         \
    EXIM(pid, id " <= web@web7 U=web P=local S=400")                                               \
    EXIM(pid, id " => a@one.example R=out T=smtp H=mx.example [198.51.100.7] C=\"250 ok\"")        \
    EXIM(pid, id " Completed")

/* Exim logs no id with cwd=: with processes the pid joins it, whatever comes in between. */
static void
exim_folders_follow_their_process(void)
{
    struct run run = trace_one(
        EXIM("71", "cwd=/srv/shop 3 args: /usr/sbin/sendmail -t -i")
            EXIM("72", "cwd=/srv/blog 3 args: /usr/sbin/sendmail -t -i")
                EXIM("60", "cwd=/var/spool/exim4 3 args: /usr/sbin/exim4 -Mc 1vNDsA-0001a1-Xy")
                    EXIM_LIFE("71", "1vNDsA-0001a2-Xy") EXIM_LIFE("72", "1vNDsA-0001a3-Xy")
                        EXIM_LIFE("73", "1vNDsA-0001a4-Xy"));

    CHECK(explains(&run, "1vNDsA-0001a2-Xy", "/srv/shop"));
    CHECK(explains(&run, "1vNDsA-0001a3-Xy", "/srv/blog"));
    CHECK(!explains(&run, "1vNDsA-0001a4-Xy", "/srv/"));
    CHECK(!explains(&run, "1vNDsA-0001a2-Xy", "/var/spool"));
    run_done(&run);
}

#define Q(text) "Nov 23 15:21:22 web7 qmail: 1795447282.486 " text "\n"
#define QMAIL_IN(id, process, uid, sender)                                                         \
    Q("new msg " id) Q("info msg " id ": bytes 400 from <" sender "> qp " process " uid " uid)
#define QMAIL_OUT(number, id, to, how)                                                             \
    Q("starting delivery " number ": msg " id " to " to) Q("delivery " number ": " how)

/* An inode means another mail after "end msg", a delivery's number after it ended. */
static void
qmail_numbers_used_again(void)
{
    struct run run = trace_one(
        QMAIL_IN("77", "1", "1001", "web@shop.example")
            QMAIL_OUT("7", "77", "remote a@one.example", "success: 198.51.100.7_accepted_message./")
                Q("end msg 77") QMAIL_IN("77", "2", "1002", "web@blog.example")
                    QMAIL_OUT("7", "77", "local anna@web7.example", "success: did_1+0+0/")
                        QMAIL_OUT("8", "77", "remote b@two.example", "deferral: x_(#4.4.1)/")
                            Q("delivery 9: success: of_an_attempt_before_this_log/"));

    CHECK(run.result.messages_total == 2 && run.result.messages_outgoing == 2);
    CHECK(explains(&run, "77", "uid 1001"));
    CHECK(explains(&run, "77", "uid 1002"));
    run_done(&run);
}

/* The process that queued a mail ties it to the one that it is about, in either order. */
static void
qmail_bounces_and_forwards_follow_their_process(void)
{
    struct run run = trace_one(
        QMAIL_IN("77", "1", "1001", "web@shop.example")
            QMAIL_OUT("7", "77", "remote a@one.example", "failure: x_(#5.1.1)/")
                Q("bounce msg 77 qp 5") Q("end msg 77") QMAIL_IN("78", "5", "7794", "")
                    QMAIL_IN("79", "2", "7791", "kim@mail.example") QMAIL_IN("80", "6", "1003",
                                                                             "kim@mail.example")
                        QMAIL_OUT("8", "79", "local fwd@web7.example", "success: did_0+1+0/qp_6/")
                            QMAIL_OUT("9", "80", "remote b@two.example",
                                      "success: 198.51.100.7_accepted_message./"));

    CHECK(explains(&run, "78", "written by the mail server itself"));
    CHECK(explains(&run, "78", "77"));
    CHECK(explains(&run, "80", "79"));
    run_done(&run);
}

/* What qmail's SMTP server takes has its uid: that is no local user. */
static void
qmail_smtp_is_no_local_user(void)
{
    static const struct trace_user users[] = {{{"qmaild", 6}, 7791}};
    static const struct run_log log = {
        .path = "mail.log",
        .text = QMAIL_IN("77", "1", "7791", "kim@mail.example")
            QMAIL_OUT("7", "77", "remote a@one.example", "success: 198.51.100.7_accepted_message./")
                QMAIL_IN("78", "2", "7792", "kim@mail.example"),
    };
    struct run run =
        run_trace((struct trace_options){.zone = STR("UTC"), .users = users, .user_count = 1}, &log,
                  1, NULL, 0);

    CHECK(!explains(&run, "77", "uid"));
    CHECK(explains(&run, "78", "uid 7792"));
    CHECK(run.result.note_count > 0 && str_has(run.result.notes[0], STR("came over SMTP")));
    run_done(&run);
}

#define SMTPD(text) "Nov 23 15:21:22 web7 smtpd[5]: " text "\n"
#define SMTPD_IN(session, id, sender, to)                                                          \
    SMTPD(session " smtp connected address=local host=web7.example")                               \
    SMTPD(session " smtp message msgid=" id " size=400 nrcpt=1 proto=ESMTP")                       \
    SMTPD(session " smtp envelope evpid=" id "00001000 from=<" sender "> to=<" to ">")

/* OpenSMTPD's bounces come in like mail of a local program; one that is sent from <> stays that. */
static void
opensmtpd_bounce_is_of_the_failed_mail(void)
{
    struct run run = trace_one(
        SMTPD_IN("91ab000000000001", "5a000001", "web@shop.example", "a@one.example")
            SMTPD("91ab000000000002 mta delivery evpid=5a00000100001000 from=<web@shop.example> "
                  "to=<a@one.example> rcpt=<-> source=\"192.0.2.1\" relay=\"198.51.100.7 (mx)\" "
                  "delay=0s result=\"PermFail\" stat=\"550 5.1.1 no\"")
                SMTPD_IN("91ab000000000003", "5a000002", "", "web@shop.example")
                    SMTPD_IN("91ab000000000004", "5a000003", "", "b@two.example"));

    CHECK(explains(&run, "5a000002", "written by the mail server itself"));
    CHECK(explains(&run, "5a000002", "5a000001"));
    CHECK(explains(&run, "5a000003", "handed in on this host"));
    run_done(&run);
}

/* --- one mail, several ids --- */

static void
content_filter_counts_once(void)
{
    struct run run = trace_one(
        P("pickup[5]: AAAAAA1: uid=1001 from=<web>")
            P("qmgr[7]: AAAAAA1: from=<web@web7.example>, size=400, nrcpt=1 (queue active)")
                P("smtpd[9]: BBBBBB2: client=localhost[127.0.0.1]") P(
                    "cleanup[6]: BBBBBB2: message-id=<1@web7.example>")
                    P("qmgr[7]: BBBBBB2: from=<web@web7.example>, size=900, nrcpt=1 (queue active)")
                        P("smtp[8]: AAAAAA1: to=<a@one.example>, relay=127.0.0.1[127.0.0.1]:10024, "
                          "delay=1, "
                          "delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 from "
                          "MTA(smtp:[127.0.0.1]:10025): 250 "
                          "2.0.0 Ok: queued as BBBBBB2)")
                            P("smtp[8]: BBBBBB2: to=<a@one.example>, "
                              "relay=mx.example[198.51.100.7]:25, delay=1, "
                              "delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)") REMOVED("AAAAAA1")
                                REMOVED("BBBBBB2"));

    CHECK(run.result.messages_total == 1 && run.result.messages_outgoing == 1);
    CHECK(explains(&run, "BBBBBB2", "the same mail as AAAAAA1"));
    run_done(&run);
}

/* XFORWARD: what comes in from the filter came from its client, not from this host. */
static void
filter_before_the_queue_hides_nobody(void)
{
#define INNER(id, client)                                                                          \
    P("10025/smtpd[9]: " id ": client=localhost[127.0.0.1], orig_client=h.example[" client "]")    \
    P("cleanup[6]: " id ": message-id=<" id "@h.example>")                                         \
    P("qmgr[7]: " id ": from=<a@h.example>, size=400, nrcpt=1 (queue active)")
    struct run run = trace_one(
        P("smtpd[8]: NOQUEUE: client=h.example[203.0.113.9], sasl_method=PLAIN, "
          "sasl_username=anna@shop.example") INNER("AAAAAA1", "203.0.113.9")
            P("smtpd[8]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as AAAAAA1; "
              "from=<a@h.example> to=<b@one.example> proto=ESMTP helo=<h>")
                P("smtpd[8]: NOQUEUE: client=h.example[203.0.113.10]") INNER("BBBBBB2",
                                                                             "203.0.113.10")
                    P("smtpd[8]: NOQUEUE: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as "
                      "BBBBBB2; from=<a@h.example> to=<b@one.example> proto=ESMTP helo=<h>"));
#undef INNER

    CHECK(run.result.messages_total == 2);
    CHECK(explains(&run, "AAAAAA1", "anna@shop.example"));
    CHECK(explains(&run, "AAAAAA1", "203.0.113.9"));
    CHECK(explains(&run, "BBBBBB2", "203.0.113.10"));
    CHECK(!explains(&run, "BBBBBB2", "anna@shop.example"));
    run_done(&run);
}

/* root's mail goes on under a new id to where /etc/aliases sends it. */
static void
forward_of_an_alias_counts_once(void)
{
    struct run run = trace_one(
        P("pickup[5]: AAAAAA1: uid=0 from=<root>")
            P("cleanup[6]: AAAAAA1: message-id=<1@web7.example>")
                P("qmgr[7]: AAAAAA1: from=<root@web7.example>, size=400, nrcpt=1 (queue active)")
                    P("cleanup[6]: BBBBBB2: message-id=<1@web7.example>")
                        P("qmgr[7]: BBBBBB2: from=<root@web7.example>, size=500, nrcpt=1 (queue "
                          "active)")
                            P("local[8]: AAAAAA1: to=<root@web7.example>, relay=local, delay=1, "
                              "delays=0/0/0/1, dsn=2.0.0, status=sent (forwarded as BBBBBB2)")
                                P("smtp[8]: BBBBBB2: to=<anna@one.example>, "
                                  "relay=mx.example[198.51.100.7]:25, delay=1, delays=0/0/0/1, "
                                  "dsn=2.0.0, status=sent (250 ok)") REMOVED("AAAAAA1")
                                    REMOVED("BBBBBB2"));

    CHECK(run.result.messages_total == 1 && run.result.messages_outgoing == 1);
    CHECK(run.result.messages_attributed == 1);
    CHECK(explains(&run, "BBBBBB2", "a forward of AAAAAA1"));
    run_done(&run);
}

/* A client that asks whether a recipient exists, and leaves, has sent no message. */
static void
transaction_without_message_is_none(void)
{
    struct run run = trace_one(P("smtpd[9]: AAAAAA1: client=mx.example[198.51.100.7]")
                                   LIFE("A1B2C3D", "1001", "a@one.example") REMOVED("A1B2C3D"));

    CHECK(run.result.messages_total == 1 && run.result.messages_attributed == 1);
    run_done(&run);
}

static void
smarthost_on_loopback_is_no_filter(void)
{
    struct run run = trace_one(
        P("pickup[5]: AAAAAA1: uid=1001 from=<web>")
            P("qmgr[7]: AAAAAA1: from=<web@web7.example>, size=400, nrcpt=1 (queue active)")
                P("smtp[8]: AAAAAA1: to=<a@one.example>, relay=127.0.0.1[127.0.0.1]:2525, delay=1, "
                  "delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9F00BA1)")
                    REMOVED("AAAAAA1"));

    CHECK(run.result.messages_total == 1);
    CHECK(!explains(&run, "AAAAAA1", "the same mail"));
    run_done(&run);
}

static void
requeue_keeps_its_first_origin(void)
{
    struct run run = trace_one(
        P("smtpd[9]: AAAAAA1: client=unknown[203.0.113.9], sasl_method=PLAIN, "
          "sasl_username=anna@shop.example")
            P("qmgr[7]: AAAAAA1: from=<anna@shop.example>, size=400, nrcpt=1 (queue active)") P(
                "postsuper[3]: AAAAAA1: requeued")
                P("pickup[5]: BBBBBB2: uid=112 from=<anna@shop.example> orig_id=AAAAAA1") P(
                    "qmgr[7]: BBBBBB2: from=<anna@shop.example>, size=400, nrcpt=1 (queue active)")
                    P("smtp[8]: BBBBBB2: to=<a@one.example>, relay=mx.example[198.51.100.7]:25, "
                      "delay=1, "
                      "delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)") REMOVED("BBBBBB2"));

    CHECK(run.result.messages_total == 1);
    CHECK(explains(&run, "BBBBBB2", "the same mail as AAAAAA1"));
    run_done(&run);
}

static void
sendmails_two_ids_are_one_mail(void)
{
    struct run run = trace_one(
        "Nov 23 15:21:22 web7 sendmail[55]: 6ANFLM0000055: from=www-data, size=400, class=0, "
        "nrcpts=1, msgid=<1@web7.example>, relay=www-data@localhost\n"
        "Nov 23 15:21:22 web7 sm-mta[56]: 6ANFLM0000056: from=<www-data@web7.example>, size=600, "
        "class=0, nrcpts=1, msgid=<1@web7.example>, proto=ESMTP, daemon=MTA-v4, relay=localhost "
        "[127.0.0.1]\n"
        "Nov 23 15:21:22 web7 sendmail[55]: 6ANFLM0000055: to=a@one.example, ctladdr=www-data "
        "(33/33), delay=00:00:00, mailer=relay, pri=30400, relay=[127.0.0.1] [127.0.0.1], "
        "dsn=2.0.0, stat=Sent (6ANFLM0000056 Message accepted for delivery)\n"
        "Nov 23 15:21:23 web7 sm-mta[58]: 6ANFLM0000056: to=<a@one.example>, "
        "ctladdr=<www-data@web7.example> (33/33), delay=00:00:01, mailer=esmtp, pri=120600, "
        "relay=mx.example. [198.51.100.7], dsn=2.0.0, stat=Sent (ok)\n");

    CHECK(run.result.messages_total == 1 && run.result.messages_outgoing == 1);
    CHECK(explains(&run, "6ANFLM0000056", "the same mail as 6ANFLM0000055"));
    run_done(&run);
}

static void
bounce_is_an_edge(void)
{
    struct run run = trace_one(
        P("pickup[5]: AAAAAA1: uid=1001 from=<web>")
            P("qmgr[7]: AAAAAA1: from=<web@web7.example>, size=400, nrcpt=1 (queue active)") P(
                "smtp[8]: AAAAAA1: to=<a@one.example>, relay=mx.example[198.51.100.7]:25, delay=1, "
                "delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.example[198.51.100.7] said: "
                "550 5.1.1 "
                "User unknown (in reply to RCPT TO command))")
                P("cleanup[6]: BBBBBB2: message-id=<2@web7.example>")
                    P("bounce[4]: AAAAAA1: sender non-delivery notification: BBBBBB2")
                        P("qmgr[7]: BBBBBB2: from=<>, size=2000, nrcpt=1 (queue active)")
                            P("virtual[2]: BBBBBB2: to=<web@web7.example>, relay=virtual, delay=0, "
                              "delays=0/0/0/0, "
                              "dsn=2.0.0, status=sent (delivered to maildir)") REMOVED("AAAAAA1")
                                REMOVED("BBBBBB2"));

    CHECK(explains(&run, "BBBBBB2", "a notice about AAAAAA1"));
    CHECK(explains(&run, "AAAAAA1", "Its one recipient was refused for good"));
    run_done(&run);
}

static void
sieve_redirect_accuses_nobody(void)
{
    struct buf buf;
    struct run run;

    buf_init(&buf, 1 << 20);
    for (int i = 0; i < 60; i++) {
        buf_printf(&buf,
                   P("smtpd[9]: AA00%02X1: client=mx.example[198.51.100.7]") P(
                       "cleanup[6]: AA00%02X1: message-id=<%d@news.example>")
                       P("qmgr[7]: AA00%02X1: from=<n@news.example>, size=9, nrcpt=1 (queue "
                         "active)") "Nov 23 15:21:22 web7 dovecot: lmtp(anna@shop.example)<77><s>: "
                                    "sieve: "
                                    "msgid=<%d@news.example>: forwarded to <anna@else.example>\n" P(
                                        "pickup[5]: BB00%02X1: uid=2000 from=<n@news.example>")
                                        P("cleanup[6]: BB00%02X1: message-id=<%d@news.example>")
                                            P("qmgr[7]: BB00%02X1: from=<n@news.example>, size=9, "
                                              "nrcpt=1 (queue active)")
                                                P("smtp[8]: BB00%02X1: to=<anna@else.example>, "
                                                  "relay=mx.example[198.51.100.7]:25,"
                                                  " delay=1, delays=0/0/0/1, dsn=2.0.0, "
                                                  "status=sent (250 ok)"),
                   (unsigned)i, (unsigned)i, i, (unsigned)i, i, (unsigned)i, (unsigned)i, i,
                   (unsigned)i, (unsigned)i);
    }
    buf_add_char(&buf, '\0');
    run = trace_one(buf.data);
    CHECK(run.result.incident_count == 0);
    CHECK(explains(&run, "BB00011", "forward"));
    run_done(&run);
    buf_done(&buf);
}

/* --- which request made it --- */

struct site_logs {
    struct buf mail, php, access;
    uint32_t mails;
};

static void
add_request(struct site_logs *logs, int second, const char *client, const char *path)
{
    buf_printf(&logs->access,
               "%s - - [23/Nov/2026:15:%02d:%02d +0000] \"POST %s HTTP/1.1\" 302 9 \"-\" \"-\"\n",
               client, second / 60, second % 60, path);
}

static void
add_call(struct site_logs *logs, int second, const char *to, const char *subject)
{
    buf_printf(&logs->php,
               "[23-Nov-2026 15:%02d:%02d UTC] mail() on "
               "[/srv/blog/wp-includes/PHPMailer/PHPMailer.php:874]: To: %s -- Headers: X: %d -- "
               "Subject: %s\n",
               second / 60, second % 60, to, second, subject);
}

/* Gives the queue id. */
static uint32_t
add_mail(struct site_logs *logs, int second, const char *to, int size)
{
    uint32_t id = 0xA000001 + logs->mails++ * 16;
    int minute = second / 60, rest = second % 60;

#define AT "Nov 23 15:%02d:%02d web7 postfix/"
    buf_printf(&logs->mail, AT "pickup[5]: %X: uid=1002 from=<web_blog>\n", minute, rest, id);
    buf_printf(&logs->mail, AT "cleanup[6]: %X: message-id=<%X@blog.example>\n", minute, rest, id,
               id);
    buf_printf(&logs->mail,
               AT "qmgr[7]: %X: from=<web_blog@web7.example>, size=%d, nrcpt=1 (queue active)\n",
               minute, rest, id, size);
    buf_printf(&logs->mail,
               AT "smtp[8]: %X: to=<%s>, relay=mx.example[198.51.100.7]:25, delay=0.2, "
                  "delays=0/0/0/0.2, dsn=%s\n",
               minute, rest, id, to,
               *to == 'b' && second % 4 == 1 ? "5.1.1, status=bounced (550 5.1.1 User unknown)"
                                             : "2.0.0, status=sent (250 ok)");
#undef AT
    return id;
}

static void
ask_for_password(struct site_logs *logs, int second)
{
    char to[32];

    snprintf(to, sizeof(to), "reader%d@post.example", second);
    add_request(logs, second, "192.0.2.21", "/wp-login.php?action=lostpassword");
    add_call(logs, second, to, "[Blog] Password Reset");
    (void)add_mail(logs, second, to, 700);
}

static void
register_bot(struct site_logs *logs, int second)
{
    char client[32], to[32];

    snprintf(client, sizeof(client), "203.0.113.%d", second % 200);
    snprintf(to, sizeof(to), "bot%d@mail.example", second);
    add_request(logs, second, client, "/wp-login.php?action=register");
    add_call(logs, second, "owner@post.example", "[Blog] New User Registration");
    add_call(logs, second, to, "[Blog] Login Details");
    (void)add_mail(logs, second, "owner@post.example", 620);
    (void)add_mail(logs, second, to, 700);
}

/* PHP's log has the notice last in its second, the mail server has it first. */
static void
one_library_three_forms(void)
{
    struct site_logs logs = {.mails = 0};
    struct run run;
    char notice[16] = "";

    buf_init(&logs.mail, (size_t)1 << 20);
    buf_init(&logs.php, (size_t)1 << 20);
    buf_init(&logs.access, (size_t)1 << 20);
    for (int second = 0; second < 1800; second++) {
        bool is_comment = second % 90 == 37, is_flood = second >= 600 && second < 760;

        if (is_comment) {
            uint32_t id = add_mail(&logs, second, "owner@post.example", 1199);

            if (is_flood)
                snprintf(notice, sizeof(notice), "%X", id);
        }
        if (is_flood)
            register_bot(&logs, second);
        if (second % 40 == 11)
            ask_for_password(&logs, second);
        if (is_comment) {
            add_request(&logs, second, "192.0.2.20", "/wp-comments-post.php");
            add_call(&logs, second, "owner@post.example", "[Blog] Please moderate");
        }
    }
    buf_add_char(&logs.mail, '\0');
    buf_add_char(&logs.php, '\0');
    buf_add_char(&logs.access, '\0');
    run = run_trace((struct trace_options){.zone = STR("UTC")},
                    (struct run_log[]){{.path = "mail.log", .text = logs.mail.data},
                                       {.path = "php-mail.log", .text = logs.php.data},
                                       {.path = "blog.log", .text = logs.access.data}},
                    3, NULL, 0);
    CHECK(run.result.incident_count == 1);
    CHECK(run.result.incident_count && run.result.incidents[0].messages == 320);
    CHECK(explains(&run, notice, "part of no incident"));
    run_done(&run);
    buf_done(&logs.mail);
    buf_done(&logs.php);
    buf_done(&logs.access);
}

/* --- who handed it in --- */

static void
webmail_is_a_mailbox(void)
{
    struct run run =
        trace_one(P("smtpd[9]: AAAAAA1: client=localhost[127.0.0.1], sasl_method=LOGIN, "
                    "sasl_username=anna@shop.example"));

    CHECK(explains(&run, "AAAAAA1", "mailbox anna@shop.example"));
    run_done(&run);
}

static void
logins_with_odd_characters(void)
{
    struct run run = trace_one(
        P("smtpd[9]: AAAAAA1: client=unknown[203.0.113.9], sasl_method=PLAIN, sasl_username=an na, "
          "x=y@shop.example")
            P("smtpd[9]: AAAAAA2: client=a.example[2001:db8::7], sasl_method=PLAIN, "
              "sasl_username=b\xc3\xbc@shop.example, sasl_sender=x@y.example"));

    CHECK(explains(&run, "AAAAAA1", "mailbox an na, x=y@shop.example from 203.0.113.9"));
    CHECK(explains(&run, "AAAAAA2", "mailbox b\xc3\xbc@shop.example from 2001:db8::7"));
    run_done(&run);
}

static void
sender_cannot_forge_a_user(void)
{
    struct run run = trace_one(
        P("pickup[5]: AAAAAA1: uid=1001 from=<x> uid=0 from=<root>")
            P("cleanup[6]: AAAAAA1: message-id=<AAAAAA1: uid=0 from=<root>>") P(
                "smtpd[9]: NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 554 5.7.1 <a@b>: Relay "
                "access denied; from=<x> to=<a@b> proto=SMTP helo=<AAAAAA1: uid=0 from=<root>>"));

    CHECK(explains(&run, "AAAAAA1", "uid 1001"));
    CHECK(!explains(&run, "AAAAAA1", "uid 0"));
    run_done(&run);
}

/* --- when it was --- */

static int64_t
moment(int year, int month, int day, int hour, int minute)
{
    return civil_seconds((struct civil){year, month, day, hour, minute, 0});
}

static void
years_without_a_year(void)
{
    static const struct {
        const char *text;
        int64_t mtime_s;
        int64_t first_s, last_s;
    } rows[] = {
        /* New Year's Eve within the log */
        {"Dec 31 23:59:00 web7 postfix/pickup[5]: AAAAAA1: uid=1 from=<a>\n"
         "Jan  1 00:01:00 web7 postfix/pickup[5]: AAAAAA2: uid=1 from=<a>\n",
         INT64_C(1767312000), /* 2026-01-02 */
         0, 0},
        /* last year's file */
        {"Nov 30 10:00:00 web7 postfix/pickup[5]: AAAAAA1: uid=1 from=<a>\n"
         "Nov 30 11:00:00 web7 postfix/pickup[5]: AAAAAA2: uid=1 from=<a>\n",
         INT64_C(1764504000), /* 2025-11-30 12:00 */
         0, 0},
        /* 29 February */
        {"Feb 29 10:00:00 web7 postfix/pickup[5]: AAAAAA1: uid=1 from=<a>\n"
         "Mar  1 10:00:00 web7 postfix/pickup[5]: AAAAAA2: uid=1 from=<a>\n",
         INT64_C(1795478400), /* 2026-11-24: the last leap year was 2024 */
         0, 0},
    };
    const int64_t want[][2] = {
        {moment(2025, 12, 31, 23, 59), moment(2026, 1, 1, 0, 1)},
        {moment(2025, 11, 30, 10, 0), moment(2025, 11, 30, 11, 0)},
        {moment(2024, 2, 29, 10, 0), moment(2024, 3, 1, 10, 0)},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct run_log log = {.path = "m", .text = rows[i].text, .mtime_s = rows[i].mtime_s};
        struct run run = run_trace((struct trace_options){.zone = STR("UTC")}, &log, 1, NULL, 0);

        CHECK_ROW(i, run.result.first_s == want[i][0]);
        CHECK_ROW(i, run.result.last_s == want[i][1]);
        run_done(&run);
    }
}

static void
stamp_form_changes_within_the_file(void)
{
    struct run run = trace_one("Nov 23 15:21:22 web7 postfix/pickup[5]: AAAAAA1: uid=1 from=<a>\n"
                               "2026-11-23T15:21:23.5+00:00 web7 postfix/pickup[5]: AAAAAA2: uid=1 "
                               "from=<a>\n");

    CHECK(run.result.last_s - run.result.first_s == 1);
    run_done(&run);
}

static void
zones_of_their_own(void)
{
    struct run_log log = {.path = "m",
                          .text =
                              "Jul  1 12:00:00 web7 postfix/pickup[5]: AAAAAA1: uid=1 from=<a>\n"
                              "Oct 30 12:00:00 web7 postfix/pickup[5]: AAAAAA2: uid=1 "
                              "from=<a>\n"};
    struct run run =
        run_trace((struct trace_options){.zone = STR("Europe/Berlin")}, &log, 1, NULL, 0);

    CHECK(run.result.first_s == moment(2026, 7, 1, 10, 0));
    CHECK(run.result.last_s == moment(2026, 10, 30, 11, 0));
    run_done(&run);
}

static void
hour_that_comes_twice_goes_forward(void)
{
    struct run_log log = {.path = "m",
                          .text =
                              "Oct 25 01:59:00 web7 postfix/pickup[5]: AAAAAA1: uid=1 from=<a>\n"
                              "Oct 25 02:30:00 web7 postfix/pickup[5]: AAAAAA2: uid=1 from=<a>\n"
                              "Oct 25 02:30:00 web7 postfix/pickup[5]: AAAAAA3: uid=1 from=<a>\n"
                              "Oct 25 03:01:00 web7 postfix/pickup[5]: AAAAAA4: uid=1 "
                              "from=<a>\n"};
    struct run run =
        run_trace((struct trace_options){.zone = STR("Europe/Berlin")}, &log, 1, NULL, 0);

    CHECK(run.result.first_s == moment(2026, 10, 24, 23, 59));
    CHECK(run.result.last_s == moment(2026, 10, 25, 2, 1));
    CHECK(run.result.messages_total == 4);
    run_done(&run);
}

/* A quiet log covers its time too: lines of no use are its ends, if nothing is left out. */
static void
input_spans_lines_of_no_use(void)
{
    struct run_log log = {
        .path = "m",
        .text = "Dec 31 22:00:00 web7 postfix/anvil[5]: statistics: x\n"
                "Dec 31 23:00:00 web7 postfix/pickup[5]: AAAAAA1: uid=1 from=<a>\n"
                "Jan  1 01:00:00 web7 postfix/anvil[5]: statistics: x\n",
        .mtime_s = moment(2026, 1, 1, 2, 0),
    };
    struct run all = run_trace((struct trace_options){.zone = STR("UTC")}, &log, 1, NULL, 0);
    struct run some =
        run_trace((struct trace_options){.zone = STR("UTC"),
                                         .since_us = moment(2025, 12, 31, 22, 30) * SECOND_US},
                  &log, 1, NULL, 0);

    CHECK(all.result.inputs[0].first_s == moment(2025, 12, 31, 22, 0));
    CHECK(all.result.inputs[0].last_s == moment(2026, 1, 1, 1, 0));
    CHECK(some.result.inputs[0].first_s == moment(2025, 12, 31, 23, 0));
    CHECK(some.result.inputs[0].last_s == moment(2026, 1, 1, 1, 0));
    run_done(&all);
    run_done(&some);
}

static void
long_queue_id_tells_year_and_zone(void)
{
    /* 4cKzBy5v2Xz1234 and its like carry their second in base 52. */
    struct run with =
        trace_one("Nov 23 16:21:22 web7 postfix/pickup[5]: 4tXDqL0NsRzQg: uid=1 from=<a>\n");

    CHECK(with.result.messages_total == 1);
    run_done(&with);
}

/* --- dirt --- */

static void
dirt_is_survived(void)
{
    static const char text[] =
        "Nov 23 15:21:22 web7 postfix/pickup[5]: AAAAAA1: uid=1001 from=<we\0b>\n"
        "Nov 23 15:21:22 web7 postfix/qmgr[7]: AAAAAA1: from=<w\xff\xfe@x.example>, size=1, "
        "nrcpt=1 "
        "(queue active)\r\n"
        "\n\r\n"
        "Nov 23 15:21:22 web7 postfix/smtp[8]: AAAAAA1: to=<a@one.example>, relay=mx.example["
        "2001:db8::7]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)\n"
        "Nov 23 15:21:2";
    struct run_log log = {.path = "m", .text = text, .len = sizeof(text) - 1};
    struct run run = run_trace((struct trace_options){.zone = STR("UTC")}, &log, 1, NULL, 0);

    CHECK(run.result.messages_total == 1 && run.result.messages_outgoing == 1);
    CHECK(explains(&run, "AAAAAA1", "uid 1001"));
    run_done(&run);
}

static void
lost_lines_are_told(void)
{
    struct run run = trace_one(
        LIFE("AAAAAA1", "1",
             "a@one.example") "Nov 23 15:21:23 web7 rsyslogd: imuxsock lost 312 messages from "
                              "pid 4005 due to rate-limiting\n");
    bool is_told = false;

    for (uint32_t i = 0; i < run.result.note_count; i++)
        is_told |= str_has(run.result.notes[i], STR("312 lines were lost"));
    CHECK(is_told);
    run_done(&run);
}

static void
window_without_mail_tells_when_there_was_some(void)
{
    static const struct {
        int64_t since_us;
        uint64_t total;
        bool is_told;
    } rows[] = {{0, 1, false}, {SECOND_US * 1795478400, 0, true}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct run_log log = {.path = "mail.log", .text = LIFE("A1B2C3D", "1001", "a@b.example")};
        struct run run =
            run_trace((struct trace_options){.zone = STR("UTC"), .since_us = rows[i].since_us},
                      &log, 1, NULL, 0);
        bool is_told = false;

        for (uint32_t k = 0; k < run.result.note_count; k++)
            is_told |= str_has(run.result.notes[k],
                               STR("from 2026-11-23T15:21:22Z to 2026-11-23T15:21:22Z"));
        CHECK_ROW(i, run.result.messages_total == rows[i].total);
        CHECK_ROW(i, is_told == rows[i].is_told);
        run_done(&run);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"a call of mail() that two logs hold counts once", call_that_two_logs_hold_counts_once},
        {"a short id used again is another mail", short_id_used_again_is_another_mail},
        {"the removed line is missing before an id is used again",
         removed_line_missing_before_reuse},
        {"a log that begins in the middle", log_that_begins_in_the_middle},
        {"instances share no ids", instances_share_no_ids},
        {"Exim ids, old and new, in one log", exim_ids_old_and_new_in_one_log},
        {"Exim's folders follow their process", exim_folders_follow_their_process},
        {"qmail's numbers are used again", qmail_numbers_used_again},
        {"qmail's bounces and forwards follow their process",
         qmail_bounces_and_forwards_follow_their_process},
        {"mail over SMTP is no local user's with qmail", qmail_smtp_is_no_local_user},
        {"a bounce of OpenSMTPD is of the failed mail", opensmtpd_bounce_is_of_the_failed_mail},
        {"a content filter's mail counts once", content_filter_counts_once},
        {"a filter before the queue hides nobody", filter_before_the_queue_hides_nobody},
        {"a forward of an alias counts once", forward_of_an_alias_counts_once},
        {"a transaction without a message is none", transaction_without_message_is_none},
        {"a smarthost on loopback is no filter", smarthost_on_loopback_is_no_filter},
        {"a requeued mail keeps its first origin", requeue_keeps_its_first_origin},
        {"Sendmail's two ids are one mail", sendmails_two_ids_are_one_mail},
        {"a bounce is an edge", bounce_is_an_edge},
        {"a sieve redirect accuses nobody", sieve_redirect_accuses_nobody},
        {"one library serves three forms", one_library_three_forms},
        {"a webmail is a mailbox", webmail_is_a_mailbox},
        {"logins with odd characters", logins_with_odd_characters},
        {"a sender cannot forge a user", sender_cannot_forge_a_user},
        {"years without a year", years_without_a_year},
        {"the stamp's form changes within the file", stamp_form_changes_within_the_file},
        {"zones of their own", zones_of_their_own},
        {"the hour that comes twice goes forward", hour_that_comes_twice_goes_forward},
        {"an input spans lines of no use", input_spans_lines_of_no_use},
        {"a long queue id tells year and zone", long_queue_id_tells_year_and_zone},
        {"dirt is survived", dirt_is_survived},
        {"lost lines are told", lost_lines_are_told},
        {"a window without mail tells when there was some",
         window_without_mail_tells_when_there_was_some},
    };

    return tap_main(cases, COUNT(cases));
}
