#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "auth/base64.h"
#include "auth/crypto_parts.h"

#define SEED_BYTES 32
#define SEED_TEXT_MAX 100

void
crypto_forget_errors(void)
{
    ERR_clear_error();
}

EVP_PKEY_CTX *
crypto_rsa_context(EVP_PKEY *key, const EVP_MD *digest, int (*init)(EVP_PKEY_CTX *))
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);

    if (!context)
        abort();
    if (init(context) == 1 && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
        EVP_PKEY_CTX_set_signature_md(context, digest) == 1)
        return context;
    EVP_PKEY_CTX_free(context);
    crypto_forget_errors();
    return NULL;
}

/* Nobody is asked: a key that wants a password is refused. */
static int
no_password(char *buffer, int size, int is_writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)is_writing;
    (void)context;
    return -1;
}

static EVP_PKEY *
read_pem(struct str text)
{
    BIO *bio = BIO_new_mem_buf(text.data, (int)text.len);
    EVP_PKEY *key;

    if (!bio)
        abort();
    key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    BIO_free(bio);
    return key;
}

/* The 32 bytes that an Ed25519 key is, as RFC 8463 writes them. */
static EVP_PKEY *
read_seed(struct str text)
{
    struct arena *arena = arena_new(2 * SEED_TEXT_MAX);
    EVP_PKEY *key = NULL;
    struct str seed;

    if (text.len <= SEED_TEXT_MAX && base64_read(text, arena, &seed) && seed.len == SEED_BYTES)
        key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)seed.data,
                                           seed.len);
    arena_free(arena);
    return key;
}

/* Takes the key over. */
static bool
adopt(EVP_PKEY *key, struct crypto_private **ret_key, struct err *err)
{
    bool is_rsa = EVP_PKEY_is_a(key, "RSA");
    struct crypto_private *own;
    int bits = EVP_PKEY_get_bits(key);

    if (!is_rsa && !EVP_PKEY_is_a(key, "ED25519")) {
        EVP_PKEY_free(key);
        return err_set(err, ERR_SYNTAX, "the key is neither RSA nor Ed25519");
    }
    if (is_rsa && (bits < CRYPTO_RSA_BITS_MIN || bits > CRYPTO_RSA_BITS_MAX)) {
        EVP_PKEY_free(key);
        return err_set(err, ERR_LIMIT, "an RSA key of %d bits: DKIM takes %d (RFC 8301) to %d bits",
                       bits, CRYPTO_RSA_BITS_MIN, CRYPTO_RSA_BITS_MAX);
    }
    own = calloc(1, sizeof(*own));
    if (!own)
        abort();
    own->type = is_rsa ? CRYPTO_RSA : CRYPTO_ED25519;
    own->key = key;
    *ret_key = own;
    return true;
}

bool
crypto_private_read(struct str text, struct crypto_private **ret_key, struct err *err)
{
    bool is_encrypted = str_has(text, STR("ENCRYPTED"));
    EVP_PKEY *key = text.len <= INT32_MAX ? read_pem(text) : NULL;

    if (!key)
        key = read_seed(text);
    crypto_forget_errors();
    if (!key)
        return err_set(err, ERR_SYNTAX,
                       is_encrypted ? "the key is encrypted; DKIM keys must be readable without a "
                                      "password"
                                    : "no private key in PEM (PKCS#1, PKCS#8) is in it");
    return adopt(key, ret_key, err);
}

bool
crypto_private_make(enum crypto_type type, uint32_t bits, struct crypto_private **ret_key,
                    struct err *err)
{
    EVP_PKEY *key = NULL;

    if (type == CRYPTO_RSA && (bits < CRYPTO_RSA_BITS_MIN || bits > CRYPTO_RSA_BITS_MAX))
        return err_set(err, ERR_LIMIT, "RSA keys have %d (RFC 8301) to %d bits",
                       CRYPTO_RSA_BITS_MIN, CRYPTO_RSA_BITS_MAX);
    key = type == CRYPTO_RSA ? EVP_RSA_gen(bits) : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    crypto_forget_errors();
    if (!key)
        return err_set(err, ERR_SYSTEM, "libcrypto could not make a key");
    return adopt(key, ret_key, err);
}

void
crypto_private_free(struct crypto_private *key)
{
    if (!key)
        return;
    EVP_PKEY_CTX_free(key->sign);
    EVP_PKEY_free(key->key);
    free(key);
}

enum crypto_type
crypto_private_type(const struct crypto_private *key)
{
    return key->type;
}

uint32_t
crypto_private_bits(const struct crypto_private *key)
{
    return key->type == CRYPTO_ED25519 ? 8 * SEED_BYTES : (uint32_t)EVP_PKEY_get_bits(key->key);
}

size_t
crypto_private_signature_len(const struct crypto_private *key)
{
    return (size_t)EVP_PKEY_get_size(key->key);
}

struct str
crypto_private_public(const struct crypto_private *key, struct arena *arena)
{
    unsigned char raw[SEED_BYTES], *der = NULL;
    size_t raw_len = sizeof(raw);
    struct str copy = STR_EMPTY;
    int len;

    if (key->type == CRYPTO_ED25519) {
        if (EVP_PKEY_get_raw_public_key(key->key, raw, &raw_len) == 1)
            copy = arena_str(arena, (struct str){(const char *)raw, raw_len});
        return copy;
    }
    len = i2d_PUBKEY(key->key, &der);
    if (len > 0)
        copy = arena_str(arena, (struct str){(const char *)der, (size_t)len});
    OPENSSL_free(der);
    return copy;
}

struct str
crypto_private_write(const struct crypto_private *key, struct arena *arena)
{
    BIO *bio = BIO_new(BIO_s_mem());
    struct str copy = STR_EMPTY;
    char *text = NULL;
    long len;

    if (!bio)
        abort();
    if (PEM_write_bio_PKCS8PrivateKey(bio, key->key, NULL, NULL, 0, NULL, NULL) == 1) {
        len = BIO_get_mem_data(bio, &text);
        if (len > 0)
            copy = arena_str(arena, (struct str){text, (size_t)len});
    }
    BIO_free(bio);
    crypto_forget_errors();
    return copy;
}
