#include "php/fold_parts.h"

/* Bits of a variant. */
enum search {
    SEARCH_NOCASE = 1,
    SEARCH_LAST = 2,
    SEARCH_START = 4,
    SEARCH_END = 8,
    SEARCH_COUNTED = 16, /* strncmp: only so many bytes */
};

static bool
in_case(const struct fold_call *call, struct str *text)
{
    char *copy;

    if (!(call->variant & SEARCH_NOCASE))
        return fold_spend(call, text->len);
    copy = fold_room(call, text->len);
    if (!copy)
        return false;
    str_fold(*text, copy);
    *text = (struct str){copy, text->len};
    return true;
}

static bool
texts(const struct fold_call *call, struct str *a, struct str *b)
{
    return fold_text_at(call, 0, a) && fold_text_at(call, 1, b) && in_case(call, a) &&
           in_case(call, b);
}

/* The last place at or after `from` and not after `last`. */
static bool
find_last(const struct fold_call *call, struct str text, struct str needle, size_t from,
          size_t last, size_t *ret_at)
{
    *ret_at = text.len;
    if (needle.len > text.len)
        return true;
    if (last > text.len - needle.len)
        last = text.len - needle.len;
    for (size_t at = last + 1; at-- > from;) {
        if (needle.len && text.data[at] != needle.data[0])
            continue;
        if (!fold_spend(call, 1 + needle.len / 8))
            return false;
        if (str_starts(str_from(text, at), needle)) {
            *ret_at = at;
            return true;
        }
    }
    return true;
}

/* strpos, stripos, strrpos, strripos: a number or false. An offset outside is an exception. */
bool
fold_position(const struct fold_call *call, struct value *ret_value)
{
    struct str text, needle;
    int64_t offset, size;
    size_t at;

    if (!texts(call, &text, &needle) || !fold_number_or(call, 2, 0, &offset))
        return false;
    size = (int64_t)text.len;
    if (offset > size || offset < -size)
        return false;
    if (call->variant & SEARCH_LAST) {
        size_t last = text.len;

        /* Below zero the search begins so many before the end, and goes to the front. */
        if (offset < 0 && (size_t)-offset >= needle.len)
            last = (size_t)(size + offset);
        if (!find_last(call, text, needle, offset > 0 ? (size_t)offset : 0, last, &at))
            return false;
    } else {
        struct str rest = str_from(text, (size_t)(offset < 0 ? offset + size : offset));

        at = text.len - rest.len + str_find(rest, needle);
    }
    if (at + needle.len > text.len)
        *ret_value = value_bool(false);
    else
        *ret_value = value_integer((int64_t)at);
    return true;
}

/* strstr, stristr: from the needle on, or what is before it. */
bool
fold_part_from(const struct fold_call *call, struct value *ret_value)
{
    struct str text, needle, whole;
    bool is_before;
    size_t at;

    if (!texts(call, &text, &needle) || !fold_text_at(call, 0, &whole) ||
        !fold_truth_or(call, 2, false, &is_before))
        return false;
    at = str_find(text, needle);
    if (at + needle.len > text.len) {
        *ret_value = value_bool(false);
        return true;
    }
    *ret_value = value_string(is_before ? str_first(whole, at) : str_from(whole, at));
    return true;
}

bool
fold_strrchr(const struct fold_call *call, struct value *ret_value)
{
    struct str text, needle;

    if (!texts(call, &text, &needle))
        return false;
    *ret_value = value_bool(false);
    for (size_t at = text.len; needle.len && at-- > 0;) {
        if (text.data[at] == needle.data[0]) {
            *ret_value = value_string(str_from(text, at));
            break;
        }
    }
    return true;
}

/* Without case and of a beginning, PHP gives the difference of the first bytes that differ. */
static int
order_of_bytes(struct str a, struct str b)
{
    size_t shared = a.len < b.len ? a.len : b.len;

    for (size_t i = 0; i < shared; i++) {
        if (a.data[i] != b.data[i])
            return fold_byte(a, i) - fold_byte(b, i);
    }
    return (a.len > b.len) - (a.len < b.len);
}

/* strcmp 0: -1, 0, 1 since PHP 8.2, a difference before; strcasecmp, strncmp, strncasecmp. */
bool
fold_text_compare(const struct fold_call *call, struct value *ret_value)
{
    struct str a, b;
    int order;

    if (!texts(call, &a, &b))
        return false;
    if (call->variant & SEARCH_COUNTED) {
        int64_t count;

        if (!fold_number_at(call, 2, &count) || count < 0)
            return false;
        a = str_first(a, (size_t)count);
        b = str_first(b, (size_t)count);
    }
    order = call->variant ? order_of_bytes(a, b) : str_compare(a, b);
    if (!call->variant)
        order = (order > 0) - (order < 0);
    *ret_value = value_integer(order);
    return true;
}

/* str_contains, str_starts_with, str_ends_with. */
bool
fold_has_text(const struct fold_call *call, struct value *ret_value)
{
    struct str text, needle;

    if (!texts(call, &text, &needle))
        return false;
    if (call->variant & SEARCH_START)
        *ret_value = value_bool(str_starts(text, needle));
    else if (call->variant & SEARCH_END)
        *ret_value = value_bool(str_ends(text, needle));
    else
        *ret_value = value_bool(str_has(text, needle));
    return true;
}

bool
fold_substr_count(const struct fold_call *call, struct value *ret_value)
{
    struct str text, needle;
    int64_t hits = 0;

    if (!texts(call, &text, &needle) || needle.len == 0)
        return false;
    for (;; hits++) {
        size_t at = str_find(text, needle);

        if (at + needle.len > text.len)
            break;
        text = str_from(text, at + needle.len);
    }
    *ret_value = value_integer(hits);
    return true;
}

static void
set_of(struct str list, bool *set)
{
    for (size_t i = 0; i < list.len; i++)
        set[fold_byte(list, i)] = true;
}

/* strspn 's': how many in front are of the list; strcspn 'c': how many are not. */
bool
fold_span(const struct fold_call *call, struct value *ret_value)
{
    bool set[256] = {false}, is_in = call->variant == 's';
    struct str text, list;
    size_t at = 0;

    if (!fold_text_at(call, 0, &text) || !fold_text_at(call, 1, &list) ||
        !fold_spend(call, text.len + list.len))
        return false;
    set_of(list, set);
    while (at < text.len && set[fold_byte(text, at)] == is_in)
        at++;
    *ret_value = value_integer((int64_t)at);
    return true;
}

bool
fold_strpbrk(const struct fold_call *call, struct value *ret_value)
{
    bool set[256] = {false};
    struct str text, list;

    if (!texts(call, &text, &list) || list.len == 0)
        return false;
    set_of(list, set);
    *ret_value = value_bool(false);
    for (size_t at = 0; at < text.len; at++) {
        if (set[fold_byte(text, at)]) {
            *ret_value = value_string(str_from(text, at));
            break;
        }
    }
    return true;
}
