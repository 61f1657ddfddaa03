#include "auth/body_hash.h"

#include <assert.h>

static void
put(void *context, struct str bytes)
{
    struct body_hashes_side *side = context;

    for (uint32_t i = 0; i < side->hashes->count; i++) {
        struct body_hash *hash = &side->hashes->list[i];
        struct str part = bytes;

        if (hash->form != side->form || !hash->hash)
            continue;
        if (part.len > hash->limit - hash->taken)
            part.len = (size_t)(hash->limit - hash->taken);
        if (part.len)
            crypto_hash_add(hash->hash, part);
        hash->taken += part.len;
    }
}

void
body_hashes_init(struct body_hashes *hashes, struct crypto *crypto)
{
    hashes->crypto = crypto;
    hashes->count = 0;
    hashes->is_ended = false;
    for (int form = 0; form < CANONICAL_FORMS; form++) {
        hashes->is_wanted[form] = false;
        hashes->sides[form] =
            (struct body_hashes_side){.hashes = hashes, .form = (enum canonical_form)form};
        canonical_body_init(&hashes->bodies[form], (enum canonical_form)form, put,
                            &hashes->sides[form]);
    }
}

uint32_t
body_hashes_want(struct body_hashes *hashes, enum canonical_form form, enum crypto_digest digest,
                 uint64_t limit)
{
    for (uint32_t i = 0; i < hashes->count; i++) {
        const struct body_hash *hash = &hashes->list[i];

        if (hash->form == form && hash->digest == digest && hash->limit == limit)
            return i;
    }
    if (hashes->count == BODY_HASHES_MAX)
        return BODY_HASHES_MAX;
    hashes->is_wanted[form] = true;
    hashes->list[hashes->count] = (struct body_hash){
        .form = form,
        .digest = digest,
        .limit = limit,
        .hash = crypto_hash_begin(hashes->crypto, digest),
    };
    return hashes->count++;
}

void
body_hashes_add(struct body_hashes *hashes, struct str piece)
{
    assert(!hashes->is_ended);
    for (int form = 0; form < CANONICAL_FORMS; form++) {
        if (hashes->is_wanted[form])
            canonical_body_add(&hashes->bodies[form], piece);
    }
}

void
body_hashes_end(struct body_hashes *hashes)
{
    assert(!hashes->is_ended);
    for (int form = 0; form < CANONICAL_FORMS; form++) {
        if (hashes->is_wanted[form])
            canonical_body_end(&hashes->bodies[form]);
    }
    for (uint32_t i = 0; i < hashes->count; i++) {
        struct body_hash *hash = &hashes->list[i];

        hash->len = crypto_hash_end(hashes->crypto, hash->hash, hash->bytes);
        hash->hash = NULL;
    }
    hashes->is_ended = true;
}

void
body_hashes_done(struct body_hashes *hashes)
{
    for (uint32_t i = 0; i < hashes->count; i++) {
        if (hashes->list[i].hash)
            (void)crypto_hash_end(hashes->crypto, hashes->list[i].hash, NULL);
        hashes->list[i].hash = NULL;
    }
}

struct str
body_hashes_digest(const struct body_hashes *hashes, uint32_t index)
{
    const struct body_hash *hash = &hashes->list[index];

    assert(hashes->is_ended && index < hashes->count);
    return (struct str){(const char *)hash->bytes, hash->len};
}

uint64_t
body_hashes_length(const struct body_hashes *hashes, uint32_t index)
{
    assert(hashes->is_ended && index < hashes->count);
    return hashes->bodies[hashes->list[index].form].length;
}
