#include "audit/domain_parts.h"

#include "audit/selectors.h"
#include "auth/key.h"
#include "auth/tags.h"

#define CHECK "dkim"
#define RSA_BITS_GOOD 2048
#define ASKED_MAX 160 /* selectors */

/* One run of the check. */
struct keys {
    struct domain *domain;
    struct crypto *crypto;
    struct str asked[ASKED_MAX];
    uint32_t asked_count;
    struct str wildcard; /* what a selector that nobody has answers; empty: nothing */
    uint32_t silent;     /* questions that were not answered */
    uint32_t found;      /* selectors with a key, faulty or not */
};

/* A selector, and how it came to be asked for. */
struct candidate {
    struct str selector, name, place;
    bool is_seen; /* in mail or logs */
};

static const char why_key[] = "Signatures made with it cannot be checked: the mail counts as "
                              "unsigned, and DMARC rests on SPF "
                              "alone, which breaks when mail is forwarded.";

/* In use: signatures fail. Otherwise it may be a key of old, that somebody forgot. */
static enum audit_outcome
weigh(const struct candidate *candidate, enum audit_outcome in_use)
{
    return candidate->is_seen ? in_use : AUDIT_WEAK;
}

static void
fix_new_key(struct keys *keys, struct audit_finding *finding)
{
    domain_fix_text(keys->domain, finding, "Make a key and sign with it: weir dkim keygen " STR_FMT,
                    STR_ARG(keys->domain->name));
}

static void
tell_strength(struct keys *keys, const struct candidate *candidate, struct str text, uint32_t bits)
{
    bool is_weak = bits < CRYPTO_RSA_BITS_MIN;
    struct audit_finding *finding = domain_tell(
        keys->domain, "dkim-bits", is_weak ? AUDIT_SERIOUS : AUDIT_NOTE, candidate->place, text,
        is_weak ? "Keys of this size have been computed by private people in a day: whoever does "
                  "signs as the domain. Receivers must not accept them (RFC 8301)."
                : "RFC 8301 wants keys of 2048 bits for new signatures.",
        "The key of selector " STR_FMT " has %u bits", STR_ARG(candidate->selector), bits);

    fix_new_key(keys, finding);
    domain_fix_text(keys->domain, finding,
                    "Publish the new one under another selector, sign with it, and remove this one "
                    "a week later.");
}

static bool
allows_mail(const struct key_record *record)
{
    return record->services.len == 0 || tags_has_item(record->services, ':', STR("*")) ||
           tags_has_item(record->services, ':', STR("email"));
}

/* What a key that can be read says of itself. */
static void
judge_record(struct keys *keys, const struct candidate *candidate, struct str text,
             const struct key_record *record)
{
    struct domain *domain = keys->domain;
    const struct crypto_public *key = crypto_public_read(keys->crypto, record->type, record->bytes);
    uint32_t bits = key ? crypto_public_bits(key) : 0;
    struct audit_finding *finding;

    if (!key) {
        finding = domain_tell(domain, CHECK, weigh(candidate, AUDIT_SERIOUS), candidate->place,
                              text, why_key, "The key of selector " STR_FMT " is damaged",
                              STR_ARG(candidate->selector));
        domain_fix_text(domain, finding,
                        "Paste it again, whole: it is often cut at 255 bytes, where a second "
                        "quoted string must begin.");
        return;
    }
    domain->key_count++;
    if (record->type == CRYPTO_RSA && bits < RSA_BITS_GOOD)
        tell_strength(keys, candidate, text, bits);
    if (record->hashes.len && !tags_has_item(record->hashes, ':', STR("sha256"))) {
        finding = domain_tell(domain, "dkim-hash", weigh(candidate, AUDIT_WEAK), candidate->place,
                              text, "SHA-1 must not be used any more (RFC 8301).",
                              "The key of selector " STR_FMT " allows no SHA-256",
                              STR_ARG(candidate->selector));
        domain_fix_text(domain, finding, "Remove the tag h= from the record.");
    } else if (!allows_mail(record)) {
        finding = domain_tell(
            domain, "dkim-service", weigh(candidate, AUDIT_WEAK), candidate->place, text, why_key,
            "The key of selector " STR_FMT " is not for mail", STR_ARG(candidate->selector));
        domain_fix_text(domain, finding, "Remove the tag s= from the record.");
    } else if (record->is_testing) {
        finding = domain_tell(domain, "dkim-test", AUDIT_NOTE, candidate->place, text,
                              "It tells receivers that signing is only being tried, and that what "
                              "it signs is to be treated as unsigned.",
                              "The key of selector " STR_FMT " is in test mode (t=y)",
                              STR_ARG(candidate->selector));
        domain_fix_text(domain, finding, "Remove t=y from the record.");
    } else {
        domain_tell(domain, CHECK, AUDIT_FINE, candidate->place, text, NULL,
                    "Selector " STR_FMT " has a key of %u bits", STR_ARG(candidate->selector),
                    bits);
    }
}

