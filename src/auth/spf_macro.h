#ifndef AUTH_SPF_MACRO_H
#define AUTH_SPF_MACRO_H

/*
 * spf_macro - macros of SPF records (RFC 7208 section 7).
 *
 *     %{ir}.%{v}._spf.%{d2}   →  7.2.0.192.in-addr._spf.example.com
 *
 * Pure. Text is written once, into a buffer that the caller gives: of a name that is too long, its
 * end is kept, as the RFC wants it; an explanation that is too long is none.
 */

#include "auth/spf.h"

struct spf_macro_values {
    struct str local, sender_domain; /* %{l} %{o}, and %{s} of both */
    struct str domain;               /* %{d}: whose record is evaluated */
    struct str helo, receiver;
    struct str validated; /* %{p}: filled by the caller where spf_macro_uses(text, 'p') */
    unsigned char ip[16];
    size_t ip_len; /* 4 or 16 */
    uint64_t time_s;
};

/* Where macros stand: only an explanation knows c, r and t, and may have blanks. */
enum spf_macro_place {
    SPF_MACRO_NAME,
    SPF_MACRO_EXPLANATION
};

/* NULL, or what is wrong with the text as a macro-string or explain-string. */
const char *spf_macro_error(struct str text, enum spf_macro_place place);

/* NULL, or what is wrong with the text as a domain-spec. */
const char *spf_domain_spec_error(struct str text);

/* Whether one of the letters, which are in lower case, is used. */
bool spf_macro_uses(struct str text, struct str letters);

/*
 * Writes the name that a faultless domain-spec stands for, without a final dot and at most 253
 * bytes long: labels in front are dropped. Whether the DNS can have it is not looked at.
 */
#define SPF_NAME_BYTES 1024
struct str spf_macro_name(struct str text, const struct spf_macro_values *values,
                          char into[SPF_NAME_BYTES]);

/*
 * Writes an explanation. Bytes of values that are not printable ASCII become '?', so that
 * the text can stand in an answer of SMTP. False: longer than SPF_EXPLANATION_MAX.
 */
bool spf_macro_explanation(struct str text, const struct spf_macro_values *values,
                           char into[SPF_EXPLANATION_MAX], struct str *ret_text);

#endif
