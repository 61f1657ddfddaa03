#include "php/fold_parts.h"

/* A column of the arrays: what the function is called with in its turn `index`. */
static bool
column(const struct fold_call *call, uint32_t index, struct value *arguments)
{
    for (uint32_t i = 1; i < call->count; i++) {
        const struct items *items = call->arguments[i].items;

        arguments[i - 1] =
            index < items->count ? *items->list[index].value : (struct value){.kind = VALUE_NULL};
        if (!value_is_known(arguments[i - 1]))
            return false;
    }
    return true;
}

static bool
map_one(const struct fold_call *call, const struct value *arguments, struct value *ret_value)
{
    const struct value callback = call->arguments[0];
    struct fold_list list;
    char name[64];

    if (callback.kind == VALUE_STRING) {
        struct str text = callback.text;

        (void)str_skip(&text, STR("\\"));
        if (text.len > sizeof(name))
            return false;
        str_fold(text, name);
        return fold_call_within(call, (struct str){name, text.len}, arguments, call->count - 1,
                                ret_value);
    }
    if (callback.kind != VALUE_NULL)
        return false;
    if (call->count == 2) {
        *ret_value = arguments[0];
        return true;
    }
    if (!fold_list_init(&list, call, call->count - 1))
        return false;
    for (uint32_t i = 0; i + 1 < call->count; i++) {
        struct value *value = fold_keep(call->arena, arguments[i]);

        if (!value)
            return false;
        fold_list_add(&list, value);
    }
    return fold_list_value(&list, ret_value);
}

#define MAP_ARRAYS_MAX 8

/* Of one array the keys stay, of several they do not. Without a function: the columns. */
bool
fold_array_map(const struct fold_call *call, struct value *ret_value)
{
    struct value arguments[MAP_ARRAYS_MAX];
    uint32_t turns = 0;
    struct fold_list list;

    if (call->count > MAP_ARRAYS_MAX + 1)
        return false;
    for (uint32_t i = 1; i < call->count; i++) {
        const struct items *items;

        if (!fold_array_at(call, i, &items))
            return false;
        turns = items->count > turns ? items->count : turns;
    }
    if (!fold_list_init(&list, call, turns))
        return false;
    for (uint32_t i = 0; i < turns; i++) {
        struct value one, *kept;

        if (!column(call, i, arguments) || !map_one(call, arguments, &one))
            return false;
        kept = fold_keep(call->arena, one);
        if (!kept)
            return false;
        if (call->count == 2)
            fold_list_put(&list, call->arguments[1].items->list[i], kept);
        else
            fold_list_add(&list, kept);
    }
    return fold_list_value(&list, ret_value);
}

/* call_user_func; call_user_func_array 'a' with an array of numbered arguments. */
bool
fold_user_call(const struct fold_call *call, struct value *ret_value)
{
    struct fold_call inner = *call;
    struct value arguments[MAP_ARRAYS_MAX];
    const struct items *items;

    if (call->arguments[0].kind != VALUE_STRING)
        return false;
    if (call->variant != 'a')
        return map_one(call, call->arguments + 1, ret_value);
    if (!fold_array_at(call, 1, &items) || items->count > MAP_ARRAYS_MAX)
        return false;
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->list[i].is_text_key)
            return false;
        arguments[i] = *items->list[i].value;
    }
    inner.count = items->count + 1;
    return map_one(&inner, arguments, ret_value);
}

/* Without a function: what is true, or, with one that is known, of what it says so. */
bool
fold_array_filter(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct fold_list list;

    if (!fold_array_at(call, 0, &items) || !fold_list_init(&list, call, items->count))
        return false;
    for (uint32_t i = 0; i < items->count; i++) {
        struct value said = *items->list[i].value;
        bool stays;

        if (call->count == 2 && call->arguments[1].kind != VALUE_NULL) {
            struct value function[] = {call->arguments[1], said};

            if (!fold_call_within(call, STR("call_user_func"), function, 2, &said))
                return false;
        }
        if (!value_truth(said, &stays))
            return false;
        if (stays)
            fold_list_put(&list, items->list[i], items->list[i].value);
    }
    return fold_list_value(&list, ret_value);
}
