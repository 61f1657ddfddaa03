/*
 * One product against a small base: is there a finding, how sure, and what it says.
 */

#include "scan/outdated.h"
#include "tap.h"

static const char own[] =
    "#weir-weaknesses 1\town\t2026-11-25\n"
    "application\tdrupal\t<8.0\t\tunsupported\tDrupal-7-end\tDrupal 7 gets no updates\n"
    "application\tdrupal\t>=7.0 <7.58\t7.58\texecute\tCVE-2018-7600\tAnybody may run code\n"
    "application\tdrupal\t>=8.5.0 <8.5.1\t8.5.1\texecute\tCVE-2018-7600\tAnybody may run code\n"
    "drupal-module\tcoder\t>=7.x-2.0 <7.x-2.6\t7.x-2.6\texecute\tSA-1\tAnybody may run code\n"
    "package\tdrupal/webform\t<5.19.0\t5.19.0\tscript\tSA-2\tA script\n"
    "package\tphpmailer/phpmailer\t<5.2.18\t5.2.18\texecute\tCVE-2016-10033\tBy the sender\n"
    "package\tphpmailer/phpmailer\t<5.2.20\t5.2.20\texecute\tCVE-2016-10045\tBy the sender\n"
    "package\tphpmailer/phpmailer\t<5.2.22\t5.2.22\tfiles\tCVE-2017-5223\tFiles\n"
    "package\tphpmailer/phpmailer\t<5.2.24\t5.2.24\tscript\tCVE-2017-11503\tAn example\n"
    "wp-plugin\tform\t<2.0\t2.0\tscript\tCVE-3\tCross-site scripting\n"
    "wp-plugin\tform\t<3.0\t3.0\tupload\tCVE-4\tAuthenticated (Admin+) upload\n"
    "wp-plugin\ttell\t<=5.6\t\tmail\tCVE-5\tThe recipient is free\n";

static const char imported[] =
    "#weir-weaknesses 1\tfeed\t2026-11-24\n"
    "package\tphpmailer/phpmailer\t<5.2.18\t5.2.18\texecute\tCVE-2016-10033\tThe same again\n";

