/*
 * Each row is a TLS report and what comes out of it: failures before the policy they are of.
 */

#include "feedback/tlsrpt.h"

#include "base/buf.h"
#include "tap.h"

static bool
on_policy(void *context, const struct tlsrpt_report *report, const struct tlsrpt_policy *policy)
{
    (void)report;
    buf_printf(context, "p%llu " STR_FMT " " STR_FMT " %llu+%llu|",
               (unsigned long long)policy->number, STR_ARG(policy->type), STR_ARG(policy->domain),
               (unsigned long long)policy->success_count,
               (unsigned long long)policy->failure_count);
    for (uint32_t i = 0; i < policy->host_count; i++)
        buf_printf(context, "mx " STR_FMT "|", STR_ARG(policy->hosts[i]));
    return true;
}

static bool
on_failure(void *context, const struct tlsrpt_report *report, const struct tlsrpt_failure *failure)
{
    (void)report;
    buf_printf(context, "f%llu " STR_FMT " " STR_FMT " %llu|", (unsigned long long)failure->policy,
               STR_ARG(failure->result_type), STR_ARG(failure->receiving_host),
               (unsigned long long)failure->count);
    return true;
}

static bool
read_in_steps(struct buf *buf, struct str text, size_t step, struct tlsrpt **ret_tlsrpt,
              struct err *err)
{
    struct tlsrpt *tlsrpt = tlsrpt_new((struct tlsrpt_handler){on_policy, on_failure, buf});
    bool is_good = true;

    buf_init(buf, 1 << 20);
    while (text.len && is_good) {
        is_good = tlsrpt_feed(tlsrpt, str_first(text, step), err);
        text = str_from(text, step);
    }
    *ret_tlsrpt = tlsrpt;
    return tlsrpt_finish(tlsrpt, err);
}

#define HEAD                                                                                       \
    "{\"organization-name\":\"receiver.example\",\"report-id\":\"t1\",\"date-range\":{"            \
    "\"start-datetime\":\"2026-01-01T00:00:00Z\",\"end-datetime\":\"2026-01-01T23:59:59Z\"},"
#define POLICY "\"policy\":{\"policy-type\":\"sts\",\"policy-domain\":\"example.org\"}"
#define FAILURE                                                                                    \
    "{\"result-type\":\"certificate-expired\",\"receiving-mx-hostname\":\"mx.example.org\","       \
    "\"failed-session-count\":2}"

static void
reads_reports(void)
{
    static const size_t steps[] = {1, 5, 1 << 20};
    static const struct {
        const char *text, *found;
        uint64_t odd;
    } rows[] = {
        {HEAD "\"policies\":[{" POLICY ",\"summary\":{\"total-successful-session-count\":5,"
              "\"total-failure-session-count\":2},\"failure-details\":[" FAILURE "]}]}",
         "f0 certificate-expired mx.example.org 2|p0 sts example.org 5+2|", 0},
        /* members in another order, unknown ones, a byte order mark, numbers in quotes */
        {"\xef\xbb\xbf {\"policies\":[{\"failure-details\":[" FAILURE "],\"x\":{\"policy\":[1,{}]},"
         "\"summary\":{\"total-successful-session-count\":\"5\"}," POLICY "}],"
         "\"report-id\":\"t1\",\"organization-name\":\"r\",\"date-range\":{\"start-datetime\":"
         "\"2026-01-01\",\"end-datetime\":\"2026-01-02\"}}",
         "f0 certificate-expired mx.example.org 2|p0 sts example.org 5+0|", 0},
        /* a host that is no list, and a list */
        {HEAD "\"policies\":[{\"policy\":{\"policy-type\":\"tlsa\",\"mx-host\":\"a.example\"}},"
              "{\"policy\":{\"policy-type\":\"sts\",\"mx-host\":[\"b.example\",\"c.example\"]}}]}",
         "p0 tlsa  0+0|mx a.example|p1 sts  0+0|mx b.example|mx c.example|", 0},
        {HEAD "\"policies\":[]}", "", 0},
        {HEAD "\"policies\":[{\"summary\":{\"total-failure-session-count\":-1}}]}", "p0   0+0|",
         1 << TLSRPT_NO_COUNT},
        {HEAD "\"policies\":[{" POLICY "}]} --boundary", "p0 sts example.org 0+0|",
         1 << TLSRPT_BEHIND},
        {HEAD "\"policies\":[{" POLICY "},{\"pol", "p0 sts example.org 0+0|", 1 << TLSRPT_CUT},
        {"{\"policies\":[{" POLICY "}]}", "p0 sts example.org 0+0|",
         1 << TLSRPT_NO_ORG | 1 << TLSRPT_NO_ID | 1 << TLSRPT_NO_DATES},
        /* escapes */
        {HEAD "\"policies\":[{\"policy\":{\"policy-type\":\"\\u0073t\\u0073\",\"policy-domain\":"
              "\"\\ud83d\\ude00 \\ud83d \\/\\\"\"}}]}",
         "p0 sts \xf0\x9f\x98\x80 \xef\xbf\xbd /\" 0+0|", 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t k = 0; k < COUNT(steps); k++) {
            struct tlsrpt *tlsrpt;
            uint64_t odd = 0;
            struct err err;
            struct buf buf;

            CHECK_ROW(i, read_in_steps(&buf, str_from_cstr(rows[i].text), steps[k], &tlsrpt, &err));
            CHECK_STR(buf_str(&buf), rows[i].found);
            for (int d = 0; d < TLSRPT_DEVIATION_COUNT; d++)
                odd |= tlsrpt_report(tlsrpt)->deviations[d] ? (uint64_t)1 << d : 0;
            CHECK_ROW(i, odd == rows[i].odd);
            tlsrpt_free(tlsrpt);
            buf_done(&buf);
        }
    }
}

static void
refuses_what_is_no_report(void)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "no policies"},
        {"{}", "no policies"},
        {"[1,2]", "no policies"},
        {"{\"a\"}", "broken JSON in line 1"},
        {"{\n\"policies\":[}", "broken JSON in line 2"},
        {"{\"policies\":[{", "cut off"},
        {"{\"a\":\"\\x\"}", "broken JSON"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "nested too deep"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tlsrpt *tlsrpt;
        struct err err = {.text = ""};
        struct buf buf;

        CHECK_ROW(i, !read_in_steps(&buf, str_from_cstr(rows[i].text), 3, &tlsrpt, &err));
        CHECK_ROW(i, str_has(str_from_cstr(err.text), str_from_cstr(rows[i].why)));
        tlsrpt_free(tlsrpt);
        buf_done(&buf);
    }
}

static void
tells_a_report(void)
{
    CHECK(tlsrpt_is_likely(STR("\xef\xbb\xbf\n{\"organization-name\":\"x\"")));
    CHECK(!tlsrpt_is_likely(STR("{\"a\":1}")) && !tlsrpt_is_likely(STR("policies")));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads reports, however they are cut", reads_reports},
        {"refuses what is no report", refuses_what_is_no_report},
        {"tells a report by its beginning", tells_a_report},
    };

    return tap_main(cases, COUNT(cases));
}
