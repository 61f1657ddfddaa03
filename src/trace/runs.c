#include "trace/runs.h"

#include <math.h>
#include <stdlib.h>

#include "trace/known.h"

#define RUN_MAILS_MIN 5
#define GAP_S_MIN 2  /* between the mails of a run, */
#define GAP_S_MAX 60 /* or some times what nearly all of them keep to */
#define GAP_USUAL 3
#define GAP_NEARLY_ALL 0.95
#define NEAR_S 4         /* how wide "right at a request" is */
#define AROUND_S 30      /* where chance is judged: around the runs */
#define ODDS_MIN 2.3     /* ten to one */
#define FAVOUR_POST 1.6  /* a request that hands data in: five times as likely a cause */
#define FAVOUR_PLACE 3.0 /* a script where none has business: twenty times */
#define FAVOUR_ALL 1.5   /* each of its requests sets a run off, and it has no others */

struct run {
    uint32_t first, last; /* positions in `mails` */
};

struct finder {
    const struct webindex *index;
    const int64_t *times;
    uint32_t *mails; /* positions of the unexplained ones */
    uint32_t mail_count;
    struct run *runs;
    uint32_t run_count;
    int64_t from_s, until_s;
    uint32_t asked;
};

static int64_t
time_of(const struct finder *finder, uint32_t position)
{
    return finder->times[finder->mails[position]];
}

static int
by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static bool
longest_gap(const struct finder *finder, struct arena *arena, int64_t *ret_gap_s)
{
    int64_t *gaps = arena_array(arena, finder->mail_count + 1, sizeof(*gaps)), gap;

    if (!gaps)
        return false;
    for (uint32_t i = 1; i < finder->mail_count; i++)
        gaps[i - 1] = time_of(finder, i) - time_of(finder, i - 1);
    qsort(gaps, finder->mail_count - 1, sizeof(*gaps), by_value);
    gap = gaps[(uint32_t)((finder->mail_count - 2) * GAP_NEARLY_ALL)] * GAP_USUAL;
    *ret_gap_s = gap < GAP_S_MIN ? GAP_S_MIN : gap > GAP_S_MAX ? GAP_S_MAX : gap;
    return true;
}

static bool
find_runs(struct finder *finder, struct arena *arena)
{
    int64_t gap_s;

    finder->runs = arena_array(arena, finder->mail_count / RUN_MAILS_MIN + 1, sizeof(struct run));
    if (!finder->runs || !longest_gap(finder, arena, &gap_s))
        return false;
    for (uint32_t from = 0, until; from < finder->mail_count; from = until) {
        until = from + 1;
        while (until < finder->mail_count &&
               time_of(finder, until) - time_of(finder, until - 1) <= gap_s)
            until++;
        if (until - from >= RUN_MAILS_MIN)
            finder->runs[finder->run_count++] = (struct run){from, until - 1};
    }
    return true;
}

/* Whether a request's stamp lies at the run's begin (or end). */
static bool
is_hit(const struct finder *finder, uint32_t stream, const struct run *run, bool at_end)
{
    int64_t from_s = at_end ? time_of(finder, run->last) - 1 : time_of(finder, run->first) - 2;

    return webindex_stream_before(finder->index, stream, from_s + NEAR_S) >
           webindex_stream_before(finder->index, stream, from_s);
}

/* The share of [from_s, until_s) in which a run would be hit by chance, `spared` requests aside. */
static double
covered(const struct finder *finder, uint32_t stream, int64_t from_s, int64_t until_s,
        uint32_t spared)
{
    const int64_t *requests = finder->index->stream_s + finder->index->stream_first[stream];
    uint32_t from = webindex_stream_before(finder->index, stream, from_s);
    uint32_t until = webindex_stream_before(finder->index, stream, until_s);
    double sum = 0, share;

    for (uint32_t i = from; i < until; i++) {
        int64_t next_s = i + 1 < until ? requests[i + 1] - requests[i] : NEAR_S;

        sum += (double)(next_s < NEAR_S ? next_s : NEAR_S);
    }
    share = until - from > spared ? 1 - (double)spared / (until - from) : 0;
    return until_s > from_s ? fmin(sum * share / (double)(until_s - from_s), 1) : 1;
}

