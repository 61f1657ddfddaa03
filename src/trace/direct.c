#include "trace/direct.h"

#include <math.h>
#include <stdlib.h>

#include "base/civil.h"
#include "trace/entry.h"
#include "trace/evidence.h"
#include "trace/known.h"
#include "trace/timeline.h"

#define RETRY_AGE_US (130 * SECOND_US) /* TCP knocks for so long; a rule may log each packet */
#define SYSTEM_UIDS_END 1000           /* of the accounts that packages make */

/* One user's connections, by time. */
struct program {
    int64_t uid;
    const struct connect **list;
    uint32_t count, servers;
    uint32_t single; /* servers that it connected to once */
    struct burst burst;
    bool has_burst;
    struct signals signals;
};

static struct str
user_name(const struct trace_options *options, int64_t uid)
{
    for (uint32_t i = 0; i < options->user_count; i++) {
        if (options->users[i].uid == uid)
            return options->users[i].name;
    }
    return STR_EMPTY;
}

/* Where no passwd says what a system's account is for, it may be the mail server's. */
static bool
may_be_mail_server(const struct trace_options *options, int64_t uid)
{
    struct str name = user_name(options, uid);

    if (name.len)
        return known_mail_user(name);
    return uid < SYSTEM_UIDS_END && !known_web_uid(uid);
}

/* --- which connections there are --- */

static int
compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int
by_place(const struct connect *a, const struct connect *b)
{
    return a->place.input != b->place.input ? compare(a->place.input, b->place.input)
                                            : compare(a->place.line, b->place.line);
}

static int
by_connection(const void *a, const void *b)
{
    const struct connect *x = *(const struct connect *const *)a;
    const struct connect *y = *(const struct connect *const *)b;

    if (x->uid != y->uid)
        return compare(x->uid, y->uid);
    if (x->server != y->server)
        return compare(x->server, y->server);
    if (x->port != y->port)
        return compare(x->port, y->port);
    return x->time_us != y->time_us ? compare(x->time_us, y->time_us) : by_place(x, y);
}

static int
by_user_and_time(const void *a, const void *b)
{
    const struct connect *x = *(const struct connect *const *)a;
    const struct connect *y = *(const struct connect *const *)b;

    if (x->uid != y->uid)
        return compare(x->uid, y->uid);
    return x->time_us != y->time_us ? compare(x->time_us, y->time_us) : by_place(x, y);
}

static bool
is_same_connection(const struct connect *a, const struct connect *b)
{
    return a->uid == b->uid && a->server == b->server && a->port == b->port && a->port != 0 &&
           b->time_us - a->time_us <= RETRY_AGE_US;
}

/* Each connection of a user once, by user and time. False at the arena's limit. */
static bool
list_connections(const struct compose *compose, struct direct *direct,
                 const struct connect ***ret_list, uint32_t *ret_count)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    const struct connect **list =
        arena_array(compose->inquiry->arena, ledger->connects.count + 1, sizeof(*list));
    const struct connect *before = NULL;
    uint32_t count = 0, kept = 0;

    if (!list)
        return false;
    for (uint32_t i = 0; i < ledger->connects.count; i++) {
        const struct connect *connect = ledger_connect(ledger, i);

        direct->nameless += connect->uid < 0;
        if (connect->uid >= 0 && !may_be_mail_server(compose->options, connect->uid))
            list[count++] = connect;
    }
    qsort(list, count, sizeof(*list), by_connection);
    for (uint32_t i = 0; i < count; i++) {
        bool is_new = !before || !is_same_connection(before, list[i]);

        before = list[i];
        if (is_new)
            list[kept++] = list[i];
    }
    qsort(list, kept, sizeof(*list), by_user_and_time);
    *ret_list = list;
    *ret_count = kept;
    return true;
}

/* --- what speaks against a program --- */

static int
by_number(const void *a, const void *b)
{
    return compare(*(const uint32_t *)a, *(const uint32_t *)b);
}

