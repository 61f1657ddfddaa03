#ifndef AUDIT_PASSWORD_CHECK_H
#define AUDIT_PASSWORD_CHECK_H

/*
 * password_check - what a guess becomes in a scheme, and whether it is the one that is kept.
 *
 * Computed once, an outcome can be held against all passwords of the same scheme, salt and
 * rounds (and user, where the scheme mixes the name in). What a workspace held is wiped by
 * password_check_wipe.
 *
 * Pure: libcrypt and libcrypto compute, nothing is read or kept.
 */

#include <crypt.h>

#include "audit/password_scheme.h"

#define PASSWORD_GUESS_BYTES_MAX 127U
#define PASSWORD_OUTCOME_BYTES_MAX 256U

/* Large: one a thread, on the heap. */
struct password_workspace {
    struct crypt_data crypt;
    char guess[PASSWORD_GUESS_BYTES_MAX + 1];
    char setting[PASSWORD_STORED_BYTES_MAX + 1];
    unsigned char outcome[PASSWORD_OUTCOME_BYTES_MAX];
};

/*
 * What the scheme makes of the guess; empty when it cannot be computed. Lies in the workspace
 * until the next call.
 */
struct str password_check_compute(const struct password_scheme *scheme, struct str user,
                                  struct str guess, struct password_workspace *work);

/* What that must be equal to. Points into the scheme. */
struct str password_check_target(const struct password_scheme *scheme);

/* Both at once: whether the guess is the password. */
bool password_check(const struct password_scheme *scheme, struct str user, struct str guess,
                    struct password_workspace *work);

/* Whether the outcome depends on the user's name, too. */
bool password_check_needs_user(const struct password_scheme *scheme);

/* Nanoseconds that one guess takes, roughly: for the order of work, and for saying so. */
uint64_t password_check_cost_ns(const struct password_scheme *scheme);

void password_check_wipe(struct password_workspace *work);

#endif
