#include "trace/entry.h"

#include "base/civil.h"
#include "trace/evidence.h"
#include "trace/known.h"

#define ENTRY_AGE_US (30 * DAY_S * SECOND_US) /* how far back the way in is looked for */
#define OWN_AGE_US (DAY_S * SECOND_US)        /* who came in so long before belongs there */
#define HABIT_US (3600 * SECOND_US)           /* and who came back after that */
#define GUESSES_MIN 3                         /* fewer failures are somebody's typing */
#define VISITORS_MAX 64                       /* addresses of one account that are looked at */

static void
add(struct incident *incident, struct place place, struct str says)
{
    evidence_add(incident->entry, &incident->entry_count, ENTRY_MAX, place, says);
}

/* --- mailboxes --- */

static bool
sends_spam(const struct suspect *suspect, uint32_t client)
{
    for (uint32_t i = 0; i < suspect->client_count; i++) {
        if (suspect->clients[i] == client)
            return true;
    }
    return false;
}

/* The first login of an intruder's client; NULL where only the mails show it. */
static const struct login *
first_break_in(const struct ledger *ledger, const struct suspect *suspect,
               const struct incident *incident)
{
    const struct login *first = NULL;

    for (uint32_t i = 0; i < ledger->logins.count; i++) {
        const struct login *login = ledger_login(ledger, i);

        if (login->is_success && !login->is_upload && login->time_us <= incident->last_us &&
            sends_spam(suspect, login->client) &&
            mailbox_is_of(ledger_name(ledger, login->user), incident->origin.mailbox) &&
            (!first || login->time_us < first->time_us))
            first = login;
    }
    return first;
}

static void
find_guessing(const struct compose *compose, const struct suspect *suspect,
              struct incident *incident)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    const struct login *login = first_break_in(ledger, suspect, incident);

    if (suspect->guesses)
        add(incident, ledger_login(ledger, suspect->first_guess)->place,
            suspect->guesses == 1
                ? STR("a failed login before")
                : arena_printf(compose->inquiry->arena, "the first of %u failed logins: guessing",
                               suspect->guesses));
    if (login)
        add(incident, login->place, STR("the first login of a client that sends the spam"));
    else if (suspect->guesses && suspect->count)
        add(incident, ledger_mail(ledger, suspect->mails[0])->origin,
            STR("the first message under its login"));
}

/* --- files --- */

/* What stands behind the last '/' of `path`, which loses it, and the slashes. */
static struct str
cut_last_part(struct str *path)
{
    struct str part = *path;

    while (part.len && part.data[part.len - 1] == '/')
        part.len--;
    *path = part;
    while (path->len && path->data[path->len - 1] != '/')
        path->len--;
    return str_from(part, path->len);
}

/*
 * How many of the last parts of two paths are the same, where one is the end of the
 * other; else 0. FTP names a file from the user's folder on, a URL from the site's.
 */
static uint32_t
common_parts(struct str a, struct str b)
{
    uint32_t count = 0;

    for (;;) {
        struct str last_a = cut_last_part(&a), last_b = cut_last_part(&b);

        if (last_a.len == 0 || last_b.len == 0)
            return count;
        if (!str_eq(last_a, last_b))
            return 0;
        count++;
    }
}

static bool
drives_script(const struct suspect *suspect, uint32_t client)
{
    for (uint32_t i = 0; suspect->has_traffic && i < suspect->traffic.client_count; i++) {
        if (suspect->traffic.clients[i].client == client)
            return true;
    }
    return false;
}

/* A name without folder fits many a file: then the user or the client must fit, too. */
static bool
brings_script(const struct ledger *ledger, const struct suspect *suspect,
              const struct incident *incident, const struct login *login)
{
    const struct origin *origin = &incident->origin;
    struct str file =
        origin->script.len ? origin->script : str_first(origin->url, str_index(origin->url, '?'));
    uint32_t parts = common_parts(ledger_name(ledger, login->path), file);

    if (parts >= 2)
        return true;
    return parts == 1 &&
           (drives_script(suspect, login->client) ||
            (origin->user.len && str_eq(ledger_name(ledger, login->user), origin->user)));
}

