#include "trace/sessions.h"

#include <stdlib.h>

struct sessions {
    struct session slots[SESSIONS_SLOTS];
};

struct sessions *
sessions_new(void)
{
    struct sessions *sessions = calloc(1, sizeof(*sessions));

    if (!sessions)
        abort();
    return sessions;
}

void
sessions_free(struct sessions *sessions)
{
    free(sessions);
}

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

static struct session *
slot_of(struct sessions *sessions, uint64_t key)
{
    return &sessions->slots[key & (SESSIONS_SLOTS - 1)];
}

struct session *
sessions_add(struct sessions *sessions, enum session_kind kind, uint32_t host,
             const struct event *event)
{
    uint64_t key = key_of(kind, host, event);
    struct session *session = slot_of(sessions, key);

    if (session->key != key)
        *session = (struct session){.key = key};
    return session;
}

struct session *
sessions_find(struct sessions *sessions, enum session_kind kind, uint32_t host,
              const struct event *event)
{
    uint64_t key = key_of(kind, host, event);
    struct session *session = slot_of(sessions, key);

    return session->key == key ? session : NULL;
}
