#include "record/stamp.h"

#include "base/civil.h"

/*
 * The hot path of every line: fixed positions, digits by arithmetic, no table
 * of zones. A digit is a byte that is at most 9 after '0' is taken off.
 */

#define CLOCK_LEN 8  /* "15:21:22" */
#define PLAIN_LEN 16 /* "Feb  3 01:02:03 " */

/* "00:00:00", and what carries a digit above 9, or a colon's place above 0, out of four bits. */
#define CLOCK_ZERO 0x30303A30303A3030ULL
#define CLOCK_OVER 0x06060F06060F0606ULL

static inline unsigned
digit(char c)
{
    return (unsigned)(unsigned char)c - '0';
}

static inline bool
is_digit(char c)
{
    return digit(c) <= 9;
}

static inline unsigned
two(const char *at)
{
    return digit(at[0]) * 10 + digit(at[1]);
}

static inline bool
are_two(const char *at)
{
    return is_digit(at[0]) && is_digit(at[1]);
}

static inline bool
are_four(const char *at)
{
    return are_two(at) && are_two(at + 2);
}

/*
 * Seconds of the day from "15:21:22"; -1 when it is none. Reads CLOCK_LEN bytes, all of
 * them at once: with its digits and colons taken off, a byte that is none sticks out.
 */
static inline int32_t
read_clock(const char *at)
{
    uint64_t word, digits, sticks_out;
    unsigned hour = two(at), minute = two(at + 3), second = two(at + 6);

    memcpy(&word, at, CLOCK_LEN);
    digits = word ^ CLOCK_ZERO;
    sticks_out = (digits + CLOCK_OVER) | digits;
    if (sticks_out & 0xF0F0F0F0F0F0F0F0ULL || hour > 23 || minute > 59 || second > 60)
        return -1;
    return (int32_t)(hour * 3600 + minute * 60 + second);
}

static bool
is_date(int year, int month, int day)
{
    static const signed char days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (month < 1 || month > 12 || day < 1)
        return false;
    return day <= days[month] || (month == 2 && day == 29 && civil_is_leap_year(year));
}

/* ".185246" or ",185": microseconds; drops it and lowers `*resolution_us`. */
static int32_t
read_fraction(struct str *s, int32_t *resolution_us)
{
    int32_t us = 0, weight = 100000;
    size_t at = 1;

    if (s->len < 2 || (s->data[0] != '.' && s->data[0] != ',') || !is_digit(s->data[1]))
        return 0;
    for (; at < s->len && is_digit(s->data[at]); at++) {
        us += (int32_t)digit(s->data[at]) * weight;
        weight /= 10;
    }
    *resolution_us = at > 6 ? 1 : at > 3 ? 1000 : 1000000;
    *s = str_from(*s, at);
    return us;
}

/* "+0100", "+01:00": drops it; false when `s` begins otherwise. */
static bool
read_offset(struct str *s, int32_t *ret_offset_s)
{
    size_t colon = s->len > 3 && s->data[3] == ':';
    size_t len = 5 + colon;
    const char *at = s->data;
    unsigned hour, minute;

    if (s->len < len || (at[0] != '+' && at[0] != '-') ||
        !(are_two(at + 1) && are_two(at + 3 + colon)))
        return false;
    hour = two(at + 1);
    minute = two(at + 3 + colon);
    if (hour > 19 || minute > 59 || (s->len > len && is_digit(at[len])))
        return false;
    *ret_offset_s = (int32_t)(hour * 3600 + minute * 60);
    if (at[0] == '-')
        *ret_offset_s = -*ret_offset_s;
    *s = str_from(*s, len);
    return true;
}

static inline void
set(struct event *event, enum stamp_form form, int64_t seconds, int32_t us, int32_t resolution_us)
{
    event->stamp_form = form;
    event->stamp_us = seconds * SECOND_US + us;
    event->resolution_us = resolution_us;
    event->zone = STR_EMPTY;
}

