#include "source/discover.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "site/site.h"
#include "source/file.h"
#include "source/journalctl.h"
#include "source/whole.h"

#define CONFIG_BYTES_MAX ((size_t)8 * 1024 * 1024)
#define PATH_BYTES_MAX 4096

/* What MTAs write; syslog and the journal hold the same lines where these are not kept. */
static const char *const mail_logs[] = {
    "/var/log/mail.log*",      "/var/log/maillog*",
    "/var/log/mail/mail.log*", "/var/log/exim4/mainlog*",
    "/var/log/exim/main.log*", "/var/log/exim_mainlog*",
    "/var/log/exim/mainlog*",  "/var/log/postfix.log*",
    "/var/log/postfix/*.log*", "/usr/local/psa/var/log/maillog*",
};

static const char *const syslogs[] = {"/var/log/syslog*", "/var/log/messages*"};

/* What firewalls log of who connects to port 25 elsewhere; journal and syslog hold it, too. */
static const char *const firewall_logs[] = {"/var/log/kern.log*", "/var/log/ulog/syslogemu.log*"};

/* Logins and transfers. */
static const char *const login_logs[] = {
    "/var/log/auth.log*",
    "/var/log/secure*",
    "/var/log/dovecot.log*",
    "/var/log/dovecot-info.log*",
    "/var/log/vsftpd.log*",
    "/var/log/xferlog*",
    "/var/log/proftpd/*.log*",
    "/var/log/pure-ftpd/transfer.log*",
    "/var/log/plesk/panel.log*",
    "/usr/local/cpanel/logs/login_log*",
    "/usr/local/cpanel/logs/session_log*",
    "/var/log/php*mail*.log*",
};

/* Access logs that no configuration need name. */
static const char *const web_logs[] = {
    "/var/log/apache2/*access*log*",
    "/var/log/httpd/*access*log*",
    "/var/log/nginx/*access*log*",
    "/var/log/apache2/domlogs/*",
    "/usr/local/apache/domlogs/*",
    "/var/www/vhosts/system/*/logs/access*log*",
    "/var/www/vhosts/system/*/logs/proxy_access*log*",
};

enum config_kind {
    CONFIG_APACHE,
    CONFIG_NGINX,
    CONFIG_PHP,
};

