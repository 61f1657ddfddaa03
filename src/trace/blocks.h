#ifndef TRACE_BLOCKS_H
#define TRACE_BLOCKS_H

/*
 * blocks - the stretches of time in which events come at one rate.
 *
 * The partition of the time line into blocks of constant rate that explains the
 * events best, each further block at a price (Scargle and others 2013,
 * "Bayesian Blocks"). A steady sender is one block; an outbreak is three.
 *
 * Pure: numbers in, numbers out; memory from the arena.
 */

#include "base/arena.h"

#define BLOCKS_CELLS_MAX 1024U /* more times are taken together */

struct block {
    int64_t from_s, until_s; /* until: not included */
    uint32_t events;
};

struct blocks {
    struct block *list;
    uint32_t count; /* at least one */
};

/*
 * `times_s` are sorted and lie in [from_s, until_s). No block is taken for
 * denser than its events spread over `least_s`. False at the arena's limit.
 */
bool blocks_find(const int64_t *times_s, uint32_t count, int64_t from_s, int64_t until_s,
                 double least_s, struct arena *arena, struct blocks *ret_blocks)
    __attribute__((warn_unused_result));

/* The block that holds the time; the nearest one outside. */
uint32_t blocks_at(const struct blocks *blocks, int64_t time_s);

#endif
