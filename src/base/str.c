#include "base/str.h"

static inline char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

#ifdef __SSE2__
/*
 * Sixteen places at once: where both the first and the last byte of the needle
 * stand, what is between them is compared. memmem builds a table for each search,
 * which costs more than a log line is long. Returns how far it looked; a hit ends it.
 */
static size_t
find_wide(struct str s, struct str needle, bool *ret_found)
{
    const __m128i first = _mm_set1_epi8(needle.data[0]);
    const __m128i last = _mm_set1_epi8(needle.data[needle.len - 1]);
    size_t at = 0;

    for (; at + needle.len + 15 <= s.len; at += 16) {
        const char *here = s.data + at;
        __m128i a = _mm_loadu_si128((const void *)here);
        __m128i b = _mm_loadu_si128((const void *)(here + needle.len - 1));
        unsigned mask = (unsigned)_mm_movemask_epi8(
            _mm_and_si128(_mm_cmpeq_epi8(a, first), _mm_cmpeq_epi8(b, last)));

        for (; mask; mask &= mask - 1) {
            size_t bit = (size_t)__builtin_ctz(mask);

            if (str_same_bytes(here + bit + 1, needle.data + 1, needle.len - 2)) {
                *ret_found = true;
                return at + bit;
            }
        }
    }
    return at;
}
#else
static size_t
find_wide(struct str s, struct str needle, bool *ret_found)
{
    (void)s;
    (void)needle;
    (void)ret_found;
    return 0;
}
#endif

#define SHORT_NEEDLE_LEN_MAX 64

size_t
str_find(struct str s, struct str needle)
{
    bool is_found = false;
    size_t at = 0;

    if (needle.len < 2)
        return needle.len == 0 ? 0 : str_index(s, needle.data[0]);
    if (s.len < needle.len)
        return s.len;
    if (needle.len > SHORT_NEEDLE_LEN_MAX) {
        const char *hit = memmem(s.data, s.len, needle.data, needle.len);

        return hit ? (size_t)(hit - s.data) : s.len;
    }
    at = find_wide(s, needle, &is_found);
    if (is_found)
        return at;
    for (; at + needle.len <= s.len; at++) {
        if (s.data[at] == needle.data[0] && str_same_bytes(s.data + at, needle.data, needle.len))
            return at;
    }
    return s.len;
}

size_t
str_find_nocase(struct str s, struct str needle)
{
    char first = needle.len ? (char)(needle.data[0] | 0x20) : 0;

    for (size_t i = 0; i + needle.len <= s.len; i++) {
        /* Equal letters are equal with this bit set: most places need no call. */
        if (needle.len && (char)(s.data[i] | 0x20) != first)
            continue;
        if (str_starts_nocase(str_from(s, i), needle))
            return i;
    }
    return s.len;
}

struct str
str_cut_at(struct str *s, struct str separator)
{
    size_t at = str_find(*s, separator);
    struct str head = str_first(*s, at);

    *s = str_from(*s, at < s->len ? at + separator.len : at);
    return head;
}

static inline bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str s)
{
    while (s.len && is_blank(s.data[0]))
        s = str_from(s, 1);
    while (s.len && is_blank(s.data[s.len - 1]))
        s.len--;
    return s;
}

bool
str_eq_nocase(struct str a, struct str b)
{
    return a.len == b.len && str_starts_nocase(a, b);
}

bool
str_starts_nocase(struct str s, struct str prefix)
{
    if (s.len < prefix.len)
        return false;
    for (size_t i = 0; i < prefix.len; i++) {
        if (lower(s.data[i]) != lower(prefix.data[i]))
            return false;
    }
    return true;
}

int
str_compare(struct str a, struct str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.data, b.data, len) : 0;

    if (order == 0)
        order = (a.len > b.len) - (a.len < b.len);
    return order;
}

bool
str_u64(struct str s, uint64_t *ret_number)
{
    uint64_t number = 0;

    if (s.len == 0 || s.len > 20)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned)(unsigned char)s.data[i] - '0';

        if (digit > 9 || number > (UINT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *ret_number = number;
    return true;
}

/* 0x20 in each byte that is an upper case ASCII letter. */
static inline uint64_t
case_bits(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101ULL, high = 0x8080808080808080ULL;
    uint64_t low = word & ~high;
    uint64_t from_a = low + ones * (0x80 - 'A'), past_z = low + ones * (0x80 - 'Z' - 1);

    return ((from_a & ~past_z & ~word & high) >> 2);
}

void
str_fold(struct str s, char *into)
{
    size_t at = 0;
    uint64_t word;

    for (; at + 8 <= s.len; at += 8) {
        memcpy(&word, s.data + at, 8);
        word |= case_bits(word);
        memcpy(into + at, &word, 8);
    }
    for (; at < s.len; at++)
        into[at] = lower(s.data[at]);
}

static inline uint64_t
mix(uint64_t a, uint64_t b)
{
    __uint128_t product = (__uint128_t)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_seed = 0xa0761d6478bd642fULL;

void
str_hash_seed(uint64_t seed)
{
    hash_seed = seed;
}

uint64_t
str_fingerprint(struct str s)
{
    uint64_t hash = 0xcbf29ce484222325ULL;

    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.data[i]) * 0x100000001b3ULL;
    return hash;
}

/* After wyhash (public domain): eight bytes a multiplication, short keys in two. */
uint64_t
str_hash(struct str s)
{
    static const uint64_t k0 = 0xa0761d6478bd642fULL, k1 = 0xe7037ed1a0b428dbULL;
    uint64_t hash = hash_seed ^ s.len;
    const char *at = s.data;
    size_t left = s.len;
    uint64_t word;

    while (left >= 8) {
        memcpy(&word, at, 8);
        hash = mix(hash ^ word, k1);
        at += 8;
        left -= 8;
    }
    word = 0;
    if (left)
        memcpy(&word, at, left);
    hash = mix(hash ^ word ^ k1, k0);
    return hash ? hash : 1;
}
