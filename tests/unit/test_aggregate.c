/*
 * Each row is a report as some receiver writes it, the rows that come out of it, and what was
 * odd about it.
 */

#include "feedback/aggregate.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tap.h"

#define META                                                                                       \
    "<report_metadata><org_name>receiver.example</org_name><report_id>r1</report_id>"              \
    "<date_range><begin>100</begin><end>200</end></date_range></report_metadata>"
#define POLICY "<policy_published><domain>example.org</domain><p>none</p></policy_published>"
#define ROW(ip, count, dkim, spf)                                                                  \
    "<record><row><source_ip>" ip "</source_ip><count>" count "</count><policy_evaluated>"         \
    "<disposition>none</disposition><dkim>" dkim "</dkim><spf>" spf "</spf></policy_evaluated>"    \
    "</row><identifiers><header_from>example.org</header_from></identifiers><auth_results>"        \
    "<spf><domain>example.org</domain><result>pass</result></spf></auth_results></record>"
#define ONE ROW("192.0.2.1", "3", "pass", "fail")

struct seen {
    struct buf buf;
    uint32_t begins, stop_after, rows;
};

static bool
on_begin(void *context, const struct aggregate_report *report)
{
    (void)report;
    ((struct seen *)context)->begins++;
    return true;
}

static bool
on_row(void *context, const struct aggregate_report *report, const struct aggregate_row *row)
{
    struct seen *seen = context;

    (void)report;
    buf_printf(&seen->buf, STR_FMT " %llu " STR_FMT "/" STR_FMT "|", STR_ARG(row->source_ip),
               (unsigned long long)row->count, STR_ARG(row->dkim), STR_ARG(row->spf));
    return ++seen->rows != seen->stop_after;
}

/* Reads `text` in pieces of `step` bytes. */
static bool
read_in_steps(struct seen *seen, struct str text, size_t step, struct aggregate **ret_aggregate,
              struct err *err)
{
    struct aggregate *aggregate = aggregate_new((struct aggregate_handler){on_begin, on_row, seen});
    bool is_good = true;

    buf_init(&seen->buf, 1 << 20);
    while (text.len && is_good) {
        is_good = aggregate_feed(aggregate, str_first(text, step), err);
        text = str_from(text, step);
    }
    is_good = aggregate_finish(aggregate, err);
    *ret_aggregate = aggregate;
    return is_good;
}

static const struct {
    const char *text, *rows;
    uint64_t odd; /* bits of enum aggregate_deviation */
} reports[] = {
    {"<feedback>" META POLICY ONE "</feedback>", "192.0.2.1 3 pass/fail|", 0},
    {"<?xml version=\"1.0\"?>\n<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\">" META POLICY
         ONE "</feedback>\n\n",
     "192.0.2.1 3 pass/fail|", 0},
    /* prefixes of a namespace, and one that nobody knows */
    {"<d:feedback xmlns:d=\"urn:ietf:params:xml:ns:dmarc-2.0\"><d:record><d:row><d:source_ip>"
     "192.0.2.1</d:source_ip><d:count>1</d:count></d:row></d:record></d:feedback>",
     "192.0.2.1 1 /|",
     1 << AGGREGATE_NO_ORG | 1 << AGGREGATE_NO_ID | 1 << AGGREGATE_NO_DATES |
         1 << AGGREGATE_NO_POLICY | 1 << AGGREGATE_NO_RESULT | 1 << AGGREGATE_NO_FROM},
    {"<feedback xmlns=\"http://example.net/x\">" META POLICY ONE "</feedback>",
     "192.0.2.1 3 pass/fail|", 1 << AGGREGATE_NAMESPACE},
    /* rows before what they are about */
    {"<feedback>" ONE POLICY META "</feedback>", "192.0.2.1 3 pass/fail|", 0},
    /* a byte order mark, blanks, something before and behind */
    {"\xef\xbb\xbf\n <feedback>" META POLICY ONE "</feedback>", "192.0.2.1 3 pass/fail|", 0},
    {"garbage<feedback>" META POLICY ONE "</feedback>", "192.0.2.1 3 pass/fail|",
     1 << AGGREGATE_BEFORE},
    {"<feedback>" META POLICY ONE "</feedback>--boundary", "192.0.2.1 3 pass/fail|",
     1 << AGGREGATE_BEHIND},
    {"<feedback>" META POLICY ONE "</feedback></feedback>", "192.0.2.1 3 pass/fail|",
     1 << AGGREGATE_BEHIND},
    /* capitals, blanks */
    {"<feedback>" META POLICY ROW("192.0.2.1", " 3\n", "PASS", " Fail ") "</feedback>",
     "192.0.2.1 3 pass/fail|", 1 << AGGREGATE_CASE},
    {"<Feedback>" META POLICY ONE "</Feedback>", "192.0.2.1 3 pass/fail|", 1 << AGGREGATE_CASE},
    /* what is not XML in it */
    {"<feedback><report_metadata><org_name>A&B \xff</org_name><report_id>r1</report_id>"
     "<date_range><begin>100</begin><end>200</end></date_range></report_metadata>" POLICY ONE
     "</feedback>",
     "192.0.2.1 3 pass/fail|", 1 << AGGREGATE_AMPERSAND | 1 << AGGREGATE_ENCODING},
    {"<?xml version=\"1.0\" encoding=\"windows-1252\"?><feedback>" META POLICY ONE "</feedback>",
     "192.0.2.1 3 pass/fail|", 0},
    /* wrong values */
    {"<feedback>" META POLICY ROW("192.0.2.300", "3", "pass", "fail") "</feedback>",
     "192.0.2.300 3 pass/fail|", 1 << AGGREGATE_NO_ADDRESS},
    {"<feedback>" META POLICY ROW("192.0.2.0/24", "3", "pass", "fail") "</feedback>",
     "192.0.2.0/24 3 pass/fail|", 1 << AGGREGATE_NO_ADDRESS},
    {"<feedback>" META POLICY ROW("2001:db8::1", "-3", "pass", "fail") "</feedback>",
     "2001:db8::1 0 pass/fail|", 1 << AGGREGATE_NO_COUNT},
    {"<feedback>" META POLICY ROW("192.0.2.1", "9999999999999", "pass", "fail") "</feedback>",
     "192.0.2.1 0 pass/fail|", 1 << AGGREGATE_NO_COUNT},
    /* cut off, and broken behind its first row */
    {"<feedback>" META POLICY ONE "<record><row><source_ip>198.51", "192.0.2.1 3 pass/fail|",
     1 << AGGREGATE_CUT},
    {"<feedback>" META POLICY ONE "</record></feedback>", "192.0.2.1 3 pass/fail|",
     1 << AGGREGATE_CUT},
    /* unknown elements, comments, CDATA */
    {"<feedback><x><record><row><count>9</count></row></record></x>" META POLICY
     "<!-- c --><record><row><source_ip><![CDATA[192.0.2.1]]></source_ip><count>1</count>"
     "<policy_evaluated><dkim>pass</dkim><spf>p<!-- x -->ass</spf></policy_evaluated></row>"
     "<identifiers><header_from>example.org</header_from></identifiers></record></feedback>",
     "192.0.2.1 1 pass/pass|", 0},
    {"<feedback>" META POLICY "</feedback>", "", 0},
};

