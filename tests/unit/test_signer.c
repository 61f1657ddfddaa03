/*
 * Each row is one line as OpenDKIM 2.11, amavisd-new 2.11 and rspamd 3.4 write it, and the
 * domain and selector that it tells; or nothing.
 */

#include "record/record.h"
#include "tap.h"

#define STAMP "Nov 23 15:21:22 web7 "

static void
reads_who_signed(void)
{
    static const struct {
        const char *line, *domain, *selector;
    } rows[] = {
        {STAMP "opendkim[77]: F0A7B16451E: DKIM-Signature field added (s=mail, d=example.com)",
         "example.com", "mail"},
        {STAMP "opendkim[77]: 4Zk1xY2z: DKIM-Signature field added (s=k1._x, d=a.example)",
         "a.example", "k1._x"},
        {STAMP "amavis[9]: (00009-01) Passed CLEAN {RelayedOutbound}, ORIGINATING "
               "[192.0.2.1]:5 <a@example.com> -> <b@example.net>, Hits: -1, size: 900, queued_as: "
               "AB12, dkim_new=mail:example.com, 210 ms",
         "example.com", "mail"},
        {STAMP "rspamd[5]: <ab12cd>; proxy; rspamd_task_write_log: id: <x@example.com>, (default: "
               "F (no action): [-1.00/15.00] [MIME_GOOD(-0.10){text/plain;},DKIM_SIGNED(0.00)"
               "{example.com:s=mail;},ASN(0.00){}])",
         "example.com", "mail"},
        /* what is verified, refused or cannot be a name says nothing of this host */
        {STAMP "opendkim[77]: F0A7B16451E: s=mail d=example.com SSL error", "", ""},
        {STAMP "opendkim[77]: F0A7B16451E: DKIM verification successful", "", ""},
        {STAMP "opendkim[77]: AB: DKIM-Signature field added (s=a b, d=example.com)", "", ""},
        {STAMP "amavis[9]: (1) Blocked SPAM, dkim_new=mail:example.com, 1 ms", "", ""},
        {STAMP "amavis[9]: (1) Passed CLEAN, dkim_sd=mail:example.com, 1 ms", "", ""},
        {STAMP "rspamd[5]: x [R_DKIM_ALLOW(-0.20){example.com:s=mail;}]", "", ""},
        {STAMP "postfix/smtpd[5]: DKIM-Signature field added (s=mail, d=example.com)", "", ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event;

        record_read(record_frame(STR("syslog")), str_from_cstr(rows[i].line), &event);
        CHECK((event.kind == EVENT_SIGNATURE) == (rows[i].domain[0] != '\0'));
        if (event.kind != EVENT_SIGNATURE)
            continue;
        CHECK_STR(event.signature.domain, rows[i].domain);
        CHECK_STR(event.signature.selector, rows[i].selector);
    }
}

static const struct tap_case cases[] = {
    {"a filter's line tells with which key it signed", reads_who_signed},
};

int
main(void)
{
    return tap_main(cases, COUNT(cases));
}
