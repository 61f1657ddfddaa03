#ifndef TRACE_LEDGER_H
#define TRACE_LEDGER_H

/*
 * ledger - the compact facts of a trace: mails, requests, calls, logins.
 *
 * A log line is read once and leaves at most a few dozen bytes here. Names that
 * recur (logins, clients, scripts, paths, domains) are numbers of one table;
 * addresses of senders and recipients are hashes, and only those that recur are
 * named. Everything grows in blocks and has a ceiling; what did not fit is
 * counted (ledger_lost), and the report says so.
 *
 * Pure but for malloc: the ledger owns its memory, ledger_free gives it back.
 */

#include "base/table.h"
#include "record/event.h"
#include "trace/result.h"

#define LEDGER_MAILS_MAX 8000000U
#define LEDGER_REQUESTS_MAX 2000000U
#define LEDGER_CALLS_MAX 4000000U
#define LEDGER_LOGINS_MAX 1000000U
#define LEDGER_CONNECTS_MAX 1000000U
#define LEDGER_NAME_BYTES_MAX ((size_t)256 * 1024 * 1024)

/* Who handed a mail to this host's MTA. */
enum identity_kind {
    IDENTITY_UNKNOWN,  /* no origin line: rotated away */
    IDENTITY_LOGIN,    /* name = login */
    IDENTITY_USER,     /* local caller: name = user where known, uid */
    IDENTITY_CLIENT,   /* name = address of a client that did not log in */
    IDENTITY_LOOPBACK, /* SMTP from this very host, nobody logged in */
    IDENTITY_MTA,      /* a notice that the MTA wrote itself */
};

struct identity {
    enum identity_kind kind;
    uint32_t name;
    int64_t uid; /* IDENTITY_USER; -1: not stated */
    uint32_t mails;
};

enum mail_flag {
    MAIL_NULL_SENDER = 1 << 0,
    MAIL_OUTGOING = 1 << 1, /* some delivery was tried to another host */
    MAIL_LOCAL = 1 << 2,    /* some delivery was into a mailbox of this host */
    MAIL_REMOVED = 1 << 3,  /* it left the queue */
    MAIL_HELD = 1 << 4,
    MAIL_DUPLICATE = 1 << 5,         /* the same mail as `parent`: re-injected, requeued */
    MAIL_FORWARD = 1 << 6,           /* a forward or redirect of another mail */
    MAIL_FOREIGN_SENDER = 1 << 7,    /* decided at the end: the sender's domain is not ours */
    MAIL_ALIASED = 1 << 8,           /* an outside recipient came from an alias of this host */
    MAIL_QUEUED_SEEN = 1 << 9,       /* sender and size are known */
    MAIL_SPAM_REJECTED = 1 << 10,    /* some server called it spam */
    MAIL_STATED = 1 << 11,           /* the host itself states the script */
    MAIL_LOOPBACK_RELAY = 1 << 12,   /* handed to a server on loopback: a filter or a smarthost */
    MAIL_SCRIPT_IS_FOLDER = 1 << 13, /* `script` is the folder that Exim's cwd= states */
    MAIL_HAS_CHILD = 1 << 14,
};

#define NO_MAIL UINT32_MAX
#define NO_DELIVERY 0x3FFFFFFFU

/* A line_ref in twelve bytes; offsets up to 256 TiB. `line` 0: no line. */
struct place {
    uint32_t line, offset_low;
    uint16_t offset_high, input;
};

struct mail {
    int64_t time_us;        /* arrival, UTC */
    uint64_t recipient;     /* hash of the first recipient, 0: not seen */
    uint64_t sender;        /* hash of the envelope sender; 0: null or not seen */
    uint64_t message_id;    /* hash; 0: not seen */
    struct place origin;    /* the origin line, or the first line seen of it */
    struct place delivery;  /* the first refused as spam, else the first failed, else the first */
    uint32_t queue_id;      /* ledger_text */
    uint32_t last_delivery; /* index, NO_DELIVERY */
    uint32_t identity;      /* index */
    uint32_t client;        /* name of the address, 0: local */
    uint32_t sender_domain, recipient_domain; /* names */
    uint32_t parent;                          /* mail index or NO_MAIL */
    uint32_t script;                          /* name: stated by PHP or the MTA; 0: not */
    uint32_t subject;                         /* low half of a hash; 0: not known */
    uint32_t size;                            /* bytes, 0: not known */
    uint16_t flags;
    uint16_t sent, bounced, deferred, unknown; /* deliveries, by last known state */
    uint16_t call; /* the line of `script` that called mail(), cut to 16 bits; 0: not stated */
    int32_t micros : 24; /* within the second, from the queue id; -1: not known */
    uint32_t mta : 8;    /* enum mta */
};

