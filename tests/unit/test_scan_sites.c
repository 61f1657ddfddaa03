/* Findings grouped as people ask for them. A row is a finding; a case says where it must stand. */

#include "report/scan_sites.h"

#include "base/civil.h"
#include "tap.h"

#define FINDINGS_COUNT_MAX 1200

static struct arena *arena;
static struct finding list[FINDINGS_COUNT_MAX];
static struct finding_file files[FINDINGS_COUNT_MAX];

struct row {
    const char *site; /* NULL: a finding of no file */
    const char *path;
    enum finding_kind kind;
    const char *rule;
    double confidence;
    const char *text;
    unsigned char digest; /* 0: not known */
    int64_t changed_s;
};

static struct scan_sites
group(const struct row *rows, size_t count)
{
    static const struct str roots[] = {{"/w/a", 4}, {"/w/b", 4}, {"/w/empty", 8}};
    struct scan_report report = {
        .findings = list, .finding_count = count, .sites = roots, .site_count = 3};
    struct scan_sites sites = {.count = 0};

    for (size_t i = 0; i < count; i++) {
        files[i] =
            (struct finding_file){.has_digest = rows[i].digest != 0, .ctime_s = rows[i].changed_s};
        files[i].site = rows[i].site ? str_from_cstr(rows[i].site) : STR_EMPTY;
        files[i].digest[0] = rows[i].digest;
        list[i] = (struct finding){.kind = rows[i].kind,
                                   .rule = rows[i].rule,
                                   .confidence = rows[i].confidence,
                                   .path = str_from_cstr(rows[i].path),
                                   .text = str_from_cstr(rows[i].text),
                                   .file = rows[i].site ? &files[i] : NULL};
    }
    CHECK(scan_sites_group(&report, arena, &sites));
    return sites;
}

static void
a_malicious_file_is_one_item(void)
{
    static const struct row rows[] = {
        {NULL, "/w/a/x.php", FINDING_ENTRY, "entry-ftp", 0.9, "by FTP", 0, 0},
        {"/w/a", "/w/a/x.php", FINDING_MALICIOUS, "hidden-calls", 0.6, "f();", 1, 50},
        {"/w/a", "/w/a/x.php", FINDING_MALICIOUS, "eval-request", 0.99, "eval();", 1, 50},
        {"/w/a", "/w/a/x.php", FINDING_VULNERABLE_MAIL, "open-relay", 0.92, "mail();", 1, 50},
    };
    struct scan_sites sites = group(rows, COUNT(rows));
    const struct scan_items *items = &sites.list[0].sections[SCAN_MALICIOUS];

    CHECK(sites.count == 1 && sites.total == 3 && sites.hacked == 1 && sites.outside == 0);
    CHECK(items->count == 1 && items->file_count == 1);
    CHECK(strcmp(items->list[0].finding->rule, "eval-request") == 0);
    CHECK(items->list[0].entry_count == 1 && items->list[0].other_count == 4);
    CHECK_STR(items->list[0].entries[0]->text, "by FTP");
    CHECK(sites.list[0].sections[SCAN_MAIL].count == 1);
    CHECK(sites.list[0].sections[SCAN_REMARK].count == 0);
}

static void
weak_findings_are_remarks(void)
{
    static const struct row rows[] = {
        {"/w/a", "/w/a/1.php", FINDING_MALICIOUS, "hidden-calls", 0.89, "f();", 0, 0},
        {"/w/a", "/w/a/2.php", FINDING_UNPROTECTED_FORM, "form-open", 0.5, "<form>", 0, 0},
        {NULL, "/w/a/3.php", FINDING_ENTRY, "entry-ftp", 0.95, "of no malicious file", 0, 0},
    };
    struct scan_sites sites = group(rows, COUNT(rows));

    CHECK(sites.count == 1 && sites.hacked == 0);
    CHECK(!scan_site_is_told(&sites.list[0]));
    CHECK(sites.list[0].sections[SCAN_REMARK].count == 3);
    CHECK_STR(sites.list[0].sections[SCAN_REMARK].list[0].finding->path, "/w/a/3.php");
}

