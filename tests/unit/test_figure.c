/* Numbers and moments as people read them. */

#include "base/civil.h"
#include "report/figure.h"
#include "tap.h"

static void
counts_have_commas(void)
{
    static const struct {
        uint64_t number;
        const char *text;
    } rows[] = {
        {0, "0"}, {999, "999"}, {1000, "1,000"}, {235314, "235,314"}, {1234567, "1,234,567"}};
    struct buf buf;

    buf_init(&buf, 256);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_reset(&buf);
        figure_count(&buf, rows[i].number);
        CHECK_ROW(i, str_eq(buf_str(&buf), str_from_cstr(rows[i].text)));
    }
    buf_reset(&buf);
    figure_counted(&buf, 1, "message", "messages");
    CHECK_STR(buf_str(&buf), "1 message");
    buf_done(&buf);
}

static void
bytes_have_units(void)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } rows[] = {{0, "0 bytes"},  {999, "999 bytes"}, {1000, "1.0 kB"},   {9949, "9.9 kB"},
                {9951, "10 kB"}, {999499, "999 kB"}, {999600, "1.0 MB"}, {1200000000, "1.2 GB"}};
    struct buf buf;

    buf_init(&buf, 256);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_reset(&buf);
        figure_bytes(&buf, rows[i].bytes);
        CHECK_ROW(i, str_eq(buf_str(&buf), str_from_cstr(rows[i].text)));
    }
    buf_done(&buf);
}

static void
spans_have_two_parts_at_most(void)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {{0, "0 s"},
                {59, "59 s"},
                {60, "1 min"},
                {87, "1 min 27 s"},
                {3600, "1 h"},
                {3600 + 600, "1 h 10 min"},
                {5 * 3600 + 60, "5 h"},
                {DAY_S, "1 day"},
                {DAY_S + 7200, "1 day 2 h"},
                {3 * DAY_S + 7200, "3 days"}};
    struct buf buf;

    buf_init(&buf, 256);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_reset(&buf);
        figure_span(&buf, rows[i].seconds);
        CHECK_ROW(i, str_eq(buf_str(&buf), str_from_cstr(rows[i].text)));
    }
    buf_done(&buf);
}

static void
certainty_has_a_word(void)
{
    static const struct {
        double confidence;
        const char *text;
    } rows[] = {
        {1, "99 % sure"},     {0.9, "90 % sure"},      {0.89, "89 % likely"},
        {0.7, "70 % likely"}, {0.69, "69 % possible"}, {0, "0 % possible"},
    };
    struct buf buf;

    buf_init(&buf, 64);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_reset(&buf);
        figure_certainty(&buf, rows[i].confidence);
        CHECK_ROW(i, str_eq(buf_str(&buf), str_from_cstr(rows[i].text)));
    }
    buf_done(&buf);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"counts have commas", counts_have_commas},
        {"bytes have units", bytes_have_units},
        {"spans have two parts at most", spans_have_two_parts_at_most},
        {"certainty has a word", certainty_has_a_word},
    };

    return tap_main(cases, COUNT(cases));
}
