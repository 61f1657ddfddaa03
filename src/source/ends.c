#include "source/ends.h"

bool
ends_next(const struct frame *frame, struct str *text, struct str *ret_record)
{
    size_t len;

    if (text->len == 0)
        return false;
    len = frame->split ? frame->split(*text) : str_index(*text, '\n') + 1;
    if (len == 0 || len > text->len)
        return false;
    *ret_record = str_first(*text, len);
    *text = str_from(*text, len);
    return true;
}

struct event
ends_first(const struct frame *frame, struct str text)
{
    struct event event;
    struct str record;

    while (ends_next(frame, &text, &record)) {
        event_init(&event);
        record_read(frame, record, &event);
        if (event.stamp_form != STAMP_NONE)
            return event;
    }
    event_init(&event);
    return event;
}

struct event
ends_last(const struct frame *frame, struct str text)
{
    struct event event, last;
    struct str record;

    event_init(&last);
    while (ends_next(frame, &text, &record)) {
        event_init(&event);
        record_read(frame, record, &event);
        if (event.stamp_form != STAMP_NONE)
            last = event;
    }
    return last;
}
