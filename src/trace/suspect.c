#include "trace/suspect.h"

#include <math.h>

#include "base/civil.h"
#include "base/order.h"
#include "trace/known.h"

#define BOUNCE_AGE_US (3600 * SECOND_US) /* most bounces come within the hour */
#define MAILS_MIN 8     /* fewer are nobody's incident, unless somebody complains */
#define LONELY_SHARE 20 /* a twentieth outside the burst: the whole origin is the outbreak */

/* --- which endpoint and script --- */

static struct str
without_query(struct str path)
{
    return str_first(path, str_index(path, '?'));
}

/* Whether the file that PHP states can be what the URL path asks for. */
static bool
path_names_script(struct str path, struct str script)
{
    path = without_query(path);
    if (path.len < 2)
        return false;
    if (str_ends(script, path))
        return true;
    return path.data[path.len - 1] == '/' && str_ends(script, STR("/index.php")) &&
           str_ends(str_first(script, script.len - 9), path);
}

/* The endpoint of a stated script: named by the script's path, and near the mails in time. */
static uint32_t
endpoint_of_script(const struct inquiry *inquiry, const struct suspect *suspect)
{
    const struct ledger *ledger = inquiry->ledger;
    struct str script = ledger_name(ledger, suspect->group->script);
    uint32_t best = INFER_NONE;
    double best_score = 0;

    for (uint32_t e = 0; e < ledger->endpoints.count; e++) {
        struct str path = ledger_name(ledger, ledger_endpoint(ledger, e)->path);
        double score = 0;

        if (webindex_requests(inquiry->web, e) == 0 || !path_names_script(path, script))
            continue;
        for (uint32_t i = 0; i < suspect->count; i += 1 + suspect->count / 500) {
            int64_t time_s = ledger_mail(ledger, suspect->mails[i])->time_us / SECOND_US;

            score += webindex_count(inquiry->web, e, time_s - 3, time_s + 1) > 0;
        }
        score += 0.001 * (double)path.len +
                 (ledger_endpoint(ledger, e)->posts * 2 > ledger_endpoint(ledger, e)->requests ? 0.5
                                                                                               : 0);
        if (score > best_score) {
            best_score = score;
            best = e;
        }
    }
    return best;
}

/* The endpoint that explains most of the mails, and how surely. */
static uint32_t
endpoint_by_vote(const struct inquiry *inquiry, const struct suspect *suspect, double *ret_share)
{
    uint32_t best = INFER_NONE, best_votes = 0;

    for (uint32_t i = 0; i < suspect->count; i += 1 + suspect->count / 64) {
        uint32_t candidate = inquiry->groups->answers[suspect->mails[i]].endpoint, votes = 0;

        if (candidate == INFER_NONE || candidate == best)
            continue;
        for (uint32_t j = 0; j < suspect->count; j++)
            votes += inquiry->groups->answers[suspect->mails[j]].endpoint == candidate;
        if (votes > best_votes) {
            best_votes = votes;
            best = candidate;
        }
    }
    *ret_share = suspect->count ? (double)best_votes / suspect->count : 0;
    return best;
}

#define PLANTED_MAILS_MOST 50 /* a request: more is a program that the script once started */

/*
 * What a busy server sends long after the requests no page explains by time. A script in a
 * folder for uploads of the user's own site still does: nobody asks for one but to send, so
 * that all of its requests lie in the outbreak.
 */
