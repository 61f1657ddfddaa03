#include "auth/crypto.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "auth/crypto_parts.h"

#define SETS 128 /* of keys: a power of two */
#define WAYS 4
#define HASHES_KEPT 64
#define PUBLIC_BYTES_MAX 2048 /* of p=, decoded */
#define EXPONENT_BITS_MAX 64  /* a large one makes verifying as dear as signing */
#define ED25519_BYTES 32

_Static_assert(CRYPTO_KEYS_KEPT < WAYS, "a key outlives those read after it");

struct crypto_hash {
    EVP_MD_CTX *context;
    struct crypto_hash *next; /* not in use */
};

struct crypto_public {
    enum crypto_type type;
    uint32_t bits;
    uint64_t used; /* the crypto's count of readings when it was wanted last */
    struct str bytes;
    EVP_PKEY *key;
    EVP_PKEY_CTX *verify[CRYPTO_DIGESTS]; /* RSA; made when first needed */
};

struct crypto {
    EVP_MD *digests[CRYPTO_DIGESTS];
    EVP_MD_CTX *one_shot; /* Ed25519 */
    struct crypto_hash *free_hashes;
    uint32_t free_count;
    uint64_t readings;
    struct crypto_public keys[SETS][WAYS];
};

static void *
or_abort(void *object)
{
    if (!object)
        abort();
    return object;
}

struct crypto *
crypto_new(void)
{
    struct crypto *crypto = or_abort(calloc(1, sizeof(*crypto)));

    /* SHA-1 may be missing where a policy forbids it: nothing but history needs it. */
    crypto->digests[CRYPTO_SHA1] = EVP_MD_fetch(NULL, "SHA1", NULL);
    crypto->digests[CRYPTO_SHA256] = or_abort(EVP_MD_fetch(NULL, "SHA256", NULL));
    crypto->one_shot = or_abort(EVP_MD_CTX_new());
    return crypto;
}

static void
public_done(struct crypto_public *key)
{
    for (int i = 0; i < CRYPTO_DIGESTS; i++)
        EVP_PKEY_CTX_free(key->verify[i]);
    EVP_PKEY_free(key->key);
    free((void *)(uintptr_t)key->bytes.data);
    *key = (struct crypto_public){0};
}

static void
hash_free(struct crypto_hash *hash)
{
    EVP_MD_CTX_free(hash->context);
    free(hash);
}

void
crypto_free(struct crypto *crypto)
{
    if (!crypto)
        return;
    for (int set = 0; set < SETS; set++) {
        for (int way = 0; way < WAYS; way++)
            public_done(&crypto->keys[set][way]);
    }
    while (crypto->free_hashes) {
        struct crypto_hash *next = crypto->free_hashes->next;

        hash_free(crypto->free_hashes);
        crypto->free_hashes = next;
    }
    EVP_MD_CTX_free(crypto->one_shot);
    for (int i = 0; i < CRYPTO_DIGESTS; i++)
        EVP_MD_free(crypto->digests[i]);
    free(crypto);
}

struct str
crypto_digest_name(enum crypto_digest digest)
{
    return digest == CRYPTO_SHA1 ? STR("sha1") : STR("sha256");
}

struct str
crypto_type_name(enum crypto_type type)
{
    return type == CRYPTO_RSA ? STR("rsa") : STR("ed25519");
}

/* ---- hashing ---- */

struct crypto_hash *
crypto_hash_begin(struct crypto *crypto, enum crypto_digest digest)
{
    struct crypto_hash *hash = crypto->free_hashes;

    if (!crypto->digests[digest])
        digest = CRYPTO_SHA256; /* nothing will match, as nothing may */
    if (hash) {
        crypto->free_hashes = hash->next;
        crypto->free_count--;
    } else {
        hash = or_abort(calloc(1, sizeof(*hash)));
        hash->context = or_abort(EVP_MD_CTX_new());
    }
    if (EVP_DigestInit_ex2(hash->context, crypto->digests[digest], NULL) != 1)
        abort();
    return hash;
}

void
crypto_hash_add(struct crypto_hash *hash, struct str bytes)
{
    if (EVP_DigestUpdate(hash->context, bytes.data, bytes.len) != 1)
        abort();
}

size_t
crypto_hash_end(struct crypto *crypto, struct crypto_hash *hash,
                unsigned char ret_digest[CRYPTO_DIGEST_MAX])
{
    unsigned len = 0;

    if (ret_digest && EVP_DigestFinal_ex(hash->context, ret_digest, &len) != 1)
        abort();
    if (crypto->free_count == HASHES_KEPT) {
        hash_free(hash);
        return len;
    }
    hash->next = crypto->free_hashes;
    crypto->free_hashes = hash;
    crypto->free_count++;
    return len;
}

/* ---- public keys ---- */

static EVP_PKEY *
read_rsa(struct str bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.data;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)bytes.len);

    if (!key) {
        at = (const unsigned char *)bytes.data;
        key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)bytes.len);
    }
    if (key &&
        (!EVP_PKEY_is_a(key, "RSA") || at != (const unsigned char *)bytes.data + bytes.len)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    return key;
}

