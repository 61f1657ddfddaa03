#include <math.h>

#include "php/ast.h"
#include "php/fold_parts.h"

/* + - * of whole numbers; one that does not fit becomes a float. */
static bool
whole_arithmetic(uint8_t op, int64_t a, int64_t b, int64_t *ret_number)
{
    if (op == '+')
        return !__builtin_add_overflow(a, b, ret_number);
    if (op == '-')
        return !__builtin_sub_overflow(a, b, ret_number);
    return !__builtin_mul_overflow(a, b, ret_number);
}

/* PHP 7 gives INF and NAN for a division by zero and goes on; PHP 8 stops with an exception. */
static bool
divide(struct fold_number a, struct fold_number b, struct arena *arena, struct value *ret_value)
{
    if (b.real == 0) {
        if (a.real == 0 || isnan(a.real))
            return fold_real((double)NAN, arena, ret_value);
        return fold_real(a.real > 0 ? (double)INFINITY : -(double)INFINITY, arena, ret_value);
    }
    if (!a.is_real && !b.is_real && !(a.integer == INT64_MIN && b.integer == -1) &&
        a.integer % b.integer == 0) {
        *ret_value = value_integer(a.integer / b.integer);
        return true;
    }
    return fold_real(a.real / b.real, arena, ret_value);
}

static bool
power(struct fold_number a, struct fold_number b, struct arena *arena, struct value *ret_value)
{
    int64_t result = 1;

    if (a.is_real || b.is_real || b.integer < 0)
        return fold_real(pow(a.real, b.real), arena, ret_value);
    if (a.integer >= -1 && a.integer <= 1) {
        *ret_value = value_integer(b.integer == 0                        ? 1
                                   : a.integer < 0 && b.integer % 2 == 0 ? 1
                                                                         : a.integer);
        return true;
    }
    for (int64_t i = 0; i < b.integer; i++) {
        if (__builtin_mul_overflow(result, a.integer, &result))
            return fold_real(pow(a.real, b.real), arena, ret_value);
    }
    *ret_value = value_integer(result);
    return true;
}

static bool
arithmetic(uint8_t op, struct value left, struct value right, struct arena *arena,
           struct value *ret_value)
{
    struct fold_number a, b;
    int64_t number;

    if (!fold_operand_of_any(left, &a) || !fold_operand_of_any(right, &b))
        return false;
    if (op == '/')
        return divide(a, b, arena, ret_value);
    if (op == OP_POWER)
        return power(a, b, arena, ret_value);
    if (!a.is_real && !b.is_real && whole_arithmetic(op, a.integer, b.integer, &number)) {
        *ret_value = value_integer(number);
        return true;
    }
    return fold_real(op == '+'   ? a.real + b.real
                     : op == '-' ? a.real - b.real
                                 : a.real * b.real,
                     arena, ret_value);
}

/* % << >> and the bits of numbers. */
static bool
whole_operator(uint8_t op, struct value left, struct value right, struct value *ret_value)
{
    int64_t a, b, number = 0;

    if (left.kind == VALUE_ARRAY || right.kind == VALUE_ARRAY || !fold_whole(left, &a) ||
        !fold_whole(right, &b))
        return false;
    if ((op == '%' && b == 0) || ((op == OP_SHIFT_LEFT || op == OP_SHIFT_RIGHT) && b < 0))
        return false;
    if (op == '%')
        number = b == -1 ? 0 : a % b;
    else if (op == OP_SHIFT_LEFT)
        number = b >= 64 ? 0 : (int64_t)((uint64_t)a << b);
    else if (op == OP_SHIFT_RIGHT)
        number = b >= 64 ? (a < 0 ? -1 : 0) : a >> b;
    else if (op == '^')
        number = a ^ b;
    else if (op == '|')
        number = a | b;
    else
        number = a & b;
    *ret_value = value_integer(number);
    return true;
}

/* Of two texts, byte by byte: | as long as the longer one, ^ and & as the shorter. */
static bool
text_bits(uint8_t op, struct str a, struct str b, struct arena *arena, struct value *ret_value)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    size_t len = op == '|' && a.len + b.len > 2 * shared ? a.len + b.len - shared : shared;
    char *bits = len <= FOLD_BYTES_MAX ? arena_alloc(arena, len + 1) : NULL;

    if (!bits)
        return false;
    for (size_t i = 0; i < shared; i++) {
        unsigned x = fold_byte(a, i), y = fold_byte(b, i);

        bits[i] = (char)(op == '^' ? x ^ y : op == '|' ? x | y : x & y);
    }
    if (len > shared)
        memcpy(bits + shared, (a.len > b.len ? a.data : b.data) + shared, len - shared);
    *ret_value = value_string((struct str){bits, len});
    fold_mark(ret_value, MADE_XOR);
    return true;
}