static uint32_t
endpoint_planted(const struct inquiry *inquiry, const struct suspect *suspect)
{
    const struct ledger *ledger = inquiry->ledger;
    uint32_t best = INFER_NONE, best_requests = 0;
    int64_t from_s, until_s;

    if (suspect->count < MAILS_MIN || suspect->burst.lift < 3 || suspect->burst.likelihood < 8)
        return INFER_NONE;
    from_s = ledger_mail(ledger, suspect->mails[0])->time_us / SECOND_US - 3;
    until_s = ledger_mail(ledger, suspect->mails[suspect->count - 1])->time_us / SECOND_US + 1;
    for (uint32_t e = 0; e < ledger->endpoints.count; e++) {
        const struct endpoint *endpoint = ledger_endpoint(ledger, e);
        struct str path = without_query(ledger_name(ledger, endpoint->path));
        uint32_t requests = webindex_count(inquiry->web, e, from_s, until_s);

        if (requests > best_requests && known_upload_folder(path) && known_script_path(path) &&
            endpoint->refused * 2 < endpoint->requests &&
            ledger_site_may_serve(ledger, endpoint->site, suspect->group->identity) &&
            requests == webindex_requests(inquiry->web, e) &&
            suspect->count <= requests * PLANTED_MAILS_MOST && requests <= suspect->count) {
            best = e;
            best_requests = requests;
        }
    }
    return best;
}

static void
find_endpoint(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct group *group = suspect->group;
    double share = 0;

    suspect->endpoint = group->endpoint;
    suspect->script = group->script;
    suspect->certainty = 0.99;
    if (group->kind == GROUP_PROCESS)
        suspect->endpoint = endpoint_planted(inquiry, suspect);
    if (group->kind == GROUP_SCRIPT && group->endpoint == INFER_NONE) {
        suspect->endpoint = endpoint_of_script(inquiry, suspect);
        if (suspect->endpoint == INFER_NONE) {
            suspect->endpoint = endpoint_by_vote(inquiry, suspect, &share);
            if (share < 0.5)
                suspect->endpoint = INFER_NONE;
        }
    }
    if (group->kind == GROUP_ENDPOINT) {
        double sum = 0;

        for (uint32_t i = 0; i < suspect->count; i++)
            sum += (double)inquiry->groups->answers[suspect->mails[i]].probability;
        suspect->certainty = suspect->count ? sum / suspect->count : 0;
    }
}

bool
suspect_is_never_browsed(const struct inquiry *inquiry, const struct suspect *suspect)
{
    const struct traffic *traffic = &suspect->traffic;
    const struct ledger *ledger = inquiry->ledger;
    struct str path;
    uint32_t viewed;

    if (!suspect->has_traffic || suspect->endpoint == INFER_NONE || traffic->before_site < 20)
        return false;
    path = ledger_name(ledger, ledger_endpoint(ledger, suspect->endpoint)->path);
    viewed = traffic->client_count - traffic->unseen;
    return traffic->before == 0 && traffic->after * 50 <= traffic->mailing &&
           (viewed < 2 || viewed * 20 < traffic->client_count) && known_script_path(path) &&
           !known_entry(path);
}

/* --- which mails --- */

static bool
is_complained(const struct inquiry *inquiry, uint32_t group_index)
{
    for (uint32_t i = 0; i < inquiry->complaint_count; i++) {
        if (inquiry->groups->of_mail[inquiry->complaints[i]] == group_index)
            return true;
    }
    return false;
}

#define WAVES_MAX 12
#define WAVE_LIKELIHOOD 10 /* of a further wave; the first one needs less */
#define WAVE_RATE 0.15     /* of the first one's */

/*
 * An outbreak comes in waves: each is the burst of what the waves before left, the
 * time that they took cut out.
 */
