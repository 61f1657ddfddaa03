#include "trace/webmail.h"

#include <stdlib.h>

#include "base/civil.h"
#include "trace/infer.h"
#include "trace/known.h"

#define MAILS_MIN 3
#define EARLY_S 10 /* the request is stamped up to so long before its mail */
#define LATE_S 2   /* or behind it, where the server stamps the end */

/* A mail that somebody logged in for on this very host. */
static bool
is_from_loopback(const struct ledger *ledger, const struct mail *mail)
{
    return ledger_identity(ledger, mail->identity)->kind == IDENTITY_LOGIN && mail->client &&
           !(mail->flags & MAIL_DUPLICATE) && known_loopback(ledger_name(ledger, mail->client));
}

static int
by_time(const void *a, const void *b, void *context)
{
    const struct ledger *ledger = context;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    int64_t s = ledger_mail(ledger, i)->time_us, t = ledger_mail(ledger, j)->time_us;

    if (s != t)
        return s < t ? -1 : 1;
    return (i > j) - (i < j);
}

static bool
is_webmail(const struct ledger *ledger, uint32_t endpoint)
{
    const struct endpoint *what = ledger_endpoint(ledger, endpoint);

    return known_webmail_site(ledger_name(ledger, ledger_site(ledger, what->site)->name)) ||
           known_webmail(ledger_name(ledger, what->path));
}

/*
 * The request to the endpoint that made the mail; UINT32_MAX: none. Of those that lie
 * within a second before it the first that no mail has taken, as both logs are in order;
 * else the nearest one.
 */
static uint32_t
find_request(const struct webindex *index, uint32_t endpoint, int64_t time_s, const bool *is_taken)
{
    uint32_t until = webindex_lower(index, endpoint, time_s + LATE_S + 1), best = UINT32_MAX;
    int64_t best_distance = INT64_MAX;

    for (uint32_t i = webindex_lower(index, endpoint, time_s - EARLY_S); i < until; i++) {
        const struct request *request = ledger_request(index->ledger, index->index[i]);
        int64_t lag_s = time_s - request->time_s;
        int64_t distance = lag_s == 0 || lag_s == 1 ? 0 : lag_s < 0 ? -lag_s : lag_s;

        if (is_taken[index->index[i]] || request->method != METHOD_POST || request->status >= 400 ||
            distance >= best_distance)
            continue;
        best = index->index[i];
        best_distance = distance;
    }
    return best;
}

static bool
bind(struct ledger *ledger, const struct webindex *index, uint32_t *mails, uint32_t count,
     struct arena *scratch)
{
    bool *is_taken = arena_array(scratch, (size_t)ledger->requests.count + 1, sizeof(*is_taken));
    struct infer infer;

    qsort_r(mails, count, sizeof(*mails), by_time, ledger);
    if (!is_taken || !infer_run(ledger, index, ledger_mail(ledger, mails[0])->identity, mails,
                                count, scratch, &infer))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        struct mail *mail = ledger_mail(ledger, mails[i]);
        uint32_t endpoint = infer.answers[i].endpoint, request;

        if (endpoint == INFER_NONE || !is_webmail(ledger, endpoint))
            continue;
        request = find_request(index, endpoint, mail->time_us / SECOND_US, is_taken);
        if (request == UINT32_MAX)
            continue;
        is_taken[request] = true;
        mail->client = ledger_request(ledger, request)->client;
    }
    return true;
}

bool
webmail_bind(struct ledger *ledger, const struct webindex *index, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    uint32_t *mails, count = 0, room = 0;
    bool is_bound = true;

    if (ledger->requests.count == 0)
        return true;
    for (uint32_t i = 0; i < ledger->mails.count; i++)
        room += is_from_loopback(ledger, ledger_mail(ledger, i));
    mails = arena_array(scratch, room + 1, sizeof(*mails));
    if (!mails)
        return false;
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        if (is_from_loopback(ledger, ledger_mail(ledger, i)))
            mails[count++] = i;
    }
    if (count >= MAILS_MIN)
        is_bound = bind(ledger, index, mails, count, scratch);
    arena_release(scratch, mark);
    return is_bound;
}
