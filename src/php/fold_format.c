#include <stdio.h>

#include "php/fold_parts.h"

/* One conversion: %1$'*-10.5s */
struct conversion {
    int64_t argument; /* -1: the next one */
    bool is_left, has_sign, has_precision;
    char pad, type;
    size_t width, precision;
};

#define WIDTH_MAX FOLD_BYTES_MAX
#define PRECISION_REAL_MAX 40

static bool
read_size(struct str *rest, size_t *ret_size)
{
    size_t size = 0, digits = 0;

    while (digits < rest->len && str_is_digit(rest->data[digits])) {
        size = size * 10 + (size_t)(rest->data[digits] - '0');
        if (size > WIDTH_MAX)
            return false;
        digits++;
    }
    *rest = str_from(*rest, digits);
    *ret_size = size;
    return true;
}

static bool
read_flags(struct str *rest, struct conversion *conversion)
{
    for (; rest->len; *rest = str_from(*rest, 1)) {
        char c = rest->data[0];

        if (c == '-') {
            conversion->is_left = true;
        } else if (c == '+') {
            conversion->has_sign = true;
        } else if (c == '0' || c == ' ') {
            conversion->pad = c;
        } else if (c == '\'') {
            if (rest->len < 2)
                return false;
            conversion->pad = rest->data[1];
            *rest = str_from(*rest, 1);
        } else {
            break;
        }
    }
    return true;
}

/* After the "%". What PHP does not know is an exception. */
static bool
read_conversion(struct str *rest, struct conversion *conversion)
{
    struct str after = *rest;
    size_t number;

    *conversion = (struct conversion){.argument = -1, .pad = ' '};
    if (!read_size(&after, &number))
        return false;
    if (after.len < rest->len && str_skip(&after, STR("$"))) {
        if (number == 0)
            return false;
        conversion->argument = (int64_t)number - 1;
        *rest = after;
    }
    if (!read_flags(rest, conversion) || !read_size(rest, &conversion->width))
        return false;
    if (str_skip(rest, STR("."))) {
        conversion->has_precision = true;
        if (!read_size(rest, &conversion->precision))
            return false;
    }
    (void)str_skip(rest, STR("l"));
    if (rest->len == 0)
        return false;
    conversion->type = rest->data[0];
    *rest = str_from(*rest, 1);
    return true;
}

