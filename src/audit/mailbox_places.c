#include "audit/mailbox_places.h"

/* One section passdb { ... }. */
struct section {
    struct str driver, arguments, path, scheme;
};

/* "%d", "%{user | domain}": whatever stands there is a file of its own. */
static struct str
pattern_of(struct str path, struct arena *arena)
{
    char *text = arena_array(arena, path.len + 1, 1);
    size_t len = 0;

    if (!text)
        return STR_EMPTY;
    for (size_t i = 0; i < path.len; i++) {
        if (path.data[i] != '%') {
            text[len++] = path.data[i];
            continue;
        }
        text[len++] = '*';
        if (i + 1 < path.len && path.data[i + 1] == '{')
            i += str_index(str_from(path, i), '}');
        else
            i++;
    }
    return (struct str){text, len};
}

/* "scheme=CRYPT username_format=%u /etc/dovecot/users" */
static void
read_arguments(struct section *section)
{
    struct str rest = str_trim(section->arguments);

    while (rest.len && rest.data[0] != '/') {
        struct str word = str_cut(&rest, ' ');

        if (str_skip(&word, STR("scheme=")))
            section->scheme = word;
        rest = str_trim(rest);
    }
    section->path = rest;
}

static void
end_section(struct mailbox_places *places, struct section *section, struct arena *arena)
{
    struct mailbox_place place = {
        .kind = MAILBOX_PLACE_OTHER, .driver = section->driver, .scheme = section->scheme};

    if (section->driver.len == 0 || places->count == MAILBOX_PLACES_MAX)
        return;
    if (str_eq(section->driver, STR("passwd-file"))) {
        if (section->path.len == 0)
            read_arguments(section);
        place.kind = MAILBOX_PLACE_FILE;
        place.scheme = section->scheme;
        place.path = pattern_of(section->path, arena);
        if (place.path.len == 0)
            return;
    } else if (str_eq(section->driver, STR("pam")) || str_eq(section->driver, STR("shadow")) ||
               str_eq(section->driver, STR("passwd")) || str_eq(section->driver, STR("bsdauth"))) {
        place.kind = MAILBOX_PLACE_SYSTEM;
    }
    places->list[places->count++] = place;
}

static void
read_setting(struct section *section, struct str line)
{
    struct str value = line, key = str_trim(str_cut(&value, '='));

    value = str_trim(value);
    if (str_eq(key, STR("driver")))
        section->driver = value;
    else if (str_eq(key, STR("args")))
        section->arguments = value;
    else if (str_eq(key, STR("passwd_file_path")))
        section->path = value;
    else if (str_eq(key, STR("default_password_scheme")) ||
             str_eq(key, STR("passdb_default_password_scheme")))
        section->scheme = value;
}

struct mailbox_places
mailbox_places_read(struct str text, struct arena *arena)
{
    struct mailbox_places places = {.count = 0};
    struct section section = {STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY};
    bool is_inside = false;

    while (text.len) {
        struct str line = str_trim(str_cut(&text, '\n')), rest = line;

        if (!is_inside && str_skip(&rest, STR("passdb")) && str_ends(rest, STR("{"))) {
            rest.len--;
            section = (struct section){str_trim(rest), STR_EMPTY, STR_EMPTY, STR_EMPTY};
            is_inside = true;
        } else if (is_inside && str_eq(line, STR("}"))) {
            end_section(&places, &section, arena);
            is_inside = false;
        } else if (is_inside) {
            read_setting(&section, line);
        }
    }
    return places;
}