static bool
find_waves(const struct inquiry *inquiry, const struct suspect *suspect, const int64_t *times,
           uint32_t count, bool *is_inside)
{
    int64_t *left = arena_array(inquiry->arena, count + 1, sizeof(*left));
    uint32_t *position = arena_array(inquiry->arena, count + 1, sizeof(*position));

    if (!left || !position)
        return false;
    for (int wave = 0; wave < WAVES_MAX; wave++) {
        uint32_t kept = 0;
        int64_t cut_us = 0;
        struct burst burst;

        for (uint32_t i = 0; i < count; i++) {
            if (is_inside[i]) {
                cut_us += i > 0 && is_inside[i - 1] ? times[i] - times[i - 1] : 0;
                continue;
            }
            left[kept] = times[i] - cut_us;
            position[kept++] = i;
        }
        burst = burst_find(left, kept, inquiry->from_us, inquiry->until_us - cut_us);
        if (burst.likelihood < WAVE_LIKELIHOOD || burst.lift < 2.5 ||
            burst.rate_per_s < suspect->burst.rate_per_s * WAVE_RATE)
            break;
        for (uint32_t i = burst.first; i <= burst.last; i++)
            is_inside[position[i]] = true;
    }
    return true;
}

/* Whether the origin does nothing but this: then a few mails outside are its edges. */
static bool
is_lonely(const struct suspect *suspect, uint32_t outside)
{
    return outside * LONELY_SHARE <= suspect->group->count &&
           suspect->group->kind != GROUP_MAILBOX && suspect->group->kind != GROUP_ENDPOINT;
}

#define LINES_MAX 32
#define LINE_MAILS_FEW 100 /* of a line, about which chance is asked */
#define LINE_CHANCE 0.05
#define LINE_LIFT 2.5 /* a line has part in the outbreak at so many times its rate */

/*
 * One of several things that an origin mails for, in the outbreak and outside: of a
 * script the place that calls mail(), of local programs the envelope sender.
 */
struct line {
    uint64_t key;
    uint32_t inside, outside;
};

struct lines {
    struct line list[LINES_MAX];
    uint32_t count;
};

/* 0: it tells no line. */
static uint64_t
line_key(const struct group *group, const struct mail *mail)
{
    return group->kind == GROUP_PROCESS ? mail->sender : mail->call;
}

static struct line *
find_line(struct lines *lines, uint64_t key)
{
    for (uint32_t i = 0; key && i < lines->count; i++) {
        if (lines->list[i].key == key)
            return &lines->list[i];
    }
    return NULL;
}

/* Whether the moment lies between two mails of one burst. */
static bool
is_in_burst(const int64_t *times, uint32_t count, const bool *is_burst, int64_t time_us)
{
    uint32_t next = order_first_i64(times, 0, count, time_us);

    if (next == count)
        return false;
    return is_burst[next] && (times[next] == time_us || (next > 0 && is_burst[next - 1]));
}

/* Lines are what mails outside: whoever sends only in the outbreak has part in it. */
static void
count_mail(struct lines *lines, uint64_t key, bool is_inside, bool is_first_pass)
{
    struct line *line = find_line(lines, key);

    if (is_first_pass && !is_inside && !line && key && lines->count < LINES_MAX) {
        line = &lines->list[lines->count++];
        *line = (struct line){.key = key};
    }
    if (line && is_first_pass && !is_inside)
        line->outside++;
    else if (line && !is_first_pass && is_inside)
        line->inside++;
}

/* Of a user's programs all of the user's mails count, also those that a page explains. */
static void
count_lines(const struct inquiry *inquiry, const struct group *group, const int64_t *times,
            const bool *is_burst, struct lines *lines)
{
    const struct groups *groups = inquiry->groups;

    lines->count = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t g = 0; g < groups->count; g++) {
            const struct group *other = &groups->list[g];

            if (other != group &&
                (group->kind != GROUP_PROCESS || other->identity != group->identity))
                continue;
            for (uint32_t i = 0; i < other->count; i++) {
                const struct mail *mail = ledger_mail(inquiry->ledger, other->mails[i]);

                count_mail(lines, line_key(group, mail),
                           other == group
                               ? is_burst[i]
                               : is_in_burst(times, group->count, is_burst, mail->time_us),
                           pass == 0);
            }
        }
    }
}

