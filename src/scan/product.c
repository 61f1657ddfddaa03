#include "scan/product.h"

#include <stdlib.h>

#include "record/json_scan.h"
#include "scan/finding.h"
#include "scan/version.h"

/* Where headers of plugins and themes stand; WordPress reads no more either. */
#define HEADER_BYTES 8192

/* A version beyond this many bytes is text that merely begins with a digit. */
#define VALUE_BYTES 64

#define PARTS_MAX 4

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

/*
 * A file of a fixed place that states its product's version behind a word. Several
 * marks are the parts of one version, joined by dots; those from the second on may be
 * missing. `needs` tells the product from others with such a file, `before` stands
 * between the mark and the version; not_in is a folder in which it is a second copy.
 */
struct fingerprint {
    const char *suffix, *slug, *name, *needs, *before, *not_in;
    const char *marks[PARTS_MAX];
    enum product_kind kind;
    bool is_any_case; /* of the path */
};

#define APPLICATION .kind = PRODUCT_APPLICATION
#define PACKAGE .kind = PRODUCT_PACKAGE
#define PHPMAILER .slug = "phpmailer/phpmailer", .name = "PHPMailer", PACKAGE
#define JOOMLA .slug = "joomla", .name = "Joomla", APPLICATION
#define PRESTASHOP .slug = "prestashop", .name = "PrestaShop", APPLICATION

