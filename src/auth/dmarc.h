#ifndef AUTH_DMARC_H
#define AUTH_DMARC_H

/*
 * dmarc - does a mail belong to the domain that its From names? (RFC 9989)
 *
 *     From: anna@news.example.com, SPF pass for bounces.example.com, DKIM pass for example.com
 *     → pass: both are of the organisation example.com
 *
 * Pure; a function of the resolver's answers. While one is missing the result is
 * DMARC_PENDING, and everything that could be asked for has been.
 */

#include "auth/dmarc_tree.h"

#define DMARC_SIGNATURES_MAX 64 /* signatures behind these are not looked at */

enum dmarc_result {
    DMARC_NONE, /* no policy: DMARC does not apply */
    DMARC_PASS,
    DMARC_FAIL,
    DMARC_TEMPERROR, /* the DNS failed, and the mail might pass */
    DMARC_PERMERROR, /* From names no domain */
    DMARC_PENDING,
};

enum dmarc_check {
    DMARC_CHECK_NONE, /* not done, neutral, softfail: nothing that counts */
    DMARC_CHECK_PASS,
    DMARC_CHECK_FAIL,
    DMARC_CHECK_TEMPERROR,
};

/* What SPF or one DKIM signature says of a domain. */
struct dmarc_identifier {
    enum dmarc_check check;
    struct str domain; /* of MAIL FROM, or of HELO where it is null; d= of a signature */
};

struct dmarc_mail {
    struct str from; /* the domain of the From field, as it stands there */
    struct dmarc_identifier spf;
    const struct dmarc_identifier *dkim;
    uint32_t dkim_count;
};

enum dmarc_tag {
    DMARC_TAG_P,
    DMARC_TAG_SP,
    DMARC_TAG_NP,
};

struct dmarc_evaluation {
    enum dmarc_result result;
    bool is_spf_aligned, is_dkim_aligned; /* passed, and of the same organisation */
    uint32_t dkim_index;                  /* the first signature that is aligned */
    struct str author;                    /* From's domain as the DNS has it */
    struct str organizational;            /* empty: not known */
    struct str policy_domain;             /* where the record stands; empty: none */
    const struct dmarc_record *record;    /* NULL: none; lives in the arena */
    enum dmarc_tag tag;                   /* which policy holds for this domain */
    enum dmarc_policy policy;             /* as published */
    enum dmarc_policy disposition;        /* what to do: none on a pass, one step less with t=y */
    struct str reason;                    /* of an error: a sentence */
};

/* Everything in the result lives in the arena, or in `mail`. */
void dmarc_evaluate(const struct resolver *resolver, const struct dmarc_mail *mail,
                    struct arena *arena, struct dmarc_evaluation *ret_evaluation);

/* Which tag of the record speaks for the domain where the walk began. */
enum dmarc_tag dmarc_tag_for(const struct dmarc_walk *walk, const struct dmarc_step *policy,
                             enum dmarc_existence existence);
enum dmarc_policy dmarc_policy_of(const struct dmarc_record *record, enum dmarc_tag tag);

/* With t=y: reject is quarantine, quarantine none. */
enum dmarc_policy dmarc_policy_applied(const struct dmarc_record *record, enum dmarc_policy policy);

/* "none", "pass", "fail", "temperror", "permerror", "pending" as in RFC 8601; "p", "sp", "np". */
const char *dmarc_result_name(enum dmarc_result result);
const char *dmarc_tag_name(enum dmarc_tag tag);

#endif
