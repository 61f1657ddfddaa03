#include "record/sendmail.h"

#include "record/field.h"

/* --- small pieces --- */

#define ID_BYTES_MIN 8
#define ID_BYTES_MAX 20
#define ID_DIGITS_MIN 3 /* at the end: the process that made it */

static bool
is_queue_id(struct str s)
{
    if (s.len < ID_BYTES_MIN || s.len > ID_BYTES_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        bool must_be_digit = i + ID_DIGITS_MIN >= s.len;

        if (must_be_digit ? !field_is_digit(s.data[i]) : !field_is_alnum(s.data[i]))
            return false;
    }
    return true;
}

/* "ID: " at the front: drops it. */
static bool
cut_id(struct str *rest, struct str *ret_id)
{
    size_t colon = str_index(str_first(*rest, ID_BYTES_MAX + 1), ':');
    struct str after = str_from(*rest, colon);

    if (!is_queue_id(str_first(*rest, colon)) || !str_skip(&after, STR(": ")))
        return false;
    *ret_id = str_first(*rest, colon);
    *rest = after;
    return true;
}

static struct str
without_angles(struct str s)
{
    if (s.len >= 2 && s.data[0] == '<' && s.data[s.len - 1] == '>')
        return (struct str){s.data + 1, s.len - 2};
    return s;
}

static struct str
local_part(struct str s)
{
    return str_first(s, str_index(s, '@'));
}

/*
 * Where the address that begins `s` ends: behind its '>', or at a comma. What
 * stands in quotes is passed over.
 */
static size_t
address_len(struct str s)
{
    size_t from = s.len && s.data[0] == '<' ? 1 : 0;
    size_t quoted = field_quoted_end(str_from(s, from));
    size_t at = from + quoted;

    if (from) {
        at += str_index(str_from(s, at), '>');
        return at < s.len ? at + 1 : s.len;
    }
    return at + str_index(str_from(s, at), ',');
}

/* "host [address] (may be forged)" or "user@localhost", whole. */
struct relay {
    struct str host, address, user;
};

static struct relay
read_relay(struct str text)
{
    struct relay relay = {STR_EMPTY, STR_EMPTY, STR_EMPTY};
    size_t open, close;

    if (str_ends(text, STR(" (may be forged)")))
        text.len -= 16;
    open = field_find_last(text, STR("["));
    close = open + str_index(str_from(text, open), ']');
    if (open < text.len && close < text.len) {
        relay.address = field_address(str_first(str_from(text, open), close - open + 1));
        if (!field_is_address(relay.address))
            relay.address = STR_EMPTY;
        relay.host = str_trim(str_first(text, open));
        if (relay.host.len && relay.host.data[0] == '[')
            relay.host = STR_EMPTY;
        if (relay.host.len && relay.host.data[relay.host.len - 1] == '.')
            relay.host.len--;
    } else if (str_index(text, '@') < text.len) {
        relay.user = local_part(text);
    } else {
        relay.host = text;
    }
    return relay;
}

/* --- "from=<a@b>, size=9, class=0, nrcpts=1, msgid=<m>, proto=ESMTP, daemon=MTA, relay=h [ip]" ---
 */

/* The value of the last ", key=" in `text`, which loses it and what follows. */
static struct str
cut_last(struct str *text, struct str key)
{
    size_t at = field_find_last(*text, key);
    struct str value = STR_EMPTY;

    if (at < text->len) {
        value = str_from(*text, at + key.len);
        text->len = at;
    }
    return value;
}

