/*
 * Whole mails: inert copies of the shapes that real spam has, under names of RFC
 * 2606 and addresses of RFC 5737, and copies in which somebody imitates a header of
 * the host. Each row says which line is the host's own, and what of each claim is
 * trusted (+), a lead (?) or dismissed (-).
 */

#include "mail/evidence.h"

#include "base/buf.h"
#include "tap.h"

#define AT "; Thu, 1 Jan 2026 10:00:00 +0100\n"
#define RECEIVER                                                                                   \
    "Received: from web7.example (web7.example [192.0.2.7])\n\tby mx.receiver.example (Postfix) "  \
    "with ESMTPS id R1\n\tfor <bob@receiver.example>" AT
#define PICKUP(uid, id) "Received: by web7.example (Postfix, from userid " uid ")\n\tid " id AT
#define EXIM_ID "1pXyzA-0001Ab-2C"
#define EXIM_LOCAL                                                                                 \
    "Received: from acct by web7.example with local (Exim 4.96)\n\t(envelope-from "                \
    "<acct@web7.example>)\n\tid " EXIM_ID "\n\tfor bob@receiver.example" AT
#define EXIM_AUTH                                                                                  \
    "Received: from [203.0.113.9] (port=5123 helo=win)\n\tby web7.example with esmtpa (Exim "      \
    "4.96)\n\tid " EXIM_ID AT
#define ANTIABUSE(caller)                                                                          \
    "X-AntiAbuse: This header was added to track abuse\nX-AntiAbuse: Primary Hostname - "          \
    "web7.example\nX-AntiAbuse: Original Domain - receiver.example\nX-AntiAbuse: "                 \
    "Originator/Caller UID/GID - [" caller "] / [47 12]\nX-AntiAbuse: Sender Address Domain - "    \
    "blog.example\n"
#define REST "From: x@blog.example\nTo: bob@receiver.example\nSubject: s\n\nbuy\n"

struct row {
    const char *what, *message, *host;
    int32_t own;
    const char *own_host, *queue_id;
    const char *claims; /* "+script x.php uid 1|" */
};

static void
add_part(struct buf *buf, const char *name, struct str value)
{
    if (value.len)
        buf_printf(buf, " %s " STR_FMT, name, STR_ARG(value));
}

static void
write_claims(const struct mail_evidence *evidence, struct buf *buf)
{
    for (uint32_t i = 0; i < evidence->claim_count; i++) {
        const struct mail_claim *claim = &evidence->claims[i];

        buf_add_char(buf, claim->is_trusted ? '+' : claim->is_dismissed ? '-' : '?');
        add_part(buf, "script", claim->script);
        add_part(buf, "url", claim->url);
        add_part(buf, "client", claim->client);
        add_part(buf, "user", claim->user);
        add_part(buf, "login", claim->login);
        add_part(buf, "process", claim->process);
        add_part(buf, "folder", claim->directory);
        add_part(buf, "id", claim->queue_id);
        if (claim->uid >= 0)
            buf_printf(buf, " uid %lld", (long long)claim->uid);
        buf_add_cstr(buf, claim->is_eval ? " eval|" : "|");
    }
}

static void
check_rows(const struct row *rows, size_t count)
{
    struct arena *arena = arena_new(8 << 20);

    for (size_t i = 0; i < count; i++) {
        struct mail_options options = {str_from_cstr(rows[i].host ? rows[i].host : "")};
        struct mail_evidence evidence;
        struct err err;
        struct buf buf;
        int failures = tap_failures;

        buf_init(&buf, 8192);
        CHECK(mail_evidence_read(str_from_cstr(rows[i].message), options, arena, &evidence, &err));
        CHECK(evidence.own_hop == rows[i].own);
        CHECK_STR(evidence.host, rows[i].own_host);
        CHECK_STR(evidence.queue_id, rows[i].queue_id);
        write_claims(&evidence, &buf);
        CHECK_STR(buf_str(&buf), rows[i].claims);
        if (tap_failures > failures)
            printf("# in: %s\n", rows[i].what);
        buf_done(&buf);
    }
    arena_free(arena);
}

