/* RFC 6376 section 3.4: both forms of header fields and bodies, and that pieces make no difference.
 */

#include "auth/canonical.h"

#include "base/buf.h"
#include "tap.h"

#define TEXT_MAX 65536

static void
add(void *context, struct str bytes)
{
    buf_add(context, bytes);
}

/* The body in its form, handed over in pieces of that size. */
static struct str
write_body(struct buf *out, enum canonical_form form, struct str body, size_t piece)
{
    struct canonical_body canonical;

    buf_reset(out);
    canonical_body_init(&canonical, form, add, out);
    for (size_t at = 0; at < body.len; at += piece)
        canonical_body_add(&canonical, str_first(str_from(body, at), piece));
    canonical_body_end(&canonical);
    CHECK(canonical.length == out->len);
    return buf_str(out);
}

static void
writes_bodies(void)
{
    static const struct {
        const char *body, *simple, *relaxed;
    } rows[] = {
        /* Section 3.4.5, and empty bodies. */
        {" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},
        {"", "\r\n", ""},
        {"\r\n", "\r\n", ""},
        {"\n\n\n", "\r\n", ""},
        {" \t\r\n \r\n", " \t\r\n \r\n", ""},
        {"a", "a\r\n", "a\r\n"},
        {"a \t", "a \t\r\n", "a\r\n"},
        {"\r\n\r\na\r\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n"},
        {"a\n\nb\n", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"},
        {"a\n \nb\n \n", "a\r\n \r\nb\r\n \r\n", "a\r\n\r\nb\r\n"},
        {"\ta  b\n", "\ta  b\r\n", " a b\r\n"},
        /* A CR that ends no line is a byte. */
        {"a\rb\r\r\n", "a\rb\r\r\n", "a\rb\r\r\n"},
        {"a \r b\n", "a \r b\r\n", "a \r b\r\n"},
        {"\r", "\r\r\n", "\r\r\n"},
        {"a\r", "a\r\r\n", "a\r\r\n"},
        {"\r\r\n", "\r\r\n", "\r\r\n"},
    };
    struct buf out;

    buf_init(&out, TEXT_MAX);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str body = str_from_cstr(rows[i].body);

        for (size_t piece = 1; piece <= 5; piece++) {
            CHECK_STR(write_body(&out, CANONICAL_SIMPLE, body, piece), rows[i].simple);
            CHECK_STR(write_body(&out, CANONICAL_RELAXED, body, piece), rows[i].relaxed);
        }
    }
    buf_done(&out);
}

static void
writes_fields(void)
{
    static const struct {
        const char *field, *simple, *relaxed;
    } rows[] = {
        /* Section 3.4.5. */
        {"A: X", "A: X", "a:X"},
        {"B : Y\t\r\n\tZ  ", "B : Y\t\r\n\tZ  ", "b:Y Z"},
        {"Subject:", "Subject:", "subject:"},
        {"Subject: \t", "Subject: \t", "subject:"},
        {"SUBJect:a\n b", "SUBJect:a\r\n b", "subject:a b"},
        {"Subject:\r\n a", "Subject:\r\n a", "subject:a"},
        {"X: a\r\n \t\r\n b", "X: a\r\n \t\r\n b", "x:a b"},
        {"X: a:b", "X: a:b", "x:a:b"},
        {"X: a\rb \r c", "X: a\rb \r c", "x:a\rb \r c"},
    };
    struct canonical_writer writer;
    struct buf out;

    buf_init(&out, TEXT_MAX);
    canonical_writer_init(&writer, add, &out);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str field = str_from_cstr(rows[i].field);

        canonical_header(&writer, CANONICAL_SIMPLE, field, STR_EMPTY);
        canonical_flush(&writer);
        CHECK_STR(buf_str(&out), rows[i].simple);
        buf_reset(&out);
        canonical_header(&writer, CANONICAL_RELAXED, field, STR_EMPTY);
        canonical_flush(&writer);
        CHECK_STR(buf_str(&out), rows[i].relaxed);
        buf_reset(&out);
    }
    buf_done(&out);
}

static void
leaves_a_hole_out(void)
{
    static const struct {
        const char *field;
        size_t at, len;
        const char *simple, *relaxed;
    } rows[] = {
        {"S: a=1; b=xx; c=2", 10, 2, "S: a=1; b=; c=2", "s:a=1; b=; c=2"},
        {"S: b=xx\r\n yy", 5, 7, "S: b=", "s:b="},
        {"S: b= xx ; c", 5, 4, "S: b=; c", "s:b=; c"},
    };
    struct canonical_writer writer;
    struct buf out;

    buf_init(&out, TEXT_MAX);
    canonical_writer_init(&writer, add, &out);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str field = str_from_cstr(rows[i].field);
        struct str hole = str_first(str_from(field, rows[i].at), rows[i].len);

        canonical_header(&writer, CANONICAL_SIMPLE, field, hole);
        canonical_flush(&writer);
        CHECK_STR(buf_str(&out), rows[i].simple);
        buf_reset(&out);
        canonical_header(&writer, CANONICAL_RELAXED, field, hole);
        canonical_flush(&writer);
        CHECK_STR(buf_str(&out), rows[i].relaxed);
        buf_reset(&out);
    }
    buf_done(&out);
}

static void
count(void *context, struct str bytes)
{
    *(uint64_t *)context += bytes.len;
}

/* A line has no length that matters, and neither has a run of blanks or of empty lines. */
static void
takes_long_lines(void)
{
    static char piece[65536];
    static const char fills[] = {'x', ' ', '\n', '\0'};
    static const uint64_t want[] = {64 * sizeof(piece) + 2, 64 * sizeof(piece) + 2, 2,
                                    64 * sizeof(piece) + 2};

    for (size_t i = 0; i < COUNT(fills); i++) {
        struct canonical_body body;
        uint64_t written = 0;

        memset(piece, fills[i], sizeof(piece));
        canonical_body_init(&body, CANONICAL_SIMPLE, count, &written);
        for (int n = 0; n < 64; n++)
            canonical_body_add(&body, (struct str){piece, sizeof(piece)});
        canonical_body_end(&body);
        CHECK_ROW(i, written == want[i] && body.length == want[i]);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"writes bodies in both forms, whatever the pieces", writes_bodies},
        {"writes fields in both forms", writes_fields},
        {"leaves a hole out", leaves_a_hole_out},
        {"takes long lines", takes_long_lines},
    };

    return tap_main(cases, COUNT(cases));
}
