#include <math.h>
#include <stdlib.h>

#include "trace/infer_parts.h"

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

bool
infer_find_looks(struct model *model, const uint32_t *mails, uint32_t count, struct arena *arena)
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

struct look
infer_look_at(const struct model *model, const struct mail *mail)
{
    double bits = mail->size > 64 ? log2((double)mail->size / 64.0) : 0;
    int size = (int)(bits * 16.0);

    return (struct look){recurring_at(model->recipients, LOOK_RECIPIENTS, mail->recipient),
                         recurring_at(model->senders, LOOK_SENDERS, mail->sender),
                         recurring_at(model->subjects, LOOK_SUBJECTS, mail->subject),
                         (uint8_t)(size < LOOK_SIZES ? size : LOOK_SIZES - 1)};
}

double
infer_look_weight(const struct looks *looks, struct look look)
{
    return looks->recipient[look.recipient] * looks->sender[look.recipient][look.sender] *
           looks->subject[look.recipient][look.subject] * looks->size[look.recipient][look.size];
}

void
infer_add_look(struct looks *sums, struct look look, double share)
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
void
infer_update_looks(struct looks *looks, const struct looks *sums, const struct looks *any,
                   double prior)
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
void
infer_soften(double *column, size_t count, double mass)
{
    const double little = 0.002;

    for (size_t k = 0; k < count; k++)
        column[k] =
            ((mass > 0 ? column[k] / mass : 0) + little) / ((mass > 0) + little * (double)count);
}

void
infer_learn_any_looks(struct model *model, const struct sight *sights, uint32_t count)
{
    struct looks *any = &model->any_looks;

    for (uint32_t i = 0; i < count; i++)
        infer_add_look(any, sights[i].look, 1.0 / count);
    for (size_t r = 0; r <= LOOK_RECIPIENTS; r++) {
        infer_soften(any->sender[r], LOOK_SENDERS + 1, any->recipient[r]);
        infer_soften(any->subject[r], LOOK_SUBJECTS + 1, any->recipient[r]);
        infer_soften(any->size[r], LOOK_SIZES, any->recipient[r]);
    }
    infer_soften(any->recipient, LOOK_RECIPIENTS + 1, 1);
    model->own_looks = *any;
}
