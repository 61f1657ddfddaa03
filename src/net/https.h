#ifndef NET_HTTPS_H
#define NET_HTTPS_H

/*
 * https - fetches one small file over HTTPS, as senders of mail fetch an MTA-STS policy.
 *
 * EDGE. Only https on port 443; the certificate must be valid for the name (SSL_CERT_FILE names
 * other authorities than the system's, as for OpenSSL's own tools); no redirect is followed,
 * nothing is sent but the request, and no proxy is asked. RFC 8461 section 3.3.
 */

#include "base/arena.h"

#define HTTPS_BYTES_MAX ((size_t)65536)
#define HTTPS_TIMEOUT_MS 10000 /* of the whole */

enum https_problem {
    HTTPS_FINE,        /* there is an answer, whatever its status */
    HTTPS_CERTIFICATE, /* not valid for this name */
    HTTPS_TOO_LONG,
    HTTPS_NO_ROUTE, /* this machine cannot connect at all */
    HTTPS_FAILED,   /* refused, timed out, no TLS, … */
};

struct https_answer {
    enum https_problem problem;
    unsigned status;
    struct str body, content_type; /* in the arena */
    struct str reason;             /* of a problem */
};

/* `address`: numeric, where the host is; not looked up again. */
struct https_answer https_fetch(struct str host, struct str address, struct str path,
                                struct arena *arena);

#endif
