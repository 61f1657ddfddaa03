#ifndef FEEDBACK_COMPLAINT_H
#define FEEDBACK_COMPLAINT_H

/*
 * complaint - a complaint (RFC 5965) or a failure report (RFC 6591, RFC 9991) in the few
 * words that a list of them needs.
 *
 * Pure. Slices point into the message or the arena.
 */

#include "base/arena.h"
#include "base/str.h"

struct complaint {
    struct str path;     /* the file that it came in */
    struct str kind;     /* Feedback-Type, in lower case */
    struct str reporter; /* From: of the report */
    struct str source_ip, domain, mail_from, recipient;
    struct str auth_failure; /* of a failure report: "dkim", "spf", "dmarc", ... */
    struct str result;       /* Delivery-Result */
    struct str from, subject, message_id, unsubscribe; /* of the mail complained about */
    int64_t arrival_s;                                 /* 0: unknown */
    uint64_t count;                                    /* Incidents, at least 1 */
    uint64_t fingerprint;                              /* of the whole message */
};

/* False: the message is no complaint. */
bool complaint_read(struct str message, struct str path, struct arena *arena,
                    struct complaint *ret_complaint);

/* Whether it is about a mail that failed authentication, not about spam. */
bool complaint_is_failure(const struct complaint *complaint);

#endif
