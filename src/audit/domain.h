#ifndef AUDIT_DOMAIN_H
#define AUDIT_DOMAIN_H

/*
 * domain - audit a domain from outside: who may send as it, and how its mail is received.
 *
 * Pure over a resolver, and over two functions of the edge that may be missing. The resolver never
 * says DNS_PENDING here; put dns/patience.h before it, or a dead domain takes long. Everything that
 * is found goes into the audit, whose arena all answers live in, too.
 *
 * Each check is a file domain_NAME.c and a row of the table in domain.c.
 */

#include "audit/finding.h"
#include "dns/resolver.h"

#define DOMAIN_SENDERS_MAX 64   /* addresses that are looked at */
#define DOMAIN_SELECTORS_MAX 64 /* selectors seen in use */
#define DOMAIN_USES_MAX 64
#define DOMAIN_OLD_HOSTS_MAX 8
#define DOMAIN_POLICY_MAX ((size_t)65536) /* bytes of an MTA-STS policy: RFC 8461 section 3.3 */

/* One way in which mail with the domain in From was sent. Empty: unknown, or none. */
struct domain_use {
    struct str from;     /* the domain of From */
    struct str envelope; /* the domain of the envelope sender */
    struct str signer;   /* d= of a signature */
    struct str selector; /* s= of it */
    struct str place;    /* where it was seen: a file, "the logs" */
};

struct domain_fetched {
    bool is_fetched;
    unsigned status; /* of HTTP */
    struct str body; /* at most DOMAIN_POLICY_MAX */
    struct str content_type;
    struct str problem;      /* why it could not be fetched, in half a sentence */
    bool is_certificate_bad; /* the problem is the certificate */
    bool is_ours;            /* the problem is this machine's: nothing is known of the policy */
};

/* Fetches https://HOST/PATH; follows nothing, trusts no certificate that is not valid. */
typedef void domain_fetch(void *context, struct str url, struct arena *arena,
                          struct domain_fetched *ret_fetched);

enum domain_taken {
    DOMAIN_TAKEN,       /* 2xx to RCPT */
    DOMAIN_REFUSED,     /* 5xx */
    DOMAIN_DEFERRED,    /* 4xx */
    DOMAIN_UNREACHABLE, /* no connection, or none that spoke SMTP */
};

struct domain_probed {
    enum domain_taken taken;
    struct str reply; /* the server's words, or why there are none */
};

/* MAIL FROM:<>, RCPT TO:<recipient>, RSET, QUIT at port 25 of a name or address. Never DATA. */
typedef void domain_probe(void *context, struct str host, struct str recipient, struct arena *arena,
                          struct domain_probed *ret_probed);

/* The certificate, DER, that a mail server shows after STARTTLS; empty: none was seen. */
typedef struct str domain_certificate(void *context, struct str host, struct arena *arena);

struct domain_input {
    struct str domain;
    struct str token;          /* letters and digits that no name has by chance */
    const struct str *senders; /* addresses, as text, that mail of the domain leaves from */
    uint32_t sender_count;
    const struct str *selectors; /* of its signatures */
    uint32_t selector_count;
    const struct domain_use *uses;
    uint32_t use_count;
    const struct str *old_hosts; /* names or addresses where the domain's mail was before */
    uint32_t old_host_count;
    bool asks_blocklists;
    bool validates; /* the resolver can tell whether an answer is signed */
    int64_t now_s;
    domain_fetch *fetch;             /* NULL: policies are not fetched */
    domain_probe *probe;             /* NULL: no server is asked */
    bool probes_own;                 /* the domain's mail servers and its site's host, too */
    domain_certificate *certificate; /* NULL: certificates are not looked at */
    void *edge;                      /* context of these */
};

void domain_audit(const struct domain_input *input, const struct resolver *resolver,
                  struct audit *audit);

#endif