static const struct fingerprint fingerprints[] = {
    {.suffix = "wp-includes/version.php",
     .slug = "wordpress",
     .name = "WordPress",
     .marks = {"$wp_version"},
     APPLICATION},
    {.suffix = "libraries/src/Version.php",
     .needs = "Joomla",
     .marks = {"MAJOR_VERSION", "MINOR_VERSION", "PATCH_VERSION"},
     JOOMLA},
    {.suffix = "libraries/src/Version.php", /* 3.8 */
     .needs = "Joomla",
     .marks = {"RELEASE", "DEV_LEVEL"},
     JOOMLA},
    {.suffix = "libraries/cms/version/version.php", /* 2.5 to 3.7 */
     .needs = "Joomla",
     .marks = {"RELEASE", "DEV_LEVEL"},
     JOOMLA},
    {.suffix = "libraries/cms/version/version.php", /* 2.5 to 3.4 */
     .needs = "Joomla",
     .marks = {"$RELEASE", "$DEV_LEVEL"},
     JOOMLA},
    {.suffix = "libraries/joomla/version.php", /* 1.5 and 1.6 */
     .needs = "Joomla",
     .marks = {"$RELEASE", "$DEV_LEVEL"},
     JOOMLA},
    {.suffix = "includes/version.php", /* 1.0 and 1.7 */
     .needs = "Joomla",
     .marks = {"$RELEASE", "$DEV_LEVEL"},
     JOOMLA},
    {.suffix = "administrator/manifests/files/joomla.xml",
     .needs = "joomla",
     .marks = {"<version>"},
     JOOMLA},
    {.suffix = "com_virtuemart/version.php",
     .slug = "com_virtuemart",
     .name = "VirtueMart",
     .marks = {"$RELEASE"},
     .kind = PRODUCT_JOOMLA_EXTENSION},
    {.suffix = "lib/Drupal.php",
     .slug = "drupal",
     .name = "Drupal",
     .needs = "class Drupal",
     .marks = {"VERSION"},
     APPLICATION},
    {.suffix = "includes/bootstrap.inc", /* 7 */
     .slug = "drupal",
     .name = "Drupal",
     .needs = "drupal_",
     .marks = {"'VERSION'"},
     APPLICATION},
    {.suffix = "modules/system/system.module", /* 5 and 6 */
     .slug = "drupal",
     .name = "Drupal",
     .marks = {"'VERSION'"},
     APPLICATION},
    {.suffix = "includes/constants.php",
     .slug = "phpbb",
     .name = "phpBB",
     .marks = {"PHPBB_VERSION"},
     APPLICATION},
    {.suffix = "config/settings.inc.php", .marks = {"_PS_VERSION_"}, PRESTASHOP},
    {.suffix = "install/install_version.php", .marks = {"_PS_INSTALL_VERSION_"}, PRESTASHOP},
    {.suffix = "app/AppKernel.php", .needs = "PrestaShop", .marks = {"VERSION"}, PRESTASHOP},
    {.suffix = "src/Core/Version.php", .needs = "PrestaShop", .marks = {"VERSION"}, PRESTASHOP},
    {.suffix = "index.php",
     .slug = "opencart",
     .name = "OpenCart",
     .needs = "DIR_SYSTEM . 'startup.php'",
     .not_in = "admin",
     .marks = {"'VERSION'"},
     APPLICATION},
    {.suffix = "modules/main/classes/general/version.php",
     .slug = "bitrix",
     .name = "Bitrix",
     .marks = {"SM_VERSION"},
     APPLICATION},
    {.suffix = "includes/Defines.php",
     .slug = "mediawiki",
     .name = "MediaWiki",
     .marks = {"MW_VERSION"},
     APPLICATION},
    {.suffix = "includes/DefaultSettings.php",
     .slug = "mediawiki",
     .name = "MediaWiki",
     .marks = {"$wgVersion"},
     APPLICATION},
    {.suffix = "index.php",
     .slug = "smf",
     .name = "Simple Machines Forum",
     .marks = {"SMF_VERSION"},
     APPLICATION},
    {.suffix = "index.php",
     .slug = "smf",
     .name = "Simple Machines Forum",
     .before = "SMF ",
     .marks = {"$forum_version"},
     APPLICATION},
    {.suffix = "includes/class_core.php",
     .slug = "vbulletin",
     .name = "vBulletin",
     .marks = {"FILE_VERSION"},
     APPLICATION},
    {.suffix = "app/Mage.php",
     .slug = "magento",
     .name = "Magento",
     .marks = {"'major'", "'minor'", "'revision'", "'patch'"},
     APPLICATION},
    {.suffix = "program/include/iniset.php",
     .slug = "roundcube",
     .name = "Roundcube",
     .marks = {"RCMAIL_VERSION"},
     APPLICATION},
    {.suffix = "src/Illuminate/Foundation/Application.php",
     .slug = "laravel/framework",
     .name = "Laravel",
     .marks = {"VERSION"},
     PACKAGE},
    {.suffix = "src/PHPMailer.php", .needs = "class PHPMailer", .marks = {"VERSION"}, PHPMAILER},
    {.suffix = "PHPMailer.php", .needs = "class PHPMailer", .marks = {"VERSION"}, PHPMAILER},
    {.suffix = "class.phpmailer.php", .marks = {"$Version"}, .is_any_case = true, PHPMAILER},
    {.suffix = "class-phpmailer.php", .marks = {"$Version"}, PHPMAILER},
    {.suffix = "phpmailer.php",
     .needs = "class PHPMailer",
     .marks = {"$Version"},
     .is_any_case = true,
     PHPMAILER},
    {.suffix = "VERSION",
     .slug = "swiftmailer/swiftmailer",
     .name = "Swift Mailer",
     .marks = {"Swift-"},
     PACKAGE},
    {.suffix = "timthumb.php",
     .slug = "timthumb",
     .name = "TimThumb",
     .needs = "TimThumb",
     .marks = {"'VERSION'"},
     APPLICATION},
    {.suffix = "thumb.php",
     .slug = "timthumb",
     .name = "TimThumb",
     .needs = "TimThumb",
     .marks = {"'VERSION'"},
     APPLICATION},
    {.suffix = "formmail.php",
     .slug = "phpformmail",
     .name = "PHPFormMail",
     .needs = "PHPFormMail",
     .before = "Classic v",
     .marks = {"'VERSION'"},
     APPLICATION},
    {.suffix = "formmail.pl",
     .slug = "formmail",
     .name = "Matt Wright's FormMail",
     .needs = "Matt",
     .before = "Version ",
     .marks = {"FormMail"},
     .is_any_case = true,
     APPLICATION},
    {.suffix = "formmail.cgi",
     .slug = "formmail",
     .name = "Matt Wright's FormMail",
     .needs = "Matt",
     .before = "Version ",
     .marks = {"FormMail"},
     .is_any_case = true,
     APPLICATION},
};

