/* Rules of nftables, in the form of libnftables-json(5). */

#include <jansson.h>

#include "audit/firewall_parts.h"

struct reader {
    struct firewall_packet packet;
    struct arena *arena;
    struct firewall_rules rules;
    bool has_foreign; /* rules that iptables made: only it can tell what they say */
};

static struct str
text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? str_from_cstr(text) : STR_EMPTY;
}

/* "inet filter output": chains of different tables share names. */
static struct str
chain_name(const struct reader *reader, const json_t *object, const char *key)
{
    return arena_printf(reader->arena, STR_FMT " " STR_FMT " " STR_FMT,
                        STR_ARG(text_of(object, "family")), STR_ARG(text_of(object, "table")),
                        STR_ARG(text_of(object, key)));
}

static bool
is_family_met(const struct reader *reader, struct str family)
{
    return str_eq(family, STR("inet")) ||
           str_eq(family, reader->packet.is_ipv6 ? STR("ip6") : STR("ip"));
}

static void
read_chain(struct reader *reader, const json_t *chain)
{
    struct str hook = text_of(chain, "hook");

    if (!is_family_met(reader, text_of(chain, "family")))
        return;
    firewall_add_chain(
        &reader->rules,
        (struct firewall_chain){.name = chain_name(reader, chain, "name"),
                                .is_output = str_eq(hook, STR("output")) &&
                                             str_eq(text_of(chain, "type"), STR("filter")),
                                .drops = str_eq(text_of(chain, "policy"), STR("drop"))});
}

/* --- what a value of the packet is held against --- */

typedef enum firewall_truth holds(const struct reader *reader, const json_t *value);

static enum firewall_truth
number_is(const json_t *value, uint64_t number, struct str name)
{
    const json_t *range = json_object_get(value, "range");
    const char *text = json_string_value(value);

    if (json_is_integer(value))
        return (uint64_t)json_integer_value(value) == number ? FIREWALL_YES : FIREWALL_NO;
    if (json_array_size(range) == 2 && json_is_integer(json_array_get(range, 0)) &&
        json_is_integer(json_array_get(range, 1)))
        return number >= (uint64_t)json_integer_value(json_array_get(range, 0)) &&
                       number <= (uint64_t)json_integer_value(json_array_get(range, 1))
                   ? FIREWALL_YES
                   : FIREWALL_NO;
    if (text && text[0] != '@' && name.len)
        return str_eq(str_from_cstr(text), name) ? FIREWALL_YES : FIREWALL_NO;
    return FIREWALL_MAYBE;
}

static enum firewall_truth
holds_port(const struct reader *reader, const json_t *value)
{
    (void)reader;
    return number_is(value, 25, STR("smtp"));
}

/* A user by its name is not looked up here: `nft -n` prints numbers. */
static enum firewall_truth
holds_user(const struct reader *reader, const json_t *value)
{
    if (json_is_string(value))
        return FIREWALL_MAYBE;
    return number_is(value, reader->packet.uid, STR_EMPTY);
}

static enum firewall_truth
holds_interface(const struct reader *reader, const json_t *value)
{
    const char *text = json_string_value(value);

    (void)reader;
    return text ? firewall_interface(str_from_cstr(text)) : FIREWALL_MAYBE;
}

static enum firewall_truth
holds_protocol(const struct reader *reader, const json_t *value)
{
    (void)reader;
    return number_is(value, 6, STR("tcp"));
}

static enum firewall_truth
holds_family(const struct reader *reader, const json_t *value)
{
    return number_is(value, reader->packet.is_ipv6 ? 10 : 2,
                     reader->packet.is_ipv6 ? STR("ipv6") : STR("ipv4"));
}

/* The first packet of a connection. */
static enum firewall_truth
holds_state(const struct reader *reader, const json_t *value)
{
    (void)reader;
    return number_is(value, 8, STR("new"));
}

static enum firewall_truth
holds_destination(const struct reader *reader, const json_t *value)
{
    const json_t *prefix = json_object_get(value, "prefix");
    const char *text = json_string_value(value);
    struct str network;

    if (prefix)
        network = arena_printf(reader->arena, STR_FMT "/%d", STR_ARG(text_of(prefix, "addr")),
                               (int)json_integer_value(json_object_get(prefix, "len")));
    else if (text && text[0] != '@')
        network = str_from_cstr(text);
    else
        return FIREWALL_MAYBE;
    return firewall_destination(network);
}

static const struct {
    const char *kind, *field; /* {"meta": {"key": field}}, {"payload": {… "field": field}} */
    holds *holds;
} lefts[] = {
    {"payload", "dport", holds_port},        {"meta", "skuid", holds_user},
    {"meta", "oifname", holds_interface},    {"meta", "oif", holds_interface},
    {"meta", "l4proto", holds_protocol},     {"payload", "nexthdr", holds_protocol},
    {"meta", "nfproto", holds_family},       {"ct", "state", holds_state},
    {"payload", "daddr", holds_destination}, {"payload", "protocol", holds_protocol},
};

