#include "trace/sample.h"

#include <stdlib.h>

#include "base/civil.h"
#include "trace/known.h"

#define RECIPIENTS_LOOKED_AT_MAX 256

struct wanted {
    const struct trace_sample *sample;
    uint64_t message_id, recipient; /* hashes, 0: not known */
};

static int64_t
distance_s(const struct mail *mail, int64_t time_s)
{
    return time_s ? llabs(mail->time_us / SECOND_US - time_s) : 0;
}

static bool
has_recipient(const struct ledger *ledger, const struct mail *mail, uint64_t recipient)
{
    uint32_t at = mail->last_delivery;

    if (mail->recipient == recipient)
        return true;
    for (int steps = 0; at != NO_DELIVERY && steps < RECIPIENTS_LOOKED_AT_MAX; steps++) {
        const struct delivery *delivery = ledger_delivery(ledger, at);

        if (delivery->recipient == recipient)
            return true;
        at = delivery->previous;
    }
    return false;
}

static bool
has_other_id(const struct trace_sample *sample, struct str queue_id, const struct mail *mail,
             int64_t *ret_distance_s)
{
    for (uint32_t i = 0; i < sample->other_id_count; i++) {
        const struct sample_id *id = &sample->other_ids[i];

        if (!str_eq(id->queue_id, queue_id))
            continue;
        *ret_distance_s = distance_s(mail, id->time_s ? id->time_s : sample->time_s);
        return true;
    }
    return false;
}

/* How the mail can be the one that is looked for, and how far it is away in time. */
static enum sample_match
match_mail(const struct ledger *ledger, const struct mail *mail, const struct wanted *wanted,
           int64_t *ret_distance_s)
{
    const struct trace_sample *sample = wanted->sample;
    struct str queue_id = ledger_text(ledger, mail->queue_id);
    bool is_other =
        wanted->message_id && mail->message_id && mail->message_id != wanted->message_id;
    enum sample_match match = SAMPLE_NOT_FOUND;

    *ret_distance_s = distance_s(mail, sample->time_s);
    if (sample->queue_id.len && str_eq(queue_id, sample->queue_id)) {
        match = SAMPLE_BY_QUEUE_ID;
        *ret_distance_s += is_other ? DAY_S : 0; /* a short id that was used again */
    } else if (wanted->message_id && mail->message_id == wanted->message_id) {
        match = SAMPLE_BY_MESSAGE_ID;
    } else if (!is_other && has_other_id(sample, queue_id, mail, ret_distance_s)) {
        match = SAMPLE_BY_OTHER_ID;
    } else if (!is_other && wanted->recipient && sample->time_s &&
               *ret_distance_s <= SAMPLE_NEAR_S && has_recipient(ledger, mail, wanted->recipient)) {
        match = SAMPLE_BY_RECIPIENT;
    }
    return *ret_distance_s > 2 * DAY_S ? SAMPLE_NOT_FOUND : match;
}

/* Queue id and Message-ID tell equally well: there the nearer one in time is it. */
static int
rank_of(enum sample_match match)
{
    return match == SAMPLE_BY_QUEUE_ID ? SAMPLE_BY_MESSAGE_ID : (int)match;
}

uint32_t
sample_find(struct ledger *ledger, const struct trace_sample *sample, enum sample_match *ret_match)
{
    struct wanted wanted = {sample, sample->message_id.len ? str_hash(sample->message_id) : 0, 0};
    uint32_t best = NO_MAIL, domain;
    int64_t best_distance_s = INT64_MAX;

    *ret_match = SAMPLE_NOT_FOUND;
    if (sample->recipient.len)
        wanted.recipient = ledger_add_address(ledger, sample->recipient, &domain);
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        int64_t away_s;
        enum sample_match match = match_mail(ledger, ledger_mail(ledger, i), &wanted, &away_s);

        if (match == SAMPLE_NOT_FOUND || rank_of(match) < rank_of(*ret_match) ||
            (rank_of(match) == rank_of(*ret_match) && away_s >= best_distance_s))
            continue;
        *ret_match = match;
        best_distance_s = away_s;
        best = i;
    }
    return best;
}

struct str
sample_match_words(enum sample_match match)
{
    switch (match) {
    case SAMPLE_NOT_FOUND:
        break;
    case SAMPLE_BY_RECIPIENT:
        return STR("by its recipient and time alone");
    case SAMPLE_BY_OTHER_ID:
        return STR("by the id of that Received line, which therefore is this host's own");
    case SAMPLE_BY_MESSAGE_ID:
        return STR("by its Message-ID");
    case SAMPLE_BY_QUEUE_ID:
        return STR("by its queue id");
    }
    return STR_EMPTY;
}

