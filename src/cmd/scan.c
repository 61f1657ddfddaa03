#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "cmd/scan_act.h"
#include "cmd/scan_entry.h"
#include "cmd/scan_host.h"
#include "cmd/scan_options.h"
#include "cmd/scan_progress.h"
#include "cmd/scan_watch.h"
#include "disk/cache.h"
#include "disk/processes.h"
#include "report/scan_report.h"
#include "report/scan_sites.h"
#include "source/whole.h"

#define REPORT_BYTES_MAX ((size_t)256 << 20)
#define PROCESS_ARENA_BYTES_MAX ((size_t)8 << 20)
#define PATHS_ARENA_BYTES_MAX ((size_t)64 << 20)
#define REPORT_ARENA_BYTES_MAX ((size_t)64 << 20)

/* One run of the command. */
struct scan {
    struct scan_arguments arguments;
    struct database database;
    struct yara_rules *rules; /* NULL: none */
    struct scanner *scanner;
    struct allow *allow;
    struct scan_act *act; /* NULL: report only */
    struct arena *arena;
    struct scan_paths paths;
    bool is_with_processes;
    struct process_totals processes;
    double started_s;
};

static void
complain(const struct err *err)
{
    terminal_complain("scan", str_from_cstr(err->text));
}

static bool
look_at_files(struct scan *scan)
{
    bool is_read = true;
    struct scan_progress progress;
    struct err err;

    scan_progress_start(&progress, !scan->arguments.has_no_progress && isatty(STDERR_FILENO),
                        scan->scanner, (const char *const *)scan->paths.list, scan->paths.count);
    for (int i = 0; i < scan->paths.count; i++) {
        if (!scanner_run(scan->scanner, scan->paths.list[i], &err)) {
            is_read = false;
            scan_progress_wipe(&progress);
            complain(&err);
        }
    }
    scan_progress_end(&progress);
    if (!scanner_finish(scan->scanner, &err))
        complain(&err);
    return is_read;
}

static bool
look_at_processes(struct scan *scan)
{
    struct findings *findings = calloc(1, sizeof(*findings));
    struct err err;
    bool is_read;

    if (!findings)
        abort();
    findings->arena = arena_new(PROCESS_ARENA_BYTES_MAX);
    is_read = processes_scan(findings, &scan->processes, &err);
    if (!is_read)
        complain(&err);
    else
        scanner_add(scan->scanner, findings);
    if (is_read && !scan->processes.is_root && scan->arguments.is_processes)
        terminal_complain("scan", STR("without root little can be read of others' programs"));
    arena_free(findings->arena);
    free(findings);
    return is_read;
}

/* This host's own logs may be for root alone; those that were named are wanted. */
static bool
look_at_logs(struct scan *scan)
{
    struct scan_arguments *arguments = &scan->arguments;
    struct scan_entry_options options = {arguments->logs.list, arguments->logs.count,
                                         arguments->zone};
    uint32_t unread;
    struct err err;

    if (arguments->has_no_logs)
        return true;
    if (scan_entry(scan->scanner, options, &unread, &err))
        return unread == 0 || arguments->logs.count == 0;
    complain(&err);
    return false;
}

/* False: something given could not be read. */
static bool
look(struct scan *scan)
{
    uint32_t count;
    const struct str *complaints;
    bool is_read = look_at_files(scan);

    if (scan->is_with_processes)
        is_read = look_at_processes(scan) && is_read;
    is_read = look_at_logs(scan) && is_read;
    complaints = scanner_complaints(scan->scanner, &count);
    for (uint32_t i = 0; i < count; i++)
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
        .vanished = totals.vanished,
        .archives = totals.archives,
        .unchanged = totals.unchanged,
        .allowed = totals.allowed,
        .cut = totals.cut,
        .lost = totals.lost,
        .now_s = time(NULL),
        .took_s = progress_clock_s() - scan->started_s,
        .processes = scan->processes.processes,
        .paths = (const char *const *)scan->arguments.paths,
        .path_count = (size_t)scan->arguments.path_count,
    };

    report.findings = scanner_findings(scan->scanner, &report.finding_count);
    report.sites = scanner_sites(scan->scanner, &report.site_count);
    if (scan->act) {
        scan_act_on(scan->act, report.findings, report.finding_count);
        scan_act_complain(scan->act);
        report.actions = scan_act_actions(scan->act);
    }
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
        if (scan->act)
            scan_act_print(scan->act, &buf);
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
    if (!is_read || (scan->act && scan_act_has_failed(scan->act)))
        return CMD_UNREAD;
    return accuses(&report) ? CMD_FOUND : CMD_NOTHING;
}