static void
judge_text(struct keys *keys, const struct candidate *candidate, struct str text)
{
    struct domain *domain = keys->domain;
    struct key_record record;
    struct str reason = STR_EMPTY;
    struct audit_finding *finding;

    if (!key_record_read(text, domain->arena, &record, &reason)) {
        finding = domain_tell(domain, CHECK, weigh(candidate, AUDIT_SERIOUS), candidate->place,
                              text, why_key, "The key of selector " STR_FMT " is faulty: " STR_FMT,
                              STR_ARG(candidate->selector), STR_ARG(reason));
        fix_new_key(keys, finding);
        return;
    }
    if (record.is_revoked) {
        if (!candidate->is_seen) {
            domain_tell(domain, CHECK, AUDIT_FINE, candidate->place, text, NULL,
                        "The key of selector " STR_FMT " was revoked",
                        STR_ARG(candidate->selector));
            return;
        }
        finding = domain_tell(domain, CHECK, AUDIT_SERIOUS, candidate->place, text, why_key,
                              "Mail is signed with selector " STR_FMT ", whose key was revoked",
                              STR_ARG(candidate->selector));
        fix_new_key(keys, finding);
        return;
    }
    judge_record(keys, candidate, text, &record);
}

static void
tell_absent(struct keys *keys, const struct candidate *candidate, enum dns_status status)
{
    struct audit_finding *finding = domain_tell(
        keys->domain, CHECK, AUDIT_SERIOUS, candidate->place,
        str_from_cstr(dns_status_name(status)), why_key,
        "Mail is signed with selector " STR_FMT ", which has no key", STR_ARG(candidate->selector));

    domain_fix_text(keys->domain, finding,
                    "Publish the public key at " STR_FMT ", or sign with a selector that has one.",
                    STR_ARG(candidate->name));
}

static void
judge_answer(struct keys *keys, const struct candidate *candidate, const struct dns_answer *answer)
{
    struct domain *domain = keys->domain;
    uint32_t count = 0;
    struct str text = STR_EMPTY;
    struct audit_finding *finding;

    for (uint32_t i = 0; i < answer->count; i++) {
        if (key_record_is(answer->records[i].data) && count++ == 0)
            text = answer->records[i].data;
    }
    if (count == 0) {
        if (candidate->is_seen)
            tell_absent(keys, candidate, answer->status);
        return;
    }
    keys->found++;
    if (count > 1) {
        finding =
            domain_tell(domain, CHECK, weigh(candidate, AUDIT_WEAK), candidate->place,
                        domain_quote(domain, answer, DNS_TXT),
                        "Which one a receiver takes is chance (RFC 6376 section 3.6.2.2).",
                        "Selector " STR_FMT " has %u keys", STR_ARG(candidate->selector), count);
        domain_fix_text(domain, finding, "Leave one; a second key needs a selector of its own.");
    }
    judge_text(keys, candidate, text);
}

static bool
was_asked(struct keys *keys, struct str selector)
{
    for (uint32_t i = 0; i < keys->asked_count; i++) {
        if (str_eq_nocase(keys->asked[i], selector))
            return true;
    }
    if (keys->asked_count == ASKED_MAX)
        return true;
    keys->asked[keys->asked_count++] = selector;
    return false;
}

