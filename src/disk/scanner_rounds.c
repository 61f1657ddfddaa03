#include "base/buf.h"
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
        if (!site->first)
            site->first = known;
        site->is_changed = false;
        is_any = true;
    }
    return is_any;
}

/* What all functions of a site do to their callers, as one text. */
static struct cache_key
state_of(const struct site *site, const struct summaries *sums)
{
    struct buf buf;
    struct cache_key key;
    uint64_t sum = 0;

    buf_init(&buf, 4096);
    for (uint32_t i = 0; sums && i < summaries_count(sums); i++)
        sum += summary_fingerprint(summaries_at(sums, i));
    buf_printf(&buf, "%s %llx", site->root, (unsigned long long)sum);
    key = cache_key_of_text(buf_str(&buf), STR(SCANNER_JUDGE));
    buf_done(&buf);
    return key;
}

/* Unchanged files need no second look where the functions that they may call are the same. */
static bool
is_as_before(const struct scanner *scanner, const struct site *site)
{
    return scanner->cache && cache_has(scanner->cache, state_of(site, site->first));
}

void
scanner_rounds_remember(struct scanner *scanner)
{
    for (const struct site *site = scanner->sites; scanner->cache && site; site = site->next)
        cache_add(scanner->cache, state_of(site, site->first));
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
        for (struct site *site = scanner->sites; site; site = site->next)
            site->is_as_before = is_as_before(scanner, site);
        for (struct seen *seen = scanner->seen; seen; seen = seen->next) {
            if (seen->site && seen->site->sums && !(seen->is_cached && seen->site->is_as_before))
                crew_give(crew, seen);
        }
        crew_end(crew);
    }
    return true;
}
