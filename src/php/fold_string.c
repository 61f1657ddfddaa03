#include "php/ast.h"
#include "php/fold_parts.h"

/* Blanks, line ends and bytes of other alphabets have no key that one could type instead. */
bool
fold_chr(const struct fold_call *call, struct value *ret_value)
{
    int64_t number;
    char *byte;

    if (!fold_number_at(call, 0, &number))
        return false;
    byte = fold_room(call, 1);
    if (!byte)
        return false;
    *byte = (char)(unsigned char)number;
    *ret_value = value_string((struct str){byte, 1});
    if (*byte > ' ' && *byte <= '~')
        fold_mark(ret_value, MADE_CHR);
    return true;
}

bool
fold_ord(const struct fold_call *call, struct value *ret_value)
{
    struct str text;

    if (!fold_text_at(call, 0, &text))
        return false;
    *ret_value = value_integer(text.len ? fold_byte(text, 0) : 0);
    return true;
}

bool
fold_reverse(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    char *reverse;

    if (!fold_text_at(call, 0, &text))
        return false;
    reverse = fold_room(call, text.len);
    if (!reverse)
        return false;
    for (size_t i = 0; i < text.len; i++)
        reverse[i] = text.data[text.len - 1 - i];
    *ret_value = value_string((struct str){reverse, text.len});
    return true;
}

/* Offset and length as substr takes them: below zero they count from the end. */
static void
clamp_part(size_t whole, int64_t *start, int64_t *len)
{
    int64_t size = (int64_t)whole;

    if (*start > size)
        *start = size;
    else if (*start < 0)
        *start = *start < -size ? 0 : *start + size;
    if (*len < 0)
        *len = *len < *start - size ? 0 : size - *start + *len;
    else if (*len > size - *start)
        *len = size - *start;
}

bool
fold_substr(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    int64_t start, len;

    if (!fold_text_at(call, 0, &text) || !fold_number_at(call, 1, &start) ||
        !fold_number_or(call, 2, INT64_MAX, &len))
        return false;
    clamp_part(text.len, &start, &len);
    *ret_value = value_string(str_first(str_from(text, (size_t)start), (size_t)len));
    if (ret_value->text.len > 0 && ret_value->text.len < text.len)
        fold_mark(ret_value, MADE_REPLACE);
    return true;
}

bool
fold_substr_replace(const struct fold_call *call, struct value *ret_value)
{
    struct str text, with, tail;
    int64_t start, len;
    char *all;

    if (!fold_text_at(call, 0, &text) || !fold_text_at(call, 1, &with) ||
        !fold_number_at(call, 2, &start) || !fold_number_or(call, 3, INT64_MAX, &len))
        return false;
    clamp_part(text.len, &start, &len);
    tail = str_from(text, (size_t)(start + len));
    all = fold_room(call, (size_t)start + with.len + tail.len);
    if (!all)
        return false;
    if (start)
        memcpy(all, text.data, (size_t)start);
    if (with.len)
        memcpy(all + start, with.data, with.len);
    if (tail.len)
        memcpy(all + (size_t)start + with.len, tail.data, tail.len);
    *ret_value = value_string((struct str){all, (size_t)start + with.len + tail.len});
    return true;
}

/* The characters of a list, where "a..z" is a range. */
static void
read_mask(struct str list, bool *mask)
{
    for (size_t i = 0; i < list.len; i++) {
        unsigned first = fold_byte(list, i), last = first;

        if (i + 3 < list.len && list.data[i + 1] == '.' && list.data[i + 2] == '.' &&
            fold_byte(list, i + 3) >= first) {
            last = fold_byte(list, i + 3);
            i += 3;
        }
        for (unsigned c = first; c <= last; c++)
            mask[c] = true;
    }
}