/* One recipient of a mail: what became of it. */
struct delivery {
    uint64_t recipient; /* hash */
    uint32_t mail;
    uint32_t previous : 30; /* of the same mail, NO_DELIVERY */
    uint32_t status : 2;    /* enum delivery_status */
};

/* A path of a site: what requests ask for. */
struct endpoint {
    uint32_t site;                     /* index */
    uint32_t path;                     /* name: path, with the query where it selects the action */
    uint32_t requests, posts, refused; /* refused: 4xx and attack-like ones */
    int64_t first_s, last_s;
    bool is_script; /* runs code: .php and its kin, or no extension */
    bool has_query; /* the path carries a selecting query */
};

/* A web site as far as the logs tell: a vhost, or one access log that names none. */
struct site {
    uint32_t name;      /* vhost where stated or known, else the log's base name */
    bool is_vhost;      /* the name is a host name that the log or configuration states */
    uint32_t user;      /* name of its user where configuration tells; 0: not known */
    int64_t uid;        /* -1: not known */
    uint32_t docroot;   /* name, 0: not known */
    uint32_t input;     /* the first access log that it was seen in */
    uint32_t endpoints; /* how many of its paths are kept apart */
};

struct request {
    int64_t time_s;
    struct place place;
    uint32_t endpoint, client;
    uint16_t status;
    uint8_t method;      /* enum request_method */
    bool is_attack;      /* the target looks like an attack */
    bool is_robot;       /* a search robot, by its own word */
    int32_t duration_ms; /* -1: not logged */
};

/* A call of PHP's mail(), as its log states it. */
struct call {
    int64_t time_us;
    uint64_t recipient; /* hash of the first address of To: */
    struct place place;
    uint32_t script, subject;
    uint32_t headers; /* hash */
    uint32_t mail;    /* the mail it made, NO_MAIL */
    uint32_t kind;    /* of a library's calls: the subject, where it recurs; 0 */
    uint16_t line;    /* of the script, cut to 16 bits */
    bool is_eval, is_registration;
    bool recurs; /* several calls name its recipient */
};

/*
 * All logins of one user from one client at one service that succeeded, or all that
 * failed: a mail host logs millions. An upload stands alone.
 */
struct login {
    int64_t time_us, last_us; /* of the first and the last one */
    struct place place;       /* of the first one */
    uint32_t user, client, service;
    uint32_t attempts;
    bool is_success;
    bool is_summary; /* the tries of a session, which other lines may have told */
    bool is_upload;  /* a file came in: `path` */
    uint32_t path;
};

/* A sieve script or the like sent a mail on: the mail that carries this Message-ID is a forward. */
struct redirect {
    uint64_t message_id; /* hash */
    int64_t time_us;
};

/* A program of this host opened a connection to port 25 of another, says the firewall. */
struct connect {
    int64_t time_us;
    int64_t uid; /* -1: not stated */
    struct place place;
    uint32_t server; /* name of the address */
    uint16_t port;   /* its own; 0: not stated */
};

/* A refusal worth keeping in numbers only: relay denied, null-sender mail refused. */
struct refusals {
    uint64_t relay_denied, null_sender, auth;
};

/* Growing arrays in blocks: an element never moves. */
#define LEDGER_BLOCK 4096U
#define LEDGER_BLOCKS_MAX 4096U

struct vec {
    size_t size; /* of an element */
    uint32_t count, limit;
    uint64_t lost;
    char *blocks[LEDGER_BLOCKS_MAX];
};

struct ledger {
    struct table *names;
    struct vec mails;      /* struct mail */
    struct vec deliveries; /* struct delivery */
    struct vec identities; /* struct identity */
    struct vec sites;      /* struct site */
    struct vec endpoints;  /* struct endpoint */
    struct vec requests;   /* struct request */
    struct vec calls;      /* struct call */
    struct vec logins;     /* struct login */
    struct vec redirects;  /* struct redirect */
    struct vec connects;   /* struct connect */
    struct refusals refusals;
    const struct str *libraries; /* the administrator's own mail libraries */
    uint32_t library_count;
    uint32_t host;           /* name: the host that most mail lines name */
    uint64_t gap_lines;      /* lines that the logs say were lost; each gap at least 1 */
    uint8_t *recipient_seen; /* counters of two bits, by hash: when to name an address */
    uint8_t *is_local;       /* by name of a domain: this host delivers for it */
    uint32_t is_local_capacity;
    struct hash_name *hash_names; /* open addressing: hash of an address -> its name */
    uint32_t hash_name_count, hash_name_capacity;
    struct vec text_blocks;
    uint32_t text_used;
};

struct ledger *ledger_new(void);
void ledger_free(struct ledger *ledger);

static inline struct place
place_make(uint32_t input, uint32_t line, uint64_t offset)
{
    return (struct place){line, (uint32_t)offset, (uint16_t)(offset >> 32), (uint16_t)input};
}