/* How likely it is that of `of` mails, each inside by `share`, so many are by chance. */
static double
chance_of(uint32_t inside, uint32_t of, double share)
{
    double sum = 0;

    for (uint32_t k = inside; k <= of; k++)
        sum += exp(lgamma(of + 1.0) - lgamma(k + 1.0) - lgamma(of - k + 1.0) + k * log(share) +
                   (of - k) * log1p(-share));
    return sum;
}

/*
 * Whether the line mails in the outbreak as it does outside, or by chance somewhat more. An
 * outbreak has few lines in a script, but may have many senders: of these chance would spare
 * each that began a little earlier.
 */
static bool
is_steady(const struct line *line, const struct group *group, double share)
{
    uint32_t of = line->inside + line->outside;

    if (line->outside >= 2 && line->inside / share < LINE_LIFT * line->outside / (1 - share))
        return true;
    return group->kind != GROUP_PROCESS && line->outside >= 1 && of <= LINE_MAILS_FEW &&
           chance_of(line->inside, of, share) > LINE_CHANCE;
}

/*
 * An origin may mail for several ends. A line that goes on in the outbreak as it
 * does at other times has no part in it. `is_burst` is `is_inside` but where all of
 * a lonely origin counts as its outbreak.
 */
static void
spare_lines(const struct inquiry *inquiry, const struct suspect *suspect, const int64_t *times,
            const bool *is_burst, bool *is_inside)
{
    const struct group *group = suspect->group;
    struct lines lines;
    uint32_t inside = 0;
    double inside_s = 1, share;

    for (uint32_t i = 0; i < group->count; i++) {
        inside += is_burst[i];
        if (i > 0 && is_burst[i] && is_burst[i - 1])
            inside_s += (double)(times[i] - times[i - 1]) / (double)SECOND_US;
    }
    share = inside_s / ((double)(inquiry->until_us - inquiry->from_us) / (double)SECOND_US + 1);
    if (share >= 1)
        return;
    count_lines(inquiry, group, times, is_burst, &lines);
    for (uint32_t i = 0; i < group->count; i++) {
        const struct line *line =
            find_line(&lines, line_key(group, ledger_mail(inquiry->ledger, group->mails[i])));

        if (line && line->inside * 4 < inside && is_steady(line, group, share))
            is_inside[i] = false;
    }
}

/*
 * Whether the site never put the stated script there: a file in a folder for uploads
 * has no honest mails, so all of them are the outbreak, however slowly they drip.
 */
static bool
is_planted(const struct inquiry *inquiry, const struct group *group)
{
    struct str script = ledger_name(inquiry->ledger, group->script);

    return group->kind == GROUP_SCRIPT && group->script &&
           !ledger_is_library(inquiry->ledger, script) && known_upload_folder(script);
}

static bool
find_outbreak(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct group *group = suspect->group;
    struct burst *burst = &suspect->burst;
    struct arena_mark mark;
    bool *is_inside, *is_burst;
    int64_t *times;
    bool is_all;

    suspect->mails = arena_array(inquiry->arena, group->count + 1, sizeof(uint32_t));
    is_inside = arena_array(inquiry->arena, group->count + 1, sizeof(*is_inside));
    mark = arena_mark(inquiry->arena);
    times = arena_array(inquiry->arena, group->count + 1, sizeof(*times));
    is_burst = arena_array(inquiry->arena, group->count + 1, sizeof(*is_burst));
    if (!times || !is_inside || !is_burst || !suspect->mails)
        return false;
    for (uint32_t i = 0; i < group->count; i++)
        times[i] = ledger_mail(inquiry->ledger, group->mails[i])->time_us;
    *burst = burst_find(times, group->count, inquiry->from_us, inquiry->until_us);
    if (burst->likelihood < 6 || burst->lift < 2.5) {
        burst->first = 0;
        burst->last = group->count ? group->count - 1 : 0;
    }
    is_all = is_planted(inquiry, group) ||
             is_lonely(suspect, group->count - (burst->last - burst->first + 1));
    for (uint32_t i = 0; i < group->count; i++)
        is_inside[i] = is_all || (i >= burst->first && i <= burst->last);
    if (!is_all && !find_waves(inquiry, suspect, times, group->count, is_inside))
        return false;
    for (uint32_t i = 0; i < group->count; i++)
        is_burst[i] = is_all ? i >= burst->first && i <= burst->last : is_inside[i];
    if (!is_planted(inquiry, group))
        spare_lines(inquiry, suspect, times, is_burst, is_inside);
    arena_release(inquiry->arena, mark);
    for (uint32_t i = 0; i < group->count; i++) {
        if (is_inside[i])
            suspect->mails[suspect->count++] = group->mails[i];
    }
    suspect->is_inside = is_inside;
    return true;
}

