/* Dovecot: doveconf(1), and the files that its settings stand in. */

#include "audit/dovecot_settings.h"
#include "host/mail_servers.h"

#define CONFIG_FILE "/etc/dovecot/dovecot.conf"
#define DOVECONF "/usr/bin/doveconf"

static void
visit(const struct gather *gather, struct settings *settings, bool is_asked, struct str path)
{
    struct err ignored;
    struct str text;

    if (!gather_file(gather, path, &text, &ignored))
        return;
    if (is_asked)
        settings_locate(settings, SETTINGS_DOVECOT, text, path);
    else
        settings_read(settings, SETTINGS_DOVECOT, text, path);
}

bool
host_dovecot(const struct gather *gather, struct audit *audit)
{
    static const char *const command[] = {DOVECONF, NULL};
    struct gather_paths parts;
    struct gather_output output;
    struct settings settings;
    struct dovecot_facts facts = {&settings, STR(CONFIG_FILE)};
    struct err err = {.text = ""};
    bool is_asked = false;

    if (!gather_exists(gather, CONFIG_FILE) ||
        (!*gather->root && !gather_exists(gather, "/usr/sbin/dovecot")))
        return false;
    settings_init(&settings, gather->arena);
    if (!*gather->root && gather_exists(gather, DOVECONF)) {
        is_asked = gather_run(command, false, GATHER_SECONDS, gather->arena, &output, &err) &&
                   output.code == 0;
        if (!is_asked) {
            audit_unknown(audit, AUDIT_MTA, "dovecot-settings", STR("dovecot"),
                          STR("Dovecot's settings could not be read."),
                          err.text[0] ? str_from_cstr(err.text)
                                      : STR("doveconf fails: run `doveconf -n` to see why"));
            return true;
        }
        settings_read(&settings, SETTINGS_DOVECOT, output.text, STR_EMPTY);
    }
    parts = gather_glob(gather, "/etc/dovecot/conf.d/*.conf");
    for (uint32_t i = 0; i < parts.count; i++)
        visit(gather, &settings, is_asked, parts.list[i]);
    visit(gather, &settings, is_asked, STR(CONFIG_FILE));
    visit(gather, &settings, is_asked, STR("/etc/dovecot/local.conf"));
    dovecot_audit(&facts, audit);
    return true;
}
