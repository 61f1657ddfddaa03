#include "scan/product.h"

#include <stdlib.h>

#include "scan/finding.h"
#include "scan/product_parts.h"
#include "scan/version.h"

static const struct str kind_names[PRODUCT_KIND_COUNT] = {
    [PRODUCT_APPLICATION] = {"application", 11},
    [PRODUCT_WP_PLUGIN] = {"wp-plugin", 9},
    [PRODUCT_WP_THEME] = {"wp-theme", 8},
    [PRODUCT_JOOMLA_EXTENSION] = {"joomla-extension", 16},
    [PRODUCT_DRUPAL_MODULE] = {"drupal-module", 13},
    [PRODUCT_PRESTASHOP_MODULE] = {"prestashop-module", 17},
    [PRODUCT_BITRIX_MODULE] = {"bitrix-module", 13},
    [PRODUCT_PACKAGE] = {"package", 7},
};

struct str
product_kind_name(enum product_kind kind)
{
    return kind_names[kind];
}

bool
product_kind_read(struct str name, enum product_kind *ret_kind)
{
    for (uint32_t i = 0; i < PRODUCT_KIND_COUNT; i++) {
        if (str_eq(name, kind_names[i])) {
            *ret_kind = (enum product_kind)i;
            return true;
        }
    }
    return false;
}

static struct str
cut_last(struct str *path)
{
    size_t at = path->len;
    struct str last;

    while (at > 0 && path->data[at - 1] != '/')
        at--;
    last = str_from(*path, at);
    *path = str_first(*path, at > 0 ? at - 1 : 0);
    return last;
}

static struct product_place
place_of(struct str path)
{
    struct product_place place = {.path = path};

    place.base = cut_last(&path);
    place.parent = cut_last(&path);
    place.grand = cut_last(&path);
    place.great = cut_last(&path);
    return place;
}

/* The folder so many names up from the file; the path's own bytes. */
struct str
product_folder_above(struct str path, uint32_t levels)
{
    while (levels-- > 0)
        (void)cut_last(&path);
    return path;
}

struct str
product_without_suffix(struct str name, struct str suffix)
{
    return str_first(name, str_ends(name, suffix) ? name.len - suffix.len : name.len);
}

/* Lines are counted on from the last place, which is before this one. */
static uint32_t
line_at(struct product_reading *reading, size_t offset)
{
    if (offset < reading->counted) {
        reading->counted = 0;
        reading->line = 1;
    }
    for (; reading->counted < offset; reading->counted++)
        reading->line += reading->bytes.data[reading->counted] == '\n';
    return reading->line;
}

static bool
has_room(struct product_reading *reading)
{
    struct products *products = reading->products;
    uint32_t capacity = products->capacity ? products->capacity * 2 : 4;
    struct installed *list;

    if (products->count < products->capacity)
        return true;
    if (products->count >= PRODUCTS_MAX)
        return false;
    list = arena_array(reading->arena, capacity, sizeof(*list));
    if (!list)
        return false;
    if (products->count)
        memcpy(list, products->list, products->count * sizeof(*list));
    products->list = list;
    products->capacity = capacity;
    return true;
}

/* A copy under vendor/OWNER/NAME is what Composer's own list there names. */
static struct str
application_root(struct str root, struct str slug)
{
    struct str above = root;

    if (str_ends(root, slug)) {
        above = str_first(root, root.len - slug.len);
        if (str_ends(above, STR("vendor/")))
            return product_without_suffix(str_first(above, above.len - 7), STR("/"));
    }
    return root;
}

/* Adds what was found; `at` is the place of it in the file's bytes. */
void
product_add(struct product_reading *reading, struct installed installed, struct str at)
{
    size_t offset;

    if (!version_is_number(installed.version))
        return;
    if (!has_room(reading)) {
        reading->products->lost++;
        return;
    }
    offset = (size_t)(at.data - reading->bytes.data);
    installed.path = reading->place.path;
    installed.line = line_at(reading, offset);
    installed.text = finding_quote(reading->bytes, offset);
    if (installed.kind == PRODUCT_PACKAGE)
        installed.root = application_root(installed.root, installed.slug);
    if (installed.name.len == 0)
        installed.name = installed.slug;
    reading->products->list[reading->products->count++] = installed;
}

/* Files that are told by the shape of their path. */
static const struct {
    bool (*is_wanted)(const struct product_place *place);
    bool (*is)(const struct product_place *place);
    void (*read)(struct product_reading *reading);
} shapes[] = {
    {product_is_wp_plugin, product_is_php, product_read_wp_plugin},
    {product_is_wp_theme, product_is_wp_theme, product_read_wp_theme},
    {product_is_joomla_manifest, product_is_joomla_manifest, product_read_joomla_manifest},
    {product_is_drupal_info, product_is_drupal_info, product_read_drupal_info},
    {product_is_prestashop_module, product_is_prestashop_module, product_read_prestashop_module},
    {product_is_bitrix_module, product_is_bitrix_module, product_read_bitrix_module},
    {product_is_composer, product_is_composer, product_read_composer},
};

#define SHAPE_COUNT (sizeof(shapes) / sizeof(shapes[0]))

bool
product_wants(struct str path)
{
    struct product_place place = place_of(path);

    if (product_has_fingerprint(path))
        return true;
    for (size_t i = 0; i < SHAPE_COUNT; i++) {
        if (shapes[i].is_wanted(&place))
            return true;
    }
    return false;
}

void
product_read(struct str path, struct str bytes, struct arena *arena, struct products *products)
{
    struct product_reading reading = {
        .place = place_of(path),
        .bytes = bytes,
        .arena = arena,
        .products = products,
        .line = 1,
    };

    product_read_fingerprint(&reading);
    for (size_t i = 0; i < SHAPE_COUNT; i++) {
        if (shapes[i].is(&reading.place))
            shapes[i].read(&reading);
    }
}

static int
by_product(const struct installed *a, const struct installed *b)
{
    int order = str_compare(a->root, b->root);

    if (order == 0)
        order = (int)a->kind - (int)b->kind;
    return order ? order : str_compare(a->slug, b->slug);
}

static int
by_sureness(const void *left, const void *right)
{
    const struct installed *a = left, *b = right;
    int order = by_product(a, b);

    if (order == 0)
        order = (int)a->source - (int)b->source;
    return order ? order : str_compare(a->path, b->path);
}

uint32_t
products_unique(struct installed *list, uint32_t count)
{
    uint32_t kept = 0;

    if (count > 1)
        qsort(list, count, sizeof(*list), by_sureness);
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || by_product(&list[kept - 1], &list[i]) != 0)
            list[kept++] = list[i];
    }
    return kept;
}
