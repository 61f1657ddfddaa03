#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "php/fold_parts.h"

/* Longer digits than these are no number here: nobody writes them. */
#define NUMBER_LEN_MAX 320

static size_t
skip_digits(struct str text, size_t at)
{
    while (at < text.len && str_is_digit(text.data[at]))
        at++;
    return at;
}

/* Where the number that begins at `at` ends; `at` itself when none does. */
static size_t
number_end(struct str text, size_t at, bool *ret_is_real)
{
    size_t start = at, digits, end;

    *ret_is_real = false;
    if (at < text.len && (text.data[at] == '-' || text.data[at] == '+'))
        at++;
    end = skip_digits(text, at);
    digits = end - at;
    if (end < text.len && text.data[end] == '.') {
        size_t fraction = skip_digits(text, end + 1);

        if (digits > 0 || fraction > end + 1) {
            digits += fraction - end - 1;
            *ret_is_real = true;
            end = fraction;
        }
    }
    if (digits == 0 && !*ret_is_real)
        return start;
    if (end < text.len && (text.data[end] == 'e' || text.data[end] == 'E')) {
        size_t exponent = end + 1, after;

        if (exponent < text.len && (text.data[exponent] == '-' || text.data[exponent] == '+'))
            exponent++;
        after = skip_digits(text, exponent);
        if (after > exponent) {
            *ret_is_real = true;
            end = after;
        }
    }
    return end;
}

/* A whole number too large for 64 bits is a float. */
static void
read_digits(const char *digits, bool is_real, struct fold_number *number)
{
    char *end;

    number->real = strtod(digits, NULL);
    number->is_real = is_real || number->real >= 9.3e18 || number->real <= -9.3e18;
    if (number->is_real)
        return;
    number->integer = strtoll(digits, &end, 10);
    if ((number->integer == INT64_MAX && number->real > 0) ||
        (number->integer == INT64_MIN && number->real < 0)) {
        const char *last = end - 1;

        number->is_real = *last != (number->integer > 0 ? '7' : '8');
    }
}

/* Looks at the beginning alone, however long the text is: what calls this counts no steps. */
enum fold_numeric
fold_number_read(struct str whole, struct fold_number *ret_number)
{
    struct str text = str_first(whole, 4 * NUMBER_LEN_MAX);
    char digits[NUMBER_LEN_MAX + 1];
    size_t start = 0, end;
    bool is_real;

    *ret_number = (struct fold_number){0};
    while (start < text.len && fold_is_blank(text.data[start]))
        start++;
    end = number_end(text, start, &is_real);
    if (end == start || end - start > NUMBER_LEN_MAX)
        return FOLD_NUMERIC_NONE;
    memcpy(digits, text.data + start, end - start);
    digits[end - start] = '\0';
    read_digits(digits, is_real, ret_number);
    while (end < text.len && fold_is_blank(text.data[end]))
        end++;
    return end == whole.len ? FOLD_NUMERIC_WHOLE : FOLD_NUMERIC_FRONT;
}

static struct fold_number
number_of_integer(int64_t integer)
{
    return (struct fold_number){.integer = integer, .real = (double)integer};
}

/* The text that a float is here. */
static bool
read_special(struct str text, struct fold_number *number)
{
    number->is_real = true;
    if (str_eq(text, STR("NAN")))
        number->real = (double)NAN;
    else if (str_eq(text, STR("INF")))
        number->real = (double)INFINITY;
    else if (str_eq(text, STR("-INF")))
        number->real = -(double)INFINITY;
    else
        return false;
    return true;
}

bool
fold_operand(struct value value, struct fold_number *ret_number)
{
    if (value.kind == VALUE_STRING)
        return fold_number_read(value.text, ret_number) != FOLD_NUMERIC_NONE ||
               read_special(value.text, ret_number);
    if (value.kind != VALUE_NULL && value.kind != VALUE_BOOL && value.kind != VALUE_INTEGER)
        return false;
    *ret_number = number_of_integer(value.kind == VALUE_NULL ? 0 : value.number);
    return true;
}

int64_t
fold_truncate(struct fold_number number)
{
    if (!number.is_real)
        return number.integer;
    if (!(number.real > -9.2e18 && number.real < 9.2e18))
        return 0;
    return (int64_t)number.real;
}

bool
fold_operand_of_any(struct value value, struct fold_number *ret_number)
{
    if (fold_operand(value, ret_number))
        return true;
    *ret_number = number_of_integer(0);
    return value.kind == VALUE_STRING;
}

bool
fold_whole(struct value value, int64_t *ret_number)
{
    struct fold_number number;

    if (!fold_operand(value, &number)) {
        *ret_number = 0;
        return value.kind == VALUE_STRING || value_number(value, ret_number);
    }
    *ret_number = fold_truncate(number);
    /* Digits beyond 64 bits end at the largest number, where a float of that size is 0. */
    if (number.is_real && value.kind == VALUE_STRING && number.real >= 9.2e18)
        *ret_number = isinf(number.real) ? 0 : INT64_MAX;
    else if (number.is_real && value.kind == VALUE_STRING && number.real <= -9.2e18)
        *ret_number = isinf(number.real) ? 0 : INT64_MIN;
    return true;
}

