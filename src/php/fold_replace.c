#include "php/fold_parts.h"

/* Where the needle stands, both in lower case when case does not matter. */
struct search {
    struct str text, folded, needle, with;
};

static size_t
count_hits(struct str text, struct str needle)
{
    size_t hits = 0;

    for (;; hits++) {
        size_t at = str_find(text, needle);

        if (at + needle.len > text.len)
            return hits;
        text = str_from(text, at + needle.len);
    }
}

static bool
folded(const struct fold_call *call, struct str text, struct str *ret_text)
{
    char *copy;

    if (call->variant != 'i') {
        *ret_text = text;
        return true;
    }
    copy = fold_room(call, text.len);
    if (!copy)
        return false;
    str_fold(text, copy);
    *ret_text = (struct str){copy, text.len};
    return true;
}

/* Replaces one needle everywhere. `text` stays as it is where nothing is found. */
static bool
replace_one(const struct fold_call *call, struct str *text, struct str needle, struct str with)
{
    struct str rest, find, shown = *text;
    size_t hits, len, at = 0;
    char *all;

    if (needle.len == 0 || needle.len > text->len)
        return true;
    if (!fold_spend(call, text->len) || !folded(call, *text, &rest) || !folded(call, needle, &find))
        return false;
    hits = count_hits(rest, find);
    if (hits == 0)
        return true;
    if (with.len && hits > FOLD_BYTES_MAX / with.len)
        return false;
    len = text->len - hits * needle.len + hits * with.len;
    all = fold_room(call, len);
    if (!all)
        return false;
    for (size_t i = 0; i < hits; i++) {
        size_t before = str_find(rest, find);

        if (before)
            memcpy(all + at, shown.data, before);
        if (with.len)
            memcpy(all + at + before, with.data, with.len);
        at += before + with.len;
        rest = str_from(rest, before + needle.len);
        shown = str_from(shown, before + needle.len);
    }
    if (shown.len)
        memcpy(all + at, shown.data, shown.len);
    *text = (struct str){all, len};
    return true;
}

/* Each needle in turn, each over what the one before made of it. */
static bool
replace_all(const struct fold_call *call, struct str *text)
{
    struct value search = call->arguments[0], with = call->arguments[1];
    struct str needle, replacement = STR_EMPTY;

    if (search.kind != VALUE_ARRAY)
        return fold_text_at(call, 0, &needle) && fold_text_at(call, 1, &replacement) &&
               replace_one(call, text, needle, replacement);
    if (with.kind != VALUE_ARRAY && !fold_text_at(call, 1, &replacement))
        return false;
    for (uint32_t i = 0; i < search.items->count; i++) {
        if (!value_text(*search.items->list[i].value, call->arena, &needle))
            return false;
        if (with.kind == VALUE_ARRAY) {
            replacement = STR_EMPTY;
            if (i < with.items->count &&
                !value_text(*with.items->list[i].value, call->arena, &replacement))
                return false;
        }
        if (!fold_spend(call, 1) || !replace_one(call, text, needle, replacement))
            return false;
    }
    return true;
}

static bool
replace_in_items(const struct fold_call *call, const struct items *items, struct value *ret_value)
{
    struct fold_list list;

    if (!fold_list_init(&list, call, items->count))
        return false;
    for (uint32_t i = 0; i < items->count; i++) {
        struct value *value = items->list[i].value;

        if (value->kind != VALUE_ARRAY) {
            struct str text;

            if (!value_text(*value, call->arena, &text) || !replace_all(call, &text))
                return false;
            value = fold_keep(call->arena, value_string(text));
            if (!value)
                return false;
        }
        fold_list_put(&list, items->list[i], value);
    }
    return fold_list_value(&list, ret_value);
}

/* str_replace, str_ireplace 'i'. Without the count by reference, which would be an effect. */
bool
fold_str_replace(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct str text;

    if (call->arguments[2].kind == VALUE_ARRAY)
        return fold_array_at(call, 2, &items) && replace_in_items(call, items, ret_value);
    if (!fold_text_at(call, 2, &text) || !replace_all(call, &text))
        return false;
    *ret_value = value_string(text);
    return true;
}

