/* What an audit is told of a record: each row is a zone and the issues that must, and alone may, be
 * found. */

#include "auth/spf_survey.h"

#include <stdlib.h>

#include "base/buf.h"
#include "dns/zone.h"
#include "late_resolver.h"
#include "tap.h"

#define ARENA_BYTES ((size_t)64 << 20)

struct row {
    const char *zone;   /* of example.com */
    const char *issues; /* their names, in order, with blanks between */
    uint32_t lookups, voids_ipv4, voids_ipv6;
    enum spf_result all;
};

static const struct row rows[] = {
    {"example.com TXT \"v=spf1 ip4:192.0.2.1 -all\"\n", "", 0, 0, 0, SPF_FAIL},
    {"example.com A 192.0.2.1\n", "no-record", 0, 0, 0, SPF_NEUTRAL},
    {"example.com TXT timeout\n", "no-answer", 0, 0, 0, SPF_NEUTRAL},
    {"example.com TXT \"v=spf1 -all\"\nexample.com TXT \"v=spf1 ~all\"\n", "many-records", 0, 0, 0,
     SPF_NEUTRAL},
    {"example.com TXT \"v=spf1 ip4:192.0.2.300 -all\"\n", "syntax", 0, 0, 0, SPF_NEUTRAL},
    {"example.com TXT \"v=spf1 +all\"\n", "pass-all", 0, 0, 0, SPF_PASS},
    {"example.com TXT \"v=spf1 ?all\"\n", "neutral-all", 0, 0, 0, SPF_NEUTRAL},
    {"example.com TXT \"v=spf1 ip4:192.0.2.1\"\n", "no-all", 0, 0, 0, SPF_NEUTRAL},
    {"example.com TXT \"v=spf1 ip4:192.0.0.0/15 ip4:192.0.0.0/16 -all\"\n", "wide", 0, 0, 0,
     SPF_FAIL},
    {"example.com TXT \"v=spf1 -ip4:192.0.0.0/15 ip6:2001::/31 -all\"\n", "wide", 0, 0, 0,
     SPF_FAIL},
    {"example.com TXT \"v=spf1 ~all ip4:192.0.2.1 a mx\"\n", "behind-all", 0, 0, 0, SPF_SOFTFAIL},
    {"example.com TXT \"v=spf1 ~all redirect=b.example\"\n", "redirect-ignored", 0, 0, 0,
     SPF_SOFTFAIL},
    {"example.com TXT \"v=spf1 ptr -all\"\n", "ptr", 1, 0, 0, SPF_FAIL},
    {"example.com TXT \"v=spf1 exists:%{p}.b.example -all\"\n", "ptr", 1, 0, 0, SPF_FAIL},
    {"example.com TXT \"v=spf1 exists:%{i}.b.example -all\"\n", "", 1, 0, 0, SPF_FAIL},
    {"example.com TXT \"v=spf1 a -all\"\nexample.com A 192.0.2.1\n", "", 1, 0, 1, SPF_FAIL},
    {"example.com TXT \"v=spf1 a:b.%{d} -all\"\nb.example.com A 192.0.2.1\n"
     "b.example.com AAAA 2001:db8::1\n",
     "", 1, 0, 0, SPF_FAIL},
    {"example.com TXT \"v=spf1 a:b.example mx -all\"\n", "dead-name dead-name", 2, 2, 2, SPF_FAIL},
    {"example.com TXT \"v=spf1 mx -all\"\nexample.com MX 1 b.example\n", "dead-name", 1, 1, 1,
     SPF_FAIL},
    {"example.com TXT \"v=spf1 mx -all\"\nexample.com MX 0 .\n", "", 1, 0, 0, SPF_FAIL},
    {"example.com TXT \"v=spf1 a:b.example a:c.example a:d.example -all\"\n",
     "dead-name dead-name dead-name voids", 3, 3, 3, SPF_FAIL},
    {"example.com TXT \"v=spf1 a:b.example -all\"\nb.example ANY timeout\n", "no-answer no-answer",
     1, 0, 0, SPF_FAIL},
    {"example.com TXT \"v=spf1 include:b.example -all\"\n", "no-target", 1, 0, 0, SPF_FAIL},
    {"example.com TXT \"v=spf1 include:b.example -all\"\nb.example TXT \"v=spf1 +all\"\n",
     "pass-all", 1, 0, 0, SPF_FAIL},
    {"example.com TXT \"v=spf1 -include:b.example ~all\"\nb.example TXT \"v=spf1 +all\"\n", "", 1,
     0, 0, SPF_SOFTFAIL},
    {"example.com TXT \"v=spf1 include:b.example -all\"\nb.example TXT \"v=spf1 ?all\"\n", "", 1, 0,
     0, SPF_FAIL},
    {"example.com TXT \"v=spf1 include:b.example -all\"\n"
     "b.example TXT \"v=spf1 include:example.com\"\n",
     "loop", 2, 0, 0, SPF_FAIL},
    {"example.com TXT \"v=spf1 redirect=b.example\"\nb.example TXT \"v=spf1 ~all\"\n", "", 1, 0, 0,
     SPF_SOFTFAIL},
    {"example.com TXT \"v=spf1 redirect=b.example\"\nb.example TXT \"v=spf1 ip4:192.0.2.1\"\n",
     "no-all", 1, 0, 0, SPF_NEUTRAL},
    {"example.com TXT \"v=spf1 ip4:192.0.2.1 ip4:192.0.2.1 -all\"\n", "twice", 0, 0, 0, SPF_FAIL},
    {"example.com TXT \"v=spf1 -all x=y\"\n", "other-modifier", 0, 0, 0, SPF_FAIL},
    {"example.com TXT \"v=spf1 -all exp=b.example\"\n", "no-explanation", 0, 0, 0, SPF_FAIL},
    {"example.com TXT \"v=spf1 -all exp=b.example\"\nb.example TXT \"because\"\n", "", 0, 0, 0,
     SPF_FAIL},
    {"example.com TXT \"v=spf1; -all\"\n", "nearly no-record", 0, 0, 0, SPF_NEUTRAL},
    {"example.com TXT \"\\\"v=spf1 -all\\\"\"\n", "nearly no-record", 0, 0, 0, SPF_NEUTRAL},
    {"example.com TXT \"v=spf1 -all\"\nexample.com TXT \"spf2.0/pra -all\"\n", "sender-id", 0, 0, 0,
     SPF_FAIL},
    {"example.com TXT \"v=spf1 include:b.example -all\"\n"
     "b.example TXT \"v=spf1 include:c.example include:d.example\"\n"
     "c.example TXT \"v=spf1 exists:%{i}.1 exists:%{i}.2.x exists:%{i}.3.x exists:%{i}.4.x\"\n"
     "d.example TXT \"v=spf1 exists:%{i}.1.x exists:%{i}.2.x exists:%{i}.3.x exists:%{i}.4.x "
     "exists:%{i}.5.x exists:%{i}.6.x exists:%{i}.7.x exists:%{i}.8.x\"\n",
     "syntax lookups", 11, 0, 0, SPF_FAIL},
};

