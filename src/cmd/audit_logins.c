#include "cmd/audit_logins.h"

#include <stdlib.h>
#include <unistd.h>

#include "audit/login_watch.h"
#include "base/civil.h"
#include "source/discover.h"
#include "source/inputs.h"
#include "source/pump.h"

#define DAYS 14
#define THREADS_MAX 16

static void
take(void *context, const struct event *event, uint32_t line, uint64_t offset)
{
    (void)line;
    (void)offset;
    login_watch_take(context, event);
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

static void
read_log(struct audit_run *run, const struct input_file *input, struct login_watch *watch)
{
    struct pump_sink sink = {take, NULL, NULL, watch};
    struct pump_totals totals;
    struct file *file;
    struct err err;

    if (!inputs_open(input, &file, &err)) {
        audit_unknown(&run->audit, AUDIT_MAILBOX, "login-log", input->path,
                      STR("The log could not be opened."), str_from_cstr(err.text));
        return;
    }
    if (!pump_run((struct pump_source){read_block, file, input->frame}, sink, thread_count(),
                  &totals, &err))
        audit_unknown(&run->audit, AUDIT_MAILBOX, "login-log", input->path,
                      STR("The log could not be read to its end."), str_from_cstr(err.text));
    inputs_close(input, file);
}

static bool
is_useful(const struct input_file *input)
{
    return input->frame && (input->frame->use == RECORD_MAIL || input->frame->use == RECORD_LOGIN);
}

/* Older logs first: what came before a success must be known by then. */
static int
by_age(const void *a, const void *b)
{
    const struct input_file *const *x = a, *const *y = b;

    if ((*x)->mtime_s != (*y)->mtime_s)
        return (*x)->mtime_s < (*y)->mtime_s ? -1 : 1;
    return str_compare((*x)->path, (*y)->path);
}

static bool
read_logs(struct audit_run *run, char **paths, int count, struct err *err)
{
    const struct input_file **order;
    struct login_watch *watch;
    struct input_list inputs;
    uint32_t useful = 0;

    if (!inputs_collect(paths, count, run->arena, &inputs, err))
        return false;
    watch = login_watch_new();
    order = calloc((size_t)inputs.count + 1, sizeof(*order));
    if (!order)
        abort();
    for (uint32_t i = 0; i < inputs.count; i++) {
        if (is_useful(&inputs.files[i]))
            order[useful++] = &inputs.files[i];
        else if (inputs.files[i].problem.len && inputs.files[i].is_named)
            audit_unknown(&run->audit, AUDIT_MAILBOX, "login-log", inputs.files[i].path,
                          STR("The log could not be read."), inputs.files[i].problem);
    }
    qsort(order, useful, sizeof(*order), by_age);
    for (uint32_t i = 0; i < useful; i++)
        read_log(run, order[i], watch);
    login_watch_findings(watch, &run->audit);
    free(order);
    login_watch_free(watch);
    inputs_done(&inputs);
    return true;
}

bool
audit_logins(struct audit_run *run, struct err *err)
{
    const struct audit_options *options = run->options;
    struct discovered own;
    char *paths[AUDIT_LIST_MAX];

    if (options->no_logs)
        return true;
    for (uint32_t i = 0; i < options->logs.count; i++) {
        paths[i] = strdup(options->logs.items[i]);
        if (!paths[i])
            abort();
    }
    if (options->logs.count) {
        bool is_read = read_logs(run, paths, (int)options->logs.count, err);

        for (uint32_t i = 0; i < options->logs.count; i++)
            free(paths[i]);
        return is_read;
    }
    if (!run->is_host)
        return true;
    if (!discover_host(options->root ? options->root : "", run->now_s - DAYS * DAY_S, run->arena,
                       &own, err))
        return false;
    return read_logs(run, own.logs, own.log_count, err);
}
