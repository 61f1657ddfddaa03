#include "auth/spf_survey_parts.h"

#define WIDE_BITS4 16
#define WIDE_BITS6 32

void
spf_survey_add(struct spf_survey_walk *walk, enum spf_issue_kind kind,
               const struct spf_survey_place *place, struct str term, struct str detail)
{
    struct spf_survey *survey = walk->survey;

    if (survey->issue_count >= walk->issues_max) {
        survey->is_cut = true;
        return;
    }
    survey->issues[survey->issue_count++] = (struct spf_issue){
        .kind = kind,
        .depth = place->depth,
        .domain = place->domain,
        .term = term,
        .detail = detail,
    };
}

void
spf_survey_add_failure(struct spf_survey_walk *walk, const struct spf_survey_place *place,
                       struct str term, struct str name, enum dns_type type,
                       const struct dns_answer *answer)
{
    spf_survey_add(walk, SPF_ISSUE_NO_ANSWER, place, term,
                   arena_printf(walk->arena, STR_FMT " %s: %s", STR_ARG(name), dns_type_name(type),
                                dns_status_name(answer->status)));
}

void
spf_survey_check_width(struct spf_survey_walk *walk, const struct spf_survey_place *place,
                       const struct spf_term *term)
{
    bool has_prefix4 = term->kind != SPF_TERM_IP6, has_prefix6 = term->kind != SPF_TERM_IP4;

    if (place->passes && term->result == SPF_PASS &&
        ((has_prefix4 && term->bits4 < WIDE_BITS4) || (has_prefix6 && term->bits6 < WIDE_BITS6)))
        spf_survey_add(walk, SPF_ISSUE_WIDE, place, term->text, STR_EMPTY);
}

/* The terms that are compared are the first ones: a record with more has other troubles. */
void
spf_survey_check_twice(struct spf_survey_walk *walk, const struct spf_survey_place *place)
{
    struct str seen[SPF_SURVEY_TERMS_MAX], rest = spf_record_terms(place->record);
    struct spf_term term;
    const char *error;
    size_t count = 0;

    while (count < SPF_SURVEY_TERMS_MAX && spf_term_next(&rest, &term, &error)) {
        for (size_t i = 0; i < count; i++) {
            if (str_eq_nocase(seen[i], term.text)) {
                spf_survey_add(walk, SPF_ISSUE_TWICE, place, term.text, STR_EMPTY);
                break;
            }
        }
        seen[count++] = term.text;
    }
}

void
spf_survey_check_nearly(struct spf_survey_walk *walk, const struct spf_survey_place *place,
                        struct str text)
{
    struct str trimmed = str_trim(text);

    while (str_skip(&trimmed, STR("\"")) || str_skip(&trimmed, STR("'")))
        continue;
    if (str_starts_nocase(trimmed, STR("spf2.0")))
        spf_survey_add(walk, SPF_ISSUE_SENDER_ID, place, STR_EMPTY, text);
    else if (str_starts_nocase(trimmed, STR("v=spf")) || str_starts_nocase(trimmed, STR("spf1 ")) ||
             str_starts_nocase(trimmed, STR("v:spf1")))
        spf_survey_add(walk, SPF_ISSUE_NEARLY, place, STR_EMPTY, text);
}

const struct spf_issue *
spf_survey_find(const struct spf_survey *survey, enum spf_issue_kind kind)
{
    for (uint32_t i = 0; i < survey->issue_count; i++) {
        if (survey->issues[i].kind == kind)
            return &survey->issues[i];
    }
    return NULL;
}

const char *
spf_issue_name(enum spf_issue_kind kind)
{
    static const char *const names[SPF_ISSUE_KINDS] = {
        [SPF_ISSUE_NO_RECORD] = "no-record",
        [SPF_ISSUE_MANY_RECORDS] = "many-records",
        [SPF_ISSUE_NO_ANSWER] = "no-answer",
        [SPF_ISSUE_SYNTAX] = "syntax",
        [SPF_ISSUE_LOOKUPS] = "lookups",
        [SPF_ISSUE_VOIDS] = "voids",
        [SPF_ISSUE_NO_TARGET] = "no-target",
        [SPF_ISSUE_LOOP] = "loop",
        [SPF_ISSUE_MANY_MX] = "many-mx",
        [SPF_ISSUE_PASS_ALL] = "pass-all",
        [SPF_ISSUE_NEUTRAL_ALL] = "neutral-all",
        [SPF_ISSUE_NO_ALL] = "no-all",
        [SPF_ISSUE_WIDE] = "wide",
        [SPF_ISSUE_BEHIND_ALL] = "behind-all",
        [SPF_ISSUE_REDIRECT_IGNORED] = "redirect-ignored",
        [SPF_ISSUE_PTR] = "ptr",
        [SPF_ISSUE_DEAD_NAME] = "dead-name",
        [SPF_ISSUE_TWICE] = "twice",
        [SPF_ISSUE_OTHER_MODIFIER] = "other-modifier",
        [SPF_ISSUE_NO_EXPLANATION] = "no-explanation",
        [SPF_ISSUE_LONG] = "long",
        [SPF_ISSUE_NEARLY] = "nearly",
        [SPF_ISSUE_SENDER_ID] = "sender-id",
    };

    return names[kind];
}
