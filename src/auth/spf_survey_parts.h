#ifndef AUTH_SPF_SURVEY_PARTS_H
#define AUTH_SPF_SURVEY_PARTS_H

/*
 * spf_survey_parts - what the files of a survey share.
 *
 *     spf_survey.c         walks records and their terms
 *     spf_survey_names.c   asks for the names of "a", "mx" and "exists"
 *     spf_survey_issues.c  notes what is wrong; what the text of a record alone tells
 */

#include "auth/spf_macro.h"
#include "auth/spf_record.h"
#include "auth/spf_survey.h"

/* One walk. */
struct spf_survey_walk {
    const struct resolver *resolver;
    struct arena *arena;
    struct spf_survey *survey;
    struct str domain; /* that is surveyed */
    struct str path[SPF_SURVEY_DEPTH_MAX];
    uint32_t path_len, questions;
    uint32_t issues_max; /* the last two places are for what is added up at the end */
};

/* The record that is being walked. */
struct spf_survey_place {
    struct str domain, record;
    uint32_t depth;
    bool passes;           /* what matches here may send: not behind "-include:" */
    bool has_all, is_told; /* of what stands behind "all" */
};

/* Notes an issue; at the ceiling the survey is cut. */
void spf_survey_add(struct spf_survey_walk *walk, enum spf_issue_kind kind,
                    const struct spf_survey_place *place, struct str term, struct str detail);

/* The DNS failed for a term's name. */
void spf_survey_add_failure(struct spf_survey_walk *walk, const struct spf_survey_place *place,
                            struct str term, struct str name, enum dns_type type,
                            const struct dns_answer *answer);

/* Asks, as far as the ceiling goes: beyond it the answer is pending, and the survey cut. */
struct dns_answer spf_survey_ask(struct spf_survey_walk *walk, struct str name, enum dns_type type);
bool spf_survey_is_failure(const struct dns_answer *answer);

/* The name of a domain-spec. False: it depends on client or sender, and *ret_name is as written. */
bool spf_survey_expand(struct spf_survey_walk *walk, struct str spec, struct str domain,
                       struct str *ret_name);

/* ---- spf_survey_names.c: counts voids, and tells of dead names ---- */

void spf_survey_address(struct spf_survey_walk *walk, const struct spf_survey_place *place,
                        const struct spf_term *term, struct str name);
void spf_survey_mx(struct spf_survey_walk *walk, const struct spf_survey_place *place,
                   const struct spf_term *term, struct str name);

/* ---- spf_survey_issues.c ---- */

void spf_survey_check_width(struct spf_survey_walk *walk, const struct spf_survey_place *place,
                            const struct spf_term *term);
void spf_survey_check_twice(struct spf_survey_walk *walk, const struct spf_survey_place *place);

/* Text of a name that has been meant for SPF, and is no record. */
void spf_survey_check_nearly(struct spf_survey_walk *walk, const struct spf_survey_place *place,
                             struct str text);

#endif
