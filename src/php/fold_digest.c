#include <zlib.h>

#include "php/fold_parts.h"

/*
 * MD5 (RFC 1321), SHA-1 (RFC 3174) and CRC-32: obfuscated code makes keys and names of
 * them. Nothing here is safe against anybody; it only has to give what PHP gives.
 */

struct digest {
    uint32_t state[5];
    bool is_sha1;
};

static uint32_t
rotate(uint32_t word, unsigned bits)
{
    return word << bits | word >> (32 - bits);
}

static void
md5_block(uint32_t *state, const unsigned char *block)
{
    static const uint8_t shifts[4][4] = {
        {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    /* floor(2^32 * abs(sin(i + 1))) */
    static const uint32_t sines[64] = {
        0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613,
        0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193,
        0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d,
        0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed,
        0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122,
        0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
        0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244,
        0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
        0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
        0xeb86d391,
    };
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], words[16];

    for (unsigned i = 0; i < 16; i++)
        words[i] = (uint32_t)block[4 * i] | (uint32_t)block[4 * i + 1] << 8 |
                   (uint32_t)block[4 * i + 2] << 16 | (uint32_t)block[4 * i + 3] << 24;
    for (unsigned i = 0; i < 64; i++) {
        unsigned round = i / 16, at;
        uint32_t mix, next;

        if (round == 0) {
            mix = (b & c) | (~b & d);
            at = i;
        } else if (round == 1) {
            mix = (d & b) | (~d & c);
            at = (5 * i + 1) % 16;
        } else if (round == 2) {
            mix = b ^ c ^ d;
            at = (3 * i + 5) % 16;
        } else {
            mix = c ^ (b | ~d);
            at = 7 * i % 16;
        }
        next = b + rotate(a + mix + sines[i] + words[at], shifts[round][i % 4]);
        a = d;
        d = c;
        c = b;
        b = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

static void
sha1_block(uint32_t *state, const unsigned char *block)
{
    static const uint32_t rounds[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], words[80];

    for (unsigned i = 0; i < 16; i++)
        words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
                   (uint32_t)block[4 * i + 2] << 8 | (uint32_t)block[4 * i + 3];
    for (unsigned i = 16; i < 80; i++)
        words[i] = rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    for (unsigned i = 0; i < 80; i++) {
        unsigned round = i / 20;
        uint32_t mix = round == 0   ? (b & c) | (~b & d)
                       : round == 2 ? (b & c) | (b & d) | (c & d)
                                    : b ^ c ^ d;
        uint32_t next = rotate(a, 5) + mix + e + rounds[round] + words[i];

        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

static void
take_block(struct digest *digest, const unsigned char *block)
{
    if (digest->is_sha1)
        sha1_block(digest->state, block);
    else
        md5_block(digest->state, block);
}

/* The end of the text, a bit, zeros and the length in bits, in one block or two. */
static void
take_end(struct digest *digest, struct str rest, uint64_t bits)
{
    unsigned char last[128] = {0};
    size_t size = rest.len < 56 ? 64 : 128;

    if (rest.len)
        memcpy(last, rest.data, rest.len);
    last[rest.len] = 0x80;
    for (unsigned i = 0; i < 8; i++)
        last[size - 8 + i] = (unsigned char)(bits >> (digest->is_sha1 ? 56 - 8 * i : 8 * i));
    take_block(digest, last);
    if (size == 128)
        take_block(digest, last + 64);
}

static size_t
digest_text(struct str text, bool is_sha1, char *into)
{
    struct digest digest = {
        .state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0},
        .is_sha1 = is_sha1,
    };
    uint64_t bits = (uint64_t)text.len * 8;
    size_t words = is_sha1 ? 5 : 4;

    while (text.len >= 64) {
        take_block(&digest, (const unsigned char *)text.data);
        text = str_from(text, 64);
    }
    take_end(&digest, text, bits);
    for (size_t i = 0; i < 4 * words; i++)
        into[i] =
            (char)(unsigned char)(digest.state[i / 4] >> (is_sha1 ? 24 - i % 4 * 8 : i % 4 * 8));
    return 4 * words;
}

static bool
digest_value(const struct fold_call *call, struct str text, bool is_sha1, bool is_raw,
             struct value *ret_value)
{
    struct value raw;
    char *bytes = fold_room(call, 20);

    if (!bytes || !fold_spend(call, 2 * (uint64_t)text.len))
        return false;
    raw = value_string((struct str){bytes, digest_text(text, is_sha1, bytes)});
    if (!is_raw)
        return fold_call_within(call, STR("bin2hex"), &raw, 1, ret_value);
    *ret_value = raw;
    return true;
}

bool
fold_md5(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    bool is_raw;

    return fold_text_at(call, 0, &text) && fold_truth_or(call, 1, false, &is_raw) &&
           digest_value(call, text, false, is_raw, ret_value);
}

bool
fold_sha1(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    bool is_raw;

    return fold_text_at(call, 0, &text) && fold_truth_or(call, 1, false, &is_raw) &&
           digest_value(call, text, true, is_raw, ret_value);
}

/* hash() of the two digests that are here. */
bool
fold_hash(const struct fold_call *call, struct value *ret_value)
{
    struct str name, text;
    bool is_raw, is_sha1;

    if (!fold_text_at(call, 0, &name) || !fold_text_at(call, 1, &text) ||
        !fold_truth_or(call, 2, false, &is_raw))
        return false;
    is_sha1 = str_eq_nocase(name, STR("sha1"));
    return (is_sha1 || str_eq_nocase(name, STR("md5"))) &&
           digest_value(call, text, is_sha1, is_raw, ret_value);
}

bool
fold_crc32(const struct fold_call *call, struct value *ret_value)
{
    struct str text;

    if (!fold_text_at(call, 0, &text) || text.len > 4 * FOLD_BYTES_MAX ||
        !fold_spend(call, text.len))
        return false;
    *ret_value = value_integer((int64_t)crc32(0, (const Bytef *)text.data, (uInt)text.len));
    return true;
}
