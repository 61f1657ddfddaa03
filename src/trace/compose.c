#include "trace/compose.h"

#include <stdlib.h>

#include "base/civil.h"
#include "base/order.h"
#include "trace/compose_parts.h"
#include "trace/evidence.h"
#include "trace/timeline.h"

/* --- numbers --- */

/* Writes the hashes of a mail's recipients, or only counts them where `into` is NULL. */
static uint32_t
mail_recipients(const struct ledger *ledger, uint32_t mail, uint64_t *into)
{
    uint32_t at = ledger_mail(ledger, mail)->last_delivery, count = 0;

    for (; at != NO_DELIVERY; at = ledger_delivery(ledger, at)->previous) {
        if (into)
            into[count] = ledger_delivery(ledger, at)->recipient;
        count++;
    }
    return count;
}

static bool
count_recipients(const struct compose *compose, const struct suspect *suspect,
                 struct incident *incident)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    struct arena *arena = compose->inquiry->arena;
    struct arena_mark mark = arena_mark(arena);
    uint64_t *hashes, *scratch;
    uint32_t count = 0;

    for (uint32_t i = 0; i < suspect->count; i++)
        count += mail_recipients(ledger, suspect->mails[i], NULL);
    hashes = arena_array(arena, count + 1, sizeof(*hashes));
    scratch = arena_array(arena, count + 1, sizeof(*scratch));
    if (!hashes || !scratch)
        return false;
    count = 0;
    for (uint32_t i = 0; i < suspect->count; i++)
        count += mail_recipients(ledger, suspect->mails[i], hashes + count);
    order_sort_u64(hashes, scratch, count);
    for (uint32_t i = 0; i < count; i++)
        incident->recipients += i == 0 || hashes[i] != hashes[i - 1];
    arena_release(arena, mark);
    return true;
}

static void
draw_timeline(const struct compose *compose, const struct suspect *suspect,
              struct incident *incident)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    struct timeline *timeline = &incident->timeline;

    *timeline = timeline_make(incident->first_us / SECOND_US, incident->last_us / SECOND_US,
                              compose->inquiry->from_us / SECOND_US,
                              compose->inquiry->until_us / SECOND_US);
    for (int pass = 0; pass < 2; pass++) {
        const uint32_t *mails = pass ? suspect->group->mails : suspect->mails;
        uint32_t count = pass ? suspect->group->count : suspect->count;
        uint32_t *buckets = pass ? timeline->usual : timeline->count;

        for (uint32_t i = 0; i < count; i++) {
            int bucket =
                timeline_bucket(timeline, ledger_mail(ledger, mails[i])->time_us / SECOND_US);

            if (bucket >= 0)
                buckets[bucket]++;
        }
    }
    for (int i = 0; i < TIMELINE_BUCKETS; i++)
        timeline->usual[i] -=
            timeline->usual[i] < timeline->count[i] ? timeline->usual[i] : timeline->count[i];
}

static double
usual_per_day(const struct compose *compose, const struct suspect *suspect,
              const struct incident *incident)
{
    double all = (double)(compose->inquiry->until_us - compose->inquiry->from_us);
    double outside = all - (double)(incident->last_us - incident->first_us);

    if (outside < 6.0 * 3600 * (double)SECOND_US)
        return -1;
    return suspect->usual / outside * (double)(DAY_S * SECOND_US);
}

static bool
list_queue_ids(const struct compose *compose, const struct suspect *suspect,
               struct incident *incident)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    struct arena *arena = compose->inquiry->arena;
    uint8_t *is_ours = arena_array(arena, ledger->mails.count + 1, 1);
    uint32_t room = suspect->count + 1, count = 0;
    struct str *ids;

    if (!is_ours)
        return false;
    for (uint32_t i = 0; i < suspect->count; i++)
        is_ours[suspect->mails[i]] = 1;
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        const struct mail *mail = ledger_mail(ledger, i);

        if ((mail->flags & MAIL_DUPLICATE) && mail->parent != NO_MAIL &&
            (is_ours[mail->parent] & 3)) {
            is_ours[i] |= 2;
            room++;
        }
    }
    ids = arena_array(arena, room, sizeof(*ids));
    if (!ids)
        return false;
    for (uint32_t i = 0; i < ledger->mails.count && count < room; i++) {
        if (is_ours[i])
            ids[count++] = ledger_text(ledger, ledger_mail(ledger, i)->queue_id);
    }
    incident->queue_ids = ids;
    incident->queue_id_count = count;
    return true;
}

