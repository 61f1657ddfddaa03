#include "scan/entry.h"

#include <stdlib.h>

#include "base/civil.h"
#include "scan/entry_parts.h"
#include "trace/visit.h"

#define ARENA_BYTES_MAX ((size_t)96 * 1024 * 1024)
#define NAMES_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define VISITORS_KEPT 16384U
#define CLOCK_SKEW_US (3600 * SECOND_US) /* how far a log's lines are out of order, at most */

/* --- making it --- */

static int
by_time(const void *a, const void *b)
{
    const struct entry_moment *x = a, *y = b;

    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return (x->suspect > y->suspect) - (x->suspect < y->suspect);
}

static int
by_hash(const void *a, const void *b)
{
    const struct entry_name *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->suspect > y->suspect) - (x->suspect < y->suspect);
}

static void *
allocate(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);

    if (!memory)
        abort();
    return memory;
}

static void
add_moments(struct entry_search *search, uint32_t suspect)
{
    const struct entry_suspect *file = &search->suspects[suspect];

    search->moments[search->moment_count++] = (struct entry_moment){file->ctime_us, suspect, false};
    if (file->mtime_us > 0 && file->mtime_us < file->ctime_us - ENTRY_SLACK_US)
        search->moments[search->moment_count++] =
            (struct entry_moment){file->mtime_us, suspect, true};
}

static void
index_suspects(struct entry_search *search)
{
    for (uint32_t i = 0; i < search->suspect_count; i++) {
        const struct entry_suspect *file = &search->suspects[i];

        search->states[i].owner = table_add(search->names, str_first(file->user, 255));
        search->by_name[i] = (struct entry_name){entry_name_hash(file->path), i};
        add_moments(search, i);
    }
    qsort(search->moments, search->moment_count, sizeof(*search->moments), by_time);
    qsort(search->by_name, search->suspect_count, sizeof(*search->by_name), by_hash);
    if (search->moment_count) {
        search->from_us = search->moments[0].time_us - ENTRY_AROUND_US;
        search->until_us = search->moments[search->moment_count - 1].time_us + ENTRY_AROUND_US;
    }
}

struct entry_search *
entry_search_new(const struct entry_suspect *suspects, uint32_t count, struct entry_options options)
{
    struct entry_search *search = allocate(1, sizeof(*search));

    if (count > ENTRY_SUSPECTS_MAX)
        count = ENTRY_SUSPECTS_MAX;
    search->suspects = suspects;
    search->suspect_count = count;
    search->options = options;
    search->arena = arena_new(ARENA_BYTES_MAX);
    search->names = table_new(NAMES_BYTES_MAX);
    search->states = allocate(count, sizeof(*search->states));
    search->moments = allocate((size_t)count * 2, sizeof(*search->moments));
    search->by_name = allocate(count, sizeof(*search->by_name));
    search->sessions = slots_new(sizeof(struct session), SESSIONS_MAX);
    search->visitors = slots_new(sizeof(struct entry_visitor), VISITORS_KEPT);
    index_suspects(search);
    return search;
}

void
entry_search_free(struct entry_search *search)
{
    if (!search)
        return;
    slots_free(search->visitors);
    slots_free(search->sessions);
    free(search->logs);
    free(search->by_name);
    free(search->moments);
    free(search->states);
    table_free(search->names);
    arena_free(search->arena);
    free(search);
}

/* --- logs --- */

uint32_t
entry_search_add_log(struct entry_search *search, struct str path, enum record_use use,
                     int64_t mtime_s)
{
    uint32_t index = search->log_count;
    struct entry_log_state *log;

    if (index == ENTRY_LOGS_MAX)
        return ENTRY_LOGS_MAX;
    if ((index & (index - 1)) == 0) {
        search->logs =
            realloc(search->logs, (index ? (size_t)index * 2 : 1) * sizeof(*search->logs));
        if (!search->logs)
            abort();
    }
    search->log_count++;
    log = &search->logs[index];
    *log = (struct entry_log_state){.path = arena_str(search->arena, path), .use = use};
    log->name = use == RECORD_WEB ? visit_log_name(log->path) : STR_EMPTY;
    clock_init(&log->clock, search->options.zone_lookup, search->options.zone_context,
               &search->offsets, search->options.zone, mtime_s);
    for (uint32_t i = 0; use == RECORD_WEB && i < search->suspect_count; i++) {
        if (entry_match_site(&search->suspects[i], STR_EMPTY, log->name, log->path) == SITE_SAME)
            search->states[i].has_own_log = true;
    }
    return index;
}

