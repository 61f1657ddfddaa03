#ifndef AUDIT_SQL_COLUMNS_H
#define AUDIT_SQL_COLUMNS_H

/*
 * sql_columns - which columns of a table say who logs in, and with which password.
 *
 *     postfixadmin, vimbadmin, mailcow, iRedMail: mailbox (username, password, name, ..., modified)
 *     ISPConfig: mail_user (email, login, password, ...); Froxlor: mail_users (password,
 * password_enc) courier: users (id, crypt, clear, name, ...); Plesk: mail (mail_name, password,
 * ...)
 *
 * Columns are known by their names, not tables by theirs. Pure.
 */

#include "base/str.h"

enum sql_role {
    SQL_NAME,
    SQL_DOMAIN,
    SQL_PASSWORD,
    SQL_PASSWORD_OTHER, /* where a table keeps a second one, as plain text beside the digest */
    SQL_ACTIVE,
    SQL_CHANGED,
    SQL_PERSON,
};
#define SQL_ROLE_COUNT 7
#define SQL_NO_COLUMN UINT16_MAX

struct sql_columns {
    uint16_t column[SQL_ROLE_COUNT]; /* counted from 0; SQL_NO_COLUMN: none */
    uint8_t rank[SQL_ROLE_COUNT];
    uint16_t count;
};

void sql_columns_init(struct sql_columns *columns);

/* The next column of the table. */
void sql_columns_add(struct sql_columns *columns, struct str name);

/* Whether the table says who, and with which password. */
bool sql_columns_has_passwords(const struct sql_columns *columns);

#endif
