#ifndef AUDIT_RELAY_PARTS_H
#define AUDIT_RELAY_PARTS_H

/*
 * relay_parts - the checks of a server seen from outside: relay_open.c whether it relays,
 * relay_talk.c logins in the clear, VRFY and EXPN, relay_tls.c STARTTLS and certificate,
 * relay_name.c its names.
 */

#include "audit/relay.h"

void relay_check_open(const struct relay_facts *facts, struct audit *audit);
void relay_check_login(const struct relay_facts *facts, struct audit *audit);
void relay_check_vrfy(const struct relay_facts *facts, struct audit *audit);
void relay_check_tls(const struct relay_facts *facts, int64_t now_s, struct audit *audit);
void relay_check_name(const struct relay_facts *facts, struct audit *audit);

/* Which server it says it is. */
enum audit_program relay_program(const struct relay_facts *facts);

/* What to do on the server, by what it is; the row of AUDIT_PROGRAM_NONE serves the others. */
struct relay_remedy {
    enum audit_program program;
    const char *text;
};

void relay_remedy(const struct relay_facts *facts, const struct relay_remedy *rows, size_t count,
                  struct audit *audit, struct audit_finding *finding);

/* A quote of a reply, cut to what a finding holds. */
struct str relay_quote(const struct smtp_reply *reply, struct arena *arena);

#endif
