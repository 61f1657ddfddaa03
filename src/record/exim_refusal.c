#include "record/exim_parts.h"

#include "record/field.h"

bool
exim_refusal_read(struct str message, struct event *event)
{
    struct event_refused *refused = &event->refused;
    struct exim_fields fields = {.has_from = false};
    struct str rest = message, what;

    exim_fields_read(&rest, &fields);
    (void)str_skip(&rest, STR(" "));
    (void)str_skip(&rest, STR("temporarily "));
    if (!str_skip(&rest, STR("rejected ")))
        return false;
    *refused = (struct event_refused){
        .client_host = fields.client_host,
        .client_address = fields.client_address,
        .sender = fields.from,
        .text = rest,
    };
    what = rest;
    if (str_skip(&what, STR("RCPT "))) {
        if (!field_cut_angled(&what, STR(">: "), &refused->recipient)) {
            refused->recipient = exim_cut_address(&what);
            if (refused->recipient.len &&
                refused->recipient.data[refused->recipient.len - 1] == ':')
                refused->recipient.len--;
            (void)str_skip(&what, STR(" "));
        }
        refused->text = what;
        refused->is_relay_denied = str_starts_nocase(what, STR("relay not permitted")) ||
                                   str_starts_nocase(what, STR("relaying denied"));
    }
    event->kind = EVENT_REFUSED;
    return true;
}

bool
exim_login_failure_read(struct str message, struct event *event)
{
    struct event_login login = {.service = STR("smtp"), .attempts = 1};
    struct str rest = message, host;
    uint16_t port;
    size_t at;

    (void)str_cut(&rest, ' ');
    if (!str_skip(&rest, STR("authenticator failed for ")))
        return false;
    (void)str_skip(&rest, STR("H="));
    if (!field_cut_peer(&rest, &host, &login.client, &port))
        return false;
    at = str_find(rest, STR(" (set_id="));
    if (at < rest.len) {
        login.user = str_from(rest, at + 9);
        at = field_find_last(login.user, STR(")"));
        login.user = str_first(login.user, at);
    }
    event->login = login;
    event->kind = EVENT_LOGIN;
    return true;
}
