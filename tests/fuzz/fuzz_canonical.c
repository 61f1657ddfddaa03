#include "auth/canonical.h"
#include "base/buf.h"
#include "mail/header.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUTPUT_BYTES_MAX ((size_t)1024 * 1024)

static void
add(void *context, struct str bytes)
{
    buf_add(context, bytes);
}

static void
write_body(struct buf *out, enum canonical_form form, struct str body, size_t piece)
{
    struct canonical_body canonical;

    canonical_body_init(&canonical, form, add, out);
    for (size_t at = 0; at < body.len; at += piece)
        canonical_body_add(&canonical, str_first(str_from(body, at), piece));
    canonical_body_end(&canonical);
    require(canonical.length == out->len && !out->is_over);
}

/* The same in pieces as at once; once more changes nothing; lines end with CR LF. */
static void
check_body(enum canonical_form form, struct str body, size_t piece)
{
    struct buf once, again, pieces;

    buf_init(&once, OUTPUT_BYTES_MAX);
    buf_init(&again, OUTPUT_BYTES_MAX);
    buf_init(&pieces, OUTPUT_BYTES_MAX);
    write_body(&once, form, body, body.len + 1);
    write_body(&pieces, form, body, piece);
    write_body(&again, form, buf_str(&once), piece + 1);
    require(str_eq(buf_str(&once), buf_str(&pieces)));
    require(str_eq(buf_str(&once), buf_str(&again)));
    require(once.len == 0 || str_ends(buf_str(&once), STR("\r\n")));
    for (size_t i = 0; i < once.len; i++)
        require(once.data[i] != '\n' || (i && once.data[i - 1] == '\r'));
    buf_done(&pieces);
    buf_done(&again);
    buf_done(&once);
}

/* A field in its form stays in it, and nothing but blanks is lost on the way. */
static void
check_field(enum canonical_form form, struct str field, size_t hole_at)
{
    struct canonical_writer writer;
    struct buf once, again;
    struct str hole = str_from(field, str_index(field, ':') + 1);

    buf_init(&once, OUTPUT_BYTES_MAX);
    buf_init(&again, OUTPUT_BYTES_MAX);
    canonical_writer_init(&writer, add, &once);
    canonical_header(&writer, form, field, STR_EMPTY);
    canonical_flush(&writer);
    canonical_writer_init(&writer, add, &again);
    canonical_header(&writer, form, buf_str(&once), STR_EMPTY);
    canonical_flush(&writer);
    require(str_eq(buf_str(&once), buf_str(&again)));
    buf_reset(&again);
    hole = str_from(hole, hole.len ? hole_at % hole.len : 0);
    canonical_header(&writer, form, field, hole);
    canonical_flush(&writer);
    /* A hole that begins within a line end leaves a CR, and a blank before it. */
    require(again.len <= once.len + 2);
    buf_done(&again);
    buf_done(&once);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    size_t piece = size ? data[0] % 17 + 1u : 1;

    for (int form = 0; form < CANONICAL_FORMS; form++) {
        struct header_reader reader = {.rest = text, .start = text.data};
        struct header_field field;

        check_body((enum canonical_form)form, text, piece);
        while (header_next(&reader, &field)) {
            size_t len = (size_t)(field.value.data + field.value.len - field.name.data);

            check_field((enum canonical_form)form, (struct str){field.name.data, len}, piece);
        }
    }
    return 0;
}
