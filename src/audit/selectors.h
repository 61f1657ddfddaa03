#ifndef AUDIT_SELECTORS_H
#define AUDIT_SELECTORS_H

/*
 * selectors - names under which DKIM keys usually stand: defaults of programs, panels, senders.
 *
 * The DNS has no list of a domain's keys, so these are tried where no mail was seen. Pure.
 */

#include "base/str.h"

/* Goes through the table; NULL behind its end. */
const char *selectors_usual(size_t index);

#endif
