#include <stdlib.h>

#include "scan/clean.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena *arena;

/*
 * The first four bytes say where the injection is. What is left is the file without the
 * cut, to the byte; the cut holds what was named, blanks and comments aside; and doing
 * the same twice does the same.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct clean_range injected, cut, cut_again;
    struct str source, rest, again;

    if (size < 4)
        return 0;
    if (!arena)
        arena = arena_new(8 << 20);
    arena_reset(arena);
    injected.offset = (size_t)(data[0] | data[1] << 8);
    injected.len = (size_t)(data[2] | data[3] << 8);
    source = (struct str){(const char *)data + 4, size - 4};
    if (clean_cut(source, injected, arena, &rest, &cut) != CLEAN_DONE)
        return 0;
    if (cut.len == 0 || cut.offset > source.len || cut.len > source.len - cut.offset ||
        rest.len != source.len - cut.len)
        abort();
    if (!str_eq(str_first(rest, cut.offset), str_first(source, cut.offset)) ||
        !str_eq(str_from(rest, cut.offset), str_from(source, cut.offset + cut.len)))
        abort();
    /* What was named and stays does nothing: it is blank, a comment, or a tag. */
    if (injected.offset + injected.len <= cut.offset || injected.offset >= cut.offset + cut.len)
        abort();
    if (clean_cut(source, injected, arena, &again, &cut_again) != CLEAN_DONE ||
        !str_eq(rest, again))
        abort();
    return 0;
}
