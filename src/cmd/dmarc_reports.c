#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "cmd/cmd.h"
#include "cmd/dmarc.h"
#include "cmd/dmarc_reports_intake.h"
#include "cmd/dmarc_reports_options.h"
#include "cmd/dmarc_reports_trace.h"
#include "report/dmarc_reports.h"
#include "source/whole.h"
#include "store/reports_answers.h"

#define ARENA_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define REPORT_BYTES_MAX ((size_t)256 * 1024 * 1024)

/* One run of `weir dmarc reports`. */
struct run {
    struct dmarc_reports_arguments arguments;
    struct arena *arena;
    struct reports *reports;
    struct feedback_result result;
};

static void
complain(const struct err *err)
{
    terminal_complain("dmarc reports", str_from_cstr(err->text));
}

/* Now, or what SOURCE_DATE_EPOCH says: same input, same output. */
static int64_t
now(void)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds;

    return text && str_u64(str_from_cstr(text), &seconds) ? (int64_t)seconds : (int64_t)time(NULL);
}

static bool
take_files(struct run *run, struct err *err)
{
    struct intake *intake = intake_new(run->reports, run->arena, &run->result);
    bool is_good = true;

    for (int i = 0; i < run->arguments.file_count && is_good; i++)
        is_good = intake_take(intake, run->arguments.files[i], err);
    intake_finish(intake);
    intake_free(intake);
    return is_good;
}

static bool
answer(struct run *run, struct err *err)
{
    char domain[256];
    struct str asked = run->arguments.domain ? str_from_cstr(run->arguments.domain) : STR_EMPTY;
    struct reports_question question = {run->arguments.own, run->arguments.own_count, STR_EMPTY};

    asked = str_first(asked, sizeof(domain));
    str_fold(asked, domain);
    question.domain = (struct str){domain, asked.len};
    return reports_answer(run->reports, &question, run->arena, &run->result, err);
}

static bool
write_page(const struct run *run, struct err *err)
{
    struct buf page;
    bool is_written;

    buf_init(&page, REPORT_BYTES_MAX);
    dmarc_reports_html(&run->result, &page);
    is_written = whole_write(run->arguments.html, buf_str(&page), err);
    buf_done(&page);
    return is_written;
}

static bool
write_report(const struct run *run, struct err *err)
{
    struct buf buf;
    bool is_written;

    buf_init(&buf, REPORT_BYTES_MAX);
    if (run->arguments.json) {
        dmarc_reports_json(&run->result, &buf);
    } else {
        struct paper paper = terminal_paper(&buf, run->arguments.colour, NULL);

        dmarc_reports_text(&run->result, run->arguments.verbose, &paper);
    }
    is_written = terminal_print(buf_str(&buf), err);
    buf_done(&buf);
    return (!run->arguments.html || write_page(run, err)) && is_written;
}

static int
exit_code(const struct feedback_result *result)
{
    if (result->problem_count)
        return CMD_UNREAD;
    return dmarc_reports_is_finding(result) ? CMD_FOUND : CMD_NOTHING;
}

/* The database is closed before anything is said: what is said is on disk then. */
static int
run_all(struct run *run)
{
    struct err err;
    bool is_good = take_files(run, &err) && answer(run, &err);

    if (is_good && run->arguments.log_count && run->result.complaint_shown)
        is_good = dmarc_reports_trace(&run->result, run->arguments.logs, run->arguments.log_count,
                                      run->arena, &err);

    if (is_good) {
        is_good = reports_close(run->reports, &err);
        run->reports = NULL;
    }
    if (is_good)
        is_good = write_report(run, &err);
    if (is_good)
        return exit_code(&run->result);
    complain(&err);
    return CMD_UNREAD;
}

int
cmd_dmarc_reports(int argc, char **argv)
{
    struct run *run = calloc(1, sizeof(*run));
    struct err err;
    int code = CMD_USAGE;

    if (!run)
        abort();
    run->result.generated_s = now();
    if (!dmarc_reports_options_read(argc, argv, &run->arguments, &err)) {
        complain(&err);
    } else if (run->arguments.help) {
        fputs(dmarc_reports_options_help(), stdout);
        code = CMD_NOTHING;
    } else if (!reports_open(run->arguments.database, &run->reports, &err)) {
        complain(&err);
    } else {
        run->arena = arena_new(ARENA_BYTES_MAX);
        code = run_all(run);
    }
    reports_free(run->reports);
    arena_free(run->arena);
    free(run);
    return code;
}
