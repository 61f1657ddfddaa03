#include "scan/product_parts.h"
#include "scan/version.h"

#define PARTS_MAX 4

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

bool
product_has_fingerprint(struct str path)
{
    for (size_t i = 0; i < FINGERPRINT_COUNT; i++) {
        if (is_at(path, &fingerprints[i]))
            return true;
    }
    return false;
}

static bool
is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || str_is_digit(c) || c == '_';
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
    return text.len <= PRODUCT_VALUE_BYTES ? str_trim(text) : STR_EMPTY;
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
bool
product_find_value(struct str bytes, struct str mark, struct str before, struct str *ret_value)
{
    struct str rest = bytes;

    for (;;) {
        size_t at = str_find(rest, mark);
        struct str value;
        bool is_word;

        if (at == rest.len)
            return false;
        is_word = !is_name_byte(mark.data[0]) || rest.data + at == bytes.data ||
                  !is_name_byte((rest.data + at)[-1]);
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
read_parts(struct product_reading *reading, const struct fingerprint *row, struct str *ret_version,
           struct str *ret_at)
{
    struct str before = optional(row->before), value;

    if (!product_find_value(reading->bytes, str_from_cstr(row->marks[0]), before, ret_version))
        return false;
    *ret_at = *ret_version;
    for (uint32_t i = 1; i < PARTS_MAX && row->marks[i]; i++) {
        if (!product_find_value(reading->bytes, str_from_cstr(row->marks[i]), before, &value))
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
mended_of(struct product_reading *reading, struct str slug)
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

void
product_read_fingerprint(struct product_reading *reading)
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
        installed.root = product_without_suffix(str_first(path, path.len - suffix.len), STR("/"));
        product_add(reading, installed, at);
        return;
    }
}
