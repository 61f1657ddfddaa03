#include "audit/password_text.h"

static int
hex_value(char c)
{
    if (str_is_digit(c))
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int
base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (str_is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
password_text_is_hex(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (hex_value(s.data[i]) < 0)
            return false;
    }
    return s.len > 0;
}

bool
password_text_is_crypt(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] == '+' || (base64_value(s.data[i]) < 0 && s.data[i] != '.'))
            return false;
    }
    return s.len > 0;
}

bool
password_text_hex(struct str s, unsigned char *ret_bytes, size_t capacity, size_t *ret_len)
{
    if (s.len % 2 || s.len / 2 > capacity || !password_text_is_hex(s))
        return false;
    for (size_t i = 0; i < s.len / 2; i++)
        ret_bytes[i] =
            (unsigned char)(hex_value(s.data[2 * i]) << 4 | hex_value(s.data[2 * i + 1]));
    *ret_len = s.len / 2;
    return true;
}

bool
password_text_base64(struct str s, unsigned char *ret_bytes, size_t capacity, size_t *ret_len)
{
    uint32_t bits = 0;
    unsigned have = 0;
    size_t len = 0;

    while (s.len && s.data[s.len - 1] == '=')
        s.len--;
    if (s.len % 4 == 1 || s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        int value = base64_value(s.data[i]);

        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        if (len == capacity)
            return false;
        ret_bytes[len++] = (unsigned char)(bits >> have);
    }
    *ret_len = len;
    return true;
}
