#include <stdlib.h>

#include "cmd/dmarc_reports_parts.h"
#include "mail/evidence.h"
#include "source/file.h"

#define BLOCK 65536

/* One report on its way into the database. */
struct taking {
    struct intake *intake;
    bool is_known, is_started;
};

static bool
on_begin(void *context, const struct aggregate_report *report)
{
    struct taking *taking = context;
    struct err err;

    if (!reports_start(taking->intake->reports, report, &taking->is_known, &err))
        return intake_fail(taking->intake, &err);
    taking->is_started = !taking->is_known;
    return taking->is_started;
}

static bool
on_row(void *context, const struct aggregate_report *report, const struct aggregate_row *row)
{
    struct taking *taking = context;
    struct row_facts facts = row_facts_of(report->domain, row);
    struct err err;

    return reports_add_row(taking->intake->reports, row, &facts, &err) ||
           intake_fail(taking->intake, &err);
}

static void
tell_cut(struct intake *intake, struct str member, const struct aggregate_report *report,
         const struct err *reading)
{
    struct err err;

    if (reading)
        err = *reading;
    else
        (void)err_set(&err, ERR_SYNTAX, "it is cut off or broken after %llu rows; those were read",
                      (unsigned long long)report->row_count);
    intake_problem(intake, member, &err);
}

static void
end_aggregate(struct taking *taking, struct aggregate *aggregate, struct str member,
              const struct err *reading)
{
    struct intake *intake = taking->intake;
    const struct aggregate_report *report = aggregate_report(aggregate);
    struct err err;
    bool is_good = aggregate_finish(aggregate, &err);

    if (intake->has_failed)
        return;
    if (!is_good) {
        reports_drop(intake->reports);
        intake_problem(intake, member, reading ? reading : &err);
        return;
    }
    if (taking->is_started &&
        !reports_end(intake->reports, report, intake->recipient, &taking->is_known, &err)) {
        (void)intake_fail(intake, &err);
        return;
    }
    intake->found++;
    if (report->deviations[AGGREGATE_CUT])
        tell_cut(intake, member, report, reading);
    if (taking->is_known) {
        intake->result->known_count++;
        return;
    }
    intake->result->aggregate_count++;
    intake->result->row_count += report->row_count;
    for (int i = 0; i < AGGREGATE_DEVIATION_COUNT; i++)
        intake->deviations[i] += report->deviations[i] > 0;
}

static void
read_aggregate(struct intake *intake, struct unpack_document *document)
{
    struct taking taking = {.intake = intake};
    struct aggregate *aggregate = aggregate_new(
        (struct aggregate_handler){.begin = on_begin, .row = on_row, .context = &taking});
    char *block = malloc(BLOCK);
    struct err err, ignored;
    size_t len = 1;
    bool is_read = true;

    if (!block)
        abort();
    while (len > 0 && is_read && !aggregate_is_stopped(aggregate)) {
        is_read = unpack_next(document, block, BLOCK, &len, &err);
        if (is_read && !aggregate_feed(aggregate, (struct str){block, len}, &ignored))
            break; /* aggregate_finish says why */
    }
    end_aggregate(&taking, aggregate, unpack_name(document), is_read ? NULL : &err);
    free(block);
    aggregate_free(aggregate);
}

/* --- TLS reports --- */

static bool
on_tls_policy(void *context, const struct tlsrpt_report *report, const struct tlsrpt_policy *policy)
{
    struct taking *taking = context;
    struct err err;

    (void)report;
    return reports_tls_policy(taking->intake->reports, policy, &err) ||
           intake_fail(taking->intake, &err);
}

static bool
on_tls_failure(void *context, const struct tlsrpt_report *report,
               const struct tlsrpt_failure *failure)
{
    struct taking *taking = context;
    struct err err;

    (void)report;
    return reports_tls_failure(taking->intake->reports, failure, &err) ||
           intake_fail(taking->intake, &err);
}

