/*
 * DKIM signatures: the examples of the RFCs, what weir signs itself and what may and may not
 * happen to it on the way, and what keys and times allow.
 */

#include "auth/dkim.h"

#include "auth/dkim_sign.h"
#include "base/buf.h"
#include "dkim_vectors.h"
#include "dns/zone.h"
#include "tap.h"

#define NOW_S INT64_C(1700000000)
#define ARENA_BYTES ((size_t)64 * 1024 * 1024)

/* What a test checks with: made anew for each, gone with it. */
struct bench {
    struct arena *arena;
    struct crypto *crypto;
    struct resolver resolver;
};

static struct bench
bench_new(const char *zone_text)
{
    struct bench bench = {.arena = arena_new(ARENA_BYTES), .crypto = crypto_new()};
    struct zone *zone = NULL;
    struct err err;

    CHECK(zone_read(str_from_cstr(zone_text), bench.arena, &zone, &err));
    bench.resolver = zone_resolver(zone);
    return bench;
}

static void
bench_done(struct bench *bench)
{
    crypto_free(bench->crypto);
    arena_free(bench->arena);
}

static struct dkim_check *
check_mail(struct bench *bench, struct str mail, bool allow_old)
{
    struct dkim_options options = {.allow_old = allow_old};
    struct dkim_check *check = NULL;

    CHECK(dkim_check_message(bench->crypto, &options, mail, &bench->resolver, NOW_S, bench->arena,
                             &check));
    dkim_check_done(check);
    return check;
}

static void
verifies_the_examples_of_the_rfcs(void)
{
    static const struct {
        const char *mail;
        uint32_t count;
    } rows[] = {{MAIL_OF_RFC_6376, 1}, {MAIL_OF_RFC_8463, 2}};
    struct bench bench = bench_new(KEYS_OF_RFCS);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dkim_check *check = check_mail(&bench, str_from_cstr(rows[i].mail), false);

        CHECK_ROW(i, dkim_check_count(check) == rows[i].count);
        for (uint32_t n = 0; n < dkim_check_count(check); n++)
            CHECK_ROW(i, dkim_check_result(check, n)->status == DKIM_PASS);
    }
    bench_done(&bench);
}

