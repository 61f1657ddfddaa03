#ifndef AUDIT_MAILBOX_PLACES_H
#define AUDIT_MAILBOX_PLACES_H

/*
 * mailbox_places - where Dovecot keeps passwords, from what `doveconf -n` prints.
 *
 *     passdb {                                                passdb passwd-file {
 *       args = scheme=CRYPT username_format=%u /etc/d/users     passwd_file_path = /etc/d/users
 *       driver = passwd-file                                    default_password_scheme = CRYPT
 *     }                                              (2.3)    }                            (2.4)
 *
 * Pure; slices point into the text or live in the arena.
 */

#include "base/arena.h"

#define MAILBOX_PLACES_MAX 32U

enum mailbox_place_kind {
    MAILBOX_PLACE_FILE,   /* `path` is a passwd-file, maybe a pattern of glob(7) */
    MAILBOX_PLACE_SYSTEM, /* PAM or shadow: the users of the system */
    MAILBOX_PLACE_OTHER,  /* a database, LDAP, a program: `driver` says which */
};

struct mailbox_place {
    enum mailbox_place_kind kind;
    struct str driver, path, scheme;
};

struct mailbox_places {
    struct mailbox_place list[MAILBOX_PLACES_MAX];
    uint32_t count; /* more are passed over */
};

struct mailbox_places mailbox_places_read(struct str text, struct arena *arena);

#endif
