#include "audit/sql_statement.h"

#include <stdlib.h>

#define WORD_BYTES_MAX 128U /* of a table's or column's name */

/* Where in a statement we are. */
enum at {
    AT_START,
    AT_SKIP,
    AT_CREATE,         /* behind CREATE, up to the table's name */
    AT_CREATE_NAME,    /* behind the name, up to '(' */
    AT_CREATE_COLUMN,  /* a column begins */
    AT_CREATE_REST,    /* of a column */
    AT_INSERT,         /* behind INSERT, up to INTO */
    AT_INSERT_NAME,    /* the table's name, up to '(' or VALUES */
    AT_INSERT_COLUMNS, /* within the list of columns */
    AT_INSERT_BETWEEN, /* behind it, up to VALUES */
    AT_VALUES,         /* between rows */
    AT_ROW,
    AT_COPY_NAME,
    AT_COPY_COLUMNS,
    AT_COPY_BETWEEN,
};

struct value {
    char text[SQL_VALUE_BYTES_MAX];
    size_t len;
    bool has;
};

struct table {
    char name[WORD_BYTES_MAX];
    size_t name_len;
    struct sql_columns columns;
};

struct sql_statement {
    sql_dump_row *take;
    void *context;
    enum at at;
    bool is_literal;
    unsigned depth; /* of brackets */
    uint16_t column;
    char name[WORD_BYTES_MAX]; /* of the table at hand */
    size_t name_len;
    struct sql_columns columns;
    struct value values[SQL_ROLE_COUNT];
    struct table *tables;
    uint32_t table_count;
};

struct sql_statement *
sql_statement_new(sql_dump_row *take, void *context)
{
    struct sql_statement *statement = calloc(1, sizeof(*statement));

    if (!statement)
        abort();
    statement->tables = calloc(SQL_TABLES_MAX, sizeof(*statement->tables));
    if (!statement->tables)
        abort();
    statement->take = take;
    statement->context = context;
    sql_columns_init(&statement->columns);
    return statement;
}

void
sql_statement_free(struct sql_statement *statement)
{
    if (!statement)
        return;
    free(statement->tables);
    explicit_bzero(statement, sizeof(*statement));
    free(statement);
}

bool
sql_statement_is_literal(const struct sql_statement *statement)
{
    return statement->is_literal;
}

/* --- tables --- */

static void
set_name(struct sql_statement *statement, struct str name)
{
    const char *dot = name.len ? memrchr(name.data, '.', name.len) : NULL;

    if (dot)
        name = str_from(name, (size_t)(dot - name.data) + 1);
    statement->name_len = name.len < WORD_BYTES_MAX ? name.len : WORD_BYTES_MAX;
    memcpy(statement->name, name.data, statement->name_len);
}

static struct str
table_name(const struct sql_statement *statement)
{
    return (struct str){statement->name, statement->name_len};
}

static struct table *
find_table(struct sql_statement *statement)
{
    for (uint32_t i = 0; i < statement->table_count; i++) {
        struct table *table = &statement->tables[i];

        if (str_eq_nocase((struct str){table->name, table->name_len}, table_name(statement)))
            return table;
    }
    return NULL;
}

/* The table has been described: those without passwords need not be remembered. */
static void
keep_table(struct sql_statement *statement)
{
    struct table *table = find_table(statement);

    if (!table) {
        if (statement->table_count == SQL_TABLES_MAX ||
            !sql_columns_has_passwords(&statement->columns))
            return;
        table = &statement->tables[statement->table_count++];
        memcpy(table->name, statement->name, statement->name_len);
        table->name_len = statement->name_len;
    }
    table->columns = statement->columns;
}

static void
recall_table(struct sql_statement *statement)
{
    const struct table *table = find_table(statement);

    sql_columns_init(&statement->columns);
    if (table)
        statement->columns = table->columns;
}

/* --- rows --- */

void
sql_statement_begin(struct sql_statement *statement)
{
    statement->column = 0;
    for (size_t i = 0; i < SQL_ROLE_COUNT; i++) {
        statement->values[i].len = 0;
        statement->values[i].has = false;
    }
}

void
sql_statement_value(struct sql_statement *statement, struct str text, bool is_value)
{
    text = str_first(text, SQL_VALUE_BYTES_MAX);
    for (size_t i = 0; i < SQL_ROLE_COUNT; i++) {
        struct value *value = &statement->values[i];

        if (statement->columns.column[i] != statement->column)
            continue;
        value->has = is_value;
        value->len = is_value ? text.len : 0;
        memcpy(value->text, text.data, value->len);
    }
}

