#include "php/ast.h"
#include "php/fold_parts.h"

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
        if (!fold_binary('*', operand, value_integer(op == '-' ? -1 : 1), arena, &result))
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

/*
 * Offsets below zero count from the end. Text is an offset by the number in front of it, 0
 * without one: PHP 7 warned, PHP 8 throws where there is none.
 */
static bool
text_index(struct str text, struct value index, struct value *ret_value)
{
    int64_t at;

    if (index.kind == VALUE_ARRAY || !fold_whole(index, &at))
        return false;
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
        return fold_binary(op, operand, value_integer(1), arena, ret_value);
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
        if (!fold_binary(op, operand, value_integer(1), arena, &result))
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
