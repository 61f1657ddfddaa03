#include <stdlib.h>

#include "scan/examine.h"
#include "scan/mend.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena *arena, *scratch;

/* The bytes that are left stood in the file, in this order. */
static void
require_part(struct str source, struct str rest)
{
    size_t at = 0;

    for (size_t i = 0; i < source.len && at < rest.len; i++)
        at += source.data[i] == rest.data[at];
    if (at < rest.len || rest.len >= source.len)
        abort();
}

/* What was mended is a part of the file, and nothing accuses it any more. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str path = STR("index.php"), rest, again;
    struct subject subject = {
        .path = path,
        .inside = path,
        .source = {(const char *)data, size},
        .size_bytes = size,
        .is_in_site = true,
    };

    if (!arena) {
        arena = arena_new(MEND_ARENA_BYTES);
        scratch = arena_new(EXAMINE_ARENA_BYTES_MAX);
    }
    arena_reset(arena);
    if (mend_file(&subject, arena, scratch, &rest) != MEND_DONE)
        return 0;
    require_part(subject.source, rest);
    subject.source = rest;
    if (rest.len && mend_file(&subject, arena, scratch, &again) == MEND_DONE)
        abort();
    return 0;
}
