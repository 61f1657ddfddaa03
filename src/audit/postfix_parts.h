#ifndef AUDIT_POSTFIX_PARTS_H
#define AUDIT_POSTFIX_PARTS_H

/*
 * postfix_parts - which part of postfix.h is where.
 *
 *     postfix_master.c   reads master.cf
 *     postfix_maps.c     finds and reads lookup tables
 *     postfix_relay.c    may strangers relay? evaluates restrictions
 *     postfix_networks.c mynetworks, relay_domains
 *     postfix_submit.c   logins: submission, TLS, whose sender address
 *     postfix.c          single settings, bounces, milters, header checks
 */

#include "audit/postfix.h"
#include "audit/setting_rule.h"

/* The value that holds in a service: of its -o, else of main.cf. `service` may be NULL. */
struct str postfix_value(const struct postfix_facts *facts, const struct master_service *service,
                         const char *name);

/* The table of that name; NULL: it was not looked for. */
const struct postfix_map *postfix_map_find(const struct postfix_facts *facts, struct str name);

/* The next "key value" of a table; false at its end. Comments and continued lines are known. */
bool postfix_map_next(struct str *text, uint32_t *line, struct str *ret_key, struct str *ret_value);

void postfix_judge_relay(const struct postfix_facts *facts, struct audit *audit);
void postfix_judge_networks(const struct postfix_facts *facts, struct audit *audit);
void postfix_judge_submission(const struct postfix_facts *facts, struct audit *audit);

struct setting_subject postfix_subject(const struct postfix_facts *facts);

/* Whether the line of master.cf runs an smtpd that takes mail from the network. */
bool postfix_is_smtpd(const struct master_service *service);

/* Whether nobody but this machine can connect to it: it listens on loopback. */
bool postfix_is_local_only(const struct postfix_facts *facts, const struct master_service *service);

#endif
