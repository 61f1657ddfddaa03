#include "trace/blocks.h"

#include <math.h>

/* The price of a further block: of 20 steady senders, one is cut by chance. */
static double
price(uint32_t count)
{
    return 4 - log(73.53 * 0.05 * pow(count, -0.478));
}

/*
 * Where a block may begin: at each second that has events, and behind it. Where
 * there are many, events that follow each other are taken together.
 */
struct cells {
    int64_t *edge; /* count + 1 */
    uint32_t *events;
    uint32_t count;
};

static void
add_cell(struct cells *cells, int64_t until_s, uint32_t events)
{
    if (until_s <= cells->edge[cells->count] && events == 0)
        return;
    cells->events[cells->count++] = events;
    cells->edge[cells->count] = until_s;
}

static bool
make_cells(const int64_t *times, uint32_t count, int64_t from_s, int64_t until_s,
           struct arena *arena, struct cells *ret_cells)
{
    struct cells cells = {.count = 0};
    uint32_t least = (count + BLOCKS_CELLS_MAX / 2 - 1) / (BLOCKS_CELLS_MAX / 2), start = 0;

    cells.edge = arena_array(arena, BLOCKS_CELLS_MAX + 4, sizeof(*cells.edge));
    cells.events = arena_array(arena, BLOCKS_CELLS_MAX + 4, sizeof(*cells.events));
    if (!cells.edge || !cells.events)
        return false;
    cells.edge[0] = from_s;
    for (uint32_t i = 1; i <= count; i++) {
        if (i < count && (times[i] == times[i - 1] || i - start < least))
            continue;
        add_cell(&cells, times[start], 0);
        add_cell(&cells, times[i - 1] + 1, i - start);
        start = i;
    }
    add_cell(&cells, until_s, 0);
    *ret_cells = cells;
    return true;
}

/* best[j]: what the best partition of the first j cells is worth; last[j]: where its last begins.
 */
static void
partition(const struct cells *cells, double cost, double least_s, double *best, uint32_t *last)
{
    best[0] = 0;
    for (uint32_t j = 1; j <= cells->count; j++) {
        double events = 0;

        best[j] = -INFINITY;
        for (uint32_t i = j; i > 0; i--) {
            double worth, length;

            events += cells->events[i - 1];
            length = fmax((double)(cells->edge[j] - cells->edge[i - 1]), least_s);
            worth = best[i - 1] + (events > 0 ? events * log(events / length) : 0) - cost;
            if (worth > best[j]) {
                best[j] = worth;
                last[j] = i - 1;
            }
        }
    }
}

bool
blocks_find(const int64_t *times_s, uint32_t count, int64_t from_s, int64_t until_s, double least_s,
            struct arena *arena, struct blocks *ret_blocks)
{
    struct blocks blocks = {.count = 1};
    struct cells cells;
    double *best = arena_array(arena, BLOCKS_CELLS_MAX + 2, sizeof(*best));
    uint32_t *last = arena_array(arena, BLOCKS_CELLS_MAX + 2, sizeof(*last)), at;

    if (!best || !last || !make_cells(times_s, count, from_s, until_s, arena, &cells))
        return false;
    partition(&cells, count ? price(count) : 0, least_s, best, last);
    for (at = cells.count; at > 0 && last[at] > 0; at = last[at])
        blocks.count++;
    blocks.list = arena_array(arena, blocks.count, sizeof(*blocks.list));
    if (!blocks.list)
        return false;
    blocks.list[0] = (struct block){from_s, until_s, 0};
    at = cells.count;
    for (uint32_t b = blocks.count; b > 0 && at > 0; b--, at = last[at]) {
        struct block *block = &blocks.list[b - 1];

        *block = (struct block){cells.edge[last[at]], cells.edge[at], 0};
        for (uint32_t i = last[at]; i < at; i++)
            block->events += cells.events[i];
    }
    *ret_blocks = blocks;
    return true;
}

uint32_t
blocks_at(const struct blocks *blocks, int64_t time_s)
{
    uint32_t low = 0, high = blocks->count - 1;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (blocks->list[middle].until_s <= time_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