#define FINGERPRINT_COUNT (sizeof(fingerprints) / sizeof(fingerprints[0]))

/* The last folders of a path: "…/great/grand/parent/base". */
struct place {
    struct str path, base, parent, grand, great;
};

/* What is being read, and how far its lines are counted. */
struct reading {
    struct place place;
    struct str bytes;
    struct arena *arena;
    struct products *products;
    size_t counted;
    uint32_t line;
};

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

static struct place
place_of(struct str path)
{
    struct place place = {.path = path};

    place.base = cut_last(&path);
    place.parent = cut_last(&path);
    place.grand = cut_last(&path);
    place.great = cut_last(&path);
    return place;
}

/* The folder so many names up from the file; the path's own bytes. */
static struct str
folder_above(struct str path, uint32_t levels)
{
    while (levels-- > 0)
        (void)cut_last(&path);
    return path;
}

static struct str
without_suffix(struct str name, struct str suffix)
{
    return str_first(name, str_ends(name, suffix) ? name.len - suffix.len : name.len);
}

static bool
is_at(struct str path, const struct fingerprint *row)
{
    struct str suffix = str_from_cstr(row->suffix), tail;

    if (path.len < suffix.len)
        return false;
    tail = str_from(path, path.len - suffix.len);
    return (tail.data == path.data || tail.data[-1] == '/') &&
           (row->is_any_case ? str_eq_nocase(tail, suffix) : str_eq(tail, suffix));
}

static bool
is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || str_is_digit(c) || c == '_';
}

/* Lines are counted on from the last place, which is before this one. */
static uint32_t
line_at(struct reading *reading, size_t offset)
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
has_room(struct reading *reading)
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
            return without_suffix(str_first(above, above.len - 7), STR("/"));
    }
    return root;
}

/* Adds what was found; `at` is the place of it in the file's bytes. */
static void
add(struct reading *reading, struct installed installed, struct str at)
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

/* What a value consists of: to the closing quote, or as far as it can be a version. */
static struct str
value_at(struct str text)
{
    size_t len = 0;

    while (len < text.len &&
           (is_name_byte(text.data[len]) || str_index(STR(".-+~ "), text.data[len]) < 5))
        len++;
    text = str_first(text, len);
    return text.len <= VALUE_BYTES ? str_trim(text) : STR_EMPTY;
}

/* Between a mark and its value: `= '`, `', "`, ` => `, `>`. */
static struct str
skip_signs(struct str text)
{
    static const struct str signs = {" \t=,:>()'\"", 10};

    while (text.len && str_index(signs, text.data[0]) < signs.len)
        text = str_from(text, 1);
    return text;
}

/* The value behind the first `mark` that is a word of its own and has one. */
static bool
find_value(struct str bytes, struct str mark, struct str before, struct str *ret_value)
{
    struct str rest = bytes;

    for (;;) {
        size_t at = str_find(rest, mark);
        struct str value;
        bool is_word;

        if (at == rest.len)
            return false;
        is_word = !is_name_byte(mark.data[0]) || rest.data + at == bytes.data ||
                  !is_name_byte(rest.data[at - 1]);
        rest = str_from(rest, at + mark.len);
        if (!is_word ||
            (rest.len && is_name_byte(mark.data[mark.len - 1]) && is_name_byte(rest.data[0])))
            continue;
        value = skip_signs(rest);
        if (!str_skip(&value, before))
            continue;
        value = value_at(value);
        if (value.len && version_is_number(value)) {
            *ret_value = value;
            return true;
        }
    }
}

