#include "scan/words.h"

void
words_reader_init(struct words_reader *reader, struct str source, enum words_language language)
{
    *reader = (struct words_reader){.source = source, .language = language};
}

static bool
is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static char
byte_at(const struct words_reader *reader, size_t at)
{
    return at < reader->source.len ? reader->source.data[at] : '\0';
}

static bool
has_at(const struct words_reader *reader, size_t at, struct str text)
{
    return str_starts(str_from(reader->source, at), text);
}

static size_t
line_end(const struct words_reader *reader, size_t at)
{
    return at + str_index(str_from(reader->source, at), '\n');
}

/* Only blanks between the line's start and `at`. */
static bool
is_first_in_line(const struct words_reader *reader, size_t at)
{
    while (at > 0 && (reader->source.data[at - 1] == ' ' || reader->source.data[at - 1] == '\t'))
        at--;
    return at == 0 || reader->source.data[at - 1] == '\n';
}

/* Searches for an end are few that fail, or a file of beginnings would take forever. */
static bool
find_end(struct words_reader *reader, size_t at, struct str end, size_t *ret_end)
{
    struct str rest = str_from(reader->source, at);
    size_t found;

    if (reader->failures >= WORDS_FAILURES_MAX)
        return false;
    found = str_find(rest, end);
    if (found == rest.len) {
        reader->failures++;
        return false;
    }
    *ret_end = at + found + end.len;
    return true;
}

/* From an opening quote to behind the closing one. */
static bool
string_end(struct words_reader *reader, size_t at, size_t *ret_end)
{
    char quote = reader->source.data[at];
    bool is_plain = reader->language == WORDS_SHELL && quote == '\'';
    bool is_one_line = (reader->language == WORDS_PYTHON && quote != '`') ||
                       (reader->language == WORDS_NODE && quote != '`');

    if (reader->failures >= WORDS_FAILURES_MAX && !is_one_line)
        return false;
    for (size_t end = at + 1; end < reader->source.len; end++) {
        char c = reader->source.data[end];

        if (c == '\\' && !is_plain) {
            end++;
        } else if (c == quote) {
            *ret_end = end + 1;
            return true;
        } else if (c == '\n' && is_one_line) {
            return false;
        }
    }
    reader->failures++;
    return false;
}

static bool
triple_end(struct words_reader *reader, size_t at, size_t *ret_end)
{
    char quote = byte_at(reader, at);
    char three[3] = {quote, quote, quote};
    struct str mark = {three, 3};

    return reader->language == WORDS_PYTHON && has_at(reader, at, mark) &&
           find_end(reader, at + 3, mark, ret_end);
}

/* "#" after what ends a word: not $#list, ${x#y}, s#a#b#. */
static bool
is_hash_comment(const struct words_reader *reader, size_t at)
{
    char before = at ? reader->source.data[at - 1] : '\n';

    if (reader->language == WORDS_NODE)
        return at == 0;
    return before == ' ' || before == '\t' || before == '\n' || before == '\r' || before == ';' ||
           (reader->language != WORDS_SHELL && (before == '{' || before == '}' || before == ')' ||
                                                before == ',' || before == '(' || before == ':'));
}

/* =pod … =cut, =begin … =end: from line to line. */
static bool
manual_end(struct words_reader *reader, size_t at, size_t *ret_end)
{
    bool is_perl = reader->language == WORDS_PERL;
    char next = byte_at(reader, at + 1);
    size_t end;

    if ((at && reader->source.data[at - 1] != '\n') || byte_at(reader, at) != '=' ||
        reader->failures >= WORDS_FAILURES_MAX)
        return false;
    if (is_perl ? !((next | 32) >= 'a' && (next | 32) <= 'z') : !has_at(reader, at, STR("=begin")))
        return false;
    if (!is_perl && reader->language != WORDS_RUBY)
        return false;
    /* Perl reads to the end without a =cut. */
    if (!find_end(reader, at, is_perl ? STR("\n=cut") : STR("\n=end"), &end)) {
        if (!is_perl)
            return false;
        end = reader->source.len;
    }
    *ret_end = line_end(reader, end);
    return true;
}

static bool
comment_end(struct words_reader *reader, size_t at, size_t *ret_end)
{
    char c = reader->source.data[at];

    if (c == '#' && is_hash_comment(reader, at)) {
        *ret_end = line_end(reader, at);
        return true;
    }
    if (c == '/' && reader->language == WORDS_NODE) {
        if (byte_at(reader, at + 1) == '/' && (at == 0 || reader->source.data[at - 1] != ':')) {
            *ret_end = line_end(reader, at);
            return true;
        }
        return byte_at(reader, at + 1) == '*' && find_end(reader, at + 2, STR("*/"), ret_end);
    }
    /* A text that stands alone explains what it stands in. */
    if ((c == '"' || c == '\'') && is_first_in_line(reader, at))
        return triple_end(reader, at, ret_end);
    return c == '=' && manual_end(reader, at, ret_end);
}

