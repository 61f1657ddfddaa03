#include "php/ast.h"
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

/* Of text by its first bytes, where not both are numbers. */
static bool
range_of_bytes(const struct fold_call *call, struct str from, struct str to, int64_t step,
               struct value *ret_value)
{
    int low = fold_byte(from, 0), high = fold_byte(to, 0);
    int sign = low <= high ? 1 : -1, count;
    struct fold_list list;

    if (step > 255)
        return false;
    count = (high - low) * sign / (int)step + 1;
    if (!fold_list_init(&list, call, (size_t)count))
        return false;
    for (int i = 0; i < count; i++) {
        char *byte = fold_room(call, 1);

        if (!byte)
            return false;
        *byte = (char)(unsigned char)(low + sign * i * (int)step);
        if (!fold_list_add_text(&list, (struct str){byte, 1}))
            return false;
    }
    return fold_list_value(&list, ret_value);
}

static bool
range_of_numbers(const struct fold_call *call, int64_t from, int64_t to, int64_t step,
                 struct value *ret_value)
{
    uint64_t span = from <= to ? (uint64_t)to - (uint64_t)from : (uint64_t)from - (uint64_t)to;
    uint64_t count = span / (uint64_t)step;
    struct fold_list list;

    if (count >= VALUE_ITEMS_MAX || !fold_list_init(&list, call, (size_t)count + 1))
        return false;
    for (uint64_t i = 0; i <= count; i++) {
        uint64_t way = i * (uint64_t)step;
        uint64_t number = from <= to ? (uint64_t)from + way : (uint64_t)from - way;
        struct value *value = fold_keep(call->arena, value_integer((int64_t)number));

        if (!value)
            return false;
        fold_list_add(&list, value);
    }
    return fold_list_value(&list, ret_value);
}

static bool
is_letter_end(struct value value)
{
    struct fold_number number;

    return value.kind == VALUE_STRING && value.text.len > 0 &&
           fold_number_read(value.text, &number) != FOLD_NUMERIC_WHOLE;
}

bool
fold_range(const struct fold_call *call, struct value *ret_value)
{
    struct value from = call->arguments[0], to = call->arguments[1];
    struct fold_number first, last;
    int64_t step, from_number = 0, to_number = 0;

    if (!fold_number_or(call, 2, 1, &step) || step == 0 || step == INT64_MIN ||
        from.kind == VALUE_ARRAY || to.kind == VALUE_ARRAY)
        return false;
    step = step < 0 ? -step : step;
    if (is_letter_end(from) && is_letter_end(to))
        return range_of_bytes(call, from.text, to.text, step, ret_value);
    /* A letter beside a number is 0. */
    if (fold_operand(from, &first)) {
        if (first.is_real)
            return false;
        from_number = first.integer;
    }
    if (fold_operand(to, &last)) {
        if (last.is_real)
            return false;
        to_number = last.integer;
    }
    if (step > 1 &&
        (uint64_t)step > (from_number <= to_number ? (uint64_t)to_number - (uint64_t)from_number
                                                   : (uint64_t)from_number - (uint64_t)to_number))
        return false;
    return range_of_numbers(call, from_number, to_number, step, ret_value);
}
