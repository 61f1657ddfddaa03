#include <stdlib.h>
#include <unistd.h>

#include "audit/login_watch.h"
#include "cmd/audit_run.h"
#include "source/discover.h"
#include "source/inputs.h"
#include "source/pump.h"
#include "source/whole.h"

#define THREADS_MAX 16
#define LOG_AGE_S (7 * INT64_C(86400))
#define SAMPLE_BYTES_MAX ((size_t)64 * 1024 * 1024)

static void
take_event(void *context, const struct event *event, uint32_t line, uint64_t offset)
{
    struct audit_run *run = context;

    (void)line;
    (void)offset;
    seen_event(run->seen, event);
    login_watch_take(run->logins, event);
}

static bool
read_block(void *context, char *buffer, size_t capacity, size_t *ret_len, struct err *err)
{
    return file_read(context, buffer, capacity, ret_len, err);
}

static unsigned
thread_count(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : (unsigned)processors;
}

static bool
read_log(struct audit_run *run, const struct input_file *input, struct err *err)
{
    struct pump_sink sink = {.event = take_event, .context = run};
    struct pump_totals totals;
    struct file *file;
    bool is_read;

    if (!inputs_open(input, &file, err))
        return false;
    is_read = pump_run((struct pump_source){read_block, file, input->frame}, sink, thread_count(),
                       &totals, err);
    inputs_close(input, file);
    run->log_lines += totals.lines;
    return is_read;
}

/* A log that cannot be read is said; the others still tell what they tell. */
static void
say_unread(struct audit_run *run, struct str path, struct str why)
{
    audit_unknown(&run->audit, AUDIT_HOST, "logs", path, STR("this log was not read"), why);
}

/* Older logs first: a login is judged by what came before it. */
static int
by_age(const void *a, const void *b)
{
    const struct input_file *x = a, *y = b;

    if (x->mtime_s != y->mtime_s)
        return x->mtime_s < y->mtime_s ? -1 : 1;
    return str_compare(x->path, y->path);
}

static bool
is_of_mail(const struct input_file *input)
{
    return input->frame && (input->frame->use == RECORD_MAIL || input->frame->use == RECORD_LOGIN);
}

static bool
read_logs(struct audit_run *run, char **paths, int count, struct err *err)
{
    struct input_list inputs;

    if (!inputs_collect(paths, count, run->arena, &inputs, err))
        return false;
    if (inputs.count)
        qsort(inputs.files, inputs.count, sizeof(*inputs.files), by_age);
    for (uint32_t i = 0; i < inputs.count; i++) {
        const struct input_file *input = &inputs.files[i];
        struct err why;

        if (input->problem.len)
            say_unread(run, input->path, input->problem);
        else if (is_of_mail(input) && !read_log(run, input, &why))
            say_unread(run, input->path, str_from_cstr(why.text));
    }
    inputs_done(&inputs);
    return true;
}

/* The logs that were named, else this host's own of the last days. */
static bool
find_logs(struct audit_run *run, struct err *err)
{
    const struct audit_words *named = &run->options->logs;
    struct discovered own;
    char **paths;

    if (run->options->no_logs || (!named->count && (!run->is_host || run->options->root)))
        return true;
    if (!named->count)
        return discover_host("", run->now_s - LOG_AGE_S, run->arena, &own, err) &&
               read_logs(run, own.logs, own.log_count, err);
    paths = arena_array(run->arena, named->count, sizeof(*paths));
    if (!paths)
        return err_set(err, ERR_LIMIT, "too many logs");
    for (uint32_t i = 0; i < named->count; i++)
        paths[i] = (char *)(uintptr_t)named->items[i];
    return read_logs(run, paths, (int)named->count, err);
}

static void
read_sample(struct audit_run *run, const char *path)
{
    struct str text;
    struct err err;

    if (!whole_read(path, SAMPLE_BYTES_MAX, run->arena, &text, &err)) {
        audit_unknown(&run->audit, AUDIT_HOST, "sample", str_from_cstr(path),
                      STR("this mail was not read"), str_from_cstr(err.text));
        return;
    }
    seen_message(run->seen, text);
}

bool
audit_logs(struct audit_run *run, struct err *err)
{
    for (uint32_t i = 0; i < run->options->samples.count; i++)
        read_sample(run, run->options->samples.items[i]);
    return find_logs(run, err);
}
