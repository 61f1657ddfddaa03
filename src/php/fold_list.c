#include "php/fold_parts.h"

/* What an item takes with its key, slot and value. */
#define STEPS_AN_ITEM 64u

bool
fold_list_init(struct fold_list *list, const struct fold_call *call, size_t capacity)
{
    uint32_t slots = 8;

    if (capacity > VALUE_ITEMS_MAX || !fold_spend(call, STEPS_AN_ITEM * capacity))
        return false;
    while (slots < 2 * capacity)
        slots *= 2;
    *list = (struct fold_list){
        .arena = call->arena,
        .items = arena_array(call->arena, capacity + 1, sizeof(struct item)),
        .slots = arena_array(call->arena, slots, sizeof(uint16_t)),
        .capacity = (uint32_t)capacity,
        .mask = slots - 1,
    };
    return list->items && list->slots;
}

static uint16_t *
find_slot(const struct fold_list *list, const struct item *key)
{
    uint64_t hash = key->is_text_key ? str_hash(key->key)
                                     : (uint64_t)key->number * UINT64_C(0x9e3779b97f4a7c15) >> 32;
    uint32_t at = (uint32_t)hash & list->mask;

    for (;; at = (at + 1) & list->mask) {
        uint16_t *slot = &list->slots[at];
        const struct item *item;

        if (*slot == 0)
            return slot;
        item = &list->items[*slot - 1];
        if (item->is_text_key != key->is_text_key)
            continue;
        if (key->is_text_key ? str_eq(item->key, key->key) : item->number == key->number)
            return slot;
    }
}

void
fold_list_put_new(struct fold_list *list, struct item key, struct value *value)
{
    uint16_t *slot = find_slot(list, &key);

    if (*slot != 0 || list->count == list->capacity)
        return;
    key.value = value;
    list->items[list->count++] = key;
    *slot = (uint16_t)list->count;
    if (!key.is_text_key && key.number >= list->next && key.number < INT64_MAX)
        list->next = key.number + 1;
}

void
fold_list_put(struct fold_list *list, struct item key, struct value *value)
{
    uint16_t *slot = find_slot(list, &key);

    if (*slot != 0)
        list->items[*slot - 1].value = value;
    else
        fold_list_put_new(list, key, value);
}

void
fold_list_add(struct fold_list *list, struct value *value)
{
    fold_list_put_new(list, (struct item){.number = list->next}, value);
}

struct value *
fold_keep(struct arena *arena, struct value value)
{
    struct value *kept = ARENA_NEW(arena, struct value);

    if (kept)
        *kept = value;
    return kept;
}

bool
fold_list_add_text(struct fold_list *list, struct str text)
{
    struct value *value = fold_keep(list->arena, value_string(text));

    if (!value)
        return false;
    fold_list_add(list, value);
    return true;
}

/* "7" and "-7" are whole numbers as keys, "07", "+7", "-0" and "7.0" are text. */
struct item
fold_key_of_text(struct str text)
{
    struct str digits = text;
    bool is_negative = str_skip(&digits, STR("-"));
    uint64_t number;

    if (digits.len > 20 || !str_u64(digits, &number) || number > INT64_MAX ||
        (digits.data[0] == '0' && (digits.len > 1 || is_negative)))
        return (struct item){.is_text_key = true, .key = text};
    return (struct item){.number = is_negative ? -(int64_t)number : (int64_t)number};
}

bool
fold_key(struct value value, struct item *ret_key)
{
    if (value.kind == VALUE_STRING)
        *ret_key = fold_key_of_text(value.text);
    else if (value.kind == VALUE_INTEGER || value.kind == VALUE_BOOL)
        *ret_key = (struct item){.number = value.number};
    else if (value.kind == VALUE_NULL)
        *ret_key = (struct item){.is_text_key = true, .key = STR_EMPTY};
    else
        return false;
    return true;
}

struct value
fold_key_value(const struct item *item)
{
    return item->is_text_key ? value_string(item->key) : value_integer(item->number);
}

bool
fold_list_value(const struct fold_list *list, struct value *ret_value)
{
    struct items *items = ARENA_NEW(list->arena, struct items);

    if (!items)
        return false;
    *items = (struct items){.count = list->count, .list = list->items};
    *ret_value = (struct value){.kind = VALUE_ARRAY, .items = items};
    for (uint32_t i = 0; i < list->count; i++) {
        if (!value_is_known(*list->items[i].value))
            return false;
        fold_inherit(ret_value, *list->items[i].value);
    }
    return true;
}
