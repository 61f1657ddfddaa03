#ifndef AUDIT_SENDMAIL_SETTINGS_H
#define AUDIT_SENDMAIL_SETTINGS_H

/*
 * sendmail_settings - what sendmail.cf, the access map and the relay domains let strangers do.
 *
 * sendmail.cf is what holds, not the .mc it was made of: each FEATURE leaves its name in a
 * comment there, and each option a line "O Name=value". Fixes name the line of the .mc.
 * Pure: cf/README of sendmail, "Anti-Spam Configuration Control".
 */

#include "audit/finding.h"

struct sendmail_facts {
    struct str cf, cf_file;
    struct str access, access_file; /* text of the map; empty: none */
    struct str relay, relay_file;   /* relay-domains */
    struct str mc_file;             /* where fixes go */
};

void sendmail_audit(const struct sendmail_facts *facts, struct audit *audit);

#endif
