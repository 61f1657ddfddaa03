/*
 * Each row is one file as its product ships it, cut down to what states the version.
 * Add a row for another product; a row of the table in product.c makes it pass.
 */

#include "base/buf.h"
#include "scan/product.h"
#include "tap.h"

static void
reads_what_a_file_states(void)
{
    static const struct {
        const char *path, *text;
        enum product_kind kind;
        const char *slug, *version, *root;
        uint32_t line;
    } rows[] = {
        {"srv/blog/wp-includes/version.php", "<?php\n\n$wp_version = '6.4.2';\n$wp_db_version = 1;",
         PRODUCT_APPLICATION, "wordpress", "6.4.2", "srv/blog", 3},
        {"b/wp-content/plugins/contact-form-7/wp-contact-form-7.php",
         "<?php\n/*\n * Plugin Name: Contact Form 7\n * Version: 5.3.1\n */\n", PRODUCT_WP_PLUGIN,
         "contact-form-7", "5.3.1", "b/wp-content/plugins/contact-form-7", 4},
        {"b/wp-content/plugins/hello.php",
         "<?php\n/*\nPlugin Name: Hello Dolly\nVersion: 1.7.2\n*/", PRODUCT_WP_PLUGIN, "hello",
         "1.7.2", "b/wp-content/plugins", 4},
        {"backup/cf7/start.php",
         "<?php /* Plugin Name: CF */\n// Version: 6.1\n# Text Domain: contact-form-7\n",
         PRODUCT_WP_PLUGIN, "contact-form-7", "6.1", "backup/cf7", 2},
        {"backup/cf7/start.php",
         "<?php\n/*\n * Plugin Name: Contact Form 7\n * Version: 6.1.4\n */", PRODUCT_WP_PLUGIN,
         "contact-form-7", "6.1.4", "backup/cf7", 4},
        {"b/wp-content/themes/bricks/style.css", "/*\r\nTheme Name: Bricks\r\nVersion: 1.9.6\r\n*/",
         PRODUCT_WP_THEME, "bricks", "1.9.6", "b/wp-content/themes", 3},
        {"j/administrator/manifests/files/joomla.xml",
         "<extension><name>files_joomla</name><version>4.2.7</version></extension>",
         PRODUCT_APPLICATION, "joomla", "4.2.7", "j", 1},
        {"j/libraries/src/Version.php",
         "class Version { // Joomla\nconst MAJOR_VERSION = 4;\nconst MINOR_VERSION = 2;\n"
         "const PATCH_VERSION = 7;\n",
         PRODUCT_APPLICATION, "joomla", "4.2.7", "j", 2},
        {"j/libraries/cms/version/version.php",
         "// Joomla\nconst RELEASE = '3.6';\nconst DEV_LEVEL = '3';", PRODUCT_APPLICATION, "joomla",
         "3.6.3", "j", 2},
        {"j/libraries/cms/version/version.php",
         "// Joomla\npublic $RELEASE = '3.4';\npublic $DEV_LEVEL = '5';", PRODUCT_APPLICATION,
         "joomla", "3.4.5", "j", 2},
        {"j/libraries/joomla/version.php",
         "// Joomla!\nvar $RELEASE\t= '1.5';\nvar $DEV_STATUS = 'Stable';\nvar $DEV_LEVEL = '26';",
         PRODUCT_APPLICATION, "joomla", "1.5.26", "j", 2},
        {"j/administrator/components/com_virtuemart/virtuemart.xml",
         "<install type=\"component\">\n<name>VIRTUEMART</name>\n"
         "<version status=\"Final\">2.0.7.b</version>",
         PRODUCT_JOOMLA_EXTENSION, "com_virtuemart", "2.0.7.b", "j/administrator/components", 3},
        {"j/administrator/components/com_virtuemart/version.php", "static $RELEASE = '2.0.7.b';",
         PRODUCT_JOOMLA_EXTENSION, "com_virtuemart", "2.0.7.b", "j/administrator/components", 1},
        {"j/administrator/components/com_k2/k2.xml",
         "<extension type='component'><version><![CDATA[2.8.0]]></version>",
         PRODUCT_JOOMLA_EXTENSION, "com_k2", "2.8.0", "j/administrator/components", 1},
        {"j/modules/mod_x/mod_x.xml", "<extension><version>1.2</version>", PRODUCT_JOOMLA_EXTENSION,
         "mod_x", "1.2", "j/modules", 1},
        {"j/plugins/system/cache/cache.xml", "<extension><version>3.0.0</version>",
         PRODUCT_JOOMLA_EXTENSION, "plg_system_cache", "3.0.0", "j/plugins/system", 1},
        {"d/core/lib/Drupal.php", "class Drupal {\n  const VERSION = '8.5.0';\n",
         PRODUCT_APPLICATION, "drupal", "8.5.0", "d/core", 2},
        {"d/includes/bootstrap.inc", "define('VERSION', '7.57');\nfunction drupal_x() {}",
         PRODUCT_APPLICATION, "drupal", "7.57", "d", 1},
        {"d/modules/system/system.module", "define('VERSION', '6.38');", PRODUCT_APPLICATION,
         "drupal", "6.38", "d", 1},
        {"d/modules/contrib/webform/webform.info.yml",
         "name: 'Webform'\ncore_version_requirement: ^9\n\nversion: '6.2.0'\nproject: 'webform'\n",
         PRODUCT_DRUPAL_MODULE, "webform", "6.2.0", "d", 4},
        {"d/sites/all/modules/coder/coder.info",
         "name = Coder\ncore = 7.x\nversion = \"7.x-2.5\"\nproject = \"coder\"\n",
         PRODUCT_DRUPAL_MODULE, "coder", "7.x-2.5", "d/sites/all", 3},
        {"f/includes/constants.php", "@define('PHPBB_VERSION', '3.2.3');", PRODUCT_APPLICATION,
         "phpbb", "3.2.3", "f", 1},
        {"p/config/settings.inc.php", "define('_PS_VERSION_', '1.6.1.4');", PRODUCT_APPLICATION,
         "prestashop", "1.6.1.4", "p", 1},
        {"p/app/AppKernel.php", "// PrestaShop\npublic const VERSION = '1.7.8.6';",
         PRODUCT_APPLICATION, "prestashop", "1.7.8.6", "p", 2},
        {"p/src/Core/Version.php",
         "namespace PrestaShop\\Core;\n public const VERSION = '8.1.0';\n", PRODUCT_APPLICATION,
         "prestashop", "8.1.0", "p", 2},
        {"p/install/install_version.php", "define('_PS_INSTALL_VERSION_', '1.7.5.1');",
         PRODUCT_APPLICATION, "prestashop", "1.7.5.1", "p", 1},
        {"p/modules/blockwishlist/blockwishlist.php",
         "if (!defined('_PS_VERSION_')) exit;\n$this->version = '2.1.0';",
         PRODUCT_PRESTASHOP_MODULE, "blockwishlist", "2.1.0", "p/modules", 2},
        {"o/index.php",
         "// Version\ndefine('VERSION', '3.0.2.0');\nrequire_once(DIR_SYSTEM . 'startup.php');",
         PRODUCT_APPLICATION, "opencart", "3.0.2.0", "o", 2},
        {"x/bitrix/modules/main/classes/general/version.php",
         "define(\"SM_VERSION\",\"20.5.393\");", PRODUCT_APPLICATION, "bitrix", "20.5.393",
         "x/bitrix", 1},
        {"x/bitrix/modules/vote/install/version.php",
         "$arModuleVersion = array(\n\"VERSION\" => \"20.0.0\",\n", PRODUCT_BITRIX_MODULE, "vote",
         "20.0.0", "x/bitrix/modules", 2},
        {"w/includes/Defines.php", "define( 'MW_VERSION', '1.35.0' );", PRODUCT_APPLICATION,
         "mediawiki", "1.35.0", "w", 1},
        {"w/includes/DefaultSettings.php", "$wgVersion = '1.22.1';", PRODUCT_APPLICATION,
         "mediawiki", "1.22.1", "w", 1},
        {"s/index.php", "$forum_version = 'SMF 2.0.15';", PRODUCT_APPLICATION, "smf", "2.0.15", "s",
         1},
        {"s/index.php", "define('SMF_VERSION', '2.1.4');", PRODUCT_APPLICATION, "smf", "2.1.4", "s",
         1},
        {"v/includes/class_core.php", "define('FILE_VERSION', '5.5.4');", PRODUCT_APPLICATION,
         "vbulletin", "5.5.4", "v", 1},
        {"m/app/Mage.php",
         "return array(\n'major' => '1',\n'minor' => '9',\n'revision' => '1',\n'patch' => '0',",
         PRODUCT_APPLICATION, "magento", "1.9.1.0", "m", 2},
        {"m/composer.json",
         "{\"name\":\"magento/project-community-edition\",\"version\":\"2.4.3\"}",
         PRODUCT_APPLICATION, "magento", "2.4.3", "m", 1},
        {"r/program/include/iniset.php", "define('RCMAIL_VERSION', '1.5.3');", PRODUCT_APPLICATION,
         "roundcube", "1.5.3", "r", 1},
        {"l/vendor/laravel/framework/src/Illuminate/Foundation/Application.php",
         "    const VERSION = '5.6.29';", PRODUCT_PACKAGE, "laravel/framework", "5.6.29", "l", 1},
        {"l/vendor/phpmailer/phpmailer/src/PHPMailer.php",
         "class PHPMailer\n{\n    const VERSION = '6.4.0';", PRODUCT_PACKAGE, "phpmailer/phpmailer",
         "6.4.0", "l", 3},
        {"b/wp-includes/PHPMailer/PHPMailer.php", "class PHPMailer\n{\nconst VERSION = '6.1.6';",
         PRODUCT_PACKAGE, "phpmailer/phpmailer", "6.1.6", "b/wp-includes/PHPMailer", 3},
        {"x/lib/class.phpmailer.php", "    public $Version = '5.2.17';", PRODUCT_PACKAGE,
         "phpmailer/phpmailer", "5.2.17", "x/lib", 1},
        {"x/lib/class.PHPMailer.php", "var $Version = \"2.3\";", PRODUCT_PACKAGE,
         "phpmailer/phpmailer", "2.3", "x/lib", 1},
        {"x/swift/VERSION", "Swift-5.4.4\n", PRODUCT_PACKAGE, "swiftmailer/swiftmailer", "5.4.4",
         "x/swift", 1},
        {"t/timthumb.php", "// TimThumb\ndefine ('VERSION', '1.33');", PRODUCT_APPLICATION,
         "timthumb", "1.33", "t", 2},
        {"cgi-bin/FormMail.pl",
         "#!/usr/bin/perl\n# FormMail          Version 1.6   #\n# Matt Wright", PRODUCT_APPLICATION,
         "formmail", "1.6", "cgi-bin", 2},
        {"site/formmail.php", "<?php // PHPFormMail\ndefine('VERSION','Classic v1.07.2');",
         PRODUCT_APPLICATION, "phpformmail", "1.07.2", "site", 2},
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str path = str_from_cstr(rows[i].path), text = str_from_cstr(rows[i].text);
        struct str version = str_from_cstr(rows[i].version);
        struct products products = {.count = 0};

        product_read(path, text, arena, &products);
        CHECK_ROW(i, products.count == 1);
        if (products.count != 1)
            continue;
        CHECK_ROW(i, products.list[0].kind == rows[i].kind);
        CHECK_STR(products.list[0].slug, rows[i].slug);
        CHECK_STR(products.list[0].version, rows[i].version);
        CHECK_STR(products.list[0].root, rows[i].root);
        CHECK_ROW(i, products.list[0].line == rows[i].line);
        CHECK_ROW(i, str_has(products.list[0].text, str_first(version, str_index(version, '.'))));
        /* A plugin outside a site is found in what is read anyway; the rest is asked for. */
        CHECK_ROW(i, product_wants(path) == !str_starts(path, STR("backup/")));
    }
    arena_free(arena);
}

