#include "trace/infer.h"

#include <math.h>
#include <stdlib.h>

#include "base/civil.h"
#include "trace/blocks.h"
#include "trace/runs.h"
#include "trace/streams.h"

#define ROUNDS_TRY 8    /* a stream is judged by its first rounds */
#define ROUNDS_REFIT 10 /* after each one that is taken in */
#define ROUNDS_LAST 20
#define LOOK_RECIPIENTS 8 /* recurring recipients that are told apart; one more: free ones */
#define LOOK_SENDERS 4    /* the same of envelope senders */
#define LOOK_SUBJECTS 8   /* and of subjects, where PHP or the mail server logs them */
#define LOOK_SIZES 96     /* sixteenth powers of two above 64 bytes, about */
#define PART_PRIOR 2.0    /* mails of any look that an endpoint has before one is seen, */
#define OWN_PRIOR 10.0    /* and the own rate: it is a mixture of much */
#define BLOCK_S_MIN 5.0   /* the own rate does not follow single requests */
#define BLOCK_PRIOR 0.2   /* mails that a block has of its own before any is seen */
#define OWN_LEFT_MIN 0.05 /* a trial leaves the own rate at least so much to begin with */
#define LAGS_MAX 12
#define ANY_SENDER UINT8_MAX
#define SENDER_SHARE_MOST 0.9 /* a sender of more of the mails is no other than all */

/* What a stream must win, in log-likelihood: the choice among hundreds, and each used lag. */
#define GAIN_CHOICE 5.0
#define GAIN_GET 2.5    /* and more where data is only asked for: few pages mail when looked at */
#define BLOCK_PRICE 5.0 /* what a block of the own rate would have to win */

/* How long a mail comes after its request's stamp: [from, until) in seconds. */
struct lag {
    double from_s, until_s;
    double doubt; /* mails that a lag must explain before it counts */
};

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
#define MANNERS 7
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

struct look {
    uint8_t recipient, sender, subject, size;
};

/*
 * Sender, subject and size go with the recipient: a form's notice to its owner and its
 * copy to the visitor differ in all four. Taken one by one, the two would look like two
 * sources, and the own rate would be fitted to one of them.
 */
struct looks {
    double recipient[LOOK_RECIPIENTS + 1];
    double sender[LOOK_RECIPIENTS + 1][LOOK_SENDERS + 1];
    double subject[LOOK_RECIPIENTS + 1][LOOK_SUBJECTS + 1];
    double size[LOOK_RECIPIENTS + 1][LOOK_SIZES];
    double mass;
};

/* A stream that may be taken in, or is. */
struct part {
    uint32_t stream;
    double requests;
    double rate[LAGS_MAX]; /* mails a request, by lag */
    struct looks looks;
    bool is_in;
    double tried_rate[LAGS_MAX], tried_own; /* the best trial: its rates, what is left to the own */
    uint8_t tried_sender;                   /* whose mails it took; ANY_SENDER */
};

/* A mail as the model sees it: how many requests of each stream stand at each lag. */
struct sight {
    uint16_t requests[INFER_STREAMS_MAX][LAGS_MAX];
    struct look look;
    int64_t time_s;
    uint32_t block;
    double own, rest; /* densities: of the own rate, of all streams taken in */
};

struct model {
    const struct ledger *ledger;
    const struct webindex *index;
    const struct lag *lags;
    size_t lag_count;
    const double (*manners)[LAGS_MAX];
    struct part parts[INFER_STREAMS_MAX];
    uint32_t count;
    struct blocks blocks;
    double *own_rate; /* of each block: mails a second without any request */
    struct looks own_looks, any_looks;
    uint64_t recipients[LOOK_RECIPIENTS], senders[LOOK_SENDERS],
        subjects[LOOK_SUBJECTS]; /* that recur */
    int64_t from_s, until_s;
    double scale;     /* mails for each one that is fitted */
    double own_share; /* of all mails, where a fit begins */
    bool is_exact;
};

