#ifndef SOURCE_PUMP_H
#define SOURCE_PUMP_H

/*
 * pump - a log's bytes through its reader, on all cores, in order.
 *
 * Threads fetch blocks, one at a time, and read their records side by side. The calling thread
 * is one of them: it hands on the events in the order of the log, and reads a block itself where
 * none waits for it. A block holds whole
 * records; a record longer than RECORD_BYTES_MAX is read up to there, counted as cut, and its rest
 * is passed over.
 */

#include "base/err.h"
#include "record/record.h"

/* Reads up to `capacity` bytes; *ret_len is 0 at the end. */
typedef bool pump_read(void *context, char *buffer, size_t capacity, size_t *ret_len,
                       struct err *err);

/* Events of kind EVENT_NONE are not handed on, nor requests that cannot matter. */
typedef void pump_event(void *context, const struct event *event, uint32_t line, uint64_t offset);

/* An event that will be handed on soon, told first from afar and then once more. */
typedef void pump_ahead(void *context, const struct event *event, bool is_near);

/* After each block: how much was read so far. */
typedef void pump_progress(void *context, uint64_t bytes);

struct pump_source {
    pump_read *read;
    void *context;
    const struct frame *frame;
};

struct pump_sink {
    pump_event *event;
    pump_ahead *ahead;       /* NULL: no use for it */
    pump_progress *progress; /* NULL: nobody looks */
    void *context;
};

struct pump_totals {
    uint64_t lines, bytes, cut;
    enum stamp_form last_form; /* of the last dated record, handed on or not; one that names its
                                  zone is not taken */
    int64_t last_us;
};

/* False when reading failed: what came before has been handed on. */
bool pump_run(struct pump_source source, struct pump_sink sink, unsigned threads,
              struct pump_totals *ret_totals, struct err *err) __attribute__((warn_unused_result));

#endif