void
sql_statement_end(struct sql_statement *statement)
{
    struct sql_row row = {.table = table_name(statement)};

    if (!sql_columns_has_passwords(&statement->columns))
        return;
    for (size_t i = 0; i < SQL_ROLE_COUNT; i++) {
        row.values[i] = (struct str){statement->values[i].text, statement->values[i].len};
        row.has[i] = statement->values[i].has;
    }
    statement->take(statement->context, &row);
}

void
sql_statement_next(struct sql_statement *statement)
{
    if (statement->column < SQL_NO_COLUMN - 1)
        statement->column++;
}

/* --- statements --- */

static bool
is_word(enum sql_token kind, struct str text, const char *word)
{
    return kind == SQL_TOKEN_WORD && str_eq_nocase(text, str_from_cstr(word));
}

static bool
is_mark(enum sql_token kind, struct str text, char mark)
{
    return kind == SQL_TOKEN_MARK && text.data[0] == mark;
}

static void
take_start(struct sql_statement *statement, enum sql_token kind, struct str text)
{
    statement->name_len = 0;
    statement->depth = 0;
    statement->at = AT_SKIP;
    if (is_word(kind, text, "INSERT"))
        statement->at = AT_INSERT;
    else if (is_word(kind, text, "REPLACE"))
        statement->at = AT_INSERT;
    else if (is_word(kind, text, "CREATE"))
        statement->at = AT_CREATE;
    else if (is_word(kind, text, "COPY"))
        statement->at = AT_COPY_NAME;
    else if (is_word(kind, text, "PRAGMA"))
        statement->is_literal = true;
}

static void
take_create(struct sql_statement *statement, enum sql_token kind, struct str text)
{
    static const char *const passed[] = {"TABLE", "IF",     "NOT",       "EXISTS",
                                         "TEMP",  "GLOBAL", "TEMPORARY", "UNLOGGED"};

    for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
        if (is_word(kind, text, passed[i]))
            return;
    }
    statement->at = AT_SKIP;
    if (kind != SQL_TOKEN_WORD && kind != SQL_TOKEN_NAME)
        return;
    /* CREATE VIEW, FUNCTION and the like: their next word is no bracket. */
    set_name(statement, text);
    statement->at = AT_CREATE_NAME;
}

static void
take_create_name(struct sql_statement *statement, enum sql_token kind, struct str text)
{
    if (kind == SQL_TOKEN_NAME)
        set_name(statement, text); /* "public"."mailbox" */
    else if (is_mark(kind, text, '(')) {
        sql_columns_init(&statement->columns);
        statement->depth = 1;
        statement->at = AT_CREATE_COLUMN;
    } else if (!is_mark(kind, text, '.'))
        statement->at = AT_SKIP;
}

static void
take_create_column(struct sql_statement *statement, enum sql_token kind, struct str text)
{
    static const char *const no_columns[] = {"PRIMARY", "KEY",     "UNIQUE", "CONSTRAINT",
                                             "INDEX",   "FOREIGN", "CHECK",  "FULLTEXT",
                                             "SPATIAL", "EXCLUDE"};
    bool is_column = kind == SQL_TOKEN_WORD || kind == SQL_TOKEN_NAME;

    for (size_t i = 0; i < sizeof(no_columns) / sizeof(no_columns[0]); i++)
        is_column = is_column && !is_word(kind, text, no_columns[i]);
    if (is_column)
        sql_columns_add(&statement->columns, text);
    statement->at = AT_CREATE_REST;
}

static void
take_create_rest(struct sql_statement *statement, enum sql_token kind, struct str text)
{
    if (kind != SQL_TOKEN_MARK)
        return;
    if (text.data[0] == '(')
        statement->depth++;
    else if (text.data[0] == ')' && --statement->depth == 0) {
        keep_table(statement);
        statement->at = AT_SKIP;
    } else if (text.data[0] == ',' && statement->depth == 1)
        statement->at = AT_CREATE_COLUMN;
}

