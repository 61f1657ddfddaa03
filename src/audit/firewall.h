#ifndef AUDIT_FIREWALL_H
#define AUDIT_FIREWALL_H

/*
 * firewall - who on this machine may connect to port 25 elsewhere.
 *
 * The rules of nftables (`nft -j list ruleset`) and iptables (`iptables-save`) are walked as
 * the kernel does, for a first packet of TCP to port 25 of a host somewhere, sent by a user.
 * What the walk does not understand makes the answer "not known", never a guess.
 * Pure: nft(8), libnftables-json(5), iptables(8).
 */

#include "audit/finding.h"

#define FIREWALL_RULES_MAX 20000u
#define FIREWALL_CHAINS_MAX 2000u
#define FIREWALL_DEPTH_MAX 16
#define FIREWALL_STEPS_MAX 50000000u /* rules looked at in one walk */

enum firewall_answer {
    FIREWALL_OPEN,
    FIREWALL_UNSURE,
    FIREWALL_BLOCKED,
};

struct firewall_packet {
    uint32_t uid;
    bool is_ipv6;
};

/* Empty text: no rules of that kind. */
enum firewall_answer firewall_nft(struct str json, struct firewall_packet packet,
                                  struct arena *arena, bool *ret_has_foreign);
enum firewall_answer firewall_iptables(struct str text, struct firewall_packet packet,
                                       struct arena *arena);

struct firewall_facts {
    bool is_known;            /* the rules could be read */
    struct str why_not;       /* else */
    struct str nft, ip4, ip6; /* as printed */
    uint32_t site_uid, mta_uid;
    struct str site_user, mta_user; /* empty: there is none here */
    bool mta_needs_root;            /* it delivers as root: Sendmail */
    bool has_nft;                   /* nft(8) is here, so that a file for it can be used */
};

void firewall_audit(const struct firewall_facts *facts, struct audit *audit);

#endif
