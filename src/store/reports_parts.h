#ifndef STORE_REPORTS_PARTS_H
#define STORE_REPORTS_PARTS_H

/*
 * reports_parts - what the files of reports share.
 *
 * reports.c opens the database and writes to it; reports_answers.c asks it.
 */

#include <sqlite3.h>

#include "store/reports.h"

enum reports_statement {
    STATEMENT_FIND,
    STATEMENT_FORGET_ROWS,
    STATEMENT_FORGET,
    STATEMENT_START,
    STATEMENT_ROW,
    STATEMENT_END,
    STATEMENT_TLS_FIND,
    STATEMENT_TLS_START,
    STATEMENT_TLS_FAILURE,
    STATEMENT_TLS_POLICY,
    STATEMENT_TLS_END,
    STATEMENT_COMPLAINT,
    STATEMENT_COUNT,
};

struct reports {
    sqlite3 *database;
    char *path; /* NULL: temporary */
    sqlite3_stmt *statements[STATEMENT_COUNT];
    int64_t id;        /* of the report being written */
    uint32_t pending;  /* reports since the last commit */
    bool is_in_report; /* its savepoint is open */
};

/* What SQLite says of its last failure, in words. Returns false. */
bool reports_fail(const struct reports *reports, struct err *err);

#endif
