#include "audit/sql_dump.h"

#include <stdlib.h>

#define WORD_BYTES_MAX 128U /* of a table's or column's name */

enum lex {
    LEX_BETWEEN,
    LEX_WORD,
    LEX_STRING,
    LEX_STRING_ESCAPE,
    LEX_STRING_QUOTE, /* behind a quote that ends the string, or is doubled */
    LEX_NAME,         /* "..." or `...` */
    LEX_NAME_QUOTE,
    LEX_DASH,
    LEX_SLASH,
    LEX_LINE_COMMENT,
    LEX_BLOCK_COMMENT,
    LEX_BLOCK_STAR,
    LEX_COPY, /* lines of COPY ... FROM stdin */
    LEX_COPY_ESCAPE,
};

enum token {
    TOKEN_WORD,
    TOKEN_NAME,
    TOKEN_STRING,
    TOKEN_MARK, /* one byte of punctuation */
};

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

struct sql_dump {
    sql_dump_row *take;
    void *context;
    enum lex lex;
    enum at at;
    char quote;       /* that ends the name */
    bool no_escapes;  /* a backslash in a string is a backslash */
    bool is_escaping; /* E'...': but in this one it is none */
    char token[SQL_VALUE_BYTES_MAX];
    size_t token_len;
    unsigned depth; /* of brackets */
    uint16_t column;
    bool is_copy_end_likely;   /* the line began with a backslash and a dot */
    char name[WORD_BYTES_MAX]; /* of the table at hand */
    size_t name_len;
    struct sql_columns columns;
    struct value values[SQL_ROLE_COUNT];
    struct table *tables;
    uint32_t table_count;
};

struct sql_dump *
sql_dump_new(sql_dump_row *take, void *context)
{
    struct sql_dump *dump = calloc(1, sizeof(*dump));

    if (!dump)
        abort();
    dump->tables = calloc(SQL_TABLES_MAX, sizeof(*dump->tables));
    if (!dump->tables)
        abort();
    dump->take = take;
    dump->context = context;
    sql_columns_init(&dump->columns);
    return dump;
}

void
sql_dump_free(struct sql_dump *dump)
{
    if (!dump)
        return;
    free(dump->tables);
    explicit_bzero(dump, sizeof(*dump));
    free(dump);
}

/* --- tables --- */

static void
set_name(struct sql_dump *dump, struct str name)
{
    const char *dot = name.len ? memrchr(name.data, '.', name.len) : NULL;

    if (dot)
        name = str_from(name, (size_t)(dot - name.data) + 1);
    dump->name_len = name.len < WORD_BYTES_MAX ? name.len : WORD_BYTES_MAX;
    memcpy(dump->name, name.data, dump->name_len);
}

static struct str
table_name(const struct sql_dump *dump)
{
    return (struct str){dump->name, dump->name_len};
}

static struct table *
find_table(struct sql_dump *dump)
{
    for (uint32_t i = 0; i < dump->table_count; i++) {
        struct table *table = &dump->tables[i];

        if (str_eq_nocase((struct str){table->name, table->name_len}, table_name(dump)))
            return table;
    }
    return NULL;
}

/* The table has been described: those without passwords need not be remembered. */
static void
keep_table(struct sql_dump *dump)
{
    struct table *table = find_table(dump);

    if (!table) {
        if (dump->table_count == SQL_TABLES_MAX || !sql_columns_has_passwords(&dump->columns))
            return;
        table = &dump->tables[dump->table_count++];
        memcpy(table->name, dump->name, dump->name_len);
        table->name_len = dump->name_len;
    }
    table->columns = dump->columns;
}

static void
recall_table(struct sql_dump *dump)
{
    const struct table *table = find_table(dump);

    sql_columns_init(&dump->columns);
    if (table)
        dump->columns = table->columns;
}

/* --- rows --- */

static void
begin_row(struct sql_dump *dump)
{
    dump->column = 0;
    for (size_t i = 0; i < SQL_ROLE_COUNT; i++) {
        dump->values[i].len = 0;
        dump->values[i].has = false;
    }
}

