#ifndef AUTH_SPF_H
#define AUTH_SPF_H

/*
 * spf - may this client send as that domain? RFC 7208.
 *
 *     192.0.2.7, HELO mail.example.com, MAIL FROM <anna@example.com>
 *     example.com TXT "v=spf1 mx include:_spf.example.net -all"   →  pass
 *
 * Pure: asks through a resolver, and the time is an argument. The verdict is a function of the
 * request and the answers; with DNS_PENDING among them it is SPF_PENDING, and the check is to be
 * run again from its start when they are there. What it hands out lives in the arena.
 *
 * Ceilings, RFC 7208 section 4.6.4: ten terms that ask, ten names of an MX or PTR answer, two terms
 * without an answer. With them a check asks SPF_QUESTIONS_MAX questions at most.
 */

#include "dns/resolver.h"

#define SPF_LOOKUPS_MAX 10
#define SPF_MX_MAX 10
#define SPF_PTR_MAX 10
#define SPF_VOIDS_MAX 2
#define SPF_QUESTIONS_MAX                                                                          \
    128 /* 1 + 10 terms of 1 + 10, 1 + 10 for the client's name, 1 for exp                         \
         */
#define SPF_VISITS_MAX 512
#define SPF_LOCAL_MAX                                                                              \
    256 /* of a sender's local part and of HELO: what is longer is cut in macros */
#define SPF_EXPLANATION_MAX 2048 /* a longer one is treated as a faulty one */

enum spf_result {
    SPF_NONE,      /* no record, or no domain to look for one */
    SPF_NEUTRAL,   /* the domain says nothing of this client */
    SPF_PASS,      /* may send */
    SPF_FAIL,      /* may not */
    SPF_SOFTFAIL,  /* probably may not */
    SPF_TEMPERROR, /* the DNS failed: try later */
    SPF_PERMERROR, /* the record is wrong, and its owner must mend it */
    SPF_PENDING,   /* answers are missing: run it again when they are there */
};

struct spf_request {
    struct str ip;        /* of the client: "192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7" */
    struct str helo;      /* as the client gave it */
    struct str mail_from; /* without <>; empty: the HELO identity, as postmaster@HELO */
    struct str receiver;  /* this host's name, for %{r}; empty: "unknown" */
    uint64_t time_s;      /* seconds since 1970, for %{t} */
};

struct spf_verdict {
    enum spf_result result;
    struct str domain;      /* the one that was checked; empty: there was none */
    struct str sender;      /* as %{s}: with "postmaster" where there was no local part */
    struct str explanation; /* FAIL: printable ASCII, the domain owner's words unless is_default */
    bool is_default;        /* the explanation is ours: the record gives none that can be used */
    struct str problem;     /* NONE, TEMPERROR, PERMERROR: why, in a sentence's half */
    struct str place;       /* the term it is about, or empty */
    uint32_t lookups, voids;
};

/* ---- what was visited ---- */

enum spf_outcome {
    SPF_VISIT_NO_MATCH,
    SPF_VISIT_MATCH, /* redirect: followed */
    SPF_VISIT_TEMPERROR,
    SPF_VISIT_PERMERROR,
    SPF_VISIT_PENDING,
};

#define SPF_NO_VISIT UINT32_MAX

struct spf_visit {
    struct str term;   /* as written; "exp=…" too */
    struct str domain; /* whose record it stands in */
    uint32_t depth;    /* 0: the sender's domain, or where it redirects to; 1: an include; … */
    enum spf_outcome outcome;
};

struct spf_question {
    uint32_t visit; /* of the term that asked; SPF_NO_VISIT: the sender's own record */
    struct str name;
    enum dns_type type;
    enum dns_status status;
    uint32_t count; /* records */
};

/* In the order of the check. What found no place is counted as lost. */
struct spf_trace {
    struct spf_visit visits[SPF_VISITS_MAX];
    struct spf_question questions[SPF_QUESTIONS_MAX];
    uint32_t visit_count, question_count, lost;
};

/* check_host(). `trace` may be NULL; it is emptied first. */
struct spf_verdict spf_check(const struct spf_request *request, const struct resolver *resolver,
                             struct arena *arena, struct spf_trace *trace);

/* "none", "neutral", "pass", "fail", "softfail", "temperror", "permerror", "pending". */
const char *spf_result_name(enum spf_result result);

/* "no match", "match", "temperror", "permerror", "pending". */
const char *spf_outcome_name(enum spf_outcome outcome);

#endif
