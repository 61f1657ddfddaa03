#include "scan/script.h"

#include "scan/glance.h"
#include "scan/persistence.h"
#include "scan/script_parts.h"

/* Which of its bytes are what, as letters as long as the text. */
enum {
    AS_CODE = 'c',
    AS_STRING = 's',
    AS_COMMENT = '#'
};

struct seen_fact {
    uint32_t count;
    size_t at; /* the first */
};

struct page {
    struct str text;
    const char *as;
    unsigned language;
    struct seen_fact facts[SCRIPT_FACT_COUNT];
};

/* A text of so many bytes without a blank is no text. */
#define BLOB_BYTES 2000

static void
note_blob(struct page *page, struct str text, size_t at)
{
    struct seen_fact *fact = &page->facts[SCRIPT_BLOB];

    if (text.len < BLOB_BYTES || str_index_any(text, STR(" \t")) < text.len)
        return;
    if (!fact->count++)
        fact->at = at;
}

static char *
mark_pieces(struct page *page, enum words_language language, struct arena *arena)
{
    struct str text = page->text;
    struct words_reader reader;
    char *as = arena_alloc(arena, text.len + 1);
    size_t at = 0;

    words_reader_init(&reader, text, language);
    while (as && at < text.len) {
        struct words_piece piece = words_next(&reader);

        memset(as + at,
               piece.kind == WORDS_COMMENT  ? AS_COMMENT
               : piece.kind == WORDS_STRING ? AS_STRING
                                            : AS_CODE,
               piece.text.len);
        if (piece.kind == WORDS_STRING)
            note_blob(page, piece.text, at);
        at += piece.text.len;
    }
    return as;
}

static bool
is_in_sight(const struct page *page, enum script_sight sight, size_t at)
{
    char as = page->as[at];

    if (sight == SCRIPT_IN_COMMENT)
        return true;
    if (as == AS_COMMENT)
        return false;
    return sight == SCRIPT_IN_ANY || page->language == SCRIPT_SH ||
           (sight == SCRIPT_IN_CODE) == (as == AS_CODE);
}

static void
on_pattern(void *context, size_t pattern, size_t at)
{
    struct page *page = context;
    const struct script_pattern *row = &script_patterns[pattern];
    struct seen_fact *fact = &page->facts[row->fact];

    if (!is_in_sight(page, row->sight, at))
        return;
    if (!fact->count++)
        fact->at = at;
}

static bool
rule_holds(const struct script_rule *rule, const struct page *page, size_t *ret_at)
{
    *ret_at = 0;
    for (size_t i = 0; i < SCRIPT_NEEDS_MAX && rule->needs[i].fact; i++) {
        const struct seen_fact *fact = &page->facts[rule->needs[i].fact];

        if (fact->count < rule->needs[i].least)
            return false;
        /* The last thing that was missing is the place to look at. */
        if (fact->at > *ret_at)
            *ret_at = fact->at;
    }
    return true;
}

static uint32_t
line_at(struct str text, size_t at)
{
    uint32_t line = 0;

    for (struct str head = str_first(text, at); str_index(head, '\n') < head.len; line++)
        (void)str_cut(&head, '\n');
    return line;
}

bool
script_signs(const struct script_text *script, struct arena *arena, struct signs *signs)
{
    struct page *page = ARENA_NEW(arena, struct page);
    struct glance_index *index = ARENA_NEW(arena, struct glance_index);
    const char **patterns = arena_array(arena, script_pattern_count, sizeof(*patterns));
    size_t at;

    if (!page || !index || !patterns)
        return false;
    page->text = str_first(script->text, SCRIPT_BYTES_MAX);
    page->language = 1u << script->language;
    page->as = mark_pieces(page, script->language, arena);
    if (!page->as)
        return false;
    for (size_t i = 0; i < script_pattern_count; i++) {
        if (script_patterns[i].languages & page->language)
            patterns[i] = script_patterns[i].pattern;
    }
    glance_index_init(index, patterns, script_pattern_count);
    glance_search(index, page->text, on_pattern, page);
    for (size_t i = 0; i < script_rule_count; i++) {
        const struct script_rule *rule = &script_rules[i];

        if (!rule_holds(rule, page, &at))
            continue;
        signs_add(signs, (struct sign){
                             .rule = rule->rule,
                             .why = rule->why,
                             .weight = script->is_started_alone && rule->weight_alone > 0
                                           ? rule->weight_alone
                                           : rule->weight,
                             .line = script->line + line_at(page->text, at),
                             .text = finding_quote(page->text, at),
                         });
    }
    return script->text.len <= SCRIPT_BYTES_MAX;
}

static bool
language_of(const struct subject *subject, enum words_language *ret_language)
{
    return words_language_of(subject->path, subject->source, ret_language) ||
           ((subject->places & PLACE_TEMPORARY) &&
            words_language_guess(subject->source, ret_language));
}

bool
script_wants(const struct subject *subject)
{
    enum words_language language;

    /* Those that something starts by itself are startup.h's. */
    return subject->source.len > 0 && language_of(subject, &language) &&
           persistence_of(subject->path) == PERSISTENCE_NONE;
}

bool
script_look(const struct subject *subject, struct arena *arena, struct findings *findings)
{
    struct script_text script = {.text = subject->source, .line = 1};
    struct signs *signs = ARENA_NEW(arena, struct signs);
    bool is_whole;

    if (!signs || !language_of(subject, &script.language))
        return signs != NULL;
    script.is_started_alone = (subject->places & PLACE_CRON) != 0;
    is_whole = script_signs(&script, arena, signs);
    signs_judge(signs, subject, findings);
    return is_whole;
}
