#ifndef AUTH_KEY_H
#define AUTH_KEY_H

/*
 * key - the public key that a domain publishes for a selector (RFC 6376 section 3.6).
 *
 *     mail._domainkey.example.org  TXT  "v=DKIM1; k=rsa; h=sha256; t=s; p=MIIBIjANBgkqhkiG9w0…"
 *
 * Pure. Slices point into the record; what was decoded lives in the arena.
 */

#include "auth/signature.h"
#include "dns/resolver.h"

struct key_record {
    enum crypto_type type;
    struct str hashes;      /* h=: those allowed; empty: all */
    struct str services;    /* s=; empty: all */
    struct str notes;       /* n= */
    struct str granularity; /* g= of RFC 4871; meant only when `has_granularity` */
    bool has_granularity;
    bool is_testing;  /* t=y */
    bool is_strict;   /* t=s: i= must be of d= itself */
    bool is_revoked;  /* p= is empty */
    struct str bytes; /* p=, decoded */
};

/* Whether the text is meant to be a key: it has a p=, or says v=DKIM1. */
bool key_record_is(struct str text);

/* False: `ret_reason` says what is wrong with it. A revoked key is read without fault. */
bool key_record_read(struct str text, struct arena *arena, struct key_record *ret_record,
                     struct str *ret_reason);

enum key_answer {
    KEY_FOUND,
    KEY_PENDING,   /* the DNS has not answered yet */
    KEY_TEMPERROR, /* the DNS could not answer */
    KEY_PERMERROR, /* there is none that may be used for this signature */
};

struct key {
    struct key_record record;
    const struct crypto_public *public_key; /* of KEY_FOUND; see crypto.h for how long it lives */
    uint32_t bits;                          /* whenever the key could be read */
    bool is_secure;                         /* DNSSEC vouches for it */
};

/*
 * Asks for the key of a signature and looks whether the two fit. `allow_old`: keys and rules
 * of RFC 4871 are good, too.
 */
enum key_answer key_find(const struct signature *signature, const struct resolver *resolver,
                         struct crypto *crypto, bool allow_old, struct arena *arena,
                         struct key *ret_key, struct str *ret_reason);

#endif
