/* Sendmail and OpenSMTPD, whose files say all. */

#include "audit/opensmtpd_settings.h"
#include "audit/sendmail_settings.h"
#include "host/mail_servers.h"

bool
host_sendmail(const struct gather *gather, struct audit *audit)
{
    struct sendmail_facts facts = {.cf_file = STR("/etc/mail/sendmail.cf"),
                                   .access_file = STR("/etc/mail/access"),
                                   .relay_file = STR("/etc/mail/relay-domains"),
                                   .mc_file = STR("/etc/mail/sendmail.mc"),
                                   .access = STR_EMPTY,
                                   .relay = STR_EMPTY};
    struct err err = {.text = ""}, ignored;

    if (!gather_exists(gather, "/etc/mail/sendmail.cf"))
        return false;
    if (!gather_file(gather, facts.cf_file, &facts.cf, &err)) {
        audit_unknown(audit, AUDIT_MTA, "sendmail-settings", STR("sendmail"),
                      STR("sendmail.cf could not be read."), str_from_cstr(err.text));
        return true;
    }
    if (!gather_file(gather, facts.access_file, &facts.access, &ignored))
        facts.access = STR_EMPTY;
    if (!gather_file(gather, facts.relay_file, &facts.relay, &ignored))
        facts.relay = STR_EMPTY;
    sendmail_audit(&facts, audit);
    return true;
}

bool
host_opensmtpd(const struct gather *gather, struct audit *audit)
{
    static const char *const files[] = {"/etc/smtpd.conf", "/etc/mail/smtpd.conf",
                                        "/etc/opensmtpd/smtpd.conf"};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct opensmtpd_facts facts = {.file = str_from_cstr(files[i])};
        struct err err = {.text = ""};

        if (!gather_exists(gather, files[i]))
            continue;
        if (gather_file(gather, facts.file, &facts.text, &err))
            opensmtpd_audit(&facts, audit);
        else
            audit_unknown(audit, AUDIT_MTA, "opensmtpd-settings", STR("opensmtpd"),
                          STR("smtpd.conf could not be read."), str_from_cstr(err.text));
        return true;
    }
    return false;
}
