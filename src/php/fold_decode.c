#include "php/fold_parts.h"

int
fold_hex_digit(char c)
{
    if (str_is_digit(c))
        return c - '0';
    c = fold_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int
digit_of_base64(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (str_is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Strict: blanks alone are passed over, and padding must be right where there is some. */
static bool
is_strict_base64(struct str text)
{
    size_t digits = 0, padding = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (c == '=')
            padding++;
        else if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
            continue;
        else if (digit_of_base64(c) < 0 || padding > 0)
            return false;
        else
            digits++;
    }
    return digits % 4 != 1 && (padding == 0 || (padding <= 2 && (digits + padding) % 4 == 0));
}

/* Not strict: whatever is no digit is passed over, "=" in the middle too. */
bool
fold_base64_decode(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    uint32_t bits = 0;
    size_t digits = 0, len = 0;
    bool is_strict;
    char *out;

    if (!fold_text_at(call, 0, &text) || !fold_truth_or(call, 1, false, &is_strict))
        return false;
    if (is_strict && !is_strict_base64(text)) {
        *ret_value = value_bool(false);
        return fold_spend(call, text.len);
    }
    out = fold_room(call, text.len / 4 * 3 + 3);
    if (!out)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int digit = digit_of_base64(text.data[i]);

        if (digit < 0)
            continue;
        bits = bits << 6 | (uint32_t)digit;
        if (digits % 4 > 0)
            out[len++] = (char)(unsigned char)(bits >> (6 - digits % 4 * 2));
        digits++;
    }
    *ret_value = value_string((struct str){out, len});
    return true;
}

bool
fold_base64_encode(const struct fold_call *call, struct value *ret_value)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct str text;
    size_t len = 0;
    char *out;

    if (!fold_text_at(call, 0, &text))
        return false;
    out = fold_room(call, (text.len + 2) / 3 * 4);
    if (!out)
        return false;
    for (size_t i = 0; i < text.len; i += 3) {
        size_t have = text.len - i < 3 ? text.len - i : 3;
        unsigned bits = 0;

        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < have ? fold_byte(text, i + k) : 0);
        out[len++] = alphabet[bits >> 18];
        out[len++] = alphabet[bits >> 12 & 63];
        out[len++] = have > 1 ? alphabet[bits >> 6 & 63] : '=';
        out[len++] = have > 2 ? alphabet[bits & 63] : '=';
    }
    *ret_value = value_string((struct str){out, len});
    return true;
}

bool
fold_rot13(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    char *out;

    if (!fold_text_at(call, 0, &text))
        return false;
    out = fold_room(call, text.len);
    if (!out)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i], lower = fold_lower(c);

        out[i] = lower < 'a' || lower > 'z' ? c : (char)(lower < 'n' ? c + 13 : c - 13);
    }
    *ret_value = value_string((struct str){out, text.len});
    return true;
}

bool
fold_hex_decode(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    char *out;

    if (!fold_text_at(call, 0, &text))
        return false;
    out = fold_room(call, text.len / 2);
    if (!out)
        return false;
    *ret_value = value_bool(false);
    if (text.len % 2 != 0)
        return true;
    for (size_t i = 0; i < text.len; i += 2) {
        int high = fold_hex_digit(text.data[i]), low = fold_hex_digit(text.data[i + 1]);

        if (high < 0 || low < 0)
            return true;
        out[i / 2] = (char)(unsigned char)(high << 4 | low);
    }
    *ret_value = value_string((struct str){out, text.len / 2});
    return true;
}

bool
fold_hex_encode(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    char *out;

    if (!fold_text_at(call, 0, &text) || text.len > FOLD_BYTES_MAX / 2)
        return false;
    out = fold_room(call, text.len * 2);
    if (!out)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        out[2 * i] = "0123456789abcdef"[fold_byte(text, i) >> 4];
        out[2 * i + 1] = "0123456789abcdef"[fold_byte(text, i) & 15];
    }
    *ret_value = value_string((struct str){out, text.len * 2});
    return true;
}

static unsigned
digit_of_uuencode(char c)
{
    return ((unsigned)(unsigned char)c - ' ') & 63;
}

/* One line: its length, then groups of four; false where it is cut short. */
static bool
uudecode_line(struct str *rest, char *out, size_t *len)
{
    size_t want = digit_of_uuencode(rest->data[0]), groups = (want + 2) / 3;
    struct str line = str_from(*rest, 1);

    if (line.len < groups * 4)
        return false;
    for (size_t i = 0; i < want; i++) {
        const char *group = line.data + i / 3 * 4;
        unsigned bits = digit_of_uuencode(group[0]) << 18 | digit_of_uuencode(group[1]) << 12 |
                        digit_of_uuencode(group[2]) << 6 | digit_of_uuencode(group[3]);

        out[(*len)++] = (char)(unsigned char)(bits >> (16 - i % 3 * 8));
    }
    *rest = str_from(line, groups * 4);
    (void)str_skip(rest, STR("\n"));
    return true;
}

bool
fold_uudecode(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    size_t len = 0;
    char *out;

    if (!fold_text_at(call, 0, &text))
        return false;
    out = fold_room(call, text.len);
    if (!out)
        return false;
    if (text.len == 0) {
        *ret_value = value_bool(false);
        return true;
    }
    while (text.len && digit_of_uuencode(text.data[0]) > 0) {
        if (!uudecode_line(&text, out, &len)) {
            *ret_value = value_bool(false);
            return true;
        }
    }
    *ret_value = value_string((struct str){out, len});
    return true;
}
