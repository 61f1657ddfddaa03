#include <math.h>

#include "trace/infer_parts.h"

#define ROUNDS_TRY 8    /* a stream is judged by its first rounds */
#define ROUNDS_REFIT 10 /* after each one that is taken in */
#define ROUNDS_LAST 20
#define BLOCK_S_MIN 5.0       /* the own rate does not follow single requests */
#define OWN_LEFT_MIN 0.05     /* a trial leaves the own rate at least so much to begin with */
#define SENDER_SHARE_MOST 0.9 /* a sender of more of the mails is no other than all */

/* What a stream must win, in log-likelihood: the choice among hundreds, and each used lag. */
#define GAIN_CHOICE 5.0
#define GAIN_GET 2.5    /* and more where data is only asked for: few pages mail when looked at */
#define BLOCK_PRICE 5.0 /* what a block of the own rate would have to win */

/* The logarithm of a product of many numbers: one logarithm for dozens of them. */
struct product {
    double factor, log;
};

static void
multiply(struct product *product, double by)
{
    product->factor *= by;
    if (product->factor > 1e100 || product->factor < 1e-100) {
        product->log += log(product->factor);
        product->factor = 1;
    }
}

static double
product_log(const struct product *product)
{
    return product->log + log(product->factor);
}

/*
 * A stream that may be taken in, in one manner; the own mails it would take them from:
 * all, or those of one sender. A site mails under its user's name while a program of
 * the same user invents thousands: times alone would not part them.
 */
struct trial {
    struct part part;
    uint8_t sender;      /* ANY_SENDER */
    double sender_share; /* of the own mails */
    double own_scale;
    bool is_flat; /* the own rate never changes */
    double flat_rate;
    struct product ratio; /* of the likelihoods with and without the stream */
};

/* One round with one more stream, its mails looking like the own ones. */
static void
try_round(const struct model *model, uint32_t p, const struct sight *sights, uint32_t count,
          const double manner[LAGS_MAX], struct trial *trial)
{
    double mass = 0, by_lag[LAGS_MAX], own = 0, own_before = 0;
    struct product ratio = {1, 0};

    for (uint32_t i = 0; i < count; i++) {
        const struct sight *sight = &sights[i];
        double weight = infer_look_weight(&model->own_looks, sight->look);
        double before = sight->own + sight->rest + 1e-300, added, kept, total;

        if (trial->sender != ANY_SENDER && sight->look.sender != trial->sender)
            continue;
        added = infer_density(model, &trial->part, sight->requests[p], by_lag) * weight /
                trial->sender_share;
        kept = (trial->is_flat ? trial->flat_rate * weight : sight->own) * trial->own_scale;
        total = kept + sight->rest + added + 1e-300;
        multiply(&ratio, total / before);
        own += kept / total;
        own_before += trial->own_scale * sight->own / before;
        mass += added / total;
    }
    for (size_t b = 0; b < model->lag_count; b++)
        trial->part.rate[b] = mass * manner[b] * model->scale / trial->part.requests;
    if (own_before > 0)
        trial->own_scale *= own / own_before;
    trial->ratio = ratio;
}

/* The own rate as if it never changed. */
static double
flat_rate(const struct model *model, const struct sight *sights, uint32_t count)
{
    double own = 0;

    for (uint32_t i = 0; i < count; i++)
        own += sights[i].own / (sights[i].own + sights[i].rest + 1e-300);
    return own * model->scale / (double)(model->until_s - model->from_s);
}

/* What the blocks cost, over a rate that never changes. */
static double
block_price(const struct model *model)
{
    return BLOCK_PRICE * (model->blocks.count - 1);
}

