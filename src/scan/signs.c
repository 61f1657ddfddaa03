#include "scan/signs.h"

#define QUARANTINE                                                                                 \
    "Look at the file; if it is not yours: weir quarantine add FILE, then find how it came "       \
    "(weir trace) before restoring the site."

/* Below this, a sign is not worth a person's time. */
#define REMARK_LEAST 0.35

/* The same of a file that only looks so: libraries for mail and for style sheets do, too. */
#define LOOKS_LEAST 0.7

void
signs_add(struct signs *signs, struct sign sign)
{
    for (uint32_t i = 0; i < signs->count; i++) {
        if (strcmp(signs->list[i].rule, sign.rule) == 0) {
            if (sign.weight > signs->list[i].weight)
                signs->list[i] = sign;
            return;
        }
    }
    if (signs->count < SIGNS_MAX)
        signs->list[signs->count++] = sign;
}

bool
signs_have(const struct signs *signs, const char *rule)
{
    for (uint32_t i = 0; i < signs->count; i++) {
        if (strcmp(signs->list[i].rule, rule) == 0)
            return true;
    }
    return false;
}

/* How much the place speaks for it by itself: a PHP file among uploaded pictures. */
static double
context_weight(const struct subject *subject)
{
    double weight = 0;

    if (subject->places & (PLACE_UPLOADS | PLACE_TEMPORARY))
        weight = 0.5;
    else if (subject->places & (PLACE_CACHE | PLACE_HIDDEN))
        weight = 0.2;
    if (subject->is_foreign_owner)
        weight = 1 - (1 - weight) * 0.75;
    if (subject->is_recent_alone)
        weight = 1 - (1 - weight) * 0.8;
    if (subject->is_stranger)
        weight = 1 - (1 - weight) * 0.5;
    return weight;
}

/* What of that a person should know. */
static struct str
context_words(const struct subject *subject, struct arena *arena)
{
    const struct {
        bool holds;
        const char *words;
    } rows[] = {
        {subject->places & PLACE_UPLOADS, " It lies where visitors upload."},
        {subject->is_foreign_owner, " Its owner is not that of the files around it."},
        {subject->is_recent_alone, " It changed long after the files around it."},
        {subject->is_stranger, " It is called like a file of WordPress, and is none of them."},
    };
    struct str text = STR_EMPTY;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].holds)
            text = arena_printf(arena, STR_FMT "%s", STR_ARG(text), rows[i].words);
    }
    return text;
}

/* Nothing that it does was seen, only what it is written like. */
static bool
is_by_looks(const struct signs *signs)
{
    for (uint32_t i = 0; i < signs->count; i++) {
        const char *rule = signs->list[i].rule;

        if (strcmp(rule, "shell-words") != 0 && strcmp(rule, "text-by-bits") != 0)
            return false;
    }
    return true;
}

static const struct sign *
strongest(const struct signs *signs)
{
    const struct sign *best = &signs->list[0];

    for (uint32_t i = 1; i < signs->count; i++) {
        if (signs->list[i].weight > best->weight)
            best = &signs->list[i];
    }
    return best;
}

static struct str
others(const struct signs *signs, const struct sign *best, struct arena *arena)
{
    struct str text = STR_EMPTY;

    for (uint32_t i = 0; i < signs->count; i++) {
        if (&signs->list[i] == best || signs->list[i].weight < 0.1)
            continue;
        text = arena_printf(arena, STR_FMT "%s%s (line %u)", STR_ARG(text),
                            text.len ? ", " : " Also: ", signs->list[i].rule, signs->list[i].line);
    }
    return text;
}

void
signs_judge(const struct signs *signs, const struct subject *subject, struct findings *findings)
{
    double innocent = 1;
    const struct sign *best;
    struct str also, place;

    if (!signs->count)
        return;
    for (uint32_t i = 0; i < signs->count; i++)
        innocent *= 1 - signs->list[i].weight;
    /* The place alone is no sign: it only adds to one. */
    if (1 - innocent >= 0.3)
        innocent *= 1 - context_weight(subject);
    if (1 - innocent < (is_by_looks(signs) ? LOOKS_LEAST : REMARK_LEAST))
        return;
    best = strongest(signs);
    also = others(signs, best, findings->arena);
    place = context_words(subject, findings->arena);
    findings_add(findings,
                 (struct finding){
                     .kind = FINDING_MALICIOUS,
                     .rule = best->rule,
                     .confidence = 1 - innocent > 0.99 ? 0.99 : 1 - innocent,
                     .path = subject->path,
                     .line = best->line,
                     .text = best->text,
                     .why = arena_printf(findings->arena, "%s" STR_FMT "%s" STR_FMT, best->why,
                                         STR_ARG(also), also.len ? "." : "", STR_ARG(place)),
                     .advice = str_from_cstr(signs->advice ? signs->advice : QUARANTINE),
                 });
}
