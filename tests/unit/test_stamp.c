/*
 * Each row is one stamp as some program writes it, what it means, and how many
 * bytes of it are stamp. Times are UTC seconds, or seconds of an unknown clock.
 */

#include "record/stamp.h"
#include "tap.h"

struct row {
    const char *text;
    enum stamp_form form;
    int64_t us;
    int32_t resolution_us;
    const char *zone, *rest;
};

#define NOV_23 INT64_C(1795447282) /* 2026-11-23 15:21:22 */
#define FEB_3 INT64_C(1770080523)  /* 2026-02-03 01:02:03 */
#define S INT64_C(1000000)

static void
check_rows(bool (*read)(struct str *s, struct event *event), const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str s = str_from_cstr(rows[i].text);
        struct event event;

        event_init(&event);
        CHECK_ROW(i, read(&s, &event));
        CHECK_ROW(i, event.stamp_form == rows[i].form);
        CHECK_ROW(i, event.stamp_us == rows[i].us);
        CHECK_ROW(i, event.resolution_us == rows[i].resolution_us);
        CHECK_STR(event.zone, rows[i].zone);
        CHECK_STR(s, rows[i].rest);
    }
}

/* Text that is no stamp of this form leaves both slice and event as they were. */
static void
check_none(bool (*read)(struct str *s, struct event *event), const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str s = str_from_cstr(texts[i]);
        struct event event;

        event_init(&event);
        CHECK_ROW(i, !read(&s, &event));
        CHECK_ROW(i, event.stamp_form == STAMP_NONE && event.stamp_us == 0);
        CHECK_STR(s, texts[i]);
    }
}

static void
reads_syslog_stamps(void)
{
    static const struct row rows[] = {
        {"Feb  3 01:02:03 web7", STAMP_YEARLESS, 2854923 * S, S, "", " web7"},
        {"Feb 03 01:02:03 web7", STAMP_YEARLESS, 2854923 * S, S, "", " web7"},
        {"Feb 3 01:02:03 web7", STAMP_YEARLESS, 2854923 * S, S, "", " web7"},
        {"Feb  3 01:02:03", STAMP_YEARLESS, 2854923 * S, S, "", ""},
        {"Feb  3 01:02:03 10.0.0.1 x", STAMP_YEARLESS, 2854923 * S, S, "", " 10.0.0.1 x"},
        {"Feb  3 01:02:03.123 web7", STAMP_YEARLESS, 2854923 * S + 123000, 1000, "", " web7"},
        {"Jan  1 00:00:00 a", STAMP_YEARLESS, 0, S, "", " a"},
        {"Feb 29 00:00:00 a", STAMP_YEARLESS, 5097600 * S, S, "", " a"},
        {"Dec 31 23:59:59 a", STAMP_YEARLESS, 31622399 * S, S, "", " a"},
        {"Dec 31 23:59:60 a", STAMP_YEARLESS, 31622400 * S, S, "", " a"},
        {"Feb  3 2026 01:02:03 web7", STAMP_LOCAL, FEB_3 * S, S, "", " web7"},
        {"2026 Feb  3 01:02:03 web7", STAMP_LOCAL, FEB_3 * S, S, "", " web7"},
        {"Feb  3 01:02:03 2026 web7", STAMP_LOCAL, FEB_3 * S, S, "", " web7"},
        {"Feb 29 01:02:03 2024 web7", STAMP_LOCAL, 1709168523 * S, S, "", " web7"},
    };
    static const char *const none[] = {
        "",
        "Feb",
        "Feb  3 01:02:0",
        "Feb 30 01:02:03 web7",
        "Feb 29 2026 01:02:03 web7",
        "Feb  0 01:02:03 web7",
        "Feb  3 24:02:03 web7",
        "Feb  3 01:60:03 web7",
        "Feb  3 01:02:61 web7",
        "feb  3 01:02:03 web7",
        "Fev  3 01:02:03 web7",
        "Feb 3x 01:02:03 web7",
        "Feb  3 01.02.03 web7",
        "2026-02-03 01:02:03 web7",
    };

    check_rows(stamp_read_syslog, rows, COUNT(rows));
    check_none(stamp_read_syslog, none, COUNT(none));
}

