#ifndef RECORD_EVENT_H
#define RECORD_EVENT_H

/*
 * event - what one log line says, in the same words for every program.
 *
 *     Nov 23 15:21:22 web7 postfix/pickup[4005]: BF206164262: uid=1001 from=<web_shop>
 *     -> EVENT_ACCEPT, queue_id BF206164262, accept.via ACCEPT_LOCAL, accept.uid 1001
 *
 * A reader turns one record (a line, or a block of a multi-line format) into
 * exactly one event. It never fails, never allocates and reads no clock; every
 * slice points into the record and dies with it. A field that the line does not
 * state is empty (slices), -1 (uid, and numbers whose absence matters) or 0.
 *
 * Which member of the union is valid follows from `kind`, as its comment says.
 * A reader initialises the member it fills, whole, and leaves the others alone.
 */

#include "base/str.h"

enum event_kind {
    EVENT_UNKNOWN,    /* not understood: counted by program, never guessed */
    EVENT_NONE,       /* understood, and of no use for attribution */
    EVENT_ACCEPT,     /* .accept: a message entered the queue; the origin line of queue_id. Without
                         one: a filter before the queue gets it first, see EVENT_DELIVERY */
    EVENT_MESSAGE_ID, /* .message_id of queue_id */
    EVENT_QUEUED,     /* .queued: envelope sender, size, recipients of queue_id */
    EVENT_DELIVERY,   /* .delivery: one attempt for one recipient of queue_id. Without one: for that
                         of the EVENT_STARTED with the same `session` (qmail), or, where there is no
                         session, what this process last accepted went through a filter and is now
                         next_id (Postfix) */
    EVENT_STARTED,    /* .delivery: qmail begins an attempt: who it is for; `session` numbers it */
    EVENT_NOTICE,     /* .notice: a DSN was written: queue_id is the mail it is about */
    EVENT_REMOVED,    /* queue_id left the queue */
    EVENT_HOLD,       /* queue_id was put on hold */
    EVENT_REFUSED,    /* .refused: the server or a milter said no; queue_id may be empty */
    EVENT_HEADER,     /* .header of queue_id, logged by header_checks and the like */
    EVENT_COMMAND,    /* .command: Exim's "cwd=", without a queue id; precedes its ACCEPT */
    EVENT_REQUEST,    /* .request: a web request */
    EVENT_PHP_MAIL,   /* .php_mail: PHP's mail() was called */
    EVENT_SESSION,   /* .session_start: OpenSMTPD: a client connected; later lines name `session` */
    EVENT_LOGIN,     /* .login: somebody logged in, or tried */
    EVENT_UPLOAD,    /* .upload: a file came in by FTP or SFTP */
    EVENT_REDIRECT,  /* .redirect: a sieve script or alias forwarded a mail */
    EVENT_CONNECT,   /* .connect: a program of this host opened a connection to port 25 elsewhere */
    EVENT_SIGNATURE, /* .signature: a filter signed a mail that leaves */
    EVENT_GAP,       /* .gap: the log itself says that lines were lost */
    EVENT_REPEAT,    /* the event before it from the same host and program came `repeats` more
                        times; program is empty where syslogd does not say which one it means */
};

enum accept_via {
    ACCEPT_LOCAL,  /* a program on this host ran sendmail(1) or its like */
    ACCEPT_SMTP,   /* over SMTP or LMTP; client_address says from where */
    ACCEPT_NOTICE, /* the MTA wrote it itself: a bounce or a warning (Exim R=, Sendmail DSN) */
};

struct event_accept {
    enum accept_via via;
    int64_t uid;                /* of the local caller; -1: not stated */
    struct str user;            /* the local user by name (Exim U=, Sendmail from=/ctladdr=,
                                   Postfix from=<x> without '@'); empty: not stated */
    struct str client_host;     /* "unknown" where the server says so */
    struct str client_address;  /* IPv4 or IPv6 without brackets or port */
    struct str login;           /* SASL login name (Exim A=driver:id: the id) */
    struct str original_id;     /* Postfix orig_id= (requeued) or orig_queue_id= (behind a proxy) */
    struct str original_client; /* Postfix orig_client=: "host[address]" */
    struct str protocol;        /* ESMTPA, local, ... */
    struct str sender;          /* envelope sender where this line has it; see has_sender */
    bool has_sender;            /* `sender` is stated, maybe as the null sender <> */
    bool is_requeue;            /* postsuper -r: the same mail again under a new id */
    struct str parent_id;       /* the mail this notice is about (Exim R= on "<= <>") */
    struct str message_id;      /* without <>; empty: not stated here */
    struct str subject;         /* Exim T= */
    struct str recipients;      /* Exim "for a b c": raw, blank separated */
    int64_t size;               /* bytes; -1: not stated here */
    int32_t recipient_count;    /* -1: not stated here */
};

