#ifndef AUDIT_SETTING_RULE_H
#define AUDIT_SETTING_RULE_H

/*
 * setting_rule - what one setting alone says, judged by rows of a table.
 *
 * A row holds a setting against words and names what is the matter where they meet. Each row
 * leaves one finding, fine or not, with the line that was read and the line that mends it.
 * Pure.
 */

#include "audit/finding.h"
#include "audit/settings.h"

enum setting_test {
    SETTING_IS,     /* bad: the value is one of the words */
    SETTING_IS_NOT, /* bad: it is none of them */
    SETTING_HAS,    /* bad: one of the words is in its list */
    SETTING_LACKS,  /* bad: none of the words is in its list */
    SETTING_EMPTY,  /* bad: it is empty or not stated */
    SETTING_STATED, /* bad: it is not empty */
};

struct setting_rule {
    const char *check, *name;
    enum setting_test test;
    const char *words;  /* "yes|true"; without case */
    const char *absent; /* its value where nobody states it; NULL: leave the rule out */
    enum audit_outcome outcome;
    const char *bad, *fine; /* titles */
    const char *why;
    const char *fix; /* the new value; NULL: no setting mends it; see `advice` */
    const char *advice;
    bool is_safe;
};

/* Who is judged. `section` is where in its file the settings stand: empty, the top. */
struct setting_subject {
    enum audit_area area;
    enum audit_program program;
    struct str subject; /* "postfix", "PHP 8.2 fpm, pool www" */
    struct str file;    /* where settings go that are not stated yet */
    struct str section;
};

void setting_rules_judge(const struct setting_rule *rules, size_t count,
                         const struct settings *settings, const struct setting_subject *subject,
                         struct audit *audit);

/* Whether the value meets the test. */
bool setting_rule_is_met(const struct setting_rule *rule, struct str value);

/* A fix that sets `name` where it stands, or in the subject's file. */
struct audit_fix setting_fix(const struct settings *settings, const struct setting_subject *subject,
                             struct str name, struct str value, bool is_safe);

/* "name = value" as it was read, for quoting; the line itself where it has one. */
struct str setting_quote(const struct setting *setting, struct str name, struct str value,
                         struct arena *arena);

#endif
