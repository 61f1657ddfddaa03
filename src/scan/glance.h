#ifndef SCAN_GLANCE_H
#define SCAN_GLANCE_H

/*
 * glance - many short patterns searched in one text at once.
 *
 *     "curl\v|\b sh\b"     curl, anything on the line, a pipe, the word sh
 *
 * In a pattern a blank is any blanks or none, a tab at least one, \b the edge of a
 * word, \v up to GLANCE_GAP_BYTES_MAX bytes of the same line (the nearest place where
 * the next part fits, and no other), ' any quote; letters are compared without case.
 * A pattern begins with a letter, a digit or a sign, perhaps behind \b. Takes time in
 * proportion to the text. Pure.
 */

#include "base/str.h"

#define GLANCE_GAP_BYTES_MAX 160

/* Patterns in one index. */
#define GLANCE_PATTERNS_MAX 512

struct glance_index {
    const char *const *patterns;
    uint16_t first[256];                /* from 1; by the first byte, in lower case */
    uint16_t next[GLANCE_PATTERNS_MAX]; /* with the same first byte */
};

/* NULLs among the patterns are left out. */
void glance_index_init(struct glance_index *index, const char *const *patterns, size_t count);

/* Calls for every place and pattern that fits there, in order of places. */
void glance_search(const struct glance_index *index, struct str text,
                   void (*found)(void *context, size_t pattern, size_t at), void *context);

/* Does the pattern fit at this very place? */
bool glance_fits(const char *pattern, struct str text, size_t at);

#endif