static void
read_from(struct str rest, struct event *event)
{
    struct event_accept *accept = &event->accept;
    struct str sender;
    struct relay relay;
    size_t len = address_len(rest);

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
    relay = read_relay(cut_last(&rest, STR(", relay=")));
    (void)cut_last(&rest, STR(", daemon="));
    accept->protocol = cut_last(&rest, STR(", proto="));
    accept->protocol = str_first(accept->protocol, str_index(accept->protocol, ','));
    (void)cut_last(&rest, STR(", bodytype="));
    if (str_skip(&rest, STR(", msgid=")))
        accept->message_id = without_angles(rest);
    accept->client_host = relay.host;
    accept->client_address = relay.address;
    if (relay.address.len == 0 && accept->protocol.len == 0) {
        accept->via = ACCEPT_LOCAL;
        accept->user = relay.user.len ? relay.user : local_part(without_angles(sender));
    }
    accept->has_sender =
        sender.len && (sender.data[0] == '<' || str_index(sender, '@') < sender.len);
    if (accept->has_sender)
        accept->sender = without_angles(sender);
    /* All recipients were refused: no mail came of it. */
    event->kind = accept->recipient_count == 0 ? EVENT_NONE : EVENT_ACCEPT;
}

/* --- "to=<c@d>, ctladdr=<a@b> (33/33), delay=.., mailer=esmtp, relay=.., dsn=.., stat=.." --- */

/* "1+02:03:04" */
static int32_t
read_delay(struct str s)
{
    int64_t days = 0, seconds = 0;

    if (str_index(s, '+') < s.len) {
        struct str digits = str_cut(&s, '+');

        days = field_number(digits, -1);
    }
    for (int i = 0; i < 3; i++) {
        int64_t number = field_cut_number(&s);

        if (number < 0 || number > 60 * 60)
            return -1;
        seconds = seconds * 60 + number;
        if (i < 2 && !str_skip(&s, STR(":")))
            return -1;
    }
    seconds += days * 86400;
    return days >= 0 && days < 20 ? (int32_t)(seconds * 1000) : -1;
}

/* "user (33/33)" in front of a comma, or "user": drops it. */
static void
cut_controller(struct str *rest, struct event_delivery *delivery)
{
    size_t len = address_len(*rest);
    struct str value = str_first(*rest, len), after;
    size_t open = field_find_last(value, STR(" ("));

    *rest = str_from(*rest, len);
    if (open < value.len) {
        after = str_from(value, open + 2);
        value = str_first(value, open);
    } else {
        after = *rest;
        if (!str_skip(&after, STR(" ("))) {
            delivery->controller = local_part(without_angles(value));
            return;
        }
        *rest = str_from(*rest, str_index(*rest, ','));
    }
    delivery->controller_uid = field_cut_number(&after);
    if (!str_skip(&after, STR("/")))
        delivery->controller_uid = -1;
    delivery->controller = local_part(without_angles(value));
}

static enum delivery_status
status_of(struct str dsn, struct str stat)
{
    if (str_starts(stat, STR("Sent")))
        return DELIVERY_SENT;
    if (str_starts(stat, STR("queued")))
        return DELIVERY_DEFERRED; /* a busy host: not even tried yet, but the recipient is known */
    if (dsn.len)
        return dsn.data[0] == '5'   ? DELIVERY_BOUNCED
               : dsn.data[0] == '4' ? DELIVERY_DEFERRED
                                    : DELIVERY_OTHER;
    return str_starts(stat, STR("Deferred")) ? DELIVERY_DEFERRED : DELIVERY_BOUNCED;
}

/* "Q2 Message accepted for delivery" or what another MTA answers. */
static void
read_next(struct event_delivery *delivery)
{
    struct str after = delivery->reply, id = str_cut(&after, ' ');

    if (delivery->status != DELIVERY_SENT)
        return;
    if (str_eq(id, STR("2.0.0")))
        id = str_cut(&after, ' ');
    if (is_queue_id(id) && str_starts(after, STR("Message accepted for delivery")))
        delivery->next_id = id;
    else
        delivery->next_id = field_queued_as(delivery->reply);
    delivery->next = delivery->next_id.len ? NEXT_QUEUED_AS : NEXT_NONE;
}

