#ifndef AUTH_ARC_H
#define AUTH_ARC_H

/*
 * arc - whether the chain of those who passed a mail on holds (RFC 8617).
 *
 *     ARC-Seal: i=1; cv=none; a=rsa-sha256; d=example.org; s=mail; t=…; b=…
 *     ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; h=…; bh=…; b=…
 *     ARC-Authentication-Results: i=1; mx.example.org; spf=pass smtp.mfrom=example.net
 *
 * Three fields make a set, one set for each hop. The seals, all of them, and the newest
 * message signature must hold (section 5.2). Used like a DKIM check (auth/dkim.h): header, body in
 * pieces, end, a look when the DNS has answered; the body is hashed once.
 *
 * Pure: libcrypto's memory aside, all lives in the arena. A chain that passes says who
 * handled the mail; whether to believe what they say is for those who know them.
 */

#include "auth/body_hash.h"
#include "auth/key.h"

#define ARC_SETS_MAX 50 /* RFC 8617 section 4.2.1 */

enum arc_status {
    ARC_PENDING,
    ARC_NONE,
    ARC_PASS,
    ARC_FAIL,
};

struct arc_set {
    const struct field *results_field, *message_field, *seal_field;
    struct signature message, seal;
    struct str results; /* what follows "i=1;" in ARC-Authentication-Results, raw */
};

struct arc_check;

struct arc_result {
    enum arc_status status;
    struct str reason;    /* of a fail: a sentence */
    bool is_temporary;    /* the fail: the DNS could not answer */
    bool is_said_to_fail; /* the newest seal says itself cv=fail: the chain is over */
    uint32_t set_count;   /* the highest number of a set */
};

/* As dkim_check_new. `is_to_be_sealed`: a set will be added, see auth/arc_seal.h. */
bool arc_check_new(struct crypto *crypto, struct str header, bool is_to_be_sealed,
                   struct arena *arena, struct arc_check **ret_check)
    __attribute__((warn_unused_result));
void arc_check_body(struct arc_check *check, struct str piece);
void arc_check_end(struct arc_check *check);

/* False: something is pending still. */
bool arc_check_look(struct arc_check *check, const struct resolver *resolver);
void arc_check_done(struct arc_check *check); /* NULL is fine */

const struct arc_result *arc_check_result(const struct arc_check *check);
/* 0 to set_count - 1, oldest first. */
const struct arc_set *arc_check_set(const struct arc_check *check, uint32_t index);
struct str arc_check_rest(const struct arc_check *check);

/* "none", "pass", "fail", "pending". */
const char *arc_status_name(enum arc_status status);

/* For those who add a set: the header, and the hash of the body, relaxed; empty: not asked for. */
struct fields *arc_check_fields(struct arc_check *check);
struct str arc_check_sealing_hash(const struct arc_check *check);

/*
 * The digest that a seal is over: the sets up to `last`, its own seal with b= empty. With
 * `only_last` that set alone, as a seal with cv=fail has it (section 5.1.2).
 */
size_t arc_seal_digest(struct crypto *crypto, const struct arc_set *sets, uint32_t last,
                       bool only_last, unsigned char ret_digest[CRYPTO_DIGEST_MAX]);

#endif