/* " 3", "03", "23" or, followed by a blank, "3"; drops it and the blank. 0: none. */
static int
read_day(struct str *s)
{
    const char *at = s->data;

    if (s->len < 3)
        return 0;
    if (is_digit(at[1]) && (at[0] == ' ' || is_digit(at[0])) && at[2] == ' ') {
        int day = (int)((at[0] == ' ' ? 0 : digit(at[0]) * 10) + digit(at[1]));

        *s = str_from(*s, 3);
        return day;
    }
    if (is_digit(at[0]) && at[1] == ' ') {
        int day = (int)digit(at[0]);

        *s = str_from(*s, 2);
        return day;
    }
    return 0;
}

/* "2026 ": drops it. 0: none. */
static int
read_year(struct str *s)
{
    const char *at = s->data;
    int year;

    if (s->len < 5 || !are_four(at) || at[4] != ' ')
        return 0;
    year = (int)(two(at) * 100 + two(at + 2));
    if (year < 1970 || year > 2199)
        return 0;
    *s = str_from(*s, 5);
    return year;
}

/* "Feb  3 ", with or without a year; `ret_year` 0 without. */
static bool
read_month_day(struct str *s, int *ret_year, int *ret_month, int *ret_day)
{
    struct str rest = *s;

    *ret_year = read_year(&rest);
    if (rest.len < 6 || rest.data[3] != ' ')
        return false;
    *ret_month = civil_month(rest.data);
    rest = str_from(rest, 4);
    *ret_day = read_day(&rest);
    if (*ret_month == 0 || *ret_day == 0)
        return false;
    if (*ret_year == 0)
        *ret_year = read_year(&rest);
    *s = rest;
    return true;
}

/* "Feb  3 01:02:03 2026 ": the year behind the clock; leaves the blank. */
static void
read_year_after(struct str *s, int *year)
{
    struct str rest = *s;
    int found;

    if (*year || !str_skip(&rest, STR(" ")))
        return;
    found = read_year(&rest);
    if (found) {
        *year = found;
        *s = str_from(*s, 5);
    }
}

/* Seconds from the beginning of a leap year; -1 when there is no such day. */
static inline int64_t
yearless_seconds(int month, int day, int32_t clock_s)
{
    static const int16_t days_before[] = {0,   0,   31,  60,  91,  121, 152,
                                          182, 213, 244, 274, 305, 335, 366};

    if (month < 1 || day < 1 || day > days_before[month + 1] - days_before[month])
        return -1;
    return (days_before[month] + day - 1) * DAY_S + clock_s;
}

/* The last plain stamp that this thread read: many lines share a second. */
static _Thread_local struct {
    char text[PLAIN_LEN];
    int64_t seconds;
} last_plain;

static inline void
set_plain(struct str *s, struct event *event)
{
    set(event, STAMP_YEARLESS, last_plain.seconds, 0, 1000000);
    s->data += PLAIN_LEN - 1;
    s->len -= PLAIN_LEN - 1;
}

/* "Feb  3 01:02:03 " with nothing more: most lines of most logs. */
static inline bool
read_plain(struct str *s, struct event *event)
{
    const char *at = s->data;
    unsigned ten;
    int32_t clock_s;
    int64_t seconds;

    if (s->len < PLAIN_LEN + 1 || is_digit(at[PLAIN_LEN]))
        return false;
    if (str_same_bytes(at, last_plain.text, PLAIN_LEN)) {
        set_plain(s, event);
        return true;
    }
    if (at[3] != ' ' || at[6] != ' ' || at[15] != ' ')
        return false;
    ten = at[4] == ' ' ? 0 : digit(at[4]);
    clock_s = read_clock(at + 7);
    if (ten > 3 || !is_digit(at[5]) || clock_s < 0)
        return false;
    seconds = yearless_seconds(civil_month(at), (int)(ten * 10 + digit(at[5])), clock_s);
    if (seconds < 0)
        return false;
    memcpy(last_plain.text, at, PLAIN_LEN);
    last_plain.seconds = seconds;
    set_plain(s, event);
    return true;
}

