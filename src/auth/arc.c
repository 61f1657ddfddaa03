#include "auth/arc.h"

#include "auth/tags.h"

struct arc_check {
    struct crypto *crypto;
    struct arena *arena;
    struct fields fields;
    struct body_hashes hashes;
    uint32_t hash_index, sealing_index; /* of the newest set, of the one to be added */
    struct arc_result result;
    struct arc_set *sets; /* ARC_SETS_MAX */
    uint32_t verified;    /* seals that hold, from the newest down */
    bool is_message_good;
};

/* The first reason counts. */
static void
fail(struct arc_check *check, struct str reason)
{
    if (check->result.status == ARC_FAIL)
        return;
    check->result.status = ARC_FAIL;
    check->result.reason = reason;
}

/* ---- the sets ---- */

/* "i=1; authserv.example; …": the number in front, and what follows. */
static bool
read_results(struct str value, uint64_t *ret_instance, struct str *ret_results)
{
    struct str rest = value, tag, name;

    if (str_index(rest, ';') == rest.len)
        return false;
    tag = str_cut(&rest, ';');
    name = str_trim(str_cut(&tag, '='));
    *ret_results = rest;
    return str_eq(name, STR("i")) && tags_number(str_trim(tag), ret_instance) && *ret_instance > 0;
}

/* The place of a field in its set; NULL: `check` has failed. */
static struct arc_set *
find_set(struct arc_check *check, uint64_t instance)
{
    if (instance == 0 || instance > ARC_SETS_MAX) {
        fail(check, STR("there are more sets than RFC 8617 allows"));
        return NULL;
    }
    if (check->result.set_count < instance)
        check->result.set_count = (uint32_t)instance;
    return &check->sets[instance - 1];
}

/* False: the set has such a field already. */
static bool
place(struct arc_check *check, const struct field **place_of, const struct field *field)
{
    if (*place_of) {
        fail(check, arena_printf(check->arena, "a set has two " STR_FMT, STR_ARG(field->name)));
        return false;
    }
    *place_of = field;
    return true;
}

static void
take_results(struct arc_check *check, const struct field *field)
{
    struct arc_set *set;
    struct str results;
    uint64_t instance;

    if (!read_results(field->value, &instance, &results)) {
        fail(check, STR("ARC-Authentication-Results does not begin with the number of its set"));
        return;
    }
    set = find_set(check, instance);
    if (set && place(check, &set->results_field, field))
        set->results = results;
}

static void
take_signature(struct arc_check *check, const struct field *field, enum signature_kind kind)
{
    bool is_seal = kind == SIGNATURE_ARC_SEAL;
    struct signature signature;
    struct str reason;
    struct arc_set *set;

    if (signature_read(kind, field, false, check->arena, &signature, &reason) != SIGNATURE_FINE) {
        /* Whoever adds a set counts on from here, whatever it is worth. */
        if (signature.instance)
            (void)find_set(check, signature.instance);
        fail(check, arena_printf(check->arena, "%s: " STR_FMT,
                                 is_seal ? "ARC-Seal" : "ARC-Message-Signature", STR_ARG(reason)));
        return;
    }
    if (signature.digest == CRYPTO_SHA1) {
        fail(check, STR("rsa-sha1 must not be used (RFC 8301)"));
        return;
    }
    set = find_set(check, signature.instance);
    if (set && place(check, is_seal ? &set->seal_field : &set->message_field, field))
        *(is_seal ? &set->seal : &set->message) = signature;
}

static void
take_fields(struct arc_check *check)
{
    for (uint32_t i = 0; i < check->fields.count; i++) {
        const struct field *field = &check->fields.list[i];

        if (!str_starts_nocase(field->name, STR("ARC-")))
            continue;
        if (str_eq_nocase(field->name, STR("ARC-Authentication-Results")))
            take_results(check, field);
        else if (str_eq_nocase(field->name, STR("ARC-Message-Signature")))
            take_signature(check, field, SIGNATURE_ARC_MESSAGE);
        else if (str_eq_nocase(field->name, STR("ARC-Seal")))
            take_signature(check, field, SIGNATURE_ARC_SEAL);
    }
}