static void
reads_the_shapes_of_real_spam(void)
{
    static const struct row rows[] = {
        {"contact form, Exim, panel",
         RECEIVER EXIM_LOCAL
         "X-PHP-Script: blog.example/contact.php for 203.0.113.9\nX-PHP-Originating-Script: "
         "1004:contact.php\nMessage-Id: <E" EXIM_ID
         "@web7.example>\n" ANTIABUSE("1004 991") "X-Get-Message-Sender-Via: web7.example: "
                                                  "acct/from_h\nX-Authenticated-Sender: "
                                                  "web7.example: x@blog.example\nX-Source: "
                                                  "\nX-Source-Args: \nX-Source-Dir: \n" REST,
         NULL, 1, "web7.example", EXIM_ID,
         "? url blog.example/contact.php client 203.0.113.9|? script contact.php uid 1004|+ uid "
         "1004|+ user acct|+ login x@blog.example|"},
        {"form behind proxies, mail library, long Exim id",
         "Received: from acct by web7.example with local (Exim 4.97)\n\tid "
         "1wEQYa-00000000aDt-0lKr" AT "X-PHP-Script: blog.example/index.php for 203.0.113.9, "
         "192.0.2.1, 192.0.2.2\nX-PHP-Originating-Script: 1115:PHPMailer.php\n" REST,
         NULL, 0, "web7.example", "1wEQYa-00000000aDt-0lKr",
         "? url blog.example/index.php client 203.0.113.9|? script PHPMailer.php uid 1115|"},
        {"dropped mailer, php-fpm pool",
         RECEIVER EXIM_LOCAL "X-PHP-Script: blog.example/new.php for 203.0.113.9\n" ANTIABUSE(
             "540 537") "X-Source-Args: php-fpm: pool blog_example\nX-Source-Dir: "
                        "blog.example:/public_html\n" REST,
         NULL, 1, "web7.example", EXIM_ID,
         "? url blog.example/new.php client 203.0.113.9|+ uid 540|+ process php-fpm: pool "
         "blog_example|+ folder /public_html|"},
        {"web shell, folded, four times evaluated",
         RECEIVER PICKUP("1012", "P1") "X-PHP-Originating-Script: 1012:shell.php(3) : eval()'d\n "
                                       "code(1) : eval()'d\n\tcode(1) : "
                                       "eval()'d code(2) : eval()'d code\n" REST,
         NULL, 1, "web7.example", "P1", "? script shell.php uid 1012 eval|"},
        {"shell, Postfix, two more lines by the content filter",
         RECEIVER
         "Received: from localhost (localhost [127.0.0.1])\n\tby web7.example (Postfix) with ESMTP "
         "id B1" AT "Received: from web7.example ([127.0.0.1])\n\tby localhost (web7.example "
         "[127.0.0.1]) (amavisd-new, port 10024)\n\twith ESMTP id V1" AT PICKUP(
             "33", "P1") "X-PHP-Originating-Script: 33:x.php(1) : eval()'d code\n" REST,
         NULL, 3, "web7.example", "P1", "? script x.php uid 33 eval|"},
        {"shared hosting, 7-digit uid",
         RECEIVER PICKUP(
             "2147483",
             "P1") "X-EN-Info: U=acct7 P=/home/acct7/form.php\nX-EN-CGIUser: acct7\nX-EN-CGIPath: "
                   "/home/acct7/form.php\nX-EN-OrigIP: 203.0.113.9\n" REST,
         NULL, 1, "web7.example", "P1",
         "? process U=acct7 P=/home/acct7/form.php|? user acct7|? script /home/acct7/form.php|? "
         "client 203.0.113.9|"},
        {"mailbox by SMTP: the ids of the block are Exim's own",
         RECEIVER EXIM_AUTH ANTIABUSE("47 12") "X-Get-Message-Sender-Via: web7.example: "
                                               "authenticated_id: anna@blog.example\n" REST,
         NULL, 1, "web7.example", EXIM_ID, "+ login anna@blog.example|"},
        {"mailbox, Postfix",
         RECEIVER "Received: from win (unknown [203.0.113.9])\n\t(Authenticated sender: "
                  "anna@blog.example)\n\tby web7.example (Postfix) with ESMTPSA id L1" AT REST,
         NULL, 1, "web7.example", "L1", ""},
        {"a hoster's relay",
         RECEIVER EXIM_AUTH "X-Source-IP: 203.0.113.9\nX-Exim-ID: " EXIM_ID
                            "\nX-Source-Auth: anna@blog.example\n" REST,
         NULL, 1, "web7.example", EXIM_ID,
         "+ client 203.0.113.9|+ id " EXIM_ID "|+ login anna@blog.example|"},
        {"qmail", RECEIVER "Received: (qmail 4711 invoked by uid 10003)" AT REST, NULL, 1,
         "web7.example", "4711", ""},
        {"Sendmail",
         RECEIVER "Received: (from apache@localhost)\n\tby web7.example (8.15.2/8.15.2/Submit) id "
                  "S1" AT
                  "X-Authentication-Warning: web7.example: apache set sender to x@b.example "
                  "using -f\n" REST,
         NULL, 1, "web7.example", "S1", "+ user apache|"},
    };

    check_rows(rows, COUNT(rows));
}