static void
signs_as_rfc_8032_says(void)
{
    static const struct {
        const char *seed, *message;
        size_t len;
        const char *signature; /* its first bytes, in hexadecimal */
    } rows[] = {
        {SEED_OF_RFC, "", 0, "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"},
        {"TM0Imyj/ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U+4pvs=", "\x72", 1,
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"},
        {"xaqN9D+fg3vtt0QvMdy3sWbThTUHbwlLhc46LgtEWPc=", "\xaf\x82", 2,
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"},
    };
    struct crypto *crypto = crypto_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        unsigned char bytes[CRYPTO_SIGNATURE_MAX];
        struct crypto_private *key = NULL;
        char text[65] = "";
        struct err err;

        CHECK_ROW(i, crypto_private_read(str_from_cstr(rows[i].seed), &key, &err));
        CHECK_ROW(i, crypto_sign(crypto, key, (struct str){rows[i].message, rows[i].len}, bytes) ==
                         64);
        for (size_t n = 0; n < 32; n++)
            (void)snprintf(text + 2 * n, 3, "%02x", bytes[n]);
        CHECK_STR(str_from_cstr(text), rows[i].signature);
        crypto_private_free(key);
    }
    crypto_free(crypto);
}

/* ---- what weir signs ---- */

#define ZONE                                                                                       \
    "s._domainkey.example.org TXT \"" ED25519_OF_RFC "\"\n"                                        \
    "testing._domainkey.example.org TXT \"" ED25519_OF_RFC "; t=y\"\n"                             \
    "strict._domainkey.example.org TXT \"" ED25519_OF_RFC "; t=s\"\n"                              \
    "sha1._domainkey.example.org TXT \"" ED25519_OF_RFC "; h=sha1\"\n"                             \
    "chat._domainkey.example.org TXT \"" ED25519_OF_RFC "; s=chat\"\n"                             \
    "both._domainkey.example.org TXT \"" ED25519_OF_RFC "; s=chat:email; h=sha1:sha256\"\n"        \
    "revoked._domainkey.example.org TXT \"v=DKIM1; k=ed25519; p=\"\n"                              \
    "broken._domainkey.example.org TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS!\"\n"                 \
    "short._domainkey.example.org TXT \"v=DKIM1; k=ed25519; p=11qYAYKx\"\n"                        \
    "faulty._domainkey.example.org TXT \"" ED25519_OF_RFC ";; t=y\"\n"                             \
    "late._domainkey.example.org TXT \"k=ed25519; v=DKIM1; p=\"\n"                                 \
    "other._domainkey.example.org TXT \"v=spf1 -all\"\n"                                           \
    "beside._domainkey.example.org TXT \"v=spf1 -all\"\n"                                          \
    "beside._domainkey.example.org TXT \"" ED25519_OF_RFC "\"\n"                                   \
    "two._domainkey.example.org TXT \"" ED25519_OF_RFC "\"\n"                                      \
    "two._domainkey.example.org TXT \"v=DKIM1; p=\"\n"                                             \
    "rsa._domainkey.example.org TXT \"v=DKIM1; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n" \
    "slow._domainkey.example.org ANY timeout\n"                                                    \
    "failed._domainkey.example.org ANY failed\n"                                                   \
    "bogus._domainkey.example.org ANY bogus\n"                                                     \
    "secure._domainkey.example.org secure TXT \"" ED25519_OF_RFC "\"\n"

#define FIELDS                                                                                     \
    "From: Anna <anna@example.org>\r\n"                                                            \
    "To: bob@example.net\r\n"                                                                      \
    "Subject: Rechnung\r\n"                                                                        \
    "Received: one\r\n"
#define LONG "X-0123456789-0123456789-0123456789-0123456789"
#define LONG_NAME LONG LONG LONG LONG
#define BODY "Hello,\r\nworld \r\n"

static struct dkim_sign_options
options_for(const char *selector)
{
    return (struct dkim_sign_options){
        .domain = STR("example.org"),
        .selector = str_from_cstr(selector),
        .header_form = CANONICAL_RELAXED,
        .body_form = CANONICAL_RELAXED,
        .time_s = NOW_S,
    };
}

/* The signature of the mail, to stand on top; in the arena. */
static struct str
sign(struct bench *bench, const struct dkim_sign_options *options, const char *mail)
{
    struct dkim_signing *signing = NULL;
    struct crypto_private *key = NULL;
    struct str field;
    struct buf out;
    struct err err;

    buf_init(&out, 1 << 16);
    CHECK(crypto_private_read(STR(SEED_OF_RFC), &key, &err));
    CHECK(dkim_signing_new(bench->crypto, options, str_from_cstr(mail), bench->arena, &signing,
                           &err));
    dkim_signing_body(signing, dkim_signing_rest(signing));
    CHECK(dkim_signing_write(signing, key, &out, &err));
    dkim_signing_done(signing);
    field = arena_str(bench->arena, buf_str(&out));
    crypto_private_free(key);
    buf_done(&out);
    return field;
}

static struct str
join(struct bench *bench, struct str first, const char *second)
{
    struct str parts[] = {first, str_from_cstr(second)};

    return arena_join(bench->arena, parts, 2);
}

/* What happens to a mail on its way: what may, by form, and what must not. */
static void
holds_what_was_signed(void)
{
    static const struct {
        const char *mail;
        enum dkim_status simple, relaxed;
    } rows[] = {
        {FIELDS "\r\n" BODY, DKIM_PASS, DKIM_PASS},
        {"Received: two\r\n" FIELDS "\r\n" BODY, DKIM_PASS, DKIM_PASS},
        {"X-Spam: no\r\n" FIELDS "\r\n" BODY "\r\n\r\n", DKIM_PASS, DKIM_PASS},
        {"From: Anna  <anna@example.org>\r\nTo: bob@example.net\r\nSubject: Rechnung\r\n"
         "Received: one\r\n\r\n" BODY,
         DKIM_FAIL, DKIM_PASS},
        {"FROM: Anna <anna@example.org>\r\nto:bob@example.net\r\nSubject:\r\n Rechnung\r\n"
         "Received: one\r\n\r\n" BODY,
         DKIM_FAIL, DKIM_PASS},
        {FIELDS "\r\nHello,\r\nworld\r\n", DKIM_FAIL, DKIM_PASS},
        {FIELDS "\r\nHello,\r\nworld!\r\n", DKIM_FAIL, DKIM_FAIL},
        {FIELDS "\r\n" BODY "x", DKIM_FAIL, DKIM_FAIL},
        {FIELDS "\r\n", DKIM_FAIL, DKIM_FAIL},
        {"From: Mallory <anna@example.org>\r\nTo: bob@example.net\r\nSubject: Rechnung\r\n"
         "Received: one\r\n\r\n" BODY,
         DKIM_FAIL, DKIM_FAIL},
        /* Oversigned: what was not there must not come to be. */
        {"Subject: Erbschaft\r\n" FIELDS "\r\n" BODY, DKIM_FAIL, DKIM_FAIL},
        {FIELDS "Reply-To: mallory@example.com\r\n\r\n" BODY, DKIM_FAIL, DKIM_FAIL},
        {FIELDS "Content-Type: text/html\r\n\r\n" BODY, DKIM_FAIL, DKIM_FAIL},
        {"From: mallory@example.com\r\n" FIELDS "\r\n" BODY, DKIM_FAIL, DKIM_FAIL},
        {LONG_NAME ": x\r\nSubject: Erbschaft\r\n" FIELDS "\r\n" BODY, DKIM_FAIL, DKIM_FAIL},
        /* A line that is no field ends the header for us and for every reader. */
        {"no field\r\n" FIELDS "\r\n" BODY, DKIM_FAIL, DKIM_FAIL},
    };
    struct bench bench = bench_new(ZONE);

    for (int form = 0; form < CANONICAL_FORMS; form++) {
        struct dkim_sign_options options = options_for("s");
        struct str field;

        options.header_form = options.body_form = (enum canonical_form)form;
        field = sign(&bench, &options, FIELDS "\r\n" BODY);
        for (size_t i = 0; i < COUNT(rows); i++) {
            struct dkim_check *check = check_mail(&bench, join(&bench, field, rows[i].mail), false);
            enum dkim_status want = form == CANONICAL_SIMPLE ? rows[i].simple : rows[i].relaxed;

            CHECK_ROW(i, dkim_check_count(check) == 1);
            CHECK_ROW(i, dkim_check_result(check, 0)->status == want);
        }
    }
    bench_done(&bench);
}

/* A From that only some readers see makes two of them, wherever it stands. */
static void
counts_every_from(void)
{
    static const char *const fronts[] = {
        "From : ceo@example.com\r\n",
        "From\t: ceo@example.com\r\n",
        "from: ceo@example.com\r\n",
        "X: a\rFrom: ceo@example.com\r\n",
        "X: a\r\r\n b\rfrom \t: ceo@example.com\r\n",
        LONG_NAME ": x\r\nFrom: ceo@example.com\r\n",
    };
    struct bench bench = bench_new(ZONE);
    struct dkim_sign_options options = options_for("s");
    struct dkim_signing *signing = NULL;
    struct str mail;
    struct err err;

    options.headers = STR("From");
    mail = join(&bench, sign(&bench, &options, FIELDS "\r\n" BODY), FIELDS "\r\n" BODY);
    CHECK(dkim_check_overall(check_mail(&bench, mail, false)) == DKIM_PASS);
    CHECK(dkim_check_overall(check_mail(
              &bench,
              arena_printf(bench.arena, "X: a\rFromage: b\r From me\r\n" STR_FMT, STR_ARG(mail)),
              false)) == DKIM_PASS);
    for (size_t i = 0; i < COUNT(fronts); i++) {
        struct str parts[] = {str_from_cstr(fronts[i]), mail};
        struct dkim_check *check = check_mail(&bench, arena_join(bench.arena, parts, 2), false);

        CHECK_ROW(i, dkim_check_count(check) == 1);
        CHECK_ROW(i, dkim_check_overall(check) == DKIM_PERMERROR);
        CHECK_ROW(i, !dkim_signing_new(bench.crypto, &options, arena_join(bench.arena, parts, 2),
                                       bench.arena, &signing, &err));
    }
    bench_done(&bench);
}

/* h= may name DKIM-Signature, and means those of others. */
static void
leaves_its_own_field_out_of_h(void)
{
    static const char *const lists[] = {"From:DKIM-Signature", "From:+DKIM-Signature"};
    struct bench bench = bench_new(ZONE);

    for (size_t i = 0; i < COUNT(lists); i++) {
        struct dkim_sign_options options = options_for("s");
        struct str mail,
            first = join(&bench, sign(&bench, &options, FIELDS "\r\n" BODY), FIELDS "\r\n" BODY);
        struct str parts[2] = {STR_EMPTY, first};

        options.headers = str_from_cstr(lists[i]);
        parts[0] = sign(&bench, &options, arena_printf(bench.arena, STR_FMT, STR_ARG(first)).data);
        mail = arena_join(bench.arena, parts, 2);
        for (uint32_t n = 0; n < 2; n++)
            CHECK_ROW(i,
                      dkim_check_result(check_mail(&bench, mail, false), n)->status == DKIM_PASS);
        /* The one above is of a third hand: only an oversigned list minds it. */
        parts[1] = mail;
        parts[0] = STR("DKIM-Signature: v=2\r\n");
        CHECK_ROW(i,
                  dkim_check_result(check_mail(&bench, arena_join(bench.arena, parts, 2), false), 1)
                          ->status == (i ? DKIM_FAIL : DKIM_PASS));
    }
    bench_done(&bench);
}

#define LABEL_60 "123456789012345678901234567890123456789012345678901234567890"

/* What is signed must be readable to those who check it. */
static void
signs_for_names_that_can_be_read(void)
{
    static const struct {
        const char *domain, *selector, *identity;
        const char *written; /* i= as it stands in the field; NULL: refused */
    } rows[] = {
        {"example.org", "s", "anna@example.org", "i=anna@example.org;"},
        {"example.org", "s", "a b;c=d@x@sub.example.org", "i=a=20b=3Bc=3Dd@x@sub.example.org;"},
        {"example.org", "s", "a\r\nX: y@example.org", "i=a=0D=0AX:=20y@example.org;"},
        {"example.org", "s", "\xc3\xa4@example.org", "i==C3=A4@example.org;"},
        {"example.org", "s", "example.org", NULL},
        {"example.org", "s", "a@b c.example.org", NULL},
        {"example.org", "s", "a@example.com", NULL},
        {"b\xc3\xbc.example", "s", "", NULL},
        {"a b.example", "s", "", NULL},
        {"a\r\nBcc: x.example", "s", "", NULL},
        {"example.org", "a;b", "", NULL},
        {LABEL_60 "." LABEL_60 "." LABEL_60 ".example", LABEL_60, "", NULL},
    };
    struct bench bench = bench_new(ZONE);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dkim_sign_options options = options_for(rows[i].selector);
        struct dkim_signing *signing = NULL;
        struct dkim_check *check;
        struct str field;
        struct err err;

        options.domain = str_from_cstr(rows[i].domain);
        options.identity = str_from_cstr(rows[i].identity);
        if (!rows[i].written) {
            CHECK_ROW(i, !dkim_signing_new(bench.crypto, &options, STR(FIELDS "\r\n" BODY),
                                           bench.arena, &signing, &err));
            continue;
        }
        field = sign(&bench, &options, FIELDS "\r\n" BODY);
        CHECK_ROW(i, str_has(field, str_from_cstr(rows[i].written)));
        check = check_mail(&bench, join(&bench, field, FIELDS "\r\n" BODY), false);
        CHECK_ROW(i, dkim_check_overall(check) == DKIM_PASS);
        CHECK_STR(dkim_check_result(check, 0)->signature.identity, rows[i].identity);
    }
    bench_done(&bench);
}