/* trim 3, ltrim 1, rtrim 2: bits of the ends. */
bool
fold_trim(const struct fold_call *call, struct value *ret_value)
{
    bool mask[256] = {false};
    struct str text, list;

    if (!fold_text_at(call, 0, &text) || !fold_text_or(call, 1, STR(" \n\r\t\v\0"), &list) ||
        !fold_spend(call, text.len + list.len))
        return false;
    read_mask(list, mask);
    while ((call->variant & 1) && text.len && mask[fold_byte(text, 0)])
        text = str_from(text, 1);
    while ((call->variant & 2) && text.len && mask[fold_byte(text, text.len - 1)])
        text.len--;
    *ret_value = value_string(text);
    return true;
}

static char *
copy_of(const struct fold_call *call, struct str text)
{
    char *copy = fold_room(call, text.len);

    if (copy && text.len)
        memcpy(copy, text.data, text.len);
    return copy;
}

static bool
give_case(const struct str text, char *copy, struct value *ret_value)
{
    *ret_value = value_string((struct str){copy, text.len});
    if (!str_eq(ret_value->text, text))
        fold_mark(ret_value, MADE_CASE);
    return true;
}

/* strtolower 'l', strtoupper 'u': ASCII alone, as since PHP 8.2. */
bool
fold_case(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    char *copy;

    if (!fold_text_at(call, 0, &text))
        return false;
    copy = copy_of(call, text);
    if (!copy)
        return false;
    for (size_t i = 0; i < text.len; i++)
        copy[i] = call->variant == 'l' ? fold_lower(copy[i]) : fold_upper(copy[i]);
    return give_case(text, copy, ret_value);
}

/* lcfirst 'l', ucfirst 'u'. */
bool
fold_first_case(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    char *copy;

    if (!fold_text_at(call, 0, &text))
        return false;
    copy = copy_of(call, text);
    if (!copy)
        return false;
    *copy = call->variant == 'l' ? fold_lower(*copy) : fold_upper(*copy);
    return give_case(text, copy, ret_value);
}

bool
fold_words_case(const struct fold_call *call, struct value *ret_value)
{
    bool mask[256] = {false};
    struct str text, separators;
    char *copy;

    if (!fold_text_at(call, 0, &text) || !fold_text_or(call, 1, STR(" \t\r\n\f\v"), &separators) ||
        !fold_spend(call, separators.len))
        return false;
    copy = copy_of(call, text);
    if (!copy)
        return false;
    read_mask(separators, mask);
    for (size_t i = 0; i < text.len; i++) {
        if (i == 0 || mask[fold_byte(text, i - 1)])
            copy[i] = fold_upper(copy[i]);
    }
    return give_case(text, copy, ret_value);
}

static void
fill_with(char *into, size_t len, struct str pattern)
{
    for (size_t i = 0; i < len; i++)
        into[i] = pattern.data[i % pattern.len];
}

bool
fold_repeat(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    int64_t times;
    size_t len;
    char *all;

    if (!fold_text_at(call, 0, &text) || !fold_number_at(call, 1, &times) || times < 0 ||
        __builtin_mul_overflow(text.len, (size_t)times, &len))
        return false;
    all = fold_room(call, len);
    if (!all)
        return false;
    fill_with(all, len, text);
    *ret_value = value_string((struct str){all, len});
    return true;
}

/* STR_PAD_LEFT 0, STR_PAD_RIGHT 1, STR_PAD_BOTH 2. */
bool
fold_pad(const struct fold_call *call, struct value *ret_value)
{
    struct str text, pattern;
    int64_t len, side;
    size_t missing, before;
    char *all;

    if (!fold_text_at(call, 0, &text) || !fold_number_at(call, 1, &len) ||
        !fold_text_or(call, 2, STR(" "), &pattern) || !fold_number_or(call, 3, 1, &side) ||
        pattern.len == 0 || side < 0 || side > 2)
        return false;
    if (len <= (int64_t)text.len) {
        *ret_value = value_string(text);
        return true;
    }
    all = fold_room(call, (size_t)len);
    if (!all)
        return false;
    missing = (size_t)len - text.len;
    before = side == 0 ? missing : side == 1 ? 0 : missing / 2;
    fill_with(all, before, pattern);
    if (text.len)
        memcpy(all + before, text.data, text.len);
    fill_with(all + before + text.len, missing - before, pattern);
    *ret_value = value_string((struct str){all, (size_t)len});
    return true;
}

