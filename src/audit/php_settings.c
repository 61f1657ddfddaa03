#include "audit/php_settings.h"

#include "audit/setting_rule.h"

static const struct setting_rule rules[] = {
    {"php-mail-log", "mail.log", SETTING_EMPTY, NULL, "", AUDIT_NOTE,
     "PHP does not log which script sends.", "PHP logs which script sends.",
     "With mail.log each call of mail() is one line with script, line and recipient: `weir trace` "
     "then names the script for sure.",
     "syslog", NULL, true},
    {"php-mail-header", "mail.add_x_header", SETTING_IS, "0|off|no|false|", "0", AUDIT_NOTE,
     "Mails do not name the script that sent them.", "Mails name the script that sent them.",
     "A complaint that comes back with X-PHP-Originating-Script names the file at once.", "On",
     NULL, true},
    {"php-remote-include", "allow_url_include", SETTING_IS, "1|on|yes|true", "0", AUDIT_SERIOUS,
     "PHP runs code that it fetches from other servers.", "PHP runs no code from other servers.",
     "One include of a request's text is enough to run any program here.", "Off", NULL, false},
    {"php-errors", "display_errors", SETTING_IS, "1|on|yes|true|stdout", "1", AUDIT_NOTE,
     "Errors are shown to visitors.", "Errors are not shown to visitors.",
     "They tell paths, users and parts of queries to whoever provokes them.", "Off", NULL, false},
    {"php-version", "expose_php", SETTING_IS, "1|on|yes|true", "1", AUDIT_NOTE,
     "Every answer names the version of PHP.", "Answers do not name the version of PHP.",
     "Attackers pick their targets by it.", "Off", NULL, true},
    {"php-functions", "disable_functions", SETTING_LACKS, "exec|system|shell_exec|proc_open", "",
     AUDIT_NOTE, "Scripts may start programs.", "Scripts may not start programs.",
     "Most mailers that are dropped into a site start one. Many plugins need none.", NULL,
     "Where the site needs none: disable_functions = exec,passthru,shell_exec,system,proc_open,"
     "popen,pcntl_exec, and mail where it sends through SMTP.",
     false},
    {"php-open-basedir", "open_basedir", SETTING_EMPTY, NULL, "", AUDIT_NOTE,
     "Scripts may read the files of other sites.", "Scripts are held to their own folders.",
     "Passwords in the configuration of the neighbours are one hacked plugin away, unless each "
     "site has a user of its own.",
     NULL, "Set php_admin_value[open_basedir] = SITE:/tmp in each pool.", false},
};

const struct setting *
php_setting(const struct php_pool *pool, const char *name)
{
    static const char *const forms[] = {"php_admin_value[%s]", "php_admin_flag[%s]",
                                        "php_value[%s]", "php_flag[%s]"};
    const struct setting *found;

    for (size_t i = 0; pool->pool && i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct str form = str_from_cstr(forms[i]), before = str_cut(&form, '%');

        for (uint32_t k = pool->pool->count; k > 0; k--) {
            struct str key = pool->pool->list[k - 1].name;

            found = &pool->pool->list[k - 1];
            if (str_eq(found->section, pool->name) && str_skip(&key, before) &&
                str_skip(&key, str_from_cstr(name)) && str_eq(key, STR("]")))
                return found;
        }
    }
    return settings_find_anywhere(pool->ini, str_from_cstr(name));
}

static void
add_fix(const struct php_pool *pool, const struct setting_rule *rule, const struct setting *setting,
        struct audit_finding *finding, struct audit *audit)
{
    struct audit_fix fix = {.kind = AUDIT_FIX_SETTING,
                            .program = AUDIT_PROGRAM_PHP,
                            .where = pool->file,
                            .name = str_from_cstr(rule->name),
                            .value = str_from_cstr(rule->fix ? rule->fix : ""),
                            .is_safe = rule->is_safe};
    /* Where a pool states it already, that line is changed; a line of the pool holds before it. */
    bool is_pools = setting && pool->pool && str_eq(setting->section, pool->name) &&
                    str_index(setting->name, '[') < setting->name.len;

    if (rule->advice)
        audit_fix(audit, finding,
                  (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                     .program = AUDIT_PROGRAM_PHP,
                                     .value = str_from_cstr(rule->advice)});
    if (!rule->fix)
        return;
    if (pool->name.len)
        fix.name = is_pools ? arena_printf(audit->arena, "[" STR_FMT "] " STR_FMT,
                                           STR_ARG(pool->name), STR_ARG(setting->name))
                            : arena_printf(audit->arena, "[" STR_FMT "] php_admin_value[%s]",
                                           STR_ARG(pool->name), rule->name);
    if (setting && (is_pools || pool->name.len == 0))
        fix.old = setting->value;
    audit_fix(audit, finding, fix);
}

