#ifndef AUDIT_SEEN_H
#define AUDIT_SEEN_H

/*
 * seen - what this host's logs, and mails that were sent from here, show about its mail.
 *
 *     postfix/qmgr: AB12: from=<anna@shop.example>, …  →  shop.example sends from here
 *     postfix/smtp: AB12: …, relay=smtp.relay.example[198.51.100.7]:587, …  →  through that relay
 *     opendkim: AB12: DKIM-Signature field added (s=mail, d=shop.example)  →  key "mail"
 *
 * Only mail that began here counts: handed in by a local program, under a login or from loopback.
 * What is merely forwarded says nothing of the domains that are this host's.
 *
 * Pure. Tables of a fixed size: what does not fit is counted in `lost`.
 */

#include "record/event.h"

#define SEEN_NAMES_MAX 4096u /* of each kind */

struct seen_domain {
    struct str name;        /* lower case */
    uint32_t messages;      /* that left for other hosts with this envelope sender */
    uint32_t from_messages; /* given mails whose From: has it */
};

struct seen_selector {
    struct str domain, selector;
    uint32_t messages;
};

struct seen_relay {
    struct str host; /* the next hop's name, or its address */
    uint32_t messages;
};

struct seen;

struct seen *seen_new(void);
void seen_free(struct seen *seen); /* NULL is fine */

/* One line of a mail log, in order. */
void seen_event(struct seen *seen, const struct event *event);

/* A mail that was sent from here, with its headers. */
void seen_message(struct seen *seen, struct str message);

/* The most frequent first. They live as long as the seen. */
const struct seen_domain *seen_domains(struct seen *seen, uint32_t *ret_count);
const struct seen_selector *seen_selectors(struct seen *seen, uint32_t *ret_count);
const struct seen_relay *seen_relays(struct seen *seen, uint32_t *ret_count);

/* Mails that began here and left, in all; and names beyond the ceilings. */
uint64_t seen_outgoing(const struct seen *seen);
uint64_t seen_lost(const struct seen *seen);

#endif