struct event_message_id {
    struct str id; /* without <>; empty for "<>" */
    bool is_resent;
};

struct event_queued {
    struct str sender;    /* without <>; empty: the null sender */
    struct str recipient; /* OpenSMTPD: the one of this line; else empty */
    int64_t size;         /* bytes; -1: not stated */
    int32_t recipient_count;
};

enum delivery_status {
    DELIVERY_SENT,
    DELIVERY_DEFERRED,
    DELIVERY_BOUNCED, /* for good: bounced, expired, Exim "**", User unknown */
    DELIVERY_OTHER,   /* deliverable, undeliverable (verify probes), ... */
};

enum delivery_next {
    NEXT_NONE,
    NEXT_QUEUED_AS,    /* the next hop's reply names a queue id there, maybe on this very host */
    NEXT_FORWARDED_AS, /* a new message of this host carries it on (local forward) */
};

struct event_delivery {
    enum delivery_status status;
    struct str recipient;          /* without <> */
    struct str original_recipient; /* before aliases; empty: the same */
    struct str relay_host;         /* "none", "virtual", "local" as logged */
    struct str relay_address;      /* IP without brackets; empty for a local relay */
    uint16_t relay_port;           /* 0: not stated */
    bool is_local;                 /* delivered into a mailbox or program of this host */
    struct str dsn;                /* "5.1.1"; empty: not stated */
    struct str reply;              /* what the other side said, without the outer parentheses */
    enum delivery_next next;
    struct str next_id;     /* the queue id that `next` names */
    int64_t controller_uid; /* Sendmail ctladdr=user (uid/gid); -1: not stated */
    struct str controller;  /* its user name */
    int32_t delay_ms;       /* -1: not stated */
};

struct event_notice {
    struct str child_id; /* the queue id of the notice itself; qmail: the `session` of its ACCEPT */
};

struct event_refused {
    struct str client_host, client_address;
    struct str sender, recipient; /* where stated, by position, not by search */
    struct str text;              /* the reply */
    bool is_relay_denied;         /* "Relay access denied" and its kin */
    bool is_auth_failure;         /* a SASL or AUTH failure */
    struct str login;             /* for an auth failure, where stated */
};

struct event_header {
    struct str name, value; /* value as logged, trailing "from local; from=..." cut off */
};

struct event_command {
    struct str directory; /* cwd=; empty: "(failed)" */
    struct str arguments; /* raw */
};

enum request_method {
    METHOD_OTHER,
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
};

struct event_request {
    enum request_method method;
    struct str client;    /* address or host, as logged in the first place */
    struct str forwarded; /* X-Forwarded-For, when the format carries it; raw */
    struct str vhost;     /* without port; empty: this format does not say */
    struct str user;      /* HTTP auth user; empty: "-" */
    struct str target;    /* the request target as logged: path and query, or an absolute URI */
    struct str referer;   /* empty: "-" or not logged */
    struct str agent;
    uint16_t status;        /* 0: not stated */
    int64_t duration_us;    /* -1: not logged */
    bool is_stamped_at_end; /* nginx: the stamp is when the request ended; Apache: began */
};

struct event_php_mail {
    struct str script;     /* the file, without ":line" and without "(n) : eval()'d code" */
    uint32_t line;         /* in the file; in the evaluated text where `is_eval` */
    bool is_eval;          /* the call stood in evaluated code */
    struct str recipients; /* To: raw, attacker controlled: may match, never names an origin */
    struct str headers;    /* attacker controlled likewise */
    struct str subject;    /* attacker controlled likewise; empty when not logged */
};

struct event_session {
    struct str client_host, client_address;
    bool is_local; /* over the socket of sendmail(1) */
};

