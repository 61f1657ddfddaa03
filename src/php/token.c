#include "php/token.h"

enum state {
    STATE_HTML,
    STATE_CODE,
    STATE_BLOB,     /* behind __halt_compiler(); */
    STATE_QUOTES,   /* inside "…" */
    STATE_SHELL,    /* inside `…` */
    STATE_HEREDOC,  /* inside <<<X … X */
    STATE_INDEX,    /* the [0] of "$a[0]" */
    STATE_PROPERTY, /* the ->b of "$a->b" */
};

enum class {
    CLASS_BAD,
    CLASS_BLANK,
    CLASS_LETTER, /* begins a name; all bytes from 0x80 on do */
    CLASS_DIGIT,
    CLASS_PUNCTUATION,
    CLASS_QUOTE,
};

#define B CLASS_BLANK
#define L CLASS_LETTER
#define D CLASS_DIGIT
#define P CLASS_PUNCTUATION
#define Q CLASS_QUOTE
#define LETTERS_16 L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L
static const uint8_t classes[256] = {
    0,          0,          0,          0,          0,          0,
    0,          0,          0,          B,          B,          0,
    0,          B,          0,          0, /* \t \n \r */
    0,          0,          0,          0,          0,          0,
    0,          0,          0,          0,          0,          0,
    0,          0,          0,          0, /* */
    B,          P,          Q,          P,          P,          P,
    P,          Q,          P,          P,          P,          P,
    P,          P,          P,          P, /* space to / */
    D,          D,          D,          D,          D,          D,
    D,          D,          D,          D,          P,          P,
    P,          P,          P,          P, /* 0 to ? */
    P,          L,          L,          L,          L,          L,
    L,          L,          L,          L,          L,          L,
    L,          L,          L,          L, /* @ to O */
    L,          L,          L,          L,          L,          L,
    L,          L,          L,          L,          L,          P,
    P,          P,          P,          L, /* P to _ */
    Q,          L,          L,          L,          L,          L,
    L,          L,          L,          L,          L,          L,
    L,          L,          L,          L, /* ` to o */
    L,          L,          L,          L,          L,          L,
    L,          L,          L,          L,          L,          P,
    P,          P,          P,          0, /* p to DEL */
    LETTERS_16, LETTERS_16, LETTERS_16, LETTERS_16, LETTERS_16, LETTERS_16,
    LETTERS_16, LETTERS_16,
};
#undef B
#undef L
#undef D
#undef P
#undef Q

static uint8_t
class_of(char c)
{
    return classes[(unsigned char)c];
}

static bool
is_name_begin(const char *at, const char *end)
{
    return at < end && class_of(*at) == CLASS_LETTER;
}

/* Behind the letters and digits from `at` on. */
static const char *
skip_name(const char *at, const char *end)
{
    while (at < end && (class_of(*at) == CLASS_LETTER || class_of(*at) == CLASS_DIGIT))
        at++;
    return at;
}

