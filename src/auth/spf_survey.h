#ifndef AUTH_SPF_SURVEY_H
#define AUTH_SPF_SURVEY_H

/*
 * spf_survey - what is wrong with a domain's SPF record, whoever the client may be.
 *
 *     example.com TXT "v=spf1 a mx include:_spf.example.net ?all"
 *        →  3 lookups at worst, says nothing of strangers (?all)
 *
 * Walks the record and all that it includes or redirects to, as a check does for which no term
 * matches: what a check may ask at worst. No term behind "all" is counted. Names that depend on
 * client or sender
 * (%{i}, %{l}) are counted and not asked for.
 *
 * Pure; see auth/spf.h. Slices live in the arena.
 */

#include "auth/spf.h"

#define SPF_SURVEY_ISSUES_MAX 64
#define SPF_SURVEY_NAMES_MAX 64      /* include and redirect targets */
#define SPF_SURVEY_RECORDS_MAX 64    /* that are walked */
#define SPF_SURVEY_QUESTIONS_MAX 400 /* that are asked */
#define SPF_SURVEY_DEPTH_MAX 16
#define SPF_SURVEY_TERMS_MAX 128 /* of one record that are compared for being there twice */
#define SPF_LENGTH_MAX 450       /* of name and text: RFC 7208 section 3.4 */

enum spf_issue_kind {
    SPF_ISSUE_NO_RECORD,
    SPF_ISSUE_MANY_RECORDS,     /* permerror; detail: how many */
    SPF_ISSUE_NO_ANSWER,        /* the DNS failed; detail: how, and for what */
    SPF_ISSUE_SYNTAX,           /* permerror; detail: what is wrong with `term` */
    SPF_ISSUE_LOOKUPS,          /* more than ten at worst: permerror */
    SPF_ISSUE_VOIDS,            /* more than two at worst: permerror */
    SPF_ISSUE_NO_TARGET,        /* an include or redirect without a record: permerror */
    SPF_ISSUE_LOOP,             /* an include or redirect that leads back */
    SPF_ISSUE_MANY_MX,          /* more than ten hosts: permerror */
    SPF_ISSUE_PASS_ALL,         /* "+all", also in an include: everybody may send */
    SPF_ISSUE_NEUTRAL_ALL,      /* "?all": nothing is said of strangers */
    SPF_ISSUE_NO_ALL,           /* ends without "all" and redirect: the same */
    SPF_ISSUE_WIDE,             /* a network of more than a /16, IPv6 /32 */
    SPF_ISSUE_BEHIND_ALL,       /* terms that are never reached */
    SPF_ISSUE_REDIRECT_IGNORED, /* a redirect beside "all" */
    SPF_ISSUE_PTR,              /* "ptr" or %{p}: slow, and should not be used (section 5.5) */
    SPF_ISSUE_DEAD_NAME,        /* a name without addresses, or without MX; detail: the name */
    SPF_ISSUE_TWICE,            /* the same term once more */
    SPF_ISSUE_OTHER_MODIFIER,   /* nobody knows it */
    SPF_ISSUE_NO_EXPLANATION,   /* exp= leads to nothing that can be used */
    SPF_ISSUE_LONG,             /* may not fit into an answer over UDP; detail: bytes */
    SPF_ISSUE_NEARLY,    /* text that was meant as SPF record and is none; detail: the text */
    SPF_ISSUE_SENDER_ID, /* "spf2.0/…": withdrawn */
};
#define SPF_ISSUE_KINDS 23

struct spf_issue {
    enum spf_issue_kind kind;
    uint32_t depth;    /* 0: in the domain's own record, or where it redirects to */
    struct str domain; /* whose record */
    struct str term;   /* as written; empty: the record as a whole */
    struct str detail; /* see above */
};

struct spf_target_name {
    struct str name;   /* as asked; with its macros where they could not be expanded */
    struct str domain; /* whose record names it */
    bool is_redirect;
};

struct spf_survey {
    struct str record; /* the domain's own; empty: none that can be used */
    bool is_pending;   /* answers are missing: run it again */
    bool is_cut;       /* ceilings were reached: there is more */
    bool has_all;
    enum spf_result
        all;          /* what strangers get: fail, softfail, neutral, pass; neutral without "all" */
    uint32_t lookups; /* at worst */
    uint32_t voids_ipv4, voids_ipv6; /* terms that find nothing for such a client */
    uint32_t records;                /* walked, the own one included */
    struct spf_issue issues[SPF_SURVEY_ISSUES_MAX];
    uint32_t issue_count;
    struct spf_target_name targets[SPF_SURVEY_NAMES_MAX];
    uint32_t target_count;
};

/* `domain`: "example.com". */
void spf_survey(struct str domain, const struct resolver *resolver, struct arena *arena,
                struct spf_survey *ret_survey);

/* Whether there is an issue of this kind; the first one. */
const struct spf_issue *spf_survey_find(const struct spf_survey *survey, enum spf_issue_kind kind);

/* "no-record", "many-records", …: stable, for JSON and tests. */
const char *spf_issue_name(enum spf_issue_kind kind);

#endif
