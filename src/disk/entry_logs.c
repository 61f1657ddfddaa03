#include "disk/entry_logs.h"

#include <pwd.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/civil.h"
#include "source/discover.h"
#include "source/ends.h"
#include "source/inputs.h"
#include "source/lines.h"
#include "source/pump.h"
#include "source/zone.h"

#define THREADS_MAX 16
#define ROTATED_SLACK_S (2 * DAY_S) /* how long before the first change logs still matter */

/* One call of entry_find. */
struct find {
    const struct entry_sources *sources;
    struct arena *arena;
    struct entry_suspect *suspects;
    uint32_t count;
    struct site_list sites;
    struct input_list inputs;
    struct entry_search *search;
    struct entry_report report;
};

/* --- what this host knows of the files --- */

/* Whether the path lies in that folder. */
static bool
lies_in(struct str path, struct str folder)
{
    while (folder.len && folder.data[folder.len - 1] == '/')
        folder.len--;
    return folder.len && str_starts(path, folder) && path.len > folder.len &&
           path.data[folder.len] == '/';
}

/* The site whose document root is the deepest that the file lies in. */
static const struct trace_site *
site_of(const struct site_list *sites, struct str path)
{
    const struct trace_site *best = NULL;

    for (uint32_t i = 0; i < sites->count; i++) {
        const struct trace_site *site = &sites->sites[i];

        if (lies_in(path, site->docroot) && (!best || site->docroot.len > best->docroot.len))
            best = site;
    }
    return best;
}

static void
fill_in_site(struct entry_suspect *suspect, const struct trace_site *site)
{
    struct str docroot = site->docroot;

    if (suspect->vhost.len == 0)
        suspect->vhost = site->vhost;
    if (suspect->access_log.len == 0 && str_starts(site->access_log, STR("/")))
        suspect->access_log = site->access_log;
    while (docroot.len && docroot.data[docroot.len - 1] == '/')
        docroot.len--;
    if (suspect->url.len == 0)
        suspect->url = str_from(suspect->path, docroot.len);
}

static struct str
user_name(struct arena *arena, int64_t uid)
{
    const struct passwd *entry = uid >= 0 ? getpwuid((uid_t)uid) : NULL;

    return entry ? arena_str(arena, str_from_cstr(entry->pw_name)) : STR_EMPTY;
}

static bool
fill_in(struct find *find, const struct entry_suspect *suspects)
{
    struct str name = STR_EMPTY;
    int64_t uid = -1;

    find->suspects = arena_array(find->arena, (size_t)find->count + 1, sizeof(*find->suspects));
    if (!find->suspects)
        return false;
    for (uint32_t i = 0; i < find->count; i++) {
        struct entry_suspect *suspect = &find->suspects[i];
        const struct trace_site *site;

        *suspect = suspects[i];
        site = site_of(&find->sites, suspect->path);
        if (site)
            fill_in_site(suspect, site);
        if (suspect->user.len)
            continue;
        if (suspect->uid != uid) {
            uid = suspect->uid;
            name = user_name(find->arena, uid);
        }
        suspect->user = name;
    }
    return true;
}

/* --- which logs --- */

static int64_t
first_change_s(const struct entry_suspect *suspects, uint32_t count)
{
    int64_t first_us = INT64_MAX;

    for (uint32_t i = 0; i < count; i++) {
        if (suspects[i].ctime_us < first_us)
            first_us = suspects[i].ctime_us;
        if (suspects[i].mtime_us > 0 && suspects[i].mtime_us < first_us)
            first_us = suspects[i].mtime_us;
    }
    return first_us / SECOND_US;
}

static bool
find_logs(struct find *find, const struct entry_suspect *suspects, struct err *err)
{
    const struct entry_sources *sources = find->sources;
    struct discovered own = {NULL, 0, {NULL, 0}};
    int64_t since_s = first_change_s(suspects, find->count) - ROTATED_SLACK_S;

    if ((sources->log_count == 0 || !sources->sites) &&
        !discover_host("", since_s > 0 ? since_s : 0, find->arena, &own, err))
        return false;
    find->sites = sources->sites ? *sources->sites : own.sites;
    return inputs_collect(sources->log_count ? sources->logs : own.logs,
                          sources->log_count ? sources->log_count : own.log_count, find->arena,
                          &find->inputs, err);
}

/* --- reading them --- */

static void
note_problem(struct find *find, struct str sentence)
{
    find->report.problems[find->report.problem_count++] = arena_str(find->arena, sentence);
}

struct feed {
    struct entry_search *search;
    struct file *file;
    uint32_t log;
    atomic_bool is_over; /* what follows is too late */
};

static void
hand_on(void *context, const struct event *event, uint32_t line, uint64_t offset)
{
    struct feed *feed = context;

    if (!atomic_load_explicit(&feed->is_over, memory_order_relaxed) &&
        !entry_search_feed(feed->search, feed->log, event, line, offset))
        atomic_store_explicit(&feed->is_over, true, memory_order_relaxed);
}

/* Ends the log early: any thread of the pump may call it. */
static bool
read_block(void *context, char *buffer, size_t capacity, size_t *ret_len, struct err *err)
{
    struct feed *feed = context;

    if (atomic_load_explicit(&feed->is_over, memory_order_relaxed)) {
        *ret_len = 0;
        return true;
    }
    return file_read(feed->file, buffer, capacity, ret_len, err);
}

static unsigned
thread_count(const struct entry_sources *sources)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (sources->threads)
        return sources->threads < THREADS_MAX ? sources->threads : THREADS_MAX;
    return processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : (unsigned)processors;
}

