#include "feedback/row_facts.h"

static bool
is_within(struct str name, struct str domain)
{
    return str_eq(name, domain) || (name.len > domain.len && str_ends(name, domain) &&
                                    name.data[name.len - domain.len - 1] == '.');
}

bool
row_facts_is_near(struct str a, struct str b)
{
    /* A name without a dot is a whole registry: nobody's. */
    if (str_index(a, '.') == a.len || str_index(b, '.') == b.len)
        return false;
    return is_within(a, b) || is_within(b, a);
}

static bool
has_passed(const struct aggregate_auth *auth)
{
    return str_eq(auth->result, STR("pass"));
}

/* How much a result says about who sent the mail: passed and ours, passed, ours, any. */
static int
weight(const struct aggregate_auth *auth, struct str domain, struct str from)
{
    bool is_ours = row_facts_is_near(auth->domain, domain) || row_facts_is_near(auth->domain, from);

    return (has_passed(auth) ? 2 + is_ours : is_ours) + 1;
}

static struct aggregate_auth
weightiest(const struct aggregate_auth *list, uint32_t count, struct str domain, struct str from)
{
    struct aggregate_auth best = {STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY};
    int most = 0;

    for (uint32_t i = 0; i < count; i++) {
        int own = weight(&list[i], domain, from);

        if (own > most) {
            most = own;
            best = list[i];
        }
    }
    return best;
}

static uint32_t
reason_of(const struct aggregate_reason *reason)
{
    static const struct {
        const char *type;
        uint32_t reason;
    } types[] = {
        {"forwarded", ROW_FORWARDED},           {"trusted_forwarder", ROW_FORWARDED},
        {"mailing_list", ROW_MAILING_LIST},     {"local_policy", ROW_LOCAL_POLICY},
        {"policy_test_mode", ROW_LOCAL_POLICY}, {"sampled_out", ROW_LOCAL_POLICY},
    };
    uint32_t reasons = ROW_OTHER_REASON;

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (str_eq(reason->type, str_from_cstr(types[i].type)))
            reasons = types[i].reason;
    }
    if (str_find_nocase(reason->comment, STR("arc=pass")) < reason->comment.len)
        reasons |= ROW_ARC;
    return reasons;
}

/* policy_evaluated decides; where a report lacks it, what passed and is ours. */
static bool
is_aligned(struct str evaluated, const struct aggregate_auth *auth, struct str domain)
{
    if (evaluated.len)
        return str_eq(evaluated, STR("pass"));
    return has_passed(auth) && row_facts_is_near(auth->domain, domain);
}

struct row_facts
row_facts_of(struct str domain, const struct aggregate_row *row)
{
    struct row_facts facts = {
        .dkim = weightiest(row->dkims, row->dkim_count, domain, row->header_from),
        .spf = weightiest(row->spfs, row->spf_count, domain, row->header_from),
    };

    facts.is_dkim_aligned = is_aligned(row->dkim, &facts.dkim, domain);
    facts.is_spf_aligned = is_aligned(row->spf, &facts.spf, domain);
    for (uint32_t i = 0; i < row->reason_count; i++)
        facts.reasons |= reason_of(&row->reasons[i]);
    return facts;
}