static void
take_insert_name(struct sql_statement *statement, enum sql_token kind, struct str text)
{
    if (is_word(kind, text, "VALUES") || is_word(kind, text, "VALUE")) {
        recall_table(statement);
        statement->at = AT_VALUES;
    } else if (is_mark(kind, text, '(')) {
        sql_columns_init(&statement->columns);
        statement->at = AT_INSERT_COLUMNS;
    } else if (kind == SQL_TOKEN_NAME || (kind == SQL_TOKEN_WORD && statement->name_len == 0))
        set_name(statement, text);
    else if (!is_mark(kind, text, '.'))
        statement->at = AT_SKIP;
}

static void
take_columns(struct sql_statement *statement, enum sql_token kind, struct str text, enum at then)
{
    if (kind == SQL_TOKEN_NAME || kind == SQL_TOKEN_WORD)
        sql_columns_add(&statement->columns, text);
    else if (is_mark(kind, text, ')'))
        statement->at = then;
}

/* One value, or what stands around it. */
static void
take_row(struct sql_statement *statement, enum sql_token kind, struct str text)
{
    bool is_null = kind == SQL_TOKEN_WORD && str_eq_nocase(text, STR("NULL"));

    if (kind != SQL_TOKEN_MARK) {
        if (statement->depth == 1)
            sql_statement_value(statement, text, !is_null);
        return;
    }
    if (text.data[0] == '(') {
        sql_statement_value(statement, STR_EMPTY, false);
        if (statement->depth < UINT32_MAX)
            statement->depth++;
    } else if (text.data[0] == ',' && statement->depth == 1) {
        sql_statement_next(statement);
    } else if (text.data[0] == ')' && --statement->depth == 0) {
        sql_statement_end(statement);
        statement->at = AT_VALUES;
    }
}

static void
take_copy_name(struct sql_statement *statement, enum sql_token kind, struct str text)
{
    if (is_mark(kind, text, '(')) {
        sql_columns_init(&statement->columns);
        statement->at = AT_COPY_COLUMNS;
    } else if (is_word(kind, text, "FROM")) {
        recall_table(statement);
        statement->at = AT_COPY_BETWEEN;
    } else if (kind == SQL_TOKEN_NAME || (kind == SQL_TOKEN_WORD && statement->name_len == 0))
        set_name(statement, text);
    else if (!is_mark(kind, text, '.'))
        statement->at = AT_SKIP;
}

bool
sql_statement_token(struct sql_statement *statement, enum sql_token kind, struct str text)
{
    if (is_mark(kind, text, ';')) {
        bool is_copy = statement->at == AT_COPY_BETWEEN && statement->depth;

        statement->at = AT_START;
        return is_copy;
    }
    switch (statement->at) {
    case AT_START:
        take_start(statement, kind, text);
        break;
    case AT_SKIP:
        if (is_word(kind, text, "standard_conforming_strings"))
            statement->is_literal = true;
        break;
    case AT_CREATE:
        take_create(statement, kind, text);
        break;
    case AT_CREATE_NAME:
        take_create_name(statement, kind, text);
        break;
    case AT_CREATE_COLUMN:
        take_create_column(statement, kind, text);
        break;
    case AT_CREATE_REST:
        take_create_rest(statement, kind, text);
        break;
    case AT_INSERT:
        if (is_word(kind, text, "INTO"))
            statement->at = AT_INSERT_NAME;
        break;
    case AT_INSERT_NAME:
        take_insert_name(statement, kind, text);
        break;
    case AT_INSERT_COLUMNS:
        take_columns(statement, kind, text, AT_INSERT_BETWEEN);
        break;
    case AT_INSERT_BETWEEN:
        if (is_word(kind, text, "VALUES") || is_word(kind, text, "VALUE"))
            statement->at = AT_VALUES;
        else if (is_word(kind, text, "SELECT"))
            statement->at = AT_SKIP;
        break;
    case AT_VALUES:
        if (is_mark(kind, text, '(')) {
            sql_statement_begin(statement);
            statement->depth = 1;
            statement->at = AT_ROW;
        } else if (kind != SQL_TOKEN_MARK)
            statement->at = AT_SKIP; /* ON DUPLICATE KEY UPDATE and the like */
        break;
    case AT_ROW:
        take_row(statement, kind, text);
        break;
    case AT_COPY_NAME:
        take_copy_name(statement, kind, text);
        break;
    case AT_COPY_COLUMNS:
        take_columns(statement, kind, text, AT_COPY_BETWEEN);
        break;
    case AT_COPY_BETWEEN:
        if (is_word(kind, text, "stdin"))
            statement->depth = 1;
        break;
    }
    return false;
}
