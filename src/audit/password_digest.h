#ifndef AUDIT_PASSWORD_DIGEST_H
#define AUDIT_PASSWORD_DIGEST_H

/*
 * password_digest - the digests that stores of passwords use, of a few pieces of text.
 *
 * The plain functions of libcrypto and not its providers: a guess is a few bytes, and looking a
 * provider up for each would cost more than its digest; and MD4 and DES have none by default.
 *
 * Pure.
 */

#include "base/str.h"

enum password_digest {
    PASSWORD_MD4,
    PASSWORD_MD5,
    PASSWORD_SHA1,
    PASSWORD_SHA256,
    PASSWORD_SHA512,
};

#define PASSWORD_DIGEST_BYTES_MAX 64U

size_t password_digest_bytes(enum password_digest digest);

/* The digest of the pieces one behind the other; returns its bytes, for which there is room. */
size_t password_digest_of(enum password_digest digest, const struct str *pieces, size_t count,
                          unsigned char *ret_digest);

/* HMAC (RFC 2104) and PBKDF2 (RFC 8018) with one block of output. */
size_t password_digest_hmac(enum password_digest digest, struct str key, struct str text,
                            unsigned char *ret_digest);
size_t password_digest_stretch(enum password_digest digest, struct str key, struct str salt,
                               uint64_t rounds, unsigned char *ret_digest);

/* Dovecot's CRAM-MD5: the states of MD5 once it has taken the outer and the inner key. */
void password_digest_contexts(struct str key, unsigned char ret_contexts[32]);

/* LAN Manager's: DES of a constant under both halves of 14 bytes. */
void password_digest_lanman(const unsigned char key[14], unsigned char ret_digest[16]);

#endif