static bool
narrow(const struct inquiry *inquiry, struct suspect *suspect)
{
    if (suspect->group->kind == GROUP_MAILBOX)
        return mailbox_narrow(inquiry, suspect);
    if (suspect->group->kind == GROUP_RELAY)
        return relay_narrow(inquiry, suspect);
    return true;
}

/* --- what speaks against it --- */

static void
weigh_volume(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct burst *burst = &suspect->burst;
    double weight = 0;

    if (suspect->count >= 10 && burst->likelihood >= 8 && burst->lift >= 3) {
        weight = fmin(2.5, 0.6 * log10(burst->likelihood) + 0.4 * log10(burst->lift) + 0.5);
        signals_add(
            &suspect->signals, SIGNAL_BURST, weight, burst->lift,
            suspect->usual
                ? arena_printf(inquiry->arena, "%.0f times its usual rate", burst->lift)
                : arena_printf(inquiry->arena, "it mails only in this stretch of the logs"));
    }
}

static void
weigh_recipients(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct stats *stats = &suspect->stats;
    double low = stats->unknown_low, spam = stats->spam_low, weight;

    /* 0.8 at 3 %, 1.9 at 6 %, 2.8 at 10 %: lists are kept clean, bought addresses are not. */
    weight = low > 0.0186 ? fmin(4.0, 1.66 * log(low / 0.0186)) : 0;
    signals_add(&suspect->signals, SIGNAL_UNKNOWN_RECIPIENTS, weight,
                stats->tried ? (double)stats->unknown / stats->tried : 0,
                arena_printf(inquiry->arena, "%u of %u recipients do not exist", stats->unknown,
                             stats->tried));
    weight = spam > 0.005                ? fmin(2.8, 1.4 + 0.58 * log(spam / 0.005))
             : stats->spam_rejected >= 3 ? 0.7
                                         : 0;
    signals_add(
        &suspect->signals, SIGNAL_REJECTED_AS_SPAM, weight,
        stats->outgoing ? (double)stats->spam_rejected / stats->outgoing : 0,
        arena_printf(inquiry->arena, "%u mails were refused as spam", stats->spam_rejected));
    if (suspect->is_complained)
        signals_add(&suspect->signals, SIGNAL_COMPLAINT, 5.0, 1,
                    STR("a mail of it was complained about"));
}

static void
weigh_senders(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct stats *stats = &suspect->stats;
    double foreign = stats->mails ? (double)stats->foreign_senders / stats->mails : 0;
    bool rotates = stats->sender_domains >= 4 && stats->sender_domains * 30 >= stats->mails;

    if (suspect->group->kind == GROUP_BACKSCATTER)
        return;
    if (rotates)
        signals_add(
            &suspect->signals, SIGNAL_SENDER_ROTATION, 1.8, stats->sender_domains,
            arena_printf(inquiry->arena, "%u sender domains in turn", stats->sender_domains));
    else if (stats->senders >= 8 && stats->senders * 4 >= stats->mails)
        signals_add(&suspect->signals, SIGNAL_SENDER_ROTATION, 1.0, stats->senders,
                    arena_printf(inquiry->arena, "%u senders in turn", stats->senders));
    if (foreign > 0.5)
        signals_add(&suspect->signals, SIGNAL_FOREIGN_SENDER, 1.0, foreign,
                    arena_printf(inquiry->arena,
                                 "%.0f %% of its mails claim a sender of a foreign domain",
                                 foreign * 100));
    if (stats->subjects_known >= 10 && stats->top_subject_mails * 2 > stats->subjects_known &&
        stats->first_recipients * 2 > stats->mails)
        signals_add(&suspect->signals, SIGNAL_SAME_SUBJECT, 0.5,
                    (double)stats->top_subject_mails / stats->subjects_known,
                    STR("most of its mails have one subject"));
}

