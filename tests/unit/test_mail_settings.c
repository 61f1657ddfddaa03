/* Exim, OpenSMTPD, Sendmail and Dovecot: each hole has a harmless twin beside it. */

#include "audit/dovecot_settings.h"
#include "audit/exim_settings.h"
#include "audit/opensmtpd_settings.h"
#include "audit/sendmail_settings.h"
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

/* The outcome of a check; -1 when it left no finding. */
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

static void
judge_exim(const char *config)
{
    struct settings settings;
    struct exim_facts facts = {
        .settings = &settings, .config = tap_str(config), .file = STR("/etc/exim4/exim4.conf")};

    start();
    settings_init(&settings, arena);
    settings_read(&settings, SETTINGS_EXIM, facts.config, facts.file);
    exim_audit(&facts, &audit);
}

#define EXIM_HEAD                                                                                  \
    "domainlist local_domains = a.example : lsearch;/etc/domains\n"                                \
    "hostlist relay_from_hosts = <; 127.0.0.1 ; 10.0.0.0/8\n"                                      \
    "acl_smtp_rcpt = check\n"                                                                      \
    "begin acl\ncheck:\n"

static void
exim_acls_are_walked(void)
{
    static const struct {
        const char *config;
        int outcome;
    } rows[] = {
        {"", AUDIT_FINE},
        {"acl_smtp_rcpt = accept\n", AUDIT_CRITICAL},
        {"acl_smtp_rcpt = ${if eq{1}{1}{a}{b}}\nbegin acl\na:\n accept\n", AUDIT_UNKNOWN},
        {EXIM_HEAD "  accept\n", AUDIT_CRITICAL},
        {EXIM_HEAD "  accept hosts = :\n  accept authenticated = *\n  accept hosts = "
                   "+relay_from_hosts\n  accept domains = +local_domains\n  deny\n",
         AUDIT_FINE},
        /* Debian's order: "require" closes what "accept" behind it would open. */
        {EXIM_HEAD "  require message = relay not permitted\n          domains = +local_domains\n"
                   "  accept\n",
         AUDIT_FINE},
        {EXIM_HEAD "  accept\n  require domains = +local_domains\n", AUDIT_CRITICAL},
        {EXIM_HEAD "  accept domains = !+local_domains\n", AUDIT_CRITICAL},
        {EXIM_HEAD "  deny domains = !+local_domains\n  accept\n", AUDIT_FINE},
        {EXIM_HEAD "  deny !domains = +local_domains\n  accept\n", AUDIT_FINE},
        {EXIM_HEAD "  warn message = x\n  accept control = submission\n", AUDIT_CRITICAL},
        {EXIM_HEAD "  accept senders = *@a.example\n  deny\n", AUDIT_CRITICAL},
        {EXIM_HEAD "  deny senders = *@a.example\n", AUDIT_FINE},
        {EXIM_HEAD "  accept condition = ${if eq{$tls_in_cipher}{}{no}{yes}}\n  deny\n",
         AUDIT_UNKNOWN},
        {EXIM_HEAD "  deny condition = ${lookup{$sender}lsearch{/x}}\n  accept domains = "
                   "+local_domains\n",
         AUDIT_FINE},
        {EXIM_HEAD "  accept acl = inner\n  deny\ninner:\n  accept\n", AUDIT_CRITICAL},
        {EXIM_HEAD "  accept acl = inner\n  deny\ninner:\n  deny\n", AUDIT_FINE},
        {EXIM_HEAD "  accept acl = check\n", AUDIT_UNKNOWN},
        {EXIM_HEAD "  accept domains = +local_domains\n         endpass\n         verify = "
                   "recipient\n  deny\n",
         AUDIT_FINE},
        {EXIM_HEAD "other:\n  accept\n", AUDIT_FINE},
        {EXIM_HEAD "  accept local_parts = postmaster\n         domains = *\n", AUDIT_FINE},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        judge_exim(rows[i].config);
        CHECK_ROW(i, outcome("exim-relay") == rows[i].outcome);
    }
}

