/*
 * DKIM as a daemon meets it: a body in pieces, answers that come late, and mails made to hurt.
 */

#include "auth/dkim.h"

#include "auth/dkim_sign.h"
#include "base/buf.h"
#include "dkim_vectors.h"
#include "dns/zone.h"
#include "tap.h"

#define NOW_S INT64_C(1800000000)
#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define MAIL_BYTES_MAX ((size_t)4 * 1024 * 1024)

/* A resolver whose answers are pending for so many questions. */
struct late {
    struct resolver resolver;
    uint32_t pending, asked;
};

static void
ask_late(void *context, struct str name, enum dns_type type, struct arena *arena,
         struct dns_answer *ret_answer)
{
    struct late *late = context;

    late->asked++;
    if (late->pending == 0) {
        *ret_answer = resolver_ask(&late->resolver, name, type, arena);
        return;
    }
    late->pending--;
    ret_answer->status = DNS_PENDING;
}

static struct resolver
zone_of(const char *text, struct arena *arena)
{
    struct zone *zone = NULL;
    struct err err;

    CHECK(zone_read(str_from_cstr(text), arena, &zone, &err));
    return zone_resolver(zone);
}

static void
waits_for_answers_and_for_the_body(void)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct late late = {.resolver = zone_of(KEYS_OF_RFCS, arena), .pending = 3};
    struct resolver resolver = {.ask = ask_late, .context = &late};
    struct crypto *crypto = crypto_new();
    struct dkim_options options = {0};
    struct dkim_check *check = NULL;
    struct str body;

    CHECK(dkim_check_new(crypto, &options, STR(MAIL_OF_RFC_8463), arena, &check));
    body = dkim_check_rest(check);
    CHECK(!dkim_check_look(check, &resolver, NOW_S));
    CHECK(late.asked == 2);
    CHECK(dkim_check_overall(check) == DKIM_PENDING);
    for (size_t at = 0; at < body.len; at += 7)
        dkim_check_body(check, str_first(str_from(body, at), 7));
    dkim_check_end(check);
    /* One of the two is answered now, and then not asked for again. */
    CHECK(!dkim_check_look(check, &resolver, NOW_S));
    CHECK(dkim_check_result(check, 0)->status == DKIM_PENDING);
    CHECK(dkim_check_result(check, 1)->status == DKIM_PASS);
    CHECK(dkim_check_overall(check) == DKIM_PASS);
    CHECK(dkim_check_look(check, &resolver, NOW_S));
    CHECK(late.asked == 5);
    CHECK(dkim_check_result(check, 0)->status == DKIM_PASS);
    dkim_check_done(check);
    dkim_check_done(check);
    crypto_free(crypto);
    arena_free(arena);
}

/* A check that is given up half way leaves nothing behind. */
static void
may_be_given_up(void)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct crypto *crypto = crypto_new();
    struct dkim_options options = {0};
    struct dkim_check *check = NULL;

    CHECK(dkim_check_new(crypto, &options, STR(MAIL_OF_RFC_8463), arena, &check));
    dkim_check_body(check, STR("Hi."));
    dkim_check_done(check);
    crypto_free(crypto);
    arena_free(arena);
}

/* ---- mails made to hurt ---- */

static struct dkim_check *
check_mail(struct crypto *crypto, struct str mail, bool allow_old, struct arena *arena)
{
    struct resolver resolver = zone_of(KEYS_OF_RFCS, arena);
    struct dkim_options options = {.allow_old = allow_old};
    struct dkim_check *check = NULL;

    CHECK(dkim_check_message(crypto, &options, mail, &resolver, NOW_S, arena, &check));
    dkim_check_done(check);
    return check;
}

