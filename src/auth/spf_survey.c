#include "auth/spf_survey.h"

#include "auth/spf_macro.h"
#include "auth/spf_record.h"

#define WIDE_BITS4 16
#define WIDE_BITS6 32

/* One walk. */
struct walk {
    const struct resolver *resolver;
    struct arena *arena;
    struct spf_survey *survey;
    struct str domain; /* that is surveyed */
    struct str path[SPF_SURVEY_DEPTH_MAX];
    uint32_t path_len, questions;
    uint32_t issues_max; /* the last two places are for what is added up at the end */
};

/* The record that is being walked. */
struct place {
    struct str domain, record;
    uint32_t depth;
    bool passes;           /* what matches here may send: not behind "-include:" */
    bool has_all, is_told; /* of what stands behind "all" */
};

/* What a name has for clients of both families. */
struct addresses {
    bool has_ipv4, has_ipv6, is_known;
};

static void
add_issue(struct walk *walk, enum spf_issue_kind kind, const struct place *place, struct str term,
          struct str detail)
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

static struct dns_answer
ask(struct walk *walk, struct str name, enum dns_type type)
{
    struct dns_answer answer = {.status = DNS_PENDING};

    if (walk->questions++ >= SPF_SURVEY_QUESTIONS_MAX) {
        walk->survey->is_cut = true;
        return answer;
    }
    answer = resolver_ask(walk->resolver, name, type, walk->arena);
    walk->survey->is_pending = walk->survey->is_pending || answer.status == DNS_PENDING;
    return answer;
}

static bool
is_failure(const struct dns_answer *answer)
{
    return answer->status == DNS_FAILED || answer->status == DNS_TIMED_OUT ||
           answer->status == DNS_BOGUS;
}

/* Told once for each term; what is pending is no failure. */
static void
add_failure(struct walk *walk, const struct place *place, struct str term, struct str name,
            enum dns_type type, const struct dns_answer *answer)
{
    add_issue(walk, SPF_ISSUE_NO_ANSWER, place, term,
              arena_printf(walk->arena, STR_FMT " %s: %s", STR_ARG(name), dns_type_name(type),
                           dns_status_name(answer->status)));
}

/* False: the name depends on client or sender. */
static bool
expand(struct walk *walk, struct str spec, struct str domain, struct str *ret_name)
{
    struct spf_macro_values values = {.domain = domain, .sender_domain = walk->domain};
    char name[SPF_NAME_BYTES];

    *ret_name = domain;
    if (!spec.len)
        return true;
    *ret_name = spec;
    if (spf_macro_uses(spec, STR("slipvhcrt")))
        return false;
    *ret_name = arena_str(walk->arena, spf_macro_name(spec, &values, name));
    return true;
}

/* ---- names ---- */

static struct addresses
ask_addresses(struct walk *walk, const struct place *place, struct str term, struct str name)
{
    static const enum dns_type types[] = {DNS_A, DNS_AAAA};
    struct addresses addresses = {.is_known = true};

    for (size_t i = 0; i < 2; i++) {
        struct dns_answer answer = ask(walk, name, types[i]);

        if (is_failure(&answer))
            add_failure(walk, place, term, name, types[i], &answer);
        if (is_failure(&answer) || answer.status == DNS_PENDING)
            addresses.is_known = false;
        else if (i == 0)
            addresses.has_ipv4 = answer.status == DNS_FOUND;
        else
            addresses.has_ipv6 = answer.status == DNS_FOUND;
    }
    return addresses;
}

/* A term counts once, however many of its names have nothing. */
static void
count_voids(struct walk *walk, const struct addresses *all)
{
    if (!all->is_known)
        return;
    walk->survey->voids_ipv4 += !all->has_ipv4;
    walk->survey->voids_ipv6 += !all->has_ipv6;
}

static void
walk_address(struct walk *walk, const struct place *place, const struct spf_term *term,
             struct str name)
{
    struct addresses addresses = ask_addresses(walk, place, term->text, name);

    if (term->kind == SPF_TERM_EXISTS)
        addresses.has_ipv6 = addresses.has_ipv4;
    count_voids(walk, &addresses);
    if (addresses.is_known && !addresses.has_ipv4 && !addresses.has_ipv6)
        add_issue(walk, SPF_ISSUE_DEAD_NAME, place, term->text, name);
}

static void
walk_hosts(struct walk *walk, const struct place *place, const struct spf_term *term,
           const struct dns_answer *answer)
{
    struct addresses all = {true, true, true};

    for (uint32_t i = 0; i < answer->count && i < SPF_MX_MAX; i++) {
        struct str host = answer->records[i].data;
        struct addresses one;

        if (str_eq(host, STR(".")))
            continue;
        one = ask_addresses(walk, place, term->text, host);
        all.has_ipv4 = all.has_ipv4 && one.has_ipv4;
        all.has_ipv6 = all.has_ipv6 && one.has_ipv6;
        all.is_known = all.is_known && one.is_known;
        if (one.is_known && !one.has_ipv4 && !one.has_ipv6)
            add_issue(walk, SPF_ISSUE_DEAD_NAME, place, term->text, host);
    }
    count_voids(walk, &all);
}

