#ifndef SCAN_PRODUCT_H
#define SCAN_PRODUCT_H

/*
 * product - which software lies here, and in which version, by the files that say so.
 *
 *     wp-includes/version.php             $wp_version = '6.4.2';
 *     wp-content/plugins/akismet/x.php    Plugin Name: Akismet … Version: 5.3
 *     vendor/composer/installed.json      {"name": "phpmailer/phpmailer", "version": …}
 *
 * Paths are as whole as the walker has them: what a plugin is called is told by its
 * folder. A file states zero products, one, or, as composer.lock does, many. One
 * product may be stated by several files: products_unique keeps the surest.
 *
 * Distributions mend old versions without raising their number: where the mending is
 * seen in the file's own code, `mended` says so.
 *
 * Pure: no I/O, no clock; linear in the bytes. Slices point into path and bytes, or
 * into the arena.
 */

#include "base/arena.h"

enum product_kind {
    PRODUCT_APPLICATION, /* "wordpress", "joomla": what a site is made with */
    PRODUCT_WP_PLUGIN,
    PRODUCT_WP_THEME,
    PRODUCT_JOOMLA_EXTENSION, /* "com_virtuemart", "mod_login", "plg_system_cache" */
    PRODUCT_DRUPAL_MODULE,
    PRODUCT_PRESTASHOP_MODULE,
    PRODUCT_BITRIX_MODULE,
    PRODUCT_PACKAGE, /* of Composer, "phpmailer/phpmailer", wherever a copy lies */
};
#define PRODUCT_KIND_COUNT 8

/* How a version is known; the surest first. */
enum product_source {
    PRODUCT_BY_FILE,      /* the product's own file says it */
    PRODUCT_BY_INSTALLER, /* vendor/composer/installed.json */
    PRODUCT_BY_LOCK,      /* composer.lock: what shall be installed */
};

struct installed {
    enum product_kind kind;
    enum product_source source;
    struct str slug;    /* as advisories name it */
    struct str name;    /* for people */
    struct str version; /* begins with a digit, or a "v" and a digit */
    struct str root;    /* folder of the installation: with kind and slug, what is one product */
    struct str path;
    uint32_t line;     /* from 1 */
    struct str text;   /* the line, quoted */
    struct str mended; /* ids, blanks between: weaknesses whose mending stands in the code itself */
};

/* Of one file; a lock file of more packages than this counts the rest. */
#define PRODUCTS_MAX 2048

struct products {
    struct installed *list;
    uint32_t count, capacity, lost;
};

/* "wp-plugin": as in the database of weaknesses. */
struct str product_kind_name(enum product_kind kind);
bool product_kind_read(struct str name, enum product_kind *ret_kind);

/* Must this file be read for what it says about versions? Tells from the path alone, cheaply. */
bool product_wants(struct str path);

/*
 * Adds what the file states. Give it every PHP file that is read anyway: it finds plugins
 * that lie outside a site, too. The list lives in the arena; at its limit the rest is
 * `lost`.
 */
void product_read(struct str path, struct str bytes, struct arena *arena,
                  struct products *products);

/* Sorts by folder and name, drops what a surer file states too; returns how many are left. */
uint32_t products_unique(struct installed *list, uint32_t count);

#endif
