#ifndef TRACE_WEBMAIL_H
#define TRACE_WEBMAIL_H

/*
 * webmail - who sits in front of a webmail.
 *
 *     smtpd:     AAAAAA1: client=localhost[127.0.0.1], ..., sasl_username=anna@shop.example
 *     web log:   203.0.113.46 ... "POST /?_task=mail&_action=send HTTP/1.1" 200
 *
 * For the mail server all mails of a webmail come from loopback, under the login of
 * the mailbox. Its access log knows the client: where requests to a known webmail
 * explain these mails, each mail takes the client of the request that fits it best.
 *
 * Pure; `scratch` holds nothing afterwards.
 */

#include "trace/webindex.h"

/* Between webindex_build and groups_build. False at the arena's limit. */
bool webmail_bind(struct ledger *ledger, const struct webindex *index, struct arena *scratch)
    __attribute__((warn_unused_result));

#endif