static void
read_stat(struct str stat, struct event_delivery *delivery)
{
    delivery->status = status_of(delivery->dsn, stat);
    delivery->reply = stat;
    if (delivery->status == DELIVERY_SENT) {
        (void)str_skip(&stat, STR("Sent"));
        (void)str_skip(&stat, STR(" "));
        if (stat.len >= 2 && stat.data[0] == '(' && stat.data[stat.len - 1] == ')')
            stat = (struct str){stat.data + 1, stat.len - 2};
        delivery->reply = stat;
    }
    read_next(delivery);
}

/* The first recipient of a list; drops all of it. */
static struct str
cut_recipients(struct str *rest)
{
    struct str first = STR_EMPTY;

    do {
        size_t len = address_len(*rest);

        if (first.len == 0)
            first = without_angles(str_first(*rest, len));
        *rest = str_from(*rest, len);
    } while (!str_starts(*rest, STR(", ")) && str_skip(rest, STR(",")));
    /* an address that goes on behind its '>' in words of its own */
    *rest = str_from(*rest, str_find(*rest, STR(", ")));
    return first;
}

static void
read_to(struct str rest, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;
    struct relay relay;
    struct str value;

    *delivery = (struct event_delivery){.controller_uid = -1, .delay_ms = -1};
    delivery->recipient = cut_recipients(&rest);
    if (str_skip(&rest, STR(", ctladdr=")))
        cut_controller(&rest, delivery);
    if (str_skip(&rest, STR(", delay="))) {
        delivery->delay_ms = read_delay(str_first(rest, str_index(rest, ',')));
        rest = str_from(rest, str_index(rest, ','));
    }
    value = str_from(rest, str_find(rest, STR(", mailer=")) + 9);
    value = str_first(value, str_index(value, ','));
    delivery->is_local =
        str_eq(value, STR("local")) || str_eq(value, STR("prog")) || str_eq(value, STR("*file*"));
    value = str_from(rest, str_find(rest, STR(", relay=")) + 8);
    relay = read_relay(str_first(value, str_index(value, ',')));
    delivery->relay_host = relay.host;
    delivery->relay_address = relay.address;
    value = str_from(rest, str_find(rest, STR(", dsn=")) + 6);
    delivery->dsn = str_first(value, str_index(value, ','));
    value = str_cut_at(&rest, STR(", stat="));
    read_stat(rest, delivery);
    /* "stat=Service unavailable" says less than what the other server answered. */
    value = str_from(value, str_find(value, STR(", reply=")));
    if (delivery->status != DELIVERY_SENT && str_skip(&value, STR(", reply=")))
        delivery->reply = value;
    event->kind = rest.len && delivery->recipient.len ? EVENT_DELIVERY : EVENT_UNKNOWN;
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
    struct relay relay;

    *refused = (struct event_refused){.is_relay_denied = false};
    if (str_skip(&rest, STR(" arg1="))) {
        size_t len = address_len(rest);

        argument = without_angles(str_first(rest, len));
        rest = str_from(rest, len);
    }
    (void)str_cut_at(&rest, STR("relay="));
    relay = read_relay(str_cut_at(&rest, STR(", reject=")));
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
        refused->recipient = without_angles(str_first(command, address_len(command)));
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
    (void)cut_last(&rest, STR(", bits="));
    (void)cut_last(&rest, STR(", mech="));
    login->client = read_relay(relay).address;
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
    login->client = read_relay(cut_last(&rest, STR(", relay="))).address;
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
    login->client = read_relay(relay).address;
    event->kind = EVENT_LOGIN;
    return true;
}

/* --- lines --- */

/* "<a@b>... User unknown": a recipient that was refused. */
static bool
read_unknown_user(struct str rest, struct event *event)
{
    size_t len = address_len(rest);
    struct str after = str_from(rest, len);

    if (rest.len == 0 || rest.data[0] != '<' || !str_skip(&after, STR("... ")))
        return false;
    event->refused = (struct event_refused){
        .recipient = without_angles(str_first(rest, len)),
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
        read_to(rest, event);
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
