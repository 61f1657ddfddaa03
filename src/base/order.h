#ifndef BASE_ORDER_H
#define BASE_ORDER_H

/*
 * order - numbers in ascending order: for qsort, and what was sorted found again.
 *
 *     qsort(times, count, sizeof(*times), order_i64);
 *     first = order_first_i64(times, 0, count, from_s);
 *
 * Pure.
 */

#include <stdint.h>

/* For qsort over arrays of int64_t, uint64_t. */
int order_i64(const void *a, const void *b);
int order_u64(const void *a, const void *b);

/*
 * Sorts the numbers, byte by byte: many times faster than qsort where there are many.
 * `scratch` has room for as many.
 */
void order_sort_u64(uint64_t *numbers, uint64_t *scratch, uint32_t count);

/*
 * The first index from `low` on, before `high`, whose number is `least` or more; `high`
 * when there is none. The numbers between are sorted.
 */
uint32_t order_first_i64(const int64_t *numbers, uint32_t low, uint32_t high, int64_t least);

#endif
