#include "trace/compose.h"

#include <stdlib.h>

#include "base/civil.h"
#include "trace/evidence.h"
#include "trace/known.h"

/* --- names --- */

struct str
compose_user(const struct compose *compose, uint32_t identity_index)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    const struct identity *identity = ledger_identity(ledger, identity_index);

    if (identity->kind != IDENTITY_USER)
        return STR_EMPTY;
    if (identity->uid < 0)
        return ledger_name(ledger, identity->name);
    for (uint32_t i = 0; i < compose->options->user_count; i++) {
        if (compose->options->users[i].uid == identity->uid)
            return compose->options->users[i].name;
    }
    return ledger_name(ledger, ledger_pair(ledger, 'u', (uint32_t)identity->uid, 0));
}

/* The uid that belongs to the identity, from passwd where only the name is known. */
static int64_t
identity_uid(const struct compose *compose, uint32_t identity_index)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    const struct identity *identity = ledger_identity(ledger, identity_index);
    struct str name = ledger_name(ledger, identity->name);

    if (identity->kind != IDENTITY_USER || identity->uid >= 0)
        return identity->kind == IDENTITY_USER ? identity->uid : -1;
    for (uint32_t i = 0; i < compose->options->user_count; i++) {
        if (name.len && str_eq(compose->options->users[i].name, name))
            return compose->options->users[i].uid;
    }
    return -1;
}

static struct str
path_of(const struct compose *compose, uint32_t endpoint)
{
    const struct ledger *ledger = compose->inquiry->ledger;

    if (endpoint == INFER_NONE)
        return STR_EMPTY;
    return ledger_name(ledger, ledger_endpoint(ledger, endpoint)->path);
}

static struct str
vhost_of(const struct compose *compose, uint32_t endpoint)
{
    const struct ledger *ledger = compose->inquiry->ledger;

    if (endpoint == INFER_NONE)
        return STR_EMPTY;
    return ledger_name(ledger, ledger_site(ledger, ledger_endpoint(ledger, endpoint)->site)->name);
}

/* The script behind a mail library's name: the site's folder and the URL's path. */
static struct str
entry_script(const struct compose *compose, const struct suspect *suspect)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    struct str script = ledger_name(ledger, suspect->script);
    struct str path = path_of(compose, suspect->endpoint), root = STR_EMPTY;
    static const char *const marks[] = {"/wp-includes/", "/wp-content/", "/vendor/", "/libraries/",
                                        "/includes/",    "/lib/",        "/core/",   "/phpmailer/",
                                        "/PHPMailer/",   "/system/"};
    size_t mark = script.len;

    path = str_first(path, str_index(path, '?'));
    for (uint32_t i = 0; i < compose->options->site_count; i++) {
        struct str docroot = compose->options->sites[i].docroot;

        if (docroot.len && str_starts(script, docroot))
            root = docroot;
    }
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        size_t at = str_find(script, str_from_cstr(marks[i]));

        mark = at < mark ? at : mark;
    }
    if (root.len == 0 && mark < script.len)
        root = str_first(script, mark);
    if (root.len == 0 || path.len == 0)
        return script;
    while (root.len && root.data[root.len - 1] == '/')
        root.len--;
    if (path.data[path.len - 1] == '/')
        return arena_printf(compose->inquiry->arena, STR_FMT STR_FMT "index.php", STR_ARG(root),
                            STR_ARG(path));
    /* A path that is no file is a route of the site's front controller. */
    if (!known_script_path(path))
        return arena_printf(compose->inquiry->arena, STR_FMT "/index.php", STR_ARG(root));
    return arena_printf(compose->inquiry->arena, STR_FMT STR_FMT, STR_ARG(root), STR_ARG(path));
}

static struct str
script_of(const struct compose *compose, const struct suspect *suspect)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    struct str script = ledger_name(ledger, suspect->script);

    if (script.len == 0 || suspect->group->kind == GROUP_MAILBOX)
        return STR_EMPTY;
    if (ledger_is_library(compose->inquiry->ledger, script))
        return entry_script(compose, suspect);
    return script;
}

static struct str
mailbox_of(const struct compose *compose, const struct suspect *suspect)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    const struct identity *identity = ledger_identity(ledger, suspect->group->identity);

    if (suspect->group->address)
        return ledger_address(ledger, suspect->group->address);
    return ledger_name(ledger, identity->name);
}

static struct str
url_name(const struct compose *compose, const struct suspect *suspect)
{
    return arena_printf(compose->inquiry->arena, STR_FMT STR_FMT,
                        STR_ARG(vhost_of(compose, suspect->endpoint)),
                        STR_ARG(path_of(compose, suspect->endpoint)));
}

