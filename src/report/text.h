#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

/*
 * text - a result as people read it on a terminal: the answer first.
 */

#include "report/paper.h"
#include "trace/result.h"

struct report_text_options {
    bool verbose; /* every client, every input, the lines that were not understood */
};

void report_text(const struct result *result, struct report_text_options options,
                 struct paper *paper);

/* The busiest senders, and why each is innocent or not. */
void report_text_senders(const struct result *result, struct paper *paper);

/* One incident: used by report_text. `prefix` is what all paths begin with, left out here. */
void report_text_incident(const struct incident *incident, struct report_text_options options,
                          struct str prefix, struct paper *paper);

enum quote {
    QUOTE_SHORT,     /* one line each: place and excerpt, cut at the page's edge */
    QUOTE_EXPLAINED, /* the same under what it says */
    QUOTE_WHOLE,     /* the same with the whole line, for copying */
};

/* Quoted lines, "file:line" in a column of its own where that leaves room. */
void report_text_lines(const struct evidence *list, uint32_t count, enum quote quote,
                       struct str prefix, struct paper *paper);

/* What all inputs' paths begin with, up to a '/': for leaving it out. */
struct str report_path_prefix(const struct result *result);

#endif
