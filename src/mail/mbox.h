#ifndef MAIL_MBOX_H
#define MAIL_MBOX_H

/*
 * mbox - tell mails from logs, and take an mbox apart (RFC 4155).
 *
 *     From anna@example.org Thu Jan  1 10:00:00 2026
 *     Received: ...
 *
 * The functions are declared in mail/evidence.h, which callers include. A mail
 * begins with header fields of which two are known and one is Received, From,
 * Return-Path, Delivered-To or Message-ID; a log never does. Messages of an mbox
 * are its input cut in pieces: each begins with its "From " line, and together
 * they are the input.
 */

#include "mail/evidence.h"

/* Whether `line` is a "From " line with a date: "From <who> <weekday> <month> <day> <time> ...". */
bool mbox_is_from_line(struct str line);

#endif