/* A rule with an error is the administrator's to mend, before hours of scanning. */
static bool
open_rules(struct scan *scan, struct err *err)
{
    const struct scan_values *values = &scan->arguments.rules;

    return values->count == 0 || yara_rules_open((const char *const *)values->list,
                                                 (uint32_t)values->count, &scan->rules, err);
}

/* False: what was asked for cannot be done; nothing was. */
static bool
prepare(struct scan *scan, struct err *err)
{
    const struct scan_arguments *arguments = &scan->arguments;

    if (!open_rules(scan, err))
        return false;
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

/* The weaknesses of software that are known. False: one that was named cannot be used. */
static bool
open_database(struct scan *scan)
{
    bool is_whole = true;
    struct err err;

    if (!database_add_own(&scan->database, &err) || !database_add_imported(&scan->database, &err))
        complain(&err);
    for (int i = 0; i < scan->arguments.databases.count; i++) {
        if (!database_add(&scan->database, scan->arguments.databases.list[i], &err)) {
            complain(&err);
            is_whole = false;
        }
    }
    return is_whole;
}

static int
import_database(const struct scan_arguments *arguments)
{
    const char *into =
        arguments->databases.count ? arguments->databases.list[0] : DATABASE_IMPORTED;
    struct database_import import;
    struct err err;

    if (!database_import(arguments->paths, (uint32_t)arguments->path_count, into, time(NULL),
                         &import, &err)) {
        complain(&err);
        return CMD_UNREAD;
    }
    printf("%s: %u ranges of versions, from %" PRIu64 " records in %u files\n", into, import.lines,
           import.records, import.files);
    if (import.no_feed)
        printf("%u files held no feed that weir knows\n", import.no_feed);
    if (import.lost)
        printf("%" PRIu64 " records were too large and are left out\n", import.lost);
    return import.no_feed || import.lost ? CMD_UNREAD : CMD_NOTHING;
}

/* What is looked at: the paths, the running programs, or both. */
static bool
choose(struct scan *scan, struct err *err)
{
    struct scan_arguments *arguments = &scan->arguments;

    scan->paths = (struct scan_paths){arguments->paths, arguments->path_count};
    scan->is_with_processes = arguments->is_processes;
    if (arguments->path_count || arguments->is_processes)
        return true;
    scan->is_with_processes = geteuid() == 0;
    return scan_host_paths(scan->arena, &scan->paths, err);
}

static int
scan_all(struct scan *scan)
{
    char cache[PATH_MAX];
    bool has_cache = !scan->arguments.has_no_cache && cache_default_path(cache, sizeof(cache));
    struct err err;
    bool is_whole;
    int code;

    if (!prepare(scan, &err)) {
        complain(&err);
        return CMD_USAGE;
    }
    if (!choose(scan, &err)) {
        complain(&err);
        return CMD_UNREAD;
    }
    if (scan->act)
        scan_act_roots(scan->act, scan->paths.list, scan->paths.count);
    is_whole = open_database(scan);
    scan->scanner = scanner_new((struct scanner_options){
        .threads = scan->arguments.threads,
        .is_fast = scan->arguments.is_fast,
        .allow = scan->allow,
        .database = &scan->database,
        .cache = has_cache ? cache : NULL,
        .rules = scan->rules,
        .store = scan->arguments.store,
    });
    code = scan->arguments.is_watch ? scan_watch(&scan->arguments, scan->scanner, scan->act)
                                    : run(scan);
    if (!is_whole)
        code = CMD_UNREAD;
    scanner_free(scan->scanner);
    yara_rules_close(scan->rules);
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
    if (scan.arguments.is_import)
        return import_database(&scan.arguments);
    scan.arena = arena_new(PATHS_ARENA_BYTES_MAX);
    code = scan_all(&scan);
    scan_act_close(scan.act);
    allow_free(scan.allow);
    arena_free(scan.arena);
    return code;
}
