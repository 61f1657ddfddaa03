#include "report/dmarc_check.h"

#include "base/json.h"
#include "report/escape.h"

static const char *
existence_name(enum dmarc_existence existence)
{
    switch (existence) {
    case DMARC_EXISTS:
        return "exists";
    case DMARC_ABSENT:
        return "does not exist";
    case DMARC_UNKNOWN:
    case DMARC_EXISTENCE_PENDING:
        break;
    }
    return "existence unknown";
}

/* ---- text ---- */

static void
add_escaped(struct buf *out, struct str text)
{
    (void)escape_terminal(out, text, 0);
}

static void
write_step(struct buf *out, const struct dmarc_step *step)
{
    buf_add_cstr(out, "  _dmarc.");
    add_escaped(out, step->domain);
    buf_add_cstr(out, "  ");
    if (step->record)
        add_escaped(out, step->text);
    else if (step->record_count > 1)
        buf_printf(out, "(%u records: discarded)", step->record_count);
    else if (step->status == DNS_FOUND)
        buf_add_cstr(out, "(no DMARC record among its texts)");
    else
        buf_printf(out, "(%s)", dns_status_name(step->status));
    buf_add_char(out, '\n');
}

static void
write_policy(struct buf *out, const struct dmarc_review *review)
{
    const struct dmarc_record *record = dmarc_review_record(review);

    if (!record) {
        buf_add_cstr(out, review->walk.status == DMARC_WALK_DONE
                              ? "  policy        none: no record applies\n"
                              : "  policy        unknown: the DNS did not answer\n");
        return;
    }
    if (record->is_void) {
        buf_add_cstr(out, "  policy        none: receivers ignore the record\n");
        return;
    }
    buf_printf(out, "  policy        %s, from %s= at _dmarc.", dmarc_policy_name(review->policy),
               dmarc_tag_name(review->tag));
    add_escaped(out, review->walk.steps[review->policy_step].domain);
    if (review->applied != review->policy)
        buf_printf(out, "; applied as %s because of t=y", dmarc_policy_name(review->applied));
    buf_printf(out, "\n  alignment     DKIM %s, SPF %s\n",
               record->is_dkim_strict ? "strict" : "relaxed",
               record->is_spf_strict ? "strict" : "relaxed");
}

static void
write_organisation(struct buf *out, const struct dmarc_review *review, const char *list_name)
{
    buf_add_cstr(out, "  organisation  ");
    if (review->walk.organizational.len)
        add_escaped(out, review->walk.organizational);
    else
        buf_add_cstr(out, "unknown");
    buf_add_cstr(out, " by the tree walk (RFC 9989)\n                ");
    if (review->listed.len)
        add_escaped(out, review->listed);
    else
        buf_add_cstr(out, "none");
    buf_printf(out, " by the public suffix list (%s)\n", list_name);
}

static void
write_targets(struct buf *out, const struct dmarc_review *review)
{
    static const char *const words[] = {
        "of the same organisation",
        "takes reports about others, and says so",
        "DOES NOT say that it takes them",
        "could not be asked",
        "no mailbox: most reporters ignore it",
        "not asked yet",
    };

    for (uint32_t i = 0; i < review->target_count; i++) {
        const struct dmarc_report_target *target = &review->targets[i];

        buf_printf(out, "  %s           ", target->tag);
        add_escaped(out, target->uri->text);
        buf_printf(out, ": %s", words[target->status]);
        if (target->override.len) {
            buf_add_cstr(out, ", wanted at ");
            add_escaped(out, target->override);
        }
        buf_add_char(out, '\n');
    }
}

/* Whether the record to publish is that of the next problem, too: then it is shown once. */
static bool
is_fix_repeated(const struct dmarc_review *review, uint32_t i)
{
    return i + 1 < review->problem_count &&
           str_eq(review->problems[i].fix_name, review->problems[i + 1].fix_name) &&
           str_eq(review->problems[i].fix_value, review->problems[i + 1].fix_value);
}

static void
write_problems(struct buf *out, const struct dmarc_review *review)
{
    for (uint32_t i = 0; i < review->problem_count; i++) {
        const struct dmarc_problem *problem = &review->problems[i];

        buf_printf(out, "%s%s ", i ? "" : "\n", problem->weight == DMARC_FAULT ? "!" : "-");
        add_escaped(out, problem->text);
        buf_add_char(out, '\n');
        if (problem->fix_name.len == 0 || is_fix_repeated(review, i))
            continue;
        buf_add_cstr(out, "    publish  ");
        add_escaped(out, problem->fix_name);
        buf_add_cstr(out, "  TXT  \"");
        add_escaped(out, problem->fix_value);
        buf_add_cstr(out, "\"\n");
    }
}

