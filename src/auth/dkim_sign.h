#ifndef AUTH_DKIM_SIGN_H
#define AUTH_DKIM_SIGN_H

/*
 * dkim_sign - put a DKIM signature on a mail (RFC 6376 section 5, RFC 8301, RFC 8463).
 *
 * Like checking (auth/dkim.h): the header first, then the body in pieces, then the field.
 * Without a list of names, DKIM_SIGN_HEADERS are signed: those there are, and each that is
 * marked once more than it is there ("oversigned"), so that nobody can add another one.
 *
 * Pure; libcrypto's memory aside, all lives in the arena and in the caller's buf.
 */

#include "auth/body_hash.h"
#include "auth/fields.h"
#include "base/buf.h"

/* A "+" oversigns. RFC 6376 section 5.4.1, and what nobody changes on the way. */
#define DKIM_SIGN_HEADERS                                                                          \
    "+From:+To:+Subject:+Date:+Message-ID:+Reply-To:+Cc:+Sender:+MIME-Version:+Content-Type:"      \
    "+Content-Transfer-Encoding:+In-Reply-To:+References:+Content-ID:+Content-Description:"        \
    "List-Id:List-Help:List-Unsubscribe:List-Unsubscribe-Post:List-Subscribe:List-Post:"           \
    "List-Owner:List-Archive:Auto-Submitted:Feedback-ID"

struct dkim_sign_options {
    struct str domain, selector;
    struct str identity; /* i=; empty: not stated */
    struct str headers;  /* "+From:To", a "+" oversigns; empty: DKIM_SIGN_HEADERS */
    enum canonical_form header_form, body_form;
    int64_t time_s;      /* t= */
    int64_t lifetime_s;  /* x= is that much later; 0: none */
    struct str line_end; /* of the field's folds; empty: CR LF */
};

struct dkim_signing;

/*
 * `header` is the mail's header, or the mail, and stays until the end, as do the names in
 * `options`. False: `err` says what forbids it: no From, several, a name that is none.
 */
bool dkim_signing_new(struct crypto *crypto, const struct dkim_sign_options *options,
                      struct str header, struct arena *arena, struct dkim_signing **ret_signing,
                      struct err *err) __attribute__((warn_unused_result));

void dkim_signing_body(struct dkim_signing *signing, struct str piece);

/* Where the body begins in the text given to _new. */
struct str dkim_signing_rest(const struct dkim_signing *signing);

/*
 * Ends the body and writes "DKIM-Signature: …" with the line end behind it. A mail
 * may be signed by several keys: call it for each. False: libcrypto refused, or no room.
 */
bool dkim_signing_write(struct dkim_signing *signing, struct crypto_private *key, struct buf *out,
                        struct err *err) __attribute__((warn_unused_result));

/* Gives libcrypto's contexts back. NULL is fine. */
void dkim_signing_done(struct dkim_signing *signing);

/*
 * The value of h= for these names and this header, as above; "" in a list is left out. In the
 * arena; empty: no room.
 */
struct str dkim_sign_names(const struct fields *fields, struct str names, struct arena *arena);

#endif
