#ifndef SCAN_PRODUCT_PARTS_H
#define SCAN_PRODUCT_PARTS_H

/*
 * product_parts - what the readers of product.h share; for src/scan/product*.c alone.
 *
 *     product.c               kinds, which reader wants which file, the list
 *     product_fingerprint.c   files of a fixed place with a version behind a word
 *     product_wordpress.c     plugins and themes, by the headers of their files
 *     product_extension.c     extensions of Joomla, Drupal, PrestaShop and Bitrix
 *     product_composer.c      composer.json, composer.lock, installed.json
 */

#include "scan/product.h"

/* Where headers of plugins and themes stand; WordPress reads no more either. */
#define PRODUCT_HEADER_BYTES 8192

/* A version beyond this many bytes is text that merely begins with a digit. */
#define PRODUCT_VALUE_BYTES 64

/* The last folders of a path: "…/great/grand/parent/base". */
struct product_place {
    struct str path, base, parent, grand, great;
};

/* What is being read, and how far its lines are counted. */
struct product_reading {
    struct product_place place;
    struct str bytes;
    struct arena *arena;
    struct products *products;
    size_t counted;
    uint32_t line;
};

/* Adds what was found, when its version is one; `at` is the place of it in the file's bytes. */
void product_add(struct product_reading *reading, struct installed installed, struct str at);

/* The folder so many names up from the file; the path's own bytes. */
struct str product_folder_above(struct str path, uint32_t levels);

struct str product_without_suffix(struct str name, struct str suffix);

/* The version behind the first `mark` that is a word of its own and has one. */
bool product_find_value(struct str bytes, struct str mark, struct str before,
                        struct str *ret_value);

bool product_has_fingerprint(struct str path);
void product_read_fingerprint(struct product_reading *reading);

bool product_is_php(const struct product_place *place);
bool product_is_wp_plugin(const struct product_place *place);
void product_read_wp_plugin(struct product_reading *reading);
bool product_is_wp_theme(const struct product_place *place);
void product_read_wp_theme(struct product_reading *reading);
bool product_is_joomla_manifest(const struct product_place *place);
void product_read_joomla_manifest(struct product_reading *reading);
bool product_is_drupal_info(const struct product_place *place);
void product_read_drupal_info(struct product_reading *reading);
bool product_is_prestashop_module(const struct product_place *place);
void product_read_prestashop_module(struct product_reading *reading);
bool product_is_bitrix_module(const struct product_place *place);
void product_read_bitrix_module(struct product_reading *reading);
bool product_is_composer(const struct product_place *place);
void product_read_composer(struct product_reading *reading);

#endif
