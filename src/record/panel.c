#include "record/panel.h"

#include "record/field.h"
#include "record/stamp.h"

static const struct str failed = {" FAILED LOGIN ", 14};

/* What an administrator calls the daemon "cpaneld", "whostmgrd", "webmaild". */
static struct str
service_name(struct str daemon)
{
    if (str_eq(daemon, STR("whostmgrd")))
        return STR("whm");
    if (str_eq(daemon, STR("webmaild")))
        return STR("webmail");
    return STR("cpanel");
}

static void
set_login(struct event *event, struct str service, struct str user, struct str client,
          bool is_success)
{
    event->login = (struct event_login){
        .service = service,
        .user = str_eq(user, STR("-")) ? STR_EMPTY : user,
        .client = field_address(client),
        .is_success = is_success,
        .attempts = 1,
    };
    event->kind = EVENT_LOGIN;
}

/* "[2026-11-23 15:21:22 +0000] ", "[2026-11-23 15:21:22.123] " at the front: drops it. */
static bool
skip_bracketed_stamp(struct str *rest, struct event *event)
{
    struct str s = *rest;

    if (!str_skip(&s, STR("[")) || !stamp_read_iso(&s, event) || !str_skip(&s, STR("] ")))
        return false;
    *rest = s;
    return true;
}

/* "[cpaneld] ": drops it. */
static bool
cut_daemon(struct str *rest, struct str *ret_daemon)
{
    struct str s = *rest, daemon;

    if (!str_skip(&s, STR("[")))
        return false;
    daemon = str_cut_at(&s, STR("] "));
    if (daemon.len == 0 || daemon.len > 32 || s.len == 0)
        return false;
    *ret_daemon = daemon;
    *rest = s;
    return true;
}

/* "handle_form_login" and its kin stand for a password; a token of the panel's own is no login. */
static bool
is_password_login(struct str parameters)
{
    struct str method = str_from(parameters, str_find(parameters, STR(",method=")));

    return str_skip(&method, STR(",method=handle_form_login")) ||
           str_skip(&method, STR(",method=handle_auth_transfer"));
}

/* "NEW anna:Ab3 address=192.0.2.7,app=cpaneld,...": true when it is a session's line. */
static bool
read_session(struct str rest, struct str client, struct event *event)
{
    struct str user, parameters, service = STR("cpanel");
    size_t at;

    if (str_skip(&rest, STR("PURGE ")))
        return true;
    if (!str_skip(&rest, STR("NEW ")))
        return false;
    at = field_find_last(rest, STR(" address="));
    if (at >= rest.len)
        return true;
    user = str_first(rest, at);
    parameters = str_from(rest, at);
    user = str_first(user, field_find_last(user, STR(":")));
    at = str_find(parameters, STR(",app="));
    if (at < parameters.len) {
        struct str app = str_from(parameters, at + 5);

        service = service_name(str_first(app, str_index(app, ',')));
    }
    if (is_password_login(parameters))
        set_login(event, service, user, client, true);
    return true;
}

/* "- anna "POST / HTTP/1.1" FAILED LOGIN cpaneld: why", an old line's stamp behind the name. */
static bool
read_failure(struct str rest, struct str client, struct event *event)
{
    size_t at = field_find_last(rest, failed), open;
    struct str who = str_first(rest, at), daemon;

    if (at >= rest.len || !str_skip(&who, STR("- ")))
        return false;
    daemon = str_from(rest, at + failed.len);
    daemon = str_first(daemon, str_index(daemon, ':'));
    open = str_find(who, STR(" \""));
    who = str_first(who, open);
    if (who.len && who.data[who.len - 1] == ']')
        who = str_first(who, field_find_last(who, STR(" [")));
    set_login(event, service_name(daemon), who, client, false);
    return true;
}

/* "info [cpaneld] 192.0.2.7 ..." behind the stamp. */
static bool
read_cpanel(struct str rest, struct event *event)
{
    struct str daemon, client;

    if (!str_skip(&rest, STR("info ")) && !str_skip(&rest, STR("warn ")))
        return false;
    if (!cut_daemon(&rest, &daemon))
        return false;
    event->program = daemon;
    client = str_cut(&rest, ' ');
    if (!field_is_address(field_address(client)))
        return false;
    return read_session(rest, client, event) || read_failure(rest, client, event);
}

/* "[11/23/2026:15:21:22 -0000] " of the old form, anywhere behind the client. */
static bool
skip_old_front(struct str *rest, struct str *ret_client, struct event *event)
{
    struct str s = *rest, stamp, client = str_cut(&s, ' ');
    size_t open = str_index(str_first(s, 128), '[');

    if (!field_is_address(field_address(client)))
        return false;
    stamp = str_from(s, open);
    if (!stamp_read_american(&stamp, event))
        return false;
    if (open == 0) {
        s = stamp;
        (void)str_skip(&s, STR(" "));
    }
    *ret_client = client;
    *rest = s;
    return true;
}

static bool
read_old(struct str record, struct event *event)
{
    struct str rest = record, client;

    if (!skip_old_front(&rest, &client, event))
        return false;
    return read_session(rest, client, event) || read_failure(rest, client, event);
}

/* "... [panel] ...Failed login attempt with login 'anna' from IP 192.0.2.7" */
static bool
read_plesk(struct str rest, struct event *event)
{
    static const struct str words = {"Failed login attempt with login '", 33};
    static const struct str from = {"' from IP ", 10};
    size_t panel = str_find(str_first(rest, 128), STR("[panel] ")), at;
    struct str user, client;

    if (panel >= rest.len || !str_starts(str_from(rest, panel), STR("[panel] ")))
        return false;
    event->program = STR("plesk");
    rest = str_from(rest, panel + 8);
    (void)str_skip(&rest, STR("[Action Log] "));
    if (!str_skip(&rest, words))
        return true;
    at = field_find_last(rest, from);
    if (at >= rest.len)
        return true;
    user = str_first(rest, at);
    client = str_from(rest, at + from.len);
    client = str_first(client, str_index(client, ' '));
    if (field_is_address(field_address(client)))
        set_login(event, STR("plesk"), user, client, false);
    return true;
}

static bool
read_any(struct str record, struct event *event)
{
    struct str rest = record;

    event->kind = EVENT_NONE;
    if (skip_bracketed_stamp(&rest, event))
        return read_cpanel(rest, event) || read_plesk(rest, event);
    return read_old(record, event);
}

int
panel_probe(struct str record)
{
    struct event event;

    event_init(&event);
    return read_any(record, &event) ? 2 : 0;
}

void
panel_read(struct str record, struct event *event)
{
    event->program = STR("panel");
    if (!read_any(record, event))
        event->kind = EVENT_UNKNOWN;
}
