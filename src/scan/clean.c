#include "scan/clean.h"

#include "scan/clean_piece.h"

static bool
is_blank_text(struct str text)
{
    return str_trim(text).len == 0;
}

static struct str
text_of(struct str source, struct clean_piece piece)
{
    return (struct str){source.data + piece.begin, piece.end - piece.begin};
}

/* Does it do anything, in code or on the page? */
static bool
is_significant(struct str source, struct clean_piece piece)
{
    switch (piece.kind) {
    case PIECE_HTML:
        return !is_blank_text(text_of(source, piece));
    case PIECE_STRING:
    case PIECE_WORD:
    case PIECE_MARK:
    case PIECE_DATA:
        return true;
    case PIECE_END:
    case PIECE_OPEN:
    case PIECE_CLOSE:
    case PIECE_BLANK:
    case PIECE_COMMENT:
        return false;
    }
    return false;
}

static bool
is_code(enum clean_piece_kind kind)
{
    return kind == PIECE_STRING || kind == PIECE_WORD || kind == PIECE_MARK;
}

/* The injection grown to whole pieces, and the block that it begins in. */
struct place {
    size_t begin, end;             /* of its code; the first and the last significant piece */
    size_t block_begin, block_end; /* with the tags */
    size_t code_begin;             /* behind the open tag */
    bool is_alone;                 /* the block has no other code */
    bool has_code;
};

static void
begin_block(struct place *block, struct clean_piece open)
{
    *block = (struct place){
        .block_begin = open.begin,
        .block_end = open.begin,
        .code_begin = open.end,
        .is_alone = true,
    };
}

/* One piece of a block: is its code part of the injection? */
static void
add_code(struct place *block, struct clean_piece piece, size_t begin, size_t end)
{
    if (piece.end <= begin || piece.begin >= end) {
        block->is_alone = false;
        return;
    }
    if (!block->has_code)
        block->begin = piece.begin;
    block->has_code = true;
    block->end = piece.end;
}

/* What a file says of itself is read by programs: the name of a theme's part, for one. */
static bool
is_description(struct str comment)
{
    return str_starts(comment, STR("/**")) && str_index(comment, '\n') < comment.len;
}

static bool
find_place(struct str source, struct clean_range injected, struct place *ret_place)
{
    struct clean_reader reader = {.source = source};
    size_t begin = injected.offset, end = injected.offset + injected.len;
    struct place block = {0};
    struct clean_piece piece;

    do {
        piece = clean_piece_next(&reader);
        if (piece.kind == PIECE_OPEN)
            begin_block(&block, piece);
        else if (is_code(piece.kind))
            add_code(&block, piece, begin, end);
        else if (piece.kind == PIECE_COMMENT && is_description(text_of(source, piece)))
            block.is_alone = false;
        if (piece.kind == PIECE_CLOSE || piece.kind == PIECE_END) {
            block.block_end = piece.end;
            /* What goes on in another block is not of one piece. */
            if (block.has_code) {
                *ret_place = block;
                return end <= piece.end;
            }
        }
    } while (piece.kind != PIECE_END);
    return false;
}

/* Brackets open at a place, as they were opened. */
struct brackets {
    char open[CLEAN_DEPTH_MAX];
    size_t depth, least; /* the least since the cut began */
    bool is_broken;
};

static void
count_bracket(struct brackets *brackets, char c)
{
    if (c == '(' || c == '[' || c == '{') {
        if (brackets->depth == CLEAN_DEPTH_MAX)
            brackets->is_broken = true;
        else
            brackets->open[brackets->depth++] = c;
    } else if (c == ')' || c == ']' || c == '}') {
        char wanted = c == ')' ? '(' : c == ']' ? '[' : '{';

        if (brackets->depth == 0 || brackets->open[brackets->depth - 1] != wanted)
            brackets->is_broken = true;
        else
            brackets->depth--;
        if (brackets->depth < brackets->least)
            brackets->least = brackets->depth;
    }
}

/* What stands around and in a cut, as far as it decides whether the cut may be made. */
struct around {
    struct str before, first, last, after; /* code: the nearest pieces */
    bool after_tag;                        /* nothing but a tag is before it */
    size_t depth_begin, depth_end, least;
    char innermost; /* bracket that the cut stands in; NUL for none */
    bool is_broken, has_end_word, cuts_piece, is_left;
};

/* Ends of the alternative syntax: their beginning is somewhere else. */
static bool
is_end_word(struct str word)
{
    static const struct str words[] = {{"endif", 5},       {"endwhile", 8},  {"endfor", 6},
                                       {"endforeach", 10}, {"endswitch", 9}, {"enddeclare", 10}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_eq_nocase(word, words[i]))
            return true;
    }
    return false;
}

