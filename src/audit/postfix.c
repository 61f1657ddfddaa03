/* Single settings of Postfix, and what follows from a few together. */

#include "audit/postfix_parts.h"

static const struct setting_rule rules[] = {
    {"postfix-unlisted", "smtpd_reject_unlisted_recipient", SETTING_IS, "no", "yes", AUDIT_WEAK,
     "Mail for recipients that do not exist is taken, and bounced later.",
     "Unknown recipients are refused while the sender is still there.",
     "The bounces go to forged senders: backscatter, which blocklists list.", "yes", NULL, false},
    {"postfix-local-recipients", "local_recipient_maps", SETTING_EMPTY, NULL,
     "proxy:unix:passwd.byname $alias_maps", AUDIT_WEAK,
     "Mail for local users that do not exist is taken, and bounced later.",
     "Local users that do not exist are refused at once.",
     "The bounces go to forged senders: backscatter, which blocklists list.",
     "proxy:unix:passwd.byname $alias_maps", NULL, false},
    {"postfix-luser-relay", "luser_relay", SETTING_STATED, NULL, "", AUDIT_NOTE,
     "Mail for every unknown local user goes to one address.", "No address takes what is unknown.",
     "It collects spam and bounces; where it forwards, this server forwards spam.", NULL,
     "Leave luser_relay empty, so that unknown users are refused.", false},
    {"postfix-soft-bounce", "soft_bounce", SETTING_IS, "yes", "no", AUDIT_WEAK,
     "Refusals are only temporary: senders try for days.", "Refusals are final.",
     "soft_bounce is for trying settings out; the queues of others fill, and logs show deferrals "
     "without end.",
     "no", NULL, false},
    {"postfix-routing", "allow_untrusted_routing", SETTING_IS, "yes", "no", AUDIT_SERIOUS,
     "Addresses with a route (user%elsewhere@here) are taken from strangers.",
     "Addresses with a route are refused from strangers.",
     "Behind a server that trusts this one, they relay.", "no", NULL, false},
    {"postfix-submit-users", "authorized_submit_users", SETTING_IS, "static:anyone",
     "static:anyone", AUDIT_NOTE, "Every local user may hand mail to sendmail(1).",
     "Not every local user may hand mail to sendmail(1).",
     "A hacked site or stolen shell account sends through it. Name those who must, as soon as "
     "`weir trace --senders` tells who does.",
     NULL,
     "Set authorized_submit_users = !web_blog, static:anyone for users that need not mail, or name "
     "those that may.",
     false},
    {"postfix-queue-view", "authorized_mailq_users", SETTING_IS, "static:anyone", "static:anyone",
     AUDIT_NOTE, "Every local user may see who writes to whom in the queue.",
     "Not every local user may look into the queue.",
     "A hacked site reads the addresses of other customers there.", "root", NULL, false},
    {"postfix-vrfy", "disable_vrfy_command", SETTING_IS, "no", "no", AUDIT_NOTE,
     "VRFY tells strangers which mailboxes exist.", "VRFY is off.",
     "Guessing of passwords starts with names that exist.", "yes", NULL, true},
    {"postfix-helo", "smtpd_helo_required", SETTING_IS, "no", "no", AUDIT_NOTE,
     "Clients need not introduce themselves.", "Clients must introduce themselves.",
     "Every mail server does; simple spam programs do not, and rules on HELO pass them by.", "yes",
     NULL, false},
    {"postfix-envelope", "strict_rfc821_envelopes", SETTING_IS, "no", "no", AUDIT_NOTE,
     "Senders and recipients are taken in forms that RFC 5321 does not know.",
     "Senders and recipients must be written as RFC 5321 wants.",
     "Only badly made programs write them so; most of them send spam.", "yes", NULL, false},
    {"postfix-bare-newline", "smtpd_forbid_bare_newline", SETTING_IS, "no", NULL, AUDIT_NOTE,
     "A mail may end at a line feed alone, so that a second one is smuggled in behind it.",
     "Mail does not end at a line feed alone.",
     "SMTP smuggling (CVE-2023-51764): a mail that another server let pass holds a second one with "
     "any sender of that server.",
     "yes", NULL, false},
    {"postfix-pipelining", "smtpd_forbid_unauth_pipelining", SETTING_IS, "no", NULL, AUDIT_NOTE,
     "Clients may send commands before it is their turn.",
     "Clients that talk out of turn are cut off.",
     "Spam programs do, mail servers do not; smuggling needs it, too.", "yes", NULL, false},
    {"postfix-long-ids", "enable_long_queue_ids", SETTING_IS, "no", "no", AUDIT_NOTE,
     "Queue ids are short and used again.", "Queue ids are long and never used again.",
     "The same id stands for different mails in one log: every trace is harder.", "yes", NULL,
     true},
    {"postfix-rate-message", "smtpd_client_message_rate_limit", SETTING_IS, "0", "0", AUDIT_NOTE,
     "A client may send any number of mails a minute.", "The mails of a client are limited.",
     "A stolen mailbox empties its list within minutes.", NULL,
     "Set smtpd_client_message_rate_limit above what your busiest client sends a minute, say 100; "
     "mynetworks are exempt.",
     false},
    {"postfix-rate-recipient", "smtpd_client_recipient_rate_limit", SETTING_IS, "0", "0",
     AUDIT_NOTE, "A client may write to any number of recipients a minute.",
     "The recipients of a client are limited.", "A stolen mailbox empties its list within minutes.",
     NULL,
     "Set smtpd_client_recipient_rate_limit above what your busiest client needs a minute, say "
     "300; mynetworks are exempt.",
     false},
    {"postfix-rate-auth", "smtpd_client_auth_rate_limit", SETTING_IS, "0", "0", AUDIT_NOTE,
     "A client may try any number of passwords a minute.", "Guessing of passwords is limited.",
     "Passwords are found by trying.", "20", NULL, false},
    {"postfix-notices", "notify_classes", SETTING_HAS, "bounce|2bounce|delay|policy|protocol",
     "resource, software", AUDIT_NOTE,
     "The postmaster gets a mail for every refused or bounced one.",
     "The postmaster is not mailed for every refusal.",
     "In an attack that is a flood of its own, sent by this server.", "resource, software", NULL,
     false},
    {"postfix-milter-default", "milter_default_action", SETTING_IS, "accept", "tempfail",
     AUDIT_NOTE, "Mail passes unchecked when a milter is down.",
     "Mail waits when a milter is down.", "Signing and limits end without a word.", "tempfail",
     NULL, false},
    {"postfix-tls-in", "smtpd_tls_security_level", SETTING_IS, "|none", "", AUDIT_NOTE,
     "Mail comes in without encryption: STARTTLS is not offered.", "STARTTLS is offered.",
     "Whoever is on the way reads and changes it.", NULL,
     "Set smtpd_tls_security_level = may with smtpd_tls_chain_files = key and certificate.", false},
    {"postfix-tls-out", "smtp_tls_security_level", SETTING_IS, "|none", "", AUDIT_NOTE,
     "Mail goes out without encryption, even where the other side offers it.",
     "Mail goes out encrypted where the other side offers it.",
     "Whoever is on the way reads and changes it; large providers mark it.", "may", NULL, true},
};

