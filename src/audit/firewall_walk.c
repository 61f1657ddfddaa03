#include "audit/firewall_parts.h"

#include "audit/network_width.h"

struct walk {
    const struct firewall_rules *rules;
    uint32_t steps_left;
    bool may_accept, may_drop;
};

bool
firewall_rules_init(struct firewall_rules *rules, struct arena *arena)
{
    *rules = (struct firewall_rules){
        .rules = arena_array(arena, FIREWALL_RULES_MAX, sizeof(*rules->rules)),
        .chains = arena_array(arena, FIREWALL_CHAINS_MAX, sizeof(*rules->chains))};
    return rules->rules && rules->chains;
}

void
firewall_add_rule(struct firewall_rules *rules, struct firewall_rule rule)
{
    if (rules->rule_count < FIREWALL_RULES_MAX)
        rules->rules[rules->rule_count++] = rule;
    else
        rules->is_full = true;
}

void
firewall_add_chain(struct firewall_rules *rules, struct firewall_chain chain)
{
    if (rules->chain_count < FIREWALL_CHAINS_MAX)
        rules->chains[rules->chain_count++] = chain;
    else
        rules->is_full = true;
}

enum firewall_truth
firewall_interface(struct str name)
{
    if (str_eq(name, STR("lo")))
        return FIREWALL_NO;
    if (str_eq(name, STR("*")) || str_eq(name, STR("+")))
        return FIREWALL_YES;
    return FIREWALL_MAYBE;
}

enum firewall_truth
firewall_destination(struct str network)
{
    switch (network_width_of(network)) {
    case NETWORK_OWN:
        return FIREWALL_NO;
    case NETWORK_EVERYBODY:
        return FIREWALL_YES;
    case NETWORK_UNREADABLE:
    case NETWORK_NARROW:
    case NETWORK_SHARED:
    case NETWORK_PROVIDER:
        break;
    }
    return FIREWALL_MAYBE;
}

static void walk_chain(struct walk *walk, struct str name, int depth,
                       enum firewall_verdict *ret_verdict);

/* What a rule that the packet meets, or may, makes of the walk. True: the chain ends there. */
static bool
take_rule(struct walk *walk, const struct firewall_rule *rule, int depth,
          enum firewall_verdict *verdict)
{
    enum firewall_verdict found = rule->verdict;
    bool is_sure = rule->truth == FIREWALL_YES;

    if (found == FIREWALL_JUMP || found == FIREWALL_GOTO) {
        walk_chain(walk, rule->target, depth + 1, &found);
        if (found == FIREWALL_CONTINUE && rule->verdict == FIREWALL_GOTO)
            found = FIREWALL_RETURN;
    }
    if (found == FIREWALL_CONTINUE)
        return false;
    if (found == FIREWALL_STRANGE || !is_sure) {
        walk->may_accept |=
            found == FIREWALL_ACCEPT || found == FIREWALL_STRANGE || found == FIREWALL_RETURN;
        walk->may_drop |=
            found == FIREWALL_DROP || found == FIREWALL_STRANGE || found == FIREWALL_RETURN;
        return false;
    }
    *verdict = found;
    return true;
}

static void
walk_chain(struct walk *walk, struct str name, int depth, enum firewall_verdict *ret_verdict)
{
    enum firewall_verdict verdict = FIREWALL_CONTINUE;

    *ret_verdict = depth > FIREWALL_DEPTH_MAX ? FIREWALL_STRANGE : FIREWALL_CONTINUE;
    for (uint32_t i = 0; depth <= FIREWALL_DEPTH_MAX && i < walk->rules->rule_count; i++) {
        const struct firewall_rule *rule = &walk->rules->rules[i];

        if (walk->steps_left == 0) {
            *ret_verdict = FIREWALL_STRANGE;
            return;
        }
        walk->steps_left--;
        if (rule->truth == FIREWALL_NO || !str_eq(rule->chain, name))
            continue;
        if (take_rule(walk, rule, depth, &verdict)) {
            *ret_verdict = verdict == FIREWALL_RETURN ? FIREWALL_CONTINUE : verdict;
            return;
        }
    }
}

static enum firewall_answer
walk_base(const struct firewall_rules *rules, const struct firewall_chain *chain)
{
    struct walk walk = {.rules = rules, .steps_left = FIREWALL_STEPS_MAX};
    enum firewall_verdict verdict;

    walk_chain(&walk, chain->name, 0, &verdict);
    if (verdict == FIREWALL_STRANGE)
        return FIREWALL_UNSURE;
    if (verdict == FIREWALL_CONTINUE)
        verdict = chain->drops ? FIREWALL_DROP : FIREWALL_ACCEPT;
    if (verdict == FIREWALL_DROP)
        return walk.may_accept ? FIREWALL_UNSURE : FIREWALL_BLOCKED;
    return walk.may_drop ? FIREWALL_UNSURE : FIREWALL_OPEN;
}

/* Every chain where packets begin is walked, and one that drops is enough. */
enum firewall_answer
firewall_walk(const struct firewall_rules *rules)
{
    enum firewall_answer worst = rules->is_full ? FIREWALL_UNSURE : FIREWALL_OPEN;

    for (uint32_t i = 0; i < rules->chain_count; i++) {
        enum firewall_answer answer;

        if (!rules->chains[i].is_output)
            continue;
        answer = walk_base(rules, &rules->chains[i]);
        if (answer > worst)
            worst = answer;
    }
    return worst;
}
