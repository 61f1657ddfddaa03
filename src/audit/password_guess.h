#ifndef AUDIT_PASSWORD_GUESS_H
#define AUDIT_PASSWORD_GUESS_H

/*
 * password_guess - what people take as a password, the likely ones first.
 *
 * Two rows of guesses: those that anybody may have (words, walks over the keyboard, seasons and
 * years), the same for all mailboxes; and those that come from a mailbox itself (its name, its
 * domain, its owner), with what people put behind and around. Words and patterns are our own.
 *
 * Pure; guess number N is always the same for the same year.
 */

#include "base/str.h"

#define PASSWORD_GUESS_MAX 127U

/* How a guess came about: named in findings, so it must tell nothing of what was guessed. */
enum password_source {
    PASSWORD_FROM_COMMON, /* a word or pattern that many people take */
    PASSWORD_FROM_NAME,   /* the mailbox's name */
    PASSWORD_FROM_DOMAIN,
    PASSWORD_FROM_PERSON,
};

#define PASSWORD_BASES_MAX 16U

/* Of one mailbox; the slices point into the names that were given. */
struct password_bases {
    struct str text[PASSWORD_BASES_MAX];
    enum password_source source[PASSWORD_BASES_MAX];
    uint32_t count;
};

struct password_bases password_guess_bases(struct str name, struct str person);

/*
 * Guess number `number` into `ret_guess`, which has room for PASSWORD_GUESS_MAX; returns its
 * bytes; 0: there is no such guess, it is empty or too long. `year` is the present one.
 */
size_t password_guess_own(const struct password_bases *bases, uint32_t number, int year,
                          char *ret_guess, enum password_source *ret_source);
size_t password_guess_common(uint32_t number, int year, char *ret_guess);

/* Whether the password is one of them, for the mailbox of that name. */
bool password_guess_has(struct str name, struct str password, int year);

/* How many there are. */
uint32_t password_guess_own_count(const struct password_bases *bases);
uint32_t password_guess_common_count(void);

#endif
