/* What a scan found in a site, and how its owner is told. */

#include "audit/site.h"
#include "tap.h"

#define ROOT "/srv/shop"

static void
judge(const struct finding *findings, size_t count, const struct audit_site_done *done,
      uint32_t done_count, struct audit *audit)
{
    struct audit_site_input input = {.root = STR(ROOT),
                                     .findings = findings,
                                     .finding_count = count,
                                     .done = done,
                                     .done_count = done_count,
                                     .files = 41};

    audit_site(&input, audit);
    audit_sort(audit);
}

static const struct audit_finding *
find(const struct audit *audit, const char *check)
{
    for (uint32_t i = 0; i < audit->count; i++) {
        if (strcmp(audit->list[i].check, check) == 0)
            return &audit->list[i];
    }
    return NULL;
}

static void
tells_each_kind_once(void)
{
    static const struct finding findings[] = {
        {.kind = FINDING_MALICIOUS,
         .rule = "eval-request",
         .confidence = 0.99,
         .path = {ROOT "/uploads/a.php", 23},
         .line = 3,
         .why = {"It runs what it is sent.", 24}},
        {.kind = FINDING_MALICIOUS,
         .rule = "eval-request",
         .confidence = 0.99,
         .path = {ROOT "/b.php", 15},
         .why = {"The same.", 9}},
        {.kind = FINDING_MALICIOUS,
         .rule = "two-faces",
         .confidence = 0.5,
         .path = {ROOT "/c.php", 15},
         .why = {"It has two faces.", 17}},
        {.kind = FINDING_OUTDATED,
         .rule = "outdated",
         .confidence = 0.95,
         .path = {ROOT "/wp-includes/version.php", 33},
         .why = {"Old.", 4}},
    };
    struct arena *arena = arena_new(1 << 20);
    struct audit audit;
    const struct audit_finding *finding;

    audit_init(&audit, arena);
    judge(findings, COUNT(findings), NULL, 0, &audit);
    CHECK(audit.count == 3);
    finding = find(&audit, "site-malicious");
    CHECK(finding && finding->outcome == AUDIT_CRITICAL && finding->fix_count == 4);
    if (finding)
        CHECK_STR(finding->seen, "uploads/a.php:3  It runs what it is sent.\nb.php  The same.");
    finding = find(&audit, "site-outdated");
    CHECK(finding && finding->outcome == AUDIT_SERIOUS);
    /* what is not certain is no accusation */
    CHECK(audit.list[2].outcome == AUDIT_NOTE && audit.list[2].fix_count == 0);
    CHECK_STR(audit.list[2].title,
              "some places of this site are unusual, and most likely harmless");
    arena_free(arena);
}

static void
tells_what_was_done(void)
{
    static const struct audit_site_done done[] = {
        {{ROOT "/x.php", 15}, 1772359200, false},
        {{ROOT "/index.php", 19}, 1772359200, true},
    };
    struct arena *arena = arena_new(1 << 20);
    struct audit audit;

    audit_init(&audit, arena);
    judge(NULL, 0, done, COUNT(done), &audit);
    CHECK(audit.count == 2);
    CHECK(audit.list[1].outcome == AUDIT_FINE);
    CHECK_STR(audit.list[1].title, "41 files were looked at, and nothing was found");
    CHECK_STR(audit.list[0].seen,
              "x.php  taken away on 2026-03-01\nindex.php  cleaned on 2026-03-01");
    arena_free(arena);
}

static void
a_thousand_files_are_counted(void)
{
    struct finding findings[1000];
    struct arena *arena = arena_new(1 << 20);
    struct audit audit;

    for (size_t i = 0; i < COUNT(findings); i++)
        findings[i] = (struct finding){.kind = FINDING_MALICIOUS,
                                       .rule = "eval-request",
                                       .confidence = 1,
                                       .path = STR(ROOT "/x.php"),
                                       .why = STR("It is.")};
    audit_init(&audit, arena);
    judge(findings, COUNT(findings), NULL, 0, &audit);
    CHECK(audit.count == 1);
    CHECK(str_ends(audit.list[0].seen, STR("… and 988 more: weir scan lists them")));
    arena_free(arena);
}

static const struct tap_case cases[] = {
    {"findings of one kind are told once, with their files and what to do", tells_each_kind_once},
    {"what lies in quarantine is told as done, with its day", tells_what_was_done},
    {"a thousand files are a dozen and a number", a_thousand_files_are_counted},
};

int
main(void)
{
    return tap_main(cases, COUNT(cases));
}
