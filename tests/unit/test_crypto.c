/* Keys as they come in files and records, and base64 as they are written in. */

#include "auth/crypto.h"

#include "auth/base64.h"
#include "auth/key_text.h"
#include "base/buf.h"
#include "dkim_vectors.h"
#include "tap.h"

#define ARENA_BYTES ((size_t)4 * 1024 * 1024)

static void
reads_base64(void)
{
    static const struct {
        const char *text, *bytes;
        bool is_read;
    } rows[] = {
        {"", "", true},
        {"YQ==", "a", true},
        {"YWI=", "ab", true},
        {"YWJj", "abc", true},
        {"YWJjZA==", "abcd", true},
        {"YQ", "a", true},
        {" Y\r\n\tW I=", "ab", true},
        {"YQ= =", "a", true},
        {"YQ=", "", false},
        {"Y", "", false},
        {"YQ==YQ==", "", false},
        {"Y!Q=", "", false},
        {"YWJj====", "abc", true},
        {"=", "", false},
        {"YWJj\x80", "", false},
    };
    struct arena *arena = arena_new(ARENA_BYTES);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str bytes = STR_EMPTY;

        CHECK_ROW(i, base64_read(str_from_cstr(rows[i].text), arena, &bytes) == rows[i].is_read);
        CHECK_STR(bytes, rows[i].bytes);
    }
    arena_free(arena);
}

static void
refuses_what_is_no_key(void)
{
    static const struct {
        const char *text, *reason;
    } rows[] = {
        {"", "no private key"},
        {"nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2", "no private key"},
        {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no private key"},
        {"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
         "encrypted"},
        /* RSA of 768 bits, made for this test. */
        {"-----BEGIN PRIVATE KEY-----\n"
         "MIIB5gIBADANBgkqhkiG9w0BAQEFAASCAdAwggHMAgEAAmEA28LnTMpA6+UBANbZ\n"
         "ZLQ1v7GklywQmOcbvKaTeJQWrRbQLhEhO0JMBKXuQ4QLXk5G3beHbgn3Bin02IXL\n"
         "/CN2Mhg1Br/KE+QHFsgdiExZXDOujcZpB07swTGa8+5IyQFnAgMBAAECYQCtNwqo\n"
         "9CIHzRDlYHMpdQGIfrSEky7h1gd+wq0qNU9KTtj39niDBNZ2M3OBs+piAr9St5oi\n"
         "sXAWhfsHK6CCqNO41I5hgBa6xj4BzpIik8u3LwH7sE5jm4nfQOQj5NaR6AECMQDx\n"
         "6EGE3FOGjPljfYBny0RpAPaLXzmr8/n6jlcdA77NOSwbS10cYQVAvmUZXitSM4EC\n"
         "MQDokF57BYCR3EBCNjU6JCVoT7SFN5uSfmtZxk3ElCO41QmXEDo+2iwyLGJaf6ZA\n"
         "iOcCMDFxairQqZW/rJ1kImGUjzfzBXE5Fl2J8Vb/zthUUqQ5gkVV4wMQ5XT1NU65\n"
         "C5uygQIxAKrLK7fpSIzWVhLKQLjcRuSedJLJTeV+FlSt//r4WGureQmKD1yNWZvX\n"
         "YLvZtzz5zQIxAMUNi/6yIqO0iNkv8P5y/fqQ8bb9e0JagpkvSVzaGMxLBp7EyVP1\n"
         "znMeHEmE7Fxizw==\n"
         "-----END PRIVATE KEY-----\n",
         "768 bits"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct crypto_private *key = NULL;
        struct err err = {0};

        CHECK_ROW(i, !crypto_private_read(str_from_cstr(rows[i].text), &key, &err));
        CHECK_ROW(i, str_has(str_from_cstr(err.text), str_from_cstr(rows[i].reason)));
    }
}

/* What is made can be written, read again, published, and signs what its record verifies. */
static void
makes_keys(void)
{
    static const struct {
        enum crypto_type type;
        uint32_t bits, want_bits;
    } rows[] = {{CRYPTO_ED25519, 0, 256}, {CRYPTO_RSA, 1024, 1024}, {CRYPTO_RSA, 2048, 2048}};
    struct crypto *crypto = crypto_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct crypto_private *made = NULL, *read = NULL;
        const struct crypto_public *public_key;
        unsigned char bytes[CRYPTO_SIGNATURE_MAX];
        struct str digest = STR("01234567890123456789012345678901"), signature;
        struct err err;

        CHECK_ROW(i, crypto_private_make(rows[i].type, rows[i].bits, &made, &err));
        CHECK_ROW(i, crypto_private_read(crypto_private_write(made, arena), &read, &err));
        CHECK_ROW(i, crypto_private_bits(read) == rows[i].want_bits);
        public_key = crypto_public_read(crypto, rows[i].type, crypto_private_public(made, arena));
        CHECK_ROW(i, public_key && crypto_public_bits(public_key) == rows[i].want_bits);
        signature = (struct str){(const char *)bytes, crypto_sign(crypto, read, digest, bytes)};
        CHECK_ROW(i, signature.len == crypto_private_signature_len(read));
        CHECK_ROW(i, crypto_verify(crypto, public_key, CRYPTO_SHA256, digest, signature));
        bytes[0] ^= 1;
        CHECK_ROW(i, !crypto_verify(crypto, public_key, CRYPTO_SHA256, digest, signature));
        bytes[0] ^= 1;
        signature.len--;
        CHECK_ROW(i, !crypto_verify(crypto, public_key, CRYPTO_SHA256, digest, signature));
        crypto_private_free(read);
        crypto_private_free(made);
        arena_free(arena);
    }
    crypto_free(crypto);
}

static void
makes_no_weak_keys(void)
{
    static const uint32_t bits[] = {0, 512, 1023, 8193, UINT32_MAX};

    for (size_t i = 0; i < COUNT(bits); i++) {
        struct crypto_private *key = NULL;
        struct err err;

        CHECK_ROW(i, !crypto_private_make(CRYPTO_RSA, bits[i], &key, &err));
    }
}

/* One context verifies with many keys: each with its own. More keys than are kept come and go. */
static void
keeps_keys_apart(void)
{
    struct crypto *crypto = crypto_new();
    struct str digest = STR("01234567890123456789012345678901");

    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 700; i++) {
            struct arena *arena = arena_new(ARENA_BYTES);
            const struct crypto_public *public_key;
            struct crypto_private *key = NULL;
            unsigned char seed[32] = {0}, bytes[CRYPTO_SIGNATURE_MAX];
            struct buf text;
            struct err err;
            size_t len;

            memcpy(seed, &i, sizeof(i));
            buf_init(&text, 100);
            base64_write((struct str){(const char *)seed, sizeof(seed)}, &text);
            CHECK(crypto_private_read(buf_str(&text), &key, &err));
            len = crypto_sign(crypto, key, digest, bytes);
            public_key =
                crypto_public_read(crypto, CRYPTO_ED25519, crypto_private_public(key, arena));
            CHECK(crypto_verify(crypto, public_key, CRYPTO_SHA256, digest,
                                (struct str){(const char *)bytes, len}));
            crypto_private_free(key);
            buf_done(&text);
            arena_free(arena);
        }
    }
    crypto_free(crypto);
}