static const struct {
    const char *pattern;
    enum config_kind kind;
} config_files[] = {
    {"/etc/apache2/apache2.conf", CONFIG_APACHE},
    {"/etc/apache2/conf-enabled/*.conf", CONFIG_APACHE},
    {"/etc/apache2/sites-enabled/*", CONFIG_APACHE},
    {"/etc/apache2/conf.d/*.conf", CONFIG_APACHE},
    {"/etc/apache2/conf/httpd.conf", CONFIG_APACHE},
    {"/etc/httpd/conf/httpd.conf", CONFIG_APACHE},
    {"/etc/httpd/conf.d/*.conf", CONFIG_APACHE},
    {"/usr/local/apache/conf/httpd.conf", CONFIG_APACHE},
    {"/var/www/vhosts/system/*/conf/httpd.conf", CONFIG_APACHE},
    {"/etc/nginx/nginx.conf", CONFIG_NGINX},
    {"/etc/nginx/conf.d/*.conf", CONFIG_NGINX},
    {"/etc/nginx/sites-enabled/*", CONFIG_NGINX},
    {"/var/www/vhosts/system/*/conf/nginx.conf", CONFIG_NGINX},
    {"/etc/php/*/*/php.ini", CONFIG_PHP},
    {"/etc/php/*/*/conf.d/*.ini", CONFIG_PHP},
    {"/etc/php/*/fpm/pool.d/*.conf", CONFIG_PHP},
    {"/etc/php.ini", CONFIG_PHP},
    {"/etc/php-fpm.d/*.conf", CONFIG_PHP},
    {"/opt/plesk/php/*/etc/php-fpm.d/*.conf", CONFIG_PHP},
    {"/opt/cpanel/ea-php*/root/etc/php-fpm.d/*.conf", CONFIG_PHP},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct finder {
    const char *root;
    int64_t since_s;
    struct arena *arena;
    struct discovered found;
    bool is_full;
};

/* Takes a log, once, unless it was last written before the time that matters. */
static bool
take_log(struct finder *finder, const char *path)
{
    struct stat status;
    char *copy;

    if (stat(path, &status) < 0 || !S_ISREG(status.st_mode) || status.st_size == 0 ||
        (finder->since_s && status.st_mtime < finder->since_s))
        return false;
    for (int i = 0; i < finder->found.log_count; i++) {
        if (strcmp(finder->found.logs[i], path) == 0)
            return true;
    }
    copy = finder->found.log_count < (int)DISCOVER_LOGS_MAX
               ? arena_array(finder->arena, strlen(path) + 1, 1)
               : NULL;
    if (!copy) {
        finder->is_full = true;
        return false;
    }
    memcpy(copy, path, strlen(path) + 1);
    finder->found.logs[finder->found.log_count++] = copy;
    return true;
}

/* How many logs the pattern found. */
static int
take_pattern(struct finder *finder, const char *pattern)
{
    char whole[PATH_BYTES_MAX];
    int taken = 0;
    glob_t found;

    if (snprintf(whole, sizeof(whole), "%s%s", finder->root, pattern) >= (int)sizeof(whole) ||
        glob(whole, 0, NULL, &found) != 0)
        return 0;
    for (size_t i = 0; i < found.gl_pathc; i++)
        taken += take_log(finder, found.gl_pathv[i]);
    globfree(&found);
    return taken;
}

static int
take_patterns(struct finder *finder, const char *const *patterns, size_t count)
{
    int taken = 0;

    for (size_t i = 0; i < count; i++)
        taken += take_pattern(finder, patterns[i]);
    return taken;
}

/* Debian's syslog repeats mail.log, and the journal both: the first that has lines is enough. */
static void
find_mail_logs(struct finder *finder)
{
    char journal[64];

    if (take_patterns(finder, mail_logs, COUNT(mail_logs)) > 0 ||
        take_patterns(finder, syslogs, COUNT(syslogs)) > 0)
        return;
    if (*finder->root || !journalctl_exists() || finder->found.log_count == (int)DISCOVER_LOGS_MAX)
        return;
    (void)snprintf(journal, sizeof(journal), FILE_JOURNAL "%lld", (long long)finder->since_s);
    finder->found.logs[finder->found.log_count] = arena_array(finder->arena, sizeof(journal), 1);
    if (finder->found.logs[finder->found.log_count])
        memcpy(finder->found.logs[finder->found.log_count++], journal, sizeof(journal));
}

/* --- sites --- */

static void
read_config(struct finder *finder, const char *path, enum config_kind kind,
            struct site_configs *configs)
{
    struct str text;
    struct err ignored;
    bool is_read = true;

    if (!whole_read(path, CONFIG_BYTES_MAX, finder->arena, &text, &ignored))
        return;
    switch (kind) {
    case CONFIG_APACHE:
        is_read = site_read_apache(text, configs);
        break;
    case CONFIG_NGINX:
        is_read = site_read_nginx(text, configs);
        break;
    case CONFIG_PHP:
        is_read = site_read_php(text, configs);
        break;
    }
    finder->is_full |= !is_read;
}

static void
read_configs(struct finder *finder, struct site_configs *configs)
{
    for (size_t i = 0; i < COUNT(config_files); i++) {
        char pattern[PATH_BYTES_MAX];
        glob_t found;

        if (snprintf(pattern, sizeof(pattern), "%s%s", finder->root, config_files[i].pattern) >=
                (int)sizeof(pattern) ||
            glob(pattern, 0, NULL, &found) != 0)
            continue;
        for (size_t p = 0; p < found.gl_pathc; p++)
            read_config(finder, found.gl_pathv[p], config_files[i].kind, configs);
        globfree(&found);
    }
    site_join_pools(configs);
}

/* "${APACHE_LOG_DIR}/x.log" as Debian sets it; empty where another variable is in it. */
static struct str
plain_path(struct finder *finder, struct str path)
{
    if (str_skip(&path, STR("${APACHE_LOG_DIR}")))
        path = arena_printf(finder->arena, "/var/log/apache2" STR_FMT, STR_ARG(path));
    return str_has(path, STR("$")) || path.len == 0 || path.data[0] != '/' ? STR_EMPTY : path;
}

/* A log that the configuration names, and its rotated ones. */
static void
take_configured(struct finder *finder, struct str path)
{
    char pattern[PATH_BYTES_MAX];

    path = plain_path(finder, path);
    if (path.len == 0 || path.len + 2 > sizeof(pattern) || str_has(path, STR("*")))
        return;
    (void)snprintf(pattern, sizeof(pattern), STR_FMT "*", STR_ARG(path));
    (void)take_pattern(finder, pattern);
}

static bool
list_sites(struct finder *finder, const struct site_configs *configs)
{
    struct site_list *list = &finder->found.sites;
    uint32_t room = 1;

    for (uint32_t i = 0; i < configs->site_count; i++)
        room += configs->sites[i].name_count;
    list->sites = arena_array(finder->arena, room, sizeof(*list->sites));
    if (!list->sites)
        return false;
    for (uint32_t i = 0; i < configs->site_count; i++) {
        const struct site_config *site = &configs->sites[i];

        for (uint32_t n = 0; n < site->name_count; n++)
            list->sites[list->count++] =
                (struct trace_site){site->names[n], site->docroot, site->user,
                                    n ? STR_EMPTY : plain_path(finder, site->access_log)};
    }
    return true;
}

bool
discover_host(const char *root, int64_t since_s, struct arena *arena, struct discovered *ret_found,
              struct err *err)
{
    struct finder finder = {.root = root, .since_s = since_s, .arena = arena};
    struct site_configs configs = {.arena = arena};

    finder.found.logs = arena_array(arena, DISCOVER_LOGS_MAX, sizeof(char *));
    if (!finder.found.logs)
        return err_set(err, ERR_LIMIT, "not enough memory to look for this host's logs");
    read_configs(&finder, &configs);
    find_mail_logs(&finder);
    (void)take_patterns(&finder, firewall_logs, COUNT(firewall_logs));
    (void)take_patterns(&finder, login_logs, COUNT(login_logs));
    (void)take_patterns(&finder, web_logs, COUNT(web_logs));
    for (uint32_t i = 0; i < configs.site_count; i++)
        take_configured(&finder, configs.sites[i].access_log);
    for (uint32_t i = 0; i < configs.log_count; i++)
        take_configured(&finder, configs.logs[i]);
    if (!list_sites(&finder, &configs) || finder.is_full)
        return err_set(err, ERR_LIMIT,
                       "this host has more than %u logs or sites; name the logs to read",
                       DISCOVER_LOGS_MAX);
    *ret_found = finder.found;
    return true;
}
