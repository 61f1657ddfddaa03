#ifndef BASE_STR_H
#define BASE_STR_H

/*
 * str - a read-only view of bytes that somebody else owns.
 *
 * A slice is two words; pass it by value. It is not NUL-terminated and may
 * hold any byte, NUL included. It lives exactly as long as the memory it
 * points into, which the function that hands it out always names.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct str {
    const char *data;
    size_t len;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_EMPTY ((struct str){"", 0})

/* printf("got " STR_FMT "\n", STR_ARG(s)) */
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).len, (s).data

static inline struct str
str_from_cstr(const char *cstr)
{
    return (struct str){cstr, strlen(cstr)};
}

/*
 * memcmp(a, b, len) == 0 without a call for what is short, as most words of a log
 * line are: two loads that overlap cover up to sixteen bytes.
 */
static inline bool
str_same_bytes(const char *a, const char *b, size_t len)
{
    uint64_t x, y;
    uint32_t s, t;

    if (len > 16)
        return memcmp(a, b, len) == 0;
    if (len >= 8) {
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        if (x != y)
            return false;
        memcpy(&x, a + len - 8, 8);
        memcpy(&y, b + len - 8, 8);
        return x == y;
    }
    if (len >= 4) {
        memcpy(&s, a, 4);
        memcpy(&t, b, 4);
        if (s != t)
            return false;
        memcpy(&s, a + len - 4, 4);
        memcpy(&t, b + len - 4, 4);
        return s == t;
    }
    for (size_t i = 0; i < len; i++) {
        if (a[i] != b[i])
            return false;
    }
    return true;
}

static inline bool
str_eq(struct str a, struct str b)
{
    return a.len == b.len && str_same_bytes(a.data, b.data, a.len);
}

static inline bool
str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_same_bytes(s.data, prefix.data, prefix.len);
}

static inline bool
str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len &&
           str_same_bytes(s.data + s.len - suffix.len, suffix.data, suffix.len);
}

/* The slice from `from` on; empty when `from` is past the end. */
static inline struct str
str_from(struct str s, size_t from)
{
    if (from > s.len)
        from = s.len;
    /* A slice out of zeroed memory has no data, not even to add nothing to. */
    return from ? (struct str){s.data + from, s.len - from} : s;
}

/* The first `len` bytes, or all of it when it is shorter. */
static inline struct str
str_first(struct str s, size_t len)
{
    return (struct str){s.data, len < s.len ? len : s.len};
}

/* Drops `prefix` from the front of `s`; false, and `s` untouched, without it. */
static inline bool
str_skip(struct str *s, struct str prefix)
{
    if (!str_starts(*s, prefix))
        return false;
    *s = str_from(*s, prefix.len);
    return true;
}

/* Where `c` first stands in `s`; `s.len` when it does not. */
static inline size_t
str_index(struct str s, char c)
{
    const char *at = s.len ? memchr(s.data, c, s.len) : NULL;

    return at ? (size_t)(at - s.data) : s.len;
}

/*
 * Cuts `s` at the first `separator`: returns what is before it and leaves in
 * `s` what is after it. Without a separator, returns all of `s` and empties it.
 */
static inline struct str
str_cut(struct str *s, char separator)
{
    size_t at = str_index(*s, separator);
    struct str head = {s->data, at};

    *s = str_from(*s, at < s->len ? at + 1 : at);
    return head;
}

/* The same with a separator of several bytes. */
struct str str_cut_at(struct str *s, struct str separator);

/*
 * Where the first byte that is one of `bytes`, which are few, stands; `s.len` when none does.
 * Here, so that the compiler sees which bytes they are.
 */
static inline size_t
str_index_any(struct str s, struct str bytes)
{
    size_t at = 0;

#ifdef __SSE2__
    for (; at + 16 <= s.len; at += 16) {
        __m128i block = _mm_loadu_si128((const void *)(s.data + at));
        __m128i hits = _mm_setzero_si128();
        unsigned mask;

        for (size_t i = 0; i < bytes.len; i++)
            hits = _mm_or_si128(hits, _mm_cmpeq_epi8(block, _mm_set1_epi8(bytes.data[i])));
        mask = (unsigned)_mm_movemask_epi8(hits);
        if (mask)
            return at + (size_t)__builtin_ctz(mask);
    }
#endif
    for (; at < s.len; at++) {
        for (size_t i = 0; i < bytes.len; i++) {
            if (s.data[at] == bytes.data[i])
                return at;
        }
    }
    return at;
}

/* Where `needle` first stands in `s`; `s.len` when it does not. */
size_t str_find(struct str s, struct str needle);

/* The same, ASCII letters compared without case. */
size_t str_find_nocase(struct str s, struct str needle);

static inline bool
str_has(struct str s, struct str needle)
{
    return str_find(s, needle) < s.len || needle.len == 0;
}

/* The set of letters in `s`, without case: a quick no to whether a word can be in it. */
static inline uint32_t
str_letters(struct str s)
{
    uint32_t letters = 0;

    for (size_t i = 0; i < s.len; i++)
        letters |= 1u << (s.data[i] & 31);
    return letters;
}

/* False: the word, of three bytes at least, is not in what has these letters. */
static inline bool
str_letters_allow(uint32_t letters, const char *word)
{
    return letters >> (word[0] & 31) & letters >> (word[1] & 31) & letters >> (word[2] & 31) & 1;
}

/* Without blanks, tabs, CR and LF at both ends. */
struct str str_trim(struct str s);

/* ASCII letters compared without case. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts_nocase(struct str s, struct str prefix);

/* Bytewise order, shorter first: <0, 0, >0. */
int str_compare(struct str a, struct str b);

static inline bool
str_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads all of `s` as a decimal number; false when it is none or does not fit. */
bool str_u64(struct str s, uint64_t *ret_number);

/* Copies `s` into `into`, which has room for it, with ASCII letters in lower case. */
void str_fold(struct str s, char *into);

/* A 64-bit hash for tables; never 0. Differs from seed to seed. */
uint64_t str_hash(struct str s);

/*
 * Seeds all hashes of the process: once, before the first and before any thread, so
 * that nobody can write names into a log that all fall into one slot. Without it
 * they are the same in every run.
 */
void str_hash_seed(uint64_t seed);

/* A 64-bit number for the text that never changes: for what is shown (FNV-1a). */
uint64_t str_fingerprint(struct str s);

#endif
