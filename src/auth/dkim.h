#ifndef AUTH_DKIM_H
#define AUTH_DKIM_H

/*
 * dkim - whether the DKIM signatures of a mail hold (RFC 6376, RFC 8301, RFC 8463).
 *
 *     dkim_check_new(crypto, &options, header, arena, &check)   once the header is there
 *     dkim_check_look(check, &resolver, now_s)                  asks for the keys already
 *     dkim_check_body(check, piece)                             as it comes in
 *     dkim_check_end(check)
 *     dkim_check_look(check, &resolver, now_s)                  false: look again later
 *     dkim_check_done(check)
 *
 * A look is a function of what is there: the body is hashed once, as it comes, and
 * never again; a signature whose verdict is final, temperror among them, is not looked at again. A
 * daemon looks when the header is there, when the body has ended and whenever the DNS has answered,
 * until nothing is pending. Time is an argument.
 *
 * Results are those of RFC 8601 section 2.7.1:
 *
 *     pass       the signature holds and covers the whole body
 *     fail       body or header are not what was signed
 *     policy     it may hold, and must not count: l= leaves the body open, or it is of the future
 *     neutral    it cannot be read, or uses what nobody here knows
 *     permerror  the rules forbid it: no key, a weak or revoked one, rsa-sha1, expired, no From
 *     temperror  the DNS could not answer
 *
 * Pure: libcrypto's memory aside, all lives in the arena. Every signature is a claim of
 * whoever put it there: `pass` says that this domain signed it, nothing about who that is.
 */

#include "auth/key.h"

#define DKIM_SIGNATURES_MAX 20 /* looked at; those below them are counted */
#define DKIM_CLOCK_SKEW_S 300  /* a t= that much ahead is not of the future yet */

enum dkim_status {
    DKIM_PENDING,
    DKIM_PASS,
    DKIM_FAIL,
    DKIM_POLICY,
    DKIM_NEUTRAL,
    DKIM_PERMERROR,
    DKIM_TEMPERROR,
    DKIM_NONE, /* of a mail without signatures */
};

struct dkim_options {
    bool allow_old; /* RFC 4871: rsa-sha1, RSA keys from 512 bits, g=. For history only. */
};

struct dkim_result {
    enum dkim_status status;
    struct str reason; /* a sentence, or empty: nothing needs to be said */
    struct signature signature;
    uint32_t key_bits;    /* 0: the key was not reached */
    bool is_key_secure;   /* DNSSEC vouches for the key */
    bool is_testing;      /* t=y: the domain says that it only tries */
    bool is_partial;      /* l= leaves the end of the body open */
    uint64_t body_length; /* in the form that was signed; once the body has ended */
};

struct dkim_check;

/*
 * `header` is the mail's header, or the mail; it stays until dkim_check_done. False: no room. One
 * `crypto` may serve several checks at once, of one thread.
 */
bool dkim_check_new(struct crypto *crypto, const struct dkim_options *options, struct str header,
                    struct arena *arena, struct dkim_check **ret_check)
    __attribute__((warn_unused_result));

/* The body, in pieces; what stands behind the header in the text given to _new is not read by it.
 */
void dkim_check_body(struct dkim_check *check, struct str piece);
void dkim_check_end(struct dkim_check *check);

/* False: something is pending still. */
bool dkim_check_look(struct dkim_check *check, const struct resolver *resolver, int64_t now_s);

/* Gives libcrypto's contexts back; the results stay as long as the arena. NULL is fine. */
void dkim_check_done(struct dkim_check *check);

uint32_t dkim_check_count(const struct dkim_check *check);
const struct dkim_result *dkim_check_result(const struct dkim_check *check, uint32_t index);

/* Signatures beyond DKIM_SIGNATURES_MAX. */
uint32_t dkim_check_lost(const struct dkim_check *check);

/* Where the body begins in the text given to _new. */
struct str dkim_check_rest(const struct dkim_check *check);

/* Of all: pass when one passes, else the best of them in the order of the enum; none. */
enum dkim_status dkim_check_overall(const struct dkim_check *check);

/* "pass", "fail", …, as in Authentication-Results; "pending". */
const char *dkim_status_name(enum dkim_status status);

/* The same for a mail that is whole. False: no room. */
bool dkim_check_message(struct crypto *crypto, const struct dkim_options *options,
                        struct str message, const struct resolver *resolver, int64_t now_s,
                        struct arena *arena, struct dkim_check **ret_check)
    __attribute__((warn_unused_result));

#endif