struct setting_subject
postfix_subject(const struct postfix_facts *facts)
{
    return (struct setting_subject){.area = AUDIT_MTA,
                                    .program = AUDIT_PROGRAM_POSTFIX,
                                    .subject = STR("postfix"),
                                    .file = facts->main_file};
}

/* --- compatibility_level: below 1, an empty relay list is the default --- */

static void
judge_compatibility(const struct postfix_facts *facts, struct audit *audit)
{
    const struct setting *setting = settings_find(facts->settings, "compatibility_level");
    struct str value = setting ? setting->value : STR("0");
    struct setting_subject subject = postfix_subject(facts);
    struct audit_finding *finding;

    if (value.len && value.data[0] >= '2' && value.data[0] <= '9') {
        audit_fine(audit, AUDIT_MTA, "postfix-compatibility", STR("postfix"),
                   STR("The defaults are those of today's Postfix."),
                   setting_quote(setting, STR("compatibility_level"), value, audit->arena));
        return;
    }
    finding = audit_add(
        audit, (struct audit_finding){
                   .area = AUDIT_MTA,
                   .check = "postfix-compatibility",
                   .outcome = AUDIT_NOTE,
                   .subject = STR("postfix"),
                   .title = STR("The defaults are those of a Postfix before "
                                "version 3."),
                   .place = setting_place(setting, audit->arena),
                   .seen = setting_quote(setting, STR("compatibility_level"), value, audit->arena),
                   .why = STR("smtpd_relay_restrictions is empty by default then: all hangs on "
                              "smtpd_recipient_restrictions.")});
    audit_fix(
        audit, finding,
        setting_fix(facts->settings, &subject, STR("compatibility_level"), STR("3.6"), false));
}

