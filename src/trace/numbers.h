#ifndef TRACE_NUMBERS_H
#define TRACE_NUMBERS_H

/*
 * numbers - what the numbers that qmail gives away mean right now.
 *
 *     starting delivery 7: msg 123 to remote c@d     7 is that attempt ...
 *     delivery 7: success: ...                       ... until it is used again
 *
 * Delivery numbers begin anew when qmail-send does, and process ids are used
 * again: the last meaning counts. Of each kind NUMBERS_MAX are kept, see slots.h.
 */

#include "base/str.h"
#include "trace/slots.h"

#define NUMBERS_MAX 16384U

enum number_kind {
    NUMBER_ATTEMPT,  /* a delivery: of `mail`, to `recipient` */
    NUMBER_QUEUED,   /* the process that queued `mail` */
    NUMBER_EXPECTED, /* the process that queues a mail which will say so: a child of `mail` */
};

struct number {
    struct slot slot;
    uint32_t mail;
    uint32_t flags;     /* EXPECTED: enum mail_flag of the child; 0: it is a notice */
    uint64_t recipient; /* ATTEMPT: hash; with `domain`, a name */
    uint32_t domain;
    bool is_local;
};

struct numbers;

struct numbers *numbers_new(void);
void numbers_free(struct numbers *numbers);

/* A place for the number, its key set and all else 0; the caller sets its time. */
struct number *numbers_put(struct numbers *numbers, enum number_kind kind, uint32_t host,
                           struct str digits);

/* NULL when the number has no meaning. */
struct number *numbers_find(struct numbers *numbers, enum number_kind kind, uint32_t host,
                            struct str digits);

#endif
