#include "trace/trace.h"

#include <stdlib.h>

#include "base/civil.h"
#include "trace/state.h"
#include "trace/visit.h"

#define WEB_MARGIN_S 900 /* requests this long around the mail log are kept one by one */
#define NO_SITE UINT32_MAX

/* qmail's SMTP server hands in what it takes as a local user of this name. */
static int64_t
smtp_uid(const struct trace_options *options)
{
    for (uint32_t i = 0; i < options->user_count; i++) {
        if (str_eq(options->users[i].name, STR("qmaild")))
            return options->users[i].uid;
    }
    return -1;
}

struct trace *
trace_new(struct trace_options options)
{
    struct trace *trace = calloc(1, sizeof(*trace));

    if (!trace)
        abort();
    trace->options = options;
    trace->ledger = ledger_new();
    trace->join = join_new(trace->ledger, smtp_uid(&options));
    trace->arena = arena_new(TRACE_BYTES_MAX);
    trace->scratch = arena_new(TRACE_BYTES_MAX);
    trace->window = (struct visit_window){INT64_MIN, INT64_MAX};
    trace->ledger->libraries = options.libraries;
    trace->ledger->library_count = options.library_count;
    for (uint32_t i = 0; i < options.local_domain_count; i++)
        ledger_set_local_domain(trace->ledger,
                                table_add(trace->ledger->names, options.local_domains[i]));
    return trace;
}

void
trace_free(struct trace *trace)
{
    if (!trace)
        return;
    join_free(trace->join);
    ledger_free(trace->ledger);
    arena_free(trace->arena);
    arena_free(trace->scratch);
    free(trace->inputs);
    free(trace);
}

uint32_t
trace_add_input(struct trace *trace, struct str path, struct str kind, int64_t mtime_s)
{
    struct input *input;

    if (trace->input_count == trace->input_capacity) {
        trace->input_capacity = trace->input_capacity ? trace->input_capacity * 2 : 16;
        trace->inputs = realloc(trace->inputs, trace->input_capacity * sizeof(*trace->inputs));
        if (!trace->inputs)
            abort();
    }
    input = &trace->inputs[trace->input_count];
    *input = (struct input){.site = NO_SITE};
    input->path = arena_str(trace->arena, path);
    input->kind = arena_str(trace->arena, kind);
    clock_init(&input->clock, trace->options.zone_lookup, trace->options.zone_context,
               &trace->offsets, trace->options.zone, mtime_s);
    return trace->input_count++;
}

static int64_t
yearless_seconds(const struct event *event)
{
    return event && event->stamp_form == STAMP_YEARLESS ? event->stamp_us / SECOND_US : -1;
}

void
trace_set_ends(struct trace *trace, uint32_t input, const struct event *first,
               const struct event *last)
{
    clock_set_year(&trace->inputs[input].clock, yearless_seconds(first), yearless_seconds(last));
}

void
trace_learn(struct trace *trace, uint32_t input, const struct event *event)
{
    struct clock *clock = &trace->inputs[input].clock;
    struct clock before = *clock;

    clock_learn(clock, event);
    /* The records come again: only what was learnt stays, not the place in the year. */
    clock->last_stamp_s = before.last_stamp_s;
    if (!clock->has_offset)
        clock->year = before.year;
}

int64_t
trace_input_start(struct trace *trace, uint32_t input, const struct event *first)
{
    struct clock clock = trace->inputs[input].clock;

    return first ? clock_resolve(&clock, first) : 0;
}

static void
count_unknown(struct trace *trace, struct input *input, const struct event *event)
{
    uint32_t program = table_add(trace->ledger->names, str_first(event->program, 64));

    input->unread += event->repeats;
    for (uint32_t i = 0; i < input->unknown_count; i++) {
        if (input->unknown[i].program == program) {
            input->unknown[i].lines += event->repeats;
            return;
        }
    }
    if (input->unknown_count < PROGRAMS_MAX) {
        input->unknown[input->unknown_count].program = program;
        input->unknown[input->unknown_count++].lines = event->repeats;
    }
}

/* The site of an access log without vhosts: by configuration, else by the log's name. */
static uint32_t
input_site(struct trace *trace, struct input *input)
{
    struct str name = visit_log_name(input->path);

    for (uint32_t i = 0; i < trace->options.site_count; i++) {
        const struct trace_site *site = &trace->options.sites[i];

        if (site->access_log.len && str_eq(site->access_log, input->path))
            return visit_site(trace->ledger, site->vhost, true);
    }
    if (name.len == 0)
        name = trace->ledger->sites.count ? STR("") : STR("web");
    if (name.len == 0)
        name = input->path;
    return visit_site(trace->ledger, name, false);
}

