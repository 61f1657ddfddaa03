#include "php/fold_parts.h"

/* One code of a format, "C*", "N2", "H": how often, -1 for "*". */
struct code {
    char letter;
    int64_t repeat;
};

static bool
read_repeat(struct str *format, struct code *code)
{
    code->repeat = 1;
    if (str_skip(format, STR("*"))) {
        code->repeat = -1;
        return true;
    }
    if (format->len && str_is_digit(format->data[0]))
        code->repeat = 0;
    while (format->len && str_is_digit(format->data[0])) {
        code->repeat = code->repeat * 10 + format->data[0] - '0';
        if (code->repeat > FOLD_BYTES_MAX)
            return false;
        *format = str_from(*format, 1);
    }
    return true;
}

static bool
read_letter(struct str *format, struct code *code)
{
    if (format->len == 0)
        return false;
    code->letter = format->data[0];
    *format = str_from(*format, 1);
    return read_repeat(format, code);
}

/* Bytes of a number code, 0 for other codes; the machine is taken to be a little-endian one. */
static size_t
number_size(char letter, bool *ret_is_big, bool *ret_has_sign)
{
    *ret_is_big = letter == 'n' || letter == 'N' || letter == 'J';
    *ret_has_sign = letter == 'c' || letter == 's' || letter == 'l' || letter == 'q';
    switch (letter) {
    case 'c':
    case 'C':
        return 1;
    case 's':
    case 'S':
    case 'n':
    case 'v':
        return 2;
    case 'l':
    case 'L':
    case 'N':
    case 'V':
    case 'i':
    case 'I':
        return 4;
    case 'q':
    case 'Q':
    case 'J':
    case 'P':
        return 8;
    default:
        return 0;
    }
}

struct packer {
    const struct fold_call *call;
    char *into; /* NULL: only measures */
    size_t len;
    uint32_t next; /* argument */
};

static bool
put(struct packer *packer, unsigned byte)
{
    if (packer->len == FOLD_BYTES_MAX || !fold_spend(packer->call, 1))
        return false;
    if (packer->into)
        packer->into[packer->len] = (char)(unsigned char)byte;
    packer->len++;
    return true;
}

/* a A Z: text with NULs, with blanks, with one NUL at least. */
static bool
pack_text(struct packer *packer, struct code code)
{
    struct str text;
    size_t len;

    if (!fold_text_at(packer->call, packer->next++, &text))
        return false;
    len = code.repeat >= 0 ? (size_t)code.repeat : text.len + (code.letter == 'Z');
    for (size_t i = 0; i < len; i++) {
        bool is_text = i < text.len && !(code.letter == 'Z' && i + 1 == len);

        if (!put(packer, is_text ? fold_byte(text, i) : code.letter == 'A' ? ' ' : 0))
            return false;
    }
    return true;
}

/* H and h: digits, the high or the low one first. What is no digit is a warning and 0. */
static bool
pack_hex(struct packer *packer, struct code code)
{
    struct str text;
    size_t digits;

    if (!fold_text_at(packer->call, packer->next++, &text))
        return false;
    digits = code.repeat >= 0 ? (size_t)code.repeat : text.len;
    if (digits > text.len)
        digits = text.len;
    for (size_t i = 0; i < digits; i += 2) {
        int first = fold_hex_digit(text.data[i]);
        int second = i + 1 < digits ? fold_hex_digit(text.data[i + 1]) : 0;

        first = first < 0 ? 0 : first;
        second = second < 0 ? 0 : second;
        if (!put(packer,
                 (unsigned)(code.letter == 'H' ? first << 4 | second : second << 4 | first)))
            return false;
    }
    return true;
}

static bool
pack_numbers(struct packer *packer, struct code code, size_t size, bool is_big)
{
    for (int64_t i = 0; code.repeat < 0 ? packer->next < packer->call->count : i < code.repeat;
         i++) {
        int64_t number;

        if (!fold_number_at(packer->call, packer->next++, &number))
            return false;
        for (size_t k = 0; k < size; k++) {
            size_t shift = (is_big ? size - 1 - k : k) * 8;

            if (!put(packer, (unsigned)((uint64_t)number >> shift & 255)))
                return false;
        }
    }
    return true;
}

static bool
pack_one(struct packer *packer, struct code code)
{
    bool is_big, has_sign;
    size_t size = number_size(code.letter, &is_big, &has_sign);

    if (size > 0)
        return pack_numbers(packer, code, size, is_big);
    if (code.letter == 'a' || code.letter == 'A' || code.letter == 'Z')
        return pack_text(packer, code);
    if (code.letter == 'H' || code.letter == 'h')
        return pack_hex(packer, code);
    if (code.letter != 'x' || code.repeat < 0)
        return false;
    for (int64_t i = 0; i < code.repeat; i++) {
        if (!put(packer, 0))
            return false;
    }
    return true;
}

static bool
pack_all(struct packer *packer, struct str format)
{
    while (format.len) {
        struct code code;

        if (!read_letter(&format, &code) || !pack_one(packer, code))
            return false;
    }
    /* Arguments left over are a warning. */
    return true;
}

bool
fold_pack(const struct fold_call *call, struct value *ret_value)
{
    struct packer measure = {.call = call, .next = 1}, packer = measure;
    struct str format;

    if (!fold_text_at(call, 0, &format) || !pack_all(&measure, format))
        return false;
    packer.into = fold_room(call, measure.len);
    if (!packer.into || !pack_all(&packer, format))
        return false;
    *ret_value = value_string((struct str){packer.into, packer.len});
    return true;
}