static void
believes_no_imitation(void)
{
    static const struct row rows[] = {
        {"the own host's line, below the real one",
         RECEIVER PICKUP("1005", "P1") PICKUP("0", "F0") REST, NULL, 1, "web7.example", "P1", ""},
        {"the same, asked for the host", RECEIVER PICKUP("1005", "P1") PICKUP("0", "F0") REST,
         "web7.example", 1, "web7.example", "P1", ""},
        {"the own host's line, below one from the network",
         RECEIVER "Received: from web7.example (evil.example [203.0.113.9])\n\tby web7.example "
                  "(Postfix) with ESMTP id O1" AT PICKUP(
                      "0", "F0") "X-PHP-Originating-Script: 0:innocent.php\n" REST,
         NULL, 1, "web7.example", "O1", "- script innocent.php uid 0|"},
        {"a script, below a login from the network",
         RECEIVER "Received: from win (unknown [203.0.113.9])\n\tby web7.example (Postfix) with "
                  "ESMTPSA id L1" AT "X-PHP-Script: blog.example/innocent.php for 192.0.2.9\n" REST,
         NULL, 1, "web7.example", "L1", "- url blog.example/innocent.php client 192.0.2.9|"},
        {"two scripts: one is forged, nobody can tell which",
         RECEIVER PICKUP("1005", "P1") "X-PHP-Originating-Script: "
                                       "1005:a.php\nX-PHP-Originating-Script: 1006:b.php\n" REST,
         NULL, 1, "web7.example", "P1", "- script a.php uid 1005|- script b.php uid 1006|"},
        {"twice the same is no contest",
         RECEIVER PICKUP("1005", "P1") "X-PHP-Originating-Script: "
                                       "1005:a.php\nX-PHP-Originating-Script: 1005:a.php\n" REST,
         NULL, 1, "web7.example", "P1", "? script a.php uid 1005|"},
        {"one above the own line, one below: what stands above is true",
         RECEIVER "X-PHP-Originating-Script: 1005:a.php\n" PICKUP(
             "1005", "P1") "X-PHP-Originating-Script: 1006:b.php\n" REST,
         NULL, 1, "web7.example", "P1", "+ script a.php uid 1005|- script b.php uid 1006|"},
        {"a script above the receiver's line is the receiver's, or newer",
         "X-PHP-Originating-Script: 1005:a.php\n" RECEIVER PICKUP("1005", "P1") REST, NULL, 1,
         "web7.example", "P1", "+ script a.php uid 1005|"},
        {"no line of any host: nothing is believed",
         "X-PHP-Originating-Script: 1005:a.php\nX-Get-Message-Sender-Via: web7.example: "
         "authenticated_id: anna@blog.example\n" REST,
         NULL, -1, "", "", "? script a.php uid 1005|? login anna@blog.example|"},
        {"a panel's headers without the block, or with another host's",
         RECEIVER EXIM_LOCAL
         "X-Get-Message-Sender-Via: web7.example: authenticated_id: boss@blog.example\n" REST,
         NULL, 1, "web7.example", EXIM_ID, "? login boss@blog.example|"},
        {"two blocks",
         RECEIVER EXIM_LOCAL ANTIABUSE("540 537") "X-AntiAbuse: Primary Hostname - other.example\n"
                                                  "X-Source-Dir: blog.example:/x\n" REST,
         NULL, 1, "web7.example", EXIM_ID, "? uid 540|? folder /x|"},
        {"a panel's header twice: the script put one in",
         RECEIVER EXIM_LOCAL
         "X-Get-Message-Sender-Via: web7.example: authenticated_id: boss@blog.example\n" ANTIABUSE(
             "540 537") "X-Get-Message-Sender-Via: web7.example: acct/from_h\n" REST,
         NULL, 1, "web7.example", EXIM_ID, "- login boss@blog.example|+ uid 540|- user acct|"},
        {"a relay's headers with another id",
         RECEIVER EXIM_AUTH "X-Exim-ID: 1pXyzA-0001Ab-9Z\nX-Source-Auth: boss@blog.example\n" REST,
         NULL, 1, "web7.example", EXIM_ID, "? id 1pXyzA-0001Ab-9Z|? login boss@blog.example|"},
        {"Sendmail's warning about another user",
         RECEIVER "Received: (from apache@localhost)\n\tby web7.example (8.15.2/8.15.2/Submit) id "
                  "S1" AT "X-Authentication-Warning: web7.example: root set sender to x@b.example "
                  "using -f\n" REST,
         NULL, 1, "web7.example", "S1", "? user root|"},
        {"a forged chain that does not follow",
         "Received: from win (evil.example [203.0.113.9]) by mx.receiver.example with ESMTP id "
         "R1" AT PICKUP("1005", "F0") "X-PHP-Originating-Script: 1005:a.php\n" REST,
         NULL, -1, "", "", "? script a.php uid 1005|"},
    };

    check_rows(rows, COUNT(rows));
}

