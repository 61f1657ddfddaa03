#include <stdarg.h>
#include <stdio.h>

#include "auth/spf_parts.h"

#define PROBLEM_BYTES 400

struct dns_answer
spf_ask(struct spf_run *run, struct str name, enum dns_type type)
{
    struct dns_answer answer = resolver_ask(run->resolver, name, type, run->arena);
    struct spf_trace *trace = run->trace;

    if (!trace)
        return answer;
    if (trace->question_count == SPF_QUESTIONS_MAX) {
        trace->lost++;
        return answer;
    }
    trace->questions[trace->question_count++] = (struct spf_question){
        .visit = run->visit,
        .name = arena_str(run->arena, name),
        .type = type,
        .status = answer.status,
        .count = answer.count,
    };
    return answer;
}

uint32_t
spf_visit_open(struct spf_run *run, struct str term, struct str domain, uint32_t depth)
{
    struct spf_trace *trace = run->trace;
    uint32_t before = run->visit;

    run->visit = SPF_NO_VISIT;
    if (!trace)
        return before;
    if (trace->visit_count == SPF_VISITS_MAX) {
        trace->lost++;
        return before;
    }
    run->visit = trace->visit_count++;
    trace->visits[run->visit] = (struct spf_visit){.term = term, .domain = domain, .depth = depth};
    return before;
}

void
spf_visit_close(struct spf_run *run, uint32_t before, enum spf_outcome outcome)
{
    if (run->visit != SPF_NO_VISIT)
        run->trace->visits[run->visit].outcome = outcome;
    run->visit = before;
}

void
spf_problem(struct spf_run *run, struct str place, const char *format, ...)
{
    char text[PROBLEM_BYTES];
    va_list arguments;

    if (run->problem.len)
        return;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    run->problem = arena_str(run->arena, str_from_cstr(text));
    run->place = place;
}

/* The first names in the order of their bytes: a server that turns the order changes nothing. */
static uint32_t
pick_names(const struct dns_answer *answer, struct str names[SPF_PTR_MAX])
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < answer->count; i++) {
        struct str name = answer->records[i].data;
        uint32_t at = count;

        while (at > 0 && str_compare(name, names[at - 1]) < 0)
            at--;
        if (at == SPF_PTR_MAX)
            continue;
        if (count < SPF_PTR_MAX)
            count++;
        memmove(names + at + 1, names + at, (count - 1 - at) * sizeof(names[0]));
        names[at] = name;
    }
    return count;
}

/* Whether one of the name's addresses is the client's. An error skips the name. */
static bool
leads_back(struct spf_run *run, struct str name, bool *is_pending)
{
    bool is_ip4 = run->values.ip_len == 4;
    struct dns_answer answer = spf_ask(run, name, is_ip4 ? DNS_A : DNS_AAAA);

    *is_pending = *is_pending || answer.status == DNS_PENDING;
    for (uint32_t i = 0; answer.status == DNS_FOUND && i < answer.count; i++) {
        if (spf_same_prefix((const unsigned char *)answer.records[i].data.data, run->values.ip,
                            is_ip4 ? 32 : 128))
            return true;
    }
    return false;
}

bool
spf_validate_names(struct spf_run *run)
{
    struct str ip = {(const char *)run->values.ip, run->values.ip_len};
    struct str candidates[SPF_PTR_MAX];
    bool is_pending = false;
    struct dns_answer answer;
    uint32_t count;

    if (run->has_names)
        return run->names_status != DNS_PENDING;
    run->has_names = true;
    answer = spf_ask(run, dns_reverse_name(ip, run->arena), DNS_PTR);
    run->names_status = answer.status;
    if (answer.status != DNS_FOUND)
        return answer.status != DNS_PENDING;
    count = pick_names(&answer, candidates);
    for (uint32_t i = 0; i < count; i++) {
        if (leads_back(run, candidates[i], &is_pending))
            run->names[run->name_count++] = candidates[i];
    }
    if (is_pending)
        run->names_status = DNS_PENDING;
    return !is_pending;
}

static bool
is_below(struct str name, struct str domain)
{
    return name.len > domain.len && name.data[name.len - domain.len - 1] == '.' &&
           str_eq_nocase(str_from(name, name.len - domain.len), domain);
}

/* %{p}: the domain itself, a name below it, any name, "unknown" (RFC 7208 section 7.3). */
static struct str
validated_name(const struct spf_run *run, struct str domain)
{
    for (uint32_t i = 0; i < run->name_count; i++) {
        if (str_eq_nocase(run->names[i], domain))
            return run->names[i];
    }
    for (uint32_t i = 0; i < run->name_count; i++) {
        if (is_below(run->names[i], domain))
            return run->names[i];
    }
    return run->name_count ? run->names[0] : STR("unknown");
}

bool
spf_prepare_macros(struct spf_run *run, struct str text, struct str domain)
{
    run->values.domain = domain;
    if (!spf_macro_uses(text, STR("p")))
        return true;
    if (!spf_validate_names(run))
        return false;
    run->values.validated = validated_name(run, domain);
    return true;
}

bool
spf_target(struct spf_run *run, struct str spec, struct str domain, struct str *ret_name)
{
    char name[SPF_NAME_BYTES];
    struct str expanded;

    *ret_name = domain;
    if (!spec.len)
        return true;
    if (!spf_prepare_macros(run, spec, domain))
        return false;
    expanded = spf_macro_name(spec, &run->values, name);
    *ret_name = arena_str(run->arena, expanded);
    run->is_out_of_room = run->is_out_of_room || ret_name->len < expanded.len;
    return true;
}
