#include "record/qmail.h"

#include "record/field.h"
#include "record/stamp.h"

#define NUMBER_DIGITS_MAX 20

/* Digits at the front: drops them. */
static bool
cut_digits(struct str *rest, struct str *ret_digits)
{
    size_t len = 0;

    while (len < rest->len && len <= NUMBER_DIGITS_MAX && str_is_digit(rest->data[len]))
        len++;
    if (len == 0 || len > NUMBER_DIGITS_MAX)
        return false;
    *ret_digits = str_first(*rest, len);
    *rest = str_from(*rest, len);
    return true;
}

/* "123: bytes 512 from <a@b> qp 4711 uid 1001" */
static void
read_info(struct str rest, struct event *event)
{
    struct event_accept *accept = &event->accept;
    struct str qp;

    *accept = (struct event_accept){.via = ACCEPT_LOCAL, .has_sender = true, .recipient_count = -1};
    if (!cut_digits(&rest, &event->queue_id) || !str_skip(&rest, STR(": bytes ")))
        return;
    accept->size = field_cut_number(&rest);
    if (!str_skip(&rest, STR(" from <")))
        return;
    accept->sender = str_first(rest, field_find_last(rest, STR("> qp ")));
    rest = str_from(rest, accept->sender.len + 5);
    if (!cut_digits(&rest, &qp) || !str_skip(&rest, STR(" uid ")))
        return;
    accept->uid = field_number(rest, -1);
    event->session = qp;
    event->kind = accept->uid < 0 ? EVENT_UNKNOWN : EVENT_ACCEPT;
}

/* A virtual domain's user is called "domain-anna@domain" where the domain is its own prefix. */
static struct str
without_domain(struct str address)
{
    size_t at = str_index(address, '@');
    struct str domain = str_from(address, at + 1), rest = address;

    if (domain.len && str_skip(&rest, domain) && str_skip(&rest, STR("-")))
        return rest;
    return address;
}

/* "7: msg 123 to remote c@d" */
static void
read_start(struct str rest, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;
    struct str number, id;

    if (!cut_digits(&rest, &number) || !str_skip(&rest, STR(": msg ")) || !cut_digits(&rest, &id))
        return;
    *delivery =
        (struct event_delivery){.status = DELIVERY_OTHER, .controller_uid = -1, .delay_ms = -1};
    if (str_skip(&rest, STR(" to local "))) {
        delivery->is_local = true;
        rest = without_domain(rest);
    } else if (!str_skip(&rest, STR(" to remote "))) {
        return;
    }
    if (rest.len == 0)
        return;
    delivery->recipient = rest;
    event->queue_id = id;
    event->session = number;
    event->kind = EVENT_STARTED;
}

/* "(#5.1.1)", or "_550_5.1.1_" in what the other side said. */
static struct str
find_dsn(struct str reply)
{
    for (size_t i = 2; i + 5 <= reply.len; i++) {
        const char *p = reply.data + i;
        struct str code = str_first(str_from(reply, i), 12);
        size_t len = 0;

        if ((p[0] != '4' && p[0] != '5') || p[1] != '.')
            continue;
        if (p[-1] != '#' && ((p[-1] != '_' && p[-1] != '-') || !str_is_digit(p[-2])))
            continue;
        while (len < code.len && (str_is_digit(code.data[len]) || code.data[len] == '.'))
            len++;
        if (len >= 5)
            return str_first(code, len);
    }
    return STR_EMPTY;
}

/* "192.0.2.9_accepted_message./...", "Connected_to_192.0.2.9_but_..." */
static struct str
relay_address(struct str reply)
{
    struct str address;

    (void)str_skip(&reply, STR("Connected_to_"));
    address = str_first(reply, str_index(reply, '_'));
    return field_is_address(address) ? address : STR_EMPTY;
}

/* "did_0+1+0/qp_4711/": a forward was queued by that process. */
static void
read_forward(struct event_delivery *delivery)
{
    struct str rest = delivery->reply;

    if (!str_starts(rest, STR("did_")))
        return;
    (void)str_cut_at(&rest, STR("/qp_"));
    if (cut_digits(&rest, &delivery->next_id))
        delivery->next = NEXT_FORWARDED_AS;
}

