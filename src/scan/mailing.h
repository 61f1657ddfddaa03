#ifndef SCAN_MAILING_H
#define SCAN_MAILING_H

/*
 * mailing - scripts that mail what visitors say, and what stands in between.
 *
 * The sinks of one mail are gathered (flow_event.unit), then graded:
 *     open-relay         the visitor chooses recipient and text; no login, no bot check
 *     copy-to-visitor    the visitor is copied in: a bot names a victim as itself
 *     header-injection   a line break in a field begins a header of the visitor's own
 *     sendmail-options   the visitor's text is on sendmail's command line
 *     form-without-check fixed recipient, no bot check
 * Pure.
 */

#include "php/flow.h"
#include "scan/finding.h"
#include "scan/subject.h"

#define MAILING_MAILS_MAX 64

struct mailing_part {
    bool is_there;
    uint32_t taint, clean;
    uint32_t line;
    struct str text; /* the beginning that is known */
};

struct mailing_mail {
    uint32_t unit, line, guards;
    bool is_in_loop, is_sent;
    struct str inside, function;
    struct str path; /* of the sink, where it is another file */
    struct mailing_part recipient, copy, sender, subject, body, header, options;
};

struct mailing {
    const struct subject *subject;
    uint32_t count;
    struct mailing_mail mails[MAILING_MAILS_MAX];
};

void mailing_event(struct mailing *mailing, const struct flow_event *event);

/* Grades what was gathered. */
void mailing_judge(const struct mailing *mailing, struct findings *findings);

#endif