struct unpacker {
    const struct fold_call *call;
    struct fold_list list;
    struct str rest;
    bool is_short; /* the text has less than the format: PHP gives false */
};

/* "name" alone for a single value, "name1", "name2" where it is repeated. */
static bool
take(struct unpacker *unpacker, struct str name, bool is_numbered, int64_t number,
     struct value value)
{
    struct value *kept = fold_keep(unpacker->call->arena, value);
    struct str key = name;

    if (!kept || unpacker->list.count == unpacker->list.capacity)
        return false;
    if (is_numbered || name.len == 0)
        key = arena_printf(unpacker->call->arena, "%.*s%lld", (int)name.len, name.data,
                           (long long)number);
    fold_list_put(&unpacker->list, fold_key_of_text(key), kept);
    return key.len > 0;
}

static bool
falls_short(struct unpacker *unpacker)
{
    unpacker->is_short = true;
    return false;
}

static int64_t
read_number(const char *bytes, size_t size, bool is_big, bool has_sign)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++)
        number = number << 8 | (unsigned char)bytes[is_big ? i : size - 1 - i];
    if (has_sign && size < 8 && number >> (size * 8 - 1))
        number -= (uint64_t)1 << (size * 8);
    return (int64_t)number;
}

static bool
unpack_numbers(struct unpacker *unpacker, struct code code, struct str name, size_t size,
               bool is_big, bool has_sign)
{
    for (int64_t i = 0; code.repeat < 0 ? unpacker->rest.len >= size : i < code.repeat; i++) {
        int64_t number;

        if (unpacker->rest.len < size)
            return falls_short(unpacker);
        number = read_number(unpacker->rest.data, size, is_big, has_sign);
        unpacker->rest = str_from(unpacker->rest, size);
        if (!take(unpacker, name, code.repeat != 1, i + 1, value_integer(number)))
            return false;
    }
    return true;
}

/* a as it is; A without blanks at its end; Z up to the first NUL. */
static bool
unpack_text(struct unpacker *unpacker, struct code code, struct str name)
{
    size_t len = code.repeat < 0 ? unpacker->rest.len : (size_t)code.repeat;
    struct str text = str_first(unpacker->rest, len);

    if (len > unpacker->rest.len)
        return falls_short(unpacker);
    unpacker->rest = str_from(unpacker->rest, len);
    if (code.letter == 'Z')
        text = str_first(text, str_index(text, '\0'));
    while (code.letter == 'A' && text.len &&
           (text.data[text.len - 1] == '\0' ||
            (fold_is_blank(text.data[text.len - 1]) && text.data[text.len - 1] != '\v' &&
             text.data[text.len - 1] != '\f')))
        text.len--;
    return take(unpacker, name, false, 1, value_string(text));
}

static bool
unpack_hex(struct unpacker *unpacker, struct code code, struct str name)
{
    size_t digits, bytes;
    char *out;

    if (unpacker->rest.len > FOLD_BYTES_MAX / 2)
        return false;
    digits = code.repeat < 0 ? unpacker->rest.len * 2 : (size_t)code.repeat;
    bytes = (digits + 1) / 2;
    if (bytes > unpacker->rest.len)
        return falls_short(unpacker);
    out = fold_room(unpacker->call, digits);
    if (!out)
        return false;
    for (size_t i = 0; i < digits; i++) {
        unsigned byte = fold_byte(unpacker->rest, i / 2);
        bool is_high = (i % 2 == 0) == (code.letter == 'H');

        out[i] = "0123456789abcdef"[is_high ? byte >> 4 : byte & 15];
    }
    unpacker->rest = str_from(unpacker->rest, bytes);
    return take(unpacker, name, false, 1, value_string((struct str){out, digits}));
}

static bool
unpack_one(struct unpacker *unpacker, struct str part)
{
    struct code code;
    bool is_big, has_sign;
    size_t size;

    if (!read_letter(&part, &code))
        return false;
    size = number_size(code.letter, &is_big, &has_sign);
    if (size > 0)
        return unpack_numbers(unpacker, code, part, size, is_big, has_sign);
    if (code.letter == 'a' || code.letter == 'A' || code.letter == 'Z')
        return unpack_text(unpacker, code, part);
    if (code.letter == 'H' || code.letter == 'h')
        return unpack_hex(unpacker, code, part);
    if (code.letter != 'x' || code.repeat < 0)
        return false;
    if ((size_t)code.repeat > unpacker->rest.len)
        return falls_short(unpacker);
    unpacker->rest = str_from(unpacker->rest, (size_t)code.repeat);
    return true;
}

bool
fold_unpack(const struct fold_call *call, struct value *ret_value)
{
    struct unpacker unpacker = {.call = call};
    struct str format, text;
    size_t room;

    if (!fold_text_at(call, 0, &format) || !fold_text_at(call, 1, &text) || format.len > 256)
        return false;
    room = text.len + format.len;
    if (!fold_list_init(&unpacker.list, call, room < VALUE_ITEMS_MAX ? room : VALUE_ITEMS_MAX))
        return false;
    unpacker.rest = text;
    while (format.len) {
        if (!unpack_one(&unpacker, str_cut(&format, '/'))) {
            *ret_value = value_bool(false);
            return unpacker.is_short;
        }
    }
    return fold_list_value(&unpacker.list, ret_value);
}