static void
ends_within_its_ceilings(void)
{
    static const struct {
        const char *piece;
        int count;
        const char *end; /* behind the pieces, before From */
        uint32_t signatures, lost;
        enum dkim_status status;
        const char *reason;
    } rows[] = {
        {"DKIM-Signature: v=1; a=ed25519-sha256; d=football.example.com; s=brisbane; h=from; "
         "bh=AAAA; b=AAAA\r\n",
         900, "", DKIM_SIGNATURES_MAX, 880, DKIM_FAIL, "body"},
        {"DKIM-Signature: v=1; a=ed25519-sha256; d=football.example.com; s=brisbane; h=from; "
         "bh=AAAA; b=AAAA\r\n",
         1100, "", DKIM_SIGNATURES_MAX, 980, DKIM_PERMERROR, "too long"},
        {"from:", 10000, "from; v=1; a=ed25519-sha256; d=a.example; s=s; bh=AAAA; b=AAAA\r\n", 1, 0,
         DKIM_PERMERROR, "more than 256"},
        {"x=y; ", 10000, "\r\n", 1, 0, DKIM_NEUTRAL, "stands twice"},
        {"a", 500000, "\r\n", 1, 0, DKIM_NEUTRAL, "lacks its '='"},
        {";", 100000, "\r\n", 1, 0, DKIM_NEUTRAL, "no proper name"},
    };
    struct crypto *crypto = crypto_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        const struct dkim_check *check;
        struct buf mail;

        buf_init(&mail, MAIL_BYTES_MAX);
        if (rows[i].signatures == 1)
            buf_add_cstr(&mail, rows[i].piece[0] == 'f' ? "DKIM-Signature: h=" : "DKIM-Signature:");
        for (int n = 0; n < rows[i].count; n++)
            buf_add_cstr(&mail, rows[i].piece);
        buf_add_cstr(&mail, rows[i].end);
        buf_add_cstr(&mail, "From: anna@example.org\r\n\r\nHi.\r\n");
        check = check_mail(crypto, buf_str(&mail), false, arena);
        CHECK_ROW(i, dkim_check_count(check) == rows[i].signatures);
        CHECK_ROW(i, dkim_check_lost(check) == rows[i].lost);
        CHECK_ROW(i, dkim_check_result(check, 0)->status == rows[i].status);
        CHECK_ROW(i, str_has(dkim_check_result(check, 0)->reason, str_from_cstr(rows[i].reason)));
        buf_done(&mail);
        arena_free(arena);
    }
    crypto_free(crypto);
}

/* Of a mail signed with l= the rest may be anybody's. */
static void
never_passes_a_part_of_the_body(void)
{
    static const struct {
        const char *tail;
        enum dkim_status status;
        bool is_partial;
    } rows[] = {
        {"", DKIM_PASS, false},
        {"\r\n\r\n", DKIM_PASS, false},
        {"Visit example.com!\r\n", DKIM_POLICY, true},
    };
    /* Signed by dkimpy with the key of RFC 8463. */
    static const char signed_mail[] =
        "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
        " d=football.example.com; i=@football.example.com; l=5; q=dns/txt;\r\n"
        " s=brisbane; t=1795617577; h=from;\r\n"
        " bh=UrA8rmgY3eNBotmDWtzAmHyn5RyZv8Gea45sNGsP0zw=;\r\n"
        " b=90un8bnmB6WCrVP5pjSAT9qT/mPtWqUMZWeu38v3+5dv33B14RkFY0Y05fsuElWSE2YKF\r\n"
        " Yzx7IpDXxfZAhUMAw==\r\n"
        "From: anna@example.org\r\n\r\nHi.\r\n";
    struct crypto *crypto = crypto_new();

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        const struct str parts[] = {str_from_cstr(signed_mail), str_from_cstr(rows[i].tail)};
        const struct dkim_result *result =
            dkim_check_result(check_mail(crypto, arena_join(arena, parts, 2), false, arena), 0);

        CHECK_ROW(i, result->status == rows[i].status);
        CHECK_ROW(i, result->is_partial == rows[i].is_partial);
        CHECK_ROW(i, result->signature.length == 5);
        arena_free(arena);
    }
    crypto_free(crypto);
}

/* A key record of 64 KB, and one whose p= is too large a key. */
static void
takes_large_key_records(void)
{
    static char text[70000];
    static const struct {
        const char *front, *end;
    } shapes[] = {
        {"v=DKIM1; p=", ""},
        {"v=DKIM1; n=", "; p=AAAA"},
        {"v=DKIM1; k=ed25519; p=", ""},
    };

    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct crypto *crypto = crypto_new();
        struct key_record record;
        struct str reason;
        int len = snprintf(text, sizeof(text), "%s%065000d%s", shapes[i].front, 0, shapes[i].end);

        CHECK_ROW(i, key_record_read((struct str){text, (size_t)len}, arena, &record, &reason));
        CHECK_ROW(i, crypto_public_read(crypto, record.type, record.bytes) == NULL);
        crypto_free(crypto);
        arena_free(arena);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"waits for answers and for the body", waits_for_answers_and_for_the_body},
        {"may be given up", may_be_given_up},
        {"ends within its ceilings", ends_within_its_ceilings},
        {"never passes a part of the body", never_passes_a_part_of_the_body},
        {"takes large key records", takes_large_key_records},
    };

    return tap_main(cases, COUNT(cases));
}
