#ifndef AUTH_BODY_HASH_H
#define AUTH_BODY_HASH_H

/*
 * body_hash - the hashes of one body that the signatures of a mail ask for.
 *
 * The body is brought into each form once, however many signatures want it, and hashed
 * once for each digest and length. It comes in pieces and is kept nowhere.
 *
 * Pure. The struct stays where it was initialised.
 */

#include "auth/canonical.h"
#include "auth/crypto.h"

#define BODY_HASHES_MAX 32
#define BODY_HASH_WHOLE UINT64_MAX

struct body_hash {
    enum canonical_form form;
    enum crypto_digest digest;
    uint64_t limit; /* l=: only so many bytes; BODY_HASH_WHOLE */
    uint64_t taken;
    struct crypto_hash *hash; /* NULL once it is done */
    unsigned char bytes[CRYPTO_DIGEST_MAX];
    size_t len;
};

struct body_hashes {
    struct crypto *crypto;
    struct body_hash list[BODY_HASHES_MAX];
    uint32_t count;
    struct canonical_body bodies[CANONICAL_FORMS];
    bool is_wanted[CANONICAL_FORMS];
    bool is_ended;
    struct body_hashes_side {
        struct body_hashes *hashes;
        enum canonical_form form;
    } sides[CANONICAL_FORMS];
};

void body_hashes_init(struct body_hashes *hashes, struct crypto *crypto);

/* Before the first piece: the index of the hash, or BODY_HASHES_MAX when there are too many. */
uint32_t body_hashes_want(struct body_hashes *hashes, enum canonical_form form,
                          enum crypto_digest digest, uint64_t limit);

void body_hashes_add(struct body_hashes *hashes, struct str piece);
void body_hashes_end(struct body_hashes *hashes);

/* Gives back what is still being hashed; may be called at any time, and twice. */
void body_hashes_done(struct body_hashes *hashes);

/* After the end: the digest, and the length of the body in its form. */
struct str body_hashes_digest(const struct body_hashes *hashes, uint32_t index);
uint64_t body_hashes_length(const struct body_hashes *hashes, uint32_t index);

#endif