/* --- words --- */

static void
write_id(const struct compose *compose, const struct suspect *suspect, struct incident *incident)
{
    struct str name = compose_name(compose, suspect);
    uint64_t hash = str_fingerprint(name) ^ (uint64_t)incident->route * 0x9E3779B97F4A7C15ULL ^
                    (uint64_t)(incident->first_us / SECOND_US / DAY_S) * 0xC2B2AE3D27D4EB4FULL;

    incident->id = arena_printf(compose->inquiry->arena, "%012llx",
                                (unsigned long long)(hash & 0xFFFFFFFFFFFFULL));
}

static void
summarise(const struct compose *compose, const struct suspect *suspect, struct incident *incident)
{
    const struct inquiry *inquiry = compose->inquiry;
    const char *who = compose_knows_folder(compose, suspect)
                          ? "The mail server states the folder of"
                          : "PHP's own log states the script for";
    uint32_t follow = 0, stated = 0;

    for (uint32_t i = 0; i < suspect->count; i++) {
        const struct mail *mail = ledger_mail(inquiry->ledger, suspect->mails[i]);
        int64_t time_s = mail->time_us / SECOND_US;

        stated += (mail->flags & MAIL_STATED) != 0;
        follow += suspect->endpoint != INFER_NONE &&
                  webindex_count(inquiry->web, suspect->endpoint, time_s - 2, time_s) > 0;
    }
    if (stated && follow)
        incident->summary =
            arena_printf(inquiry->arena,
                         "%s %u of the %u messages; %u follow one of its requests within two "
                         "seconds.",
                         who, stated, suspect->count, follow);
    else if (stated)
        incident->summary = arena_printf(
            inquiry->arena, "The host itself states the origin of %u of the %u messages.", stated,
            suspect->count);
    else if (follow)
        incident->summary =
            arena_printf(inquiry->arena,
                         "%u of the %u messages follow one of its requests within two seconds; no "
                         "other request explains them as well.",
                         follow, suspect->count);
    else if (suspect->group->kind == GROUP_PROCESS && inquiry->ledger->requests.count)
        incident->summary = STR("No web request explains these messages.");
}

static bool
copy_signals(const struct compose *compose, const struct suspect *suspect,
             struct incident *incident)
{
    struct signal *signals =
        arena_array(compose->inquiry->arena, suspect->signals.count + 1, sizeof(*signals));

    if (!signals)
        return false;
    memcpy(signals, suspect->signals.list, suspect->signals.count * sizeof(*signals));
    incident->signals = signals;
    incident->signal_count = suspect->signals.count;
    return true;
}

static bool
list_alternatives(const struct compose *compose, const struct suspect *suspect,
                  struct incident *incident)
{
    struct alternative *list = arena_array(compose->inquiry->arena, 1, sizeof(*list));

    if (!list)
        return false;
    if (suspect->other_route != ROUTE_NONE) {
        list[0] = (struct alternative){suspect->other_route, compose_name(compose, suspect),
                                       (1 - incident->confidence) * 0.6};
        incident->alternative_count = 1;
    }
    incident->alternatives = list;
    return true;
}

bool
compose_incident(const struct compose *compose, const struct suspect *suspect,
                 struct incident *ret_incident)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    const struct mail *first = ledger_mail(ledger, suspect->mails[0]);
    struct incident incident = {
        .route = suspect->route,
        .confidence = signals_probability(&suspect->signals) * suspect->certainty,
        .mta = (enum mta)first->mta,
        .first_us = first->time_us,
        .last_us = ledger_mail(ledger, suspect->mails[suspect->count - 1])->time_us,
        .messages = suspect->count,
        .bounced = suspect->stats.bounced,
        .deferred = suspect->stats.deferred,
        .queued = suspect->stats.queued,
    };

    if (!compose_origin(compose, suspect, &incident) ||
        !count_recipients(compose, suspect, &incident) ||
        !copy_signals(compose, suspect, &incident) ||
        !list_alternatives(compose, suspect, &incident) ||
        !evidence_collect(compose, suspect, &incident))
        return false;
    if (compose->options->wants_queue_ids && !list_queue_ids(compose, suspect, &incident))
        return false;
    incident.culprit = compose_name(compose, suspect);
    incident.usual_per_day = usual_per_day(compose, suspect, &incident);
    draw_timeline(compose, suspect, &incident);
    write_id(compose, suspect, &incident);
    summarise(compose, suspect, &incident);
    *ret_incident = incident;
    return true;
}