/* The sums of one round. */
struct sums {
    double share[INFER_STREAMS_MAX][LAGS_MAX];
    double *own; /* of each block */
    struct looks looks[INFER_STREAMS_MAX], own_looks;
};

/* --- what a mail looks like --- */

/* A sender or recipient, and which of the mails it belongs to. */
struct mention {
    uint64_t hash;
    uint32_t mail;
};

static int
by_hash(const void *a, const void *b)
{
    const struct mention *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash > y->hash ? 1 : -1;
    return (x->mail > y->mail) - (x->mail < y->mail);
}

/* Who recurs: how often, and which mail was the first. */
struct recurring {
    uint64_t hash;
    uint32_t count, first;
};

/*
 * The hashes that recur most, `limit` of them at most, the first that came before those
 * that recur as often: the numbers of the hashes differ from run to run, and must not choose.
 * Sorts the mentions.
 */
static void
find_recurring(struct mention *mentions, uint32_t count, uint64_t *ret_hashes, uint32_t limit)
{
    struct recurring best[LOOK_RECIPIENTS + 1];
    uint32_t kept = 0;

    qsort(mentions, count, sizeof(*mentions), by_hash);
    for (uint32_t i = 0, run; i < count; i += run) {
        struct recurring next = {mentions[i].hash, 0, mentions[i].mail};
        uint32_t at = kept;

        for (run = 1; i + run < count && mentions[i + run].hash == mentions[i].hash; run++)
            ;
        next.count = run;
        if (run < 4 || next.hash == 0)
            continue;
        for (; at > 0 && (best[at - 1].count < next.count ||
                          (best[at - 1].count == next.count && best[at - 1].first > next.first));
             at--)
            best[at] = best[at - 1];
        best[at] = next;
        kept += kept < limit;
    }
    for (uint32_t i = 0; i < kept; i++)
        ret_hashes[i] = best[i].hash;
}

static bool
find_looks(struct model *model, const uint32_t *mails, uint32_t count, struct arena *arena)
{
    struct mention *mentions = arena_array(arena, count + 1, sizeof(*mentions));

    if (!mentions)
        return false;
    for (uint32_t i = 0; i < count; i++)
        mentions[i] = (struct mention){ledger_mail(model->ledger, mails[i])->recipient, i};
    find_recurring(mentions, count, model->recipients, LOOK_RECIPIENTS);
    for (uint32_t i = 0; i < count; i++)
        mentions[i] = (struct mention){ledger_mail(model->ledger, mails[i])->sender, i};
    find_recurring(mentions, count, model->senders, LOOK_SENDERS);
    for (uint32_t i = 0; i < count; i++)
        mentions[i] = (struct mention){ledger_mail(model->ledger, mails[i])->subject, i};
    find_recurring(mentions, count, model->subjects, LOOK_SUBJECTS);
    return true;
}

/* Where the hash is among those that recur; `limit` for all others. */
static uint8_t
recurring_at(const uint64_t *recurring, uint8_t limit, uint64_t hash)
{
    uint8_t at = 0;

    while (at < limit && (hash == 0 || recurring[at] != hash))
        at++;
    return at;
}

static struct look
look_at(const struct model *model, const struct mail *mail)
{
    double bits = mail->size > 64 ? log2((double)mail->size / 64.0) : 0;
    int size = (int)(bits * 16.0);

    return (struct look){recurring_at(model->recipients, LOOK_RECIPIENTS, mail->recipient),
                         recurring_at(model->senders, LOOK_SENDERS, mail->sender),
                         recurring_at(model->subjects, LOOK_SUBJECTS, mail->subject),
                         (uint8_t)(size < LOOK_SIZES ? size : LOOK_SIZES - 1)};
}

static double
look_weight(const struct looks *looks, struct look look)
{
    return looks->recipient[look.recipient] * looks->sender[look.recipient][look.sender] *
           looks->subject[look.recipient][look.subject] * looks->size[look.recipient][look.size];
}

