#include "store/reports.h"

#include <stdlib.h>
#include <string.h>

#include "store/reports_parts.h"

#define PENDING_MAX 500U       /* reports between two commits */
#define LOCK_WAIT_MS 5000      /* for another program to finish */
#define APPLICATION 0x77656972 /* "weir": whose database it is */

static const char schema[] =
    "CREATE TABLE reports(id INTEGER PRIMARY KEY, org TEXT, report TEXT, domain TEXT,"
    " begin_s INTEGER, end_s INTEGER, email TEXT, adkim TEXT, aspf TEXT, p TEXT, sp TEXT,"
    " np TEXT, fo TEXT, testing TEXT, recipient TEXT, is_whole INTEGER,"
    " UNIQUE(org, report, domain, begin_s, end_s));"
    "CREATE TABLE rows(report INTEGER, address TEXT, count INTEGER, disposition TEXT,"
    " is_dkim INTEGER, is_spf INTEGER, header_from TEXT, envelope_from TEXT, dkim_domain TEXT,"
    " dkim_selector TEXT, dkim_result TEXT, spf_domain TEXT, spf_result TEXT, reasons INTEGER);"
    "CREATE INDEX rows_report ON rows(report);"
    "CREATE INDEX reports_domain ON reports(domain, end_s);"
    "CREATE TABLE tls_reports(id INTEGER PRIMARY KEY, org TEXT, report TEXT, begin_s INTEGER,"
    " end_s INTEGER, contact TEXT, is_whole INTEGER, UNIQUE(org, report, begin_s, end_s));"
    "CREATE TABLE tls_policies(report INTEGER, number INTEGER, type TEXT, domain TEXT, hosts TEXT,"
    " successes INTEGER, failures INTEGER);"
    "CREATE TABLE tls_failures(report INTEGER, policy INTEGER, type TEXT, sending TEXT,"
    " receiving TEXT, host TEXT, reason TEXT, count INTEGER);"
    "CREATE TABLE complaints(fingerprint INTEGER PRIMARY KEY, path TEXT, kind TEXT, reporter TEXT,"
    " source TEXT, domain TEXT, mail_from TEXT, recipient TEXT, auth_failure TEXT, result TEXT,"
    " sender TEXT, subject TEXT, message_id TEXT, unsubscribe TEXT, arrival_s INTEGER,"
    " count INTEGER);"
    "PRAGMA application_id = 2003134834;"
    "PRAGMA user_version = 1;";

static const char *const texts[STATEMENT_COUNT] = {
    [STATEMENT_FIND] = "SELECT id, is_whole FROM reports WHERE org = ?1 AND report = ?2 AND domain "
                       "= ?3 AND begin_s = ?4 AND end_s = ?5",
    [STATEMENT_FORGET_ROWS] = "DELETE FROM rows WHERE report = ?1",
    [STATEMENT_FORGET] = "DELETE FROM reports WHERE id = ?1",
    [STATEMENT_START] = "INSERT INTO reports(org) VALUES(NULL)",
    [STATEMENT_ROW] = "INSERT INTO rows VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                      "?13, ?14)",
    [STATEMENT_END] = "UPDATE reports SET org = ?2, report = ?3, domain = ?4, begin_s = ?5, end_s "
                      "= ?6, email = ?7, adkim = ?8, aspf = ?9, p = ?10, sp = ?11, np = ?12, fo = "
                      "?13, testing = ?14, recipient = ?15, is_whole = ?16 WHERE id = ?1",
    [STATEMENT_TLS_FIND] = "SELECT id FROM tls_reports WHERE org = ?1 AND report = ?2 AND begin_s "
                           "= ?3 AND end_s = ?4",
    [STATEMENT_TLS_START] = "INSERT INTO tls_reports(org) VALUES(NULL)",
    [STATEMENT_TLS_FAILURE] = "INSERT INTO tls_failures VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [STATEMENT_TLS_POLICY] = "INSERT INTO tls_policies VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [STATEMENT_TLS_END] = "UPDATE tls_reports SET org = ?2, report = ?3, begin_s = ?4, end_s = ?5, "
                          "contact = ?6, is_whole = ?7 WHERE id = ?1",
    [STATEMENT_COMPLAINT] = "INSERT OR IGNORE INTO complaints VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, "
                            "?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
};

