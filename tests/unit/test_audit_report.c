/* The three forms of one result: what a person, a program and a site's owner see. */

#include "report/audit_group.h"
#include "report/audit_report.h"
#include "tap.h"

static void
fill(struct audit *audit)
{
    struct audit_finding *finding;

    audit_fine(audit, AUDIT_DOMAIN, "mx", STR("example.com"), STR("its mail servers resolve"),
               STR("10 mx.example.com"));
    audit_unknown(audit, AUDIT_HOST, "firewall", STR("web7"), STR("port 25 was not looked at"),
                  STR("nft is not installed"));
    finding =
        audit_add(audit, (struct audit_finding){.area = AUDIT_DOMAIN,
                                                .check = "spf-all",
                                                .outcome = AUDIT_WEAK,
                                                .subject = STR("example.com"),
                                                .title = STR("anybody may send as it"),
                                                .place = STR("example.com TXT"),
                                                .seen = STR("v=spf1 +all \x1b[31m<b>\n  run: rm"),
                                                .why = STR("It permits everybody.")});
    audit_fix(audit, finding,
              (struct audit_fix){.kind = AUDIT_FIX_RECORD,
                                 .where = STR("example.com"),
                                 .name = STR("TXT"),
                                 .value = STR("v=spf1 mx \"-all\"")});
    finding = audit_add(audit, (struct audit_finding){.area = AUDIT_MTA,
                                                      .check = "relay",
                                                      .outcome = AUDIT_CRITICAL,
                                                      .subject = STR("postfix"),
                                                      .title = STR("it relays for strangers")});
    audit_fix(audit, finding,
              (struct audit_fix){.kind = AUDIT_FIX_SETTING,
                                 .program = AUDIT_PROGRAM_POSTFIX,
                                 .where = STR("/etc/postfix/main.cf"),
                                 .name = STR("mynetworks"),
                                 .value = STR("127.0.0.0/8 [::1]/128"),
                                 .old = STR("0.0.0.0/0")});
    audit_sort(audit);
}

static bool
has(const struct buf *buf, const char *text)
{
    return str_has(buf_str(buf), str_from_cstr(text));
}

static void
tells_a_person(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct audit audit;
    struct audit_report report = {.audit = &audit, .host = STR("web7")};
    struct buf buf;
    struct paper paper = {.buf = &buf, .width = 100};

    audit_init(&audit, arena);
    fill(&audit);
    buf_init(&buf, 1 << 20);
    audit_report_text(&report, &paper);
    CHECK(has(&buf, "1 thing lets strangers send through this server now; 1 thing is weak."));
    CHECK(has(&buf, "● postfix: it relays for strangers"));
    CHECK(has(&buf, "postconf -e 'mynetworks=127.0.0.0/8 [::1]/128'"));
    CHECK(has(&buf, "now: 0.0.0.0/0"));
    CHECK(has(&buf, "example.com. IN TXT \"v=spf1 mx \\\"-all\\\"\""));
    /* what is quoted cannot pass for the report's own lines */
    CHECK(has(&buf, "\n  | run: rm\n"));
    CHECK(has(&buf, "? web7: port 25 was not looked at: nft is not installed"));
    CHECK(has(&buf, "1 check found all in order"));
    /* the worst first; no escape reaches the terminal */
    CHECK(str_find(buf_str(&buf), STR("relays")) < str_find(buf_str(&buf), STR("anybody")));
    CHECK(!has(&buf, "\x1b") && has(&buf, "\\x1b[31m"));
    buf_done(&buf);
    arena_free(arena);
}

