#ifndef NET_SMTP_H
#define NET_SMTP_H

/*
 * smtp - an SMTP client that looks, and waits no longer than it was told.
 *
 *     struct smtp *smtp = smtp_open(&target, &settings, arena);
 *     struct smtp_reply hello = smtp_hello(smtp, &features);
 *     struct smtp_reply answer = smtp_rcpt(smtp, STR("anna@example.com"));
 *     if (smtp_fault(smtp) != SMTP_FINE) ...
 *     smtp_close(smtp);
 *
 * EDGE: talks to a server that somebody else runs and that may be hostile. Replies are bounded
 * (mail/smtp_reply.h), connecting, each reply and the whole session have their time. The first
 * fault stays: from then on every reply is the empty one, code 0, so that a caller may
 * ask at the end. Closing says RSET within a transaction, and QUIT.
 *
 * No message is ever sent but by smtp_data, which only the proof of a relay calls.
 */

#include "mail/smtp_peer.h"
#include "mail/smtp_reply.h"

#define SMTP_CONNECT_MS 10000
#define SMTP_READ_MS 30000   /* one reply, all its lines */
#define SMTP_TOTAL_MS 120000 /* one session */
#define SMTP_COMMAND_MAX 1000
#define SMTP_TRANSCRIPT_MAX ((size_t)32 * 1024)

enum smtp_fault {
    SMTP_FINE,
    SMTP_NO_ADDRESS, /* the name has none */
    SMTP_NO_ROUTE,   /* network or host unreachable */
    SMTP_REFUSED,    /* nothing listens on that port */
    SMTP_TIMED_OUT,
    SMTP_CLOSED,   /* the server hung up */
    SMTP_TOO_LONG, /* a reply beyond the ceilings */
    SMTP_NOT_SMTP, /* what it says is no reply, or one too many */
    SMTP_TLS,      /* no TLS came about */
    SMTP_SYSTEM,
};

struct smtp_target {
    struct str host;    /* for SNI and the certificate; empty: the address */
    struct str address; /* numeric; empty: the system's resolver is asked for the host */
    uint16_t port;
    bool is_implicit_tls; /* 465: TLS before the banner */
};

/* Zeroes and NULLs stand for the usual. */
struct smtp_settings {
    const char *helo;  /* this machine's name, or its address in brackets */
    const char *trust; /* a file of authorities; the system's */
    uint32_t connect_ms, read_ms, total_ms;
};

struct smtp;

/*
 * Connects and reads the banner; never NULL. What replies and texts point to lives in the
 * arena. A banner of 4xx or 5xx is no fault: the server is polite.
 */
struct smtp *smtp_open(const struct smtp_target *target, const struct smtp_settings *settings,
                       struct arena *arena);

/* RSET where a transaction is open, QUIT where the server listens; waits 2 s at most. */
void smtp_close(struct smtp *smtp); /* NULL is fine */

/* The banner; code 0: there was none. */
struct smtp_reply smtp_banner(const struct smtp *smtp);

/* EHLO, or HELO where EHLO is not known; the features are those of the last one, too. */
struct smtp_reply smtp_hello(struct smtp *smtp, struct smtp_features *ret_features);

/* STARTTLS and the handshake; a hello must follow. False: refused (no fault), or failed. */
bool smtp_start_tls(struct smtp *smtp, struct smtp_reply *ret_reply);

/* What it showed; NULL in the clear. Lives in the arena. */
const struct smtp_peer *smtp_peer(const struct smtp *smtp);

/* One command without its line end. A byte that could end the line is a fault: SMTP_SYSTEM. */
struct smtp_reply smtp_command(struct smtp *smtp, struct str command);

struct smtp_reply smtp_mail(struct smtp *smtp, struct str sender);    /* MAIL FROM:<sender> */
struct smtp_reply smtp_rcpt(struct smtp *smtp, struct str recipient); /* RCPT TO:<recipient> */
struct smtp_reply smtp_reset(struct smtp *smtp);

/* DATA, the message (lines end in LF or CR LF, dots are doubled here), and the reply to its end. */
struct smtp_reply smtp_data(struct smtp *smtp, struct str message);

enum smtp_fault smtp_fault(const struct smtp *smtp);
struct str smtp_fault_text(const struct smtp *smtp); /* in words; empty: fine */

/* What was said, "C: " and "S: " before the lines, cut at SMTP_TRANSCRIPT_MAX; until the close. */
struct str smtp_transcript(const struct smtp *smtp);

/* How long the last reply took, and the longest. */
uint32_t smtp_reply_ms(const struct smtp *smtp);
uint32_t smtp_slowest_ms(const struct smtp *smtp);

/* Numeric addresses; empty without a connection. Until the close. */
struct str smtp_local_address(const struct smtp *smtp);
struct str smtp_remote_address(const struct smtp *smtp);

/* The server runs on this very machine: it may well trust us more than others. */
bool smtp_is_own_machine(const struct smtp *smtp);

/* "no answer in time", ...: lower case. */
const char *smtp_fault_name(enum smtp_fault fault);

/*
 * Would the server take mail for the recipient? MAIL and RCPT, nothing is sent. For "does the old
 * host still take mail for this domain" (a recipient of the domain) and "does it take any
 * name" (a made-up one). Taking is what it says: some servers say yes and discard.
 */
enum smtp_takes {
    SMTP_TAKES,        /* 2xx to RCPT */
    SMTP_TAKES_NOT,    /* 5xx that is about the recipient or relaying */
    SMTP_TAKES_LATER,  /* 4xx: greylisting or trouble; nothing is known */
    SMTP_TAKES_UNKNOWN /* not reached, or refused before the recipient was named */
};

struct smtp_answer {
    enum smtp_takes takes;
    enum smtp_fault fault;
    struct smtp_reply reply;       /* the one that decided */
    struct str seen;               /* in one line: the reply, or the fault in words */
    const struct smtp_peer *peer;  /* STARTTLS was tried where it is offered; NULL: in the clear */
    struct smtp_features features; /* of the first EHLO */
    bool is_own_machine;           /* it may say yes to us alone */
};

struct smtp_answer smtp_takes(const struct smtp_target *target,
                              const struct smtp_settings *settings, struct str sender,
                              struct str recipient, struct arena *arena);

/*
 * The same without a recipient: banner, features, and what TLS shows; for MTA-STS, DANE and
 * certificates. `takes` is SMTP_TAKES_UNKNOWN.
 */
struct smtp_answer smtp_look(const struct smtp_target *target, const struct smtp_settings *settings,
                             struct arena *arena);

#endif
