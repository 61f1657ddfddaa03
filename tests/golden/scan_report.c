/*
 * scan_report SCENARIO text|verbose|json|html: the report of findings made up here, for
 * scan.py and browser.py. A real scan cannot be repeated to the byte: nobody sets a
 * file's ctime.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/scan_report.h"
#include "report/scan_sites.h"

#define NOW_S INT64_C(1772600000) /* 2026-03-04 04:53:20 UTC */
#define HOUR_S INT64_C(3600)
#define QUARANTINE                                                                                 \
    "Look at the file; if it is not yours: weir quarantine add FILE, then find how it came "       \
    "(weir trace) before restoring the site."
#define COPIES 40

struct row {
    enum finding_kind kind;
    const char *rule;
    double confidence;
    const char *site, *path; /* site NULL: of no file */
    uint32_t line;
    const char *text, *why, *advice, *brief;
    int64_t changed_s, stamp_s;
    unsigned char digest; /* 0: not known */
};

static const struct row hacked[] = {
    {FINDING_MALICIOUS, "drop-script", 0.95, "", "/tmp/.x/bot.php", 2,
     "file_put_contents($where, $code);", "It writes a script.", QUARANTINE, "", -20, -20, 7},
    {FINDING_ENTRY, "entry-ftp", 0.9, NULL, "/srv/www/blog/wp-content/uploads/2026/03/x7.php", 0,
     "xferlog:1: Tue Mar 03 04:12:02 2026 1 203.0.113.55 304 /srv/www/blog/wp-content/uploads/"
     "2026/03/x7.php b _ i r web_blog ftp 0 * c",
     "web_blog uploaded it by FTP from 203.0.113.55.", "Change the password of web_blog.", "", 0, 0,
     0},
    {FINDING_MALICIOUS, "eval-request", 0.99, "/srv/www/blog",
     "/srv/www/blog/wp-content/uploads/2026/03/x7.php", 3, "eval(/* what a visitor sends */);",
     "It runs as PHP whatever a visitor sends: a backdoor.", QUARANTINE, "", -24, -62000, 1},
    {FINDING_MALICIOUS, "mass-mailer", 0.93, "/srv/www/blog",
     "/srv/www/blog/wp-content/uploads/2026/03/x7.php", 90, "while (list($to) = each($all))",
     "It mails lists of people.", QUARANTINE, "", -24, -62000, 1},
    {FINDING_MALICIOUS, "handler-odd", 0.93, "/srv/www/blog", "/srv/www/blog/.htaccess", 4,
     "AddType application/x-httpd-php .jpg", "It lets pictures run as PHP.",
     "Take the line out, and look for pictures with PHP in them.", "", -23, -23, 2},
    {FINDING_OUTDATED, "outdated-software", 0.95, NULL, "/srv/www/blog/wp-includes/version.php", 19,
     "$wp_version = '5.0';",
     "WordPress 5.0 has a known weakness, CVE-2022-21661 (SQL injection by way of WP_Query), which "
     "lets people read the database.",
     "Update WordPress to 5.8.3 or newer.",
     "WordPress 5.0 → 5.8.3: SQL injection by way of WP_Query (CVE-2022-21661) and 9 more", 0, 0,
     0},
    {FINDING_MALICIOUS, "hidden-calls", 0.6, "/srv/www/blog",
     "/srv/www/blog/wp-content/plugins/old/a.php", 12, "$f($a);",
     "It calls functions by names that it puts together.", QUARANTINE, "", -9000, -9000, 0},
    {FINDING_VULNERABLE_MAIL, "copy-to-visitor", 0.95, "/srv/www/shop", "/srv/www/shop/contact.php",
     12, "mail($email, $subject, $message);",
     "A copy goes to whomever a visitor names, with the visitor's own text.", "Leave the copy out.",
     "", -9000, -9000, 0},
    {FINDING_VULNERABLE_MAIL, "open-relay", 0.92, "/srv/www/shop", "/srv/www/shop/send.php", 7,
     "mail($_POST['to'], $_POST['s'], $_POST['m']);",
     "A visitor chooses whom this mail goes to and what it says: anybody can send spam by it.",
     "Give mail() a fixed recipient.", "", -9000, -9000, 0},
    {FINDING_UNPROTECTED_FORM, "form-without-check", 0.9, "/srv/www/shop",
     "/srv/www/shop/callback.php", 2, "mail('office@shop.example', 'Call', $_POST['phone']);",
     "The call-me form at callback.html:2 has no bot check, and this script mails what it gets.",
     "Draw a bot check in the form, and verify its answer in this script.", "", -9000, -9000, 0},
    {FINDING_NOTIFICATION, "mail-per-registration", 0.9, "/srv/www/shop",
     "/srv/www/shop/register.php", 40, "wp_mail($admin, 'New user', $name);",
     "Each registration mails the administrator.", "Take a digest instead.", "", -9000, -9000, 0},
    {FINDING_UNPROTECTED_FORM, "form-open", 0.5, "/srv/www/club", "/srv/www/club/join.html", 8,
     "<form method=\"post\" action=\"/join\">", "A contact form without a bot check.",
     "Draw one in it.", "", -9000, -9000, 0},
    {FINDING_PROCESS, "process-mail-many", 0.95, NULL, "/usr/bin/perl", 0,
     "perl /tmp/.x/m.pl (pid 4242)", "Process 4242 of web_blog speaks SMTP to 96 servers.",
     "Freeze it: kill -STOP 4242", "", 0, 0, 0},
};

