#ifndef AUTH_PRVS_H
#define AUTH_PRVS_H

/*
 * prvs - envelope senders that only this host can have made (BATV, draft-levine-smtp-batv).
 *
 *     prvs=0789a1b2c3=anna@example.org     key 0, good until day 789, six digits of the hash
 *
 * A bounce to a tagged address answers mail of ours; one to the bare address does not. The bytes
 * are Exim's ${prvs{…}}: HMAC-SHA1 over key number, day and the address as it is written, so
 * that one host may sign and the other check. Days count from 1970 and are written modulo 1000.
 *
 * A check takes an address whose domain, or all of it, was brought to lower case on its way
 * if the tag was made of the lower case, and also the older order prvs=anna=0789a1b2c3@example.org.
 *
 * Pure.
 */

#include "base/arena.h"
#include "base/err.h"

#define PRVS_ADDRESS_MAX 512
#define PRVS_KEYS_MAX 16
#define PRVS_SECRET_MAX 64 /* bytes; Exim takes no longer one, either */
#define PRVS_DAYS 7        /* a tag is good for, as Exim has it */
#define PRVS_DAYS_SKEW 1   /* more, in the future: clocks of two hosts differ */

struct prvs_key {
    unsigned number; /* 0 to 9; several keys may share one */
    struct str secret;
};

struct prvs_keys {
    struct prvs_key list[PRVS_KEYS_MAX];
    uint32_t count; /* the first one signs unless another is asked for */
};

/*
 * Reads a key file: a digit, a blank, the secret up to the line's end; '#' begins a comment
 * line. Slices point into `text`. False: `err` names the line, and quotes nothing.
 */
bool prvs_keys_read(struct str text, struct prvs_keys *ret_keys, struct err *err)
    __attribute__((warn_unused_result));

/* The first key of that number; NULL: none. */
const struct prvs_key *prvs_keys_find(const struct prvs_keys *keys, unsigned number);

/* Whether the address has the form of a tagged one, by whatever key. */
bool prvs_is_tagged(struct str address);

/* The tagged address. False: it has no local part and domain, is tagged already, or too long. */
bool prvs_sign(struct str address, const struct prvs_key *key, int64_t now_s, struct arena *arena,
               struct str *ret_tagged) __attribute__((warn_unused_result));

enum prvs_result {
    PRVS_UNTAGGED,
    PRVS_VALID,
    PRVS_EXPIRED, /* ours, but too old */
    PRVS_FORGED,  /* none of our keys of that number made it */
    PRVS_NO_KEY,  /* we have no key of that number */
};

struct prvs_check {
    enum prvs_result result;
    struct str address;  /* without the tag, in the arena; as it came when untagged */
    unsigned key_number; /* of the tag */
    unsigned day;        /* the last one, modulo 1000 */
};

struct prvs_check prvs_check(struct str address, const struct prvs_keys *keys, int64_t now_s,
                             struct arena *arena);

/* "untagged", "valid", "expired", "forged", "no key". */
const char *prvs_result_name(enum prvs_result result);

#endif
