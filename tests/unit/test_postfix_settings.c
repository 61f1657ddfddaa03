/* What Postfix's settings let strangers do: each hole has a harmless twin beside it. */

#include <stdio.h>

#include "audit/postfix.h"
#include "tap.h"

static struct arena *arena;
static struct audit audit;

struct table {
    const char *name, *text;
};

/* master.cf of Debian: smtp inet … smtpd, when none is given. */
#define SMTPD "smtp inet n - y - - smtpd\n"

static const char *proxy = "";

static void
judge(const char *main_cf, const char *master_cf, const struct table *tables)
{
    struct postfix_facts *facts;
    struct settings settings;

    arena_free(arena);
    arena = arena_new(64 * 1024 * 1024);
    facts = ARENA_NEW(arena, struct postfix_facts);
    settings_init(&settings, arena);
    settings_read(&settings, SETTINGS_POSTFIX, str_from_cstr(main_cf), STR("/etc/postfix/main.cf"));
    facts->settings = &settings;
    facts->main_file = STR("/etc/postfix/main.cf");
    facts->proxies[0] = (struct postfix_proxy){STR("/etc/haproxy/haproxy.cfg"), tap_str(proxy)};
    facts->proxy_count = *proxy ? 1 : 0;
    CHECK(master_read(str_from_cstr(master_cf), STR("/etc/postfix/master.cf"), arena,
                      &facts->master));
    postfix_list_maps(facts);
    for (uint32_t i = 0; i < facts->map_count; i++) {
        for (const struct table *table = tables; table && table->name; table++) {
            if (str_eq(facts->maps[i].name, str_from_cstr(table->name))) {
                facts->maps[i].text = str_from_cstr(table->text);
                facts->maps[i].is_read = true;
            }
        }
    }
    audit_init(&audit, arena);
    postfix_audit(facts, &audit);
}

/* The worst finding of a check; NULL when it left none. */
static const struct audit_finding *
worst(const char *check)
{
    const struct audit_finding *found = NULL;

    for (uint32_t i = 0; i < audit.count; i++) {
        if (strcmp(audit.list[i].check, check) == 0 &&
            (!found || audit.list[i].outcome > found->outcome))
            found = &audit.list[i];
    }
    return found;
}