static bool
is_mail_event(const struct event *event)
{
    switch (event->kind) {
    case EVENT_ACCEPT:
    case EVENT_MESSAGE_ID:
    case EVENT_QUEUED:
    case EVENT_DELIVERY:
    case EVENT_STARTED:
    case EVENT_REMOVED:
        return true;
    case EVENT_UNKNOWN:
    case EVENT_NONE:
    case EVENT_NOTICE:
    case EVENT_HOLD:
    case EVENT_REFUSED:
    case EVENT_HEADER:
    case EVENT_COMMAND:
    case EVENT_REQUEST:
    case EVENT_PHP_MAIL:
    case EVENT_LOGIN:
    case EVENT_UPLOAD:
    case EVENT_REDIRECT:
    case EVENT_CONNECT:
    case EVENT_SIGNATURE:
    case EVENT_GAP:
    case EVENT_REPEAT:
    case EVENT_SESSION:
        break;
    }
    return false;
}

static void
widen(int64_t time_us, int64_t *from_us, int64_t *until_us)
{
    if (*from_us == 0 || time_us < *from_us)
        *from_us = time_us;
    if (time_us > *until_us)
        *until_us = time_us;
}

static bool
is_wanted(const struct trace *trace, int64_t time_us)
{
    return time_us != 0 && (!trace->options.since_us || time_us >= trace->options.since_us) &&
           (!trace->options.until_us || time_us <= trace->options.until_us);
}

void
trace_span(struct trace *trace, uint32_t input_index, const struct event *end)
{
    struct input *input = &trace->inputs[input_index];
    struct clock clock = input->clock;
    int64_t time_us = clock_resolve(&clock, end);

    if (is_wanted(trace, time_us))
        widen(time_us, &input->first_us, &input->last_us);
}

/* --host was given and the line names another: "web7" and "web7.example" are one. */
static bool
is_of_other_host(const struct trace *trace, const struct event *event)
{
    struct str wanted = trace->options.host, stated = event->host;

    if (wanted.len == 0 || stated.len == 0 || str_eq_nocase(wanted, stated))
        return false;
    if (str_index(wanted, '.') < wanted.len && str_index(stated, '.') < stated.len)
        return true;
    return !str_eq_nocase(str_cut(&wanted, '.'), str_cut(&stated, '.'));
}

void
trace_feed(struct trace *trace, uint32_t input_index, const struct event *event, uint32_t line,
           uint64_t offset)
{
    struct input *input = &trace->inputs[input_index];
    struct place place = place_make(input_index, line, offset);
    int64_t time_us;

    if (is_of_other_host(trace, event))
        return;
    if (event->kind == EVENT_UNKNOWN) {
        count_unknown(trace, input, event);
        return;
    }
    clock_learn(&input->clock, event);
    time_us = clock_resolve(&input->clock, event);
    if (!is_wanted(trace, time_us)) {
        if (time_us)
            widen(time_us, &trace->outside_from_us, &trace->outside_until_us);
        return;
    }
    widen(time_us, &input->first_us, &input->last_us);
    if (event->kind == EVENT_REQUEST) {
        if (input->site == NO_SITE && event->request.vhost.len == 0)
            input->site = input_site(trace, input);
        visit_event(trace->ledger, event, time_us, place, input->site, trace->window);
        return;
    }
    if (is_mail_event(event))
        widen(time_us, &trace->mail_from_us, &trace->mail_until_us);
    join_event(trace->join, event, time_us, place);
}

void
trace_expect(struct trace *trace, const struct event *event, bool is_near)
{
    if (event->key)
        join_expect(trace->join, event, is_near);
}

void
trace_count(struct trace *trace, uint32_t input, uint64_t lines, uint64_t bytes, uint64_t cut)
{
    trace->inputs[input].lines += lines;
    trace->inputs[input].bytes += bytes;
    trace->inputs[input].cut += cut;
}

void
trace_problem(struct trace *trace, uint32_t input, struct str problem)
{
    trace->inputs[input].problem = arena_str(trace->arena, problem);
}

void
trace_mails_done(struct trace *trace)
{
    if (trace->mail_until_us == 0)
        trace->window = (struct visit_window){1, 0};
    else
        trace->window = (struct visit_window){trace->mail_from_us / SECOND_US - WEB_MARGIN_S,
                                              trace->mail_until_us / SECOND_US + WEB_MARGIN_S};
}
