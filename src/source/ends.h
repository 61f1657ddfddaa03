#ifndef SOURCE_ENDS_H
#define SOURCE_ENDS_H

/*
 * ends - the records at a log's beginning and end: they tell which time it is from.
 */

#include "record/record.h"

/* Cuts the next whole record off `text`; false at the end. */
bool ends_next(const struct frame *frame, struct str *text, struct str *ret_record);

/* The first and the last dated record of `text`; its stamp is STAMP_NONE where there is none. */
struct event ends_first(const struct frame *frame, struct str text);
struct event ends_last(const struct frame *frame, struct str text);

#endif