/* What a rate that never changes would win by itself: nothing, where the blocks are worth it. */
static double
flat_gain(const struct model *model, const struct sight *sights, uint32_t count)
{
    double rate = flat_rate(model, sights, count), likelihood = block_price(model);

    for (uint32_t i = 0; i < count; i++)
        likelihood += log((rate * infer_look_weight(&model->own_looks, sights[i].look) +
                           sights[i].rest + 1e-300) /
                          (sights[i].own + sights[i].rest + 1e-300));
    return fmax(likelihood, 0);
}

/* How many of the mails that looks are learnt from are of the sender. */
static double
sender_share(const struct looks *looks, uint8_t sender)
{
    double share = 0;

    if (sender == ANY_SENDER)
        return 1;
    for (size_t r = 0; r <= LOOK_RECIPIENTS; r++)
        share += looks->recipient[r] * looks->sender[r][sender];
    return share;
}

static double
try_manner(const struct model *model, uint32_t p, const struct sight *sights, uint32_t count,
           const double manner[LAGS_MAX], bool is_flat, uint8_t sender, struct trial *ret_trial)
{
    struct trial trial = {.part = model->parts[p],
                          .own_scale = 0.5,
                          .is_flat = is_flat,
                          .sender = sender,
                          .sender_share = sender_share(&model->own_looks, sender)};
    double mails;

    trial.flat_rate = flat_rate(model, sights, count);
    mails = 0.5 * trial.flat_rate * trial.sender_share * (double)(model->until_s - model->from_s);
    for (size_t b = 0; b < model->lag_count; b++)
        trial.part.rate[b] = mails * manner[b] / trial.part.requests;
    for (int round = 0; round < ROUNDS_TRY; round++)
        try_round(model, p, sights, count, manner, &trial);
    *ret_trial = trial;
    return product_log(&trial.ratio) + (is_flat ? block_price(model) : 0);
}

/* Keeps the trial if it wins more than the best one so far. */
static void
keep_best(struct part *part, const struct trial *trial, double gain, double *best)
{
    if (gain <= *best)
        return;
    *best = gain;
    part->tried_own = 1 - trial->sender_share * (1 - trial->own_scale);
    part->tried_sender = trial->sender;
    memcpy(part->tried_rate, trial->part.rate, sizeof(trial->part.rate));
}

/* What it would win with the mails of one sender, which is chosen among all; of the best one. */
static double
try_senders(struct model *model, uint32_t p, const struct sight *sights, uint32_t count,
            double best)
{
    struct trial trial;

    for (uint8_t sender = 0; sender < LOOK_SENDERS; sender++) {
        if (model->senders[sender] == 0 ||
            sender_share(&model->any_looks, sender) > SENDER_SHARE_MOST)
            continue;
        for (int m = 0; m < MANNERS; m++) {
            double gain =
                try_manner(model, p, sights, count, model->manners[m], false, sender, &trial);

            keep_best(&model->parts[p], &trial, gain - log(LOOK_SENDERS + 1), &best);
        }
    }
    return best;
}

/*
 * What taking the stream in would win, in the manner that suits it best. A stream
 * that makes an outbreak makes the blocks of the own rate needless: their price
 * is won back.
 */
static double
try_stream(struct model *model, uint32_t p, const struct sight *sights, uint32_t count, double flat)
{
    double best = -INFINITY;

    for (int m = 0; m < MANNERS * 2; m += model->blocks.count == 1 ? 2 : 1) {
        struct trial trial;
        double gain = try_manner(model, p, sights, count, model->manners[m / 2], m % 2 == 1,
                                 ANY_SENDER, &trial);

        keep_best(&model->parts[p], &trial, gain, &best);
    }
    best = try_senders(model, p, sights, count, best);
    return best - flat - GAIN_CHOICE - log(MANNERS) - 0.5 * log(count) -
           (webindex_stream_is_post(model->parts[p].stream) ? 0 : GAIN_GET);
}