/* Section 5.2 steps 2 and 3: no gap, and what each seal says of those before it. */
static void
check_structure(struct arc_check *check)
{
    for (uint32_t i = 0; i < check->result.set_count; i++) {
        const struct arc_set *set = &check->sets[i];

        if (!set->results_field || !set->message_field || !set->seal_field) {
            fail(check, arena_printf(check->arena, "set %u lacks one of its fields", i + 1));
            return;
        }
    }
    for (uint32_t i = check->result.set_count; i-- > 0;) {
        struct str chain = check->sets[i].seal.chain;

        if (str_eq(chain, STR("fail"))) {
            check->result.is_said_to_fail = i + 1 == check->result.set_count;
            fail(check, arena_printf(check->arena, "the seal of set %u says cv=fail", i + 1));
            return;
        }
        if (!str_eq(chain, i == 0 ? STR("none") : STR("pass"))) {
            fail(check, arena_printf(check->arena,
                                     "the seal of set %u says cv=" STR_FMT ", which it cannot",
                                     i + 1, STR_ARG(chain)));
            return;
        }
    }
}

bool
arc_check_new(struct crypto *crypto, struct str header, bool is_to_be_sealed, struct arena *arena,
              struct arc_check **ret_check)
{
    struct arc_check *check = ARENA_NEW(arena, struct arc_check);

    if (!check || !fields_read(header, arena, &check->fields))
        return false;
    check->crypto = crypto;
    check->arena = arena;
    check->sets = arena_array(arena, ARC_SETS_MAX, sizeof(*check->sets));
    if (!check->sets)
        return false;
    body_hashes_init(&check->hashes, crypto);
    check->sealing_index = BODY_HASHES_MAX;
    if (is_to_be_sealed)
        check->sealing_index =
            body_hashes_want(&check->hashes, CANONICAL_RELAXED, CRYPTO_SHA256, BODY_HASH_WHOLE);
    if (check->fields.is_over)
        fail(check, STR("the header of the mail is too long to be checked"));
    take_fields(check);
    if (check->result.status == ARC_PENDING)
        check_structure(check);
    if (check->result.status == ARC_PENDING && check->result.set_count == 0)
        check->result.status = ARC_NONE;
    if (check->result.status == ARC_PENDING) {
        const struct signature *newest = &check->sets[check->result.set_count - 1].message;

        check->hash_index =
            body_hashes_want(&check->hashes, newest->body_form, newest->digest, newest->length);
    }
    *ret_check = check;
    return true;
}

void
arc_check_body(struct arc_check *check, struct str piece)
{
    body_hashes_add(&check->hashes, piece);
}

void
arc_check_end(struct arc_check *check)
{
    body_hashes_end(&check->hashes);
}

void
arc_check_done(struct arc_check *check)
{
    if (check)
        body_hashes_done(&check->hashes);
}

/* ---- the signatures ---- */

static void
hash_field(struct canonical_writer *writer, struct str field, struct str hole, bool is_last)
{
    canonical_header(writer, CANONICAL_RELAXED, field, hole);
    if (!is_last)
        canonical_line_end(writer);
}

size_t
arc_seal_digest(struct crypto *crypto, const struct arc_set *sets, uint32_t last, bool only_last,
                unsigned char ret_digest[CRYPTO_DIGEST_MAX])
{
    struct crypto_hash *hash = crypto_hash_begin(crypto, CRYPTO_SHA256);
    struct canonical_writer writer;

    canonical_writer_init(&writer, signature_put, hash);
    for (uint32_t i = only_last ? last : 0; i <= last; i++) {
        const struct arc_set *set = &sets[i];

        hash_field(&writer, set->results_field->whole, STR_EMPTY, false);
        hash_field(&writer, set->message_field->whole, STR_EMPTY, false);
        hash_field(&writer, set->seal.field, i == last ? set->seal.hole : STR_EMPTY, i == last);
    }
    canonical_flush(&writer);
    return crypto_hash_end(crypto, hash, ret_digest);
}

/* The key of a signature; false: `check` has failed, or waits. */
static bool
find_key(struct arc_check *check, const struct signature *signature,
         const struct resolver *resolver, struct key *ret_key)
{
    struct str reason;

    switch (key_find(signature, resolver, check->crypto, false, check->arena, ret_key, &reason)) {
    case KEY_FOUND:
        return true;
    case KEY_PENDING:
        check->result.reason = reason;
        return false;
    case KEY_TEMPERROR:
        check->result.is_temporary = true;
        break;
    case KEY_PERMERROR:
        break;
    }
    fail(check, arena_printf(check->arena, "set %u: " STR_FMT, (unsigned)signature->instance,
                             STR_ARG(reason)));
    return false;
}

