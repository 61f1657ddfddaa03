#include "base/civil.h"

#include <stdio.h>

int64_t
civil_days(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

int64_t
civil_seconds(struct civil civil)
{
    return civil_days(civil.year, civil.month, civil.day) * DAY_S + civil.hour * 3600 +
           civil.minute * 60 + civil.second;
}

struct civil
civil_from_seconds(int64_t seconds)
{
    int64_t days = seconds / DAY_S, rest = seconds % DAY_S;
    int64_t era, day_of_era, year_of_era, day_of_year, month_index;
    struct civil civil;

    if (rest < 0) {
        rest += DAY_S;
        days--;
    }
    days += 719468;
    era = (days >= 0 ? days : days - 146096) / 146097;
    day_of_era = days - era * 146097;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    month_index = (5 * day_of_year + 2) / 153;
    civil.day = (int)(day_of_year - (153 * month_index + 2) / 5 + 1);
    civil.month = (int)(month_index < 10 ? month_index + 3 : month_index - 9);
    civil.year = (int)(year_of_era + era * 400 + (civil.month <= 2));
    civil.hour = (int)(rest / 3600);
    civil.minute = (int)(rest / 60 % 60);
    civil.second = (int)(rest % 60);
    return civil;
}

bool
civil_is_leap_year(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

#define THREE(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))

int
civil_month(const char *name)
{
    const unsigned char *n = (const unsigned char *)name;

    switch (THREE(n[0], n[1], n[2])) {
    case THREE('J', 'a', 'n'):
        return 1;
    case THREE('F', 'e', 'b'):
        return 2;
    case THREE('M', 'a', 'r'):
        return 3;
    case THREE('A', 'p', 'r'):
        return 4;
    case THREE('M', 'a', 'y'):
        return 5;
    case THREE('J', 'u', 'n'):
        return 6;
    case THREE('J', 'u', 'l'):
        return 7;
    case THREE('A', 'u', 'g'):
        return 8;
    case THREE('S', 'e', 'p'):
        return 9;
    case THREE('O', 'c', 't'):
        return 10;
    case THREE('N', 'o', 'v'):
        return 11;
    case THREE('D', 'e', 'c'):
        return 12;
    default:
        return 0;
    }
}

void
civil_write_utc(int64_t seconds, char ret_text[32])
{
    struct civil c = civil_from_seconds(seconds);

    (void)snprintf(ret_text, 32, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year % 10000, c.month, c.day,
                   c.hour, c.minute, c.second);
}