/* --- opening --- */

static const char *
shown_path(const struct reports *reports)
{
    return reports->path ? reports->path : "the temporary database";
}

bool
reports_fail(const struct reports *reports, struct err *err)
{
    switch (sqlite3_errcode(reports->database) & 0xff) {
    case SQLITE_FULL:
        return err_set(err, ERR_SYSTEM, "%s: the disk is full%s", shown_path(reports),
                       reports->path ? "" : "; SQLITE_TMPDIR names a folder with more room");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(err, ERR_SYSTEM,
                       "%s: another program is writing to it; try again when it has finished",
                       shown_path(reports));
    case SQLITE_CORRUPT:
        return err_set(err, ERR_SYNTAX,
                       "%s: it is damaged; move it away and read the reports again",
                       shown_path(reports));
    case SQLITE_NOTADB:
        return err_set(err, ERR_SYNTAX, "%s: it is no database; name another file",
                       shown_path(reports));
    case SQLITE_CANTOPEN:
        return err_set(err, ERR_SYSTEM,
                       "%s: it cannot be opened or made; does its folder exist, and may you write "
                       "there?",
                       shown_path(reports));
    case SQLITE_READONLY:
        return err_set(err, ERR_SYSTEM, "%s: it may not be written to", shown_path(reports));
    default:
        return err_set(err, ERR_SYSTEM, "%s: %s", shown_path(reports),
                       sqlite3_errmsg(reports->database));
    }
}

static bool
run(struct reports *reports, const char *sql, struct err *err)
{
    return sqlite3_exec(reports->database, sql, NULL, NULL, NULL) == SQLITE_OK ||
           reports_fail(reports, err);
}

static bool
read_number(struct reports *reports, const char *sql, int64_t *ret_number, struct err *err)
{
    sqlite3_stmt *statement;
    bool is_good = sqlite3_prepare_v2(reports->database, sql, -1, &statement, NULL) == SQLITE_OK &&
                   sqlite3_step(statement) == SQLITE_ROW;

    if (is_good)
        *ret_number = sqlite3_column_int64(statement, 0);
    else
        (void)reports_fail(reports, err);
    sqlite3_finalize(statement);
    return is_good;
}

/* An empty file becomes a database; one of another program or of a later weir is refused. */
static bool
check_schema(struct reports *reports, struct err *err)
{
    int64_t version, application, tables;

    if (!run(reports, "BEGIN IMMEDIATE", err) ||
        !read_number(reports, "PRAGMA user_version", &version, err) ||
        !read_number(reports, "PRAGMA application_id", &application, err) ||
        !read_number(reports, "SELECT COUNT(*) FROM sqlite_master", &tables, err))
        return false;
    if (tables == 0)
        return run(reports, schema, err) && run(reports, "COMMIT", err);
    if (application != APPLICATION)
        return err_set(err, ERR_SYNTAX, "%s: it is a database of another program",
                       shown_path(reports));
    if (version != REPORTS_SCHEMA)
        return err_set(err, ERR_SYNTAX,
                       "%s: a later weir wrote it (schema %lld, this one knows %d)",
                       shown_path(reports), (long long)version, REPORTS_SCHEMA);
    return run(reports, "COMMIT", err);
}

static bool
prepare(struct reports *reports, struct err *err)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        if (sqlite3_prepare_v3(reports->database, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &reports->statements[i], NULL) != SQLITE_OK)
            return reports_fail(reports, err);
    }
    return true;
}

