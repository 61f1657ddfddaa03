#include "auth/dkim.h"
#include "auth/dkim_sign.h"
#include "auth_check.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_S INT64_C(1700000000)
#define OUTPUT_BYTES_MAX ((size_t)1024 * 1024)

static struct crypto *crypto;
static struct crypto_private *key;

static void
require_signature(struct str text, const struct signature *signature)
{
    require(is_inside(text, signature->field) && is_inside(signature->field, signature->hole));
    require(is_inside(signature->field, signature->domain));
    require(is_inside(signature->field, signature->selector));
    require(is_inside(signature->field, signature->headers));
}

/* Any bytes: in pieces as at once, and a verdict for each. */
static enum dkim_status
check_mail(struct str mail, const struct resolver *resolver, bool allow_old, struct arena *arena)
{
    struct dkim_options options = {.allow_old = allow_old};
    struct dkim_check *whole, *pieces;
    struct str body;
    enum dkim_status status;

    require(dkim_check_message(crypto, &options, mail, resolver, NOW_S, arena, &whole));
    require(dkim_check_new(crypto, &options, mail, arena, &pieces));
    (void)dkim_check_look(pieces, resolver, NOW_S);
    body = dkim_check_rest(pieces);
    for (size_t at = 0; at < body.len; at += 13)
        dkim_check_body(pieces, str_first(str_from(body, at), 13));
    dkim_check_end(pieces);
    require(dkim_check_look(pieces, resolver, NOW_S));
    require(dkim_check_count(whole) == dkim_check_count(pieces));
    require(dkim_check_count(whole) <= DKIM_SIGNATURES_MAX);
    for (uint32_t i = 0; i < dkim_check_count(whole); i++) {
        const struct dkim_result *result = dkim_check_result(whole, i);

        require(result->status == dkim_check_result(pieces, i)->status);
        require(result->status != DKIM_PENDING && result->status != DKIM_NONE);
        require(result->status == DKIM_PASS || result->reason.len);
        require_signature(mail, &result->signature);
    }
    status = dkim_check_overall(whole);
    dkim_check_done(pieces);
    dkim_check_done(whole);
    return status;
}

/* The first letter from there on; NULL: there is none. */
static char *
find_letter(struct buf *mail, size_t from)
{
    for (size_t i = from; i < mail->len; i++) {
        if (mail->data[i] >= 'a' && mail->data[i] <= 'z')
            return &mail->data[i];
    }
    return NULL;
}

/* With one letter changed it fails. */
static void
require_failing(struct buf *mail, size_t from, const struct resolver *resolver, struct arena *arena)
{
    char *letter = find_letter(mail, from);
    struct dkim_options none = {0};
    struct dkim_check *check;

    if (!letter)
        return;
    *letter ^= 1;
    require(dkim_check_message(crypto, &none, buf_str(mail), resolver, NOW_S, arena, &check));
    require(dkim_check_result(check, 0)->status != DKIM_PASS);
    dkim_check_done(check);
    *letter ^= 1;
}

/* What weir signs itself verifies, and no longer when a byte of the body changes. */
static void
check_signing(struct str mail, uint8_t choice, const struct resolver *resolver, struct arena *arena)
{
    struct dkim_sign_options options = {
        .domain = STR("example.org"),
        .selector = STR("s"),
        .header_form = choice & 1 ? CANONICAL_RELAXED : CANONICAL_SIMPLE,
        .body_form = choice & 2 ? CANONICAL_RELAXED : CANONICAL_SIMPLE,
        .time_s = NOW_S,
        .line_end = choice & 4 ? STR("\n") : STR("\r\n"),
    };
    struct dkim_signing *signing;
    struct dkim_check *check;
    struct dkim_options none = {0};
    struct buf out;
    struct err err;

    if (!dkim_signing_new(crypto, &options, mail, arena, &signing, &err))
        return;
    buf_init(&out, OUTPUT_BYTES_MAX);
    dkim_signing_body(signing, dkim_signing_rest(signing));
    require(dkim_signing_write(signing, key, &out, &err));
    dkim_signing_done(signing);
    /* An mbox separator would stand within the header now. */
    if (!str_starts(mail, STR("From "))) {
        buf_add(&out, mail);
        require(dkim_check_message(crypto, &none, buf_str(&out), resolver, NOW_S, arena, &check));
        /* A header at its ceiling has no room for one field more. */
        require(dkim_check_count(check) > 0);
        require(dkim_check_result(check, 0)->status == DKIM_PASS ||
                str_has(dkim_check_result(check, 0)->reason, STR("too long")));
        require_failing(&out, out.len - dkim_check_rest(check).len, resolver, arena);
        dkim_check_done(check);
        /* A letter more at the end of the body, which may have been none. */
        buf_add_cstr(&out, "\r\n\r\nx");
        require(dkim_check_message(crypto, &none, buf_str(&out), resolver, NOW_S, arena, &check));
        require(dkim_check_result(check, 0)->status != DKIM_PASS);
        dkim_check_done(check);
    }
    buf_done(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str mail = {(const char *)data, size}, record = STR(AUTH_CHECK_RECORD);
    struct resolver resolver = {.ask = auth_check_ask, .context = &record};
    struct arena *arena = arena_new(MAIL_CHECK_ARENA_BYTES);

    if (!crypto) {
        crypto = crypto_new();
        key = auth_check_key();
    }
    (void)check_mail(mail, &resolver, false, arena);
    (void)check_mail(mail, &resolver, true, arena);
    check_signing(mail, size ? data[size - 1] : 0, &resolver, arena);
    arena_free(arena);
    return 0;
}