static void
weigh_place(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct ledger *ledger = inquiry->ledger;
    struct str script = ledger_name(ledger, suspect->script), path = STR_EMPTY;
    bool is_library = ledger_is_library(ledger, script);

    if (suspect->endpoint != INFER_NONE)
        path = ledger_name(ledger, ledger_endpoint(ledger, suspect->endpoint)->path);
    if ((!is_library && known_upload_folder(script)) || known_upload_folder(path))
        signals_add(&suspect->signals, SIGNAL_UPLOAD_FOLDER, 3.0, 1,
                    STR("the script lies in a folder for uploads, caches or media"));
    if (known_hidden(script) || known_hidden(path))
        signals_add(&suspect->signals, SIGNAL_HIDDEN_FILE, 3.0, 1,
                    STR("the script's name or folder is hidden"));
    for (uint32_t i = 0; suspect->script && i < ledger->calls.count; i++) {
        const struct call *call = ledger_call(ledger, i);

        if (call->script == suspect->script && call->is_eval) {
            signals_add(&suspect->signals, SIGNAL_EVALUATED_CODE, 3.0, 1,
                        STR("the call stands in code that the script made up at run time"));
            break;
        }
    }
}

static void
weigh_traffic(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct traffic *traffic = &suspect->traffic;
    uint32_t top = 0;

    if (!suspect->has_traffic || traffic->mailing == 0)
        return;
    if (suspect_is_never_browsed(inquiry, suspect))
        signals_add(&suspect->signals, SIGNAL_NEVER_BROWSED, 2.0, traffic->before_site,
                    STR("nobody asked for its URL before the outbreak"));
    if (traffic->mailing >= 15 && traffic->rate_lift >= 4)
        signals_add(&suspect->signals, SIGNAL_REQUEST_RATE,
                    /* People who read a page before may all come at once. */
                    traffic->unseen * 2 > traffic->client_count
                        ? fmin(2.0, 1.2 + 0.4 * log10(traffic->rate_lift / 4))
                        : 1.2,
                    traffic->rate_lift,
                    arena_printf(inquiry->arena, "its URL is asked for %.0f times as often",
                                 traffic->rate_lift));
    if (traffic->refused * 2 > traffic->requests && traffic->requests >= 10)
        signals_add(&suspect->signals, SIGNAL_ATTACK_REQUESTS, 2.0,
                    (double)traffic->refused / traffic->requests,
                    arena_printf(inquiry->arena,
                                 "%u of %u requests were refused or look like "
                                 "attacks",
                                 traffic->refused, traffic->requests));
    if (traffic->client_count >= 1 && traffic->unseen * 2 > traffic->client_count &&
        traffic->mailing >= 15)
        signals_add(
            &suspect->signals, SIGNAL_NO_PAGE_VIEW,
            traffic->unseen * 5 >= traffic->client_count * 4 && traffic->mailing >= 40 ? 1.8 : 1.4,
            (double)traffic->unseen / traffic->client_count,
            arena_printf(inquiry->arena, "%u of %u clients never read a page of the site",
                         traffic->unseen, traffic->client_count));
    for (uint32_t i = 0; i < traffic->client_count && i < 5; i++)
        top += traffic->clients[i].mailing;
    if (traffic->mailing >= 25 && top * 10 > traffic->mailing * 8)
        signals_add(&suspect->signals, SIGNAL_FEW_CLIENTS, 1.2, (double)top / traffic->mailing,
                    arena_printf(inquiry->arena, "%u clients make most of its requests",
                                 traffic->client_count < 5 ? traffic->client_count : 5));
}

