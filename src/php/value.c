#include "php/value.h"

#include <stdlib.h>

static bool
same_scalar(struct value a, struct value b)
{
    if (a.kind != b.kind)
        return false;
    switch ((enum value_kind)a.kind) {
    case VALUE_UNKNOWN:
        return false;
    case VALUE_NULL:
        return true;
    case VALUE_BOOL:
    case VALUE_INTEGER:
        return a.number == b.number;
    case VALUE_STRING:
        return str_eq(a.text, b.text);
    case VALUE_ARRAY:
        return a.items == b.items;
    case VALUE_OBJECT:
        return str_eq(a.text, b.text);
    case VALUE_CLOSURE:
        return a.code == b.code;
    }
    return false;
}

/* What holds nothing of a visitor's harms nobody: what is clean of the other stays clean. */
static uint32_t
cleanness(struct value a, struct value b)
{
    bool a_harmless = !(a.taint & (TAINT_VISITOR | TAINT_SETTER)) && !a.parameters;
    bool b_harmless = !(b.taint & (TAINT_VISITOR | TAINT_SETTER)) && !b.parameters;

    if (a_harmless && b_harmless)
        return a.clean & b.clean;
    if (a_harmless)
        return b.clean;
    if (b_harmless)
        return a.clean;
    return a.clean & b.clean;
}

struct value
value_both(struct value a, struct value b)
{
    return (struct value){
        .kind = VALUE_UNKNOWN,
        .made = a.made | b.made,
        .taint = a.taint | b.taint,
        .clean = cleanness(a, b),
        .parameters = a.parameters | b.parameters,
        .origin = a.origin ? a.origin : b.origin,
    };
}

struct value
value_either(struct value a, struct value b)
{
    struct value either = value_both(a, b);

    if (same_scalar(a, b)) {
        struct value same = a;

        same.made = either.made;
        same.taint = either.taint;
        same.clean = either.clean;
        same.parameters = either.parameters;
        same.origin = either.origin;
        return same;
    }
    bool a_truth, b_truth;

    if (value_truth(a, &a_truth) && value_truth(b, &b_truth) && a_truth == b_truth)
        either.truth = a_truth ? TRUTH_YES : TRUTH_NO;
    if (a.kind == VALUE_OBJECT && b.kind <= VALUE_NULL) {
        either.kind = VALUE_OBJECT;
        either.text = a.text;
    } else if (b.kind == VALUE_OBJECT && a.kind <= VALUE_NULL) {
        either.kind = VALUE_OBJECT;
        either.text = b.text;
    }
    return either;
}

bool
value_text(struct value value, struct arena *arena, struct str *ret_text)
{
    switch ((enum value_kind)value.kind) {
    case VALUE_STRING:
        *ret_text = value.text;
        return true;
    case VALUE_NULL:
        *ret_text = STR_EMPTY;
        return true;
    case VALUE_BOOL:
        *ret_text = value.number ? STR("1") : STR_EMPTY;
        return true;
    case VALUE_INTEGER:
        *ret_text = arena_printf(arena, "%lld", (long long)value.number);
        return ret_text->len > 0;
    case VALUE_ARRAY:
        *ret_text = STR("Array");
        return true;
    case VALUE_UNKNOWN:
    case VALUE_OBJECT:
    case VALUE_CLOSURE:
        break;
    }
    return false;
}

/* As PHP reads a number in front of a string: "12abc" is 12, "abc" is 0. */
static int64_t
leading_number(struct str text)
{
    char digits[24];
    size_t count = 0, at = 0;

    while (at < text.len &&
           (text.data[at] == ' ' || (text.data[at] >= '\t' && text.data[at] <= '\r')))
        at++;
    if (at < text.len && (text.data[at] == '-' || text.data[at] == '+'))
        digits[count++] = text.data[at++];
    while (at < text.len && str_is_digit(text.data[at]) && count < sizeof(digits) - 1)
        digits[count++] = text.data[at++];
    digits[count] = '\0';
    return strtoll(digits, NULL, 10);
}

bool
value_number(struct value value, int64_t *ret_number)
{
    switch ((enum value_kind)value.kind) {
    case VALUE_BOOL:
    case VALUE_INTEGER:
        *ret_number = value.number;
        return true;
    case VALUE_NULL:
        *ret_number = 0;
        return true;
    case VALUE_STRING:
        *ret_number = leading_number(value.text);
        return true;
    case VALUE_ARRAY:
        *ret_number = value.items->count > 0;
        return true;
    case VALUE_UNKNOWN:
    case VALUE_OBJECT:
    case VALUE_CLOSURE:
        break;
    }
    return false;
}

bool
value_truth(struct value value, bool *ret_truth)
{
    switch ((enum value_kind)value.kind) {
    case VALUE_BOOL:
    case VALUE_INTEGER:
        *ret_truth = value.number != 0;
        return true;
    case VALUE_NULL:
        *ret_truth = false;
        return true;
    case VALUE_STRING:
        *ret_truth = value.text.len > 0 && !str_eq(value.text, STR("0"));
        return true;
    case VALUE_ARRAY:
        *ret_truth = value.items->count > 0;
        return true;
    case VALUE_OBJECT:
    case VALUE_CLOSURE:
        *ret_truth = true;
        return true;
    case VALUE_UNKNOWN:
        *ret_truth = value.truth == TRUTH_YES;
        return value.truth != TRUTH_ANY;
    }
    return false;
}

/* "7" and "-7" are integer keys, "07", "+7" and "7.0" are not. */
static bool
is_integer_key(struct str text, int64_t *ret_number)
{
    struct str digits = text;
    uint64_t number;
    bool is_negative = str_skip(&digits, STR("-"));

    if (!str_u64(digits, &number) || number > INT64_MAX ||
        (digits.len > 1 && digits.data[0] == '0'))
        return false;
    if (is_negative && number == 0)
        return false;
    *ret_number = is_negative ? -(int64_t)number : (int64_t)number;
    return true;
}

const struct value *
items_find(const struct items *items, struct value key)
{
    int64_t number = 0;
    bool is_number;

    if (key.kind == VALUE_STRING)
        is_number = is_integer_key(key.text, &number);
    else
        is_number = value_number(key, &number);
    for (uint32_t i = items->count; i-- > 0;) {
        const struct item *item = &items->list[i];

        if (is_number ? !item->is_text_key && item->number == number
                      : item->is_text_key && str_eq(item->key, key.text))
            return item->value;
    }
    return NULL;
}