/* Goes on with a statement that began before. */
static bool
is_continuation(struct str word)
{
    static const struct str words[] = {{"else", 4},    {"elseif", 6}, {"catch", 5},
                                       {"finally", 7}, {"case", 4},   {"default", 7}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_eq_nocase(word, words[i]))
            return true;
    }
    return false;
}

static void
look_inside(struct around *around, struct str text, enum clean_piece_kind kind)
{
    if (!is_code(kind))
        return;
    if (around->first.len == 0)
        around->first = text;
    around->last = text;
    if (kind == PIECE_WORD && is_end_word(text))
        around->has_end_word = true;
}

static void
look_outside(struct around *around, struct str source, struct clean_piece piece, bool is_before)
{
    struct str text = text_of(source, piece);

    if (is_significant(source, piece))
        around->is_left = true;
    if (is_before && piece.kind == PIECE_OPEN) {
        around->after_tag = true;
    } else if (is_before && is_code(piece.kind)) {
        around->before = text;
        around->after_tag = false;
    } else if (!is_before && is_code(piece.kind) && around->after.len == 0) {
        around->after = text;
    }
}

static struct around
look_around(struct str source, size_t begin, size_t end)
{
    struct clean_reader reader = {.source = source};
    struct brackets brackets = {.depth = 0};
    struct around around = {0};
    struct clean_piece piece;
    bool has_begun = false, has_ended = false;

    while ((piece = clean_piece_next(&reader)).kind != PIECE_END) {
        bool is_inside = piece.begin >= begin && piece.end <= end;

        if (!has_begun && piece.end > begin) {
            has_begun = true;
            around.depth_begin = brackets.least = brackets.depth;
            around.innermost = brackets.depth ? brackets.open[brackets.depth - 1] : '\0';
        }
        if (!has_ended && piece.end > end) {
            has_ended = true;
            around.depth_end = brackets.depth;
            around.least = brackets.least;
        }
        /* A blank may be cut in two. */
        if (!is_inside && piece.begin < end && piece.end > begin && piece.kind != PIECE_BLANK &&
            piece.kind != PIECE_HTML)
            around.cuts_piece = true;
        if (is_inside)
            look_inside(&around, text_of(source, piece), piece.kind);
        else
            look_outside(&around, source, piece, piece.begin < begin);
        if (piece.kind == PIECE_MARK)
            count_bracket(&brackets, source.data[piece.begin]);
    }
    if (!has_ended) {
        around.depth_end = brackets.depth;
        around.least = brackets.least;
    }
    /* Data behind __halt_compiler is found by its offset in the file: nothing before may go. */
    around.is_broken = brackets.is_broken || reader.is_halted;
    return around;
}

static bool
ends_statement(struct str text)
{
    return str_eq(text, STR(";")) || str_eq(text, STR("}"));
}

static enum clean_verdict
judge_common(const struct around *around)
{
    if (around->is_broken || around->cuts_piece)
        return CLEAN_UNSAFE;
    if (around->depth_begin != around->depth_end || around->least < around->depth_begin ||
        around->has_end_word || is_continuation(around->first))
        return CLEAN_MIXED;
    return around->is_left ? CLEAN_DONE : CLEAN_NOTHING_LEFT;
}

/* "<?php if ($a): ?>" opens what another block closes; so may a brace, which is counted. */
static enum clean_verdict
judge_block(const struct around *around)
{
    enum clean_verdict verdict = judge_common(around);

    return verdict == CLEAN_DONE && str_eq(around->last, STR(":")) ? CLEAN_MIXED : verdict;
}

/* Whole statements: one ended before, the last ends in the cut, and what follows is a new one. */
static enum clean_verdict
judge_statements(const struct around *around)
{
    enum clean_verdict verdict = judge_common(around);
    bool is_first =
        around->after_tag || ends_statement(around->before) || str_eq(around->before, STR("{"));

    if (verdict != CLEAN_DONE)
        return verdict;
    if (!is_first || !ends_statement(around->last) || is_continuation(around->after) ||
        (around->innermost != '\0' && around->innermost != '{'))
        return CLEAN_MIXED;
    return CLEAN_DONE;
}

/* The whole lines of the code, when nothing of the site stands on them. */
static struct clean_range
whole_lines(struct str source, const struct place *place)
{
    size_t begin = place->begin, end = place->end;

    while (begin > place->code_begin && source.data[begin - 1] != '\n')
        begin--;
    while (end < place->block_end && source.data[end] != '\n')
        end++;
    /* Behind "<?php" something blank must stay, and its newline is as good as any. */
    if (begin > place->code_begin)
        end += end < source.len && source.data[end] == '\n';
    return (struct clean_range){begin, end - begin};
}

