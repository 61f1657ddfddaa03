#include "trace/stated.h"

#include <math.h>
#include <stdlib.h>

#include "base/civil.h"

/* mail() logs before it hands over; pickup may be busy, and both stamps are whole seconds. */
#define EARLY_US (1 * SECOND_US)
#define LATE_US (20 * SECOND_US)
#define CLUSTER_GAP_US (2 * SECOND_US)
#define SCRIPTS_MAX 4096U
#define RUN_MAX 64U     /* calls of one second to one recipient that are compared */
#define SECOND_COST 3.0 /* in standard deviations of the size: a second too early or late, */
#define SKIP_COST 1.5   /* an earlier mail that no call has taken */
#define RECURRING_MIN 3 /* calls to one recipient, whose mails are measured apart */
#define SURE_COST 1.5   /* the size is known, and fits; at most one earlier mail is free */
#define REACH 64        /* how many mails to the same recipient are weighed for one call */

struct keyed {
    uint64_t recipient;
    int64_t time_us;
    uint32_t index;
    uint32_t rank;  /* calls: among its like in its own log */
    bool is_copied; /* calls: another log told of it */
};

/* The sizes of a script's mails of one kind to one recurring recipient, or to all others. */
struct sizes {
    uint32_t key;
    double count, sum, square;
};

struct matcher {
    struct ledger *ledger;
    struct keyed *mails, *calls;
    uint32_t mail_count, call_count;
    struct sizes *sizes; /* open addressing by key */
    uint32_t matched;
};

