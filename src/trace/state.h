#ifndef TRACE_STATE_H
#define TRACE_STATE_H

/*
 * state - what a trace is made of: for trace.c, which fills it, and for
 * lookup.c, which answers questions about it.
 */

#include "trace/compose.h"
#include "trace/direct.h"
#include "trace/join.h"
#include "trace/trace.h"
#include "trace/visit.h"

#define PROGRAMS_MAX 64 /* whose unread lines are counted apart */

struct input {
    struct str path, kind; /* owned by the caller */
    struct clock clock;
    uint32_t site; /* for access logs that name no vhost */
    uint64_t lines, bytes, cut, unread;
    int64_t first_us, last_us;
    struct str problem;
    struct {
        uint32_t program;
        uint64_t lines;
    } unknown[PROGRAMS_MAX];
    uint32_t unknown_count;
};

struct trace {
    struct trace_options options;
    struct ledger *ledger;
    struct join *join;
    struct clock_offsets offsets;
    struct input *inputs;
    uint32_t input_count, input_capacity;
    int64_t mail_from_us, mail_until_us;
    int64_t outside_from_us, outside_until_us; /* lines that --since and --until leave out */
    struct visit_window window;
    struct arena *arena;   /* texts of inputs and the analysis */
    struct arena *scratch; /* of the analysis, while it runs */
    struct webindex web;
    struct groups groups;
    struct inquiry inquiry;
    struct findings findings;
    struct compose compose;
    struct direct direct;
    bool is_finished;
};

#endif
