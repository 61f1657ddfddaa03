#ifndef RECORD_SIGNER_H
#define RECORD_SIGNER_H

/*
 * signer - with which key a mail that leaves was signed, as the signing filters log it.
 *
 *     opendkim: F0A7B16451E: DKIM-Signature field added (s=mail, d=example.com)
 *     amavis:   (12-1) Passed CLEAN {RelayedOutbound}, …, dkim_new=mail:example.com, 210 ms
 *     rspamd:   … DKIM_SIGNED(0.00){example.com:s=mail;}, …
 *
 * OpenDKIM's words stand in opendkim.c (dkimf_add_signed headers), amavis's in its log template
 * (dkim_new=), rspamd's in the symbol's option of dkim_signing.lua. Everything else they
 * say is EVENT_NONE.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the message.
 */

#include "record/event.h"

void opendkim_message_read(struct str message, struct event *event);
void amavis_message_read(struct str message, struct event *event);
void rspamd_message_read(struct str message, struct event *event);

#endif
