/*
 * feedback_read FILE... - every DMARC and TLS report in the files, as one line of JSON each.
 *
 *     {"file":"001.xml","kind":"dmarc","report_metadata":{...},"record":[...]}
 *
 * A test program: it unpacks and reads as `weir dmarc reports` does, and judges nothing.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "feedback/aggregate.h"
#include "feedback/tlsrpt.h"
#include "mail/evidence.h"
#include "mail/mime.h"
#include "source/unpack.h"

#define ROOM ((size_t)64 * 1024 * 1024)

struct reading {
    const char *path;
    struct json json;
    struct buf buf;
    bool has_list;       /* "record" or "policies" is open */
    struct buf failures; /* of the policy that has not come yet, as JSON */
    struct json failure_json;
};

static void
write_auths(struct json *json, const char *name, const struct aggregate_auth *list, uint32_t count)
{
    json_array(json, name);
    for (uint32_t i = 0; i < count; i++) {
        json_object(json, NULL);
        json_string(json, "domain", list[i].domain);
        json_string(json, "selector", list[i].selector);
        json_string(json, "scope", list[i].scope);
        json_string(json, "result", list[i].result);
        json_string_or_null(json, "human_result", list[i].human_result);
        json_end(json);
    }
    json_end(json);
}

static void
write_extensions(struct json *json, const struct aggregate_extension *list, uint32_t count)
{
    json_array(json, "extensions");
    for (uint32_t i = 0; i < count; i++) {
        json_object(json, NULL);
        json_string(json, "name", list[i].name);
        json_string(json, "definition", list[i].definition);
        json_end(json);
    }
    json_end(json);
}

static bool
on_begin(void *context, const struct aggregate_report *report)
{
    struct reading *reading = context;

    (void)report;
    json_array(&reading->json, "record");
    reading->has_list = true;
    return true;
}

static bool
on_row(void *context, const struct aggregate_report *report, const struct aggregate_row *row)
{
    struct json *json = &((struct reading *)context)->json;

    (void)report;
    json_object(json, NULL);
    json_object(json, "row");
    json_string(json, "source_ip", row->source_ip);
    json_integer(json, "count", (int64_t)row->count);
    json_object(json, "policy_evaluated");
    json_string(json, "disposition", row->disposition);
    json_string(json, "dkim", row->dkim);
    json_string(json, "spf", row->spf);
    json_array(json, "reason");
    for (uint32_t i = 0; i < row->reason_count; i++) {
        json_object(json, NULL);
        json_string(json, "type_", row->reasons[i].type);
        json_string_or_null(json, "comment", row->reasons[i].comment);
        json_end(json);
    }
    json_end(json);
    json_end(json);
    json_end(json);
    json_object(json, "identifiers");
    json_string_or_null(json, "envelope_to", row->envelope_to);
    json_string(json, "envelope_from", row->envelope_from);
    json_string(json, "header_from", row->header_from);
    json_end(json);
    json_object(json, "auth_results");
    write_auths(json, "dkim", row->dkims, row->dkim_count);
    write_auths(json, "spf", row->spfs, row->spf_count);
    json_end(json);
    write_extensions(json, row->extensions, row->extension_count);
    json_end(json);
    return true;
}

static void
write_report(struct json *json, const struct aggregate_report *report)
{
    const struct {
        const char *name;
        struct str value;
    } policy[] = {
        {"domain", report->domain},
        {"version_published", report->version_published},
        {"adkim", report->adkim},
        {"aspf", report->aspf},
        {"p", report->p},
        {"sp", report->sp},
        {"np", report->np},
        {"testing", report->testing},
        {"discovery_method", report->discovery_method},
        {"fo", report->fo},
    };

    json_string_or_null(json, "version", report->version);
    json_object(json, "report_metadata");
    json_string_or_null(json, "org_name", report->org_name);
    json_string_or_null(json, "email", report->email);
    json_string_or_null(json, "extra_contact_info", report->extra_contact_info);
    json_string_or_null(json, "report_id", report->report_id);
    json_string_or_null(json, "generator", report->generator);
    json_object(json, "date_range");
    json_integer(json, "begin", report->begin_s);
    json_integer(json, "end", report->end_s);
    json_end(json);
    json_array(json, "error");
    for (uint32_t i = 0; i < report->error_count; i++)
        json_string(json, NULL, report->errors[i]);
    json_end(json);
    json_end(json);
    json_object(json, "policy_published");
    for (size_t i = 0; i < sizeof(policy) / sizeof(policy[0]); i++)
        json_string_or_null(json, policy[i].name, policy[i].value);
    json_end(json);
    write_extensions(json, report->extensions, report->extension_count);
}

static void
begin_object(struct reading *reading, const char *kind)
{
    buf_reset(&reading->buf);
    json_init(&reading->json, &reading->buf);
    json_object(&reading->json, NULL);
    json_string(&reading->json, "file", str_from_cstr(reading->path));
    json_string(&reading->json, "kind", str_from_cstr(kind));
    reading->has_list = false;
}

static void
end_object(struct reading *reading, bool is_good, const struct err *err)
{
    if (!is_good)
        json_string(&reading->json, "error", str_from_cstr(err->text));
    json_end(&reading->json);
    printf(STR_FMT "\n", STR_ARG(buf_str(&reading->buf)));
}

