#include "record/sendmail.h"

#include "record/field.h"
#include "record/sendmail_parts.h"

/* "ID: " at the front: drops it. */
static bool
cut_id(struct str *rest, struct str *ret_id)
{
    size_t colon = str_index(str_first(*rest, SENDMAIL_ID_BYTES_MAX + 1), ':');
    struct str after = str_from(*rest, colon);

    if (!sendmail_is_queue_id(str_first(*rest, colon)) || !str_skip(&after, STR(": ")))
        return false;
    *ret_id = str_first(*rest, colon);
    *rest = after;
    return true;
}

/* "<a@b>, size=9, class=0, nrcpts=1, msgid=<m>, proto=ESMTP, daemon=MTA, relay=h [ip]" */
static void
read_from(struct str rest, struct event *event)
{
    struct event_accept *accept = &event->accept;
    struct str sender;
    struct sendmail_relay relay;
    size_t len = sendmail_address_len(rest);

    *accept = (struct event_accept){.via = ACCEPT_SMTP, .uid = -1, .recipient_count = -1};
    len += str_find(str_from(rest, len), STR(", size="));
    if (len >= rest.len)
        return;
    sender = str_first(rest, len);
    rest = str_from(rest, len + 7);
    accept->size = field_cut_number(&rest);
    if (str_skip(&rest, STR(", class=")))
        rest = str_from(rest, str_index(rest, ','));
    if (str_skip(&rest, STR(", nrcpts="))) {
        int64_t count = field_cut_number(&rest);

        accept->recipient_count = count > INT32_MAX ? INT32_MAX : (int32_t)count;
    }
    relay = sendmail_relay_read(sendmail_cut_last(&rest, STR(", relay=")));
    (void)sendmail_cut_last(&rest, STR(", daemon="));
    accept->protocol = sendmail_cut_last(&rest, STR(", proto="));
    accept->protocol = str_first(accept->protocol, str_index(accept->protocol, ','));
    (void)sendmail_cut_last(&rest, STR(", bodytype="));
    if (str_skip(&rest, STR(", msgid=")))
        accept->message_id = field_without_angles(rest);
    accept->client_host = relay.host;
    accept->client_address = relay.address;
    if (relay.address.len == 0 && accept->protocol.len == 0) {
        accept->via = ACCEPT_LOCAL;
        accept->user =
            relay.user.len ? relay.user : sendmail_local_part(field_without_angles(sender));
    }
    accept->has_sender =
        sender.len && (sender.data[0] == '<' || str_index(sender, '@') < sender.len);
    if (accept->has_sender)
        accept->sender = field_without_angles(sender);
    /* All recipients were refused: no mail came of it. */
    event->kind = accept->recipient_count == 0 ? EVENT_NONE : EVENT_ACCEPT;
}

/* --- what was refused --- */

static bool
is_relay_denied(struct str text)
{
    return str_has(text, STR("Relaying denied")) ||
           str_has(text, STR("Relaying temporarily denied"));
}

/* "ruleset=check_rcpt, arg1=<a@b>, relay=h [ip], reject=550 5.7.1 <a@b>... Relaying denied" */
static void
read_ruleset(struct str rest, struct event *event)
{
    struct event_refused *refused = &event->refused;
    struct str ruleset = str_cut(&rest, ','), argument = STR_EMPTY;
    struct sendmail_relay relay;

    *refused = (struct event_refused){.is_relay_denied = false};
    if (str_skip(&rest, STR(" arg1="))) {
        size_t len = sendmail_address_len(rest);

        argument = field_without_angles(str_first(rest, len));
        rest = str_from(rest, len);
    }
    (void)str_cut_at(&rest, STR("relay="));
    relay = sendmail_relay_read(str_cut_at(&rest, STR(", reject=")));
    refused->client_host = relay.host;
    refused->client_address = relay.address;
    refused->text = rest;
    if (str_eq(ruleset, STR("check_rcpt")))
        refused->recipient = argument;
    else if (str_eq(ruleset, STR("check_mail")))
        refused->sender = argument;
    refused->is_relay_denied = is_relay_denied(rest);
    event->queue_id = STR_EMPTY; /* a command was refused, not the mail */
    event->kind = rest.len ? EVENT_REFUSED : EVENT_NONE;
}

/* "Milter: data, reject=550 ..", "Milter: to=<a>, reject=..", "milter=x, action=rcpt, reject=.." */
static void
read_milter(struct str rest, struct event *event)
{
    struct event_refused *refused = &event->refused;
    struct str command = rest;

    event->kind = EVENT_NONE;
    *refused = (struct event_refused){.is_relay_denied = false};
    if (str_skip(&command, STR("Milter: to="))) {
        refused->recipient =
            field_without_angles(str_first(command, sendmail_address_len(command)));
        event->queue_id = STR_EMPTY;
    } else if (str_starts(command, STR("Milter: ")) || str_starts(command, STR("milter="))) {
        if (str_has(str_first(command, 120), STR(", action=rcpt")))
            event->queue_id = STR_EMPTY;
    } else {
        return; /* "Milter add: header: ..": what a milter changed */
    }
    refused->text = str_from(rest, str_find(rest, STR(", reject=")) + 9);
    if (refused->text.len)
        event->kind = EVENT_REFUSED;
}

/* --- logins --- */