static void
stays_silent_on_others(void)
{
    static const struct {
        const char *path, *text;
    } rows[] = {
        {"b/wp-includes/version.php", "<?php $wp_version = getenv('V');"},
        {"b/notwp-includes-version.php", "$wp_version = '6.4.2';"},
        {"b/xwp-includes/version.php", "$wp_version = '6.4.2';"},
        {"b/wp-content/plugins/x/lib.php", "<?php\n// Version: 1.2\n"},
        {"b/wp-content/plugins/x/x.php", "<?php\n/* Plugin Name: X\nVersion: {{version}} */"},
        {"b/wp-content/themes/x/style.css", "/* Version: 1.2 */ body {}"},
        {"j/administrator/components/com_x/config.xml", "<config><version>1</version></config>"},
        {"d/modules/user/user.info.yml", "name: User\nversion: VERSION\n"},
        {"d/modules/user/user.info", "name = User\nversion = \"7.59\"\nproject = \"drupal\"\n"},
        {"o/admin/index.php",
         "define('VERSION', '3.0.2.0');\nrequire_once(DIR_SYSTEM . 'startup.php');"},
        {"x/index.php", "define('VERSION', '3.0.2.0');"},
        {"x/src/PHPMailer.php", "class Other { const VERSION = '6.0.0'; }"},
        {"x/VERSION", "1.2.3\n"},
        {"x/composer.json", "{\"name\":\"acme/site\",\"version\":\"1.0.0\"}"},
        {"x/composer.json", "{\"name\":\"magento/module-email\",\"version\":\"1.0.0\"}"},
        {"x/composer.lock", "{\"packages\":[{\"name\":\"a/b\",\"version\":\"dev-master\"}]}"},
        {"x/composer.lock", "{\"packages-dev\":[{\"name\":\"a/b\",\"version\":\"1.0\"}]}"},
        {"x/composer.lock", "not json"},
        {"x/thumb.php", "define('VERSION', '1.0'); // another"},
        {"", ""},
        {"/", "x"},
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct products products = {.count = 0};

        product_read(str_from_cstr(rows[i].path), str_from_cstr(rows[i].text), arena, &products);
        CHECK_ROW(i, products.count == 0);
    }
    CHECK(!product_wants(STR("srv/blog/wp-content/uploads/picture.png")));
    CHECK(!product_wants(STR("srv/blog/about.php")));
    CHECK(!product_wants(STR("")));
    arena_free(arena);
}

