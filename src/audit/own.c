#include "audit/own.h"

#include "dns/resolver.h"

/* RFC 2606, RFC 6761, RFC 6762, RFC 8375, and what routers and installers make up. */
static const struct str private_endings[] = {
    {"local", 5}, {"localdomain", 11}, {"localhost", 9}, {"internal", 8}, {"lan", 3},
    {"home", 4},  {"corp", 4},         {"invalid", 7},   {"arpa", 4},     {"intranet", 8},
};

bool
own_is_public(struct str name)
{
    struct str ending = name;

    if (!dns_name_is_valid(name) || str_index(name, '.') == name.len)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];

        if (!str_is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-' && c != '.' && c != '_')
            return false;
    }
    while (str_index(ending, '.') < ending.len)
        (void)str_cut(&ending, '.');
    for (size_t i = 0; i < sizeof(private_endings) / sizeof(private_endings[0]); i++) {
        if (str_eq(ending, private_endings[i]))
            return false;
    }
    /* 192.0.2.1 is no name: no ending is all digits. */
    return !str_is_digit(ending.data[0]);
}

void
own_add(struct audit_own *own, struct str name)
{
    char *folded;

    name = str_trim(name);
    if (name.len && name.data[name.len - 1] == '.')
        name.len--;
    folded = arena_alloc(own->arena, name.len + 1);
    if (!folded)
        return;
    str_fold(name, folded);
    name.data = folded;
    if (!own_is_public(name))
        return;
    for (uint32_t i = 0; i < own->count; i++) {
        if (str_eq(name, str_from_cstr(own->names[i])))
            return;
    }
    if (own->count == AUDIT_OWN_MAX)
        own->left_out++;
    else
        own->names[own->count++] = folded;
}

void
own_add_list(struct audit_own *own, struct str list)
{
    while (list.len) {
        size_t len = str_index_any(list, STR(", \t\r\n"));
        struct str name = str_first(list, len);

        list = str_from(list, len + 1);
        if (str_index_any(name, STR(":/$")) == name.len)
            own_add(own, name);
    }
}