static bool
is_fair_rsa(EVP_PKEY *key)
{
    BIGNUM *exponent = NULL;
    bool is_fair = EVP_PKEY_get_bits(key) <= CRYPTO_RSA_BITS_MAX &&
                   EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 &&
                   BN_num_bits(exponent) <= EXPONENT_BITS_MAX;

    BN_free(exponent);
    return is_fair;
}

static EVP_PKEY *
read_key(enum crypto_type type, struct str bytes)
{
    EVP_PKEY *key;

    if (type == CRYPTO_ED25519)
        return bytes.len == ED25519_BYTES
                   ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
                                                 (const unsigned char *)bytes.data, bytes.len)
                   : NULL;
    if (bytes.len > PUBLIC_BYTES_MAX)
        return NULL;
    key = read_rsa(bytes);
    if (key && !is_fair_rsa(key)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    return key;
}

/* The place of the key, or of the one that was not wanted for the longest time. */
static struct crypto_public *
find_place(struct crypto *crypto, enum crypto_type type, struct str bytes)
{
    struct crypto_public *set = crypto->keys[str_hash(bytes) & (SETS - 1)], *oldest = set;

    for (int way = 0; way < WAYS; way++) {
        if (set[way].key && set[way].type == type && str_eq(set[way].bytes, bytes))
            return &set[way];
        if (set[way].used < oldest->used)
            oldest = &set[way];
    }
    return oldest;
}

const struct crypto_public *
crypto_public_read(struct crypto *crypto, enum crypto_type type, struct str bytes)
{
    struct crypto_public *place = find_place(crypto, type, bytes);
    EVP_PKEY *key;
    char *copy;

    if (!place->key || place->type != type || !str_eq(place->bytes, bytes)) {
        key = read_key(type, bytes);
        crypto_forget_errors();
        if (!key)
            return NULL;
        public_done(place);
        copy = or_abort(malloc(bytes.len + 1));
        memcpy(copy, bytes.data, bytes.len);
        *place = (struct crypto_public){
            .type = type,
            .bits = (uint32_t)EVP_PKEY_get_bits(key),
            .bytes = {copy, bytes.len},
            .key = key,
        };
    }
    place->used = ++crypto->readings;
    return place;
}

uint32_t
crypto_public_bits(const struct crypto_public *key)
{
    return key->type == CRYPTO_ED25519 ? 8 * ED25519_BYTES : key->bits;
}

static bool
verify_rsa(struct crypto *crypto, struct crypto_public *key, enum crypto_digest digest,
           struct str bytes, struct str signature)
{
    EVP_PKEY_CTX **context = &key->verify[digest];

    if (!*context) {
        *context = crypto_rsa_context(key->key, crypto->digests[digest], EVP_PKEY_verify_init);
        if (!*context)
            return false;
    }
    return EVP_PKEY_verify(*context, (const unsigned char *)signature.data, signature.len,
                           (const unsigned char *)bytes.data, bytes.len) == 1;
}

bool
crypto_verify(struct crypto *crypto, const struct crypto_public *key, enum crypto_digest digest,
              struct str digest_bytes, struct str signature)
{
    struct crypto_public *own = (struct crypto_public *)(uintptr_t)key;
    bool is_good;

    if (!crypto->digests[digest])
        return false;
    /* Without a reset the context keeps the key that it had first. */
    (void)EVP_MD_CTX_reset(crypto->one_shot);
    if (key->type == CRYPTO_RSA)
        is_good = verify_rsa(crypto, own, digest, digest_bytes, signature);
    else
        is_good =
            EVP_DigestVerifyInit_ex(crypto->one_shot, NULL, NULL, NULL, NULL, key->key, NULL) ==
                1 &&
            EVP_DigestVerify(crypto->one_shot, (const unsigned char *)signature.data, signature.len,
                             (const unsigned char *)digest_bytes.data, digest_bytes.len) == 1;
    crypto_forget_errors();
    return is_good;
}

/* ---- signing ---- */

size_t
crypto_sign(struct crypto *crypto, struct crypto_private *key, struct str digest_bytes,
            unsigned char ret_signature[CRYPTO_SIGNATURE_MAX])
{
    const unsigned char *bytes = (const unsigned char *)digest_bytes.data;
    size_t len = CRYPTO_SIGNATURE_MAX;
    bool is_done;

    (void)EVP_MD_CTX_reset(crypto->one_shot);
    if (key->type == CRYPTO_RSA) {
        if (!key->sign)
            key->sign =
                crypto_rsa_context(key->key, crypto->digests[CRYPTO_SHA256], EVP_PKEY_sign_init);
        is_done = key->sign &&
                  EVP_PKEY_sign(key->sign, ret_signature, &len, bytes, digest_bytes.len) == 1;
    } else {
        is_done =
            EVP_DigestSignInit_ex(crypto->one_shot, NULL, NULL, NULL, NULL, key->key, NULL) == 1 &&
            EVP_DigestSign(crypto->one_shot, ret_signature, &len, bytes, digest_bytes.len) == 1;
    }
    crypto_forget_errors();
    return is_done ? len : 0;
}
