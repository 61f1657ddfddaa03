#include "audit/exim_parts.h"
#include "audit/network_width.h"
#include "audit/setting_rule.h"

static const struct setting_rule rules[] = {
    {"exim-trusted-users", "trusted_users", SETTING_HAS, "www-data|apache|nginx|nobody|daemon", "",
     AUDIT_WEAK, "The web server's user may write any sender and any header.",
     "No user of the web server is trusted.",
     "A hacked site sends as anybody, and the log shows what it states.", NULL,
     "Take that user out of trusted_users.", false},
    {"exim-set-sender", "untrusted_set_sender", SETTING_IS, "*", "", AUDIT_NOTE,
     "Every local user may send as any sender.", "Local users may not choose any sender.",
     "The log names the user all the same (U=), but bounces go to whom the script names.", NULL,
     "Where sites need no sender of their own, set untrusted_set_sender to the empty sender.",
     false},
    {"exim-per-host", "smtp_accept_max_per_host", SETTING_IS, "|0", "", AUDIT_NOTE,
     "One client may take all connections.", "The connections of one client are limited.",
     "A single attacker keeps everybody else's mail out, or sends it all at once.", NULL,
     "Set smtp_accept_max_per_host = 20 in the main section.", false},
    {"exim-vrfy", "acl_smtp_vrfy", SETTING_STATED, NULL, "", AUDIT_NOTE,
     "VRFY may tell strangers which mailboxes exist.", "VRFY is off.",
     "Guessing of passwords starts with names that exist.", NULL, "Leave acl_smtp_vrfy unset.",
     false},
};

static struct setting_subject
subject_of(const struct exim_facts *facts)
{
    return (struct setting_subject){.area = AUDIT_MTA,
                                    .program = AUDIT_PROGRAM_EXIM,
                                    .subject = STR("exim"),
                                    .file = facts->file};
}

/* Macros of Debian's configuration stand for the option; elsewhere the option itself. */
static void
add_fix(const struct exim_facts *facts, struct audit_finding *finding, const char *option,
        const char *macro, const char *value, bool is_safe, struct audit *audit)
{
    struct setting_subject subject = subject_of(facts);

    if (!facts->is_generated)
        audit_fix(audit, finding,
                  setting_fix(facts->settings, &subject, str_from_cstr(option),
                              str_from_cstr(value), is_safe));
    else if (macro)
        audit_fix(audit, finding,
                  (struct audit_fix){.kind = AUDIT_FIX_SETTING,
                                     .program = AUDIT_PROGRAM_EXIM,
                                     .where = facts->macro_file,
                                     .name = str_from_cstr(macro),
                                     .value = str_from_cstr(value),
                                     .is_safe = is_safe});
}

static const struct {
    enum audit_outcome outcome;
    const char *title, *why;
} said[] = {
    [EXIM_CLOSED] = {AUDIT_FINE, "Strangers cannot relay: the ACL refuses foreign recipients.", ""},
    [EXIM_UNSURE] = {AUDIT_UNKNOWN, "Whether strangers may relay hangs on an expansion.",
                     "the ACL asks what only Exim can compute; `weir audit --relay` tries it from "
                     "outside"},
    [EXIM_FORGED] = {AUDIT_CRITICAL, "Anybody may relay who states the sender that a rule trusts.",
                     "What a client says of itself proves nothing: spammers find such names by "
                     "trying the server's own domains."},
    [EXIM_OPEN] = {AUDIT_CRITICAL, "Open relay: strangers may send to anybody through this server.",
                   "Spammers find an open relay within hours, and blocklists follow within a day."},
};

static void
judge_relay(const struct exim_facts *facts, struct audit *audit)
{
    struct str line;
    enum exim_reach reach = exim_relay_reach(facts, audit->arena, &line);
    struct audit_finding *finding =
        audit_add(audit, (struct audit_finding){.area = AUDIT_MTA,
                                                .check = "exim-relay",
                                                .outcome = said[reach].outcome,
                                                .subject = STR("exim"),
                                                .title = str_from_cstr(said[reach].title),
                                                .place = facts->file,
                                                .seen = line,
                                                .why = str_from_cstr(said[reach].why)});

    if (reach >= EXIM_FORGED)
        audit_fix(audit, finding,
                  (struct audit_fix){
                      .kind = AUDIT_FIX_TEXT,
                      .program = AUDIT_PROGRAM_EXIM,
                      .value = STR("Before the statement that accepts, let the ACL for RCPT say: "
                                   "require message = relay not permitted, domains = "
                                   "+local_domains : +relay_to_domains; and let only hosts = "
                                   "+relay_from_hosts and authenticated = * pass before it.")});
}

