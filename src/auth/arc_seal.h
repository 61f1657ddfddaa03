#ifndef AUTH_ARC_SEAL_H
#define AUTH_ARC_SEAL_H

/*
 * arc_seal - add a set to the chain of a mail that is passed on (RFC 8617 section 5.1).
 *
 *     check it first (auth/arc.h, is_to_be_sealed), until nothing is pending, then arc_seal_write
 *
 * What this host found out itself is taken from the Authentication-Results fields that bear its
 * own name. Whoever lets strangers' fields with that name in seals lies: they must be
 * taken away at the door (RFC 8601 section 5).
 *
 * Pure; libcrypto's memory aside, all lives in the arena and in the caller's buf.
 */

#include "auth/arc.h"
#include "base/buf.h"

/* As DKIM_SIGN_HEADERS, and the signatures that the mail came with. */
#define ARC_SEAL_HEADERS                                                                           \
    "From:To:Subject:Date:Message-ID:Reply-To:Cc:Sender:MIME-Version:Content-Type:"                \
    "Content-Transfer-Encoding:In-Reply-To:References:List-Id:List-Unsubscribe:"                   \
    "List-Unsubscribe-Post:List-Post:DKIM-Signature"

struct arc_seal_options {
    struct str domain, selector;
    struct str server;   /* this host's name in Authentication-Results */
    struct str headers;  /* names with ":" between them; empty: ARC_SEAL_HEADERS */
    int64_t time_s;      /* t= */
    struct str line_end; /* of folds and fields; empty: CR LF */
};

/*
 * Writes ARC-Seal, ARC-Message-Signature and ARC-Authentication-Results, to stand on top. Nothing
 * is written, and `ret_is_over` says so, when the chain said cv=fail already, or has ARC_SETS_MAX
 * sets. False: `err` says why: a mail without header, a name that is none, or libcrypto
 * refused.
 */
bool arc_seal_write(struct crypto *crypto, struct crypto_private *key,
                    const struct arc_seal_options *options, struct arc_check *check,
                    struct arena *arena, struct buf *out, bool *ret_is_over, struct err *err)
    __attribute__((warn_unused_result));

#endif
