#ifndef AUDIT_FIREWALL_PARTS_H
#define AUDIT_FIREWALL_PARTS_H

/*
 * firewall_parts - which part of firewall.h is where.
 *
 *     firewall_nft.c        rules of nftables, each held against the packet
 *     firewall_iptables.c   the same of iptables-save
 *     firewall_walk.c       chains and verdicts
 *     firewall.c            the finding, and the rules that mend it
 */

#include "audit/firewall.h"

enum firewall_truth {
    FIREWALL_NO,
    FIREWALL_MAYBE,
    FIREWALL_YES,
};

enum firewall_verdict {
    FIREWALL_CONTINUE,
    FIREWALL_ACCEPT,
    FIREWALL_DROP,
    FIREWALL_RETURN,
    FIREWALL_JUMP,
    FIREWALL_GOTO,
    FIREWALL_STRANGE, /* a verdict that is not understood */
};

/* Whether the packet meets it is known when it is added. */
struct firewall_rule {
    struct str chain;
    enum firewall_truth truth;
    enum firewall_verdict verdict;
    struct str target;
};

struct firewall_chain {
    struct str name;
    bool is_output; /* packets of this machine begin here */
    bool drops;     /* its policy */
};

struct firewall_rules {
    struct firewall_rule *rules;
    uint32_t rule_count;
    struct firewall_chain *chains;
    uint32_t chain_count;
    bool is_full;
};

bool firewall_rules_init(struct firewall_rules *rules, struct arena *arena);
void firewall_add_rule(struct firewall_rules *rules, struct firewall_rule rule);
void firewall_add_chain(struct firewall_rules *rules, struct firewall_chain chain);

enum firewall_answer firewall_walk(const struct firewall_rules *rules);

/* Of a rule, each condition makes it less true. */
static inline enum firewall_truth
firewall_and(enum firewall_truth a, enum firewall_truth b)
{
    return a < b ? a : b;
}

/* "lo" is not where the packet goes. A name with an ending star may be. */
enum firewall_truth firewall_interface(struct str name);

/* A network that the packet may go to. */
enum firewall_truth firewall_destination(struct str network);

#endif