static void
add_look(struct looks *sums, struct look look, double share)
{
    sums->recipient[look.recipient] += share;
    sums->sender[look.recipient][look.sender] += share;
    sums->subject[look.recipient][look.subject] += share;
    sums->size[look.recipient][look.size] += share;
    sums->mass += share;
}

static void
update_column(double *column, const double *sums, const double *any, size_t count, double mass,
              double prior)
{
    for (size_t k = 0; k < count; k++)
        column[k] = (sums[k] + prior * any[k]) / (mass + prior);
}

/* What the sums say, drawn towards what all mails look like where they say little. */
static void
update_looks(struct looks *looks, const struct looks *sums, const struct looks *any, double prior)
{
    update_column(looks->recipient, sums->recipient, any->recipient, LOOK_RECIPIENTS + 1,
                  sums->mass, prior);
    for (size_t r = 0; r <= LOOK_RECIPIENTS; r++) {
        double mass = sums->recipient[r];

        update_column(looks->sender[r], sums->sender[r], any->sender[r], LOOK_SENDERS + 1, mass,
                      prior);
        update_column(looks->subject[r], sums->subject[r], any->subject[r], LOOK_SUBJECTS + 1, mass,
                      prior);
        update_column(looks->size[r], sums->size[r], any->size[r], LOOK_SIZES, mass, prior);
    }
}

/* Of a column that sums to `mass`, or is empty. Nothing is quite impossible. */
static void
soften(double *column, size_t count, double mass)
{
    const double little = 0.002;

    for (size_t k = 0; k < count; k++)
        column[k] =
            ((mass > 0 ? column[k] / mass : 0) + little) / ((mass > 0) + little * (double)count);
}

static void
learn_any_looks(struct model *model, const struct sight *sights, uint32_t count)
{
    struct looks *any = &model->any_looks;

    for (uint32_t i = 0; i < count; i++)
        add_look(any, sights[i].look, 1.0 / count);
    for (size_t r = 0; r <= LOOK_RECIPIENTS; r++) {
        soften(any->sender[r], LOOK_SENDERS + 1, any->recipient[r]);
        soften(any->subject[r], LOOK_SUBJECTS + 1, any->recipient[r]);
        soften(any->size[r], LOOK_SIZES, any->recipient[r]);
    }
    soften(any->recipient, LOOK_RECIPIENTS + 1, 1);
    model->own_looks = *any;
}

/* --- when a mail was --- */

static bool
is_exact(const struct mail *mail)
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