/* The logarithm of the chance of `hits` or more among `all`. */
static double
log_chance(uint32_t hits, uint32_t all, double chance)
{
    double sum = 0;

    if (hits == 0 || chance >= 1)
        return 0;
    for (uint32_t k = hits; k <= all; k++)
        sum += exp(lgamma(all + 1.0) - lgamma(k + 1.0) - lgamma(all - k + 1.0) + k * log(chance) +
                   (all - k) * log1p(-chance));
    return sum > 0 ? fmin(log(sum), 0) : hits * log(chance);
}

/* The log-odds that the stream's requests set the runs off, over that they did not. */
static double
odds(const struct finder *finder, uint32_t stream, bool at_end)
{
    const struct endpoint *endpoint =
        ledger_endpoint(finder->index->ledger, webindex_stream_endpoint(stream));
    struct str path = ledger_name(finder->index->ledger, endpoint->path);
    int64_t first_s = time_of(finder, finder->runs[0].first) - AROUND_S;
    int64_t last_s = time_of(finder, finder->runs[finder->run_count - 1].last) + AROUND_S;
    double chance;
    uint32_t hits = 0;

    for (uint32_t r = 0; r < finder->run_count; r++)
        hits += is_hit(finder, stream, &finder->runs[r], at_end);
    if (hits == 0)
        return -INFINITY;
    /* Around the runs only those requests speak for chance that set none off. */
    chance = fmax(covered(finder, stream, finder->from_s, finder->until_s, 0),
                  covered(finder, stream, first_s > finder->from_s ? first_s : finder->from_s,
                          last_s < finder->until_s ? last_s : finder->until_s, hits));
    return -log_chance(hits, finder->run_count, chance) - log(2.0 * finder->asked) +
           (webindex_stream_is_post(stream) ? FAVOUR_POST : 0) +
           (hits == webindex_stream_requests(finder->index, stream) ? FAVOUR_ALL : 0) +
           (known_upload_folder(path) || known_hidden(path) ? FAVOUR_PLACE : 0);
}

static void
answer_runs(const struct finder *finder, uint32_t stream, bool at_end, double log_odds,
            struct infer_answer *answers)
{
    float probability = (float)(1 / (1 + exp(-log_odds)));

    for (uint32_t r = 0; r < finder->run_count; r++) {
        const struct run *run = &finder->runs[r];

        for (uint32_t i = run->first; is_hit(finder, stream, run, at_end) && i <= run->last; i++)
            answers[finder->mails[i]] = (struct infer_answer){
                webindex_stream_endpoint(stream), probability, INFER_NONE, 1 - probability};
    }
}

bool
runs_explain(const struct webindex *index, const struct streams *streams, const int64_t *times_s,
             struct infer_answer *answers, uint32_t count, int64_t from_s, int64_t until_s,
             struct arena *arena)
{
    struct finder finder = {.index = index,
                            .times = times_s,
                            .from_s = from_s,
                            .until_s = until_s,
                            .asked = streams->asked};
    uint32_t best = UINT32_MAX;
    bool best_at_end = false;
    double best_odds = ODDS_MIN;

    finder.mails = arena_array(arena, count + 1, sizeof(*finder.mails));
    if (!finder.mails)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (answers[i].endpoint == INFER_NONE)
            finder.mails[finder.mail_count++] = i;
    }
    if (finder.mail_count < RUN_MAILS_MIN)
        return true;
    if (!find_runs(&finder, arena))
        return false;
    for (uint32_t s = 0; finder.run_count && s < streams->count * 2; s++) {
        double found = odds(&finder, streams->list[s / 2], s % 2);

        if (found > best_odds) {
            best_odds = found;
            best = streams->list[s / 2];
            best_at_end = s % 2;
        }
    }
    if (best != UINT32_MAX)
        answer_runs(&finder, best, best_at_end, best_odds, answers);
    return true;
}