/* The last upload of the file before its first mail; without one, the first behind. */
static const struct login *
find_upload(const struct ledger *ledger, const struct suspect *suspect,
            const struct incident *incident)
{
    const struct login *best = NULL;

    for (uint32_t i = 0; i < ledger->logins.count; i++) {
        const struct login *login = ledger_login(ledger, i);

        if (!login->is_upload || login->time_us > incident->last_us ||
            !brings_script(ledger, suspect, incident, login))
            continue;
        if (!best || (login->time_us <= incident->first_us
                          ? best->time_us > incident->first_us || login->time_us >= best->time_us
                          : login->time_us < best->time_us))
            best = login;
    }
    return best;
}

/* --- accounts of the system --- */

/* What is known of one client of an account before a moment. */
struct visitor {
    uint32_t client;
    const struct login *first, *last; /* times it was let in */
    const struct login *failure;      /* the first time it was not, before it ever was */
    uint32_t failures;
};

struct visitors {
    struct visitor list[VISITORS_MAX];
    uint32_t count;
};

static struct visitor *
find_visitor(struct visitors *visitors, uint32_t client)
{
    for (uint32_t i = 0; i < visitors->count; i++) {
        if (visitors->list[i].client == client)
            return &visitors->list[i];
    }
    return NULL;
}

/* What sshd says of a login goes before what SFTP says of its session: it tells the method. */
static bool
is_better_last(const struct ledger *ledger, const struct login *login, const struct login *last)
{
    bool is_session = str_eq(ledger_name(ledger, login->service), STR("sftp"));

    if (is_session != str_eq(ledger_name(ledger, last->service), STR("sftp")))
        return !is_session;
    return login->last_us >= last->last_us;
}

static void
add_success(const struct ledger *ledger, struct visitors *visitors, const struct login *login)
{
    struct visitor *visitor = find_visitor(visitors, login->client);

    if (!visitor && visitors->count == VISITORS_MAX)
        return;
    if (!visitor) {
        visitor = &visitors->list[visitors->count++];
        *visitor = (struct visitor){login->client, login, login, NULL, 0};
    }
    if (login->time_us < visitor->first->time_us)
        visitor->first = login;
    if (is_better_last(ledger, login, visitor->last))
        visitor->last = login;
}

static void
add_failure(struct visitors *visitors, const struct login *login)
{
    struct visitor *visitor = find_visitor(visitors, login->client);

    if (!visitor || login->time_us > visitor->first->time_us)
        return;
    visitor->failures += login->attempts;
    if (!visitor->failure || login->time_us < visitor->failure->time_us)
        visitor->failure = login;
}

/* Who was let in as `user`, from `client` where it is not 0, up to a moment. */
static void
find_visitors(const struct ledger *ledger, uint32_t user, uint32_t client, int64_t until_us,
              struct visitors *ret_visitors)
{
    ret_visitors->count = 0;
    for (int wanted = 1; wanted >= 0; wanted--) {
        for (uint32_t i = 0; i < ledger->logins.count; i++) {
            const struct login *login = ledger_login(ledger, i);

            if (login->user != user || login->is_upload || login->is_success != wanted ||
                login->time_us > until_us || (client && login->client != client))
                continue;
            if (wanted)
                add_success(ledger, ret_visitors, login);
            else
                add_failure(ret_visitors, login);
        }
    }
}

/* The user's own client: it was let in long before, or came back, and did not guess. */
static bool
is_own(const struct visitor *visitor, int64_t until_us)
{
    return visitor->failures < GUESSES_MIN &&
           (until_us - visitor->first->time_us > OWN_AGE_US ||
            visitor->last->last_us - visitor->first->time_us > HABIT_US);
}

