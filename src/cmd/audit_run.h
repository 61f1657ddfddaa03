#ifndef CMD_AUDIT_RUN_H
#define CMD_AUDIT_RUN_H

/*
 * audit_run - one run of `weir audit`: what its parts share.
 *
 * A part gathers at the edge, lets the checks of src/audit judge, and adds to `audit`. It fails
 * only where it cannot go on at all; what it could not look at is a finding of its own
 * (audit_unknown). Each part is a row of the table in cmd/audit.c.
 */

#include "audit/finding.h"
#include "audit/seen.h"
#include "cmd/audit_options.h"
#include "cmd/config.h"

struct audit_run {
    const struct audit_options *options;
    const struct config *config;
    const struct resolver *resolver;
    const struct resolver_choice *choice; /* resolver_option_validates: are answers validated? */
    struct arena *arena;
    struct audit audit;
    int64_t now_s;
    struct str host;            /* this machine's name */
    bool is_host;               /* this machine is to be looked at */
    struct audit_words domains; /* named, or found on this machine */
    struct login_watch *logins; /* and of logins; likewise */
    struct seen *seen;      /* what logs and samples show: filled by audit_logs, the first part */
    uint64_t log_lines;     /* read */
    struct str suggestions; /* of --suggest: printed behind the report */
};

typedef bool audit_part(struct audit_run *run, struct err *err);

/* One file a part: src/cmd/audit_NAME.c. */
audit_part audit_logs;        /* what this host's logs show of its mail */
audit_part audit_own_domains; /* which domains are this machine's, where none was named */
audit_part audit_domains;     /* each domain, from outside */
audit_part audit_relays;      /* each --relay */
audit_part audit_settings;    /* mail server, PHP, firewall of this machine */
audit_part audit_mailboxes;   /* passwords and logins */
audit_part audit_sites;       /* each --site */

/* --apply: makes the changes that the findings propose. */
bool audit_apply(struct audit_run *run, struct err *err) __attribute__((warn_unused_result));

#endif