static void
judge_hosts(const struct exim_facts *facts, struct audit *audit)
{
    const struct setting *setting = settings_find(facts->settings, "hostlist relay_from_hosts");
    struct str list = setting ? setting->value : STR_EMPTY, item, worst = STR_EMPTY;
    enum network_width width = NETWORK_UNREADABLE;
    struct audit_finding *finding;
    char separator = 0;

    if (!setting)
        return;
    while (exim_list_next(&list, &separator, &item)) {
        enum network_width one = network_width_of(item);

        if (one > width) {
            width = one;
            worst = item;
        }
    }
    if (width < NETWORK_SHARED) {
        audit_fine(audit, AUDIT_MTA, "exim-relay-hosts", STR("exim"),
                   STR("relay_from_hosts is narrow."), setting->value);
        return;
    }
    finding = audit_add(
        audit,
        (struct audit_finding){
            .area = AUDIT_MTA,
            .check = "exim-relay-hosts",
            .outcome = width == NETWORK_EVERYBODY  ? AUDIT_CRITICAL
                       : width == NETWORK_PROVIDER ? AUDIT_SERIOUS
                                                   : AUDIT_WEAK,
            .subject = STR("exim"),
            .title = arena_printf(audit->arena, "relay_from_hosts holds strangers: " STR_FMT ".",
                                  STR_ARG(worst)),
            .place = setting_place(setting, audit->arena),
            .seen = setting_quote(setting, setting->name, setting->value, audit->arena),
            .why = STR("Whoever has an address in these networks may send through this server "
                       "without a login; every hacked machine among them will.")});
    if (facts->is_generated)
        audit_fix(audit, finding,
                  (struct audit_fix){
                      .kind = AUDIT_FIX_COMMAND,
                      .program = AUDIT_PROGRAM_EXIM,
                      .value = STR("sed -i \"s/^dc_relay_nets=.*/dc_relay_nets=''/\" "
                                   "/etc/exim4/update-exim4.conf.conf && update-exim4.conf && "
                                   "systemctl reload exim4")});
    else
        add_fix(facts, finding, "hostlist relay_from_hosts", NULL, "127.0.0.1 : ::::1", false,
                audit);
}

/* weir trace needs the folder that a script's mail was handed in from. */
static void
judge_log(const struct exim_facts *facts, struct audit *audit)
{
    const struct setting *setting = settings_find(facts->settings, "log_selector");
    struct str value = setting ? setting->value : STR_EMPTY;
    struct audit_finding *finding;

    if (str_has(value, STR("+arguments")) || str_has(value, STR("+all"))) {
        audit_fine(audit, AUDIT_MTA, "exim-log", STR("exim"),
                   STR("The log says which folder a script's mail came from."), value);
        return;
    }
    finding = audit_add(
        audit, (struct audit_finding){
                   .area = AUDIT_MTA,
                   .check = "exim-log",
                   .outcome = AUDIT_NOTE,
                   .subject = STR("exim"),
                   .title = STR("The log does not say which folder a script's mail came from."),
                   .place = setting_place(setting, audit->arena),
                   .seen = setting_quote(setting, STR("log_selector"), value, audit->arena),
                   .why = STR("With +arguments Exim logs cwd=…, and `weir trace` names the script "
                              "that sends.")});
    add_fix(facts, finding, "log_selector", "MAIN_LOG_SELECTOR",
            "+smtp_protocol_error +smtp_syntax_error +tls_certificate_verified +tls_peerdn "
            "+arguments +received_recipients +subject",
            true, audit);
}

static struct str
rcpt_acl(const struct exim_facts *facts)
{
    return exim_section(facts->config, STR("acl"));
}