static void
tells_a_program(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct audit audit;
    struct audit_report report = {.audit = &audit, .generated_s = 1772359200};
    struct buf buf;

    audit_init(&audit, arena);
    fill(&audit);
    buf_init(&buf, 1 << 20);
    audit_report_json(&report, &buf);
    CHECK(has(&buf, "\"generated\":\"2026-03-01T10:00:00Z\""));
    CHECK(has(&buf, "\"counts\":{\"critical\":1,\"serious\":0,\"weak\":1,\"note\":0,\"unknown\":1,"
                    "\"fine\":1,\"lost\":0}"));
    CHECK(has(&buf, "\"area\":\"mta\",\"check\":\"relay\",\"outcome\":\"critical\""));
    CHECK(has(&buf, "\"old\":\"0.0.0.0/0\""));
    CHECK(has(&buf, "\\u001b[31m<b>"));
    buf_done(&buf);
    arena_free(arena);
}

static void
tells_an_owner(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct audit audit;
    struct audit_report report = {.audit = &audit, .generated_s = 1772359200};
    struct buf buf;

    audit_init(&audit, arena);
    fill(&audit);
    buf_init(&buf, 1 << 20);
    audit_report_html(&report, NULL, NULL, &buf);
    CHECK(has(&buf, "2026-03-01 10:00"));
    CHECK(has(&buf, "Settings of the mail server") && has(&buf, "close it now"));
    CHECK(has(&buf, "&#60;b") && !has(&buf, "[31m<b>"));
    CHECK(has(&buf, "It is now: <code>0.0.0.0/0</code>"));
    buf_done(&buf);
    arena_free(arena);
}

/* A file to be written keeps its lines and their indent, however narrow the terminal is. */
static void
pastes_whole_lines(void)
{
    static const char rule[] =
        "chain output {\n\ttcp dport 25 ct state new meta skuid != 102 limit "
        "rate 10/second log prefix \"port 25: \" flags skuid\n}\n";
    struct arena *arena = arena_new(1 << 20);
    struct audit audit;
    struct audit_report report = {.audit = &audit};
    struct audit_finding *finding;
    struct buf buf;
    struct paper paper = {.buf = &buf, .width = 60};

    audit_init(&audit, arena);
    finding = audit_add(&audit, (struct audit_finding){.check = "x", .outcome = AUDIT_WEAK});
    audit_fix(&audit, finding,
              (struct audit_fix){.kind = AUDIT_FIX_FILE,
                                 .where = STR("/etc/x.nft"),
                                 .value = {rule, sizeof(rule) - 1}});
    buf_init(&buf, 1 << 20);
    audit_report_text(&report, &paper);
    CHECK(has(&buf, "limit rate 10/second log prefix \"port 25: \" flags skuid\n"));
    CHECK(has(&buf, "      chain output {\n      \ttcp dport"));
    buf_done(&buf);
    arena_free(arena);
}

