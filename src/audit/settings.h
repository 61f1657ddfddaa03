#ifndef AUDIT_SETTINGS_H
#define AUDIT_SETTINGS_H

/*
 * settings - names and values as servers' configurations state them, each with its place.
 *
 *     smtpd_banner = $myhostname ESMTP          main.cf, postconf: SETTINGS_POSTFIX
 *     log_selector = +arguments \               exim: SETTINGS_EXIM
 *     service auth { unix_listener x { mode = 0666 } }     doveconf: SETTINGS_DOVECOT
 *     php_admin_value[mail.log] = /var/log/x    php.ini, PHP-FPM's pools: SETTINGS_INI
 *
 * A setting that is stated again takes the place of the earlier one in lookups. The readers
 * take any bytes: what is no setting is passed over. Pure. Names, values and files are slices of
 * the texts, but for values of several lines, which are joined in the arena.
 */

#include "base/arena.h"

#define SETTINGS_MAX 100000U
#define SETTINGS_DEPTH_MAX 8 /* nested blocks; deeper ones are passed over */

enum settings_syntax {
    SETTINGS_POSTFIX,
    SETTINGS_EXIM,
    SETTINGS_DOVECOT,
    SETTINGS_INI,
};

struct setting {
    struct str name, value;
    struct str section; /* "service auth/unix_listener x", the pool; empty: at the top */
    struct str file;    /* empty: a program said so, or the server has it built in */
    uint32_t line;      /* from 1 */
    struct str raw;     /* the first line as it stands there, for quoting */
    struct str span;    /* all its lines in the text, for editing */
};

struct settings {
    struct arena *arena;
    struct setting *list;
    uint32_t count, capacity;
    bool is_full; /* some were left out at a ceiling */
};

void settings_init(struct settings *settings, struct arena *arena);

/* Adds what `text` states; `file` names it in findings, empty for what a program printed. */
void settings_read(struct settings *settings, enum settings_syntax syntax, struct str text,
                   struct str file);

/*
 * Gives settings that a program printed the places where `text` states them; the values stay.
 * What is stated there and was never printed is added.
 */
void settings_locate(struct settings *settings, enum settings_syntax syntax, struct str text,
                     struct str file);

/* The last one of that name; NULL: not stated. The short form looks at the top. */
const struct setting *settings_find_in(const struct settings *settings, struct str section,
                                       struct str name);
const struct setting *settings_find(const struct settings *settings, const char *name);

/* The last one of that name in any section: in php.ini, sections are headings for people. */
const struct setting *settings_find_anywhere(const struct settings *settings, struct str name);

/* The value; empty when it is not stated. */
struct str settings_value(const struct settings *settings, const char *name);

void settings_add(struct settings *settings, struct setting setting);

/* "/etc/postfix/main.cf:12"; empty when it has no place. */
struct str setting_place(const struct setting *setting, struct arena *arena);

/* "yes", "true", "on", "1", without case. */
bool setting_is_yes(struct str value);

/* The next word of a list that is separated by blanks and commas; { } keep blanks in one word. */
struct str setting_word(struct str *list);

/* A word of the list is `word`, without case. */
bool setting_has_word(struct str list, struct str word);

#endif
