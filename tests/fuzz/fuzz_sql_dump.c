/*
 * A dump reads the same in one piece and in pieces of any size, and no value is larger than its
 * ceiling.
 */

#include <assert.h>
#include <stdlib.h>

#include "audit/sql_dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
    uint64_t rows, hash;
};

static void
take(void *context, const struct sql_row *row)
{
    struct sum *sum = context;

    sum->rows++;
    sum->hash = sum->hash * 31 + str_fingerprint(row->table);
    for (size_t i = 0; i < SQL_ROLE_COUNT; i++) {
        assert(row->values[i].len <= SQL_VALUE_BYTES_MAX);
        assert(row->has[i] || row->values[i].len == 0);
        sum->hash = sum->hash * 31 + str_fingerprint(row->values[i]) + row->has[i];
    }
}

static struct sum
read_in_pieces(struct str text, size_t piece)
{
    struct sum sum = {0, 0};
    struct sql_dump *dump = sql_dump_new(take, &sum);

    while (text.len) {
        struct str part = str_first(text, piece);
        char *copy = malloc(part.len); /* reading past its end is seen */

        if (!copy)
            abort();
        memcpy(copy, part.data, part.len);
        sql_dump_feed(dump, (struct str){copy, part.len});
        free(copy);
        text = str_from(text, part.len);
    }
    sql_dump_free(dump);
    return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct sum whole = read_in_pieces(text, size ? size : 1);
    struct sum parts = read_in_pieces(text, size ? 1 + data[0] % 61u : 1);

    assert(whole.rows == parts.rows && whole.hash == parts.hash);
    return 0;
}
