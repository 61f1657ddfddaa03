/*
 * dkim_bench [SECONDS] - CPU time of one DKIM signature, of one check with a warm key, and of an
 * ARC check, on a mail of 4.7 KB; beside them what libcrypto alone takes.
 *
 *     dkim sign rsa-2048        0.35 ms   (libcrypto alone 0.31)
 *
 * One thread. Lines begin with a name that bench.py and people can look for.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "auth/arc_seal.h"
#include "auth/dkim.h"
#include "auth/dkim_sign.h"
#include "auth/key_text.h"
#include "base/buf.h"
#include "dns/zone.h"

#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define TIME_S INT64_C(1700000000)
#define BODY_LINES 62

/* One way to be measured: its keys, and a mail with what it made. */
struct bench {
    struct crypto *crypto;
    struct crypto_private *key;
    struct arena *arena, *kept; /* of one round; of all */
    struct resolver resolver;
    struct str mail, signed_mail;
    struct buf out;
};

static double
cpu_s(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
die(const char *why)
{
    fprintf(stderr, "dkim_bench: %s\n", why);
    exit(2);
}

static struct str
make_mail(struct arena *arena)
{
    struct buf buf;
    struct str mail;

    buf_init(&buf, 1 << 20);
    buf_add_cstr(&buf, "Received: from client.example.org (client.example.org [192.0.2.7])\r\n"
                       "\tby mx.example.org (Postfix) with ESMTPSA id 4F0A7B1645\r\n"
                       "\tfor <bob@example.net>; Sun, 1 Mar 2026 10:00:00 +0000 (UTC)\r\n"
                       "From: Anna <anna@example.org>\r\nTo: bob@example.net\r\n"
                       "Subject: Rechnung 4711\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n"
                       "Message-ID: <20260301100000.4711@example.org>\r\nMIME-Version: 1.0\r\n"
                       "Content-Type: text/plain; charset=utf-8\r\n\r\n");
    for (int i = 0; i < BODY_LINES; i++)
        buf_printf(&buf,
                   "%04d the quick brown fox jumps over the lazy dog, once more and again\r\n", i);
    mail = arena_str(arena, buf_str(&buf));
    buf_done(&buf);
    return mail;
}

static void
sign(struct bench *bench)
{
    struct dkim_sign_options options = {
        .domain = STR("example.org"),
        .selector = STR("s"),
        .header_form = CANONICAL_RELAXED,
        .body_form = CANONICAL_RELAXED,
        .time_s = TIME_S,
    };
    struct dkim_signing *signing;
    struct err err;

    arena_reset(bench->arena);
    buf_reset(&bench->out);
    if (!dkim_signing_new(bench->crypto, &options, bench->mail, bench->arena, &signing, &err))
        die(err.text);
    dkim_signing_body(signing, dkim_signing_rest(signing));
    if (!dkim_signing_write(signing, bench->key, &bench->out, &err))
        die(err.text);
    dkim_signing_done(signing);
}

static void
verify(struct bench *bench)
{
    struct dkim_options options = {0};
    struct dkim_check *check;

    arena_reset(bench->arena);
    if (!dkim_check_message(bench->crypto, &options, bench->signed_mail, &bench->resolver, TIME_S,
                            bench->arena, &check) ||
        dkim_check_overall(check) != DKIM_PASS)
        die("the signature does not hold");
    dkim_check_done(check);
}

static void
verify_chain(struct bench *bench)
{
    struct arc_check *check;

    arena_reset(bench->arena);
    if (!arc_check_new(bench->crypto, bench->signed_mail, false, bench->arena, &check))
        die("no room");
    arc_check_body(check, arc_check_rest(check));
    arc_check_end(check);
    if (!arc_check_look(check, &bench->resolver) || arc_check_result(check)->status != ARC_PASS)
        die("the chain does not hold");
    arc_check_done(check);
}

/* What libcrypto takes: hash the mail, sign the digest. */
static void
sign_bare(struct bench *bench)
{
    struct crypto_hash *hash = crypto_hash_begin(bench->crypto, CRYPTO_SHA256);
    unsigned char digest[CRYPTO_DIGEST_MAX], signature[CRYPTO_SIGNATURE_MAX];
    size_t len;

    crypto_hash_add(hash, bench->mail);
    len = crypto_hash_end(bench->crypto, hash, digest);
    if (!crypto_sign(bench->crypto, bench->key, (struct str){(const char *)digest, len}, signature))
        die("libcrypto refused");
}

static void
measure(struct bench *bench, const char *name, void (*run)(struct bench *bench), double seconds)
{
    double start, spent;
    uint64_t count = 0;

    run(bench);
    start = cpu_s();
    do {
        for (int i = 0; i < 16; i++, count++)
            run(bench);
        spent = cpu_s() - start;
    } while (spent < seconds);
    printf("%-28s %8.4f ms  %9.0f /s\n", name, 1e3 * spent / (double)count, (double)count / spent);
    (void)fflush(stdout);
}

static void
publish(struct bench *bench, enum crypto_type type)
{
    struct zone *zone;
    struct buf text;
    struct err err;

    buf_init(&text, 1 << 16);
    buf_add_cstr(&text, "s._domainkey.example.org TXT \"");
    key_text_record(&text, type, crypto_private_public(bench->key, bench->kept));
    buf_add_cstr(&text, "\"\n");
    if (!zone_read(buf_str(&text), bench->kept, &zone, &err))
        die(err.text);
    bench->resolver = zone_resolver(zone);
    buf_done(&text);
}

/* The mail with what was made on top. */
static struct str
with_mail(struct bench *bench)
{
    struct str parts[] = {buf_str(&bench->out), bench->mail};

    return arena_join(bench->kept, parts, 2);
}

static void
seal(struct bench *bench)
{
    struct arc_seal_options options = {.domain = STR("example.org"),
                                       .selector = STR("s"),
                                       .server = STR("mx.example.org"),
                                       .time_s = TIME_S};
    struct arc_check *check;
    struct err err;
    bool is_over;

    arena_reset(bench->arena);
    buf_reset(&bench->out);
    if (!arc_check_new(bench->crypto, bench->mail, true, bench->arena, &check))
        die("no room");
    arc_check_body(check, arc_check_rest(check));
    arc_check_end(check);
    if (!arc_check_look(check, &bench->resolver) ||
        !arc_seal_write(bench->crypto, bench->key, &options, check, bench->arena, &bench->out,
                        &is_over, &err))
        die("the mail could not be sealed");
    arc_check_done(check);
}

static void
measure_key(enum crypto_type type, const char *name, double seconds)
{
    struct bench bench = {
        .crypto = crypto_new(), .arena = arena_new(ARENA_BYTES), .kept = arena_new(ARENA_BYTES)};
    char line[64];
    struct err err;

    buf_init(&bench.out, 1 << 20);
    bench.mail = make_mail(bench.kept);
    if (!crypto_private_make(type, 2048, &bench.key, &err))
        die(err.text);
    publish(&bench, type);
    (void)snprintf(line, sizeof(line), "bare sign %s", name);
    measure(&bench, line, sign_bare, seconds);
    (void)snprintf(line, sizeof(line), "dkim sign %s", name);
    measure(&bench, line, sign, seconds);
    bench.signed_mail = with_mail(&bench);
    (void)snprintf(line, sizeof(line), "dkim verify %s", name);
    measure(&bench, line, verify, seconds);
    seal(&bench);
    bench.signed_mail = with_mail(&bench);
    (void)snprintf(line, sizeof(line), "arc verify, 1 set, %s", name);
    measure(&bench, line, verify_chain, seconds);
    buf_done(&bench.out);
    crypto_private_free(bench.key);
    crypto_free(bench.crypto);
    arena_free(bench.kept);
    arena_free(bench.arena);
}

int
main(int argc, char **argv)
{
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 1;

    measure_key(CRYPTO_RSA, "rsa-2048", seconds);
    measure_key(CRYPTO_ED25519, "ed25519", seconds);
    return 0;
}
