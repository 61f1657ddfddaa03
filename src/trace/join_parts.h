#ifndef TRACE_JOIN_PARTS_H
#define TRACE_JOIN_PARTS_H

/*
 * join_parts - what the files of join share; see join.h.
 *
 *     join.c           which file an event goes to, and what tells little
 *     join_mail.c      the mail that a queue id means, and what is set in it
 *     join_accept.c    origin lines: who handed the mail in
 *     join_edge.c      which mail came of which
 *     join_delivery.c  what became of a mail
 *     join_qmail.c     what qmail leaves unsaid, by its numbers
 *     join_login.c     sessions, logins, uploads, connections past the mail server
 *
 * `time_us` is UTC; `index` is that of a mail of the ledger.
 */

#include "base/civil.h"
#include "trace/commands.h"
#include "trace/join.h"
#include "trace/live.h"
#include "trace/numbers.h"
#include "trace/sessions.h"
#include "trace/slots.h"

#define PENDING_MAX 16384U
#define FAILURES_MAX 4096U
#define HOSTS_MAX 8 /* of which the busiest is looked for */
#define LOGIN_AGE_US (60 * SECOND_US)
#define REINJECT_AGE_US (15 * 60 * SECOND_US)
#define CHAIN_STEPS_MAX 64

/* A queue id that some line named before its own origin line came. */
struct pending {
    struct slot slot;
    uint32_t parent;
    uint32_t flags; /* for the child */
};

/* The last mail of a sender that could not be delivered: a bounce will be about it. */
struct failure {
    struct slot slot; /* by the sender's hash */
    uint32_t mail;
};

/* The last name seen of its kind: a log rarely changes it. */
struct last_name {
    char text[64];
    struct str str;
    uint32_t name;
};

struct join {
    struct ledger *ledger;
    struct live *live;
    struct numbers *numbers; /* NULL: no line of qmail was seen yet */
    int64_t smtp_uid;
    struct slots *sessions; /* struct session */
    struct slots *pending;  /* struct pending, by live_key */
    struct slots *failures; /* struct failure, of OpenSMTPD */
    struct commands commands;
    struct last_name host, instance;
    struct {
        uint32_t name, count;
    } hosts[HOSTS_MAX];
};

/* --- join_mail.c --- */

/* The name of a host; the busiest one becomes the host of the report. */
uint32_t join_host(struct join *join, struct str host);
uint32_t join_instance(struct join *join, struct str instance);
enum mta join_mta(struct str program);

/* What the event's queue id means right now; NULL: nothing. */
struct live_entry *join_entry(struct join *join, const struct event *event);

/* A new mail under the event's queue id; NULL at the ledger's ceiling. */
struct mail *join_add_mail(struct join *join, const struct event *event, int64_t time_us,
                           struct place place);

/*
 * The mail of an event that is no origin line. Postfix writes no origin line for
 * forwards and notices, and logs may begin in the middle: then a mail of unknown
 * origin begins here. NULL: a line about a mail that has left, read twice.
 */
struct mail *join_mail(struct join *join, const struct event *event, int64_t time_us,
                       struct place place, uint32_t *ret_index);

/* 32 bits of a text's hash; 0 for an empty one only. */
uint32_t join_text_hash(struct str text);

void join_set_sender(struct join *join, struct mail *mail, struct str sender);
void join_set_size(struct mail *mail, int64_t size);
void join_set_identity(struct join *join, struct mail *mail, enum identity_kind kind,
                       struct str name, int64_t uid);

/* Takes back who sent a counted mail, and counts it for another. */
void join_change_identity(struct join *join, struct mail *mail, enum identity_kind kind,
                          struct str name);

/* The log names a user beside its uid. */
void join_learn_user(struct join *join, int64_t uid, struct str user);

/* --- join_accept.c --- */

/* EVENT_ACCEPT. */
void join_accept(struct join *join, const struct event *event, int64_t time_us, struct place place);

/* A delivery without an id of its own: the filter took the mail, under the id that it names. */
void join_proxied(struct join *join, const struct event *event, int64_t time_us);

/* --- join_edge.c --- */

/* The child came of the parent; `flags` are the child's. Nothing where that closes a ring. */
void join_set_parent(struct join *join, uint32_t parent, uint32_t child, uint32_t flags);

/* The next hop took mail `index` under the id that it names: on this very host, or elsewhere? */
void join_link_next(struct join *join, const struct event *event, uint32_t index, int64_t time_us);

/* A mail came in: was its id named before? */
void join_link_pending(struct join *join, const struct event *event, uint32_t index,
                       int64_t time_us);

/* OpenSMTPD could not deliver mail `index`; a mail to its sender may be the bounce. */
void join_remember_failure(struct join *join, uint32_t index, int64_t time_us);
void join_find_bounced(struct join *join, uint32_t index, uint64_t recipient, int64_t time_us);

/* --- join_delivery.c --- */

/* Who a delivery is for. */
struct target {
    uint64_t recipient; /* hash */
    uint32_t domain;    /* name */
};

/* EVENT_DELIVERY of mail `index`; then also where the event does not say for whom. */
void join_delivery(struct join *join, uint32_t index, const struct event *event, int64_t time_us,
                   struct place place);
void join_take_delivery(struct join *join, uint32_t index, const struct event *event,
                        struct target target, int64_t time_us, struct place place);

/* --- join_qmail.c --- */

/* Mail `index` had a process queue another: a notice about it (flags 0), or its forward. */
void join_expect_queued(struct join *join, const struct event *event, uint32_t index,
                        struct str process, uint32_t flags, int64_t time_us);

/* A mail came in and names the process that queued it: was it expected? */
void join_link_queued(struct join *join, const struct event *event, uint32_t index,
                      int64_t time_us);

/* EVENT_STARTED: an attempt begins; its end has no more than its number. */
void join_started(struct join *join, uint32_t index, const struct event *event, int64_t time_us);
void join_ended(struct join *join, const struct event *event, int64_t time_us, struct place place);

/* --- join_login.c --- */

/* EVENT_SESSION, EVENT_LOGIN, EVENT_UPLOAD, EVENT_CONNECT. */
void join_session(struct join *join, const struct event *event, int64_t time_us);
void join_login(struct join *join, const struct event *event, int64_t time_us, struct place place);
void join_upload(struct join *join, const struct event *event, int64_t time_us, struct place place);
void join_connect(struct join *join, const struct event *event, int64_t time_us,
                  struct place place);

#endif
