#include "store/reports_answers.h"

#include "store/reports_parts.h"

struct answer {
    struct reports *reports;
    const struct reports_question *question;
    struct arena *arena;
    struct feedback_result *result;
    struct err *err;
};

static struct str
column(sqlite3_stmt *statement, int number)
{
    const unsigned char *text = sqlite3_column_text(statement, number);
    int len = sqlite3_column_bytes(statement, number);

    return text && len > 0 ? (struct str){(const char *)text, (size_t)len} : STR_EMPTY;
}

static uint64_t
column_count(sqlite3_stmt *statement, int number)
{
    int64_t count = sqlite3_column_int64(statement, number);

    return count > 0 ? (uint64_t)count : 0;
}

static bool
ask(struct answer *answer, const char *sql, sqlite3_stmt **ret_statement)
{
    return sqlite3_prepare_v2(answer->reports->database, sql, -1, ret_statement, NULL) ==
               SQLITE_OK ||
           reports_fail(answer->reports, answer->err);
}

/* The next row; at the end, or on failure, the statement is gone. */
static bool
next(struct answer *answer, sqlite3_stmt *statement, bool *ret_is_good)
{
    int code = sqlite3_step(statement);

    if (code == SQLITE_ROW)
        return true;
    *ret_is_good = code == SQLITE_DONE || reports_fail(answer->reports, answer->err);
    sqlite3_finalize(statement);
    return false;
}

static void
bind_name(sqlite3_stmt *statement, struct str name)
{
    (void)sqlite3_bind_text64(statement, 1, name.len ? name.data : "", name.len, SQLITE_STATIC,
                              SQLITE_UTF8);
}

/* --- senders --- */

static bool
learn_keys(struct answer *answer, struct senders *senders)
{
    sqlite3_stmt *statement;
    bool is_good;

    if (!ask(answer,
             "SELECT DISTINCT r.domain, w.dkim_domain, w.dkim_selector FROM rows w JOIN reports r "
             "ON r.id = w.report WHERE w.is_dkim AND w.is_spf LIMIT 10000",
             &statement))
        return false;
    while (next(answer, statement, &is_good))
        senders_know_key(senders, column(statement, 0), column(statement, 1), column(statement, 2));
    return is_good;
}

static bool
read_rows(struct answer *answer, struct senders *senders)
{
    sqlite3_stmt *statement;
    bool is_good;

    if (!ask(answer,
             "SELECT r.domain, w.address, w.header_from, w.disposition, w.dkim_domain, "
             "w.dkim_selector, w.dkim_result, w.spf_domain, w.spf_result, w.is_dkim, w.is_spf, "
             "w.reasons, w.count, r.begin_s, r.end_s FROM rows w JOIN reports r ON r.id = w.report "
             "WHERE ?1 = '' OR r.domain = ?1 ORDER BY r.domain, w.address",
             &statement))
        return false;
    bind_name(statement, answer->question->domain);
    while (next(answer, statement, &is_good)) {
        struct sender_row row = {
            .domain = column(statement, 0),
            .address = column(statement, 1),
            .header_from = column(statement, 2),
            .disposition = column(statement, 3),
            .dkim_domain = column(statement, 4),
            .dkim_selector = column(statement, 5),
            .dkim_result = column(statement, 6),
            .spf_domain = column(statement, 7),
            .spf_result = column(statement, 8),
            .is_dkim_aligned = sqlite3_column_int(statement, 9) != 0,
            .is_spf_aligned = sqlite3_column_int(statement, 10) != 0,
            .reasons = (uint32_t)sqlite3_column_int(statement, 11),
            .count = column_count(statement, 12),
            .begin_s = sqlite3_column_int64(statement, 13),
            .end_s = sqlite3_column_int64(statement, 14),
        };

        senders_add(senders, &row);
    }
    return is_good;
}

static bool
find_senders(struct answer *answer)
{
    struct senders *senders = senders_new(answer->question->own, answer->question->own_count);
    struct feedback_result *result = answer->result;
    struct sender_domain *sums;
    uint32_t count;
    bool is_good = learn_keys(answer, senders) && read_rows(answer, senders);

    if (is_good && senders_finish(senders, answer->arena, &sums, &count)) {
        result->domains = arena_array(answer->arena, count + 1, sizeof(struct feedback_domain));
        is_good = result->domains != NULL;
        for (uint32_t i = 0; is_good && i < count; i++)
            result->domains[i] = (struct feedback_domain){.sums = sums[i]};
        result->domain_count = is_good ? count : 0;
        result->lost = senders_lost(senders);
    } else if (is_good) {
        is_good = false;
    }
    if (!is_good && answer->err->text[0] == '\0')
        (void)err_set(answer->err, ERR_LIMIT, "there is too much to show; use --domain");
    senders_free(senders);
    return is_good;
}

