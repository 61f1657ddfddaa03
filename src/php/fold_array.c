#include "php/fold_parts.h"

/* Room for as many items as all array arguments from `first` on have; false where one is none. */
static bool
list_for_all(const struct fold_call *call, uint32_t first, struct fold_list *list)
{
    const struct items *items;
    size_t count = 0;

    for (uint32_t i = first; i < call->count; i++) {
        if (!fold_array_at(call, i, &items))
            return false;
        count += items->count;
    }
    return fold_list_init(list, call, count);
}

/* Numbers as keys are given anew, text stays. */
static void
add_renumbered(struct fold_list *list, const struct item *item)
{
    if (item->is_text_key)
        fold_list_put(list, *item, item->value);
    else
        fold_list_add(list, item->value);
}

bool
fold_array_reverse(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct fold_list list;
    bool keeps_keys;

    if (!fold_array_at(call, 0, &items) || !fold_truth_or(call, 1, false, &keeps_keys) ||
        !fold_list_init(&list, call, items->count))
        return false;
    for (uint32_t i = items->count; i-- > 0;) {
        if (keeps_keys)
            fold_list_put(&list, items->list[i], items->list[i].value);
        else
            add_renumbered(&list, &items->list[i]);
    }
    return fold_list_value(&list, ret_value);
}

bool
fold_array_merge(const struct fold_call *call, struct value *ret_value)
{
    struct fold_list list;

    if (!list_for_all(call, 0, &list))
        return false;
    for (uint32_t i = 0; i < call->count; i++) {
        const struct items *items = call->arguments[i].items;

        for (uint32_t k = 0; k < items->count; k++)
            add_renumbered(&list, &items->list[k]);
    }
    return fold_list_value(&list, ret_value);
}

bool
fold_array_slice(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct fold_list list;
    int64_t start, len, size;
    bool keeps_keys;

    if (!fold_array_at(call, 0, &items) || !fold_number_at(call, 1, &start) ||
        !fold_number_or(call, 2, INT64_MAX, &len) || !fold_truth_or(call, 3, false, &keeps_keys) ||
        !fold_list_init(&list, call, items->count))
        return false;
    size = items->count;
    start = start > size ? size : start < -size ? 0 : start < 0 ? start + size : start;
    len = len < 0 ? (len < -size ? 0 : size - start + len) : len;
    for (int64_t i = start; i < size && i - start < len; i++) {
        if (keeps_keys)
            fold_list_put(&list, items->list[i], items->list[i].value);
        else
            add_renumbered(&list, &items->list[i]);
    }
    return fold_list_value(&list, ret_value);
}

bool
fold_array_values(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct fold_list list;

    if (!fold_array_at(call, 0, &items) || !fold_list_init(&list, call, items->count))
        return false;
    for (uint32_t i = 0; i < items->count; i++)
        fold_list_add(&list, items->list[i].value);
    return fold_list_value(&list, ret_value);
}

/* All keys. Those of one value are left out: nobody hides with them. */
bool
fold_array_keys(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct fold_list list;

    if (!fold_array_at(call, 0, &items) || !fold_list_init(&list, call, items->count))
        return false;
    for (uint32_t i = 0; i < items->count; i++) {
        struct value *key = fold_keep(call->arena, fold_key_value(&items->list[i]));

        if (!key)
            return false;
        fold_list_add(&list, key);
    }
    return fold_list_value(&list, ret_value);
}

bool
fold_array_flip(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct fold_list list;

    if (!fold_array_at(call, 0, &items) || !fold_list_init(&list, call, items->count))
        return false;
    for (uint32_t i = 0; i < items->count; i++) {
        struct value *old = fold_keep(call->arena, fold_key_value(&items->list[i]));
        uint8_t kind = items->list[i].value->kind;
        struct item key;

        if (!old || !fold_key(*items->list[i].value, &key))
            return false;
        /* PHP passes over the others with a warning. */
        if (kind == VALUE_STRING || kind == VALUE_INTEGER)
            fold_list_put(&list, key, old);
    }
    return fold_list_value(&list, ret_value);
}

bool
fold_array_combine(const struct fold_call *call, struct value *ret_value)
{
    const struct items *keys, *values;
    struct fold_list list;

    if (!fold_array_at(call, 0, &keys) || !fold_array_at(call, 1, &values) ||
        keys->count != values->count || !fold_list_init(&list, call, keys->count))
        return false;
    for (uint32_t i = 0; i < keys->count; i++) {
        struct str text;

        if (!value_text(*keys->list[i].value, call->arena, &text))
            return false;
        fold_list_put(&list, fold_key_of_text(text), values->list[i].value);
    }
    return fold_list_value(&list, ret_value);
}

bool
fold_array_fill(const struct fold_call *call, struct value *ret_value)
{
    struct fold_list list;
    struct value *value;
    int64_t start, count;

    if (!fold_number_at(call, 0, &start) || !fold_number_at(call, 1, &count) || count < 0 ||
        count > VALUE_ITEMS_MAX || start > INT64_MAX - count ||
        !fold_list_init(&list, call, (size_t)count))
        return false;
    value = fold_keep(call->arena, call->arguments[2]);
    if (!value)
        return false;
    for (int64_t i = 0; i < count; i++)
        fold_list_put(&list, (struct item){.number = start + i}, value);
    return fold_list_value(&list, ret_value);
}

bool
fold_array_fill_keys(const struct fold_call *call, struct value *ret_value)
{
    const struct items *keys;
    struct fold_list list;
    struct value *value = fold_keep(call->arena, call->arguments[1]);

    if (!value || !fold_array_at(call, 0, &keys) || !fold_list_init(&list, call, keys->count))
        return false;
    for (uint32_t i = 0; i < keys->count; i++) {
        struct str text;

        if (!value_text(*keys->list[i].value, call->arena, &text))
            return false;
        fold_list_put(&list, fold_key_of_text(text), value);
    }
    return fold_list_value(&list, ret_value);
}

