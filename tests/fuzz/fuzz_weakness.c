#include <stdlib.h>

#include "scan/outdated.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds)
        abort();
}

/* The records of one product, counted without halving. */
static uint32_t
count_all(struct str text, const struct weakness *wanted)
{
    struct weakness weakness;
    uint32_t count = 0;

    while (text.len) {
        if (weakness_read(str_cut(&text, '\n'), &weakness) && weakness.kind == wanted->kind &&
            str_eq(weakness.slug, wanted->slug))
            count++;
    }
    return count;
}

/* A base that is accepted gives up every record of every product, and each finding has its texts.
 */
static void
check(const struct weakness_base *base, struct arena *arena)
{
    struct str rest = base->text;
    struct weakness weakness, found;

    for (uint32_t i = 0; i < 20 && rest.len; i++) {
        struct weakness_walk walk;
        struct findings *findings = ARENA_NEW(arena, struct findings);
        struct installed installed = {.version = STR("1.0"), .path = STR("x"), .name = STR("X")};
        uint32_t count = 0;

        require(findings && weakness_read(str_cut(&rest, '\n'), &weakness));
        weakness_walk_init(&walk, base, weakness.kind, weakness.slug);
        while (weakness_next(&walk, &found))
            count++;
        require(count == count_all(base->text, &weakness));
        installed.kind = weakness.kind;
        installed.slug = weakness.slug;
        findings->arena = arena;
        product_findings(&installed, base, 1, findings);
        require(findings->count <= 1);
        if (findings->count)
            require(findings->list[0].why.len && findings->list[0].confidence >= 0.5);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1); /* as long as the text, so that ASan sees a byte beyond it */
    struct arena *arena = arena_new(64 << 20);
    struct weakness_base base;
    struct err err;

    if (size)
        memcpy(copy, data, size);
    if (weakness_base_read((struct str){copy, size}, &base, &err))
        check(&base, arena);
    arena_free(arena);
    free(copy);
    return 0;
}
