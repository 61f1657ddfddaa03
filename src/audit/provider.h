#ifndef AUDIT_PROVIDER_H
#define AUDIT_PROVIDER_H

/*
 * provider - specialists that host mail, and what each needs in the DNS of its customers.
 *
 * A table; a new provider is a row. Pure.
 */

#include "base/str.h"

#define PROVIDER_HOSTS 6
#define PROVIDER_INCLUDES 4
#define PROVIDER_SELECTORS 6

struct provider {
    const char *name;
    const char *hosts[PROVIDER_HOSTS];       /* names of its MX end so */
    const char *includes[PROVIDER_INCLUDES]; /* SPF: one of them is wanted, the first is today's */
    const char
        *selectors[PROVIDER_SELECTORS]; /* DKIM: those that it uses; none: each customer's own */
    const char *dkim_help;              /* where the keys are made */
    bool has_own_selectors;             /* each customer may choose another one than those */
    bool is_filter; /* takes mail in for a server behind it: what it sends itself depends on the
                       contract */
};

/* By the name of an MX; NULL: none that is known. */
const struct provider *provider_of_host(struct str host);

/* Goes through the table; NULL behind its end. */
const struct provider *provider_at(size_t index);

#endif
