#include <stdlib.h>

#include "report/diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena *arena;

static void
require(bool holds)
{
    if (!holds)
        abort();
}

/* "12,3": where a part begins and how long it is. */
static void
read_range(struct str text, uint64_t *ret_first, uint64_t *ret_count)
{
    struct str first = str_cut(&text, ',');

    *ret_count = 1;
    require(str_u64(first, ret_first));
    require(text.len == 0 || str_u64(text, ret_count));
    /* A part without lines is named by the line before it. */
    if (*ret_count > 0)
        --*ret_first;
}

/* Does to the old text what the diff says; each line that it takes out or keeps must be there. */
static void
patch(struct str old_text, struct str diff, struct buf *patched)
{
    uint64_t at = 0, first, count;
    struct str line;

    (void)str_cut(&diff, '\n');
    (void)str_cut(&diff, '\n');
    while (diff.len) {
        line = str_cut(&diff, '\n');
        if (str_skip(&line, STR("@@ -"))) {
            read_range(str_cut(&line, ' '), &first, &count);
            require(first >= at);
            for (; at < first; at++) {
                struct str kept = str_cut(&old_text, '\n');

                buf_add(patched, kept);
                buf_add_char(patched, '\n');
            }
            continue;
        }
        if (str_starts(line, STR("\\")))
            continue;
        require(line.len > 0 && strchr(" -+", line.data[0]));
        if (line.data[0] != '+') {
            require(str_eq(str_cut(&old_text, '\n'), str_from(line, 1)));
            at++;
        }
        if (line.data[0] != '-') {
            buf_add(patched, str_from(line, 1));
            buf_add_char(patched, '\n');
        }
    }
    buf_add(patched, old_text);
}

/* Patching the old text gives the new one, but for the line feed at the very end. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str new_text = {(const char *)data, size}, old_text = str_cut(&new_text, '\0');
    struct buf diff, patched;
    struct str got;

    if (!arena)
        arena = arena_new((size_t)64 * 1024 * 1024);
    arena_reset(arena);
    buf_init(&diff, (size_t)16 * 1024 * 1024);
    buf_init(&patched, (size_t)16 * 1024 * 1024);
    require(diff_write(STR("f"), old_text, new_text, arena, &diff));
    require((diff.len == 0) == str_eq(old_text, new_text));
    if (diff.len) {
        patch(old_text, buf_str(&diff), &patched);
        got = buf_str(&patched);
        if (got.len && got.data[got.len - 1] == '\n')
            got.len--;
        if (new_text.len && new_text.data[new_text.len - 1] == '\n')
            new_text.len--;
        require(str_eq(got, new_text));
    }
    buf_done(&diff);
    buf_done(&patched);
    return 0;
}
