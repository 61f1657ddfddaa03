/*
 * Each row is a table's life: keys that come, each a second after the one before, and
 * which of them are still there at the end. Keys that are 16 apart share a bucket.
 */

#include "trace/slots.h"

#include "tap.h"

struct element {
    struct slot slot;
    int value;
};

static void
forgets_the_oldest_of_a_bucket(void)
{
    static const struct {
        const uint64_t keys[8], kept[8], lost[8]; /* up to a 0 */
    } rows[] = {
        {{3}, {3}, {19, 2}},
        {{3, 19, 35, 51}, {3, 19, 35, 51}, {67}},
        {{3, 19, 35, 51, 67}, {19, 35, 51, 67}, {3}},
        {{3, 19, 35, 51, 3, 67}, {3, 35, 51, 67}, {19}},
        {{3, 19, 35, 51, 4, 5, 6}, {3, 19, 35, 51, 4, 5, 6}, {0}},
        {{16, 32, 48, 64, 80}, {32, 48, 64, 80}, {16}},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct slots *slots = slots_new(sizeof(struct element), 64);

        for (int at = 0; at < 8 && rows[i].keys[at]; at++) {
            struct element *element = slots_add(slots, rows[i].keys[at]);

            element->slot.time_us = at + 1;
            element->value = (int)rows[i].keys[at];
        }
        for (int at = 0; at < 8 && rows[i].kept[at]; at++) {
            const struct element *element = slots_find(slots, rows[i].kept[at]);

            CHECK(element && element->value == (int)rows[i].kept[at]);
        }
        for (int at = 0; at < 8 && rows[i].lost[at]; at++)
            CHECK(!slots_find(slots, rows[i].lost[at]));
        slots_free(slots);
    }
}

static void
keeps_clears_and_forgets_as_told(void)
{
    struct slots *slots = slots_new(sizeof(struct element), 64);
    struct element *element = slots_add(slots, 3);

    CHECK(element->slot.key == 3 && element->value == 0);
    element->value = 7;
    element = slots_add(slots, 3);
    CHECK(element->value == 7);
    element = slots_put(slots, 3);
    CHECK(element->slot.key == 3 && element->value == 0);
    element->slot.key = 0;
    CHECK(!slots_find(slots, 3));
    CHECK(!slots_find(slots, 0));
    slots_free(slots);
    slots_free(NULL);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"forgets the oldest of a bucket", forgets_the_oldest_of_a_bucket},
        {"keeps, clears and forgets as told", keeps_clears_and_forgets_as_told},
    };

    return tap_main(cases, COUNT(cases));
}
