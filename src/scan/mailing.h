#ifndef SCAN_MAILING_H
#define SCAN_MAILING_H

/*
 * mailing - scripts that mail what visitors say, and what stands in between.
 *
 * The sinks of one mail are gathered (flow_event.unit), then graded:
 *     open-relay         the visitor chooses recipient and text; no login, no bot check
 *     tell-a-friend      the visitor chooses the recipient of a recommendation; no check
 *     copy-to-visitor    the visitor is copied in: a bot names a victim as itself
 *     header-injection   a line break in a field begins a header of the visitor's own
 *     sendmail-options   the visitor's text is on sendmail's command line
 *     mail-to-visitor    the visitor chooses the recipient only: a remark
 *     visitor-sender     the mail claims to be from whom the visitor names: a remark
 *     registration-text  a name the visitor types goes to an address it types (notification)
 *
 * What was checked counts where it holds at the very place that sends. Pure.
 */

#include "php/flow.h"
#include "scan/finding.h"
#include "scan/subject.h"

#define MAILING_MAILS_MAX 64

struct mailing_part {
    bool is_there;
    uint32_t taint, clean;
    uint32_t line;
    struct str text;   /* the beginning that is known */
    struct str origin; /* the field of the request, "_POST[email]" */
    struct str function;
};

struct mailing_mail {
    uint32_t unit, line, guards;
    bool is_in_loop, is_sent;
    struct str inside, function, hook;
    struct str path; /* of the sink, where it is another file */
    uint32_t path_line;
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

/* Of the visitor, and not a number, one of a list, or of the site's own. */
bool mailing_is_free(const struct mailing_part *part);

#endif
