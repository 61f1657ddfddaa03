#include "trace/infer.h"

#include <math.h>
#include <stdlib.h>

#include "base/civil.h"

#define ROUNDS 40
#define ROUNDS_TIME_ONLY 10 /* the first rounds look at time alone */
#define LOOK_RECIPIENTS 8   /* recurring recipients that are told apart; one more: free ones */
#define LOOK_SIZES 48       /* eighth powers of two above 64 bytes, about */
#define PRIOR_STRENGTH 2.0
#define OWN_BINS 256
#define OWN_BIN_S_MIN 5.0
#define OWN_DOUBT 3.0 /* mails that a stretch of time must explain by itself before it counts */

/* Lag of a mail behind its request's stamp, in seconds: from, until (both included). */
static const struct {
    int from_s, until_s;
    double doubt; /* mails that a bin must explain before it counts */
} lags[] = {
    {-300, -31, 3.0}, {-30, -3, 2.0}, {-2, -1, 0.5}, {0, 0, 0.0},    {1, 1, 0.0},
    {2, 2, 0.3},      {3, 5, 1.0},    {6, 30, 2.0},  {31, 300, 3.0},
};
#define LAGS (sizeof(lags) / sizeof(lags[0]))

struct look {
    uint8_t recipient, size;
};

struct model {
    const struct ledger *ledger;
    const struct webindex *index;
    uint32_t endpoint[INFER_ENDPOINTS_MAX];
    uint32_t count;
    double rate[INFER_ENDPOINTS_MAX + 1][LAGS]; /* mails a request and bin; last row unused */
    double own_rate;          /* mails a second without any request, all the time */
    double own_bin[OWN_BINS]; /* the same in each stretch of time: a newsletter goes out */
    double own_bin_s;
    int64_t from_s;
    double recipient[INFER_ENDPOINTS_MAX + 1][LOOK_RECIPIENTS + 1];
    double size[INFER_ENDPOINTS_MAX + 1][LOOK_SIZES];
    double any_recipient[LOOK_RECIPIENTS + 1], any_size[LOOK_SIZES];
    double span_s;
    uint64_t recurring[LOOK_RECIPIENTS];
    uint32_t recurring_count;
    bool uses_looks;
};

/* The sums of one round. */
struct sums {
    double share[INFER_ENDPOINTS_MAX][LAGS];
    double own, own_bin[OWN_BINS];
    double recipient[INFER_ENDPOINTS_MAX + 1][LOOK_RECIPIENTS + 1];
    double size[INFER_ENDPOINTS_MAX + 1][LOOK_SIZES];
    double total[INFER_ENDPOINTS_MAX + 1];
};

/* A mail as the model sees it: how many requests of each endpoint stand at each lag. */
struct sight {
    uint16_t requests[INFER_ENDPOINTS_MAX][LAGS];
    struct look look;
    uint16_t own_bin;
};

/* --- which endpoints are worth a look --- */

struct candidate {
    uint32_t endpoint;
    double score;
};

static int
by_score(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->score > y->score)
        return -1;
    return x->score < y->score ? 1 : (x->endpoint > y->endpoint) - (x->endpoint < y->endpoint);
}

static uint32_t
mails_between(const int64_t *times, uint32_t count, int64_t from_s, int64_t until_s)
{
    uint32_t low = 0, high = count, first;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (times[middle] < from_s)
            low = middle + 1;
        else
            high = middle;
    }
    first = low;
    high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (times[middle] <= until_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low - first;
}

/*
 * How much more mail there is right after this endpoint's requests than
 * elsewhere, times how much of it: a rough rank, the fit decides.
 */
static double
rank_endpoint(const struct webindex *index, uint32_t endpoint, const int64_t *times, uint32_t count,
              double span_s)
{
    const struct endpoint *what = ledger_endpoint(index->ledger, endpoint);
    uint32_t from = index->first[endpoint], until = index->first[endpoint + 1];
    uint32_t step = until - from > 2000 ? (until - from) / 2000 : 1, looked = 0, hit = 0;
    double mails = 0, chance = (double)count / span_s * 3.0;

    for (uint32_t i = from; i < until; i += step) {
        uint32_t near = mails_between(times, count, index->time_s[i], index->time_s[i] + 2);

        looked++;
        hit += near > 0;
        mails += near;
    }
    if (hit == 0)
        return 0;
    mails = mails / looked / (chance > 0.01 ? chance : 0.01);
    return (double)hit * step * (1.0 + log1p(mails)) *
           (what->posts * 2 > what->requests ? 3.0 : 1.0);
}

