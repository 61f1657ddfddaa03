#ifndef TRACE_LIVE_H
#define TRACE_LIVE_H

/*
 * live - which mail a queue id means right now.
 *
 * Short queue ids are reused within minutes, so an id means the mail that was
 * accepted last under it. Ids of different hosts never meet; an id of another
 * Postfix instance is taken only when this instance has none. Closed mails are
 * remembered for a while, to tell a line that was read twice from a new mail.
 */

#include "base/str.h"

#define LIVE_CLOSED_MAX 32768U

struct live;

struct live_entry {
    uint64_t key;
    uint32_t mail;     /* index into the ledger's mails */
    uint32_t instance; /* name */
    uint32_t next;     /* in its bucket; for the owner's use */
    bool is_closed;
};

struct live *live_new(void);
void live_free(struct live *live);

/* What (host, queue id) is looked up by, from the id's str_hash. */
static inline uint64_t
live_key(uint32_t host, uint64_t id_hash)
{
    return id_hash ^ (uint64_t)host * 0x9E3779B97F4A7C15ULL;
}

/* The mail that the id means, NULL when none; stays valid until the next live_add. */
struct live_entry *live_find(struct live *live, uint64_t key, uint32_t instance);

/* Fetches what live_find will look at first. */
void live_expect(const struct live *live, uint64_t key);

/* The mail of the first entry in the id's bucket, right or not: for fetching ahead. */
bool live_peek(const struct live *live, uint64_t key, uint32_t *ret_mail);

void live_add(struct live *live, uint64_t key, uint32_t instance, uint32_t mail);

/* The mail left the queue: it is forgotten after LIVE_CLOSED_MAX more have left. */
void live_close(struct live *live, struct live_entry *entry);

#endif