static inline struct line_ref
place_ref(struct place place)
{
    return (struct line_ref){place.line ? place.input : UINT32_MAX, place.line,
                             (uint64_t)place.offset_high << 32 | place.offset_low};
}

/* A new zeroed element, or NULL at the ceiling (counted in vec->lost). */
void *vec_add(struct vec *vec);

static inline void *
vec_at(const struct vec *vec, uint32_t index)
{
    return vec->blocks[index / LEDGER_BLOCK] + (size_t)(index % LEDGER_BLOCK) * vec->size;
}

static inline struct mail *
ledger_mail(const struct ledger *ledger, uint32_t index)
{
    return vec_at(&ledger->mails, index);
}

/* As far as the logs go. Sendmail and OpenSMTPD write no line when a mail leaves the queue. */
static inline bool
mail_is_queued(const struct mail *mail)
{
    return !(mail->flags & MAIL_REMOVED) && (mail->deferred > 0 || mail->sent + mail->bounced == 0);
}

static inline struct delivery *
ledger_delivery(const struct ledger *ledger, uint32_t index)
{
    return vec_at(&ledger->deliveries, index);
}

static inline struct identity *
ledger_identity(const struct ledger *ledger, uint32_t index)
{
    return vec_at(&ledger->identities, index);
}

static inline struct endpoint *
ledger_endpoint(const struct ledger *ledger, uint32_t index)
{
    return vec_at(&ledger->endpoints, index);
}

static inline struct site *
ledger_site(const struct ledger *ledger, uint32_t index)
{
    return vec_at(&ledger->sites, index);
}

static inline struct request *
ledger_request(const struct ledger *ledger, uint32_t index)
{
    return vec_at(&ledger->requests, index);
}

static inline struct call *
ledger_call(const struct ledger *ledger, uint32_t index)
{
    return vec_at(&ledger->calls, index);
}

static inline struct redirect *
ledger_redirect(const struct ledger *ledger, uint32_t index)
{
    return vec_at(&ledger->redirects, index);
}

static inline struct connect *
ledger_connect(const struct ledger *ledger, uint32_t index)
{
    return vec_at(&ledger->connects, index);
}

static inline struct login *
ledger_login(const struct ledger *ledger, uint32_t index)
{
    return vec_at(&ledger->logins, index);
}

/*
 * The hash of an address, its domain folded to lower case; remembers the text of
 * addresses that come back (the third time on), so that ledger_address can name
 * them. `ret_domain` is the name of the domain, 0 without one.
 */
uint64_t ledger_add_address(struct ledger *ledger, struct str address, uint32_t *ret_domain);

/*
 * A key of two numbers to a third: for what is looked up by a pair, such as a site
 * and a path. Pairs of one `kind` do not meet those of another. 0: not there.
 */
uint32_t ledger_pair(const struct ledger *ledger, char kind, uint32_t a, uint32_t b);
void ledger_set_pair(struct ledger *ledger, char kind, uint32_t a, uint32_t b, uint32_t value);

/*
 * The record of that user, client, service and outcome (the event's key), added when new (attempts
 * 0, no time); NULL at the ceiling.
 */
struct login *ledger_add_login(struct ledger *ledger, const struct event_login *what, uint64_t key);

/* Fetches the record into the cache: it will be asked for soon. */
void ledger_expect_login(const struct ledger *ledger, uint64_t key, bool is_near);

/* The text of a recurring address; empty when it did not recur. */
struct str ledger_address(const struct ledger *ledger, uint64_t hash);

/* The text of a name. */
static inline struct str
ledger_name(const struct ledger *ledger, uint32_t name)
{
    return table_name(ledger->names, name);
}

/* The identity with these marks, added when new. */
uint32_t ledger_add_identity(struct ledger *ledger, enum identity_kind kind, struct str name,
                             int64_t uid);

/* A PHP file that mails for others: known_mail_library, or one of `libraries`. */
bool ledger_is_library(const struct ledger *ledger, struct str script);

/* False: the site is known to run under another user than the identity's. */
bool ledger_site_may_serve(const struct ledger *ledger, uint32_t site, uint32_t identity);

/* How many facts and names did not fit. */
uint64_t ledger_lost(const struct ledger *ledger);

/* Whether this host delivers mail for the domain itself; marking it so. */
bool ledger_is_local_domain(const struct ledger *ledger, uint32_t domain);
void ledger_set_local_domain(struct ledger *ledger, uint32_t domain);

/* Short texts that are not looked up by content, such as queue ids: kept, by handle; 0: empty. */
uint32_t ledger_keep_text(struct ledger *ledger, struct str text);
struct str ledger_text(const struct ledger *ledger, uint32_t handle);

#endif
