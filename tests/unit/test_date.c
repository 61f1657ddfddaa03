/*
 * Each row is one way in which a date is written, and its moment in UTC.
 */

#include "mail/date.h"

#include "tap.h"

#define MARCH_8 INT64_C(1110290400) /* 2005-03-08 14:00:00 UTC */

static void
reads_dates(void)
{
    static const struct {
        const char *text;
        int64_t time_s;
    } rows[] = {
        {"Tue, 8 Mar 2005 14:00:00 +0000", MARCH_8},
        {"Thu, 8 Mar 2005 14:00:00 EDT", MARCH_8 + 4 * 3600}, /* a wrong weekday tells nothing */
        {"8 Mar 2005 15:00:00 +0100", MARCH_8},
        {"8 Mar 2005 15:00:00 +0100 (CET)", MARCH_8},
        {"Tue, 08 Mar 2005 06:30:00 -0730", MARCH_8},
        {"Tue, 8 Mar 2005 14:00 GMT", MARCH_8},
        {"Tue, 8 Mar 05 14:00:00 UT", MARCH_8},
        {"Tue, 8 Mar 105 14:00:00 UT", MARCH_8},
        {"08-Mar-2005 14:00:00", MARCH_8},
        {"Tue, 8-March-05 14:00:00 +0000", MARCH_8},
        {"Tue Mar  8 14:00:00 2005", MARCH_8},
        {"Tue Mar  8 15:00:00 CET 2005", MARCH_8},
        {"Tue Mar  8 15:00:00 2005 +0100", MARCH_8},
        {"Tue,\r\n 8 Mar\r\n 2005 14.00.00 Z", MARCH_8},
        {"Tue (a (comment), 8 Mar 2005 14:00:00 +0000", MARCH_8},
        {"Tue, 8 MAR 2005 14:00:00 nowhere", MARCH_8}, /* an unknown zone is UTC */
        {"1 Jan 1970 00:00:00 +0000", 0},
        {"29 Feb 2024 12:00:00 +0000", INT64_C(1709208000)},
        {"31 Dec 1998 23:59:60 +0000", INT64_C(915148800)},
        {"31 Dec 49 00:00:00 +0000", INT64_C(2524521600)},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t time_s = -1;

        CHECK_ROW(i, date_read(str_from_cstr(rows[i].text), &time_s));
        CHECK_ROW(i, time_s == rows[i].time_s);
    }
}

static void
refuses_what_is_no_date(void)
{
    static const char *const rows[] = {
        "",
        "yesterday",
        "Tue, 8 Foo 2005 14:00:00 +0000",
        "Tue, 0 Mar 2005 14:00:00 +0000",
        "Tue, 32 Mar 2005 14:00:00 +0000",
        "Tue, 8 Mar 2005 24:00:00 +0000",
        "Tue, 8 Mar 2005 14:60:00 +0000",
        "Tue, 8 Mar 2005 14:0:00 +0000",
        "Tue, 8 Mar 1969 14:00:00 +0000",
        "Tue, 8 Mar 20055 14:00:00 +0000",
        "Tue, 8 Mar 2005",
        "(Tue, 8 Mar 2005 14:00:00",
        "-8 Mar 2005 14:00:00 +0000",
        "2005-03-08T14:00:00Z",
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t time_s = 77;

        CHECK_ROW(i, !date_read(str_from_cstr(rows[i]), &time_s));
        CHECK_ROW(i, time_s == 77);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads dates", reads_dates},
        {"refuses what is no date", refuses_what_is_no_date},
    };

    return tap_main(cases, COUNT(cases));
}
