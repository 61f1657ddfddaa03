#ifndef AUTH_SIGNATURE_H
#define AUTH_SIGNATURE_H

/*
 * signature - what a DKIM-Signature, ARC-Message-Signature or ARC-Seal says.
 *
 *     DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=example.org; s=mail; t=1518460054;
 *      h=from:to:subject:from; bh=4bLNXImK9drULnmePzZNEBleUanJCX5PIsDIFoH4KTQ=; b=9/dsDChY…
 *
 * RFC 6376 section 3.5, RFC 8301, RFC 8463, RFC 8617 section 4.1. Pure. Slices point into the
 * field; what was decoded lives in the arena.
 */

#include "auth/fields.h"

enum signature_kind {
    SIGNATURE_DKIM,
    SIGNATURE_ARC_MESSAGE, /* a DKIM signature without v=; i= counts the sets, h= may lack From */
    SIGNATURE_ARC_SEAL,    /* covers ARC fields alone: no h=, bh=, c=, l= */
};

enum signature_fault {
    SIGNATURE_FINE,
    SIGNATURE_UNREADABLE, /* syntax, or a version or method that nobody here knows */
    SIGNATURE_UNFIT,      /* readable, and against the rules */
};

struct signature {
    enum signature_kind kind;
    struct str field; /* whole, folded */
    struct str hole;  /* the value of b= in it, with the blanks around it */
    struct str algorithm, domain, selector, headers;
    struct str identity; /* i=, decoded; empty: not stated, "@" and the domain */
    struct str chain;    /* ARC: cv= */
    enum crypto_type type;
    enum crypto_digest digest;
    enum canonical_form header_form, body_form;
    uint64_t length; /* l=; BODY_HASH_WHOLE: not stated */
    bool has_time, has_expiry;
    uint64_t time_s, expires_s;
    uint64_t instance;           /* ARC: i= */
    struct str body_hash, bytes; /* bh= and b=, decoded */
};

/*
 * Reads a field of that kind. Whatever the verdict, members hold what could be read, and
 * `ret_reason` says in a sentence what is wrong: in the arena, or constant. `allow_old`: v= may be
 * missing or 0.5.
 */
enum signature_fault signature_read(enum signature_kind kind, const struct field *field,
                                    bool allow_old, struct arena *arena,
                                    struct signature *ret_signature, struct str *ret_reason);

/* The digest that b= of a DKIM or ARC message signature is over: how many bytes it has. */
size_t signature_digest(struct crypto *crypto, struct fields *fields,
                        const struct signature *signature,
                        unsigned char ret_digest[CRYPTO_DIGEST_MAX]);

/* For canonical writers: adds to the struct crypto_hash that `context` is. */
void signature_put(void *context, struct str bytes);

/* Whether d= or s= may be that: letters, digits, "-", "_" and dots; ASCII alone. */
bool signature_is_host(struct str name);

/* Whether the DNS can have the name where the key of the two would stand. */
bool signature_has_key_name(struct str selector, struct str domain);

/* The part of i= behind its last "@". */
struct str signature_identity_domain(const struct signature *signature);

/* Whether `domain` is `parent` or below it, case ignored. */
bool signature_is_within(struct str domain, struct str parent);

#endif
