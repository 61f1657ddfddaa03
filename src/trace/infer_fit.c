#include <math.h>

#include "base/civil.h"
#include "trace/infer_parts.h"

#define PART_PRIOR 2.0 /* mails of any look that an endpoint has before one is seen, */
#define OWN_PRIOR 10.0 /* and the own rate: it is a mixture of much */

bool
infer_is_exact(const struct mail *mail)
{
    return mail->micros >= 0 || mail->time_us % SECOND_US != 0;
}

/* Postfix writes the second into its log and the microsecond into the queue id. */
static double
mail_time(const struct model *model, const struct mail *mail)
{
    double time_s = (double)mail->time_us / (double)SECOND_US;

    if (!model->is_exact)
        return floor(time_s) + 0.5;
    if (mail->time_us % SECOND_US != 0)
        return time_s;
    return time_s + (mail->micros >= 0 ? mail->micros / (double)SECOND_US : 0.5);
}

struct sight
infer_see(const struct model *model, const struct mail *mail)
{
    double time_s = mail_time(model, mail);
    struct sight sight = {.look = infer_look_at(model, mail)};

    sight.time_s = (int64_t)floor(time_s);
    for (uint32_t p = 0; p < model->count; p++) {
        for (size_t b = 0; b < model->lag_count; b++) {
            int64_t last_s = (int64_t)floor(time_s - model->lags[b].from_s) + 1;
            int64_t first_s = (int64_t)floor(time_s - model->lags[b].until_s) + 1;
            uint32_t n = webindex_stream_before(model->index, model->parts[p].stream, last_s) -
                         webindex_stream_before(model->index, model->parts[p].stream, first_s);

            sight.requests[p][b] = (uint16_t)(n < UINT16_MAX ? n : UINT16_MAX);
        }
    }
    return sight;
}

/* Mails a second that the part's requests bring at this mail's time, by lag; returns their sum. */
double
infer_density(const struct model *model, const struct part *part, const uint16_t requests[LAGS_MAX],
              double by_lag[LAGS_MAX])
{
    double sum = 0;

    for (size_t b = 0; b < model->lag_count; b++) {
        by_lag[b] = 0;
        if (requests[b] && part->rate[b] > 0)
            by_lag[b] =
                part->rate[b] * requests[b] / (model->lags[b].until_s - model->lags[b].from_s);
        sum += by_lag[b];
    }
    return sum;
}

void
infer_weigh(const struct model *model, struct sight *sight)
{
    double by_lag[LAGS_MAX];

    sight->own = model->own_rate[sight->block] * infer_look_weight(&model->own_looks, sight->look);
    sight->rest = 0;
    for (uint32_t p = 0; p < model->count; p++) {
        const struct part *part = &model->parts[p];

        if (part->is_in)
            sight->rest += infer_density(model, part, sight->requests[p], by_lag) *
                           infer_look_weight(&part->looks, sight->look);
    }
}

/* A lag that explains fewer mails than it must is left out. */
static void
set_rates(const struct model *model, struct part *part, const double share[LAGS_MAX])
{
    for (size_t b = 0; b < model->lag_count; b++) {
        double mass = share[b] - model->lags[b].doubt;

        part->rate[b] = mass > 0 ? mass * model->scale / part->requests : 0;
    }
}

static void
add_sight(const struct model *model, const struct sight *sight, struct sums *sums)
{
    double total = sight->own + sight->rest + 1e-300, by_lag[LAGS_MAX];

    sums->own[sight->block] += sight->own / total;
    infer_add_look(&sums->own_looks, sight->look, sight->own / total);
    for (uint32_t p = 0; p < model->count; p++) {
        const struct part *part = &model->parts[p];
        double weight = infer_look_weight(&part->looks, sight->look) / total, sum;

        if (!part->is_in)
            continue;
        sum = infer_density(model, part, sight->requests[p], by_lag);
        for (size_t b = 0; b < model->lag_count; b++)
            sums->share[p][b] += by_lag[b] * weight;
        infer_add_look(&sums->looks[p], sight->look, sum * weight);
    }
}

static void
update_model(struct model *model, const struct sums *sums)
{
    for (uint32_t p = 0; p < model->count; p++) {
        if (!model->parts[p].is_in)
            continue;
        set_rates(model, &model->parts[p], sums->share[p]);
        infer_update_looks(&model->parts[p].looks, &sums->looks[p], &model->any_looks, PART_PRIOR);
    }
    for (uint32_t b = 0; b < model->blocks.count; b++) {
        double length_s = (double)(model->blocks.list[b].until_s - model->blocks.list[b].from_s);

        model->own_rate[b] = (sums->own[b] + BLOCK_PRIOR) * model->scale / fmax(length_s, 1);
    }
    infer_update_looks(&model->own_looks, &sums->own_looks, &model->any_looks, OWN_PRIOR);
}

void
infer_fit(struct model *model, struct sight *sights, uint32_t count, int rounds, struct sums *sums)
{
    double *own = sums->own;

    for (int round = 0; round < rounds; round++) {
        memset(sums, 0, sizeof(*sums));
        sums->own = own;
        memset(own, 0, model->blocks.count * sizeof(*own));
        for (uint32_t i = 0; i < count; i++) {
            infer_weigh(model, &sights[i]);
            add_sight(model, &sights[i], sums);
        }
        update_model(model, sums);
    }
    for (uint32_t i = 0; i < count; i++)
        infer_weigh(model, &sights[i]);
}