static const char *
skip_spaces(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

/* Behind one line end, which may be \n, \r\n or, as PHP has it, \r alone. */
static const char *
skip_line_end(const char *at, const char *end)
{
    if (at < end && *at == '\r')
        return at + 1 < end && at[1] == '\n' ? at + 2 : at + 1;
    return at < end && *at == '\n' ? at + 1 : at;
}

static uint32_t
count_lines(const char *at, const char *end)
{
    uint32_t lines = 0;

    for (; at < end; at++) {
        if (*at == '\n' || (*at == '\r' && !(at + 1 < end && at[1] == '\n')))
            lines++;
    }
    return lines;
}

static struct str
rest_of(const struct token_reader *reader)
{
    return (struct str){reader->at, (size_t)(reader->end - reader->at)};
}

/* The token from reader->at to `to`. */
static struct token
take(struct token_reader *reader, enum token_kind kind, const char *to)
{
    struct token token = {kind, reader->line, {reader->at, (size_t)(to - reader->at)}};

    reader->at = to;
    return token;
}

/* The same of a token that may hold line ends. */
static struct token
take_lines(struct token_reader *reader, enum token_kind kind, const char *to)
{
    struct token token = take(reader, kind, to);

    reader->line += count_lines(token.text.data, to);
    return token;
}

static struct token_frame *
frame_of(struct token_reader *reader)
{
    return &reader->frames[reader->depth];
}

/* The caller knows that there is room. */
static void
push(struct token_reader *reader, enum state state, struct str label)
{
    reader->depth++;
    *frame_of(reader) = (struct token_frame){.state = (uint8_t)state, .label = label};
}

/* HTML. */

static struct str
past_blanks(struct str s)
{
    while (s.len && class_of(s.data[0]) == CLASS_BLANK)
        s = str_from(s, 1);
    return s;
}

/* <script language="php">, which PHP before 7 took for an open tag. */
static size_t
script_tag_len(struct str s)
{
    struct str rest = str_from(s, 7);
    bool is_quoted;

    if (!rest.len || class_of(rest.data[0]) != CLASS_BLANK)
        return 0;
    rest = past_blanks(rest);
    if (!str_starts_nocase(rest, STR("language")))
        return 0;
    rest = past_blanks(str_from(rest, 8));
    if (!str_skip(&rest, STR("=")))
        return 0;
    rest = past_blanks(rest);
    is_quoted = str_skip(&rest, STR("\"")) || str_skip(&rest, STR("'"));
    if (!str_starts_nocase(rest, STR("php")))
        return 0;
    rest = str_from(rest, 3);
    if (is_quoted && !str_skip(&rest, STR("\"")) && !str_skip(&rest, STR("'")))
        return 0;
    rest = past_blanks(rest);
    return str_skip(&rest, STR(">")) ? s.len - rest.len : 0;
}

/* "</script>" ends it. */
static size_t
script_end_len(struct str s)
{
    struct str rest = s;

    if (!str_starts_nocase(s, STR("</script")))
        return 0;
    rest = past_blanks(str_from(rest, 8));
    return str_skip(&rest, STR(">")) ? s.len - rest.len : 0;
}

/* How long the open tag at `at` is; 0 where there is none. */
static size_t
open_tag_len(const char *at, const char *end, enum token_kind *ret_kind)
{
    struct str s = {at, (size_t)(end - at)};
    const char *behind;

    *ret_kind = TOKEN_OPEN_TAG;
    if (str_starts_nocase(s, STR("<?php"))) {
        behind = skip_line_end(at + 5, end);
        if (behind > at + 5)
            return (size_t)(behind - at);
        if (s.len == 5)
            return 5;
        return at[5] == ' ' || at[5] == '\t' ? 6 : 2;
    }
    if (str_starts(s, STR("<?="))) {
        *ret_kind = TOKEN_OPEN_ECHO;
        return 3;
    }
    if (str_starts_nocase(s, STR("<?xml")) && s.len > 5 && class_of(at[5]) == CLASS_BLANK)
        return 0;
    if (str_starts_nocase(s, STR("<script")))
        return script_tag_len(s);
    return str_starts(s, STR("<?")) ? 2 : 0;
}

static struct token
read_html(struct token_reader *reader)
{
    const char *at = reader->at;

    while (at < reader->end) {
        enum token_kind kind;
        size_t len;

        at = memchr(at, '<', (size_t)(reader->end - at));
        if (!at)
            break;
        len = open_tag_len(at, reader->end, &kind);
        if (len && at == reader->at) {
            frame_of(reader)->state = STATE_CODE;
            return take_lines(reader, kind, at + len);
        }
        if (len)
            return take_lines(reader, TOKEN_HTML, at);
        at++;
    }
    return take_lines(reader, TOKEN_HTML, reader->end);
}

/* Numbers. */

static bool
is_digit_of(char c, unsigned base)
{
    char lower = (char)(c | 0x20);

    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0') < base;
    return base == 16 && lower >= 'a' && lower <= 'f';
}

/* Behind digits, between which single "_" may stand. */
static const char *
skip_digits(const char *at, const char *end, unsigned base)
{
    while (at < end && is_digit_of(*at, base)) {
        at++;
        if (end - at >= 2 && *at == '_' && is_digit_of(at[1], base))
            at++;
    }
    return at;
}

static const char *
skip_exponent(const char *at, const char *end)
{
    const char *digits = at + 1;

    if (at == end || (*at != 'e' && *at != 'E'))
        return at;
    if (digits < end && (*digits == '+' || *digits == '-'))
        digits++;
    return digits < end && str_is_digit(*digits) ? skip_digits(digits, end, 10) : at;
}

static unsigned
base_of_prefix(const char *at, const char *end)
{
    if (end - at < 3 || *at != '0')
        return 10;
    switch (at[1]) {
    case 'x':
    case 'X':
        return is_digit_of(at[2], 16) ? 16 : 10;
    case 'b':
    case 'B':
        return is_digit_of(at[2], 2) ? 2 : 10;
    case 'o':
    case 'O':
        return is_digit_of(at[2], 8) ? 8 : 10;
    }
    return 10;
}

static struct token
read_number(struct token_reader *reader)
{
    const char *end = reader->end;
    unsigned base = base_of_prefix(reader->at, end);
    const char *whole, *at;

    if (base != 10)
        return take(reader, TOKEN_INTEGER, skip_digits(reader->at + 2, end, base));
    whole = at = skip_digits(reader->at, end, 10);
    if (at < end && *at == '.')
        at = skip_digits(at + 1, end, 10);
    at = skip_exponent(at, end);
    return take(reader, at == whole ? TOKEN_INTEGER : TOKEN_FLOAT, at);
}

/* Comments. */

/* A comment to the end of the line ends before "?>" too. */
static struct token
read_line_comment(struct token_reader *reader)
{
    const char *at = reader->at;

    for (; at < reader->end && *at != '\n' && *at != '\r'; at++) {
        if (*at == '?' && at + 1 < reader->end && at[1] == '>')
            break;
    }
    return take(reader, TOKEN_COMMENT, at);
}

static struct token
read_block_comment(struct token_reader *reader)
{
    const char *at = reader->at + 2;

    while (at < reader->end) {
        at = memchr(at, '*', (size_t)(reader->end - at));
        if (!at)
            break;
        at++;
        if (at < reader->end && *at == '/')
            return take_lines(reader, TOKEN_COMMENT, at + 1);
    }
    return take_lines(reader, TOKEN_COMMENT, reader->end);
}

/* Strings and templates. */

/* Does a variable begin at `at`, which is "$" or "{", of a template? */
static bool
is_template_variable(const char *at, const char *end)
{
    if (end - at < 2)
        return false;
    if (*at == '{')
        return at[1] == '$';
    return at[1] == '{' || class_of(at[1]) == CLASS_LETTER;
}

/*
 * Where the next variable, the closing quote or the end of the file is; with
 * `is_plain` variables are ordinary bytes.
 */
static const char *
find_quote(const char *at, const char *end, char quote, bool is_plain)
{
    for (; at < end; at++) {
        if (*at == quote)
            return at;
        if (*at == '\\')
            at += at + 1 < end;
        else if (!is_plain && (*at == '$' || *at == '{') && is_template_variable(at, end))
            return at;
    }
    return end;
}

/* Behind the closing label of a heredoc, which may be indented, at the line from `at` on; or NULL.
 */
static const char *
closing_label(const char *at, const char *end, struct str label)
{
    const char *behind;

    at = skip_spaces(at, end);
    if ((size_t)(end - at) < label.len || memcmp(at, label.data, label.len) != 0)
        return NULL;
    behind = at + label.len;
    if (behind < end && (class_of(*behind) == CLASS_LETTER || class_of(*behind) == CLASS_DIGIT))
        return NULL;
    return behind;
}

/*
 * The same as find_quote for a heredoc. `ret_behind` is where the closing label ends,
 * when what was found is the line end before it, and NULL otherwise.
 */
static const char *
find_label(const char *at, const char *end, struct str label, bool has_variables,
           const char **ret_behind)
{
    *ret_behind = NULL;
    while (at < end) {
        const char *next;

        if (*at == '\n' || *at == '\r') {
            next = skip_line_end(at, end);
            *ret_behind = closing_label(next, end, label);
            if (*ret_behind)
                return at;
            at = next;
            continue;
        }
        if (has_variables && (*at == '$' || *at == '{') && is_template_variable(at, end))
            return at;
        if (has_variables && *at == '\\' && at + 1 < end && at[1] != '\n' && at[1] != '\r')
            at++;
        at++;
    }
    return end;
}

/* A template needs a frame for itself and one for what is in it. */
static bool
has_room(const struct token_reader *reader)
{
    return reader->depth + 2 < TOKEN_DEPTH_MAX;
}

/* From a quote at `quote`, which stands at reader->at or behind its "b". */
static struct token
read_quoted(struct token_reader *reader, const char *quote)
{
    bool is_single = *quote == '\'';
    bool is_plain = is_single || !has_room(reader);
    const char *to = find_quote(quote + 1, reader->end, *quote, is_plain);

    if (*quote == '`' && !is_plain) {
        push(reader, STATE_SHELL, STR_EMPTY);
        return take(reader, TOKEN_TEMPLATE_BEGIN, quote + 1);
    }
    if (to == reader->end)
        return take_lines(reader, TOKEN_STRING, to);
    if (*to == *quote)
        return take_lines(reader, TOKEN_STRING, to + 1);
    push(reader, STATE_QUOTES, STR_EMPTY);
    return take(reader, TOKEN_TEMPLATE_BEGIN, quote + 1);
}

/* The line that opens a heredoc, from "<<<" at `at` on: behind it, or NULL where it is none. */
static const char *
open_heredoc(const char *at, const char *end, struct str *ret_label, bool *ret_nowdoc)
{
    const char *label, *behind;
    char quote = 0;

    if (end - at < 4 || memcmp(at, "<<<", 3) != 0)
        return NULL;
    label = skip_spaces(at + 3, end);
    if (label < end && (*label == '\'' || *label == '"'))
        quote = *label++;
    if (!is_name_begin(label, end))
        return NULL;
    behind = skip_name(label, end);
    *ret_label = (struct str){label, (size_t)(behind - label)};
    *ret_nowdoc = quote == '\'';
    if (quote && (behind == end || *behind++ != quote))
        return NULL;
    label = skip_line_end(behind, end);
    return label > behind ? label : NULL;
}

/* A heredoc whose "<<<" stands at `begin`, which may be behind a "b". False: it is none. */
static bool
read_heredoc(struct token_reader *reader, const char *begin, struct token *ret_token)
{
    struct str label;
    bool is_nowdoc, has_variables;
    const char *body = open_heredoc(begin, reader->end, &label, &is_nowdoc);
    const char *to, *behind;

    if (!body)
        return false;
    has_variables = !is_nowdoc && has_room(reader);
    behind = closing_label(body, reader->end, label);
    to = behind ? body : find_label(body, reader->end, label, has_variables, &behind);
    if (behind || to == reader->end) {
        *ret_token = take_lines(reader, TOKEN_STRING, behind ? behind : to);
        return true;
    }
    push(reader, STATE_HEREDOC, label);
    *ret_token = take_lines(reader, TOKEN_TEMPLATE_BEGIN, body);
    return true;
}

/* "$name" in a template, and what of "[0]" or "->b" belongs to it. */
static struct token
read_template_variable(struct token_reader *reader)
{
    const char *end = reader->end;
    struct token token;
    const char *to;

    if (*reader->at == '{' || reader->at[1] == '{') {
        to = reader->at + (*reader->at == '{' ? 1 : 2);
        push(reader, STATE_CODE, STR_EMPTY);
        return take(reader, TOKEN_PUNCTUATION, to);
    }
    to = skip_name(reader->at + 1, end);
    token = take(reader, TOKEN_VARIABLE, to);
    if (to < end && *to == '[')
        push(reader, STATE_INDEX, STR_EMPTY);
    else if (end - to >= 3 && memcmp(to, "->", 2) == 0 && is_name_begin(to + 2, end))
        push(reader, STATE_PROPERTY, STR_EMPTY);
    else if (end - to >= 4 && memcmp(to, "?->", 3) == 0 && is_name_begin(to + 3, end))
        push(reader, STATE_PROPERTY, STR_EMPTY);
    return token;
}

static struct token
read_template(struct token_reader *reader)
{
    struct token_frame *frame = frame_of(reader);
    const char *at = reader->at;
    const char *to, *behind;

    if ((*at == '$' || *at == '{') && is_template_variable(at, reader->end))
        return read_template_variable(reader);
    if (frame->state == STATE_HEREDOC) {
        to = find_label(at, reader->end, frame->label, true, &behind);
    } else {
        to = find_quote(at, reader->end, frame->state == STATE_SHELL ? '`' : '"', false);
        behind = to < reader->end && *to != '$' && *to != '{' ? to + 1 : NULL;
    }
    if (to > at)
        return take_lines(reader, TOKEN_TEMPLATE_PART, to);
    reader->depth--;
    return take_lines(reader, TOKEN_TEMPLATE_END, behind);
}

static struct token
read_property(struct token_reader *reader)
{
    if (*reader->at == '?')
        return take(reader, TOKEN_PUNCTUATION, reader->at + 3);
    if (*reader->at == '-')
        return take(reader, TOKEN_PUNCTUATION, reader->at + 2);
    reader->depth--;
    return take(reader, TOKEN_NAME, skip_name(reader->at, reader->end));
}

/* What PHP takes one by one in an index of a template, and then refuses. */
static bool
is_index_sign(char c)
{
    return c == '"' || c == '`' || (class_of(c) == CLASS_PUNCTUATION && c != '#' && c != '\\');
}

/* The index of "$a[…]": a name, a number or a variable; blanks, "'" and the like end it. */
static struct token
read_index(struct token_reader *reader)
{
    const char *at = reader->at;

    if (str_is_digit(*at)) {
        unsigned base = base_of_prefix(at, reader->end);

        return take(reader, TOKEN_INTEGER,
                    skip_digits(base == 10 ? at : at + 2, reader->end, base));
    }
    if (*at == '$' && is_name_begin(at + 1, reader->end))
        return take(reader, TOKEN_VARIABLE, skip_name(at + 1, reader->end));
    if (class_of(*at) == CLASS_LETTER)
        return take(reader, TOKEN_NAME, skip_name(at, reader->end));
    if (*at == ']' || !is_index_sign(*at))
        reader->depth--;
    if (is_index_sign(*at))
        return take(reader, TOKEN_PUNCTUATION, at + 1);
    return read_template(reader);
}

/* Code. */

static bool
is_cast_name(struct str name)
{
    static const struct str names[] = {
        {"int", 3},  {"integer", 7}, {"bool", 4},   {"boolean", 7}, {"float", 5},  {"double", 6},
        {"real", 4}, {"string", 6},  {"binary", 6}, {"array", 5},   {"object", 6}, {"unset", 5},
    };

    if (name.len < 3 || name.len > 7)
        return false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq_nocase(names[i], name))
            return true;
    }
    return false;
}

