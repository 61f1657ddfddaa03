/* Records and policies of MTA-STS and TLS-RPT: what each is read as, and what is wrong with it. */

#include "audit/sts.h"

#include "tap.h"

static void
reads_records(void)
{
    static const struct {
        const char *text, *error, *id; /* error NULL: fine */
    } rows[] = {
        {"v=STSv1; id=20260301T000000;", NULL, "20260301T000000"},
        {"v=STSv1;id=1", NULL, "1"},
        {"v=STSv1; id=12345678901234567890123456789012", NULL, "12345678901234567890123456789012"},
        {"v=STSv1; id=123456789012345678901234567890123", "id must be 1 to 32 letters and digits",
         "123456789012345678901234567890123"},
        {"v=STSv1; id=a-b", "id must be 1 to 32 letters and digits", "a-b"},
        {"v=STSv1; id=", "id must be 1 to 32 letters and digits", ""},
        {"v=STSv1", "the tag id is missing", ""},
        {"v=STSv1; id=1; x=2", NULL, "1"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str id;
        const char *error = sts_record_error(str_from_cstr(rows[i].text), &id);

        CHECK_ROW(i, (error == NULL) == (rows[i].error == NULL));
        CHECK_ROW(i, !error || !rows[i].error || strcmp(error, rows[i].error) == 0);
        CHECK_STR(id, rows[i].id);
        CHECK_ROW(i, sts_record_is(str_from_cstr(rows[i].text)));
    }
    CHECK(!sts_record_is(STR("v=STSv10; id=1")));
    CHECK(!sts_record_is(STR("v=stsv1; id=1")));
    CHECK(!sts_record_is(STR("")));
}

static void
reads_reports(void)
{
    static const struct {
        const char *text;
        bool is_fine;
    } rows[] = {
        {"v=TLSRPTv1; rua=mailto:tls@example.com", true},
        {"v=TLSRPTv1;rua=https://example.com/tls", true},
        {"v=TLSRPTv1; rua=mailto:a@example.com,https://example.com/b", true},
        {"v=TLSRPTv1; rua=mailto:", false},
        {"v=TLSRPTv1; rua=mailto:tls", false},
        {"v=TLSRPTv1; rua=mailto:@example.com", false},
        {"v=TLSRPTv1; rua=http://example.com/tls", false},
        {"v=TLSRPTv1; rua=tls@example.com", false},
        {"v=TLSRPTv1; rua=", false},
        {"v=TLSRPTv1", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str uris;

        CHECK_ROW(i, sts_report_is(str_from_cstr(rows[i].text)));
        CHECK_ROW(i, (sts_report_error(str_from_cstr(rows[i].text), &uris) == NULL) ==
                         rows[i].is_fine);
    }
}

#define HEAD "version: STSv1\n"

static void
reads_policies(void)
{
    static const struct {
        const char *text, *error;
        enum sts_mode mode;
        uint32_t mx_count;
        uint64_t max_age_s;
    } rows[] = {
        {HEAD "mode: enforce\nmx: a.example\nmx: *.b.example\nmax_age: 604800\n", NULL,
         STS_MODE_ENFORCE, 2, 604800},
        {"version:STSv1\r\nmode:testing\r\nmx:a.example\r\nmax_age:1\r\n", NULL, STS_MODE_TESTING,
         1, 1},
        {HEAD "mode: none\nmax_age: 0", NULL, STS_MODE_NONE, 0, 0},
        {HEAD "mode: enforce\nmode: none\nmx: a.example\nmax_age: 5\nmax_age: x\n", NULL,
         STS_MODE_ENFORCE, 1, 5},
        {HEAD "mode: enforce\nmx: a.example\nmax_age: 5\nfuture: yes\n", NULL, STS_MODE_ENFORCE, 1,
         5},
        {"mode: enforce\nmx: a.example\nmax_age: 5\n", "version is missing", 0, 0, 0},
        {"version: STSv2\n", "version must be STSv1", 0, 0, 0},
        {HEAD "mode: Enforce\n", "mode must be enforce, testing or none", 0, 0, 0},
        {HEAD "mx: a.example\nmax_age: 5\n", "mode is missing", 0, 0, 0},
        {HEAD "mode: enforce\nmx: a.example\n", "max_age is missing", 0, 0, 0},
        {HEAD "mode: enforce\nmax_age: 5\n", "mx is missing", 0, 0, 0},
        {HEAD "mode: enforce\nmx: a.*.example\nmax_age: 5\n",
         "an mx is no name and no \"*.\" before a name", 0, 0, 0},
        {HEAD "mode: none\nmax_age: 99999999\n",
         "max_age must be a number of seconds, at most 31557600", 0, 0, 0},
        {"", "version is missing", 0, 0, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sts_policy policy;
        const char *error = sts_policy_read(str_from_cstr(rows[i].text), &policy);

        CHECK_ROW(i, (error == NULL) == (rows[i].error == NULL));
        CHECK_ROW(i, !error || !rows[i].error || strcmp(error, rows[i].error) == 0);
        if (error)
            continue;
        CHECK_ROW(i, policy.mode == rows[i].mode);
        CHECK_ROW(i, policy.mx_count == rows[i].mx_count);
        CHECK_ROW(i, policy.max_age_s == rows[i].max_age_s);
    }
}

static void
matches_hosts(void)
{
    static const struct {
        const char *pattern, *host;
        bool matches;
    } rows[] = {
        {"mx.example.com", "MX.example.com", true}, {"mx.example.com", "mx2.example.com", false},
        {"*.example.com", "mx.example.com", true},  {"*.example.com", "a.mx.example.com", false},
        {"*.example.com", "example.com", false},    {"*.example.com", ".example.com", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, sts_matches(str_from_cstr(rows[i].pattern), str_from_cstr(rows[i].host)) ==
                         rows[i].matches);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads records", reads_records},
        {"reads records for reports", reads_reports},
        {"reads policies", reads_policies},
        {"matches hosts", matches_hosts},
    };

    return tap_main(cases, COUNT(cases));
}