static void
judge_acl_words(const struct exim_facts *facts, struct audit *audit)
{
    static const struct {
        const char *check, *word;
        enum audit_outcome outcome;
        const char *bad, *fine, *why, *advice;
    } words[] = {
        {"exim-recipients", "recipient", AUDIT_WEAK,
         "Mail for recipients that do not exist is taken, and bounced later.",
         "Unknown recipients are refused while the sender is still there.",
         "The bounces go to forged senders: backscatter, which blocklists list.",
         "Add 'require verify = recipient' to the ACL for RCPT, behind what relays."},
        {"exim-ratelimit", "ratelimit", AUDIT_NOTE, "No ACL limits how much a client sends.",
         "An ACL limits how much a client sends.",
         "A stolen mailbox empties its list within minutes.",
         "Add 'deny authenticated = * ratelimit = 100 / 1h / per_rcpt / $authenticated_id' to the "
         "ACL for RCPT."},
    };
    struct str acls = rcpt_acl(facts), line;
    bool has[2] = {false, false};

    while ((line = exim_line(&acls, audit->arena)).len) {
        struct str rest = line, name = str_cut(&rest, '=');

        has[0] |= str_has(name, STR("verify")) && str_has(rest, STR("recipient"));
        has[1] |= str_has(name, STR("ratelimit"));
    }
    for (size_t i = 0; i < 2; i++) {
        struct audit_finding *finding;

        if (has[i]) {
            audit_fine(audit, AUDIT_MTA, words[i].check, STR("exim"), str_from_cstr(words[i].fine),
                       STR_EMPTY);
            continue;
        }
        finding = audit_add(audit, (struct audit_finding){.area = AUDIT_MTA,
                                                          .check = words[i].check,
                                                          .outcome = words[i].outcome,
                                                          .subject = STR("exim"),
                                                          .title = str_from_cstr(words[i].bad),
                                                          .place = facts->file,
                                                          .seen = STR("begin acl"),
                                                          .why = str_from_cstr(words[i].why)});
        audit_fix(audit, finding,
                  (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                     .program = AUDIT_PROGRAM_EXIM,
                                     .value = str_from_cstr(words[i].advice)});
    }
}

/* An authenticator is offered in clear unless something asks for TLS first. */
static void
judge_logins(const struct exim_facts *facts, struct audit *audit)
{
    struct str hosts = settings_value(facts->settings, "auth_advertise_hosts"),
               rest = exim_section(facts->config, STR("authenticators")), line, open = STR_EMPTY,
               name = STR_EMPTY;
    bool is_server = false, asks_tls = true, has_any = false;

    for (;;) {
        bool is_end;

        line = exim_line(&rest, audit->arena);
        is_end = line.len == 0 ||
                 (line.data[line.len - 1] == ':' && str_index_any(line, STR(" =")) == line.len);
        if (is_end) {
            has_any |= is_server;
            if (is_server && !asks_tls)
                open = name;
            is_server = asks_tls = false;
            name = line;
        }
        if (line.len == 0)
            break;
        is_server |=
            str_starts(line, STR("server_condition")) || str_starts(line, STR("server_prompts")) ||
            str_starts(line, STR("server_socket")) || str_starts(line, STR("server_secret"));
        asks_tls |=
            str_starts(line, STR("server_advertise_condition")) && str_has(line, STR("tls"));
    }
    if (!has_any)
        return;
    if (open.len == 0 || str_has(hosts, STR("tls_")) ||
        (settings_find(facts->settings, "auth_advertise_hosts") && hosts.len == 0)) {
        audit_fine(audit, AUDIT_MTA, "exim-tls-auth", STR("exim"),
                   STR("Logins are taken under TLS only."), hosts);
        return;
    }
    add_fix(facts,
            audit_add(audit,
                      (struct audit_finding){
                          .area = AUDIT_MTA,
                          .check = "exim-tls-auth",
                          .outcome = AUDIT_SERIOUS,
                          .subject = STR("exim"),
                          .title = STR("Logins are taken without TLS."),
                          .place = facts->file,
                          .seen = open,
                          .why = STR("Passwords cross the network in clear: who reads them "
                                     "there sends as that mailbox.")}),
            "auth_advertise_hosts", NULL, "${if eq{$tls_in_cipher}{}{}{*}}", false, audit);
}

void
exim_audit(const struct exim_facts *facts, struct audit *audit)
{
    struct setting_subject subject = subject_of(facts);

    judge_relay(facts, audit);
    judge_hosts(facts, audit);
    judge_logins(facts, audit);
    judge_acl_words(facts, audit);
    judge_log(facts, audit);
    setting_rules_judge(rules, sizeof(rules) / sizeof(rules[0]), facts->settings, &subject, audit);
}