void
dmarc_check_text(const struct dmarc_review *review, const char *list_name, struct buf *out)
{
    add_escaped(out, review->domain);
    buf_printf(out, " (%s)\n", existence_name(review->existence));
    write_policy(out, review);
    write_organisation(out, review, list_name);
    write_targets(out, review);
    buf_add_cstr(out, "\nAsked\n");
    for (uint32_t i = 0; i < review->walk.step_count; i++)
        write_step(out, &review->walk.steps[i]);
    write_problems(out, review);
}

/* ---- JSON ---- */

static void
write_json_walk(struct json *json, const struct dmarc_review *review)
{
    json_array(json, "walk");
    for (uint32_t i = 0; i < review->walk.step_count; i++) {
        const struct dmarc_step *step = &review->walk.steps[i];

        json_object(json, NULL);
        json_string(json, "domain", step->domain);
        json_string(json, "status", str_from_cstr(dns_status_name(step->status)));
        json_integer(json, "records", step->record_count);
        json_string_or_null(json, "text", step->text);
        json_end(json);
    }
    json_end(json);
}

static void
write_json_policy(struct json *json, const struct dmarc_review *review)
{
    const struct dmarc_record *record = dmarc_review_record(review);

    if (!record) {
        json_null(json, "policy");
        return;
    }
    json_object(json, "policy");
    json_string(json, "domain", review->walk.steps[review->policy_step].domain);
    json_string(json, "tag", str_from_cstr(dmarc_tag_name(review->tag)));
    json_string(json, "published", str_from_cstr(dmarc_policy_name(review->policy)));
    json_string(json, "applied", str_from_cstr(dmarc_policy_name(review->applied)));
    json_bool(json, "ignored", record->is_void);
    json_bool(json, "test", record->is_test);
    json_string(json, "adkim", record->is_dkim_strict ? STR("s") : STR("r"));
    json_string(json, "aspf", record->is_spf_strict ? STR("s") : STR("r"));
    json_end(json);
}

static void
write_json_targets(struct json *json, const struct dmarc_review *review)
{
    json_array(json, "reports");
    for (uint32_t i = 0; i < review->target_count; i++) {
        const struct dmarc_report_target *target = &review->targets[i];

        json_object(json, NULL);
        json_string(json, "tag", str_from_cstr(target->tag));
        json_string(json, "uri", target->uri->text);
        json_string(json, "status", str_from_cstr(dmarc_destination_status(target->status)));
        json_string_or_null(json, "override", target->override);
        json_end(json);
    }
    json_end(json);
}

static void
write_json_problems(struct json *json, const struct dmarc_review *review)
{
    json_array(json, "problems");
    for (uint32_t i = 0; i < review->problem_count; i++) {
        const struct dmarc_problem *problem = &review->problems[i];

        json_object(json, NULL);
        json_string(json, "code", str_from_cstr(problem->code));
        json_string(json, "weight", problem->weight == DMARC_FAULT ? STR("fault") : STR("note"));
        json_string(json, "text", problem->text);
        json_string_or_null(json, "name", problem->fix_name);
        json_string_or_null(json, "value", problem->fix_value);
        json_end(json);
    }
    json_end(json);
}

void
dmarc_check_json(const struct dmarc_review *review, const char *list_name, struct buf *out)
{
    struct json json;

    json_init(&json, out);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    json_string(&json, "domain", review->domain);
    if (review->existence == DMARC_EXISTS || review->existence == DMARC_ABSENT)
        json_bool(&json, "exists", review->existence == DMARC_EXISTS);
    else
        json_null(&json, "exists");
    json_string_or_null(&json, "organizational_domain", review->walk.organizational);
    json_string_or_null(&json, "listed_domain", review->listed);
    json_string(&json, "list", str_from_cstr(list_name));
    write_json_policy(&json, review);
    write_json_walk(&json, review);
    write_json_targets(&json, review);
    write_json_problems(&json, review);
    json_end(&json);
    buf_add_char(out, '\n');
}