static bool
unsigned_text(struct value value, char type, struct arena *arena, struct str *ret_text)
{
    char digits[64];
    size_t at = sizeof(digits);
    unsigned base = type == 'b' ? 2 : type == 'o' ? 8 : type == 'u' ? 10 : 16;
    int64_t number;
    uint64_t left;

    if (!fold_whole(value, &number))
        return false;
    left = (uint64_t)number;
    do {
        digits[--at] = (type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef")[left % base];
        left /= base;
    } while (left > 0);
    *ret_text = arena_str(arena, (struct str){digits + at, sizeof(digits) - at});
    return ret_text->len > 0;
}

static bool
real_text(const struct conversion *conversion, struct value value, struct arena *arena,
          struct str *ret_text)
{
    size_t precision = conversion->has_precision ? conversion->precision : 6;
    struct fold_number number;

    if (!fold_operand(value, &number))
        number.real = 0;
    if (precision > PRECISION_REAL_MAX || !(number.real > -1e15 && number.real < 1e15))
        return false;
    *ret_text =
        arena_printf(arena, conversion->has_sign ? "%+.*f" : "%.*f", (int)precision, number.real);
    return ret_text->len > 0;
}

static bool
converted(const struct fold_call *call, const struct conversion *conversion, struct value value,
          struct str *ret_text)
{
    int64_t number;
    char *byte;

    switch (conversion->type) {
    case 's':
        if (!value_text(value, call->arena, ret_text))
            return false;
        if (conversion->has_precision)
            *ret_text = str_first(*ret_text, conversion->precision);
        return true;
    case 'd':
    case 'i':
        if (!fold_whole(value, &number))
            return false;
        *ret_text =
            arena_printf(call->arena, conversion->has_sign ? "%+lld" : "%lld", (long long)number);
        return ret_text->len > 0;
    case 'u':
    case 'x':
    case 'X':
    case 'o':
    case 'b':
        return unsigned_text(value, conversion->type, call->arena, ret_text);
    case 'f':
    case 'F':
        return real_text(conversion, value, call->arena, ret_text);
    case 'c':
        byte = arena_alloc(call->arena, 1);
        if (!byte || !fold_whole(value, &number))
            return false;
        *byte = (char)(unsigned char)number;
        *ret_text = (struct str){byte, 1};
        return true;
    default:
        return false;
    }
}

struct writer {
    char *into; /* NULL: only measures */
    size_t len;
};

static bool
write_text(struct writer *writer, struct str text)
{
    if (text.len > FOLD_BYTES_MAX - writer->len)
        return false;
    if (writer->into && text.len)
        memcpy(writer->into + writer->len, text.data, text.len);
    writer->len += text.len;
    return true;
}

static bool
write_pad(struct writer *writer, char pad, size_t count)
{
    if (count > FOLD_BYTES_MAX - writer->len)
        return false;
    if (writer->into && count)
        memset(writer->into + writer->len, pad, count);
    writer->len += count;
    return true;
}

static bool
write_converted(struct writer *writer, const struct conversion *conversion, struct str text)
{
    bool is_number = conversion->type != 's' && conversion->type != 'c';
    size_t missing = conversion->width > text.len ? conversion->width - text.len : 0;

    if (conversion->type == 'c')
        missing = 0;
    if (conversion->is_left) {
        /* Zeros behind digits would be another number; of %f and %x PHP writes them all the same.
         */
        bool is_whole =
            conversion->type == 'd' || conversion->type == 'i' || conversion->type == 'u';
        char pad = is_whole && conversion->pad == '0' ? ' ' : conversion->pad;

        return write_text(writer, text) && write_pad(writer, pad, missing);
    }
    if (is_number && missing && conversion->pad == '0' && text.len &&
        (text.data[0] == '-' || text.data[0] == '+')) {
        if (!write_text(writer, str_first(text, 1)))
            return false;
        text = str_from(text, 1);
    }
    return write_pad(writer, conversion->pad, missing) && write_text(writer, text);
}

struct format_values {
    const struct value *list; /* arguments, or */
    const struct items *items;
    int64_t count;
};

static bool
format_into(const struct fold_call *call, struct str format, const struct format_values *values,
            struct writer *writer)
{
    int64_t next = 0;

    while (format.len) {
        struct conversion conversion;
        struct value value;
        struct str text;
        size_t at = str_index(format, '%');

        if (!fold_spend(call, 1 + at) || !write_text(writer, str_first(format, at)))
            return false;
        format = str_from(format, at);
        if (format.len == 0)
            break;
        format = str_from(format, 1);
        if (str_skip(&format, STR("%"))) {
            if (!write_text(writer, STR("%")))
                return false;
            continue;
        }
        if (!read_conversion(&format, &conversion))
            return false;
        if (conversion.argument < 0)
            conversion.argument = next++;
        if (conversion.argument >= values->count)
            return false;
        value = values->items ? *values->items->list[conversion.argument].value
                              : values->list[conversion.argument];
        if (!value_is_known(value) || !converted(call, &conversion, value, &text) ||
            !write_converted(writer, &conversion, text))
            return false;
    }
    return true;
}

/* Once to measure, once to write: what the first pass put into the arena is given back. */
static bool
format_text(const struct fold_call *call, struct str format, const struct format_values *values,
            struct value *ret_value)
{
    struct arena_mark mark = arena_mark(call->arena);
    struct writer measure = {0}, writer = {0};
    bool is_done = format_into(call, format, values, &measure);

    arena_release(call->arena, mark);
    if (!is_done)
        return false;
    writer.into = fold_room(call, measure.len);
    if (!writer.into || !format_into(call, format, values, &writer))
        return false;
    *ret_value = value_string((struct str){writer.into, writer.len});
    return true;
}

bool
fold_sprintf(const struct fold_call *call, struct value *ret_value)
{
    struct format_values values = {.list = call->arguments + 1, .count = (int64_t)call->count - 1};
    struct str format;

    return fold_text_at(call, 0, &format) && format_text(call, format, &values, ret_value);
}

bool
fold_vsprintf(const struct fold_call *call, struct value *ret_value)
{
    struct format_values values = {0};
    struct str format;

    if (!fold_text_at(call, 0, &format) || !fold_array_at(call, 1, &values.items))
        return false;
    values.count = values.items->count;
    return format_text(call, format, &values, ret_value);
}
