#ifndef RECORD_SENDMAIL_PARTS_H
#define RECORD_SENDMAIL_PARTS_H

/*
 * sendmail_parts - what the readers of a Sendmail line share; see sendmail.h.
 *
 * Pure; slices point into the message.
 */

#include "record/sendmail.h"

#define SENDMAIL_ID_BYTES_MAX 20

/* "host [address] (may be forged)" or "user@localhost". */
struct sendmail_relay {
    struct str host, address, user;
};

struct sendmail_relay sendmail_relay_read(struct str text);

bool sendmail_is_queue_id(struct str s);

/* What stands before the '@'. */
struct str sendmail_local_part(struct str s);

/*
 * Where the address that begins `s` ends: behind its '>', or at a comma. What
 * stands in quotes is passed over.
 */
size_t sendmail_address_len(struct str s);

/* The value of the last ", key=" in `text`, which loses it and what follows. */
struct str sendmail_cut_last(struct str *text, struct str key);

/*
 * "c@d, ctladdr=<a@b> (33/33), delay=.., mailer=esmtp, relay=.., dsn=.., stat=..", which
 * follows "to=": EVENT_DELIVERY or UNKNOWN.
 */
void sendmail_delivery_read(struct str rest, struct event *event);

#endif
