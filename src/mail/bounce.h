#ifndef MAIL_BOUNCE_H
#define MAIL_BOUNCE_H

/*
 * bounce - read the text of a bounce written for people.
 *
 *     <anna@example.org>:
 *     Remote host said: 550 5.1.1 User unknown
 *
 *     --- Below this line is a copy of the message.
 *
 *     Received: ...
 *
 * qmail, Exim, Sendmail and many providers write no RFC 3464. What they have in
 * common is read: a line that begins with an address names a recipient, what
 * follows it up to an empty line is the reason, and the first header block at the
 * start of a line is the mail that came back.
 *
 * Pure. Slices point into the text. At most BOUNCE_TEXT_MAX bytes are looked at
 * for recipients, BOUNCE_RECIPIENTS_MAX are kept.
 */

#include "base/str.h"

#define BOUNCE_TEXT_MAX ((size_t)64 * 1024)
#define BOUNCE_RECIPIENTS_MAX 64

struct bounce_recipient {
    struct str address;
    struct str reason; /* the lines that speak of it */
};

struct bounce {
    struct bounce_recipient recipients[BOUNCE_RECIPIENTS_MAX];
    uint32_t count;
    struct str notice;   /* what stands before the original */
    struct str original; /* empty: not quoted */
};

/*
 * Reads `text`. `sender` is whom the bounce was sent to: never a recipient of
 * the mail that bounced, as far as this text is concerned.
 */
void bounce_read(struct str text, struct str sender, struct bounce *ret_bounce);

/* What `notice` says of one address: its paragraph, else the lines that name it, else all. */
struct str bounce_reason(const struct bounce *bounce, struct str address);

/* Words that only a notice of failure has. */
bool bounce_is_notice(struct str text);

#endif
