/* Logins: where they are taken, whether encrypted, and whose address a login may send as. */

#include "audit/postfix_parts.h"

static struct str
place_of(const struct postfix_facts *facts, const struct master_service *service, const char *name,
         struct arena *arena)
{
    if (service &&
        (settings_find(&service->options, name) || !settings_find(facts->settings, name)))
        return arena_printf(arena, STR_FMT ":%u", STR_ARG(facts->master.file), service->line);
    return setting_place(settings_find(facts->settings, name), arena);
}

static bool
takes_logins(const struct postfix_facts *facts, const struct master_service *service)
{
    return setting_is_yes(postfix_value(facts, service, "smtpd_sasl_auth_enable"));
}

/* A login is only offered under TLS. */
static bool
is_encrypted(const struct postfix_facts *facts, const struct master_service *service)
{
    struct str level = postfix_value(facts, service, "smtpd_tls_security_level");

    return str_eq_nocase(level, STR("encrypt")) ||
           setting_is_yes(postfix_value(facts, service, "smtpd_tls_auth_only")) ||
           setting_is_yes(postfix_value(facts, service, "smtpd_tls_wrappermode")) ||
           setting_is_yes(postfix_value(facts, service, "smtpd_enforce_tls"));
}

static void
judge_encryption(const struct postfix_facts *facts, const struct master_service *service,
                 struct audit *audit)
{
    struct setting_subject subject = postfix_subject(facts);
    struct str name =
        arena_printf(audit->arena, "postfix, service " STR_FMT, STR_ARG(service->name));
    struct audit_finding *finding;

    if (is_encrypted(facts, service)) {
        audit_fine(audit, AUDIT_MTA, "postfix-tls-auth", name,
                   STR("Logins are taken under TLS only."), service->raw);
        return;
    }
    finding = audit_add(
        audit, (struct audit_finding){
                   .area = AUDIT_MTA,
                   .check = "postfix-tls-auth",
                   .outcome = AUDIT_SERIOUS,
                   .subject = name,
                   .title = STR("Logins are taken without TLS."),
                   .place = place_of(facts, service, "smtpd_tls_auth_only", audit->arena),
                   .seen = STR("smtpd_tls_auth_only = no"),
                   .why = STR("Passwords cross the network in clear: who reads them there sends "
                              "as that mailbox.")});
    audit_fix(
        audit, finding,
        setting_fix(facts->settings, &subject, STR("smtpd_tls_auth_only"), STR("yes"), false));
}

static bool
is_port_25(const struct master_service *service)
{
    struct str name = service->name;

    if (str_eq(service->type, STR("pass")))
        return true;
    while (str_index(name, ':') < name.len && name.data[0] != '[')
        (void)str_cut(&name, ':');
    return str_eq(name, STR("smtp")) || str_eq(name, STR("25"));
}

static void
judge_port_25(const struct postfix_facts *facts, const struct master_service *service,
              struct audit *audit)
{
    struct audit_finding *finding;

    if (!takes_logins(facts, service)) {
        audit_fine(audit, AUDIT_MTA, "postfix-auth-25", STR("postfix"),
                   STR("Port 25 takes no logins."), service->raw);
        return;
    }
    finding = audit_add(
        audit, (struct audit_finding){
                   .area = AUDIT_MTA,
                   .check = "postfix-auth-25",
                   .outcome = AUDIT_NOTE,
                   .subject = STR("postfix"),
                   .title = STR("Port 25 takes logins, too."),
                   .place = place_of(facts, service, "smtpd_sasl_auth_enable", audit->arena),
                   .seen = STR("smtpd_sasl_auth_enable = yes"),
                   .why = STR("Everybody must be let in at port 25, so passwords are guessed there "
                              "first; mail programs use 587 and 465.")});
    audit_fix(audit, finding,
              (struct audit_fix){
                  .kind = AUDIT_FIX_COMMAND,
                  .program = AUDIT_PROGRAM_POSTFIX,
                  .value = arena_printf(
                      audit->arena, "postconf -P " STR_FMT "/" STR_FMT "/smtpd_sasl_auth_enable=no",
                      STR_ARG(service->name), STR_ARG(service->type))});
}

/* A service of its own for mail programs must turn away whoever has not logged in. */
static void
judge_submission(const struct postfix_facts *facts, const struct master_service *service,
                 struct audit *audit)
{
    static const char *const lists[] = {"smtpd_client_restrictions", "smtpd_helo_restrictions",
                                        "smtpd_sender_restrictions", "smtpd_relay_restrictions",
                                        "smtpd_recipient_restrictions"};
    struct audit_finding *finding;
    bool is_closed = false;

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        struct str value = postfix_value(facts, service, lists[i]);

