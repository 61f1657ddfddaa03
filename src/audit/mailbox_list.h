#ifndef AUDIT_MAILBOX_LIST_H
#define AUDIT_MAILBOX_LIST_H

/*
 * mailbox_list - mailboxes and their passwords, out of whatever keeps them.
 *
 *     anna@shop.example:{SSHA512}..:1001:1001:Anna Ast:/home/anna::nologin      passwd-file
 *     anna:$y$j9T$..:19700:0:99999:7:::                                         shadow(5)
 *     anna:$apr1$..                                                             htpasswd, Exim,
 * plain anna<TAB>uid=1001|mailpw=$1$..|home=/home/anna                            userdb of courier
 *     dumps of databases: see sql_dump.h
 *
 * The form is told from content. Files come in pieces of any size.
 *
 * Pure but for the memory of its _new, which _free wipes: it held passwords.
 */

#include "audit/password_scheme.h"

#define MAILBOX_LINE_BYTES_MAX 8192U /* longer lines are passed over, and counted */

enum mailbox_form {
    MAILBOX_FORM_NONE,   /* no list of mailboxes */
    MAILBOX_FORM_LINES,  /* name:password[:...] */
    MAILBOX_FORM_SHADOW, /* shadow(5) */
    MAILBOX_FORM_USERDB,
    MAILBOX_FORM_SQL,
    MAILBOX_FORM_SQLITE, /* the database itself: wants a dump */
    MAILBOX_FORM_BINARY, /* sasldb2 and other hashes on disk: wants a dump */
};

/* Slices live until the function returns. */
struct mailbox_entry {
    struct str name;     /* with its domain where that is stated */
    struct str person;   /* whose it is; empty: not stated */
    struct str password; /* as it is kept; empty where there is none */
    struct str table;    /* of a database; empty: a line */
    enum password_place place;
    bool needs_no_password; /* Dovecot's nopassword */
    bool is_inactive;       /* nobody can log in */
    int64_t changed_s;      /* when the password was last changed, at the latest; 0: not stated */
    uint64_t line;          /* 0: of a database */
};

typedef void mailbox_list_entry(void *context, const struct mailbox_entry *entry);

struct mailbox_list;

/* What the beginning of a file, of some KiB, looks like. */
enum mailbox_form mailbox_list_detect(struct str head);

struct mailbox_list *mailbox_list_new(enum mailbox_form form, mailbox_list_entry *take,
                                      void *context);
void mailbox_list_feed(struct mailbox_list *list, struct str piece);

/* At the end of the file: a last line without its newline. */
void mailbox_list_finish(struct mailbox_list *list);

/* Lines that were too long. */
uint64_t mailbox_list_lost(const struct mailbox_list *list);

void mailbox_list_free(struct mailbox_list *list); /* NULL is fine */

/* "2024-05-01 10:00:00", or seconds since 1970; 0: neither. */
int64_t mailbox_list_time(struct str text);

#endif
