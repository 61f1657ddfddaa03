#ifndef NET_UNBOUND_H
#define NET_UNBOUND_H

/*
 * unbound - the DNS, asked through libunbound: validating, caching, and waiting.
 *
 * EDGE: sends questions. Each is asked once a run; the answer never is DNS_PENDING. A
 * question that takes longer than its time is DNS_TIMED_OUT.
 */

#include "base/err.h"
#include "dns/resolver.h"

#define UNBOUND_TIMEOUT_MS 10000

struct unbound_settings {
    const char *forward;      /* "127.0.0.1@5353": the server to ask. NULL: /etc/resolv.conf's */
    const char *trust_anchor; /* a file with DS or DNSKEY records; NULL: the system's root key */
    bool is_recursive;        /* ask the zones' own servers from the root on */
    uint32_t timeout_ms;      /* of one question; 0: UNBOUND_TIMEOUT_MS */
};

struct unbound;

/* Opens no connection yet. False: `err` says why. */
bool unbound_open(const struct unbound_settings *settings, struct unbound **ret_unbound,
                  struct err *err) __attribute__((warn_unused_result));
void unbound_close(struct unbound *unbound); /* NULL is fine */

struct resolver unbound_resolver(struct unbound *unbound);

/*
 * Whether answers can be validated at all: there is a trust anchor, and the server asked hands on
 * what validation needs. May ask it.
 */
bool unbound_validates(struct unbound *unbound);

#endif
