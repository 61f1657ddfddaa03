#ifndef MAIL_RECEIVED_H
#define MAIL_RECEIVED_H

/*
 * received - read one Received line of a mail.
 *
 *     from helo.example (name.example [192.0.2.7])
 *         (Authenticated sender: anna@example.org)
 *         by mx.example (Postfix) with ESMTPSA id 8CC9C1A2B3
 *         for <bob@example.net>; Thu, 1 Jan 2026 10:00:00 +0100
 *     by web7.example (Postfix, from userid 1005) id 8CC9C1A2B3; ...
 *     from anna by web7.example with local (Exim 4.96) (envelope-from <..>) id 1pXyzA-0001Ab-2C;
 * ... (qmail 4711 invoked by uid 1005); 1 Jan 2026 09:00:00 -0000
 *
 * Written by Postfix, Exim, Sendmail, OpenSMTPD, qmail, Courier, Dovecot,
 * Exchange, amavis and webmails. The client chose its HELO and the recipients,
 * so a text may be put there that reads like a part of the line: "by" is the last
 * one outside brackets (or at the start of a folded line), and what the server
 * states about the client is looked for between its address and that "by". What a
 * client says of itself by ident is no login.
 *
 * Pure, no allocation. Slices point into the value. Cannot fail: what is not
 * found is empty, uid -1, time 0; `trust` and `says` are left for evidence.
 */

#include "mail/evidence.h"

/* `value` is the raw value, folded as it was: where lines begin is part of the syntax. */
struct hop received_read(struct str value);

/* Whether the hop states that a program on its own host handed the mail in. */
bool received_is_local(const struct hop *hop);

/* Whether the protocol says that the client logged in, whether or not the line says as whom. */
bool received_is_authenticated(const struct hop *hop);

/* Whether the line was written by a content filter: amavisd-new and its kin, on loopback. */
bool received_is_filter(const struct hop *hop);

/* 127.0.0.0/8, ::1, "localhost", "localhost.localdomain". */
bool received_is_loopback(struct str address);

#endif
