#include "cmd/scan_watch.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/progress.h"
#include "disk/watch.h"
#include "report/scan_news.h"

/* Between two looks through everything, when the kernel drops events again and again. */
#define AGAIN_LEAST_S 60

#define NEWS_BYTES_MAX ((size_t)64 << 20)

struct watching {
    const struct scan_arguments *arguments;
    struct scanner *scanner;
    struct scan_act *act; /* NULL: tell only */
    struct buf out;
    struct scan_news_totals totals;
    bool is_ready, is_lost, has_failed;
    double again_s; /* not before: the next look through everything */
};

static volatile sig_atomic_t is_stopped;

static void
stop(int number)
{
    (void)number;
    is_stopped = 1;
}

static void
complain(const struct err *err)
{
    terminal_complain("scan", str_from_cstr(err->text));
}

/* ---- what was found ---- */

static const struct scan_action *
action_of(const struct watching *watching, struct str path)
{
    const struct scan_actions *actions;

    if (!watching->act)
        return NULL;
    actions = scan_act_actions(watching->act);
    for (size_t i = 0; i < actions->count; i++) {
        if (str_eq(actions->list[i].path, path))
            return &actions->list[i];
    }
    return NULL;
}

static void
count(struct watching *watching, const struct scan_action *action)
{
    watching->totals.accused++;
    watching->totals.quarantined += action && action->kind == SCAN_ACTION_QUARANTINED;
    watching->totals.cleaned += action && action->kind == SCAN_ACTION_CLEANED;
}

static void
tell_one(struct watching *watching, const struct finding *finding)
{
    struct scan_news news = {
        .finding = finding,
        .action = action_of(watching, finding->path),
        .seen_s = time(NULL),
    };

    count(watching, news.action);
    if (watching->arguments->is_json) {
        scan_news_json(&news, &watching->out);
    } else {
        struct paper paper =
            terminal_paper(&watching->out, watching->arguments->colour, watching->arguments->zone);

        scan_news_text(&news, &paper);
    }
}

static void
tell(struct watching *watching)
{
    size_t finding_count;
    uint32_t complaint_count;
    const struct finding *findings = scanner_findings(watching->scanner, &finding_count);
    const struct str *complaints = scanner_complaints(watching->scanner, &complaint_count);
    struct err err;

    if (watching->act)
        scan_act_on(watching->act, findings, finding_count);
    for (size_t i = 0; i < finding_count; i++) {
        if (findings[i].kind == FINDING_MALICIOUS && findings[i].confidence >= FINDING_ACCUSES)
            tell_one(watching, &findings[i]);
    }
    for (uint32_t i = 0; i < complaint_count; i++)
        terminal_complain("scan", complaints[i]);
    if (watching->out.len && !terminal_print(buf_str(&watching->out), &err)) {
        complain(&err);
        watching->has_failed = true;
        is_stopped = 1;
    }
    buf_reset(&watching->out);
    if (watching->act)
        scan_act_forget(watching->act);
    scanner_forget(watching->scanner);
}

/* ---- what is looked at ---- */

/* The innermost of the watched paths that holds this one; "" for the root of all. */
static const char *
root_of(const struct scan_arguments *arguments, struct str path)
{
    const char *best = "";
    size_t longest = 0;

    for (int i = 0; i < arguments->path_count; i++) {
        struct str root = str_from_cstr(arguments->paths[i]);

        if (root.len > longest && str_starts(path, root) &&
            (path.len == root.len || path.data[root.len] == '/')) {
            longest = root.len;
            best = arguments->paths[i];
        }
    }
    return best;
}

static void
look(struct watching *watching, struct str path)
{
    struct err err;

    if (!scanner_run_within(watching->scanner, root_of(watching->arguments, path), path.data,
                            &err)) {
        complain(&err);
        watching->has_failed = true;
    }
    tell(watching);
}

/* Events were lost: everything is looked through, once, for all that was lost until now. */
static void
look_again(struct watching *watching)
{
    watching->is_lost = false;
    for (int i = 0; i < watching->arguments->path_count && !is_stopped; i++) {
        struct err err;

        if (!scanner_run(watching->scanner, watching->arguments->paths[i], &err)) {
            complain(&err);
            watching->has_failed = true;
        }
        tell(watching);
    }
    watching->again_s = progress_clock_s() + AGAIN_LEAST_S;
}

static void
lose(struct watching *watching)
{
    if (!watching->is_lost)
        terminal_complain("scan", STR("more was written at once than the kernel could tell of: "
                                      "everything is looked through once more"));
    watching->is_lost = true;
}

static void
on_event(void *context, enum watch_event event, struct str path)
{
    struct watching *watching = context;

    switch (event) {
    case WATCH_READY:
        watching->is_ready = true;
        terminal_complain("scan", STR("watching what is written from now on"));
        return;
    case WATCH_FILE:
    case WATCH_FOLDER:
        look(watching, path);
        return;
    case WATCH_LOST:
        lose(watching);
        return;
    case WATCH_TURN:
        if (watching->is_lost && progress_clock_s() >= watching->again_s)
            look_again(watching);
        return;
    }
}

/* ---- from the beginning to the end ---- */

bool
scan_watch_resolve(struct scan_arguments *arguments, struct err *err)
{
    for (int i = 0; i < arguments->path_count; i++) {
        char *path = realpath(arguments->paths[i], NULL);

        if (!path)
            return err_set(err, ERR_SYSTEM, "'%s': %s", arguments->paths[i], strerror(errno));
        arguments->paths[i] = path;
    }
    return true;
}

/* A terminal that is closed, or a log that is turned over, is no reason to stop. */
static void
take_signals(void)
{
    struct sigaction ended = {.sa_handler = stop}, ignored = {.sa_handler = SIG_IGN};

    (void)sigaction(SIGTERM, &ended, NULL);
    (void)sigaction(SIGINT, &ended, NULL);
    (void)sigaction(SIGHUP, &ignored, NULL);
}

static void
print_totals(struct watching *watching)
{
    struct scanner_totals totals = scanner_totals(watching->scanner);
    struct err err;

    watching->totals.files = totals.files;
    watching->totals.bytes = totals.bytes;
    watching->totals.unread = totals.unread;
    if (watching->act)
        watching->totals.scan = scan_act_actions(watching->act)->scan;
    if (watching->arguments->is_json)
        scan_news_totals_json(&watching->totals, &watching->out);
    else
        scan_news_totals_text(&watching->totals, &watching->out);
    if (!terminal_print(buf_str(&watching->out), &err))
        complain(&err);
}

static int
exit_code(const struct watching *watching)
{
    if (watching->has_failed || watching->totals.unread ||
        (watching->act && scan_act_has_failed(watching->act)))
        return CMD_UNREAD;
    return watching->totals.accused ? CMD_FOUND : CMD_NOTHING;
}

int
scan_watch(const struct scan_arguments *arguments, struct scanner *scanner, struct scan_act *act)
{
    struct watching watching = {.arguments = arguments, .scanner = scanner, .act = act};
    struct watch_options options = {
        .paths = (const char *const *)arguments->paths,
        .path_count = (uint32_t)arguments->path_count,
        .seen = on_event,
        .context = &watching,
        .stop = &is_stopped,
    };
    struct err err;

    take_signals();
    buf_init(&watching.out, NEWS_BYTES_MAX);
    if (!watch_run(&options, &err)) {
        complain(&err);
        watching.has_failed = true;
    }
    if (watching.is_ready)
        print_totals(&watching);
    buf_done(&watching.out);
    return watching.is_ready ? exit_code(&watching) : CMD_USAGE;
}
