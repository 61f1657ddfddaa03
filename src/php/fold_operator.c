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

    if (!fold_operand(left, &a) || !fold_operand(right, &b))
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
    struct fold_number x, y;
    int64_t a, b, number = 0;

    if (!fold_operand(left, &x) || !fold_operand(right, &y) || !fold_whole(left, &a) ||
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

static bool
invert(struct value operand, struct arena *arena, struct value *ret_value)
{
    char *bits;

    if (operand.kind == VALUE_INTEGER) {
        *ret_value = value_integer(~operand.number);
        return true;
    }
    if (operand.kind != VALUE_STRING || operand.text.len > FOLD_BYTES_MAX)
        return false;
    bits = arena_alloc(arena, operand.text.len + 1);
    if (!bits)
        return false;
    for (size_t i = 0; i < operand.text.len; i++)
        bits[i] = (char)~fold_byte(operand.text, i);
    *ret_value = value_string((struct str){bits, operand.text.len});
    fold_mark(ret_value, MADE_XOR);
    return true;
}

bool
fold_unary(uint8_t op, struct value operand, struct arena *arena, struct value *ret_value)
{
    struct value result;
    bool truth;

    if (!value_is_known(operand))
        return false;
    if (op == '@') {
        result = operand;
    } else if (op == '!') {
        if (!value_truth(operand, &truth))
            return false;
        result = value_bool(!truth);
    } else if (op == '~') {
        if (!invert(operand, arena, &result))
            return false;
    } else if (op == '-' || op == '+') {
        if (!arithmetic('*', operand, value_integer(op == '-' ? -1 : 1), arena, &result))
            return false;
    } else {
        return false;
    }
    fold_inherit(&result, operand);
    *ret_value = result;
    return true;
}

static bool
to_array(struct value operand, struct arena *arena, struct value *ret_value)
{
    struct fold_budget budget = {0};
    struct fold_call call = {.arena = arena, .budget = &budget};
    struct fold_list list;

    if (operand.kind == VALUE_ARRAY) {
        *ret_value = operand;
        return true;
    }
    if (!fold_list_init(&list, &call, 1))
        return false;
    if (operand.kind != VALUE_NULL) {
        struct value *item = fold_keep(arena, operand);

        if (!item)
            return false;
        fold_list_add(&list, item);
    }
    return fold_list_value(&list, ret_value);
}

/* A cast complains of nothing: text that is no number is 0. */
static bool
to_number(struct value operand, bool is_real, struct arena *arena, struct value *ret_value)
{
    struct fold_number number = {0};
    int64_t whole;

    if (is_real && fold_operand(operand, &number) && number.is_real)
        return fold_real(number.real, arena, ret_value);
    if (!fold_whole(operand, &whole))
        return false;
    *ret_value = value_integer(whole);
    return true;
}

bool
fold_cast(uint8_t cast, struct value operand, struct arena *arena, struct value *ret_value)
{
    struct value result;
    struct str text;
    bool truth, is_done = false;

    if (!value_is_known(operand))
        return false;
    if (cast == CAST_INTEGER || cast == CAST_FLOAT) {
        is_done = to_number(operand, cast == CAST_FLOAT, arena, &result);
    } else if (cast == CAST_STRING) {
        is_done = value_text(operand, arena, &text);
        result = value_string(text);
    } else if (cast == CAST_BOOL) {
        is_done = value_truth(operand, &truth);
        result = value_bool(truth);
    } else if (cast == CAST_ARRAY) {
        is_done = to_array(operand, arena, &result);
    } else if (cast == CAST_UNSET) {
        is_done = true;
        result = (struct value){.kind = VALUE_NULL};
    }
    if (!is_done)
        return false;
    fold_inherit(&result, operand);
    *ret_value = result;
    return true;
}

/* Offsets below zero count from the end. "1" is an offset, "1x" too with a
 * warning, "x" and "1.5" are exceptions. */
static bool
text_index(struct str text, struct value index, struct value *ret_value)
{
    struct fold_number number;
    int64_t at;

    if (!fold_operand(index, &number) || (index.kind == VALUE_STRING && number.is_real))
        return false;
    at = fold_truncate(number);
    if (at < 0)
        at = at < -(int64_t)text.len ? INT64_MAX : at + (int64_t)text.len;
    if (at >= (int64_t)text.len) {
        *ret_value = value_string(STR_EMPTY);
        return true;
    }
    *ret_value = value_string((struct str){text.data + at, 1});
    fold_mark(ret_value, MADE_PICK);
    return true;
}

static bool
array_index(const struct items *items, struct value index, struct value *ret_value)
{
    const struct value *item;
    struct item key;

    if (!fold_key(index, &key))
        return false;
    item = items_find(items, fold_key_value(&key));
    if (!item) {
        *ret_value = (struct value){.kind = VALUE_NULL};
        return true;
    }
    if (!value_is_known(*item))
        return false;
    *ret_value = *item;
    if (item->kind == VALUE_STRING && item->text.len == 1)
        fold_mark(ret_value, MADE_PICK);
    return true;
}

bool
fold_index(struct value base, struct value index, struct arena *arena, struct value *ret_value)
{
    struct value result;

    (void)arena;
    if (!value_is_known(base) || !value_is_known(index))
        return false;
    if (base.kind == VALUE_STRING) {
        if (!text_index(base.text, index, &result))
            return false;
        fold_inherit(&result, base);
    } else if (base.kind == VALUE_ARRAY) {
        if (!array_index(base.items, index, &result))
            return false;
    } else {
        result = (struct value){.kind = VALUE_NULL};
        fold_inherit(&result, base);
    }
    fold_inherit(&result, index);
    *ret_value = result;
    return true;
}

/* Counts letters and digits up from the end, with a carry; another character stops it. */
static bool
count_up(struct str text, struct arena *arena, struct value *ret_value)
{
    char *copy, carry = '\0';
    size_t at = text.len;

    if (text.len >= FOLD_BYTES_MAX)
        return false;
    copy = arena_alloc(arena, text.len + 2);
    if (!copy)
        return false;
    memcpy(copy + 1, text.data, text.len);
    while (at > 0) {
        char *c = &copy[at];

        carry = '\0';
        if (*c == 'z' || *c == 'Z' || *c == '9') {
            carry = *c == '9' ? '1' : (char)(*c - 25);
            *c = *c == '9' ? '0' : (char)(*c - 25);
            at--;
            continue;
        }
        if (str_is_digit(*c) || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z'))
            ++*c;
        break;
    }
    copy[0] = carry;
    *ret_value =
        value_string(carry ? (struct str){copy, text.len + 1} : (struct str){copy + 1, text.len});
    fold_mark(ret_value, MADE_STEP);
    return true;
}

static bool
step_text(uint8_t op, struct value operand, struct arena *arena, struct value *ret_value)
{
    struct fold_number number;

    if (operand.text.len == 0) {
        *ret_value = op == '+' ? value_string(STR("1")) : value_integer(-1);
        return true;
    }
    if (fold_number_read(operand.text, &number) == FOLD_NUMERIC_WHOLE)
        return arithmetic(op, operand, value_integer(1), arena, ret_value);
    if (op == '+')
        return count_up(operand.text, arena, ret_value);
    *ret_value = operand;
    return true;
}

bool
fold_step(uint8_t op, struct value operand, struct arena *arena, struct value *ret_value)
{
    struct value result;

    if (op != '+' && op != '-')
        return false;
    if (operand.kind == VALUE_STRING) {
        if (!step_text(op, operand, arena, &result))
            return false;
    } else if (operand.kind == VALUE_INTEGER) {
        if (!arithmetic(op, operand, value_integer(1), arena, &result))
            return false;
    } else if (operand.kind == VALUE_NULL) {
        result = op == '+' ? value_integer(1) : operand;
    } else if (operand.kind == VALUE_BOOL) {
        result = operand;
    } else {
        return false;
    }
    fold_inherit(&result, operand);
    *ret_value = result;
    return true;
}