bool
stamp_read_syslog(struct str *s, struct event *event)
{
    struct str rest = *s;
    int year, month, day;
    int32_t clock_s, us, resolution_us = 1000000;
    int64_t seconds;

    if (read_plain(s, event))
        return true;
    if (!read_month_day(&rest, &year, &month, &day) || rest.len < CLOCK_LEN)
        return false;
    clock_s = read_clock(rest.data);
    if (clock_s < 0)
        return false;
    rest = str_from(rest, CLOCK_LEN);
    us = read_fraction(&rest, &resolution_us);
    read_year_after(&rest, &year);
    seconds = yearless_seconds(month, day, clock_s);
    if (seconds < 0 || (year && !is_date(year, month, day)))
        return false;
    if (year)
        set(event, STAMP_LOCAL, civil_days(year, month, day) * DAY_S + clock_s, us, resolution_us);
    else
        set(event, STAMP_YEARLESS, seconds, us, resolution_us);
    *s = rest;
    return true;
}

/* A blank follows the zone, the end, or the bracket that cPanel's logs put around it all. */
static inline bool
is_behind_zone(struct str s)
{
    return s.len == 0 || s.data[0] == ' ' || s.data[0] == ']';
}

/* "Z", "+01:00", " +0100", " UTC": drops it. False, and LOCAL, without one. */
static bool
read_iso_zone(struct str *s, int32_t *ret_offset_s)
{
    static const struct str words[] = {{" UTC", 4}, {" GMT", 4}, {" Z", 2}, {"Z", 1}};
    struct str rest = *s;

    *ret_offset_s = 0;
    if (s->len == 0)
        return false;
    if (read_offset(s, ret_offset_s))
        return true;
    if (s->data[0] != ' ' && s->data[0] != 'Z')
        return false;
    if (str_skip(&rest, STR(" ")) && read_offset(&rest, ret_offset_s) && is_behind_zone(rest)) {
        *s = rest;
        return true;
    }
    *ret_offset_s = 0;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        rest = *s;
        if (str_skip(&rest, words[i]) && (words[i].len == 1 || is_behind_zone(rest))) {
            *s = rest;
            return true;
        }
    }
    return false;
}

/* Does ".185246+01:00 " follow the clock? rsyslog writes no other form. */
static inline bool
is_rsyslog_tail(struct str s)
{
    const char *at = s.data;

    return s.len > 32 && at[19] == '.' && at[29] == ':' && at[32] == ' ' &&
           (at[26] == '+' || at[26] == '-') && are_four(at + 20) && are_two(at + 24) &&
           are_two(at + 27) && are_two(at + 30) && at[27] <= '1' && at[30] <= '5';
}

bool
stamp_read_iso(struct str *s, struct event *event)
{
    const char *at = s->data;
    struct str rest;
    int year, month, day;
    int32_t clock_s, us, offset_s, resolution_us = 1000000;
    int64_t seconds;

    if (s->len < 11 + CLOCK_LEN || at[4] != '-' || at[7] != '-' || (at[10] != 'T' && at[10] != ' '))
        return false;
    if (!(are_four(at) && are_two(at + 5) && are_two(at + 8)))
        return false;
    year = (int)(two(at) * 100 + two(at + 2));
    month = (int)two(at + 5);
    day = (int)two(at + 8);
    clock_s = read_clock(at + 11);
    if (clock_s < 0 || !is_date(year, month, day))
        return false;
    seconds = civil_days(year, month, day) * DAY_S + clock_s;
    if (is_rsyslog_tail(*s)) {
        offset_s = (int32_t)(two(at + 27) * 3600 + two(at + 30) * 60);
        us = (int32_t)(two(at + 20) * 10000 + two(at + 22) * 100 + two(at + 24));
        set(event, STAMP_UTC, at[26] == '-' ? seconds + offset_s : seconds - offset_s, us, 1);
        s->data += 32;
        s->len -= 32;
        return true;
    }
    rest = str_from(*s, 11 + CLOCK_LEN);
    us = read_fraction(&rest, &resolution_us);
    if (read_iso_zone(&rest, &offset_s))
        set(event, STAMP_UTC, seconds - offset_s, us, resolution_us);
    else
        set(event, STAMP_LOCAL, seconds, us, resolution_us);
    *s = rest;
    return true;
}

