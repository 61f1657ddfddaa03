#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

/*
 * trace - from events to incidents.
 *
 * Feed it what the readers read, input by input, mail logs before access logs,
 * older before newer; then ask. The batch command and the live daemon use the
 * same object.
 *
 * Pure: no I/O, no clock; zones come through a function.
 */

#include "base/arena.h"
#include "base/cidr.h"
#include "base/err.h"
#include "record/event.h"
#include "trace/clock.h"
#include "trace/result.h"

#define TRACE_BYTES_MAX ((size_t)2 * 1024 * 1024 * 1024) /* of the analysis */

/* A user and a site of the host, as its configuration or --passwd, --sites tell. */
struct trace_user {
    struct str name;
    int64_t uid;
};

struct trace_site {
    struct str vhost, docroot, user, access_log;
};

struct trace_options {
    struct str zone; /* --zone; empty: found out */
    struct str host; /* --host: overrides what the logs say */
    clock_zone *zone_lookup;
    void *zone_context;
    int64_t since_us, until_us; /* 0: no limit; lines outside are not looked at */
    const struct trace_user *users;
    uint32_t user_count;
    const struct trace_site *sites;
    uint32_t site_count;
    const struct str *local_domains;
    uint32_t local_domain_count;
    const struct cidr *relay_clients;
    uint32_t relay_client_count;
    const struct str *trusted_senders; /* never reported: mailbox, user or sender address */
    uint32_t trusted_sender_count;
    const struct str *libraries; /* mail libraries besides those that known.c lists */
    uint32_t library_count;
    bool wants_queue_ids;
};

/* A queue id of some host that the mail went through, and when it was there. */
struct sample_id {
    struct str queue_id;
    int64_t time_s; /* 0: unknown */
};

/* How a sample was found in the logs, weakest first. */
enum sample_match {
    SAMPLE_NOT_FOUND,
    SAMPLE_BY_RECIPIENT, /* recipient and time alone */
    SAMPLE_BY_OTHER_ID,  /* the id of a line that was not taken for the host's own */
    SAMPLE_BY_MESSAGE_ID,
    SAMPLE_BY_QUEUE_ID,
};

/* What a complaint or a sample says about the mail to find. */
struct trace_sample {
    struct str path; /* of the message, for the evidence */
    struct str queue_id, message_id;
    struct str recipient; /* empty: not stated */
    const struct sample_id *other_ids;
    uint32_t other_id_count;
    int64_t time_s; /* 0: unknown */
    struct str script, login, client, user;
    int64_t uid;           /* -1: not stated */
    struct str url;        /* "vhost/path", or a path */
    bool is_eval;          /* the script's call stood in evaluated code */
    bool is_authenticated; /* the client logged in, though the login may not be stated */
    bool is_vouched;       /* the host's own line, or a header that it wrote, states some of this */
    bool is_beside;        /* it merely lay among the logs: nobody says that it is spam */
    struct str host;
    struct str says;     /* what its headers state, a clause */
    bool is_found;       /* set by trace_finish: the mail is in the logs */
    uint32_t mail;       /* set likewise: which one */
    struct str found_id; /* set likewise: its queue id there */
    enum sample_match match;
    struct str incident; /* set likewise: the id of the incident it is part of */
};

struct trace;

struct trace *trace_new(struct trace_options options);
void trace_free(struct trace *trace);

/* Announces an input; its number is its index in the report. */
uint32_t trace_add_input(struct trace *trace, struct str path, struct str kind, int64_t mtime_s);

/* Stamps of the first and the last record, for inputs whose stamps lack the year. */
void trace_set_ends(struct trace *trace, uint32_t input, const struct event *first,
                    const struct event *last);

/* Learns zone and year from a record near the front, before any is fed. */
void trace_learn(struct trace *trace, uint32_t input, const struct event *event);

/*
 * The first record of an input, once all is learnt, and the last, once all is fed:
 * they say what time it covers, even where they are of no other use and never fed.
 */
void trace_span(struct trace *trace, uint32_t input, const struct event *end);

/* When an input begins, UTC microseconds: for putting inputs in order. */
int64_t trace_input_start(struct trace *trace, uint32_t input, const struct event *first);

/* One record, in the order of its input. The slices of the event may die after the call. */
void trace_feed(struct trace *trace, uint32_t input, const struct event *event, uint32_t line,
                uint64_t offset);

/*
 * The event will be fed soon: what it needs is fetched into the cache, as a log's mails
 * lie all over the memory. Changes nothing; told from afar and then once more, near.
 */
void trace_expect(struct trace *trace, const struct event *event, bool is_near);

/* What cannot be an event: counted for the report. */
void trace_count(struct trace *trace, uint32_t input, uint64_t lines, uint64_t bytes, uint64_t cut);
void trace_problem(struct trace *trace, uint32_t input, struct str problem);

/* All mail logs are read: requests far from any mail need not be kept one by one. */
void trace_mails_done(struct trace *trace);

/*
 * All incidents and senders. `samples` narrow the answer to the incidents they
 * belong to. The result lives in `arena` and in the trace.
 */
bool trace_finish(struct trace *trace, struct trace_sample *samples, uint32_t sample_count,
                  struct arena *arena, struct result *ret_result, struct err *err)
    __attribute__((warn_unused_result));

/* What is known of one mail, for --explain: sentences. Call after trace_finish. */
uint32_t trace_explain(const struct trace *trace, struct str queue_id, struct arena *arena,
                       const struct str **ret_sentences);

/* The queue ids of a sender's mails that have not left the queue, or all: for --sender. */
uint32_t trace_sender_ids(const struct trace *trace, struct str sender, bool only_queued,
                          struct arena *arena, const struct str **ret_ids);

#endif