static struct str
process_name(const struct compose *compose, const struct suspect *suspect)
{
    struct arena *arena = compose->inquiry->arena;
    struct str user = compose_user(compose, suspect->group->identity);
    int64_t uid = identity_uid(compose, suspect->group->identity);

    if (ledger_identity(compose->inquiry->ledger, suspect->group->identity)->kind ==
        IDENTITY_LOOPBACK)
        return STR("a program that speaks SMTP to localhost");
    if (user.len && uid >= 0)
        return arena_printf(arena, "user " STR_FMT " (uid %lld)", STR_ARG(user), (long long)uid);
    if (user.len)
        return arena_printf(arena, "user " STR_FMT, STR_ARG(user));
    return arena_printf(arena, "uid %lld", (long long)uid);
}

struct str
compose_name(const struct compose *compose, const struct suspect *suspect)
{
    struct str script = script_of(compose, suspect);

    switch (suspect->group->kind) {
    case GROUP_MAILBOX:
        return mailbox_of(compose, suspect);
    case GROUP_SCRIPT:
        return script;
    case GROUP_ENDPOINT:
        return script.len && !ledger_is_library(compose->inquiry->ledger, script)
                   ? script
                   : url_name(compose, suspect);
    case GROUP_PROCESS:
    case GROUP_FORWARD:
        return process_name(compose, suspect);
    case GROUP_RELAY:
        return arena_printf(
            compose->inquiry->arena, "%u client%s through " STR_FMT, suspect->client_count,
            suspect->client_count == 1 ? " that relays" : "s that relay", STR_ARG(compose->host));
    case GROUP_BACKSCATTER:
        return ledger_address(compose->inquiry->ledger, suspect->group->address);
    case GROUP_NONE:
        break;
    }
    return STR_EMPTY;
}

/* --- the origin --- */

struct ranked {
    uint32_t client, mails;
};

static int
by_mails(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->mails != y->mails)
        return x->mails > y->mails ? -1 : 1;
    return (x->client > y->client) - (x->client < y->client);
}

static int
by_client(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    return (x->client > y->client) - (x->client < y->client);
}

/* The clients of the suspect's mails, busiest first. */
static uint32_t
rank_mail_clients(const struct compose *compose, const struct suspect *suspect,
                  struct ranked *ranked)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < suspect->count; i++) {
        uint32_t client = ledger_mail(compose->inquiry->ledger, suspect->mails[i])->client;

        if (client)
            ranked[count++] = (struct ranked){client, 1};
    }
    qsort(ranked, count, sizeof(*ranked), by_client);
    if (count) {
        uint32_t kept = 0;

        for (uint32_t i = 1; i < count; i++) {
            if (ranked[i].client == ranked[kept].client)
                ranked[kept].mails++;
            else
                ranked[++kept] = ranked[i];
        }
        count = kept + 1;
    }
    qsort(ranked, count, sizeof(*ranked), by_mails);
    return count;
}

static uint32_t
rank_web_clients(const struct suspect *suspect, struct ranked *ranked)
{
    for (uint32_t i = 0; i < suspect->traffic.client_count; i++)
        ranked[i] = (struct ranked){suspect->traffic.clients[i].client,
                                    suspect->traffic.clients[i].mailing};
    return suspect->traffic.client_count;
}

static bool
set_clients(const struct compose *compose, const struct suspect *suspect, struct origin *origin)
{
    struct arena *arena = compose->inquiry->arena;
    uint32_t room = suspect->count + suspect->traffic.client_count + 1, count;
    struct ranked *ranked = arena_array(arena, room, sizeof(*ranked));
    struct str *clients;

    if (!ranked)
        return false;
    count = suspect->has_traffic ? rank_web_clients(suspect, ranked)
                                 : rank_mail_clients(compose, suspect, ranked);
    origin->client_total = count;
    origin->client_count = count < TRACE_CLIENTS_MAX ? count : TRACE_CLIENTS_MAX;
    clients = arena_array(arena, origin->client_count + 1, sizeof(*clients));
    if (!clients)
        return false;
    for (uint32_t i = 0; i < origin->client_count; i++)
        clients[i] = ledger_name(compose->inquiry->ledger, ranked[i].client);
    origin->clients = clients;
    return true;
}

