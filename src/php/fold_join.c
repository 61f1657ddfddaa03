#include "php/fold_parts.h"

static bool
join(const struct fold_call *call, struct str separator, const struct items *items,
     struct value *ret_value)
{
    struct str text;
    size_t len = 0, at = 0;
    char *all;

    for (uint32_t i = 0; i < items->count; i++) {
        if (!value_text(*items->list[i].value, call->arena, &text))
            return false;
        len += text.len + (i > 0 ? separator.len : 0);
        if (len > FOLD_BYTES_MAX)
            return false;
    }
    all = fold_room(call, len);
    if (!all)
        return false;
    for (uint32_t i = 0; i < items->count; i++) {
        if (i > 0 && separator.len) {
            memcpy(all + at, separator.data, separator.len);
            at += separator.len;
        }
        if (!value_text(*items->list[i].value, call->arena, &text) || text.len > len - at)
            return false;
        if (text.len)
            memcpy(all + at, text.data, text.len);
        at += text.len;
    }
    *ret_value = value_string((struct str){all, at});
    return true;
}

/* implode(separator, array), implode(array), and implode(array, separator) of PHP 7. */
bool
fold_implode(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct str separator;

    if (fold_array_at(call, 0, &items))
        return fold_text_or(call, 1, STR_EMPTY, &separator) &&
               join(call, separator, items, ret_value);
    return fold_text_at(call, 0, &separator) && fold_array_at(call, 1, &items) &&
           join(call, separator, items, ret_value);
}

static size_t
count_parts(struct str text, struct str separator)
{
    size_t parts = 1;

    for (; parts <= VALUE_ITEMS_MAX; parts++) {
        size_t at = str_find(text, separator);

        if (at + separator.len > text.len)
            break;
        text = str_from(text, at + separator.len);
    }
    return parts;
}

/* A limit of n gives n parts, the last with the rest; -n leaves the last n out. */
bool
fold_explode(const struct fold_call *call, struct value *ret_value)
{
    struct str separator, text;
    struct fold_list list;
    int64_t limit, count;

    if (!fold_text_at(call, 0, &separator) || separator.len == 0 || !fold_text_at(call, 1, &text) ||
        !fold_number_or(call, 2, INT64_MAX, &limit) || !fold_spend(call, text.len))
        return false;
    count = (int64_t)count_parts(text, separator);
    if (count > VALUE_ITEMS_MAX || limit < -VALUE_ITEMS_MAX)
        return false;
    if (limit == 0)
        limit = 1;
    if (!fold_list_init(&list, call, (size_t)count))
        return false;
    for (int64_t i = 0; i < count; i++) {
        size_t at = str_find(text, separator);
        bool is_rest = i == limit - 1;

        if (limit < 0 && i >= count + limit)
            break;
        if (!fold_list_add_text(&list, is_rest ? text : str_first(text, at)))
            return false;
        if (is_rest)
            break;
        text = str_from(text, at + separator.len);
    }
    return fold_list_value(&list, ret_value);
}

bool
fold_str_split(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    struct fold_list list;
    int64_t size;

    if (!fold_text_at(call, 0, &text) || !fold_number_or(call, 1, 1, &size) || size < 1 ||
        !fold_list_init(&list, call, text.len / (size_t)size + 1))
        return false;
    /* Of empty text PHP gives one empty part; since 8.2 none. */
    while (text.len) {
        if (!fold_list_add_text(&list, str_first(text, (size_t)size)))
            return false;
        text = str_from(text, (size_t)size < text.len ? (size_t)size : text.len);
    }
    return fold_list_value(&list, ret_value);
}

bool
fold_count(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    int64_t mode;

    if (!fold_array_at(call, 0, &items) || !fold_number_or(call, 1, 0, &mode) || mode != 0)
        return false;
    *ret_value = value_integer(items->count);
    return true;
}
