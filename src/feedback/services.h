#ifndef FEEDBACK_SERVICES_H
#define FEEDBACK_SERVICES_H

/*
 * services - who sends mail for others, known by the domains that they sign and bounce with,
 * and where each has the switch that makes them sign as the customer's domain.
 *
 * Pure tables. A name in a report proves only that the mail went through the service: whose
 * account it was, the service alone knows; but for tenants whose name holds the customer's.
 */

#include "base/str.h"

struct service {
    const char *domain; /* it, or what ends in "." and it */
    const char *name;
    const char *fix; /* what to do there, a sentence */
};

/* NULL: none that is known. */
const struct service *service_of(struct str domain);

/*
 * Whether a name is the customer's own tenant at Google or Microsoft:
 * "example-org.20230601.gappssmtp.com", "example.onmicrosoft.com" for example.org.
 */
bool service_is_tenant(struct str name, struct str customer);

#endif
