#include "base/civil.h"
#include "base/json.h"
#include "report/dmarc_reports.h"

static void
write_moment(struct json *json, const char *name, int64_t utc_s)
{
    char text[32];

    if (utc_s == 0) {
        json_null(json, name);
        return;
    }
    civil_write_utc(utc_s, text);
    json_string(json, name, str_from_cstr(text));
}

static void
write_count(struct json *json, const char *name, uint64_t count)
{
    json_integer(json, name, (int64_t)count);
}

static void
write_sender(struct json *json, const struct sender_domain *domain,
             const struct dmarc_sender *sender, struct arena *arena)
{
    static const char *const faults[FAULT_COUNT] = {
        [FAULT_NO_SIGNATURE] = "no_signature",
        [FAULT_BROKEN_SIGNATURE] = "broken_signature",
        [FAULT_OTHER_SIGNATURE] = "other_signature",
        [FAULT_SPF_FAIL] = "spf_fail",
        [FAULT_SPF_OTHER] = "spf_other",
    };

    json_object(json, NULL);
    json_string(json, "verdict", str_from_cstr(sender_verdict_name(sender->verdict)));
    json_bool(json, "certain", sender->verdict != SENDER_UNALIGNED || sender->is_certain);
    json_string_or_null(json, "service",
                        sender->service ? str_from_cstr(sender->service->name) : STR_EMPTY);
    json_array(json, "addresses");
    for (uint32_t i = 0; i < sender->address_kept; i++)
        json_string(json, NULL, sender->addresses[i]);
    json_end(json);
    write_count(json, "address_count", sender->address_count);
    write_count(json, "messages", sender->messages);
    write_count(json, "passed", sender->passed);
    write_count(json, "dkim_aligned", sender->dkim_passed);
    write_count(json, "spf_aligned", sender->spf_passed);
    write_count(json, "quarantined", sender->quarantined);
    write_count(json, "rejected", sender->rejected);
    json_string_or_null(json, "dkim_domain", sender->dkim_domain);
    json_string_or_null(json, "dkim_selector", sender->dkim_selector);
    json_string_or_null(json, "spf_domain", sender->spf_domain);
    json_string_or_null(json, "header_from", sender->header_from);
    json_object(json, "faults");
    for (int i = 0; i < FAULT_COUNT; i++)
        write_count(json, faults[i], sender->faults[i]);
    json_end(json);
    write_moment(json, "first", sender->first_s);
    write_moment(json, "last", sender->last_s);
    arena_reset(arena);
    json_string_or_null(json, "fix", move_fix(domain, sender, arena));
    json_end(json);
}

static void
write_policy(struct json *json, const struct move_policy *policy)
{
    const struct {
        const char *name;
        struct str value;
    } tags[] = {
        {"p", policy->p},
        {"sp", policy->sp},
        {"np", policy->np},
        {"adkim", policy->adkim},
        {"aspf", policy->aspf},
        {"fo", policy->fo},
        {"testing", policy->testing},
    };

    json_object(json, "policy");
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
        json_string_or_null(json, tags[i].name, tags[i].value);
    json_end(json);
}

static void
write_move(struct json *json, const struct move *move)
{
    json_object(json, "reject");
    json_string(json, "answer", str_from_cstr(move_answer_name(move->answer)));
    write_count(json, "would_be_lost", move->lost);
    write_count(json, "forwarded_lost", move->forwarded);
    write_count(json, "tolerated", move->tolerated);
    json_integer(json, "days", move->days);
    json_string_or_null(json, "record", move->record);
    json_end(json);
}

static void
write_domain(struct json *json, const struct feedback_domain *domain, struct arena *arena)
{
    const struct sender_domain *sums = &domain->sums;

    json_object(json, NULL);
    json_string(json, "domain", sums->name);
    write_policy(json, &domain->policy);
    write_count(json, "reports", domain->report_count);
    write_count(json, "reporters", domain->reporter_count);
    write_count(json, "messages", sums->messages);
    write_count(json, "passed", sums->passed);
    write_count(json, "dkim_aligned", sums->dkim_passed);
    write_count(json, "spf_aligned", sums->spf_passed);
    write_count(json, "quarantined", sums->quarantined);
    write_count(json, "rejected", sums->rejected);
    write_moment(json, "first", sums->first_s);
    write_moment(json, "last", sums->last_s);
    write_move(json, &domain->move);
    json_array(json, "senders");
    for (uint32_t i = 0; i < sums->sender_count; i++)
        write_sender(json, sums, &sums->senders[i], arena);
    json_end(json);
    json_array(json, "days");
    for (uint32_t i = 0; i < domain->day_count; i++) {
        json_object(json, NULL);
        write_moment(json, "day", domain->days[i].day * DAY_S);
        write_count(json, "passed", domain->days[i].passed);
        write_count(json, "failed", domain->days[i].failed);
        json_end(json);
    }
    json_end(json);
    json_end(json);
}

