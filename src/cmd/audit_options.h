#ifndef CMD_AUDIT_OPTIONS_H
#define CMD_AUDIT_OPTIONS_H

/*
 * audit_options - the command line of `weir audit`.
 *
 * Named without --host, domains are audited from outside alone; without domains, this
 * machine and the domains it sends mail for.
 */

#include "cmd/resolver_option.h"
#include "cmd/terminal.h"

#define AUDIT_LIST_MAX 256

/* What is given more than once: --relay A --relay B. */
struct audit_words {
    const char *items[AUDIT_LIST_MAX];
    uint32_t count;
};

struct audit_options {
    bool host;                                /* this machine */
    bool suggest, apply, yes, reload;         /* what to do about it */
    bool no_blocklists, no_logs, no_guessing; /* what to leave out */
    bool probe;                               /* ask mail servers whom they take mail for */
    bool json, verbose, no_progress, help;
    const char *html, *config, *root; /* NULL: none, the usual file, "/" */
    const char *deliver_to;           /* proof of a relay: an address of the administrator's */
    const char *delivered_in;         /* the Maildir or mbox where that mail arrives */
    uint64_t guess_seconds;           /* CPU time for guessing passwords; 0: the usual */
    enum colour_choice colour;
    struct resolver_option resolver;
    struct audit_words domains;   /* arguments */
    struct audit_words relays;    /* HOST[:PORT] to be probed from outside */
    struct audit_words mailboxes; /* files of passwords */
    struct audit_words sites;     /* folders of whole sites */
    struct audit_words logs;      /* instead of this host's own */
    struct audit_words samples;   /* mails that were sent: their selectors and domains */
    struct audit_words addresses; /* own addresses that mail leaves from */
    struct audit_words old_hosts; /* where a domain's mail was before */
};

/* False: the arguments contradict or are unknown; `err` says which. */
bool audit_options_read(int argc, char **argv, struct audit_options *ret_options, struct err *err)
    __attribute__((warn_unused_result));

/* The text of --help. */
const char *audit_options_help(void);

#endif
