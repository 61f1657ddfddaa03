#ifndef FEEDBACK_SENDERS_H
#define FEEDBACK_SENDERS_H

/*
 * senders - who sends as a domain: rows of aggregate reports become senders with a verdict.
 *
 *     192.0.2.10, SPF passes, DKIM example.org/s1   -> yours and right
 *     198.51.100.7, SPF passes for mcsv.net         -> yours, perhaps, but not aligned
 *     203.0.113.5, DKIM example.org/s1, SPF fails   -> forwards your mail
 *     203.0.113.9, nothing passes                   -> a stranger
 *
 * An address is the domain's own when SPF passed aligned there once, when it signed with a
 * key of the domain that no address of the domain's own uses (a service with its own key),
 * or when the administrator says so. A key of the domain's own seen elsewhere is a forwarded
 * mail. What belongs together, by key, by service or by network, is one sender.
 *
 * Rows come sorted by domain and address; an address is judged when the next one comes, so
 * that memory is bounded by SENDERS_MAX, whatever the number of rows. Senders beyond it are
 * folded into one per domain and verdict.
 *
 * Pure.
 */

#include "base/arena.h"
#include "base/cidr.h"
#include "base/str.h"
#include "feedback/services.h"

#define SENDERS_MAX 5000U
#define SENDERS_DOMAINS_MAX 1000U
#define SENDER_ADDRESSES_MAX 5U /* shown of one sender */

enum sender_verdict {
    SENDER_RIGHT,     /* yours, and every mail passes */
    SENDER_PARTLY,    /* yours, and some mails fail */
    SENDER_UNALIGNED, /* authenticates as itself: perhaps yours */
    SENDER_FORWARDER, /* hands on mail of yours */
    SENDER_STRANGER,
    SENDER_VERDICT_COUNT,
};

/* What was wrong with mails that failed. */
enum sender_fault {
    FAULT_NO_SIGNATURE,
    FAULT_BROKEN_SIGNATURE, /* of the domain's own */
    FAULT_OTHER_SIGNATURE,  /* a good one, of another domain */
    FAULT_SPF_FAIL,
    FAULT_SPF_OTHER, /* SPF passed for another domain */
    FAULT_COUNT,
};

struct sender_row {
    struct str domain, address; /* what the rows are sorted by */
    struct str header_from, disposition;
    struct str dkim_domain, dkim_selector, dkim_result, spf_domain, spf_result;
    bool is_dkim_aligned, is_spf_aligned;
    uint32_t reasons; /* of enum row_reason */
    uint64_t count;
    int64_t begin_s, end_s; /* of the report; 0: unknown */
};

struct dmarc_sender {
    enum sender_verdict verdict;
    struct str addresses[SENDER_ADDRESSES_MAX]; /* the first that were met */
    uint32_t address_kept;
    uint64_t address_count;
    uint64_t largest;                                   /* messages of its largest address */
    uint64_t messages, passed, dkim_passed, spf_passed; /* aligned */
    uint64_t faults[FAULT_COUNT];                       /* of mails that failed */
    uint64_t quarantined, rejected;
    uint32_t reasons;
    struct str dkim_domain, dkim_selector, spf_domain, header_from; /* of its largest address */
    const struct service *service;                                  /* NULL: none that is known */
    bool is_certain; /* UNALIGNED: a tenant that bears the domain's own name */
    bool is_rest;    /* several small ones, folded */
    int64_t first_s, last_s;
};

struct sender_domain {
    struct str name;
    struct dmarc_sender *senders; /* by verdict, the largest first */
    uint32_t sender_count;
    uint64_t messages, passed, dkim_passed, spf_passed, quarantined, rejected;
    uint64_t by_verdict[SENDER_VERDICT_COUNT];
    int64_t first_s, last_s;
};

struct senders;

/* `own` are networks of the domains' own; they outlive the senders. */
struct senders *senders_new(const struct cidr *own, uint32_t own_count);
void senders_free(struct senders *senders); /* NULL is fine */

/* A key that signed, aligned, a mail for which SPF passed aligned, too: the own servers' key. */
void senders_know_key(struct senders *senders, struct str domain, struct str dkim_domain,
                      struct str selector);

void senders_add(struct senders *senders, const struct sender_row *row);

/* The domains, the largest first. False: the arena's limit. Once. */
bool senders_finish(struct senders *senders, struct arena *arena,
                    struct sender_domain **ret_domains, uint32_t *ret_count);

/* Domains beyond SENDERS_DOMAINS_MAX: their messages. */
uint64_t senders_lost(const struct senders *senders);

/* "yours, and right": a clause. */
const char *sender_verdict_words(enum sender_verdict verdict);

/* The word of it in JSON: "right", "partly", ... */
const char *sender_verdict_name(enum sender_verdict verdict);

#endif
