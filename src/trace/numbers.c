#include "trace/numbers.h"

#include <stdlib.h>

#define KIND_COUNT (NUMBER_EXPECTED + 1)

struct numbers {
    struct number slots[KIND_COUNT][NUMBERS_SLOTS];
};

struct numbers *
numbers_new(void)
{
    struct numbers *numbers = calloc(1, sizeof(*numbers));

    if (!numbers)
        abort();
    return numbers;
}

void
numbers_free(struct numbers *numbers)
{
    free(numbers);
}

static uint64_t
key_of(uint32_t host, struct str digits)
{
    return (str_hash(digits) ^ (uint64_t)host << 32) | 1;
}

static struct number *
slot_of(struct numbers *numbers, enum number_kind kind, uint64_t key)
{
    return &numbers->slots[kind][key >> 1 & (NUMBERS_SLOTS - 1)];
}

struct number *
numbers_put(struct numbers *numbers, enum number_kind kind, uint32_t host, struct str digits)
{
    uint64_t key = key_of(host, digits);
    struct number *number = slot_of(numbers, kind, key);

    *number = (struct number){.key = key};
    return number;
}

struct number *
numbers_find(struct numbers *numbers, enum number_kind kind, uint32_t host, struct str digits)
{
    uint64_t key = key_of(host, digits);
    struct number *number = slot_of(numbers, kind, key);

    return number->key == key ? number : NULL;
}
