#ifndef AUDIT_SQL_DUMP_H
#define AUDIT_SQL_DUMP_H

/*
 * sql_dump - who logs in with which password, out of a dump of a database.
 *
 *     INSERT INTO `mailbox` VALUES ('anna@shop.example','{SSHA512}..',...),(...);    MySQL
 *     COPY public.mailbox (username, password) FROM stdin;                           PostgreSQL
 *     INSERT INTO mailbox VALUES('anna@shop.example','$6$..');                       SQLite
 *
 * Dumps come in pieces of any size: what is kept between them is one value a column and the
 * columns of SQL_TABLES_MAX tables. Backslashes are escapes until the dump says that it is of
 * PostgreSQL or SQLite. Values that are computed (PASSWORD('x')) are none.
 *
 * Pure but for the memory of its _new, which _free wipes: it held passwords.
 */

#include "audit/sql_columns.h"

#define SQL_TABLES_MAX 512U       /* those with passwords; the first count */
#define SQL_VALUE_BYTES_MAX 1040U /* longer values are cut */

/* Slices live until the function returns. */
struct sql_row {
    struct str table;
    struct str values[SQL_ROLE_COUNT]; /* empty: no such column, NULL, or computed */
    bool has[SQL_ROLE_COUNT];          /* stated, and not NULL */
};

typedef void sql_dump_row(void *context, const struct sql_row *row);

struct sql_dump;

struct sql_dump *sql_dump_new(sql_dump_row *take, void *context);
void sql_dump_feed(struct sql_dump *dump, struct str piece);
void sql_dump_free(struct sql_dump *dump); /* NULL is fine */

#endif
