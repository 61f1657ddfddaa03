#include "audit/opensmtpd_settings.h"

#include "audit/network_width.h"
#include "audit/settings.h"
#include "site/site.h"

#define JOINED_MAX 8192u

static struct str
strip_comment(struct str line)
{
    char quote = 0;

    for (size_t i = 0; i < line.len; i++) {
        char c = line.data[i];

        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '#')
            return str_first(line, i);
    }
    return line;
}

struct str
opensmtpd_line(struct str *text, uint32_t *line, struct arena *arena, uint32_t *ret_line)
{
    struct str joined = STR_EMPTY;

    while (text->len) {
        struct str one = str_trim(strip_comment(str_cut(text, '\n')));
        bool goes_on = one.len && one.data[one.len - 1] == '\\';

        ++*line;
        if (joined.len == 0)
            *ret_line = *line;
        if (goes_on)
            one.len--;
        if (joined.len == 0)
            joined = one;
        else if (joined.len + one.len < JOINED_MAX)
            joined = arena_printf(arena, STR_FMT " " STR_FMT, STR_ARG(joined), STR_ARG(one));
        if (!goes_on && joined.len)
            return joined;
    }
    return joined;
}

enum truth {
    NO,
    MAYBE,
    YES
};

struct rule {
    enum truth truth;
    struct str action; /* its name; "relay" of an old rule */
    bool is_reject, is_forged, relays;
};

static enum truth
negate(enum truth truth, bool is_negated)
{
    return is_negated ? (enum truth)(YES - truth) : truth;
}

/* A table is a file or a list: of a list, what it holds is known. */
static enum truth
table_holds(struct str text, struct str name, bool is_source, struct arena *arena)
{
    uint32_t line = 0, number = 0;
    struct str one;

    if (name.len < 2 || name.data[0] != '<') {
        if (is_source)
            return network_width_of(name) == NETWORK_EVERYBODY ? YES : NO;
        return str_eq(name, STR("*")) ? YES : NO;
    }
    name = str_first(str_from(name, 1), name.len - 2);
    while ((one = opensmtpd_line(&text, &line, arena, &number)).len) {
        struct str word = site_word(&one);

        if (!str_eq(word, STR("table")) || !str_eq(site_word(&one), name))
            continue;
        if (one.len == 0 || str_index(one, '{') == one.len)
            return NO; /* a file of addresses */
        while (one.len) {
            word = one;
            word = site_word(&one);
            while (word.len && strchr("{},\"", word.data[0]))
                word = str_from(word, 1);
            while (word.len && strchr("{},\"", word.data[word.len - 1]))
                word.len--;
            if (is_source ? network_width_of(word) == NETWORK_EVERYBODY : str_eq(word, STR("*")))
                return YES;
        }
        return NO;
    }
    return NO;
}

/* "! auth" and "!auth" are the same. */
static struct str
next_word(struct str *line, bool *ret_negated)
{
    struct str word = site_word(line);

    *ret_negated = word.len && word.data[0] == '!';
    if (*ret_negated)
        word = word.len > 1 ? str_from(word, 1) : site_word(line);
    return word;
}

static enum truth
from_holds(struct str text, struct str *line, struct arena *arena, struct rule *rule)
{
    bool is_negated;
    struct str word = next_word(line, &is_negated);

    if (str_eq(word, STR("any")))
        return negate(YES, is_negated);
    if (str_eq(word, STR("local")) || str_eq(word, STR("socket")))
        return negate(NO, is_negated);
    if (str_eq(word, STR("auth"))) {
        /* "auth <table>" names users. */
        if (line->len && str_trim(*line).data[0] == '<')
            (void)site_word(line);
        return negate(NO, is_negated);
    }
    if (str_eq(word, STR("src")) || str_eq(word, STR("source")))
        return negate(table_holds(text, site_word(line), true, arena), is_negated);
    if (str_eq(word, STR("mail-from")) || str_eq(word, STR("rdns"))) {
        (void)site_word(line);
        rule->is_forged = str_eq(word, STR("mail-from"));
        return rule->is_forged ? YES : MAYBE;
    }
    return negate(table_holds(text, word, true, arena), is_negated);
}

