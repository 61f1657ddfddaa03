#include "scan/mend_parts.h"

struct str
mend_text(const struct mend_code *code, uint32_t at)
{
    struct clean_piece piece = code->pieces[at].piece;

    return (struct str){code->source.data + piece.begin, piece.end - piece.begin};
}

bool
mend_is_mark(const struct mend_code *code, uint32_t at, char mark)
{
    return code->pieces[at].piece.kind == PIECE_MARK &&
           code->source.data[code->pieces[at].piece.begin] == mark;
}

bool
mend_is_code(const struct mend_code *code, uint32_t at)
{
    enum clean_piece_kind kind = code->pieces[at].piece.kind;

    return kind == PIECE_STRING || kind == PIECE_WORD || kind == PIECE_MARK;
}

static bool
is_word(const struct mend_code *code, uint32_t at, struct str word)
{
    return code->pieces[at].piece.kind == PIECE_WORD && str_eq_nocase(mend_text(code, at), word);
}

/* ---- scopes ---- */

#define SCOPES_DEEP 64

/* Functions that the pieces are in, with the depth of braces at which each ends. */
struct scopes {
    struct {
        uint32_t scope, depth;
        bool has_body;
    } open[SCOPES_DEEP];
    uint32_t count, depth, last;
};

static void
open_scope(struct scopes *scopes)
{
    scopes->last++;
    if (scopes->count == SCOPES_DEEP)
        return;
    scopes->open[scopes->count].scope = scopes->last;
    scopes->open[scopes->count].depth = scopes->depth;
    scopes->open[scopes->count].has_body = false;
    scopes->count++;
}

/* A body has ended, or a function without one. */
static void
close_scopes(struct scopes *scopes, bool is_brace)
{
    if (scopes->count == 0)
        return;
    if (scopes->open[scopes->count - 1].depth == scopes->depth &&
        scopes->open[scopes->count - 1].has_body == is_brace)
        scopes->count--;
}

static void
set_scope(const struct mend_code *code, struct scopes *scopes, uint32_t at)
{
    if (is_word(code, at, STR("function")))
        open_scope(scopes);
    code->pieces[at].scope = scopes->count ? scopes->open[scopes->count - 1].scope : 0;
    if (mend_is_mark(code, at, '{')) {
        if (scopes->count && scopes->open[scopes->count - 1].depth == scopes->depth)
            scopes->open[scopes->count - 1].has_body = true;
        scopes->depth++;
    } else if (mend_is_mark(code, at, '}')) {
        scopes->depth -= scopes->depth > 0;
        close_scopes(scopes, true);
    } else if (mend_is_mark(code, at, ';')) {
        close_scopes(scopes, false);
    }
}

static bool
is_kept(struct str source, struct clean_piece piece)
{
    if (piece.kind == PIECE_BLANK || piece.kind == PIECE_COMMENT)
        return false;
    return piece.kind != PIECE_HTML ||
           str_trim((struct str){source.data + piece.begin, piece.end - piece.begin}).len > 0;
}

bool
mend_code_read(struct str source, struct arena *arena, struct mend_code *ret_code)
{
    struct clean_reader reader = {.source = source};
    struct mend_code code = {.source = source};
    struct scopes scopes = {.count = 0};
    struct clean_piece piece;
    uint32_t count = 0;

    while ((piece = clean_piece_next(&reader)).kind != PIECE_END)
        count += is_kept(source, piece);
    if (count > MEND_PIECES_MAX)
        return false;
    code.pieces = arena_array(arena, count + 1, sizeof(*code.pieces));
    if (!code.pieces)
        return false;
    reader = (struct clean_reader){.source = source};
    while ((piece = clean_piece_next(&reader)).kind != PIECE_END) {
        if (!is_kept(source, piece))
            continue;
        code.pieces[code.count++].piece = piece;
        set_scope(&code, &scopes, code.count - 1);
    }
    code.is_halted = reader.is_halted;
    *ret_code = code;
    return true;
}

/* ---- statements ---- */

static uint32_t
statement_begin(const struct mend_code *code, uint32_t at)
{
    uint32_t depth = 0;

    for (; at > 0 && mend_is_code(code, at - 1); at--) {
        bool is_close = mend_is_mark(code, at - 1, ')') || mend_is_mark(code, at - 1, ']');
        bool is_open = mend_is_mark(code, at - 1, '(') || mend_is_mark(code, at - 1, '[');

        if (depth == 0 && (mend_is_mark(code, at - 1, ';') || mend_is_mark(code, at - 1, '{') ||
                           mend_is_mark(code, at - 1, '}')))
            break;
        /* Within parentheses, a function's body is part of the statement. */
        if (is_close || mend_is_mark(code, at - 1, '}'))
            depth++;
        else if (depth && (is_open || mend_is_mark(code, at - 1, '{')))
            depth--;
    }
    return at;
}

/* Behind a "}": does the statement go on? */
static bool
goes_on(const struct mend_code *code, uint32_t at)
{
    static const struct str words[] = {
        {"else", 4}, {"elseif", 6}, {"catch", 5}, {"finally", 7}, {"while", 5}};

    if (at >= code->count || !mend_is_code(code, at))
        return false;
    if (code->pieces[at].piece.kind == PIECE_MARK)
        return memchr(";,)].?:=-", code->source.data[code->pieces[at].piece.begin], 9) != NULL;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (is_word(code, at, words[i]))
            return true;
    }
    return false;
}

static uint32_t
statement_end(const struct mend_code *code, uint32_t at)
{
    uint32_t round = 0, braces = 0;

    for (; at < code->count && mend_is_code(code, at); at++) {
        if (mend_is_mark(code, at, '{')) {
            braces++;
        } else if (mend_is_mark(code, at, '}')) {
            if (braces == 0)
                break;
            if (--braces == 0 && round == 0 && !goes_on(code, at + 1))
                return at;
        } else if (braces == 0) {
            if (mend_is_mark(code, at, '(') || mend_is_mark(code, at, '['))
                round++;
            else if (round && (mend_is_mark(code, at, ')') || mend_is_mark(code, at, ']')))
                round--;
            else if (round == 0 && mend_is_mark(code, at, ';'))
                return at;
        }
    }
    return at - 1;
}

struct mend_run
mend_statement(const struct mend_code *code, uint32_t at)
{
    uint32_t first = statement_begin(code, at);
    uint32_t last = statement_end(code, first);

    return (struct mend_run){first, last < at ? at : last};
}
