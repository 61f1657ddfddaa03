#ifndef RECORD_POSTFIX_PARTS_H
#define RECORD_POSTFIX_PARTS_H

/*
 * postfix_parts - what the readers of a Postfix line share; see postfix.h.
 *
 * The cursor functions drop what they read from the front of `rest`, and leave it
 * alone where they return false. Pure; slices point into the message.
 */

#include "record/postfix.h"

/* Cuts "host[address]" or "host[address]:port" off the front; no port: 0. */
bool postfix_cut_peer(struct str *rest, struct str *ret_host, struct str *ret_address,
                      uint16_t *ret_port);

/* Cuts "RCPT" or "END-OF-MESSAGE" off the front: where smtpd was, before " from " or ": ". */
bool postfix_cut_stage(struct str *rest);

/* "<a>, [orig_to=<b>, ]relay=r, ..., status=s (text)" of a daemon: EVENT_DELIVERY or UNKNOWN. */
void postfix_delivery_read(struct str rest, struct str daemon, struct event *event);

/* What follows "proxy-accept: ": EVENT_DELIVERY without an id of its own, or NONE. */
void postfix_proxied_read(struct str rest, struct event *event);

/* "reject: ...", "milter-reject: ..." and their like: EVENT_REFUSED; false for other lines. */
bool postfix_refusal_read(struct str rest, struct event *event);

/* What else may follow a queue id: a refusal, a header, a hold, a notice; or NONE. */
void postfix_verdict_read(struct str rest, struct event *event);

#endif
