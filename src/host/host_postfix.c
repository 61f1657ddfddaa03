/* Postfix: postconf(1), main.cf, master.cf, and the tables that they name. */

#include "audit/postfix.h"
#include "host/mail_servers.h"

#define MAIN_FILE "/etc/postfix/main.cf"
#define MASTER_FILE "/etc/postfix/master.cf"
#define POSTCONF "/usr/sbin/postconf"

/* What `postconf -x` prints; without it, main.cf alone. */
static bool
read_main(const struct gather *gather, struct settings *settings, struct err *err)
{
    const char *folder =
        gather_cstr(arena_printf(gather->arena, "%s/etc/postfix", gather->root), gather->arena);
    const char *const command[] = {POSTCONF, "-c", folder, "-x", NULL};
    struct gather here = {.root = "", .arena = gather->arena};
    struct gather_output output;
    struct str text;
    bool is_asked = false;

    if (gather_exists(&here, POSTCONF) &&
        gather_run(command, false, GATHER_SECONDS, gather->arena, &output, err) &&
        output.code == 0) {
        settings_read(settings, SETTINGS_POSTFIX, output.text, STR_EMPTY);
        is_asked = true;
    }
    if (!gather_file(gather, STR(MAIN_FILE), &text, err))
        return is_asked;
    if (is_asked)
        settings_locate(settings, SETTINGS_POSTFIX, text, STR(MAIN_FILE));
    else
        settings_read(settings, SETTINGS_POSTFIX, text, STR(MAIN_FILE));
    return true;
}

static void
read_maps(const struct gather *gather, struct postfix_facts *facts)
{
    struct err ignored;

    postfix_list_maps(facts);
    for (uint32_t i = 0; i < facts->map_count; i++) {
        struct postfix_map *map = &facts->maps[i];

        map->is_read = gather_file(gather, postfix_map_path(map->name), &map->text, &ignored);
    }
}

static void
read_proxies(const struct gather *gather, struct postfix_facts *facts)
{
    static const char *const patterns[] = {
        "/etc/haproxy/haproxy.cfg",   "/etc/haproxy/conf.d/*.cfg",
        "/etc/nginx/nginx.conf",      "/etc/nginx/modules-enabled/*.conf",
        "/etc/nginx/stream.d/*.conf", "/etc/nginx/conf.d/*.conf",
        "/etc/stunnel/*.conf"};
    struct err ignored;

    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        struct gather_paths paths = gather_glob(gather, patterns[i]);

        for (uint32_t p = 0; p < paths.count && facts->proxy_count < POSTFIX_PROXIES_MAX; p++) {
            struct postfix_proxy *proxy = &facts->proxies[facts->proxy_count];

            proxy->file = paths.list[p];
            if (gather_file(gather, paths.list[p], &proxy->text, &ignored))
                facts->proxy_count++;
        }
    }
}

bool
host_postfix(const struct gather *gather, struct audit *audit)
{
    struct settings settings;
    struct postfix_facts *facts = arena_alloc(gather->arena, sizeof(*facts));
    struct err err = {.text = ""};
    struct str text;

    if (!facts || !gather_exists(gather, MAIN_FILE))
        return false;
    settings_init(&settings, gather->arena);
    facts->settings = &settings;
    facts->main_file = STR(MAIN_FILE);
    if (!read_main(gather, &settings, &err)) {
        audit_unknown(audit, AUDIT_MTA, "postfix-settings", STR("postfix"),
                      STR("Postfix's settings could not be read."), str_from_cstr(err.text));
        return true;
    }
    if (!gather_file(gather, STR(MASTER_FILE), &text, &err) ||
        !master_read(text, STR(MASTER_FILE), gather->arena, &facts->master))
        audit_unknown(audit, AUDIT_MTA, "postfix-services", STR("postfix"),
                      STR("master.cf could not be read, so services were not looked at."),
                      str_from_cstr(err.text));
    read_maps(gather, facts);
    read_proxies(gather, facts);
    postfix_audit(facts, audit);
    return true;
}