static bool
count_servers(const struct compose *compose, struct program *program)
{
    struct arena *arena = compose->inquiry->arena;
    struct arena_mark mark = arena_mark(arena);
    uint32_t *servers = arena_array(arena, program->count + 1, sizeof(*servers)), times = 0;

    if (!servers)
        return false;
    for (uint32_t i = 0; i < program->count; i++)
        servers[i] = program->list[i]->server;
    qsort(servers, program->count, sizeof(*servers), by_number);
    for (uint32_t i = 0; i < program->count; i++) {
        times = i && servers[i] == servers[i - 1] ? times + 1 : 1;
        if (i + 1 == program->count || servers[i] != servers[i + 1]) {
            program->servers++;
            program->single += times == 1;
        }
    }
    arena_release(arena, mark);
    return true;
}

static bool
find_burst(const struct compose *compose, struct program *program, int64_t from_us,
           int64_t until_us)
{
    struct arena *arena = compose->inquiry->arena;
    struct arena_mark mark = arena_mark(arena);
    int64_t *times_us = arena_array(arena, program->count + 1, sizeof(*times_us)), length_us;

    if (!times_us)
        return false;
    for (uint32_t i = 0; i < program->count; i++)
        times_us[i] = program->list[i]->time_us;
    program->burst = burst_find(times_us, program->count, from_us, until_us);
    length_us = times_us[program->burst.last] - times_us[program->burst.first];
    program->has_burst = program->burst.likelihood >= 8 && program->burst.lift >= 3 &&
                         length_us / 3 < (until_us - from_us) / 4;
    arena_release(arena, mark);
    return true;
}

static void
weigh(const struct compose *compose, struct program *program)
{
    struct arena *arena = compose->inquiry->arena;
    const struct burst *burst = &program->burst;
    /* The same servers over and over, at the same pace: somebody watches them. */
    bool is_watch = !program->has_burst && program->single * 10 < program->servers;

    signals_init(&program->signals);
    if (program->count < DIRECT_CONNECTS_MIN)
        return;
    signals_add(&program->signals, SIGNAL_PAST_THE_SERVER, 2.0, program->count,
                arena_printf(arena,
                             "%u connections to port 25 elsewhere, past this host's mail server",
                             program->count));
    if (program->servers >= DIRECT_SERVERS_MIN && !is_watch)
        signals_add(&program->signals, SIGNAL_MANY_SERVERS,
                    fmin(3.5, 2 + log2((double)program->servers / DIRECT_SERVERS_MIN)),
                    program->servers,
                    arena_printf(arena, "they go to %u different servers", program->servers));
    if (program->has_burst)
        signals_add(&program->signals, SIGNAL_BURST,
                    fmin(2.5, 0.6 * log10(burst->likelihood) + 0.4 * log10(burst->lift) + 0.5),
                    burst->lift,
                    burst->last - burst->first + 1 < program->count
                        ? arena_printf(arena, "%.0f times its usual rate", burst->lift)
                        : STR("it connects only in this stretch of the logs"));
}

static bool
is_outbreak(const struct program *program)
{
    return program->servers >= DIRECT_SERVERS_MIN && program->signals.log_odds > 0 &&
           signals_families(&program->signals) >= 2;
}

/* --- the incident --- */

static bool
collect_evidence(const struct compose *compose, const struct program *program,
                 struct incident *incident)
{
    struct arena *arena = compose->inquiry->arena;
    uint32_t shown[] = {0, program->count / 2, program->count - 1};
    struct group group = {.kind = GROUP_PROCESS, .endpoint = INFER_NONE};
    struct suspect suspect = {.group = &group, .endpoint = INFER_NONE};

    incident->evidence = arena_array(arena, EVIDENCE_MAX, sizeof(struct evidence));
    incident->entry = arena_array(arena, ENTRY_MAX, sizeof(struct evidence));
    if (!incident->evidence || !incident->entry)
        return false;
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
        evidence_add(incident->evidence, &incident->evidence_count, EVIDENCE_MAX,
                     program->list[shown[i]]->place,
                     STR("a program of this user opens a connection to another mail server"));
    entry_collect(compose, &suspect, incident);
    return true;
}

