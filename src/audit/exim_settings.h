#ifndef AUDIT_EXIM_SETTINGS_H
#define AUDIT_EXIM_SETTINGS_H

/*
 * exim_settings - what Exim's configuration lets strangers and customers do.
 *
 * Judges the main options as `exim -bP` prints them, and the ACL for RCPT as `exim -bP config`
 * does, macros filled in. The ACL is walked in order for a client that is nobody: a strange
 * address, no login, a recipient of a foreign domain, any sender it likes. What hangs on an
 * expansion is not known, and said so.
 * Pure: Exim's specification, chapters 10 (lists), 14 (main options), 44 (ACLs).
 */

#include "audit/finding.h"
#include "audit/settings.h"

#define EXIM_DEPTH_MAX 8
#define EXIM_STEPS_MAX 20000u

struct exim_facts {
    const struct settings *settings; /* main options, lists by "hostlist NAME" */
    struct str config;               /* all of it, in the form of the configuration file */
    struct str file;                 /* where it lies */
    /* Debian's exim4-config makes it of other files: macros are set there, not options. */
    bool is_generated;
    struct str macro_file;
};

enum exim_reach {
    EXIM_CLOSED,
    EXIM_UNSURE, /* it hangs on what only Exim can compute */
    EXIM_FORGED, /* for who states the sender that a rule wants to see */
    EXIM_OPEN,
};

/* What a stranger may have of `acl_smtp_rcpt`. `ret_line` is the statement that decides. */
enum exim_reach exim_relay_reach(const struct exim_facts *facts, struct arena *arena,
                                 struct str *ret_line);

void exim_audit(const struct exim_facts *facts, struct audit *audit);

#endif