/* --- each domain --- */

static struct str
keep(struct answer *answer, struct str text)
{
    return arena_str(answer->arena, text);
}

/* What the newest report says is published, and the address that most reports came to. */
static bool
read_policy(struct answer *answer, struct feedback_domain *domain)
{
    sqlite3_stmt *statement;
    bool is_good;

    if (!ask(answer,
             "SELECT p, sp, np, adkim, aspf, fo, testing, (SELECT recipient FROM reports WHERE "
             "domain = ?1 AND recipient <> '' GROUP BY recipient ORDER BY COUNT(*) DESC, recipient "
             "LIMIT 1) FROM reports WHERE "
             "domain = ?1 ORDER BY end_s DESC, id LIMIT 1",
             &statement))
        return false;
    bind_name(statement, domain->sums.name);
    while (next(answer, statement, &is_good))
        domain->policy = (struct move_policy){
            .p = keep(answer, column(statement, 0)),
            .sp = keep(answer, column(statement, 1)),
            .np = keep(answer, column(statement, 2)),
            .adkim = keep(answer, column(statement, 3)),
            .aspf = keep(answer, column(statement, 4)),
            .fo = keep(answer, column(statement, 5)),
            .testing = keep(answer, column(statement, 6)),
            .recipient = keep(answer, column(statement, 7)),
        };
    return is_good;
}

static bool
count_reports(struct answer *answer, struct feedback_domain *domain)
{
    sqlite3_stmt *statement;
    bool is_good;

    if (!ask(answer, "SELECT COUNT(*), COUNT(DISTINCT org) FROM reports WHERE domain = ?1",
             &statement))
        return false;
    bind_name(statement, domain->sums.name);
    while (next(answer, statement, &is_good)) {
        domain->report_count = column_count(statement, 0);
        domain->reporter_count = column_count(statement, 1);
    }
    return is_good;
}

/* A report counts for the day that most of its period lies in. */
static bool
read_days(struct answer *answer, struct feedback_domain *domain)
{
    struct feedback_day *days =
        arena_array(answer->arena, FEEDBACK_DAYS_MAX, sizeof(struct feedback_day));
    sqlite3_stmt *statement;
    bool is_good;

    if (!days)
        return err_set(answer->err, ERR_LIMIT, "there are too many domains; use --domain");
    if (!ask(answer,
             "SELECT (r.begin_s + r.end_s) / 172800 AS day, SUM(CASE WHEN w.is_dkim OR w.is_spf "
             "THEN w.count ELSE 0 END), SUM(w.count) FROM reports r JOIN rows w ON w.report = r.id "
             "WHERE r.domain = ?1 AND r.begin_s > 0 AND r.end_s >= r.begin_s GROUP BY day ORDER BY "
             "day DESC LIMIT 400",
             &statement))
        return false;
    bind_name(statement, domain->sums.name);
    while (next(answer, statement, &is_good)) {
        uint64_t passed = column_count(statement, 1), all = column_count(statement, 2);

        days[domain->day_count++] =
            (struct feedback_day){sqlite3_column_int64(statement, 0), passed, all - passed};
    }
    for (uint32_t i = 0; i < domain->day_count / 2; i++) { /* the oldest first */
        struct feedback_day day = days[i];

        days[i] = days[domain->day_count - 1 - i];
        days[domain->day_count - 1 - i] = day;
    }
    domain->days = days;
    return is_good;
}

static bool
answer_domains(struct answer *answer)
{
    if (!find_senders(answer))
        return false;
    for (uint32_t i = 0; i < answer->result->domain_count; i++) {
        struct feedback_domain *domain = &answer->result->domains[i];

        if (!read_policy(answer, domain) || !count_reports(answer, domain) ||
            !read_days(answer, domain))
            return false;
        domain->move = move_of(&domain->sums, &domain->policy, domain->day_count, answer->arena);
    }
    return true;
}

/* --- TLS --- */

