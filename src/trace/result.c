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