static void
relay_rules_are_walked_in_order(void)
{
    static const struct table tables[] = {
        {"hash:/etc/postfix/senders", "# ours\nboss@ours.example OK\n"},
        {"hash:/etc/postfix/bad", "spam@bad.example REJECT\n"},
        {"cidr:/etc/postfix/clients", "192.0.2.7 OK\n"},
        {"cidr:/etc/postfix/world", "10.0.0.0/8 OK\n0.0.0.0/0 OK\n"},
        {"regexp:/etc/postfix/all", "/a b/ REJECT\n/.*/ OK\n"},
        {NULL, NULL},
    };
    static const struct {
        const char *main_cf;
        enum audit_outcome outcome;
    } rows[] = {
        /* Debian's own. */
        {"mynetworks = 127.0.0.0/8 [::1]/128\nsmtpd_relay_restrictions = permit_mynetworks "
         "permit_sasl_authenticated defer_unauth_destination\n",
         AUDIT_FINE},
        {"smtpd_recipient_restrictions = permit_mynetworks,\n  reject_unauth_destination\n",
         AUDIT_FINE},
        /* Nobody says no. */
        {"smtpd_relay_restrictions = permit_mynetworks\n", AUDIT_CRITICAL},
        {"smtpd_relay_restrictions = permit\n", AUDIT_CRITICAL},
        {"smtpd_relay_restrictions = permit, reject_unauth_destination\n", AUDIT_CRITICAL},
        /* One list is enough to close it. */
        {"smtpd_relay_restrictions = permit\nsmtpd_recipient_restrictions = "
         "reject_unauth_destination\n",
         AUDIT_FINE},
        {"mynetworks = 0.0.0.0/0\nsmtpd_relay_restrictions = permit_mynetworks "
         "reject_unauth_destination\n",
         AUDIT_CRITICAL},
        {"mynetworks = !0.0.0.0/0 127.0.0.1\nsmtpd_relay_restrictions = permit_mynetworks "
         "reject_unauth_destination\n",
         AUDIT_FINE},
        /* Who states the right sender. Behind the rule it is harmless. */
        {"smtpd_relay_restrictions = check_sender_access hash:/etc/postfix/senders, "
         "reject_unauth_destination\n",
         AUDIT_CRITICAL},
        {"smtpd_relay_restrictions = reject_unauth_destination, check_sender_access "
         "hash:/etc/postfix/senders\n",
         AUDIT_FINE},
        {"smtpd_relay_restrictions = check_sender_access hash:/etc/postfix/bad, "
         "reject_unauth_destination\n",
         AUDIT_FINE},
        /* Own clients, and the whole world. */
        {"smtpd_relay_restrictions = check_client_access cidr:/etc/postfix/clients, "
         "reject_unauth_destination\n",
         AUDIT_FINE},
        {"smtpd_relay_restrictions = check_client_access cidr:/etc/postfix/world, "
         "reject_unauth_destination\n",
         AUDIT_CRITICAL},
        {"smtpd_relay_restrictions = check_recipient_access regexp:/etc/postfix/all, "
         "reject_unauth_destination\n",
         AUDIT_CRITICAL},
        /* A table that cannot be read, a policy service, an MX of others. */
        {"smtpd_relay_restrictions = check_client_access mysql:/etc/postfix/x.cf, "
         "reject_unauth_destination\n",
         AUDIT_UNKNOWN},
        {"smtpd_relay_restrictions = check_policy_service unix:private/policy, "
         "reject_unauth_destination\n",
         AUDIT_NOTE},
        {"smtpd_relay_restrictions = permit_mx_backup, reject_unauth_destination\n", AUDIT_WEAK},
        /* A class is a list of its own. */
        {"smtpd_restriction_classes = trusted\ntrusted = permit\nsmtpd_relay_restrictions = "
         "trusted, reject_unauth_destination\n",
         AUDIT_CRITICAL},
        {"smtpd_restriction_classes = trusted\ntrusted = reject_unknown_sender_domain\n"
         "smtpd_relay_restrictions = trusted, reject_unauth_destination\n",
         AUDIT_FINE},
        /* Classes that hold one another end somewhere. */
        {"smtpd_restriction_classes = a\na = a, a, a\nsmtpd_relay_restrictions = a, "
         "reject_unauth_destination\n",
         AUDIT_UNKNOWN},
        {"smtpd_relay_restrictions = warn_if_reject reject_unauth_destination\n", AUDIT_CRITICAL},
        {"smtpd_client_restrictions = permit_sasl_authenticated, reject\n"
         "smtpd_relay_restrictions = permit\n",
         AUDIT_FINE},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        judge(rows[i].main_cf, SMTPD, tables);
        CHECK_ROW(i, worst("postfix-relay") && worst("postfix-relay")->outcome == rows[i].outcome);
    }
    judge(rows[8].main_cf, SMTPD, tables);
    CHECK_STR(worst("postfix-relay")->place, "/etc/postfix/senders:2");
    CHECK_STR(worst("postfix-relay")->seen, "boss@ours.example OK");
    CHECK(worst("postfix-relay")->fix_count == 2);
}

