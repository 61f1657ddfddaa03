#include "scan/product_parts.h"

static bool
is_header_byte(char c)
{
    return c == ' ' || c == '\t' || c == '/' || c == '*' || c == '#' || c == '@';
}

/* " * Version: 1.2" at the start of a line, as WordPress finds it; empty without. */
static struct str
header_field(struct str bytes, struct str name)
{
    struct str rest = str_first(bytes, PRODUCT_HEADER_BYTES);

    while (rest.len) {
        struct str line = str_cut(&rest, '\n');

        (void)str_skip(&line, STR("<?php"));
        while (line.len && is_header_byte(line.data[0]))
            line = str_from(line, 1);
        if (str_starts_nocase(line, name)) {
            line = str_from(line, name.len);
            return str_trim(str_first(line, str_find(line, STR("*/"))));
        }
    }
    return STR_EMPTY;
}

static bool
is_plugins(struct str folder)
{
    return str_eq(folder, STR("plugins")) || str_eq(folder, STR("mu-plugins"));
}

bool
product_is_wp_plugin(const struct product_place *place)
{
    return str_ends(place->base, STR(".php")) &&
           (is_plugins(place->grand) || is_plugins(place->parent));
}

/* "Contact Form 7" is contact-form-7 where plugins are published. */
static struct str
slug_of_name(struct arena *arena, struct str name)
{
    char *slug = arena_alloc(arena, name.len + 1);

    if (!slug)
        return name;
    str_fold(name, slug);
    for (size_t i = 0; i < name.len; i++)
        slug[i] = slug[i] == ' ' ? '-' : slug[i];
    return (struct str){slug, name.len};
}

/* By folder; where a plugin lies outside a site, as in a backup, by the name of its texts. */
static struct str
wp_plugin_slug(const struct product_reading *reading, bool is_single, struct str name)
{
    const struct product_place *place = &reading->place;
    struct str domain = header_field(reading->bytes, STR("Text Domain:"));

    if (is_single)
        return product_without_suffix(place->base, STR(".php"));
    if (is_plugins(place->grand))
        return place->parent;
    return domain.len ? domain : slug_of_name(reading->arena, name);
}

void
product_read_wp_plugin(struct product_reading *reading)
{
    const struct product_place *place = &reading->place;
    bool is_single = is_plugins(place->parent) && !is_plugins(place->grand);
    struct installed installed = {
        .kind = PRODUCT_WP_PLUGIN,
        .root = product_folder_above(place->path, 1),
    };

    if (!str_has(str_first(reading->bytes, PRODUCT_HEADER_BYTES), STR("Plugin Name:")))
        return;
    installed.name = header_field(reading->bytes, STR("Plugin Name:"));
    if (!installed.name.len)
        return;
    installed.version = header_field(reading->bytes, STR("Version:"));
    installed.slug = wp_plugin_slug(reading, is_single, installed.name);
    if (installed.version.len <= PRODUCT_VALUE_BYTES)
        product_add(reading, installed, installed.version);
}

/* Any PHP file may be a plugin's first, which its folder cannot tell where it lies elsewhere. */
bool
product_is_php(const struct product_place *place)
{
    return str_ends(place->base, STR(".php"));
}

bool
product_is_wp_theme(const struct product_place *place)
{
    return str_eq(place->base, STR("style.css")) && str_eq(place->grand, STR("themes"));
}

void
product_read_wp_theme(struct product_reading *reading)
{
    struct installed installed = {
        .kind = PRODUCT_WP_THEME,
        .slug = reading->place.parent,
        .name = header_field(reading->bytes, STR("Theme Name:")),
        .version = header_field(reading->bytes, STR("Version:")),
        .root = product_folder_above(reading->place.path, 2),
    };

    if (installed.name.len)
        product_add(reading, installed, installed.version);
}
