#include "trace/slots.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct slots {
    size_t size;
    uint64_t mask; /* of buckets of SLOTS_WAYS elements */
    char *elements;
};

struct slots *
slots_new(size_t size, uint32_t count)
{
    struct slots *slots = calloc(1, sizeof(*slots));

    assert(size >= sizeof(struct slot) && count >= SLOTS_WAYS && (count & (count - 1)) == 0);
    if (!slots)
        abort();
    slots->size = size;
    slots->mask = count / SLOTS_WAYS - 1;
    slots->elements = calloc(count, size);
    if (!slots->elements)
        abort();
    return slots;
}

void
slots_free(struct slots *slots)
{
    if (!slots)
        return;
    free(slots->elements);
    free(slots);
}

static char *
bucket_of(const struct slots *slots, uint64_t key)
{
    return slots->elements + (key & slots->mask) * SLOTS_WAYS * slots->size;
}

void *
slots_find(const struct slots *slots, uint64_t key)
{
    char *at = bucket_of(slots, key);

    for (uint32_t i = 0; i < SLOTS_WAYS; i++, at += slots->size) {
        if (((struct slot *)(void *)at)->key == key && key)
            return at;
    }
    return NULL;
}

/* A free element of the bucket, else the oldest. */
static struct slot *
oldest(const struct slots *slots, uint64_t key)
{
    char *at = bucket_of(slots, key);
    struct slot *best = (struct slot *)(void *)at;

    for (uint32_t i = 0; i < SLOTS_WAYS; i++, at += slots->size) {
        struct slot *slot = (struct slot *)(void *)at;

        if (slot->key == 0)
            return slot;
        if (slot->time_us < best->time_us)
            best = slot;
    }
    return best;
}

static void *
clear(const struct slots *slots, struct slot *slot, uint64_t key)
{
    memset(slot, 0, slots->size);
    slot->key = key;
    return slot;
}

void *
slots_add(struct slots *slots, uint64_t key)
{
    void *element = slots_find(slots, key);

    return element ? element : clear(slots, oldest(slots, key), key);
}

void *
slots_put(struct slots *slots, uint64_t key)
{
    void *element = slots_find(slots, key);

    return clear(slots, element ? element : oldest(slots, key), key);
}

void
slots_expect(const struct slots *slots, uint64_t key)
{
    __builtin_prefetch(bucket_of(slots, key), 1);
}
