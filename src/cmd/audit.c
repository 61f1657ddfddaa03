#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "audit/login_watch.h"
#include "cmd/audit_run.h"
#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "report/audit_report.h"
#include "source/whole.h"

#define ARENA_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define REPORT_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define HOST_NAME_BYTES_MAX 256
#define QUESTION_MS 5000 /* for one question to the DNS: many are asked */

/* In the order of their work: what is found first is told first, within an outcome. */
static audit_part *const parts[] = {
    audit_logs,     audit_own_domains, audit_domains,   audit_relays,
    audit_settings, audit_sites,       audit_mailboxes,
};

static int
fail(const struct err *err)
{
    terminal_complain("audit", str_from_cstr(err->text));
    return (int)CMD_USAGE;
}

/* Now, or what SOURCE_DATE_EPOCH says: reproducible-builds.org/specs/source-date-epoch. */
static int64_t
read_now(void)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds;

    return text && str_u64(str_from_cstr(text), &seconds) ? (int64_t)seconds : (int64_t)time(NULL);
}

static struct str
read_host(struct arena *arena)
{
    char name[HOST_NAME_BYTES_MAX] = "";

    if (gethostname(name, sizeof(name) - 1) != 0)
        return STR("this machine");
    return arena_str(arena, str_from_cstr(name));
}

/* Everything that was named besides this machine. */
static void
list_subjects(const struct audit_run *run, struct audit_report *report)
{
    const struct audit_words *lists[] = {&run->domains, &run->options->relays,
                                         &run->options->mailboxes, &run->options->sites};
    struct str *subjects = arena_array(run->arena, 4 * AUDIT_LIST_MAX, sizeof(*subjects));

    report->subjects = subjects;
    for (size_t i = 0; subjects && i < sizeof(lists) / sizeof(lists[0]); i++) {
        for (uint32_t k = 0; k < lists[i]->count; k++)
            subjects[report->subject_count++] = str_from_cstr(lists[i]->items[k]);
    }
}

static bool
write_page(const struct audit_run *run, const struct audit_report *report, struct err *err)
{
    struct buf page;
    bool is_written;

    buf_init(&page, REPORT_BYTES_MAX);
    audit_report_html(report, terminal_offset, NULL, &page);
    is_written = whole_write(run->options->html, buf_str(&page), err);
    buf_done(&page);
    return is_written || err_wrap(err, "writing '%s'", run->options->html);
}

static bool
print_report(const struct audit_run *run, const struct audit_report *report, struct err *err)
{
    struct buf text;
    bool is_printed;

    buf_init(&text, REPORT_BYTES_MAX);
    if (run->options->json) {
        audit_report_json(report, &text);
    } else {
        struct paper paper = terminal_paper(&text, run->options->colour, NULL);

        audit_report_text(report, &paper);
        buf_add(&text, run->suggestions);
    }
    is_printed = terminal_print(buf_str(&text), err);
    buf_done(&text);
    return is_printed;
}

static enum cmd_exit
exit_of(const struct audit_report *report)
{
    for (int outcome = AUDIT_COUNTS; outcome <= AUDIT_CRITICAL; outcome++) {
        if (audit_report_count(report, (enum audit_outcome)outcome))
            return CMD_FOUND;
    }
    return audit_report_count(report, AUDIT_UNKNOWN) ? CMD_UNREAD : CMD_NOTHING;
}

static bool
run_parts(struct audit_run *run, struct err *err)
{
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (!parts[i](run, err))
            return false;
    }
    audit_sort(&run->audit);
    return true;
}

static int
report(struct audit_run *run, double started_s, struct err *err)
{
    struct audit_report report = {
        .audit = &run->audit,
        .host = run->is_host ? run->host : STR_EMPTY,
        .generated_s = run->now_s,
        .seconds = getenv("SOURCE_DATE_EPOCH") ? 0 : progress_clock_s() - started_s,
        .is_verbose = run->options->verbose,
        .suggestions = run->suggestions,
    };

    list_subjects(run, &report);
    if (run->options->html && !write_page(run, &report, err))
        return fail(err);
    if (!print_report(run, &report, err))
        return fail(err);
    return (int)exit_of(&report);
}

/* Whether something besides this machine was named, which then is all that is looked at. */
static bool
is_named(const struct audit_options *options)
{
    return options->domains.count || options->relays.count || options->mailboxes.count ||
           options->sites.count;
}

static int
audit(const struct audit_options *options, const struct resolver_choice *choice,
      struct arena *arena, struct err *err)
{
    struct config config;
    struct audit_run run = {
        .options = options,
        .config = &config,
        .resolver = &choice->resolver,
        .choice = choice,
        .arena = arena,
        .now_s = read_now(),
        .host = read_host(arena),
        .is_host = options->host || !is_named(options),
        .domains = options->domains,
        .suggestions = STR_EMPTY,
        .seen = seen_new(),
        .logins = login_watch_new(),
    };
    double started_s = progress_clock_s();
    int code;

    if (!config_read(options->config ? options->config : CONFIG_PATH, !options->config, arena,
                     &config, err)) {
        login_watch_free(run.logins);
        seen_free(run.seen);
        return fail(err);
    }
    audit_init(&run.audit, arena);
    code = run_parts(&run, err) ? report(&run, started_s, err) : fail(err);
    if (options->apply && code != (int)CMD_USAGE && !audit_apply(&run, err))
        code = fail(err);
    login_watch_free(run.logins);
    seen_free(run.seen);
    return code;
}

int
cmd_audit(int argc, char **argv)
{
    struct audit_options options;
    struct resolver_choice choice;
    struct arena *arena;
    struct err err;
    int code;

    if (!audit_options_read(argc, argv, &options, &err))
        return fail(&err);
    if (options.help) {
        fputs(audit_options_help(), stdout);
        return CMD_NOTHING;
    }
    options.resolver.timeout_ms = QUESTION_MS;
    if (options.html && !terminal_check_page(options.html, &err))
        return fail(&err);
    if (!resolver_option_open(&options.resolver, &choice, &err))
        return fail(&err);
    arena = arena_new(ARENA_BYTES_MAX);
    code = audit(&options, &choice, arena, &err);
    arena_free(arena);
    resolver_option_close(&choice);
    return code;
}
