#include "trace/live.h"

#include <stdlib.h>

#define BUCKETS_MIN 4096U
#define NONE UINT32_MAX
#define CLOSED_AHEAD 4 /* what is forgotten that many mails later is fetched into the cache */

struct closed {
    uint32_t entry;
    uint64_t key;
};

struct live {
    uint32_t *buckets;
    uint32_t bucket_count;
    struct live_entry *entries;
    uint32_t used, capacity, free_list, held;
    struct closed closed[LIVE_CLOSED_MAX]; /* a ring */
    uint32_t closed_at;
};

static void *
must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static uint32_t *
new_buckets(uint32_t count)
{
    uint32_t *buckets = must(malloc(count * sizeof(*buckets)));

    for (uint32_t i = 0; i < count; i++)
        buckets[i] = NONE;
    return buckets;
}

struct live *
live_new(void)
{
    struct live *live = must(calloc(1, sizeof(*live)));

    live->bucket_count = BUCKETS_MIN;
    live->buckets = new_buckets(BUCKETS_MIN);
    live->free_list = NONE;
    for (uint32_t i = 0; i < LIVE_CLOSED_MAX; i++)
        live->closed[i].entry = NONE;
    return live;
}

void
live_free(struct live *live)
{
    if (!live)
        return;
    free(live->buckets);
    free(live->entries);
    free(live);
}

static uint32_t *
bucket_of(struct live *live, uint64_t key)
{
    return &live->buckets[(key >> 16) & (live->bucket_count - 1)];
}

struct live_entry *
live_find(struct live *live, uint64_t key, uint32_t instance)
{
    struct live_entry *other = NULL;

    for (uint32_t at = *bucket_of(live, key); at != NONE; at = live->entries[at].next) {
        struct live_entry *entry = &live->entries[at];

        if (entry->key != key)
            continue;
        if (entry->instance == instance)
            return entry;
        if (!other)
            other = entry;
    }
    return other;
}

void
live_expect(const struct live *live, uint64_t key)
{
    __builtin_prefetch(&live->buckets[(key >> 16) & (live->bucket_count - 1)]);
}

bool
live_peek(const struct live *live, uint64_t key, uint32_t *ret_mail)
{
    uint32_t at = live->buckets[(key >> 16) & (live->bucket_count - 1)];

    if (at == NONE || live->entries[at].mail == NONE)
        return false;
    *ret_mail = live->entries[at].mail;
    return true;
}

static void
grow_buckets(struct live *live)
{
    uint32_t *old = live->buckets, old_count = live->bucket_count;

    live->bucket_count *= 2;
    live->buckets = new_buckets(live->bucket_count);
    for (uint32_t i = 0; i < old_count; i++) {
        uint32_t at = old[i];

        while (at != NONE) {
            uint32_t next = live->entries[at].next;
            uint32_t *bucket = bucket_of(live, live->entries[at].key);

            live->entries[at].next = *bucket;
            *bucket = at;
            at = next;
        }
    }
    free(old);
}

static uint32_t
take_entry(struct live *live)
{
    uint32_t at = live->free_list;

    if (at != NONE) {
        live->free_list = live->entries[at].next;
        return at;
    }
    if (live->used == live->capacity) {
        live->capacity = live->capacity ? live->capacity * 2 : 1024;
        live->entries = must(realloc(live->entries, live->capacity * sizeof(*live->entries)));
    }
    return live->used++;
}

static void
forget(struct live *live, uint32_t entry)
{
    uint32_t *link = bucket_of(live, live->entries[entry].key);

    while (*link != NONE && *link != entry)
        link = &live->entries[*link].next;
    if (*link == NONE)
        return;
    *link = live->entries[entry].next;
    live->entries[entry].next = live->free_list;
    live->entries[entry].mail = NONE;
    live->free_list = entry;
    live->held--;
}

void
live_add(struct live *live, uint64_t key, uint32_t instance, uint32_t mail)
{
    struct live_entry *old = live_find(live, key, instance);
    uint32_t *bucket, at;

    if (old && old->instance == instance) {
        old->mail = mail;
        old->is_closed = false;
        return;
    }
    at = take_entry(live);
    bucket = bucket_of(live, key);
    live->entries[at] = (struct live_entry){key, mail, instance, *bucket, false};
    *bucket = at;
    live->held++;
    if (live->held > live->bucket_count)
        grow_buckets(live);
}

void
live_close(struct live *live, struct live_entry *entry)
{
    uint32_t at = (uint32_t)(entry - live->entries), oldest;
    struct closed ahead;

    if (entry->is_closed)
        return;
    entry->is_closed = true;
    oldest = live->closed[live->closed_at].entry;
    /* The slot may have been reopened under the same id, or reused for another one. */
    if (oldest != NONE && live->entries[oldest].is_closed && live->entries[oldest].mail != NONE &&
        live->entries[oldest].key == live->closed[live->closed_at].key && oldest != at)
        forget(live, oldest);
    ahead = live->closed[(live->closed_at + CLOSED_AHEAD) % LIVE_CLOSED_MAX];
    if (ahead.entry != NONE) {
        __builtin_prefetch(&live->entries[ahead.entry], 1);
        __builtin_prefetch(bucket_of(live, ahead.key), 1);
    }
    live->closed[live->closed_at].entry = at;
    live->closed[live->closed_at].key = entry->key;
    live->closed_at = (live->closed_at + 1) % LIVE_CLOSED_MAX;
}