static int64_t
yearless_seconds(const struct event *event)
{
    return event && event->stamp_form == STAMP_YEARLESS ? event->stamp_us / SECOND_US : -1;
}

static void
widen(struct entry_log_state *log, int64_t time_us)
{
    if (time_us == 0)
        return;
    if (log->first_us == 0 || time_us < log->first_us)
        log->first_us = time_us;
    if (time_us > log->last_us)
        log->last_us = time_us;
}

/* The stamp alone: slices die with the record. */
static struct event
stamp_of(const struct event *event)
{
    struct event stamp;

    event_init(&stamp);
    if (event) {
        stamp.stamp_form = event->stamp_form;
        stamp.stamp_us = event->stamp_us;
    }
    return stamp;
}

void
entry_search_date(struct entry_search *search, uint32_t log, const struct event *first,
                  const struct event *last)
{
    struct entry_log_state *state = &search->logs[log];

    clock_set_year(&state->clock, yearless_seconds(first), yearless_seconds(last));
    state->first = stamp_of(first);
    state->last = stamp_of(last);
}

void
entry_search_learn(struct entry_search *search, uint32_t log, const struct event *event)
{
    struct clock *clock = &search->logs[log].clock;
    struct clock before = *clock;

    clock_learn(clock, event);
    /* The records come again: only what was learnt stays, not the place in the year. */
    clock->last_stamp_s = before.last_stamp_s;
    if (!clock->has_offset)
        clock->year = before.year;
}

bool
entry_search_wants(struct entry_search *search, uint32_t log)
{
    struct entry_log_state *state = &search->logs[log];
    struct clock clock = state->clock;

    widen(state, clock_resolve(&clock, &state->first));
    widen(state, clock_resolve(&clock, &state->last));
    if (search->moment_count == 0 || state->first_us > search->until_us + CLOCK_SKEW_US)
        return false;
    /* Without its end, a log may reach to any moment; a transfer may be as old as it likes. */
    return state->use != RECORD_WEB || state->last.stamp_form == STAMP_NONE ||
           state->last_us >= search->from_us - CLOCK_SKEW_US;
}

int64_t
entry_search_start(const struct entry_search *search, uint32_t log)
{
    return search->logs[log].first_us;
}

/* --- candidates --- */

uint32_t
entry_moment_from(const struct entry_search *search, int64_t time_us)
{
    uint32_t low = 0, high = search->moment_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (search->moments[middle].time_us < time_us)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
is_same_line(const struct entry_candidate *a, const struct entry_candidate *b)
{
    return a->place.input == b->place.input && a->place.line == b->place.line;
}

void
entry_keep(struct entry_search *search, uint32_t suspect, struct entry_candidate candidate)
{
    struct entry_state *state = &search->states[suspect];
    uint32_t at = 0;

    if (!state->candidates) {
        state->candidates =
            arena_array(search->arena, ENTRY_CANDIDATES_MAX, sizeof(*state->candidates));
        if (!state->candidates)
            return;
    }
    for (uint32_t i = 0; i < state->candidate_count; i++) {
        if (is_same_line(&state->candidates[i], &candidate)) {
            if (candidate.certainty > state->candidates[i].certainty)
                state->candidates[i] = candidate;
            return;
        }
        if (state->candidates[i].certainty < state->candidates[at].certainty)
            at = i;
    }
    if (state->candidate_count < ENTRY_CANDIDATES_MAX)
        state->candidates[state->candidate_count++] = candidate;
    else if (candidate.certainty > state->candidates[at].certainty)
        state->candidates[at] = candidate;
}

struct entry_visitor *
entry_visitor(struct entry_search *search, uint32_t user, uint32_t client)
{
    uint32_t pair[2] = {user, client};

    return slots_add(search->visitors, str_hash((struct str){(const char *)pair, sizeof(pair)}));
}

/* --- records --- */

bool
entry_search_feed(struct entry_search *search, uint32_t log, const struct event *event,
                  uint32_t line, uint64_t offset)
{
    struct entry_log_state *state = &search->logs[log];
    struct entry_record record = {
        .log = log,
        .event = event,
        .time_us = clock_resolve(&state->clock, event),
        .place = place_make(log, line, offset),
    };

    if (record.time_us == 0)
        return true;
    widen(state, record.time_us);
    if (record.time_us > search->until_us)
        return record.time_us <= search->until_us + CLOCK_SKEW_US;
    if (event->kind == EVENT_UPLOAD)
        entry_upload(search, &record); /* a file may be touched long after it came */
    if (event->kind == EVENT_LOGIN)
        entry_login(search, &record);
    if (event->kind == EVENT_REQUEST && record.time_us >= search->from_us)
        entry_request(search, &record);
    return true;
}
