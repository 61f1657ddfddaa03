#ifndef AUDIT_MAILBOX_STORE_H
#define AUDIT_MAILBOX_STORE_H

/*
 * mailbox_store - the mailboxes of all lists at once, as their passwords are kept.
 *
 * What holds secrets is wiped when it is given back. Memory grows with the mailboxes, about 250
 * bytes each, up to the ceilings below; what did not fit is counted.
 *
 * Pure but for the memory of its _new.
 */

#include "audit/mailbox_list.h"
#include "audit/password_guess.h"

#define MAILBOX_STORE_MAX 2000000U
#define MAILBOX_STORE_BYTES_MAX ((size_t)768 << 20)
#define MAILBOX_SOURCES_MAX 256U

struct mailbox {
    struct str name, person, password;
    int64_t changed_s;
    uint64_t fingerprint; /* the same for the same password, of this run only; 0: not known */
    uint32_t line;
    uint32_t twin; /* the first mailbox whose password is kept in the same text; itself: it is */
    uint16_t source;
    bool is_shadow, needs_no_password, is_inactive;
    bool is_guessed;
    enum password_source guessed_from;
    uint32_t own_tries, common_tries; /* so far, see mailbox_guessing.h */
};

/* One file or table. */
struct mailbox_source {
    struct str path;
    struct str usual;    /* the scheme of texts that name none; empty: told from the text */
    bool is_passwd_file; /* weir mailbox password can change it */
    uint32_t count;
};

struct mailbox_store {
    struct mailbox *mailboxes;
    uint32_t count, capacity;
    struct mailbox_source sources[MAILBOX_SOURCES_MAX];
    uint32_t source_count;
    uint64_t lost;
    struct mailbox_block *blocks; /* of text */
    size_t bytes;
};

void mailbox_store_init(struct mailbox_store *store);
void mailbox_store_done(struct mailbox_store *store);

/* The next entries come from there. False: too many. */
bool mailbox_store_begin(struct mailbox_store *store, struct str path, struct str usual,
                         bool is_passwd_file);

/* A mailbox_list_entry: `context` is the store. */
void mailbox_store_take(void *context, const struct mailbox_entry *entry);

/* After the last entry, before what follows: finds texts that are there more than once. */
void mailbox_store_pair(struct mailbox_store *store);

struct password_scheme mailbox_store_scheme(const struct mailbox_store *store,
                                            const struct mailbox *mailbox);

#endif