static void
set_value(struct sql_dump *dump, struct str text, bool is_value)
{
    for (size_t i = 0; i < SQL_ROLE_COUNT; i++) {
        struct value *value = &dump->values[i];

        if (dump->columns.column[i] != dump->column)
            continue;
        value->has = is_value;
        value->len = is_value ? text.len : 0;
        memcpy(value->text, text.data, value->len);
    }
}

static void
end_row(struct sql_dump *dump)
{
    struct sql_row row = {.table = table_name(dump)};

    if (!sql_columns_has_passwords(&dump->columns))
        return;
    for (size_t i = 0; i < SQL_ROLE_COUNT; i++) {
        row.values[i] = (struct str){dump->values[i].text, dump->values[i].len};
        row.has[i] = dump->values[i].has;
    }
    dump->take(dump->context, &row);
}

/* --- statements --- */

static bool
is_word(enum token kind, struct str text, const char *word)
{
    return kind == TOKEN_WORD && str_eq_nocase(text, str_from_cstr(word));
}

static bool
is_mark(enum token kind, struct str text, char mark)
{
    return kind == TOKEN_MARK && text.data[0] == mark;
}

static void
take_start(struct sql_dump *dump, enum token kind, struct str text)
{
    dump->name_len = 0;
    dump->depth = 0;
    dump->at = AT_SKIP;
    if (is_word(kind, text, "INSERT"))
        dump->at = AT_INSERT;
    else if (is_word(kind, text, "REPLACE"))
        dump->at = AT_INSERT;
    else if (is_word(kind, text, "CREATE"))
        dump->at = AT_CREATE;
    else if (is_word(kind, text, "COPY"))
        dump->at = AT_COPY_NAME;
    else if (is_word(kind, text, "PRAGMA"))
        dump->no_escapes = true;
}

static void
take_create(struct sql_dump *dump, enum token kind, struct str text)
{
    static const char *const passed[] = {"TABLE", "IF",     "NOT",       "EXISTS",
                                         "TEMP",  "GLOBAL", "TEMPORARY", "UNLOGGED"};

    for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
        if (is_word(kind, text, passed[i]))
            return;
    }
    dump->at = AT_SKIP;
    if (kind != TOKEN_WORD && kind != TOKEN_NAME)
        return;
    /* CREATE VIEW, FUNCTION and the like: their next word is no bracket. */
    set_name(dump, text);
    dump->at = AT_CREATE_NAME;
}

static void
take_create_name(struct sql_dump *dump, enum token kind, struct str text)
{
    if (kind == TOKEN_NAME)
        set_name(dump, text); /* "public"."mailbox" */
    else if (is_mark(kind, text, '(')) {
        sql_columns_init(&dump->columns);
        dump->depth = 1;
        dump->at = AT_CREATE_COLUMN;
    } else if (!is_mark(kind, text, '.'))
        dump->at = AT_SKIP;
}

static void
take_create_column(struct sql_dump *dump, enum token kind, struct str text)
{
    static const char *const no_columns[] = {"PRIMARY", "KEY",     "UNIQUE", "CONSTRAINT",
                                             "INDEX",   "FOREIGN", "CHECK",  "FULLTEXT",
                                             "SPATIAL", "EXCLUDE"};
    bool is_column = kind == TOKEN_WORD || kind == TOKEN_NAME;

    for (size_t i = 0; i < sizeof(no_columns) / sizeof(no_columns[0]); i++)
        is_column = is_column && !is_word(kind, text, no_columns[i]);
    if (is_column)
        sql_columns_add(&dump->columns, text);
    dump->at = AT_CREATE_REST;
}

static void
take_create_rest(struct sql_dump *dump, enum token kind, struct str text)
{
    if (kind != TOKEN_MARK)
        return;
    if (text.data[0] == '(')
        dump->depth++;
    else if (text.data[0] == ')' && --dump->depth == 0) {
        keep_table(dump);
        dump->at = AT_SKIP;
    } else if (text.data[0] == ',' && dump->depth == 1)
        dump->at = AT_CREATE_COLUMN;
}