/* What the headers state decides the route; what they leave open lowers the confidence. */
static enum route
choose_route(const struct trace_sample *sample, double *ret_confidence, enum route *ret_other)
{
    struct str file = sample->script.len ? sample->script : sample->url;

    *ret_other = ROUTE_NONE;
    if ((sample->login.len || sample->is_authenticated) && file.len == 0) {
        *ret_confidence = sample->login.len ? SAMPLE_CONFIDENCE_MAX : 0.6;
        return ROUTE_MAILBOX;
    }
    if (file.len && known_webmail(file)) {
        *ret_confidence = 0.6;
        return ROUTE_MAILBOX;
    }
    if (file.len && (sample->is_eval || known_upload_folder(file) || known_hidden(file))) {
        *ret_confidence = SAMPLE_CONFIDENCE_MAX;
        *ret_other = ROUTE_VULNERABLE_SCRIPT;
        return ROUTE_UPLOADED_SCRIPT;
    }
    if (file.len) {
        *ret_confidence = 0.6;
        *ret_other = known_registration(file) ? ROUTE_REGISTRATION_FLOOD : ROUTE_FORM_ABUSE;
        return ROUTE_WEB_REQUEST;
    }
    *ret_confidence = 0.5;
    *ret_other = ROUTE_UPLOADED_SCRIPT;
    return ROUTE_ROGUE_PROCESS;
}

static bool
states_origin(const struct trace_sample *sample)
{
    return sample->login.len || sample->script.len || sample->url.len || sample->user.len ||
           sample->uid >= 0 || sample->is_authenticated;
}

static struct str
user_of(const struct trace_sample *sample, const struct trace_options *options)
{
    if (sample->user.len)
        return sample->user;
    for (uint32_t i = 0; sample->uid >= 0 && i < options->user_count; i++) {
        if (options->users[i].uid == sample->uid)
            return options->users[i].name;
    }
    return STR_EMPTY;
}

/* A panel states vhost and path as one: "blog.example/x.php". */
static void
split_url(struct str url, struct origin *origin)
{
    size_t slash = str_index(url, '/');

    if (slash > 0 && slash < url.len) {
        origin->vhost = str_first(url, slash);
        origin->url = str_from(url, slash);
    } else {
        origin->url = url;
    }
}

static struct str
culprit_of(const struct trace_sample *sample, const struct origin *origin, struct arena *arena)
{
    if (origin->mailbox.len)
        return origin->mailbox;
    if (sample->url.len)
        return sample->url;
    if (sample->script.len)
        return sample->script;
    if (origin->user.len)
        return arena_printf(arena, "user " STR_FMT, STR_ARG(origin->user));
    if (sample->uid < 0)
        return arena_printf(arena, "a mailbox of " STR_FMT " that the headers do not name",
                            STR_ARG(sample->host));
    return arena_printf(arena, "uid %lld", (long long)sample->uid);
}

bool
sample_compose(const struct trace_sample *sample, const struct trace_options *options,
               struct arena *arena, struct incident *ret_incident)
{
    struct incident incident = {.messages = 1, .recipients = 1, .usual_per_day = -1};
    struct alternative *alternative = arena_array(arena, 1, sizeof(*alternative));
    struct str *clients = arena_array(arena, 1, sizeof(*clients));
    enum route other;

    if (!alternative || !clients || !states_origin(sample))
        return false;
    incident.route = choose_route(sample, &incident.confidence, &other);
    if (!sample->is_vouched && incident.confidence > SAMPLE_HEARSAY_MAX)
        incident.confidence = SAMPLE_HEARSAY_MAX;
    incident.origin = (struct origin){.script = sample->script,
                                      .user = user_of(sample, options),
                                      .uid = sample->uid,
                                      .clients = clients};
    split_url(sample->url, &incident.origin);
    if (incident.route == ROUTE_MAILBOX)
        incident.origin.mailbox = sample->login.len ? sample->login : sample->user;
    if (sample->client.len) {
        clients[0] = sample->client;
        incident.origin.client_count = incident.origin.client_total = 1;
    }
    incident.culprit = culprit_of(sample, &incident.origin, arena);
    incident.first_us = incident.last_us = sample->time_s * SECOND_US;
    incident.timeline = (struct timeline){.start_s = sample->time_s - 23, .bucket_s = 1};
    incident.timeline.count[23] = 1;
    if (other != ROUTE_NONE) {
        *alternative = (struct alternative){other, incident.culprit, 1 - incident.confidence};
        incident.alternatives = alternative;
        incident.alternative_count = 1;
    }
    incident.summary =
        sample->is_vouched
            ? STR("The headers of the message state this; no log that was read holds it. Give the "
                  "logs of that day to see how many there were.")
            : STR("Only headers that anybody could have written state this, and no log that was "
                  "read holds the message: take it for a hint, and give the logs of that day.");
    incident.id = arena_printf(
        arena, "%012llx",
        (unsigned long long)((str_fingerprint(incident.culprit) ^ (uint64_t)incident.route) &
                             0xFFFFFFFFFFFFULL));
    *ret_incident = incident;
    return true;
}