/* <<END, <<'END', <<-END, <<~END: its last line is kept until this one ends. */
static void
note_document(struct words_reader *reader, size_t at)
{
    size_t begin = at + 2, end;
    char c = byte_at(reader, begin), quote = '\0';

    if (reader->language == WORDS_PYTHON || reader->language == WORDS_NODE ||
        reader->document_count == WORDS_DOCUMENTS_MAX || reader->failures >= WORDS_FAILURES_MAX)
        return;
    if (c == '-' || c == '~')
        c = byte_at(reader, ++begin);
    while (c == ' ' && reader->language == WORDS_SHELL)
        c = byte_at(reader, ++begin);
    if (c == '\'' || c == '"' || (c == '\\' && reader->language == WORDS_SHELL)) {
        quote = c;
        c = byte_at(reader, ++begin);
    }
    /* Else it shifts. */
    if (!quote && reader->language != WORDS_SHELL && !(c >= 'A' && c <= 'Z') && c != '_')
        return;
    for (end = begin; is_word_byte(byte_at(reader, end)) || byte_at(reader, end) == '-';)
        end++;
    if (end > begin)
        reader->documents[reader->document_count++] =
            (struct str){reader->source.data + begin, end - begin};
}

/* Behind the line that is `last` but for blanks; `at` is the start of a line. */
static bool
document_end(struct words_reader *reader, size_t at, struct str last, size_t *ret_end)
{
    while (at < reader->source.len) {
        size_t end = line_end(reader, at);

        if (str_eq(str_trim((struct str){reader->source.data + at, end - at}), last)) {
            *ret_end = end < reader->source.len ? end + 1 : end;
            return true;
        }
        at = end + 1;
    }
    reader->failures++;
    return false;
}

static struct words_piece
piece_to(struct words_reader *reader, enum words_kind kind, size_t end)
{
    struct words_piece piece = {kind, {reader->source.data + reader->at, 0}};

    if (end > reader->source.len)
        end = reader->source.len;
    piece.text.len = end - reader->at;
    reader->at = end;
    return piece;
}

static bool
take_document(struct words_reader *reader, size_t *ret_end)
{
    struct str last;

    while (reader->document_count && reader->at > 0 &&
           reader->source.data[reader->at - 1] == '\n') {
        last = reader->documents[0];
        reader->document_count--;
        memmove(reader->documents, reader->documents + 1,
                reader->document_count * sizeof(reader->documents[0]));
        if (document_end(reader, reader->at, last, ret_end))
            return true;
    }
    return false;
}

static bool
opens_string(const struct words_reader *reader, size_t at)
{
    char c = reader->source.data[at];

    if (c != '"' && c != '\'' && c != '`')
        return false;
    if (at && reader->source.data[at - 1] == '\\')
        return false;
    /* Old Perl's name'space, and $' of regular expressions. */
    if (c == '\'' && reader->language == WORDS_PERL && at &&
        (is_word_byte(reader->source.data[at - 1]) || reader->source.data[at - 1] == '$'))
        return false;
    /* Commands between backquotes are code. */
    return c != '`' || reader->language == WORDS_NODE;
}

/* What a piece of its own begins with. */
static bool
begins_piece(struct words_reader *reader, size_t at, enum words_kind *ret_kind, size_t *ret_end)
{
    *ret_kind = WORDS_COMMENT;
    if (comment_end(reader, at, ret_end))
        return true;
    *ret_kind = WORDS_STRING;
    return opens_string(reader, at) &&
           (triple_end(reader, at, ret_end) || string_end(reader, at, ret_end));
}

struct words_piece
words_next(struct words_reader *reader)
{
    enum words_kind kind;
    size_t at = reader->at, end;

    if (at >= reader->source.len)
        return piece_to(reader, WORDS_END, at);
    if (take_document(reader, &end))
        return piece_to(reader, WORDS_STRING, end);
    for (; at < reader->source.len; at++) {
        char c = reader->source.data[at];

        if (c == '\n' && reader->document_count)
            return piece_to(reader, WORDS_CODE, at + 1);
        if (c == '<' && byte_at(reader, at + 1) == '<' && byte_at(reader, at + 2) != '<' &&
            (!at || reader->source.data[at - 1] != '<'))
            note_document(reader, at);
        if ((c == '#' || c == '/' || c == '"' || c == '\'' || c == '`' || c == '=') &&
            begins_piece(reader, at, &kind, &end)) {
            if (at > reader->at)
                break;
            return piece_to(reader, kind, end);
        }
    }
    return piece_to(reader, WORDS_CODE, at);
}

