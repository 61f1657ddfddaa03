#ifndef REPORT_DMARC_REPORTS_WORDS_H
#define REPORT_DMARC_REPORTS_WORDS_H

/*
 * dmarc_reports_words - the sentences of `weir dmarc reports`, not escaped. Those about
 * complaints are in dmarc_reports_complaint.c.
 */

#include "base/buf.h"
#include "feedback/result.h"

#define DMARC_WORDS_BYTES_MAX 8192

/* "192.0.2.10 and 2 more", "Mailchimp (mcsv.net), 12 addresses" */
void dmarc_words_sender(struct buf *buf, const struct dmarc_sender *sender);

/* "DKIM example.org/s1 and SPF pass"; "no signature; SPF passes for mcsv.net" */
void dmarc_words_facts(struct buf *buf, const struct dmarc_sender *sender);

/* "Not yet: 120 messages of yours would be lost." */
void dmarc_words_move(struct buf *buf, const struct feedback_domain *domain);

/* What comes after the record of the next step, a sentence; nothing where there is no record. */
void dmarc_words_after(struct buf *buf, const struct feedback_domain *domain);

/* "98.2 %"; "-" of nothing */
void dmarc_words_share(struct buf *buf, uint64_t part, uint64_t whole);

/* "2022-09-19" */
void dmarc_words_day(struct buf *buf, int64_t utc_s);

/* `before`, then "2022-09-19 to 2022-11-28"; nothing where it is unknown */
void dmarc_words_period(struct buf *buf, const char *before, int64_t first_s, int64_t last_s);

/* "Yours, and right": the heading over senders of that verdict. */
const char *dmarc_words_heading(enum sender_verdict verdict);

/* What such senders mean, a sentence. */
const char *dmarc_words_meaning(enum sender_verdict verdict);

/* "p=none", "p=quarantine; t=y"; "no policy in the reports" */
void dmarc_words_policy(struct buf *buf, const struct move_policy *policy);

/* Who complained about what, in one line. */
void dmarc_words_complaint(struct buf *buf, const struct complaint *complaint);

enum dmarc_group {
    DMARC_BY_SOURCE, /* the address that the mail came from */
    DMARC_BY_SENDER, /* the mailbox that it was sent as */
    DMARC_BY_LIST,   /* its List-Unsubscribe */
};
#define DMARC_GROUPS_SHOWN 5

/* "192.0.2.1 (7), 192.0.2.9 (2)": what several complaints have in common; nothing where none do. */
void dmarc_words_groups(struct buf *buf, const struct feedback_result *result,
                        enum dmarc_group group);

/* "By source: " */
const char *dmarc_words_group(enum dmarc_group group);

/* The command that looks for the mail complained about; empty: its name cannot be typed. */
void dmarc_words_command(struct buf *buf, const struct complaint *complaint);

#endif