/* --- milters over TCP on loopback: each mail waits for the delayed acknowledgement, 40 ms --- */

static void
judge_milters(const struct postfix_facts *facts, struct audit *audit)
{
    static const char *const names[] = {"smtpd_milters", "non_smtpd_milters"};
    static const char *const loopback[] = {
        "inet:127.", "inet:localhost:", "inet6:[::1]:", "inet6:::1:", "inet:[::1]:"};

    for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
        const struct setting *setting = settings_find(facts->settings, names[n]);
        struct str list = setting ? setting->value : STR_EMPTY, word, slow = STR_EMPTY;
        struct audit_finding *finding;

        while ((word = setting_word(&list)).len) {
            (void)str_skip(&word, STR("{"));
            word = str_trim(word);
            for (size_t i = 0; i < sizeof(loopback) / sizeof(loopback[0]); i++) {
                if (str_starts(word, str_from_cstr(loopback[i])))
                    slow = word;
            }
        }
        if (!setting || setting->value.len == 0)
            continue;
        if (slow.len == 0) {
            audit_fine(audit, AUDIT_MTA, "postfix-milter-tcp", str_from_cstr(names[n]),
                       STR("No milter is asked over TCP on loopback."), setting->value);
            continue;
        }
        finding = audit_add(
            audit, (struct audit_finding){
                       .area = AUDIT_MTA,
                       .check = "postfix-milter-tcp",
                       .outcome = AUDIT_NOTE,
                       .subject = str_from_cstr(names[n]),
                       .title = STR("A milter is asked over TCP on loopback."),
                       .place = setting_place(setting, audit->arena),
                       .seen = setting_quote(setting, setting->name, setting->value, audit->arena),
                       .why = STR("Each mail may stall 40 ms there, for an acknowledgement that "
                                  "the kernel delays: a few dozen mails a second instead of "
                                  "thousands. A socket of the file system has no such wait.")});
        audit_fix(audit, finding,
                  (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                     .program = AUDIT_PROGRAM_POSTFIX,
                                     .value = STR("Let the milter listen on a unix socket below "
                                                  "/var/spool/postfix and name it as "
                                                  "unix:path.")});
    }
}

/* --- header checks that log which script sent --- */

