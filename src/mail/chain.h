#ifndef MAIL_CHAIN_H
#define MAIL_CHAIN_H

/*
 * chain - which Received line of a mail is the host's own, and what it can be
 * told from the others.
 *
 * Lines are written from the bottom up, each host on top of what it got, so a
 * line is as good as the host that wrote the line above it. The own line is
 * found by these rules, the first that fits:
 *
 * 1. With a host given: the topmost line that this host wrote. Nothing below
 *    counts, for whoever handed the mail in could have put it there.
 * 2. With the Source-IP of a complaint: the receiver's line names that address;
 *    the line below it is by the host that sent.
 * 3. The topmost line that states where on its host the mail began: a user id, a
 *    local account, a login, or loopback. Every line above it must follow from the one
 *    below: the host it names as its client is the host that wrote the next one.
 *    Where they do not follow, somebody may have made up the rest, and no line
 *    is called the host's own. Where they follow only by what the client called
 *    itself, the reason says so. Where that host wrote a line further up as well,
 *    that one is its own: the stated one came in with the mail.
 * 4. A mail with one line only, unless that line is the complaining receiver's.
 *
 * A content filter on loopback (amavisd-new) and a delivery by LMTP make the same
 * host write more lines on top. They are passed through down to the line that the
 * mail came in with, as long as the host and its loopback are all that is named.
 *
 * Pure. `says` of each hop is a constant or lives in the arena.
 */

#include "mail/evidence.h"

/* Fills trust and says of all hops. Returns the index of the own one, -1: none. */
int32_t chain_judge(struct hop *hops, uint32_t count, struct str host, struct str source_ip,
                    struct arena *arena);

/*
 * The host that wrote a line: by=, and where qmail leaves it out, what the host
 * above calls its client, or who wrote the line below.
 */
struct str chain_writer(const struct hop *hops, uint32_t count, uint32_t at);

/* An address of loopback, a private network (RFC 1918, RFC 4193) or a link. */
bool chain_is_private(struct str address);

/* Whether two names are one host: equal, or one is the other's first label. */
bool chain_is_host(struct str a, struct str b);

#endif