static void
draw_timeline(const struct program *program, int64_t from_us, int64_t until_us,
              struct incident *incident)
{
    incident->timeline =
        timeline_make(incident->first_us / SECOND_US, incident->last_us / SECOND_US,
                      from_us / SECOND_US, until_us / SECOND_US);
    for (uint32_t i = 0; i < program->count; i++) {
        int bucket = timeline_bucket(&incident->timeline, program->list[i]->time_us / SECOND_US);

        if (bucket >= 0)
            incident->timeline.count[bucket]++;
    }
}

static void
write_id(struct arena *arena, struct incident *incident)
{
    uint64_t hash = str_fingerprint(incident->culprit) ^ str_fingerprint(STR("direct")) ^
                    (uint64_t)(incident->first_us / SECOND_US / DAY_S) * 0xC2B2AE3D27D4EB4FULL;

    incident->id = arena_printf(arena, "%012llx", (unsigned long long)(hash & 0xFFFFFFFFFFFFULL));
}

static bool
compose_program(const struct compose *compose, struct program *program, int64_t from_us,
                int64_t until_us, struct incident *ret_incident)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    struct arena *arena = compose->inquiry->arena;
    struct signal *signals = arena_array(arena, program->signals.count + 1, sizeof(*signals));
    struct incident incident = {
        .route = ROUTE_ROGUE_PROCESS,
        .confidence = signals_probability(&program->signals),
        .mta = ledger->mails.count ? (enum mta)ledger_mail(ledger, 0)->mta : MTA_UNKNOWN,
        .first_us = program->list[0]->time_us,
        .last_us = program->list[program->count - 1]->time_us,
        .connections = program->count,
        .servers = program->servers,
        .usual_per_day = -1,
        .signals = signals,
        .signal_count = program->signals.count,
    };

    if (!signals)
        return false;
    memcpy(signals, program->signals.list, program->signals.count * sizeof(*signals));
    incident.origin =
        (struct origin){.uid = program->uid, .user = user_name(compose->options, program->uid)};
    incident.culprit = incident.origin.user.len
                           ? arena_printf(arena, "user " STR_FMT, STR_ARG(incident.origin.user))
                           : arena_printf(arena, "uid %lld", (long long)program->uid);
    incident.summary = STR("The firewall saw these connections; the mail server knows nothing of "
                           "them, so that no log holds what was sent, or to whom.");
    if (!collect_evidence(compose, program, &incident))
        return false;
    draw_timeline(program, from_us, until_us, &incident);
    write_id(arena, &incident);
    *ret_incident = incident;
    return true;
}

bool
direct_find(const struct compose *compose, int64_t from_us, int64_t until_us,
            struct direct *ret_direct)
{
    struct direct direct = {.count = 0};
    const struct connect **list;
    uint32_t count, users = 0;

    if (!list_connections(compose, &direct, &list, &count))
        return false;
    for (uint32_t i = 0; i < count; i++)
        users += i == 0 || list[i]->uid != list[i - 1]->uid;
    direct.incidents = arena_array(compose->inquiry->arena, users + 1, sizeof(*direct.incidents));
    if (!direct.incidents)
        return false;
    for (uint32_t from = 0, until; from < count; from = until) {
        struct program program = {.uid = list[from]->uid, .list = list + from};

        for (until = from; until < count && list[until]->uid == program.uid; until++)
            program.count++;
        if (!count_servers(compose, &program) || !find_burst(compose, &program, from_us, until_us))
            return false;
        weigh(compose, &program);
        if (is_outbreak(&program) && !compose_program(compose, &program, from_us, until_us,
                                                      &direct.incidents[direct.count++]))
            return false;
    }
    *ret_direct = direct;
    return true;
}
