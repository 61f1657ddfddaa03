#ifndef TESTS_FUZZ_FEEDBACK_CHECK_H
#define TESTS_FUZZ_FEEDBACK_CHECK_H

/*
 * feedback_check - what a push parser told, as one number: two readings that told the same
 * have the same.
 */

#include <stdlib.h>

#include "base/str.h"

static inline void
require(bool holds)
{
    if (!holds)
        abort();
}

static inline void
add_bytes(uint64_t *sum, const void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        *sum = (*sum ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
}

/* Its length goes in, too: "ab" and "c" are not "a" and "bc". */
static inline void
add_text(uint64_t *sum, struct str text, size_t len_max)
{
    require(text.len <= len_max);
    add_bytes(sum, &text.len, sizeof(text.len));
    add_bytes(sum, text.data, text.len);
}

#endif
