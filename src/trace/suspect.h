#ifndef TRACE_SUSPECT_H
#define TRACE_SUSPECT_H

/*
 * suspect - one origin under examination: its mails of the outbreak, and what
 * speaks against it.
 *
 * Pure. Memory from the arena.
 */

#include "trace/burst.h"
#include "trace/group.h"
#include "trace/result.h"
#include "trace/signals.h"
#include "trace/stats.h"
#include "trace/traffic.h"

/* A login to look up by who tried: see mailbox.c. */
struct
try {
    uint64_t key;
    uint32_t login;     /* index in the ledger */
    uint32_t user : 31; /* its name, and whether it was let in: here, not to look at each login */
    uint32_t is_success : 1;
};

#define TRY_USERS_MAX 0x7FFFFFFFU

/* What all suspects of a trace share. */
struct inquiry {
    struct ledger *ledger;
    const struct webindex *web;
    const struct groups *groups;
    int64_t from_us, until_us;  /* what the mail logs cover */
    const uint32_t *complaints; /* mails that somebody complained about */
    uint32_t complaint_count;
    struct try *tries; /* sorted by key */
    uint32_t try_count;
    struct arena *arena;
    struct arena *scratch; /* for what a function needs only itself */
};

static inline struct traffic_room
inquiry_room(const struct inquiry *inquiry)
{
    return (struct traffic_room){inquiry->arena, inquiry->scratch};
}

struct suspect {
    const struct group *group;
    uint32_t group_index;
    uint32_t *mails; /* of the outbreak, by time */
    uint32_t count;
    bool *is_inside;    /* of each of the group's mails: part of the outbreak */
    struct burst burst; /* its first wave */
    struct stats stats;
    bool has_traffic;
    bool is_siege; /* the traffic is all refused requests of a site, `endpoint` INFER_NONE */
    struct traffic traffic;
    struct signals signals;
    enum route route;
    enum route other_route; /* the runner-up, ROUTE_NONE */
    uint32_t endpoint;      /* INFER_NONE */
    uint32_t script;        /* name; 0 */
    uint32_t *clients;      /* names of addresses, busiest first */
    uint32_t client_count;
    uint32_t usual;       /* the group's mails outside the outbreak */
    uint32_t guesses;     /* failed logins at the mailbox, those of its owner's clients left out */
    uint32_t first_guess; /* which login is the first of them */
    double certainty;     /* of the attribution, 0..1 */
    bool is_complained;
    bool is_merged; /* became part of another one */
};

/* Fills `suspect` for a group; false at the arena's limit. */
bool suspect_examine(const struct inquiry *inquiry, uint32_t group_index,
                     struct suspect *ret_suspect) __attribute__((warn_unused_result));

/* Looks again, after mails were added: numbers, requests, route and signals. */
bool suspect_judge(const struct inquiry *inquiry, struct suspect *suspect)
    __attribute__((warn_unused_result));

/* Whether what was found is an incident: likely, and by independent signals. */
bool suspect_is_incident(const struct suspect *suspect);

/* Fills `tries` of the inquiry; false at the arena's limit. */
bool mailbox_index_logins(struct inquiry *inquiry) __attribute__((warn_unused_result));

/* The intruder's share of a mailbox's mails: see mailbox.c. Narrows mails and clients. */
bool mailbox_narrow(const struct inquiry *inquiry, struct suspect *suspect)
    __attribute__((warn_unused_result));

/* Whether a login's name means the mailbox: one of the two may lack the domain. */
bool mailbox_is_of(struct str login, struct str mailbox);

/* Keeps the strangers that relay spam, drops partners that relay their own mail: see relay.c. */
bool relay_narrow(const struct inquiry *inquiry, struct suspect *suspect)
    __attribute__((warn_unused_result));

/*
 * Notices of attacks come one a refused request, whatever it asked for: see siege.c.
 * Sets the traffic where that explains the mails.
 */
bool siege_find(const struct inquiry *inquiry, struct suspect *suspect)
    __attribute__((warn_unused_result));

/* How many of the mails go to the recipient that gets most, as a share. */
double suspect_top_share(const struct suspect *suspect);

/* Nobody reached the URL by ordinary browsing, but for the outbreak. */
bool suspect_is_never_browsed(const struct inquiry *inquiry, const struct suspect *suspect);

/* Which route it is: see route.c. */
void route_choose(const struct inquiry *inquiry, struct suspect *suspect);

#endif