static void
walk_mx(struct walk *walk, const struct place *place, const struct spf_term *term, struct str name)
{
    struct dns_answer answer = ask(walk, name, DNS_MX);

    if (is_failure(&answer)) {
        add_failure(walk, place, term->text, name, DNS_MX, &answer);
        return;
    }
    if (answer.status == DNS_PENDING)
        return;
    if (answer.status != DNS_FOUND) {
        count_voids(walk, &(struct addresses){.is_known = true});
        add_issue(walk, SPF_ISSUE_DEAD_NAME, place, term->text, name);
        return;
    }
    if (answer.count > SPF_MX_MAX)
        add_issue(walk, SPF_ISSUE_MANY_MX, place, term->text,
                  arena_printf(walk->arena, "%u", answer.count));
    walk_hosts(walk, place, term, &answer);
}

/* ---- records ---- */

static void walk_record(struct walk *walk, struct str domain, uint32_t depth,
                        const struct place *from, const struct spf_term *term);

static void
walk_target(struct walk *walk, const struct place *place, const struct spf_term *term,
            uint32_t depth)
{
    struct spf_survey *survey = walk->survey;
    struct str name;
    bool is_static = expand(walk, term->domain, place->domain, &name);

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
            add_issue(walk, SPF_ISSUE_LOOP, place, term->text, name);
            return;
        }
    }
    walk_record(walk, name, depth, place, term);
}

static void
check_width(struct walk *walk, const struct place *place, const struct spf_term *term)
{
    bool has_prefix4 = term->kind != SPF_TERM_IP6, has_prefix6 = term->kind != SPF_TERM_IP4;

    if (place->passes && term->result == SPF_PASS &&
        ((has_prefix4 && term->bits4 < WIDE_BITS4) || (has_prefix6 && term->bits6 < WIDE_BITS6)))
        add_issue(walk, SPF_ISSUE_WIDE, place, term->text, STR_EMPTY);
}

static void
walk_all(struct walk *walk, struct place *place, const struct spf_term *term)
{
    struct spf_survey *survey = walk->survey;

    place->has_all = true;
    if (place->depth == 0) {
        survey->has_all = true;
        survey->all = term->result;
    }
    if (place->passes && term->result == SPF_PASS)
        add_issue(walk, SPF_ISSUE_PASS_ALL, place, term->text, STR_EMPTY);
    else if (term->result == SPF_NEUTRAL && place->depth == 0)
        add_issue(walk, SPF_ISSUE_NEUTRAL_ALL, place, term->text, STR_EMPTY);
}

static void
walk_mechanism(struct walk *walk, struct place *place, const struct spf_term *term)
{
    struct str name;

    walk->survey->lookups += spf_term_asks(term);
    if (term->kind == SPF_TERM_PTR || spf_macro_uses(term->domain, STR("p")))
        add_issue(walk, SPF_ISSUE_PTR, place, term->text, STR_EMPTY);
    check_width(walk, place, term);
    switch (term->kind) {
    case SPF_TERM_ALL:
        walk_all(walk, place, term);
        break;
    case SPF_TERM_INCLUDE:
        walk_target(walk, place, term, place->depth + 1);
        break;
    case SPF_TERM_A:
    case SPF_TERM_EXISTS:
        if (expand(walk, term->domain, place->domain, &name))
            walk_address(walk, place, term, name);
        break;
    case SPF_TERM_MX:
        if (expand(walk, term->domain, place->domain, &name))
            walk_mx(walk, place, term, name);
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
check_explanation(struct walk *walk, const struct place *place, const struct spf_term *term)
{
    struct dns_answer answer;
    struct str name;

    if (!expand(walk, term->domain, place->domain, &name))
        return;
    answer = ask(walk, name, DNS_TXT);
    if (answer.status == DNS_PENDING)
        return;
    if (answer.status != DNS_FOUND || answer.count != 1 ||
        spf_macro_error(answer.records[0].data, SPF_MACRO_EXPLANATION))
        add_issue(walk, SPF_ISSUE_NO_EXPLANATION, place, term->text, name);
}

/* The terms that are compared are the first ones: a record with more has other troubles. */
static void
check_twice(struct walk *walk, const struct place *place)
{
    struct str seen[SPF_SURVEY_TERMS_MAX], rest = spf_record_terms(place->record);
    struct spf_term term;
    const char *error;
    size_t count = 0;

    while (count < SPF_SURVEY_TERMS_MAX && spf_term_next(&rest, &term, &error)) {
        for (size_t i = 0; i < count; i++) {
            if (str_eq_nocase(seen[i], term.text)) {
                add_issue(walk, SPF_ISSUE_TWICE, place, term.text, STR_EMPTY);
                break;
            }
        }
        seen[count++] = term.text;
    }
}

static void
walk_terms(struct walk *walk, struct place *place)
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
            add_issue(walk, SPF_ISSUE_OTHER_MODIFIER, place, term.text, STR_EMPTY);
        } else if (!place->has_all) {
            walk_mechanism(walk, place, &term);
        } else if (!place->is_told) {
            place->is_told = true;
            add_issue(walk, SPF_ISSUE_BEHIND_ALL, place, term.text, STR_EMPTY);
        }
    }
    if (redirection.text.len && place->has_all) {
        add_issue(walk, SPF_ISSUE_REDIRECT_IGNORED, place, redirection.text, STR_EMPTY);
    } else if (redirection.text.len) {
        walk->survey->lookups++;
        walk_target(walk, place, &redirection, place->depth);
    } else if (!place->has_all && place->depth == 0) {
        add_issue(walk, SPF_ISSUE_NO_ALL, place, STR_EMPTY, STR_EMPTY);
    }
}

