#ifndef BASE_UTF8_H
#define BASE_UTF8_H

/*
 * utf8 - how long the next character is (RFC 3629).
 *
 * Overlong forms, surrogates and code points past U+10FFFF are not UTF-8.
 */

#include "base/str.h"

/* 1 to 4 for a valid character at the front of `s`; 0 when it is none or `s` is empty. */
size_t utf8_char_len(struct str s);

/* The code point of the valid character at the front, `len` bytes long. */
uint32_t utf8_char(struct str s, size_t len);

#endif
