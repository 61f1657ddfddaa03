#include "auth/key.h"

#include "auth/base64.h"
#include "auth/tags.h"

bool
key_record_is(struct str text)
{
    struct tags tags;
    struct str value;

    (void)tags_read(text, &tags);
    return tags_find(&tags, STR("p"), &value) ||
           (tags_find(&tags, STR("v"), &value) && str_eq(value, STR("DKIM1")));
}

static bool
refuse(struct str *ret_reason, struct str reason)
{
    *ret_reason = reason;
    return false;
}

static bool
read_type(const struct tags *tags, struct arena *arena, enum crypto_type *ret_type,
          struct str *ret_reason)
{
    struct str type;

    *ret_type = CRYPTO_RSA;
    if (!tags_find(tags, STR("k"), &type) || str_eq(type, STR("rsa")))
        return true;
    *ret_type = CRYPTO_ED25519;
    return str_eq(type, STR("ed25519")) ||
           refuse(ret_reason, arena_printf(arena, "the key's type '" STR_FMT "' is unknown",
                                           STR_ARG(str_first(type, 40))));
}

bool
key_record_read(struct str text, struct arena *arena, struct key_record *ret_record,
                struct str *ret_reason)
{
    struct key_record record = {0};
    struct str value = STR_EMPTY;
    struct tags tags;

    if (tags_read(text, &tags) != TAGS_FINE)
        return refuse(ret_reason, arena_printf(arena, "in the key's record %s: '" STR_FMT "'",
                                               tags_fault_text(tags.fault),
                                               STR_ARG(str_first(tags.fault_at, 60))));
    if (tags_find(&tags, STR("v"), &value) &&
        (!str_eq(value, STR("DKIM1")) || !str_eq(tags.list[0].name, STR("v"))))
        return refuse(ret_reason, STR("the key's record does not begin with v=DKIM1"));
    if (!tags_find(&tags, STR("p"), &value))
        return refuse(ret_reason, STR("the key's record has no p="));
    if (!read_type(&tags, arena, &record.type, ret_reason))
        return false;
    if (!base64_read(value, arena, &record.bytes))
        return refuse(ret_reason, STR("p= of the key's record is not base64"));
    record.is_revoked = value.len == 0;
    (void)tags_find(&tags, STR("h"), &record.hashes);
    (void)tags_find(&tags, STR("s"), &record.services);
    (void)tags_find(&tags, STR("n"), &record.notes);
    record.has_granularity = tags_find(&tags, STR("g"), &record.granularity);
    if (tags_find(&tags, STR("t"), &value)) {
        record.is_testing = tags_has_item(value, ':', STR("y"));
        record.is_strict = tags_has_item(value, ':', STR("s"));
    }
    *ret_record = record;
    return true;
}

/* ---- asking for one ---- */

static enum key_answer
refuse_dns(const struct dns_answer *answer, struct arena *arena, struct str *ret_reason)
{
    switch (answer->status) {
    case DNS_PENDING:
        *ret_reason = STR("the DNS has not answered yet");
        return KEY_PENDING;
    case DNS_FAILED:
    case DNS_TIMED_OUT:
    case DNS_BOGUS:
        *ret_reason =
            arena_printf(arena, "asking for the key %s",
                         answer->status == DNS_BOGUS       ? "gave an answer that DNSSEC refuses"
                         : answer->status == DNS_TIMED_OUT ? "timed out"
                                                           : "failed");
        return KEY_TEMPERROR;
    case DNS_FOUND:
    case DNS_NO_DATA:
    case DNS_NO_NAME:
        break;
    }
    *ret_reason = STR("there is no key at its name");
    return KEY_PERMERROR;
}

/* The one record that is a key; others may stand beside it. False: none, or several. */
static bool
choose_record(const struct dns_answer *answer, struct arena *arena, struct str *ret_text,
              struct str *ret_reason)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < answer->count; i++) {
        struct str text = answer->records[i].data;

        if (!key_record_is(text))
            continue;
        if (count == 0)
            *ret_text = text;
        if (count == 0 || !str_eq(text, *ret_text))
            count++;
    }
    if (count == 0)
        return refuse(ret_reason, STR("what stands at the key's name is no key"));
    return count == 1 ||
           refuse(ret_reason, arena_printf(arena, "%u different keys stand at its name", count));
}

