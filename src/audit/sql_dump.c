#include "audit/sql_dump.h"

#include <stdlib.h>

#include "audit/sql_statement.h"

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

struct sql_dump {
    struct sql_statement *statement;
    enum lex lex;
    char quote;       /* that ends the name */
    bool is_literal;  /* a comment says so: a backslash in a string is a backslash */
    bool is_escaping; /* but E'...' has escapes */
    bool is_front_line, is_first_field, is_null; /* of COPY */
    char token[SQL_VALUE_BYTES_MAX];
    size_t token_len;
};

struct sql_dump *
sql_dump_new(sql_dump_row *take, void *context)
{
    struct sql_dump *dump = calloc(1, sizeof(*dump));

    if (!dump)
        abort();
    dump->statement = sql_statement_new(take, context);
    return dump;
}

void
sql_dump_free(struct sql_dump *dump)
{
    if (!dump)
        return;
    sql_statement_free(dump->statement);
    explicit_bzero(dump, sizeof(*dump));
    free(dump);
}

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
end_token(struct sql_dump *dump, enum sql_token kind)
{
    dump->lex = LEX_BETWEEN;
    if (!sql_statement_token(dump->statement, kind, (struct str){dump->token, dump->token_len}))
        return;
    dump->lex = LEX_COPY;
    dump->is_front_line = true;
    dump->token_len = 0;
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
        dump->is_escaping = !(dump->is_literal || sql_statement_is_literal(dump->statement));
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
        end_token(dump, SQL_TOKEN_MARK);
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
    end_token(dump, SQL_TOKEN_WORD);
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
        dump->is_literal = true;
}

static void
copy_field(struct sql_dump *dump)
{
    struct str text = {dump->token, dump->token_len};

    sql_statement_value(dump->statement, text, !dump->is_null);
    dump->token_len = 0;
    dump->is_null = false;
}

/* One byte of a line of COPY; first comes what is left of the statement's own. */
static void
lex_copy(struct sql_dump *dump, char c)
{
    if (dump->is_front_line) {
        dump->is_front_line = c != '\n';
        dump->token_len = 0;
        dump->is_first_field = true;
        sql_statement_begin(dump->statement);
    } else if (c == '\\') {
        dump->lex = LEX_COPY_ESCAPE;
    } else if (c == '\t') {
        copy_field(dump);
        dump->is_first_field = false;
        sql_statement_next(dump->statement);
    } else if (c == '\n') {
        copy_field(dump);
        sql_statement_end(dump->statement);
        dump->is_first_field = true;
        sql_statement_begin(dump->statement);
    } else if (c != '\r') {
        add_byte(dump, c);
    }
}

/* "\." ends the lines, \N is NULL. */
static void
lex_copy_escape(struct sql_dump *dump, char c)
{
    bool is_front = dump->token_len == 0;

    if (c == '.' && is_front && dump->is_first_field) {
        dump->lex = LEX_LINE_COMMENT;
        return;
    }
    if (c == 'N' && is_front)
        dump->is_null = true;
    else
        lex_string_escape(dump, c);
    dump->lex = LEX_COPY;
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
        end_token(dump, SQL_TOKEN_STRING);
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
        end_token(dump, SQL_TOKEN_NAME);
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
