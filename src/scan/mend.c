#include "scan/mend_parts.h"

#include "php/parse.h"
#include "scan/clean.h"
#include "scan/php_file.h"

/* Statements on the accused line that are tried. */
#define TRIES_MAX 24u
/* In all: each may cost as much as looking at the file. */
#define TRIES_OF_FILE_MAX 40u

/* The strongest thing that is said against some bytes. */
struct accusation {
    double confidence; /* 0: nothing at all */
    uint32_t line;
    const char *rule;
    bool is_whole; /* all of the bytes was understood */
};

struct mending {
    struct subject subject; /* its source becomes shorter with every cut */
    struct arena *arena, *scratch;
    uint32_t tries;
    bool was_inside; /* one of the cuts was in a function */
};

static struct accusation
accusation_of(const struct mending *mending, struct str source)
{
    struct subject subject = mending->subject;
    struct accusation worst = {.confidence = 0};
    struct findings *findings;

    arena_reset(mending->scratch);
    findings = ARENA_NEW(mending->scratch, struct findings);
    subject.source = source;
    subject.known = NULL;
    subject.found = NULL;
    subject.notes = NULL;
    if (!findings)
        return worst;
    findings->arena = mending->scratch;
    worst.is_whole = php_file_look(&subject, mending->scratch, findings);
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];

        if (finding->kind != FINDING_MALICIOUS || finding->confidence < worst.confidence)
            continue;
        worst.confidence = finding->confidence;
        worst.line = finding->line;
        worst.rule = finding->rule;
    }
    return worst;
}

/* The same line is accused for the same reason: the cut did not go there. */
static bool
is_same(const struct accusation *was, const struct accusation *is, struct str source,
        struct clean_range cut)
{
    uint32_t line = was->line;

    if (is->confidence == 0 || was->rule != is->rule)
        return false;
    if (cut.offset < finding_line_offset(source, was->line))
        line -= finding_line_at(source, cut.offset + cut.len) - finding_line_at(source, cut.offset);
    return is->line == line;
}

/* What was PHP is PHP: the parser stumbles no more than before. */
static bool
parses_as_well(const struct mending *mending, struct str rest)
{
    struct parse_result was, is;

    arena_reset(mending->scratch);
    was = parse_file(mending->subject.source, mending->scratch);
    arena_reset(mending->scratch);
    is = parse_file(rest, mending->scratch);
    return !is.is_cut && is.root && is.errors <= was.errors;
}

static bool
try_run(struct mending *mending, const struct mend_code *code, uint32_t at, struct mend_run run,
        struct accusation *accusation)
{
    size_t begin = code->pieces[run.first].piece.begin, end = code->pieces[run.last].piece.end;
    struct clean_range cut;
    struct accusation left;
    struct str rest;

    if (clean_cut(code->source, (struct clean_range){begin, end - begin}, mending->arena, &rest,
                  &cut) != CLEAN_DONE ||
        !parses_as_well(mending, rest))
        return false;
    left = accusation_of(mending, rest);
    /* Of a file that is too much to be understood whole, as much must be seen as before. */
    if ((accusation->is_whole && !left.is_whole) || is_same(accusation, &left, code->source, cut))
        return false;
    mending->subject.source = rest;
    mending->was_inside |= code->pieces[at].scope != 0;
    *accusation = left;
    return true;
}

static bool
try_grown(struct mending *mending, const struct mend_code *code, struct mend_run run,
          struct accusation *accusation)
{
    struct mend_run grown = run;

    return mending->tries++ < TRIES_OF_FILE_MAX && mend_grow(code, &grown, mending->arena) &&
           try_run(mending, code, run.first, grown, accusation);
}

/* The statements that begin on the accused line. */
struct line {
    struct mend_run list[TRIES_MAX];
    uint32_t count;
};