/* Looks of which only the sender's mails are left; nothing is quite impossible. */
static void
keep_sender(struct looks *looks, uint8_t sender)
{
    double all = 0;

    for (size_t r = 0; r <= LOOK_RECIPIENTS; r++) {
        looks->recipient[r] *= looks->sender[r][sender];
        all += looks->recipient[r];
        for (size_t s = 0; s <= LOOK_SENDERS; s++)
            looks->sender[r][s] = s == sender;
        infer_soften(looks->sender[r], LOOK_SENDERS + 1, 1);
    }
    infer_soften(looks->recipient, LOOK_RECIPIENTS + 1, all);
}

/* The fit begins where the trial ended: the stream has its mails, the own rate the rest. */
static void
take_in(struct model *model, struct part *part)
{
    part->is_in = true;
    memcpy(part->rate, part->tried_rate, sizeof(part->rate));
    part->looks = model->any_looks;
    if (part->tried_sender != ANY_SENDER)
        keep_sender(&part->looks, part->tried_sender);
    model->own_share *= fmax(part->tried_own, OWN_LEFT_MIN);
}

/* Parts the time of the own rate anew. */
static bool
set_blocks(struct model *model, struct sight *sights, uint32_t count, const int64_t *times_s,
           uint32_t time_count, struct sums *sums, struct arena *arena)
{
    if (!blocks_find(times_s, time_count, model->from_s, model->until_s, BLOCK_S_MIN, arena,
                     &model->blocks))
        return false;
    model->own_rate = arena_array(arena, model->blocks.count, sizeof(double));
    sums->own = arena_array(arena, model->blocks.count, sizeof(double));
    if (!model->own_rate || !sums->own)
        return false;
    for (uint32_t b = 0; b < model->blocks.count; b++) {
        const struct block *block = &model->blocks.list[b];

        model->own_rate[b] =
            (block->events + BLOCK_PRIOR) * model->scale / (double)(block->until_s - block->from_s);
    }
    for (uint32_t i = 0; i < count; i++)
        sights[i].block = blocks_at(&model->blocks, sights[i].time_s);
    return true;
}

/*
 * Fits what is taken in beside an own rate that never changes, and then beside one
 * that changes where the mails left over ask for it. A rate that changed from the
 * start would take half of an outbreak, the mails of one look, as its own.
 */
static bool
fit_anew(struct model *model, struct sight *sights, uint32_t count, struct sums *sums,
         struct arena *arena)
{
    int64_t *left = arena_array(arena, count + 1, sizeof(*left));
    uint32_t left_count = 0;

    if (!left || !set_blocks(model, sights, count, NULL, 0, sums, arena))
        return false;
    model->own_rate[0] =
        model->own_share * count * model->scale / (double)(model->until_s - model->from_s);
    model->own_looks = model->any_looks;
    infer_fit(model, sights, count, ROUNDS_REFIT, sums);
    for (uint32_t i = 0; i < count; i++) {
        if (sights[i].own > sights[i].rest)
            left[left_count++] = sights[i].time_s;
    }
    if (!set_blocks(model, sights, count, left, left_count, sums, arena))
        return false;
    infer_fit(model, sights, count, ROUNDS_REFIT, sums);
    return true;
}

/* Takes in what explains most, as long as something does. */
bool
infer_select_streams(struct model *model, struct sight *sights, uint32_t count, struct sums *sums,
                     struct arena *arena)
{
    for (uint32_t taken = 0; taken <= model->count; taken++) {
        uint32_t best = model->count;
        double best_gain = 0, flat;

        if (!fit_anew(model, sights, count, sums, arena))
            return false;
        flat = flat_gain(model, sights, count);
        for (uint32_t p = 0; p < model->count; p++) {
            double gain = model->parts[p].is_in ? 0 : try_stream(model, p, sights, count, flat);

            if (gain > best_gain) {
                best_gain = gain;
                best = p;
            }
        }
        if (best == model->count)
            break;
        take_in(model, &model->parts[best]);
    }
    infer_fit(model, sights, count, ROUNDS_LAST, sums);
    return true;
}
