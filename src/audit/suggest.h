#ifndef AUDIT_SUGGEST_H
#define AUDIT_SUGGEST_H

/*
 * suggest - the records and rules that a host's own logs and settings call for, ready to paste.
 *
 *     ; ---- example.com: its zone ----
 *     ; Seen: 1204 mails left from here. Addresses that send: 192.0.2.25.
 *     example.com. IN TXT "v=spf1 mx -all"
 *
 *     # ---- /var/lib/dovecot/sieve/before.d/weir-bounces.sieve ----
 *
 * Pure over a resolver that never says DNS_PENDING. What is not known is said in a comment. Foreign
 * bytes that could end a line, a string or a comment are never written: names that have such are
 * left out.
 */

#include "audit/domain.h"
#include "base/buf.h"

#define SUGGEST_KEYS_MAX 256

/* A private key that lies on this host. */
struct suggest_key {
    struct str domain, selector; /* as the path has them */
    struct str path;
    struct str record; /* "v=DKIM1; k=rsa; p=…": its public half */
};

struct suggest_host {
    struct str name; /* as the mail server says it in HELO */
    const struct suggest_key *keys;
    uint32_t key_count;
    bool has_smarthost; /* mail leaves through another server, whose addresses count */
};

/* One domain's zone fragment. `seen`: mails that left with it; 0: none was seen. */
void suggest_zone(const struct domain_input *input, const struct suggest_host *host, uint32_t seen,
                  const struct resolver *resolver, struct arena *arena, struct buf *out);

/*
 * Rules for Sieve, Postfix and Exim that put bounces aside which nothing proves to be about mail of
 * this host. They file or mark; none refuses, because a genuine bounce may lack the proof.
 */
void suggest_rules(struct str host, const struct str *domains, uint32_t count, struct buf *out);

/* Whether a name has only bytes that mean nothing in a zone, a rule or a regular expression but
 * themselves. */
bool suggest_is_plain_name(struct str name);

#endif
