#include "audit/settings.h"

void
settings_init(struct settings *settings, struct arena *arena)
{
    *settings = (struct settings){.arena = arena};
}

static bool
make_room(struct settings *settings)
{
    uint32_t capacity = settings->capacity ? settings->capacity * 2 : 128;
    struct setting *list;

    if (settings->count < settings->capacity)
        return true;
    list = settings->count < SETTINGS_MAX
               ? arena_array(settings->arena, capacity, sizeof(*settings->list))
               : NULL;
    if (!list) {
        settings->is_full = true;
        return false;
    }
    if (settings->count)
        memcpy(list, settings->list, settings->count * sizeof(*list));
    settings->list = list;
    settings->capacity = capacity;
    return true;
}

void
settings_add(struct settings *settings, struct setting setting)
{
    if (make_room(settings))
        settings->list[settings->count++] = setting;
}

const struct setting *
settings_find_in(const struct settings *settings, struct str section, struct str name)
{
    for (uint32_t i = settings->count; i > 0; i--) {
        const struct setting *setting = &settings->list[i - 1];

        if (str_eq(setting->name, name) && str_eq(setting->section, section))
            return setting;
    }
    return NULL;
}

const struct setting *
settings_find(const struct settings *settings, const char *name)
{
    return settings_find_in(settings, STR_EMPTY, str_from_cstr(name));
}

const struct setting *
settings_find_anywhere(const struct settings *settings, struct str name)
{
    for (uint32_t i = settings->count; i > 0; i--) {
        if (str_eq(settings->list[i - 1].name, name))
            return &settings->list[i - 1];
    }
    return NULL;
}

struct str
settings_value(const struct settings *settings, const char *name)
{
    const struct setting *setting = settings_find(settings, name);

    return setting ? setting->value : STR_EMPTY;
}

struct str
setting_place(const struct setting *setting, struct arena *arena)
{
    if (!setting || setting->file.len == 0)
        return STR_EMPTY;
    return arena_printf(arena, STR_FMT ":%u", STR_ARG(setting->file), setting->line);
}

bool
setting_is_yes(struct str value)
{
    return str_eq_nocase(value, STR("yes")) || str_eq_nocase(value, STR("true")) ||
           str_eq_nocase(value, STR("on")) || str_eq(value, STR("1"));
}

struct str
setting_word(struct str *list)
{
    size_t at = 0, depth = 0;
    struct str word;

    while (list->len && strchr(" \t\r\n,", list->data[0]))
        *list = str_from(*list, 1);
    for (; at < list->len; at++) {
        char c = list->data[at];

        if (c == '{')
            depth++;
        else if (c == '}' && depth)
            depth--;
        else if (!depth && c && strchr(" \t\r\n,", c))
            break;
    }
    word = str_first(*list, at);
    *list = str_from(*list, at);
    return word;
}

bool
setting_has_word(struct str list, struct str word)
{
    struct str one;

    while ((one = setting_word(&list)).len) {
        if (str_eq_nocase(one, word))
            return true;
    }
    return false;
}
