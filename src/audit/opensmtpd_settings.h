#ifndef AUDIT_OPENSMTPD_SETTINGS_H
#define AUDIT_OPENSMTPD_SETTINGS_H

/*
 * opensmtpd_settings - what smtpd.conf lets strangers do.
 *
 *     match from any for domain <ours> action "deliver"
 *     match from local for any action "out"
 *
 * The first rule that matches decides, so rules are tried in order for a client that is nobody and
 * a recipient of a foreign domain. Rules of before 6.4 ("accept from any for any relay") are
 * known, too. Pure: smtpd.conf(5).
 */

#include "audit/finding.h"

#define OPENSMTPD_RULES_MAX 2000u /* beyond, whether strangers may relay is not known */

struct opensmtpd_facts {
    struct str text; /* of smtpd.conf */
    struct str file;
};

void opensmtpd_audit(const struct opensmtpd_facts *facts, struct audit *audit);

/* The next line of smtpd.conf, continued ones joined, without comments; empty at the end. */
struct str opensmtpd_line(struct str *text, uint32_t *line, struct arena *arena,
                          uint32_t *ret_line);

#endif
