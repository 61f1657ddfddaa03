#ifndef NET_RELAY_PROBE_H
#define NET_RELAY_PROBE_H

/*
 * relay_probe - asks one mail server at one port whether it relays, and what else it does.
 *
 * EDGE. Only for servers that the administrator named. Each form is asked once; a message is sent
 * for a form only where an address for the proof was named and the form accepted. It stops
 * when the server asks it to, and when it says "later" again and again; sessions are kept short, so
 * that no limit of errors is reached.
 */

#include "audit/relay.h"
#include "net/smtp.h"

#define RELAY_SESSION_FORMS 8     /* refused ones, before a new session */
#define RELAY_SESSION_MALFORMED 2 /* Exim hangs up at the fourth command that it cannot read */
#define RELAY_SESSIONS_CUT_MAX 2  /* cut by the server for too many errors, and begun anew */
#define RELAY_TOTAL_MS 300000     /* one server at one port */

struct relay_request {
    struct smtp_target target;
    struct smtp_settings settings;
    enum relay_role role;
    struct str own_domain; /* empty: not known */
    struct str deliver_to; /* empty: no message is sent; else relay_address_fits */
    struct str nonce;      /* RELAY_NONCE_LEN digits */
    struct str client;     /* this machine's name, for the message */
    int64_t now_s;
    uint32_t total_ms; /* 0: RELAY_TOTAL_MS */
};

/*
 * Fills the facts but for the DNS and what arrived; texts live in the arena. The result says
 * how the first connection went: SMTP_FINE but for where there was no dialogue at all.
 */
enum smtp_fault relay_probe(const struct relay_request *request, struct arena *arena,
                            struct relay_facts *ret_facts);

#endif
