#include "php/token.h"

#include <stdlib.h>

/*
 * Tokens cover the input without a gap and without overlap, lines never go back, and
 * the end, once reached, stays. Reading a copy elsewhere gives the same tokens.
 */

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static uint32_t
count_line_ends(struct str s, const char *end)
{
    uint32_t count = 0;

    for (const char *at = s.data; at < s.data + s.len; at++)
        count += *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'));
    return count;
}

static void
read_all(struct token_reader *reader, struct token_reader *twin, struct str source)
{
    const char *at = source.data, *end = source.data + source.len;
    uint32_t line = 1;

    for (;;) {
        struct token token = token_next(reader), same = token_next(twin);

        require(token.kind == same.kind && token.line == same.line &&
                str_eq(token.text, same.text));
        require(token.kind <= TOKEN_BAD && token.text.data == at &&
                reader->depth < TOKEN_DEPTH_MAX);
        require(token.line >= line && token.line <= line + 1);
        if (token.kind == TOKEN_END)
            break;
        require(token.text.len > 0);
        require(token.kind != TOKEN_BAD || token.text.len == 1);
        at += token.text.len;
        line = token.line + count_line_ends(token.text, end);
    }
    require(at == end);
    require(token_next(reader).kind == TOKEN_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct token_reader reader, twin;
    struct str source = {(const char *)data, size};
    char *copy = malloc(size + 1);

    if (!copy)
        return 0;
    memcpy(copy, data, size);
    token_reader_init(&reader, source);
    token_reader_init(&twin, (struct str){copy, size});
    read_all(&reader, &twin, source);
    token_reader_init_code(&reader, source);
    token_reader_init_code(&twin, (struct str){copy, size});
    read_all(&reader, &twin, source);
    free(copy);
    return 0;
}