/* RFC 4871 section 3.2: the local part of i= must match g=, in which one "*" stands for anything.
 */
static bool
is_granted(const struct signature *signature, struct str granularity)
{
    struct str local = str_first(signature->identity, str_index(signature->identity, '@'));
    struct str tail = granularity, head = str_cut(&tail, '*');

    if (head.len == granularity.len)
        return local.len && str_eq(local, granularity);
    return local.len >= head.len + tail.len && str_starts(local, head) && str_ends(local, tail);
}

/* What the record itself says about such signatures. */
static bool
is_meant(const struct key_record *record, const struct signature *signature, bool allow_old,
         struct str *ret_reason)
{
    struct str domain = signature_identity_domain(signature);

    if (record->is_revoked)
        return refuse(ret_reason, STR("the key is revoked: its p= is empty"));
    if (record->type != signature->type)
        return refuse(ret_reason, STR("the key is of another type than the signature"));
    if (record->hashes.len &&
        !tags_has_item(record->hashes, ':', crypto_digest_name(signature->digest)))
        return refuse(ret_reason, STR("the key is not for this hash: see its h="));
    if (record->services.len && !tags_has_item(record->services, ':', STR("*")) &&
        !tags_has_item(record->services, ':', STR("email")))
        return refuse(ret_reason, STR("the key is not for mail: see its s="));
    if (signature->kind != SIGNATURE_DKIM)
        return true;
    if (record->is_strict && domain.len && !str_eq_nocase(domain, signature->domain))
        return refuse(ret_reason, STR("the key is for d= itself alone (t=s), and i= is below it"));
    if (allow_old && record->has_granularity && !is_granted(signature, record->granularity))
        return refuse(ret_reason, STR("the key's g= does not match i= (RFC 4871)"));
    return true;
}

static bool
is_large(const struct key *key, bool allow_old, struct arena *arena, struct str *ret_reason)
{
    uint32_t least = allow_old ? CRYPTO_RSA_BITS_OLD : CRYPTO_RSA_BITS_MIN;

    if (key->record.type == CRYPTO_ED25519 || key->bits >= least)
        return true;
    return refuse(ret_reason,
                  arena_printf(arena, "its RSA key has %u bits; RFC 8301 wants %u or more",
                               key->bits, least));
}

enum key_answer
key_find(const struct signature *signature, const struct resolver *resolver, struct crypto *crypto,
         bool allow_old, struct arena *arena, struct key *ret_key, struct str *ret_reason)
{
    struct str parts[] = {signature->selector, STR("._domainkey."), signature->domain};
    struct str name = arena_join(arena, parts, 3), text = STR_EMPTY;
    struct dns_answer answer = {.status = DNS_FAILED};

    /* Without room there is no name, which is no reason to say that there is no key. */
    if (name.len)
        answer = resolver_ask(resolver, name, DNS_TXT, arena);
    *ret_key = (struct key){.is_secure = answer.is_secure};
    if (answer.status != DNS_FOUND)
        return refuse_dns(&answer, arena, ret_reason);
    if (!choose_record(&answer, arena, &text, ret_reason) ||
        !key_record_read(text, arena, &ret_key->record, ret_reason) ||
        !is_meant(&ret_key->record, signature, allow_old, ret_reason))
        return KEY_PERMERROR;
    ret_key->public_key = crypto_public_read(crypto, ret_key->record.type, ret_key->record.bytes);
    if (!ret_key->public_key) {
        *ret_reason = STR("p= of the key's record is no key of its type");
        return KEY_PERMERROR;
    }
    ret_key->bits = crypto_public_bits(ret_key->public_key);
    return is_large(ret_key, allow_old, arena, ret_reason) ? KEY_FOUND : KEY_PERMERROR;
}