static void
write_tls(struct json *json, const struct feedback_tls *tls)
{
    json_object(json, NULL);
    json_string(json, "domain", tls->domain);
    json_string(json, "policies", tls->policies);
    write_count(json, "reports", tls->report_count);
    write_count(json, "successes", tls->successes);
    write_count(json, "failures", tls->failures);
    write_moment(json, "first", tls->first_s);
    write_moment(json, "last", tls->last_s);
    json_array(json, "details");
    for (uint32_t i = 0; i < tls->detail_count; i++) {
        const struct feedback_tls_failure *failure = &tls->details[i];

        json_object(json, NULL);
        json_string(json, "type", failure->type);
        json_string_or_null(json, "host", failure->host);
        json_string_or_null(json, "reason", failure->reason);
        json_string_or_null(json, "reporter", failure->reporter);
        write_count(json, "reporters", failure->reporter_count);
        write_count(json, "sessions", failure->count);
        json_string_or_null(json, "fix", feedback_tls_remedy(failure->type));
        json_end(json);
    }
    json_end(json);
    json_end(json);
}

static void
write_complaint(struct json *json, const struct feedback_complaint *complaint)
{
    const struct complaint *about = &complaint->about;
    const struct {
        const char *name;
        struct str value;
    } texts[] = {
        {"path", about->path},
        {"kind", about->kind},
        {"reporter", about->reporter},
        {"source_ip", about->source_ip},
        {"domain", about->domain},
        {"mail_from", about->mail_from},
        {"recipient", about->recipient},
        {"auth_failure", about->auth_failure},
        {"result", about->result},
        {"from", about->from},
        {"subject", about->subject},
        {"message_id", about->message_id},
        {"unsubscribe", about->unsubscribe},
        {"trace", complaint->trace},
    };

    json_object(json, NULL);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        json_string_or_null(json, texts[i].name, texts[i].value);
    write_moment(json, "arrival", about->arrival_s);
    write_count(json, "count", about->count);
    json_bool(json, "traced", complaint->is_traced);
    json_end(json);
}

static void
write_inputs(struct json *json, const struct feedback_result *result)
{
    json_object(json, "inputs");
    write_count(json, "files", result->file_count);
    write_count(json, "bytes", result->byte_count);
    write_count(json, "dmarc_reports", result->aggregate_count);
    write_count(json, "rows", result->row_count);
    write_count(json, "tls_reports", result->tls_count);
    write_count(json, "complaints", result->complaint_count);
    write_count(json, "known", result->known_count);
    write_count(json, "passed_over", result->passed_over);
    write_count(json, "problems", result->problem_count);
    json_end(json);
    json_array(json, "problems");
    for (uint64_t i = 0; i < result->problem_count && i < FEEDBACK_PROBLEMS_MAX; i++)
        json_string(json, NULL, result->problems[i]);
    json_end(json);
    json_array(json, "deviations");
    for (uint32_t i = 0; i < result->deviation_count; i++) {
        json_object(json, NULL);
        json_string(json, "what", str_from_cstr(result->deviations[i].words));
        write_count(json, "reports", result->deviations[i].count);
        json_end(json);
    }
    json_end(json);
}

void
dmarc_reports_json(const struct feedback_result *result, struct buf *buf)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    struct json json;

    json_init(&json, buf);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    write_moment(&json, "generated", result->generated_s);
    write_inputs(&json, result);
    json_array(&json, "domains");
    for (uint32_t i = 0; i < result->domain_count; i++)
        write_domain(&json, &result->domains[i], arena);
    json_end(&json);
    json_array(&json, "tls");
    for (uint32_t i = 0; i < result->tls_domain_count; i++)
        write_tls(&json, &result->tls[i]);
    json_end(&json);
    json_array(&json, "complaints");
    for (uint32_t i = 0; i < result->complaint_shown; i++)
        write_complaint(&json, &result->complaints[i]);
    json_end(&json);
    write_count(&json, "left_out", result->lost);
    json_end(&json);
    buf_add_char(buf, '\n');
    arena_free(arena);
}
