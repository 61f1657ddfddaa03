#ifndef RECORD_SLICES_H
#define RECORD_SLICES_H

/*
 * slices - every piece of text that an event holds.
 *
 * For whoever must keep an event longer than its record lives, or prove that
 * each slice lies inside it.
 */

#include "record/event.h"

#define SLICES_MAX 24

/* Pointers to all slices of the event that its kind makes valid; returns how many. */
uint32_t slices_of(struct event *event, struct str *ret_slices[SLICES_MAX]);

#endif
