#ifndef TRACE_DIRECT_H
#define TRACE_DIRECT_H

/*
 * direct - programs that speak SMTP straight to other servers, past this host's own.
 *
 * No mail server logs their mails; only a firewall does that logs who opens a
 * connection to port 25 elsewhere (record/firewall.h). An incident is a user, other than
 * the mail server's, whose programs connect to many different servers. A smarthost is
 * one server, however often; whoever watches some servers connects to the same ones
 * again and again: neither is accused.
 *
 * Pure. Memory from the arena of the inquiry.
 */

#include "trace/compose.h"

#define DIRECT_CONNECTS_MIN 10
#define DIRECT_SERVERS_MIN 8

struct direct {
    struct incident *incidents; /* by uid */
    uint32_t count;
    uint32_t nameless; /* connections of which the log does not say whose they are */
};

/* [from_us, until_us] is what the firewall's logs cover. False at the arena's limit. */
bool direct_find(const struct compose *compose, int64_t from_us, int64_t until_us,
                 struct direct *ret_direct) __attribute__((warn_unused_result));

#endif