static enum truth
for_holds(struct str text, struct str *line, struct arena *arena)
{
    bool is_negated;
    struct str word = next_word(line, &is_negated);

    if (str_eq(word, STR("any")))
        return negate(YES, is_negated);
    if (str_eq(word, STR("local")))
        return negate(NO, is_negated);
    if (str_eq(word, STR("domain")) || str_eq(word, STR("rcpt-to")))
        return negate(table_holds(text, site_word(line), false, arena), is_negated);
    return negate(NO, is_negated);
}

/* "match …" and, of before 6.4, "accept …" and "reject …". */
static bool
read_rule(struct str text, struct str line, struct arena *arena, struct rule *ret_rule)
{
    struct rule rule = {.truth = YES};
    struct str first = site_word(&line), word;
    enum truth from = NO, to = NO; /* without a word: from local for local */
    bool is_negated;

    if (!str_eq(first, STR("match")) && !str_eq(first, STR("accept")) &&
        !str_eq(first, STR("reject")))
        return false;
    rule.is_reject = str_eq(first, STR("reject"));
    while ((word = next_word(&line, &is_negated)).len) {
        enum truth truth = YES;

        if (str_eq(word, STR("from")))
            from = negate(from_holds(text, &line, arena, &rule), is_negated);
        else if (str_eq(word, STR("for")))
            to = negate(for_holds(text, &line, arena), is_negated);
        else if (str_eq(word, STR("action")))
            rule.action = site_word(&line);
        else if (str_eq(word, STR("reject")))
            rule.is_reject = true;
        else if (str_eq(word, STR("relay")))
            rule.relays = true;
        else if (str_eq(word, STR("auth")))
            truth = negate(NO, is_negated);
        else if (str_eq(word, STR("mail-from")) || str_eq(word, STR("sender"))) {
            (void)site_word(&line);
            rule.is_forged = true;
        } else if (str_eq(word, STR("rcpt-to"))) {
            (void)site_word(&line);
            truth = negate(NO, is_negated);
        } else if (str_eq(word, STR("tag")) || str_eq(word, STR("tagged"))) {
            (void)site_word(&line);
            truth = MAYBE;
        } else if (str_eq(word, STR("helo"))) {
            (void)site_word(&line);
            rule.is_forged = true;
        }
        if (truth < rule.truth)
            rule.truth = truth;
    }
    if (from < rule.truth)
        rule.truth = from;
    if (to < rule.truth)
        rule.truth = to;
    *ret_rule = rule;
    return true;
}

/* 'action "out" relay …': whether the action of that name sends on. */
static bool
action_relays(struct str text, struct str name, struct arena *arena)
{
    uint32_t line = 0, number = 0;
    struct str one;

    while ((one = opensmtpd_line(&text, &line, arena, &number)).len) {
        if (str_eq(site_word(&one), STR("action")) && str_eq(site_word(&one), name))
            return str_eq(site_word(&one), STR("relay"));
    }
    return false;
}