static void
judge_header_checks(const struct postfix_facts *facts, struct audit *audit)
{
    const struct setting *setting = settings_find(facts->settings, "header_checks");
    struct str list = setting ? setting->value : STR_EMPTY, word;
    struct setting_subject subject = postfix_subject(facts);
    struct audit_finding *finding;

    while ((word = setting_word(&list)).len) {
        const struct postfix_map *map = postfix_map_find(facts, word);
        size_t at =
            map && map->is_read ? str_find_nocase(map->text, STR("X-PHP-Originating-Script")) : 0;

        if (map && map->is_read && at < map->text.len) {
            audit_fine(audit, AUDIT_MTA, "postfix-php-header", STR("postfix"),
                       STR("The log says which PHP script sent a mail."), word);
            return;
        }
    }
    finding = audit_add(
        audit,
        (struct audit_finding){
            .area = AUDIT_MTA,
            .check = "postfix-php-header",
            .outcome = AUDIT_NOTE,
            .subject = STR("postfix"),
            .title = STR("The log does not say which PHP script sent a mail."),
            .place = setting_place(setting, audit->arena),
            .seen = setting_quote(setting, STR("header_checks"),
                                  setting ? setting->value : STR_EMPTY, audit->arena),
            .why = STR("With PHP's mail.add_x_header each mail names its script; one line of "
                       "header_checks writes it into the log, where `weir trace` reads "
                       "it.")});
    audit_fix(audit, finding,
              (struct audit_fix){.kind = AUDIT_FIX_FILE,
                                 .program = AUDIT_PROGRAM_POSTFIX,
                                 .where = STR("/etc/postfix/header_checks.weir"),
                                 .value = STR("/^X-PHP-Originating-Script:/ INFO\n"),
                                 .is_safe = true});
    word = setting && setting->value.len
               ? arena_printf(audit->arena, STR_FMT " regexp:/etc/postfix/header_checks.weir",
                              STR_ARG(setting->value))
               : STR("regexp:/etc/postfix/header_checks.weir");
    audit_fix(audit, finding,
              setting_fix(facts->settings, &subject, STR("header_checks"), word, true));
}

/* --- catch-alls --- */

static void
judge_catch_all(const struct postfix_facts *facts, struct audit *audit)
{
    struct str list = settings_value(facts->settings, "virtual_alias_maps"), word;
    bool was_read = false;

    while ((word = setting_word(&list)).len) {
        const struct postfix_map *map = postfix_map_find(facts, word);
        struct str text = map ? map->text : STR_EMPTY, key, value;
        uint32_t line = 0;

        was_read |= map && map->is_read;
        while (map && map->is_read && postfix_map_next(&text, &line, &key, &value)) {
            struct audit_finding *finding;

            /* "@old.example @new.example" keeps the local part: an alias of a whole domain. */
            if (key.data[0] != '@' || (value.len && value.data[0] == '@'))
                continue;
            finding = audit_add(
                audit, (struct audit_finding){
                           .area = AUDIT_MTA,
                           .check = "postfix-catch-all",
                           .outcome = AUDIT_NOTE,
                           .subject = str_from(key, 1),
                           .title = STR("Every address of the domain is taken (catch-all)."),
                           .place = arena_printf(audit->arena, STR_FMT ":%u",
                                                 STR_ARG(postfix_map_path(word)), line),
                           .seen = arena_printf(audit->arena, STR_FMT " " STR_FMT, STR_ARG(key),
                                                STR_ARG(value)),
                           .why = STR("It swallows spam and the bounces of forged mail; where it "
                                      "forwards, this server forwards spam.")});
            audit_fix(audit, finding,
                      (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                         .program = AUDIT_PROGRAM_POSTFIX,
                                         .value = STR("Name the addresses that are used, and drop "
                                                      "the line.")});
        }
    }
    if (was_read)
        audit_fine(audit, AUDIT_MTA, "postfix-aliases", STR("postfix"),
                   STR("Alias tables were looked through for catch-alls."),
                   settings_value(facts->settings, "virtual_alias_maps"));
}

void
postfix_audit(const struct postfix_facts *facts, struct audit *audit)
{
    struct setting_subject subject = postfix_subject(facts);

    postfix_judge_relay(facts, audit);
    postfix_judge_networks(facts, audit);
    postfix_judge_submission(facts, audit);
    setting_rules_judge(rules, sizeof(rules) / sizeof(rules[0]), facts->settings, &subject, audit);
    judge_compatibility(facts, audit);
    judge_milters(facts, audit);
    judge_header_checks(facts, audit);
    judge_catch_all(facts, audit);
}
