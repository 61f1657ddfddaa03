#ifndef AUDIT_SQL_STATEMENT_H
#define AUDIT_SQL_STATEMENT_H

/*
 * sql_statement - what the words of a dump say: tables and their columns, rows and their values.
 *
 * sql_dump.c cuts the bytes into words. The lines behind COPY ... FROM stdin have none: their
 * fields are handed on one by one.
 *
 * Pure but for the memory of its _new, which _free wipes: it held passwords.
 */

#include "audit/sql_dump.h"

enum sql_token {
    SQL_TOKEN_WORD,
    SQL_TOKEN_NAME, /* "..." or `...` */
    SQL_TOKEN_STRING,
    SQL_TOKEN_MARK, /* one byte of punctuation */
};

struct sql_statement;

struct sql_statement *sql_statement_new(sql_dump_row *take, void *context);
void sql_statement_free(struct sql_statement *statement); /* NULL is fine */

/* True: the lines of COPY follow, behind the end of this one. */
bool sql_statement_token(struct sql_statement *statement, enum sql_token kind, struct str text);

/* Whether it is of a database in whose strings a backslash is a backslash. */
bool sql_statement_is_literal(const struct sql_statement *statement);

/* A row begins; its next value, or NULL; the value behind it; it ends. */
void sql_statement_begin(struct sql_statement *statement);
void sql_statement_value(struct sql_statement *statement, struct str text, bool is_value);
void sql_statement_next(struct sql_statement *statement);
void sql_statement_end(struct sql_statement *statement);

#endif
