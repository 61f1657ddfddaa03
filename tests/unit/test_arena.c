/* An arena's ceiling, marks and releases. */

#include "base/arena.h"

#include "tap.h"

static void
keeps_what_is_older_than_the_mark(void)
{
    struct arena *arena = arena_new(1 << 20);
    char *kept = arena_alloc(arena, 100), *big, *again;
    struct arena_mark mark = arena_mark(arena);
    size_t used = arena_used(arena);

    memset(kept, 'k', 100);
    big = arena_alloc(arena, 300000); /* a block of its own */
    CHECK(big != NULL && arena_used(arena) > used);
    memset(big, 'b', 300000);
    arena_release(arena, mark);
    CHECK(arena_used(arena) == used);
    again = arena_alloc(arena, 100);
    CHECK(again == kept + 112); /* where the mark stood, aligned */
    CHECK(again[0] == 0 && again[99] == 0);
    CHECK(kept[0] == 'k' && kept[99] == 'k');
    arena_free(arena);
}

static void
goes_back_to_nothing(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct arena_mark mark = arena_mark(arena);

    CHECK(arena_alloc(arena, 70000) != NULL);
    CHECK(arena_alloc(arena, 70000) != NULL);
    arena_release(arena, mark);
    CHECK(arena_used(arena) == 0);
    CHECK(arena_alloc(arena, 1 << 20) != NULL);
    arena_free(arena);
}

static void
refuses_beyond_its_limit(void)
{
    volatile size_t too_many = SIZE_MAX / 2; /* gcc sees through a constant, and objects */
    struct arena *arena = arena_new(1000);

    CHECK(arena_alloc(arena, 1001) == NULL);
    CHECK(arena_alloc(arena, 900) != NULL);
    CHECK(arena_alloc(arena, 200) == NULL);
    CHECK(arena_array(arena, too_many, 4) == NULL);
    CHECK(arena_str(arena, STR("text that does not fit: text that does not fit: text that does not "
                               "fit: text that does not fit"))
              .len == 0);
    arena_reset(arena);
    CHECK(arena_alloc(arena, 900) != NULL);
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"keeps what is older than the mark", keeps_what_is_older_than_the_mark},
        {"goes back to nothing", goes_back_to_nothing},
        {"refuses beyond its limit", refuses_beyond_its_limit},
    };

    return tap_main(cases, COUNT(cases));
}
