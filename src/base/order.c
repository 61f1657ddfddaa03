#include "base/order.h"

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
