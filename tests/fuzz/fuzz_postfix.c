#include "event_check.h"
#include "record/postfix.h"
#include "record/program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_message(struct str program, struct str message, struct event *ret_event)
{
    event_init(ret_event);
    program_name(program, ret_event);
    program_read(message, ret_event);
}

/*
 * An origin stands at the very front, behind the queue id: nothing that a client
 * can bring into the rest of a line makes it one. What names a queue id names
 * one of Postfix's shape.
 */
static void
require_honest(struct str message, const struct event *event)
{
    struct str rest = str_from(message, event->queue_id.len);

    require(event->queue_id.len == 0 || postfix_is_queue_id(event->queue_id));
    if (event->kind == EVENT_ACCEPT) {
        require(event->queue_id.len
                    ? event->queue_id.data == message.data && str_skip(&rest, STR(": "))
                    : str_skip(&rest, STR("NOQUEUE: client=")));
        require(event->queue_id.len == 0 ||
                str_starts(rest, event->accept.via == ACCEPT_LOCAL ? STR("uid=") : STR("client=")));
        require(event->accept.uid >= -1 && event->accept.via != ACCEPT_NOTICE);
        require(event->accept.original_id.len == 0 ||
                postfix_is_queue_id(event->accept.original_id));
    } else if (event->kind == EVENT_DELIVERY) {
        require((event->delivery.next != NEXT_NONE) == (event->delivery.next_id.len > 0));
        require(event->delivery.next_id.len == 0 || postfix_is_queue_id(event->delivery.next_id));
        require(event->delivery.delay_ms >= -1 && event->delivery.status <= DELIVERY_OTHER);
    } else if (event->kind == EVENT_QUEUED) {
        require(event->queued.size >= -1 && event->queued.recipient_count >= -1);
    } else if (event->kind == EVENT_NOTICE) {
        require(postfix_is_queue_id(event->notice.child_id));
    }
}

/* The message of a line from each of Postfix's kinds of daemons. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const programs[] = {
        "postfix/smtpd",   "postfix/submission/smtpd", "postfix/pickup",
        "postfix/cleanup", "postfix-in/qmgr",          "postfix/amavis/smtp",
        "postfix/local",   "postfix/bounce",           "postfix/anvil",
    };
    struct str message = {(const char *)data, size};
    char *bytes = malloc(size + 1);
    struct str copy = {bytes, size};

    require(bytes != NULL);
    if (size)
        memcpy(bytes, data, size);
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        struct str program = str_from_cstr(programs[i]);
        struct event first, second;

        read_message(program, message, &first);
        require_in_range(&first);
        require_honest(message, &first);
        read_message(program, copy, &second);
        require_same(message, copy, program, &first, &second);
    }
    free(bytes);
    return 0;
}
