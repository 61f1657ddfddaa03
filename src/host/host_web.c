/* PHP's configuration, the web servers', and what lies in the document roots. */

#include <stdio.h>

#include "audit/php_settings.h"
#include "audit/web_exposure.h"
#include "host/machine.h"
#include "site/site.h"

#define CONFIGS_MAX 4096u
#define FINDS_MAX 4096u
#define SITES_LOOKED_AT_MAX 2000u
#define EXPOSED_BYTES_MAX ((size_t)64 * 1024)

struct web {
    const struct gather *gather;
    struct site_configs configs;
    struct str *texts;
    uint32_t text_count;
    struct php_facts php;
    struct web_facts facts;
};

/* --- web servers --- */

static const struct {
    const char *pattern;
    bool is_nginx;
} config_files[] = {
    {"/etc/apache2/apache2.conf", false},
    {"/etc/apache2/conf-enabled/*.conf", false},
    {"/etc/apache2/mods-enabled/*.conf", false},
    {"/etc/apache2/sites-enabled/*", false},
    {"/etc/httpd/conf/httpd.conf", false},
    {"/etc/httpd/conf.d/*.conf", false},
    {"/etc/nginx/nginx.conf", true},
    {"/etc/nginx/conf.d/*.conf", true},
    {"/etc/nginx/snippets/*.conf", true},
    {"/etc/nginx/sites-enabled/*", true},
};

static void
read_servers(struct web *web)
{
    for (size_t i = 0; i < sizeof(config_files) / sizeof(config_files[0]); i++) {
        struct gather_paths paths = gather_glob(web->gather, config_files[i].pattern);

        for (uint32_t p = 0; p < paths.count && web->text_count < CONFIGS_MAX; p++) {
            struct err ignored;
            struct str text;
            bool is_read;

            if (!gather_file(web->gather, paths.list[p], &text, &ignored))
                continue;
            is_read = config_files[i].is_nginx ? site_read_nginx(text, &web->configs)
                                               : site_read_apache(text, &web->configs);
            web->facts.uses_htaccess |= !config_files[i].is_nginx;
            if (is_read)
                web->texts[web->text_count++] = text;
        }
    }
}

/* --- PHP --- */

static struct settings *
read_ini(const struct gather *gather, struct str folder)
{
    struct settings *settings = arena_alloc(gather->arena, sizeof(*settings));
    struct gather_paths paths;
    struct err ignored;
    struct str file = arena_printf(gather->arena, STR_FMT "/php.ini", STR_ARG(folder)), text;

    if (!settings)
        return NULL;
    settings_init(settings, gather->arena);
    if (gather_file(gather, file, &text, &ignored))
        settings_read(settings, SETTINGS_INI, text, file);
    paths = gather_glob(
        gather, gather_cstr(arena_printf(gather->arena, STR_FMT "/conf.d/*.ini", STR_ARG(folder)),
                            gather->arena));
    for (uint32_t i = 0; i < paths.count; i++) {
        if (gather_file(gather, paths.list[i], &text, &ignored))
            settings_read(settings, SETTINGS_INI, text, paths.list[i]);
    }
    return settings;
}

static struct php_pool *
add_pool(struct web *web)
{
    return web->php.pool_count < PHP_POOLS_MAX ? &web->php.pools[web->php.pool_count++] : NULL;
}

static void
add_pools_of(struct web *web, struct str file, struct str version, const struct settings *ini)
{
    struct arena *arena = web->gather->arena;
    struct settings *settings = arena_alloc(arena, sizeof(*settings));
    struct err ignored;
    struct str text, last = STR_EMPTY;

    if (!settings || !gather_file(web->gather, file, &text, &ignored))
        return;
    settings_init(settings, arena);
    settings_read(settings, SETTINGS_INI, text, file);
    for (uint32_t i = 0; i < settings->count; i++) {
        struct str name = settings->list[i].section;
        const struct setting *user;
        struct php_pool *pool;

        if (name.len == 0 || str_eq(name, last) || str_eq(name, STR("global")))
            continue;
        last = name;
        pool = add_pool(web);
        if (!pool)
            return;
        user = settings_find_in(settings, name, STR("user"));
        *pool = (struct php_pool){.label = arena_printf(arena, "PHP " STR_FMT " fpm, pool " STR_FMT,
                                                        STR_ARG(version), STR_ARG(name)),
                                  .name = name,
                                  .file = file,
                                  .user = user ? user->value : STR_EMPTY,
                                  .ini = ini,
                                  .pool = settings};
    }
}

