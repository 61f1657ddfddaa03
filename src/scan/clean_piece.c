#include "scan/clean_piece.h"

bool
clean_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

static bool
is_word(char c)
{
    return str_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '$' || c == '\\' || (unsigned char)c >= 0x80;
}

static bool
stands_at(struct str source, size_t at, struct str word)
{
    return str_starts(str_from(source, at), word);
}

/* Where `word` stands next, or the end. */
static size_t
find_from(struct str source, size_t from, struct str word)
{
    return from + str_find(str_from(source, from), word);
}

/* The length of the open tag at a place; 0 when there is none. "<?xml" is none. */
static size_t
open_tag_len(struct str rest)
{
    if (!str_starts(rest, STR("<?")))
        return 0;
    if (str_starts_nocase(rest, STR("<?php")) && (rest.len == 5 || clean_is_blank(rest.data[5])))
        return 5;
    if (str_starts(rest, STR("<?=")))
        return 3;
    return str_starts_nocase(rest, STR("<?xml")) ? 0 : 2;
}

static size_t
html_end(struct str source, size_t at)
{
    while (at < source.len) {
        at = find_from(source, at, STR("<?"));
        if (open_tag_len(str_from(source, at)))
            return at;
        if (at < source.len)
            at++;
    }
    return source.len;
}

/* For PHP a lone CR ends a line, too. */
static bool
is_newline(char c)
{
    return c == '\n' || c == '\r';
}

/* PHP swallows one newline behind "?>". */
static size_t
close_tag_end(struct str source, size_t at)
{
    at += 2;
    if (stands_at(source, at, STR("\r\n")))
        return at + 2;
    return at < source.len && is_newline(source.data[at]) ? at + 1 : at;
}

/* Up to the newline or the close tag, both of which are outside. */
static size_t
line_comment_end(struct str source, size_t at)
{
    while (at < source.len && !is_newline(source.data[at]) && !stands_at(source, at, STR("?>")))
        at++;
    return at;
}

static size_t
plain_string_end(struct str source, size_t at)
{
    char quote = source.data[at];

    for (at++; at < source.len && source.data[at] != quote; at++) {
        if (source.data[at] == '\\')
            at++;
    }
    return at < source.len ? at + 1 : source.len;
}

/* "{$a["b"]}": code inside of a string, with strings of its own, which hold no code here. */
static size_t
braces_end(struct str source, size_t at)
{
    size_t depth = 0;

    while (at < source.len) {
        char c = source.data[at];

        if (c == '\'' || c == '"') {
            at = plain_string_end(source, at);
            continue;
        }
        depth += c == '{';
        at++;
        if (c == '}' && --depth == 0)
            return at;
    }
    return source.len;
}

static size_t
template_end(struct str source, size_t at)
{
    char quote = source.data[at++];

    while (at < source.len && source.data[at] != quote) {
        if (source.data[at] == '\\')
            at += 2;
        else if (stands_at(source, at, STR("{$")))
            at = braces_end(source, at);
        else if (stands_at(source, at, STR("${")))
            at = braces_end(source, at + 1);
        else
            at++;
    }
    return at < source.len ? at + 1 : source.len;
}

/* Its label; empty when "<<<" begins no heredoc. */
static struct str
heredoc_label(struct str rest, size_t *ret_body)
{
    size_t at = 3, begin;
    char quote = '\0';

    while (at < rest.len && (rest.data[at] == ' ' || rest.data[at] == '\t'))
        at++;
    if (at < rest.len && (rest.data[at] == '\'' || rest.data[at] == '"'))
        quote = rest.data[at++];
    begin = at;
    while (at < rest.len && is_word(rest.data[at]) && rest.data[at] != '$' && rest.data[at] != '\\')
        at++;
    *ret_body = at + (quote != '\0');
    if (at == begin || str_is_digit(rest.data[begin]) ||
        (quote && (at == rest.len || rest.data[at] != quote)))
        return STR_EMPTY;
    if (*ret_body >= rest.len || !is_newline(rest.data[*ret_body]))
        return STR_EMPTY;
    return (struct str){rest.data + begin, at - begin};
}

/* The closing label is the first thing on a line, blanks aside, and no word goes on behind it. */
static size_t
heredoc_end(struct str source, size_t at)
{
    size_t body;
    struct str label = heredoc_label(str_from(source, at), &body);

    if (label.len == 0)
        return at;
    at += body;
    while (at < source.len) {
        at += str_index_any(str_from(source, at), STR("\r\n"));
        at += at < source.len;
        while (at < source.len && (source.data[at] == ' ' || source.data[at] == '\t'))
            at++;
        if (stands_at(source, at, label) &&
            (at + label.len == source.len || !is_word(source.data[at + label.len])))
            return at + label.len;
    }
    return source.len;
}

static size_t
run_end(struct str source, size_t at, bool (*belongs)(char c))
{
    while (at < source.len && belongs(source.data[at]))
        at++;
    return at;
}

/* Comments and strings: what may hold anything; false when none begins here. */
static bool
read_opaque(struct clean_reader *reader, struct clean_piece *piece)
{
    struct str source = reader->source;
    size_t at = reader->at;
    char c = source.data[at];

    piece->kind = PIECE_COMMENT;
    if (stands_at(source, at, STR("//")) || (c == '#' && !stands_at(source, at, STR("#[")))) {
        piece->end = line_comment_end(source, at);
    } else if (stands_at(source, at, STR("/*"))) {
        piece->end = find_from(source, at + 2, STR("*/")) + 2;
    } else if (c == '\'') {
        piece->kind = PIECE_STRING;
        piece->end = plain_string_end(source, at);
    } else if (c == '"' || c == '`') {
        piece->kind = PIECE_STRING;
        piece->end = template_end(source, at);
    } else {
        piece->kind = PIECE_STRING;
        piece->end = stands_at(source, at, STR("<<<")) ? heredoc_end(source, at) : at;
    }
    if (piece->end > source.len)
        piece->end = source.len;
    return piece->end > at;
}

static void
read_code(struct clean_reader *reader, struct clean_piece *piece)
{
    struct str source = reader->source;
    size_t at = reader->at;

    if (clean_is_blank(source.data[at])) {
        piece->kind = PIECE_BLANK;
        piece->end = run_end(source, at, clean_is_blank);
    } else if (stands_at(source, at, STR("?>"))) {
        piece->kind = PIECE_CLOSE;
        piece->end = close_tag_end(source, at);
        reader->is_php = false;
    } else if (read_opaque(reader, piece)) {
        return;
    } else if (is_word(source.data[at])) {
        piece->kind = PIECE_WORD;
        piece->end = run_end(source, at, is_word);
        reader->is_halted =
            str_eq_nocase((struct str){source.data + at, piece->end - at}, STR("__halt_compiler"));
    } else {
        piece->kind = PIECE_MARK;
        piece->end = at + 1;
    }
}

struct clean_piece
clean_piece_next(struct clean_reader *reader)
{
    struct clean_piece piece = {.kind = PIECE_END, .begin = reader->at, .end = reader->source.len};
    size_t tag;

    if (reader->at == reader->source.len)
        return piece;
    if (reader->is_halted) {
        piece.kind = PIECE_DATA;
    } else if (reader->is_php) {
        read_code(reader, &piece);
    } else if ((tag = open_tag_len(str_from(reader->source, reader->at))) > 0) {
        piece.kind = PIECE_OPEN;
        piece.end = reader->at + tag;
        reader->is_php = true;
    } else {
        piece.kind = PIECE_HTML;
        piece.end = html_end(reader->source, reader->at);
    }
    reader->at = piece.end;
    return piece;
}
