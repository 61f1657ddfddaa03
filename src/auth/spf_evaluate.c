#include "auth/spf_parts.h"

enum spf_result
spf_fetch(struct spf_run *run, struct str domain, struct str *ret_record)
{
    struct dns_answer answer = spf_ask(run, domain, DNS_TXT);
    uint32_t count = 0;

    switch (answer.status) {
    case DNS_FOUND:
        break;
    case DNS_NO_DATA:
    case DNS_NO_NAME:
        return SPF_NONE;
    case DNS_PENDING:
        return SPF_PENDING;
    case DNS_FAILED:
    case DNS_TIMED_OUT:
    case DNS_BOGUS:
        spf_problem(run, STR_EMPTY, "asking for the record of " STR_FMT ": %s%s" STR_FMT,
                    STR_ARG(domain), dns_status_name(answer.status), answer.reason.len ? ": " : "",
                    STR_ARG(answer.reason));
        return SPF_TEMPERROR;
    }
    for (uint32_t i = 0; i < answer.count; i++) {
        if (spf_record_is(answer.records[i].data)) {
            *ret_record = answer.records[i].data;
            count++;
        }
    }
    if (count > 1) {
        spf_problem(run, STR_EMPTY, STR_FMT " has %u SPF records", STR_ARG(domain), count);
        return SPF_PERMERROR;
    }
    return count ? SPF_PASS : SPF_NONE;
}

/* Counts a term that asks. False: there were too many. */
static bool
count_lookup(struct spf_run *run, const struct spf_term *term)
{
    if (!spf_term_asks(term) || ++run->lookups <= SPF_LOOKUPS_MAX)
        return true;
    spf_problem(run, term->text, "more than %d terms that ask the DNS", SPF_LOOKUPS_MAX);
    return false;
}

/* What another record's result makes of the term (RFC 7208 sections 5.2 and 6.1). */
static enum spf_match
match_include(struct spf_run *run, const struct spf_term *term, struct str domain, uint32_t depth)
{
    struct str name;

    if (!spf_target(run, term->domain, domain, &name))
        return SPF_MATCH_PENDING;
    switch (spf_evaluate(run, name, depth + 1)) {
    case SPF_PASS:
        return SPF_MATCH_YES;
    case SPF_FAIL:
    case SPF_SOFTFAIL:
    case SPF_NEUTRAL:
        return SPF_MATCH_NO;
    case SPF_TEMPERROR:
        return SPF_MATCH_TEMPERROR;
    case SPF_PENDING:
        return SPF_MATCH_PENDING;
    case SPF_NONE:
        spf_problem(run, term->text, STR_FMT " has no SPF record", STR_ARG(name));
        return SPF_MATCH_PERMERROR;
    case SPF_PERMERROR:
        break;
    }
    return SPF_MATCH_PERMERROR;
}

/* RFC 8616 section 4: a name cannot hold a local part that is not ASCII, so the term matches
 * nobody. */
static bool
has_foreign_local(const struct spf_run *run, struct str spec)
{
    for (size_t i = 0; i < run->values.local.len; i++) {
        if ((unsigned char)run->values.local.data[i] >= 0x80)
            return spf_macro_uses(spec, STR("ls"));
    }
    return false;
}

static enum spf_match
match_term(struct spf_run *run, const struct spf_term *term, struct str domain, uint32_t depth)
{
    if (!count_lookup(run, term))
        return SPF_MATCH_PERMERROR;
    if (term->kind == SPF_TERM_ALL)
        return SPF_MATCH_YES;
    if (has_foreign_local(run, term->domain))
        return SPF_MATCH_NO;
    if (term->kind == SPF_TERM_INCLUDE)
        return match_include(run, term, domain, depth);
    return spf_match(run, term, domain);
}

static enum spf_match
visit_term(struct spf_run *run, const struct spf_term *term, struct str domain, uint32_t depth)
{
    static const enum spf_outcome outcomes[] = {
        [SPF_MATCH_NO] = SPF_VISIT_NO_MATCH,         [SPF_MATCH_YES] = SPF_VISIT_MATCH,
        [SPF_MATCH_TEMPERROR] = SPF_VISIT_TEMPERROR, [SPF_MATCH_PERMERROR] = SPF_VISIT_PERMERROR,
        [SPF_MATCH_PENDING] = SPF_VISIT_PENDING,
    };
    uint32_t before = spf_visit_open(run, term->text, domain, depth);
    uint32_t visit = run->visit;
    enum spf_match match = match_term(run, term, domain, depth);

    run->visit = visit;
    spf_visit_close(run, before, outcomes[match]);
    return match;
}

