#ifndef MAIL_CLAIMS_H
#define MAIL_CLAIMS_H

/*
 * claims - headers that say which script, account or login a mail comes from.
 *
 *     X-PHP-Originating-Script: 1012:shell.php(3) : eval()'d code(1) : eval()'d code
 *     X-PHP-Script: blog.example/wp-content/new.php for 203.0.113.9, 192.0.2.1
 *     X-AntiAbuse: Originator/Caller UID/GID - [1004 991] / [47 12]
 *     X-Get-Message-Sender-Via: web7.example: authenticated_id: anna@example.org
 *
 * One table row a header. Pure, no allocation: slices point into the value, and
 * `header` is the row's own name. What a value states is read; whether it is
 * believed is not decided here.
 */

#include "mail/evidence.h"

/* Who writes a header decides what it takes to believe it. */
enum claim_writer {
    CLAIM_BY_PHP,      /* before the mail is handed in: its script can write the same */
    CLAIM_BY_PANEL,    /* cPanel's Exim, together with X-AntiAbuse */
    CLAIM_BY_RELAY,    /* a hoster's relay, together with X-Exim-ID */
    CLAIM_BY_SENDMAIL, /* names the host and the user */
};

/*
 * Reads `value`, unfolded, of the header `name`. False: no such header, or it
 * states nothing ("X-Source:" is mostly empty).
 */
bool claims_read(struct str name, struct str value, struct mail_claim *ret_claim,
                 enum claim_writer *ret_writer);

/* The host in "X-AntiAbuse: Primary Hostname - web7.example"; empty: another line of the block. */
struct str claims_antiabuse_host(struct str value);

/* Whether two claims of one header can both be true. */
bool claims_agree(const struct mail_claim *a, const struct mail_claim *b);

#endif
