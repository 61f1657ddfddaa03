#ifndef AUDIT_PASSWORD_MAKE_H
#define AUDIT_PASSWORD_MAKE_H

/*
 * password_make - a password out of random bytes, that can be read out and typed.
 *
 *     7kqm-x2pd-hv9t-3nzb-wf6y      100 bits: 32 letters and digits, none like another
 *     dakolu-riveta-nubosi-...       90 bits: five words of three syllables
 *
 * Pure: the random bytes are the caller's, and each bit is used once.
 */

#include "base/str.h"

#define PASSWORD_MAKE_RANDOM_BYTES 20U
#define PASSWORD_MAKE_BYTES_MAX 40U

/* Returns the bytes written into `ret_text`, which has room for PASSWORD_MAKE_BYTES_MAX. */
size_t password_make_letters(const unsigned char random[PASSWORD_MAKE_RANDOM_BYTES],
                             char *ret_text);
size_t password_make_words(const unsigned char random[PASSWORD_MAKE_RANDOM_BYTES], char *ret_text);

#endif
