#include "record/postfix.h"

/*
 * Queue ids, after Postfix's mail_queue.h and safe_ultostr.c. A short id is the
 * microseconds in at least five hexadecimal digits, then the inode in
 * hexadecimal. A long id is the seconds in at least six digits of base 52, the
 * microseconds in four, 'z', and the inode in base 51.
 */

#define ID_BYTES_MIN 6
#define ID_BYTES_MAX 24
#define SHORT_MICROS_DIGITS 5
#define LONG_MICROS_DIGITS 4

/* The values of Postfix's alphabet for base 52 plus one: digits and consonants; 0: not in it. */
static const unsigned char base52[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['B'] = 11, ['C'] = 12, ['D'] = 13, ['F'] = 14, ['G'] = 15, ['H'] = 16,
    ['J'] = 17, ['K'] = 18, ['L'] = 19, ['M'] = 20, ['N'] = 21, ['P'] = 22, ['Q'] = 23, ['R'] = 24,
    ['S'] = 25, ['T'] = 26, ['V'] = 27, ['W'] = 28, ['X'] = 29, ['Y'] = 30, ['Z'] = 31, ['b'] = 32,
    ['c'] = 33, ['d'] = 34, ['f'] = 35, ['g'] = 36, ['h'] = 37, ['j'] = 38, ['k'] = 39, ['l'] = 40,
    ['m'] = 41, ['n'] = 42, ['p'] = 43, ['q'] = 44, ['r'] = 45, ['s'] = 46, ['t'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52,
};

static const unsigned char hexadecimal[256] = {
    ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* In which of the two forms a byte may stand. */
#define FORM_SHORT 1
#define FORM_LONG 2
#define BOTH (FORM_SHORT | FORM_LONG)

static const unsigned char forms_with[256] = {
    ['0'] = BOTH,       ['1'] = BOTH,      ['2'] = BOTH,      ['3'] = BOTH,      ['4'] = BOTH,
    ['5'] = BOTH,       ['6'] = BOTH,      ['7'] = BOTH,      ['8'] = BOTH,      ['9'] = BOTH,
    ['A'] = FORM_SHORT, ['B'] = BOTH,      ['C'] = BOTH,      ['D'] = BOTH,      ['E'] = FORM_SHORT,
    ['F'] = BOTH,       ['G'] = FORM_LONG, ['H'] = FORM_LONG, ['J'] = FORM_LONG, ['K'] = FORM_LONG,
    ['L'] = FORM_LONG,  ['M'] = FORM_LONG, ['N'] = FORM_LONG, ['P'] = FORM_LONG, ['Q'] = FORM_LONG,
    ['R'] = FORM_LONG,  ['S'] = FORM_LONG, ['T'] = FORM_LONG, ['V'] = FORM_LONG, ['W'] = FORM_LONG,
    ['X'] = FORM_LONG,  ['Y'] = FORM_LONG, ['Z'] = FORM_LONG, ['b'] = FORM_LONG, ['c'] = FORM_LONG,
    ['d'] = FORM_LONG,  ['f'] = FORM_LONG, ['g'] = FORM_LONG, ['h'] = FORM_LONG, ['j'] = FORM_LONG,
    ['k'] = FORM_LONG,  ['l'] = FORM_LONG, ['m'] = FORM_LONG, ['n'] = FORM_LONG, ['p'] = FORM_LONG,
    ['q'] = FORM_LONG,  ['r'] = FORM_LONG, ['s'] = FORM_LONG, ['t'] = FORM_LONG, ['v'] = FORM_LONG,
    ['w'] = FORM_LONG,  ['x'] = FORM_LONG, ['y'] = FORM_LONG, ['z'] = FORM_LONG,
};

static bool
is_all(struct str s, const unsigned char *alphabet)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!alphabet[(unsigned char)s.data[i]])
            return false;
    }
    return true;
}

/* Where the 'z' before the inode of a long id stands; 0: it is no long id. */
static size_t
long_mark(struct str s)
{
    size_t at;

    if (s.len < ID_BYTES_MIN + LONG_MICROS_DIGITS + 2)
        return 0;
    at = s.len - 1;
    while (at > 0 && s.data[at] != 'z')
        at--;
    return at >= ID_BYTES_MIN + LONG_MICROS_DIGITS ? at : 0;
}

size_t
postfix_queue_id_len(struct str s)
{
    size_t end = s.len < ID_BYTES_MAX ? s.len : ID_BYTES_MAX, len = 0;
    unsigned forms = FORM_SHORT | FORM_LONG, left;

    while (len < end && (left = forms & forms_with[(unsigned char)s.data[len]]) != 0) {
        forms = left;
        len++;
    }
    if (len < ID_BYTES_MIN)
        return 0;
    return forms & FORM_SHORT || long_mark(str_first(s, len)) > 0 ? len : 0;
}

bool
postfix_is_queue_id(struct str s)
{
    return s.len > 0 && postfix_queue_id_len(s) == s.len;
}

static uint64_t
decode52(struct str s)
{
    uint64_t value = 0;

    for (size_t i = 0; i < s.len; i++)
        value = value * 52 + base52[(unsigned char)s.data[i]] - 1;
    return value;
}

bool
postfix_queue_id_micros(struct str id, int32_t *ret_us)
{
    size_t mark = long_mark(id);
    uint64_t micros = 0;

    if (!postfix_is_queue_id(id))
        return false;
    if (mark) {
        micros = decode52((struct str){id.data + mark - LONG_MICROS_DIGITS, LONG_MICROS_DIGITS});
    } else {
        for (size_t i = 0; i < SHORT_MICROS_DIGITS; i++)
            micros = micros * 16 + hexadecimal[(unsigned char)id.data[i]] - 1;
    }
    if (micros > 999999)
        return false;
    *ret_us = (int32_t)micros;
    return true;
}

bool
postfix_queue_id_time(struct str id, int64_t *ret_utc_s)
{
    size_t mark = long_mark(id);
    uint64_t seconds;

    if (!mark || mark > ID_BYTES_MIN + LONG_MICROS_DIGITS + 2 || !is_all(id, base52))
        return false;
    seconds = decode52(str_first(id, mark - LONG_MICROS_DIGITS));
    /* 2001 to 2100: an id of another make that happens to fit is not believed. */
    if (seconds < 1000000000 || seconds > 4102444800)
        return false;
    *ret_utc_s = (int64_t)seconds;
    return true;
}