static void
judge_relay(const struct opensmtpd_facts *facts, struct audit *audit)
{
    struct str text = facts->text, one;
    uint32_t line = 0, number = 0, rules = 0;
    bool is_unsure = false;
    struct str unsure = STR_EMPTY;

    while ((one = opensmtpd_line(&text, &line, audit->arena, &number)).len) {
        struct audit_finding *finding;
        struct rule rule;

        if (!read_rule(facts->text, one, audit->arena, &rule))
            continue;
        if (rules++ == OPENSMTPD_RULES_MAX) {
            is_unsure = true;
            unsure = STR("there are too many rules");
            break;
        }
        if (rule.truth == NO)
            continue;
        if (rule.truth == MAYBE) {
            is_unsure = true;
            unsure = one;
            continue;
        }
        if (rule.is_reject ||
            !(rule.relays || action_relays(facts->text, rule.action, audit->arena)))
            break;
        finding = audit_add(
            audit,
            (struct audit_finding){
                .area = AUDIT_MTA,
                .check = "opensmtpd-relay",
                .outcome = is_unsure ? AUDIT_SERIOUS : AUDIT_CRITICAL,
                .subject = STR("opensmtpd"),
                .title = rule.is_forged
                             ? STR("Anybody may relay who states the sender that a rule trusts.")
                             : STR("Open relay: strangers may send to anybody through this "
                                   "server."),
                .place = arena_printf(audit->arena, STR_FMT ":%u", STR_ARG(facts->file), number),
                .seen = one,
                .why = STR("Spammers find an open relay within hours, and blocklists follow within "
                           "a day.")});
        audit_fix(audit, finding,
                  (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                     .program = AUDIT_PROGRAM_OPENSMTPD,
                                     .value = arena_printf(
                                         audit->arena,
                                         "Replace the rule by: match from local for any action "
                                         "\"" STR_FMT "\" and: match auth from any for any action "
                                         "\"" STR_FMT "\"; test with smtpd -n.",
                                         STR_ARG(rule.action), STR_ARG(rule.action))});
        return;
    }
    if (is_unsure)
        audit_unknown(audit, AUDIT_MTA, "opensmtpd-relay", STR("opensmtpd"),
                      STR("Whether strangers may relay hangs on a tag or a reverse name."), unsure);
    else
        audit_fine(audit, AUDIT_MTA, "opensmtpd-relay", STR("opensmtpd"),
                   STR("Strangers cannot relay: no rule for them sends on."), STR_EMPTY);
}

/* A listener for logins must want TLS; OpenSMTPD refuses "auth" without it, but not on lo. */
static void
judge_listeners(const struct opensmtpd_facts *facts, struct audit *audit)
{
    struct str text = facts->text, one;
    uint32_t line = 0, number = 0;

    while ((one = opensmtpd_line(&text, &line, audit->arena, &number)).len) {
        struct audit_finding *finding;
        struct str rest = one, word;
        bool takes_logins = false, has_tls = false, wants_tls = false;

        if (!str_eq(site_word(&rest), STR("listen")) || !str_eq(site_word(&rest), STR("on")))
            continue;
        word = site_word(&rest);
        if (str_eq(word, STR("socket")) || str_starts(word, STR("lo")) ||
            str_starts(word, STR("127.")) || str_eq(word, STR("::1")))
            continue;
        while ((word = site_word(&rest)).len) {
            takes_logins |= str_eq(word, STR("auth")) || str_eq(word, STR("auth-optional"));
            wants_tls |= str_eq(word, STR("tls-require")) || str_eq(word, STR("smtps"));
            has_tls |= str_eq(word, STR("tls")) || wants_tls;
        }
        if (has_tls && (wants_tls || !takes_logins)) {
            audit_fine(audit, AUDIT_MTA, "opensmtpd-tls", STR("opensmtpd"),
                       STR("The listener offers TLS."), one);
            continue;
        }
        finding = audit_add(
            audit,
            (struct audit_finding){
                .area = AUDIT_MTA,
                .check = "opensmtpd-tls",
                .outcome = takes_logins && !has_tls ? AUDIT_SERIOUS : AUDIT_NOTE,
                .subject = STR("opensmtpd"),
                .title = takes_logins ? STR("Logins are taken without TLS being required.")
                                      : STR("Mail comes in without encryption: TLS is not "
                                            "offered."),
                .place = arena_printf(audit->arena, STR_FMT ":%u", STR_ARG(facts->file), number),
                .seen = one,
                .why = STR("Whoever is on the way reads it, and passwords with it.")});
        audit_fix(audit, finding,
                  (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                     .program = AUDIT_PROGRAM_OPENSMTPD,
                                     .value = takes_logins
                                                  ? STR("Add tls-require and a pki to the line.")
                                                  : STR("Add tls and a pki to the line.")});
    }
}

void
opensmtpd_audit(const struct opensmtpd_facts *facts, struct audit *audit)
{
    judge_relay(facts, audit);
    judge_listeners(facts, audit);
}