static void
take_insert_name(struct sql_dump *dump, enum token kind, struct str text)
{
    if (is_word(kind, text, "VALUES") || is_word(kind, text, "VALUE")) {
        recall_table(dump);
        dump->at = AT_VALUES;
    } else if (is_mark(kind, text, '(')) {
        sql_columns_init(&dump->columns);
        dump->at = AT_INSERT_COLUMNS;
    } else if (kind == TOKEN_NAME || (kind == TOKEN_WORD && dump->name_len == 0))
        set_name(dump, text);
    else if (!is_mark(kind, text, '.'))
        dump->at = AT_SKIP;
}

static void
take_columns(struct sql_dump *dump, enum token kind, struct str text, enum at then)
{
    if (kind == TOKEN_NAME || kind == TOKEN_WORD)
        sql_columns_add(&dump->columns, text);
    else if (is_mark(kind, text, ')'))
        dump->at = then;
}

/* One value, or what stands around it. */
static void
take_row(struct sql_dump *dump, enum token kind, struct str text)
{
    bool is_null = kind == TOKEN_WORD && str_eq_nocase(text, STR("NULL"));

    if (kind != TOKEN_MARK) {
        if (dump->depth == 1)
            set_value(dump, text, !is_null);
        return;
    }
    if (text.data[0] == '(') {
        set_value(dump, STR_EMPTY, false);
        if (dump->depth < UINT32_MAX)
            dump->depth++;
    } else if (text.data[0] == ',' && dump->depth == 1) {
        if (dump->column < SQL_NO_COLUMN - 1)
            dump->column++;
    } else if (text.data[0] == ')' && --dump->depth == 0) {
        end_row(dump);
        dump->at = AT_VALUES;
    }
}

static void
take_copy_name(struct sql_dump *dump, enum token kind, struct str text)
{
    if (is_mark(kind, text, '(')) {
        sql_columns_init(&dump->columns);
        dump->at = AT_COPY_COLUMNS;
    } else if (is_word(kind, text, "FROM")) {
        recall_table(dump);
        dump->at = AT_COPY_BETWEEN;
    } else if (kind == TOKEN_NAME || (kind == TOKEN_WORD && dump->name_len == 0))
        set_name(dump, text);
    else if (!is_mark(kind, text, '.'))
        dump->at = AT_SKIP;
}

static void
end_statement(struct sql_dump *dump)
{
    if (dump->at == AT_COPY_BETWEEN && dump->depth) {
        /* the line's end is still to come */
        dump->lex = LEX_COPY;
        dump->column = SQL_NO_COLUMN;
        dump->token_len = 0;
    }
    dump->at = AT_START;
}

static void
take_token(struct sql_dump *dump, enum token kind, struct str text)
{
    if (is_mark(kind, text, ';')) {
        end_statement(dump);
        return;
    }
    switch (dump->at) {
    case AT_START:
        take_start(dump, kind, text);
        break;
    case AT_SKIP:
        if (is_word(kind, text, "standard_conforming_strings"))
            dump->no_escapes = true;
        break;
    case AT_CREATE:
        take_create(dump, kind, text);
        break;
    case AT_CREATE_NAME:
        take_create_name(dump, kind, text);
        break;
    case AT_CREATE_COLUMN:
        take_create_column(dump, kind, text);
        break;
    case AT_CREATE_REST:
        take_create_rest(dump, kind, text);
        break;
    case AT_INSERT:
        if (is_word(kind, text, "INTO"))
            dump->at = AT_INSERT_NAME;
        break;
    case AT_INSERT_NAME:
        take_insert_name(dump, kind, text);
        break;
    case AT_INSERT_COLUMNS:
        take_columns(dump, kind, text, AT_INSERT_BETWEEN);
        break;
    case AT_INSERT_BETWEEN:
        if (is_word(kind, text, "VALUES") || is_word(kind, text, "VALUE"))
            dump->at = AT_VALUES;
        else if (is_word(kind, text, "SELECT"))
            dump->at = AT_SKIP;
        break;
    case AT_VALUES:
        if (is_mark(kind, text, '(')) {
            begin_row(dump);
            dump->depth = 1;
            dump->at = AT_ROW;
        } else if (kind != TOKEN_MARK)
            dump->at = AT_SKIP; /* ON DUPLICATE KEY UPDATE and the like */
        break;
    case AT_ROW:
        take_row(dump, kind, text);
        break;
    case AT_COPY_NAME:
        take_copy_name(dump, kind, text);
        break;
    case AT_COPY_COLUMNS:
        take_columns(dump, kind, text, AT_COPY_BETWEEN);
        break;
    case AT_COPY_BETWEEN:
        if (is_word(kind, text, "stdin"))
            dump->depth = 1;
        break;
    }
}