static void
find_statements(const struct mend_code *code, uint32_t number, struct line *ret_line)
{
    size_t begin = finding_line_offset(code->source, number);
    size_t end = finding_line_offset(code->source, number + 1);
    uint32_t next = 0;

    ret_line->count = 0;
    for (uint32_t at = 0; at < code->count && ret_line->count < TRIES_MAX; at++) {
        struct mend_run run;

        if (code->pieces[at].piece.end <= begin || at < next || !mend_is_code(code, at) ||
            mend_is_mark(code, at, '{') || mend_is_mark(code, at, '}'))
            continue;
        if (code->pieces[at].piece.begin >= end)
            break;
        run = mend_statement(code, at);
        ret_line->list[ret_line->count++] = run;
        /* Of a statement with a body, what is in the body is tried by itself first. */
        for (next = at + 1; next <= run.last && !mend_is_mark(code, next, '{');)
            next++;
    }
}

/* Tries each statement of the accused line, grown, and then all of them together. */
static bool
cut_once(struct mending *mending, struct accusation *accusation)
{
    struct mend_code code;
    struct line line;

    if (accusation->line == 0 || !mend_code_read(mending->subject.source, mending->arena, &code) ||
        code.is_halted)
        return false;
    find_statements(&code, accusation->line, &line);
    for (uint32_t i = 0; i < line.count; i++) {
        if (try_grown(mending, &code, line.list[i], accusation))
            return true;
    }
    return line.count > 1 &&
           try_grown(mending, &code,
                     (struct mend_run){line.list[0].first, line.list[line.count - 1].last},
                     accusation);
}

static enum mend_verdict
judge_rest(const struct mending *mending, const struct accusation *accusation)
{
    struct mend_code code;

    if (accusation->confidence > 0)
        return MEND_MIXED;
    if (!mend_code_read(mending->subject.source, mending->arena, &code))
        return MEND_LIMIT;
    /* What lies among uploads is not the site's, whatever else is in it. */
    if (mending->subject.places & (PLACE_UPLOADS | PLACE_TEMPORARY))
        return MEND_NOTHING;
    return mend_is_work(&code, mending->was_inside) ? MEND_DONE : MEND_NOTHING;
}

enum mend_verdict
mend_file(const struct subject *subject, struct arena *arena, struct arena *scratch,
          struct str *ret_rest)
{
    struct mending mending = {.subject = *subject, .arena = arena, .scratch = scratch};
    struct accusation accusation;
    enum mend_verdict verdict, mixed = mend_is_needed(subject) ? MEND_NEEDED : MEND_MIXED;

    if (!php_file_wants(subject))
        return MEND_NO_PHP;
    if (subject->source.len > MEND_BYTES_MAX || subject->is_partial)
        return MEND_LIMIT;
    accusation = accusation_of(&mending, subject->source);
    /* What its place and its siblings add to that is not known here. */
    if (accusation.confidence == 0)
        return MEND_UNSEEN;
    for (uint32_t i = 0; accusation.confidence > 0; i++) {
        if (i == MEND_CUTS_MAX || !cut_once(&mending, &accusation))
            return mixed;
    }
    verdict = judge_rest(&mending, &accusation);
    if (verdict == MEND_DONE)
        *ret_rest = mending.subject.source;
    return verdict;
}

const char *
mend_verdict_text(enum mend_verdict verdict)
{
    static const char *const texts[MEND_VERDICT_COUNT] = {
        [MEND_DONE] = "an injected block in an otherwise good file",
        [MEND_NO_PHP] = "only PHP files are cleaned",
        [MEND_UNSEEN] = "it is accused only together with other files",
        [MEND_MIXED] = "what is malicious in it cannot be told from the rest",
        [MEND_NEEDED] = "the site does not run without it, and its injection cannot be told apart",
        [MEND_NOTHING] = "without what is malicious nothing is left that a site would need",
        [MEND_LIMIT] = "it is too large to be cleaned",
    };

    return texts[verdict];
}
