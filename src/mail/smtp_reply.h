#ifndef MAIL_SMTP_REPLY_H
#define MAIL_SMTP_REPLY_H

/*
 * smtp_reply - what an SMTP server answers to a command (RFC 5321 section 4.2).
 *
 *     250-mx.example.com greets you
 *     250-AUTH PLAIN LOGIN
 *     250 STARTTLS
 *
 * Pure. Slices point into the bytes. Lenient where servers are: a line may end in LF alone,
 * and a last line may be its code and nothing else. Strict where leniency would mistake one reply
 * for another: a line without a code, or with another code than the first, ends the dialogue.
 */

#include "base/arena.h"

#define SMTP_REPLY_LINES_MAX 128
#define SMTP_REPLY_LINE_MAX 2048 /* bytes; RFC 5321 section 4.5.3.1.5 has 512 */
#define SMTP_REPLY_BYTES_MAX ((size_t)32 * 1024)

enum smtp_reply_step {
    SMTP_REPLY_WHOLE,    /* all of it is there */
    SMTP_REPLY_MORE,     /* so far a reply, its last line is still to come */
    SMTP_REPLY_TOO_LONG, /* a line, the lines, or the bytes are beyond their ceiling */
    SMTP_REPLY_NOT_SMTP, /* these bytes do not begin a reply */
};

struct smtp_reply {
    struct str bytes;    /* all lines, their ends included */
    uint32_t code;       /* 200 to 599; 0: there is no reply */
    uint32_t line_count; /* 1 or more */
};

/*
 * Reads one reply from the start of `bytes`; what follows it is not looked at. `ret_reply` is
 * written only when it is whole.
 */
enum smtp_reply_step smtp_reply_read(struct str bytes, struct smtp_reply *ret_reply);

/* 2 for 250, 4, 5; 0: there is no reply. */
static inline uint32_t
smtp_reply_class(const struct smtp_reply *reply)
{
    return reply->code / 100;
}

/* The text of the next line, without code and line end; starts with `rest` as reply.bytes. */
bool smtp_reply_line(struct str *rest, struct str *ret_text);

/* "5.7.1" of the first line (RFC 2034), empty without one. */
struct str smtp_reply_status(const struct smtp_reply *reply);

/* In one line for quoting: "550 5.7.1 relaying denied"; lines are joined with a blank. */
struct str smtp_reply_quote(const struct smtp_reply *reply, struct arena *arena);

/* The first word of the first line if it may be a host's name: of a banner, or of EHLO's reply. */
struct str smtp_reply_name(const struct smtp_reply *reply);

enum smtp_extension {
    SMTP_STARTTLS = 1 << 0,
    SMTP_AUTH = 1 << 1,
    SMTP_PIPELINING = 1 << 2,
    SMTP_8BITMIME = 1 << 3,
    SMTP_SMTPUTF8 = 1 << 4,
    SMTP_DSN = 1 << 5,
    SMTP_CHUNKING = 1 << 6,
    SMTP_VRFY = 1 << 7,
    SMTP_EXPN = 1 << 8,
    SMTP_ETRN = 1 << 9,
    SMTP_SIZE = 1 << 10,
    SMTP_REQUIRETLS = 1 << 11,
    SMTP_ENHANCED_STATUS = 1 << 12,
};

/* What the reply to EHLO offers (RFC 5321 section 4.1.1.1, RFC 4954 section 3). */
struct smtp_features {
    struct str name;     /* the server's own name for itself */
    struct str auth;     /* "PLAIN LOGIN", as offered; also of the old "AUTH=LOGIN" */
    uint64_t size_max;   /* of a message; 0: none stated */
    uint32_t extensions; /* a set of enum smtp_extension */
};

/* Cannot fail: of a reply that is none, or no 250, nothing is offered. */
struct smtp_features smtp_features_read(const struct smtp_reply *reply);

/* Whether AUTH offers the mechanism; case is ignored. */
bool smtp_features_has_mechanism(const struct smtp_features *features, struct str mechanism);

#endif
