#include "trace/evidence.h"

#include "base/civil.h"
#include "record/event.h"
#include "trace/known.h"

#define ENTRY_AGE_US (30 * DAY_S * SECOND_US) /* how far back the way in is looked for */
#define LAG_S 30

static void
add(struct evidence *list, uint32_t *count, uint32_t most, struct place place, struct str says)
{
    if (*count == most || place.line == 0)
        return;
    for (uint32_t i = 0; i < *count; i++) {
        struct line_ref ref = place_ref(place);

        if (list[i].ref.input == ref.input && list[i].ref.offset == ref.offset)
            return;
    }
    list[(*count)++] = (struct evidence){.ref = place_ref(place), .says = says};
}

/* The mail to show: one in the middle that failed, if any did, and that PHP states, if it does. */
static const struct mail *
typical_mail(const struct compose *compose, const struct suspect *suspect, uint32_t *ret_index)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    uint32_t best = suspect->mails[suspect->count / 2];
    int best_score = -1;

    for (uint32_t i = 0; i < suspect->count; i++) {
        uint32_t at = suspect->mails[(suspect->count / 2 + i) % suspect->count];
        const struct mail *mail = ledger_mail(ledger, at);
        int score = (mail->flags & MAIL_STATED ? 4 : 0) + (mail->bounced ? 2 : 0) +
                    (mail->flags & MAIL_OUTGOING ? 1 : 0);

        if (score > best_score) {
            best_score = score;
            best = at;
        }
    }
    *ret_index = best;
    return ledger_mail(ledger, best);
}

static const struct call *
call_of(const struct ledger *ledger, uint32_t mail)
{
    for (uint32_t i = 0; i < ledger->calls.count; i++) {
        if (ledger_call(ledger, i)->mail == mail)
            return ledger_call(ledger, i);
    }
    return NULL;
}

/* The last request of the suspect's endpoint before the mail. */
static const struct request *
request_of(const struct inquiry *inquiry, const struct suspect *suspect, const struct mail *mail)
{
    int64_t time_s = mail->time_us / SECOND_US;
    uint32_t at;

    if (suspect->endpoint == INFER_NONE)
        return NULL;
    at = webindex_lower(inquiry->web, suspect->endpoint, time_s + 1);
    while (at > inquiry->web->first[suspect->endpoint]) {
        const struct request *request;

        at--;
        request = ledger_request(inquiry->ledger, inquiry->web->index[at]);
        if (request->time_s < time_s - LAG_S)
            break;
        if (!suspect->traffic.is_post || request->method == METHOD_POST)
            return request;
    }
    return NULL;
}

static void
show_mail(const struct compose *compose, const struct suspect *suspect, struct incident *incident,
          const struct mail *mail)
{
    static const char *const origin_says[] = {
        [IDENTITY_UNKNOWN] = "the message enters the queue",
        [IDENTITY_LOGIN] = "the mailbox logs in and sends",
        [IDENTITY_USER] = "the message enters the queue under this user",
        [IDENTITY_CLIENT] = "a stranger hands it in",
        [IDENTITY_LOOPBACK] = "a program on this host hands it in by SMTP",
        [IDENTITY_MTA] = "a notice",
    };
    enum identity_kind kind = ledger_identity(compose->inquiry->ledger, mail->identity)->kind;

    add(incident->evidence, &incident->evidence_count, EVIDENCE_MAX, mail->origin,
        suspect->group->kind == GROUP_BACKSCATTER ? STR("a bounce comes in from another server")
                                                  : str_from_cstr(origin_says[kind]));
    add(incident->evidence, &incident->evidence_count, EVIDENCE_MAX, mail->delivery,
        mail->bounced                      ? STR("it bounces")
        : mail->flags & MAIL_SPAM_REJECTED ? STR("it is refused as spam")
        : mail->flags & MAIL_OUTGOING      ? STR("it goes out")
                                           : STR("it is delivered on this host"));
}

static void
show_spam_reply(const struct compose *compose, const struct suspect *suspect,
                struct incident *incident)
{
    for (uint32_t i = 0; i < suspect->count; i++) {
        const struct mail *mail = ledger_mail(compose->inquiry->ledger, suspect->mails[i]);

        if ((mail->flags & MAIL_SPAM_REJECTED) && mail->delivery.line) {
            add(incident->evidence, &incident->evidence_count, EVIDENCE_MAX, mail->delivery,
                STR("another server calls it spam"));
            return;
        }
    }
}

/* --- how the intruder got in --- */

static struct str
base_name(struct str path)
{
    path = str_first(path, str_index(path, '?'));
    for (size_t i = path.len; i > 0; i--) {
        if (path.data[i - 1] == '/')
            return str_from(path, i);
    }
    return path;
}

