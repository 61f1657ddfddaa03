#include "cmd/trace_feed.h"

#include <stdlib.h>
#include <unistd.h>

#include "source/ends.h"
#include "source/pump.h"

#define THREADS_MAX 16

/* A log and when it begins. */
struct place_in_time {
    uint32_t index;
    int64_t start_us;
};

struct feed {
    struct trace *trace;
    uint32_t input;
    uint64_t size; /* on disk */
    struct progress *progress;
};

static unsigned
thread_count(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : (unsigned)processors;
}

/* Year and zone, from the log's beginning and end. `ret_first` keeps no slices. */
static void
date(struct trace *trace, uint32_t index, const struct input_file *input, char *buffer,
     struct event *ret_first)
{
    struct event last = ends_last(input->frame, inputs_tail(input, buffer));
    struct str head = inputs_head(input, buffer), text = head, record;
    struct event first = ends_first(input->frame, head);

    trace_set_ends(trace, index, &first, last.stamp_form != STAMP_NONE ? &last : NULL);
    while (ends_next(input->frame, &text, &record)) {
        struct event event;

        event_init(&event);
        record_read(input->frame, record, &event);
        trace_learn(trace, index, &event);
    }
    trace_span(trace, index, &first);
    event_init(ret_first);
    ret_first->stamp_form = first.stamp_form;
    ret_first->stamp_us = first.stamp_us;
}

static void
hand_on(void *context, const struct event *event, uint32_t line, uint64_t offset)
{
    const struct feed *feed = context;

    trace_feed(feed->trace, feed->input, event, line, offset);
}

static void
expect(void *context, const struct event *event, bool is_near)
{
    const struct feed *feed = context;

    trace_expect(feed->trace, event, is_near);
}

static void
tell(void *context, uint64_t bytes)
{
    const struct feed *feed = context;

    progress_show(feed->progress, bytes, feed->size);
}

static bool
read_block(void *context, char *buffer, size_t capacity, size_t *ret_len, struct err *err)
{
    return file_read(context, buffer, capacity, ret_len, err);
}

static void
read_log(struct trace *trace, uint32_t index, const struct input_file *input,
         struct progress *progress)
{
    struct feed feed = {trace, index, input->bytes, progress};
    struct pump_sink sink = {hand_on, expect, tell, &feed};
    struct pump_totals totals;
    struct file *file;
    struct event last;
    struct err err;

    if (!inputs_open(input, &file, &err)) {
        trace_problem(trace, index, str_from_cstr(err.text));
        return;
    }
    if (!pump_run((struct pump_source){read_block, file, input->frame}, sink, thread_count(),
                  &totals, &err))
        trace_problem(trace, index, str_from_cstr(err.text));
    inputs_close(input, file);
    event_init(&last);
    last.stamp_form = totals.last_form;
    last.stamp_us = totals.last_us;
    trace_span(trace, index, &last);
    trace_count(trace, index, totals.lines, totals.bytes, totals.cut);
    progress_next(progress, totals.bytes, input->bytes);
}

static int
by_start(const void *a, const void *b)
{
    const struct place_in_time *x = a, *y = b;

    if (x->start_us != y->start_us)
        return x->start_us < y->start_us ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static void
read_use(struct trace *trace, const struct input_list *inputs, const struct event *firsts,
         enum record_use use, struct place_in_time *order, struct progress *progress)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < inputs->count; i++) {
        const struct input_file *input = &inputs->files[i];

        if (input->frame && input->frame->use == use)
            order[count++] = (struct place_in_time){i, trace_input_start(trace, i, &firsts[i])};
    }
    qsort(order, count, sizeof(*order), by_start);
    for (uint32_t i = 0; i < count; i++)
        read_log(trace, order[i].index, &inputs->files[order[i].index], progress);
}

static void
announce(struct trace *trace, const struct input_list *inputs)
{
    for (uint32_t i = 0; i < inputs->count; i++) {
        const struct input_file *input = &inputs->files[i];
        struct str kind = input->frame                       ? str_from_cstr(input->frame->name)
                          : input->is_mail || input->is_mbox ? STR("message")
                                                             : STR_EMPTY;

        (void)trace_add_input(trace, input->path, kind, input->mtime_s);
        if (input->problem.len)
            trace_problem(trace, i, input->problem);
    }
}

void
trace_feed_logs(struct trace *trace, const struct input_list *inputs, struct progress *progress)
{
    static const enum record_use uses[] = {RECORD_MAIL, RECORD_LOGIN, RECORD_PHP, RECORD_WEB};
    struct place_in_time *order = calloc(inputs->count + 1, sizeof(*order));
    struct event *firsts = calloc(inputs->count + 1, sizeof(*firsts));
    char *buffer = malloc(INPUTS_HEAD_BYTES);

    if (!order || !firsts || !buffer)
        abort();
    announce(trace, inputs);
    for (uint32_t i = 0; i < inputs->count; i++) {
        if (inputs->files[i].frame)
            date(trace, i, &inputs->files[i], buffer, &firsts[i]);
    }
    for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
        if (uses[i] == RECORD_WEB)
            trace_mails_done(trace);
        read_use(trace, inputs, firsts, uses[i], order, progress);
    }
    free(buffer);
    free(firsts);
    free(order);
}
