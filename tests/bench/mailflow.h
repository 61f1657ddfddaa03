#ifndef BENCH_MAILFLOW_H
#define BENCH_MAILFLOW_H

/*
 * mailflow - what Postfix, Dovecot, OpenDKIM and PHP log about one message.
 *
 * Every function writes the whole life of a message that begins at `at_us`
 * into the spools: from connect or pickup through retries to "removed".
 */

#include <stdbool.h>

#include "spool.h"
#include "world.h"

#define MAILFLOW_RECIPIENTS_MAX 12

struct mailflow {
    const struct world *world;
    struct dice *dice;
    struct spool *mail, *php;
    bool has_short_ids; /* the Postfix default: hexadecimal, reused */
    bool is_iso;        /* rsyslog's file format since Debian 12 */
    uint64_t messages;  /* origin lines written or to be written */
};

/* How the recipients of a message answer. */
struct mailflow_fate {
    double bounced, deferred;
};

/* A message from outside for a mailbox of this host. */
void mailflow_inbound(struct mailflow *flow, int64_t at_us);

/* A mailbox sends: a customer, or whoever has the password. */
void mailflow_submission(struct mailflow *flow, int64_t at_us, uint32_t site, uint32_t mailbox,
                         const char *client, uint32_t recipients, struct mailflow_fate fate);

/* A program of that site's user runs sendmail. `recipient` NULL: a foreign address. */
void mailflow_local(struct mailflow *flow, int64_t at_us, uint32_t site, const char *recipient,
                    struct mailflow_fate fate);

/* The same through PHP's mail(), which mail.log tells about. */
void mailflow_php(struct mailflow *flow, int64_t at_us, uint32_t site, const char *script,
                  const char *recipient, const char *subject, struct mailflow_fate fate);

/* One of the things that are no message: scanners, rejects, guessed passwords, IMAP. */
void mailflow_noise(struct mailflow *flow, int64_t at_us);

#endif