static void
reads_lists_of_packages(void)
{
    static const struct {
        const char *path, *text;
        enum product_source source;
        const char *root;
    } rows[] = {
        {"l/composer.lock",
         "{\n\"packages\": [\n{\"name\": \"phpmailer/phpmailer\",\n\"version\": \"v6.0.5\"},\n"
         "{\"version\":\"1.2.3\", \"source\":{\"name\":\"no\"}, \"name\":\"acme\\/x\"}]}",
         PRODUCT_BY_LOCK, "l"},
        {"l/vendor/composer/installed.json",
         "[\n\n{\"name\": \"PHPMailer/PHPMailer\",\n\"version\": \"v6.0.5\"},"
         "{\"name\":\"acme\\/x\",\"version\":\"1.2.3\"}]",
         PRODUCT_BY_INSTALLER, "l"},
        {"l/vendor/composer/installed.json",
         "{\"packages\":\n\n[{\"name\": \"phpmailer/phpmailer\",\n\"version\": \"v6.0.5\"},"
         "{\"name\":\"acme/x\",\"version\":\"1.2.3\"}],\"dev\":true}",
         PRODUCT_BY_INSTALLER, "l"},
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct products products = {.count = 0};

        product_read(str_from_cstr(rows[i].path), str_from_cstr(rows[i].text), arena, &products);
        CHECK_ROW(i, products.count == 2);
        if (products.count != 2)
            continue;
        CHECK_STR(products.list[0].slug, "phpmailer/phpmailer");
        CHECK_STR(products.list[0].version, "v6.0.5");
        CHECK_ROW(i, products.list[0].line == 4);
        CHECK_STR(products.list[1].slug, "acme/x");
        CHECK_STR(products.list[1].version, "1.2.3");
        CHECK_STR(products.list[1].root, rows[i].root);
        CHECK_ROW(i, products.list[1].source == rows[i].source);
    }
    arena_free(arena);
}

