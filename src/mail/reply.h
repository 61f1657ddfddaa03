#ifndef MAIL_REPLY_H
#define MAIL_REPLY_H

/*
 * reply - read the reason of a failed delivery out of what servers say.
 *
 *     host mx.example [192.0.2.20]: 550 5.1.1 <anna@example.org>... User unknown
 *
 * Codes are those of RFC 5321 section 4.2 and RFC 3463. Pure: slices point into
 * the text. One pass over the text for each question.
 */

#include "base/str.h"

struct reply {
    struct str status; /* "5.1.1", the most specific one stated; empty: none */
    uint32_t code;     /* 550; 0: none */
};

/* Cannot fail. Addresses and versions that look like a status are passed over. */
struct reply reply_read(struct str text);

/* "5.0.0" and "4.0.0" say no more than their first digit. */
bool reply_is_generic(struct str status);

/* Whether the reason is that the address or its host does not exist, or is no longer used. */
bool reply_is_hard(struct str status, struct str text);

/* 4 or 5, from the status, the code, or the words; 5 when nothing tells. */
int reply_class(struct reply reply, struct str text);

#endif
