/*
 * Each row is one message and its leaves: "depth type=body|" each.
 */

#include "mail/mime.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tap.h"

static void
walks_over_the_parts(void)
{
    static const struct {
        const char *message, *parts;
    } rows[] = {
        {"From: a\n\nplain body\n", "0 =plain body\n|"},
        {"Content-Type: text/html; charset=x\n\n<p>\n", "0 text/html=<p>\n|"},
        {"Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\none\n--b\n"
         "Content-Type: text/html\n\ntwo\n--b--\nepilogue\n",
         "1 =one|1 text/html=two|"},
        {"Content-Type: multipart/mixed; boundary=\"a b\"\r\n\r\n--a b\r\n\r\none\r\n--a b--\r\n",
         "1 =one|"},
        /* nested, with an epilogue inside */
        {"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; "
         "boundary=b\n\n--b\n\n1\n--b\n\n2\n--b--\nepilogue\n--a\n\n3\n--a--\n",
         "2 =1|2 =2|1 =3|"},
        /* the inner end is missing: the outer boundary ends both */
        {"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; "
         "boundary=b\n\n--b\n\n1\n--a\n\n3\n--a--\n",
         "2 =1|1 =3|"},
        /* no end at all */
        {"Content-Type: multipart/mixed; boundary=a\n\n--a\n\none\n", "1 =one\n|"},
        /* a boundary that never comes: one text */
        {"Content-Type: multipart/mixed; boundary=a\n\nno part\n", "0 multipart/mixed=no part\n|"},
        {"Content-Type: multipart/mixed\n\nx\n", "0 multipart/mixed=x\n|"},
        /* one boundary is the start of the other */
        {"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; "
         "boundary=ab\n\n--ab\n\n1\n--ab--\n--a\n\n2\n--a--\n",
         "2 =1|1 =2|"},
        /* a message within is a leaf */
        {"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\n"
         "Content-Type: multipart/mixed; boundary=q\n\n--q\n\nx\n--q--\n--a--\n",
         "1 message/rfc822=Content-Type: multipart/mixed; boundary=q\n\n--q\n\nx\n--q--|"},
        /* a part without a header, blanks behind the boundary, an empty part */
        {"Content-Type: multipart/mixed; boundary=a\n\n--a  \n\nx: y\n--a\n\n--a--\n",
         "1 =x: y|1 =|"},
        /* a boundary within the quotes of another parameter is none */
        {"Content-Type: multipart/mixed; x=\"; boundary=z\"; boundary=a\n\n--z\n--a\n\n1\n--a--\n",
         "1 =1|"},
        {"", ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mime_walk walk;
        struct mime_part part;
        struct buf buf;

        buf_init(&buf, 4096);
        mime_init(&walk, str_from_cstr(rows[i].message));
        while (mime_next(&walk, &part))
            buf_printf(&buf, "%u " STR_FMT "=" STR_FMT "|", part.depth, STR_ARG(part.type),
                       STR_ARG(part.body));
        CHECK_STR(buf_str(&buf), rows[i].parts);
        CHECK_ROW(i, !walk.is_over);
        buf_done(&buf);
    }
}

static void
reads_parameters(void)
{
    static const struct {
        const char *parameters, *value;
    } rows[] = {
        {"; boundary=abc", "abc"},
        {"; charset=x; Boundary = \"a b;c\" ; y=z", "a b;c"},
        {";\r\n\tboundary=abc\r\n", "abc"},
        {"; boundary*0=abc", "abc"},
        {"; boundary=\"never closed", "never closed"},
        {"; boundaryx=abc", ""},
        {"; x=\"boundary=no\"; boundary=yes", "yes"},
        {"; x=\"a\\\"; boundary=no\"; boundary=yes", "yes"},
        {"; boundary", ""},
        {"boundary=before the semicolon", ""},
        {"", ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_STR(mime_parameter(str_from_cstr(rows[i].parameters), STR("boundary")),
                  rows[i].value);
}

static void
matches_types(void)
{
    struct mime_part none = {.type = STR_EMPTY}, html = {.type = STR("Text/HTML")};

    CHECK(mime_is(&none, STR("text/plain")) && mime_is(&none, STR("text/")));
    CHECK(mime_is(&html, STR("text/html")) && mime_is(&html, STR("text/")));
    CHECK(!mime_is(&html, STR("text/htm")) && !mime_is(&html, STR("multipart/")));
}

static void
undoes_the_transfer_encoding(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct mime_walk walk;
    struct mime_part part;

    mime_init(&walk, STR("Content-Type: multipart/mixed; boundary=a\n\n--a\n"
                         "Content-Transfer-Encoding: base64\n\nYWJj\n--a--\n"));
    CHECK(mime_next(&walk, &part));
    CHECK_STR(mime_text(&part, arena), "abc");
    arena_free(arena);
}

static void
stops_at_too_many_parts(void)
{
    struct mime_walk walk;
    struct mime_part part;
    uint32_t count = 0;
    struct buf buf;

    buf_init(&buf, 1 << 20);
    buf_add_cstr(&buf, "Content-Type: multipart/mixed; boundary=a\n\n");
    for (int i = 0; i < MIME_PARTS_MAX + 5; i++)
        buf_add_cstr(&buf, "--a\n\nx\n");
    mime_init(&walk, buf_str(&buf));
    while (mime_next(&walk, &part))
        count++;
    CHECK(count == MIME_PARTS_MAX && walk.is_over);
    buf_done(&buf);
}

static void
stops_at_too_much_depth(void)
{
    struct mime_walk walk;
    struct mime_part part;
    struct buf buf;

    buf_init(&buf, 1 << 20);
    for (int i = 0; i < MIME_DEPTH_MAX + 3; i++)
        buf_printf(&buf, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    buf_add_cstr(&buf, "\ndeep\n");
    mime_init(&walk, buf_str(&buf));
    CHECK(mime_next(&walk, &part));
    CHECK(part.depth == MIME_DEPTH_MAX && walk.is_over);
    CHECK(str_has(part.body, STR("deep")));
    CHECK(!mime_next(&walk, &part));
    buf_done(&buf);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"walks over the parts", walks_over_the_parts},
        {"reads parameters", reads_parameters},
        {"matches types", matches_types},
        {"undoes the transfer encoding", undoes_the_transfer_encoding},
        {"stops at too many parts", stops_at_too_many_parts},
        {"stops at too much depth", stops_at_too_much_depth},
    };

    return tap_main(cases, COUNT(cases));
}
