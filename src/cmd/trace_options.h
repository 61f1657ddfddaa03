#ifndef CMD_TRACE_OPTIONS_H
#define CMD_TRACE_OPTIONS_H

/*
 * trace_options - the command line of `weir trace`.
 */

#include "base/err.h"
#include "base/str.h"
#include "cmd/terminal.h"

struct trace_arguments {
    bool json, queue_ids, senders, list_inputs, verbose, no_progress, help;
    const char *html, *explain, *sender, *since, *until, *sites, *passwd, *host, *zone, *config;
    enum colour_choice colour;
    char **files; /* what is left */
    int file_count;
};

/* False: the arguments contradict or are unknown; `err` says which. */
bool trace_options_read(int argc, char **argv, struct trace_arguments *ret_arguments,
                        struct err *err) __attribute__((warn_unused_result));

/* The text of --help. */
const char *trace_options_help(void);

/*
 * A time of --since and --until: "2026-03-01", "2026-03-01 10:00[:00]", with Z or
 * +01:00, "10:00" today, "now", "today", "yesterday", an age ("90m", "6h", "3d", "2
 * hours ago"), or seconds since 1970 ("1772524800", "@1772524800"). Without a zone it
 * is local time, `zone_offset_s` east of UTC.
 */
bool trace_options_time(struct str text, int64_t now_s, int zone_offset_s, int64_t *ret_s);

#endif
