#ifndef AUTH_CRYPTO_H
#define AUTH_CRYPTO_H

/*
 * crypto - what signatures need of libcrypto, looked up once: digests, contexts, keys.
 *
 * One struct crypto serves one thread and any number of mails. Public keys that were
 * seen lately are kept ready: reading one costs more than verifying with it. Nothing is read from
 * files, and no clock; libcrypto's own memory is all that is allocated.
 */

#include "base/arena.h"
#include "base/err.h"

#define CRYPTO_DIGEST_MAX 32
#define CRYPTO_SIGNATURE_MAX 1024 /* bytes: RSA of 8192 bits */

/* RFC 8301 section 3.2; larger keys cost time, and serve nobody. */
#define CRYPTO_RSA_BITS_MIN 1024
#define CRYPTO_RSA_BITS_OLD 512 /* what was used before it */
#define CRYPTO_RSA_BITS_MAX 8192

enum crypto_digest {
    CRYPTO_SHA1,
    CRYPTO_SHA256,
};
#define CRYPTO_DIGESTS 2

enum crypto_type {
    CRYPTO_RSA,
    CRYPTO_ED25519,
};

struct crypto;
struct crypto *crypto_new(void);
void crypto_free(struct crypto *crypto); /* NULL is fine; of no mail that is still being hashed */

/* "sha1", "sha256"; "rsa", "ed25519". */
struct str crypto_digest_name(enum crypto_digest digest);
struct str crypto_type_name(enum crypto_type type);

/* ---- hashing ---- */

struct crypto_hash; /* one text being hashed; its memory is used again by the next one */
struct crypto_hash *crypto_hash_begin(struct crypto *crypto, enum crypto_digest digest);
void crypto_hash_add(struct crypto_hash *hash, struct str bytes);
/* Ends it and gives it back; how many bytes the digest has. NULL for `ret_digest`: it is dropped.
 */
size_t crypto_hash_end(struct crypto *crypto, struct crypto_hash *hash,
                       unsigned char ret_digest[CRYPTO_DIGEST_MAX]);

/* ---- keys ---- */

struct crypto_public; /* lives until CRYPTO_KEYS_KEPT other keys were read */
#define CRYPTO_KEYS_KEPT 3

/*
 * The key in the `p=` of a record: RSA as SubjectPublicKeyInfo or RSAPublicKey, Ed25519 as its 32
 * bytes (RFC 8463 section 4). NULL: the bytes are no key of this type, or one beyond
 * CRYPTO_RSA_BITS_MAX.
 */
const struct crypto_public *crypto_public_read(struct crypto *crypto, enum crypto_type type,
                                               struct str bytes);
uint32_t crypto_public_bits(const struct crypto_public *key);

/* Whether `signature` is the key's over a digest of that kind. */
bool crypto_verify(struct crypto *crypto, const struct crypto_public *key,
                   enum crypto_digest digest, struct str digest_bytes, struct str signature);

struct crypto_private;

/*
 * Reads a private key: PEM (PKCS#1, PKCS#8), or 32 bytes of Ed25519 in base64. Keys
 * that are encrypted are refused, and RSA below CRYPTO_RSA_BITS_MIN.
 */
bool crypto_private_read(struct str text, struct crypto_private **ret_key, struct err *err)
    __attribute__((warn_unused_result));

/* Makes one; `bits` only of RSA. */
bool crypto_private_make(enum crypto_type type, uint32_t bits, struct crypto_private **ret_key,
                         struct err *err) __attribute__((warn_unused_result));
void crypto_private_free(struct crypto_private *key); /* NULL is fine */

enum crypto_type crypto_private_type(const struct crypto_private *key);
uint32_t crypto_private_bits(const struct crypto_private *key);

/* How long its signatures are. */
size_t crypto_private_signature_len(const struct crypto_private *key);

/* As crypto_public_read takes it; in the arena, empty without room. */
struct str crypto_private_public(const struct crypto_private *key, struct arena *arena);

/* PKCS#8 in PEM; in the arena, empty without room. */
struct str crypto_private_write(const struct crypto_private *key, struct arena *arena);

/* Signs a SHA-256 digest; how many bytes were written, 0: libcrypto refused. */
size_t crypto_sign(struct crypto *crypto, struct crypto_private *key, struct str digest_bytes,
                   unsigned char ret_signature[CRYPTO_SIGNATURE_MAX]);

#endif