/* "23/Nov/2026" with `separator` between the parts: days since 1970; false when it is none. */
static inline bool
read_day_month_year(const char *at, char separator, int64_t *ret_days)
{
    int year, month, day;

    if (!(are_two(at) && at[2] == separator && at[6] == separator && are_four(at + 7)))
        return false;
    day = (int)two(at);
    month = civil_month(at + 3);
    year = (int)(two(at + 7) * 100 + two(at + 9));
    if (!is_date(year, month, day))
        return false;
    *ret_days = civil_days(year, month, day);
    return true;
}

/* "23/Nov/2026:15:21:22 +0000", then `closer`. */
static inline bool
read_clf(struct str *s, struct str closer, struct event *event)
{
    struct str rest;
    int64_t days;
    int32_t clock_s, us, offset_s, resolution_us = 1000000;

    if (s->len < 26 || s->data[11] != ':' || !read_day_month_year(s->data, '/', &days))
        return false;
    clock_s = read_clock(s->data + 12);
    if (clock_s < 0)
        return false;
    rest = str_from(*s, 12 + CLOCK_LEN);
    us = read_fraction(&rest, &resolution_us);
    if (!str_skip(&rest, STR(" ")) || !read_offset(&rest, &offset_s) || !str_skip(&rest, closer))
        return false;
    set(event, STAMP_UTC, days * DAY_S + clock_s - offset_s, us, resolution_us);
    *s = rest;
    return true;
}

bool
stamp_read_clf(struct str *s, struct event *event)
{
    return read_clf(s, STR_EMPTY, event);
}

bool
stamp_read_access(struct str *s, struct event *event)
{
    struct str rest = *s;

    if (!str_skip(&rest, STR("[")) || !read_clf(&rest, STR("]"), event))
        return false;
    *s = rest;
    return true;
}

bool
stamp_read_american(struct str *s, struct event *event)
{
    struct str rest = *s;
    const char *at = s->data;
    int32_t clock_s, offset_s;
    int month, day, year;

    if (s->len < 27 || at[0] != '[' || at[3] != '/' || at[6] != '/' || at[11] != ':' ||
        at[20] != ' ' || !are_two(at + 1) || !are_two(at + 4) || !are_four(at + 7))
        return false;
    month = (int)two(at + 1);
    day = (int)two(at + 4);
    year = (int)(two(at + 7) * 100 + two(at + 9));
    clock_s = read_clock(at + 12);
    rest = str_from(rest, 21);
    if (clock_s < 0 || !is_date(year, month, day) || !read_offset(&rest, &offset_s) ||
        !str_skip(&rest, STR("]")))
        return false;
    set(event, STAMP_UTC, civil_days(year, month, day) * DAY_S + clock_s - offset_s, 0, 1000000);
    *s = rest;
    return true;
}

#define ZONE_LEN_MAX 64 /* the longest name of the tz database has 32 */