static int
by_recipient(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;

    if (x->recipient != y->recipient)
        return x->recipient < y->recipient ? -1 : 1;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static struct sizes *
sizes_of(struct matcher *matcher, const struct call *call)
{
    uint32_t key = (((call->script * 31U + call->line) * 31U + call->kind) * 2654435761U ^
                    (call->recurs ? (uint32_t)call->recipient : 0)) |
                   1;
    uint32_t at = key % SCRIPTS_MAX;

    for (uint32_t tries = 0; tries < 16; tries++, at = (at + 1) % SCRIPTS_MAX) {
        if (matcher->sizes[at].key == 0)
            matcher->sizes[at].key = key;
        if (matcher->sizes[at].key == key)
            return &matcher->sizes[at];
    }
    return NULL;
}

static void
learn_size(struct matcher *matcher, const struct call *call, uint32_t size)
{
    struct sizes *sizes = sizes_of(matcher, call);

    if (!sizes || size == 0)
        return;
    sizes->count++;
    sizes->sum += size;
    sizes->square += (double)size * size;
}

/* How unlike the script's usual size this one is: standard deviations, at most 6. */
static double
size_distance(struct matcher *matcher, const struct call *call, uint32_t size)
{
    const struct sizes *sizes = sizes_of(matcher, call);
    double mean, deviation, distance;

    if (!sizes || sizes->count < 3 || size == 0)
        return 1.5;
    mean = sizes->sum / sizes->count;
    deviation = sqrt(fmax(sizes->square / sizes->count - mean * mean, 1.0)) + 2.0;
    distance = fabs(size - mean) / deviation;
    return distance < 6 ? distance : 6;
}

static void
bind(struct matcher *matcher, struct call *call, uint32_t mail_index)
{
    struct mail *mail = ledger_mail(matcher->ledger, mail_index);

    call->mail = mail_index;
    mail->script = call->script;
    mail->call = call->line;
    mail->flags = (uint16_t)((mail->flags | MAIL_STATED) & ~MAIL_SCRIPT_IS_FOLDER);
    if (!mail->subject)
        mail->subject = call->subject;
    learn_size(matcher, call, mail->size);
    matcher->matched++;
}

static bool
may_be_from_script(const struct ledger *ledger, const struct mail *mail)
{
    enum identity_kind kind = ledger_identity(ledger, mail->identity)->kind;

    return (kind == IDENTITY_USER || kind == IDENTITY_LOOPBACK) &&
           (!(mail->flags & MAIL_STATED) || (mail->flags & MAIL_SCRIPT_IS_FOLDER)) &&
           !(mail->flags & MAIL_DUPLICATE);
}

static bool
is_same_line(const struct call *a, const struct call *b)
{
    return a->script == b->script && a->subject == b->subject && a->headers == b->headers;
}

/*
 * Ranks a call among those of its own log in the run that say the same. A line that
 * another log holds as often is a copied part, not a second call.
 */
static void
compare_call(const struct ledger *ledger, struct keyed *run, uint32_t at)
{
    const struct call *call = ledger_call(ledger, run[at].index);

    for (uint32_t i = 0; i < at; i++) {
        const struct call *other = ledger_call(ledger, run[i].index);

        run[at].rank += is_same_line(call, other) && other->place.input == call->place.input;
    }
    for (uint32_t i = 0; i < at; i++) {
        const struct call *other = ledger_call(ledger, run[i].index);

        if (is_same_line(call, other) && other->place.input != call->place.input)
            run[at].is_copied |= run[i].rank == run[at].rank;
    }
}

/*
 * copytruncate leaves the same lines in two logs. The calls of one second to one
 * recipient stand together; of those that say the same, each log's n-th is one call.
 */
static void
drop_copies(struct matcher *matcher)
{
    struct keyed *calls = matcher->calls;
    uint32_t kept = 0, length;

    for (uint32_t i = 0; i < matcher->call_count; i += length) {
        for (length = 1; i + length < matcher->call_count && length < RUN_MAX; length++) {
            if (calls[i + length].recipient != calls[i].recipient ||
                calls[i + length].time_us != calls[i].time_us)
                break;
        }
        for (uint32_t k = 0; k < length; k++)
            compare_call(matcher->ledger, calls + i, k);
    }
    for (uint32_t i = 0; i < matcher->call_count; i++) {
        if (!calls[i].is_copied)
            calls[kept++] = calls[i];
    }
    matcher->call_count = kept;
}

struct rank {
    uint64_t recipient;
    uint32_t first; /* which call names it first */
};

static int
by_hash_and_call(const void *a, const void *b)
{
    const struct rank *x = a, *y = b;

    if (x->recipient != y->recipient)
        return x->recipient < y->recipient ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

/* Which call names the recipient first; UINT64_MAX: none does. */
static uint64_t
rank_of(const struct rank *ranks, uint32_t count, uint64_t recipient)
{
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (ranks[middle].recipient < recipient)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && ranks[low].recipient == recipient ? ranks[low].first : UINT64_MAX;
}

static void
mark_recurring(struct matcher *matcher, const struct rank *ranks)
{
    for (uint32_t i = 0, run; i < matcher->call_count; i += run) {
        for (run = 1;
             i + run < matcher->call_count && ranks[i + run].recipient == ranks[i].recipient; run++)
            ;
        for (uint32_t k = 0; k < run && run >= RECURRING_MIN; k++)
            ledger_call(matcher->ledger, matcher->calls[ranks[i + k].first].index)->recurs = true;
    }
}

/*
 * Puts in the place of hashes, which differ from run to run, the order in which the
 * calls name the recipients: what is matched first teaches what comes after.
 */
static bool
rank_recipients(struct matcher *matcher, struct arena *arena)
{
    struct rank *ranks = arena_array(arena, matcher->call_count + 1, sizeof(*ranks));

    if (!ranks)
        return false;
    for (uint32_t i = 0; i < matcher->call_count; i++)
        ranks[i] = (struct rank){matcher->calls[i].recipient, i};
    qsort(ranks, matcher->call_count, sizeof(*ranks), by_hash_and_call);
    mark_recurring(matcher, ranks);
    for (uint32_t i = 0; i < matcher->call_count; i++)
        matcher->calls[i].recipient =
            rank_of(ranks, matcher->call_count, matcher->calls[i].recipient);
    for (uint32_t i = 0; i < matcher->mail_count; i++)
        matcher->mails[i].recipient =
            rank_of(ranks, matcher->call_count, matcher->mails[i].recipient);
    return true;
}

static int
by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static bool
is_of_library(const struct ledger *ledger, const struct call *call)
{
    return call->subject && ledger_is_library(ledger, ledger_name(ledger, call->script));
}

/* A library sends for many scripts: what recurs among its subjects tells its mails apart. */
static bool
mark_kinds(struct ledger *ledger, struct arena *arena)
{
    uint32_t *subjects = arena_array(arena, ledger->calls.count + 1, sizeof(*subjects));
    uint32_t count = 0, recurring = 0;

    if (!subjects)
        return false;
    for (uint32_t i = 0; i < ledger->calls.count; i++) {
        if (is_of_library(ledger, ledger_call(ledger, i)))
            subjects[count++] = ledger_call(ledger, i)->subject;
    }
    qsort(subjects, count, sizeof(*subjects), by_number);
    for (uint32_t i = 0, run; i < count; i += run) {
        for (run = 1; i + run < count && subjects[i + run] == subjects[i]; run++)
            ;
        if (run >= RECURRING_MIN)
            subjects[recurring++] = subjects[i];
    }
    for (uint32_t i = 0; i < ledger->calls.count; i++) {
        struct call *call = ledger_call(ledger, i);

        if (is_of_library(ledger, call) &&
            bsearch(&call->subject, subjects, recurring, sizeof(*subjects), by_number))
            call->kind = call->subject;
    }
    return true;
}

static bool
collect(struct matcher *matcher, struct arena *arena)
{
    struct ledger *ledger = matcher->ledger;

    matcher->mails = arena_array(arena, ledger->mails.count + 1, sizeof(*matcher->mails));
    matcher->calls = arena_array(arena, ledger->calls.count + 1, sizeof(*matcher->calls));
    matcher->sizes = arena_array(arena, SCRIPTS_MAX, sizeof(*matcher->sizes));
    if (!matcher->mails || !matcher->calls || !matcher->sizes)
        return false;
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        const struct mail *mail = ledger_mail(ledger, i);

        if (mail->recipient && may_be_from_script(ledger, mail))
            matcher->mails[matcher->mail_count++] =
                (struct keyed){mail->recipient, mail->time_us, i, 0, false};
    }
    for (uint32_t i = 0; i < ledger->calls.count; i++) {
        const struct call *call = ledger_call(ledger, i);

        matcher->calls[matcher->call_count++] =
            (struct keyed){call->recipient, call->time_us, i, 0, false};
    }
    if (!rank_recipients(matcher, arena))
        return false;
    qsort(matcher->mails, matcher->mail_count, sizeof(struct keyed), by_recipient);
    qsort(matcher->calls, matcher->call_count, sizeof(struct keyed), by_recipient);
    drop_copies(matcher);
    return true;
}

/* The first mail at or after `at` that could be this call's; `mail_count` at the end. */
static uint32_t
first_fit(const struct matcher *matcher, const struct keyed *call, uint32_t at)
{
    while (at < matcher->mail_count && (matcher->mails[at].recipient < call->recipient ||
                                        (matcher->mails[at].recipient == call->recipient &&
                                         matcher->mails[at].time_us < call->time_us - EARLY_US)))
        at++;
    return at;
}

static bool
fits(const struct matcher *matcher, const struct keyed *call, uint32_t at)
{
    return at < matcher->mail_count && matcher->mails[at].recipient == call->recipient &&
           matcher->mails[at].time_us <= call->time_us + LATE_US;
}

static bool
is_taken(const struct matcher *matcher, uint32_t at)
{
    const struct mail *mail = ledger_mail(matcher->ledger, matcher->mails[at].index);

    return (mail->flags & MAIL_STATED) && !(mail->flags & MAIL_SCRIPT_IS_FOLDER);
}

/* Calls to one recipient that follow each other closely: [from, result). */
static uint32_t
cluster_end(const struct matcher *matcher, uint32_t from)
{
    uint32_t at = from + 1;

    while (at < matcher->call_count &&
           matcher->calls[at].recipient == matcher->calls[from].recipient &&
           matcher->calls[at].time_us <= matcher->calls[at - 1].time_us + CLUSTER_GAP_US)
        at++;
    return at;
}

static bool
is_one_script(const struct matcher *matcher, uint32_t from, uint32_t until)
{
    const struct call *first = ledger_call(matcher->ledger, matcher->calls[from].index);

    for (uint32_t i = from + 1; i < until; i++) {
        const struct call *call = ledger_call(matcher->ledger, matcher->calls[i].index);

        if (call->script != first->script || call->kind != first->kind)
            return false;
    }
    return true;
}

/*
 * The certain ones first: as many mails as calls, all calls by one script. They
 * teach the sizes by which the others are told apart.
 */
static void
match_certain(struct matcher *matcher)
{
    uint32_t at = 0;

    for (uint32_t from = 0, until; from < matcher->call_count; from = until) {
        const struct keyed *first = &matcher->calls[from], *last;
        uint32_t mails = 0;

        until = cluster_end(matcher, from);
        last = &matcher->calls[until - 1];
        at = first_fit(matcher, first, at);
        while (at + mails < matcher->mail_count &&
               matcher->mails[at + mails].recipient == first->recipient &&
               matcher->mails[at + mails].time_us <= last->time_us + CLUSTER_GAP_US)
            mails++;
        if (mails != until - from || !is_one_script(matcher, from, until))
            continue;
        for (uint32_t i = from; i < until; i++)
            bind(matcher, ledger_call(matcher->ledger, matcher->calls[i].index),
                 matcher->mails[at + i - from].index);
    }
}

/* PHP stamps the second that the call falls in: the next one is no later than need be. */
static double
lateness(double late_s)
{
    return late_s < 0 ? -late_s * SECOND_COST : fmax(0, late_s - 1) * SECOND_COST;
}

/*
 * The free mail that suits the call best by time, size and order: PHP writes its log,
 * and the mail server takes mail in, mostly in the order of the calls.
 */
static uint32_t
best_fit(struct matcher *matcher, const struct keyed *call, uint32_t from, double cost_max)
{
    const struct call *what = ledger_call(matcher->ledger, call->index);
    uint32_t best = UINT32_MAX;
    double best_cost = cost_max;

    for (uint32_t at = from, seen = 0; fits(matcher, call, at) && seen < REACH; at++) {
        const struct mail *mail = ledger_mail(matcher->ledger, matcher->mails[at].index);
        double late_s = (double)(matcher->mails[at].time_us - call->time_us) / SECOND_US, cost;

        if (is_taken(matcher, at))
            continue;
        cost = lateness(late_s) + size_distance(matcher, what, mail->size) + seen * SKIP_COST;
        seen++;
        if (cost < best_cost) {
            best_cost = cost;
            best = at;
        }
    }
    return best;
}

/* Binds the calls for which a mail costs less than that. */
static void
match_rest(struct matcher *matcher, double cost_max)
{
    uint32_t from = 0;

    for (uint32_t i = 0; i < matcher->call_count; i++) {
        const struct keyed *key = &matcher->calls[i];
        struct call *call = ledger_call(matcher->ledger, key->index);
        uint32_t best;

        from = first_fit(matcher, key, from);
        if (call->mail != NO_MAIL)
            continue;
        best = best_fit(matcher, key, from, cost_max);
        if (best != UINT32_MAX)
            bind(matcher, call, matcher->mails[best].index);
    }
}

bool
stated_match(struct ledger *ledger, struct arena *arena, uint32_t *ret_matched)
{
    static const double costs[] = {SURE_COST, SURE_COST * 2, SURE_COST * 4, INFINITY};
    struct matcher matcher = {.ledger = ledger};
    struct arena_mark mark = arena_mark(arena);

    *ret_matched = 0;
    if (ledger->calls.count == 0)
        return true;
    if (!mark_kinds(ledger, arena) || !collect(&matcher, arena))
        return false;
    match_certain(&matcher);
    /* The sure ones first: they teach how large a script's mails are, and free the field. */
    for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++)
        match_rest(&matcher, costs[i]);
    arena_release(arena, mark);
    *ret_matched = matcher.matched;
    return true;
}
