#include "trace/result.h"

static const struct {
    const char *name, *title;
} routes[ROUTE_COUNT] = {
    [ROUTE_NONE] = {"none", "nothing"},
    [ROUTE_UPLOADED_SCRIPT] = {"uploaded-script", "uploaded script"},
    [ROUTE_ROGUE_PROCESS] = {"rogue-process", "rogue process"},
    [ROUTE_VULNERABLE_SCRIPT] = {"vulnerable-script", "vulnerable script"},
    [ROUTE_FORM_ABUSE] = {"form-abuse", "form abuse"},
    [ROUTE_REGISTRATION_FLOOD] = {"registration-flood", "registration flood"},
    [ROUTE_NOTICE_FLOOD] = {"notice-flood", "notice flood"},
    [ROUTE_OPEN_RELAY] = {"open-relay", "open relay"},
    [ROUTE_MAILBOX] = {"mailbox", "stolen mailbox"},
    [ROUTE_BACKSCATTER] = {"backscatter", "backscatter"},
    [ROUTE_WEB_REQUEST] = {"web-request", "web request"},
};

const char *
route_name(enum route route)
{
    return routes[route].name;
}

const char *
route_title(enum route route)
{
    return routes[route].title;
}

const char *
verdict_name(enum verdict verdict)
{
    static const char *const names[] = {
        [VERDICT_ORDINARY] = "ordinary",
        [VERDICT_BUSY] = "busy",
        [VERDICT_REMARK] = "remark",
        [VERDICT_INCIDENT] = "incident",
    };

    return names[verdict];
}

bool
incident_is_of(const struct incident *incident, struct str name)
{
    const struct origin *origin = &incident->origin;
    const struct str names[] = {incident->culprit, origin->script,    origin->url,  origin->user,
                                origin->mailbox,   origin->recipient, origin->vhost};

    for (size_t i = 0; name.len && i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq(names[i], name))
            return true;
    }
    if (incident->route == ROUTE_OPEN_RELAY && str_eq(name, STR("open-relay")))
        return true;
    for (uint32_t i = 0; i < origin->client_count; i++) {
        if (str_eq(origin->clients[i], name))
            return true;
    }
    return false;
}
