#ifndef NET_LINK_H
#define NET_LINK_H

/*
 * link - one TCP connection, in the clear or under TLS, in which nothing waits for ever.
 *
 * EDGE. Every wait ends at the deadline it is given, or at the link's own, whichever comes
 * first. Certificates are looked at and recorded, not enforced: an audit wants to see the bad ones.
 * After a failure every further call fails in the same way.
 */

#include "base/arena.h"
#include "mail/smtp_peer.h"

enum link_fault {
    LINK_FINE,
    LINK_NO_ROUTE,  /* network or host unreachable, or no address */
    LINK_REFUSED,   /* nothing listens there */
    LINK_TIMED_OUT, /* one wait, or all together, took too long */
    LINK_CLOSED,    /* the other side hung up */
    LINK_TLS,       /* no TLS came about, or it broke */
    LINK_SYSTEM,    /* a system call failed */
};

struct link;

/* Milliseconds on a clock that only goes forward. */
int64_t link_now_ms(void);

/*
 * Connects to a numeric address; never NULL, link_fault says whether it worked. All of it ends
 * at `deadline_ms`, the connecting `connect_ms` from now.
 */
struct link *link_open(const char *address, uint16_t port, int64_t connect_ms, int64_t deadline_ms);
void link_close(struct link *link); /* NULL is fine */

/*
 * TLS from here on. `name` is asked for (SNI) and compared, NULL or an address: compared only;
 * `trust` is a file of authorities, NULL: the system's.
 */
bool link_start_tls(struct link *link, const char *name, const char *trust, int64_t until_ms);
bool link_is_tls(const struct link *link);

/* What the other side showed; texts in the arena. All empty without TLS. */
void link_peer(const struct link *link, struct arena *arena, struct smtp_peer *ret_peer);

/* Waits for some bytes: how many came into `buffer`, 0 at a fault. */
size_t link_read(struct link *link, char *buffer, size_t size, int64_t until_ms);
bool link_write(struct link *link, struct str bytes, int64_t until_ms);

enum link_fault link_fault(const struct link *link);
const char *link_fault_text(const struct link *link); /* in words, "" when fine */

/* Numeric addresses of both ends; empty without a connection. */
const char *link_local(const struct link *link);
const char *link_remote(const struct link *link);

#endif