static void
judge_pool(const struct php_pool *pool, struct audit *audit)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const struct setting_rule *rule = &rules[i];
        const struct setting *setting = php_setting(pool, rule->name);
        struct str value = setting ? setting->value : str_from_cstr(rule->absent);
        struct audit_finding finding = {
            .area = AUDIT_WEB,
            .check = rule->check,
            .subject = pool->label,
            .place = setting_place(setting, audit->arena),
            .seen = setting_quote(setting, str_from_cstr(rule->name), value, audit->arena)};

        if (!setting_rule_is_met(rule, value)) {
            finding.title = str_from_cstr(rule->fine);
            (void)audit_add(audit, finding);
            continue;
        }
        finding.outcome = rule->outcome;
        finding.title = str_from_cstr(rule->bad);
        finding.why = str_from_cstr(rule->why);
        add_fix(pool, rule, setting, audit_add(audit, finding), audit);
    }
}

/* --- one user a site --- */

static void
judge_users(const struct php_facts *facts, struct audit *audit)
{
    bool is_shared = false;

    for (uint32_t a = 0; a < facts->pool_count; a++) {
        for (uint32_t b = a + 1; b < facts->pool_count && facts->pools[a].name.len; b++) {
            const struct php_pool *first = &facts->pools[a], *second = &facts->pools[b];

            if (second->name.len == 0 || !str_eq(first->user, second->user) ||
                first->user.len == 0 || str_eq(first->name, second->name))
                continue;
            is_shared = true;
            audit_fix(
                audit,
                audit_add(audit,
                          (struct audit_finding){
                              .area = AUDIT_WEB,
                              .check = "php-shared-user",
                              .outcome = AUDIT_WEAK,
                              .subject = second->label,
                              .title = arena_printf(audit->arena,
                                                    "Pools '" STR_FMT "' and '" STR_FMT
                                                    "' run as the same user.",
                                                    STR_ARG(first->name), STR_ARG(second->name)),
                              .place = second->file,
                              .seen = arena_printf(audit->arena, "user = " STR_FMT,
                                                   STR_ARG(second->user)),
                              .why = STR("One hacked site writes into the other, and the mail log "
                                         "cannot tell them apart.")}),
                (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                   .program = AUDIT_PROGRAM_PHP,
                                   .value = STR("Give each site a user and a pool of its own: "
                                                "adduser --system --group web_NAME, user = and "
                                                "group = in the pool, chown of its files.")});
            break;
        }
    }
    if (!is_shared && facts->pool_count > 1)
        audit_fine(audit, AUDIT_WEB, "php-shared-user", STR("PHP-FPM"),
                   STR("No two pools run as the same user."), STR_EMPTY);
}

static void
judge_shared_pool(const struct php_facts *facts, struct audit *audit)
{
    if (facts->shared_socket.len == 0)
        return;
    audit_fix(
        audit,
        audit_add(audit,
                  (struct audit_finding){
                      .area = AUDIT_WEB,
                      .check = "php-shared-pool",
                      .outcome = AUDIT_WEAK,
                      .subject = facts->shared_socket,
                      .title = STR("Several sites run in one pool of PHP-FPM, as one user."),
                      .seen = arena_printf(audit->arena, STR_FMT " and " STR_FMT,
                                           STR_ARG(facts->shared_a), STR_ARG(facts->shared_b)),
                      .why = STR("One hacked site writes into the other, and the mail log "
                                 "cannot tell them apart.")}),
        (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                           .program = AUDIT_PROGRAM_PHP,
                           .value = STR("Give each site a user and a pool of its own, and "
                                        "let its vhost pass to that pool's socket.")});
}

static void
judge_module(const struct php_facts *facts, struct audit *audit)
{
    if (!facts->has_module)
        return;
    if (facts->site_count < 2) {
        audit_fine(audit, AUDIT_WEB, "php-module", STR("Apache"),
                   STR("Apache runs PHP itself, for one site."), STR_EMPTY);
        return;
    }
    audit_fix(audit,
              audit_add(audit,
                        (struct audit_finding){
                            .area = AUDIT_WEB,
                            .check = "php-module",
                            .outcome = AUDIT_WEAK,
                            .subject = STR("Apache"),
                            .title = STR("All sites run their PHP as the web server's user."),
                            .seen = arena_printf(audit->arena, "%u sites, user " STR_FMT,
                                                 facts->site_count, STR_ARG(facts->module_user)),
                            .why = STR("One hacked site writes into all others, and the mail log "
                                       "cannot tell them apart.")}),
              (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                 .program = AUDIT_PROGRAM_PHP,
                                 .value = STR("Use PHP-FPM with a pool and a user for each site "
                                              "instead of Apache's module.")});
}

void
php_audit(const struct php_facts *facts, struct audit *audit)
{
    for (uint32_t i = 0; i < facts->pool_count; i++)
        judge_pool(&facts->pools[i], audit);
    judge_users(facts, audit);
    judge_shared_pool(facts, audit);
    judge_module(facts, audit);
}