/* "7: success: 192.0.2.9_accepted_message./Remote_host_said:_250_ok/" */
static void
read_result(struct str rest, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;
    struct str number;

    if (!cut_digits(&rest, &number) || !str_skip(&rest, STR(": ")))
        return;
    *delivery = (struct event_delivery){.controller_uid = -1, .delay_ms = -1};
    if (str_skip(&rest, STR("success: ")))
        delivery->status = DELIVERY_SENT;
    else if (str_skip(&rest, STR("failure: ")))
        delivery->status = DELIVERY_BOUNCED;
    else if (str_skip(&rest, STR("deferral: ")) || str_starts(rest, STR("report mangled")))
        delivery->status = DELIVERY_DEFERRED;
    else
        return;
    delivery->reply = rest;
    delivery->relay_address = relay_address(rest);
    if (delivery->status == DELIVERY_SENT)
        read_forward(delivery);
    else
        delivery->dsn = find_dsn(rest);
    event->session = number;
    event->kind = EVENT_DELIVERY;
}

/* "123 qp 4712" */
static void
read_bounce(struct str rest, struct event *event)
{
    struct str id, qp;

    if (!cut_digits(&rest, &id) || !str_skip(&rest, STR(" qp ")) || !cut_digits(&rest, &qp) ||
        rest.len)
        return;
    event->queue_id = id;
    event->notice = (struct event_notice){qp};
    event->kind = EVENT_NOTICE;
}

static void
read_end(struct str rest, struct event *event)
{
    struct str id;

    if (!cut_digits(&rest, &id) || rest.len)
        return;
    event->queue_id = id;
    event->kind = EVENT_REMOVED;
}

/* What is said of no mail, or of one whose own lines say it better. */
static const char *const noises[] = {
    "new msg ",       "local deliveries ", "remote deliveries ", "status: ",      "running",
    "exiting",        "number of ",        "warning: ",          "alert: ",       "double bou",
    "triple bounce",  "tcpserver: ",       "rblsmtpd: ",         "qmail-smtpd: ", "qmail-pop",
    "cannot start: ", "qmail-queue",       "qmail-send:",        "sslserver: ",   "CHKUSER ",
    "vchkpw",         "hiscore",
};

static bool
is_noise(struct str message)
{
    for (size_t i = 0; i < sizeof(noises) / sizeof(noises[0]); i++) {
        if (str_starts(message, str_from_cstr(noises[i])))
            return true;
    }
    return false;
}

static void
read_message(struct str message, struct event *event)
{
    event->kind = EVENT_UNKNOWN;
    if (str_skip(&message, STR("starting delivery ")))
        read_start(message, event);
    else if (str_skip(&message, STR("delivery ")))
        read_result(message, event);
    else if (str_skip(&message, STR("info msg ")))
        read_info(message, event);
    else if (str_skip(&message, STR("end msg ")))
        read_end(message, event);
    else if (str_skip(&message, STR("bounce msg ")))
        read_bounce(message, event);
    else if (is_noise(message))
        event->kind = EVENT_NONE;
}

int
qmail_probe(struct str record)
{
    static const char *const begins[] = {"new msg ",           "info msg ",   "end msg ",
                                         "starting delivery ", "delivery ",   "bounce msg ",
                                         "status: local ",     "tcpserver: ", "rblsmtpd: "};
    struct event event;

    event_init(&event);
    if (!stamp_read_tai64n(&record, &event) || !str_skip(&record, STR(" ")))
        return 0;
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (str_starts(record, str_from_cstr(begins[i])))
            return 2;
    }
    return 0;
}

void
qmail_read(struct str record, struct event *event)
{
    event->program = STR("qmail");
    event->kind = EVENT_UNKNOWN;
    if (stamp_read_tai64n(&record, event) && str_skip(&record, STR(" ")))
        read_message(record, event);
}

void
qmail_message_read(struct str message, struct event *event)
{
    struct event inner;
    struct str rest = message;

    event_init(&inner);
    if ((stamp_read_epoch(&rest, &inner) || stamp_read_tai64n(&rest, &inner)) &&
        str_skip(&rest, STR(" "))) {
        event->stamp_form = inner.stamp_form;
        event->stamp_us = inner.stamp_us;
        event->resolution_us = inner.resolution_us;
        event->zone = STR_EMPTY;
        message = rest;
    }
    read_message(message, event);
}
