#ifndef AUDIT_RELAY_MESSAGE_H
#define AUDIT_RELAY_MESSAGE_H

/*
 * relay_message - the mail that proves a relay, written and recognised.
 *
 *     Subject: [weir relay test] 3f0c9a… percent-name by 192.0.2.1:25
 *     X-Weir-Relay-Test: 3f0c9a…/percent-name
 *
 * Pure. One is sent for each accepted form, to the address that the administrator named; it says
 * what it is. It is found by its own header: a bounce quotes it in its body, and is the
 * proof of the contrary.
 */

#include "audit/relay_form.h"
#include "base/buf.h"

#define RELAY_NONCE_LEN 16 /* hexadecimal digits */

struct relay_message {
    struct str nonce, form; /* "3f0c9a1b2c3d4e5f", "percent-name" */
    struct str server;      /* "mx.example.net [192.0.2.1]:25" */
    struct str to;          /* the administrator's address */
    struct str client;      /* the machine that sends it */
    int64_t now_s;
};

void relay_message_write(const struct relay_message *message, struct buf *out);

enum relay_mail {
    RELAY_MAIL_OTHER,   /* nothing of this run */
    RELAY_MAIL_ARRIVED, /* the message itself */
    RELAY_MAIL_RETURNED /* a bounce, or another mail, that quotes it */
};

/* Whose mail a message is, headers first; `ret_form` points into it. OTHER leaves it untouched. */
enum relay_mail relay_message_read(struct str text, struct str nonce, struct str *ret_form);

#endif
