#include "base/order.h"

#include <string.h>

int
order_i64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

int
order_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

#define FEW 48 /* not worth counting bytes for */

static void
sort_few(uint64_t *numbers, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        uint64_t number = numbers[i];
        uint32_t at = i;

        for (; at > 0 && numbers[at - 1] > number; at--)
            numbers[at] = numbers[at - 1];
        numbers[at] = number;
    }
}

/* Moves the numbers into `sorted` by one of their bytes; `first` counts how often each occurs. */
static void
move_by_byte(const uint64_t *numbers, uint64_t *sorted, uint32_t count, uint32_t shift,
             uint32_t first[256])
{
    uint32_t sum = 0;

    for (int i = 0; i < 256; i++) {
        uint32_t next = sum + first[i];

        first[i] = sum;
        sum = next;
    }
    for (uint32_t i = 0; i < count; i++)
        sorted[first[numbers[i] >> shift & 0xFF]++] = numbers[i];
}

void
order_sort_u64(uint64_t *numbers, uint64_t *scratch, uint32_t count)
{
    uint32_t counts[8][256] = {{0}};
    uint64_t *from = numbers, *into = scratch;

    if (count <= FEW) {
        sort_few(numbers, count);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t byte = 0; byte < 8; byte++)
            counts[byte][numbers[i] >> byte * 8 & 0xFF]++;
    }
    for (uint32_t byte = 0; byte < 8; byte++) {
        uint64_t *other = from;

        if (counts[byte][from[0] >> byte * 8 & 0xFF] == count)
            continue; /* the same in all of them */
        move_by_byte(from, into, count, byte * 8, counts[byte]);
        from = into;
        into = other;
    }
    if (from != numbers)
        memcpy(numbers, from, count * sizeof(*numbers));
}

uint32_t
order_first_i64(const int64_t *numbers, uint32_t low, uint32_t high, int64_t least)
{
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (numbers[middle] < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
