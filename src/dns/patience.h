#ifndef DNS_PATIENCE_H
#define DNS_PATIENCE_H

/*
 * patience - a resolver before another one, that gives up on name servers which do not answer.
 *
 * Somebody who asks a hundred questions about a dead domain would wait for each of them. After
 * PATIENCE_TIMEOUTS questions below the same two labels went unanswered, further ones below them
 * are DNS_TIMED_OUT at once, and so is everything after PATIENCE_TIMEOUTS_ALL of them, after
 * PATIENCE_QUESTIONS questions, or when the time is over. An answer takes its zone's count back.
 *
 * Pure: the clock is a function that the edge gives, or NULL.
 */

#include "dns/resolver.h"

#define PATIENCE_TIMEOUTS 3
#define PATIENCE_TIMEOUTS_ALL 9
#define PATIENCE_QUESTIONS 4000
#define PATIENCE_ZONES 64 /* remembered as silent; of more, only the sum counts */

struct patience_zone {
    uint64_t hash; /* of its last two labels */
    uint32_t timeouts;
};

struct patience {
    const struct resolver *inner;
    int64_t (*now_ms)(void); /* NULL: time has no end */
    int64_t end_ms;
    uint32_t asked, timeouts;
    uint32_t zone_count;
    struct patience_zone zones[PATIENCE_ZONES];
};

/* Lives as long as `patience`, which stays where it is. */
struct resolver patience_resolver(struct patience *patience);

#endif
