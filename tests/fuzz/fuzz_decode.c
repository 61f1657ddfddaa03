#include <stdio.h>

#include "mail/decode.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char
digit64(unsigned value)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    return digits[value & 63];
}

static struct str
encode_base64(struct str text, struct arena *arena)
{
    char *out = arena_array(arena, text.len * 2 + 4, 1);
    size_t len = 0;

    for (size_t i = 0; i < text.len; i += 3) {
        unsigned bits = 0;
        size_t have = text.len - i < 3 ? text.len - i : 3;

        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < have ? (unsigned char)text.data[i + k] : 0);
        out[len++] = digit64(bits >> 18);
        out[len++] = digit64(bits >> 12);
        out[len++] = have > 1 ? digit64(bits >> 6) : '=';
        out[len++] = have > 2 ? digit64(bits) : '=';
        if (i % 57 == 54)
            out[len++] = '\n';
    }
    return (struct str){out, len};
}

static struct str
encode_quoted_printable(struct str text, struct arena *arena)
{
    char *out = arena_array(arena, text.len * 6 + 4, 1);
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        len += (size_t)sprintf(out + len, "=%02X", (unsigned char)text.data[i]);
        if (i % 24 == 23)
            len += (size_t)sprintf(out + len, "=\r\n");
    }
    return (struct str){out, len};
}

/* Decoding undoes encoding, never grows beyond what it promises, and says the same twice. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail_check check = mail_check_new(data, size);
    struct str words = decode_words(check.text, check.arena);

    require(str_eq(decode_base64(encode_base64(check.text, check.arena), check.arena), check.text));
    require(str_eq(
        decode_quoted_printable(encode_quoted_printable(check.text, check.arena), check.arena),
        check.text));
    require(words.len <= size * 3);
    require_same(&check, words, decode_words(check.copy, check.other));
    require(decode_base64(check.text, check.arena).len <= size);
    require(decode_quoted_printable(check.text, check.arena).len <= size);
    require(is_inside(check.text, decode_transfer(check.text, STR("8bit"), check.arena)));
    mail_check_done(&check);
    return 0;
}
