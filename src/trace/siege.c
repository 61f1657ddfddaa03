#include "trace/suspect.h"

#include <stdlib.h>

#include "base/civil.h"

/*
 * A security plugin mails its administrator once for each attack that it turns
 * away. The attacks ask for many URLs, and none of them by itself explains the
 * mails; all refused requests of the site together do.
 */

#define TOP_SHARE_MIN 0.9 /* of the mails go to one recipient */
#define HIT_SHARE_MIN 0.8 /* of the mails come right after a refused request */
#define REQUESTS_MOST 3.0 /* refused requests a mail */
#define REQUESTS_LEAST 0.7
#define LIFT_MIN 3.0         /* of the mails over those at other times */
#define REFUSED_LIFT_MIN 3.0 /* the same of the refused requests, */
#define LIKELIHOOD_MIN 8.0   /* the mails are a burst themselves */
#define OUTSIDE_MIN 0.25     /* of which the logs must hold so much, as a share of the siege */
#define EARLY_S 1            /* the log may stamp the end of a request */
#define LATE_S 3

double
suspect_top_share(const struct suspect *suspect)
{
    return suspect->stats.mails ? (double)suspect->stats.top_recipient_mails / suspect->stats.mails
                                : 0;
}

/* How many of the mails follow one of the traffic's requests: both are in order of time. */
static uint32_t
count_hits(const struct inquiry *inquiry, const struct suspect *suspect, uint32_t site)
{
    const struct ledger *ledger = inquiry->ledger;
    uint32_t hits = 0;

    for (uint32_t i = 0; i < suspect->count; i++) {
        int64_t time_s = ledger_mail(ledger, suspect->mails[i])->time_us / SECOND_US;

        hits += webindex_refused(inquiry->web, site, time_s - LATE_S, time_s + EARLY_S) > 0;
    }
    return hits;
}

struct siege {
    int64_t from_s, until_s; /* of the mails' first wave */
    uint32_t site;           /* UINT32_MAX: none */
};

/* The site whose refused requests stand right before most of the mails. */
static struct siege
find_site(const struct inquiry *inquiry, const struct suspect *suspect)
{
    const struct ledger *ledger = inquiry->ledger;
    const uint32_t *mails = suspect->group->mails;
    struct siege siege = {
        .from_s = ledger_mail(ledger, mails[suspect->burst.first])->time_us / SECOND_US,
        .until_s = ledger_mail(ledger, mails[suspect->burst.last])->time_us / SECOND_US,
        .site = UINT32_MAX,
    };
    uint32_t best_hits = 0;

    for (uint32_t site = 0; site < ledger->sites.count; site++) {
        uint32_t all =
            webindex_refused(inquiry->web, site, siege.from_s - EARLY_S, siege.until_s + LATE_S);
        uint32_t hits;

        if (all > suspect->count * REQUESTS_MOST || all < suspect->count * REQUESTS_LEAST ||
            !ledger_site_may_serve(ledger, site, suspect->group->identity))
            continue;
        hits = count_hits(inquiry, suspect, site);
        if (hits > best_hits) {
            best_hits = hits;
            siege.site = site;
        }
    }
    if (best_hits < suspect->count * HIT_SHARE_MIN)
        siege.site = UINT32_MAX;
    return siege;
}

/* Whether the site refuses far more in the siege than at other times that the mail logs cover. */
static bool
is_lifted(const struct inquiry *inquiry, const struct siege *siege)
{
    int64_t from_s = inquiry->from_us / SECOND_US, until_s = inquiry->until_us / SECOND_US;
    double inside_s = (double)(siege->until_s - siege->from_s + 1);
    double outside_s = (double)(until_s - from_s) - inside_s;
    uint32_t inside = webindex_refused(inquiry->web, siege->site, siege->from_s, siege->until_s);
    uint32_t all = webindex_refused(inquiry->web, siege->site, from_s, until_s);

    return outside_s >= inside_s * OUTSIDE_MIN &&
           inside / inside_s >= REFUSED_LIFT_MIN * (all - inside + 1) / outside_s;
}

/*
 * Where the mail server does not state who sends, one group holds the programs of
 * all users: keeps the mails to the recipient that gets most of them.
 */
static bool
keep_top_recipient(const struct inquiry *inquiry, struct suspect *suspect)
{
    uint32_t *kept = arena_array(inquiry->arena, suspect->count + 1, sizeof(*kept)), count = 0;

    if (!kept)
        return false;
    for (uint32_t i = 0; i < suspect->count; i++) {
        if (ledger_mail(inquiry->ledger, suspect->mails[i])->recipient ==
            suspect->stats.top_recipient)
            kept[count++] = suspect->mails[i];
    }
    suspect->mails = kept;
    suspect->count = count;
    return stats_of(inquiry->ledger, kept, count, inquiry->arena, &suspect->stats);
}

static bool
is_mixed(const struct inquiry *inquiry, const struct suspect *suspect)
{
    const struct group *group = suspect->group;
    const struct identity *identity = ledger_identity(inquiry->ledger, group->identity);

    return group->kind == GROUP_PROCESS && identity->uid < 0 && !identity->name &&
           suspect_top_share(suspect) > 0.5;
}

bool
siege_find(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct ledger *ledger = inquiry->ledger;
    struct suspect kept = *suspect;
    struct siege siege;

    suspect->is_siege = false;
    if (suspect->has_traffic && suspect->traffic.refused * 2 > suspect->traffic.requests &&
        suspect->traffic.mailing >= suspect->count * REQUESTS_LEAST)
        return true; /* one URL is all that they asked for */
    if (suspect->burst.lift < LIFT_MIN || suspect->burst.likelihood < LIKELIHOOD_MIN)
        return true;
    if (is_mixed(inquiry, suspect) && !keep_top_recipient(inquiry, &kept))
        return false;
    if (suspect_top_share(&kept) < TOP_SHARE_MIN)
        return true;
    siege = find_site(inquiry, &kept);
    if (siege.site == UINT32_MAX || !is_lifted(inquiry, &siege))
        return true;
    *suspect = kept;
    if (!traffic_of_refused(
            inquiry->web, siege.site, ledger_mail(ledger, suspect->mails[0])->time_us / SECOND_US,
            ledger_mail(ledger, suspect->mails[suspect->count - 1])->time_us / SECOND_US,
            inquiry_room(inquiry), &suspect->traffic))
        return false;
    suspect->is_siege = true;
    suspect->has_traffic = true;
    suspect->endpoint = INFER_NONE;
    return true;
}
