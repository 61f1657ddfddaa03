#ifndef TRACE_SESSIONS_H
#define TRACE_SESSIONS_H

/*
 * sessions - who is behind a session id, or behind a process that said so once.
 *
 *     4a1b smtp connected address=192.0.2.7 host=mx     OpenSMTPD: by session id
 *     AUTH=server, relay=h [192.0.2.7], authid=anna     Sendmail: by process id
 *     NOQUEUE: client=h[192.0.2.7], sasl_username=anna  Postfix before a filter: by process id
 *     session opened for local user anna from [...]     SFTP: by process id
 *
 * Process ids are used again: the last meaning counts, and the caller judges by its
 * age. SESSIONS_MAX are kept, see slots.h.
 */

#include "record/event.h"
#include "trace/slots.h"

#define SESSIONS_MAX 16384U

enum session_kind {
    SESSION_SMTP,  /* of OpenSMTPD or Sendmail */
    SESSION_PROXY, /* what a Postfix process took for a filter: the queue has no id yet */
    SESSION_SFTP,  /* names user and client when it begins, and then files */
};

struct session {
    struct slot slot;
    uint32_t client, login; /* names */
    bool is_local;
};

/*
 * The session of the event's session id, else of its process; all 0 but its key when new.
 * The caller sets its time. `sessions` has elements of struct session.
 */
struct session *sessions_add(struct slots *sessions, enum session_kind kind, uint32_t host,
                             const struct event *event);

/* NULL when nothing is known of it. */
struct session *sessions_find(struct slots *sessions, enum session_kind kind, uint32_t host,
                              const struct event *event);

#endif