static void
services_have_rules_of_their_own(void)
{
    static const char closed[] =
        "smtpd_relay_restrictions = permit_mynetworks reject_unauth_destination\n";
    static const struct {
        const char *master_cf;
        enum audit_outcome relay;
    } rows[] = {
        {SMTPD "2525 inet n - y - - smtpd -o smtpd_relay_restrictions=permit\n", AUDIT_CRITICAL},
        {SMTPD "2525 inet n - y - - smtpd\n  -o smtpd_relay_restrictions=permit,reject\n",
         AUDIT_CRITICAL},
        {SMTPD "127.0.0.1:10025 inet n - y - - smtpd\n  -o smtpd_relay_restrictions=permit\n",
         AUDIT_FINE},
        {SMTPD "# 2525 inet n - y - - smtpd -o smtpd_relay_restrictions=permit\n", AUDIT_FINE},
        {SMTPD "2525 inet n - y - - smtpd\n# a word between\n  -o { smtpd_relay_restrictions = "
               "permit_mynetworks, reject }\n",
         AUDIT_FINE},
        {"smtpd pass - - y - - smtpd -o smtpd_relay_restrictions=permit\n", AUDIT_CRITICAL},
        {"lmtp unix - - y - - lmtp\n", AUDIT_FINE},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        judge(closed, rows[i].master_cf, NULL);
        CHECK_ROW(i, worst("postfix-relay")->outcome == rows[i].relay);
    }
    judge(closed, rows[0].master_cf, NULL);
    CHECK_STR(worst("postfix-relay")->fixes[0].value,
              "postconf -PX 2525/inet/smtpd_relay_restrictions");
    judge("smtpd_relay_restrictions = permit\ninet_interfaces = loopback-only\n", SMTPD, NULL);
    CHECK(worst("postfix-relay")->outcome == AUDIT_FINE);
    judge("smtpd_relay_restrictions = permit\ninet_interfaces = 127.0.0.1, [::1]\n", SMTPD, NULL);
    CHECK(worst("postfix-relay")->outcome == AUDIT_FINE);
    judge("smtpd_relay_restrictions = permit\ninet_interfaces = 127.0.0.1, 192.0.2.1\n", SMTPD,
          NULL);
    CHECK(worst("postfix-relay")->outcome == AUDIT_CRITICAL);
}

