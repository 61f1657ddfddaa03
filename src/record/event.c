#include "record/event.h"

static uint64_t
login_key(const struct event_login *login)
{
    uint64_t parts[4] = {str_hash(login->user), str_hash(login->client), str_hash(login->service),
                         (uint64_t)login->is_success | (uint64_t)login->is_summary << 1};

    return str_hash((struct str){(const char *)parts, sizeof(parts)});
}

uint64_t
event_key(const struct event *event)
{
    if (event->kind == EVENT_LOGIN)
        return login_key(&event->login);
    return event->queue_id.len ? str_hash(event->queue_id) : 0;
}
