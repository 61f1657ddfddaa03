#ifndef AUDIT_TLSA_H
#define AUDIT_TLSA_H

/*
 * tlsa - records that name a mail server's certificate (RFC 6698, RFC 7672).
 *
 *     3 1 1 8d02536c…    the server's own key, by its SHA-256
 *
 * Pure; libcrypto reads the certificate.
 */

#include "base/str.h"

enum tlsa_fault {
    TLSA_FINE,
    TLSA_SHORT,    /* fewer bytes than a record has */
    TLSA_USAGE,    /* 0 and 1 need a public authority, which SMTP does not check */
    TLSA_SELECTOR, /* neither 0 nor 1 */
    TLSA_MATCHING, /* not 0, 1, 2 */
    TLSA_LENGTH,   /* the digest has another length */
};

enum tlsa_match {
    TLSA_MATCHES,
    TLSA_DIFFERS,
    TLSA_UNTOLD, /* names an authority above the certificate, or the certificate cannot be read */
};

struct tlsa {
    unsigned usage, selector, matching;
    struct str data;
};

/* Reads the record's data as it is on the wire. What can be read of a faulty one is filled in. */
enum tlsa_fault tlsa_read(struct str wire, struct tlsa *ret_tlsa);

/* "its usage is 0 or 1, which mail servers do not use". */
const char *tlsa_fault_text(enum tlsa_fault fault);

/* Holds a certificate, DER, against a record that is fine. */
enum tlsa_match tlsa_match(const struct tlsa *tlsa, struct str certificate);

/* SHA-256 of the certificate's public key, as "3 1 1" has it. False: it cannot be read. */
#define TLSA_DIGEST_BYTES 32
bool tlsa_key_digest(struct str certificate, unsigned char ret_digest[TLSA_DIGEST_BYTES]);

#endif
