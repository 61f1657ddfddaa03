#include "auth/dkim.h"

#include "auth/body_hash.h"

struct dkim_check {
    struct crypto *crypto;
    struct dkim_options options;
    struct arena *arena;
    struct fields fields;
    struct body_hashes hashes;
    struct dkim_result *results;
    uint32_t *hash_indexes; /* of each result, BODY_HASHES_MAX: none */
    uint32_t count, lost;
};

static void
settle(struct dkim_result *result, enum dkim_status status, struct str reason)
{
    result->status = status;
    result->reason = reason;
}

/* What can be said of a signature before its key is known. */
static bool
is_acceptable(const struct dkim_check *check, struct dkim_result *result, const struct field *field)
{
    struct str reason = STR_EMPTY;

    switch (signature_read(SIGNATURE_DKIM, field, check->options.allow_old, check->arena,
                           &result->signature, &reason)) {
    case SIGNATURE_FINE:
        break;
    case SIGNATURE_UNREADABLE:
        settle(result, DKIM_NEUTRAL, reason);
        return false;
    case SIGNATURE_UNFIT:
        settle(result, DKIM_PERMERROR, reason);
        return false;
    }
    if (result->signature.digest == CRYPTO_SHA1 && !check->options.allow_old)
        settle(result, DKIM_PERMERROR, STR("rsa-sha1 must not be used any more (RFC 8301)"));
    else if (check->fields.is_over)
        settle(result, DKIM_PERMERROR, STR("the header of the mail is too long to be checked"));
    return result->status == DKIM_PENDING;
}

static void
add_signature(struct dkim_check *check, const struct field *field)
{
    struct dkim_result *result = &check->results[check->count];
    uint32_t *index = &check->hash_indexes[check->count];
    const struct signature *signature = &result->signature;

    check->count++;
    *result = (struct dkim_result){.status = DKIM_PENDING};
    *index = BODY_HASHES_MAX;
    if (!is_acceptable(check, result, field))
        return;
    *index = body_hashes_want(&check->hashes, signature->body_form, signature->digest,
                              signature->length);
}

bool
dkim_check_new(struct crypto *crypto, const struct dkim_options *options, struct str header,
               struct arena *arena, struct dkim_check **ret_check)
{
    struct dkim_check *check = ARENA_NEW(arena, struct dkim_check);
    uint32_t count;

    if (!check || !fields_read(header, arena, &check->fields))
        return false;
    check->crypto = crypto;
    check->options = *options;
    check->arena = arena;
    count = fields_count(&check->fields, STR("DKIM-Signature"));
    check->lost = count > DKIM_SIGNATURES_MAX ? count - DKIM_SIGNATURES_MAX : 0;
    count -= check->lost;
    check->results = arena_array(arena, count + 1, sizeof(*check->results));
    check->hash_indexes = arena_array(arena, count + 1, sizeof(*check->hash_indexes));
    if (!check->results || !check->hash_indexes)
        return false;
    body_hashes_init(&check->hashes, crypto);
    for (uint32_t i = 0; i < check->fields.count && check->count < count; i++) {
        if (str_eq_nocase(check->fields.list[i].name, STR("DKIM-Signature")))
            add_signature(check, &check->fields.list[i]);
    }
    *ret_check = check;
    return true;
}

void
dkim_check_body(struct dkim_check *check, struct str piece)
{
    body_hashes_add(&check->hashes, piece);
}

void
dkim_check_end(struct dkim_check *check)
{
    body_hashes_end(&check->hashes);
}

void
dkim_check_done(struct dkim_check *check)
{
    if (check)
        body_hashes_done(&check->hashes);
}

/* Times and the body: cheap, and known without the DNS. False: settled. */
static bool
is_timely(struct dkim_result *result, int64_t now_s)
{
    const struct signature *signature = &result->signature;
    uint64_t now = now_s < 0 ? 0 : (uint64_t)now_s;

    if (signature->has_expiry && signature->expires_s < now) {
        settle(result, DKIM_PERMERROR, STR("the signature has expired"));
        return false;
    }
    if (signature->has_time && signature->time_s > now + DKIM_CLOCK_SKEW_S) {
        settle(result, DKIM_POLICY, STR("the signature says that it was made in the future"));
        return false;
    }
    return true;
}

static bool
is_body_good(const struct dkim_check *check, struct dkim_result *result, uint32_t index)
{
    const struct signature *signature = &result->signature;

    result->body_length = body_hashes_length(&check->hashes, index);
    result->is_partial = signature->length < result->body_length;
    if (signature->length != BODY_HASH_WHOLE && signature->length > result->body_length) {
        settle(result, DKIM_FAIL, STR("the body is shorter than l= says: some of it is gone"));
        return false;
    }
    if (!str_eq(body_hashes_digest(&check->hashes, index), signature->body_hash)) {
        settle(result, DKIM_FAIL, STR("the body is not the one that was signed"));
        return false;
    }
    return true;
}