static void
reads_iso_stamps(void)
{
    static const struct row rows[] = {
        {"2023-03-14T00:00:31.185246+01:00 helga", STAMP_UTC, 1678748431 * S + 185246, 1, "",
         " helga"},
        {"2026-02-03T01:02:03-05:00 a", STAMP_UTC, (FEB_3 + 18000) * S, S, "", " a"},
        {"2026-02-03T01:02:03.185246-05:30 a", STAMP_UTC, (FEB_3 + 19800) * S + 185246, 1, "",
         " a"},
        {"2026-02-03T01:02:03Z a", STAMP_UTC, FEB_3 * S, S, "", " a"},
        {"2026-02-03T01:02:03.5Z a", STAMP_UTC, FEB_3 * S + 500000, S, "", " a"},
        {"2026-02-03T01:02:03.123456789Z a", STAMP_UTC, FEB_3 * S + 123456, 1, "", " a"},
        {"2026-02-03T01:02:03+0100 a", STAMP_UTC, (FEB_3 - 3600) * S, S, "", " a"},
        {"2026-02-03 01:02:03 +0100 a", STAMP_UTC, (FEB_3 - 3600) * S, S, "", " a"},
        {"2026-02-03 01:02:03.123 -0930 [77] a", STAMP_UTC, (FEB_3 + 34200) * S + 123000, 1000, "",
         " [77] a"},
        {"2026-02-03 01:02:03 1wEQYa-00000000aDt-0lKr <= a", STAMP_LOCAL, FEB_3 * S, S, "",
         " 1wEQYa-00000000aDt-0lKr <= a"},
        {"2026-02-03 01:02:03,123 a", STAMP_LOCAL, FEB_3 * S + 123000, 1000, "", " a"},
        {"2026-02-03 01:02:03 UTC a", STAMP_UTC, FEB_3 * S, S, "", " a"},
        {"2026-02-03 01:02:03 +0000] a", STAMP_UTC, FEB_3 * S, S, "", "] a"},
        {"2026-02-03 01:02:03 UTC] a", STAMP_UTC, FEB_3 * S, S, "", "] a"},
        {"2026-02-03 01:02:03 UTCx a", STAMP_LOCAL, FEB_3 * S, S, "", " UTCx a"},
        {"2026-02-03 01:02:03 +01000 a", STAMP_LOCAL, FEB_3 * S, S, "", " +01000 a"},
        {"2026-02-03 01:02:03. a", STAMP_LOCAL, FEB_3 * S, S, "", ". a"},
        {"2026-02-03 01:02:03", STAMP_LOCAL, FEB_3 * S, S, "", ""},
        {"2024-02-29T23:59:60Z", STAMP_UTC, 1709251200 * S, S, "", ""},
    };
    static const char *const none[] = {
        "",
        "2026-02-03",
        "2026-02-03 01:02:0",
        "2026-02-29T01:02:03Z",
        "2026-13-03T01:02:03Z",
        "2026-00-03T01:02:03Z",
        "2026/02/03 01:02:03",
        "2026-02-03x01:02:03",
        "20x6-02-03T01:02:03",
        "@4000000065b1c2d30a1b2c3d",
    };

    check_rows(stamp_read_iso, rows, COUNT(rows));
    check_none(stamp_read_iso, none, COUNT(none));
}

static void
reads_access_stamps(void)
{
    static const struct row rows[] = {
        {"[23/Nov/2026:15:21:22 +0000] \"GET", STAMP_UTC, NOV_23 * S, S, "", " \"GET"},
        {"[23/Nov/2026:15:21:22 -0800] ", STAMP_UTC, (NOV_23 + 28800) * S, S, "", " "},
        {"[23/Nov/2026:15:21:22.250 +0100]", STAMP_UTC, (NOV_23 - 3600) * S + 250000, 1000, "", ""},
    };
    static const char *const none[] = {
        "",
        "[23/Nov/2026:15:21:22 +0000",
        "[23/Nov/2026:15:21:22]",
        "[31/Nov/2026:15:21:22 +0000]",
        "[23/nov/2026:15:21:22 +0000]",
        "[3/Nov/2026:15:21:22 +0000] ",
        "[23/Nov/2026 15:21:22 +0000]",
        "[2001:db8::1]:443 - - [23/Nov/2026:15:21:22 +0000]",
    };

    check_rows(stamp_read_access, rows, COUNT(rows));
    check_none(stamp_read_access, none, COUNT(none));
}

