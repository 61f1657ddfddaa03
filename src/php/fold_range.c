#include "php/fold_parts.h"

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
