#ifndef SCAN_MENTIONS_H
#define SCAN_MENTIONS_H

/*
 * mentions - does a file call functions that other files of the site define?
 *
 * A quick look at the bytes, "name(" by "name(", without parsing. Pure.
 */

#include "php/summary.h"

/* Any call that concerns the store (summaries_concern). */
bool mentions_any(struct str source, const struct summaries *summaries, bool is_sink_only);

#endif
