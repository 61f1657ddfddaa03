#include "auth/base64.h"
#include "auth/key.h"
#include "auth/key_text.h"
#include "auth_check.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct crypto *crypto;

/* A key that was read is written as a record that says the same. */
static void
check_record(struct str text, struct arena *arena)
{
    struct key_record record, again;
    const struct crypto_public *key;
    struct str reason = STR_EMPTY;
    struct buf out;

    if (!key_record_read(text, arena, &record, &reason)) {
        require(reason.len > 0);
        return;
    }
    require(key_record_is(text));
    require(record.is_revoked == (record.bytes.len == 0));
    key = crypto_public_read(crypto, record.type, record.bytes);
    if (!key)
        return;
    require(crypto_public_bits(key) > 0 && crypto_public_bits(key) <= CRYPTO_RSA_BITS_MAX);
    require(crypto_public_read(crypto, record.type, record.bytes) == key);
    require(!crypto_verify(crypto, key, CRYPTO_SHA256, STR("01234567890123456789012345678901"),
                           STR("no signature")));
    buf_init(&out, 1 << 20);
    key_text_record(&out, record.type, record.bytes);
    require(key_record_read(buf_str(&out), arena, &again, &reason));
    require(again.type == record.type && str_eq(again.bytes, record.bytes));
    buf_done(&out);
}

/* Private keys, and base64 there and back. */
static void
check_private(struct str text, struct arena *arena)
{
    struct crypto_private *key;
    struct str bytes, again;
    struct err err;
    struct buf out;

    if (crypto_private_read(text, &key, &err)) {
        require(crypto_private_public(key, arena).len > 0);
        crypto_private_free(key);
    }
    if (!base64_read(text, arena, &bytes))
        return;
    buf_init(&out, 1 << 20);
    base64_write(bytes, &out);
    require(base64_read(buf_str(&out), arena, &again) && str_eq(bytes, again));
    buf_done(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena *arena = arena_new(MAIL_CHECK_ARENA_BYTES);

    if (!crypto)
        crypto = crypto_new();
    check_record(text, arena);
    check_private(text, arena);
    arena_free(arena);
    return 0;
}
