#ifndef AUTH_SPF_MACRO_PARTS_H
#define AUTH_SPF_MACRO_PARTS_H

/*
 * spf_macro_parts - what the two files of macros share.
 *
 *     spf_macro_read.c   is the text faultless, what does it use
 *     spf_macro.c        what it stands for
 */

#include "auth/spf_macro.h"

/* One %{…}. */
struct spf_macro {
    char letter; /* in lower case */
    bool is_escaped, is_reversed;
    unsigned parts;      /* 0: all */
    uint32_t delimiters; /* a set, see spf_delimiter_bit() */
};

/* The bit of one of . - + , / _ = in a set of delimiters; 0: the byte is none. */
static inline uint32_t
spf_delimiter_bit(char c)
{
    switch (c) {
    case '.':
    case '-':
    case '+':
    case ',':
    case '/':
    case '=':
        return 1u << (c - '+');
    case '_':
        return 1u << 31;
    default:
        return 0;
    }
}

static inline char
spf_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/*
 * Reads what follows a '%': NULL, or what is wrong. `macro->letter` is 0 for %% %_ %-, whose text
 * then is in *ret_literal.
 */
const char *spf_macro_next(struct str *rest, struct spf_macro *macro, struct str *ret_literal);

#endif
