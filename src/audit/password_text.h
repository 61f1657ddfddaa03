#ifndef AUDIT_PASSWORD_TEXT_H
#define AUDIT_PASSWORD_TEXT_H

/*
 * password_text - bytes that stores of passwords write as letters: strictly, unlike mail/decode.h,
 * because what does not decode is another scheme.
 *
 * Pure.
 */

#include "base/str.h"

/* Hexadecimal digits alone, and some. */
bool password_text_is_hex(struct str s);

/* The alphabet of crypt(3). */
bool password_text_is_crypt(struct str s);

/* The bytes; false, and `ret_len` as it was: it is none, or more than `capacity`. */
bool password_text_hex(struct str s, unsigned char *ret_bytes, size_t capacity, size_t *ret_len);
bool password_text_base64(struct str s, unsigned char *ret_bytes, size_t capacity, size_t *ret_len);

#endif
