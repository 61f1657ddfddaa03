#ifndef CMD_AUDIT_SUGGEST_H
#define CMD_AUDIT_SUGGEST_H

/*
 * audit_suggest - `weir audit --suggest`: one fragment for each domain, and rules for all.
 */

#include "audit/suggest.h"
#include "cmd/audit_run.h"

struct audit_suggest {
    struct suggest_host host;
    struct suggest_key keys[SUGGEST_KEYS_MAX];
    struct str domains[AUDIT_LIST_MAX];
    uint32_t domain_count;
    struct buf out;
};

/* Looks for keys and the name of the mail server. NULL: --suggest was not given. */
struct audit_suggest *audit_suggest_begin(struct audit_run *run, bool has_smarthost);

/* A domain, as it was just audited. NULL for `suggest` is fine. */
void audit_suggest_domain(struct audit_suggest *suggest, struct audit_run *run,
                          const struct domain_input *input, const struct resolver *resolver);

/* Hands the text to the run. */
void audit_suggest_end(struct audit_suggest *suggest, struct audit_run *run);

#endif