/* --- bytes --- */

static void
add_byte(struct sql_dump *dump, char c)
{
    if (dump->token_len < sizeof(dump->token))
        dump->token[dump->token_len++] = c;
}

static void
add_bytes(struct sql_dump *dump, struct str s)
{
    size_t room = sizeof(dump->token) - dump->token_len;

    s = str_first(s, room);
    memcpy(dump->token + dump->token_len, s.data, s.len);
    dump->token_len += s.len;
}

static void
end_token(struct sql_dump *dump, enum token kind)
{
    dump->lex = LEX_BETWEEN;
    take_token(dump, kind, (struct str){dump->token, dump->token_len});
}

static bool
is_word_byte(char c)
{
    return str_is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c == '.' ||
           c == '$' || c == '+' || c == '@' || (unsigned char)c >= 0x80;
}

static void
lex_between(struct sql_dump *dump, char c)
{
    dump->token_len = 0;
    if (is_word_byte(c) && c != '.') {
        dump->lex = LEX_WORD;
        add_byte(dump, c);
    } else if (c == '\'') {
        dump->is_escaping = !dump->no_escapes;
        dump->lex = LEX_STRING;
    } else if (c == '"' || c == '`') {
        dump->quote = c;
        dump->lex = LEX_NAME;
    } else if (c == '-') {
        dump->lex = LEX_DASH;
    } else if (c == '/') {
        dump->lex = LEX_SLASH;
    } else if (c == '#') {
        dump->lex = LEX_LINE_COMMENT;
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
        add_byte(dump, c);
        end_token(dump, TOKEN_MARK);
    }
}

/* E'..' is a string with escapes, whatever the setting. */
static void
lex_word(struct sql_dump *dump, char c)
{
    bool is_e = dump->token_len == 1 && (dump->token[0] | 32) == 'e' && c == '\'';

    if (is_word_byte(c) || (c == '-' && str_is_digit(dump->token[0]))) {
        add_byte(dump, c);
        return;
    }
    if (is_e) {
        dump->token_len = 0;
        dump->is_escaping = true;
        dump->lex = LEX_STRING;
        return;
    }
    end_token(dump, TOKEN_WORD);
    if (dump->lex == LEX_BETWEEN)
        lex_between(dump, c);
}

static void
lex_string_escape(struct sql_dump *dump, char c)
{
    static const char from[] = "ntr0bZ", to[] = {'\n', '\t', '\r', '\0', '\b', 26};
    const char *at = c ? strchr(from, c) : NULL;

    add_byte(dump, at ? to[at - from] : c);
    dump->lex = LEX_STRING;
}

/* What a dump says of itself in its first comments. */
static void
read_comment(struct sql_dump *dump)
{
    struct str text = {dump->token, dump->token_len};

    if (str_has(text, STR("PostgreSQL database")))
        dump->no_escapes = true;
}

static void
copy_field(struct sql_dump *dump)
{
    struct str text = {dump->token, dump->token_len};

    if (dump->column != SQL_NO_COLUMN)
        set_value(dump, text, !dump->is_copy_end_likely);
    dump->token_len = 0;
    dump->is_copy_end_likely = false;
}

/* One byte of a line of COPY; \N is NULL, and sets is_copy_end_likely as "\." does. */
static void
lex_copy(struct sql_dump *dump, char c)
{
    if (c == '\\') {
        dump->lex = LEX_COPY_ESCAPE;
    } else if (c == '\t') {
        copy_field(dump);
        if (dump->column < SQL_NO_COLUMN - 1)
            dump->column++;
    } else if (c == '\n') {
        bool is_row = dump->column != SQL_NO_COLUMN;

        copy_field(dump);
        if (is_row)
            end_row(dump);
        begin_row(dump);
    } else if (c != '\r') {
        add_byte(dump, c);
    }
}