static bool
language_named(struct str name, enum words_language *ret_language)
{
    static const struct {
        const char *name;
        enum words_language language;
    } names[] = {
        {"sh", WORDS_SHELL},      {"bash", WORDS_SHELL},  {"dash", WORDS_SHELL},
        {"ksh", WORDS_SHELL},     {"zsh", WORDS_SHELL},   {"ash", WORDS_SHELL},
        {"perl", WORDS_PERL},     {"pl", WORDS_PERL},     {"cgi", WORDS_PERL},
        {"python", WORDS_PYTHON}, {"py", WORDS_PYTHON},   {"pyw", WORDS_PYTHON},
        {"pypy", WORDS_PYTHON},   {"ruby", WORDS_RUBY},   {"rb", WORDS_RUBY},
        {"node", WORDS_NODE},     {"nodejs", WORDS_NODE},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq_nocase(name, str_from_cstr(names[i].name))) {
            *ret_language = names[i].language;
            return true;
        }
    }
    return false;
}

/* "#!/usr/bin/env -S python3.11 -u": python. */
static struct str
interpreter_of(struct str source)
{
    struct str line, word = STR_EMPTY;

    if (!str_skip(&source, STR("#!")))
        return STR_EMPTY;
    line = str_trim(str_first(str_cut(&source, '\n'), 200));
    while (line.len) {
        word = str_cut(&line, ' ');
        while (str_index(word, '/') < word.len)
            (void)str_cut(&word, '/');
        while (str_index(word, '\\') < word.len)
            (void)str_cut(&word, '\\');
        if (word.len && word.data[0] != '-' && !str_eq(word, STR("env")) &&
            str_index(word, '=') == word.len)
            break;
    }
    /* "perl#": what is no letter or digit belongs to no name of an interpreter. */
    for (size_t i = 0; i < word.len; i++) {
        if (!is_word_byte(word.data[i]) && word.data[i] != '.')
            word.len = i;
    }
    if (str_ends(word, STR(".exe")))
        word.len -= 4;
    while (word.len && (str_is_digit(word.data[word.len - 1]) || word.data[word.len - 1] == '.'))
        word.len--;
    return word;
}

bool
words_language_of(struct str path, struct str source, enum words_language *ret_language)
{
    struct str ending = path, interpreter = interpreter_of(source);

    if (interpreter.len && language_named(interpreter, ret_language))
        return true;
    if (str_eq_nocase(interpreter, STR("php")))
        return false;
    while (str_index(ending, '/') < ending.len)
        (void)str_cut(&ending, '/');
    if (str_index(ending, '.') == ending.len)
        return false;
    while (str_index(ending, '.') < ending.len)
        (void)str_cut(&ending, '.');
    /* A word of the list that is no ending of names. */
    return ending.len <= 4 && !str_eq_nocase(ending, STR("perl")) &&
           !str_eq_nocase(ending, STR("node")) && language_named(ending, ret_language);
}

bool
words_language_guess(struct str source, enum words_language *ret_language)
{
    static const struct {
        const char *begins;
        enum words_language language;
    } rows[] = {
        {"use strict", WORDS_PERL},   {"use IO::", WORDS_PERL},    {"use Socket", WORDS_PERL},
        {"use warnings", WORDS_PERL}, {"use LWP", WORDS_PERL},     {"use Net::", WORDS_PERL},
        {"my $", WORDS_PERL},         {"eval unpack", WORDS_PERL}, {"import ", WORDS_PYTHON},
        {"from ", WORDS_PYTHON},      {"exec(", WORDS_PYTHON},     {"require '", WORDS_RUBY},
        {"const ", WORDS_NODE},       {"var ", WORDS_NODE},        {"wget ", WORDS_SHELL},
        {"curl ", WORDS_SHELL},       {"cd ", WORDS_SHELL},        {"export ", WORDS_SHELL},
        {"nohup ", WORDS_SHELL},      {"bash ", WORDS_SHELL},      {"echo ", WORDS_SHELL},
        {"rm ", WORDS_SHELL},         {"pkill ", WORDS_SHELL},     {"chattr ", WORDS_SHELL},
    };
    struct str head = str_first(source, 4096);

    if (str_index(head, '\0') < head.len)
        return false;
    while (head.len) {
        struct str line = str_trim(str_cut(&head, '\n'));

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            if (str_starts(line, str_from_cstr(rows[i].begins))) {
                *ret_language = rows[i].language;
                return true;
            }
        }
    }
    return false;
}