/* Section 5.2 step 4. */
static void
check_message(struct arc_check *check, const struct resolver *resolver)
{
    const struct signature *signature = &check->sets[check->result.set_count - 1].message;
    unsigned char digest[CRYPTO_DIGEST_MAX];
    struct key key;
    size_t len;

    if (!find_key(check, signature, resolver, &key))
        return;
    if (!check->hashes.is_ended) {
        check->result.reason = STR("the body has not ended yet");
        return;
    }
    if (signature->length < body_hashes_length(&check->hashes, check->hash_index)) {
        fail(check, STR("l= of the newest ARC-Message-Signature covers less than the body"));
        return;
    }
    if (!str_eq(body_hashes_digest(&check->hashes, check->hash_index), signature->body_hash)) {
        fail(check, STR("the body is not the one that the newest set was made for"));
        return;
    }
    len = signature_digest(check->crypto, &check->fields, signature, digest);
    if (crypto_verify(check->crypto, key.public_key, signature->digest,
                      (struct str){(const char *)digest, len}, signature->bytes))
        check->is_message_good = true;
    else
        fail(check, STR("the newest ARC-Message-Signature does not hold"));
}

/* Section 5.2 step 5. */
static void
check_seal(struct arc_check *check, uint32_t index, const struct resolver *resolver)
{
    const struct signature *seal = &check->sets[index].seal;
    unsigned char digest[CRYPTO_DIGEST_MAX];
    struct key key;
    size_t len;

    if (!find_key(check, seal, resolver, &key))
        return;
    len = arc_seal_digest(check->crypto, check->sets, index, false, digest);
    if (crypto_verify(check->crypto, key.public_key, seal->digest,
                      (struct str){(const char *)digest, len}, seal->bytes))
        check->verified++;
    else
        fail(check, arena_printf(check->arena, "the seal of set %u does not hold", index + 1));
}

/* Asks for the keys that are still to come, so that their answers are on the way. */
static void
ask_ahead(struct arc_check *check, const struct resolver *resolver)
{
    for (uint32_t i = check->verified; i < check->result.set_count; i++) {
        const struct signature *seal = &check->sets[check->result.set_count - 1 - i].seal;
        struct str parts[] = {seal->selector, STR("._domainkey."), seal->domain};

        (void)resolver_ask(resolver, arena_join(check->arena, parts, 3), DNS_TXT, check->arena);
    }
}

bool
arc_check_look(struct arc_check *check, const struct resolver *resolver)
{
    struct arc_result *result = &check->result;

    if (result->status != ARC_PENDING)
        return true;
    if (!check->is_message_good)
        check_message(check, resolver);
    while (check->is_message_good && result->status == ARC_PENDING &&
           check->verified < result->set_count) {
        uint32_t verified = check->verified;

        check_seal(check, result->set_count - 1 - verified, resolver);
        if (check->verified == verified)
            break;
    }
    if (result->status == ARC_PENDING && check->is_message_good &&
        check->verified == result->set_count) {
        result->status = ARC_PASS;
        result->reason = STR_EMPTY;
    }
    if (result->status == ARC_PENDING)
        ask_ahead(check, resolver);
    return result->status != ARC_PENDING;
}

const struct arc_result *
arc_check_result(const struct arc_check *check)
{
    return &check->result;
}

const struct arc_set *
arc_check_set(const struct arc_check *check, uint32_t index)
{
    return &check->sets[index];
}

struct str
arc_check_rest(const struct arc_check *check)
{
    return check->fields.body;
}

struct fields *
arc_check_fields(struct arc_check *check)
{
    return &check->fields;
}

struct str
arc_check_sealing_hash(const struct arc_check *check)
{
    return check->sealing_index < BODY_HASHES_MAX
               ? body_hashes_digest(&check->hashes, check->sealing_index)
               : STR_EMPTY;
}

const char *
arc_status_name(enum arc_status status)
{
    static const char *const names[] = {
        [ARC_PENDING] = "pending",
        [ARC_NONE] = "none",
        [ARC_PASS] = "pass",
        [ARC_FAIL] = "fail",
    };

    return names[status];
}