/* Behind the cast at `at`, which is "(", or NULL. */
static const char *
cast_end(const char *at, const char *end)
{
    const char *name = skip_spaces(at + 1, end);
    const char *behind;

    if (!is_name_begin(name, end))
        return NULL;
    behind = skip_name(name, end);
    if (!is_cast_name((struct str){name, (size_t)(behind - name)}))
        return NULL;
    behind = skip_spaces(behind, end);
    return behind < end && *behind == ')' ? behind + 1 : NULL;
}

static size_t
punctuation_len(struct str s)
{
    static const char threes[][4] = {"===", "!==", "<=>", "**=",          "...",
                                     "<<=", ">>=", "?->", {'?', '?', '='}};
    static const char twos[][3] = {"==", "!=", "<>", "<=", ">=", "&&", "||", "++", "--",
                                   "+=", "-=", "*=", "/=", ".=", "%=", "&=", "|=", "^=",
                                   "->", "=>", "::", "<<", ">>", "??", "**", "|>", "#["};

    if (s.len >= 2 && class_of(s.data[1]) == CLASS_PUNCTUATION) {
        for (size_t i = 0; s.len >= 3 && i < sizeof(threes) / sizeof(threes[0]); i++) {
            if (memcmp(threes[i], s.data, 3) == 0)
                return 3;
        }
        for (size_t i = 0; i < sizeof(twos) / sizeof(twos[0]); i++) {
            if (memcmp(twos[i], s.data, 2) == 0)
                return 2;
        }
    }
    return 1;
}

