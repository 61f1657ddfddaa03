/*
 * Complaints as receivers send them.
 */

#include "mail/arf.h"

#include "base/buf.h"
#include "tap.h"

#define HEAD                                                                                       \
    "From: abuse@receiver.example\nSubject: FW: pills\nMIME-Version: 1.0\nContent-Type: "          \
    "multipart/report; report-type=feedback-report; boundary=\"b\"\n\n--b\n\nA complaint.\n--b\n"
#define ORIGINAL                                                                                   \
    "Received: from web7.example (web7.example [192.0.2.7]) by mx.receiver.example id R1\nFrom: "  \
    "x@shop.example\nTo: bob@receiver.example\n\nbuy"

static void
reads_every_field(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct arf arf;

    CHECK(arf_read(STR(HEAD "Content-Type: message/feedback-report\n\n"
                            "Feedback-Type: abuse\n"
                            "User-Agent: Reporter/1.0\n"
                            "Version: 1\n"
                            "Source-IP: 192.0.2.7 (web7.example)\n"
                            "Source-Port: 4711\n"
                            "Original-Mail-From: <x@shop.example>\n"
                            "Original-Envelope-Id: 8CC9C1A2B3\n"
                            "Original-Rcpt-To: <bob@receiver.example>\n"
                            "Original-Rcpt-To: <kim@receiver.example>\n"
                            "Reporting-MTA: dns; mx.receiver.example\n"
                            "Incidents: 3\n"
                            "Reported-Domain: shop.example\n"
                            "Reported-Uri: http://pills.example/a\n"
                            "Reported-URI: http://pills.example/b\n"
                            "Authentication-Results: mx.receiver.example;\n    spf=pass\n"
                            "Arrival-Date: Tue, 8 Mar 2005 14:00:00 +0000\n"
                            "Auth-Failure: dmarc\nDKIM-Domain: shop.example\n"
                            "--b\nContent-Type: message/rfc822\n\n" ORIGINAL "\n--b--\n"),
                   arena, &arf));
    CHECK_STR(arf.feedback_type, "abuse");
    CHECK_STR(arf.user_agent, "Reporter/1.0");
    CHECK_STR(arf.version, "1");
    CHECK_STR(arf.source_ip, "192.0.2.7");
    CHECK_STR(arf.source_port, "4711");
    CHECK_STR(arf.original_mail_from, "<x@shop.example>");
    CHECK_STR(arf.original_envelope_id, "8CC9C1A2B3");
    CHECK(arf.original_rcpt_to.count == 2);
    CHECK_STR(arf.original_rcpt_to.items[1], "<kim@receiver.example>");
    CHECK_STR(arf.reporting_mta, "mx.receiver.example");
    CHECK_STR(arf.incidents, "3");
    CHECK(arf.reported_domain.count == 1 && arf.reported_uri.count == 2);
    CHECK_STR(arf.reported_uri.items[1], "http://pills.example/b");
    CHECK_STR(arf.authentication_results.items[0], "mx.receiver.example; spf=pass");
    CHECK_STR(arf.auth_failure, "dmarc");
    CHECK_STR(arf.dkim_domain, "shop.example");
    CHECK(arf.arrival_s == INT64_C(1110290400));
    CHECK_STR(arf.original, ORIGINAL);
    arena_free(arena);
}

static void
reads_other_forms(void)
{
    static const struct {
        const char *message, *source_ip, *original;
    } rows[] = {
        /* the headers alone, the report marked as text, encoded */
        {HEAD "Content-Type: text/plain\n\nFeedback-Type: abuse\nSource-IP: IPv6:2001:db8::1\n--b\n"
              "Content-Type: text/rfc822-headers\n\nFrom: x@shop.example\n--b--\n",
         "2001:db8::1", "From: x@shop.example"},
        {HEAD "Content-Type: message/feedback-report\nContent-Transfer-Encoding: base64\n\n"
              "RmVlZGJhY2stVHlwZTogYWJ1c2UKU291cmNlLUlQOiBbMTkyLjAuMi43XQo=\n--b--\n",
         "192.0.2.7", ""},
        {HEAD "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nSource: 192.0.2.7\n"
              "--b--\n",
         "192.0.2.7", ""},
        /* the mail is enclosed twice: the first counts; so does the first Source-IP */
        {HEAD "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nSource-IP: "
              "192.0.2.7\nSource-IP: 192.0.2.8\n--b\nContent-Type: message/rfc822\n\nA: 1\n--b\n"
              "Content-Type: message/rfc822\n\nA: 2\n--b--\n",
         "192.0.2.7", "A: 1"},
        /* Outlook states the address in its subject */
        {"From: staff@outlook.example\nSubject: complaint about message from 192.0.2.7\n"
         "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nA: 1\n"
         "--b--\n",
         "192.0.2.7", "A: 1"},
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arf arf = {.version = STR_EMPTY};

        CHECK_ROW(i, arf_read(str_from_cstr(rows[i].message), arena, &arf));
        CHECK_STR(arf.source_ip, rows[i].source_ip);
        CHECK_STR(arf.original, rows[i].original);
        CHECK_STR(arf.feedback_type, "abuse");
    }
    arena_free(arena);
}

static void
refuses_what_is_no_complaint(void)
{
    static const char *const rows[] = {
        "From: a@example.org\nSubject: complaint about message from 192.0.2.7\n\nno mail enclosed",
        "From: a@example.org\nSubject: complaint about message from you\nContent-Type: "
        "multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nA: 1\n--b--\n",
        "From: a@example.org\nSubject: FW\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        "Content-Type: message/rfc822\n\nA: 1\n--b--\n",
        "From: a@example.org\n\nI quote: Feedback-Type: abuse",
        "",
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arf arf = {.version = STR("untouched")};

        CHECK_ROW(i, !arf_read(str_from_cstr(rows[i]), arena, &arf));
        CHECK_STR(arf.version, "untouched");
    }
    arena_free(arena);
}

static void
keeps_the_ceiling_of_a_list(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct arf arf;
    struct buf buf;

    buf_init(&buf, 1 << 16);
    buf_add_cstr(&buf, HEAD "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n");
    for (int i = 0; i < ARF_LIST_MAX + 9; i++)
        buf_printf(&buf, "Reported-Uri: http://pills.example/%d\n", i);
    buf_add_cstr(&buf, "--b--\n");
    CHECK(arf_read(buf_str(&buf), arena, &arf));
    CHECK(arf.reported_uri.count == ARF_LIST_MAX);
    CHECK_STR(arf.reported_uri.items[ARF_LIST_MAX - 1], "http://pills.example/15");
    buf_done(&buf);
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads every field", reads_every_field},
        {"reads other forms", reads_other_forms},
        {"refuses what is no complaint", refuses_what_is_no_complaint},
        {"keeps the ceiling of a list", keeps_the_ceiling_of_a_list},
    };

    return tap_main(cases, COUNT(cases));
}
