#include "trace/sample.h"

#include "base/civil.h"
#include "trace/known.h"

/* What the headers state decides the route; what they leave open lowers the confidence. */
static enum route
choose_route(const struct trace_sample *sample, double *ret_confidence, enum route *ret_other)
{
    struct str file = sample->script.len ? sample->script : sample->url;

    *ret_other = ROUTE_NONE;
    if (sample->login.len && file.len == 0) {
        *ret_confidence = SAMPLE_CONFIDENCE_MAX;
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
           sample->uid >= 0;
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
    incident.summary = STR("The headers of the message state this; no log that was read holds "
                           "it. Give the logs of that day to see how many there were.");
    incident.id = arena_printf(
        arena, "%012llx",
        (unsigned long long)((str_fingerprint(incident.culprit) ^ (uint64_t)incident.route) &
                             0xFFFFFFFFFFFFULL));
    *ret_incident = incident;
    return true;
}