static struct str
optional(const char *text)
{
    return text ? str_from_cstr(text) : STR_EMPTY;
}

/* The first mark's value, and those of the others behind dots. */
static bool
read_parts(struct reading *reading, const struct fingerprint *row, struct str *ret_version,
           struct str *ret_at)
{
    struct str before = optional(row->before), value;

    if (!find_value(reading->bytes, str_from_cstr(row->marks[0]), before, ret_version))
        return false;
    *ret_at = *ret_version;
    for (uint32_t i = 1; i < PARTS_MAX && row->marks[i]; i++) {
        if (!find_value(reading->bytes, str_from_cstr(row->marks[i]), before, &value))
            break;
        *ret_version = arena_printf(reading->arena, STR_FMT "." STR_FMT, STR_ARG(*ret_version),
                                    STR_ARG(value));
    }
    return true;
}

/* What the code looks like once it is mended. */
static const struct {
    const char *slug, *code, *id;
} mendings[] = {
    {"phpmailer/phpmailer", "isShellSafe(", "CVE-2016-10033"},
    {"phpmailer/phpmailer", "isShellSafe(", "CVE-2016-10045"},
    {"phpmailer/phpmailer", "isPermittedPath(", "CVE-2018-19296"},
    {"phpmailer/phpmailer", "if (!static::isPermittedPath($path)) {", "CVE-2020-36326"},
    {"phpmailer/phpmailer", "$lines = file($lang_file)", "CVE-2021-34551"},
};

static struct str
mended_of(struct reading *reading, struct str slug)
{
    struct str mended = STR_EMPTY;

    for (size_t i = 0; i < sizeof(mendings) / sizeof(mendings[0]); i++) {
        if (str_eq(slug, str_from_cstr(mendings[i].slug)) &&
            str_has(reading->bytes, str_from_cstr(mendings[i].code)))
            mended = arena_printf(reading->arena, STR_FMT "%s%s", STR_ARG(mended),
                                  mended.len ? " " : "", mendings[i].id);
    }
    return mended;
}

static void
read_fingerprints(struct reading *reading)
{
    struct str path = reading->place.path;

    for (size_t i = 0; i < FINGERPRINT_COUNT; i++) {
        const struct fingerprint *row = &fingerprints[i];
        struct str suffix = str_from_cstr(row->suffix);
        struct installed installed = {.kind = row->kind, .source = PRODUCT_BY_FILE};
        struct str at;

        if (!is_at(path, row) ||
            (row->not_in && str_eq(reading->place.parent, optional(row->not_in))) ||
            (row->needs && !str_has(reading->bytes, optional(row->needs))) ||
            !read_parts(reading, row, &installed.version, &at))
            continue;
        installed.slug = str_from_cstr(row->slug);
        installed.name = str_from_cstr(row->name);
        installed.mended = mended_of(reading, installed.slug);
        installed.root = without_suffix(str_first(path, path.len - suffix.len), STR("/"));
        add(reading, installed, at);
        return;
    }
}

static bool
is_header_byte(char c)
{
    return c == ' ' || c == '\t' || c == '/' || c == '*' || c == '#' || c == '@';
}

