#include "base/utf8.h"

uint32_t
utf8_char(struct str s, size_t len)
{
    static const unsigned char first_mask[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code = (unsigned char)s.data[0] & first_mask[len];

    for (size_t i = 1; i < len; i++)
        code = code << 6 | ((unsigned char)s.data[i] & 0x3FU);
    return code;
}

size_t
utf8_char_len(struct str s)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char c;
    uint32_t code;
    size_t len;

    if (s.len == 0)
        return 0;
    c = (unsigned char)s.data[0];
    if (c < 0x80)
        return 1;
    len = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
    if (len == 0 || c > 0xF4 || s.len < len)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if (((unsigned char)s.data[i] & 0xC0) != 0x80)
            return 0;
    }
    code = utf8_char(s, len);
    if (code < smallest[len] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    return len;
}
