#ifndef AUTH_DMARC_URI_H
#define AUTH_DMARC_URI_H

/*
 * dmarc_uri - where reports go (RFC 9989 section 4.6).
 *
 *     mailto:dmarc@example.com     mailto:a%21b@example.com!10m     https://example.com/dmarc
 *
 * Pure.
 */

#include "auth/dmarc_record.h"

/*
 * Reads one item of rua or ruf. NULL: done; else why it is none, to be put behind a quote of it:
 * "has no \"mailto:\" before it". `ret_has_size` says whether an obsolete "!10m" stood there.
 */
const char *dmarc_uri_read(struct str item, struct arena *arena, struct dmarc_uri *ret_uri,
                           bool *ret_has_size);

#endif
