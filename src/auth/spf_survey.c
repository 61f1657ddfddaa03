#include "auth/spf_survey_parts.h"

static void walk_record(struct spf_survey_walk *walk, struct str domain, uint32_t depth,
                        const struct spf_survey_place *from, const struct spf_term *term);

static void
walk_target(struct spf_survey_walk *walk, const struct spf_survey_place *place,
            const struct spf_term *term, uint32_t depth)
{
    struct spf_survey *survey = walk->survey;
    struct str name;
    bool is_static = spf_survey_expand(walk, term->domain, place->domain, &name);

    if (survey->target_count < SPF_SURVEY_NAMES_MAX)
        survey->targets[survey->target_count++] = (struct spf_target_name){
            .name = name,
            .domain = place->domain,
            .is_redirect = term->kind == SPF_TERM_REDIRECT,
        };
    else
        survey->is_cut = true;
    if (!is_static)
        return;
    for (uint32_t i = 0; i < walk->path_len; i++) {
        if (str_eq_nocase(walk->path[i], name)) {
            spf_survey_add(walk, SPF_ISSUE_LOOP, place, term->text, name);
            return;
        }
    }
    walk_record(walk, name, depth, place, term);
}

static void
walk_all(struct spf_survey_walk *walk, struct spf_survey_place *place, const struct spf_term *term)
{
    struct spf_survey *survey = walk->survey;

    place->has_all = true;
    if (place->depth == 0) {
        survey->has_all = true;
        survey->all = term->result;
    }
    if (place->passes && term->result == SPF_PASS)
        spf_survey_add(walk, SPF_ISSUE_PASS_ALL, place, term->text, STR_EMPTY);
    else if (term->result == SPF_NEUTRAL && place->depth == 0)
        spf_survey_add(walk, SPF_ISSUE_NEUTRAL_ALL, place, term->text, STR_EMPTY);
}

static void
walk_mechanism(struct spf_survey_walk *walk, struct spf_survey_place *place,
               const struct spf_term *term)
{
    struct str name;

    walk->survey->lookups += spf_term_asks(term);
    if (term->kind == SPF_TERM_PTR || spf_macro_uses(term->domain, STR("p")))
        spf_survey_add(walk, SPF_ISSUE_PTR, place, term->text, STR_EMPTY);
    spf_survey_check_width(walk, place, term);
    switch (term->kind) {
    case SPF_TERM_ALL:
        walk_all(walk, place, term);
        break;
    case SPF_TERM_INCLUDE:
        walk_target(walk, place, term, place->depth + 1);
        break;
    case SPF_TERM_A:
    case SPF_TERM_EXISTS:
        if (spf_survey_expand(walk, term->domain, place->domain, &name))
            spf_survey_address(walk, place, term, name);
        break;
    case SPF_TERM_MX:
        if (spf_survey_expand(walk, term->domain, place->domain, &name))
            spf_survey_mx(walk, place, term, name);
        break;
    case SPF_TERM_PTR:
    case SPF_TERM_IP4:
    case SPF_TERM_IP6:
    case SPF_TERM_REDIRECT:
    case SPF_TERM_EXP:
    case SPF_TERM_OTHER:
        break;
    }
}

/* Whether exp= leads to text that can be shown. */
static void
check_explanation(struct spf_survey_walk *walk, const struct spf_survey_place *place,
                  const struct spf_term *term)
{
    struct dns_answer answer;
    struct str name;

    if (!spf_survey_expand(walk, term->domain, place->domain, &name))
        return;
    answer = spf_survey_ask(walk, name, DNS_TXT);
    if (answer.status == DNS_PENDING)
        return;
    if (answer.status != DNS_FOUND || answer.count != 1 ||
        spf_macro_error(answer.records[0].data, SPF_MACRO_EXPLANATION))
        spf_survey_add(walk, SPF_ISSUE_NO_EXPLANATION, place, term->text, name);
}

static void
walk_terms(struct spf_survey_walk *walk, struct spf_survey_place *place)
{
    struct str rest = spf_record_terms(place->record);
    struct spf_term term, redirection = {0};
    const char *error;

    while (spf_term_next(&rest, &term, &error)) {
        if (term.kind == SPF_TERM_REDIRECT) {
            redirection = term;
        } else if (term.kind == SPF_TERM_EXP) {
            check_explanation(walk, place, &term);
        } else if (term.kind == SPF_TERM_OTHER) {
            spf_survey_add(walk, SPF_ISSUE_OTHER_MODIFIER, place, term.text, STR_EMPTY);
        } else if (!place->has_all) {
            walk_mechanism(walk, place, &term);
        } else if (!place->is_told) {
            place->is_told = true;
            spf_survey_add(walk, SPF_ISSUE_BEHIND_ALL, place, term.text, STR_EMPTY);
        }
    }
    if (redirection.text.len && place->has_all) {
        spf_survey_add(walk, SPF_ISSUE_REDIRECT_IGNORED, place, redirection.text, STR_EMPTY);
    } else if (redirection.text.len) {
        walk->survey->lookups++;
        walk_target(walk, place, &redirection, place->depth);
    } else if (!place->has_all && place->depth == 0) {
        spf_survey_add(walk, SPF_ISSUE_NO_ALL, place, STR_EMPTY, STR_EMPTY);
    }
}

