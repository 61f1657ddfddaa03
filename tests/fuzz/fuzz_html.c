#include "scan/html.h"

#include <stdlib.h>

/*
 * Pieces cover the input without a gap, attributes stay inside their tag and are
 * used up, and a flat page has the length and the lines of its file.
 */

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static bool
is_inside(struct str part, struct str whole)
{
    return !part.len || (part.data >= whole.data && part.data + part.len <= whole.data + whole.len);
}

static void
read_attributes(struct str attributes)
{
    struct str rest = attributes, name, value;

    while (html_attribute_next(&rest, &name, &value)) {
        require(name.len > 0 && is_inside(name, attributes) && is_inside(value, attributes));
        require(rest.data + rest.len == attributes.data + attributes.len);
    }
}

static void
read_page(struct str page)
{
    struct html_reader reader;
    size_t at = 0;

    html_reader_init(&reader, page);
    for (;;) {
        struct html_piece piece = html_next(&reader);

        require(piece.offset == at);
        if (piece.kind == HTML_END)
            break;
        require(piece.text.len > 0 && piece.text.data == page.data + at);
        require(is_inside(piece.name, page) && is_inside(piece.attributes, piece.text));
        require((piece.kind != HTML_OPEN && piece.kind != HTML_CLOSE) ||
                (piece.name.len && piece.text.len <= HTML_TAG_BYTES_MAX));
        read_attributes(piece.attributes);
        at += piece.text.len;
    }
    require(at == page.len && html_next(&reader).kind == HTML_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str source = {(const char *)data, size}, flat;
    struct arena *arena = arena_new((size_t)4 << 20);

    flat = html_flatten(source, arena);
    require(flat.len == source.len);
    for (size_t i = 0; i < size; i++)
        require((flat.data[i] == '\n') == (source.data[i] == '\n'));
    read_page(source);
    read_page(flat);
    arena_free(arena);
    return 0;
}