static struct sight
see(const struct model *model, const struct mail *mail)
{
    double time_s = mail_time(model, mail);
    struct sight sight = {.look = look_at(model, mail)};

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

/* --- the fit --- */

/* Mails a second that the part's requests bring at this mail's time, by lag; returns their sum. */
static double
density(const struct model *model, const struct part *part, const uint16_t requests[LAGS_MAX],
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

static void
weigh(const struct model *model, struct sight *sight)
{
    double by_lag[LAGS_MAX];

    sight->own = model->own_rate[sight->block] * look_weight(&model->own_looks, sight->look);
    sight->rest = 0;
    for (uint32_t p = 0; p < model->count; p++) {
        const struct part *part = &model->parts[p];

        if (part->is_in)
            sight->rest += density(model, part, sight->requests[p], by_lag) *
                           look_weight(&part->looks, sight->look);
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
    add_look(&sums->own_looks, sight->look, sight->own / total);
    for (uint32_t p = 0; p < model->count; p++) {
        const struct part *part = &model->parts[p];
        double weight = look_weight(&part->looks, sight->look) / total, sum;

        if (!part->is_in)
            continue;
        sum = density(model, part, sight->requests[p], by_lag);
        for (size_t b = 0; b < model->lag_count; b++)
            sums->share[p][b] += by_lag[b] * weight;
        add_look(&sums->looks[p], sight->look, sum * weight);
    }
}

static void
update_model(struct model *model, const struct sums *sums)
{
    for (uint32_t p = 0; p < model->count; p++) {
        if (!model->parts[p].is_in)
            continue;
        set_rates(model, &model->parts[p], sums->share[p]);
        update_looks(&model->parts[p].looks, &sums->looks[p], &model->any_looks, PART_PRIOR);
    }
    for (uint32_t b = 0; b < model->blocks.count; b++) {
        double length_s = (double)(model->blocks.list[b].until_s - model->blocks.list[b].from_s);

        model->own_rate[b] = (sums->own[b] + BLOCK_PRIOR) * model->scale / fmax(length_s, 1);
    }
    update_looks(&model->own_looks, &sums->own_looks, &model->any_looks, OWN_PRIOR);
}

static void
fit(struct model *model, struct sight *sights, uint32_t count, int rounds, struct sums *sums)
{
    double *own = sums->own;

    for (int round = 0; round < rounds; round++) {
        memset(sums, 0, sizeof(*sums));
        sums->own = own;
        memset(own, 0, model->blocks.count * sizeof(*own));
        for (uint32_t i = 0; i < count; i++) {
            weigh(model, &sights[i]);
            add_sight(model, &sights[i], sums);
        }
        update_model(model, sums);
    }
    for (uint32_t i = 0; i < count; i++)
        weigh(model, &sights[i]);
}

/* --- which streams explain something --- */

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
        double weight = look_weight(&model->own_looks, sight->look);
        double before = sight->own + sight->rest + 1e-300, added, kept, total;

        if (trial->sender != ANY_SENDER && sight->look.sender != trial->sender)
            continue;
        added =
            density(model, &trial->part, sight->requests[p], by_lag) * weight / trial->sender_share;
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
        likelihood +=
            log((rate * look_weight(&model->own_looks, sights[i].look) + sights[i].rest + 1e-300) /
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
        soften(looks->sender[r], LOOK_SENDERS + 1, 1);
    }
    soften(looks->recipient, LOOK_RECIPIENTS + 1, all);
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
    fit(model, sights, count, ROUNDS_REFIT, sums);
    for (uint32_t i = 0; i < count; i++) {
        if (sights[i].own > sights[i].rest)
            left[left_count++] = sights[i].time_s;
    }
    if (!set_blocks(model, sights, count, left, left_count, sums, arena))
        return false;
    fit(model, sights, count, ROUNDS_REFIT, sums);
    return true;
}

/* Takes in what explains most, as long as something does. */
static bool
select_streams(struct model *model, struct sight *sights, uint32_t count, struct sums *sums,
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
    fit(model, sights, count, ROUNDS_LAST, sums);
    return true;
}

/* --- the answers --- */

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

    weigh(model, sight);
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
        share[at] += density(model, part, sight->requests[p], by_lag) *
                     look_weight(&part->looks, sight->look) / total;
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
        exact += is_exact(ledger_mail(model->ledger, mails[i]));
    model->is_exact = exact * 2 > count;
    model->lags = model->is_exact ? fine_lags : whole_lags;
    model->manners = model->is_exact ? fine_manners : whole_manners;
    model->lag_count = model->is_exact ? sizeof(fine_lags) / sizeof(fine_lags[0])
                                       : sizeof(whole_lags) / sizeof(whole_lags[0]);
    set_span(model, times, count);
    if (!streams_choose(model->index, identity, times, count,
                        (double)(model->until_s - model->from_s), INFER_STREAMS_MAX, arena,
                        ret_streams) ||
        !find_looks(model, mails, count, arena))
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
        sights[fitted++] = see(model, ledger_mail(ledger, mails[i]));
    learn_any_looks(model, sights, fitted);
    if (!select_streams(model, sights, fitted, sums, arena))
        return false;
    for (uint32_t i = 0; i < mail_count; i++) {
        struct sight sight = see(model, ledger_mail(ledger, mails[i]));

        sight.block = blocks_at(&model->blocks, sight.time_s);
        infer.answers[i] = answer_mail(model, &sight);
    }
    return runs_explain(index, &streams, times, infer.answers, mail_count, model->from_s,
                        model->until_s, arena);
}
