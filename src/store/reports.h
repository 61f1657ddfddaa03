#ifndef STORE_REPORTS_H
#define STORE_REPORTS_H

/*
 * reports - what receivers reported, in an SQLite database.
 *
 * Aggregate reports with their rows, TLS reports with their failures, complaints. A report
 * that comes again (same organisation, id, domain and period) counts once; one that was cut
 * off is replaced when it comes whole. A complaint is known by its bytes.
 *
 * The database is in WAL mode and has a schema version: one that a later weir wrote is
 * refused. Without a path it is a temporary one that is gone when closed and spills to
 * $SQLITE_TMPDIR, /var/tmp or /tmp, so that memory stays flat. Each report is written whole
 * or not at all. A full disk, a damaged file or one that another program holds ends in a
 * sentence.
 */

#include "base/err.h"
#include "feedback/aggregate.h"
#include "feedback/complaint.h"
#include "feedback/row_facts.h"
#include "feedback/tlsrpt.h"

#define REPORTS_SCHEMA 1

struct reports;

/* NULL: a temporary database. */
bool reports_open(const char *path, struct reports **ret_reports, struct err *err)
    __attribute__((warn_unused_result));

/* Writes what is not written yet. */
bool reports_close(struct reports *reports, struct err *err) __attribute__((warn_unused_result));
void reports_free(struct reports *reports); /* after a failure; NULL is fine */

/*
 * One aggregate report: start, its rows, then end, or drop to forget it. *ret_is_known: it is
 * there already, and nothing was started. `recipient` is the address that it was mailed to.
 */
bool reports_start(struct reports *reports, const struct aggregate_report *report,
                   bool *ret_is_known, struct err *err) __attribute__((warn_unused_result));
bool reports_add_row(struct reports *reports, const struct aggregate_row *row,
                     const struct row_facts *facts, struct err *err)
    __attribute__((warn_unused_result));
bool reports_end(struct reports *reports, const struct aggregate_report *report,
                 struct str recipient, bool *ret_is_known, struct err *err)
    __attribute__((warn_unused_result));
void reports_drop(struct reports *reports);

/* One TLS report: its failures and policies as they come, then end, or drop. */
bool reports_tls_start(struct reports *reports, struct err *err)
    __attribute__((warn_unused_result));
bool reports_tls_failure(struct reports *reports, const struct tlsrpt_failure *failure,
                         struct err *err) __attribute__((warn_unused_result));
bool reports_tls_policy(struct reports *reports, const struct tlsrpt_policy *policy,
                        struct err *err) __attribute__((warn_unused_result));
bool reports_tls_end(struct reports *reports, const struct tlsrpt_report *report,
                     bool *ret_is_known, struct err *err) __attribute__((warn_unused_result));

bool reports_add_complaint(struct reports *reports, const struct complaint *complaint,
                           bool *ret_is_known, struct err *err) __attribute__((warn_unused_result));

#endif