static void
writes_records_in_strings(void)
{
    char bytes[300];
    struct buf record, zone;
    struct str line, rest;
    size_t strings = 0;

    memset(bytes, 'x', sizeof(bytes));
    buf_init(&record, 1 << 16);
    buf_init(&zone, 1 << 16);
    key_text_record(&record, CRYPTO_RSA, (struct str){bytes, sizeof(bytes)});
    CHECK(str_starts(buf_str(&record), STR("v=DKIM1; k=rsa; p=eHh4")));
    CHECK(record.len == 18 + 400);
    key_text_zone(&zone, STR("s._domainkey.example.org"), buf_str(&record));
    CHECK(str_starts(buf_str(&zone), STR("s._domainkey.example.org. IN TXT ( \"v=DKIM1; ")));
    CHECK(str_ends(buf_str(&zone), STR("\" )\n")));
    rest = buf_str(&zone);
    (void)str_cut(&rest, '"');
    while (rest.len) {
        line = str_cut(&rest, '"');
        CHECK(line.len <= KEY_TEXT_STRING_MAX);
        (void)str_cut(&rest, '"');
        strings++;
    }
    CHECK(strings == 2);
    buf_done(&zone);
    buf_done(&record);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads base64", reads_base64},
        {"refuses what is no key", refuses_what_is_no_key},
        {"makes keys", makes_keys},
        {"makes no weak keys", makes_no_weak_keys},
        {"keeps keys apart", keeps_keys_apart},
        {"writes records in strings", writes_records_in_strings},
    };

    return tap_main(cases, COUNT(cases));
}
