#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/scan_options.h"
#include "cmd/scan_progress.h"
#include "report/scan_report.h"
#include "report/scan_sites.h"
#include "source/whole.h"

#define REPORT_BYTES_MAX ((size_t)256 << 20)
#define REPORT_ARENA_BYTES_MAX ((size_t)64 << 20)

/* One run of the command. */
struct scan {
    struct scan_arguments arguments;
    struct database database;
    struct scanner *scanner;
    double started_s;
};

static void
complain(const struct err *err)
{
    terminal_complain("scan", str_from_cstr(err->text));
}

/* False: something given could not be read. */
static bool
look(struct scan *scan)
{
    uint32_t complaint_count;
    const struct str *complaints;
    bool is_read = true;
    struct scan_progress progress;
    struct err err;

    scan_progress_start(&progress, !scan->arguments.has_no_progress && isatty(STDERR_FILENO),
                        scan->scanner, (const char *const *)scan->arguments.paths,
                        scan->arguments.path_count);
    for (int i = 0; i < scan->arguments.path_count; i++) {
        if (!scanner_run(scan->scanner, scan->arguments.paths[i], &err)) {
            is_read = false;
            scan_progress_wipe(&progress);
            complain(&err);
        }
    }
    scan_progress_end(&progress);
    if (!scanner_finish(scan->scanner, &err))
        complain(&err);
    complaints = scanner_complaints(scan->scanner, &complaint_count);
    for (uint32_t i = 0; i < complaint_count; i++)
        terminal_complain("scan", complaints[i]);
    return is_read && scanner_totals(scan->scanner).unread == 0;
}

static struct scan_report
make_report(const struct scan *scan)
{
    struct scanner_totals totals = scanner_totals(scan->scanner);
    struct scan_report report = {
        .files = totals.files,
        .bytes = totals.bytes,
        .unread = totals.unread,
        .unchanged = totals.unchanged,
        .allowed = totals.allowed,
        .cut = totals.cut,
        .lost = totals.lost,
        .now_s = time(NULL),
        .took_s = progress_clock_s() - scan->started_s,
        .paths = (const char *const *)scan->arguments.paths,
        .path_count = (size_t)scan->arguments.path_count,
    };

    report.findings = scanner_findings(scan->scanner, &report.finding_count);
    report.sites = scanner_sites(scan->scanner, &report.site_count);
    return report;
}

static bool
write_page(const struct scan *scan, const struct scan_report *report,
           const struct scan_sites *sites, struct err *err)
{
    struct buf page;
    bool is_written;

    buf_init(&page, REPORT_BYTES_MAX);
    scan_report_html(report, sites, terminal_offset, scan->arguments.zone, &page);
    is_written = whole_write(scan->arguments.html, buf_str(&page), err);
    buf_done(&page);
    return is_written;
}

static bool
print(const struct scan *scan, const struct scan_report *report, const struct scan_sites *sites,
      struct err *err)
{
    struct buf buf;
    bool is_printed;

    buf_init(&buf, REPORT_BYTES_MAX);
    if (scan->arguments.is_json) {
        scan_report_json(report, &buf);
    } else {
        struct paper paper = terminal_paper(&buf, scan->arguments.colour, scan->arguments.zone);

        scan_report_text(report, sites, scan->arguments.is_verbose, &paper);
    }
    is_printed = terminal_print(buf_str(&buf), err);
    buf_done(&buf);
    return is_printed && (!scan->arguments.html || write_page(scan, report, sites, err));
}

/* To the terminal, and as a page where one is wanted. */
static bool
tell(const struct scan *scan, const struct scan_report *report, struct err *err)
{
    struct arena *arena = arena_new(REPORT_ARENA_BYTES_MAX);
    struct scan_sites sites;
    bool is_told;

    if (scan_sites_group(report, arena, &sites))
        is_told = print(scan, report, &sites, err);
    else
        is_told = err_set(err, ERR_LIMIT, "too many findings to put in order");

    arena_free(arena);
    return is_told;
}

static bool
accuses(const struct scan_report *report)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].confidence >= FINDING_ACCUSES)
            return true;
    }
    return false;
}

/* From the arguments to the exit code. */
static int
run(struct scan *scan)
{
    struct scan_report report;
    struct err err;
    bool is_read = look(scan);

    report = make_report(scan);
    if (!tell(scan, &report, &err)) {
        complain(&err);
        return CMD_UNREAD;
    }
    if (!is_read)
        return CMD_UNREAD;
    return accuses(&report) ? CMD_FOUND : CMD_NOTHING;
}

int
cmd_scan(int argc, char **argv)
{
    struct scan scan = {.started_s = progress_clock_s()};
    struct err err;
    int code;

    if (!scan_options_read(argc, argv, &scan.arguments, &err)) {
        complain(&err);
        return CMD_USAGE;
    }
    if (scan.arguments.is_help) {
        fputs(scan_options_help(), stdout);
        return CMD_NOTHING;
    }
    if (!database_add_own(&scan.database, &err) || !database_add_imported(&scan.database, &err))
        complain(&err);
    scan.scanner = scanner_new((struct scanner_options){
        .threads = scan.arguments.threads,
        .is_fast = scan.arguments.is_fast,
        .database = &scan.database,
    });
    code = run(&scan);
    scanner_free(scan.scanner);
    database_done(&scan.database);
    return code;
}
