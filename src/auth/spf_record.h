#ifndef AUTH_SPF_RECORD_H
#define AUTH_SPF_RECORD_H

/*
 * spf_record - the terms of an SPF record (RFC 7208 sections 4.5, 4.6.1, 5, 6 and 12).
 *
 *     v=spf1 ip4:192.0.2.0/24 a:mail.example.com//64 ~all exp=why.example.com
 *
 * Pure, and without memory: terms are read one after the other with a cursor. Every slice points
 * into the record.
 */

#include "auth/spf.h"

enum spf_term_kind {
    SPF_TERM_ALL,
    SPF_TERM_INCLUDE,
    SPF_TERM_A,
    SPF_TERM_MX,
    SPF_TERM_PTR,
    SPF_TERM_IP4,
    SPF_TERM_IP6,
    SPF_TERM_EXISTS,
    SPF_TERM_REDIRECT, /* from here on modifiers */
    SPF_TERM_EXP,
    SPF_TERM_OTHER, /* a modifier that nobody knows; its value is no domain */
};

struct spf_term {
    enum spf_term_kind kind;
    enum spf_result result; /* of a match: pass, fail, softfail, neutral */
    struct str text;        /* as written */
    struct str domain;      /* domain-spec; empty: the current domain */
    unsigned char network[16];
    unsigned bits4, bits6; /* prefixes; 32 and 128 where none is written */
};

/* Whether a TXT record is an SPF record: "v=spf1" alone, or with a blank behind it. */
bool spf_record_is(struct str text);

/* Skips the version: what is left are terms. */
struct str spf_record_terms(struct str record);

/*
 * Reads the next term of `rest`. False: there is none (*ret_error is NULL), or it is none by the
 * grammar (*ret_error says what is wrong with `term->text`).
 */
bool spf_term_next(struct str *rest, struct spf_term *term, const char **ret_error);

/*
 * The whole record: NULL, or what is wrong with the first faulty term, which is in *ret_place.
 * Modifiers that may stand once are found twice here.
 */
const char *spf_record_error(struct str record, struct str *ret_place);

static inline bool
spf_term_is_modifier(const struct spf_term *term)
{
    return term->kind >= SPF_TERM_REDIRECT;
}

/* Whether it counts for the limit of lookups. */
static inline bool
spf_term_asks(const struct spf_term *term)
{
    return term->kind != SPF_TERM_ALL && term->kind != SPF_TERM_IP4 && term->kind != SPF_TERM_IP6 &&
           term->kind != SPF_TERM_EXP && term->kind != SPF_TERM_OTHER;
}

#endif
