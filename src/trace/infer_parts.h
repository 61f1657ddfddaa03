#ifndef TRACE_INFER_PARTS_H
#define TRACE_INFER_PARTS_H

/*
 * infer_parts - what the parts of infer.h share; for src/trace/infer*.c alone.
 *
 *     infer.c          sets a model up, answers of each mail
 *     infer_look.c     what a mail looks like
 *     infer_fit.c      when a mail was, and the fit of all rates
 *     infer_choose.c   which streams explain something
 */

#include "trace/blocks.h"
#include "trace/infer.h"
#include "trace/runs.h"
#include "trace/streams.h"

#define LOOK_RECIPIENTS 8 /* recurring recipients that are told apart; one more: free ones */
#define LOOK_SENDERS 4    /* the same of envelope senders */
#define LOOK_SUBJECTS 8   /* and of subjects, where PHP or the mail server logs them */
#define LOOK_SIZES 96     /* sixteenth powers of two above 64 bytes, about */
#define ANY_SENDER UINT8_MAX
#define BLOCK_PRIOR 0.2 /* mails that a block has of its own before any is seen */
#define LAGS_MAX 12
#define MANNERS 7

/* How long a mail comes after its request's stamp: [from, until) in seconds. */
struct lag {
    double from_s, until_s;
    double doubt; /* mails that a lag must explain before it counts */
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

/* Which recipients, senders and subjects recur in these mails. False: the arena is full. */
bool infer_find_looks(struct model *model, const uint32_t *mails, uint32_t count,
                      struct arena *arena);

struct look infer_look_at(const struct model *model, const struct mail *mail);

/* How likely a mail looks so. */
double infer_look_weight(const struct looks *looks, struct look look);

void infer_add_look(struct looks *sums, struct look look, double share);

/* From the sums of a round; what is rare is drawn to what all mails look like. */
void infer_update_looks(struct looks *looks, const struct looks *sums, const struct looks *any,
                        double prior);

void infer_soften(double *column, size_t count, double mass);

/* What all mails look like, whoever sent them. */
void infer_learn_any_looks(struct model *model, const struct sight *sights, uint32_t count);

/* Is its time known better than to the second? */
bool infer_is_exact(const struct mail *mail);

/* How many requests of each stream stand at each lag before the mail. */
struct sight infer_see(const struct model *model, const struct mail *mail);

/* Mails a second that the stream sends at this moment, and of that by lag. */
double infer_density(const struct model *model, const struct part *part,
                     const uint16_t requests[LAGS_MAX], double by_lag[LAGS_MAX]);

/* The densities of a mail by the rates as they are. */
void infer_weigh(const struct model *model, struct sight *sight);

/* So many rounds of expectation and maximisation. */
void infer_fit(struct model *model, struct sight *sights, uint32_t count, int rounds,
               struct sums *sums);

/* Takes in the streams that explain something, the best first. False: the arena is full. */
bool infer_select_streams(struct model *model, struct sight *sights, uint32_t count,
                          struct sums *sums, struct arena *arena);

#endif
