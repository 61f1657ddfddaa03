#ifndef TESTS_FUZZ_EVENT_CHECK_H
#define TESTS_FUZZ_EVENT_CHECK_H

/*
 * event_check - what holds for the event of any record, however hostile.
 *
 * The kind is one of the enum, numbers are in range, and every slice lies in
 * the record, in the scratch that the reader documents, or is a word of the
 * reader's own ("imap"). A second reading, of a copy elsewhere in memory, gives
 * the same event with the same slices of the copy: nothing is kept.
 */

#include <stdlib.h>

#include "record/record.h"
#include "record/slices.h"

#define OWN_WORD_LEN_MAX 32

static inline void
require(bool holds)
{
    if (!holds)
        abort();
}

static inline bool
is_inside(struct str whole, struct str s)
{
    return s.data >= whole.data && s.data + s.len <= whole.data + whole.len;
}

static inline void
require_same_slice(struct str record, struct str copy, struct str scratch, struct str first,
                   struct str second)
{
    require(first.len == second.len);
    if (first.len == 0)
        return;
    if (is_inside(record, first)) {
        require(is_inside(copy, second));
        require(first.data - record.data == second.data - copy.data);
        return;
    }
    require(first.data == second.data);
    require(is_inside(scratch, first) || first.len <= OWN_WORD_LEN_MAX);
}

static inline void
require_in_range(const struct event *event)
{
    require(event->kind <= EVENT_REPEAT && event->stamp_form <= STAMP_UTC);
    require(event->resolution_us == 1 || event->resolution_us == 1000 ||
            event->resolution_us == 1000000);
    require(event->stamp_form != STAMP_NONE || event->stamp_us == 0);
    require(event->pid >= -1);
    if (event->kind == EVENT_REQUEST) {
        require(event->request.method <= METHOD_PUT && event->request.status <= 999);
        require(event->request.duration_us >= -1);
    } else if (event->kind == EVENT_PHP_MAIL) {
        require(event->php_mail.script.len > 0);
    } else if (event->kind == EVENT_LOGIN) {
        require(event->login.attempts >= 1);
    }
}

static inline void
require_same(struct str record, struct str copy, struct str scratch, struct event *first,
             struct event *second)
{
    struct str *first_slices[SLICES_MAX], *second_slices[SLICES_MAX];
    uint32_t count;

    require(first->kind == second->kind && first->stamp_form == second->stamp_form &&
            first->stamp_us == second->stamp_us && first->pid == second->pid &&
            first->repeats == second->repeats && first->known_utc_s == second->known_utc_s);
    count = slices_of(first, first_slices);
    require(count <= SLICES_MAX && count == slices_of(second, second_slices));
    for (uint32_t i = 0; i < count; i++)
        require_same_slice(record, copy, scratch, *first_slices[i], *second_slices[i]);
}

/* One record, read by the frame `name`. */
static inline void
event_check_record(const char *name, const uint8_t *data, size_t size, struct str scratch)
{
    const struct frame *frame = record_frame(str_from_cstr(name));
    struct str record = {(const char *)data, size};
    char *bytes = malloc(size + 1);
    struct str copy = {bytes, size};
    struct event first, second;

    require(frame != NULL && bytes != NULL);
    if (size)
        memcpy(bytes, data, size);
    require(frame->probe(record) >= 0 && frame->probe(record) <= 2);
    record_read(frame, record, &first);
    require_in_range(&first);
    record_read(frame, copy, &second);
    require_same(record, copy, scratch, &first, &second);
    if (frame->split)
        require(frame->split(record) <= size);
    (void)record_detect(record);
    free(bytes);
}

#endif