bool
fold_length(const struct fold_call *call, struct value *ret_value)
{
    struct str text;

    if (!fold_text_at(call, 0, &text))
        return false;
    *ret_value = value_integer((int64_t)text.len);
    return true;
}

bool
fold_strval(const struct fold_call *call, struct value *ret_value)
{
    return fold_cast(CAST_STRING, call->arguments[0], call->arena, ret_value);
}

bool
fold_boolval(const struct fold_call *call, struct value *ret_value)
{
    return fold_cast(CAST_BOOL, call->arguments[0], call->arena, ret_value);
}

bool
fold_chunk(const struct fold_call *call, struct value *ret_value)
{
    struct str text, end;
    int64_t size;
    size_t count, at = 0;
    char *all;

    if (!fold_text_at(call, 0, &text) || !fold_number_or(call, 1, 76, &size) || size < 1 ||
        !fold_text_or(call, 2, STR("\r\n"), &end))
        return false;
    count = text.len / (size_t)size + (text.len % (size_t)size > 0);
    if (count == 0)
        count = 1;
    if (end.len && count > FOLD_BYTES_MAX / end.len)
        return false;
    all = fold_room(call, text.len + count * end.len);
    if (!all)
        return false;
    for (size_t i = 0; i < count; i++) {
        struct str part = str_first(text, (size_t)size);

        if (part.len)
            memcpy(all + at, part.data, part.len);
        if (end.len)
            memcpy(all + at + part.len, end.data, end.len);
        at += part.len + end.len;
        text = str_from(text, part.len);
    }
    *ret_value = value_string((struct str){all, at});
    return true;
}

bool
fold_nl2br(const struct fold_call *call, struct value *ret_value)
{
    struct str text, mark = STR("<br />");
    size_t lines = 0, at = 0;
    char *all;
    bool is_xhtml;

    if (!fold_text_at(call, 0, &text) || !fold_truth_or(call, 1, true, &is_xhtml))
        return false;
    if (!is_xhtml)
        mark = STR("<br>");
    for (size_t i = 0; i < text.len; i++)
        lines += text.data[i] == '\n' || text.data[i] == '\r';
    all = fold_room(call, text.len + lines * mark.len);
    if (!all)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (c == '\n' || c == '\r') {
            memcpy(all + at, mark.data, mark.len);
            at += mark.len;
            if (i + 1 < text.len && text.data[i + 1] != c &&
                (text.data[i + 1] == '\n' || text.data[i + 1] == '\r')) {
                all[at++] = c;
                c = text.data[++i];
            }
        }
        all[at++] = c;
    }
    *ret_value = value_string((struct str){all, at});
    return true;
}

/* is_string 's', is_array 'a', is_int 'i', is_bool 'b', is_null 'n', is_scalar 'c'. Of a float,
 * which is text or a whole number here, they say what it is here. */
bool
fold_is_type(const struct fold_call *call, struct value *ret_value)
{
    uint8_t kind = call->arguments[0].kind;
    bool holds = false;

    if (call->variant == 's')
        holds = kind == VALUE_STRING;
    else if (call->variant == 'a')
        holds = kind == VALUE_ARRAY;
    else if (call->variant == 'i')
        holds = kind == VALUE_INTEGER;
    else if (call->variant == 'b')
        holds = kind == VALUE_BOOL;
    else if (call->variant == 'n')
        holds = kind == VALUE_NULL;
    else
        holds = kind == VALUE_STRING || kind == VALUE_INTEGER || kind == VALUE_BOOL;
    *ret_value = value_bool(holds);
    return true;
}

bool
fold_gettype(const struct fold_call *call, struct value *ret_value)
{
    uint8_t kind = call->arguments[0].kind;

    *ret_value = value_string(kind == VALUE_NULL      ? STR("NULL")
                              : kind == VALUE_BOOL    ? STR("boolean")
                              : kind == VALUE_INTEGER ? STR("integer")
                              : kind == VALUE_ARRAY   ? STR("array")
                                                      : STR("string"));
    return true;
}
