#ifndef AUDIT_DOMAIN_PARTS_H
#define AUDIT_DOMAIN_PARTS_H

/*
 * domain_parts - what the checks of a domain share.
 *
 *     domain.c            the table of checks
 *     domain_facts.c      answers that several checks need
 *     domain_tell.c       findings and fixes in few words
 *     domain_mx.c         where its mail goes
 *     domain_spf.c        which hosts may send as it
 *     domain_dkim.c       the keys of its signatures
 *     domain_dmarc.c      what receivers shall do with forgeries
 *     domain_align.c      whether what is really sent passes DMARC
 *     domain_transport.c  MTA-STS and TLS-RPT
 *     domain_dane.c       DNSSEC and TLSA
 *     domain_reverse.c    names of the addresses that send
 *     domain_silent.c     domains that never mail
 *     domain_holes.c      names below the domain
 *     domain_hosted.c     mail at a specialist
 *     domain_probe.c      who takes mail for it
 *     domain_blocklist.c  lists that name its addresses
 */

#include "audit/domain.h"
#include "audit/provider.h"
#include "auth/dmarc_record.h"

#define DOMAIN_HOSTS_MAX 16     /* mail servers that are looked at */
#define DOMAIN_ADDRESSES_MAX 16 /* of one name */

/* One MX. */
struct domain_host {
    struct str name; /* as the MX has it */
    uint16_t preference;
    struct dns_answer v4, v6;
    bool is_literal; /* an address in place of a name */
    bool is_alias;   /* a CNAME */
};

struct domain {
    const struct domain_input *input;
    const struct resolver *resolver;
    struct audit *audit;
    struct arena *arena;
    struct str name;
    uint32_t first; /* findings of the audit before this domain's */

    struct dns_answer mx, txt; /* of the name itself */
    struct dns_answer v4, v6;
    bool has_null_mx;
    struct domain_host hosts[DOMAIN_HOSTS_MAX]; /* without the null MX */
    uint32_t host_count;
    const struct provider *provider; /* that the MX belong to; NULL: none that is known */

    struct str spf;           /* the record, when there is just one */
    uint32_t spf_count;       /* how many there are */
    bool spf_says_never;      /* "v=spf1 -all" */
    bool sends;               /* mail of the domain was seen, or its SPF names hosts */
    uint32_t key_count;       /* of DKIM, that can be used */
    bool is_enforced;         /* DMARC: forged mail of the name itself is to be refused */
    bool has_enforcing_dmarc; /* of names below, too */
    bool has_wildcard_mx, has_wildcard_a;
};

/* Whether an answer says what is so: found, no data, no such name. */
static inline bool
domain_knows(const struct dns_answer *answer)
{
    return answer->status == DNS_FOUND || answer->status == DNS_NO_DATA ||
           answer->status == DNS_NO_NAME;
}

static inline bool
domain_has_host(const struct domain_host *host)
{
    return host->v4.count + host->v6.count > 0;
}

/* Gathers what `struct domain` has. */
void domain_gather(struct domain *domain);

struct dns_answer domain_ask(const struct domain *domain, struct str name, enum dns_type type);

/* "_dmarc" and "example.com" make "_dmarc.example.com". */
struct str domain_below(const struct domain *domain, const char *label);

/*
 * A finding about the domain. `place` is "example.com MX", `why` may be NULL. The title is printed
 * as by printf.
 */
struct audit_finding *domain_tell(struct domain *domain, const char *check,
                                  enum audit_outcome outcome, struct str place, struct str seen,
                                  const char *why, const char *title, ...)
    __attribute__((format(printf, 7, 8)));

/* The same about another subject, as an address is. */
struct audit_finding *domain_tell_of(struct domain *domain, struct str subject, const char *check,
                                     enum audit_outcome outcome, struct str place, struct str seen,
                                     const char *why, const char *title, ...)
    __attribute__((format(printf, 8, 9)));

/*
 * Whether an earlier domain of the same audit had this checked: one host's addresses send for many
 * domains, and are looked at once.
 */
bool domain_was_told(const struct domain *domain, const char *check, struct str subject);

/* What could not be looked at, with the DNS's reason. */
void domain_unanswered(struct domain *domain, const char *check, struct str name,
                       enum dns_type type, const struct dns_answer *answer);

void domain_fix_record(struct domain *domain, struct audit_finding *finding, struct str name,
                       const char *type, struct str value);

/* The same, in place of the record that is there: two of SPF or of DMARC would count as none. */
void domain_fix_replace(struct domain *domain, struct audit_finding *finding, struct str name,
                        const char *type, struct str old, struct str value);

void domain_fix_text(struct domain *domain, struct audit_finding *finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "10 mx1.example.com, 20 mx2.example.com": a few records for people. */
struct str domain_quote(struct domain *domain, const struct dns_answer *answer, enum dns_type type);

/* Whether `name` is `parent`, or lies below it. */
bool domain_is_below(struct str name, struct str parent);

/* The DMARC record with one step more: none, quarantine, reject; names below are not left behind.
 */
struct str domain_dmarc_next(struct domain *domain, const struct dmarc_record *record);

/* ---- the checks ---- */

typedef void domain_check(struct domain *domain);

domain_check domain_check_mx;
domain_check domain_check_spf;
domain_check domain_check_dkim;
domain_check domain_check_dmarc;
domain_check domain_check_align;
domain_check domain_check_sts;
domain_check domain_check_tls_reports;
domain_check domain_check_dnssec;
domain_check domain_check_dane;
domain_check domain_check_reverse;
domain_check domain_check_silent;
domain_check domain_check_wildcards;
domain_check domain_check_names_below;
domain_check domain_check_hosted;
domain_check domain_check_old_hosts;
domain_check domain_check_catch_all;
domain_check domain_check_blocklists;

#endif
