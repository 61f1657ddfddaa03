/* ACLs of Exim: specification, chapter 44. */

#include "audit/exim_parts.h"

struct walk {
    const struct exim_facts *facts;
    struct arena *arena;
    struct str acls;
    unsigned steps_left;
    struct str line; /* the statement that decides, or that may */
    bool is_forged;
};

enum verb {
    VERB_NONE,
    VERB_ACCEPT,
    VERB_DENY,
    VERB_REQUIRE,
    VERB_DISCARD,
    VERB_WARN
};

static const struct {
    const char *word;
    enum verb verb;
} verbs[] = {
    {"accept", VERB_ACCEPT},   {"deny", VERB_DENY},       {"drop", VERB_DENY}, {"defer", VERB_DENY},
    {"require", VERB_REQUIRE}, {"discard", VERB_DISCARD}, {"warn", VERB_WARN},
};

/* Words that do something and hold nobody. */
static const char *const modifiers[] = {
    "add_header",  "continue",          "control",  "delay",   "dscp",
    "log_message", "log_reject_target", "logwrite", "message", "remove_header",
    "set",         "udpsend",           "queue",
};

/* Conditions whose answer for a stranger is known beforehand. */
static const struct {
    const char *word;
    enum exim_truth truth;
} known[] = {
    {"authenticated", EXIM_NO}, {"dnslists", EXIM_NO}, {"ratelimit", EXIM_NO},
    {"encrypted", EXIM_YES},    {"malware", EXIM_NO},  {"spam", EXIM_NO},
};

static enum exim_reach walk_acl(struct walk *walk, struct str name, int depth);

/* "verb condition" on the same line: cuts the verb off. */
static enum verb
take_verb(struct str *line)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        struct str word = str_from_cstr(verbs[i].word), rest = *line;

        if (str_starts_nocase(rest, word) &&
            (rest.len == word.len || strchr(" \t", rest.data[word.len]))) {
            *line = str_trim(str_from(rest, word.len));
            return verbs[i].verb;
        }
    }
    return VERB_NONE;
}

static bool
is_modifier(struct str name)
{
    for (size_t i = 0; i < sizeof(modifiers) / sizeof(modifiers[0]); i++) {
        if (str_eq_nocase(name, str_from_cstr(modifiers[i])))
            return true;
    }
    return str_starts_nocase(name, STR("set ")) || str_starts_nocase(name, STR("control "));
}

static enum exim_truth
verified(struct str value)
{
    struct str what = str_first(value, str_index_any(value, STR("/ \t")));

    if (str_eq(what, STR("recipient")) || str_eq(what, STR("sender")) ||
        str_starts(what, STR("header_")) || str_eq(what, STR("not_blind")))
        return EXIM_YES;
    return EXIM_MAYBE;
}

static enum exim_truth
computed(struct str value)
{
    if (setting_is_yes(value))
        return EXIM_YES;
    if (str_eq_nocase(value, STR("no")) || str_eq_nocase(value, STR("false")) ||
        str_eq(value, STR("0")))
        return EXIM_NO;
    return EXIM_MAYBE;
}

static enum exim_truth
judge_condition(struct walk *walk, struct str name, struct str value, int depth)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (str_eq_nocase(name, str_from_cstr(known[i].word)))
            return known[i].truth;
    }
    if (str_eq_nocase(name, STR("hosts")))
        return exim_list_holds(walk->facts, value, EXIM_HOSTS, 0);
    if (str_eq_nocase(name, STR("domains")))
        return exim_list_holds(walk->facts, value, EXIM_DOMAINS, 0);
    if (str_eq_nocase(name, STR("senders")) || str_eq_nocase(name, STR("sender_domains"))) {
        walk->is_forged = true;
        return exim_list_holds(walk->facts, value, EXIM_SENDERS, 0);
    }
    if (str_eq_nocase(name, STR("local_parts")) || str_eq_nocase(name, STR("recipients")))
        return str_eq(value, STR("*")) ? EXIM_YES : EXIM_NO;
    if (str_eq_nocase(name, STR("verify")))
        return verified(value);
    if (str_eq_nocase(name, STR("condition")))
        return computed(value);
    if (str_eq_nocase(name, STR("acl")) && depth < EXIM_DEPTH_MAX) {
        switch (walk_acl(walk, value, depth + 1)) {
        case EXIM_CLOSED:
            return EXIM_NO;
        case EXIM_UNSURE:
            return EXIM_MAYBE;
        case EXIM_FORGED:
        case EXIM_OPEN:
            return EXIM_YES;
        }
    }
    return EXIM_MAYBE;
}

struct statement {
    enum verb verb;
    struct str line;
    enum exim_truth truth;
    bool is_past_end, fails_past_end; /* of endpass */
    bool is_forged;
};

