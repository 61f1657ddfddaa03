/* Lists of Exim: specification, chapter 10. */

#include "audit/exim_parts.h"
#include "audit/network_width.h"

bool
exim_list_next(struct str *list, char *separator, struct str *ret_item)
{
    size_t at = 0;

    if (*separator == 0) {
        *list = str_trim(*list);
        *separator = ':';
        if (list->len > 1 && list->data[0] == '<' && !str_is_digit(list->data[1]) &&
            list->data[1] != ' ') {
            *separator = list->data[1];
            *list = str_from(*list, 2);
        }
    } else if (list->len == 0) {
        return false;
    }
    /* A separator that is doubled stands for itself. */
    for (; at < list->len; at++) {
        if (list->data[at] != *separator)
            continue;
        if (at + 1 < list->len && list->data[at + 1] == *separator)
            at++;
        else
            break;
    }
    *ret_item = str_trim(str_first(*list, at));
    if (list->len == 0 && at == 0)
        return false;
    *list = str_from(*list, at < list->len ? at + 1 : at);
    return true;
}

static enum exim_truth
named_list(const struct exim_facts *facts, struct str name, enum exim_matter matter, int depth)
{
    static const char *const kinds[] = {"hostlist", "domainlist", "addresslist"};
    struct str want = STR_EMPTY;

    if (depth >= EXIM_DEPTH_MAX)
        return EXIM_MAYBE;
    for (uint32_t i = facts->settings->count; i > 0; i--) {
        const struct setting *setting = &facts->settings->list[i - 1];

        want = setting->name;
        if (str_skip(&want, str_from_cstr(kinds[matter])) && want.len &&
            str_eq(str_trim(want), name))
            return exim_list_holds(facts, setting->value, matter, depth + 1);
    }
    return EXIM_MAYBE;
}

/* "*.com" and "com": everybody has a domain there. */
static bool
is_top_level(struct str item)
{
    return str_skip(&item, STR("*.")) && item.len && str_index(item, '.') == item.len;
}

static enum exim_truth
holds_item(const struct exim_facts *facts, struct str item, enum exim_matter matter, int depth)
{
    if (item.len && item.data[0] == '+') {
        /* "+include_unknown" and the like steer, and name nothing. */
        if (str_starts(item, STR("+include_")) || str_starts(item, STR("+ignore_")) ||
            str_starts(item, STR("+caseful")))
            return EXIM_NO;
        return named_list(facts, str_from(item, 1), matter, depth);
    }
    if (str_has(item, STR("${")) || str_starts(item, STR("$")))
        return EXIM_MAYBE;
    switch (matter) {
    case EXIM_SENDERS:
        return EXIM_YES;
    case EXIM_HOSTS:
        return network_width_of(item) == NETWORK_EVERYBODY ? EXIM_YES : EXIM_NO;
    case EXIM_DOMAINS:
        if (str_eq(item, STR("*")) || is_top_level(item))
            return EXIM_YES;
        /* Anybody may publish an MX that names this host. */
        return str_starts(item, STR("@mx_")) || str_starts(item, STR("^")) ? EXIM_MAYBE : EXIM_NO;
    }
    return EXIM_MAYBE;
}

/* The first item that matches decides; past a last one that is negated, all else matches. */
enum exim_truth
exim_list_holds(const struct exim_facts *facts, struct str list, enum exim_matter matter, int depth)
{
    enum exim_truth answer = EXIM_NO;
    char separator = 0;
    bool is_negated = false;
    struct str item;

    while (exim_list_next(&list, &separator, &item)) {
        enum exim_truth holds;

        is_negated = item.len && item.data[0] == '!';
        if (is_negated)
            item = str_trim(str_from(item, 1));
        holds = holds_item(facts, item, matter, depth);
        if (holds == EXIM_YES)
            return answer == EXIM_MAYBE ? EXIM_MAYBE : (is_negated ? EXIM_NO : EXIM_YES);
        if (holds == EXIM_MAYBE)
            answer = EXIM_MAYBE;
    }
    return answer == EXIM_MAYBE ? answer : (is_negated ? EXIM_YES : EXIM_NO);
}