/* "AUTH=server, relay=host [ip], authid=anna, mech=PLAIN, bits=0" */
static void
read_auth(struct str rest, struct event *event)
{
    struct event_login *login = &event->login;
    struct str relay;

    *login = (struct event_login){.service = STR("smtp"), .is_success = true, .attempts = 1};
    event->kind = EVENT_NONE;
    if (!str_skip(&rest, STR("relay=")))
        return;
    relay = str_cut_at(&rest, STR(", authid="));
    (void)sendmail_cut_last(&rest, STR(", bits="));
    (void)sendmail_cut_last(&rest, STR(", mech="));
    login->client = sendmail_relay_read(relay).address;
    login->user = rest;
    if (login->user.len)
        event->kind = EVENT_LOGIN;
}

/* "AUTH failure (LOGIN): authentication failure (-13) SASL(-13): .., user=x, relay=h [ip]" */
static void
read_auth_failure(struct str rest, struct event *event)
{
    struct event_login *login = &event->login;

    *login = (struct event_login){.service = STR("smtp"), .attempts = 1};
    login->client = sendmail_relay_read(sendmail_cut_last(&rest, STR(", relay="))).address;
    (void)str_cut_at(&rest, STR(", user="));
    login->user = rest;
    event->kind = EVENT_LOGIN;
}

/* "host [ip]: possible SMTP attack: command=AUTH, count=5" */
static bool
read_attack(struct str rest, struct event *event)
{
    struct event_login *login = &event->login;
    struct str relay = str_cut_at(&rest, STR(": possible SMTP attack: command=AUTH, count="));
    int64_t count = rest.len ? field_cut_number(&rest) : 0;

    if (count < 1)
        return false;
    *login = (struct event_login){.service = STR("smtp")};
    login->attempts = count > 1000 ? 1000 : (uint32_t)count;
    login->client = sendmail_relay_read(relay).address;
    event->kind = EVENT_LOGIN;
    return true;
}

/* --- lines --- */

/* "<a@b>... User unknown": a recipient that was refused. */
static bool
read_unknown_user(struct str rest, struct event *event)
{
    size_t len = sendmail_address_len(rest);
    struct str after = str_from(rest, len);

    if (rest.len == 0 || rest.data[0] != '<' || !str_skip(&after, STR("... ")))
        return false;
    event->refused = (struct event_refused){
        .recipient = field_without_angles(str_first(rest, len)),
        .text = after,
        .is_relay_denied = is_relay_denied(after),
    };
    event->queue_id = STR_EMPTY;
    event->kind = EVENT_REFUSED;
    return true;
}

/* "Q3: DSN: User unknown" behind "Q2: ". */
static bool
read_notice(struct str rest, struct event *event)
{
    static const char *const begins[] = {
        "DSN: ", "return to sender: ", "sender notify: ", "notify sender: ", "postmaster notify: "};
    struct str child;

    if (!cut_id(&rest, &child))
        return false;
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (str_starts(rest, str_from_cstr(begins[i]))) {
            event->notice = (struct event_notice){child};
            event->kind = EVENT_NOTICE;
            return true;
        }
    }
    return false;
}

static void
read_with_id(struct str rest, struct event *event)
{
    if (str_skip(&rest, STR("to=")))
        sendmail_delivery_read(rest, event);
    else if (str_skip(&rest, STR("from=")))
        read_from(rest, event);
    else if (str_starts(rest, STR("done; ")))
        event->kind = EVENT_REMOVED;
    else if (!read_notice(rest, event) && !read_unknown_user(rest, event))
        event->kind = EVENT_NONE;
}

/* Lines that may have an id or none. */
static bool
read_either(struct str rest, struct event *event)
{
    if (str_skip(&rest, STR("AUTH=server, ")))
        read_auth(rest, event);
    else if (str_skip(&rest, STR("AUTH failure ")))
        read_auth_failure(rest, event);
    else if (str_skip(&rest, STR("ruleset=")))
        read_ruleset(rest, event);
    else if (str_starts(rest, STR("Milter")) || str_starts(rest, STR("milter=")))
        read_milter(rest, event);
    else
        return read_attack(rest, event);
    return true;
}

/* What is said of no mail. */
static bool
is_noise(struct str message)
{
    static const char *const begins[] = {
        "NOQUEUE: ",
        "STARTTLS",
        "starting daemon",
        "stopping daemon",
        "restarting ",
        "alias database ",
        "grew WorkList",
        "rejecting ",
        "accepting ",
        "gethostby",
        "lost input channel",
        "timeout waiting ",
        "AUTH",
        "SYSERR",
        "unable to ",
        "error: ",
        "My unqualified",
        "problem creating",
        "Authentication-Warn",
        "error connecting to filter",
        "runqueue: ",
        "WARNING: ",
        "/etc/mail/",
        "collect: ",
        "tls_",
        "started as: ",
        "sql_",
        "-- ",
    };

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (str_starts(message, str_from_cstr(begins[i])))
            return true;
    }
    return false;
}

void
sendmail_read(struct str message, struct event *event)
{
    struct str rest = message;

    event->kind = EVENT_UNKNOWN;
    if (cut_id(&rest, &event->queue_id)) {
        if (!read_either(rest, event))
            read_with_id(rest, event);
        return;
    }
    (void)str_skip(&rest, STR("NOQUEUE: "));
    if (!read_either(rest, event) && is_noise(message))
        event->kind = EVENT_NONE;
}
