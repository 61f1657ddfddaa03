#ifndef SCAN_VERSION_H
#define SCAN_VERSION_H

/*
 * version - order versions of software, and say whether one lies in a range.
 *
 *     version_in(STR("6.4.0"), STR(">=6.1.8 <6.4.1"))
 *
 * Ranges are those of Composer: terms joined by blanks or commas must all hold, `|` or
 * `||` separates alternatives. A term is `*`, a version with >=, >, <=, <, =, ==, !=
 * or nothing before it, `1.2.*`, `^1.2`, `~1.2`, or `1.0 - 2.0`. What is not
 * understood matches nothing.
 *
 * Pure: no allocation, linear in the text. Versions beyond VERSION_LEN_MAX bytes are
 * compared by their beginning.
 */

#include "base/str.h"

#define VERSION_LEN_MAX 64

/* As version_compare() of PHP: <0, 0, >0. "1.0" is older than "1.0.0". */
int version_compare(struct str a, struct str b);

/*
 * As releases follow one another: a leading "v" and build metadata ("+deb1") do not
 * count, nor does case, and "1.0" is "1.0.0". Order of states as in PHP:
 * dev < alpha < beta < RC < the release < pl.
 */
int version_order(struct str a, struct str b);

/* Begins with a digit, perhaps behind a "v": "dev-master" and "trunk" do not. */
bool version_is_number(struct str text);

/* `version` must be one by version_is_number, or it lies in no range but "*". */
bool version_in(struct str version, struct str range);

#endif
