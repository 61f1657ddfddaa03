/*
 * Each row is one header block, written as the fields it must give: "Name=value|".
 */

#include "mail/header.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tap.h"

static void
list_fields(struct str message, struct buf *buf, struct str *ret_rest)
{
    struct arena *arena = arena_new(1 << 20);
    struct header_reader reader;
    struct header_field field;

    header_init(&reader, message);
    while (header_next(&reader, &field)) {
        struct str value = header_unfold(field.value, arena);

        buf_printf(buf, STR_FMT "=" STR_FMT "|", STR_ARG(field.name), STR_ARG(value));
    }
    *ret_rest = reader.rest;
    arena_free(arena);
}

static void
reads_fields_up_to_the_body(void)
{
#define LONG "X-0123456789-0123456789-0123456789-0123456789"
#define LONG_NAME LONG LONG LONG LONG
    static const struct {
        const char *message, *fields, *rest;
    } rows[] = {
        {"A: 1\nB: 2\n\nbody\n", "A=1|B=2|", "body\n"},
        {"A: 1\r\nB: 2\r\n\r\nbody\r\n", "A=1|B=2|", "body\r\n"},
        {"A: 1\n 2\n\t3\nB:\n\nx", "A=1 2 3|B=|", "x"},
        {"A: 1\r\n 2\r\n\r\nx", "A=1 2|", "x"},
        {"Subject:none\nX-Y_1 : spaced\n\n", "Subject=none|X-Y_1=spaced|", ""},
        {"A: b: c\n", "A=b: c|", ""},
        /* what may stand in front */
        {"From anna Thu Jan  1 10:00:00 2026\nA: 1\n\n", "A=1|", ""},
        {">From anna Thu Jan  1 10:00:00 2026\nA: 1\n\n", "A=1|", ""},
        {"\xef\xbb\xbf\n\r\nA: 1\n", "A=1|", ""},
        {"From  Thu Jan  1 10:00:00 2026\nA: 1\n\n", "A=1|", ""},
        {"From : anna@example.org\nA: 1\n\n", "From=anna@example.org|A=1|", ""},
        {"From \t: anna@example.org\nA: 1\n\n", "From=anna@example.org|A=1|", ""},
        /* a name of any length is one: what stands below it is header still */
        {LONG_NAME ": 1\nB: 2\n\nx", LONG_NAME "=1|B=2|", "x"},
        /* a line that is no field ends the block, and stays in the rest */
        {"A: 1\nno field here\nB: 2\n", "A=1|", "no field here\nB: 2\n"},
        {": x\nA: 1\n", "", ": x\nA: 1\n"},
        {" folded into nothing\n", "", " folded into nothing\n"},
        {"", "", ""},
        {"A: 1", "A=1|", ""},
        {"A:", "A=|", ""},
        /* hostile bytes pass as they are */
        {"A: \x1b[31m\xff\x80\nB: 2\n", "A=\x1b[31m\xff\x80|B=2|", ""},
        {"A: 1\n \n 2\nB: 2\n", "A=1 2|B=2|", ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf buf;
        struct str rest;

        buf_init(&buf, 4096);
        list_fields(str_from_cstr(rows[i].message), &buf, &rest);
        CHECK_STR(buf_str(&buf), rows[i].fields);
        CHECK_STR(rest, rows[i].rest);
        CHECK_STR(header_body(str_from_cstr(rows[i].message)), rows[i].rest);
        buf_done(&buf);
    }
}

static void
finds_the_first_of_a_name(void)
{
    struct str message = STR("to: a\nTo: b\nX-To: c\n\nTo: d\n");

    CHECK_STR(str_trim(header_find(message, STR("TO"))), "a");
    CHECK_STR(str_trim(header_find(message, STR("X-To"))), "c");
    CHECK(header_find(message, STR("Cc")).len == 0);
}

/* `count` fields of `len` bytes each. */
static uint32_t
count_fields(size_t count, size_t len, bool *ret_is_over)
{
    char *text = malloc(count * len + 1);
    struct header_reader reader;
    struct header_field field;

    for (size_t i = 0; i < count; i++) {
        memset(text + i * len, 'x', len);
        memcpy(text + i * len, "A: ", 3);
        text[i * len + len - 1] = '\n';
    }
    header_init(&reader, (struct str){text, count * len});
    while (header_next(&reader, &field))
        continue;
    *ret_is_over = reader.is_over;
    free(text);
    return reader.field_count;
}

static void
keeps_its_ceilings(void)
{
    bool is_over;

    CHECK(count_fields(HEADER_FIELDS_MAX, 8, &is_over) == HEADER_FIELDS_MAX && !is_over);
    CHECK(count_fields(HEADER_FIELDS_MAX + 1, 8, &is_over) == HEADER_FIELDS_MAX && is_over);
    CHECK(count_fields(4, HEADER_BYTES_MAX / 4, &is_over) == 4 && !is_over);
    CHECK(count_fields(5, HEADER_BYTES_MAX / 4, &is_over) == 4 && is_over);
    CHECK(count_fields(1, HEADER_BYTES_MAX + 1, &is_over) == 0 && is_over);
}

static void
unfolding_needs_no_copy_of_a_plain_value(void)
{
    struct arena *arena = arena_new(1 << 20), *tiny = arena_new(8);
    struct str plain = STR("  as it is "), line = header_unfold(plain, arena);

    CHECK(line.data == plain.data + 2 && line.len == 8);
    CHECK(header_unfold(STR("longer\n than the arena"), tiny).len == 0);
    arena_free(arena);
    arena_free(tiny);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads fields up to the body", reads_fields_up_to_the_body},
        {"finds the first of a name", finds_the_first_of_a_name},
        {"keeps its ceilings", keeps_its_ceilings},
        {"unfolding needs no copy of a plain value", unfolding_needs_no_copy_of_a_plain_value},
    };

    return tap_main(cases, COUNT(cases));
}