static void
finds_issues(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct spf_survey *survey = calloc(1, sizeof(*survey));
        struct resolver resolver;
        struct zone *zone;
        struct err err;
        char names[400] = "";

        if (!survey || !zone_read(str_from_cstr(rows[i].zone), arena, &zone, &err))
            abort();
        resolver = zone_resolver(zone);
        spf_survey(STR("example.com"), &resolver, arena, survey);
        for (uint32_t j = 0; j < survey->issue_count; j++) {
            strcat(names, j ? " " : "");
            strcat(names, spf_issue_name(survey->issues[j].kind));
            CHECK_ROW(i, spf_survey_find(survey, survey->issues[j].kind) != NULL);
        }
        CHECK_STR(str_from_cstr(names), rows[i].issues);
        CHECK_ROW(i, survey->lookups == rows[i].lookups);
        CHECK_ROW(i, survey->voids_ipv4 == rows[i].voids_ipv4);
        CHECK_ROW(i, survey->voids_ipv6 == rows[i].voids_ipv6);
        CHECK_ROW(i, survey->all == rows[i].all && !survey->is_pending && !survey->is_cut);
        free(survey);
        arena_free(arena);
    }
}

static void
stops_at_its_ceilings(void)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct spf_survey *survey = calloc(1, sizeof(*survey));
    struct resolver resolver;
    struct zone *zone;
    struct err err;
    struct buf text;

    if (!survey)
        abort();
    buf_init(&text, 1u << 20);
    buf_add_cstr(&text, "example.com TXT \"v=spf1");
    for (int i = 0; i < 3000; i++)
        buf_printf(&text, " a:h%d.example include:i%d.example", i, i);
    buf_add_cstr(&text, "\"\n");
    for (int i = 0; i < 3000; i++)
        buf_printf(&text, "i%d.example TXT \"v=spf1 a:b.example mx ?all\"\n", i);
    if (!zone_read(buf_str(&text), arena, &zone, &err))
        abort();
    resolver = zone_resolver(zone);
    spf_survey(STR("example.com"), &resolver, arena, survey);
    CHECK(survey->is_cut && survey->lookups >= 6000);
    CHECK(survey->issue_count == SPF_SURVEY_ISSUES_MAX);
    CHECK(survey->target_count == SPF_SURVEY_NAMES_MAX);
    CHECK(survey->records == SPF_SURVEY_RECORDS_MAX);
    CHECK(zone_asked(zone) <= SPF_SURVEY_QUESTIONS_MAX);
    CHECK(spf_survey_find(survey, SPF_ISSUE_LOOKUPS) && spf_survey_find(survey, SPF_ISSUE_VOIDS));
    CHECK(spf_survey_find(survey, SPF_ISSUE_LONG) != NULL);
    buf_done(&text);
    free(survey);
    arena_free(arena);
}

static void
is_pending_until_all_is_there(void)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct spf_survey *survey = calloc(1, sizeof(*survey));
    struct resolver resolver;
    struct zone *zone;
    struct late late;
    struct err err;
    int rounds = 0;

    if (!survey || !zone_read(STR("example.com TXT \"v=spf1 include:b.example mx ~all\"\n"
                                  "example.com MX 1 b.example\n"
                                  "b.example TXT \"v=spf1 a\"\n"
                                  "b.example A 192.0.2.1\n"),
                              arena, &zone, &err))
        abort();
    resolver = late_resolver(&late, zone_resolver(zone));
    do
        spf_survey(STR("example.com"), &resolver, arena, survey);
    while (survey->is_pending && ++rounds < 20);
    CHECK(rounds > 0 && rounds < 6);
    CHECK(survey->issue_count == 0 && survey->lookups == 3 && survey->voids_ipv4 == 0);
    CHECK(survey->voids_ipv6 == 2 && survey->target_count == 1);
    CHECK_STR(survey->targets[0].name, "b.example");
    free(survey);
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"finds issues", finds_issues},
        {"stops at its ceilings", stops_at_its_ceilings},
        {"is pending until all is there", is_pending_until_all_is_there},
    };

    return tap_main(cases, COUNT(cases));
}
