#include "trace/burst.h"

#include <math.h>

#include "base/civil.h"

/* How far apart the edge mails may lie, in mean gaps of the burst. */
#define EDGE_GAPS 12.0

static double
likelihood_ratio(double inside, double all, double share)
{
    double outside = all - inside, sum;

    if (inside <= all * share)
        return 0;
    sum = inside * log(inside / (all * share));
    if (outside > 0)
        sum += outside * log(outside / (all * (1 - share)));
    return sum;
}

/* No less than likelihood_ratio, without a logarithm: log(x) is at most x - 1. */
static double
likelihood_at_most(double inside, double all, double share)
{
    double excess = inside - all * share;

    return excess * excess / (all * share * (1 - share)) * (1 + 1e-9);
}

struct stretch {
    int first, last;
    double likelihood;
};

/* A stretch begins and ends with a bin that holds mails: the empty ones are passed over. */
static struct stretch
best_stretch(const uint32_t *bins, int bin_count, uint32_t all)
{
    struct stretch best = {0, bin_count - 1, 0};
    int filled[BURST_BINS_MAX], filled_count = 0;

    for (int i = 0; i < bin_count; i++) {
        if (bins[i])
            filled[filled_count++] = i;
    }
    for (int i = 0; i < filled_count; i++) {
        uint32_t inside = 0;

        for (int j = i; j < filled_count; j++) {
            double share = (double)(filled[j] - filled[i] + 1) / bin_count, likelihood;

            inside += bins[filled[j]];
            if (share >= 1 || likelihood_at_most(inside, all, share) <= best.likelihood)
                continue;
            likelihood = likelihood_ratio(inside, all, share);
            if (likelihood > best.likelihood)
                best = (struct stretch){filled[i], filled[j], likelihood};
        }
    }
    return best;
}

/* Mails just outside the bins that follow each other like those inside belong to the burst. */
static void
draw_out(struct burst *burst, const int64_t *times_us, uint32_t count)
{
    uint32_t inside = burst->last - burst->first + 1;
    double length_us = (double)(times_us[burst->last] - times_us[burst->first]);
    double gap_us = inside > 1 ? length_us / (inside - 1) * EDGE_GAPS : 0;

    if (gap_us > length_us / 4)
        gap_us = length_us / 4;
    while (burst->first > 0 &&
           (double)(times_us[burst->first] - times_us[burst->first - 1]) <= gap_us)
        burst->first--;
    while (burst->last + 1 < count &&
           (double)(times_us[burst->last + 1] - times_us[burst->last]) <= gap_us)
        burst->last++;
}

struct burst
burst_find(const int64_t *times_us, uint32_t count, int64_t from_us, int64_t until_us)
{
    struct burst burst = {0, count ? count - 1 : 0, 0, 1, 0};
    uint32_t bins[BURST_BINS_MAX] = {0}, inside;
    double span_us = (double)(until_us - from_us) + 1, length_us, outside_us;
    int bin_count = span_us / (double)SECOND_US < BURST_BINS_MAX
                        ? (int)(span_us / (double)SECOND_US) + 1
                        : BURST_BINS_MAX;
    struct stretch best;

    if (count < 3 || span_us <= 0)
        return burst;
    for (uint32_t i = 0; i < count; i++) {
        int bin = (int)((double)(times_us[i] - from_us) / span_us * bin_count);

        bins[bin < 0 ? 0 : bin >= bin_count ? bin_count - 1 : bin]++;
    }
    best = best_stretch(bins, bin_count, count);
    burst.likelihood = best.likelihood;
    for (int b = 0; b < best.first; b++)
        burst.first += bins[b];
    burst.last = burst.first;
    for (int b = best.first; b <= best.last; b++)
        burst.last += bins[b];
    burst.last--;
    draw_out(&burst, times_us, count);
    inside = burst.last - burst.first + 1;
    length_us = (double)(times_us[burst.last] - times_us[burst.first]) + (double)SECOND_US;
    outside_us = span_us > length_us ? span_us - length_us : 1;
    burst.rate_per_s = inside / length_us * (double)SECOND_US;
    burst.lift =
        inside / length_us / ((count - inside > 0 ? (double)(count - inside) : 1.0) / outside_us);
    return burst;
}
