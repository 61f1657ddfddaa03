#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

/*
 * civil - calendar arithmetic without time zones and without libc.
 *
 * Proleptic Gregorian calendar, days counted from 1970-01-01. The algorithms
 * are Howard Hinnant's (public domain).
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define SECOND_US INT64_C(1000000)
#define DAY_S INT64_C(86400)

struct civil {
    int year, month, day; /* month 1..12, day 1..31 */
    int hour, minute, second;
};

/* Days from 1970-01-01 to that date. */
int64_t civil_days(int year, int month, int day);

/* Seconds from 1970-01-01 00:00:00 of the same zone. */
int64_t civil_seconds(struct civil civil);

struct civil civil_from_seconds(int64_t seconds);

bool civil_is_leap_year(int year);

/* 1..12 for "Jan".."Dec" in exactly this case, 0 for anything else. Reads three bytes. */
int civil_month(const char *name);

/* Writes "2026-03-01T10:00:00Z" and a NUL: 21 bytes for the years 0 to 9999. */
void civil_write_utc(int64_t seconds, char ret_text[32]);

#endif
