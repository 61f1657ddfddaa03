#include "trace/infer.h"

#include "base/civil.h"
#include "trace/infer_parts.h"

/* Both know whole seconds only: half a second is added to the mail's. */
static const struct lag whole_lags[] = {
    {-300, -30, 3.0}, {-30, -2, 2.0}, {-2, 0, 0.5}, {0, 1, 0.0},    {1, 2, 0.0},
    {2, 3, 0.3},      {3, 6, 1.0},    {6, 31, 2.0}, {31, 301, 3.0},
};

/* The mail's time is exact: most mail leaves within tenths of a second of its request. */
static const struct lag fine_lags[] = {
    {-300, -30, 3.0}, {-30, -2, 2.0}, {-2, -0.5, 1.0}, {-0.5, 0, 0.3},
    {0, 0.3, 0.0},    {0.3, 1, 0.0},  {1, 1.2, 0.1},   {1.2, 2, 0.3},
    {2, 3, 0.5},      {3, 6, 1.0},    {6, 31, 2.0},    {31, 301, 3.0},
};

/*
 * How requests bring mail, as shares of the lags above. A stream is judged by the
 * one that suits it best: free to choose its lags it would suit by chance. Once
 * taken in, its own lags are fitted.
 */
static const double whole_manners[MANNERS][LAGS_MAX] = {
    {0, 0, 0.01, 0.86, 0.11, 0.02},                /* at once */
    {0, 0, 0.15, 0.84, 0.01},                      /* at once, and the end is stamped */
    {0, 0, 0, 0.20, 0.40, 0.25, 0.15},             /* after a second or two */
    {0, 0, 0, 0.15, 0.15, 0.15, 0.35, 0.2},        /* for some seconds */
    {0, 0, 0, 0.01, 0.02, 0.02, 0.10, 0.50, 0.35}, /* for minutes */
    {0, 0.60, 0.25, 0.15},                         /* for some seconds before the end is stamped */
    {0.60, 0.35, 0.04, 0.01},                      /* for minutes before it */
};
static const double fine_manners[MANNERS][LAGS_MAX] = {
    {0, 0, 0, 0.01, 0.19, 0.64, 0.11, 0.04, 0.01},
    {0, 0, 0.02, 0.13, 0.30, 0.54, 0.01},
    {0, 0, 0, 0, 0.03, 0.17, 0.08, 0.32, 0.25, 0.15},
    {0, 0, 0, 0, 0.04, 0.11, 0.03, 0.12, 0.15, 0.35, 0.2},
    {0, 0, 0, 0, 0, 0.01, 0.01, 0.01, 0.02, 0.10, 0.50, 0.35},
    {0, 0.60, 0.17, 0.08, 0.05, 0.10},
    {0.60, 0.35, 0.03, 0.01, 0.01},
};

static void
add_candidate(struct infer_answer *answer, uint32_t endpoint, float probability)
{
    if (probability > answer->probability) {
        answer->other = answer->endpoint;
        answer->other_probability = answer->probability;
        answer->endpoint = endpoint;
        answer->probability = probability;
    } else if (probability > answer->other_probability) {
        answer->other = endpoint;
        answer->other_probability = probability;
    }
}

/* Both streams of an endpoint speak for it. */
static struct infer_answer
answer_mail(const struct model *model, struct sight *sight)
{
    struct infer_answer answer = {INFER_NONE, 0, INFER_NONE, 0};
    double share[INFER_STREAMS_MAX] = {0}, by_lag[LAGS_MAX], total;

    infer_weigh(model, sight);
    total = sight->own + sight->rest + 1e-300;
    for (uint32_t p = 0; p < model->count; p++) {
        const struct part *part = &model->parts[p];
        uint32_t at = 0;

        if (!part->is_in)
            continue;
        while (at < p &&
               (!model->parts[at].is_in || webindex_stream_endpoint(model->parts[at].stream) !=
                                               webindex_stream_endpoint(part->stream)))
            at++;
        share[at] += infer_density(model, part, sight->requests[p], by_lag) *
                     infer_look_weight(&part->looks, sight->look) / total;
    }
    answer.probability = (float)(sight->own / total);
    for (uint32_t p = 0; p < model->count; p++) {
        if (share[p] > 0)
            add_candidate(&answer, webindex_stream_endpoint(model->parts[p].stream),
                          (float)share[p]);
    }
    return answer;
}

