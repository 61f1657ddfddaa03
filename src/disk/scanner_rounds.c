#include "disk/scanner_parts.h"

/* A visitor's text that passes through more functions than this is not followed. */
#define ROUNDS_MAX 4
#define ROUNDS_DEFENCE_MAX 2

void
scanner_give_sums(struct scanner *scanner, struct site *site, const struct summaries *found)
{
    if (!site || !found || !summaries_count(found))
        return;
    pthread_mutex_lock(&scanner->lock);
    for (uint32_t i = 0; i < summaries_count(found); i++) {
        const struct summary *sum = summaries_at(found, i);

        if (site->sums && !summaries_want(site->sums, sum))
            continue;
        if (!site->coming) {
            site->coming_arena = arena_new(SCANNER_SITE_ARENA_BYTES_MAX);
            site->coming = summaries_new(site->coming_arena);
        }
        if (site->coming)
            (void)summaries_add(site->coming, sum);
    }
    pthread_mutex_unlock(&scanner->lock);
}

void
scanner_keep_asked(struct scanner *scanner, struct seen *seen, const struct names *names)
{
    seen->asked_count = 0;
    seen->asks_any = names->is_full;
    if (names->is_full)
        return;
    if (names->count > seen->asked_room) {
        pthread_mutex_lock(&scanner->lock);
        seen->asked = arena_array(scanner->asked_arena, names->count, sizeof(*seen->asked));
        pthread_mutex_unlock(&scanner->lock);
        seen->asked_room = seen->asked ? names->count : 0;
        seen->asks_any = !seen->asked;
    }
    if (seen->asks_any)
        return;
    names_list(names, seen->asked);
    seen->asked_count = names->count;
}

/* Before the first round: what do files that mail ask others? */
static void
gather_wanted(struct scanner *scanner)
{
    for (struct site *site = scanner->sites; site; site = site->next) {
        if (!site->turned_arena)
            site->turned_arena = arena_new(SCANNER_SITE_ARENA_BYTES_MAX);
        site->wanted = names_new(site->turned_arena);
    }
    for (struct seen *seen = scanner->seen; seen; seen = seen->next) {
        if (!seen->site || !seen->is_examined || !(seen->groups & GATE_MAIL) || seen->asks_any)
            continue;
        for (uint32_t i = 0; i < seen->asked_count; i++)
            names_add(&seen->site->wanted, names_definition_like(seen->asked[i]));
    }
}

/* What came in the round before becomes part of what is known. */
static void
turn_site(struct site *site)
{
    site->is_turned = false;
    if (!site->coming)
        return;
    if (!site->arena) {
        site->arena = arena_new(SCANNER_SITE_ARENA_BYTES_MAX);
        site->sums = summaries_new(site->arena);
    }
    site->changed = names_new(site->coming_arena);
    for (uint32_t i = 0; site->sums && i < summaries_count(site->coming); i++) {
        const struct summary *sum = summaries_at(site->coming, i);

        if (!summaries_add(site->sums, sum))
            continue;
        summary_add_names(sum, &site->changed);
        site->is_turned = true;
    }
    site->mailing = names_new(site->coming_arena);
    for (uint32_t i = 0; site->is_turned && i < summaries_count(site->sums); i++) {
        if (summary_mails(summaries_at(site->sums, i)))
            summary_add_names(summaries_at(site->sums, i), &site->mailing);
    }
    site->coming = NULL;
    site->turned_arena = site->coming_arena;
    site->coming_arena = NULL;
}

static bool
turn(struct scanner *scanner)
{
    bool is_any = false;

    for (struct site *site = scanner->sites; site; site = site->next) {
        arena_free(site->turned_arena);
        site->turned_arena = NULL;
        turn_site(site);
        is_any |= site->is_turned;
    }
    return is_any;
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
    struct crew *crew = NULL;

    for (struct seen *seen = scanner->seen; seen; seen = seen->next) {
        if (!wants(seen))
            continue;
        if (!crew && !crew_new(&options, &crew, err))
            return false;
        crew_give(crew, seen);
    }
    *ret_is_any = crew != NULL;
    if (crew)
        crew_end(crew);
    return true;
}

/* Does it ask, or may it call, one of the names? */
static bool
asks(const struct seen *seen, const struct names *names)
{
    if (seen->asks_any)
        return true;
    for (uint32_t i = 0; i < seen->asked_count; i++) {
        if (names_has(names, seen->asked[i]) ||
            (!seen->is_examined && names_has(names, names_method_like(seen->asked[i]))))
            return true;
    }
    return false;
}

/*
 * Would another look tell anything new? Only where an answer to what the file asks has changed; and
 * of files that do not mail and were not told of, only where they ask for something that mails.
 */
static bool
is_concerned(const struct seen *seen)
{
    const struct site *site = seen->site;
    bool is_told = seen->has_finding || (seen->groups & GATE_MAIL);

    return site && site->is_turned && asks(seen, &site->changed) &&
           (is_told || asks(seen, &site->mailing));
}

/* It was not worth a look, but a function that a mailing file calls stands in it. */
static bool
is_wanted(const struct seen *seen)
{
    return seen->site && !seen->is_examined && asks(seen, &seen->site->wanted);
}

static bool
may_hold_checks(const struct seen *seen)
{
    return seen->site && seen->site->is_defended && !seen->is_examined && !seen->is_cached;
}

static bool
look_again(struct scanner *scanner, uint32_t rounds_max, struct err *err)
{
    bool is_any;

    while (scanner->round < rounds_max && turn(scanner)) {
        scanner->round++;
        if (!crew_over(scanner, scanner_look_again, is_concerned, err, &is_any))
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

/* Which files with PHP there are in a site, each as it was listed. */
static struct cache_key
state_of(const struct scanner *scanner, const struct site *site)
{
    struct cache_key state = {{str_fingerprint(str_from_cstr(site->root)), scanner->judge}};

    for (const struct seen *seen = scanner->seen; seen; seen = seen->next) {
        if (seen->site != site)
            continue;
        state.words[0] += seen->key.words[0];
        state.words[1] += seen->key.words[1];
    }
    return state;
}

static bool
is_wrongly_cached(const struct seen *seen)
{
    return seen->is_cached && seen->site && !seen->site->is_as_before;
}

/* What others of a site do may tell of a file that itself has not changed. */
static bool
look_at_changed_sites(struct scanner *scanner, struct err *err)
{
    bool is_any;

    for (struct site *site = scanner->sites; scanner->cache && site; site = site->next) {
        struct cache_key state = state_of(scanner, site);

        site->is_as_before = cache_has(scanner->cache, state);
        cache_add(scanner->cache, state);
    }
    return !scanner->cache ||
           crew_over(scanner, scanner_look_cached, is_wrongly_cached, err, &is_any);
}

bool
scanner_rounds(struct scanner *scanner, struct err *err)
{
    bool is_any;

    if (!look_at_changed_sites(scanner, err))
        return false;
    gather_wanted(scanner);
    if (!crew_over(scanner, scanner_look_for_sums, is_wanted, err, &is_any) ||
        !look_again(scanner, ROUNDS_MAX, err))
        return false;
    if (!has_accused(scanner))
        return true;
    if (!crew_over(scanner, scanner_look_for_sums, may_hold_checks, err, &is_any))
        return false;
    return !is_any || look_again(scanner, ROUNDS_MAX + ROUNDS_DEFENCE_MAX, err);
}
