#ifndef RECORD_EXIM_H
#define RECORD_EXIM_H

/*
 * exim - Exim's main log, in its own file or through syslog; reject and panic log likewise.
 *
 *     2026-11-23 15:21:22 cwd=/srv/shop 3 args: /usr/sbin/sendmail -t -i
 *     2026-11-23 15:21:22 1vNABC-00000001xyz-2ABC <= anna@shop.example U=anna P=local S=512
 *     2026-11-23 15:21:23 1vNABC-00000001xyz-2ABC => c@d R=dns T=smtp H=mx [192.0.2.9]
 *     2026-11-23 15:21:23 1vNABC-00000001xyz-2ABC Completed
 *
 * Ids have 16 characters up to 4.96 and 23 from 4.97 on. Fields are taken by
 * position, from the left: R=, T= and S= mean different things behind different
 * flags, and behind id= only what Exim writes behind it is believed, because the
 * Message-ID is the sender's own text. A HELO name with brackets in it is only
 * logged where helo_accept_junk_hosts lets it in.
 *
 * A line that begins with no stamp goes on from the one before it (the headers
 * in the reject log): EVENT_NONE. So is all that Exim says in words.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the record.
 */

#include "record/event.h"

int exim_probe(struct str record);

void exim_read(struct str record, struct event *event);

/*
 * The message of a syslog line. Debian's Exim stamps it once more, with the
 * year: taken where the envelope has none. Of a line that was split ("[1\3]",
 * "[2\3]") only the first part says something.
 */
void exim_message_read(struct str message, struct event *event);

/* Whether `s` is an id of either length. */
bool exim_is_queue_id(struct str s);

/* The second, UTC, at which a message id was made; false when it states none. */
bool exim_queue_id_time(struct str id, int64_t *ret_utc_s);

#endif