static void
read_aggregate(struct reading *reading, struct unpack_document *document)
{
    struct aggregate *aggregate =
        aggregate_new((struct aggregate_handler){on_begin, on_row, reading});
    char block[1000];
    struct err err = {.text = ""};
    size_t len = 1;
    bool is_good = true;

    begin_object(reading, "dmarc");
    while (is_good && len > 0) {
        is_good = unpack_next(document, block, sizeof(block), &len, &err) &&
                  aggregate_feed(aggregate, (struct str){block, len}, &err);
    }
    is_good = aggregate_finish(aggregate, &err) && is_good;
    if (reading->has_list)
        json_end(&reading->json);
    write_report(&reading->json, aggregate_report(aggregate));
    end_object(reading, is_good, &err);
    aggregate_free(aggregate);
}

/* --- TLS reports: a failure comes before its policy, and is written behind it --- */

static void
open_failures(struct reading *reading)
{
    buf_reset(&reading->failures);
    json_init(&reading->failure_json, &reading->failures);
    json_array(&reading->failure_json, NULL);
}

static bool
on_failure(void *context, const struct tlsrpt_report *report, const struct tlsrpt_failure *failure)
{
    struct json *json = &((struct reading *)context)->failure_json;

    (void)report;
    json_object(json, NULL);
    json_string_or_null(json, "result-type", failure->result_type);
    json_string_or_null(json, "sending-mta-ip", failure->sending_ip);
    json_string_or_null(json, "receiving-ip", failure->receiving_ip);
    json_string_or_null(json, "receiving-mx-hostname", failure->receiving_host);
    json_string_or_null(json, "receiving-mx-helo", failure->receiving_helo);
    json_string_or_null(json, "additional-information", failure->information);
    json_string_or_null(json, "failure-reason-code", failure->reason_code);
    json_integer(json, "failed-session-count", (int64_t)failure->count);
    json_end(json);
    return true;
}

static void
write_strings(struct json *json, const char *name, const struct str *list, uint32_t count)
{
    json_array(json, name);
    for (uint32_t i = 0; i < count; i++)
        json_string(json, NULL, list[i]);
    json_end(json);
}

static bool
on_policy(void *context, const struct tlsrpt_report *report, const struct tlsrpt_policy *policy)
{
    struct reading *reading = context;
    struct json *json = &reading->json;

    (void)report;
    json_object(json, NULL);
    json_object(json, "policy");
    json_string_or_null(json, "policy-type", policy->type);
    json_string_or_null(json, "policy-domain", policy->domain);
    write_strings(json, "policy-string", policy->strings, policy->string_count);
    write_strings(json, "mx-host", policy->hosts, policy->host_count);
    json_end(json);
    json_object(json, "summary");
    json_integer(json, "total-successful-session-count", (int64_t)policy->success_count);
    json_integer(json, "total-failure-session-count", (int64_t)policy->failure_count);
    json_end(json);
    json_end(&reading->failure_json);
    json_string(json, "failures", buf_str(&reading->failures));
    json_end(json);
    open_failures(reading);
    return true;
}

static void
read_tls(struct reading *reading, struct unpack_document *document)
{
    struct tlsrpt *tlsrpt = tlsrpt_new((struct tlsrpt_handler){on_policy, on_failure, reading});
    const struct tlsrpt_report *report = tlsrpt_report(tlsrpt);
    struct json *json = &reading->json;
    char block[1000];
    struct err err = {.text = ""};
    size_t len = 1;
    bool is_good = true;

    begin_object(reading, "tls");
    open_failures(reading);
    json_array(json, "policies");
    while (is_good && len > 0) {
        is_good = unpack_next(document, block, sizeof(block), &len, &err) &&
                  tlsrpt_feed(tlsrpt, (struct str){block, len}, &err);
    }
    is_good = tlsrpt_finish(tlsrpt, &err) && is_good;
    json_end(json);
    json_string_or_null(json, "organization-name", report->organization);
    json_string_or_null(json, "contact-info", report->contact);
    json_string_or_null(json, "report-id", report->report_id);
    json_object(json, "date-range");
    json_string_or_null(json, "start-datetime", report->start_text);
    json_string_or_null(json, "end-datetime", report->end_text);
    json_end(json);
    end_object(reading, is_good, &err);
    tlsrpt_free(tlsrpt);
}

static void read_mail(struct reading *reading, struct str message);

static void
on_document(void *context, struct unpack_document *document)
{
    struct str head = unpack_head(document);

    if (mail_is_message(head))
        read_mail(context, head); /* those of the suite are smaller than a head */
    else if (aggregate_is_likely(head))
        read_aggregate(context, document);
    else if (tlsrpt_is_likely(head))
        read_tls(context, document);
}

static void
on_problem(void *context, struct str name, const struct err *err)
{
    fprintf(stderr, "%s (" STR_FMT "): %s\n", ((struct reading *)context)->path, STR_ARG(name),
            err->text);
}

static void
read_mail(struct reading *reading, struct str message)
{
    struct arena *arena = arena_new(ROOM);
    struct mime_walk walk;
    struct mime_part part;

    mime_init(&walk, message);
    while (mime_next(&walk, &part)) {
        if (!mime_is(&part, STR("text/")))
            unpack_bytes(mime_text(&part, arena),
                         (struct unpack_sink){on_document, on_problem, reading});
    }
    arena_free(arena);
}

int
main(int argc, char **argv)
{
    struct reading reading = {.path = ""};
    char *room = malloc(ROOM);

    if (!room)
        abort();
    buf_init(&reading.buf, ROOM);
    buf_init(&reading.failures, ROOM);
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");

        if (!file) {
            perror(argv[i]);
            return 2;
        }
        reading.path = argv[i];
        unpack_bytes((struct str){room, fread(room, 1, ROOM, file)},
                     (struct unpack_sink){on_document, on_problem, &reading});
        fclose(file);
    }
    buf_done(&reading.buf);
    buf_done(&reading.failures);
    free(room);
    return 0;
}
