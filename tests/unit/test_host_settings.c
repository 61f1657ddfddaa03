/* Firewall, PHP and web server: each hole has a harmless twin beside it. */

#include "audit/firewall.h"
#include "audit/php_settings.h"
#include "audit/web_exposure.h"
#include "tap.h"

static struct arena *arena;
static struct audit audit;

static void
start(void)
{
    arena_free(arena);
    arena = arena_new(64 * 1024 * 1024);
    audit_init(&audit, arena);
}

static int
outcome(const char *check)
{
    int worst = -1;

    for (uint32_t i = 0; i < audit.count; i++) {
        if (strcmp(audit.list[i].check, check) == 0 && (int)audit.list[i].outcome > worst)
            worst = (int)audit.list[i].outcome;
    }
    return worst;
}

#define USER 33u

static void
iptables_rules_are_walked(void)
{
    static const struct {
        const char *text;
        enum firewall_answer answer;
    } rows[] = {
        {"", FIREWALL_OPEN},
        {"*filter\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n", FIREWALL_OPEN},
        {"*filter\n:OUTPUT DROP [0:0]\nCOMMIT\n", FIREWALL_BLOCKED},
        {"*filter\n:INPUT DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n", FIREWALL_OPEN},
        {"*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p tcp -m tcp --dport 25 -j DROP\n",
         FIREWALL_BLOCKED},
        {"*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p tcp -m tcp --dport 587 -j DROP\n",
         FIREWALL_OPEN},
        {"*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p udp -m udp --dport 25 -j DROP\n",
         FIREWALL_OPEN},
        {"*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p tcp -m multiport --dports 24:26,465 -j "
         "REJECT --reject-with tcp-reset\n",
         FIREWALL_BLOCKED},
        {"*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p tcp -m tcp --dport 25 -m owner ! "
         "--uid-owner 102 -j REJECT\n",
         FIREWALL_BLOCKED},
        {"*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p tcp -m tcp --dport 25 -m owner "
         "--uid-owner 0-99 -j ACCEPT\n-A OUTPUT -p tcp -m tcp --dport 25 -j DROP\n",
         FIREWALL_OPEN},
        {"*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -o lo -j ACCEPT\n-A OUTPUT -d 127.0.0.0/8 -j "
         "ACCEPT\n-A OUTPUT -p tcp -m tcp --dport 25 -m comment --comment \"no mail -j ACCEPT\" "
         "-j DROP\n",
         FIREWALL_BLOCKED},
        {"*filter\n:OUTPUT DROP [0:0]\n-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j "
         "ACCEPT\n",
         FIREWALL_BLOCKED},
        {"*filter\n:OUTPUT DROP [0:0]\n-A OUTPUT -m conntrack --ctstate NEW -j ACCEPT\n",
         FIREWALL_OPEN},
        {"*filter\n:OUTPUT ACCEPT [0:0]\n:mail - [0:0]\n-A OUTPUT -p tcp -m tcp --dport 25 -j "
         "mail\n-A mail -m owner --uid-owner 102 -j RETURN\n-A mail -j DROP\n",
         FIREWALL_BLOCKED},
        {"*filter\n:OUTPUT ACCEPT [0:0]\n:mail - [0:0]\n-A OUTPUT -j mail\n-A mail -j RETURN\n-A "
         "mail -j DROP\n",
         FIREWALL_OPEN},
        /* Not followed here, and said so. */
        {"*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p tcp -m tcp --dport 25 -m set --match-set x "
         "dst -j DROP\n",
         FIREWALL_UNSURE},
        {"*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -d 203.0.113.0/24 -j DROP\n", FIREWALL_UNSURE},
        {"*filter\n:OUTPUT ACCEPT [0:0]\n:a - [0:0]\n-A OUTPUT -j a\n-A a -j a\n", FIREWALL_UNSURE},
        /* Another table drops nothing. */
        {"*nat\n:OUTPUT DROP [0:0]\n-A OUTPUT -p tcp -m tcp --dport 25 -j DROP\nCOMMIT\n",
         FIREWALL_OPEN},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        start();
        CHECK_ROW(i, firewall_iptables(tap_str(rows[i].text), (struct firewall_packet){USER, false},
                                       arena) == rows[i].answer);
    }
}

#define NFT(family, policy, rules)                                                                 \
    "{\"nftables\":[{\"chain\":{\"family\":\"" family                                              \
    "\",\"table\":\"t\",\"name\":\"out\",\"type\":\"filter\",\"hook\":\"output\",\"prio\":0,"      \
    "\"policy\":\"" policy "\"}}" rules "]}"
#define RULE(family, expr)                                                                         \
    ",{\"rule\":{\"family\":\"" family "\",\"table\":\"t\",\"chain\":\"out\",\"expr\":[" expr "]}" \
    "}"
#define MATCH(op, left, right)                                                                     \
    "{\"match\":{\"op\":\"" op "\",\"left\":" left ",\"right\":" right "}}"
#define PORT "{\"payload\":{\"protocol\":\"tcp\",\"field\":\"dport\"}}"
#define SKUID "{\"meta\":{\"key\":\"skuid\"}}"

