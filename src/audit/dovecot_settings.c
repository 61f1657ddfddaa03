#include "audit/dovecot_settings.h"

#include "audit/network_width.h"
#include "audit/setting_rule.h"

static const struct setting_rule rules[] = {
    {"dovecot-tls", "ssl", SETTING_IS, "no", "yes", AUDIT_SERIOUS,
     "Mailboxes are opened without TLS: it is switched off.", "TLS is offered.",
     "Passwords cross the network in clear: who reads them there sends as that mailbox.", NULL,
     "Set ssl = required, with ssl_cert and ssl_key.", false},
    {"dovecot-clear-passwords", "disable_plaintext_auth", SETTING_IS, "no", NULL, AUDIT_SERIOUS,
     "Passwords are taken in clear, without TLS.", "Passwords are taken under TLS only.",
     "Passwords cross the network in clear: who reads them there sends as that mailbox.", "yes",
     NULL, false},
    {"dovecot-clear-passwords", "auth_allow_cleartext", SETTING_IS, "yes", NULL, AUDIT_SERIOUS,
     "Passwords are taken in clear, without TLS.", "Passwords are taken under TLS only.",
     "Passwords cross the network in clear: who reads them there sends as that mailbox.", "no",
     NULL, false},
    {"dovecot-old-tls", "ssl_min_protocol", SETTING_IS, "SSLv3|TLSv1|TLSv1.1|ANY", NULL, AUDIT_WEAK,
     "Versions of TLS are taken that are broken.", "Only TLS 1.2 and later are taken.",
     "RFC 8996 forbids TLS before 1.2; programs that need it should not hold passwords.", "TLSv1.2",
     NULL, false},
    {"dovecot-verbose", "auth_verbose", SETTING_IS, "no", "no", AUDIT_NOTE,
     "The log does not say why a login failed.", "The log says why a login failed.",
     "Guessing shows as an unknown user or a wrong password, and `weir trace` tells how a mailbox "
     "was taken.",
     "yes", NULL, true},
    {"dovecot-logged-passwords", "auth_verbose_passwords", SETTING_IS_NOT,
     "no|sha1|sha1:6|sha1:8|sha1:10", "no", AUDIT_SERIOUS,
     "Wrong passwords are written to the log.", "No passwords are written to the log.",
     "A wrong password is mostly the right one of something else, or a slip of the right one.",
     "no", NULL, false},
    {"dovecot-debugged-passwords", "auth_debug_passwords", SETTING_IS, "yes", "no", AUDIT_SERIOUS,
     "Passwords are written to the log.", "No passwords are written to the log for debugging.",
     "Whoever reads the log, or a copy of it, has them.", "no", NULL, true},
    {"dovecot-delay", "auth_failure_delay", SETTING_IS, "0|0 secs|0s", "2 secs", AUDIT_WEAK,
     "Wrong passwords are answered at once.", "Wrong passwords are answered after a while.",
     "Guessing is as fast as the machine.", "2 secs", NULL, false},
    {"dovecot-mechanisms", "auth_mechanisms", SETTING_HAS, "cram-md5|digest-md5|apop|ntlm|rpa|otp",
     "plain", AUDIT_WEAK, "Login methods are offered that need passwords stored in clear.",
     "No login method needs passwords stored in clear.",
     "One copy of the database is all passwords. Under TLS, plain is safe, and passwords can be "
     "stored as a hash.",
     "plain login", NULL, false},
    {"dovecot-anonymous", "auth_mechanisms", SETTING_HAS, "anonymous", "plain", AUDIT_SERIOUS,
     "Anybody may log in without a password.", "Nobody may log in without a password.",
     "Where submission asks Dovecot, strangers send.", "plain login", NULL, false},
};

/* Clients there are believed in what they say of TLS and of the address they speak for. */
static void
judge_trusted(const struct dovecot_facts *facts, struct audit *audit)
{
    const struct setting *setting = settings_find(facts->settings, "login_trusted_networks");
    struct setting_subject subject = {.area = AUDIT_MTA,
                                      .program = AUDIT_PROGRAM_DOVECOT,
                                      .subject = STR("dovecot"),
                                      .file = facts->file};
    struct audit_finding *finding;
    struct str widest;

    if (!setting || setting->value.len == 0)
        return;
    if (network_width_of_list(setting->value, ' ', &widest) < NETWORK_SHARED) {
        audit_fine(audit, AUDIT_MTA, "dovecot-trusted", STR("dovecot"),
                   STR("login_trusted_networks is narrow."), setting->value);
        return;
    }
    finding = audit_add(
        audit, (struct audit_finding){
                   .area = AUDIT_MTA,
                   .check = "dovecot-trusted",
                   .outcome = AUDIT_SERIOUS,
                   .subject = STR("dovecot"),
                   .title = STR("login_trusted_networks holds strangers."),
                   .place = setting_place(setting, audit->arena),
                   .seen = setting_quote(setting, setting->name, setting->value, audit->arena),
                   .why = STR("They log in without TLS, and may state any address in the log.")});
    audit_fix(audit, finding,
              setting_fix(facts->settings, &subject, setting->name, STR("127.0.0.1"), false));
}

void
dovecot_audit(const struct dovecot_facts *facts, struct audit *audit)
{
    struct setting_subject subject = {.area = AUDIT_MTA,
                                      .program = AUDIT_PROGRAM_DOVECOT,
                                      .subject = STR("dovecot"),
                                      .file = facts->file};

    if (facts->settings->count == 0) {
        audit_unknown(audit, AUDIT_MTA, "dovecot-settings", STR("dovecot"),
                      STR("Dovecot's settings could not be read."), STR("doveconf printed none"));
        return;
    }
    setting_rules_judge(rules, sizeof(rules) / sizeof(rules[0]), facts->settings, &subject, audit);
    judge_trusted(facts, audit);
}
