#ifndef CMD_AUDIT_RELAY_H
#define CMD_AUDIT_RELAY_H

/*
 * audit_relay - the servers to be probed, and what is found out about them besides SMTP.
 *
 * audit_relay.c probes each server at its ports, audit_relay_name.c asks the DNS,
 * audit_relay_proof.c looks for the messages that were taken.
 */

#include "audit/relay.h"
#include "cmd/audit_run.h"

#define AUDIT_RELAY_WAIT_S 45  /* for messages to arrive, all servers together */
#define AUDIT_RELAY_QUIET_S 10 /* after the last that arrived */
#define AUDIT_RELAY_ADDRESSES_MAX 4

struct relay_server {
    struct str host; /* without brackets */
    uint16_t port;   /* 0: none was named */
};

/* "mx.example.net", "192.0.2.1:587", "[2001:db8::1]:25", "2001:db8::1". False: not such a one. */
bool relay_server_read(struct str text, struct relay_server *ret_server);

/* Numeric addresses of the host, from the DNS, else from this machine's own tables. */
uint32_t relay_addresses(const struct resolver *resolver, struct str host, struct arena *arena,
                         struct str *ret_addresses, uint32_t max);

/* Whether mail for the domain goes to the address, or to the host by name, by its MX records. */
bool relay_takes_domain(const struct resolver *resolver, struct str domain, struct str address,
                        struct arena *arena);

/* What the DNS says of the server's address and of the name in its banner. */
void relay_ask_names(const struct resolver *resolver, struct relay_facts *facts,
                     struct arena *arena);

/* Waits for what was taken to arrive, and notes what did. */
bool relay_await_proof(const struct audit_options *options, int64_t since_s,
                       struct relay_facts *const *facts, uint32_t count, struct arena *arena,
                       struct err *err) __attribute__((warn_unused_result));

#endif
