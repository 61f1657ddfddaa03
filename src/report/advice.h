#ifndef REPORT_ADVICE_H
#define REPORT_ADVICE_H

/*
 * advice - what to do about an incident: now, and so that it does not come back.
 *
 * The remedies stand in a table, a row each (remedies.c): routes and MTAs it is
 * for, a sentence, perhaps a command with places such as {script}. A row whose
 * places have no value for this incident is left out. Values are quoted for the
 * shell; a value that no shell line can hold in plain sight leaves the command out.
 */

#include "base/arena.h"
#include "trace/result.h"

#define ADVICE_ROUTE(route) (1U << (route))
#define ADVICE_MTA(mta) (1U << (mta))
#define ADVICE_ANY UINT32_MAX

/* What must hold besides for a remedy to be given. */
enum remedy_condition {
    WHEN_ALWAYS,
    WHEN_QUEUED,         /* messages are still in the queue */
    WHEN_NO_SCRIPT,      /* the file is not known */
    WHEN_WORDPRESS,      /* the script or URL is WordPress's */
    WHEN_FEW_CLIENTS,    /* at most ADVICE_FEW_CLIENTS drive it */
    WHEN_SYSTEM_MAILBOX, /* the mailbox is a user of the system */
    WHEN_VIRTUAL_MAILBOX,
    WHEN_PAST_SERVER, /* it speaks to other servers itself */
};

#define ADVICE_FEW_CLIENTS 5

struct remedy {
    uint32_t routes, mtas; /* bits */
    enum action_kind kind;
    enum remedy_condition condition;
    const char *text, *command; /* command may be NULL */
};

extern const struct remedy remedies[];
extern const uint32_t remedy_count;

/* Fills in the actions of each incident. False at the arena's limit. */
bool advice_give(struct result *result, struct arena *arena) __attribute__((warn_unused_result));

#endif