static void
count_brace(struct token_reader *reader, char c)
{
    struct token_frame *frame = frame_of(reader);

    if (c == '{')
        frame->braces++;
    else if (c == '}' && frame->braces)
        frame->braces--;
    else if (c == '}' && reader->depth)
        reader->depth--;
}

static struct token
read_punctuation(struct token_reader *reader)
{
    const char *at = reader->at;
    char second = at + 1 < reader->end ? at[1] : 0;
    struct token token;
    const char *to;

    switch (*at) {
    case '$':
        if (second && class_of(second) == CLASS_LETTER)
            return take(reader, TOKEN_VARIABLE, skip_name(at + 1, reader->end));
        return take(reader, TOKEN_PUNCTUATION, at + 1);
    case '#':
        if (second != '[')
            return read_line_comment(reader);
        break;
    case '/':
        if (second == '/')
            return read_line_comment(reader);
        if (second == '*')
            return read_block_comment(reader);
        break;
    case '.':
        if (str_is_digit(second))
            return read_number(reader);
        break;
    case '<':
        if (second == '<' && read_heredoc(reader, at, &token))
            return token;
        if (second == '/' && script_end_len(rest_of(reader))) {
            frame_of(reader)->state = STATE_HTML;
            return take_lines(reader, TOKEN_CLOSE_TAG, at + script_end_len(rest_of(reader)));
        }
        break;
    case '?':
        if (second == '>') {
            frame_of(reader)->state = STATE_HTML;
            return take_lines(reader, TOKEN_CLOSE_TAG, skip_line_end(at + 2, reader->end));
        }
        break;
    case '(':
        to = cast_end(at, reader->end);
        return to ? take(reader, TOKEN_CAST, to) : take(reader, TOKEN_PUNCTUATION, at + 1);
    case '{':
    case '}':
        count_brace(reader, *at);
        return take(reader, TOKEN_PUNCTUATION, at + 1);
    case ')':
    case ';':
    case ',':
        return take(reader, TOKEN_PUNCTUATION, at + 1);
    }
    return take(reader, TOKEN_PUNCTUATION, at + punctuation_len(rest_of(reader)));
}

