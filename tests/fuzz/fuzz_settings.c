#include <stdlib.h>

#include "audit/dovecot_settings.h"
#include "audit/edit.h"
#include "audit/exim_settings.h"
#include "audit/firewall.h"
#include "audit/opensmtpd_settings.h"
#include "audit/php_settings.h"
#include "audit/postfix.h"
#include "audit/sendmail_settings.h"
#include "audit/web_exposure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES ((size_t)512 * 1024 * 1024)

static struct arena *arena;

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static bool
is_inside(struct str whole, struct str s)
{
    return s.len == 0 || (s.data >= whole.data && s.data + s.len <= whole.data + whole.len);
}

/* Names, quotes and spans are slices of the text; lines count from 1 and do not go back. */
static void
check_settings(const struct settings *settings, struct str text)
{
    uint32_t line = 0;

    for (uint32_t i = 0; i < settings->count; i++) {
        const struct setting *one = &settings->list[i];

        require(one->name.len > 0 && one->line > line);
        require(is_inside(text, one->span) && is_inside(one->raw, one->name) == true);
        require(one->value.len <= text.len);
        line = one->line;
    }
}

/* What was set is what is read again, and all else stands as it stood. */
static void
check_edit(enum settings_syntax syntax, struct str text)
{
    static const struct str section = STR_EMPTY, name = {"weir_test", 9}, value = {"a b", 3};
    struct settings before, after;
    const struct setting *found;
    struct str changed, again;

    if (!edit_setting(text, syntax, section, name, value, arena, &changed))
        return;
    settings_init(&before, arena);
    settings_init(&after, arena);
    settings_read(&before, syntax, text, STR_EMPTY);
    settings_read(&after, syntax, changed, STR_EMPTY);
    found = syntax == SETTINGS_INI ? settings_find_anywhere(&after, name)
                                   : settings_find_in(&after, section, name);
    /* An open block, or a line that goes on at the end of the file, takes it in. */
    if (!found || !str_eq(found->value, value))
        return;
    require(edit_setting(changed, syntax, section, name, value, arena, &again));
    require(str_eq(changed, again));
    require(after.count >= before.count && after.count <= before.count + 1);
}

static void
judge(uint8_t kind, struct str text, struct audit *audit)
{
    struct settings settings;
    bool has_foreign;

    settings_init(&settings, arena);
    switch (kind % 9) {
    case 0: {
        struct postfix_facts *facts = ARENA_NEW(arena, struct postfix_facts);

        settings_read(&settings, SETTINGS_POSTFIX, text, STR("main.cf"));
        check_settings(&settings, text);
        facts->settings = &settings;
        if (!master_read(text, STR("master.cf"), arena, &facts->master))
            return;
        postfix_list_maps(facts);
        for (uint32_t i = 0; i < facts->map_count; i++) {
            facts->maps[i].text = text;
            facts->maps[i].is_read = true;
        }
        postfix_audit(facts, audit);
        break;
    }
    case 1: {
        struct exim_facts facts = {.settings = &settings, .config = text, .file = STR("exim.conf")};

        settings_read(&settings, SETTINGS_EXIM, text, STR("exim.conf"));
        exim_audit(&facts, audit);
        break;
    }
    case 2: {
        struct dovecot_facts facts = {&settings, STR("dovecot.conf")};

        settings_read(&settings, SETTINGS_DOVECOT, text, STR("dovecot.conf"));
        check_settings(&settings, text);
        dovecot_audit(&facts, audit);
        break;
    }
    case 3: {
        struct opensmtpd_facts facts = {text, STR("smtpd.conf")};

        opensmtpd_audit(&facts, audit);
        break;
    }
    case 4: {
        struct sendmail_facts facts = {.cf = text, .access = text, .relay = text};

        sendmail_audit(&facts, audit);
        break;
    }
    case 5: {
        struct php_pool pool = {
            .label = STR("pool"), .name = STR("www"), .ini = &settings, .pool = &settings};
        struct php_facts facts = {.pools = &pool, .pool_count = 1};

        settings_read(&settings, SETTINGS_INI, text, STR("php.ini"));
        check_settings(&settings, text);
        php_audit(&facts, audit);
        break;
    }
    case 6:
        (void)firewall_iptables(text, (struct firewall_packet){33, false}, arena);
        break;
    case 7:
        (void)firewall_nft(text, (struct firewall_packet){33, true}, arena, &has_foreign);
        break;
    case 8: {
        struct web_find find = {WEB_UPLOADS, STR("a.example"), STR("/srv/uploads"), text};
        struct web_facts facts = {.configs = &text,
                                  .config_count = 1,
                                  .finds = &find,
                                  .find_count = 1,
                                  .site_count = 1,
                                  .has_php = true};

        web_audit(&facts, audit);
        break;
    }
    }
}

/* The first byte says whose configuration the rest is. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct audit audit;
    struct str text;

    if (size == 0)
        return 0;
    if (!arena)
        arena = arena_new(ARENA_BYTES);
    arena_reset(arena);
    audit_init(&audit, arena);
    text = (struct str){(const char *)data + 1, size - 1};
    judge(data[0], text, &audit);
    for (uint32_t i = 0; i < audit.count; i++)
        require(audit.list[i].title.len > 0 && audit.list[i].check[0]);
    check_edit((enum settings_syntax)(data[0] % 4), text);
    return 0;
}
