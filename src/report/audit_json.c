#include "base/civil.h"
#include "base/json.h"
#include "report/audit_report.h"

static void
write_moment(struct json *json, int64_t utc_s)
{
    char text[32];

    civil_write_utc(utc_s, text);
    json_string(json, "generated", str_from_cstr(text));
}

static void
write_fix(const struct audit_fix *fix, struct json *json)
{
    struct buf paste;

    buf_init(&paste, (size_t)256 * 1024);
    audit_report_paste(fix, &paste);
    json_object(json, NULL);
    json_string(json, "kind", str_from_cstr(audit_fix_kind_name(fix->kind)));
    json_string_or_null(json, "program", str_from_cstr(audit_program_name(fix->program)));
    json_string_or_null(json, "where", fix->where);
    json_string_or_null(json, "name", fix->name);
    json_string(json, "value", fix->value);
    json_string_or_null(json, "old", fix->old);
    json_string_or_null(json, "paste", buf_str(&paste));
    json_bool(json, "safe", fix->is_safe);
    json_end(json);
    buf_done(&paste);
}

static void
write_finding(const struct audit_finding *finding, struct json *json)
{
    json_object(json, NULL);
    json_string(json, "area", str_from_cstr(audit_area_name(finding->area)));
    json_string(json, "check", str_from_cstr(finding->check));
    json_string(json, "outcome", str_from_cstr(audit_outcome_name(finding->outcome)));
    json_string(json, "subject", finding->subject);
    json_string(json, "title", finding->title);
    json_string_or_null(json, "place", finding->place);
    json_string_or_null(json, "seen", finding->seen);
    json_string_or_null(json, "why", finding->why);
    json_array(json, "fixes");
    for (uint32_t i = 0; i < finding->fix_count; i++)
        write_fix(&finding->fixes[i], json);
    json_end(json);
    json_end(json);
}

void
audit_report_json(const struct audit_report *report, struct buf *buf)
{
    struct json json;

    json_init(&json, buf);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    json_string_or_null(&json, "host", report->host);
    write_moment(&json, report->generated_s);
    json_array(&json, "subjects");
    for (uint32_t i = 0; i < report->subject_count; i++)
        json_string(&json, NULL, report->subjects[i]);
    json_end(&json);
    json_object(&json, "counts");
    for (int outcome = AUDIT_CRITICAL; outcome >= AUDIT_FINE; outcome--)
        json_integer(&json, audit_outcome_name((enum audit_outcome)outcome),
                     audit_report_count(report, (enum audit_outcome)outcome));
    json_integer(&json, "lost", report->audit->lost);
    json_end(&json);
    json_array(&json, "findings");
    for (uint32_t i = 0; i < report->audit->count; i++)
        write_finding(&report->audit->list[i], &json);
    json_end(&json);
    json_string_or_null(&json, "suggestions", report->suggestions);
    json_end(&json);
    buf_add(buf, STR("\n"));
}