/*
 * RFC 5322 allows one From. With two, programs show whichever they like: none but a
 * signature that covers them all and one more can vouch for what is shown, and even then no
 * mail program promises to show the one that was meant.
 */
static bool
is_from_single(struct dkim_check *check, struct dkim_result *result)
{
    if (fields_has_one_from(&check->fields))
        return true;
    settle(result, DKIM_PERMERROR, STR("the mail has no From, or several"));
    return false;
}

static void
judge(struct dkim_check *check, struct dkim_result *result, const struct key *key)
{
    const struct signature *signature = &result->signature;
    unsigned char digest[CRYPTO_DIGEST_MAX];
    size_t len = signature_digest(check->crypto, &check->fields, signature, digest);

    if (!crypto_verify(check->crypto, key->public_key, signature->digest,
                       (struct str){(const char *)digest, len}, signature->bytes)) {
        settle(result, DKIM_FAIL,
               STR("the header is not the one that was signed, or the key is another one"));
        return;
    }
    if (!is_from_single(check, result))
        return;
    if (result->is_partial) {
        settle(result, DKIM_POLICY,
               arena_printf(check->arena,
                            "l=%llu covers less than the body, which has %llu bytes: anybody could "
                            "have added the rest",
                            (unsigned long long)signature->length,
                            (unsigned long long)result->body_length));
        return;
    }
    settle(result, DKIM_PASS,
           result->is_testing ? STR("the domain only tests DKIM (t=y)") : STR_EMPTY);
}

static void
look_at(struct dkim_check *check, uint32_t i, const struct resolver *resolver, int64_t now_s)
{
    struct dkim_result *result = &check->results[i];
    struct key key;
    struct str reason;

    if (!is_timely(result, now_s))
        return;
    switch (key_find(&result->signature, resolver, check->crypto, check->options.allow_old,
                     check->arena, &key, &reason)) {
    case KEY_PENDING:
        result->reason = reason;
        return;
    case KEY_TEMPERROR:
        settle(result, DKIM_TEMPERROR, reason);
        return;
    case KEY_PERMERROR:
        result->key_bits = key.bits;
        settle(result, DKIM_PERMERROR, reason);
        return;
    case KEY_FOUND:
        break;
    }
    result->key_bits = key.bits;
    result->is_key_secure = key.is_secure;
    result->is_testing = key.record.is_testing;
    result->reason = STR("the body has not ended yet");
    if (check->hashes.is_ended && is_body_good(check, result, check->hash_indexes[i]))
        judge(check, result, &key);
}

bool
dkim_check_look(struct dkim_check *check, const struct resolver *resolver, int64_t now_s)
{
    bool is_pending = false;

    for (uint32_t i = 0; i < check->count; i++) {
        if (check->results[i].status == DKIM_PENDING)
            look_at(check, i, resolver, now_s);
        is_pending |= check->results[i].status == DKIM_PENDING;
    }
    return !is_pending;
}

uint32_t
dkim_check_count(const struct dkim_check *check)
{
    return check->count;
}

const struct dkim_result *
dkim_check_result(const struct dkim_check *check, uint32_t index)
{
    return &check->results[index];
}

uint32_t
dkim_check_lost(const struct dkim_check *check)
{
    return check->lost;
}

struct str
dkim_check_rest(const struct dkim_check *check)
{
    return check->fields.body;
}

enum dkim_status
dkim_check_overall(const struct dkim_check *check)
{
    enum dkim_status best = DKIM_NONE;

    for (uint32_t i = 0; i < check->count; i++) {
        enum dkim_status status = check->results[i].status;

        if (status == DKIM_PASS)
            return DKIM_PASS;
        if (status < best)
            best = status;
    }
    return best;
}

const char *
dkim_status_name(enum dkim_status status)
{
    static const char *const names[] = {
        [DKIM_PENDING] = "pending",     [DKIM_PASS] = "pass",       [DKIM_FAIL] = "fail",
        [DKIM_POLICY] = "policy",       [DKIM_NEUTRAL] = "neutral", [DKIM_PERMERROR] = "permerror",
        [DKIM_TEMPERROR] = "temperror", [DKIM_NONE] = "none",
    };

    return names[status];
}

bool
dkim_check_message(struct crypto *crypto, const struct dkim_options *options, struct str message,
                   const struct resolver *resolver, int64_t now_s, struct arena *arena,
                   struct dkim_check **ret_check)
{
    struct dkim_check *check;

    if (!dkim_check_new(crypto, options, message, arena, &check))
        return false;
    dkim_check_body(check, dkim_check_rest(check));
    dkim_check_end(check);
    (void)dkim_check_look(check, resolver, now_s);
    *ret_check = check;
    return true;
}
