#ifndef BENCH_DICE_H
#define BENCH_DICE_H

/*
 * dice - the same random numbers on every machine for the same seed.
 *
 * splitmix64 (Sebastiano Vigna, public domain). Not for secrets.
 */

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline uint64_t
dice_next(struct dice *dice)
{
    uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 0 <= result < 1 */
static inline double
dice_unit(struct dice *dice)
{
    return (double)(dice_next(dice) >> 11) * 0x1.0p-53;
}

/* 0 <= result < count; count is not 0. */
static inline uint32_t
dice_below(struct dice *dice, uint32_t count)
{
    return (uint32_t)(((dice_next(dice) >> 32) * count) >> 32);
}

static inline bool
dice_chance(struct dice *dice, double probability)
{
    return dice_unit(dice) < probability;
}

/* Small numbers often, large ones seldom, as popularity is. */
static inline uint32_t
dice_skewed(struct dice *dice, uint32_t count)
{
    double u = dice_unit(dice);

    return (uint32_t)(u * u * u * (double)count);
}

/* Exponentially distributed. */
static inline int64_t
dice_delay_us(struct dice *dice, int64_t mean_us)
{
    return (int64_t)(-log(1.0 - dice_unit(dice)) * (double)mean_us) + 1;
}

static inline uint32_t
dice_poisson(struct dice *dice, double mean)
{
    double limit = exp(-mean), product = dice_unit(dice);
    uint32_t count = 0;

    while (product > limit && count < 100000) {
        product *= dice_unit(dice);
        count++;
    }
    return count;
}

#endif
