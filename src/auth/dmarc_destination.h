#ifndef AUTH_DMARC_DESTINATION_H
#define AUTH_DMARC_DESTINATION_H

/*
 * dmarc_destination - may reports about a domain be sent to somebody else? (RFC 9990 section 4)
 *
 *     example.com asks for reports to dmarc@reports.example.net, which must publish
 *     example.com._report._dmarc.reports.example.net  TXT  "v=DMARC1"
 *
 * Pure.
 */

#include "auth/dmarc_tree.h"

enum dmarc_destination {
    DMARC_DESTINATION_OWN,     /* the same organisation: nothing to ask */
    DMARC_DESTINATION_AGREED,  /* it says that it takes them */
    DMARC_DESTINATION_REFUSED, /* it does not: nothing is sent */
    DMARC_DESTINATION_UNKNOWN, /* the DNS failed */
    DMARC_DESTINATION_FOREIGN, /* no mailbox: nothing that can be asked */
    DMARC_DESTINATION_PENDING,
};

/* The name where the agreement stands. */
struct str dmarc_destination_name(struct str policy_domain, struct str destination,
                                  struct arena *arena);

/*
 * Asks for one URI of the record at `policy_domain`, whose organisation is given. `ret_override`,
 * which may be NULL: where the destination wants them instead (rua= of its record), else empty.
 */
enum dmarc_destination dmarc_destination_check(const struct resolver *resolver,
                                               struct str policy_domain, struct str organizational,
                                               const struct dmarc_uri *uri, struct arena *arena,
                                               struct str *ret_override);

/* "own", "agreed", "refused", "unknown", "foreign", "pending". */
const char *dmarc_destination_status(enum dmarc_destination destination);

#endif