/* An FTP or SFTP upload of the very file. */
static void
find_uploads(const struct compose *compose, struct incident *incident)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    struct str file =
        base_name(incident->origin.script.len ? incident->origin.script : incident->origin.url);

    for (uint32_t i = 0; file.len && i < ledger->logins.count; i++) {
        const struct login *login = ledger_login(ledger, i);

        if (login->is_upload && login->time_us <= incident->last_us &&
            str_eq(base_name(ledger_name(ledger, login->path)), file))
            add(incident->entry, &incident->entry_count, ENTRY_MAX, login->place,
                arena_printf(compose->inquiry->arena,
                             "the file was uploaded by " STR_FMT " as user " STR_FMT,
                             STR_ARG(ledger_name(ledger, login->client)),
                             STR_ARG(ledger_name(ledger, login->user))));
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
        bool is_driver = false;

        if (request->endpoint == suspect->endpoint || request->time_s > endpoint->first_s ||
            (request->method != METHOD_POST && request->method != METHOD_PUT) ||
            request->status >= 400 ||
            ledger_endpoint(ledger, request->endpoint)->site != endpoint->site)
            continue;
        for (uint32_t c = 0; c < suspect->traffic.client_count && !is_driver; c++)
            is_driver = suspect->traffic.clients[c].client == request->client;
        if (is_driver && (!best || request->time_s >= best->time_s))
            best = request;
    }
    if (best)
        add(incident->entry, &incident->entry_count, ENTRY_MAX, best->place,
            STR("a client that drives the script posted here just before it appeared"));
}

/* Logins of the site's or program's user before the outbreak, from strangers' addresses. */
static void
find_logins(const struct compose *compose, struct incident *incident)
{
    const struct ledger *ledger = compose->inquiry->ledger;

    for (uint32_t i = 0; incident->origin.user.len && i < ledger->logins.count; i++) {
        const struct login *login = ledger_login(ledger, i);
        struct str client = ledger_name(ledger, login->client);

        if (!login->is_success || login->is_upload || login->time_us > incident->last_us ||
            incident->first_us - login->last_us > ENTRY_AGE_US || known_loopback(client) ||
            !str_eq(ledger_name(ledger, login->user), incident->origin.user))
            continue;
        add(incident->entry, &incident->entry_count, ENTRY_MAX, login->place,
            arena_printf(compose->inquiry->arena, STR_FMT " logged in from " STR_FMT,
                         STR_ARG(incident->origin.user), STR_ARG(client)));
    }
}

static bool
is_intruder(const struct suspect *suspect, uint32_t client)
{
    for (uint32_t i = 0; i < suspect->client_count; i++) {
        if (suspect->clients[i] == client)
            return true;
    }
    return false;
}

static bool
is_mailbox_login(const struct ledger *ledger, const struct login *login, struct str mailbox)
{
    struct str user = ledger_name(ledger, login->user);

    return str_eq_nocase(user, mailbox) ||
           (str_index(user, '@') == user.len &&
            str_eq_nocase(user, str_first(mailbox, str_index(mailbox, '@'))));
}

/* Guessing, then the first success of an intruder's client. */
static void
find_guessing(const struct compose *compose, const struct suspect *suspect,
              struct incident *incident)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    const struct login *failure = NULL, *success = NULL;

    for (uint32_t i = 0; i < ledger->logins.count; i++) {
        const struct login *login = ledger_login(ledger, i);

        if (!is_mailbox_login(ledger, login, incident->origin.mailbox) ||
            login->time_us > incident->last_us)
            continue;
        if (!login->is_success && !failure)
            failure = login;
        if (login->is_success && !success && is_intruder(suspect, login->client))
            success = login;
    }
    if (failure)
        add(incident->entry, &incident->entry_count, ENTRY_MAX, failure->place,
            arena_printf(compose->inquiry->arena, "the first of %u failed logins: guessing",
                         suspect->guesses));
    if (success)
        add(incident->entry, &incident->entry_count, ENTRY_MAX, success->place,
            STR("the first login of a client that sends the spam"));
}

bool
evidence_collect(const struct compose *compose, const struct suspect *suspect,
                 struct incident *incident)
{
    struct arena *arena = compose->inquiry->arena;
    const struct call *call;
    const struct request *request;
    const struct mail *mail;
    uint32_t index;

    incident->evidence = arena_array(arena, EVIDENCE_MAX, sizeof(struct evidence));
    incident->entry = arena_array(arena, ENTRY_MAX, sizeof(struct evidence));
    if (!incident->evidence || !incident->entry)
        return false;
    mail = typical_mail(compose, suspect, &index);
    call = call_of(compose->inquiry->ledger, index);
    request = request_of(compose->inquiry, suspect, mail);
    if (call)
        add(incident->evidence, &incident->evidence_count, EVIDENCE_MAX, call->place,
            STR("PHP states the script"));
    if (request)
        add(incident->evidence, &incident->evidence_count, EVIDENCE_MAX, request->place,
            STR("the request that made the message"));
    show_mail(compose, suspect, incident, mail);
    show_spam_reply(compose, suspect, incident);
    if (suspect->group->kind == GROUP_MAILBOX) {
        find_guessing(compose, suspect, incident);
    } else if (suspect->group->kind != GROUP_RELAY && suspect->group->kind != GROUP_BACKSCATTER) {
        find_uploads(compose, incident);
        find_logins(compose, incident);
        if (incident->route == ROUTE_UPLOADED_SCRIPT && incident->entry_count == 0)
            find_web_upload(compose, suspect, incident);
    }
    return true;
}
