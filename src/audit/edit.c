#include "audit/edit.h"

/* Written into a line, these would start another one. */
static bool
fits_a_line(struct str text)
{
    return str_index_any(text, STR("\n\r")) == text.len && str_index(text, '\0') == text.len;
}

/* Exim's lists have a name of two words: "hostlist relay_from_hosts". */
static bool
is_name(struct str name, enum settings_syntax syntax)
{
    struct str rest = name;

    if (syntax == SETTINGS_EXIM &&
        (str_skip(&rest, STR("hostlist ")) || str_skip(&rest, STR("domainlist "))))
        name = rest;
    return name.len > 0 && fits_a_line(name) && str_index_any(name, STR(" =#;{}\t")) == name.len;
}

static bool
join(struct str before, struct str line, struct str after, struct arena *arena,
     struct str *ret_text)
{
    bool ends = before.len == 0 || before.data[before.len - 1] == '\n';
    struct str parts[] = {before, ends ? STR_EMPTY : STR("\n"), line, STR("\n"), after}, text;
    size_t len = 0;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        len += parts[i].len;
    if (len > EDIT_BYTES_MAX)
        return false;
    text = arena_join(arena, parts, sizeof(parts) / sizeof(parts[0]));
    if (text.len != len)
        return false;
    *ret_text = text;
    return true;
}

/* Exim's main section ends at the first "begin"; all else takes what is at the end. */
static size_t
place_for_new(struct str text, enum settings_syntax syntax, struct str section)
{
    struct str rest = text;
    bool is_inside = false;

    while (rest.len) {
        size_t at = text.len - rest.len;
        struct str line = str_trim(str_cut(&rest, '\n'));

        if (syntax == SETTINGS_EXIM && str_starts_nocase(line, STR("begin ")))
            return at;
        if (syntax == SETTINGS_INI && section.len && line.len && line.data[0] == '[') {
            if (is_inside)
                return at;
            line = str_from(line, 1);
            is_inside = str_eq(str_cut(&line, ']'), section);
        }
    }
    return text.len;
}

bool
edit_setting(struct str text, enum settings_syntax syntax, struct str section, struct str name,
             struct str value, struct arena *arena, struct str *ret_text)
{
    const struct setting *setting;
    struct settings settings;
    struct str line;
    size_t at;

    if (!is_name(name, syntax) || !fits_a_line(value) || text.len > EDIT_BYTES_MAX)
        return false;
    settings_init(&settings, arena);
    settings_read(&settings, syntax, text, STR_EMPTY);
    if (settings.is_full)
        return false;
    setting = syntax == SETTINGS_INI && section.len == 0
                  ? settings_find_anywhere(&settings, name)
                  : settings_find_in(&settings, section, name);
    line = arena_printf(arena, STR_FMT " = " STR_FMT, STR_ARG(name), STR_ARG(value));
    if (line.len != name.len + value.len + 3)
        return false;
    if (setting) {
        at = (size_t)(setting->span.data - text.data);
        return join(str_first(text, at), line, str_from(text, at + setting->span.len), arena,
                    ret_text);
    }
    at = place_for_new(text, syntax, section);
    return join(str_first(text, at), line, str_from(text, at), arena, ret_text);
}

bool
edit_append(struct str text, struct str lines, struct arena *arena, struct str *ret_text)
{
    if (lines.len && lines.data[lines.len - 1] == '\n')
        lines.len--;
    if (str_has(text, lines)) {
        *ret_text = text;
        return true;
    }
    return join(text, lines, STR_EMPTY, arena, ret_text);
}