static void
nftables_rules_are_walked(void)
{
    static const struct {
        const char *json;
        bool is_ipv6;
        enum firewall_answer answer;
    } rows[] = {
        {"", false, FIREWALL_OPEN},
        {"{\"nftables\":[]}", false, FIREWALL_OPEN},
        {"no json", false, FIREWALL_UNSURE},
        {NFT("inet", "accept", ""), false, FIREWALL_OPEN},
        {NFT("inet", "drop", ""), false, FIREWALL_BLOCKED},
        {NFT("ip6", "drop", ""), false, FIREWALL_OPEN},
        {NFT("ip6", "drop", ""), true, FIREWALL_BLOCKED},
        {NFT("inet", "accept", RULE("inet", MATCH("==", PORT, "25") ",{\"drop\":null}")), false,
         FIREWALL_BLOCKED},
        {NFT("inet", "accept", RULE("inet", MATCH("==", PORT, "26") ",{\"drop\":null}")), false,
         FIREWALL_OPEN},
        {NFT("inet", "accept",
             RULE("inet", MATCH("==", PORT, "{\"set\":[25,465]}") ",{\"drop\":null}")),
         false, FIREWALL_BLOCKED},
        {NFT("inet", "accept",
             RULE("inet",
                  MATCH("==", PORT, "25") "," MATCH(
                      "!=", SKUID,
                      "102") ",{\"counter\":{\"packets\":0}},{\"reject\":{\"type\":\"icmpx\"}}")),
         false, FIREWALL_BLOCKED},
        {NFT("inet", "accept",
             RULE("inet", MATCH("==", PORT, "25") "," MATCH(
                              "!=", SKUID, "{\"set\":[33,102]}") ",{\"drop\":null}")),
         false, FIREWALL_OPEN},
        {NFT("inet", "accept",
             RULE("inet",
                  MATCH("==", "{\"meta\":{\"key\":\"oifname\"}}", "\"lo\"") ",{\"drop\":null}")),
         false, FIREWALL_OPEN},
        {NFT("inet", "accept",
             RULE("inet", MATCH("==", "{\"ct\":{\"key\":\"mark\"}}", "1") ",{\"drop\":null}")),
         false, FIREWALL_UNSURE},
        {NFT("inet", "accept", RULE("inet", MATCH("==", PORT, "\"@ports\"") ",{\"drop\":null}")),
         false, FIREWALL_UNSURE},
        {NFT("inet", "drop",
             RULE("inet", MATCH("in", "{\"ct\":{\"key\":\"state\"}}",
                                "[\"established\",\"related\"]") ",{\"accept\":null}")),
         false, FIREWALL_BLOCKED},
        {NFT("ip", "accept", RULE("ip", "{\"xt\":null}")), false, FIREWALL_OPEN},
    };
    bool has_foreign;

    for (size_t i = 0; i < COUNT(rows); i++) {
        start();
        CHECK_ROW(i, firewall_nft(tap_str(rows[i].json),
                                  (struct firewall_packet){USER, rows[i].is_ipv6}, arena,
                                  &has_foreign) == rows[i].answer);
    }
    CHECK(has_foreign);
}

static void
the_finding_names_the_rule(void)
{
    struct firewall_facts facts = {.is_known = true,
                                   .nft = STR_EMPTY,
                                   .ip4 = STR_EMPTY,
                                   .ip6 = STR_EMPTY,
                                   .site_uid = USER,
                                   .mta_uid = 102,
                                   .site_user = STR("www-data"),
                                   .mta_user = STR("postfix"),
                                   .has_nft = true};

    start();
    firewall_audit(&facts, &audit);
    CHECK(outcome("port-25") == AUDIT_WEAK);
    CHECK(str_has(audit.list[0].fixes[0].value, STR("meta skuid != 102")));
    CHECK(!audit.list[0].fixes[0].is_safe);
    facts.ip4 = STR("*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p tcp -m tcp --dport 25 -m owner ! "
                    "--uid-owner 102 -j DROP\n");
    start();
    firewall_audit(&facts, &audit);
    CHECK(outcome("port-25") == AUDIT_WEAK && str_has(audit.list[0].title, STR("IPv6")));
    facts.ip6 = facts.ip4;
    start();
    firewall_audit(&facts, &audit);
    CHECK(outcome("port-25") == AUDIT_FINE && outcome("port-25-mta") == -1);
    facts.is_known = false;
    start();
    firewall_audit(&facts, &audit);
    CHECK(outcome("port-25") == AUDIT_UNKNOWN);
}

