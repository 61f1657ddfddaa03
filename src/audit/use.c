#include "audit/use.h"

#include "auth/tags.h"
#include "mail/address.h"
#include "mail/header.h"

static struct str
domain_of(struct str mailbox)
{
    const char *at = mailbox.len ? memrchr(mailbox.data, '@', mailbox.len) : NULL;

    return at ? str_from(mailbox, (size_t)(at - mailbox.data) + 1) : STR_EMPTY;
}

/* How many labels at the end two names share. */
static uint32_t
shared_labels(struct str a, struct str b)
{
    uint32_t count = 0;

    while (a.len && b.len) {
        const char *dot_a = memrchr(a.data, '.', a.len), *dot_b = memrchr(b.data, '.', b.len);
        size_t at_a = dot_a ? (size_t)(dot_a - a.data) + 1 : 0;
        size_t at_b = dot_b ? (size_t)(dot_b - b.data) + 1 : 0;

        if (!str_eq_nocase(str_from(a, at_a), str_from(b, at_b)))
            return count;
        count++;
        a = str_first(a, at_a ? at_a - 1 : 0);
        b = str_first(b, at_b ? at_b - 1 : 0);
    }
    return count;
}

static void
take_signature(struct str value, struct domain_use *use)
{
    struct tags tags;
    struct str signer = STR_EMPTY, selector = STR_EMPTY;

    tags_read(value, &tags);
    if (!tags_find(&tags, STR("d"), &signer) || !tags_find(&tags, STR("s"), &selector))
        return;
    if (use->signer.len &&
        shared_labels(signer, use->from) <= shared_labels(use->signer, use->from))
        return;
    use->signer = signer;
    use->selector = selector;
}

bool
use_read(struct str message, struct str place, struct arena *arena, struct domain_use *ret_use)
{
    struct domain_use use = {.place = arena_str(arena, place)};
    struct header_reader reader;
    struct header_field field;

    header_init(&reader, message);
    while (header_next(&reader, &field)) {
        if (str_eq_nocase(field.name, STR("From")) && !use.from.len)
            use.from = domain_of(address_first(field.value));
        else if (str_eq_nocase(field.name, STR("Return-Path")) && !use.envelope.len)
            use.envelope = domain_of(address_unbracket(str_trim(field.value)));
    }
    if (!use.from.len)
        return false;
    header_init(&reader, message);
    while (header_next(&reader, &field)) {
        if (str_eq_nocase(field.name, STR("DKIM-Signature")))
            take_signature(field.value, &use);
    }
    *ret_use = use;
    return true;
}
