#include "audit/relay_parts.h"

static bool
is_password_in_clear(const struct smtp_features *features)
{
    return smtp_features_has_mechanism(features, STR("PLAIN")) ||
           smtp_features_has_mechanism(features, STR("LOGIN"));
}

static void
add_login_fix(const struct relay_facts *facts, struct audit *audit, struct audit_finding *finding)
{
    static const struct relay_remedy rows[] = {
        {AUDIT_PROGRAM_POSTFIX, "On the server: postconf -e smtpd_tls_auth_only=yes, and "
                                "smtpd_tls_security_level=may; then postfix reload."},
        {AUDIT_PROGRAM_EXIM, "On the server: auth_advertise_hosts = "
                             "${if eq{$tls_in_cipher}{}{}{*}} in the main section."},
        {AUDIT_PROGRAM_SENDMAIL,
         "On the server: define(`confAUTH_OPTIONS', `A p y')dnl in sendmail.mc."},
        {AUDIT_PROGRAM_OPENSMTPD,
         "On the server: listen … tls-require auth, or smtps auth, in smtpd.conf."},
        {AUDIT_PROGRAM_NONE, "On the server: offer AUTH under TLS only."},
    };

    relay_remedy(facts, rows, sizeof(rows) / sizeof(rows[0]), audit, finding);
}

void
relay_check_login(const struct relay_facts *facts, struct audit *audit)
{
    struct arena *arena = audit->arena;
    bool is_offered = facts->clear.extensions & SMTP_AUTH;
    bool is_plain = is_password_in_clear(&facts->clear);
    struct str secured =
        facts->secured.auth.len
            ? arena_printf(arena, "under TLS: AUTH " STR_FMT,
                           STR_ARG(str_first(facts->secured.auth, AUDIT_SEEN_MAX - 32)))
            : STR_EMPTY;
    struct audit_finding *finding;

    if (facts->role == RELAY_ROLE_SUBMISSIONS || facts->banner.code != 220)
        return;
    if (!is_offered) {
        audit_fine(audit, AUDIT_RELAY, "relay-login", facts->subject,
                   STR("No login is offered in the clear."), secured);
        return;
    }
    finding = audit_add(
        audit, (struct audit_finding){
                   .area = AUDIT_RELAY,
                   .check = "relay-login",
                   .outcome = is_plain ? AUDIT_WEAK : AUDIT_NOTE,
                   .subject = facts->subject,
                   .title = STR("Logins are offered before TLS."),
                   .place = facts->address,
                   .seen = arena_printf(arena, "AUTH " STR_FMT,
                                        STR_ARG(str_first(facts->clear.auth, AUDIT_SEEN_MAX))),
                   .why = is_plain ? STR("Programs that are set up badly send the password in the "
                                         "clear, for everybody on the way to read and use.")
                                   : STR("The password is not sent as it is, but what is sent can "
                                         "be guessed at, and the mail is in the clear."),
               });
    add_login_fix(facts, audit, finding);
}

/* VRFY tells mailboxes apart: a yes to the one, a no to the other. */
static bool
tells_apart(const struct smtp_reply *known, const struct smtp_reply *made_up)
{
    return smtp_reply_class(known) == 2 &&
           (made_up->code == 550 || made_up->code == 551 || made_up->code == 553);
}

/* Not a refusal of the client, or of talking in the clear. */
static bool
is_about_names(const struct smtp_reply *reply)
{
    return reply->code && reply->code != 530 && reply->code != 554 && smtp_reply_class(reply) != 4;
}

static void
add_vrfy(const struct relay_facts *facts, struct audit *audit, const char *verb,
         const struct smtp_reply *known, const struct smtp_reply *made_up, struct str fix)
{
    struct arena *arena = audit->arena;
    struct audit_finding *finding = audit_add(
        audit,
        (struct audit_finding){
            .area = AUDIT_RELAY,
            .check = "relay-vrfy",
            .outcome = AUDIT_NOTE,
            .subject = facts->subject,
            .title = arena_printf(arena, "%s tells which mailboxes exist.", verb),
            .place = facts->address,
            .seen = arena_printf(arena, "%s postmaster: " STR_FMT "; a made-up name: " STR_FMT,
                                 verb, STR_ARG(str_first(relay_quote(known, arena), 250)),
                                 STR_ARG(str_first(relay_quote(made_up, arena), 250))),
            .why = STR("Whoever guesses passwords or collects addresses learns the names without "
                       "sending a mail."),
        });

    audit_fix(audit, finding, (struct audit_fix){.kind = AUDIT_FIX_TEXT, .value = fix});
}

void
relay_check_vrfy(const struct relay_facts *facts, struct audit *audit)
{
    bool vrfy = tells_apart(&facts->vrfy_postmaster, &facts->vrfy_made_up);
    bool expn = tells_apart(&facts->expn_postmaster, &facts->expn_made_up);

    if (vrfy)
        add_vrfy(facts, audit, "VRFY", &facts->vrfy_postmaster, &facts->vrfy_made_up,
                 STR("On the server: disable_vrfy_command = yes (Postfix); no acl_smtp_vrfy "
                     "(Exim); define(`confPRIVACY_FLAGS', `authwarnings,novrfy,noexpn')dnl "
                     "(Sendmail)."));
    if (expn)
        add_vrfy(facts, audit, "EXPN", &facts->expn_postmaster, &facts->expn_made_up,
                 STR("On the server: no acl_smtp_expn (Exim); define(`confPRIVACY_FLAGS', "
                     "`authwarnings,novrfy,noexpn')dnl (Sendmail)."));
    if (!vrfy && !expn && is_about_names(&facts->vrfy_postmaster) &&
        is_about_names(&facts->vrfy_made_up))
        audit_fine(audit, AUDIT_RELAY, "relay-vrfy", facts->subject,
                   STR("VRFY and EXPN do not tell mailboxes apart."),
                   relay_quote(&facts->vrfy_made_up, audit->arena));
}
