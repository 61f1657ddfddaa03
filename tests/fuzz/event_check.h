#ifndef TESTS_FUZZ_EVENT_CHECK_H
#define TESTS_FUZZ_EVENT_CHECK_H

/*
 * event_check - what holds for the event of any record, however hostile.
 *
 * The kind is one of the enum, every slice lies inside the record, the scratch
 * that the reader documents, or is empty; numbers are in range; and reading the
 * record again gives the same event.
 */

#include <stdlib.h>

#include "record/event.h"
#include "record/record.h"

struct owner {
    struct str record, scratch;
};

static inline bool
is_inside(struct str whole, struct str s)
{
    return s.data >= whole.data && s.data + s.len <= whole.data + whole.len;
}

static inline void
require(bool holds)
{
    if (!holds)
        abort();
}

static inline void
require_inside(struct owner owner, struct str s)
{
    require(s.len == 0 || is_inside(owner.record, s) || is_inside(owner.scratch, s));
}

#define REQUIRE_INSIDE(owner, ...)                                                                 \
    do {                                                                                           \
        const struct str slices_[] = {__VA_ARGS__};                                                \
        for (size_t i_ = 0; i_ < sizeof(slices_) / sizeof(slices_[0]); i_++)                       \
            require_inside((owner), slices_[i_]);                                                  \
    } while (0)

/* The member of the union that `kind` makes valid. */
static inline void
event_check_member(struct owner owner, const struct event *event)
{
    switch (event->kind) {
    case EVENT_ACCEPT: {
        const struct event_accept *a = &event->accept;

        REQUIRE_INSIDE(owner, a->user, a->client_host, a->client_address, a->login, a->original_id,
                       a->original_client, a->protocol, a->sender, a->parent_id, a->message_id,
                       a->subject, a->recipients);
        require(a->via <= ACCEPT_NOTICE && a->uid >= -1 && a->size >= -1);
        return;
    }
    case EVENT_MESSAGE_ID:
        require_inside(owner, event->message_id.id);
        return;
    case EVENT_QUEUED:
        require_inside(owner, event->queued.sender);
        return;
    case EVENT_DELIVERY: {
        const struct event_delivery *d = &event->delivery;

        REQUIRE_INSIDE(owner, d->recipient, d->original_recipient, d->relay_host, d->relay_address,
                       d->dsn, d->reply, d->next_id, d->controller);
        require(d->status <= DELIVERY_OTHER && d->next <= NEXT_FORWARDED_AS);
        return;
    }
    case EVENT_NOTICE:
        require_inside(owner, event->notice.child_id);
        return;
    case EVENT_REFUSED: {
        const struct event_refused *r = &event->refused;

        REQUIRE_INSIDE(owner, r->client_host, r->client_address, r->sender, r->recipient, r->text,
                       r->login);
        return;
    }
    case EVENT_HEADER:
        REQUIRE_INSIDE(owner, event->header.name, event->header.value);
        return;
    case EVENT_COMMAND:
        REQUIRE_INSIDE(owner, event->command.directory, event->command.arguments);
        return;
    case EVENT_REQUEST: {
        const struct event_request *r = &event->request;

        REQUIRE_INSIDE(owner, r->client, r->forwarded, r->vhost, r->user, r->target, r->referer,
                       r->agent);
        require(r->method <= METHOD_PUT && r->status <= 999 && r->duration_us >= -1);
        return;
    }
    case EVENT_PHP_MAIL: {
        const struct event_php_mail *m = &event->php_mail;

        REQUIRE_INSIDE(owner, m->script, m->recipients, m->subject);
        require(m->script.len > 0);
        return;
    }
    case EVENT_LOGIN:
        REQUIRE_INSIDE(owner, event->login.user, event->login.client);
        require(event->login.attempts >= 1);
        return;
    case EVENT_UPLOAD:
        REQUIRE_INSIDE(owner, event->upload.user, event->upload.client, event->upload.path);
        return;
    case EVENT_REDIRECT:
        REQUIRE_INSIDE(owner, event->redirect.user, event->redirect.message_id,
                       event->redirect.target);
        return;
    case EVENT_UNKNOWN:
    case EVENT_NONE:
    case EVENT_REMOVED:
    case EVENT_HOLD:
    case EVENT_GAP:
    case EVENT_REPEAT:
        return;
    }
    abort(); /* not one of the enum */
}

static inline void
event_check(struct owner owner, const struct event *event)
{
    REQUIRE_INSIDE(owner, event->zone, event->host, event->program, event->instance,
                   event->queue_id);
    require(event->stamp_form <= STAMP_UTC);
    require(event->resolution_us == 1 || event->resolution_us == 1000 ||
            event->resolution_us == 1000000);
    require(event->stamp_form != STAMP_NONE || event->stamp_us == 0);
    event_check_member(owner, event);
}

static inline bool
is_same(struct str a, struct str b)
{
    return a.data == b.data && a.len == b.len;
}

/* One record, read by the frame `name` twice. */
static inline void
event_check_record(const char *name, const uint8_t *data, size_t size, struct str scratch)
{
    const struct frame *frame = record_frame(str_from_cstr(name));
    struct owner owner = {{(const char *)data, size}, scratch};
    struct event first, second;

    require(frame != NULL);
    require(frame->probe(owner.record) >= 0 && frame->probe(owner.record) <= 2);
    record_read(frame, owner.record, &first);
    event_check(owner, &first);
    record_read(frame, owner.record, &second);
    event_check(owner, &second);
    require(first.kind == second.kind && first.stamp_us == second.stamp_us &&
            first.pid == second.pid && first.repeats == second.repeats);
    require(is_same(first.host, second.host) && is_same(first.program, second.program) &&
            is_same(first.queue_id, second.queue_id));
    if (frame->split)
        require(frame->split(owner.record) <= size);
    (void)record_detect(owner.record);
}

#endif