static void
single_settings(void)
{
    static const struct {
        const char *main_cf, *check;
        enum audit_outcome outcome;
    } rows[] = {
        {"mynetworks = 192.0.2.0/28\n", "postfix-mynetworks", AUDIT_FINE},
        {"mynetworks = 10.0.0.0/8 fe80::/10\n", "postfix-mynetworks", AUDIT_FINE},
        {"mynetworks = [::ffff:127.0.0.0]/104 [::1]/128\n", "postfix-mynetworks", AUDIT_FINE},
        {"mynetworks = 203.0.112.0/21\n", "postfix-mynetworks", AUDIT_WEAK},
        {"mynetworks = 203.0.0.0/16\n", "postfix-mynetworks", AUDIT_SERIOUS},
        {"mynetworks = [2001:db8::]/32\n", "postfix-mynetworks", AUDIT_SERIOUS},
        {"mynetworks = 127.0.0.1 [::]/0\n", "postfix-mynetworks", AUDIT_CRITICAL},
        {"mynetworks_style = class\n", "postfix-mynetworks-style", AUDIT_SERIOUS},
        {"mynetworks_style = subnet\n", "postfix-mynetworks-style", AUDIT_WEAK},
        {"relay_domains = com\n", "postfix-relay-domains", AUDIT_SERIOUS},
        {"relay_domains = a.example\n", "postfix-relay-recipients", AUDIT_WEAK},
        {"smtpd_reject_unlisted_recipient = no\n", "postfix-unlisted", AUDIT_WEAK},
        {"smtpd_reject_unlisted_recipient = yes\n", "postfix-unlisted", AUDIT_FINE},
        {"local_recipient_maps =\n", "postfix-local-recipients", AUDIT_WEAK},
        {"", "postfix-local-recipients", AUDIT_FINE},
        {"luser_relay = root\n", "postfix-luser-relay", AUDIT_NOTE},
        {"soft_bounce = yes\n", "postfix-soft-bounce", AUDIT_WEAK},
        {"allow_untrusted_routing = yes\n", "postfix-routing", AUDIT_SERIOUS},
        {"notify_classes = resource, software\n", "postfix-notices", AUDIT_FINE},
        {"notify_classes = resource, bounce\n", "postfix-notices", AUDIT_NOTE},
        {"smtpd_milters = inet:127.0.0.1:8891\n", "postfix-milter-tcp", AUDIT_NOTE},
        {"smtpd_milters = { inet:localhost:8891, connect_timeout=3s }\n", "postfix-milter-tcp",
         AUDIT_NOTE},
        {"smtpd_milters = unix:opendkim.sock\n", "postfix-milter-tcp", AUDIT_FINE},
        {"smtpd_milters = inet:192.0.2.9:8891\n", "postfix-milter-tcp", AUDIT_FINE},
        {"enable_long_queue_ids = yes\n", "postfix-long-ids", AUDIT_FINE},
        {"compatibility_level = 3.6\n", "postfix-compatibility", AUDIT_FINE},
        {"compatibility_level = 0\n", "postfix-compatibility", AUDIT_NOTE},
        {"smtpd_forbid_bare_newline = no\n", "postfix-bare-newline", AUDIT_NOTE},
        {"smtpd_forbid_bare_newline = normalize\n", "postfix-bare-newline", AUDIT_FINE},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        judge(rows[i].main_cf, SMTPD, NULL);
        CHECK_ROW(i, worst(rows[i].check) && worst(rows[i].check)->outcome == rows[i].outcome);
    }
    /* A version that knows no such setting is not asked for it. */
    judge("", SMTPD, NULL);
    CHECK(!worst("postfix-bare-newline"));
    judge("mynetworks_style = host\n", SMTPD, NULL);
    CHECK(!worst("postfix-mynetworks-style"));
    judge("mynetworks_style = subnet\nmynetworks = 127.0.0.1\n", SMTPD, NULL);
    CHECK(!worst("postfix-mynetworks-style"));
    judge("x = 1\nmynetworks =\n  203.0.0.0/16\n", SMTPD, NULL);
    CHECK_STR(worst("postfix-mynetworks")->place, "/etc/postfix/main.cf:2");
    CHECK_STR(worst("postfix-mynetworks")->seen, "mynetworks = 203.0.0.0/16");
    CHECK_STR(worst("postfix-mynetworks")->fixes[0].old, "203.0.0.0/16");
}

static void
logins(void)
{
    static const char submission[] =
        SMTPD "submission inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes\n";
    static const char strict[] = SMTPD "submission inet n - y - - smtpd\n"
                                       "  -o smtpd_sasl_auth_enable=yes\n"
                                       "  -o smtpd_tls_security_level=encrypt\n"
                                       "  -o smtpd_client_restrictions=$mua_client_restrictions\n"
                                       "  -o smtpd_sender_restrictions="
                                       "reject_authenticated_sender_login_mismatch\n";
    static const char mua[] = "mua_client_restrictions = permit_sasl_authenticated, reject\n"
                              "smtpd_sender_login_maps = hash:/etc/postfix/logins\n";
    static const struct {
        const char *main_cf, *master_cf, *check;
        enum audit_outcome outcome;
    } rows[] = {
        {"", submission, "postfix-tls-auth", AUDIT_SERIOUS},
        {"smtpd_tls_auth_only = yes\n", submission, "postfix-tls-auth", AUDIT_FINE},
        {mua, strict, "postfix-tls-auth", AUDIT_FINE},
        {"", submission, "postfix-sender-login", AUDIT_WEAK},
        {mua, strict, "postfix-sender-login", AUDIT_FINE},
        {"", submission, "postfix-submission", AUDIT_WEAK},
        {mua, strict, "postfix-submission", AUDIT_FINE},
        {"", submission, "postfix-auth-25", AUDIT_FINE},
        {"smtpd_sasl_auth_enable = yes\n", SMTPD, "postfix-auth-25", AUDIT_NOTE},
        {"smtpd_sasl_auth_enable = yes\n", SMTPD, "postfix-tls-auth", AUDIT_SERIOUS},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        judge(rows[i].main_cf, rows[i].master_cf, NULL);
        CHECK_ROW(i, worst(rows[i].check) && worst(rows[i].check)->outcome == rows[i].outcome);
    }
    /* Where a content filter gives mail back, nobody but this machine can log in. */
    judge("smtpd_sasl_auth_enable = yes\n", "127.0.0.1:10025 inet n - n - - smtpd\n", NULL);
    CHECK(!worst("postfix-tls-auth") && !worst("postfix-submission"));
}