/* Signed over LF, checked over CR LF, and the other way round. */
static void
takes_both_line_ends(void)
{
    static const char lf[] = "From: anna@example.org\nSubject: a\n b\n\nHello\n\nworld\n";
    static const char crlf[] =
        "From: anna@example.org\r\nSubject: a\r\n b\r\n\r\nHello\r\n\r\nworld\r\n";
    struct bench bench = bench_new(ZONE);

    for (int form = 0; form < CANONICAL_FORMS; form++) {
        struct dkim_sign_options options = options_for("s");
        struct str field;

        options.header_form = options.body_form = (enum canonical_form)form;
        field = sign(&bench, &options, lf);
        CHECK(dkim_check_overall(check_mail(&bench, join(&bench, field, crlf), false)) ==
              DKIM_PASS);
        options.line_end = STR("\n");
        field = sign(&bench, &options, crlf);
        CHECK(str_index(field, '\r') == field.len);
        CHECK(dkim_check_overall(check_mail(&bench, join(&bench, field, lf), false)) == DKIM_PASS);
    }
    bench_done(&bench);
}

static void
judges_keys(void)
{
    static const struct {
        const char *selector;
        enum dkim_status status;
        const char *reason;
    } rows[] = {
        {"s", DKIM_PASS, ""},
        {"secure", DKIM_PASS, ""},
        {"both", DKIM_PASS, ""},
        {"beside", DKIM_PASS, ""},
        {"testing", DKIM_PASS, "only tests"},
        {"strict", DKIM_PASS, ""},
        {"sha1", DKIM_PERMERROR, "not for this hash"},
        {"chat", DKIM_PERMERROR, "not for mail"},
        {"revoked", DKIM_PERMERROR, "revoked"},
        {"broken", DKIM_PERMERROR, "not base64"},
        {"short", DKIM_PERMERROR, "no key of its type"},
        {"faulty", DKIM_PERMERROR, "no proper name"},
        {"late", DKIM_PERMERROR, "begin with v=DKIM1"},
        {"other", DKIM_PERMERROR, "is no key"},
        {"two", DKIM_PERMERROR, "2 different keys"},
        {"rsa", DKIM_PERMERROR, "another type"},
        {"none", DKIM_PERMERROR, "no key at its name"},
        {"slow", DKIM_TEMPERROR, "timed out"},
        {"failed", DKIM_TEMPERROR, "failed"},
        {"bogus", DKIM_TEMPERROR, "DNSSEC"},
    };
    struct bench bench = bench_new(ZONE);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dkim_sign_options options = options_for(rows[i].selector);
        struct str field = sign(&bench, &options, FIELDS "\r\n" BODY);
        struct dkim_check *check =
            check_mail(&bench, join(&bench, field, FIELDS "\r\n" BODY), false);
        const struct dkim_result *result = dkim_check_result(check, 0);

        CHECK_ROW(i, result->status == rows[i].status);
        CHECK_ROW(i, str_has(result->reason, str_from_cstr(rows[i].reason)));
        CHECK_ROW(i, (rows[i].reason[0] == '\0') == (result->reason.len == 0));
        CHECK_ROW(i, result->is_key_secure == (strcmp(rows[i].selector, "secure") == 0));
    }
    bench_done(&bench);
}