static void
judges_products(void)
{
    static const struct {
        enum product_kind kind;
        enum product_source source;
        const char *slug, *version, *mended;
        double confidence; /* 0: no finding */
        const char *why, *advice;
    } rows[] = {
        {PRODUCT_PACKAGE, PRODUCT_BY_FILE, "phpmailer/phpmailer", "5.2.17", "", 0.95,
         "The Name 5.2.17 has a known weakness, CVE-2016-10033 (By the sender), which lets people "
         "run their own code here, and send mail with it. Also known: CVE-2016-10045, "
         "CVE-2017-5223 and 1 more.",
         "Update The Name to 5.2.22 or newer, best by updating the application that brings this "
         "copy; 5.2.24 mends the lesser ones too."},
        {PRODUCT_PACKAGE, PRODUCT_BY_INSTALLER, "phpmailer/phpmailer", "v5.2.19", "", 0.95,
         "The Name v5.2.19 has a known weakness, CVE-2016-10045 (By the sender), which lets people "
         "run their own code here, and send mail with it. Also known: CVE-2017-5223, "
         "CVE-2017-11503.",
         "Update The Name to 5.2.22 or newer, with \"composer update\" in that folder; 5.2.24 "
         "mends "
         "the lesser ones too."},
        {PRODUCT_PACKAGE, PRODUCT_BY_LOCK, "phpmailer/phpmailer", "v5.2.21", "", 0.7, NULL, NULL},
        {PRODUCT_PACKAGE, PRODUCT_BY_FILE, "phpmailer/phpmailer", "5.2.23", "", 0.6,
         "The Name 5.2.23 has a known weakness, CVE-2017-11503 (An example), which lets people run "
         "JavaScript in the browsers of visitors and administrators.",
         NULL},
        {PRODUCT_PACKAGE, PRODUCT_BY_FILE, "phpmailer/phpmailer", "5.2.17",
         "CVE-2016-10033 CVE-2016-10045 CVE-2017-5223", 0.6, NULL, NULL},
        {PRODUCT_PACKAGE, PRODUCT_BY_FILE, "phpmailer/phpmailer", "5.2.24", "", 0, NULL, NULL},
        {PRODUCT_PACKAGE, PRODUCT_BY_FILE, "phpmailer/other", "1.0", "", 0, NULL, NULL},
        {PRODUCT_APPLICATION, PRODUCT_BY_FILE, "drupal", "7.50-dev", "", 0.6, NULL, NULL},
        {PRODUCT_PACKAGE, PRODUCT_BY_FILE, "phpmailer/phpmailer", "5.2-git", "", 0.6, NULL, NULL},
        {PRODUCT_APPLICATION, PRODUCT_BY_FILE, "drupal", "7.57", "", 0.95, NULL,
         "Update The Name to 7.58 or newer; for some of this no mending version is known: take the "
         "newest, or remove it."},
        {PRODUCT_APPLICATION, PRODUCT_BY_FILE, "drupal", "7.103", "", 0.5,
         "The Name 7.103: Drupal 7 gets no updates (Drupal-7-end).",
         "Move the site to a version that is still mended."},
        {PRODUCT_APPLICATION, PRODUCT_BY_FILE, "drupal", "8.5.1", "", 0, NULL, NULL},
        {PRODUCT_PACKAGE, PRODUCT_BY_INSTALLER, "drupal/core", "8.5.0", "", 0.95, NULL,
         "Update The Name to 8.5.1 or newer, with \"composer update\" in that folder."},
        {PRODUCT_DRUPAL_MODULE, PRODUCT_BY_FILE, "coder", "7.x-2.5", "", 0.95, NULL, NULL},
        {PRODUCT_DRUPAL_MODULE, PRODUCT_BY_FILE, "coder", "7.x-2.6", "", 0, NULL, NULL},
        {PRODUCT_DRUPAL_MODULE, PRODUCT_BY_FILE, "webform", "8.x-5.18", "", 0.6, NULL, NULL},
        {PRODUCT_DRUPAL_MODULE, PRODUCT_BY_FILE, "webform", "6.2.0", "", 0, NULL, NULL},
        {PRODUCT_DRUPAL_MODULE, PRODUCT_BY_FILE, "webform", "7.x-4.2", "", 0, NULL, NULL},
        {PRODUCT_WP_PLUGIN, PRODUCT_BY_FILE, "form", "1.0", "", 0.6,
         "The Name 1.0 has a known weakness, CVE-4 (Authenticated (Admin+) upload), which lets "
         "whoever has an account put a script of their own here, and send mail with it. Also "
         "known: CVE-3.",
         "Update The Name to 3.0 or newer."},
        {PRODUCT_WP_PLUGIN, PRODUCT_BY_FILE, "tell", "5.6", "", 0.95,
         "The Name 5.6 has a known weakness, CVE-5 (The recipient is free), which lets people send "
         "mail of their own to any address through this server.",
         "No version that mends this is known here: update The Name to the newest, and remove it "
         "where that is no newer."},
        {PRODUCT_WP_THEME, PRODUCT_BY_FILE, "form", "1.0", "", 0, NULL, NULL},
    };
    struct weakness_base bases[2];
    struct err err;

    CHECK(weakness_base_read(str_from_cstr(own), &bases[0], &err));
    CHECK(weakness_base_read(str_from_cstr(imported), &bases[1], &err));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(1 << 20);
        struct findings *findings = ARENA_NEW(arena, struct findings);
        struct installed installed = {
            .kind = rows[i].kind,
            .source = rows[i].source,
            .slug = str_from_cstr(rows[i].slug),
            .name = STR("The Name"),
            .version = str_from_cstr(rows[i].version),
            .mended = str_from_cstr(rows[i].mended),
            .path = STR("srv/x.php"),
            .line = 34,
            .text = STR("version = x"),
        };
        const struct finding *finding = &findings->list[0];

        findings->arena = arena;
        product_findings(&installed, bases, 2, findings);
        CHECK_ROW(i, findings->count == (rows[i].confidence > 0));
        if (findings->count) {
            CHECK_ROW(i, finding->confidence > rows[i].confidence - 0.001 &&
                             finding->confidence < rows[i].confidence + 0.001);
            CHECK_ROW(i, finding->kind == FINDING_OUTDATED && finding->line == 34);
            CHECK_STR(finding->path, "srv/x.php");
            CHECK_STR(finding->text, "version = x");
            if (rows[i].why)
                CHECK_STR(finding->why, rows[i].why);
            if (rows[i].advice)
                CHECK_STR(finding->advice, rows[i].advice);
        }
        arena_free(arena);
    }
}

/* The same on one line, for a list. */
static void
says_it_on_one_line(void)
{
    static const struct {
        const char *version, *brief;
    } rows[] = {
        {"5.2.17", "The Name 5.2.17 → 5.2.22: By the sender (CVE-2016-10033) and 3 more"},
        {"5.2.23", "The Name 5.2.23 → 5.2.24: An example (CVE-2017-11503)"},
    };
    static struct findings findings;
    struct weakness_base bases[2];
    struct err err;

    CHECK(weakness_base_read(str_from_cstr(own), &bases[0], &err));
    CHECK(weakness_base_read(str_from_cstr(imported), &bases[1], &err));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(1 << 20);
        struct installed installed = {
            .kind = PRODUCT_PACKAGE,
            .source = PRODUCT_BY_FILE,
            .slug = STR("phpmailer/phpmailer"),
            .name = STR("The Name"),
            .version = str_from_cstr(rows[i].version),
        };

        findings.arena = arena;
        findings.count = 0;
        product_findings(&installed, bases, 2, &findings);
        CHECK_ROW(i, findings.count == 1);
        CHECK_STR(findings.list[0].brief, rows[i].brief);
        arena_free(arena);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"judges products", judges_products},
        {"says it on one line", says_it_on_one_line},
    };

    return tap_main(cases, COUNT(cases));
}