static holds *
find_left(const struct reader *reader, const json_t *left, bool *ret_never)
{
    for (size_t i = 0; i < sizeof(lefts) / sizeof(lefts[0]); i++) {
        const json_t *inner = json_object_get(left, lefts[i].kind);
        struct str field = text_of(inner, inner && strcmp(lefts[i].kind, "payload") == 0 ? "field"
                                                                                         : "key"),
                   protocol = text_of(inner, "protocol");

        if (!inner || !str_eq(field, str_from_cstr(lefts[i].field)))
            continue;
        /* "udp dport 25", and addresses of the other family, are never the packet's. */
        *ret_never = str_eq(protocol, STR("udp")) || str_eq(protocol, STR("sctp")) ||
                     str_eq(protocol, reader->packet.is_ipv6 ? STR("ip") : STR("ip6"));
        return lefts[i].holds;
    }
    return NULL;
}

static enum firewall_truth
holds_any(const struct reader *reader, holds *one, const json_t *right)
{
    const json_t *list = json_is_array(right) ? right : json_object_get(right, "set");
    enum firewall_truth best = FIREWALL_NO;
    const json_t *value;
    size_t i;

    if (!json_is_array(list))
        return one(reader, right);
    json_array_foreach(list, i, value)
    {
        enum firewall_truth truth = one(reader, value);

        if (truth > best)
            best = truth;
    }
    return best;
}

static enum firewall_truth
judge_match(const struct reader *reader, const json_t *match)
{
    struct str op = text_of(match, "op");
    bool is_never = false;
    holds *one = find_left(reader, json_object_get(match, "left"), &is_never);
    enum firewall_truth truth;

    if (is_never)
        return FIREWALL_NO;
    if (!one)
        return FIREWALL_MAYBE;
    truth = holds_any(reader, one, json_object_get(match, "right"));
    if (str_eq(op, STR("!=")))
        return (enum firewall_truth)(FIREWALL_YES - truth);
    return str_eq(op, STR("==")) || str_eq(op, STR("in")) ? truth : FIREWALL_MAYBE;
}

/* --- a rule --- */

static bool
take_verdict(struct reader *reader, const json_t *rule, const char *key, const json_t *value,
             struct firewall_rule *ret)
{
    static const struct {
        const char *key;
        enum firewall_verdict verdict;
    } verdicts[] = {
        {"accept", FIREWALL_ACCEPT}, {"drop", FIREWALL_DROP},    {"reject", FIREWALL_DROP},
        {"return", FIREWALL_RETURN}, {"jump", FIREWALL_JUMP},    {"goto", FIREWALL_GOTO},
        {"queue", FIREWALL_STRANGE}, {"vmap", FIREWALL_STRANGE},
    };

    for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
        if (strcmp(key, verdicts[i].key) != 0)
            continue;
        ret->verdict = verdicts[i].verdict;
        ret->target = arena_printf(
            reader->arena, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(text_of(rule, "family")),
            STR_ARG(text_of(rule, "table")), STR_ARG(text_of(value, "target")));
        return true;
    }
    return false;
}

/* Statements that neither choose nor decide. */
static bool
is_idle(const char *key)
{
    static const char *const idle[] = {"counter", "log", "comment", "mangle", "notrack", "meter"};

    for (size_t i = 0; i < sizeof(idle) / sizeof(idle[0]); i++) {
        if (strcmp(key, idle[i]) == 0)
            return true;
    }
    return false;
}

static void
read_rule(struct reader *reader, const json_t *rule)
{
    struct firewall_rule ret = {.truth = FIREWALL_YES, .verdict = FIREWALL_CONTINUE};
    const json_t *statement;
    size_t i;

    if (!is_family_met(reader, text_of(rule, "family")))
        return;
    ret.chain = chain_name(reader, rule, "chain");
    json_array_foreach(json_object_get(rule, "expr"), i, statement)
    {
        void *at = json_object_iter((json_t *)(uintptr_t)statement);
        const char *key = at ? json_object_iter_key(at) : "";
        const json_t *value = at ? json_object_iter_value(at) : NULL;

        if (strcmp(key, "match") == 0) {
            ret.truth = firewall_and(ret.truth, judge_match(reader, value));
        } else if (strcmp(key, "xt") == 0) {
            reader->has_foreign = true;
            return;
        } else if (!take_verdict(reader, rule, key, value, &ret) && !is_idle(key)) {
            ret.truth = firewall_and(ret.truth, FIREWALL_MAYBE);
        }
    }
    firewall_add_rule(&reader->rules, ret);
}

enum firewall_answer
firewall_nft(struct str json, struct firewall_packet packet, struct arena *arena,
             bool *ret_has_foreign)
{
    struct reader reader = {.packet = packet, .arena = arena};
    enum firewall_answer answer;
    json_error_t error;
    json_t *whole;
    const json_t *item;
    size_t i;

    *ret_has_foreign = false;
    if (str_trim(json).len == 0)
        return FIREWALL_OPEN;
    whole = json_loadb(json.data, json.len, 0, &error);
    if (!whole || !json_is_array(json_object_get(whole, "nftables")) ||
        !firewall_rules_init(&reader.rules, arena)) {
        json_decref(whole);
        return FIREWALL_UNSURE;
    }
    json_array_foreach(json_object_get(whole, "nftables"), i, item)
    {
        if (json_object_get(item, "chain"))
            read_chain(&reader, json_object_get(item, "chain"));
        else if (json_object_get(item, "rule"))
            read_rule(&reader, json_object_get(item, "rule"));
    }
    answer = firewall_walk(&reader.rules);
    *ret_has_foreign = reader.has_foreign;
    json_decref(whole);
    return answer;
}
