#include "trace/suspect.h"

#include "trace/known.h"

/*
 * One name, the first that fits: the order of DESIGN §1. What the suspect's
 * kind does not decide, its script, its requests and its recipients do.
 */

static struct str
path_of(const struct inquiry *inquiry, const struct suspect *suspect)
{
    const struct ledger *ledger = inquiry->ledger;

    if (suspect->endpoint == INFER_NONE)
        return STR_EMPTY;
    return ledger_name(ledger, ledger_endpoint(ledger, suspect->endpoint)->path);
}

static struct str
script_of(const struct inquiry *inquiry, const struct suspect *suspect)
{
    return ledger_name(inquiry->ledger, suspect->script);
}

static bool
is_notice_flood(const struct inquiry *inquiry, const struct suspect *suspect)
{
    const struct traffic *traffic = &suspect->traffic;
    struct str path = path_of(inquiry, suspect);

    if (suspect_top_share(suspect) < 0.9 || !suspect->has_traffic || traffic->requests == 0)
        return false;
    if (suspect->is_siege || traffic->refused * 2 > traffic->requests)
        return true;
    return known_login_path(path) && !known_registration(path);
}

static bool
is_uploaded(const struct inquiry *inquiry, const struct suspect *suspect)
{
    struct str script = script_of(inquiry, suspect), path = path_of(inquiry, suspect);

    return known_upload_folder(script) || known_upload_folder(path) || known_hidden(script) ||
           known_hidden(path) || suspect_is_never_browsed(inquiry, suspect);
}

static bool
is_registration(const struct inquiry *inquiry, const struct suspect *suspect)
{
    const struct ledger *ledger = inquiry->ledger;
    struct str script = script_of(inquiry, suspect);
    uint32_t registrations = 0, calls = 0;

    if (known_registration(path_of(inquiry, suspect)))
        return true;
    if (suspect->endpoint == INFER_NONE && known_registration(script))
        return true;
    for (uint32_t i = 0; i < ledger->calls.count; i++) {
        const struct call *call = ledger_call(ledger, i);

        if (call->script == suspect->script) {
            calls++;
            registrations += call->is_registration;
        }
    }
    return calls > 0 && registrations * 2 > calls;
}

/* A page behind which everything happens: its URL does not say what was done. */
static bool
is_front_controller(const struct inquiry *inquiry, const struct suspect *suspect)
{
    struct str path = path_of(inquiry, suspect);

    if (path.len == 0 || ledger_endpoint(inquiry->ledger, suspect->endpoint)->has_query)
        return false;
    return str_eq(path, STR("/")) || str_ends(path, STR("/index.php")) ||
           str_ends(path, STR("/admin-ajax.php")) || str_ends(path, STR("/admin-post.php"));
}

/*
 * Whether a recipient that the site fixes gets a mail of each request. It gets a
 * small share where a form mails several; where each request makes dozens of
 * mails, one recipient that recurs says nothing.
 */
static bool
has_fixed_recipient(const struct suspect *suspect)
{
    const struct stats *stats = &suspect->stats;
    uint32_t requests = suspect->has_traffic ? suspect->traffic.mailing : 0;
    uint32_t top = stats->top_recipient_mails;

    if (top * 12 < stats->mails)
        return false;
    return top * 10 >= stats->mails * 4 ||
           (requests ? top * 2 >= requests : top * 10 >= stats->mails * 3);
}

static enum route
script_route(const struct inquiry *inquiry, struct suspect *suspect)
{
    bool is_form = has_fixed_recipient(suspect);

    if (is_notice_flood(inquiry, suspect)) {
        suspect->other_route = ROUTE_FORM_ABUSE;
        return ROUTE_NOTICE_FLOOD;
    }
    if (is_uploaded(inquiry, suspect)) {
        suspect->other_route = is_form ? ROUTE_FORM_ABUSE : ROUTE_VULNERABLE_SCRIPT;
        return ROUTE_UPLOADED_SCRIPT;
    }
    if (is_registration(inquiry, suspect)) {
        suspect->other_route = ROUTE_FORM_ABUSE;
        return ROUTE_REGISTRATION_FLOOD;
    }
    if (is_front_controller(inquiry, suspect)) {
        suspect->other_route = is_form ? ROUTE_FORM_ABUSE : ROUTE_VULNERABLE_SCRIPT;
        return ROUTE_WEB_REQUEST;
    }
    suspect->other_route = is_form ? ROUTE_VULNERABLE_SCRIPT : ROUTE_UPLOADED_SCRIPT;
    return is_form ? ROUTE_FORM_ABUSE : ROUTE_VULNERABLE_SCRIPT;
}

void
route_choose(const struct inquiry *inquiry, struct suspect *suspect)
{
    suspect->other_route = ROUTE_NONE;
    switch (suspect->group->kind) {
    case GROUP_MAILBOX:
        suspect->route = ROUTE_MAILBOX;
        break;
    case GROUP_BACKSCATTER:
        suspect->route = ROUTE_BACKSCATTER;
        break;
    case GROUP_RELAY:
        suspect->route = ROUTE_OPEN_RELAY;
        break;
    case GROUP_SCRIPT:
    case GROUP_ENDPOINT:
        suspect->route = script_route(inquiry, suspect);
        break;
    case GROUP_PROCESS:
        if (suspect->is_siege) {
            suspect->route = ROUTE_NOTICE_FLOOD;
            suspect->other_route = ROUTE_ROGUE_PROCESS;
            break;
        }
        if (suspect->endpoint != INFER_NONE) {
            suspect->route = script_route(inquiry, suspect);
            break;
        }
        suspect->route = ROUTE_ROGUE_PROCESS;
        suspect->other_route = ROUTE_UPLOADED_SCRIPT;
        break;
    case GROUP_NONE:
    case GROUP_FORWARD:
        suspect->route = ROUTE_NONE;
        break;
    }
}
