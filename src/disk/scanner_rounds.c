#include "base/buf.h"
#include "disk/scanner_parts.h"

/* A visitor's text that passes through more functions than this is not followed. */
#define ROUNDS_MAX 4
#define ROUNDS_DEFENCE_MAX 2

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

/* Hands the files that `wants` picks to a crew; false when there was none, or no crew. */
static bool
crew_over(struct scanner *scanner, void (*work)(void *own, void *job),
          bool (*wants)(const struct seen *seen), struct err *err, bool *ret_is_any)
{
    struct crew_options options = {
        .threads = scanner->options.threads,
        .open = scanner_look_open,
        .work = work,
        .close = scanner_look_close,
        .context = scanner,
    };
    struct crew *crew;

    *ret_is_any = false;
    if (!crew_new(&options, &crew, err))
        return false;
    for (struct seen *seen = scanner->seen; seen; seen = seen->next) {
        if (!wants(seen))
            continue;
        *ret_is_any = true;
        crew_give(crew, seen);
    }
    crew_end(crew);
    return true;
}

static bool
has_known(const struct seen *seen)
{
    return seen->site && seen->site->sums && !(seen->is_cached && seen->site->is_as_before);
}

static bool
may_hold_checks(const struct seen *seen)
{
    return seen->site && seen->site->is_defended && !seen->is_examined;
}

static bool
look_again(struct scanner *scanner, uint32_t rounds_max, struct err *err)
{
    bool is_any;

    while (scanner->round < rounds_max && turn(scanner)) {
        scanner->round++;
        for (struct site *site = scanner->sites; site; site = site->next)
            site->is_as_before = is_as_before(scanner, site);
        if (!crew_over(scanner, scanner_look_again, has_known, err, &is_any))
            return false;
    }
    return true;
}

/* A script is accused: the check that it calls may stand in a file that no gate wanted. */
static bool
has_accused(struct scanner *scanner)
{
    bool is_any = false;

    for (struct seen *seen = scanner->seen; seen; seen = seen->next) {
        if (!seen->site || !seen->is_accused || seen->site->is_defended)
            continue;
        seen->site->is_defended = true;
        is_any = true;
    }
    return is_any;
}

bool
scanner_rounds(struct scanner *scanner, struct err *err)
{
    bool is_any;

    if (!look_again(scanner, ROUNDS_MAX, err))
        return false;
    if (!has_accused(scanner))
        return true;
    if (!crew_over(scanner, scanner_look_for_checks, may_hold_checks, err, &is_any))
        return false;
    return !is_any || look_again(scanner, ROUNDS_MAX + ROUNDS_DEFENCE_MAX, err);
}