static void
date_log(struct find *find, uint32_t log, char *buffer)
{
    const struct input_file *input = &find->inputs.files[log];
    struct event last = ends_last(input->frame, inputs_tail(input, buffer));
    struct str head = inputs_head(input, buffer), record;
    struct event first = ends_first(input->frame, head);

    entry_search_date(find->search, log, &first, last.stamp_form != STAMP_NONE ? &last : NULL);
    while (ends_next(input->frame, &head, &record)) {
        struct event event;

        event_init(&event);
        record_read(input->frame, record, &event);
        entry_search_learn(find->search, log, &event);
    }
}

static void
read_log(struct find *find, uint32_t log)
{
    const struct input_file *input = &find->inputs.files[log];
    struct feed feed = {.search = find->search, .log = log};
    struct pump_sink sink = {.event = hand_on, .context = &feed};
    struct pump_totals totals;
    struct err err;

    if (!inputs_open(input, &feed.file, &err)) {
        note_problem(find, str_from_cstr(err.text));
        return;
    }
    if (!pump_run((struct pump_source){read_block, &feed, input->frame}, sink,
                  thread_count(find->sources), &totals, &err))
        note_problem(find, str_from_cstr(err.text));
    inputs_close(input, feed.file);
    find->report.log_count++;
}

/* PHP's own log and mails tell nothing of how a file came. */
static bool
is_of_use(const struct input_file *input)
{
    return input->frame && input->frame->use != RECORD_PHP;
}

static void
announce(struct find *find)
{
    char *buffer = malloc(INPUTS_HEAD_BYTES);

    if (!buffer)
        abort();
    for (uint32_t i = 0; i < find->inputs.count; i++) {
        const struct input_file *input = &find->inputs.files[i];

        (void)entry_search_add_log(find->search, input->path,
                                   input->frame ? input->frame->use : RECORD_PHP, input->mtime_s);
        if (input->problem.len)
            note_problem(find, input->problem);
        if (is_of_use(input))
            date_log(find, i, buffer);
    }
    free(buffer);
}

/* A log to read. */
struct turn {
    uint32_t log;
    enum record_use use;
    int64_t start_us;
};

/* Logins before requests, the older before the newer: who was let in before is known by then. */
static int
by_turn(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;

    if ((x->use == RECORD_WEB) != (y->use == RECORD_WEB))
        return x->use == RECORD_WEB ? 1 : -1;
    if (x->start_us != y->start_us)
        return x->start_us < y->start_us ? -1 : 1;
    return (x->log > y->log) - (x->log < y->log);
}

static void
read_logs(struct find *find)
{
    struct turn *turns = calloc((size_t)find->inputs.count + 1, sizeof(*turns));
    uint32_t count = 0;

    if (!turns)
        abort();
    announce(find);
    for (uint32_t i = 0; i < find->inputs.count; i++) {
        const struct input_file *input = &find->inputs.files[i];

        if (!is_of_use(input))
            continue;
        if (entry_search_wants(find->search, i))
            turns[count++] =
                (struct turn){i, input->frame->use, entry_search_start(find->search, i)};
        else
            find->report.passed_over++;
    }
    qsort(turns, count, sizeof(*turns), by_turn);
    for (uint32_t i = 0; i < count; i++)
        read_log(find, turns[i].log);
    free(turns);
}

/* --- what they say --- */

static bool
quote(struct find *find, struct entry_answer *answers, uint32_t count)
{
    const struct input_file **files =
        arena_array(find->arena, find->inputs.count + 1, sizeof(*files));
    struct evidence **lines = arena_array(find->arena, count + 1, sizeof(*lines));
    uint32_t line_count = 0;

    if (!files || !lines)
        return false;
    for (uint32_t i = 0; i < find->inputs.count; i++)
        files[i] = &find->inputs.files[i];
    for (uint32_t i = 0; i < count; i++) {
        if (answers[i].line.ref.input != UINT32_MAX)
            lines[line_count++] = &answers[i].line;
    }
    lines_quote(files, find->inputs.count, lines, line_count, find->arena);
    return true;
}

static bool
write_findings(struct find *find, struct err *err)
{
    struct entry_answer *answers;
    uint32_t count;

    if (!entry_search_finish(find->search, find->arena, &answers, &count, err))
        return false;
    find->report.findings =
        arena_array(find->arena, (size_t)count + 1, sizeof(*find->report.findings));
    if (!find->report.findings || !quote(find, answers, count))
        return err_set(err, ERR_LIMIT, "too many malicious files to look for their entry");
    for (uint32_t i = 0; i < count; i++)
        find->report.findings[i] =
            entry_finding(&find->suspects[answers[i].suspect], &answers[i], find->arena);
    find->report.finding_count = count;
    return true;
}

bool
entry_find(const struct entry_suspect *suspects, uint32_t count,
           const struct entry_sources *sources, struct arena *arena,
           struct entry_report *ret_report, struct err *err)
{
    struct find find = {.sources = sources, .arena = arena, .count = count};
    bool is_done = false;

    if (count == 0) {
        *ret_report = find.report;
        return true;
    }
    if (!find_logs(&find, suspects, err))
        return false;
    find.report.problems =
        arena_array(arena, (size_t)find.inputs.count * 2 + 1, sizeof(*find.report.problems));
    if (!find.report.problems || !fill_in(&find, suspects)) {
        (void)err_set(err, ERR_LIMIT, "too many malicious files to look for their entry");
        goto out;
    }
    find.search = entry_search_new(find.suspects, count,
                                   (struct entry_options){zone_offset, NULL, sources->zone});
    read_logs(&find);
    is_done = write_findings(&find, err);
    if (is_done)
        *ret_report = find.report;
out:
    entry_search_free(find.search);
    inputs_done(&find.inputs);
    return is_done;
}
