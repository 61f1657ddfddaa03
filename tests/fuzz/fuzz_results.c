#include <stdlib.h>

#include "auth/results.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES ((size_t)1 << 20)
#define OUTPUT_BYTES ((size_t)1 << 20)

static struct results first, second;

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static void
write_all(const struct results *results, struct buf *buf)
{
    struct results_writer writer;

    results_write_begin(&writer, buf, results->server, "\r\n\t");
    for (uint32_t i = 0; i < results->count; i++) {
        const struct results_method *method = &results->list[i];

        results_write_method(&writer, method->method, method->result, method->reason);
        for (uint32_t k = 0; k < method->property_count; k++) {
            const struct results_property *property =
                &results->properties[method->property_first + k];

            results_write_property(&writer, property->type, property->name, property->value);
        }
    }
    results_write_end(&writer);
    require(!buf->is_over);
}

/* A tab within quotes is written as a question mark; empty values are left out. */
static bool
is_same(struct str got, struct str want)
{
    for (size_t i = 0; got.len == want.len && i < want.len; i++) {
        if (got.data[i] != want.data[i] && !(want.data[i] == '\t' && got.data[i] == '?'))
            return false;
    }
    return got.len == want.len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct str value = {(const char *)data, size};
    struct buf buf;

    buf_init(&buf, OUTPUT_BYTES);
    if (results_read(value, arena, &first)) {
        require(first.count <= RESULTS_MAX && first.property_count <= RESULTS_PROPERTIES_MAX);
        require(first.server.len == 0 || results_claims(value, first.server));
        write_all(&first, &buf);
        require(results_read(buf_str(&buf), arena, &second));
        require(is_same(second.server, first.server) && second.count == first.count);
        for (uint32_t i = 0; i < first.count; i++) {
            require(str_eq(second.list[i].method, first.list[i].method));
            require(str_eq(second.list[i].result, first.list[i].result));
            require(is_same(second.list[i].reason, first.list[i].reason));
            require(second.list[i].property_count <= first.list[i].property_count);
        }
    }
    buf_done(&buf);
    arena_free(arena);
    return 0;
}