/* Fetches the record of `place`. False: there is none that can be walked, which has been told. */
static bool
fetch(struct spf_survey_walk *walk, struct spf_survey_place *place,
      const struct spf_survey_place *from, const struct spf_term *term)
{
    struct dns_answer answer = spf_survey_ask(walk, place->domain, DNS_TXT);
    uint32_t count = 0;

    if (spf_survey_is_failure(&answer))
        spf_survey_add_failure(walk, from ? from : place, term ? term->text : STR_EMPTY,
                               place->domain, DNS_TXT, &answer);
    if (spf_survey_is_failure(&answer) || answer.status == DNS_PENDING)
        return false;
    for (uint32_t i = 0; i < answer.count; i++) {
        if (spf_record_is(answer.records[i].data)) {
            place->record = answer.records[i].data;
            count++;
        } else {
            spf_survey_check_nearly(walk, place, answer.records[i].data);
        }
    }
    if (count > 1)
        spf_survey_add(walk, SPF_ISSUE_MANY_RECORDS, place, STR_EMPTY,
                       arena_printf(walk->arena, "%u", count));
    else if (count == 0 && from)
        spf_survey_add(walk, SPF_ISSUE_NO_TARGET, from, term->text, place->domain);
    else if (count == 0)
        spf_survey_add(walk, SPF_ISSUE_NO_RECORD, place, STR_EMPTY, STR_EMPTY);
    return count == 1;
}

static void
walk_record(struct spf_survey_walk *walk, struct str domain, uint32_t depth,
            const struct spf_survey_place *from, const struct spf_term *term)
{
    struct spf_survey_place place = {.domain = domain, .depth = depth};
    struct str faulty;
    const char *error;

    if (walk->path_len == SPF_SURVEY_DEPTH_MAX || walk->survey->records == SPF_SURVEY_RECORDS_MAX) {
        walk->survey->is_cut = true;
        return;
    }
    walk->survey->records++;
    place.passes =
        !from || (from->passes && (term->kind == SPF_TERM_REDIRECT || term->result == SPF_PASS));
    if (!fetch(walk, &place, from, term))
        return;
    if (!from)
        walk->survey->record = place.record;
    if (domain.len + place.record.len > SPF_LENGTH_MAX)
        spf_survey_add(walk, SPF_ISSUE_LONG, &place, STR_EMPTY,
                       arena_printf(walk->arena, "%zu", domain.len + place.record.len));
    error = spf_record_error(place.record, &faulty);
    if (error) {
        spf_survey_add(walk, SPF_ISSUE_SYNTAX, &place, faulty, str_from_cstr(error));
        return;
    }
    spf_survey_check_twice(walk, &place);
    walk->path[walk->path_len++] = domain;
    walk_terms(walk, &place);
    walk->path_len--;
}

void
spf_survey(struct str domain, const struct resolver *resolver, struct arena *arena,
           struct spf_survey *ret_survey)
{
    struct spf_survey_walk walk = {
        .resolver = resolver,
        .arena = arena,
        .survey = ret_survey,
        .issues_max = SPF_SURVEY_ISSUES_MAX - 2,
    };
    struct spf_survey_place own;

    *ret_survey = (struct spf_survey){.all = SPF_NEUTRAL};
    walk.domain = arena_str(arena, domain);
    own = (struct spf_survey_place){.domain = walk.domain};
    walk_record(&walk, walk.domain, 0, NULL, NULL);
    walk.issues_max = SPF_SURVEY_ISSUES_MAX;
    if (ret_survey->lookups > SPF_LOOKUPS_MAX)
        spf_survey_add(&walk, SPF_ISSUE_LOOKUPS, &own, STR_EMPTY,
                       arena_printf(arena, "%u", ret_survey->lookups));
    if (ret_survey->voids_ipv4 > SPF_VOIDS_MAX || ret_survey->voids_ipv6 > SPF_VOIDS_MAX)
        spf_survey_add(&walk, SPF_ISSUE_VOIDS, &own, STR_EMPTY,
                       arena_printf(arena, "%u for IPv4, %u for IPv6", ret_survey->voids_ipv4,
                                    ret_survey->voids_ipv6));
}