/* "/etc/php/8.2/fpm/php.ini": version and interface. The command line serves no visitors. */
static void
read_php(struct web *web, struct str file)
{
    struct arena *arena = web->gather->arena;
    struct str rest = file, version, interface, folder;
    const struct settings *ini;
    struct gather_paths paths;

    (void)str_skip(&rest, STR("/etc/php/"));
    version = str_cut(&rest, '/');
    interface = str_cut(&rest, '/');
    if (str_eq(interface, STR("cli")) || str_eq(interface, STR("phpdbg")))
        return;
    folder = str_first(file, file.len - STR("/php.ini").len);
    ini = read_ini(web->gather, folder);
    if (!ini)
        return;
    if (str_eq(interface, STR("fpm"))) {
        paths = gather_glob(
            web->gather,
            gather_cstr(arena_printf(arena, STR_FMT "/pool.d/*.conf", STR_ARG(folder)), arena));
        for (uint32_t i = 0; i < paths.count; i++)
            add_pools_of(web, paths.list[i], version, ini);
    } else {
        struct php_pool *pool = add_pool(web);

        if (pool)
            *pool = (struct php_pool){.label = arena_printf(arena, "PHP " STR_FMT " " STR_FMT,
                                                            STR_ARG(version), STR_ARG(interface)),
                                      .name = STR_EMPTY,
                                      .file = file,
                                      .ini = ini};
    }
}

/* --- what lies in the document roots --- */

static const struct {
    const char *name; /* below the document root; with a star: a pattern */
    enum web_thing thing;
    const char *holds; /* what the file must hold; NULL: anything */
} exposed[] = {
    {".git/HEAD", WEB_GIT, "ref:"},
    {".env", WEB_ENV, "="},
    {"*.sql", WEB_DUMP, NULL},
    {"*.sql.gz", WEB_DUMP, NULL},
    {"*.sql.zip", WEB_DUMP, NULL},
    {"wp-config.php.bak", WEB_COPY, "DB_PASSWORD"},
    {"wp-config.php~", WEB_COPY, "DB_PASSWORD"},
    {"wp-config.php.old", WEB_COPY, "DB_PASSWORD"},
    {"wp-config.php.save", WEB_COPY, "DB_PASSWORD"},
    {"configuration.php.bak", WEB_COPY, "password"},
    {"phpinfo.php", WEB_PHPINFO, "phpinfo"},
    {"info.php", WEB_PHPINFO, "phpinfo"},
    {"test.php", WEB_PHPINFO, "phpinfo"},
    {"adminer*.php", WEB_ADMINER, "dminer"},
    {"wp-content/uploads", WEB_UPLOADS, NULL},
    {"sites/default/files", WEB_UPLOADS, NULL},
    {"uploads", WEB_UPLOADS, NULL},
    {"upload", WEB_UPLOADS, NULL},
};

static void
add_find(struct web *web, size_t which, struct str site, struct str path)
{
    struct arena *arena = web->gather->arena;
    struct web_find find = {exposed[which].thing, site, path, STR_EMPTY};
    struct err ignored;
    struct str text;

    if (web->facts.find_count == FINDS_MAX)
        return;
    if (find.thing == WEB_UPLOADS) {
        if (!gather_file(web->gather, arena_printf(arena, STR_FMT "/.htaccess", STR_ARG(path)),
                         &find.htaccess, &ignored))
            find.htaccess = STR_EMPTY;
    } else if (exposed[which].holds) {
        if (!gather_file(web->gather, path, &text, &ignored) ||
            !str_has(str_first(text, EXPOSED_BYTES_MAX), str_from_cstr(exposed[which].holds)))
            return;
    }
    web->facts.finds[web->facts.find_count++] = find;
}