/* Text of a name that seems to be meant for SPF, and is not. */
static void
check_nearly(struct walk *walk, const struct place *place, struct str text)
{
    struct str trimmed = str_trim(text);

    while (str_skip(&trimmed, STR("\"")) || str_skip(&trimmed, STR("'")))
        continue;
    if (str_starts_nocase(trimmed, STR("spf2.0")))
        add_issue(walk, SPF_ISSUE_SENDER_ID, place, STR_EMPTY, text);
    else if (str_starts_nocase(trimmed, STR("v=spf")) || str_starts_nocase(trimmed, STR("spf1 ")) ||
             str_starts_nocase(trimmed, STR("v:spf1")))
        add_issue(walk, SPF_ISSUE_NEARLY, place, STR_EMPTY, text);
}

/* Fetches the record of `place`. False: there is none that can be walked, which has been told. */
static bool
fetch(struct walk *walk, struct place *place, const struct place *from, const struct spf_term *term)
{
    struct dns_answer answer = ask(walk, place->domain, DNS_TXT);
    uint32_t count = 0;

    if (is_failure(&answer))
        add_failure(walk, from ? from : place, term ? term->text : STR_EMPTY, place->domain,
                    DNS_TXT, &answer);
    if (is_failure(&answer) || answer.status == DNS_PENDING)
        return false;
    for (uint32_t i = 0; i < answer.count; i++) {
        if (spf_record_is(answer.records[i].data)) {
            place->record = answer.records[i].data;
            count++;
        } else {
            check_nearly(walk, place, answer.records[i].data);
        }
    }
    if (count > 1)
        add_issue(walk, SPF_ISSUE_MANY_RECORDS, place, STR_EMPTY,
                  arena_printf(walk->arena, "%u", count));
    else if (count == 0 && from)
        add_issue(walk, SPF_ISSUE_NO_TARGET, from, term->text, place->domain);
    else if (count == 0)
        add_issue(walk, SPF_ISSUE_NO_RECORD, place, STR_EMPTY, STR_EMPTY);
    return count == 1;
}

static void
walk_record(struct walk *walk, struct str domain, uint32_t depth, const struct place *from,
            const struct spf_term *term)
{
    struct place place = {.domain = domain, .depth = depth};
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
        add_issue(walk, SPF_ISSUE_LONG, &place, STR_EMPTY,
                  arena_printf(walk->arena, "%zu", domain.len + place.record.len));
    error = spf_record_error(place.record, &faulty);
    if (error) {
        add_issue(walk, SPF_ISSUE_SYNTAX, &place, faulty, str_from_cstr(error));
        return;
    }
    check_twice(walk, &place);
    walk->path[walk->path_len++] = domain;
    walk_terms(walk, &place);
    walk->path_len--;
}

void
spf_survey(struct str domain, const struct resolver *resolver, struct arena *arena,
           struct spf_survey *ret_survey)
{
    struct walk walk = {
        .resolver = resolver,
        .arena = arena,
        .survey = ret_survey,
        .issues_max = SPF_SURVEY_ISSUES_MAX - 2,
    };
    struct place own;

    *ret_survey = (struct spf_survey){.all = SPF_NEUTRAL};
    walk.domain = arena_str(arena, domain);
    own = (struct place){.domain = walk.domain};
    walk_record(&walk, walk.domain, 0, NULL, NULL);
    walk.issues_max = SPF_SURVEY_ISSUES_MAX;
    if (ret_survey->lookups > SPF_LOOKUPS_MAX)
        add_issue(&walk, SPF_ISSUE_LOOKUPS, &own, STR_EMPTY,
                  arena_printf(arena, "%u", ret_survey->lookups));
    if (ret_survey->voids_ipv4 > SPF_VOIDS_MAX || ret_survey->voids_ipv6 > SPF_VOIDS_MAX)
        add_issue(&walk, SPF_ISSUE_VOIDS, &own, STR_EMPTY,
                  arena_printf(arena, "%u for IPv4, %u for IPv6", ret_survey->voids_ipv4,
                               ret_survey->voids_ipv6));
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