bool
fold_array_pad(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct fold_list list;
    struct value *value;
    int64_t size;
    uint32_t missing;

    if (!fold_array_at(call, 0, &items) || !fold_number_at(call, 1, &size) ||
        size > VALUE_ITEMS_MAX || size < -VALUE_ITEMS_MAX)
        return false;
    if ((size < 0 ? -size : size) <= items->count) {
        *ret_value = call->arguments[0];
        return true;
    }
    missing = (uint32_t)(size < 0 ? -size : size) - items->count;
    value = fold_keep(call->arena, call->arguments[2]);
    if (!value || !fold_list_init(&list, call, (size_t)items->count + missing))
        return false;
    for (uint32_t i = 0; size < 0 && i < missing; i++)
        fold_list_add(&list, value);
    for (uint32_t i = 0; i < items->count; i++)
        add_renumbered(&list, &items->list[i]);
    for (uint32_t i = 0; size > 0 && i < missing; i++)
        fold_list_add(&list, value);
    return fold_list_value(&list, ret_value);
}

/* array_sum '+', array_product '*'. */
bool
fold_array_sum(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct value sum = value_integer(call->variant == '*');

    if (!fold_array_at(call, 0, &items))
        return false;
    for (uint32_t i = 0; i < items->count; i++) {
        struct value one = *items->list[i].value;
        struct fold_number number;

        /* Text that is no number is 0 here, and no exception as it is for the operator. */
        if (one.kind == VALUE_STRING && !fold_operand(one, &number))
            one = value_integer(0);
        if (one.kind == VALUE_ARRAY || !fold_binary(call->variant, sum, one, call->arena, &sum))
            return false;
    }
    *ret_value = sum;
    return true;
}

/* in_array 'i' says whether, array_search 's' under which key. */
bool
fold_in_array(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    uint32_t steps = FOLD_COMPARE_STEPS_MAX;
    bool is_strict;

    if (!fold_array_at(call, 1, &items) || !fold_truth_or(call, 2, false, &is_strict))
        return false;
    *ret_value = value_bool(false);
    for (uint32_t i = 0; i < items->count; i++) {
        struct value one = *items->list[i].value;
        bool is_same = false;
        int order = 1;

        if (!(is_strict ? fold_same(call->arguments[0], one, &steps, &is_same)
                        : fold_compare(call->arguments[0], one, call->arena, &steps, &order)))
            return false;
        if (is_strict ? is_same : order == 0) {
            *ret_value = call->variant == 'i' ? value_bool(true) : fold_key_value(&items->list[i]);
            return true;
        }
    }
    return true;
}

bool
fold_array_key_exists(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct item key;

    if (!fold_array_at(call, 1, &items) || !fold_key(call->arguments[0], &key))
        return false;
    *ret_value = value_bool(items_find(items, fold_key_value(&key)) != NULL);
    return true;
}

/* array_key_first 'f', array_key_last 'l'. */
bool
fold_array_key_end(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;

    if (!fold_array_at(call, 0, &items))
        return false;
    *ret_value = items->count == 0
                     ? (struct value){.kind = VALUE_NULL}
                     : fold_key_value(&items->list[call->variant == 'f' ? 0 : items->count - 1]);
    return true;
}

/* reset 'f', end 'l': the item that the array's pointer is moved to, or false. */
bool
fold_array_end(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;

    if (!fold_array_at(call, 0, &items))
        return false;
    *ret_value = items->count == 0
                     ? value_bool(false)
                     : *items->list[call->variant == 'f' ? 0 : items->count - 1].value;
    return true;
}

/* The first of those that are the same as text. */
bool
fold_array_unique(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct fold_list seen, list;

    if (call->count != 1 || !fold_array_at(call, 0, &items) ||
        !fold_list_init(&seen, call, items->count) || !fold_list_init(&list, call, items->count))
        return false;
    for (uint32_t i = 0; i < items->count; i++) {
        struct item key = {.is_text_key = true};
        uint32_t before = seen.count;

        if (items->list[i].value->kind == VALUE_ARRAY ||
            !value_text(*items->list[i].value, call->arena, &key.key) ||
            !fold_spend(call, key.key.len))
            return false;
        fold_list_put_new(&seen, key, items->list[i].value);
        if (seen.count > before)
            fold_list_put(&list, items->list[i], items->list[i].value);
    }
    return fold_list_value(&list, ret_value);
}

bool
fold_array_chunk(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct fold_list list, part;
    int64_t size;
    bool keeps_keys;

    if (!fold_array_at(call, 0, &items) || !fold_number_at(call, 1, &size) || size < 1 ||
        !fold_truth_or(call, 2, false, &keeps_keys) || !fold_list_init(&list, call, items->count))
        return false;
    for (uint32_t i = 0; i < items->count;) {
        struct value chunk, *kept;
        uint32_t left = items->count - i;
        uint32_t count = size < left ? (uint32_t)size : left;

        if (!fold_list_init(&part, call, count))
            return false;
        for (uint32_t end = i + count; i < end; i++) {
            if (keeps_keys)
                fold_list_put(&part, items->list[i], items->list[i].value);
            else
                fold_list_add(&part, items->list[i].value);
        }
        if (!fold_list_value(&part, &chunk))
            return false;
        kept = fold_keep(call->arena, chunk);
        if (!kept)
            return false;
        fold_list_add(&list, kept);
    }
    return fold_list_value(&list, ret_value);
}