static bool
choose_endpoints(struct model *model, uint32_t identity, const int64_t *times, uint32_t count,
                 struct arena *arena)
{
    const struct webindex *index = model->index;
    struct candidate *all = arena_array(arena, index->endpoint_count + 1, sizeof(*all));
    uint32_t found = 0;

    if (!all)
        return false;
    for (uint32_t e = 0; e < index->endpoint_count; e++) {
        double score;

        if (webindex_requests(index, e) == 0 || !ledger_endpoint(model->ledger, e)->is_script ||
            !ledger_site_may_serve(model->ledger, ledger_endpoint(model->ledger, e)->site,
                                   identity))
            continue;
        score = rank_endpoint(index, e, times, count, model->span_s);
        if (score > 0)
            all[found++] = (struct candidate){e, score};
    }
    qsort(all, found, sizeof(*all), by_score);
    model->count = found < INFER_ENDPOINTS_MAX ? found : INFER_ENDPOINTS_MAX;
    for (uint32_t i = 0; i < model->count; i++)
        model->endpoint[i] = all[i].endpoint;
    return true;
}

/* --- what a mail looks like --- */

static int
by_hash(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static bool
find_recurring(struct model *model, const uint32_t *mails, uint32_t count, struct arena *arena)
{
    uint64_t *hashes = arena_array(arena, count + 1, sizeof(*hashes));
    uint32_t seen[LOOK_RECIPIENTS] = {0};

    if (!hashes)
        return false;
    for (uint32_t i = 0; i < count; i++)
        hashes[i] = ledger_mail(model->ledger, mails[i])->recipient;
    qsort(hashes, count, sizeof(*hashes), by_hash);
    for (uint32_t i = 0, run; i < count; i += run) {
        uint32_t slot = LOOK_RECIPIENTS;

        for (run = 1; i + run < count && hashes[i + run] == hashes[i]; run++)
            ;
        if (run < 4 || hashes[i] == 0)
            continue;
        for (uint32_t k = 0; k < LOOK_RECIPIENTS; k++) {
            if (seen[k] < run && (slot == LOOK_RECIPIENTS || seen[k] < seen[slot]))
                slot = k;
        }
        if (slot < LOOK_RECIPIENTS) {
            seen[slot] = run;
            model->recurring[slot] = hashes[i];
        }
    }
    return true;
}

static struct look
look_at(const struct model *model, const struct mail *mail)
{
    struct look look = {.recipient = LOOK_RECIPIENTS};
    double bits = mail->size > 64 ? log2((double)mail->size / 64.0) : 0;
    int size = (int)(bits * 8.0);

    for (uint8_t k = 0; k < LOOK_RECIPIENTS; k++) {
        if (mail->recipient && model->recurring[k] == mail->recipient)
            look.recipient = k;
    }
    look.size = (uint8_t)(size < LOOK_SIZES ? size : LOOK_SIZES - 1);
    return look;
}

static struct sight
see(const struct model *model, const struct mail *mail)
{
    int64_t time_s = mail->time_us / SECOND_US;
    struct sight sight = {.look = look_at(model, mail)};
    double bin = (double)(time_s - model->from_s) / model->own_bin_s;

    sight.own_bin = (uint16_t)(bin < 0 ? 0 : bin >= OWN_BINS ? OWN_BINS - 1 : bin);
    for (uint32_t e = 0; e < model->count; e++) {
        for (size_t b = 0; b < LAGS; b++) {
            uint32_t n = webindex_count(model->index, model->endpoint[e], time_s - lags[b].until_s,
                                        time_s - lags[b].from_s);

            sight.requests[e][b] = (uint16_t)(n < UINT16_MAX ? n : UINT16_MAX);
        }
    }
    return sight;
}

/* --- the fit --- */

static double
look_weight(const struct model *model, uint32_t row, struct look look)
{
    if (!model->uses_looks)
        return 1.0;
    return model->recipient[row][look.recipient] * model->size[row][look.size];
}

/* The shares of every endpoint and bin in one mail; returns their sum with the own rate. */
static double
share_mail(const struct model *model, const struct sight *sight,
           double share[INFER_ENDPOINTS_MAX][LAGS], double *ret_own)
{
    double total = (model->own_rate + model->own_bin[sight->own_bin]) *
                   look_weight(model, model->count, sight->look);

    *ret_own = total;
    for (uint32_t e = 0; e < model->count; e++) {
        double weight = look_weight(model, e, sight->look);

        for (size_t b = 0; b < LAGS; b++) {
            double width = lags[b].until_s - lags[b].from_s + 1;

            share[e][b] = 0;
            if (sight->requests[e][b])
                share[e][b] = model->rate[e][b] * sight->requests[e][b] / width * weight;
            total += share[e][b];
        }
    }
    return total > 0 ? total : 1e-300;
}

static void
add_mail_to_sums(const struct model *model, const struct sight *sight, struct sums *sums)
{
    double share[INFER_ENDPOINTS_MAX][LAGS], own;
    double total = share_mail(model, sight, share, &own);
    double always = model->own_rate / (model->own_rate + model->own_bin[sight->own_bin] + 1e-300);

    own /= total;
    sums->own += own * always;
    sums->own_bin[sight->own_bin] += own * (1 - always);
    sums->total[model->count] += own;
    sums->recipient[model->count][sight->look.recipient] += own;
    sums->size[model->count][sight->look.size] += own;
    for (uint32_t e = 0; e < model->count; e++) {
        double all = 0;

        for (size_t b = 0; b < LAGS; b++) {
            double part = share[e][b] / total;

            sums->share[e][b] += part;
            all += part;
        }
        sums->total[e] += all;
        sums->recipient[e][sight->look.recipient] += all;
        sums->size[e][sight->look.size] += all;
    }
}

static void
update_looks(struct model *model, const struct sums *sums)
{
    for (uint32_t row = 0; row <= model->count; row++) {
        double mass = sums->total[row] + PRIOR_STRENGTH;

        for (size_t k = 0; k <= LOOK_RECIPIENTS; k++)
            model->recipient[row][k] =
                (sums->recipient[row][k] + PRIOR_STRENGTH * model->any_recipient[k]) / mass;
        for (size_t k = 0; k < LOOK_SIZES; k++)
            model->size[row][k] = (sums->size[row][k] + PRIOR_STRENGTH * model->any_size[k]) / mass;
    }
}

static void
update_model(struct model *model, const struct sums *sums, double scale)
{
    for (uint32_t e = 0; e < model->count; e++) {
        double requests = webindex_requests(model->index, model->endpoint[e]);

        for (size_t b = 0; b < LAGS; b++) {
            double mass = sums->share[e][b] - lags[b].doubt;

            model->rate[e][b] = mass > 0 ? mass * scale / requests : 0;
        }
    }
    model->own_rate = (sums->own + 0.5) * scale / model->span_s;
    for (int b = 0; b < OWN_BINS; b++) {
        double mass = sums->own_bin[b] - OWN_DOUBT;

        model->own_bin[b] = mass > 0 ? mass * scale / model->own_bin_s : 0;
    }
    update_looks(model, sums);
}

static void
start_model(struct model *model, const struct sight *sights, uint32_t count, double scale)
{
    double mails = count * scale;

    for (uint32_t e = 0; e < model->count; e++) {
        double requests = webindex_requests(model->index, model->endpoint[e]);

        for (size_t b = 0; b < LAGS; b++) {
            double near = lags[b].from_s >= 0 && lags[b].until_s <= 2 ? 0.2 : 0.02;

            model->rate[e][b] = near * mails / (requests * model->count);
        }
    }
    model->own_rate = mails / model->span_s * 0.25;
    for (uint32_t i = 0; i < count; i++)
        model->own_bin[sights[i].own_bin] += 0.25 * scale / model->own_bin_s;
    for (uint32_t i = 0; i < count; i++) {
        model->any_recipient[sights[i].look.recipient] += 1.0 / count;
        model->any_size[sights[i].look.size] += 1.0 / count;
    }
    for (size_t k = 0; k <= LOOK_RECIPIENTS; k++)
        model->any_recipient[k] =
            (model->any_recipient[k] + 0.002) / (1 + 0.002 * (LOOK_RECIPIENTS + 1));
    for (size_t k = 0; k < LOOK_SIZES; k++)
        model->any_size[k] = (model->any_size[k] + 0.002) / (1 + 0.002 * LOOK_SIZES);
}

static void
fit(struct model *model, const struct sight *sights, uint32_t count, double scale,
    struct sums *sums)
{
    start_model(model, sights, count, scale);
    for (int round = 0; round < ROUNDS; round++) {
        memset(sums, 0, sizeof(*sums));
        model->uses_looks = round >= ROUNDS_TIME_ONLY;
        for (uint32_t i = 0; i < count; i++)
            add_mail_to_sums(model, &sights[i], sums);
        update_model(model, sums, scale);
    }
    model->uses_looks = true;
}

/* --- the answers --- */

static struct infer_answer
answer_mail(const struct model *model, const struct sight *sight, struct infer *infer)
{
    struct infer_answer answer = {INFER_NONE, 0, INFER_NONE, 0};
    double share[INFER_ENDPOINTS_MAX][LAGS], own;
    double total = share_mail(model, sight, share, &own);

    answer.probability = (float)(own / total);
    for (uint32_t e = 0; e < model->count; e++) {
        float all = 0;

        for (size_t b = 0; b < LAGS; b++)
            all += (float)(share[e][b] / total);
        infer->endpoints[e].explained += (double)all;
        if (all > answer.probability) {
            answer.other = answer.endpoint;
            answer.other_probability = answer.probability;
            answer.endpoint = model->endpoint[e];
            answer.probability = all;
        } else if (all > answer.other_probability) {
            answer.other = model->endpoint[e];
            answer.other_probability = all;
        }
    }
    return answer;
}

static void
report_endpoints(const struct model *model, struct infer *infer)
{
    infer->count = model->count;
    for (uint32_t e = 0; e < model->count; e++) {
        double per_request = 0;

        for (size_t b = 0; b < LAGS; b++)
            per_request += model->rate[e][b];
        infer->endpoints[e] = (struct infer_endpoint){model->endpoint[e], per_request, 0};
    }
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
    int64_t from = index->from_s < times[0] ? index->from_s : times[0];
    int64_t until = index->until_s > times[count - 1] ? index->until_s : times[count - 1];

    model->from_s = from;
    model->span_s = until > from ? (double)(until - from) : 1.0;
    model->own_bin_s = fmax(OWN_BIN_S_MIN, model->span_s / OWN_BINS);
}

bool
infer_run(const struct ledger *ledger, const struct webindex *index, uint32_t identity,
          const uint32_t *mails, uint32_t mail_count, struct arena *arena, struct infer *ret_infer)
{
    struct infer infer = {.count = 0};
    struct model *model = ARENA_NEW(arena, struct model);
    struct sums *sums = ARENA_NEW(arena, struct sums);
    int64_t *times = arena_array(arena, mail_count + 1, sizeof(*times));
    uint32_t step = (mail_count + INFER_MAILS_MAX - 1) / INFER_MAILS_MAX, fitted = 0;
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
    set_span(model, times, mail_count);
    sights = arena_array(arena, mail_count / step + 1, sizeof(*sights));
    if (!sights || !choose_endpoints(model, identity, times, mail_count, arena) ||
        !find_recurring(model, mails, mail_count, arena))
        return false;
    for (uint32_t i = 0; i < mail_count; i += step)
        sights[fitted++] = see(model, ledger_mail(ledger, mails[i]));
    fit(model, sights, fitted, step, sums);
    report_endpoints(model, &infer);
    for (uint32_t i = 0; i < mail_count; i++) {
        struct sight sight = see(model, ledger_mail(ledger, mails[i]));

        infer.answers[i] = answer_mail(model, &sight, &infer);
    }
    *ret_infer = infer;
    return true;
}
