#include "audit/use.h"
#include "event_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Domains of a mail are parts of it, and one without a From leaves nothing. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena *arena = arena_new((size_t)1 << 20);
    struct domain_use use = {.from = STR("kept")};

    if (use_read(text, STR("a.eml"), arena, &use)) {
        require(use.from.len > 0 && is_inside(text, use.from));
        require(!use.envelope.len || is_inside(text, use.envelope));
        require(!use.signer.len || is_inside(text, use.signer));
        require(!use.selector.len || is_inside(text, use.selector));
    } else {
        require(str_eq(use.from, STR("kept")));
    }
    arena_free(arena);
    return 0;
}