bool
stamp_read_php(struct str *s, struct event *event)
{
    struct str rest, zone, offset;
    int64_t days;
    int32_t clock_s, offset_s = 0;
    bool is_utc;

    if (s->len < 23 || s->data[0] != '[' || s->data[12] != ' ' || s->data[21] != ' ' ||
        !read_day_month_year(s->data + 1, '-', &days))
        return false;
    clock_s = read_clock(s->data + 13);
    if (clock_s < 0)
        return false;
    rest = str_from(*s, 22);
    zone = str_first(rest, str_index(str_first(rest, ZONE_LEN_MAX), ']'));
    rest = str_from(rest, zone.len);
    if (zone.len == 0 || !str_skip(&rest, STR("]")))
        return false;
    offset = zone;
    is_utc = str_eq(zone, STR("UTC")) || str_eq(zone, STR("GMT")) || str_eq(zone, STR("Z")) ||
             (read_offset(&offset, &offset_s) && offset.len == 0);
    set(event, is_utc ? STAMP_UTC : STAMP_LOCAL, days * DAY_S + clock_s - (is_utc ? offset_s : 0),
        0, 1000000);
    if (!is_utc)
        event->zone = zone;
    *s = rest;
    return true;
}

static bool
is_weekday(const char *at)
{
    return memmem("Mon Tue Wed Thu Fri Sat Sun", 27, at, 3) != NULL && at[3] == ' ';
}

bool
stamp_read_ctime(struct str *s, struct event *event)
{
    struct str rest = str_from(*s, 4);
    int year, month, day;
    int32_t clock_s;

    if (s->len < 24 || !is_weekday(s->data) || s->data[7] != ' ' || s->data[19] != ' ' ||
        !are_four(s->data + 20))
        return false;
    month = civil_month(rest.data);
    rest = str_from(rest, 4);
    day = read_day(&rest);
    if (rest.data != s->data + 11)
        return false;
    clock_s = read_clock(rest.data);
    year = (int)(two(s->data + 20) * 100 + two(s->data + 22));
    if (clock_s < 0 || !is_date(year, month, day))
        return false;
    set(event, STAMP_LOCAL, civil_days(year, month, day) * DAY_S + clock_s, 0, 1000000);
    *s = str_from(*s, 24);
    return true;
}

static bool
read_hex(const char *at, size_t len, uint64_t *ret_number)
{
    uint64_t number = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned value = digit(at[i]);

        if (value > 9) {
            value = (unsigned)(unsigned char)at[i] - 'a' + 10;
            if (value < 10 || value > 15)
                return false;
        }
        number = number << 4 | value;
    }
    *ret_number = number;
    return true;
}

#define TAI_EPOCH ((INT64_C(1) << 62) + 10)

bool
stamp_read_tai64n(struct str *s, struct event *event)
{
    uint64_t seconds, nanoseconds;
    int64_t since;

    if (s->len < 25 || s->data[0] != '@' || !read_hex(s->data + 1, 16, &seconds) ||
        !read_hex(s->data + 17, 8, &nanoseconds) || nanoseconds >= 1000000000 ||
        seconds > INT64_MAX)
        return false;
    since = (int64_t)seconds - TAI_EPOCH;
    if (since < 0 || since > UINT32_MAX * INT64_C(2))
        return false;
    set(event, STAMP_UTC, since, (int32_t)(nanoseconds / 1000), 1);
    *s = str_from(*s, 25);
    return true;
}

bool
stamp_read_epoch(struct str *s, struct event *event)
{
    int64_t seconds = 0;
    size_t len = 0;
    struct str rest;
    int32_t us, resolution_us = 1000000;

    for (; len < s->len && len < 12 && is_digit(s->data[len]); len++)
        seconds = seconds * 10 + digit(s->data[len]);
    if (len < 9 || len > 11)
        return false;
    rest = str_from(*s, len);
    us = read_fraction(&rest, &resolution_us);
    set(event, STAMP_UTC, seconds, us, resolution_us);
    *s = rest;
    return true;
}

bool
stamp_read_line(struct str *s, struct event *event)
{
    if (s->len == 0)
        return false;
    if (s->data[0] >= 'A')
        return stamp_read_syslog(s, event);
    if (s->data[0] == '@')
        return stamp_read_tai64n(s, event);
    return stamp_read_iso(s, event) || stamp_read_syslog(s, event);
}