enum login_tls {
    LOGIN_TLS_UNSTATED,
    LOGIN_TLS,   /* encrypted, or it never left this machine */
    LOGIN_CLEAR, /* anybody on the way could read the password */
};

struct event_login {
    struct str service; /* imap, pop3, submission, smtp, ssh, ftp, sieve, panel, ... */
    struct str user;
    struct str client; /* address */
    bool is_success;
    uint32_t attempts;  /* how many tries this line stands for; at least 1 */
    enum login_tls tls; /* of a success; stated where the line would say so */
    bool is_summary; /* of a session that ends: lines before may have told the tries one by one */
};

struct event_upload {
    struct str service; /* ftp, sftp, panel */
    struct str user;
    struct str client;
    struct str path;
};

struct event_redirect {
    struct str user;       /* whose script; empty: not stated */
    struct str message_id; /* of the mail that came in, without <> */
    struct str target;     /* the address it went to */
};

struct event_connect {
    int64_t uid;                    /* of the program; -1: not stated */
    struct str source, destination; /* addresses, as logged */
    uint16_t source_port;           /* 0: not stated */
};

struct event_signature {
    struct str domain, selector; /* d= and s= of the DKIM signature */
};

struct event_gap {
    uint64_t lost; /* lines; 0: the log does not say how many */
};

enum stamp_form {
    STAMP_NONE,     /* the record carries no time */
    STAMP_YEARLESS, /* local time of an unknown zone, no year: stamp_us counts from 1972-01-01,
                       a leap year, so that 29 Feb has a place */
    STAMP_LOCAL,    /* local time; the zone is `zone` where named, else unknown */
    STAMP_UTC,      /* absolute: microseconds since 1970-01-01T00:00:00Z */
};

struct event {
    enum event_kind kind;
    enum stamp_form stamp_form;
    int64_t stamp_us;      /* see stamp_form; LOCAL: as if the local clock were UTC */
    int32_t resolution_us; /* 1 or 1000 or 1000000: what the stamp is exact to */
    uint32_t repeats;      /* "message repeated N times": the event counts this often; else 1 */
    int64_t known_utc_s;   /* an absolute time this line states besides its stamp (a long queue id,
                              a Message-ID of the queue's own making, an Exim id); 0: none */
    struct str zone;       /* STAMP_LOCAL: a tz database name such as Europe/Berlin, or empty */
    struct str host;       /* empty: the format names none */
    struct str program;    /* "postfix/smtpd", "exim", "dovecot", "apache": what wrote it */
    struct str instance;   /* Postfix: the first component of syslog_name; else empty */
    int64_t pid;           /* -1: not stated */
    struct str queue_id;
    uint64_t key; /* by which the event is looked up, see event_key; 0: it has none. Set once the
                     record is read, on whatever thread that is */
    struct str session; /* OpenSMTPD, Dovecot: the session's id; qmail: of an ACCEPT the process
                           that queued it, of an attempt its number; empty: none stated */
    union {
        struct event_accept accept;
        struct event_message_id message_id;
        struct event_queued queued;
        struct event_delivery delivery;
        struct event_notice notice;
        struct event_refused refused;
        struct event_header header;
        struct event_command command;
        struct event_request request;
        struct event_php_mail php_mail;
        struct event_session session_start;
        struct event_login login;
        struct event_upload upload;
        struct event_redirect redirect;
        struct event_connect connect;
        struct event_signature signature;
        struct event_gap gap;
    };
};

/* An event that states nothing yet: EVENT_UNKNOWN, numbers at "not stated". */
static inline void
event_init(struct event *event)
{
    event->kind = EVENT_UNKNOWN;
    event->stamp_form = STAMP_NONE;
    event->stamp_us = 0;
    event->resolution_us = 1000000;
    event->repeats = 1;
    event->known_utc_s = 0;
    event->zone = STR_EMPTY;
    event->host = STR_EMPTY;
    event->program = STR_EMPTY;
    event->instance = STR_EMPTY;
    event->pid = -1;
    event->queue_id = STR_EMPTY;
    event->key = 0;
    event->session = STR_EMPTY;
}

/* A login's user, client, service and outcome as a number; else that of the queue id; 0: none. */
uint64_t event_key(const struct event *event);

#endif
