#ifndef TESTS_FUZZ_MAIL_CHECK_H
#define TESTS_FUZZ_MAIL_CHECK_H

/*
 * mail_check - what the fuzz targets of src/mail have in common.
 *
 * A reading is done twice: of the input, and of a copy elsewhere in memory with an
 * arena of its own. Whatever a slice points to, both must say the same.
 */

#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"

#define MAIL_CHECK_ARENA_BYTES ((size_t)64 * 1024 * 1024)

struct mail_check {
    struct str text, copy;
    char *bytes;
    struct arena *arena, *other; /* for the text, for the copy */
};

static inline void
require(bool holds)
{
    if (!holds)
        abort();
}

static inline bool
is_inside(struct str whole, struct str s)
{
    return s.len == 0 || (s.data >= whole.data && s.data + s.len <= whole.data + whole.len);
}

static inline struct mail_check
mail_check_new(const uint8_t *data, size_t size)
{
    struct mail_check check = {.text = {(const char *)data, size},
                               .bytes = malloc(size + 1),
                               .arena = arena_new(MAIL_CHECK_ARENA_BYTES),
                               .other = arena_new(MAIL_CHECK_ARENA_BYTES)};

    require(check.bytes != NULL);
    if (size)
        memcpy(check.bytes, data, size);
    check.copy = (struct str){check.bytes, size};
    return check;
}

static inline void
mail_check_done(struct mail_check *check)
{
    free(check->bytes);
    arena_free(check->arena);
    arena_free(check->other);
}

/* Both readings found the same; slices of the text stand at the same place in the copy. */
static inline void
require_same(const struct mail_check *check, struct str first, struct str second)
{
    require(str_eq(first, second));
    if (first.len && is_inside(check->text, first)) {
        require(is_inside(check->copy, second));
        require(first.data - check->text.data == second.data - check->copy.data);
    }
}

#endif