static void
show_visitor(const struct compose *compose, struct incident *incident,
             const struct visitor *visitor, const struct login *login)
{
    const struct ledger *ledger = compose->inquiry->ledger;

    if (visitor->failures >= GUESSES_MIN)
        add(incident, visitor->failure->place,
            arena_printf(compose->inquiry->arena,
                         "the first of %u failed logins as " STR_FMT ": guessing",
                         visitor->failures, STR_ARG(ledger_name(ledger, login->user))));
    add(incident, login->place,
        arena_printf(compose->inquiry->arena, STR_FMT " logged in from " STR_FMT,
                     STR_ARG(ledger_name(ledger, login->user)),
                     STR_ARG(ledger_name(ledger, login->client))));
}

static bool
find_brought_file(const struct compose *compose, const struct suspect *suspect,
                  struct incident *incident)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    const struct login *upload = find_upload(ledger, suspect, incident);
    struct visitors visitors;
    struct str user;

    if (!upload)
        return false;
    user = ledger_name(ledger, upload->user);
    find_visitors(ledger, upload->user, upload->client, upload->time_us, &visitors);
    if (visitors.count)
        show_visitor(compose, incident, &visitors.list[0], visitors.list[0].last);
    add(incident, upload->place,
        user.len ? arena_printf(compose->inquiry->arena,
                                "the file was uploaded from " STR_FMT " as user " STR_FMT,
                                STR_ARG(ledger_name(ledger, upload->client)), STR_ARG(user))
                 : STR("the file was uploaded"));
    return true;
}

/*
 * The account's first login from each address that is not its own. Where one of them
 * drives the script, or guessed, it is that one alone.
 */
static void
find_logins(const struct compose *compose, const struct suspect *suspect, struct incident *incident,
            bool only_proven)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    uint32_t user = table_find(ledger->names, incident->origin.user);
    struct visitors visitors;

    if (!user)
        return;
    find_visitors(ledger, user, 0, incident->first_us, &visitors);
    for (uint32_t i = 0; i < visitors.count; i++) {
        const struct visitor *visitor = &visitors.list[i];

        if (known_loopback(ledger_name(ledger, visitor->client)) ||
            incident->first_us - visitor->first->time_us > ENTRY_AGE_US)
            continue;
        if (only_proven
                ? drives_script(suspect, visitor->client) || visitor->failures >= GUESSES_MIN
                : !is_own(visitor, incident->first_us))
            show_visitor(compose, incident, visitor, visitor->first);
    }
}

/*
 * The request that probably brought the script: the last served POST or PUT to
 * another endpoint of the site, by a client that drives the script, before its
 * first request.
 */
static void
find_web_upload(const struct compose *compose, const struct suspect *suspect,
                struct incident *incident)
{
    const struct inquiry *inquiry = compose->inquiry;
    const struct ledger *ledger = inquiry->ledger;
    const struct endpoint *endpoint;
    const struct request *best = NULL;

    if (suspect->endpoint == INFER_NONE)
        return;
    endpoint = ledger_endpoint(ledger, suspect->endpoint);
    for (uint32_t i = 0; i < ledger->requests.count; i++) {
        const struct request *request = ledger_request(ledger, i);

        if (request->endpoint == suspect->endpoint || request->time_s > endpoint->first_s ||
            (request->method != METHOD_POST && request->method != METHOD_PUT) ||
            request->status >= 400 ||
            ledger_endpoint(ledger, request->endpoint)->site != endpoint->site)
            continue;
        if ((!best || request->time_s >= best->time_s) && drives_script(suspect, request->client))
            best = request;
    }
    if (best)
        add(incident, best->place,
            STR("a client that drives the script posted here just before it appeared"));
}

void
entry_collect(const struct compose *compose, const struct suspect *suspect,
              struct incident *incident)
{
    if (suspect->group->kind == GROUP_MAILBOX) {
        find_guessing(compose, suspect, incident);
        return;
    }
    if (incident->route != ROUTE_UPLOADED_SCRIPT && incident->route != ROUTE_ROGUE_PROCESS)
        return;
    if (find_brought_file(compose, suspect, incident))
        return;
    find_logins(compose, suspect, incident, true);
    if (incident->route == ROUTE_UPLOADED_SCRIPT && incident->entry_count == 0)
        find_web_upload(compose, suspect, incident);
    if (incident->entry_count == 0)
        find_logins(compose, suspect, incident, false);
}
