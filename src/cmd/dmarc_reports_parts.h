#ifndef CMD_DMARC_REPORTS_PARTS_H
#define CMD_DMARC_REPORTS_PARTS_H

/*
 * dmarc_reports_parts - what the files of the intake share.
 *
 * dmarc_reports_intake.c walks files and folders, dmarc_reports_document.c reads a document,
 * dmarc_reports_mail.c takes mails apart.
 */

#include "cmd/dmarc_reports_intake.h"
#include "cmd/progress.h"
#include "source/unpack.h"

struct intake {
    struct reports *reports;
    struct arena *arena; /* of the result */
    struct feedback_result *result;
    struct arena *mail_arena; /* of the mail being read */
    uint64_t deviations[AGGREGATE_DEVIATION_COUNT];
    uint64_t tls_deviations[TLSRPT_DEVIATION_COUNT];
    const char *path;     /* of the file being read */
    struct str recipient; /* of the mail that the document came in; empty: none */
    uint32_t mail_depth;  /* mails around the document */
    uint64_t found;       /* reports in this file, known ones too */
    struct progress progress;
    bool has_failed; /* the database */
    struct err err;
};

/* Counts a problem of the current file, or of a member of it. */
void intake_problem(struct intake *intake, struct str member, const struct err *err);

/* Notes the failure of the database. Returns false. */
bool intake_fail(struct intake *intake, const struct err *err);

/* The sink for what is unpacked. */
struct unpack_sink intake_sink(struct intake *intake);

/* Whether a document that begins like this is a report, or is packed. */
bool intake_is_report(struct str head);

/* A mail, or all mails of an mbox, as far as they hold reports. */
void intake_read_mail(struct intake *intake, struct unpack_document *document);
void intake_read_mbox(struct intake *intake, struct unpack_document *document);

#endif