static bool
translate_bytes(const struct fold_call *call, struct str text, struct value *ret_value)
{
    struct str from, to;
    size_t shared;
    char map[256], *all;

    if (!fold_text_at(call, 1, &from) || !fold_text_at(call, 2, &to))
        return false;
    all = fold_room(call, text.len);
    if (!all || !fold_spend(call, from.len))
        return false;
    for (unsigned i = 0; i < 256; i++)
        map[i] = (char)i;
    shared = from.len < to.len ? from.len : to.len;
    for (size_t i = 0; i < shared; i++)
        map[fold_byte(from, i)] = to.data[i];
    for (size_t i = 0; i < text.len; i++)
        all[i] = map[fold_byte(text, i)];
    *ret_value = value_string((struct str){all, text.len});
    return true;
}

struct pair {
    struct str from, to;
    uint16_t next; /* of those that begin with the same byte, longest first; index plus 1 */
};

struct pairs {
    struct pair *list;
    uint16_t first[256];
    bool has_empty;
};

static bool
read_pairs(const struct fold_call *call, const struct items *items, struct pairs *pairs)
{
    *pairs = (struct pairs){
        .list = arena_array(call->arena, (size_t)items->count + 1, sizeof(struct pair))};
    if (!pairs->list)
        return false;
    for (uint32_t i = 0; i < items->count; i++) {
        struct pair *pair = &pairs->list[i];
        uint16_t *link;

        if (!value_text(fold_key_value(&items->list[i]), call->arena, &pair->from) ||
            !value_text(*items->list[i].value, call->arena, &pair->to))
            return false;
        if (pair->from.len == 0) {
            pairs->has_empty = true;
            continue;
        }
        link = &pairs->first[fold_byte(pair->from, 0)];
        while (*link && pairs->list[*link - 1].from.len > pair->from.len) {
            if (!fold_spend(call, 1))
                return false;
            link = &pairs->list[*link - 1].next;
        }
        pair->next = *link;
        *link = (uint16_t)(i + 1);
    }
    return true;
}

/* The longest pair that stands in front of `rest`, at the cost of those tried; NULL without. */
static const struct pair *
match_pair(const struct pairs *pairs, struct str rest, uint64_t *steps)
{
    uint16_t at = pairs->first[fold_byte(rest, 0)];

    while (at) {
        const struct pair *pair = &pairs->list[at - 1];

        *steps += 1 + pair->from.len / 8;
        if (str_starts(rest, pair->from))
            return pair;
        at = pair->next;
    }
    return NULL;
}

/* Goes through once to measure and, with room, once more to write. */
static bool
apply_pairs(const struct fold_call *call, const struct pairs *pairs, struct str rest, char *into,
            size_t *ret_len)
{
    size_t len = 0;

    while (rest.len) {
        uint64_t steps = 1;
        const struct pair *pair = match_pair(pairs, rest, &steps);
        struct str to = pair ? pair->to : str_first(rest, 1);

        if (!fold_spend(call, steps) || to.len > FOLD_BYTES_MAX - len)
            return false;
        if (into && to.len)
            memcpy(into + len, to.data, to.len);
        len += to.len;
        rest = str_from(rest, pair ? pair->from.len : 1);
    }
    *ret_len = len;
    return true;
}

bool
fold_strtr(const struct fold_call *call, struct value *ret_value)
{
    const struct items *items;
    struct pairs pairs;
    struct str text;
    size_t len;
    char *all;

    if (!fold_text_at(call, 0, &text))
        return false;
    if (call->count == 3)
        return translate_bytes(call, text, ret_value);
    if (!fold_array_at(call, 1, &items) || !read_pairs(call, items, &pairs) ||
        !apply_pairs(call, &pairs, text, NULL, &len))
        return false;
    all = fold_room(call, len);
    if (!all || !apply_pairs(call, &pairs, text, all, &len))
        return false;
    *ret_value = value_string((struct str){all, len});
    return true;
}
