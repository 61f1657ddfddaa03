/* Rules of iptables and ip6tables, as iptables-save(8) prints them. */

#include "audit/firewall_parts.h"
#include "site/site.h"

struct reader {
    struct firewall_packet packet;
    struct firewall_rules rules;
    bool is_filter; /* within "*filter" */
};

static enum firewall_truth
is_within(struct str list, char between, uint64_t number)
{
    while (list.len) {
        struct str last = str_cut(&list, ','), first = str_cut(&last, between);
        uint64_t from, to;

        if (!str_u64(first, &from))
            return FIREWALL_MAYBE;
        if (last.len == 0)
            to = from;
        else if (!str_u64(last, &to))
            return FIREWALL_MAYBE;
        if (number >= from && number <= to)
            return FIREWALL_YES;
    }
    return FIREWALL_NO;
}

static enum firewall_truth
holds_states(struct str list)
{
    while (list.len) {
        if (str_eq_nocase(str_cut(&list, ','), STR("NEW")))
            return FIREWALL_YES;
    }
    return FIREWALL_NO;
}

enum match {
    MATCH_PROTOCOL,
    MATCH_INTERFACE,
    MATCH_DESTINATION,
    MATCH_PORT,
    MATCH_USER,
    MATCH_STATE,
    MATCH_NOTHING, /* holds for every packet; its value is passed over */
};

static const struct {
    const char *option;
    enum match match;
} matches[] = {
    {"-p", MATCH_PROTOCOL},          {"-o", MATCH_INTERFACE},
    {"-d", MATCH_DESTINATION},       {"--dport", MATCH_PORT},
    {"--dports", MATCH_PORT},        {"--destination-port", MATCH_PORT},
    {"--uid-owner", MATCH_USER},     {"--ctstate", MATCH_STATE},
    {"--state", MATCH_STATE},        {"-m", MATCH_NOTHING},
    {"--comment", MATCH_NOTHING},    {"--reject-with", MATCH_NOTHING},
    {"--log-prefix", MATCH_NOTHING}, {"--log-level", MATCH_NOTHING},
};

static enum firewall_truth
judge(const struct reader *reader, enum match match, struct str value)
{
    switch (match) {
    case MATCH_PROTOCOL:
        return str_eq(value, STR("tcp")) || str_eq(value, STR("6")) || str_eq(value, STR("all"))
                   ? FIREWALL_YES
                   : FIREWALL_NO;
    case MATCH_INTERFACE:
        return firewall_interface(value);
    case MATCH_DESTINATION:
        return firewall_destination(value);
    case MATCH_PORT:
        return is_within(value, ':', 25);
    case MATCH_USER:
        return is_within(value, '-', reader->packet.uid);
    case MATCH_STATE:
        return holds_states(value);
    case MATCH_NOTHING:
        return FIREWALL_YES;
    }
    return FIREWALL_MAYBE;
}

static void
take_target(struct str target, bool is_goto, struct firewall_rule *rule)
{
    rule->target = target;
    rule->verdict = str_eq(target, STR("ACCEPT"))                                  ? FIREWALL_ACCEPT
                    : str_eq(target, STR("DROP")) || str_eq(target, STR("REJECT")) ? FIREWALL_DROP
                    : str_eq(target, STR("RETURN"))                                ? FIREWALL_RETURN
                    : str_eq(target, STR("LOG")) || str_eq(target, STR("NFLOG")) ? FIREWALL_CONTINUE
                    : str_starts(target, STR("NFQUEUE")) || str_eq(target, STR("SET"))
                        ? FIREWALL_STRANGE
                        : (is_goto ? FIREWALL_GOTO : FIREWALL_JUMP);
}

static void
take_option(const struct reader *reader, struct str option, bool is_negated, struct str *line,
            struct firewall_rule *rule)
{
    for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
        enum firewall_truth truth;

        if (!str_eq(option, str_from_cstr(matches[i].option)))
            continue;
        truth = judge(reader, matches[i].match, site_word(line));
        if (is_negated)
            truth = (enum firewall_truth)(FIREWALL_YES - truth);
        rule->truth = firewall_and(rule->truth, truth);
        return;
    }
    /* An option that is not known: the rule may or may not hold. */
    if (option.len && option.data[0] == '-' && !str_eq(option, STR("--syn")) &&
        !str_starts(option, STR("--log-")))
        rule->truth = firewall_and(rule->truth, FIREWALL_MAYBE);
}

static void
read_rule(struct reader *reader, struct str line)
{
    struct firewall_rule rule = {.truth = FIREWALL_YES};
    bool is_negated = false;
    struct str word;

    rule.chain = site_word(&line);
    while ((word = site_word(&line)).len) {
        if (str_eq(word, STR("!"))) {
            is_negated = true;
            continue;
        }
        if (str_eq(word, STR("-j")) || str_eq(word, STR("-g")))
            take_target(site_word(&line), str_eq(word, STR("-g")), &rule);
        else
            take_option(reader, word, is_negated, &line, &rule);
        is_negated = false;
    }
    firewall_add_rule(&reader->rules, rule);
}

/* ":OUTPUT ACCEPT [0:0]" */
static void
read_chain(struct reader *reader, struct str line)
{
    struct str name = site_word(&line), policy = site_word(&line);

    firewall_add_chain(&reader->rules,
                       (struct firewall_chain){.name = name,
                                               .is_output = str_eq(name, STR("OUTPUT")),
                                               .drops = str_eq(policy, STR("DROP"))});
}

enum firewall_answer
firewall_iptables(struct str text, struct firewall_packet packet, struct arena *arena)
{
    struct reader reader = {.packet = packet};

    if (str_trim(text).len == 0)
        return FIREWALL_OPEN;
    if (!firewall_rules_init(&reader.rules, arena))
        return FIREWALL_UNSURE;
    while (text.len) {
        struct str line = str_trim(str_cut(&text, '\n'));

        if (line.len && line.data[0] == '*')
            reader.is_filter = str_eq(line, STR("*filter"));
        else if (reader.is_filter && str_skip(&line, STR(":")))
            read_chain(&reader, line);
        else if (reader.is_filter && str_skip(&line, STR("-A ")))
            read_rule(&reader, line);
    }
    return firewall_walk(&reader.rules);
}
