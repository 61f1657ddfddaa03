#ifndef DNS_RESOLVER_H
#define DNS_RESOLVER_H

/*
 * resolver - what the DNS answers, as an interface.
 *
 * Pure code asks through `struct resolver` and never waits: a resolver either has the
 * answer or says DNS_PENDING, and will have it later. An evaluation that meets
 * DNS_PENDING asks for what else it can, returns "pending" itself, and is run again
 * from its start once the answers are there: it is a function of the answers. So the
 * same code serves a command that waits (net/unbound.h never says DNS_PENDING) and a
 * daemon that does not.
 *
 * Answers live in the arena that was handed in, or longer.
 */

#include "base/arena.h"

#define DNS_RECORDS_MAX 10000        /* of one answer; what comes behind is cut off */
#define DNS_NAME_MAX 255             /* bytes of a name on the wire, RFC 1035 section 2.3.4 */
#define DNS_TEXT_MAX ((size_t)65536) /* bytes of one record's data */

/* The numbers of RFC 1035, 3596, 2782, 4034, 6698, 8659. */
enum dns_type {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_SRV = 33,
    DNS_DS = 43,
    DNS_DNSKEY = 48,
    DNS_TLSA = 52,
    DNS_CAA = 257,
};

enum dns_status {
    DNS_FOUND,     /* one record or more */
    DNS_NO_DATA,   /* the name exists, the type does not */
    DNS_NO_NAME,   /* NXDOMAIN, or no name that can be asked for: a label of 64 bytes, say */
    DNS_FAILED,    /* SERVFAIL, REFUSED, a broken answer, a loop of CNAMEs */
    DNS_TIMED_OUT, /* nobody answered in time */
    DNS_BOGUS,     /* DNSSEC says that the answer is forged or its zone broken */
    DNS_PENDING,   /* asked, not answered yet */
};

struct dns_record {
    struct str data;     /* A: 4 bytes, AAAA: 16; TXT: its strings joined; CNAME, MX, NS, PTR, SRV:
                            the name, as in dns_answer; other types: as on the wire */
    uint16_t preference; /* MX; SRV: its port */
};

struct dns_answer {
    enum dns_status status;
    bool is_secure; /* validated by DNSSEC; also of "no such name" */
    bool is_cut;    /* more records than DNS_RECORDS_MAX */
    uint32_t ttl_s;
    uint32_t count; /* in no particular order, as the DNS has it */
    struct dns_record *records;
    struct str canonical; /* the name that has the records, behind CNAMEs; empty: the one asked */
    struct str reason;    /* FAILED, BOGUS: in the resolver's words */
};

/* Names are ASCII in lower case without the final dot; the root is ".". */
struct resolver {
    void (*ask)(void *context, struct str name, enum dns_type type, struct arena *arena,
                struct dns_answer *ret_answer);
    void *context;
};

/*
 * Asks. A name that the DNS cannot have (an empty label, one of 64 bytes, more than
 * 253 in all) is DNS_NO_NAME without being asked; upper case and a final dot are taken off.
 * At the arena's limit the answer is DNS_FAILED.
 */
struct dns_answer resolver_ask(const struct resolver *resolver, struct str name, enum dns_type type,
                               struct arena *arena);

/* "found", "no data", "no such name", "failed", "timed out", "bogus", "pending". */
const char *dns_status_name(enum dns_status status);

/* "A", "TXT"; "TYPE99" for what is not listed is the caller's matter: "?" here. */
const char *dns_type_name(enum dns_type type);

/* Whether the DNS can have a name: labels of 1 to 63 bytes, 253 in all. */
bool dns_name_is_valid(struct str name);

/* "9.2.0.192.in-addr.arpa", "….ip6.arpa" of 4 or 16 bytes. */
struct str dns_reverse_name(struct str address, struct arena *arena);

#endif
