/* Lookup tables: DATABASE_README, access(5), virtual(5). */

#include "audit/postfix_parts.h"

/* Types whose text lies at the path itself, or beside the binary table made of it. */
static const char *const text_types[] = {
    "hash:", "btree:", "lmdb:", "cdb:", "dbm:", "texthash:", "cidr:", "regexp:", "pcre:", "sdbm:"};

/* Where tables stand that the checks read. Restrictions are looked through for check_*_access. */
static const char *const restriction_lists[] = {
    "smtpd_client_restrictions", "smtpd_helo_restrictions",      "smtpd_sender_restrictions",
    "smtpd_relay_restrictions",  "smtpd_recipient_restrictions", "smtpd_restriction_classes",
};
static const char *const table_lists[] = {
    "mynetworks",         "relay_domains", "virtual_alias_maps",   "header_checks",
    "mime_header_checks", "mydestination", "virtual_alias_domains"};

struct str
postfix_map_path(struct str name)
{
    (void)str_skip(&name, STR("proxy:"));
    for (size_t i = 0; i < sizeof(text_types) / sizeof(text_types[0]); i++) {
        if (str_skip(&name, str_from_cstr(text_types[i])))
            return name.len && name.data[0] == '/' ? name : STR_EMPTY;
    }
    /* mynetworks and mydestination take "/file", too. */
    return name.len > 1 && name.data[0] == '/' ? name : STR_EMPTY;
}

const struct postfix_map *
postfix_map_find(const struct postfix_facts *facts, struct str name)
{
    for (uint32_t i = 0; i < facts->map_count; i++) {
        if (str_eq(facts->maps[i].name, name))
            return &facts->maps[i];
    }
    return NULL;
}

static void
add_map(struct postfix_facts *facts, struct str name)
{
    if (postfix_map_path(name).len == 0 || postfix_map_find(facts, name) ||
        facts->map_count == POSTFIX_MAPS_MAX)
        return;
    facts->maps[facts->map_count++] = (struct postfix_map){.name = name};
}

static void
add_maps_of(struct postfix_facts *facts, struct str list)
{
    struct str word;

    while ((word = setting_word(&list)).len)
        add_map(facts, word);
}

void
postfix_list_maps(struct postfix_facts *facts)
{
    for (size_t i = 0; i < sizeof(table_lists) / sizeof(table_lists[0]); i++)
        add_maps_of(facts, settings_value(facts->settings, table_lists[i]));
    for (size_t i = 0; i < sizeof(restriction_lists) / sizeof(restriction_lists[0]); i++) {
        add_maps_of(facts, settings_value(facts->settings, restriction_lists[i]));
        for (uint32_t s = 0; s < facts->master.count; s++)
            add_maps_of(facts, postfix_value(facts, &facts->master.list[s], restriction_lists[i]));
    }
    /* Restriction classes are settings of their own. */
    for (struct str list = settings_value(facts->settings, "smtpd_restriction_classes"), name;
         (name = setting_word(&list)).len;) {
        const struct setting *class = settings_find_in(facts->settings, STR_EMPTY, name);

        if (class)
            add_maps_of(facts, class->value);
    }
}

bool
postfix_map_next(struct str *text, uint32_t *line, struct str *ret_key, struct str *ret_value)
{
    while (text->len) {
        struct str one = str_cut(text, '\n'), trimmed = str_trim(one);
        size_t end;

        ++*line;
        /* What a continued line adds decides nothing here. */
        if (trimmed.len == 0 || trimmed.data[0] == '#' || one.data[0] == ' ' || one.data[0] == '\t')
            continue;
        end = str_index_any(trimmed, STR(" \t"));
        *ret_key = str_first(trimmed, end);
        *ret_value = str_trim(str_from(trimmed, end));
        /* A pattern may hold blanks: "/^a b$/ OK". */
        if (trimmed.data[0] == '/') {
            size_t close = trimmed.len;

            while (close > 1 && trimmed.data[close - 1] != '/')
                close--;
            end = close + str_index_any(str_from(trimmed, close), STR(" \t"));
            *ret_key = str_first(trimmed, end);
            *ret_value = str_trim(str_from(trimmed, end));
        }
        return true;
    }
    return false;
}