static bool
has_other_code(struct str source, const struct place *place, struct clean_range lines)
{
    struct clean_reader reader = {.source = source};
    struct clean_piece piece;

    while ((piece = clean_piece_next(&reader)).kind != PIECE_END &&
           piece.begin < lines.offset + lines.len) {
        bool is_own = piece.begin >= place->begin && piece.end <= place->end;

        if (piece.end > lines.offset && !is_own && piece.kind != PIECE_BLANK &&
            piece.kind != PIECE_COMMENT)
            return true;
        /* A comment that goes on, before or behind these lines. */
        if (piece.kind == PIECE_COMMENT && piece.end > lines.offset && !is_own &&
            (piece.begin < lines.offset || piece.end > lines.offset + lines.len))
            return true;
    }
    return false;
}

/* Every byte that stays must be read as what it was. */
static bool
is_read_alike(struct str source, struct str rest, struct clean_range cut)
{
    struct clean_reader old = {.source = source}, new = {.source = rest};
    struct clean_piece was = {.kind = PIECE_END}, is = {.kind = PIECE_END};

    for (size_t at = 0; at < rest.len; at++) {
        size_t from = at < cut.offset ? at : at + cut.len;

        while (was.end <= from)
            was = clean_piece_next(&old);
        while (is.end <= at)
            is = clean_piece_next(&new);
        if (was.kind != is.kind)
            return false;
    }
    return true;
}

static enum clean_verdict
write_rest(struct str source, struct clean_range cut, struct arena *arena, struct str *ret_rest)
{
    size_t len = source.len - cut.len;
    char *bytes = arena_alloc(arena, len + 1);
    struct str rest = {bytes, len};

    if (!bytes)
        return CLEAN_LIMIT;
    memcpy(bytes, source.data, cut.offset);
    memcpy(bytes + cut.offset, source.data + cut.offset + cut.len, len - cut.offset);
    if (!is_read_alike(source, rest, cut))
        return CLEAN_UNSAFE;
    *ret_rest = rest;
    return CLEAN_DONE;
}

/* Rules count lines, so that blanks at both ends mean nothing. */
static struct clean_range
without_blanks(struct str source, struct clean_range range)
{
    while (range.len && clean_is_blank(source.data[range.offset])) {
        range.offset++;
        range.len--;
    }
    while (range.len && clean_is_blank(source.data[range.offset + range.len - 1]))
        range.len--;
    return range;
}

static enum clean_verdict
choose(struct str source, const struct place *place, struct clean_range *ret_cut)
{
    struct clean_range cut;
    struct around around;

    if (place->is_alone) {
        *ret_cut = (struct clean_range){place->block_begin, place->block_end - place->block_begin};
        around = look_around(source, place->block_begin, place->block_end);
        return judge_block(&around);
    }
    cut = whole_lines(source, place);
    if (has_other_code(source, place, cut))
        cut = (struct clean_range){place->begin, place->end - place->begin};
    *ret_cut = cut;
    around = look_around(source, cut.offset, cut.offset + cut.len);
    return judge_statements(&around);
}

enum clean_verdict
clean_cut(struct str source, struct clean_range injected, struct arena *arena, struct str *ret_rest,
          struct clean_range *ret_cut)
{
    enum clean_verdict verdict;
    struct clean_range cut;
    struct place place;

    if (injected.offset >= source.len || injected.len > source.len - injected.offset)
        return CLEAN_OUTSIDE;
    injected = without_blanks(source, injected);
    if (injected.len == 0 || !find_place(source, injected, &place))
        return CLEAN_OUTSIDE;
    verdict = choose(source, &place, &cut);
    if (verdict == CLEAN_DONE)
        verdict = write_rest(source, cut, arena, ret_rest);
    if (verdict == CLEAN_DONE)
        *ret_cut = cut;
    return verdict;
}

const char *
clean_verdict_text(enum clean_verdict verdict)
{
    static const char *const texts[CLEAN_VERDICT_COUNT] = {
        [CLEAN_DONE] = "the injection was taken out, and all else is as it was",
        [CLEAN_OUTSIDE] = "the place lies in no single piece of PHP code",
        [CLEAN_MIXED] = "the injection is mixed with the site's own code: clean it by hand",
        [CLEAN_UNSAFE] = "without it PHP would read the rest differently: clean it by hand",
        [CLEAN_NOTHING_LEFT] = "there is nothing but the injection in this file: quarantine it",
        [CLEAN_LIMIT] = "the file is too large to be cleaned",
    };

    return texts[verdict];
}
