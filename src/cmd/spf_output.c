#include "cmd/spf_output.h"

#include "base/json.h"
#include "report/escape.h"

#define TERM_COLUMNS 44

/* ---- text ---- */

static const char *
says(enum spf_result result)
{
    switch (result) {
    case SPF_NONE:
        return "nothing says who may send";
    case SPF_NEUTRAL:
        return "the record does not say whether this client may send";
    case SPF_PASS:
        return "this client may send";
    case SPF_FAIL:
        return "this client may not send";
    case SPF_SOFTFAIL:
        return "this client should probably not send";
    case SPF_TEMPERROR:
        return "the DNS did not answer; try again later";
    case SPF_PERMERROR:
        return "the record is wrong, and receivers may ignore or reject it";
    case SPF_PENDING:
        break;
    }
    return "answers are missing";
}

static void
write_line(struct buf *out, const char *label, struct str text)
{
    buf_printf(out, "  %-12s", label);
    (void)escape_terminal(out, text, 0);
    buf_add_char(out, '\n');
}

static void
write_indent(struct buf *out, uint32_t depth)
{
    for (uint32_t i = 0; i <= depth; i++)
        buf_add_cstr(out, "  ");
}

static void
write_questions(struct buf *out, const struct spf_trace *trace, uint32_t visit, uint32_t depth)
{
    for (uint32_t i = 0; i < trace->question_count; i++) {
        const struct spf_question *question = &trace->questions[i];

        if (question->visit != visit)
            continue;
        write_indent(out, depth);
        buf_printf(out, "  %s ", dns_type_name(question->type));
        (void)escape_terminal(out, question->name, 0);
        buf_printf(out, ": %s", dns_status_name(question->status));
        if (question->count > 1)
            buf_printf(out, ", %u records", question->count);
        buf_add_char(out, '\n');
    }
}

/* A modifier matches nobody: it is followed, or used. */
static const char *
outcome_words(const struct spf_visit *visit)
{
    bool is_match = visit->outcome == SPF_VISIT_MATCH;

    if (is_match && str_starts_nocase(visit->term, STR("redirect=")))
        return "followed";
    if (str_starts_nocase(visit->term, STR("exp=")) && visit->outcome <= SPF_VISIT_MATCH)
        return is_match ? "used" : "cannot be used";
    return spf_outcome_name(visit->outcome);
}

static void
write_visits(struct buf *out, const struct spf_trace *trace)
{
    struct str domain = STR_EMPTY;

    write_questions(out, trace, SPF_NO_VISIT, 0);
    for (uint32_t i = 0; i < trace->visit_count; i++) {
        const struct spf_visit *visit = &trace->visits[i];
        size_t columns;

        if (!str_eq(domain, visit->domain)) {
            write_indent(out, visit->depth);
            (void)escape_terminal(out, visit->domain, 0);
            buf_add_cstr(out, ":\n");
            domain = visit->domain;
        }
        write_indent(out, visit->depth);
        buf_add_cstr(out, "  ");
        columns = escape_terminal(out, visit->term, 0) + visit->depth * 2;
        buf_printf(out, "%*s  %s\n", columns < TERM_COLUMNS ? (int)(TERM_COLUMNS - columns) : 0, "",
                   outcome_words(visit));
        write_questions(out, trace, i, visit->depth + 1);
    }
    if (trace->lost)
        buf_printf(out, "  and %u more\n", trace->lost);
}

void
spf_output_text(struct buf *out, const struct spf_request *request,
                const struct spf_verdict *verdict, const struct spf_trace *trace)
{
    buf_printf(out, "%s: %s\n", spf_result_name(verdict->result), says(verdict->result));
    write_line(out, "client", request->ip);
    if (verdict->sender.len) {
        write_line(out, "sender", verdict->sender);
        write_line(out, "checked", request->mail_from.len ? STR("MAIL FROM") : STR("HELO"));
    }
    if (verdict->result == SPF_FAIL)
        write_line(out, verdict->is_default ? "explained" : "owner says", verdict->explanation);
    if (verdict->problem.len)
        write_line(out, "because", verdict->problem);
    if (verdict->place.len)
        write_line(out, "term", verdict->place);
    buf_printf(out, "  %-12s%u of %d, without an answer %u of %d\n", "lookups", verdict->lookups,
               SPF_LOOKUPS_MAX, verdict->voids, SPF_VOIDS_MAX);
    if (trace->question_count) {
        buf_add_char(out, '\n');
        write_visits(out, trace);
    }
}

/* ---- JSON ---- */

static void
write_json_questions(struct json *json, const struct spf_trace *trace, uint32_t visit)
{
    json_array(json, "questions");
    for (uint32_t i = 0; i < trace->question_count; i++) {
        const struct spf_question *question = &trace->questions[i];

        if (question->visit != visit)
            continue;
        json_object(json, NULL);
        json_string(json, "name", question->name);
        json_string(json, "type", str_from_cstr(dns_type_name(question->type)));
        json_string(json, "status", str_from_cstr(dns_status_name(question->status)));
        json_integer(json, "records", question->count);
        json_end(json);
    }
    json_end(json);
}

static void
write_json_visits(struct json *json, const struct spf_trace *trace)
{
    write_json_questions(json, trace, SPF_NO_VISIT);
    json_array(json, "visits");
    for (uint32_t i = 0; i < trace->visit_count; i++) {
        const struct spf_visit *visit = &trace->visits[i];

        json_object(json, NULL);
        json_string(json, "term", visit->term);
        json_string(json, "domain", visit->domain);
        json_integer(json, "depth", visit->depth);
        json_string(json, "outcome", str_from_cstr(spf_outcome_name(visit->outcome)));
        write_json_questions(json, trace, i);
        json_end(json);
    }
    json_end(json);
    json_integer(json, "lost", trace->lost);
}

void
spf_output_json(struct buf *out, const struct spf_request *request,
                const struct spf_verdict *verdict, const struct spf_trace *trace)
{
    struct json json;

    json_init(&json, out);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    json_string(&json, "result", str_from_cstr(spf_result_name(verdict->result)));
    if (verdict->result == SPF_FAIL)
        json_string(&json, "explanation", verdict->explanation);
    else
        json_null(&json, "explanation");
    json_bool(&json, "explanation_is_default", verdict->is_default);
    json_string(&json, "ip", request->ip);
    json_string(&json, "identity", request->mail_from.len ? STR("mailfrom") : STR("helo"));
    json_string_or_null(&json, "sender", verdict->sender);
    json_string_or_null(&json, "domain", verdict->domain);
    json_string_or_null(&json, "problem", verdict->problem);
    json_string_or_null(&json, "term", verdict->place);
    json_integer(&json, "lookups", verdict->lookups);
    json_integer(&json, "voids", verdict->voids);
    write_json_visits(&json, trace);
    json_end(&json);
    buf_add_char(out, '\n');
}
