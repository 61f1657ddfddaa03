#include "trace/signals.h"

#include <math.h>

static const struct {
    const char *name;
    enum signal_family family;
} kinds[] = {
#define X(kind, name, family) {name, FAMILY_##family},
    SIGNALS(X)
#undef X
};

void
signals_init(struct signals *signals)
{
    *signals = (struct signals){.log_odds = SIGNALS_START};
}

void
signals_add(struct signals *signals, enum signal_kind kind, double weight, double value,
            struct str text)
{
    if (weight <= 0 || signals->count == SIGNAL_COUNT)
        return;
    signals->log_odds += weight;
    signals->families |= 1U << kinds[kind].family;
    signals->list[signals->count++] = (struct signal){kinds[kind].name, value, text};
}

uint32_t
signals_families(const struct signals *signals)
{
    return (uint32_t)__builtin_popcount(signals->families);
}

double
signals_probability(const struct signals *signals)
{
    return 1.0 / (1.0 + exp(-signals->log_odds));
}