static void
take_condition(struct walk *walk, struct statement *statement, struct str line, int depth)
{
    struct str rest = line, name;
    enum exim_truth truth;
    bool is_negated;

    if (line.len == 0 || statement->truth == EXIM_NO)
        return;
    if (str_eq_nocase(line, STR("endpass"))) {
        statement->is_past_end = true;
        return;
    }
    name = str_trim(str_cut(&rest, '='));
    is_negated = name.len && name.data[0] == '!';
    if (is_negated)
        name = str_trim(str_from(name, 1));
    if (is_modifier(name))
        return;
    walk->is_forged = false;
    truth = judge_condition(walk, name, str_trim(rest), depth);
    statement->is_forged |= walk->is_forged;
    if (is_negated)
        truth = exim_not(truth);
    if (truth < statement->truth)
        statement->truth = truth;
    statement->fails_past_end = truth == EXIM_NO && statement->is_past_end;
}

/* True: nothing after the statement is reached by a stranger; *ret says what they have. */
static bool
end_statement(struct walk *walk, const struct statement *statement, bool *unsure,
              enum exim_reach *ret)
{
    switch (statement->verb) {
    case VERB_ACCEPT:
        if (statement->truth == EXIM_YES) {
            walk->line = statement->line;
            *ret = *unsure ? EXIM_UNSURE : statement->is_forged ? EXIM_FORGED : EXIM_OPEN;
            return true;
        }
        if (statement->truth == EXIM_MAYBE) {
            walk->line = statement->line;
            *unsure = true;
        }
        *ret = *unsure ? EXIM_UNSURE : EXIM_CLOSED;
        return statement->fails_past_end;
    case VERB_DENY:
    case VERB_DISCARD:
        *ret = *unsure ? EXIM_UNSURE : EXIM_CLOSED;
        return statement->truth == EXIM_YES;
    case VERB_REQUIRE:
        *ret = *unsure ? EXIM_UNSURE : EXIM_CLOSED;
        return statement->truth == EXIM_NO;
    case VERB_WARN:
    case VERB_NONE:
        break;
    }
    return false;
}

/*
 * What may have been refused before only makes an open end less sure: `refused` is kept apart
 * from what may have been accepted.
 */
static enum exim_reach
walk_statements(struct walk *walk, struct str body, int depth)
{
    struct statement statement = {.verb = VERB_NONE, .truth = EXIM_YES};
    bool may_accept = false, may_refuse = false;
    enum exim_reach reach = EXIM_CLOSED;
    struct str line;

    for (;;) {
        struct str first = line = exim_line(&body, walk->arena);
        enum verb verb = take_verb(&line);
        bool is_label = line.len && line.data[line.len - 1] == ':' &&
                        str_index_any(line, STR(" \t=")) == line.len;

        if (walk->steps_left == 0)
            return EXIM_UNSURE;
        walk->steps_left--;
        if (first.len == 0 || verb != VERB_NONE || is_label) {
            if (end_statement(walk, &statement, &may_accept, &reach)) {
                if (reach > EXIM_UNSURE && may_refuse)
                    return EXIM_UNSURE;
                return reach;
            }
            may_refuse |= (statement.verb == VERB_DENY || statement.verb == VERB_REQUIRE) &&
                          statement.truth == EXIM_MAYBE;
            if (first.len == 0 || is_label)
                return may_accept ? EXIM_UNSURE : EXIM_CLOSED;
            statement = (struct statement){.verb = verb, .line = first, .truth = EXIM_YES};
        }
        take_condition(walk, &statement, line, depth);
        if (line.len && statement.line.len < 300 && verb == VERB_NONE)
            statement.line = arena_printf(walk->arena, STR_FMT " " STR_FMT, STR_ARG(statement.line),
                                          STR_ARG(line));
    }
}

static enum exim_reach
walk_acl(struct walk *walk, struct str name, int depth)
{
    struct str rest = walk->acls, line;

    while ((line = exim_line(&rest, walk->arena)).len) {
        if (line.data[line.len - 1] == ':' && str_eq(str_trim(str_first(line, line.len - 1)), name))
            return walk_statements(walk, rest, depth);
    }
    return EXIM_UNSURE;
}

enum exim_reach
exim_relay_reach(const struct exim_facts *facts, struct arena *arena, struct str *ret_line)
{
    struct walk walk = {.facts = facts,
                        .arena = arena,
                        .acls = exim_section(facts->config, STR("acl")),
                        .steps_left = EXIM_STEPS_MAX,
                        .line = STR_EMPTY};
    struct str name = settings_value(facts->settings, "acl_smtp_rcpt");
    enum exim_reach reach = EXIM_CLOSED;

    /* Without an ACL, Exim takes no recipient over the network at all. */
    *ret_line = STR("acl_smtp_rcpt is not set");
    if (name.len == 0)
        return EXIM_CLOSED;
    if (str_eq_nocase(name, STR("accept")))
        reach = EXIM_OPEN;
    else if (!str_eq_nocase(name, STR("deny")))
        reach = walk_acl(&walk, name, 0);
    *ret_line = walk.line.len && reach != EXIM_CLOSED
                    ? walk.line
                    : arena_printf(arena, "acl_smtp_rcpt = " STR_FMT, STR_ARG(name));
    return reach;
}
