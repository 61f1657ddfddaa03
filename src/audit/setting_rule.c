#include "audit/setting_rule.h"

static bool
is_one_of(struct str value, struct str words)
{
    while (words.len) {
        if (str_eq_nocase(value, str_cut(&words, '|')))
            return true;
    }
    return false;
}

static bool
has_one_of(struct str list, struct str words)
{
    struct str one;

    while ((one = setting_word(&list)).len) {
        if (is_one_of(one, words))
            return true;
    }
    return false;
}

bool
setting_rule_is_met(const struct setting_rule *rule, struct str value)
{
    struct str words = str_from_cstr(rule->words ? rule->words : "");

    switch (rule->test) {
    case SETTING_IS:
        return is_one_of(value, words);
    case SETTING_IS_NOT:
        return !is_one_of(value, words);
    case SETTING_HAS:
        return has_one_of(value, words);
    case SETTING_LACKS:
        return !has_one_of(value, words);
    case SETTING_EMPTY:
        return value.len == 0;
    case SETTING_STATED:
        return value.len > 0;
    }
    return false;
}

struct str
setting_quote(const struct setting *setting, struct str name, struct str value, struct arena *arena)
{
    struct str lines = setting ? str_trim(setting->span) : STR_EMPTY;

    /* The first of several lines alone would say little. */
    if (setting && setting->file.len && setting->raw.len && str_index(lines, '\n') == lines.len)
        return str_trim(setting->raw);
    return arena_printf(arena, STR_FMT " = " STR_FMT "%s", STR_ARG(name), STR_ARG(value),
                        setting ? "" : " (not set; so by default)");
}

struct audit_fix
setting_fix(const struct settings *settings, const struct setting_subject *subject, struct str name,
            struct str value, bool is_safe)
{
    const struct setting *setting = settings_find_in(settings, subject->section, name);

    return (struct audit_fix){.kind = AUDIT_FIX_SETTING,
                              .program = subject->program,
                              .where = setting && setting->file.len ? setting->file : subject->file,
                              .name = name,
                              .value = value,
                              .old = setting && setting->file.len ? setting->value : STR_EMPTY,
                              .is_safe = is_safe};
}

static void
judge_rule(const struct setting_rule *rule, const struct settings *settings,
           const struct setting_subject *subject, struct audit *audit)
{
    struct str name = str_from_cstr(rule->name), value;
    const struct setting *setting = settings_find_in(settings, subject->section, name);
    struct audit_finding finding = {.area = subject->area,
                                    .check = rule->check,
                                    .subject = subject->subject},
                         *added;

    if (!setting && !rule->absent)
        return;
    value = setting ? setting->value : str_from_cstr(rule->absent);
    finding.seen = setting_quote(setting, name, value, audit->arena);
    finding.place = setting_place(setting, audit->arena);
    if (!setting_rule_is_met(rule, value)) {
        finding.outcome = AUDIT_FINE;
        finding.title = str_from_cstr(rule->fine);
        (void)audit_add(audit, finding);
        return;
    }
    finding.outcome = rule->outcome;
    finding.title = str_from_cstr(rule->bad);
    finding.why = str_from_cstr(rule->why);
    added = audit_add(audit, finding);
    if (rule->fix)
        audit_fix(audit, added,
                  setting_fix(settings, subject, name, str_from_cstr(rule->fix), rule->is_safe));
    if (rule->advice)
        audit_fix(audit, added,
                  (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                     .program = subject->program,
                                     .value = str_from_cstr(rule->advice)});
}

void
setting_rules_judge(const struct setting_rule *rules, size_t count, const struct settings *settings,
                    const struct setting_subject *subject, struct audit *audit)
{
    for (size_t i = 0; i < count; i++)
        judge_rule(&rules[i], settings, subject, audit);
}