/* Everything that strangers can choose is hostile. */
#define EVIL                                                                                       \
    "\"><script>document.title='owned'</script><img src=http://192.0.2.1/x onerror=alert(1)>"      \
    "\x1b]0;owned\x07\x1b[2J\xe2\x80\xaegnp.php\xff"
#define LONG                                                                                       \
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"  \
    "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901"  \
    "234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901"

static const struct row hostile[] = {
    {FINDING_MALICIOUS, "eval-request", 0.99, "/srv/" EVIL, "/srv/" EVIL "/x\n.php", 3, EVIL, EVIL,
     EVIL, "", -24, -62000, 1},
    {FINDING_ENTRY, "entry-upload", 0.9, NULL, "/srv/" EVIL "/x\n.php", 0, EVIL, EVIL, EVIL, "", 0,
     0, 0},
    {FINDING_MALICIOUS, "eval-request", 0.95, "/srv/" EVIL, "/srv/" EVIL "/" LONG ".php", 1, LONG,
     LONG, LONG, "", -24, -24, 3},
    {FINDING_OUTDATED, "outdated-software", 0.95, NULL, "/srv/" EVIL "/version.php", 1, EVIL,
     EVIL LONG, EVIL LONG, EVIL LONG, 0, 0, 0},
    {FINDING_MALICIOUS, "web-shell", 0.95, "", "-rf $(reboot)", 1, "it's", "It runs.", "Look.", "",
     -24, -24, 4},
};

static int
by_path(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int order = str_compare(x->path, y->path);

    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static struct finding
make_finding(const struct row *row, struct arena *arena)
{
    struct finding_file *file = NULL;

    if (row->site && (file = ARENA_NEW(arena, struct finding_file)) != NULL) {
        *file = (struct finding_file){.site = str_from_cstr(row->site),
                                      .ctime_s = NOW_S + row->changed_s * HOUR_S,
                                      .mtime_s = NOW_S + row->stamp_s * HOUR_S,
                                      .uid = 1002,
                                      .mode = 0100644,
                                      .has_digest = row->digest != 0};
        memset(file->digest, row->digest, sizeof(file->digest));
    }
    return (struct finding){
        .kind = row->kind,
        .rule = row->rule,
        .confidence = row->confidence,
        .path = str_from_cstr(row->path),
        .line = row->line,
        .text = str_from_cstr(row->text),
        .why = str_from_cstr(row->why),
        .advice = str_from_cstr(row->advice),
        .brief = str_from_cstr(row->brief),
        .file = file,
    };
}

/* Copies of the hacked blog's first file, as a worm leaves them. */
static size_t
add_copies(struct finding *findings, size_t count, struct arena *arena)
{
    for (int i = 0; i < COPIES; i++) {
        struct row row = hacked[2];

        findings[count] = make_finding(&row, arena);
        findings[count++].path = arena_printf(arena, "/srv/www/blog/wp-includes/c%02d.php", i);
    }
    return count;
}

static bool
make_report(const char *scenario, struct arena *arena, struct scan_report *report)
{
    static const struct str sites[] = {
        {"/srv/www/blog", 13}, {"/srv/www/shop", 13}, {"/srv/www/club", 13}, {"/srv/www/wiki", 13}};
    static const char *const paths[] = {"/srv/www", "/tmp"};
    bool is_hostile = strcmp(scenario, "hostile") == 0;
    const struct row *rows = is_hostile ? hostile : hacked;
    size_t count =
        is_hostile ? sizeof(hostile) / sizeof(hostile[0]) : sizeof(hacked) / sizeof(hacked[0]);
    struct finding *findings = arena_array(arena, count + COPIES, sizeof(*findings));

    *report = (struct scan_report){
        .sites = sites,
        .site_count = is_hostile ? 0 : 4,
        .files = 77743,
        .bytes = 1300000000,
        .now_s = NOW_S,
        .took_s = 12.34,
        .paths = paths,
        .path_count = 2,
    };
    if (!findings)
        return false;
    if (strcmp(scenario, "quiet") == 0)
        return true;
    for (size_t i = 0; i < count; i++)
        findings[i] = make_finding(&rows[i], arena);
    if (!is_hostile)
        count = add_copies(findings, count, arena);
    qsort(findings, count, sizeof(*findings), by_path);
    report->findings = findings;
    report->finding_count = count;
    report->unread = 3;
    report->allowed = 1;
    report->cut = 2;
    report->unchanged = 70000;
    return true;
}

int
main(int argc, char **argv)
{
    struct arena *arena = arena_new((size_t)16 << 20);
    struct scan_report report;
    struct scan_sites sites;
    struct buf buf;

    buf_init(&buf, (size_t)16 << 20);
    if (argc != 3 || !make_report(argv[1], arena, &report) ||
        !scan_sites_group(&report, arena, &sites))
        return 2;
    if (strcmp(argv[2], "json") == 0) {
        scan_report_json(&report, &buf);
    } else if (strcmp(argv[2], "html") == 0) {
        scan_report_html(&report, &sites, NULL, NULL, &buf);
    } else {
        struct paper paper = {.buf = &buf, .width = 100};

        scan_report_text(&report, &sites, strcmp(argv[2], "verbose") == 0, &paper);
    }
    (void)fwrite(buf.data, 1, buf.len, stdout);
    buf_done(&buf);
    arena_free(arena);
    return 0;
}
