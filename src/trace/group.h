#ifndef TRACE_GROUP_H
#define TRACE_GROUP_H

/*
 * group - the mails of one origin: the narrowest thing that can be switched off.
 *
 * Each mail that is not a duplicate belongs to one group: the mailbox that
 * submitted it, the script that PHP states, the endpoint whose requests explain
 * it, the local program that no request explains, the strangers that relay, or
 * the address that bounces come back to.
 */

#include "base/arena.h"
#include "base/cidr.h"
#include "trace/infer.h"
#include "trace/ledger.h"

enum group_kind {
    GROUP_NONE,        /* ordinary mail that came in, notices of our own */
    GROUP_MAILBOX,     /* identity: the login; or address: a webmail's sender */
    GROUP_SCRIPT,      /* script, maybe endpoint */
    GROUP_ENDPOINT,    /* endpoint, identity */
    GROUP_PROCESS,     /* identity */
    GROUP_RELAY,       /* strangers' mail to strangers */
    GROUP_BACKSCATTER, /* address: null-sender mail to it */
    GROUP_FORWARD,     /* identity: mails sent on */
};

struct group {
    enum group_kind kind;
    uint32_t identity; /* of the first mail */
    uint32_t script;   /* name, 0: none stated */
    uint32_t endpoint; /* INFER_NONE: none */
    uint64_t address;  /* hash */
    uint32_t *mails;   /* ledger indices, by time */
    uint32_t count;
};

struct groups {
    struct group *list;
    uint32_t count;
    uint32_t *of_mail;            /* group of each mail, UINT32_MAX for duplicates */
    struct infer_answer *answers; /* of each mail; endpoint INFER_NONE where none was asked */
};

struct group_options {
    const struct cidr *relay_clients; /* networks that may relay */
    uint32_t relay_client_count;
};

/* After fold_ledger and stated_match. False at the arena's limit. */
bool groups_build(struct ledger *ledger, const struct webindex *index, struct group_options options,
                  struct arena *arena, struct groups *ret_groups)
    __attribute__((warn_unused_result));

#endif
