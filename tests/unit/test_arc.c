/*
 * Chains of weir's own making: what is added holds, what is changed on the way does not, and
 * what a chain may look like. The suite of others: tests/suites/arc.py.
 */

#include "auth/arc.h"

#include "auth/arc_seal.h"
#include "base/buf.h"
#include "dkim_vectors.h"
#include "dns/zone.h"
#include "tap.h"

#define ARENA_BYTES ((size_t)256 * 1024 * 1024)
#define MAIL_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define ZONE                                                                                       \
    "s._domainkey.example.org TXT \"" ED25519_OF_RFC "\"\n"                                        \
    "slow._domainkey.example.org ANY timeout\n"
#define MAIL                                                                                       \
    "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=example.net;\r\n"              \
    " dkim=pass header.d=example.net\r\n"                                                          \
    "Authentication-Results: mx.example.com; spf=fail\r\n"                                         \
    "From: anna@example.net\r\nSubject: a\r\n\r\nHello\r\n"

struct bench {
    struct arena *arena;
    struct crypto *crypto;
    struct crypto_private *key;
    struct resolver resolver;
};

static struct bench
bench_new(void)
{
    struct bench bench = {.arena = arena_new(ARENA_BYTES), .crypto = crypto_new()};
    struct zone *zone = NULL;
    struct err err;

    CHECK(zone_read(STR(ZONE), bench.arena, &zone, &err));
    CHECK(crypto_private_read(STR(SEED_OF_RFC), &bench.key, &err));
    bench.resolver = zone_resolver(zone);
    return bench;
}

static void
bench_done(struct bench *bench)
{
    crypto_private_free(bench->key);
    crypto_free(bench->crypto);
    arena_free(bench->arena);
}

static struct arc_check *
check_mail(struct bench *bench, struct str mail, bool is_to_be_sealed)
{
    struct arc_check *check = NULL;

    CHECK(arc_check_new(bench->crypto, mail, is_to_be_sealed, bench->arena, &check));
    arc_check_body(check, arc_check_rest(check));
    arc_check_end(check);
    CHECK(arc_check_look(check, &bench->resolver));
    arc_check_done(check);
    return check;
}

/* The mail with another set on top; as it is when its chain is over. */
static struct str
seal(struct bench *bench, struct str mail, const char *selector)
{
    struct arc_seal_options options = {
        .domain = STR("example.org"),
        .selector = str_from_cstr(selector),
        .server = STR("mx.example.org"),
        .time_s = 1700000000,
    };
    struct arc_check *check = check_mail(bench, mail, true);
    bool is_over = false;
    struct buf out;
    struct str sealed;
    struct err err;

    buf_init(&out, MAIL_BYTES_MAX);
    CHECK(arc_seal_write(bench->crypto, bench->key, &options, check, bench->arena, &out, &is_over,
                         &err));
    CHECK(is_over == (out.len == 0));
    buf_add(&out, mail);
    sealed = arena_str(bench->arena, buf_str(&out));
    buf_done(&out);
    return sealed;
}

static void
seals_what_it_validates(void)
{
    struct bench bench = bench_new();
    struct str mail = STR(MAIL);
    const struct arc_check *check = check_mail(&bench, mail, false);

    CHECK(arc_check_result(check)->status == ARC_NONE);
    for (uint32_t i = 1; i <= ARC_SETS_MAX; i++) {
        mail = seal(&bench, mail, "s");
        if (i > 3 && i < ARC_SETS_MAX)
            continue;
        check = check_mail(&bench, mail, false);
        CHECK_ROW(i, arc_check_result(check)->status == ARC_PASS);
        CHECK_ROW(i, arc_check_result(check)->set_count == i);
        CHECK_STR(arc_check_set(check, i - 1)->seal.chain, i == 1 ? "none" : "pass");
        CHECK_STR(header_unfold(arc_check_set(check, i - 1)->results, bench.arena),
                  "mx.example.org; spf=pass smtp.mailfrom=example.net; dkim=pass "
                  "header.d=example.net");
    }
    CHECK(str_eq(seal(&bench, mail, "s"), mail));
    bench_done(&bench);
}

