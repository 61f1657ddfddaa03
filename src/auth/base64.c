#include "auth/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 0 to 63; -1: not a digit. */
static int
digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What may follow the last digit: as many "=" as are missing, or none. */
static bool
is_padding(struct str rest, size_t digits)
{
    size_t count = 0;

    for (size_t i = 0; i < rest.len; i++) {
        if (rest.data[i] == '=')
            count++;
        else if (!is_space(rest.data[i]))
            return false;
    }
    return count == 0 || (digits + count) % 4 == 0;
}

bool
base64_read(struct str text, struct arena *arena, struct str *ret_bytes)
{
    char *bytes = arena_array(arena, text.len / 4 * 3 + 3, 1);
    size_t len = 0, digits = 0, at;
    uint32_t bits = 0;

    if (!bytes)
        return false;
    for (at = 0; at < text.len && text.data[at] != '='; at++) {
        int value = digit(text.data[at]);

        if (value < 0) {
            if (!is_space(text.data[at]))
                return false;
            continue;
        }
        bits = bits << 6 | (uint32_t)value;
        if (digits++ % 4 != 0)
            bytes[len++] = (char)(bits >> (6 - 2 * ((digits - 1) % 4)));
    }
    if (digits % 4 == 1 || !is_padding(str_from(text, at), digits))
        return false;
    *ret_bytes = (struct str){bytes, len};
    return true;
}

void
base64_write(struct str bytes, struct buf *out)
{
    for (size_t at = 0; at < bytes.len; at += 3) {
        size_t len = bytes.len - at < 3 ? bytes.len - at : 3;
        uint32_t bits = 0;

        for (size_t i = 0; i < 3; i++)
            bits = bits << 8 | (i < len ? (unsigned char)bytes.data[at + i] : 0);
        for (size_t i = 0; i < 4; i++)
            buf_add_char(out, i <= len ? alphabet[bits >> (18 - 6 * i) & 63] : '=');
    }
}