static void
says_why(void)
{
    static const struct {
        const char *message, *says; /* of the first claim */
    } rows[] = {
        {RECEIVER PICKUP("1005", "P1") "X-PHP-Originating-Script: 1005:a.php\n" REST,
         "its uid is that of the host's own line"},
        {RECEIVER PICKUP("33", "P1") "X-PHP-Originating-Script: 1005:a.php\n" REST,
         "the script itself could have written the same"},
        {RECEIVER PICKUP(
             "33",
             "P1") "X-PHP-Originating-Script: 1:a.php\nX-PHP-Originating-Script: 2:b.php\n" REST,
         "one is forged"},
        {RECEIVER EXIM_AUTH "X-PHP-Originating-Script: 1:a.php\n" REST, "came in from 203.0.113.9"},
        {"X-PHP-Originating-Script: 1:a.php\n" REST, "no Received line is surely the host's own"},
        {RECEIVER EXIM_LOCAL ANTIABUSE("540 537") REST, "X-AntiAbuse block of web7.example"},
        {RECEIVER EXIM_LOCAL "X-Source-Dir: a:/x\n" REST, "could have been in the mail"},
        {RECEIVER "X-Source-Dir: a:/x\n" PICKUP("1", "P1") REST, "above the line of web7.example"},
    };
    struct arena *arena = arena_new(8 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mail_evidence evidence;
        struct err err;

        CHECK(mail_evidence_read(str_from_cstr(rows[i].message), (struct mail_options){STR_EMPTY},
                                 arena, &evidence, &err));
        CHECK_ROW(i, evidence.claim_count > 0 &&
                         str_has(evidence.claims[0].says, str_from_cstr(rows[i].says)));
    }
    arena_free(arena);
}

static void
uses_exims_message_id(void)
{
    static const struct {
        const char *message, *queue_id;
        bool is_confirmed;
    } rows[] = {
        {RECEIVER EXIM_LOCAL "Message-Id: <E" EXIM_ID "@web7.example>\n" REST, EXIM_ID, true},
        {RECEIVER EXIM_LOCAL "Message-Id: <E1pXyzA-0001Ab-9Z@web7.example>\n" REST, EXIM_ID, false},
        {"Message-Id: <E1wEQYa-00000000aDt-0lKr@web7.example>\n" REST, "1wEQYa-00000000aDt-0lKr",
         false},
        {"Message-Id: <" EXIM_ID "@web7.example>\n" REST, "", false},
        {"Message-Id: <E1pXyzA 0001Ab-2C@web7.example>\n" REST, "", false},
        {"Message-Id: <E>\n" REST, "", false},
    };
    struct arena *arena = arena_new(8 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mail_evidence evidence;
        struct err err;

        CHECK(mail_evidence_read(str_from_cstr(rows[i].message), (struct mail_options){STR_EMPTY},
                                 arena, &evidence, &err));
        CHECK_STR(evidence.queue_id, rows[i].queue_id);
        CHECK_ROW(i, evidence.is_id_confirmed == rows[i].is_confirmed);
    }
    arena_free(arena);
}