/* Names, with the backslashes between their parts. */
static struct token
read_name(struct token_reader *reader, const char *at)
{
    at = skip_name(at, reader->end);
    while (at < reader->end && *at == '\\' && is_name_begin(at + 1, reader->end))
        at = skip_name(at + 1, reader->end);
    return take(reader, TOKEN_NAME, at);
}

/* What begins with a letter; b"…" and b<<<X are strings. */
static struct token
read_word(struct token_reader *reader)
{
    const char *at = reader->at;
    struct token token;

    if ((*at == 'b' || *at == 'B') && at + 1 < reader->end) {
        if (at[1] == '\'' || at[1] == '"')
            return read_quoted(reader, at + 1);
        if (at[1] == '<' && read_heredoc(reader, at + 1, &token))
            return token;
    }
    return read_name(reader, at);
}

static struct token
read_blank(struct token_reader *reader)
{
    const char *at = reader->at;

    while (at < reader->end && class_of(*at) == CLASS_BLANK)
        at++;
    return take_lines(reader, TOKEN_BLANK, at);
}

static struct token
read_code(struct token_reader *reader)
{
    const char *at = reader->at;

    switch ((enum class)class_of(*at)) {
    case CLASS_BLANK:
        return read_blank(reader);
    case CLASS_LETTER:
        return read_word(reader);
    case CLASS_DIGIT:
        return read_number(reader);
    case CLASS_QUOTE:
        return read_quoted(reader, at);
    case CLASS_PUNCTUATION:
        if (*at == '\\' && is_name_begin(at + 1, reader->end))
            return read_name(reader, at + 1);
        return read_punctuation(reader);
    case CLASS_BAD:
        break;
    }
    return take(reader, TOKEN_BAD, at + 1);
}