static void
reads_what_receivers_write(void)
{
    static const size_t steps[] = {1, 7, 4096, 1 << 20};

    for (size_t i = 0; i < COUNT(reports); i++) {
        for (size_t k = 0; k < COUNT(steps); k++) {
            struct seen seen = {.begins = 0};
            struct aggregate *aggregate;
            struct err err;
            uint64_t odd = 0;

            CHECK_ROW(i, read_in_steps(&seen, str_from_cstr(reports[i].text), steps[k], &aggregate,
                                       &err));
            CHECK_STR(buf_str(&seen.buf), reports[i].rows);
            CHECK_ROW(i, seen.begins == 1);
            for (int d = 0; d < AGGREGATE_DEVIATION_COUNT; d++)
                odd |= aggregate_report(aggregate)->deviations[d] ? (uint64_t)1 << d : 0;
            CHECK_ROW(i, odd == reports[i].odd);
            aggregate_free(aggregate);
            buf_done(&seen.buf);
        }
    }
}

static void
refuses_what_is_no_report(void)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "no XML"},
        {"hello", "no XML"},
        {"<html><body>", "does not begin with <feedback>"},
        {"<feedback>", "broken XML"},
        {"<feedback><a></b>", "broken XML"},
        {"<!DOCTYPE feedback><feedback>" META POLICY ONE "</feedback>", "DOCTYPE"},
        {"<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><feedback>&lol2;"
         "</feedback>",
         "DOCTYPE"},
        {"<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><feedback/>", "DOCTYPE"},
        {"<feedback><?xml version=\"1.0\"?></feedback>", "broken XML"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct seen seen = {.begins = 0};
        struct aggregate *aggregate;
        struct err err = {.text = ""};

        CHECK_ROW(i, !read_in_steps(&seen, str_from_cstr(rows[i].text), 5, &aggregate, &err));
        CHECK_ROW(i, str_has(str_from_cstr(err.text), str_from_cstr(rows[i].why)));
        CHECK_ROW(i, seen.rows == 0);
        aggregate_free(aggregate);
        buf_done(&seen.buf);
    }
}

/* A document of `count` times `piece` between `before` and `after` ends with that failure. */
static void
ends_with(const char *before, const char *piece, size_t count, const char *why)
{
    struct seen seen = {.begins = 0};
    struct aggregate *aggregate;
    struct err err = {.text = ""};
    struct buf text;

    buf_init(&text, 1 << 24);
    buf_add_cstr(&text, before);
    for (size_t i = 0; i < count; i++)
        buf_add_cstr(&text, piece);
    CHECK(!read_in_steps(&seen, buf_str(&text), 1000, &aggregate, &err));
    CHECK(str_has(str_from_cstr(err.text), str_from_cstr(why)));
    aggregate_free(aggregate);
    buf_done(&seen.buf);
    buf_done(&text);
}

