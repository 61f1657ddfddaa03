#ifndef AUDIT_RELAY_ANSWER_H
#define AUDIT_RELAY_ANSWER_H

/*
 * relay_answer - what the replies to one form of relaying say.
 *
 *     554 5.7.1 <anna@example.com>: Relay access denied     →  RELAY_REFUSED
 *     554 5.7.1 Client host rejected: blocked using …       →  RELAY_REFUSED_US
 *     250 2.1.5 Ok                                          →  RELAY_ACCEPTED, which proves nothing
 *
 * Pure. A yes is only what the server says: some take all and discard, some find out later
 * that they do not relay. What arrives is proof.
 */

#include "mail/smtp_reply.h"

enum relay_answer {
    RELAY_UNTRIED,
    RELAY_REFUSED,      /* it does not relay this */
    RELAY_ASKS_LOGIN,   /* not without a login */
    RELAY_ASKS_TLS,     /* not in the clear: nothing is known yet */
    RELAY_REFUSED_US,   /* our address or our sender is what it does not like: nothing is known */
    RELAY_REFUSED_NAME, /* the recipient's domain takes no mail: nothing is known */
    RELAY_LATER,        /* 4xx: greylisting, or trouble */
    RELAY_ACCEPTED,     /* 2xx to RCPT, and no message was sent */
    RELAY_REFUSED_DATA, /* 2xx to RCPT, and then the message was refused */
    RELAY_TAKEN,        /* the message was taken */
    RELAY_RETURNED,     /* taken, and sent back as undeliverable */
    RELAY_PROVEN,       /* taken, and it arrived */
    RELAY_BROKEN,       /* no reply, or none that fits */
};
#define RELAY_ANSWER_COUNT 13

/* Of the replies to MAIL and, where that was taken, RCPT; code 0: not asked, or no reply. */
enum relay_answer relay_answer_read(const struct smtp_reply *mail, const struct smtp_reply *rcpt);

/* Of a form that was accepted: the reply to the message's end, or to DATA. */
enum relay_answer relay_answer_data(const struct smtp_reply *data);

/* Whether a 4xx speaks of greylisting. */
bool relay_is_greylisting(const struct smtp_reply *reply);

/* Whether a 421 ends this session alone, for too many errors: another one may go on. */
bool relay_is_session_limit(const struct smtp_reply *reply);

/* "refused", "asks for a login", "accepted, not proven", "arrived", … */
const char *relay_answer_name(enum relay_answer answer);

#endif
