#include <stdlib.h>

#include "scan/feed.h"
#include "scan/weakness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds)
        abort();
}

/* All records of a feed that comes in chunks of this size, as lines. */
static void
read_all(struct str text, size_t size, struct arena *arena, struct buf *records, struct buf *lines)
{
    struct feed feed;
    struct str record;

    feed_init(&feed);
    while (text.len) {
        feed_give(&feed, str_first(text, size));
        text = str_from(text, size);
        while (feed_next(&feed, &record)) {
            require(record.len >= 2 && record.data[0] == '{');
            buf_add(records, record);
            (void)feed_record(record, arena, lines);
            arena_reset(arena);
        }
    }
    feed_done(&feed);
}

/* However a feed is cut into chunks, its records are the same; every line is a record. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1); /* as long as the text, so that ASan sees a byte beyond it */
    struct arena *arena = arena_new(16 << 20);
    struct buf records, lines, other_records, other_lines;
    struct weakness weakness;
    struct str rest;

    if (size)
        memcpy(copy, data, size);
    buf_init(&records, 1 << 20);
    buf_init(&lines, 1 << 20);
    buf_init(&other_records, 1 << 20);
    buf_init(&other_lines, 1 << 20);
    read_all((struct str){copy, size}, size, arena, &records, &lines);
    read_all((struct str){copy, size}, 1 + size % 7, arena, &other_records, &other_lines);
    require(str_eq(buf_str(&records), buf_str(&other_records)));
    require(str_eq(buf_str(&lines), buf_str(&other_lines)));
    rest = buf_str(&lines);
    while (rest.len && !lines.is_over)
        require(weakness_read(str_cut(&rest, '\n'), &weakness));
    (void)feed_record((struct str){copy, size}, arena, &other_lines);
    buf_done(&records);
    buf_done(&lines);
    buf_done(&other_records);
    buf_done(&other_lines);
    arena_free(arena);
    free(copy);
    return 0;
}