bool
fold_concat(const struct value *parts, uint32_t count, struct arena *arena, struct value *ret_value)
{
    struct arena_mark mark = arena_mark(arena);
    size_t len = 0, at = 0;
    struct str text;
    char *all;

    for (uint32_t i = 0; i < count; i++) {
        if (!value_is_known(parts[i]) || !value_text(parts[i], arena, &text))
            return false;
        len += text.len;
        if (len > FOLD_BYTES_MAX)
            return false;
    }
    /* Only texts of numbers were written so far: they are written again below. */
    arena_release(arena, mark);
    all = arena_alloc(arena, len + 1);
    if (!all)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!value_text(parts[i], arena, &text) || text.len > len - at)
            return false;
        if (text.len)
            memcpy(all + at, text.data, text.len);
        at += text.len;
    }
    *ret_value = value_string((struct str){all, at});
    for (uint32_t i = 0; i < count; i++)
        fold_inherit(ret_value, parts[i]);
    fold_mark(ret_value, MADE_CONCAT);
    return true;
}

/* The left array, and what only the right one has. */
static bool
array_union(struct value left, struct value right, struct arena *arena, struct value *ret_value)
{
    struct fold_budget budget = {0};
    struct fold_call call = {.arena = arena, .budget = &budget};
    struct fold_list list;

    if (!fold_list_init(&list, &call, (size_t)left.items->count + right.items->count))
        return false;
    for (uint32_t i = 0; i < left.items->count; i++)
        fold_list_put(&list, left.items->list[i], left.items->list[i].value);
    for (uint32_t i = 0; i < right.items->count; i++)
        fold_list_put_new(&list, right.items->list[i], right.items->list[i].value);
    return fold_list_value(&list, ret_value);
}

static bool
comparison(uint8_t op, struct value left, struct value right, struct arena *arena,
           struct value *ret_value)
{
    uint32_t steps = FOLD_COMPARE_STEPS_MAX;
    bool is_same;
    int order;

    if (op == OP_SAME || op == OP_NOT_SAME) {
        if (!fold_same(left, right, &steps, &is_same))
            return false;
        *ret_value = value_bool(is_same == (op == OP_SAME));
        return true;
    }
    if (!fold_compare(left, right, arena, &steps, &order))
        return false;
    *ret_value = op == OP_SPACESHIP    ? value_integer(order)
                 : op == OP_EQUAL      ? value_bool(order == 0)
                 : op == OP_NOT_EQUAL  ? value_bool(order != 0)
                 : op == '<'           ? value_bool(order < 0)
                 : op == '>'           ? value_bool(order > 0)
                 : op == OP_LESS_EQUAL ? value_bool(order <= 0)
                                       : value_bool(order >= 0);
    return true;
}

static bool
logic(uint8_t op, struct value left, struct value right, struct value *ret_value)
{
    bool a, b;

    if (!value_truth(left, &a) || !value_truth(right, &b))
        return false;
    *ret_value = value_bool(op == OP_AND ? a && b : op == OP_OR ? a || b : a != b);
    return true;
}

static bool
evaluate(uint8_t op, struct value left, struct value right, struct arena *arena,
         struct value *ret_value)
{
    bool are_texts = left.kind == VALUE_STRING && right.kind == VALUE_STRING;

    switch (op) {
    case '+':
        if (left.kind == VALUE_ARRAY && right.kind == VALUE_ARRAY)
            return array_union(left, right, arena, ret_value);
        return arithmetic(op, left, right, arena, ret_value);
    case '-':
    case '*':
    case '/':
    case OP_POWER:
        return arithmetic(op, left, right, arena, ret_value);
    case '^':
    case '|':
    case '&':
        if (are_texts)
            return text_bits(op, left.text, right.text, arena, ret_value);
        return whole_operator(op, left, right, ret_value);
    case '%':
    case OP_SHIFT_LEFT:
    case OP_SHIFT_RIGHT:
        return whole_operator(op, left, right, ret_value);
    case OP_AND:
    case OP_OR:
    case OP_XOR:
        return logic(op, left, right, ret_value);
    case OP_EQUAL:
    case OP_NOT_EQUAL:
    case OP_SAME:
    case OP_NOT_SAME:
    case OP_LESS_EQUAL:
    case OP_MORE_EQUAL:
    case OP_SPACESHIP:
    case '<':
    case '>':
        return comparison(op, left, right, arena, ret_value);
    default:
        return false;
    }
}

/* The right side of && and || is not even looked at. */
static bool
decided_by_left(uint8_t op, struct value left, struct value *ret_value)
{
    bool truth;

    if ((op != OP_AND && op != OP_OR) || !value_is_known(left) || !value_truth(left, &truth) ||
        truth != (op == OP_OR))
        return false;
    *ret_value = value_bool(truth);
    return true;
}

bool
fold_binary(uint8_t op, struct value left, struct value right, struct arena *arena,
            struct value *ret_value)
{
    struct value result, parts[] = {left, right};

    if (op == OP_COALESCE && value_is_known(left)) {
        result = left.kind == VALUE_NULL ? right : left;
        if (!value_is_known(result))
            return false;
        *ret_value = result;
        return true;
    }
    if (decided_by_left(op, left, &result)) {
        fold_inherit(&result, left);
        *ret_value = result;
        return true;
    }
    if (!value_is_known(left) || !value_is_known(right))
        return false;
    if (op == '.')
        return fold_concat(parts, 2, arena, ret_value);
    if (!evaluate(op, left, right, arena, &result))
        return false;
    fold_inherit(&result, left);
    fold_inherit(&result, right);
    *ret_value = result;
    return true;
}
