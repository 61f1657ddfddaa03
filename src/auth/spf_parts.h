#ifndef AUTH_SPF_PARTS_H
#define AUTH_SPF_PARTS_H

/*
 * spf_parts - what the files of one check share.
 *
 *     spf.c           the request becomes values, the result a verdict
 *     spf_evaluate.c  check_host(): records, terms, include, redirect, limits
 *     spf_match.c     whether a mechanism matches the client
 *     spf_ask.c       questions: counted, traced, and the client's validated names
 *     spf_explain.c   the words that go with a "fail"
 */

#include "auth/spf_macro.h"
#include "auth/spf_record.h"

/* One check. */
struct spf_run {
    const struct resolver *resolver;
    struct arena *arena;
    struct spf_trace *trace; /* NULL: nobody looks */
    struct spf_macro_values values;
    uint32_t lookups, voids;
    uint32_t visit;      /* the term that asks now */
    bool is_out_of_room; /* the arena's limit cut a name: the result means nothing */

    /* The client's names whose addresses lead back to it; the same for every term. */
    struct str names[SPF_PTR_MAX];
    uint32_t name_count;
    enum dns_status names_status; /* of the PTR question, or PENDING while an address is */
    bool has_names;

    /* Why it ended: for the verdict. */
    struct str problem, place;
    /* The exp= of the record that said "fail", and whose record it was. */
    struct str explanation, explanation_domain;
};

/* A mechanism's answer. The last three end the check. */
enum spf_match {
    SPF_MATCH_NO,
    SPF_MATCH_YES,
    SPF_MATCH_TEMPERROR,
    SPF_MATCH_PERMERROR,
    SPF_MATCH_PENDING
};

/* ---- spf_ask.c ---- */

/* Asks, and notes it. A name that the DNS cannot have is DNS_NO_NAME. */
struct dns_answer spf_ask(struct spf_run *run, struct str name, enum dns_type type);

/* Opens a visit of the trace and makes it the one that asks; returns the one before. */
uint32_t spf_visit_open(struct spf_run *run, struct str term, struct str domain, uint32_t depth);
void spf_visit_close(struct spf_run *run, uint32_t before, enum spf_outcome outcome);

/* Says why the check ends; the first reason stays. */
void spf_problem(struct spf_run *run, struct str place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Asks for the client's names and validates them, once a check. False: answers are missing. */
bool spf_validate_names(struct spf_run *run);

/*
 * The name that a domain-spec stands for in `domain`'s record; an empty one stands for `domain`.
 * False: answers are missing. An empty *ret_name: at the arena's limit, or it is empty.
 */
bool spf_target(struct spf_run *run, struct str spec, struct str domain, struct str *ret_name);

/* Fills what the macros of `text` need in `domain`'s record. False: answers are missing. */
bool spf_prepare_macros(struct spf_run *run, struct str text, struct str domain);

/* ---- spf_match.c ---- */

/* Of all mechanisms but "all" and "include". */
enum spf_match spf_match(struct spf_run *run, const struct spf_term *term, struct str domain);

/* While an answer is missing: the first question of a later term, so that it is under way as well.
 */
void spf_ask_ahead(struct spf_run *run, const struct spf_term *term, struct str domain);

bool spf_same_prefix(const unsigned char *a, const unsigned char *b, unsigned bits);

/* ---- spf_evaluate.c ---- */

enum spf_result spf_evaluate(struct spf_run *run, struct str domain, uint32_t depth);

/* The SPF record at a name: its text, or empty with the result that this makes. */
enum spf_result spf_fetch(struct spf_run *run, struct str domain, struct str *ret_record);

/* ---- spf_explain.c ---- */

/* False: answers are missing. */
bool spf_explain(struct spf_run *run, struct spf_verdict *verdict);

#endif
