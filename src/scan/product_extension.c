#include "scan/product_parts.h"

bool
product_is_joomla_manifest(const struct product_place *place)
{
    struct str name = product_without_suffix(place->base, STR(".xml"));

    if (name.len == place->base.len)
        return false;
    return (str_eq(place->grand, STR("components")) && str_starts(place->parent, STR("com_"))) ||
           (str_eq(place->grand, STR("modules")) && str_starts(place->parent, STR("mod_"))) ||
           (str_eq(place->great, STR("plugins")) && str_eq(place->parent, name)) ||
           str_eq(place->grand, STR("plugins"));
}

/* What stands between <name …> and the next tag; empty without. */
static struct str
element(struct str bytes, struct str opening)
{
    struct str rest = bytes;

    for (;;) {
        size_t at = str_find(rest, opening);

        if (at == rest.len)
            return STR_EMPTY;
        rest = str_from(rest, at + opening.len);
        if (rest.len && (rest.data[0] == '>' || rest.data[0] == ' ')) {
            struct str text = str_from(rest, str_index(rest, '>') + 1);

            (void)str_skip(&text, STR("<![CDATA["));
            return str_trim(str_first(text, str_index_any(text, STR("<]"))));
        }
    }
}

/* "com_x" and "mod_x" by folder, a plugin by group and name, as Joomla calls them. */
static struct str
joomla_slug(struct product_reading *reading)
{
    const struct product_place *place = &reading->place;
    struct str name = product_without_suffix(place->base, STR(".xml"));
    bool is_deep = str_eq(place->great, STR("plugins"));

    if (str_eq(place->grand, STR("components")) || str_eq(place->grand, STR("modules")))
        return place->parent;
    return arena_printf(reading->arena, "plg_" STR_FMT "_" STR_FMT,
                        STR_ARG(is_deep ? place->grand : place->parent), STR_ARG(name));
}

void
product_read_joomla_manifest(struct product_reading *reading)
{
    struct str head = str_first(reading->bytes, PRODUCT_HEADER_BYTES);
    struct installed installed = {.kind = PRODUCT_JOOMLA_EXTENSION};

    if (!str_has(head, STR("<extension")) && !str_has(head, STR("<install")) &&
        !str_has(head, STR("<mosinstall")))
        return;
    installed.version = element(head, STR("<version"));
    installed.name = element(head, STR("<name"));
    installed.slug = joomla_slug(reading);
    installed.root = product_folder_above(reading->place.path, 2);
    if (installed.version.len <= PRODUCT_VALUE_BYTES && installed.version.len)
        product_add(reading, installed, installed.version);
}

bool
product_is_drupal_info(const struct product_place *place)
{
    return (str_ends(place->base, STR(".info.yml")) || str_ends(place->base, STR(".info"))) &&
           (str_has(place->path, STR("modules/")) || str_has(place->path, STR("themes/")));
}

/* `key: 'value'` of YAML, `key = "value"` of Drupal 7, at the start of a line. */
static struct str
info_value(struct str bytes, struct str key)
{
    struct str rest = bytes;

    while (rest.len) {
        struct str line = str_cut(&rest, '\n');

        if (!str_skip(&line, key))
            continue;
        line = str_trim(line);
        if (line.len && (line.data[0] == ':' || line.data[0] == '=')) {
            line = str_trim(str_from(line, 1));
            if (line.len && (line.data[0] == '\'' || line.data[0] == '"'))
                return str_first(str_from(line, 1), str_index_any(str_from(line, 1), STR("'\"")));
            return line;
        }
    }
    return STR_EMPTY;
}

/* A module of several has the project's name and version in each; the core's have the core's. */
void
product_read_drupal_info(struct product_reading *reading)
{
    struct str path = reading->place.path, bytes = str_first(reading->bytes, PRODUCT_HEADER_BYTES);
    struct installed installed = {
        .kind = PRODUCT_DRUPAL_MODULE,
        .slug = info_value(bytes, STR("project")),
        .name = info_value(bytes, STR("name")),
        .version = info_value(bytes, STR("version")),
        .root = product_without_suffix(str_first(path, str_find(path, STR("modules/"))), STR("/")),
    };

    if (installed.slug.len && !str_eq(installed.slug, STR("drupal")))
        product_add(reading, installed, installed.version);
}

bool
product_is_prestashop_module(const struct product_place *place)
{
    return str_eq(place->grand, STR("modules")) && str_ends(place->base, STR(".php")) &&
           str_eq(product_without_suffix(place->base, STR(".php")), place->parent);
}

void
product_read_prestashop_module(struct product_reading *reading)
{
    struct installed installed = {
        .kind = PRODUCT_PRESTASHOP_MODULE,
        .slug = reading->place.parent,
        .root = product_folder_above(reading->place.path, 2),
    };

    if (str_has(reading->bytes, STR("_PS_VERSION_")) &&
        product_find_value(reading->bytes, STR("$this->version"), STR_EMPTY, &installed.version))
        product_add(reading, installed, installed.version);
}

bool
product_is_bitrix_module(const struct product_place *place)
{
    return str_eq(place->base, STR("version.php")) && str_eq(place->parent, STR("install")) &&
           str_eq(place->great, STR("modules"));
}

void
product_read_bitrix_module(struct product_reading *reading)
{
    struct installed installed = {
        .kind = PRODUCT_BITRIX_MODULE,
        .slug = reading->place.grand,
        .root = product_folder_above(reading->place.path, 3),
    };

    if (str_has(reading->bytes, STR("arModuleVersion")) &&
        (product_find_value(reading->bytes, STR("\"VERSION\""), STR_EMPTY, &installed.version) ||
         product_find_value(reading->bytes, STR("'VERSION'"), STR_EMPTY, &installed.version)))
        product_add(reading, installed, installed.version);
}