static void
lex_copy_escape(struct sql_dump *dump, char c)
{
    bool is_front = dump->token_len == 0;

    dump->lex = LEX_COPY;
    if (c == '.' && is_front && dump->column == 0) {
        /* the end; what follows on this line is nothing */
        dump->lex = LEX_LINE_COMMENT;
        dump->token_len = 0;
        begin_row(dump);
    } else if (c == 'N' && is_front) {
        dump->is_copy_end_likely = true;
    } else {
        lex_string_escape(dump, c);
        dump->lex = LEX_COPY;
    }
}

static void
lex_comment(struct sql_dump *dump, char c)
{
    bool is_line = dump->lex == LEX_LINE_COMMENT;

    if (is_line ? c == '\n' : (dump->lex == LEX_BLOCK_STAR && c == '/')) {
        read_comment(dump);
        dump->lex = LEX_BETWEEN;
        return;
    }
    if (!is_line)
        dump->lex = c == '*' ? LEX_BLOCK_STAR : LEX_BLOCK_COMMENT;
    add_byte(dump, c);
}

static void
lex_byte(struct sql_dump *dump, char c)
{
    switch (dump->lex) {
    case LEX_BETWEEN:
        lex_between(dump, c);
        break;
    case LEX_WORD:
        lex_word(dump, c);
        break;
    case LEX_STRING:
        if (c == '\'')
            dump->lex = LEX_STRING_QUOTE;
        else if (c == '\\' && dump->is_escaping)
            dump->lex = LEX_STRING_ESCAPE;
        else
            add_byte(dump, c);
        break;
    case LEX_STRING_ESCAPE:
        lex_string_escape(dump, c);
        break;
    case LEX_STRING_QUOTE:
        if (c == '\'') {
            add_byte(dump, c);
            dump->lex = LEX_STRING;
            break;
        }
        end_token(dump, TOKEN_STRING);
        lex_between(dump, c);
        break;
    case LEX_NAME:
        if (c == dump->quote)
            dump->lex = LEX_NAME_QUOTE;
        else
            add_byte(dump, c);
        break;
    case LEX_NAME_QUOTE:
        if (c == dump->quote) {
            add_byte(dump, c);
            dump->lex = LEX_NAME;
            break;
        }
        end_token(dump, TOKEN_NAME);
        lex_between(dump, c);
        break;
    case LEX_DASH:
        dump->lex = c == '-' ? LEX_LINE_COMMENT : LEX_BETWEEN;
        if (c != '-' && str_is_digit(c)) {
            dump->lex = LEX_WORD; /* a number below 0 */
            add_byte(dump, '-');
            add_byte(dump, c);
        } else if (c != '-')
            lex_between(dump, c);
        break;
    case LEX_SLASH:
        dump->lex = c == '*' ? LEX_BLOCK_COMMENT : LEX_BETWEEN;
        if (c != '*')
            lex_between(dump, c);
        break;
    case LEX_LINE_COMMENT:
    case LEX_BLOCK_COMMENT:
    case LEX_BLOCK_STAR:
        lex_comment(dump, c);
        break;
    case LEX_COPY:
        lex_copy(dump, c);
        break;
    case LEX_COPY_ESCAPE:
        lex_copy_escape(dump, c);
        break;
    }
}

/* What can be taken at once, as most of a dump is: the inner of strings and comments. */
static size_t
take_run(struct sql_dump *dump, struct str rest)
{
    size_t run = 0;

    if (dump->lex == LEX_STRING)
        run = str_index_any(rest, STR("'\\"));
    else if (dump->lex == LEX_COPY)
        run = str_index_any(rest, STR("\\\t\r\n"));
    else if (dump->lex == LEX_LINE_COMMENT)
        run = str_index(rest, '\n');
    add_bytes(dump, str_first(rest, run));
    return run;
}

void
sql_dump_feed(struct sql_dump *dump, struct str piece)
{
    while (piece.len) {
        piece = str_from(piece, take_run(dump, piece));
        if (piece.len == 0)
            break;
        lex_byte(dump, piece.data[0]);
        piece = str_from(piece, 1);
    }
}
