#ifndef AUDIT_RELAY_FORM_H
#define AUDIT_RELAY_FORM_H

/*
 * relay_form - the shapes of an envelope that have made mail servers relay for strangers.
 *
 *     percent-name    MAIL FROM:<postmaster@[192.0.2.1]>  RCPT TO:<anna%example.com@mx.example.net>
 *
 * The sixteen that nmap's smtp-open-relay tries, and two senders more. Besides
 * them the controls: a mailbox that cannot exist, at the places where the tricks put theirs. A
 * server that refuses the made-up mailbox and takes the trick does not take it for a mailbox.
 *
 * Pure.
 */

#include "base/arena.h"

/* Which part of the recipient the server takes for its own; for plain forms: none. */
enum relay_place {
    RELAY_PLACE_NONE,    /* anna@example.com: nothing in it is the server's */
    RELAY_PLACE_NAME,    /* …@mx.example.net */
    RELAY_PLACE_LITERAL, /* …@[192.0.2.1] */
    RELAY_PLACE_BARE,    /* no domain at all */
};
#define RELAY_PLACE_COUNT 4

struct relay_form {
    const char *name;               /* "percent-name": stable */
    const char *sender, *recipient; /* with %u %d %f %h %i %o %n: see relay_form.c */
    enum relay_place place;
    bool is_control;
};

#define RELAY_FORMS_MAX 21 /* forms and controls */

/* Forms first, controls behind them. */
extern const struct relay_form relay_forms[];
extern const uint32_t relay_form_count, relay_control_count;

struct relay_names {
    struct str user, domain; /* the recipient elsewhere, "anna" and "example.com" */
    struct str sender;       /* a stranger's address */
    struct str server;       /* the server's own name for itself */
    struct str literal;      /* "[192.0.2.1]", "[IPv6:2001:db8::1]" */
    struct str own_domain;   /* a domain of the administrator's; empty: not known */
    struct str made_up;      /* a local part that nobody has */
};

/* The literal of an address. */
struct str relay_literal(struct str address, struct arena *arena);

/* Both paths without <>; false: the form needs a name that is empty, or there was no room. */
bool relay_form_fill(const struct relay_form *form, const struct relay_names *names,
                     struct arena *arena, struct str *ret_sender, struct str *ret_recipient);

/* Whether the address can stand in every form: a mailbox of letters, digits and ". _ + = -". */
bool relay_address_fits(struct str address);

#endif