/* PHP writes the zone of each script: one file may hold three. */
static void
reads_php_stamps(void)
{
    static const struct row rows[] = {
        {"[23-Nov-2026 15:21:22 UTC] mail()", STAMP_UTC, NOV_23 * S, S, "", " mail()"},
        {"[23-Nov-2026 15:21:22 Europe/Berlin] m", STAMP_LOCAL, NOV_23 * S, S, "Europe/Berlin",
         " m"},
        {"[23-Nov-2026 15:21:22 America/Argentina/ComodRivadavia] m", STAMP_LOCAL, NOV_23 * S, S,
         "America/Argentina/ComodRivadavia", " m"},
        {"[23-Nov-2026 15:21:22 +02:00] m", STAMP_UTC, (NOV_23 - 7200) * S, S, "", " m"},
        {"[23-Nov-2026 15:21:22 CET] m", STAMP_LOCAL, NOV_23 * S, S, "CET", " m"},
    };
    static const char *const none[] = {
        "",
        "[23-Nov-2026 15:21:22]",
        "[23-Nov-2026 15:21:22 ]",
        "[23-Nov-2026 15:21:22 UTC",
        "[30-Feb-2026 15:21:22 UTC]",
        "[23/Nov/2026:15:21:22 +0000]",
        "[Mon Nov 23 15:21:22.123456 2026] [php:error]",
    };

    check_rows(stamp_read_php, rows, COUNT(rows));
    check_none(stamp_read_php, none, COUNT(none));
}

static void
reads_rarer_stamps(void)
{
    static const struct row ctime_rows[] = {
        {"Mon Nov 23 15:21:22 2026 1 192.0.2.7", STAMP_LOCAL, NOV_23 * S, S, "", " 1 192.0.2.7"},
        {"Tue Feb  3 01:02:03 2026", STAMP_LOCAL, FEB_3 * S, S, "", ""},
    };
    static const char *const no_ctime[] = {"", "Mon Nov 23 15:21:22", "Xyz Nov 23 15:21:22 2026 a",
                                           "Mon Nov 31 15:21:22 2026 a"};
    static const struct row tai_rows[] = {
        {"@400000006b0459fc0ee6b280 x", STAMP_UTC, NOV_23 * S + 250000, 1, "", " x"},
    };
    static const char *const no_tai[] = {"", "@400000006b0459fc", "@400000006b0459fcffffffff x",
                                         "@ffffffff6b0459fc0ee6b280 x"};
    static const struct row epoch_rows[] = {
        {"1795447282", STAMP_UTC, NOV_23 * S, S, "", ""},
        {"1795447282.485 x", STAMP_UTC, NOV_23 * S + 485000, 1000, "", " x"},
        {"1795447282.4850770", STAMP_UTC, NOV_23 * S + 485077, 1, "", ""},
    };
    static const char *const no_epoch[] = {"", "2026", "17954472821234567"};

    check_rows(stamp_read_ctime, ctime_rows, COUNT(ctime_rows));
    check_none(stamp_read_ctime, no_ctime, COUNT(no_ctime));
    check_rows(stamp_read_tai64n, tai_rows, COUNT(tai_rows));
    check_none(stamp_read_tai64n, no_tai, COUNT(no_tai));
    check_rows(stamp_read_epoch, epoch_rows, COUNT(epoch_rows));
    check_none(stamp_read_epoch, no_epoch, COUNT(no_epoch));
}

static void
tells_the_forms_apart(void)
{
    static const struct row rows[] = {
        {"Feb  3 01:02:03 a", STAMP_YEARLESS, 2854923 * S, S, "", " a"},
        {"2026 Feb  3 01:02:03 a", STAMP_LOCAL, FEB_3 * S, S, "", " a"},
        {"2026-02-03T01:02:03Z a", STAMP_UTC, FEB_3 * S, S, "", " a"},
        {"@400000006b0459fc0ee6b280 x", STAMP_UTC, NOV_23 * S + 250000, 1, "", " x"},
    };

    check_rows(stamp_read_line, rows, COUNT(rows));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads syslog stamps, without a year and with one", reads_syslog_stamps},
        {"reads ISO 8601 stamps", reads_iso_stamps},
        {"reads access log stamps", reads_access_stamps},
        {"reads PHP stamps and their zones", reads_php_stamps},
        {"reads ctime, TAI64N and epoch stamps", reads_rarer_stamps},
        {"tells the forms of a mail log apart", tells_the_forms_apart},
    };

    return tap_main(cases, COUNT(cases));
}
