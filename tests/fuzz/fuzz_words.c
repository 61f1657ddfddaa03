#include "scan/words.h"

#include <stdlib.h>

/*
 * Pieces cover the input without a gap in every language, none is empty, and the end
 * stays. The first byte is part of the script, too.
 */

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static void
read_all(struct str source, enum words_language language)
{
    struct words_reader reader;
    const char *at = source.data;

    words_reader_init(&reader, source, language);
    for (;;) {
        struct words_piece piece = words_next(&reader);

        require(piece.kind <= WORDS_COMMENT && piece.text.data == at);
        if (piece.kind == WORDS_END)
            break;
        require(piece.text.len > 0);
        at += piece.text.len;
    }
    require(at == source.data + source.len);
    require(words_next(&reader).kind == WORDS_END && reader.failures <= 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str source = {(const char *)data, size};
    enum words_language language;

    for (int each = 0; each < WORDS_LANGUAGE_COUNT; each++)
        read_all(source, (enum words_language)each);
    (void)words_language_guess(source, &language);
    (void)words_language_of(source, source, &language);
    return 0;
}
