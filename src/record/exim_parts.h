#ifndef RECORD_EXIM_PARTS_H
#define RECORD_EXIM_PARTS_H

/*
 * exim_parts - what the readers of an Exim line share; see exim.h.
 *
 * The cursor functions drop what they read from the front of `rest`. Pure; slices
 * point into the record.
 */

#include "record/exim.h"

/* What stands as "KEY=value" behind an address; the first of a kind counts. */
struct exim_fields {
    struct str client_host, client_address;
    uint16_t port;
    bool has_peer;
    struct str user, protocol, login, size, reference, transport, subject, id, from, confirmation,
        queue_time;
    bool has_from;
};

/*
 * "KEY=value" one after another, a blank between them and maybe before the first;
 * stops before the blank of what is no field, and behind id=, which is the sender's
 * own text.
 */
void exim_fields_read(struct str *rest, struct exim_fields *fields);

/* What follows "H=": "host (helo) [address]:port". `ret_is_last`: a colon ends the fields. */
void exim_peer_read(struct str *rest, struct exim_fields *fields, bool *ret_is_last);

/*
 * The value at the front: quoted, in angle brackets, or up to a blank. Exim ends
 * the last field before its words with a colon.
 */
struct str exim_cut_value(struct str *rest, bool *ret_is_last);

/* The address at the front, which may have a quoted local part with blanks. */
struct str exim_cut_address(struct str *rest);

/* What follows "=> ", "== ", "** " and their like: EVENT_DELIVERY or UNKNOWN. */
void exim_delivery_read(struct str rest, enum delivery_status status, struct event *event);

/* "[H=..][ U=..][ A=..] F=<a> rejected RCPT <b>: why": EVENT_REFUSED; false for other lines. */
bool exim_refusal_read(struct str message, struct event *event);

/*
 * "dovecot_login authenticator failed for host (helo) [ip]: 535 Incorrect ... (set_id=anna)":
 * EVENT_LOGIN; false for other lines.
 */
bool exim_login_failure_read(struct str message, struct event *event);

#endif