/* Puts `with` where `what` stands first. */
static struct str
replace(struct bench *bench, struct str text, const char *what, const char *with)
{
    size_t at = str_find(text, str_from_cstr(what));
    struct str parts[] = {str_first(text, at), str_from_cstr(with),
                          str_from(text, at + strlen(what))};

    CHECK(at < text.len);
    return arena_join(bench->arena, parts, 3);
}

static void
finds_what_was_changed(void)
{
    static const struct {
        const char *what, *with;
        enum arc_status status;
        const char *reason;
    } rows[] = {
        {"Hello", "Hallo", ARC_FAIL, "body"},
        {"Subject: a", "Subject: b", ARC_FAIL, "newest ARC-Message-Signature does not hold"},
        {"Subject: a", "SUBJECT:   a", ARC_PASS, ""},
        {"From: anna", "X: y\r\nFrom: anna", ARC_PASS, ""},
        {"spf=pass", "spf=fail", ARC_FAIL, "seal of set 2 does not hold"},
        {"cv=pass", "cv=none", ARC_FAIL, "which it cannot"},
        {"cv=pass", "cv=fail", ARC_FAIL, "says cv=fail"},
        {"cv=pass", "cv=soso", ARC_FAIL, "none of none"},
        {"cv=pass", "cv=pass; h=from", ARC_FAIL, "must not have h="},
        {"ARC-Seal", "X-Seal", ARC_FAIL, "set 2 lacks"},
        {"ARC-Seal", "ARC-Seal: i=0\r\nARC-Seal", ARC_FAIL, "a= is missing"},
        {"i=2; mx", "i=1; mx", ARC_FAIL, "two ARC-Authentication-Results"},
        {"i=2; mx", "i=51; mx", ARC_FAIL, "more sets"},
        {"i=2; mx", "mx", ARC_FAIL, "number of its set"},
        {"s=s", "s=none", ARC_FAIL, "no key at its name"},
        {"s=s", "s=slow", ARC_FAIL, "timed out"},
        {"a=ed25519-sha256", "a=rsa-sha1", ARC_FAIL, "rsa-sha1"},
    };
    struct bench bench = bench_new();
    struct str mail = seal(&bench, seal(&bench, STR(MAIL), "s"), "s");

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str changed = replace(&bench, mail, rows[i].what, rows[i].with);
        const struct arc_result *result = arc_check_result(check_mail(&bench, changed, false));

        CHECK_ROW(i, result->status == rows[i].status);
        if (!str_has(result->reason, str_from_cstr(rows[i].reason)))
            printf("# " STR_FMT "\n", STR_ARG(result->reason));
        CHECK_ROW(i, str_has(result->reason, str_from_cstr(rows[i].reason)));
        CHECK_ROW(i, result->is_temporary == (strcmp(rows[i].with, "s=slow") == 0));
    }
    bench_done(&bench);
}

/* Once a seal says cv=fail the chain fails for everybody, and nobody adds to it. */
static void
ends_a_broken_chain(void)
{
    struct bench bench = bench_new();
    struct str mail = replace(&bench, seal(&bench, STR(MAIL), "s"), "Hello", "Hallo");
    const struct arc_check *check;

    mail = seal(&bench, mail, "s");
    check = check_mail(&bench, mail, false);
    CHECK(arc_check_result(check)->status == ARC_FAIL);
    CHECK(arc_check_result(check)->is_said_to_fail);
    CHECK_STR(arc_check_set(check, 1)->seal.chain, "fail");
    CHECK(str_eq(seal(&bench, mail, "s"), mail));
    bench_done(&bench);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"seals what it validates, up to the last set", seals_what_it_validates},
        {"finds what was changed", finds_what_was_changed},
        {"ends a broken chain", ends_a_broken_chain},
    };

    return tap_main(cases, COUNT(cases));
}
