#ifndef AUTH_DMARC_RECORD_H
#define AUTH_DMARC_RECORD_H

/*
 * dmarc_record - what the owner of a domain asks receivers for (RFC 9989 section 4.7).
 *
 *     v=DMARC1; p=reject; np=reject; rua=mailto:dmarc@example.com
 *
 * Tags of RFC 7489 that are gone (pct, rf, ri) are read and remarked on; unknown ones are
 * ignored, as are values that are none. Each deviation leaves a sentence for the owner.
 *
 * Pure. Slices point into the text or live in the arena.
 */

#include "base/arena.h"

#define DMARC_URIS_MAX 16    /* of one list; those behind are not read, with a remark */
#define DMARC_REMARKS_MAX 24 /* those behind are dropped */

enum dmarc_policy {
    DMARC_POLICY_NONE,
    DMARC_POLICY_QUARANTINE,
    DMARC_POLICY_REJECT,
};

enum dmarc_psd {
    DMARC_PSD_UNSAID,
    DMARC_PSD_NO,  /* this is an organisation's domain: the walk stops */
    DMARC_PSD_YES, /* a public suffix: the organisation is one label below */
};

/* The options of fo=. */
enum {
    DMARC_FAILURE_ALL = 1,  /* 0: nothing passed in alignment */
    DMARC_FAILURE_ANY = 2,  /* 1: something did not */
    DMARC_FAILURE_DKIM = 4, /* d */
    DMARC_FAILURE_SPF = 8,  /* s */
};

struct dmarc_uri {
    struct str text;    /* as written, without "!10m" */
    struct str mailbox; /* of mailto:, percent signs resolved; empty: another scheme */
    struct str domain;  /* of the mailbox, as the DNS has it */
};

enum dmarc_weight {
    DMARC_NOTE,  /* harmless, or for older readers only */
    DMARC_FAULT, /* receivers do something else than what was meant */
};

struct dmarc_remark {
    enum dmarc_weight weight;
    struct str text; /* a sentence; quotes the record */
};

struct dmarc_record {
    bool has_p, has_sp, has_np;  /* there, and valid */
    enum dmarc_policy p, sp, np; /* what holds: np is sp, and sp is p, where it is not said */
    bool is_forced;              /* p missing, or a policy invalid, but rua: taken as p=none */
    bool is_void;                /* the same without rua: no DMARC for this domain */
    bool is_test;                /* t=y: one step less than the policy */
    bool is_dkim_strict, is_spf_strict;
    enum dmarc_psd psd;
    unsigned failure; /* fo */
    struct dmarc_uri rua[DMARC_URIS_MAX], ruf[DMARC_URIS_MAX];
    uint32_t rua_count, ruf_count;
    struct dmarc_remark remarks[DMARC_REMARKS_MAX];
    uint32_t remark_count;
};

/* Whether the text is a DMARC record: it begins with v, whose value is DMARC1 in this case. */
bool dmarc_record_is(struct str text);

/* Whether somebody may have meant it as one: "v=dmarc1", " v=DMARC1", "p=none; v=DMARC1", "v=DMARC1
 * p=none". */
bool dmarc_record_resembles(struct str text);

/* Reads a record. False: it is none. */
bool dmarc_record_read(struct str text, struct arena *arena, struct dmarc_record *ret_record);

/* The record as it should be published: what holds, without what is the default. */
struct str dmarc_record_write(const struct dmarc_record *record, struct arena *arena);

/* "none", "quarantine", "reject". */
const char *dmarc_policy_name(enum dmarc_policy policy);

#endif
