#ifndef MAIL_SMTP_PEER_H
#define MAIL_SMTP_PEER_H

/*
 * smtp_peer - what a mail server showed of itself when TLS began.
 *
 * Data alone: net/certificate.h fills it, the checks of src/audit judge it. Texts are
 * foreign. `der` holds a certificate as it came, for TLSA records (RFC 6698).
 */

#include "base/str.h"

#define SMTP_CHAIN_MAX 10
#define SMTP_NAMES_MAX 64
#define SMTP_CERTIFICATE_BYTES_MAX ((size_t)64 * 1024)

struct smtp_certificate {
    struct str subject, issuer; /* "CN = mx.example.com, O = Example" */
    struct str der;             /* empty: larger than SMTP_CERTIFICATE_BYTES_MAX */
    int64_t not_before_s, not_after_s;
};

struct smtp_peer {
    struct str protocol, cipher;                   /* "TLSv1.3", "TLS_AES_256_GCM_SHA384" */
    struct smtp_certificate chain[SMTP_CHAIN_MAX]; /* the server's own first */
    uint32_t chain_count;
    struct str
        names[SMTP_NAMES_MAX]; /* DNS names it is for; the common name where there are none */
    uint32_t name_count;
    uint32_t key_bits;
    bool has_authorities; /* this machine knows whom to trust; without, nobody is trusted */
    bool is_trusted;      /* a chain to an authority that this machine trusts, at this time */
    struct str distrust;  /* else why not, in OpenSSL's words */
    bool is_matching;     /* for the name that was asked for */
    bool is_self_signed;
};

#endif