static bool
set_origin(const struct compose *compose, const struct suspect *suspect, struct incident *incident)
{
    struct origin *origin = &incident->origin;
    enum group_kind kind = suspect->group->kind;

    *origin = (struct origin){.uid = -1};
    if (kind == GROUP_MAILBOX)
        origin->mailbox = mailbox_of(compose, suspect);
    if (kind == GROUP_SCRIPT || kind == GROUP_ENDPOINT || kind == GROUP_PROCESS) {
        bool is_folder =
            suspect->count && (ledger_mail(compose->inquiry->ledger, suspect->mails[0])->flags &
                               MAIL_SCRIPT_IS_FOLDER);

        origin->user = compose_user(compose, suspect->group->identity);
        origin->uid = identity_uid(compose, suspect->group->identity);
        if (is_folder)
            origin->process = ledger_name(compose->inquiry->ledger, suspect->script);
        else
            origin->script = script_of(compose, suspect);
    }
    if (kind == GROUP_SCRIPT || kind == GROUP_ENDPOINT) {
        origin->url = path_of(compose, suspect->endpoint);
        origin->vhost = vhost_of(compose, suspect->endpoint);
    }
    if (kind == GROUP_RELAY)
        origin->server = compose->host;
    if (incident->route == ROUTE_NOTICE_FLOOD)
        origin->recipient = ledger_address(compose->inquiry->ledger, suspect->stats.top_recipient);
    if (kind == GROUP_BACKSCATTER)
        origin->recipient = ledger_address(compose->inquiry->ledger, suspect->group->address);
    if (kind == GROUP_MAILBOX || kind == GROUP_BACKSCATTER) {
        struct str address = kind == GROUP_MAILBOX ? origin->mailbox : origin->recipient;

        (void)str_cut(&address, '@');
        incident->domain = address;
    }
    return set_clients(compose, suspect, origin);
}

/* --- numbers --- */

static int
by_hash(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

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
    uint64_t *hashes;
    uint32_t count = 0;

    for (uint32_t i = 0; i < suspect->count; i++)
        count += mail_recipients(ledger, suspect->mails[i], NULL);
    hashes = arena_array(arena, count + 1, sizeof(*hashes));
    if (!hashes)
        return false;
    count = 0;
    for (uint32_t i = 0; i < suspect->count; i++)
        count += mail_recipients(ledger, suspect->mails[i], hashes + count);
    qsort(hashes, count, sizeof(*hashes), by_hash);
    for (uint32_t i = 0; i < count; i++)
        incident->recipients += i == 0 || hashes[i] != hashes[i - 1];
    arena_release(arena, mark);
    return true;
}

/* A bucket length that people can read off an axis. */
static int64_t
nice_bucket(int64_t span_s)
{
    static const int64_t nice[] = {1,   2,   5,    10,   15,   30,    60,    120,   300,
                                   600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400};

    for (size_t i = 0; i < sizeof(nice) / sizeof(nice[0]); i++) {
        if (nice[i] * TIMELINE_BUCKETS >= span_s)
            return nice[i];
    }
    return (span_s / TIMELINE_BUCKETS / DAY_S + 1) * DAY_S;
}

