#ifndef AUTH_CRYPTO_PARTS_H
#define AUTH_CRYPTO_PARTS_H

/*
 * crypto_parts - what the files of crypto.h share.
 *
 *     crypto.c          digests, public keys, verifying, signing
 *     crypto_private.c  private keys: reading, making, writing
 */

#include <openssl/evp.h>

#include "auth/crypto.h"

struct crypto_private {
    enum crypto_type type;
    EVP_PKEY *key;
    EVP_PKEY_CTX *sign; /* RSA; made when first needed */
};

/* PKCS#1 v1.5 over digests of that kind, to be used many times; NULL: libcrypto refused. */
EVP_PKEY_CTX *crypto_rsa_context(EVP_PKEY *key, const EVP_MD *digest, int (*init)(EVP_PKEY_CTX *));

/* libcrypto queues errors for each thread; nobody here reads them. */
void crypto_forget_errors(void);

#endif