static void
look_into(struct web *web, struct str site, struct str docroot)
{
    struct arena *arena = web->gather->arena;

    for (size_t i = 0; i < sizeof(exposed) / sizeof(exposed[0]); i++) {
        struct gather_paths paths = gather_glob(
            web->gather,
            gather_cstr(arena_printf(arena, STR_FMT "/%s", STR_ARG(docroot), exposed[i].name),
                        arena));

        for (uint32_t p = 0; p < paths.count && p < 8; p++)
            add_find(web, i, site, paths.list[p]);
    }
}

static bool
is_first(const struct web *web, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (str_eq(web->configs.sites[i].docroot, web->configs.sites[index].docroot))
            return false;
    }
    return true;
}

static void
look_into_sites(struct web *web)
{
    for (uint32_t i = 0; i < web->configs.site_count && i < SITES_LOOKED_AT_MAX; i++) {
        const struct site_config *site = &web->configs.sites[i];

        if (site->docroot.len < 2 || site->docroot.data[0] != '/' ||
            str_index_any(site->docroot, STR("*?[$")) < site->docroot.len || !is_first(web, i))
            continue;
        web->facts.site_count++;
        look_into(web, site->name_count ? site->names[0] : site->docroot, site->docroot);
    }
}

/* Two sites of different folders that pass their scripts to one socket. */
static void
find_shared(struct web *web)
{
    const struct site_config *sites = web->configs.sites;
    uint32_t count = web->configs.site_count < SITES_LOOKED_AT_MAX ? web->configs.site_count
                                                                   : SITES_LOOKED_AT_MAX;

    for (uint32_t a = 0; a < count; a++) {
        for (uint32_t b = a + 1; b < count; b++) {
            if (sites[a].socket.len == 0 || !str_eq(sites[a].socket, sites[b].socket) ||
                str_eq(sites[a].docroot, sites[b].docroot) || sites[b].docroot.len == 0 ||
                sites[a].docroot.len == 0)
                continue;
            web->php.shared_socket = sites[a].socket;
            web->php.shared_a = sites[a].docroot;
            web->php.shared_b = sites[b].docroot;
            return;
        }
    }
}

static void
name_sites(const struct web *web, struct machine_sites *sites)
{
    sites->count = web->facts.site_count;
    for (uint32_t i = 0; i < web->php.pool_count && sites->user.len == 0; i++)
        sites->user = web->php.pools[i].user;
    if (sites->user.len == 0 && web->text_count)
        sites->user = STR("www-data");
}

void
host_web(const struct gather *gather, struct audit *audit, struct machine_sites *ret_sites)
{
    struct web web = {.gather = gather, .configs = {.arena = gather->arena}};
    struct gather_paths paths = gather_glob(gather, "/etc/php/*/*/php.ini");

    *ret_sites = (struct machine_sites){STR_EMPTY, 0};
    web.texts = arena_array(gather->arena, CONFIGS_MAX, sizeof(*web.texts));
    web.php.pools = arena_array(gather->arena, PHP_POOLS_MAX, sizeof(*web.php.pools));
    web.facts.finds = arena_array(gather->arena, FINDS_MAX, sizeof(*web.facts.finds));
    if (!web.texts || !web.php.pools || !web.facts.finds)
        return;
    read_servers(&web);
    for (uint32_t i = 0; i < paths.count; i++)
        read_php(&web, paths.list[i]);
    look_into_sites(&web);
    find_shared(&web);
    web.php.site_count = web.facts.site_count;
    web.php.module_user = STR("www-data");
    web.php.has_module = gather_glob(gather, "/etc/apache2/mods-enabled/php*.load").count > 0;
    web.facts.configs = web.texts;
    web.facts.config_count = web.text_count;
    web.facts.has_php = web.php.pool_count > 0;
    php_audit(&web.php, audit);
    web_audit(&web.facts, audit);
    name_sites(&web, ret_sites);
}