static void
draw_timeline(const struct compose *compose, const struct suspect *suspect,
              struct incident *incident)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    int64_t from_s = incident->first_us / SECOND_US, until_s = incident->last_us / SECOND_US;
    int64_t margin_s = (until_s - from_s) / 2 + 5;
    int64_t log_from_s = compose->inquiry->from_us / SECOND_US;
    int64_t log_until_s = compose->inquiry->until_us / SECOND_US;
    struct timeline *timeline = &incident->timeline;

    from_s = from_s - margin_s > log_from_s ? from_s - margin_s : log_from_s;
    until_s = until_s + margin_s < log_until_s ? until_s + margin_s : log_until_s;
    timeline->bucket_s = nice_bucket(until_s - from_s + 1);
    timeline->start_s = from_s / timeline->bucket_s * timeline->bucket_s;
    if (until_s >= timeline->start_s + timeline->bucket_s * TIMELINE_BUCKETS)
        timeline->bucket_s = nice_bucket((until_s - from_s) * 21 / 20 + 2);
    for (int pass = 0; pass < 2; pass++) {
        const uint32_t *mails = pass ? suspect->group->mails : suspect->mails;
        uint32_t count = pass ? suspect->group->count : suspect->count;
        uint32_t *buckets = pass ? timeline->usual : timeline->count;

        for (uint32_t i = 0; i < count; i++) {
            int64_t at = (ledger_mail(ledger, mails[i])->time_us / SECOND_US - timeline->start_s) /
                         timeline->bucket_s;

            if (at >= 0 && at < TIMELINE_BUCKETS)
                buckets[at]++;
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
                         "PHP's own log states the script for %u of the %u messages; %u follow one "
                         "of its requests within two seconds.",
                         stated, suspect->count, follow);
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

    if (!set_origin(compose, suspect, &incident) ||
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

/* --- the senders' table --- */

static const char *
sender_kind(enum group_kind kind)
{
    switch (kind) {
    case GROUP_MAILBOX:
        return "mailbox";
    case GROUP_SCRIPT:
        return "script";
    case GROUP_ENDPOINT:
        return "url";
    case GROUP_PROCESS:
        return "user";
    case GROUP_RELAY:
        return "client";
    case GROUP_BACKSCATTER:
        return "notice";
    case GROUP_FORWARD:
        return "forward";
    case GROUP_NONE:
        break;
    }
    return "user";
}

static struct str
why_innocent(const struct compose *compose, const struct suspect *suspect)
{
    const struct stats *stats = &suspect->stats;
    struct arena *arena = compose->inquiry->arena;
    double share = stats->tried ? 100.0 * stats->unknown / stats->tried : 0;

    if (suspect->group->kind == GROUP_FORWARD)
        return STR("sends on mail that came in");
    if (suspect->group->kind == GROUP_BACKSCATTER)
        return STR("bounces that came in");
    if (suspect->group->kind == GROUP_PROCESS && stats->senders == 1 && stats->outgoing)
        return arena_printf(arena, "one sender, %.1f %% unknown recipients: a list or newsletter",
                            share);
    if (suspect->has_traffic && stats->tried == 0)
        return STR("its mails stay on this host");
    if (stats->unknown == 0 && stats->spam_rejected == 0)
        return STR("its recipients exist, and nobody refused it as spam");
    return arena_printf(arena, "%.1f %% unknown recipients, %u refused as spam", share,
                        stats->spam_rejected);
}

/* Over all its mails: the suspect's own figures are those of its outbreak. */
static void
count_outcomes(const struct ledger *ledger, const struct group *group, struct sender *sender)
{
    for (uint32_t i = 0; i < group->count; i++) {
        const struct mail *mail = ledger_mail(ledger, group->mails[i]);

        sender->recipients += (uint32_t)mail->sent + mail->bounced + mail->deferred;
        sender->bounced += mail->bounced;
    }
}

struct sender
compose_sender(const struct compose *compose, const struct suspect *suspect)
{
    struct sender sender = {
        .name = compose_name(compose, suspect),
        .kind = sender_kind(suspect->group->kind),
        .messages = suspect->group->count,
    };

    count_outcomes(compose->inquiry->ledger, suspect->group, &sender);
    if (suspect->group->kind == GROUP_PROCESS && suspect->stats.senders == 1) {
        struct str address =
            ledger_address(compose->inquiry->ledger,
                           ledger_mail(compose->inquiry->ledger, suspect->mails[0])->sender);

        if (address.len && str_index(address, '@') < address.len)
            sender.name = address;
    }
    if (suspect_is_incident(suspect) || suspect->is_merged) {
        sender.verdict = VERDICT_INCIDENT;
        sender.reason = arena_printf(compose->inquiry->arena, "%s", route_title(suspect->route));
    } else if (suspect->signals.count > 0 && suspect->signals.log_odds > -2.0) {
        sender.verdict = VERDICT_REMARK;
        sender.reason = suspect->signals.list[suspect->signals.count - 1].text;
    } else {
        sender.verdict = suspect->signals.count ? VERDICT_BUSY : VERDICT_ORDINARY;
        sender.reason = why_innocent(compose, suspect);
    }
    return sender;
}

static bool
is_uid(const struct compose *compose, uint32_t identity, struct str name)
{
    int64_t uid = identity_uid(compose, identity);
    uint64_t number;

    (void)str_skip(&name, STR("uid "));
    return uid >= 0 && str_u64(name, &number) && number == (uint64_t)uid;
}

static bool
has_client(const struct compose *compose, const struct suspect *suspect, struct str name)
{
    for (uint32_t i = 0; i < suspect->client_count; i++) {
        if (str_eq(ledger_name(compose->inquiry->ledger, suspect->clients[i]), name))
            return true;
    }
    return false;
}

bool
compose_is_called(const struct compose *compose, const struct suspect *suspect, struct str name)
{
    uint32_t identity = suspect->group->identity;
    const struct str names[] = {
        compose_name(compose, suspect),
        compose_sender(compose, suspect).name,
        compose_user(compose, identity),
        ledger_name(compose->inquiry->ledger, suspect->script),
        path_of(compose, suspect->endpoint),
        url_name(compose, suspect),
        suspect->group->kind == GROUP_RELAY ? STR("open-relay") : STR_EMPTY,
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (name.len && str_eq(names[i], name))
            return true;
    }
    return is_uid(compose, identity, name) || has_client(compose, suspect, name);
}
