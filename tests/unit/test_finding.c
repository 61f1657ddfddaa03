#include "scan/finding.h"

#include "tap.h"

/* A line of `before` letters a, a mark, and `after` letters b, between two others. */
static void
quotes_around_a_place(void)
{
    static const struct {
        size_t before, after, quoted_before, quoted;
    } rows[] = {
        {0, 0, 0, 1},       {3, 4, 3, 8},       {150, 149, 150, 300}, {299, 0, 299, 300},
        {300, 0, 100, 101}, /* a third of the quote is what stands before */
        {301, 0, 100, 101}, {10, 500, 10, 300}, {200, 500, 100, 300}, {100000, 100000, 100, 300},
    };
    static char source[1 << 18];

    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t place = 2 + rows[i].before, len = place + 1 + rows[i].after;
        struct str quote;

        memset(source, 'a', place);
        memset(source + place + 1, 'b', rows[i].after);
        source[0] = 'x';
        source[1] = '\n';
        source[place] = '!';
        source[len++] = '\n';
        source[len++] = 'y';
        quote = finding_quote((struct str){source, len}, place);
        CHECK_ROW(i, quote.len == rows[i].quoted);
        CHECK_ROW(i, str_index(quote, '!') == rows[i].quoted_before);
        CHECK_ROW(i, quote.len <= FINDING_TEXT_MAX);
    }
}

static void
quotes_at_the_ends(void)
{
    CHECK_STR(finding_quote(STR(" one \n two \n"), 0), "one");
    CHECK_STR(finding_quote(STR(" one \n two \n"), 7), "two");
    CHECK_STR(finding_quote(STR(" one \n two \n"), 12), "");
    CHECK_STR(finding_quote(STR("one"), 99), "one");
    CHECK_STR(finding_quote(STR(""), 0), "");
}

/* A quote out of one line of megabytes, for each of many places in it, takes no time. */
static void
quotes_a_long_line_often(void)
{
    enum {
        LEN = 8 << 20
    };
    struct arena *arena = arena_new(2 * LEN);
    char *line = arena_array(arena, LEN, 1);
    size_t sum = 0;

    CHECK(line);
    if (line) {
        memset(line, 'z', LEN);
        for (size_t place = LEN / 2; place < LEN / 2 + 200000; place++)
            sum += finding_quote((struct str){line, LEN}, place).len;
    }
    CHECK(sum == (size_t)200000 * FINDING_TEXT_MAX);
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"quotes around a place", quotes_around_a_place},
        {"quotes at the ends", quotes_at_the_ends},
        {"quotes a long line often", quotes_a_long_line_often},
    };

    return tap_main(cases, COUNT(cases));
}