/* What is of no file belongs to the site that its path lies in. */
static void
a_path_finds_its_site(void)
{
    static const struct {
        const char *path;
        enum finding_kind kind;
        const char *root;
    } rows[] = {
        {"/w/a/wp-includes/version.php", FINDING_OUTDATED, "/w/a"},
        {"/w/a/version.php", FINDING_OUTDATED, "/w/a"},
        {"/w/ab/version.php", FINDING_OUTDATED, ""},
        {"version.php", FINDING_OUTDATED, ""},
        {"/w/a/run.pl", FINDING_PROCESS, ""},
        {"", FINDING_PROCESS, ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct row row = {NULL, rows[i].path, rows[i].kind, "rule", 0.95, "text", 0, 0};
        struct scan_sites sites = group(&row, 1);

        CHECK_ROW(i, sites.count == 1 && str_eq(sites.list[0].root, str_from_cstr(rows[i].root)));
    }
}

static void
copies_are_folded(void)
{
    static const struct {
        size_t count; /* of files, each with one finding */
        bool same_bytes, same_text, other_site;
        uint32_t items;
    } rows[] = {
        {1, true, true, false, 1},   {2, true, true, false, 1},  {2, true, false, false, 1},
        {5, false, true, false, 5},  {6, false, true, false, 1}, {1000, false, true, false, 1},
        {6, false, false, false, 6}, {2, true, true, true, 1},
    };

    for (size_t r = 0; r < COUNT(rows); r++) {
        static struct row made[FINDINGS_COUNT_MAX];
        struct scan_sites sites;
        const struct scan_items *items;
        uint32_t chained = 0;

        for (size_t i = 0; i < rows[r].count; i++) {
            made[i] = (struct row){
                rows[r].other_site && i ? "/w/b" : "/w/a",
                arena_printf(arena, "/w/%05zu%c", i, '\0').data,
                FINDING_MALICIOUS,
                "eval-request",
                0.95,
                rows[r].same_text ? "eval();" : arena_printf(arena, "eval(%zu);%c", i, '\0').data,
                rows[r].same_bytes ? 7 : 0,
                100 - (int64_t)i};
        }
        sites = group(made, rows[r].count);
        items = &sites.list[0].sections[SCAN_MALICIOUS];
        CHECK_ROW(r, items->count == rows[r].items);
        CHECK_ROW(r, sites.files[SCAN_MALICIOUS] == rows[r].count);
        CHECK_ROW(r, sites.hacked == (rows[r].other_site ? 2 : 1));
        for (const struct scan_item *copy = items->list[0].copy; copy; copy = copy->copy)
            chained++;
        CHECK_ROW(r, chained == items->list[0].copy_count);
        CHECK_ROW(r, !chained || items->list[0].is_same_bytes == rows[r].same_bytes);
        /* The first to change counts, be it a copy. */
        CHECK_ROW(r, rows[r].other_site ||
                         sites.list[0].first->file->ctime_s == 101 - (int64_t)rows[r].count);
    }
}

static void
the_worst_comes_first(void)
{
    static const struct row rows[] = {
        {"/w/a", "/w/a/1.php", FINDING_VULNERABLE_MAIL, "copy-to-visitor", 0.97, "a", 0, 0},
        {"/w/a", "/w/a/2.php", FINDING_VULNERABLE_MAIL, "open-relay", 0.92, "b", 0, 0},
        {"/w/a", "/w/a/3.php", FINDING_VULNERABLE_MAIL, "header-injection", 0.98, "c", 0, 0},
        {"/w/b", "/w/b/1.php", FINDING_MALICIOUS, "eval-request", 0.91, "d", 0, 0},
        {"/w/b", "/w/b/2.php", FINDING_MALICIOUS, "eval-request", 0.99, "e", 0, 0},
        {"", "/tmp/x", FINDING_MALICIOUS, "irc-bot", 0.95, "f", 0, 0},
    };
    static const char *const mails[] = {"open-relay", "header-injection", "copy-to-visitor"};
    struct scan_sites sites = group(rows, COUNT(rows));

    CHECK(sites.count == 3 && sites.hacked == 1 && sites.outside == 1);
    CHECK_STR(sites.list[0].root, "/w/b");
    CHECK_STR(sites.list[1].root, "");
    CHECK_STR(sites.list[2].root, "/w/a");
    CHECK_STR(sites.list[0].sections[SCAN_MALICIOUS].list[0].finding->path, "/w/b/2.php");
    for (uint32_t i = 0; i < COUNT(mails); i++)
        CHECK(strcmp(sites.list[2].sections[SCAN_MAIL].list[i].finding->rule, mails[i]) == 0);
}

static void
a_stamp_may_be_forged(void)
{
    static const struct {
        int64_t mtime_s, ctime_s;
        bool is_forged;
    } rows[] = {
        {1000 * DAY_S, 1000 * DAY_S, false},
        {1000 * DAY_S, 1001 * DAY_S, false},
        {1000 * DAY_S, 1001 * DAY_S + 1, true},
        {1001 * DAY_S, 1000 * DAY_S, false},
        {0, 1000 * DAY_S, false}, /* packages and images have none */
    };

    CHECK(!scan_is_stamp_forged(NULL));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct finding_file file = {.mtime_s = rows[i].mtime_s, .ctime_s = rows[i].ctime_s};

        CHECK_ROW(i, scan_is_stamp_forged(&file) == rows[i].is_forged);
    }
}