static enum spf_outcome
outcome_of(enum spf_result result)
{
    switch (result) {
    case SPF_TEMPERROR:
        return SPF_VISIT_TEMPERROR;
    case SPF_PERMERROR:
        return SPF_VISIT_PERMERROR;
    case SPF_PENDING:
        return SPF_VISIT_PENDING;
    case SPF_NONE:
    case SPF_NEUTRAL:
    case SPF_PASS:
    case SPF_FAIL:
    case SPF_SOFTFAIL:
        break;
    }
    return SPF_VISIT_MATCH;
}

static enum spf_result
redirect(struct spf_run *run, const struct spf_term *term, struct str domain, uint32_t depth)
{
    uint32_t before = spf_visit_open(run, term->text, domain, depth);
    uint32_t visit = run->visit;
    enum spf_result result = SPF_PERMERROR;
    struct str name;

    if (count_lookup(run, term)) {
        result = spf_target(run, term->domain, domain, &name) ? spf_evaluate(run, name, depth)
                                                              : SPF_PENDING;
        if (result == SPF_NONE) {
            spf_problem(run, term->text, STR_FMT " has no SPF record", STR_ARG(name));
            result = SPF_PERMERROR;
        }
    }
    run->visit = visit;
    spf_visit_close(run, before, outcome_of(result));
    return result;
}

/* The terms behind one that waits, as far as their lookups would be allowed. */
static enum spf_result
ask_ahead(struct spf_run *run, struct str rest, struct str domain)
{
    uint32_t left = run->lookups < SPF_LOOKUPS_MAX ? SPF_LOOKUPS_MAX - run->lookups : 0;
    struct spf_term term;
    const char *error;

    while (left > 0 && spf_term_next(&rest, &term, &error) && term.kind != SPF_TERM_ALL) {
        if (!spf_term_asks(&term))
            continue;
        spf_ask_ahead(run, &term, domain);
        left--;
    }
    return SPF_PENDING;
}

static enum spf_result
evaluate_terms(struct spf_run *run, struct str record, struct str domain, uint32_t depth)
{
    struct str rest = spf_record_terms(record);
    struct spf_term term, redirection = {0};
    struct str explanation = STR_EMPTY;
    enum spf_result result = SPF_NEUTRAL;
    bool is_decided = false;
    const char *error;

    /* To the end: exp= may stand behind what decides. */
    while (spf_term_next(&rest, &term, &error)) {
        if (term.kind == SPF_TERM_EXP) {
            explanation = term.domain;
        } else if (term.kind == SPF_TERM_REDIRECT) {
            redirection = term;
        } else if (!spf_term_is_modifier(&term) && !is_decided) {
            switch (visit_term(run, &term, domain, depth)) {
            case SPF_MATCH_NO:
                break;
            case SPF_MATCH_YES:
                is_decided = true;
                result = term.result;
                break;
            case SPF_MATCH_TEMPERROR:
                return SPF_TEMPERROR;
            case SPF_MATCH_PERMERROR:
                return SPF_PERMERROR;
            case SPF_MATCH_PENDING:
                return ask_ahead(run, rest, domain);
            }
        }
    }
    if (!is_decided && redirection.text.len)
        return redirect(run, &redirection, domain, depth);
    if (result == SPF_FAIL && depth == 0) {
        run->explanation = explanation;
        run->explanation_domain = domain;
    }
    return result;
}

enum spf_result
spf_evaluate(struct spf_run *run, struct str domain, uint32_t depth)
{
    struct str record = STR_EMPTY, place;
    enum spf_result found;
    const char *error;

    if (!dns_name_is_valid(domain))
        return SPF_NONE;
    found = spf_fetch(run, domain, &record);
    if (found != SPF_PASS)
        return found;
    error = spf_record_error(record, &place);
    if (error) {
        spf_problem(run, place, "the record of " STR_FMT ": %s", STR_ARG(domain), error);
        return SPF_PERMERROR;
    }
    return evaluate_terms(run, record, domain, depth);
}