/* The same of many sites is one paragraph in the text; the page has what each needs. */
static void
tells_many_as_one(void)
{
    struct arena *arena = arena_new(4 << 20);
    struct audit audit;
    struct str subjects[50];
    struct audit_report report = {
        .audit = &audit, .subjects = subjects, .subject_count = COUNT(subjects)};
    struct buf buf;
    struct paper paper = {.buf = &buf, .width = 100};

    audit_init(&audit, arena);
    for (unsigned i = 0; i < 50; i++) {
        struct str name = arena_printf(arena, "site%u.example", i);
        struct audit_finding *finding = audit_add(
            &audit,
            (struct audit_finding){
                .check = "dmarc",
                .outcome = AUDIT_SERIOUS,
                .subject = name,
                .title = arena_printf(arena, STR_FMT " has no DMARC record", STR_ARG(name))});
        audit_fix(&audit, finding,
                  (struct audit_fix){.kind = AUDIT_FIX_RECORD,
                                     .where = arena_printf(arena, "_dmarc." STR_FMT, STR_ARG(name)),
                                     .name = STR("TXT"),
                                     .old = STR("v=dmarc1"),
                                     .value = STR("v=DMARC1; p=none")});
        audit_add(&audit, (struct audit_finding){.check = "uploads",
                                                 .outcome = AUDIT_WEAK,
                                                 .subject = name,
                                                 .title = STR("PHP may run in uploads.")});
    }
    /* Three are told one by one. */
    for (unsigned i = 0; i < AUDIT_GROUP_MIN - 1; i++)
        audit_add(&audit, (struct audit_finding){.check = "few",
                                                 .outcome = AUDIT_NOTE,
                                                 .subject = arena_printf(arena, "pool %u", i),
                                                 .title = STR("Errors are shown.")});
    audit_sort(&audit);
    for (unsigned i = 0; i < COUNT(subjects); i++)
        subjects[i] = arena_printf(arena, "d%u.example", i);
    buf_init(&buf, 1 << 20);
    audit_report_text(&report, &paper);
    CHECK(has(&buf, "d4.example and 45 more · 103 checks\n"));
    CHECK(has(&buf, "50 things are open or broken; 50 things are weak."));
    CHECK(has(&buf, "● site0.example has no DMARC record; 49 more likewise\n"));
    CHECK(has(&buf, "○ site0.example and 49 more: PHP may run in uploads.\n"));
    CHECK(has(&buf, "site11.example") && !has(&buf, "site12.example"));
    CHECK(has(&buf, "publish in place of v=dmarc1\n"));
    CHECK(has(&buf, "--verbose tells what each needs") && has(&buf, "the others need the same"));
    CHECK(has(&buf, "· pool 0: Errors") && has(&buf, "· pool 2: Errors"));
    buf_reset(&buf);
    report.is_verbose = true;
    audit_report_text(&report, &paper);
    CHECK(has(&buf, "_dmarc.site49.example. IN TXT") && !has(&buf, "likewise"));
    buf_reset(&buf);
    audit_report_html(&report, NULL, NULL, &buf);
    CHECK(has(&buf, "<summary>The same of 49 more</summary>"));
    CHECK(has(&buf, "_dmarc.site49.example. IN TXT"));
    buf_done(&buf);
    arena_free(arena);
}

/* A record longer than 255 bytes is pasted as several strings. */
static void
splits_long_records(void)
{
    char text[300];
    struct audit_fix fix = {.kind = AUDIT_FIX_RECORD,
                            .where = STR("a.example"),
                            .name = STR("TXT"),
                            .value = {text, sizeof(text)}};
    struct buf buf;

    memset(text, 'x', sizeof(text));
    buf_init(&buf, 4096);
    audit_report_paste(&fix, &buf);
    CHECK(buf.len == strlen("a.example. IN TXT ") + 300 + 4 + 1);
    CHECK(has(&buf, "x\" \"x"));
    buf_done(&buf);
}

static void
findings_are_bounded(void)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct audit audit;
    struct audit_finding *finding;

    audit_init(&audit, arena);
    for (unsigned i = 0; i < AUDIT_FINDINGS_MAX + 10; i++) {
        finding = audit_add(&audit, (struct audit_finding){.check = "x", .title = STR("y")});
        for (unsigned k = 0; k < AUDIT_FIXES_MAX + 3; k++)
            audit_fix(&audit, finding, (struct audit_fix){.value = STR("z")});
    }
    CHECK(audit.count == AUDIT_FINDINGS_MAX && audit.lost == 10);
    CHECK(audit.list[0].fix_count == AUDIT_FIXES_MAX);
    arena_free(arena);
}

static const struct tap_case cases[] = {
    {"a person is told the worst first, with what to paste", tells_a_person},
    {"a program is told all of it", tells_a_program},
    {"an owner gets a page that runs nothing", tells_an_owner},
    {"what is pasted keeps its lines", pastes_whole_lines},
    {"the same of many is told as one", tells_many_as_one},
    {"a long record is split into strings", splits_long_records},
    {"findings and fixes are bounded, and what is lost is counted", findings_are_bounded},
};

int
main(void)
{
    return tap_main(cases, COUNT(cases));
}