/* " * Version: 1.2" at the start of a line, as WordPress finds it; empty without. */
static struct str
header_field(struct str bytes, struct str name)
{
    struct str rest = str_first(bytes, HEADER_BYTES);

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

static bool
is_wp_plugin(const struct place *place)
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
wp_plugin_slug(const struct reading *reading, bool is_single, struct str name)
{
    const struct place *place = &reading->place;
    struct str domain = header_field(reading->bytes, STR("Text Domain:"));

    if (is_single)
        return without_suffix(place->base, STR(".php"));
    if (is_plugins(place->grand))
        return place->parent;
    return domain.len ? domain : slug_of_name(reading->arena, name);
}

static void
read_wp_plugin(struct reading *reading)
{
    const struct place *place = &reading->place;
    bool is_single = is_plugins(place->parent) && !is_plugins(place->grand);
    struct installed installed = {
        .kind = PRODUCT_WP_PLUGIN,
        .root = folder_above(place->path, 1),
    };

    if (!str_has(str_first(reading->bytes, HEADER_BYTES), STR("Plugin Name:")))
        return;
    installed.name = header_field(reading->bytes, STR("Plugin Name:"));
    if (!installed.name.len)
        return;
    installed.version = header_field(reading->bytes, STR("Version:"));
    installed.slug = wp_plugin_slug(reading, is_single, installed.name);
    if (installed.version.len <= VALUE_BYTES)
        add(reading, installed, installed.version);
}

/* Any PHP file may be a plugin's first, which its folder cannot tell where it lies elsewhere. */
static bool
is_php(const struct place *place)
{
    return str_ends(place->base, STR(".php"));
}

static bool
is_wp_theme(const struct place *place)
{
    return str_eq(place->base, STR("style.css")) && str_eq(place->grand, STR("themes"));
}

static void
read_wp_theme(struct reading *reading)
{
    struct installed installed = {
        .kind = PRODUCT_WP_THEME,
        .slug = reading->place.parent,
        .name = header_field(reading->bytes, STR("Theme Name:")),
        .version = header_field(reading->bytes, STR("Version:")),
        .root = folder_above(reading->place.path, 2),
    };

    if (installed.name.len)
        add(reading, installed, installed.version);
}

static bool
is_joomla_manifest(const struct place *place)
{
    struct str name = without_suffix(place->base, STR(".xml"));

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
joomla_slug(struct reading *reading)
{
    const struct place *place = &reading->place;
    struct str name = without_suffix(place->base, STR(".xml"));
    bool is_deep = str_eq(place->great, STR("plugins"));

    if (str_eq(place->grand, STR("components")) || str_eq(place->grand, STR("modules")))
        return place->parent;
    return arena_printf(reading->arena, "plg_" STR_FMT "_" STR_FMT,
                        STR_ARG(is_deep ? place->grand : place->parent), STR_ARG(name));
}

static void
read_joomla_manifest(struct reading *reading)
{
    struct str head = str_first(reading->bytes, HEADER_BYTES);
    struct installed installed = {.kind = PRODUCT_JOOMLA_EXTENSION};

    if (!str_has(head, STR("<extension")) && !str_has(head, STR("<install")) &&
        !str_has(head, STR("<mosinstall")))
        return;
    installed.version = element(head, STR("<version"));
    installed.name = element(head, STR("<name"));
    installed.slug = joomla_slug(reading);
    installed.root = folder_above(reading->place.path, 2);
    if (installed.version.len <= VALUE_BYTES && installed.version.len)
        add(reading, installed, installed.version);
}

static bool
is_drupal_info(const struct place *place)
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
static void
read_drupal_info(struct reading *reading)
{
    struct str path = reading->place.path, bytes = str_first(reading->bytes, HEADER_BYTES);
    struct installed installed = {
        .kind = PRODUCT_DRUPAL_MODULE,
        .slug = info_value(bytes, STR("project")),
        .name = info_value(bytes, STR("name")),
        .version = info_value(bytes, STR("version")),
        .root = without_suffix(str_first(path, str_find(path, STR("modules/"))), STR("/")),
    };

    if (installed.slug.len && !str_eq(installed.slug, STR("drupal")))
        add(reading, installed, installed.version);
}

static bool
is_prestashop_module(const struct place *place)
{
    return str_eq(place->grand, STR("modules")) && str_ends(place->base, STR(".php")) &&
           str_eq(without_suffix(place->base, STR(".php")), place->parent);
}

static void
read_prestashop_module(struct reading *reading)
{
    struct installed installed = {
        .kind = PRODUCT_PRESTASHOP_MODULE,
        .slug = reading->place.parent,
        .root = folder_above(reading->place.path, 2),
    };

    if (str_has(reading->bytes, STR("_PS_VERSION_")) &&
        find_value(reading->bytes, STR("$this->version"), STR_EMPTY, &installed.version))
        add(reading, installed, installed.version);
}

static bool
is_bitrix_module(const struct place *place)
{
    return str_eq(place->base, STR("version.php")) && str_eq(place->parent, STR("install")) &&
           str_eq(place->great, STR("modules"));
}

static void
read_bitrix_module(struct reading *reading)
{
    struct installed installed = {
        .kind = PRODUCT_BITRIX_MODULE,
        .slug = reading->place.grand,
        .root = folder_above(reading->place.path, 3),
    };

    if (str_has(reading->bytes, STR("arModuleVersion")) &&
        (find_value(reading->bytes, STR("\"VERSION\""), STR_EMPTY, &installed.version) ||
         find_value(reading->bytes, STR("'VERSION'"), STR_EMPTY, &installed.version)))
        add(reading, installed, installed.version);
}

static bool
is_composer(const struct place *place)
{
    return str_eq(place->base, STR("composer.lock")) || str_eq(place->base, STR("composer.json")) ||
           (str_eq(place->base, STR("installed.json")) && str_eq(place->parent, STR("composer")));
}

/* A string of JSON, lower case where it is a name; longer ones are none. */
static struct str
json_text(struct reading *reading, struct json_value value, bool is_name)
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
read_package(struct reading *reading, struct str object, struct installed installed)
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
        add(reading, installed, at);
}

static void
read_packages(struct reading *reading, struct str array, struct installed installed)
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
read_composer_json(struct reading *reading)
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
        .root = folder_above(reading->place.path, 1),
        .name = STR("Magento"),
    };
    struct installed *added;

    if (!str_has(str_first(reading->bytes, HEADER_BYTES), STR("magento")))
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
static void
read_composer(struct reading *reading)
{
    const struct place *place = &reading->place;
    bool is_lock = str_eq(place->base, STR("composer.lock"));
    struct installed installed = {
        .kind = PRODUCT_PACKAGE,
        .source = is_lock ? PRODUCT_BY_LOCK : PRODUCT_BY_INSTALLER,
        .root = folder_above(place->path, is_lock ? 1 : 3),
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

/* Files that are told by the shape of their path. */
static const struct {
    bool (*is_wanted)(const struct place *place);
    bool (*is)(const struct place *place);
    void (*read)(struct reading *reading);
} shapes[] = {
    {is_wp_plugin, is_php, read_wp_plugin},
    {is_wp_theme, is_wp_theme, read_wp_theme},
    {is_joomla_manifest, is_joomla_manifest, read_joomla_manifest},
    {is_drupal_info, is_drupal_info, read_drupal_info},
    {is_prestashop_module, is_prestashop_module, read_prestashop_module},
    {is_bitrix_module, is_bitrix_module, read_bitrix_module},
    {is_composer, is_composer, read_composer},
};

#define SHAPE_COUNT (sizeof(shapes) / sizeof(shapes[0]))

bool
product_wants(struct str path)
{
    struct place place = place_of(path);

    for (size_t i = 0; i < FINGERPRINT_COUNT; i++) {
        if (is_at(path, &fingerprints[i]))
            return true;
    }
    for (size_t i = 0; i < SHAPE_COUNT; i++) {
        if (shapes[i].is_wanted(&place))
            return true;
    }
    return false;
}

void
product_read(struct str path, struct str bytes, struct arena *arena, struct products *products)
{
    struct reading reading = {
        .place = place_of(path),
        .bytes = bytes,
        .arena = arena,
        .products = products,
        .line = 1,
    };

    read_fingerprints(&reading);
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