/* Behind "__halt_compiler();" or "__halt_compiler()?>" nothing is PHP any more. */
static void
watch_halt(struct token_reader *reader, struct token token)
{
    static const char signs[] = "();";

    if (token.kind == TOKEN_BLANK || token.kind == TOKEN_COMMENT)
        return;
    if (token.kind == TOKEN_NAME) {
        reader->halt = !reader->is_member && str_eq_nocase(token.text, STR("__halt_compiler"));
    } else if (reader->halt) {
        bool is_next = (*token.text.data == signs[reader->halt - 1] && token.text.len == 1) ||
                       (reader->halt == 3 && token.kind == TOKEN_CLOSE_TAG);

        reader->halt = is_next ? (uint8_t)(reader->halt + 1) : 0;
        if (reader->halt == 4)
            frame_of(reader)->state = STATE_BLOB;
    }
    reader->is_member = token.kind == TOKEN_PUNCTUATION && str_ends(token.text, STR("->"));
}

struct token
token_next(struct token_reader *reader)
{
    struct token token;

    if (reader->at == reader->end)
        return take(reader, TOKEN_END, reader->end);
    switch ((enum state)frame_of(reader)->state) {
    case STATE_HTML:
        return read_html(reader);
    case STATE_CODE:
        break;
    case STATE_BLOB:
        return take_lines(reader, TOKEN_HTML, reader->end);
    case STATE_QUOTES:
    case STATE_SHELL:
    case STATE_HEREDOC:
        return read_template(reader);
    case STATE_INDEX:
        return read_index(reader);
    case STATE_PROPERTY:
        return read_property(reader);
    }
    token = read_code(reader);
    if (token.kind != TOKEN_BLANK)
        watch_halt(reader, token);
    return token;
}

static void
init(struct token_reader *reader, struct str source, enum state state)
{
    reader->begin = reader->at = source.data;
    reader->end = source.data + source.len;
    reader->line = 1;
    reader->depth = 0;
    reader->halt = 0;
    reader->is_member = false;
    reader->frames[0] = (struct token_frame){.state = (uint8_t)state};
}

void
token_reader_init(struct token_reader *reader, struct str source)
{
    init(reader, source, STATE_HTML);
}

void
token_reader_init_code(struct token_reader *reader, struct str code)
{
    init(reader, code, STATE_CODE);
}