static void
weigh_mailbox(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct stats *stats = &suspect->stats;

    if (stats->networks >= 3 || stats->clients >= 6)
        signals_add(&suspect->signals, SIGNAL_MANY_CLIENTS, stats->clients >= 10 ? 2.5 : 1.6,
                    stats->clients,
                    arena_printf(inquiry->arena, "%u clients in %u network%s use the mailbox",
                                 stats->clients, stats->networks, stats->networks == 1 ? "" : "s"));
    if (suspect->guesses >= 3)
        signals_add(
            &suspect->signals, SIGNAL_PASSWORD_GUESSING, 2.5, suspect->guesses,
            arena_printf(inquiry->arena, "%u failed logins for the mailbox", suspect->guesses));
    if (suspect->usual >= 3 && suspect->client_count && stats->clients <= suspect->client_count)
        signals_add(&suspect->signals, SIGNAL_NEW_CLIENT, 0.8, suspect->client_count,
                    STR("its clients never used the mailbox before"));
}

static void
weigh_backscatter(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct ledger *ledger = inquiry->ledger;
    uint64_t address = suspect->group->address;
    int64_t from_us, until_us;
    uint32_t sent = 0;

    if (suspect->count < 10)
        return;
    from_us = ledger_mail(ledger, suspect->mails[0])->time_us - BOUNCE_AGE_US;
    until_us = ledger_mail(ledger, suspect->mails[suspect->count - 1])->time_us;
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        const struct mail *mail = ledger_mail(ledger, i);

        sent += mail->sender == address && (mail->flags & MAIL_OUTGOING) != 0 &&
                mail->time_us >= from_us && mail->time_us <= until_us;
    }
    /* More bounces than there were mails: even of the worst list not all bounce. */
    if (suspect->count * 10 > sent * 12)
        signals_add(&suspect->signals, SIGNAL_BOUNCES_WITHOUT_MAIL,
                    suspect->count > sent * 3 ? 4.0 : 3.0, suspect->count,
                    arena_printf(inquiry->arena,
                                 "%u bounces came in, %u mails of that sender went out",
                                 suspect->count, sent));
    if (suspect->stats.networks >= 3 && suspect->stats.clients >= 8)
        signals_add(&suspect->signals, SIGNAL_MANY_CLIENTS, 1.6, suspect->stats.clients,
                    arena_printf(inquiry->arena, "%u servers send them", suspect->stats.clients));
}

static void
weigh_notices(struct suspect *suspect)
{
    if (suspect->route == ROUTE_NOTICE_FLOOD)
        signals_add(&suspect->signals, SIGNAL_ONE_RECIPIENT, 1.2, suspect_top_share(suspect),
                    STR("all of its mails go to one recipient"));
}

