#include "trace/sessions.h"

static uint64_t
key_of(enum session_kind kind, uint32_t host, const struct event *event)
{
    struct str pid = {(const char *)&event->pid, sizeof(event->pid)};
    uint64_t key = str_hash(event->session.len ? event->session : pid) ^ host;

    switch (kind) {
    case SESSION_SMTP:
        break;
    case SESSION_PROXY:
        return ~key;
    case SESSION_SFTP:
        return key ^ str_hash(STR("sftp"));
    }
    return key;
}

struct session *
sessions_add(struct slots *sessions, enum session_kind kind, uint32_t host,
             const struct event *event)
{
    return slots_add(sessions, key_of(kind, host, event));
}

struct session *
sessions_find(struct slots *sessions, enum session_kind kind, uint32_t host,
              const struct event *event)
{
    return slots_find(sessions, key_of(kind, host, event));
}