static void
ask_selector(struct keys *keys, struct str selector, bool is_seen)
{
    struct domain *domain = keys->domain;
    struct candidate candidate = {.selector = selector, .is_seen = is_seen};
    struct dns_answer answer;

    if (!selector.len || was_asked(keys, selector))
        return;
    candidate.name = arena_printf(domain->arena, STR_FMT "._domainkey." STR_FMT, STR_ARG(selector),
                                  STR_ARG(domain->name));
    candidate.place = arena_printf(domain->arena, STR_FMT " TXT", STR_ARG(candidate.name));
    answer = domain_ask(domain, candidate.name, DNS_TXT);
    if (!domain_knows(&answer)) {
        keys->silent++;
        if (is_seen)
            domain_unanswered(domain, CHECK, candidate.name, DNS_TXT, &answer);
        return;
    }
    /* What a wildcard answers to any name is nobody's key. */
    if (!is_seen && keys->wildcard.len && answer.count &&
        str_eq(answer.records[0].data, keys->wildcard))
        return;
    judge_answer(keys, &candidate, &answer);
}

static void
look_for_wildcard(struct keys *keys)
{
    struct domain *domain = keys->domain;
    struct str name = arena_printf(domain->arena, STR_FMT "._domainkey." STR_FMT,
                                   STR_ARG(domain->input->token), STR_ARG(domain->name));
    struct dns_answer answer = domain_ask(domain, name, DNS_TXT);
    struct audit_finding *finding;

    if (answer.count == 0)
        return;
    keys->wildcard = answer.records[0].data;
    if (!key_record_is(keys->wildcard))
        return;
    finding = domain_tell(
        domain, "dkim-wildcard", AUDIT_NOTE,
        arena_printf(domain->arena, "*._domainkey." STR_FMT " TXT", STR_ARG(domain->name)),
        keys->wildcard,
        "A signature with any invented selector finds this key; if it is no "
        "longer used, nobody can tell which selectors to remove.",
        "Every selector of " STR_FMT " has a key", STR_ARG(domain->name));
    domain_fix_text(domain, finding, "Publish keys under their own selectors only.");
}

static void
ask_all(struct keys *keys)
{
    const struct domain_input *input = keys->domain->input;
    const struct provider *provider = keys->domain->provider;
    const char *usual;

    for (uint32_t i = 0; i < input->selector_count && i < DOMAIN_SELECTORS_MAX; i++)
        ask_selector(keys, input->selectors[i], true);
    for (uint32_t i = 0; i < input->use_count && i < DOMAIN_USES_MAX; i++) {
        if (str_eq_nocase(input->uses[i].signer, keys->domain->name))
            ask_selector(keys, input->uses[i].selector, true);
    }
    for (size_t i = 0; provider && i < PROVIDER_SELECTORS && provider->selectors[i]; i++)
        ask_selector(keys, str_from_cstr(provider->selectors[i]), false);
    for (size_t i = 0; (usual = selectors_usual(i)); i++)
        ask_selector(keys, str_from_cstr(usual), false);
}

void
domain_check_dkim(struct domain *domain)
{
    struct keys *keys = ARENA_NEW(domain->arena, struct keys);

    if (!keys)
        return;
    keys->domain = domain;
    keys->crypto = crypto_new();
    look_for_wildcard(keys);
    ask_all(keys);
    crypto_free(keys->crypto);
    if (keys->found || !domain->sends || domain->input->selector_count)
        return;
    audit_unknown(domain->audit, AUDIT_DOMAIN, CHECK, domain->name,
                  STR("Whether its mail is signed with DKIM is not known"),
                  keys->silent
                      ? STR("its name servers did not answer for its keys")
                      : STR("no key stands under any usual selector, and the DNS has no list of "
                            "them: give a mail that it sent with --sample, or none is signed and "
                            "`weir dkim keygen` makes a key"));
}
