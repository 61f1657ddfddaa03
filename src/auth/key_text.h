#ifndef AUTH_KEY_TEXT_H
#define AUTH_KEY_TEXT_H

/*
 * key_text - a public key as DNS wants it.
 *
 *     mail._domainkey.example.org. IN TXT ( "v=DKIM1; k=rsa; p=MIIBIjANBgkq…"
 *         "…IDAQAB" )
 *
 * Pure.
 */

#include "auth/crypto.h"
#include "base/buf.h"

#define KEY_TEXT_STRING_MAX 255 /* bytes of one string of a TXT record (RFC 1035 section 3.3) */

/* "v=DKIM1; k=rsa; p=…", in one line. `public_bytes` are those of crypto_private_public. */
void key_text_record(struct buf *out, enum crypto_type type, struct str public_bytes);

/* A line of a zone file, the record cut into strings; `name` without the final dot. */
void key_text_zone(struct buf *out, struct str name, struct str record);

/* The strings alone: "…" "…" */
void key_text_strings(struct buf *out, struct str record, struct str between);

#endif