static bool
answer_none(uint32_t count, struct arena *arena, struct infer *infer)
{
    infer->answers = arena_array(arena, count + 1, sizeof(*infer->answers));
    if (!infer->answers)
        return false;
    for (uint32_t i = 0; i < count; i++)
        infer->answers[i] = (struct infer_answer){INFER_NONE, 1, INFER_NONE, 0};
    return true;
}

static void
set_span(struct model *model, const int64_t *times, uint32_t count)
{
    const struct webindex *index = model->index;

    model->from_s = index->from_s < times[0] ? index->from_s : times[0];
    model->until_s = index->until_s > times[count - 1] ? index->until_s : times[count - 1];
    model->until_s++;
}

static bool
set_up(struct model *model, uint32_t identity, const uint32_t *mails, const int64_t *times,
       uint32_t count, struct arena *arena, struct streams *ret_streams)
{
    uint32_t exact = 0;

    for (uint32_t i = 0; i < count; i++)
        exact += infer_is_exact(ledger_mail(model->ledger, mails[i]));
    model->is_exact = exact * 2 > count;
    model->lags = model->is_exact ? fine_lags : whole_lags;
    model->manners = model->is_exact ? fine_manners : whole_manners;
    model->lag_count = model->is_exact ? sizeof(fine_lags) / sizeof(fine_lags[0])
                                       : sizeof(whole_lags) / sizeof(whole_lags[0]);
    set_span(model, times, count);
    if (!streams_choose(model->index, identity, times, count,
                        (double)(model->until_s - model->from_s), INFER_STREAMS_MAX, arena,
                        ret_streams) ||
        !infer_find_looks(model, mails, count, arena))
        return false;
    for (uint32_t s = 0; s < ret_streams->count; s++)
        model->parts[s] =
            (struct part){.stream = ret_streams->list[s],
                          .requests = webindex_stream_requests(model->index, ret_streams->list[s])};
    model->count = ret_streams->count;
    return true;
}

bool
infer_run(const struct ledger *ledger, const struct webindex *index, uint32_t identity,
          const uint32_t *mails, uint32_t mail_count, struct arena *arena, struct infer *ret_infer)
{
    struct infer infer;
    struct model *model = ARENA_NEW(arena, struct model);
    struct sums *sums = ARENA_NEW(arena, struct sums);
    int64_t *times = arena_array(arena, mail_count + 1, sizeof(*times));
    uint32_t step = (mail_count + INFER_MAILS_MAX - 1) / INFER_MAILS_MAX, fitted = 0;
    struct streams streams;
    struct sight *sights;

    if (!model || !sums || !times || !answer_none(mail_count, arena, &infer))
        return false;
    *ret_infer = infer;
    if (mail_count == 0 || ledger->requests.count == 0)
        return true;
    for (uint32_t i = 0; i < mail_count; i++)
        times[i] = ledger_mail(ledger, mails[i])->time_us / SECOND_US;
    model->ledger = ledger;
    model->index = index;
    model->scale = step;
    model->own_share = 1;
    sights = arena_array(arena, mail_count / step + 1, sizeof(*sights));
    if (!sights || !set_up(model, identity, mails, times, mail_count, arena, &streams))
        return false;
    for (uint32_t i = 0; i < mail_count; i += step)
        sights[fitted++] = infer_see(model, ledger_mail(ledger, mails[i]));
    infer_learn_any_looks(model, sights, fitted);
    if (!infer_select_streams(model, sights, fitted, sums, arena))
        return false;
    for (uint32_t i = 0; i < mail_count; i++) {
        struct sight sight = infer_see(model, ledger_mail(ledger, mails[i]));

        sight.block = blocks_at(&model->blocks, sight.time_s);
        infer.answers[i] = answer_mail(model, &sight);
    }
    return runs_explain(index, &streams, times, infer.answers, mail_count, model->from_s,
                        model->until_s, arena);
}
