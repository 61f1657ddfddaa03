#ifndef DISK_PREFILTER_H
#define DISK_PREFILTER_H

/*
 * prefilter - all patterns of the gate searched in one pass (vectorscan).
 *
 * One prefilter for the process; each thread takes a scratch of its own.
 */

#include "base/err.h"
#include "base/str.h"

struct prefilter;
struct prefilter_scratch;

bool prefilter_new(struct prefilter **ret_prefilter, struct err *err)
    __attribute__((warn_unused_result));
void prefilter_free(struct prefilter *prefilter); /* NULL is fine */

bool prefilter_scratch_new(const struct prefilter *prefilter,
                           struct prefilter_scratch **ret_scratch, struct err *err)
    __attribute__((warn_unused_result));
void prefilter_scratch_free(struct prefilter_scratch *scratch);

/* The groups (scan/gate.h) of which at least one pattern occurs. */
uint32_t prefilter_search(const struct prefilter *prefilter, struct prefilter_scratch *scratch,
                          struct str text);

#endif
