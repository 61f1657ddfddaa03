/*
 * Each row is a complaint as it is mailed, and what a list of complaints says of it.
 */

#include "feedback/complaint.h"

#include "report/dmarc_reports_words.h"
#include "tap.h"

#define REPORT(fields, original)                                                                   \
    "From: Feedback <fbl@receiver.example>\nDate: Thu, 1 Jan 2026 10:00:00 +0000\nSubject: FW\n"   \
    "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n" \
    "\n--b\n\nA complaint.\n--b\nContent-Type: message/feedback-report\n\n" fields                 \
    "\n--b\nContent-Type: message/rfc822\n\n" original "\n--b--\n"
#define ORIGINAL                                                                                   \
    "From: News <news@Example.org>\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n"                        \
    "Message-ID: <1@example.org>\nList-Unsubscribe: <https://example.org/u>\n\nHello\n"

static void
reads_complaints(void)
{
    static const struct {
        const char *message, *kind, *domain, *line;
        uint64_t count;
        bool is_failure;
    } rows[] = {
        {REPORT("Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\nSource-IP: 192.0.2.1\n"
                "Original-Rcpt-To: <bob@receiver.example>\nIncidents: 3\n",
                ORIGINAL),
         "abuse", "example.org",
         "2026-01-01  abuse, from 192.0.2.1, sent as News <news@Example.org> to "
         "bob@receiver.example, 3 times",
         3, false},
        {REPORT("Feedback-Type: auth-failure\nUser-Agent: x\nVersion: 1\nAuth-Failure: DMARC\n"
                "Reported-Domain: example.net\nDelivery-Result: Reject\nIncidents: -7\n",
                ORIGINAL),
         "auth-failure", "example.net", "2026-01-01  failed dmarc, sent as News <news@Example.org>",
         1, true},
        {REPORT("Feedback-Type: Opt-Out\nUser-Agent: x\nVersion: 1\nOriginal-Mail-From: "
                "<a@example.org>\n",
                "Received: x\n\nno header that is known\n"),
         "opt-out", "", "2026-01-01  opt-out, sent as a@example.org", 1, false},
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct complaint complaint;
        struct buf buf;

        CHECK_ROW(
            i, complaint_read(str_from_cstr(rows[i].message), STR("a b.eml"), arena, &complaint));
        CHECK_STR(complaint.kind, rows[i].kind);
        CHECK_STR(complaint.domain, rows[i].domain);
        CHECK_STR(complaint.reporter, "fbl@receiver.example");
        CHECK_ROW(i, complaint.count == rows[i].count);
        CHECK_ROW(i, complaint_is_failure(&complaint) == rows[i].is_failure);
        buf_init(&buf, 4096);
        dmarc_words_complaint(&buf, &complaint);
        CHECK_STR(buf_str(&buf), rows[i].line);
        buf_reset(&buf);
        dmarc_words_command(&buf, &complaint);
        CHECK_STR(buf_str(&buf), "weir trace 'a b.eml'");
        buf_done(&buf);
    }
    arena_free(arena);
}

static void
is_no_complaint(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct complaint complaint;

    CHECK(!complaint_read(STR(ORIGINAL), STR("x"), arena, &complaint));
    CHECK(!complaint_read(STR_EMPTY, STR("x"), arena, &complaint));
    arena_free(arena);
}

/* What several have in common, the most frequent first; what is alone is not told. */
static void
puts_them_in_groups(void)
{
    struct feedback_complaint list[] = {
        {.about = {.source_ip = STR("192.0.2.1"), .count = 1}},
        {.about = {.source_ip = STR("192.0.2.2"), .count = 1}},
        {.about = {.source_ip = STR("192.0.2.3"), .count = 1}},
        {.about = {.source_ip = STR("192.0.2.2"), .count = 4}},
        {.about = {.source_ip = STR("192.0.2.1"), .count = 1}},
        {.about = {.source_ip = STR_EMPTY, .count = 9}},
        {.about = {.source_ip = STR("192.0.2.4"), .count = 2}},
    };
    struct feedback_result result = {.complaints = list, .complaint_shown = COUNT(list)};
    struct buf buf;

    buf_init(&buf, 4096);
    dmarc_words_groups(&buf, &result, DMARC_BY_SOURCE);
    CHECK_STR(buf_str(&buf), "192.0.2.2 (5), 192.0.2.1 (2), 192.0.2.4 (2)");
    buf_reset(&buf);
    dmarc_words_groups(&buf, &result, DMARC_BY_LIST);
    CHECK_STR(buf_str(&buf), "");
    buf_done(&buf);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads complaints and failure reports", reads_complaints},
        {"tells what is no complaint", is_no_complaint},
        {"puts complaints in groups", puts_them_in_groups},
    };

    return tap_main(cases, COUNT(cases));
}