static void
weigh_kind(const struct inquiry *inquiry, struct suspect *suspect)
{
    switch (suspect->group->kind) {
    case GROUP_MAILBOX:
        weigh_mailbox(inquiry, suspect);
        break;
    case GROUP_RELAY:
        signals_add(&suspect->signals, SIGNAL_RELAYED, 3.0, suspect->client_count,
                    arena_printf(inquiry->arena,
                                 "%u strangers sent to foreign recipients without a login",
                                 suspect->client_count));
        break;
    case GROUP_BACKSCATTER:
        weigh_backscatter(inquiry, suspect);
        break;
    case GROUP_SCRIPT:
    case GROUP_ENDPOINT:
        weigh_place(inquiry, suspect);
        weigh_traffic(inquiry, suspect);
        if (suspect->route == ROUTE_REGISTRATION_FLOOD)
            signals_add(&suspect->signals, SIGNAL_REGISTRATION, 0.8, 1,
                        STR("its URL or its mails are a registration's"));
        weigh_notices(suspect);
        break;
    case GROUP_PROCESS:
        if (suspect->endpoint != INFER_NONE)
            weigh_place(inquiry, suspect);
        weigh_traffic(inquiry, suspect);
        weigh_notices(suspect);
        if (inquiry->ledger->requests.count && !suspect->has_traffic)
            signals_add(&suspect->signals, SIGNAL_NO_WEB_REQUEST, 0.3, 1,
                        STR("no web request explains its mails"));
        break;
    case GROUP_NONE:
    case GROUP_FORWARD:
        break;
    }
}

bool
suspect_is_incident(const struct suspect *suspect)
{
    uint32_t least = suspect->is_complained ? 1 : MAILS_MIN;

    return suspect->route != ROUTE_NONE && !suspect->is_merged && suspect->count >= least &&
           suspect->signals.log_odds > 0 && signals_families(&suspect->signals) >= 2;
}

/*
 * The requests of the outbreak: of its first wave where that is nearly all of it,
 * so that a straggler does not stretch it over all of the logs.
 */
static bool
find_traffic(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct ledger *ledger = inquiry->ledger;
    const struct burst *burst = &suspect->burst;
    const uint32_t *mails = suspect->mails;
    uint32_t first = mails[0], last = mails[suspect->count - 1];

    if (is_lonely(suspect, suspect->count - (burst->last - burst->first + 1)) &&
        burst->last - burst->first < suspect->count) {
        first = suspect->group->mails[burst->first];
        last = suspect->group->mails[burst->last];
    }
    return traffic_of(
        inquiry->web, suspect->endpoint, ledger_mail(ledger, first)->time_us / SECOND_US,
        ledger_mail(ledger, last)->time_us / SECOND_US, inquiry_room(inquiry), &suspect->traffic);
}

static bool
is_local_sender(const struct suspect *suspect)
{
    return suspect->group->kind == GROUP_SCRIPT || suspect->group->kind == GROUP_ENDPOINT ||
           suspect->group->kind == GROUP_PROCESS;
}

bool
suspect_judge(const struct inquiry *inquiry, struct suspect *suspect)
{
    signals_init(&suspect->signals);
    suspect->usual =
        suspect->group->count > suspect->count ? suspect->group->count - suspect->count : 0;
    if (!stats_of(inquiry->ledger, suspect->mails, suspect->count, inquiry->arena, &suspect->stats))
        return false;
    find_endpoint(inquiry, suspect);
    suspect->has_traffic = suspect->endpoint != INFER_NONE && suspect->count > 0;
    if (suspect->has_traffic && !find_traffic(inquiry, suspect))
        return false;
    if (is_local_sender(suspect) && suspect->count > 0 && !siege_find(inquiry, suspect))
        return false;
    route_choose(inquiry, suspect);
    weigh_volume(inquiry, suspect);
    if (suspect->group->kind != GROUP_BACKSCATTER)
        weigh_recipients(inquiry, suspect);
    weigh_senders(inquiry, suspect);
    weigh_kind(inquiry, suspect);
    return true;
}

bool
suspect_examine(const struct inquiry *inquiry, uint32_t group_index, struct suspect *ret_suspect)
{
    struct suspect suspect = {.group = &inquiry->groups->list[group_index],
                              .group_index = group_index,
                              .endpoint = INFER_NONE};

    suspect.is_complained = is_complained(inquiry, group_index);
    if (!find_outbreak(inquiry, &suspect) || !narrow(inquiry, &suspect) ||
        !suspect_judge(inquiry, &suspect))
        return false;
    *ret_suspect = suspect;
    return true;
}
