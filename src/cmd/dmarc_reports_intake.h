#ifndef CMD_DMARC_REPORTS_INTAKE_H
#define CMD_DMARC_REPORTS_INTAKE_H

/*
 * dmarc_reports_intake - files, folders and mails become reports in the database.
 *
 * Folders are walked, each file is told by its content and read as it comes: nothing but one
 * mail is ever held whole. What cannot be read becomes a problem with a sentence; what is no
 * report is passed over, but for what was named.
 */

#include "base/arena.h"
#include "feedback/result.h"
#include "store/reports.h"

#define INTAKE_DEPTH_MAX 12U /* of folders */
#define INTAKE_MAIL_BYTES_MAX ((size_t)64 * 1024 * 1024)

struct intake;

/* Counts, problems and deviations go into `result`, whose memory is `arena`'s. */
struct intake *intake_new(struct reports *reports, struct arena *arena,
                          struct feedback_result *result);
void intake_free(struct intake *intake); /* NULL is fine */

/* A file, a folder, or "-". False: the database failed, and `err` says why; it is over. */
bool intake_take(struct intake *intake, const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* Puts the deviations counted into the result. */
void intake_finish(struct intake *intake);

#endif