static void
unwraps_complaints_and_bounces(void)
{
    static const struct {
        const char *message;
        bool is_complaint, is_bounce;
        const char *queue_id, *recipient, *source;
    } rows[] = {
        {"From: abuse@receiver.example\nTo: abuse@web7.example\nContent-Type: multipart/report; "
         "boundary=b\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
         "Source-IP: 192.0.2.7\n--b\nContent-Type: message/rfc822\n\n" RECEIVER PICKUP("1005", "P1")
             REST "--b--\n",
         true, false, "P1", "bob@receiver.example", "192.0.2.7"},
        /* nothing enclosed: what the report says */
        {"From: abuse@receiver.example\nTo: abuse@web7.example\nContent-Type: multipart/report; "
         "boundary=b\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
         "Source-IP: 192.0.2.7\nOriginal-Rcpt-To: bob@receiver.example\n--b--\n",
         true, false, "", "bob@receiver.example", "192.0.2.7"},
        {"From: MAILER-DAEMON@web7.example\nTo: x@blog.example\nSubject: Undelivered\n"
         "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: "
         "message/delivery-status\n\nReporting-MTA: dns; web7.example\nX-Postfix-Queue-ID: P1\n\n"
         "Final-Recipient: rfc822; bob@receiver.example\nStatus: 5.1.1\n--b--\n",
         false, true, "P1", "bob@receiver.example", ""},
        {"From: MAILER-DAEMON@mx.receiver.example\nTo: x@blog.example\nSubject: failure notice\n\n"
         "<bob@receiver.example>:\nno such user\n\n--- Below this line is a copy of the "
         "message.\n\n" PICKUP("1005", "P1") REST,
         false, true, "P1", "bob@receiver.example", ""},
    };
    struct arena *arena = arena_new(8 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mail_evidence evidence;
        struct err err;

        CHECK(mail_evidence_read(str_from_cstr(rows[i].message), (struct mail_options){STR_EMPTY},
                                 arena, &evidence, &err));
        CHECK_ROW(i, evidence.is_complaint == rows[i].is_complaint);
        CHECK_ROW(i, evidence.is_bounce == rows[i].is_bounce);
        CHECK_STR(evidence.queue_id, rows[i].queue_id);
        CHECK_STR(evidence.recipient, rows[i].recipient);
        CHECK_STR(evidence.complaint_source, rows[i].source);
    }
    arena_free(arena);
}

static void
keeps_its_ceilings(void)
{
    struct arena *arena = arena_new(8 << 20), *tiny = arena_new(1024);
    struct mail_evidence evidence;
    struct err err;
    struct buf buf;

    buf_init(&buf, 1 << 20);
    buf_add_cstr(&buf, "From: a@example.org\n");
    for (int i = 0; i < MAIL_HOPS_MAX + 9; i++)
        buf_printf(&buf, "Received: by h%d.example id A%d\nX-Source: %d\n", i, i, i);
    CHECK(mail_evidence_read(buf_str(&buf), (struct mail_options){STR_EMPTY}, arena, &evidence,
                             &err));
    CHECK(evidence.hop_count == MAIL_HOPS_MAX && evidence.claim_count == MAIL_CLAIMS_MAX);
    CHECK(!mail_evidence_read(buf_str(&buf), (struct mail_options){STR_EMPTY}, tiny, &evidence,
                              &err));
    CHECK(err.kind == ERR_LIMIT);
    CHECK(!mail_evidence_read(STR("no mail"), (struct mail_options){STR_EMPTY}, arena, &evidence,
                              &err));
    CHECK(err.kind == ERR_SYNTAX);
    buf_done(&buf);
    arena_free(arena);
    arena_free(tiny);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads the shapes of real spam", reads_the_shapes_of_real_spam},
        {"believes no imitation", believes_no_imitation},
        {"says why", says_why},
        {"uses Exim's Message-ID", uses_exims_message_id},
        {"unwraps complaints and bounces", unwraps_complaints_and_bounces},
        {"keeps its ceilings", keeps_its_ceilings},
    };

    return tap_main(cases, COUNT(cases));
}
