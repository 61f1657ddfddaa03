#ifndef AUDIT_DOVECOT_SETTINGS_H
#define AUDIT_DOVECOT_SETTINGS_H

/*
 * dovecot_settings - how IMAP, POP3 and submission take passwords.
 *
 * Judges all settings as `doveconf` prints them, defaults included, of Dovecot 2.3 and 2.4.
 * Passwords and logins themselves are judged elsewhere. Pure.
 */

#include "audit/finding.h"
#include "audit/settings.h"

struct dovecot_facts {
    const struct settings *settings;
    struct str file; /* where a setting goes that is not stated: "/etc/dovecot/dovecot.conf" */
};

void dovecot_audit(const struct dovecot_facts *facts, struct audit *audit);

#endif