static void
exim_settings(void)
{
    static const struct {
        const char *config, *check;
        int outcome;
    } rows[] = {
        {"hostlist relay_from_hosts = 127.0.0.1 : ::::1\n", "exim-relay-hosts", AUDIT_FINE},
        {"hostlist relay_from_hosts = *\n", "exim-relay-hosts", AUDIT_CRITICAL},
        {"hostlist relay_from_hosts = <; 127.0.0.1 ; 203.0.0.0/16\n", "exim-relay-hosts",
         AUDIT_SERIOUS},
        {"hostlist relay_from_hosts = <; 127.0.0.1 ; 2001:db8::/32\n", "exim-relay-hosts",
         AUDIT_SERIOUS},
        {"hostlist relay_from_hosts = 192.0.2.0/28\n", "exim-relay-hosts", AUDIT_FINE},
        {"trusted_users = uucp : www-data\n", "exim-trusted-users", AUDIT_WEAK},
        {"trusted_users = uucp\n", "exim-trusted-users", AUDIT_FINE},
        {"log_selector = +tls_peerdn\n", "exim-log", AUDIT_NOTE},
        {"log_selector = +tls_peerdn +arguments\n", "exim-log", AUDIT_FINE},
        {"begin authenticators\np:\n driver = plaintext\n server_prompts = :\n", "exim-tls-auth",
         AUDIT_SERIOUS},
        {"begin authenticators\np:\n server_prompts = :\n server_advertise_condition = "
         "${if eq{$tls_in_cipher}{}{}{*}}\n",
         "exim-tls-auth", AUDIT_FINE},
        {"auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}\nbegin authenticators\np:\n "
         "server_prompts = :\n",
         "exim-tls-auth", AUDIT_FINE},
        {"begin authenticators\np:\n client_send = x\n", "exim-tls-auth", -1},
        {EXIM_HEAD " require verify = recipient\n", "exim-recipients", AUDIT_FINE},
        {EXIM_HEAD " accept\n", "exim-recipients", AUDIT_WEAK},
        {EXIM_HEAD " deny ratelimit = 10/1h\n", "exim-ratelimit", AUDIT_FINE},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        judge_exim(rows[i].config);
        CHECK_ROW(i, outcome(rows[i].check) == rows[i].outcome);
    }
}