/* %.14G with an exponent as PHP writes it: 1.0E+25, not 1E+25. */
static struct str
real_text(double real, struct arena *arena)
{
    char plain[64];
    const char *exponent;

    (void)snprintf(plain, sizeof(plain), "%.14G", real);
    exponent = strchr(plain, 'E');
    if (!exponent)
        return arena_str(arena, str_from_cstr(plain));
    return arena_printf(arena, "%.*s%sE%c%ld", (int)(exponent - plain), plain,
                        memchr(plain, '.', (size_t)(exponent - plain)) ? "" : ".0", exponent[1],
                        strtol(exponent + 2, NULL, 10));
}

bool
fold_real(double real, struct arena *arena, struct value *ret_value)
{
    struct str text;

    if (isnan(real)) {
        text = STR("NAN");
    } else if (isinf(real)) {
        text = real > 0 ? STR("INF") : STR("-INF");
    } else if (real > -1e15 && real < 1e15 && real == trunc(real) &&
               !(real == 0 && signbit(real))) {
        *ret_value = value_integer((int64_t)real);
        return true;
    } else {
        text = real_text(real, arena);
    }
    *ret_value = value_string(text);
    return text.len > 0;
}

/* A parameter of type int or float: text must be a number. */
static bool
operand_at(const struct fold_call *call, uint32_t index, struct fold_number *ret_number)
{
    return index < call->count && fold_operand(call->arguments[index], ret_number);
}

bool
fold_abs(const struct fold_call *call, struct value *ret_value)
{
    struct fold_number number;

    if (!operand_at(call, 0, &number))
        return false;
    if (number.is_real || number.integer == INT64_MIN)
        return fold_real(fabs(number.real), call->arena, ret_value);
    *ret_value = value_integer(number.integer < 0 ? -number.integer : number.integer);
    return true;
}

/* floor 'f', ceil 'c', round 'r' (halves away from zero). */
bool
fold_round(const struct fold_call *call, struct value *ret_value)
{
    struct fold_number number;
    int64_t digits;
    double scale;

    if (!operand_at(call, 0, &number) || !fold_number_or(call, 1, 0, &digits) || digits < -15 ||
        digits > 15)
        return false;
    if (!number.is_real && digits >= 0) {
        *ret_value = value_integer(number.integer);
        return true;
    }
    if (call->variant == 'f')
        return fold_real(floor(number.real), call->arena, ret_value);
    if (call->variant == 'c')
        return fold_real(ceil(number.real), call->arena, ret_value);
    scale = pow(10, (double)(digits < 0 ? -digits : digits));
    if (digits < 0)
        return fold_real(round(number.real / scale) * scale, call->arena, ret_value);
    return fold_real(round(number.real * scale) / scale, call->arena, ret_value);
}

bool
fold_pow(const struct fold_call *call, struct value *ret_value)
{
    return call->count == 2 && fold_binary(call->variant, call->arguments[0], call->arguments[1],
                                           call->arena, ret_value);
}

bool
fold_intdiv(const struct fold_call *call, struct value *ret_value)
{
    int64_t dividend, divisor;

    if (!fold_number_at(call, 0, &dividend) || !fold_number_at(call, 1, &divisor) || divisor == 0 ||
        (dividend == INT64_MIN && divisor == -1))
        return false;
    *ret_value = value_integer(dividend / divisor);
    return true;
}

/* min '<' and max '>' of all arguments or of the items of one array. */
bool
fold_extreme(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items = NULL;
    uint32_t steps = FOLD_COMPARE_STEPS_MAX, count = call->count;
    struct value best = VALUE_NOTHING;

    if (count == 1) {
        if (!fold_array_at(call, 0, &items) || items->count == 0)
            return false;
        count = items->count;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct value one = items ? *items->list[i].value : call->arguments[i];
        int order;

        if (i == 0) {
            best = one;
            continue;
        }
        if (!fold_compare(one, best, call->arena, &steps, &order))
            return false;
        if (call->variant == '<' ? order < 0 : order > 0)
            best = one;
    }
    *ret_value = best;
    return value_is_known(best);
}

/* Digits of any base from 2 to 36; others are passed over, as PHP does with a notice. */
static bool
digits_number(struct str digits, unsigned base, uint64_t *ret_number)
{
    uint64_t number = 0;

    for (size_t i = 0; i < digits.len; i++) {
        char c = fold_lower(digits.data[i]);
        unsigned digit = str_is_digit(c)          ? (unsigned)(c - '0')
                         : (c >= 'a' && c <= 'z') ? (unsigned)(c - 'a') + 10
                                                  : 36;

        if (digit >= base)
            continue;
        if (__builtin_mul_overflow(number, base, &number) ||
            __builtin_add_overflow(number, digit, &number))
            return false;
    }
    *ret_number = number;
    return true;
}

