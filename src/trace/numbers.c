#include "trace/numbers.h"

#include <stdlib.h>

#define KIND_COUNT (NUMBER_EXPECTED + 1)

struct numbers {
    struct slots *kinds[KIND_COUNT]; /* struct number */
};

struct numbers *
numbers_new(void)
{
    struct numbers *numbers = calloc(1, sizeof(*numbers));

    if (!numbers)
        abort();
    for (int i = 0; i < KIND_COUNT; i++)
        numbers->kinds[i] = slots_new(sizeof(struct number), NUMBERS_MAX);
    return numbers;
}

void
numbers_free(struct numbers *numbers)
{
    if (!numbers)
        return;
    for (int i = 0; i < KIND_COUNT; i++)
        slots_free(numbers->kinds[i]);
    free(numbers);
}

static uint64_t
key_of(uint32_t host, struct str digits)
{
    return str_hash(digits) ^ (uint64_t)host << 32;
}

struct number *
numbers_put(struct numbers *numbers, enum number_kind kind, uint32_t host, struct str digits)
{
    return slots_put(numbers->kinds[kind], key_of(host, digits));
}

struct number *
numbers_find(struct numbers *numbers, enum number_kind kind, uint32_t host, struct str digits)
{
    return slots_find(numbers->kinds[kind], key_of(host, digits));
}
