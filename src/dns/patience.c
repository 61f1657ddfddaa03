#include "dns/patience.h"

/* "example.com" of "a.b.example.com"; a name of one label is itself. */
static struct str
last_labels(struct str name)
{
    size_t dots = 0;

    for (size_t i = name.len; i-- > 0;) {
        if (name.data[i] == '.' && ++dots == 2)
            return str_from(name, i + 1);
    }
    return name;
}

static struct patience_zone *
find_zone(struct patience *patience, uint64_t hash)
{
    for (uint32_t i = 0; i < patience->zone_count; i++) {
        if (patience->zones[i].hash == hash)
            return &patience->zones[i];
    }
    return NULL;
}

static void
count_timeout(struct patience *patience, uint64_t hash)
{
    struct patience_zone *zone = find_zone(patience, hash);

    patience->timeouts++;
    if (!zone && patience->zone_count < PATIENCE_ZONES) {
        zone = &patience->zones[patience->zone_count++];
        zone->hash = hash;
    }
    if (zone)
        zone->timeouts++;
}

static const char *
why_not(struct patience *patience, uint64_t hash)
{
    const struct patience_zone *zone = find_zone(patience, hash);

    if (patience->asked >= PATIENCE_QUESTIONS)
        return "too many questions were needed";
    if (patience->now_ms && patience->now_ms() >= patience->end_ms)
        return "the time for all questions is over";
    if (zone && zone->timeouts >= PATIENCE_TIMEOUTS)
        return "its name servers do not answer";
    if (patience->timeouts >= PATIENCE_TIMEOUTS_ALL)
        return "too many questions went unanswered";
    return NULL;
}

static void
ask(void *context, struct str name, enum dns_type type, struct arena *arena,
    struct dns_answer *ret_answer)
{
    struct patience *patience = context;
    uint64_t hash = str_hash(last_labels(name));
    const char *why = why_not(patience, hash);
    struct patience_zone *zone;

    if (why) {
        *ret_answer = (struct dns_answer){.status = DNS_TIMED_OUT, .reason = str_from_cstr(why)};
        return;
    }
    patience->asked++;
    patience->inner->ask(patience->inner->context, name, type, arena, ret_answer);
    if (ret_answer->status == DNS_TIMED_OUT) {
        count_timeout(patience, hash);
        return;
    }
    zone = find_zone(patience, hash);
    if (zone)
        zone->timeouts = 0;
}

struct resolver
patience_resolver(struct patience *patience)
{
    return (struct resolver){.ask = ask, .context = patience};
}