static void
tables_are_looked_through(void)
{
    static const struct table tables[] = {
        {"hash:/etc/postfix/virtual",
         "info@a.example anna\n@b.example boris\n@c.example @d.example\n"},
        {"regexp:/etc/postfix/checks", "/^X-PHP-Originating-Script:/ INFO\n"},
        {NULL, NULL},
    };

    judge("virtual_alias_maps = hash:/etc/postfix/virtual\n"
          "header_checks = regexp:/etc/postfix/checks\n",
          SMTPD, tables);
    CHECK(worst("postfix-catch-all") && worst("postfix-catch-all")->outcome == AUDIT_NOTE);
    CHECK_STR(worst("postfix-catch-all")->place, "/etc/postfix/virtual:2");
    CHECK_STR(worst("postfix-catch-all")->subject, "b.example");
    CHECK(worst("postfix-php-header")->outcome == AUDIT_FINE);
    judge("virtual_alias_maps = hash:/etc/postfix/none\n", SMTPD, tables);
    CHECK(!worst("postfix-catch-all"));
    CHECK(worst("postfix-php-header")->outcome == AUDIT_NOTE);
    CHECK(worst("postfix-php-header")->fixes[0].kind == AUDIT_FIX_FILE);
    CHECK_STR(worst("postfix-php-header")->fixes[1].value,
              "regexp:/etc/postfix/header_checks.weir");
}

static void
what_forwards_to_loopback(void)
{
    static const struct {
        const char *proxy, *main_cf;
        int outcome; /* -1: no finding */
    } rows[] = {
        {"listen mail\n bind *:25\n server a 127.0.0.1:25\n", "mynetworks = 127.0.0.0/8\n",
         AUDIT_SERIOUS},
        {"listen mail\n server a 127.0.0.1:25 send-proxy\n", "mynetworks = 127.0.0.0/8\n", -1},
        {"listen mail\n server a 127.0.0.1:2525\n", "mynetworks = 127.0.0.0/8\n", -1},
        {"listen mail\n # server a 127.0.0.1:25\n", "mynetworks = 127.0.0.0/8\n", -1},
        {"stream { server { listen 25; proxy_pass 127.0.0.1:25; } }\n",
         "mynetworks = 127.0.0.0/8\n", AUDIT_SERIOUS},
        {"[smtps]\naccept = 465\nconnect = localhost:25\n", "mynetworks = 127.0.0.0/8\n",
         AUDIT_SERIOUS},
        {"listen mail\n server a 127.0.0.1:25\n", "mynetworks = 192.0.2.1\n", -1},
        {"", "mynetworks = 127.0.0.0/8\n", -1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        proxy = rows[i].proxy;
        judge(rows[i].main_cf, SMTPD, NULL);
        CHECK_ROW(i, (worst("postfix-proxy") ? (int)worst("postfix-proxy")->outcome : -1) ==
                         rows[i].outcome);
    }
    proxy = "";
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"relay rules are walked in order", relay_rules_are_walked_in_order},
        {"services have rules of their own", services_have_rules_of_their_own},
        {"single settings, each beside its harmless twin", single_settings},
        {"logins", logins},
        {"tables are looked through", tables_are_looked_through},
        {"what forwards to loopback", what_forwards_to_loopback},
    };

    return tap_main(cases, COUNT(cases));
}