/* Pages beyond a few are kept on disk: memory does not grow with what is stored. */
static const char settings[] = "PRAGMA cache_size = -8000; PRAGMA temp_store = FILE;"
                               "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";

static bool
open_database(struct reports *reports, struct err *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

    if (sqlite3_open_v2(reports->path ? reports->path : "", &reports->database, flags, NULL) !=
        SQLITE_OK)
        return reports_fail(reports, err);
    (void)sqlite3_busy_timeout(reports->database, LOCK_WAIT_MS);
    return run(reports, settings, err) &&
           run(reports,
               reports->path ? "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"
                             : "PRAGMA synchronous = OFF",
               err) &&
           check_schema(reports, err) && prepare(reports, err) && run(reports, "BEGIN", err);
}

bool
reports_open(const char *path, struct reports **ret_reports, struct err *err)
{
    struct reports *reports = calloc(1, sizeof(*reports));

    if (!reports || (path && !(reports->path = strdup(path))))
        abort();
    if (!open_database(reports, err)) {
        reports_free(reports);
        return false;
    }
    *ret_reports = reports;
    return true;
}

void
reports_free(struct reports *reports)
{
    if (!reports)
        return;
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(reports->statements[i]);
    sqlite3_close(reports->database);
    free(reports->path);
    free(reports);
}

bool
reports_close(struct reports *reports, struct err *err)
{
    bool is_good = run(reports, "COMMIT", err);

    reports_free(reports);
    return is_good;
}

/* --- writing --- */

static void
bind_text(sqlite3_stmt *statement, int place, struct str text)
{
    (void)sqlite3_bind_text64(statement, place, text.len ? text.data : "", text.len, SQLITE_STATIC,
                              SQLITE_UTF8);
}

/* Runs a statement that gives no rows, and makes it ready for the next time. */
static bool
step(struct reports *reports, enum reports_statement which, struct err *err)
{
    sqlite3_stmt *statement = reports->statements[which];
    bool is_good = sqlite3_step(statement) == SQLITE_DONE || reports_fail(reports, err);

    (void)sqlite3_reset(statement);
    return is_good;
}

static bool
start(struct reports *reports, enum reports_statement which, struct err *err)
{
    if (!run(reports, "SAVEPOINT report", err))
        return false;
    reports->is_in_report = true;
    if (!step(reports, which, err))
        return false;
    reports->id = sqlite3_last_insert_rowid(reports->database);
    return true;
}

void
reports_drop(struct reports *reports)
{
    struct err ignored;

    if (reports->is_in_report)
        (void)run(reports, "ROLLBACK TO report; RELEASE report", &ignored);
    reports->is_in_report = false;
}

/* The report is part of the open transaction now; that ends after some of them. */
static bool
keep(struct reports *reports, struct err *err)
{
    reports->is_in_report = false;
    if (!run(reports, "RELEASE report", err))
        return false;
    if (++reports->pending < PENDING_MAX)
        return true;
    reports->pending = 0;
    return run(reports, "COMMIT; BEGIN", err);
}

/* The id of this report if it is there, 0 if not; one that was cut off gives way to a whole one. */
static bool
find(struct reports *reports, const struct aggregate_report *report, int64_t *ret_id,
     bool *ret_is_whole, struct err *err)
{
    sqlite3_stmt *statement = reports->statements[STATEMENT_FIND];
    int code;

    bind_text(statement, 1, report->org_name);
    bind_text(statement, 2, report->report_id);
    bind_text(statement, 3, report->domain);
    (void)sqlite3_bind_int64(statement, 4, report->begin_s);
    (void)sqlite3_bind_int64(statement, 5, report->end_s);
    *ret_id = 0;
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        *ret_id = sqlite3_column_int64(statement, 0);
        *ret_is_whole = sqlite3_column_int(statement, 1) != 0;
    }
    (void)sqlite3_reset(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE || reports_fail(reports, err);
}

bool
reports_start(struct reports *reports, const struct aggregate_report *report, bool *ret_is_known,
              struct err *err)
{
    bool is_whole = false;
    int64_t id = 0;

