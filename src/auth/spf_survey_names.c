#include "auth/spf_survey_parts.h"

/* What a name has for clients of both families. */
struct addresses {
    bool has_ipv4, has_ipv6, is_known;
};

struct dns_answer
spf_survey_ask(struct spf_survey_walk *walk, struct str name, enum dns_type type)
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

bool
spf_survey_is_failure(const struct dns_answer *answer)
{
    return answer->status == DNS_FAILED || answer->status == DNS_TIMED_OUT ||
           answer->status == DNS_BOGUS;
}

bool
spf_survey_expand(struct spf_survey_walk *walk, struct str spec, struct str domain,
                  struct str *ret_name)
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

static struct addresses
ask_addresses(struct spf_survey_walk *walk, const struct spf_survey_place *place, struct str term,
              struct str name)
{
    static const enum dns_type types[] = {DNS_A, DNS_AAAA};
    struct addresses addresses = {.is_known = true};

    for (size_t i = 0; i < 2; i++) {
        struct dns_answer answer = spf_survey_ask(walk, name, types[i]);

        if (spf_survey_is_failure(&answer))
            spf_survey_add_failure(walk, place, term, name, types[i], &answer);
        if (spf_survey_is_failure(&answer) || answer.status == DNS_PENDING)
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
count_voids(struct spf_survey_walk *walk, const struct addresses *all)
{
    if (!all->is_known)
        return;
    walk->survey->voids_ipv4 += !all->has_ipv4;
    walk->survey->voids_ipv6 += !all->has_ipv6;
}

void
spf_survey_address(struct spf_survey_walk *walk, const struct spf_survey_place *place,
                   const struct spf_term *term, struct str name)
{
    struct addresses addresses = ask_addresses(walk, place, term->text, name);

    if (term->kind == SPF_TERM_EXISTS)
        addresses.has_ipv6 = addresses.has_ipv4;
    count_voids(walk, &addresses);
    if (addresses.is_known && !addresses.has_ipv4 && !addresses.has_ipv6)
        spf_survey_add(walk, SPF_ISSUE_DEAD_NAME, place, term->text, name);
}

static void
walk_hosts(struct spf_survey_walk *walk, const struct spf_survey_place *place,
           const struct spf_term *term, const struct dns_answer *answer)
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
            spf_survey_add(walk, SPF_ISSUE_DEAD_NAME, place, term->text, host);
    }
    count_voids(walk, &all);
}

void
spf_survey_mx(struct spf_survey_walk *walk, const struct spf_survey_place *place,
              const struct spf_term *term, struct str name)
{
    struct dns_answer answer = spf_survey_ask(walk, name, DNS_MX);

    if (spf_survey_is_failure(&answer)) {
        spf_survey_add_failure(walk, place, term->text, name, DNS_MX, &answer);
        return;
    }
    if (answer.status == DNS_PENDING)
        return;
    if (answer.status != DNS_FOUND) {
        count_voids(walk, &(struct addresses){.is_known = true});
        spf_survey_add(walk, SPF_ISSUE_DEAD_NAME, place, term->text, name);
        return;
    }
    if (answer.count > SPF_MX_MAX)
        spf_survey_add(walk, SPF_ISSUE_MANY_MX, place, term->text,
                       arena_printf(walk->arena, "%u", answer.count));
    walk_hosts(walk, place, term, &answer);
}
