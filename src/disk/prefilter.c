#include "disk/prefilter.h"

#include <hs/hs.h>
#include <stdlib.h>

#include "scan/gate.h"

#define PATTERNS_MAX 128

struct prefilter {
    hs_database_t *database;
};

struct prefilter_scratch {
    hs_scratch_t *scratch;
};

bool
prefilter_new(struct prefilter **ret_prefilter, struct err *err)
{
    const char *expressions[PATTERNS_MAX];
    unsigned flags[PATTERNS_MAX], ids[PATTERNS_MAX];
    struct prefilter *prefilter = calloc(1, sizeof(*prefilter));
    hs_compile_error_t *failure = NULL;

    if (!prefilter)
        abort();
    for (unsigned i = 0; i < gate_pattern_count && i < PATTERNS_MAX; i++) {
        expressions[i] = gate_patterns[i].expression;
        flags[i] = HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL;
        ids[i] = i;
    }
    if (hs_compile_multi(expressions, flags, ids, (unsigned)gate_pattern_count, HS_MODE_BLOCK, NULL,
                         &prefilter->database, &failure) != HS_SUCCESS) {
        bool result = err_set(err, ERR_SYSTEM, "the search patterns do not compile: %s",
                              failure ? failure->message : "no reason given");

        hs_free_compile_error(failure);
        free(prefilter);
        return result;
    }
    *ret_prefilter = prefilter;
    return true;
}

void
prefilter_free(struct prefilter *prefilter)
{
    if (!prefilter)
        return;
    hs_free_database(prefilter->database);
    free(prefilter);
}

bool
prefilter_scratch_new(const struct prefilter *prefilter, struct prefilter_scratch **ret_scratch,
                      struct err *err)
{
    struct prefilter_scratch *scratch = calloc(1, sizeof(*scratch));

    if (!scratch)
        abort();
    if (hs_alloc_scratch(prefilter->database, &scratch->scratch) != HS_SUCCESS) {
        free(scratch);
        return err_set(err, ERR_SYSTEM, "no memory for searching");
    }
    *ret_scratch = scratch;
    return true;
}

void
prefilter_scratch_free(struct prefilter_scratch *scratch)
{
    if (!scratch)
        return;
    hs_free_scratch(scratch->scratch);
    free(scratch);
}

static int
on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    uint32_t *groups = context;

    (void)from;
    (void)to;
    (void)flags;
    *groups |= gate_patterns[id].group;
    return 0;
}

uint32_t
prefilter_search(const struct prefilter *prefilter, struct prefilter_scratch *scratch,
                 struct str text)
{
    uint32_t groups = 0;

    if (hs_scan(prefilter->database, text.data, (unsigned)text.len, 0, scratch->scratch, on_match,
                &groups) != HS_SUCCESS)
        return UINT32_MAX; /* the full look, when the quick one fails */
    return groups;
}
