#ifndef MAIL_DSN_H
#define MAIL_DSN_H

/*
 * dsn - read a bounce: RFC 3464, or any form that quotes the mail.
 *
 *     Final-Recipient: rfc822; anna@example.org
 *     Action: failed
 *     Status: 5.1.1
 *     Diagnostic-Code: smtp; 550 5.1.1 <anna@example.org>... User unknown
 *
 * Pure. Slices point into the message or the arena.
 */

#include "base/arena.h"
#include "base/str.h"

#define DSN_RECIPIENTS_MAX 64

struct dsn_recipient {
    struct str address;
    struct str status;     /* "5.1.1"; empty: only in words */
    struct str diagnostic; /* what the other server said, or the paragraph of the text */
    struct str remote_mta;
    uint32_t reply_code; /* 550; 0: none stated */
    bool is_permanent;
    bool is_hard; /* the address or its host does not exist */
};

struct dsn {
    struct dsn_recipient *recipients;
    uint32_t recipient_count;
    struct str reporting_mta; /* without "dns;" */
    struct str queue_id;      /* X-Postfix-Queue-ID: the id at the reporting host */
    struct str message_id;    /* of the mail that came back, without <>; empty: not stated */
    int64_t arrival_s;        /* Arrival-Date; 0: not stated */
    struct str original;      /* the mail that came back, or its headers; empty: not enclosed */
};

/* False: the message is no bounce, or there was no room in the arena. */
bool dsn_read(struct str message, struct arena *arena, struct dsn *ret_dsn);

#endif