    *ret_is_known = false;
    /* Metadata behind the rows: the end will tell. */
    if (report->domain.len && report->report_id.len && !find(reports, report, &id, &is_whole, err))
        return false;
    *ret_is_known = id != 0 && is_whole;
    return *ret_is_known || start(reports, STATEMENT_START, err);
}

bool
reports_add_row(struct reports *reports, const struct aggregate_row *row,
                const struct row_facts *facts, struct err *err)
{
    sqlite3_stmt *statement = reports->statements[STATEMENT_ROW];
    const struct {
        int place;
        struct str text;
    } columns[] = {
        {2, row->source_ip},      {4, row->disposition},   {7, row->header_from},
        {8, row->envelope_from},  {9, facts->dkim.domain}, {10, facts->dkim.selector},
        {11, facts->dkim.result}, {12, facts->spf.domain}, {13, facts->spf.result},
    };

    (void)sqlite3_bind_int64(statement, 1, reports->id);
    (void)sqlite3_bind_int64(statement, 3, (int64_t)row->count);
    (void)sqlite3_bind_int(statement, 5, facts->is_dkim_aligned);
    (void)sqlite3_bind_int(statement, 6, facts->is_spf_aligned);
    (void)sqlite3_bind_int64(statement, 14, facts->reasons);
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        bind_text(statement, columns[i].place, columns[i].text);
    return step(reports, STATEMENT_ROW, err);
}

/* Of a report that was there cut off, everything. */
static bool
forget(struct reports *reports, int64_t id, struct err *err)
{
    (void)sqlite3_bind_int64(reports->statements[STATEMENT_FORGET_ROWS], 1, id);
    (void)sqlite3_bind_int64(reports->statements[STATEMENT_FORGET], 1, id);
    return step(reports, STATEMENT_FORGET_ROWS, err) && step(reports, STATEMENT_FORGET, err);
}

static bool
write_end(struct reports *reports, const struct aggregate_report *report, struct str recipient,
          struct err *err)
{
    sqlite3_stmt *statement = reports->statements[STATEMENT_END];
    const struct {
        int place;
        struct str text;
    } columns[] = {
        {2, report->org_name}, {3, report->report_id}, {4, report->domain},   {7, report->email},
        {8, report->adkim},    {9, report->aspf},      {10, report->p},       {11, report->sp},
        {12, report->np},      {13, report->fo},       {14, report->testing}, {15, recipient},
    };

    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        bind_text(statement, columns[i].place, columns[i].text);
    (void)sqlite3_bind_int64(statement, 1, reports->id);
    (void)sqlite3_bind_int64(statement, 5, report->begin_s);
    (void)sqlite3_bind_int64(statement, 6, report->end_s);
    (void)sqlite3_bind_int(statement, 16, report->is_whole);
    return step(reports, STATEMENT_END, err);
}

bool
reports_end(struct reports *reports, const struct aggregate_report *report, struct str recipient,
            bool *ret_is_known, struct err *err)
{
    bool is_whole = false;
    int64_t id;

    *ret_is_known = false;
    if (!find(reports, report, &id, &is_whole, err))
        return false;
    if (id && (is_whole || !report->is_whole)) {
        *ret_is_known = true;
        reports_drop(reports);
        return true;
    }
    return (id == 0 || forget(reports, id, err)) && write_end(reports, report, recipient, err) &&
           keep(reports, err);
}

/* --- TLS reports and complaints --- */

bool
reports_tls_start(struct reports *reports, struct err *err)
{
    return start(reports, STATEMENT_TLS_START, err);
}

