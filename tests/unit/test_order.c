/* Numbers are sorted and found by their value, beyond 32 bits, too. */

#include "base/order.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static void
sorts(void)
{
    int64_t signed_numbers[] = {5, INT64_MIN, INT64_C(1) << 40, -1, 5, INT64_MAX, 0};
    uint64_t numbers[] = {5, UINT64_MAX, UINT64_C(1) << 63, 0, 5, UINT64_C(1) << 32};

    qsort(signed_numbers, COUNT(signed_numbers), sizeof(*signed_numbers), order_i64);
    for (size_t i = 1; i < COUNT(signed_numbers); i++)
        CHECK_ROW(i, signed_numbers[i - 1] <= signed_numbers[i]);
    qsort(numbers, COUNT(numbers), sizeof(*numbers), order_u64);
    for (size_t i = 1; i < COUNT(numbers); i++)
        CHECK_ROW(i, numbers[i - 1] <= numbers[i]);
    CHECK(signed_numbers[0] == INT64_MIN && numbers[COUNT(numbers) - 1] == UINT64_MAX);
}

#define MANY 1000

/* By qsort and by bytes, few and many, over all bytes and over one of them. */
static void
sorts_by_bytes(void)
{
    static const struct {
        uint32_t count, shift;
    } rows[] = {{0, 0}, {1, 0}, {2, 0}, {48, 0}, {49, 0}, {MANY, 0}, {MANY, 56}, {MANY, 64}};
    static uint64_t numbers[MANY], expected[MANY], scratch[MANY];

    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t state = 88172645463325252ULL;

        for (uint32_t k = 0; k < rows[i].count; k++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            numbers[k] = expected[k] = rows[i].shift < 64 ? state >> rows[i].shift : 7;
        }
        qsort(expected, rows[i].count, sizeof(*expected), order_u64);
        order_sort_u64(numbers, scratch, rows[i].count);
        CHECK_ROW(i, memcmp(numbers, expected, rows[i].count * sizeof(*numbers)) == 0);
    }
}

static void
finds_the_first(void)
{
    static const int64_t numbers[] = {-7, 0, 3, 3, 3, INT64_C(1) << 40};
    static const struct {
        uint32_t low, high;
        int64_t least;
        uint32_t found;
    } rows[] = {
        {0, 6, -8, 0},        {0, 6, -7, 0}, {0, 6, 1, 2}, {0, 6, 3, 2}, {0, 6, 4, 5},
        {0, 6, INT64_MAX, 6}, {3, 6, 3, 3},  {3, 4, 9, 4}, {2, 2, 0, 2},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, order_first_i64(numbers, rows[i].low, rows[i].high, rows[i].least) ==
                         rows[i].found);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"sorts", sorts},
        {"sorts by bytes", sorts_by_bytes},
        {"finds the first that is large enough", finds_the_first},
    };

    return tap_main(cases, COUNT(cases));
}