static bool
read_tls_failures(struct answer *answer, struct feedback_tls *tls)
{
    sqlite3_stmt *statement;
    bool is_good;

    tls->details =
        arena_array(answer->arena, FEEDBACK_TLS_MAX, sizeof(struct feedback_tls_failure));
    if (!tls->details)
        return err_set(answer->err, ERR_LIMIT, "there are too many domains; use --domain");
    if (!ask(answer,
             "SELECT f.type, f.host, f.reason, r.org, SUM(f.count) AS total, COUNT(DISTINCT r.org) "
             "FROM tls_failures f JOIN tls_policies p ON p.report = f.report AND p.number = "
             "f.policy JOIN tls_reports r ON r.id = f.report WHERE p.domain = ?1 GROUP BY f.type, "
             "f.host, f.reason ORDER BY total DESC, f.type, f.host LIMIT 500",
             &statement))
        return false;
    bind_name(statement, tls->domain);
    while (next(answer, statement, &is_good))
        tls->details[tls->detail_count++] = (struct feedback_tls_failure){
            .type = keep(answer, column(statement, 0)),
            .host = keep(answer, column(statement, 1)),
            .reason = keep(answer, column(statement, 2)),
            .reporter = keep(answer, column(statement, 3)),
            .count = column_count(statement, 4),
            .reporter_count = column_count(statement, 5),
        };
    return is_good;
}

static bool
answer_tls(struct answer *answer)
{
    struct feedback_result *result = answer->result;
    sqlite3_stmt *statement;
    bool is_good;

    result->tls = arena_array(answer->arena, FEEDBACK_TLS_MAX, sizeof(struct feedback_tls));
    if (!result->tls)
        return err_set(answer->err, ERR_LIMIT, "there are too many domains; use --domain");
    if (!ask(answer,
             "SELECT p.domain, group_concat(DISTINCT p.type), SUM(p.successes), SUM(p.failures) AS "
             "failed, COUNT(DISTINCT r.id), MIN(r.begin_s), MAX(r.end_s) FROM tls_policies p JOIN "
             "tls_reports r ON r.id = p.report WHERE ?1 = '' OR p.domain = ?1 GROUP BY p.domain "
             "ORDER BY failed DESC, p.domain LIMIT 500",
             &statement))
        return false;
    bind_name(statement, answer->question->domain);
    while (next(answer, statement, &is_good))
        result->tls[result->tls_domain_count++] = (struct feedback_tls){
            .domain = keep(answer, column(statement, 0)),
            .policies = keep(answer, str_first(column(statement, 1), 200)),
            .successes = column_count(statement, 2),
            .failures = column_count(statement, 3),
            .report_count = column_count(statement, 4),
            .first_s = sqlite3_column_int64(statement, 5),
            .last_s = sqlite3_column_int64(statement, 6),
        };
    for (uint32_t i = 0; is_good && i < result->tls_domain_count; i++)
        is_good = read_tls_failures(answer, &result->tls[i]);
    return is_good;
}

/* --- complaints --- */

static bool
answer_complaints(struct answer *answer)
{
    struct feedback_result *result = answer->result;
    sqlite3_stmt *statement;
    bool is_good;

    result->complaints =
        arena_array(answer->arena, FEEDBACK_COMPLAINTS_MAX, sizeof(struct feedback_complaint));
    if (!result->complaints)
        return err_set(answer->err, ERR_LIMIT, "there are too many complaints");
    if (!ask(answer,
             "SELECT path, kind, reporter, source, domain, mail_from, recipient, auth_failure, "
             "result, sender, subject, message_id, unsubscribe, arrival_s, count, fingerprint, "
             "COUNT(*) OVER () FROM complaints WHERE ?1 = '' OR domain = ?1 OR domain LIKE '%.' || "
             "?1 ORDER BY arrival_s DESC, fingerprint LIMIT 1000",
             &statement))
        return false;
    bind_name(statement, answer->question->domain);
    while (next(answer, statement, &is_good)) {
        struct complaint *about = &result->complaints[result->complaint_shown++].about;
        struct str *const texts[] = {
            &about->path,        &about->kind,      &about->reporter,  &about->source_ip,
            &about->domain,      &about->mail_from, &about->recipient, &about->auth_failure,
            &about->result,      &about->from,      &about->subject,   &about->message_id,
            &about->unsubscribe,
        };

        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
            *texts[i] = keep(answer, column(statement, (int)i));
        about->arrival_s = sqlite3_column_int64(statement, 13);
        about->count = column_count(statement, 14);
        about->fingerprint = (uint64_t)sqlite3_column_int64(statement, 15);
        result->complaints_stored = column_count(statement, 16);
    }
    return is_good;
}

bool
reports_answer(struct reports *reports, const struct reports_question *question,
               struct arena *arena, struct feedback_result *result, struct err *err)
{
    struct answer answer = {reports, question, arena, result, err};

    err->text[0] = '\0';
    return answer_domains(&answer) && answer_tls(&answer) && answer_complaints(&answer);
}