bool
reports_tls_failure(struct reports *reports, const struct tlsrpt_failure *failure, struct err *err)
{
    sqlite3_stmt *statement = reports->statements[STATEMENT_TLS_FAILURE];

    (void)sqlite3_bind_int64(statement, 1, reports->id);
    (void)sqlite3_bind_int64(statement, 2, (int64_t)failure->policy);
    bind_text(statement, 3, failure->result_type);
    bind_text(statement, 4, failure->sending_ip);
    bind_text(statement, 5, failure->receiving_ip);
    bind_text(statement, 6, failure->receiving_host);
    bind_text(statement, 7, failure->reason_code);
    (void)sqlite3_bind_int64(statement, 8, (int64_t)failure->count);
    return step(reports, STATEMENT_TLS_FAILURE, err);
}

bool
reports_tls_policy(struct reports *reports, const struct tlsrpt_policy *policy, struct err *err)
{
    sqlite3_stmt *statement = reports->statements[STATEMENT_TLS_POLICY];

    (void)sqlite3_bind_int64(statement, 1, reports->id);
    (void)sqlite3_bind_int64(statement, 2, (int64_t)policy->number);
    bind_text(statement, 3, policy->type);
    bind_text(statement, 4, policy->domain);
    bind_text(statement, 5, policy->host_count ? policy->hosts[0] : STR_EMPTY);
    (void)sqlite3_bind_int64(statement, 6, (int64_t)policy->success_count);
    (void)sqlite3_bind_int64(statement, 7, (int64_t)policy->failure_count);
    return step(reports, STATEMENT_TLS_POLICY, err);
}

static bool
find_tls(struct reports *reports, const struct tlsrpt_report *report, bool *ret_is_known,
         struct err *err)
{
    sqlite3_stmt *statement = reports->statements[STATEMENT_TLS_FIND];
    int code;

    bind_text(statement, 1, report->organization);
    bind_text(statement, 2, report->report_id);
    (void)sqlite3_bind_int64(statement, 3, report->begin_s);
    (void)sqlite3_bind_int64(statement, 4, report->end_s);
    code = sqlite3_step(statement);
    *ret_is_known = code == SQLITE_ROW;
    (void)sqlite3_reset(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE || reports_fail(reports, err);
}

bool
reports_tls_end(struct reports *reports, const struct tlsrpt_report *report, bool *ret_is_known,
                struct err *err)
{
    sqlite3_stmt *statement = reports->statements[STATEMENT_TLS_END];

    if (!find_tls(reports, report, ret_is_known, err))
        return false;
    if (*ret_is_known) {
        reports_drop(reports);
        return true;
    }
    (void)sqlite3_bind_int64(statement, 1, reports->id);
    bind_text(statement, 2, report->organization);
    bind_text(statement, 3, report->report_id);
    (void)sqlite3_bind_int64(statement, 4, report->begin_s);
    (void)sqlite3_bind_int64(statement, 5, report->end_s);
    bind_text(statement, 6, report->contact);
    (void)sqlite3_bind_int(statement, 7, report->is_whole);
    return step(reports, STATEMENT_TLS_END, err) && keep(reports, err);
}

bool
reports_add_complaint(struct reports *reports, const struct complaint *complaint,
                      bool *ret_is_known, struct err *err)
{
    sqlite3_stmt *statement = reports->statements[STATEMENT_COMPLAINT];
    const struct str columns[] = {
        complaint->path,        complaint->kind,      complaint->reporter,  complaint->source_ip,
        complaint->domain,      complaint->mail_from, complaint->recipient, complaint->auth_failure,
        complaint->result,      complaint->from,      complaint->subject,   complaint->message_id,
        complaint->unsubscribe,
    };

    (void)sqlite3_bind_int64(statement, 1, (int64_t)complaint->fingerprint);
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        bind_text(statement, (int)i + 2, columns[i]);
    (void)sqlite3_bind_int64(statement, 15, complaint->arrival_s);
    (void)sqlite3_bind_int64(statement, 16, (int64_t)complaint->count);
    if (!step(reports, STATEMENT_COMPLAINT, err))
        return false;
    *ret_is_known = sqlite3_changes(reports->database) == 0;
    return true;
}
