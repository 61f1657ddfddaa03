#include "record/json_scan.h"
#include "scan/finding.h"
#include "scan/product_parts.h"

bool
product_is_composer(const struct product_place *place)
{
    return str_eq(place->base, STR("composer.lock")) || str_eq(place->base, STR("composer.json")) ||
           (str_eq(place->base, STR("installed.json")) && str_eq(place->parent, STR("composer")));
}

/* A string of JSON, lower case where it is a name; longer ones are none. */
static struct str
json_text(struct product_reading *reading, struct json_value value, bool is_name)
{
    struct json_scratch scratch = {.capacity = value.text.len};
    struct str text;
    char *folded;

    if (value.kind != JSON_STRING || value.text.len > FINDING_TEXT_MAX)
        return STR_EMPTY;
    scratch.data = arena_alloc(reading->arena, value.text.len + 1);
    if (!scratch.data)
        return STR_EMPTY;
    text = json_scan_text(value, &scratch);
    folded = is_name ? arena_alloc(reading->arena, text.len + 1) : NULL;
    if (!folded)
        return text;
    str_fold(text, folded);
    return (struct str){folded, text.len};
}

/* One object with "name" and "version". */
static void
read_package(struct product_reading *reading, struct str object, struct installed installed)
{
    struct json_scan scan;
    struct json_value value;
    struct str name;
    struct str at = object;

    if (!json_scan_object(&scan, object))
        return;
    while (!(installed.slug.len && installed.version.len) &&
           json_scan_member(&scan, &name, &value)) {
        if (str_eq(name, STR("name"))) {
            installed.slug = json_text(reading, value, true);
        } else if (str_eq(name, STR("version"))) {
            installed.version = json_text(reading, value, false);
            at = value.text;
        }
    }
    if (installed.slug.len)
        product_add(reading, installed, at);
}

static void
read_packages(struct product_reading *reading, struct str array, struct installed installed)
{
    struct json_scan scan;
    struct json_value value;

    if (!json_scan_array(&scan, array))
        return;
    while (json_scan_element(&scan, &value)) {
        if (value.kind == JSON_OBJECT)
            read_package(reading, value.text, installed);
    }
}

/* Only a shop whose own composer.json states its version; other packages name theirs in lists. */
static void
read_composer_json(struct product_reading *reading)
{
    static const char *const shops[] = {
        "magento/magento2ce",
        "magento/magento2ee",
        "magento/project-community-edition",
        "magento/project-enterprise-edition",
    };
    uint32_t before = reading->products->count;
    struct installed installed = {
        .kind = PRODUCT_APPLICATION,
        .root = product_folder_above(reading->place.path, 1),
        .name = STR("Magento"),
    };
    struct installed *added;

    if (!str_has(str_first(reading->bytes, PRODUCT_HEADER_BYTES), STR("magento")))
        return;
    read_package(reading, reading->bytes, installed);
    if (reading->products->count == before)
        return;
    added = &reading->products->list[before];
    for (size_t i = 0; i < sizeof(shops) / sizeof(shops[0]); i++) {
        if (str_eq(added->slug, str_from_cstr(shops[i]))) {
            added->slug = STR("magento");
            return;
        }
    }
    reading->products->count = before;
}

/* installed.json of Composer 1 is the array itself; later ones, and the lock, name it. */
void
product_read_composer(struct product_reading *reading)
{
    const struct product_place *place = &reading->place;
    bool is_lock = str_eq(place->base, STR("composer.lock"));
    struct installed installed = {
        .kind = PRODUCT_PACKAGE,
        .source = is_lock ? PRODUCT_BY_LOCK : PRODUCT_BY_INSTALLER,
        .root = product_folder_above(place->path, is_lock ? 1 : 3),
    };
    struct json_scan scan;
    struct json_value value;
    struct str name;

    if (str_eq(place->base, STR("composer.json"))) {
        read_composer_json(reading);
        return;
    }
    if (!json_scan_object(&scan, reading->bytes)) {
        read_packages(reading, reading->bytes, installed);
        return;
    }
    while (json_scan_member(&scan, &name, &value)) {
        if (str_eq(name, STR("packages")) && value.kind == JSON_ARRAY) {
            read_packages(reading, value.text, installed);
            return;
        }
    }
}
