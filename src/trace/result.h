#ifndef TRACE_RESULT_H
#define TRACE_RESULT_H

/*
 * result - what a trace found: the value that every report renders.
 *
 * Everything in it is owned by the arena that trace_finish was given, or by
 * tables that live as long as the trace. Texts may hold hostile bytes: each
 * renderer escapes for its own format.
 */

#include "base/str.h"

enum route {
    ROUTE_NONE,
    ROUTE_UPLOADED_SCRIPT,
    ROUTE_ROGUE_PROCESS,
    ROUTE_VULNERABLE_SCRIPT,
    ROUTE_FORM_ABUSE,
    ROUTE_REGISTRATION_FLOOD,
    ROUTE_NOTICE_FLOOD,
    ROUTE_OPEN_RELAY,
    ROUTE_MAILBOX,
    ROUTE_BACKSCATTER,
    ROUTE_WEB_REQUEST, /* a URL is certain, the route is not */
};
#define ROUTE_COUNT (ROUTE_WEB_REQUEST + 1)

/* "uploaded-script": the name in JSON and code. */
const char *route_name(enum route route);

/* "uploaded script": the name for people. */
const char *route_title(enum route route);

/* Which MTA the messages of an incident went through: chooses the commands. */
enum mta {
    MTA_UNKNOWN,
    MTA_POSTFIX,
    MTA_EXIM,
    MTA_SENDMAIL,
    MTA_OPENSMTPD,
    MTA_QMAIL,
};

/* A place in an input: what to quote, and where to find it again. */
struct line_ref {
    uint32_t input;  /* index into result.inputs; UINT32_MAX: no line */
    uint32_t line;   /* from 1 */
    uint64_t offset; /* bytes into the uncompressed input */
};

struct evidence {
    struct line_ref ref;
    struct str path; /* of the input */
    struct str text; /* the line; filled in by the edge after the trace */
    struct str says; /* what it shows, in a few words */
};

struct signal {
    const char *name; /* "burst", "unknown-recipients", ...: stable, documented in weir-trace(1) */
    double value;
    struct str text; /* one clause: "38 times its usual rate" */
};

struct alternative {
    enum route route;
    struct str origin; /* one line */
    double probability;
};

/* Members that do not apply are empty, uid is -1. */
struct origin {
    struct str script; /* as PHP states it, without ":line" */
    struct str url;    /* as logged, no scheme, host or fragment */
    struct str vhost;
    struct str user;
    int64_t uid;
    struct str mailbox;
    struct str recipient;      /* target of a notice flood, forged address of backscatter */
    struct str server;         /* open relay: this host */
    struct str process;        /* how a program was started: directory, arguments */
    const struct str *clients; /* busiest first, at most TRACE_CLIENTS_MAX */
    uint32_t client_count;
    uint32_t client_total; /* how many there were */
};
#define TRACE_CLIENTS_MAX 1000

enum action_kind {
    ACTION_CONTAIN, /* now */
    ACTION_PREVENT, /* so that it does not come back */
};

struct action {
    enum action_kind kind;
    struct str text;    /* what it does, a sentence */
    struct str command; /* to paste into a root shell; empty when it is no command */
};

#define TIMELINE_BUCKETS 48

struct timeline {
    int64_t start_s, bucket_s;        /* UTC; seconds a bucket */
    uint32_t count[TIMELINE_BUCKETS]; /* messages of the incident */
    uint32_t usual[TIMELINE_BUCKETS]; /* the same origin's other messages */
};

struct incident {
    struct str id; /* stable for the same cause and day: 12 hex digits */
    enum route route;
    double confidence; /* 0..1 */
    enum mta mta;
    struct origin origin;
    struct str culprit; /* one line that names the origin for people */
    const struct alternative *alternatives;
    uint32_t alternative_count;
    int64_t first_us, last_us;
    uint32_t messages, recipients, bounced, deferred;
    uint32_t connections; /* straight to port 25 of `servers` others: what went through them is in
                             no log, and not among the messages */
    uint32_t servers;
    uint32_t queued;      /* how many had not left the queue when the log ends */
    double usual_per_day; /* of this origin outside the incident; <0: no history to tell */
    struct timeline timeline;
    const struct signal *signals;
    uint32_t signal_count;
    struct evidence *evidence; /* the edge fills in the texts */
    uint32_t evidence_count;
    struct str summary;     /* "412 of the 420 follow one of its requests within a second; ..." */
    struct evidence *entry; /* how the intruder got in, where logins or uploads show it */
    uint32_t entry_count;
    const struct action *actions;
    uint32_t action_count;
    const struct str *queue_ids;
    uint32_t queue_id_count;
    struct str domain; /* backscatter, mailbox: the domain whose DNS records matter */
};

/* Whether `name` is what the incident's origin is called: a mailbox, user, script, URL or client.
 */
bool incident_is_of(const struct incident *incident, struct str name);

enum verdict {
    VERDICT_ORDINARY, /* nothing stands out */
    VERDICT_BUSY,     /* much mail, and cleared: `reason` says why */
    VERDICT_REMARK,   /* one thing stands out, not enough for an incident */
    VERDICT_INCIDENT, /* part of an incident */
};

struct sender {
    struct str name;
    const char *kind; /* "mailbox", "script", "url", "user", "client", "list", "notice" */
    uint32_t messages, recipients, bounced; /* an address that gets two mails counts twice */
    enum verdict verdict;
    struct str reason; /* why innocent or not: one clause */
};

const char *verdict_name(enum verdict verdict);

struct program_count {
    struct str program;
    uint64_t lines;
};

struct result_input {
    struct str path; /* "-" for standard input */
    struct str kind; /* frame name; "message" for a mail; empty when it could not be read */
    uint64_t lines, bytes;
    int64_t first_s, last_s;             /* UTC; 0: no dated line */
    uint64_t unread;                     /* lines not understood */
    uint64_t cut;                        /* lines longer than RECORD_BYTES_MAX */
    struct str problem;                  /* a sentence when it could not be read, or not whole */
    const struct program_count *unknown; /* unread lines by program, most first */
    uint32_t unknown_count;
};

/* A line that the headers of a sample state, and whether it can be believed. */
struct sample_fact {
    struct str what; /* "Received by mx.example from ...", "X-PHP-Originating-Script: ..." */
    struct str says; /* why it is trusted or not, a clause */
    bool is_trusted;
};

/* A mail or complaint that was given as input. */
struct result_sample {
    struct str path, from, to, subject;
    struct str host, queue_id, message_id; /* of the hop that is this host's */
    struct str found_id, found_by;         /* its queue id in the logs, and a clause */
    int64_t date_s;
    bool is_complaint, is_bounce, is_found; /* found: it is in the logs */
    bool is_beside;                         /* it merely lay in a folder with logs */
    struct str incident;                    /* the id of the incident it belongs to; empty: none */
    const struct sample_fact *facts;
    uint32_t fact_count;
};

struct result {
    struct str host;
    int64_t generated_s;
    int64_t first_s, last_s; /* of all mail lines */
    double seconds;          /* it took; 0: not measured (golden files) */
    struct result_input *inputs;
    uint32_t input_count;
    uint64_t messages_total, messages_outgoing, messages_attributed;
    struct result_sample *samples;
    uint32_t sample_count;
    struct incident *incidents; /* surest and largest first */
    uint32_t incident_count;
    const struct sender *senders; /* busiest first */
    uint32_t sender_count;
    const struct str *notes; /* gaps in the log, limits reached, what is invisible: sentences */
    uint32_t note_count;
};

#endif
