#ifndef TESTS_TRACE_RUN_H
#define TESTS_TRACE_RUN_H

/*
 * trace_run - a whole trace over logs that stand in a test as text.
 */

#include <stdlib.h>

#include "record/record.h"
#include "trace/trace.h"

#define RUN_LOGS_MAX 8

struct run_log {
    const char *path, *text;
    size_t len;      /* 0: strlen(text) */
    int64_t mtime_s; /* 0: 2026-11-24 */
};

struct run {
    struct trace *trace;
    struct arena *arena;
    struct result result;
};

/* Every zone is UTC, but "Europe/Berlin": an hour, and two in summer, for 2025 and 2026. */
static inline bool
run_zone(void *context, struct str zone, int64_t local_s, int *ret_offset_s)
{
    static const int64_t summers[][2] = {{1743296400, 1761440400}, {1774746000, 1792890000}};

    (void)context;
    *ret_offset_s = 0;
    if (str_eq(zone, STR("Europe/Berlin"))) {
        *ret_offset_s = 3600;
        for (int i = 0; i < 2; i++) {
            if (local_s - 3600 >= summers[i][0] && local_s - 7200 < summers[i][1])
                *ret_offset_s = 7200;
        }
    }
    return zone.len == 0 || str_eq(zone, STR("UTC")) || str_eq(zone, STR("Europe/Berlin"));
}

static inline bool
run_next(const struct frame *frame, struct str *text, struct str *ret_record)
{
    size_t len;

    if (text->len == 0)
        return false;
    len = frame->split ? frame->split(*text) : 0;
    if (len == 0 || len > text->len)
        len = str_index(*text, '\n') < text->len ? str_index(*text, '\n') + 1 : text->len;
    *ret_record = str_first(*text, len);
    *text = str_from(*text, len);
    return true;
}

static inline struct str
run_text(const struct run_log *log)
{
    return (struct str){log->text, log->len ? log->len : strlen(log->text)};
}

static inline void
run_feed(struct run *run, uint32_t input, const struct run_log *log, const struct frame *frame)
{
    struct str text = run_text(log), record;
    uint32_t line = 1;
    struct event event, last;

    event_init(&last);
    while (run_next(frame, &text, &record)) {
        event_init(&event);
        record_read(frame, record, &event);
        if (event.stamp_form != STAMP_NONE)
            last = event;
        if (event.kind != EVENT_NONE)
            trace_feed(run->trace, input, &event, line, (uint64_t)(record.data - log->text));
        for (struct str rest = record; rest.len; line++)
            (void)str_cut(&rest, '\n');
    }
    trace_span(run->trace, input, &last);
}

static inline void
run_date(struct run *run, uint32_t input, const struct run_log *log, const struct frame *frame)
{
    struct str text = run_text(log), record;
    struct event first, last, event;

    event_init(&first);
    event_init(&last);
    while (run_next(frame, &text, &record)) {
        event_init(&event);
        record_read(frame, record, &event);
        if (event.stamp_form == STAMP_NONE)
            continue;
        if (first.stamp_form == STAMP_NONE)
            first = event;
        last = event;
    }
    trace_set_ends(run->trace, input, &first, &last);
    text = run_text(log);
    while (run_next(frame, &text, &record)) {
        event_init(&event);
        record_read(frame, record, &event);
        trace_learn(run->trace, input, &event);
    }
    trace_span(run->trace, input, &first);
}

/* Mail logs first, access logs last, in the order given. Aborts when a log is of no known kind. */
static inline struct run
run_trace(struct trace_options options, const struct run_log *logs, size_t count,
          struct trace_sample *samples, uint32_t sample_count)
{
    static const enum record_use uses[] = {RECORD_MAIL, RECORD_LOGIN, RECORD_PHP, RECORD_WEB};
    const struct frame *frames[RUN_LOGS_MAX];
    struct run run;
    struct err err;

    options.zone_lookup = run_zone;
    options.wants_queue_ids = true;
    run.trace = trace_new(options);
    run.arena = arena_new((size_t)256 * 1024 * 1024);
    for (size_t i = 0; i < count; i++) {
        frames[i] = record_detect(run_text(&logs[i]));
        if (!frames[i])
            abort();
        (void)trace_add_input(run.trace, str_from_cstr(logs[i].path),
                              str_from_cstr(frames[i]->name),
                              logs[i].mtime_s ? logs[i].mtime_s : INT64_C(1795478400));
    }
    for (size_t i = 0; i < count; i++)
        run_date(&run, (uint32_t)i, &logs[i], frames[i]);
    for (size_t u = 0; u < sizeof(uses) / sizeof(uses[0]); u++) {
        if (uses[u] == RECORD_WEB)
            trace_mails_done(run.trace);
        for (size_t i = 0; i < count; i++) {
            if (frames[i]->use == uses[u])
                run_feed(&run, (uint32_t)i, &logs[i], frames[i]);
        }
    }
    if (!trace_finish(run.trace, samples, sample_count, run.arena, &run.result, &err))
        abort();
    return run;
}

static inline void
run_done(struct run *run)
{
    trace_free(run->trace);
    arena_free(run->arena);
}

#endif
