#include "disk/scanner_parts.h"

/* A visitor's text that passes through more functions than this is not followed. */
#define ROUNDS_MAX 4

/* What was found in the round before becomes what is known in this one. */
static bool
turn(struct scanner *scanner)
{
    bool is_any = false;

    for (struct site *site = scanner->sites; site; site = site->next) {
        struct arena *arena;
        struct summaries *known;

        if (!site->coming || !site->is_changed) {
            site->sums = NULL;
            continue;
        }
        arena = site->arena;
        known = site->coming;
        site->coming = summaries_new(arena);
        for (uint32_t i = 0; site->coming && i < summaries_count(known); i++)
            (void)summaries_add(site->coming, summaries_at(known, i));
        site->sums = known;
        site->is_changed = false;
        is_any = true;
    }
    return is_any;
}

bool
scanner_rounds(struct scanner *scanner, struct err *err)
{
    struct crew_options options = {
        .threads = scanner->options.threads,
        .open = scanner_look_open,
        .work = scanner_look_again,
        .close = scanner_look_close,
        .context = scanner,
    };

    while (scanner->round < ROUNDS_MAX && turn(scanner)) {
        struct crew *crew;

        scanner->round++;
        if (!crew_new(&options, &crew, err))
            return false;
        for (struct seen *seen = scanner->seen; seen; seen = seen->next) {
            if (seen->site && seen->site->sums)
                crew_give(crew, seen);
        }
        crew_end(crew);
    }
    return true;
}