static void
counts_packages_beyond_the_ceiling(void)
{
    struct arena *arena = arena_new(8 << 20);
    struct products products = {.count = 0};
    struct buf text;

    buf_init(&text, 1 << 20);
    buf_add_cstr(&text, "[");
    for (uint32_t i = 0; i < PRODUCTS_MAX + 3; i++)
        buf_printf(&text, "%s{\"name\":\"a/b%u\",\"version\":\"1.0\"}", i ? "," : "", i);
    buf_add_cstr(&text, "]");
    product_read(STR("vendor/composer/installed.json"), buf_str(&text), arena, &products);
    CHECK(products.count == PRODUCTS_MAX && products.lost == 3);
    buf_done(&text);
    arena_free(arena);
}

static void
keeps_the_surest_of_one_product(void)
{
    static const struct {
        const char *path, *text;
    } files[] = {
        {"l/composer.lock",
         "{\"packages\":[{\"name\":\"phpmailer/phpmailer\",\"version\":\"6.6.0\"}]}"},
        {"l/vendor/phpmailer/phpmailer/src/PHPMailer.php",
         "class PHPMailer\n{\n    const VERSION = '6.4.0';"},
        {"l/vendor/composer/installed.json",
         "[{\"name\":\"phpmailer/phpmailer\",\"version\":\"6.5.0\"}]"},
        {"j/libraries/src/Version.php",
         "// Joomla\nconst RELEASE = '3.8';\nconst DEV_LEVEL = '1';"},
        {"j/administrator/manifests/files/joomla.xml",
         "<name>joomla</name><version>3.8.1</version>"},
        {"k/administrator/manifests/files/joomla.xml",
         "<name>joomla</name><version>3.8.1</version>"},
    };
    struct arena *arena = arena_new(1 << 20);
    struct products products = {.count = 0};

    for (size_t i = 0; i < COUNT(files); i++)
        product_read(str_from_cstr(files[i].path), str_from_cstr(files[i].text), arena, &products);
    CHECK(products.count == COUNT(files));
    products.count = products_unique(products.list, products.count);
    CHECK(products.count == 3);
    CHECK_STR(products.list[0].path, "j/administrator/manifests/files/joomla.xml");
    CHECK_STR(products.list[1].root, "k");
    CHECK_STR(products.list[2].version, "6.4.0");
    arena_free(arena);
}

/* Debian mends PHPMailer and leaves its number: the code says so. */
static void
sees_what_is_mended(void)
{
    static const char text[] = "class PHPMailer {\npublic $Version = '5.2.14';\n"
                               "static function isShellSafe($string) {}\n"
                               "static function isPermittedPath($path) {}\n";
    struct arena *arena = arena_new(1 << 20);
    struct products products = {.count = 0};

    product_read(STR("x/class.phpmailer.php"), str_from_cstr(text), arena, &products);
    CHECK(products.count == 1);
    CHECK_STR(products.list[0].mended, "CVE-2016-10033 CVE-2016-10045 CVE-2018-19296");
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads what a file states", reads_what_a_file_states},
        {"stays silent on others", stays_silent_on_others},
        {"reads lists of packages", reads_lists_of_packages},
        {"counts packages beyond the ceiling", counts_packages_beyond_the_ceiling},
        {"keeps the surest of one product", keeps_the_surest_of_one_product},
        {"sees what is mended", sees_what_is_mended},
    };

    return tap_main(cases, COUNT(cases));
}
