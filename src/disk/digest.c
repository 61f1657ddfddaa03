#include "disk/digest.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/evp.h>

#define BLOCK_BYTES (128u << 10)

struct digester {
    EVP_MD *algorithm; /* fetched once: EVP_sha256() looks it up at every use */
    EVP_MD_CTX *context;
    char block[BLOCK_BYTES];
};

/* SHA-256 in memory fails for want of memory only. */
static void
require(bool holds)
{
    if (!holds)
        abort();
}

struct digester *
digester_new(void)
{
    struct digester *digester = malloc(sizeof(*digester));

    require(digester != NULL);
    digester->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    digester->context = EVP_MD_CTX_new();
    require(digester->algorithm && digester->context);
    return digester;
}

void
digester_free(struct digester *digester)
{
    if (!digester)
        return;
    EVP_MD_CTX_free(digester->context);
    EVP_MD_free(digester->algorithm);
    free(digester);
}

static void
begin(struct digester *digester)
{
    require(EVP_DigestInit_ex2(digester->context, digester->algorithm, NULL) == 1);
}

static void
add(struct digester *digester, struct str bytes)
{
    require(EVP_DigestUpdate(digester->context, bytes.data, bytes.len) == 1);
}

static struct digest
finish(struct digester *digester)
{
    struct digest digest;

    require(EVP_DigestFinal_ex(digester->context, digest.bytes, NULL) == 1);
    return digest;
}

struct digest
digest_of(struct digester *digester, struct str bytes)
{
    begin(digester);
    add(digester, bytes);
    return finish(digester);
}

bool
digest_file(struct digester *digester, int fd, struct digest *ret_digest, struct err *err)
{
    off_t offset = 0;

    begin(digester);
    for (;;) {
        ssize_t got = pread(fd, digester->block, BLOCK_BYTES, offset);

        if (got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, ERR_SYSTEM, "reading it: %s", strerror(errno));
        add(digester, (struct str){digester->block, (size_t)got});
        offset += got;
    }
    *ret_digest = finish(digester);
    return true;
}

bool
digest_eq(struct digest a, struct digest b)
{
    return memcmp(a.bytes, b.bytes, DIGEST_BYTES) == 0;
}

void
digest_write(struct digest digest, char ret_text[DIGEST_TEXT])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        ret_text[2 * i] = digits[digest.bytes[i] >> 4];
        ret_text[2 * i + 1] = digits[digest.bytes[i] & 15];
    }
    ret_text[DIGEST_TEXT - 1] = '\0';
}

static int
hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool
digest_read(struct str text, struct digest *ret_digest)
{
    struct digest digest;

    if (text.len != DIGEST_TEXT - 1)
        return false;
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        int high = hex_value(text.data[2 * i]), low = hex_value(text.data[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        digest.bytes[i] = (unsigned char)(high << 4 | low);
    }
    *ret_digest = digest;
    return true;
}