static void
opensmtpd_rules_are_tried_in_order(void)
{
    static const struct {
        const char *text, *check;
        int outcome;
    } rows[] = {
        /* As the package brings it. */
        {"table aliases file:/etc/aliases\nlisten on localhost\naction \"local\" maildir alias "
         "<aliases>\naction \"relay\" relay\nmatch for local action \"local\"\nmatch from local "
         "for any action \"relay\"\n",
         "opensmtpd-relay", AUDIT_FINE},
        {"action \"out\" relay\nmatch from any for any action \"out\"\n", "opensmtpd-relay",
         AUDIT_CRITICAL},
        {"action \"out\" relay\nmatch from any \\\n for any action \"out\"\n", "opensmtpd-relay",
         AUDIT_CRITICAL},
        {"action \"in\" mbox\nmatch from any for any action \"in\"\n", "opensmtpd-relay",
         AUDIT_FINE},
        {"action out relay\nmatch from any reject\nmatch from any for any action out\n",
         "opensmtpd-relay", AUDIT_CRITICAL},
        {"action out relay\nmatch from any for any reject\nmatch from any for any action out\n",
         "opensmtpd-relay", AUDIT_FINE},
        {"action out relay\nmatch auth from any for any action out\n", "opensmtpd-relay",
         AUDIT_FINE},
        {"action out relay\nmatch !auth from any for any action out\n", "opensmtpd-relay",
         AUDIT_CRITICAL},
        {"action out relay\nmatch !from src 192.0.2.1 for any action out\n", "opensmtpd-relay",
         AUDIT_CRITICAL},
        {"action out relay\nmatch ! auth from any for any action out\n", "opensmtpd-relay",
         AUDIT_CRITICAL},
        {"action out relay\nmatch from src 0.0.0.0/0 for any action out\n", "opensmtpd-relay",
         AUDIT_CRITICAL},
        {"action out relay\nmatch from src 192.0.2.0/26 for any action out\n", "opensmtpd-relay",
         AUDIT_FINE},
        {"table w { 0.0.0.0/0 }\naction out relay\nmatch from src <w> for any action out\n",
         "opensmtpd-relay", AUDIT_CRITICAL},
        {"table w { \"10.0.0.1\", \"10.0.0.2\" }\naction out relay\nmatch from src <w> for any "
         "action out\n",
         "opensmtpd-relay", AUDIT_FINE},
        {"action out relay\nmatch from mail-from \"@a.example\" for any action out\n",
         "opensmtpd-relay", AUDIT_CRITICAL},
        {"action out relay\nmatch from any for domain \"a.example\" action out\n",
         "opensmtpd-relay", AUDIT_FINE},
        {"accept from any for any relay\n", "opensmtpd-relay", AUDIT_CRITICAL},
        {"accept for any relay\n", "opensmtpd-relay", AUDIT_FINE},
        {"# match from any for any action \"out\"\n", "opensmtpd-relay", AUDIT_FINE},
        {"listen on eth0 tls pki a\n", "opensmtpd-tls", AUDIT_FINE},
        {"listen on eth0\n", "opensmtpd-tls", AUDIT_NOTE},
        {"listen on eth0 port 587 tls-require pki a auth\n", "opensmtpd-tls", AUDIT_FINE},
        {"listen on eth0 port 587 auth\n", "opensmtpd-tls", AUDIT_SERIOUS},
        {"listen on lo0\n", "opensmtpd-tls", -1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct opensmtpd_facts facts = {tap_str(rows[i].text), STR("/etc/smtpd.conf")};

        start();
        opensmtpd_audit(&facts, &audit);
        CHECK_ROW(i, outcome(rows[i].check) == rows[i].outcome);
    }
}

static void
sendmail_features_and_tables(void)
{
    static const char closed[] =
        "##### $Id: access_db.m4,v 8.27 2006-07-06 21:10:10 ca Exp $ #####\n"
        "O PrivacyOptions=goaway,noetrn\nO ConnectionRateThrottle=15\n";
    static const struct {
        const char *cf, *access, *relay, *check;
        int outcome;
    } rows[] = {
        {closed, "", "", "sendmail-relay", AUDIT_FINE},
        {"##### $Id: promiscuous_relay.m4,v 8.13 2013-11-22 20:51:11 ca Exp $ #####\n", "", "",
         "sendmail-relay", AUDIT_CRITICAL},
        {"##### $Id: relay_local_from.m4,v 8.7 $ #####\n", "", "", "sendmail-relay-from",
         AUDIT_CRITICAL},
        {"##### $Id: relay_based_on_MX.m4,v 8.14 $ #####\n", "", "", "sendmail-relay-mx",
         AUDIT_WEAK},
        {closed, "", "", "sendmail-privacy", AUDIT_FINE},
        {"O PrivacyOptions=authwarnings\n", "", "", "sendmail-privacy", AUDIT_NOTE},
        {"#O ConnectionRateThrottle=0\n", "", "", "sendmail-rate", AUDIT_NOTE},
        {closed, "", "", "sendmail-rate", AUDIT_FINE},
        {closed, "Connect:127 RELAY\nConnect:10.1.2 RELAY\nspam@a.example REJECT\n", "",
         "sendmail-access", AUDIT_FINE},
        {closed, "Connect:203 RELAY\n", "", "sendmail-access", AUDIT_SERIOUS},
        {closed, "Connect:203.0.113 RELAY\n", "", "sendmail-access", AUDIT_FINE},
        {closed, "Connect:203 OK\n", "", "sendmail-access", AUDIT_FINE},
        {closed, "com RELAY\n", "", "sendmail-access", AUDIT_SERIOUS},
        {closed, "a.example RELAY\n", "", "sendmail-access", AUDIT_FINE},
        {closed, "From:boss@a.example RELAY\n", "", "sendmail-access", AUDIT_WEAK},
        {closed, "", "10.0.0\na.example\n", "sendmail-access", AUDIT_FINE},
        {closed, "", "203\n", "sendmail-access", AUDIT_SERIOUS},
        {"O AuthMechanisms=LOGIN PLAIN\nO AuthOptions=A\n", "", "", "sendmail-tls-auth",
         AUDIT_SERIOUS},
        {"O AuthMechanisms=LOGIN PLAIN\nO AuthOptions=A p y\n", "", "", "sendmail-tls-auth",
         AUDIT_FINE},
        {closed, "", "", "sendmail-tls-auth", -1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sendmail_facts facts = {.cf = tap_str(rows[i].cf),
                                       .cf_file = STR("/etc/mail/sendmail.cf"),
                                       .access = tap_str(rows[i].access),
                                       .access_file = STR("/etc/mail/access"),
                                       .relay = tap_str(rows[i].relay),
                                       .relay_file = STR("/etc/mail/relay-domains"),
                                       .mc_file = STR("/etc/mail/sendmail.mc")};

        start();
        sendmail_audit(&facts, &audit);
        CHECK_ROW(i, outcome(rows[i].check) == rows[i].outcome);
    }
}

static void
dovecot_settings(void)
{
    static const struct {
        const char *text, *check;
        int outcome;
    } rows[] = {
        {"ssl = yes\n", "dovecot-tls", AUDIT_FINE},
        {"ssl = no\n", "dovecot-tls", AUDIT_SERIOUS},
        {"disable_plaintext_auth = no\n", "dovecot-clear-passwords", AUDIT_SERIOUS},
        {"disable_plaintext_auth = yes\n", "dovecot-clear-passwords", AUDIT_FINE},
        {"auth_allow_cleartext = yes\n", "dovecot-clear-passwords", AUDIT_SERIOUS},
        {"auth_allow_cleartext = no\n", "dovecot-clear-passwords", AUDIT_FINE},
        {"ssl = yes\n", "dovecot-clear-passwords", -1},
        {"ssl_min_protocol = TLSv1\n", "dovecot-old-tls", AUDIT_WEAK},
        {"ssl_min_protocol = TLSv1.2\n", "dovecot-old-tls", AUDIT_FINE},
        {"auth_mechanisms = plain login\n", "dovecot-mechanisms", AUDIT_FINE},
        {"auth_mechanisms = plain cram-md5\n", "dovecot-mechanisms", AUDIT_WEAK},
        {"auth_mechanisms = anonymous\n", "dovecot-anonymous", AUDIT_SERIOUS},
        {"auth_verbose_passwords = plain\n", "dovecot-logged-passwords", AUDIT_SERIOUS},
        {"auth_verbose_passwords = sha1:6\n", "dovecot-logged-passwords", AUDIT_FINE},
        {"login_trusted_networks = 0.0.0.0/0\n", "dovecot-trusted", AUDIT_SERIOUS},
        {"login_trusted_networks = 10.0.0.5\n", "dovecot-trusted", AUDIT_FINE},
        {"login_trusted_networks =\n", "dovecot-trusted", -1},
        {"", "dovecot-settings", AUDIT_UNKNOWN},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct settings settings;
        struct dovecot_facts facts = {&settings, STR("/etc/dovecot/dovecot.conf")};

        start();
        settings_init(&settings, arena);
        settings_read(&settings, SETTINGS_DOVECOT, tap_str(rows[i].text), facts.file);
        dovecot_audit(&facts, &audit);
        CHECK_ROW(i, outcome(rows[i].check) == rows[i].outcome);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"Exim's ACLs are walked", exim_acls_are_walked},
        {"Exim's settings", exim_settings},
        {"OpenSMTPD's rules are tried in order", opensmtpd_rules_are_tried_in_order},
        {"Sendmail's features and tables", sendmail_features_and_tables},
        {"Dovecot's settings", dovecot_settings},
    };

    return tap_main(cases, COUNT(cases));
}
