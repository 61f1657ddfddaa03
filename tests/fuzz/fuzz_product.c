#include <stdlib.h>

#include "scan/finding.h"
#include "scan/product.h"
#include "scan/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds)
        abort();
}

/* Foreign bytes under each of these names, or the one that their first line gives. */
static const char *const paths[] = {
    "s/wp-includes/version.php",
    "s/wp-content/plugins/x/x.php",
    "s/wp-content/themes/x/style.css",
    "s/libraries/src/Version.php",
    "s/administrator/components/com_x/x.xml",
    "s/plugins/system/x/x.xml",
    "s/modules/x/x.info.yml",
    "s/modules/x/x.php",
    "s/modules/x/install/version.php",
    "s/app/Mage.php",
    "s/index.php",
    "s/composer.lock",
    "s/composer.json",
    "s/vendor/composer/installed.json",
    "s/class.phpmailer.php",
    "s/VERSION",
    "s/formmail.pl",
};

static void
check(struct str path, struct str text, struct arena *arena)
{
    struct products products = {.count = 0};
    uint32_t lines = 1, count;

    for (size_t i = 0; i < text.len; i++)
        lines += text.data[i] == '\n';
    product_read(path, text, arena, &products);
    require(products.count <= PRODUCTS_MAX);
    for (uint32_t i = 0; i < products.count; i++) {
        const struct installed *installed = &products.list[i];

        require(installed->kind < PRODUCT_KIND_COUNT);
        require(version_is_number(installed->version));
        require(installed->line >= 1 && installed->line <= lines);
        require(installed->text.len <= FINDING_TEXT_MAX);
        require(str_eq(installed->path, path));
        require(installed->root.len <= path.len);
    }
    count = products_unique(products.list, products.count);
    require(count <= products.count && (count > 0) == (products.count > 0));
    require(products_unique(products.list, count) == count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1); /* as long as the text, so that ASan sees a byte beyond it */
    struct arena *arena = arena_new(16 << 20);
    struct str text = {copy, size}, rest = text, own;

    if (size)
        memcpy(copy, data, size);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        check(str_from_cstr(paths[i]), text, arena);
        arena_reset(arena);
    }
    own = str_cut(&rest, '\n');
    (void)product_wants(own);
    check(own, rest, arena);
    arena_free(arena);
    free(copy);
    return 0;
}