static struct str
number_digits(uint64_t number, unsigned base, struct arena *arena)
{
    char digits[64];
    size_t at = sizeof(digits);

    do {
        digits[--at] = "0123456789abcdefghijklmnopqrstuvwxyz"[number % base];
        number /= base;
    } while (number > 0);
    return arena_str(arena, (struct str){digits + at, sizeof(digits) - at});
}

/* "0x1f", "0b101" and "0o17" are read in their own base. */
static struct str
without_base_mark(struct str digits, unsigned base)
{
    char mark = base == 16 ? 'x' : base == 8 ? 'o' : base == 2 ? 'b' : '\0';

    if (mark && digits.len >= 2 && digits.data[0] == '0' && fold_lower(digits.data[1]) == mark)
        return str_from(digits, 2);
    return digits;
}

/* hexdec, octdec, bindec. */
bool
fold_base_to_dec(const struct fold_call *call, struct value *ret_value)
{
    struct str digits;
    uint64_t number;

    if (!fold_text_at(call, 0, &digits) || !fold_spend(call, digits.len) ||
        !digits_number(without_base_mark(digits, call->variant), call->variant, &number))
        return false;
    if (number > INT64_MAX)
        return fold_real((double)number, call->arena, ret_value);
    *ret_value = value_integer((int64_t)number);
    return true;
}

/* dechex, decoct, decbin: of the 64 bits without sign. */
bool
fold_dec_to_base(const struct fold_call *call, struct value *ret_value)
{
    int64_t number;

    if (!fold_number_at(call, 0, &number))
        return false;
    *ret_value = value_string(number_digits((uint64_t)number, call->variant, call->arena));
    return ret_value->text.len > 0;
}

bool
fold_base_convert(const struct fold_call *call, struct value *ret_value)
{
    struct str digits;
    int64_t from, to;
    uint64_t number;

    if (!fold_text_at(call, 0, &digits) || !fold_number_at(call, 1, &from) ||
        !fold_number_at(call, 2, &to) || from < 2 || from > 36 || to < 2 || to > 36 ||
        !fold_spend(call, digits.len) ||
        !digits_number(without_base_mark(digits, (unsigned)from), (unsigned)from, &number))
        return false;
    *ret_value = value_string(number_digits(number, (unsigned)to, call->arena));
    return ret_value->text.len > 0;
}

/* intval of text in another base: reads as strtol does. */
static bool
text_in_base(struct str text, int64_t base, int64_t *ret_number)
{
    char digits[NUMBER_LEN_MAX + 1];
    size_t count = 0;
    bool is_negative = false;

    while (text.len && fold_is_blank(text.data[0]))
        text = str_from(text, 1);
    if (text.len && (text.data[0] == '-' || text.data[0] == '+')) {
        is_negative = text.data[0] == '-';
        text = str_from(text, 1);
    }
    if (base == 0 && text.len >= 2 && text.data[0] == '0') {
        char mark = fold_lower(text.data[1]);

        base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
    }
    if (base == 0)
        base = 10;
    text = without_base_mark(text, (unsigned)base);
    if (text.len > NUMBER_LEN_MAX)
        return false;
    for (; count < text.len &&
           ((text.data[count] >= '0' && text.data[count] <= '9') ||
            (fold_lower(text.data[count]) >= 'a' && fold_lower(text.data[count]) <= 'z'));
         count++)
        digits[count + 1] = text.data[count];
    if (count >= NUMBER_LEN_MAX)
        return false;
    digits[0] = is_negative ? '-' : '+';
    digits[count + 1] = '\0';
    *ret_number = strtoll(digits, NULL, (int)base);
    return true;
}

bool
fold_intval(const struct fold_call *call, struct value *ret_value)
{
    int64_t base, number;

    if (!fold_number_or(call, 1, 10, &base) || base < 0 || base == 1 || base > 36)
        return false;
    if (base != 10 && call->arguments[0].kind == VALUE_STRING) {
        if (!text_in_base(call->arguments[0].text, base, &number))
            return false;
    } else if (!fold_whole(call->arguments[0], &number)) {
        return false;
    }
    *ret_value = value_integer(number);
    return true;
}

bool
fold_floatval(const struct fold_call *call, struct value *ret_value)
{
    return fold_cast(call->variant, call->arguments[0], call->arena, ret_value);
}

bool
fold_is_numeric(const struct fold_call *call, struct value *ret_value)
{
    struct value value = call->arguments[0];
    struct fold_number number;

    *ret_value = value_bool(value.kind == VALUE_INTEGER ||
                            (value.kind == VALUE_STRING &&
                             fold_number_read(value.text, &number) == FOLD_NUMERIC_WHOLE));
    return true;
}
