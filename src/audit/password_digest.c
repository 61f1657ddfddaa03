#define OPENSSL_SUPPRESS_DEPRECATED /* see the header */

#include "audit/password_digest.h"

#include <openssl/des.h>
#include <openssl/evp.h>
#include <openssl/md4.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

#define BLOCK_BYTES_MAX 128U

size_t
password_digest_bytes(enum password_digest digest)
{
    switch (digest) {
    case PASSWORD_MD4:
    case PASSWORD_MD5:
        return 16;
    case PASSWORD_SHA1:
        return 20;
    case PASSWORD_SHA256:
        return 32;
    case PASSWORD_SHA512:
        break;
    }
    return 64;
}

#define DIGEST_PIECES(context_type, init, update, final)                                           \
    do {                                                                                           \
        context_type context;                                                                      \
        (void)init(&context);                                                                      \
        for (size_t i = 0; i < count; i++)                                                         \
            (void)update(&context, pieces[i].data, pieces[i].len);                                 \
        (void) final(ret_digest, &context);                                                        \
    } while (0)

size_t
password_digest_of(enum password_digest digest, const struct str *pieces, size_t count,
                   unsigned char *ret_digest)
{
    switch (digest) {
    case PASSWORD_MD4:
        DIGEST_PIECES(MD4_CTX, MD4_Init, MD4_Update, MD4_Final);
        break;
    case PASSWORD_MD5:
        DIGEST_PIECES(MD5_CTX, MD5_Init, MD5_Update, MD5_Final);
        break;
    case PASSWORD_SHA1:
        DIGEST_PIECES(SHA_CTX, SHA1_Init, SHA1_Update, SHA1_Final);
        break;
    case PASSWORD_SHA256:
        DIGEST_PIECES(SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final);
        break;
    case PASSWORD_SHA512:
        DIGEST_PIECES(SHA512_CTX, SHA512_Init, SHA512_Update, SHA512_Final);
        break;
    }
    return password_digest_bytes(digest);
}

/* The key as HMAC takes it, filled up to a block: longer ones become their digest. */
static size_t
fill_block(enum password_digest digest, struct str key, unsigned char block[BLOCK_BYTES_MAX])
{
    size_t block_bytes = digest == PASSWORD_SHA512 ? 128 : 64;

    memset(block, 0, BLOCK_BYTES_MAX);
    if (key.len > block_bytes)
        (void)password_digest_of(digest, &key, 1, block);
    else if (key.len)
        memcpy(block, key.data, key.len);
    return block_bytes;
}

static void
mix(unsigned char *block, size_t len, unsigned char with)
{
    for (size_t i = 0; i < len; i++)
        block[i] ^= with;
}

size_t
password_digest_hmac(enum password_digest digest, struct str key, struct str text,
                     unsigned char *ret_digest)
{
    unsigned char block[BLOCK_BYTES_MAX], inner[PASSWORD_DIGEST_BYTES_MAX];
    size_t block_bytes = fill_block(digest, key, block);
    struct str pieces[2] = {{(const char *)block, block_bytes}, text};

    mix(block, block_bytes, 0x36);
    (void)password_digest_of(digest, pieces, 2, inner);
    mix(block, block_bytes, 0x36 ^ 0x5c);
    pieces[1] = (struct str){(const char *)inner, password_digest_bytes(digest)};
    (void)password_digest_of(digest, pieces, 2, ret_digest);
    explicit_bzero(block, sizeof(block));
    return password_digest_bytes(digest);
}

size_t
password_digest_stretch(enum password_digest digest, struct str key, struct str salt,
                        uint64_t rounds, unsigned char *ret_digest)
{
    const EVP_MD *md = digest == PASSWORD_SHA512   ? EVP_sha512()
                       : digest == PASSWORD_SHA256 ? EVP_sha256()
                                                   : EVP_sha1();
    size_t bytes = password_digest_bytes(digest);

    if (rounds < 1 || rounds > INT32_MAX || key.len > INT32_MAX || salt.len > INT32_MAX)
        return 0;
    if (PKCS5_PBKDF2_HMAC(key.data, (int)key.len, (const unsigned char *)salt.data, (int)salt.len,
                          (int)rounds, md, (int)bytes, ret_digest) != 1)
        return 0;
    return bytes;
}

static void
write_state(const MD5_CTX *context, unsigned char *ret_state)
{
    const MD5_LONG words[4] = {context->A, context->B, context->C, context->D};

    for (size_t i = 0; i < 16; i++)
        ret_state[i] = (unsigned char)(words[i / 4] >> (i % 4 * 8));
}

void
password_digest_contexts(struct str key, unsigned char ret_contexts[32])
{
    static const unsigned char pads[2] = {0x5c, 0x36};
    unsigned char block[BLOCK_BYTES_MAX];
    MD5_CTX context;

    for (size_t i = 0; i < 2; i++) {
        size_t len = fill_block(PASSWORD_MD5, key, block);

        mix(block, len, pads[i]);
        (void)MD5_Init(&context);
        (void)MD5_Update(&context, block, len);
        write_state(&context, ret_contexts + 16 * i);
    }
    explicit_bzero(block, sizeof(block));
}

void
password_digest_lanman(const unsigned char key[14], unsigned char ret_digest[16])
{
    static const_DES_cblock constant = {'K', 'G', 'S', '!', '@', '#', '$', '%'};

    for (size_t half = 0; half < 2; half++) {
        const unsigned char *from = key + 7 * half;
        DES_cblock spread, out;
        DES_key_schedule schedule;
        uint64_t bits = 0;

        for (size_t i = 0; i < 7; i++)
            bits = bits << 8 | from[i];
        for (size_t i = 0; i < 8; i++)
            spread[i] = (unsigned char)(bits >> (49 - 7 * i) << 1);
        DES_set_key_unchecked(&spread, &schedule);
        DES_ecb_encrypt(&constant, &out, &schedule, DES_ENCRYPT);
        memcpy(ret_digest + 8 * half, out, 8);
        explicit_bzero(&schedule, sizeof(schedule));
    }
}