static void
has_ceilings(void)
{
    ends_with("<feedback>", "<a>", 100000, "nested too deep");
    ends_with("<feedback><a b=\"", "xxxxxxxxxxxxxxxx", 100000, "does not end");
    ends_with("<feedback><!-- ", "xxxxxxxxxxxxxxxx", 100000, "does not end");
}

static void
keeps_no_more_than_its_ceilings(void)
{
    struct seen seen = {.begins = 0};
    struct aggregate *aggregate;
    struct err err;
    struct buf text;

    buf_init(&text, 1 << 24);
    buf_add_cstr(&text, "<feedback>" META POLICY "<record><row><source_ip>192.0.2.1</source_ip>"
                        "<count>1</count><policy_evaluated><dkim>pass</dkim><spf>pass</spf>"
                        "</policy_evaluated></row><identifiers><header_from>example.org"
                        "</header_from></identifiers><auth_results>");
    for (int i = 0; i < 1000; i++)
        buf_add_cstr(&text, "<dkim><domain>example.org</domain><selector>s</selector></dkim>");
    buf_add_cstr(&text, "<spf><human_result>");
    for (int i = 0; i < 10000; i++)
        buf_add_cstr(&text, "long text ");
    buf_add_cstr(&text, "</human_result></spf></auth_results></record></feedback>");
    CHECK(read_in_steps(&seen, buf_str(&text), 100000, &aggregate, &err));
    CHECK_STR(buf_str(&seen.buf), "192.0.2.1 1 pass/pass|");
    CHECK(aggregate_report(aggregate)->deviations[AGGREGATE_LONG] == 1000 - AGGREGATE_LIST_MAX + 1);
    aggregate_free(aggregate);
    buf_done(&seen.buf);
    buf_done(&text);
}

static void
stops_when_asked(void)
{
    struct seen seen = {.stop_after = 1};
    struct aggregate *aggregate;
    struct err err;

    CHECK(read_in_steps(&seen, STR("<feedback>" META POLICY ONE ONE ONE "</feedback>"), 3,
                        &aggregate, &err));
    CHECK(seen.rows == 1 && aggregate_is_stopped(aggregate));
    CHECK(!aggregate_report(aggregate)->is_whole);
    aggregate_free(aggregate);
    buf_done(&seen.buf);
}

static void
reads_utf16(void)
{
    static const char text[] = "<feedback>" META POLICY ONE "</feedback>";
    struct seen seen = {.begins = 0};
    struct aggregate *aggregate;
    struct err err;
    struct buf wide;

    buf_init(&wide, 1 << 16);
    buf_add(&wide, STR("\xff\xfe"));
    for (size_t i = 0; text[i]; i++) {
        buf_add_char(&wide, text[i]);
        buf_add_char(&wide, '\0');
    }
    CHECK(aggregate_is_likely(buf_str(&wide)));
    CHECK(read_in_steps(&seen, buf_str(&wide), 3, &aggregate, &err));
    CHECK_STR(buf_str(&seen.buf), "192.0.2.1 3 pass/fail|");
    aggregate_free(aggregate);
    buf_done(&seen.buf);
    buf_done(&wide);
}

static void
reads_all_of_a_report(void)
{
    struct aggregate *aggregate;
    const struct aggregate_report *report;
    struct seen seen = {.begins = 0};
    struct err err;

    CHECK(read_in_steps(
        &seen,
        STR("<feedback><version>1.0</version><report_metadata><org_name>A &amp; B</org_name>"
            "<email>dmarc@receiver.example</email><report_id>r&#49;</report_id><date_range><begin>"
            "2023-11-14T22:13:20Z</begin><end>1700000001.5</end></date_range><error>one</error>"
            "<error>two</error><generator>g 1</generator></report_metadata><policy_published>"
            "<domain>Example.ORG</domain><adkim>s</adkim><p>reject</p><np>none</np><testing>y"
            "</testing></policy_published></feedback>"),
        9, &aggregate, &err));
    report = aggregate_report(aggregate);
    CHECK_STR(report->org_name, "A & B");
    CHECK_STR(report->report_id, "r1");
    CHECK(report->begin_s == 1700000000 && report->end_s == 1700000001);
    CHECK(report->error_count == 2);
    CHECK_STR(report->errors[1], "two");
    CHECK_STR(report->domain, "example.org");
    CHECK_STR(report->adkim, "s");
    CHECK_STR(report->np, "none");
    CHECK_STR(report->testing, "y");
    CHECK_STR(report->generator, "g 1");
    CHECK(report->is_whole && report->deviations[AGGREGATE_CASE] == 0);
    aggregate_free(aggregate);
    buf_done(&seen.buf);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads what receivers write, however it is cut", reads_what_receivers_write},
        {"refuses what is no report", refuses_what_is_no_report},
        {"has ceilings on depth and tokens", has_ceilings},
        {"keeps no more than its ceilings", keeps_no_more_than_its_ceilings},
        {"stops when asked", stops_when_asked},
        {"reads UTF-16", reads_utf16},
        {"reads all of a report", reads_all_of_a_report},
    };

    return tap_main(cases, COUNT(cases));
}