/* ---- signatures that are written by hand: their b= is never reached, or wrong ---- */

static void
judges_signatures(void)
{
#define REST "; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA"
    static const struct {
        const char *value;
        enum dkim_status status;
        const char *reason;
    } rows[] = {
        {"v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from" REST, DKIM_FAIL,
         "header is not the one"},
        {"a=ed25519-sha256; d=example.org; s=s; h=from" REST, DKIM_PERMERROR, "v= is missing"},
        {"v=2; a=ed25519-sha256; d=example.org; s=s; h=from" REST, DKIM_NEUTRAL, "version 2"},
        {"v=1; d=example.org; s=s; h=from" REST, DKIM_PERMERROR, "a= is missing"},
        {"v=1; a=rsa-md5; d=example.org; s=s; h=from" REST, DKIM_NEUTRAL, "'rsa-md5' is unknown"},
        {"v=1; a=rsa-sha1; d=example.org; s=s; h=from" REST, DKIM_PERMERROR, "RFC 8301"},
        {"v=1; a=ed25519-sha256; s=s; h=from" REST, DKIM_PERMERROR, "d= is missing"},
        {"v=1; a=ed25519-sha256; d=exa mple.org; s=s; h=from" REST, DKIM_NEUTRAL, "d= is no"},
        {"v=1; a=ed25519-sha256; d=example.org; s=a..b; h=from" REST, DKIM_NEUTRAL, "s= is no"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=to:subject" REST, DKIM_PERMERROR,
         "does not cover From"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=" REST, DKIM_PERMERROR,
         "does not cover From"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; c=nowsp" REST, DKIM_NEUTRAL,
         "canonicalisation"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; q=http" REST, DKIM_NEUTRAL, "q="},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; i=@example.com" REST, DKIM_PERMERROR,
         "not within"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; i=@badexample.org" REST,
         DKIM_PERMERROR, "not within"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; i=anna" REST, DKIM_NEUTRAL, "no '@'"},
        {"v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=strict; h=from; "
         "i=a@sub.example.org" REST,
         DKIM_PERMERROR, "t=s"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; x=1699999999" REST, DKIM_PERMERROR,
         "expired"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; t=5; x=4" REST, DKIM_PERMERROR,
         "expires before"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; t=1700000301" REST, DKIM_POLICY,
         "future"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; t=now" REST, DKIM_NEUTRAL, "no time"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; l=-1" REST, DKIM_NEUTRAL, "no length"},
        {"v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from; l=1" REST,
         DKIM_FAIL, "shorter than l="},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; h=to" REST, DKIM_NEUTRAL, "twice"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; b=!; bh=AAAA", DKIM_NEUTRAL,
         "b= is not base64"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; b=; bh=AAAA", DKIM_NEUTRAL,
         "b= is not base64"},
        {"v=1; a=ed25519-sha256; d=example.org; s=s; h=from; b=AAAA", DKIM_PERMERROR,
         "bh= is missing"},
        {"", DKIM_PERMERROR, "v= is missing"},
    };
    struct bench bench = bench_new(ZONE);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str mail = arena_printf(
            bench.arena, "DKIM-Signature: %s\r\nFrom: anna@example.org\r\n\r\n", rows[i].value);
        struct dkim_check *check = check_mail(&bench, mail, false);
        const struct dkim_result *result = dkim_check_result(check, 0);

        CHECK_ROW(i, dkim_check_count(check) == 1);
        CHECK_ROW(i, result->status == rows[i].status);
        if (result->status != rows[i].status ||
            !str_has(result->reason, str_from_cstr(rows[i].reason)))
            printf("# %s: " STR_FMT "\n", dkim_status_name(result->status),
                   STR_ARG(result->reason));
        CHECK_ROW(i, str_has(result->reason, str_from_cstr(rows[i].reason)));
    }
    bench_done(&bench);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"verifies the examples of the RFCs", verifies_the_examples_of_the_rfcs},
        {"signs as RFC 8032 says", signs_as_rfc_8032_says},
        {"holds what was signed, and nothing else", holds_what_was_signed},
        {"counts every From", counts_every_from},
        {"leaves its own field out of h=", leaves_its_own_field_out_of_h},
        {"signs for names that can be read", signs_for_names_that_can_be_read},
        {"takes both line ends", takes_both_line_ends},
        {"judges keys", judges_keys},
        {"judges signatures", judges_signatures},
    };

    return tap_main(cases, COUNT(cases));
}
