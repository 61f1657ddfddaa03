#include "base/table.h"

#include <stdlib.h>

#define BLOCK_BYTES ((size_t)256 * 1024)
#define SLOTS_MIN 1024U

struct block {
    struct block *next;
    size_t used, size;
    char data[];
};

/* The whole hash and the length stand for the name: to compare its text would wait for memory. */
struct slot {
    uint64_t hash;
    uint32_t len;
    uint32_t id; /* 0: free */
};

struct entry {
    const char *data;
    uint32_t len;
};

struct table {
    struct block *blocks;
    struct slot *slots;
    struct entry *entries; /* by id - 1 */
    uint32_t slot_count, count, capacity;
    size_t bytes, bytes_max;
    uint64_t lost;
};

static void *
must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

struct table *
table_new(size_t bytes_max)
{
    struct table *table = must(calloc(1, sizeof(*table)));

    table->bytes_max = bytes_max;
    table->slot_count = SLOTS_MIN;
    table->slots = must(calloc(table->slot_count, sizeof(*table->slots)));
    return table;
}

void
table_free(struct table *table)
{
    if (!table)
        return;
    while (table->blocks) {
        struct block *next = table->blocks->next;

        free(table->blocks);
        table->blocks = next;
    }
    free(table->slots);
    free(table->entries);
    free(table);
}

static const char *
keep_text(struct table *table, struct str name)
{
    struct block *block = table->blocks;
    char *at;

    if (!block || block->size - block->used < name.len) {
        size_t size = name.len > BLOCK_BYTES ? name.len : BLOCK_BYTES;

        block = must(malloc(sizeof(*block) + size));
        block->next = table->blocks;
        block->used = 0;
        block->size = size;
        table->blocks = block;
    }
    at = block->data + block->used;
    memcpy(at, name.data, name.len);
    block->used += name.len;
    return at;
}

/* The slot that holds the name, or the free slot where it belongs. */
static struct slot *
find_slot(const struct table *table, uint64_t hash, size_t len)
{
    uint32_t mask = table->slot_count - 1, at = (uint32_t)hash & mask;
    struct slot *slot = &table->slots[at];

    while (slot->id && (slot->hash != hash || slot->len != len)) {
        at = (at + 1) & mask;
        slot = &table->slots[at];
    }
    return slot;
}

static void
grow_slots(struct table *table)
{
    struct slot *old = table->slots;
    uint32_t old_count = table->slot_count, mask;

    table->slot_count *= 2;
    mask = table->slot_count - 1;
    table->slots = must(calloc(table->slot_count, sizeof(*table->slots)));
    for (uint32_t i = 0; i < old_count; i++) {
        uint32_t at;

        if (old[i].id == 0)
            continue;
        at = (uint32_t)old[i].hash & mask;
        while (table->slots[at].id)
            at = (at + 1) & mask;
        table->slots[at] = old[i];
    }
    free(old);
}

static uint32_t
add_entry(struct table *table, struct str name, uint64_t hash, struct slot *slot)
{
    struct entry *entry;
    size_t cost = name.len + sizeof(struct entry) + 2 * sizeof(struct slot);

    if (cost > table->bytes_max - table->bytes || table->count >= UINT32_MAX / 4) {
        table->lost++;
        return 0;
    }
    table->bytes += cost;
    if (table->count == table->capacity) {
        table->capacity = table->capacity ? table->capacity + table->capacity / 2 : 256;
        table->entries = must(realloc(table->entries, table->capacity * sizeof(*table->entries)));
    }
    entry = &table->entries[table->count++];
    entry->data = keep_text(table, name);
    entry->len = (uint32_t)name.len;
    *slot = (struct slot){hash, entry->len, table->count};
    if (table->count > table->slot_count / 4 * 3)
        grow_slots(table);
    return table->count;
}

uint32_t
table_add(struct table *table, struct str name)
{
    struct slot *slot;
    uint64_t hash;

    if (name.len == 0 || name.len > UINT32_MAX)
        return 0;
    hash = str_hash(name);
    slot = find_slot(table, hash, name.len);
    return slot->id ? slot->id : add_entry(table, name, hash, slot);
}

uint32_t
table_find(const struct table *table, struct str name)
{
    return name.len ? find_slot(table, str_hash(name), name.len)->id : 0;
}

struct str
table_name(const struct table *table, uint32_t id)
{
    if (id == 0 || id > table->count)
        return STR_EMPTY;
    return (struct str){table->entries[id - 1].data, table->entries[id - 1].len};
}

uint32_t
table_count(const struct table *table)
{
    return table->count;
}

uint64_t
table_lost(const struct table *table)
{
    return table->lost;
}
