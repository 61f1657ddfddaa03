#ifndef TRACE_SLOTS_H
#define TRACE_SLOTS_H

/*
 * slots - a table of a fixed size that forgets what it has not seen for longest.
 *
 * For what waits for a line that may never come. A key has SLOTS_WAYS places to be
 * in, and pushes out the oldest there: what is lost is old, not unlucky, and does
 * not depend on the seed of the hashes.
 *
 * Pure but for malloc: slots_new allocates it all, slots_free gives it back.
 */

#include <stddef.h>
#include <stdint.h>

#define SLOTS_WAYS 4U

/* The first member of each element. */
struct slot {
    uint64_t key;    /* a hash; 0: free. The caller sets it to 0 to forget the element. */
    int64_t time_us; /* the caller's: how old it is */
};

struct slots;

/* `size` is that of an element; `count`, a power of two, is how many are kept. */
struct slots *slots_new(size_t size, uint32_t count);
void slots_free(struct slots *slots);

/* The element of that key, NULL when there is none. */
void *slots_find(const struct slots *slots, uint64_t key);

/* The element of that key as it is; when new, all 0 but its key. */
void *slots_add(struct slots *slots, uint64_t key);

/* As slots_add, but an element that is there already is set to 0, too. */
void *slots_put(struct slots *slots, uint64_t key);

/* Fetches what slots_find will look at. */
void slots_expect(const struct slots *slots, uint64_t key);

#endif
