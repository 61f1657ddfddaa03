/*
 * Each row is a sender over an hour: how often it mails in each stretch of time,
 * and in how many blocks that is.
 */

#include "trace/blocks.h"

#include "tap.h"

#define TIMES_MAX 4000

struct stretch {
    int from_s, until_s, events; /* evenly spread */
};

static uint32_t
spread(const struct stretch *stretches, size_t count, int64_t *times)
{
    uint32_t n = 0;

    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < stretches[i].events; k++)
            times[n++] =
                stretches[i].from_s +
                (int64_t)(stretches[i].until_s - stretches[i].from_s) * k / stretches[i].events;
    }
    return n;
}

static void
cuts_where_the_rate_changes(void)
{
    static const struct {
        struct stretch stretches[3];
        uint32_t blocks;
        int64_t outbreak_s; /* a time of the outbreak */
        int64_t begins_s;   /* its block */
    } rows[] = {
        {{{0, 3600, 60}}, 1, 100, 0},
        {{{1500, 1900, 300}}, 3, 1600, 1500},
        {{{400, 401, 1}, {1000, 1100, 200}}, 3, 1050, 1000},
        /* more events than cells: they are taken together */
        {{{1000, 2000, 3000}}, 3, 1500, 1000},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(1 << 20);
        static int64_t times[TIMES_MAX];
        uint32_t count = spread(rows[i].stretches, 3, times), at;
        struct blocks blocks;

        CHECK(blocks_find(times, count, 0, 3600, 5, arena, &blocks));
        CHECK(blocks.count == rows[i].blocks);
        at = blocks_at(&blocks, rows[i].outbreak_s);
        CHECK(blocks.list[at].from_s == rows[i].begins_s);
        CHECK(blocks.list[0].from_s == 0 && blocks.list[blocks.count - 1].until_s == 3600);
        arena_free(arena);
    }
}

static void
follows_no_single_request(void)
{
    /* Two mails in one second, now and then: denser than `least_s` allows to be seen. */
    static const int64_t times[] = {100, 100, 900, 900, 1700, 1700, 2500, 2500, 3300, 3300};
    struct arena *arena = arena_new(1 << 20);
    struct blocks blocks;

    CHECK(blocks_find(times, COUNT(times), 0, 3600, 600, arena, &blocks));
    CHECK(blocks.count == 1);
    CHECK(blocks_find(NULL, 0, 0, 3600, 5, arena, &blocks));
    CHECK(blocks.count == 1 && blocks_at(&blocks, 5000) == 0);
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"cuts where the rate changes", cuts_where_the_rate_changes},
        {"follows no single request", follows_no_single_request},
    };

    return tap_main(cases, COUNT(cases));
}
