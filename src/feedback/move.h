#ifndef FEEDBACK_MOVE_H
#define FEEDBACK_MOVE_H

/*
 * move - may this domain move to p=reject? And which record is the next step?
 *
 *     p=none -> p=quarantine; t=y -> p=quarantine -> p=reject
 *
 * "t=y" (RFC 9989) asks receivers to apply one step less; those who know only RFC 7489 ignore
 * it, so that it is never set beside p=reject here. RFC 9989 has no pct.
 *
 * Pure.
 */

#include "feedback/senders.h"

#define MOVE_DAYS_MIN 14
#define MOVE_MESSAGES_MIN 100U
#define MOVE_BLOCKERS_MAX 32U

enum move_answer {
    MOVE_DONE,       /* it is at p=reject, and nothing of its own is lost */
    MOVE_DONE_LOSES, /* it is at p=reject, and mail of its own is lost */
    MOVE_YES,
    MOVE_NOT_YET, /* mail that is certainly its own would be lost */
    MOVE_ASK,     /* mail that may be its own would be lost */
    MOVE_TOO_LITTLE,
};

/* What the newest report says is published. */
struct move_policy {
    struct str p, sp, np, adkim, aspf, fo, testing;
    struct str recipient; /* where reports are mailed to; empty: not known */
};

struct move {
    enum move_answer answer;
    const struct dmarc_sender *blockers[MOVE_BLOCKERS_MAX]; /* own first, the largest first */
    uint32_t blocker_count;
    uint64_t lost;      /* their mails that fail */
    uint64_t forwarded; /* mails that forwarders broke: would be lost, too */
    uint64_t tolerated; /* failing mails of own senders, too few to hold up anything */
    int64_t days;       /* on which reports tell of mail */
    struct str record;  /* what to publish at _dmarc.<domain> next; empty: nothing to change */
    bool has_recipient; /* the record's rua is where reports came; else a made-up name */
};

/* `days` is how many days reports tell of. */
struct move move_of(const struct sender_domain *domain, const struct move_policy *policy,
                    int64_t days, struct arena *arena);

/* Mails of the sender that would be lost with p=reject. */
uint64_t move_failing(const struct dmarc_sender *sender);

/* What to do about the sender, sentences; empty: nothing. */
struct str move_fix(const struct sender_domain *domain, const struct dmarc_sender *sender,
                    struct arena *arena);

/* The word of the answer in JSON: "yes", "not-yet", ... */
const char *move_answer_name(enum move_answer answer);

#endif
