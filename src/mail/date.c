#include "mail/date.h"

#include "base/civil.h"

#define TOKENS_MAX 10

struct zone {
    struct str name;
    int hours;
};

/* RFC 5322 section 4.3 and what is met beside it; military letters say nothing certain. */
static const struct zone zones[] = {
    {{"UT", 2}, 0},   {{"UTC", 3}, 0},   {{"GMT", 3}, 0},   {{"Z", 1}, 0},     {{"EST", 3}, -5},
    {{"EDT", 3}, -4}, {{"CST", 3}, -6},  {{"CDT", 3}, -5},  {{"MST", 3}, -7},  {{"MDT", 3}, -6},
    {{"PST", 3}, -8}, {{"PDT", 3}, -7},  {{"BST", 3}, 1},   {{"WET", 3}, 0},   {{"WEST", 4}, 1},
    {{"CET", 3}, 1},  {{"MET", 3}, 1},   {{"MEZ", 3}, 1},   {{"CEST", 4}, 2},  {{"MEST", 4}, 2},
    {{"MESZ", 4}, 2}, {{"EET", 3}, 2},   {{"EEST", 4}, 3},  {{"MSK", 3}, 3},   {{"JST", 3}, 9},
    {{"KST", 3}, 9},  {{"AEST", 4}, 10}, {{"AEDT", 4}, 11}, {{"NZST", 4}, 12}, {{"NZDT", 4}, 13},
};

static bool
is_separator(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',';
}

/* Splits at blanks and commas, comments in parentheses left out. */
static size_t
split(struct str text, struct str *tokens)
{
    size_t count = 0, i = 0;

    while (i < text.len && count < TOKENS_MAX) {
        size_t start;

        if (is_separator(text.data[i])) {
            i++;
            continue;
        }
        if (text.data[i] == '(') {
            while (i < text.len && text.data[i] != ')')
                i++;
            i += i < text.len;
            continue;
        }
        start = i;
        while (i < text.len && !is_separator(text.data[i]) && text.data[i] != '(')
            i++;
        tokens[count++] = (struct str){text.data + start, i - start};
    }
    return count;
}

static bool
read_number(struct str s, int max, int *ret_number)
{
    uint64_t number;

    if (s.len > 4 || !str_u64(s, &number) || number > (uint64_t)max)
        return false;
    *ret_number = (int)number;
    return true;
}

/* "Mar", "march": three letters tell, case does not matter. */
static int
read_month(struct str s)
{
    char name[3];

    if (s.len < 3 || s.len > 9)
        return 0;
    for (size_t i = 0; i < 3; i++)
        name[i] = (char)(i ? s.data[i] | 0x20 : s.data[i] & ~0x20);
    return civil_month(name);
}

static bool
read_year(struct str s, int *ret_year)
{
    int year;

    if (s.len < 2 || !read_number(s, 9999, &year))
        return false;
    if (s.len == 2)
        year += year < 50 ? 2000 : 1900;
    else if (s.len == 3)
        year += 1900;
    *ret_year = year;
    return year >= 1970;
}

/* "14:00:00", "14:00", and "14.00.00" as some clients write. */
static bool
read_time(struct str s, struct civil *civil)
{
    char separator = str_index(s, ':') < s.len ? ':' : '.';
    struct str hour = str_cut(&s, separator), minute = str_cut(&s, separator);

    civil->second = 0;
    return read_number(hour, 23, &civil->hour) && minute.len == 2 &&
           read_number(minute, 59, &civil->minute) &&
           (s.len == 0 || read_number(str_first(s, 2), 60, &civil->second));
}

static bool
read_zone(struct str s, int *ret_seconds)
{
    int hours, minutes;

    if (s.len == 5 && (s.data[0] == '+' || s.data[0] == '-') &&
        read_number((struct str){s.data + 1, 2}, 99, &hours) &&
        read_number((struct str){s.data + 3, 2}, 99, &minutes)) {
        *ret_seconds = (hours * 60 + minutes) * 60 * (s.data[0] == '-' ? -1 : 1);
        return true;
    }
    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        if (str_eq_nocase(s, zones[i].name)) {
            *ret_seconds = zones[i].hours * 3600;
            return true;
        }
    }
    return false;
}

/* "8-Mar-2005" becomes three tokens. */
static size_t
split_dashes(struct str *tokens, size_t count, size_t at)
{
    struct str rest = tokens[at], day = str_cut(&rest, '-'), month = str_cut(&rest, '-');

    if (rest.len == 0 || day.len == 0 || !str_is_digit(day.data[0]) || count + 2 > TOKENS_MAX)
        return count;
    for (size_t i = count; i > at + 1; i--)
        tokens[i + 1] = tokens[i - 1];
    tokens[at] = day;
    tokens[at + 1] = month;
    tokens[at + 2] = rest;
    return count + 2;
}

bool
date_read(struct str text, int64_t *ret_time_s)
{
    struct str tokens[TOKENS_MAX + 2] = {{0}};
    size_t count = split(str_first(text, 256), tokens), at = 0;
    struct civil civil = {0};
    int offset_s = 0;

    if (count && tokens[0].len && !str_is_digit(tokens[0].data[0]) && read_month(tokens[0]) == 0)
        at++;
    if (at < count)
        count = split_dashes(tokens, count, at);
    if (count < at + 4)
        return false;
    if (read_month(tokens[at])) { /* ctime: Mar 8 14:00:00 [EDT] 2005 */
        size_t year = at + 3;

        civil.month = read_month(tokens[at]);
        if (count > at + 4 && read_zone(tokens[at + 3], &offset_s))
            year++;
        if (!read_number(tokens[at + 1], 31, &civil.day) || !read_time(tokens[at + 2], &civil) ||
            !read_year(tokens[year], &civil.year))
            return false;
        if (year == at + 3 && count > year + 1)
            (void)read_zone(tokens[year + 1], &offset_s);
    } else {
        civil.month = read_month(tokens[at + 1]);
        if (!read_number(tokens[at], 31, &civil.day) || civil.month == 0 ||
            !read_year(tokens[at + 2], &civil.year) || !read_time(tokens[at + 3], &civil))
            return false;
        if (count > at + 4)
            (void)read_zone(tokens[at + 4], &offset_s);
    }
    if (civil.day < 1)
        return false;
    *ret_time_s = civil_seconds(civil) - offset_s;
    return true;
}