static void
php_pools(void)
{
    static const struct {
        const char *ini, *pools, *check;
        int outcome;
    } rows[] = {
        {"", "[www]\nuser = a\n", "php-mail-log", AUDIT_NOTE},
        {"mail.log = /var/log/x\n", "[www]\nuser = a\n", "php-mail-log", AUDIT_FINE},
        {"", "[www]\nphp_admin_value[mail.log] = syslog\n", "php-mail-log", AUDIT_FINE},
        {"", "[www]\nuser = a\n[other]\nphp_admin_value[mail.log] = syslog\n", "php-mail-log",
         AUDIT_NOTE},
        {"mail.add_x_header = On\n", "[www]\nphp_admin_flag[mail.add_x_header] = off\n",
         "php-mail-header", AUDIT_NOTE},
        {"mail.add_x_header = On\n", "[www]\nuser = a\n", "php-mail-header", AUDIT_FINE},
        {"allow_url_include = On\n", "[www]\nuser = a\n", "php-remote-include", AUDIT_SERIOUS},
        {"", "[www]\nuser = a\n", "php-remote-include", AUDIT_FINE},
        {"display_errors = Off\n", "[www]\nuser = a\n", "php-errors", AUDIT_FINE},
        {"disable_functions = exec,passthru\n", "[www]\nuser = a\n", "php-functions", AUDIT_FINE},
        {"", "[a]\nuser = x\n[b]\nuser = x\n", "php-shared-user", AUDIT_WEAK},
        {"", "[a]\nuser = x\n[b]\nuser = y\n", "php-shared-user", AUDIT_FINE},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct php_pool pools[2] = {{.label = STR("first")}, {.label = STR("second")}};
        struct php_facts facts = {.pools = pools};
        struct settings ini, pool;

        start();
        settings_init(&ini, arena);
        settings_init(&pool, arena);
        settings_read(&ini, SETTINGS_INI, tap_str(rows[i].ini), STR("/etc/php.ini"));
        settings_read(&pool, SETTINGS_INI, tap_str(rows[i].pools), STR("/etc/pool.conf"));
        for (uint32_t s = 0; s < pool.count && facts.pool_count < 2; s++) {
            const struct setting *user = settings_find_in(&pool, pool.list[s].section, STR("user"));

            pools[facts.pool_count++] = (struct php_pool){.label = STR("pool"),
                                                          .name = pool.list[s].section,
                                                          .file = STR("/etc/pool.conf"),
                                                          .user = user ? user->value : STR_EMPTY,
                                                          .ini = &ini,
                                                          .pool = &pool};
        }
        php_audit(&facts, &audit);
        CHECK_ROW(i, outcome(rows[i].check) == rows[i].outcome);
    }
}

static void
what_sites_hand_out(void)
{
    static const struct {
        enum web_thing thing;
        const char *path, *htaccess, *config, *check;
        int outcome;
    } rows[] = {
        {WEB_GIT, "/srv/a/.git/HEAD", "", "", "web-git", AUDIT_WEAK},
        {WEB_GIT, "/srv/a/.git/HEAD", "", "RedirectMatch 404 \"/\\.git\"\n", "web-git", -1},
        {WEB_GIT, "/srv/a/.git/HEAD", "", "#RedirectMatch 404 \"/\\.git\"\n", "web-git",
         AUDIT_WEAK},
        {WEB_GIT, "/srv/a/.git/HEAD", "", "location ~ /\\. {\n  deny all;\n}\n", "web-git", -1},
        {WEB_GIT, "/srv/a/.git/HEAD", "",
         "location ~ /\\.x {\n  allow all;\n}\nlocation /b {\n "
         "deny all;\n}\n",
         "web-git", AUDIT_WEAK},
        {WEB_ENV, "/srv/a/.env", "", "", "web-env", AUDIT_SERIOUS},
        {WEB_DUMP, "/srv/a/all.sql", "", "", "web-dump", AUDIT_SERIOUS},
        {WEB_UPLOADS, "/srv/a/wp-content/uploads", "", "", "web-uploads", AUDIT_WEAK},
        {WEB_UPLOADS, "/srv/a/wp-content/uploads", "php_flag engine off\n", "", "web-uploads", -1},
        {WEB_UPLOADS, "/srv/a/wp-content/uploads",
         "<FilesMatch \"\\.php$\">\nRequire all denied\n</FilesMatch>\n", "", "web-uploads", -1},
        {WEB_UPLOADS, "/srv/a/wp-content/uploads", "Options -Indexes\n", "", "web-uploads",
         AUDIT_WEAK},
        {WEB_UPLOADS, "/srv/a/wp-content/uploads", "",
         "location ~* /(uploads|files)/.*\\.php$ { deny all; }\n", "web-uploads", -1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str config = tap_str(rows[i].config);
        struct web_find find = {rows[i].thing, STR("a.example"), tap_str(rows[i].path),
                                tap_str(rows[i].htaccess)};
        struct web_facts facts = {.configs = &config,
                                  .config_count = 1,
                                  .finds = &find,
                                  .find_count = 1,
                                  .site_count = 1,
                                  .has_php = true,
                                  .uses_htaccess = true};

        start();
        web_audit(&facts, &audit);
        CHECK_ROW(i, outcome(rows[i].check) == rows[i].outcome);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"rules of iptables are walked", iptables_rules_are_walked},
        {"rules of nftables are walked", nftables_rules_are_walked},
        {"the finding names the rule", the_finding_names_the_rule},
        {"pools of PHP", php_pools},
        {"what sites hand out", what_sites_hand_out},
    };

    return tap_main(cases, COUNT(cases));
}
