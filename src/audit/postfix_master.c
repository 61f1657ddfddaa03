/* master.cf: master(5). */

#include "audit/postfix_parts.h"

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* One service: its line and those that go on with it. */
static struct str
next_entry(struct str *text, uint32_t *line, struct arena *arena, uint32_t *ret_line,
           struct str *ret_raw)
{
    struct str entry = STR_EMPTY;

    while (text->len) {
        struct str one = str_cut(text, '\n'), trimmed = str_trim(one);

        ++*line;
        if (trimmed.len == 0 || trimmed.data[0] == '#')
            continue;
        if (entry.len == 0) {
            entry = trimmed;
            *ret_line = *line;
            *ret_raw = trimmed;
        } else {
            entry = arena_printf(arena, STR_FMT " " STR_FMT, STR_ARG(entry), STR_ARG(trimmed));
        }
        /* Comments and empty lines may stand within an entry. */
        while (text->len) {
            struct str ahead = *text, next = str_cut(&ahead, '\n'), next_trimmed = str_trim(next);

            if (next_trimmed.len && next_trimmed.data[0] != '#')
                break;
            *text = ahead;
            ++*line;
        }
        if (text->len == 0 || !is_blank(text->data[0]))
            return entry;
    }
    return entry;
}

static void
add_option(struct master_service *service, struct str option)
{
    struct setting setting = {.line = service->line};

    if (option.len >= 2 && option.data[0] == '{' && option.data[option.len - 1] == '}')
        option = str_first(str_from(option, 1), option.len - 2);
    setting.raw = option;
    setting.name = str_trim(str_cut(&option, '='));
    setting.value = str_trim(option);
    settings_add(&service->options, setting);
}

static void
read_arguments(struct master_service *service, struct str rest)
{
    struct str word;

    while ((word = setting_word(&rest)).len) {
        /* A value without braces has commas for blanks, so it must not be cut at them. */
        if (str_eq(word, STR("-o"))) {
            rest = str_trim(rest);
            if (rest.len && rest.data[0] == '{') {
                add_option(service, setting_word(&rest));
            } else {
                size_t end = str_index_any(rest, STR(" \t"));

                add_option(service, str_first(rest, end));
                rest = str_from(rest, end);
            }
        }
    }
}

bool
master_read(struct str text, struct str file, struct arena *arena, struct master *ret_master)
{
    struct master master = {arena_array(arena, POSTFIX_SERVICES_MAX, sizeof(*master.list)), 0,
                            file};
    uint32_t line = 0, entry_line = 0;
    struct str entry, raw = STR_EMPTY;

    if (!master.list)
        return false;
    while ((entry = next_entry(&text, &line, arena, &entry_line, &raw)).len) {
        struct master_service *service;

        if (master.count == POSTFIX_SERVICES_MAX)
            return false;
        service = &master.list[master.count++];
        *service = (struct master_service){.line = entry_line, .raw = raw};
        settings_init(&service->options, arena);
        service->name = setting_word(&entry);
        service->type = setting_word(&entry);
        for (int i = 0; i < 5; i++)
            (void)setting_word(&entry);
        service->command = setting_word(&entry);
        read_arguments(service, entry);
    }
    *ret_master = master;
    return true;
}

bool
postfix_is_smtpd(const struct master_service *service)
{
    return str_eq(service->command, STR("smtpd")) &&
           (str_eq(service->type, STR("inet")) || str_eq(service->type, STR("pass")));
}

struct str
postfix_value(const struct postfix_facts *facts, const struct master_service *service,
              const char *name)
{
    const struct setting *setting = service ? settings_find(&service->options, name) : NULL;
    struct str value = setting ? setting->value : settings_value(facts->settings, name), inner;

    /* "-o smtpd_client_restrictions=$mua_client_restrictions": postconf does not expand these. */
    if (setting && value.len > 1 && value.data[0] == '$' &&
        str_index_any(value, STR(" ,")) == value.len) {
        char parameter[128];

        inner = str_from(value, 1);
        if (inner.len > 2 && inner.data[0] == '{' && inner.data[inner.len - 1] == '}')
            inner = str_first(str_from(inner, 1), inner.len - 2);
        if (inner.len < sizeof(parameter)) {
            memcpy(parameter, inner.data, inner.len);
            parameter[inner.len] = '\0';
            value = settings_value(facts->settings, parameter);
        }
    }
    return value;
}