        is_closed |=
            setting_has_word(value, STR("reject")) || setting_has_word(value, STR("defer"));
    }
    if (is_closed) {
        audit_fine(audit, AUDIT_MTA, "postfix-submission",
                   arena_printf(audit->arena, "postfix, service " STR_FMT, STR_ARG(service->name)),
                   STR("The submission service turns away whoever has not logged in."),
                   service->raw);
        return;
    }
    finding = audit_add(
        audit, (struct audit_finding){
                   .area = AUDIT_MTA,
                   .check = "postfix-submission",
                   .outcome = AUDIT_WEAK,
                   .subject = arena_printf(audit->arena, "postfix, service " STR_FMT,
                                           STR_ARG(service->name)),
                   .title = STR("The submission service takes mail without a login, too."),
                   .place = arena_printf(audit->arena, STR_FMT ":%u", STR_ARG(facts->master.file),
                                         service->line),
                   .seen = service->raw,
                   .why = STR("Spam to your own mailboxes comes in there past the filters of "
                              "port 25.")});
    audit_fix(audit, finding,
              (struct audit_fix){.kind = AUDIT_FIX_COMMAND,
                                 .program = AUDIT_PROGRAM_POSTFIX,
                                 .value = arena_printf(audit->arena,
                                                       "postconf -P " STR_FMT
                                                       "/inet/smtpd_client_restrictions="
                                                       "permit_sasl_authenticated,reject",
                                                       STR_ARG(service->name))});
}

/* One of the words of smtpd's lists holds a login to its own addresses. */
static bool
holds_senders(const struct postfix_facts *facts, const struct master_service *service)
{
    static const char *const words[] = {"reject_sender_login_mismatch",
                                        "reject_authenticated_sender_login_mismatch",
                                        "reject_known_sender_login_mismatch"};
    static const char *const lists[] = {"smtpd_sender_restrictions",    "smtpd_client_restrictions",
                                        "smtpd_helo_restrictions",      "smtpd_relay_restrictions",
                                        "smtpd_recipient_restrictions", "smtpd_data_restrictions"};

    for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++) {
        for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
            if (setting_has_word(postfix_value(facts, service, lists[l]), str_from_cstr(words[w])))
                return postfix_value(facts, service, "smtpd_sender_login_maps").len > 0;
        }
    }
    return false;
}

static void
judge_senders(const struct postfix_facts *facts, const struct master_service *service,
              struct audit *audit)
{
    struct str name =
        arena_printf(audit->arena, "postfix, service " STR_FMT, STR_ARG(service->name));
    struct audit_finding *finding;

    if (holds_senders(facts, service)) {
        audit_fine(audit, AUDIT_MTA, "postfix-sender-login", name,
                   STR("A login may only send as its own addresses."), service->raw);
        return;
    }
    finding = audit_add(
        audit,
        (struct audit_finding){
            .area = AUDIT_MTA,
            .check = "postfix-sender-login",
            .outcome = AUDIT_WEAK,
            .subject = name,
            .title = STR("Any mailbox may send as any other."),
            .place = place_of(facts, service, "smtpd_sender_login_maps", audit->arena),
            .seen = arena_printf(audit->arena, "smtpd_sender_login_maps = " STR_FMT,
                                 STR_ARG(postfix_value(facts, service, "smtpd_sender_login_maps"))),
            .why = STR("One stolen password is enough to write as the director, signed and "
                       "aligned by this server.")});
    audit_fix(audit, finding,
              (struct audit_fix){
                  .kind = AUDIT_FIX_TEXT,
                  .program = AUDIT_PROGRAM_POSTFIX,
                  .value = STR(
                      "List in /etc/postfix/sender_logins which login may send as which "
                      "address, 'address login' a line; a table made of the mailboxes does where "
                      "logins are the addresses. Then: postmap /etc/postfix/sender_logins && "
                      "postconf -e smtpd_sender_login_maps=hash:/etc/postfix/sender_logins "
                      "smtpd_sender_restrictions=reject_authenticated_sender_login_mismatch")});
}

void
postfix_judge_submission(const struct postfix_facts *facts, struct audit *audit)
{
    for (uint32_t i = 0; i < facts->master.count; i++) {
        const struct master_service *service = &facts->master.list[i];
        bool is_25 = is_port_25(service);

        /* What content filters give mail back to stands on loopback: no password crosses a network.
         */
        if (!postfix_is_smtpd(service) || postfix_is_local_only(facts, service))
            continue;
        if (is_25)
            judge_port_25(facts, service, audit);
        if (!takes_logins(facts, service))
            continue;
        judge_encryption(facts, service, audit);
        judge_senders(facts, service, audit);
        if (!is_25)
            judge_submission(facts, service, audit);
    }
}
