#include <stdio.h>
#include <time.h>

#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "cmd/scan_act.h"
#include "cmd/scan_options.h"
#include "cmd/scan_watch.h"
#include "report/scan_report.h"

#define REPORT_BYTES_MAX ((size_t)256 << 20)

/* One run of the command. */
struct scan {
    struct scan_arguments arguments;
    struct database database;
    struct scanner *scanner;
    struct allow *allow;
    struct scan_act *act; /* NULL: report only */
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
    struct err err;

    for (int i = 0; i < scan->arguments.path_count; i++) {
        if (!scanner_run(scan->scanner, scan->arguments.paths[i], &err)) {
            complain(&err);
            is_read = false;
        }
    }
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
    if (scan->act) {
        scan_act_on(scan->act, report.findings, report.finding_count);
        scan_act_complain(scan->act);
        report.actions = scan_act_actions(scan->act);
    }
    return report;
}

static bool
print(const struct scan *scan, const struct scan_report *report, struct err *err)
{
    struct buf buf;
    bool is_printed;

    buf_init(&buf, REPORT_BYTES_MAX);
    if (scan->arguments.is_json) {
        scan_report_json(report, &buf);
    } else {
        struct paper paper = terminal_paper(&buf, scan->arguments.colour, scan->arguments.zone);

        scan_report_text(report, scan->arguments.is_verbose, &paper);
        if (scan->act)
            scan_act_print(scan->act, &buf);
    }
    is_printed = terminal_print(buf_str(&buf), err);
    buf_done(&buf);
    return is_printed;
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
    if (!print(scan, &report, &err)) {
        complain(&err);
        return CMD_UNREAD;
    }
    if (!is_read || (scan->act && scan_act_has_failed(scan->act)))
        return CMD_UNREAD;
    return accuses(&report) ? CMD_FOUND : CMD_NOTHING;
}

/* False: what was asked for cannot be done; nothing was. */
static bool
prepare(struct scan *scan, struct err *err)
{
    const struct scan_arguments *arguments = &scan->arguments;

    if (arguments->is_watch && !scan_watch_resolve(&scan->arguments, err))
        return false;
    if ((arguments->is_quarantine || arguments->is_clean) &&
        !scan_act_open(arguments, &scan->act, err))
        return false;
    if (scan_act_allow(arguments, &scan->allow, err))
        return true;
    /* Taking files that somebody vouched for is worse than naming them. */
    if (scan->act || arguments->allows.count)
        return false;
    complain(err);
    return true;
}

static int
scan_all(struct scan *scan)
{
    struct err err;
    int code;

    if (!prepare(scan, &err)) {
        complain(&err);
        return CMD_USAGE;
    }
    if (!database_add_own(&scan->database, &err) || !database_add_imported(&scan->database, &err))
        complain(&err);
    scan->scanner = scanner_new((struct scanner_options){
        .threads = scan->arguments.threads,
        .is_fast = scan->arguments.is_fast,
        .allow = scan->allow,
        .database = &scan->database,
        .store = scan->arguments.store,
    });
    code = scan->arguments.is_watch ? scan_watch(&scan->arguments, scan->scanner, scan->act)
                                    : run(scan);
    scanner_free(scan->scanner);
    database_done(&scan->database);
    return code;
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
    code = scan_all(&scan);
    scan_act_close(scan.act);
    allow_free(scan.allow);
    return code;
}