static void
end_tls(struct taking *taking, struct tlsrpt *tlsrpt, struct str member, const struct err *reading)
{
    struct intake *intake = taking->intake;
    const struct tlsrpt_report *report = tlsrpt_report(tlsrpt);
    struct err err;
    bool is_good = tlsrpt_finish(tlsrpt, &err);

    if (intake->has_failed)
        return;
    if (!is_good) {
        reports_drop(intake->reports);
        intake_problem(intake, member, reading ? reading : &err);
        return;
    }
    if (!reports_tls_end(intake->reports, report, &taking->is_known, &err)) {
        (void)intake_fail(intake, &err);
        return;
    }
    intake->found++;
    if (taking->is_known) {
        intake->result->known_count++;
        return;
    }
    if (report->deviations[TLSRPT_CUT]) {
        (void)err_set(&err, ERR_SYNTAX, "it is cut off; what came before was read");
        intake_problem(intake, member, reading ? reading : &err);
    }
    intake->result->tls_count++;
    for (int i = 0; i < TLSRPT_DEVIATION_COUNT; i++)
        intake->tls_deviations[i] += report->deviations[i] > 0;
}

static void
read_tls(struct intake *intake, struct unpack_document *document)
{
    struct taking taking = {.intake = intake};
    struct tlsrpt *tlsrpt = tlsrpt_new((struct tlsrpt_handler){
        .policy = on_tls_policy, .failure = on_tls_failure, .context = &taking});
    char *block = malloc(BLOCK);
    struct err err, ignored;
    size_t len = 1;
    bool is_read = true;

    if (!block)
        abort();
    if (!reports_tls_start(intake->reports, &err)) {
        (void)intake_fail(intake, &err);
        len = 0;
    }
    while (len > 0 && is_read && !intake->has_failed) {
        is_read = unpack_next(document, block, BLOCK, &len, &err);
        if (is_read && !tlsrpt_feed(tlsrpt, (struct str){block, len}, &ignored))
            break; /* tlsrpt_finish says why */
    }
    end_tls(&taking, tlsrpt, unpack_name(document), is_read ? NULL : &err);
    free(block);
    tlsrpt_free(tlsrpt);
}

/* --- what a document is --- */

static bool
is_xml(struct str head)
{
    struct str first = str_first(head, 4096);

    return aggregate_is_likely(head) &&
           (str_index(first, '<') < 512 || str_starts(head, STR("\xff\xfe")) ||
            str_starts(head, STR("\xfe\xff")));
}

bool
intake_is_report(struct str head)
{
    struct str text = str_trim(str_first(head, 8192));

    return file_is_packed(head) || str_starts(head, STR("PK\3\4")) || is_xml(head) ||
           tlsrpt_is_likely(head) || str_starts(text, STR("H4sI")) ||
           str_starts(text, STR("UEsD")) || str_starts(text, STR("PD94"));
}

/* XML that is broken from its first tag on is still told of, as a report that cannot be read. */
static bool
is_meant_as_report(struct str head)
{
    return str_starts(str_trim(str_first(head, 4096)), STR("<?xml"));
}

static void
on_document(void *context, struct unpack_document *document)
{
    struct intake *intake = context;
    struct str head = unpack_head(document);
    struct err err;
    char byte[1];
    size_t len;

    if (intake->has_failed)
        return;
    if (intake->mail_depth == 0 && mail_is_mbox(head))
        intake_read_mbox(intake, document);
    else if (intake->mail_depth == 0 && mail_is_message(head))
        intake_read_mail(intake, document);
    else if (is_xml(head) || is_meant_as_report(head))
        read_aggregate(intake, document);
    else if (tlsrpt_is_likely(head))
        read_tls(intake, document);
    else if (head.len > 0 || unpack_next(document, byte, sizeof(byte), &len, &err))
        intake->result->passed_over++;
    else
        intake_problem(intake, unpack_name(document), &err);
}

static void
on_problem(void *context, struct str name, const struct err *err)
{
    intake_problem(context, name, err);
}

struct unpack_sink
intake_sink(struct intake *intake)
{
    return (struct unpack_sink){on_document, on_problem, intake};
}
