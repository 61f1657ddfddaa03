#include "php/fold_parts.h"

static int
order_of(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int
order_of_reals(double a, double b)
{
    /* NAN is unlike everything; PHP says 1. */
    return a < b ? -1 : a == b ? 0 : 1;
}

static int
order_of_numbers(struct fold_number a, struct fold_number b)
{
    if (a.is_real || b.is_real)
        return order_of_reals(a.real, b.real);
    return order_of(a.integer, b.integer);
}

static int
order_of_texts(struct str a, struct str b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.data, b.data, shared) : 0;

    return order ? (order > 0) - (order < 0) : (a.len > b.len) - (a.len < b.len);
}

/* "10" == "1e1": two numbers in text are compared as numbers. */
static int
order_of_strings(struct str a, struct str b)
{
    struct fold_number x, y;

    if (fold_number_read(a, &x) == FOLD_NUMERIC_WHOLE &&
        fold_number_read(b, &y) == FOLD_NUMERIC_WHOLE)
        return order_of_numbers(x, y);
    return order_of_texts(a, b);
}

/* 0 == "a" is false in PHP 8: text that is no number makes the number text. PHP 7 made it 0. */
static bool
order_with_integer(int64_t number, struct str text, struct arena *arena, int *ret_order)
{
    struct fold_number read;
    struct str digits;

    if (fold_number_read(text, &read) == FOLD_NUMERIC_WHOLE) {
        *ret_order =
            order_of_numbers((struct fold_number){.integer = number, .real = (double)number}, read);
        return true;
    }
    if (!value_text(value_integer(number), arena, &digits))
        return false;
    *ret_order = order_of_texts(digits, text);
    return true;
}

static bool
has_same_key(const struct item *a, const struct item *b)
{
    return a->is_text_key == b->is_text_key &&
           (a->is_text_key ? str_eq(a->key, b->key) : a->number == b->number);
}

static bool
order_of_arrays(const struct items *a, const struct items *b, struct arena *arena, uint32_t *steps,
                int *ret_order)
{
    *ret_order = order_of(a->count, b->count);
    if (*ret_order != 0 || a == b)
        return true;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct value *other;

        if (has_same_key(&a->list[i], &b->list[i])) {
            other = b->list[i].value;
        } else {
            uint32_t cost = 1 + b->count / 8;

            if (*steps < cost)
                return false;
            *steps -= cost;
            other = items_find(b, fold_key_value(&a->list[i]));
        }
        if (!other) {
            *ret_order = 1;
            return true;
        }
        if (!fold_compare(*a->list[i].value, *other, arena, steps, ret_order))
            return false;
        if (*ret_order != 0)
            return true;
    }
    return true;
}

static bool
order_by_truth(struct value a, struct value b, int *ret_order)
{
    bool x, y;

    if (!value_truth(a, &x) || !value_truth(b, &y))
        return false;
    *ret_order = order_of(x, y);
    return true;
}

/* A step, and one more for each so many bytes that both texts have; false: there are too few. */
static bool
take_steps(struct value a, struct value b, uint32_t *steps)
{
    size_t cost = 1;

    if (a.kind == VALUE_STRING && b.kind == VALUE_STRING)
        cost += (a.text.len < b.text.len ? a.text.len : b.text.len) / 256;
    if (cost > *steps)
        return false;
    *steps -= (uint32_t)cost;
    return true;
}

bool
fold_compare(struct value a, struct value b, struct arena *arena, uint32_t *steps, int *ret_order)
{
    if (!value_is_known(a) || !value_is_known(b) || !take_steps(a, b, steps))
        return false;
    if (a.kind == VALUE_STRING && b.kind == VALUE_STRING) {
        *ret_order = order_of_strings(a.text, b.text);
        return true;
    }
    if (a.kind == VALUE_NULL && b.kind == VALUE_STRING) {
        *ret_order = b.text.len ? -1 : 0;
        return true;
    }
    if (a.kind == VALUE_STRING && b.kind == VALUE_NULL) {
        *ret_order = a.text.len ? 1 : 0;
        return true;
    }
    if (a.kind <= VALUE_BOOL || b.kind <= VALUE_BOOL)
        return order_by_truth(a, b, ret_order);
    if (a.kind == VALUE_ARRAY && b.kind == VALUE_ARRAY)
        return order_of_arrays(a.items, b.items, arena, steps, ret_order);
    if (a.kind == VALUE_ARRAY || b.kind == VALUE_ARRAY) {
        *ret_order = a.kind == VALUE_ARRAY ? 1 : -1;
        return true;
    }
    if (a.kind == VALUE_INTEGER && b.kind == VALUE_INTEGER) {
        *ret_order = order_of(a.number, b.number);
        return true;
    }
    if (a.kind == VALUE_INTEGER)
        return order_with_integer(a.number, b.text, arena, ret_order);
    if (!order_with_integer(b.number, a.text, arena, ret_order))
        return false;
    *ret_order = -*ret_order;
    return true;
}

static bool
same_arrays(const struct items *a, const struct items *b, uint32_t *steps, bool *ret_same)
{
    *ret_same = a->count == b->count;
    if (!*ret_same || a == b)
        return true;
    for (uint32_t i = 0; i < a->count && *ret_same; i++) {
        const struct item *x = &a->list[i], *y = &b->list[i];

        if (!has_same_key(x, y)) {
            *ret_same = false;
            return true;
        }
        if (!fold_same(*x->value, *y->value, steps, ret_same))
            return false;
    }
    return true;
}

bool
fold_same(struct value a, struct value b, uint32_t *steps, bool *ret_same)
{
    if (!value_is_known(a) || !value_is_known(b) || !take_steps(a, b, steps))
        return false;
    *ret_same = false;
    if (a.kind != b.kind)
        return true;
    if (a.kind == VALUE_NULL)
        *ret_same = true;
    else if (a.kind == VALUE_STRING)
        *ret_same = str_eq(a.text, b.text);
    else if (a.kind == VALUE_ARRAY)
        return same_arrays(a.items, b.items, steps, ret_same);
    else
        *ret_same = a.number == b.number;
    return true;
}