static size_t
count_lines(struct str text)
{
    size_t lines = 0;

    while (text.len)
        lines += str_cut(&text, '\n').len > 0;
    return lines;
}

/* Thousands of findings are a page to read, not a book; all of them are there for who asks. */
static void
a_report_has_an_end(void)
{
    static struct row made[1000];
    struct scan_report report = {.findings = list, .finding_count = COUNT(made)};
    struct scan_sites sites;
    struct buf buf;
    struct paper paper = {.buf = &buf, .width = 100};
    const char *last = "";

    for (size_t i = 0; i < COUNT(made); i++) {
        last = arena_printf(arena, "/w/%03zu/%05zu\x1b[2J.php%c", i % 100, i, '\0').data;
        made[i] = (struct row){arena_printf(arena, "/w/%03zu%c", i % 100, '\0').data,
                               last,
                               FINDING_MALICIOUS,
                               "eval-request",
                               0.95,
                               arena_printf(arena, "\x1b]0;%zu\x07%c", i, '\0').data,
                               0,
                               100};
    }
    sites = group(made, COUNT(made));
    buf_init(&buf, (size_t)8 << 20);
    scan_report_text(&report, &sites, false, &paper);
    CHECK(str_starts(buf_str(&buf), STR("100 of 103 sites are hacked.")));
    CHECK(count_lines(buf_str(&buf)) < 1400);
    CHECK(str_has(buf_str(&buf), STR("… and 50 more sites: --verbose, --json")));
    CHECK(!str_has(buf_str(&buf), STR("\x1b")) && !str_has(buf_str(&buf), STR("\x07")));
    buf_reset(&buf);
    scan_report_text(&report, &sites, true, &paper);
    CHECK(!str_has(buf_str(&buf), STR("more sites")));
    CHECK(str_has(buf_str(&buf), STR("00999\\x1b[2J.php")));
    CHECK(!str_has(buf_str(&buf), STR("\x1b")) && !buf.is_over);
    buf_done(&buf);
}

static void
the_arena_has_a_limit(void)
{
    struct arena *small = arena_new(1 << 16);
    struct scan_report report = {.findings = list, .finding_count = 1000};
    struct scan_sites sites;

    CHECK(!scan_sites_group(&report, small, &sites));
    arena_free(small);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"a malicious file is one item", a_malicious_file_is_one_item},
        {"weak findings are remarks", weak_findings_are_remarks},
        {"a path finds its site", a_path_finds_its_site},
        {"copies are folded", copies_are_folded},
        {"the worst comes first", the_worst_comes_first},
        {"a stamp may be forged", a_stamp_may_be_forged},
        {"a report has an end", a_report_has_an_end},
        {"the arena has a limit", the_arena_has_a_limit},
    };
    int code;

    arena = arena_new((size_t)32 << 20);
    code = tap_main(cases, COUNT(cases));
    arena_free(arena);
    return code;
}
