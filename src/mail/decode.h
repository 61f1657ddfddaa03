#ifndef MAIL_DECODE_H
#define MAIL_DECODE_H

/*
 * decode - undo the encodings of mail.
 *
 *     =?utf-8?B?UmVjaG51bmc=?= =?iso-8859-1?Q?_f=FCr?= you     ->  Rechnung für you
 *
 * Pure. Results live in the arena, or are the input itself when nothing was
 * encoded. Broken encodings are read as far as they make sense; nothing fails.
 * At the arena's limit results are empty.
 */

#include "base/arena.h"
#include "base/str.h"

/*
 * Encoded words (RFC 2047) become UTF-8 from utf-8, us-ascii, iso-8859-1,
 * iso-8859-15 and windows-1252. Words in other charsets are kept as written.
 */
struct str decode_words(struct str text, struct arena *arena);

/* RFC 2045 section 6.8. Bytes outside the alphabet are passed over. */
struct str decode_base64(struct str text, struct arena *arena);

/* RFC 2045 section 6.7. An "=" that starts no code stands for itself. */
struct str decode_quoted_printable(struct str text, struct arena *arena);

/* By the value of Content-Transfer-Encoding; unknown ones leave the text as it is. */
struct str decode_transfer(struct str text, struct str encoding, struct arena *arena);

#endif
