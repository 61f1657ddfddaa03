/* postfix_delivery - what became of a message, and under which id it goes on. */

#include "record/field.h"
#include "record/postfix_parts.h"

static enum delivery_status
status_of(struct str word)
{
    if (str_eq(word, STR("sent")))
        return DELIVERY_SENT;
    if (str_eq(word, STR("deferred")) || str_eq(word, STR("SOFTBOUNCE")))
        return DELIVERY_DEFERRED;
    if (str_eq(word, STR("bounced")) || str_eq(word, STR("expired")))
        return DELIVERY_BOUNCED;
    return DELIVERY_OTHER;
}

/* The queue id that a reply's last words name: "... queued as ID" or "(forwarded as ID)". */
static void
read_next(struct event_delivery *delivery)
{
    struct str reply = delivery->reply, id;
    size_t at;

    if (delivery->status != DELIVERY_SENT)
        return;
    if (str_starts(reply, STR("forwarded as "))) {
        id = str_from(reply, 13);
        if (postfix_is_queue_id(id)) {
            delivery->next = NEXT_FORWARDED_AS;
            delivery->next_id = id;
        }
        return;
    }
    at = reply.len;
    while (at > 0 && reply.data[at - 1] != ' ')
        at--;
    id = str_from(reply, at);
    while (id.len && (id.data[id.len - 1] == ')' || id.data[id.len - 1] == '.'))
        id.len--;
    if (at >= 11 && memcmp(reply.data + at - 11, " queued as ", 11) == 0 &&
        postfix_is_queue_id(id)) {
        delivery->next = NEXT_QUEUED_AS;
        delivery->next_id = id;
    }
}

/* A relay that is a mailbox or program of this host: no address of another one. */
static bool
is_local_relay(struct str daemon, struct event_delivery *delivery, bool has_socket)
{
    if (str_eq(daemon, STR("virtual")) || str_eq(daemon, STR("local")))
        return true;
    if (has_socket)
        return true;
    return delivery->relay_address.len == 0 && delivery->relay_host.len > 0 &&
           !str_eq(delivery->relay_host, STR("none"));
}

static void
read_relay(struct str relay, struct str daemon, struct event_delivery *delivery)
{
    bool has_socket = false;

    if (postfix_cut_peer(&relay, &delivery->relay_host, &delivery->relay_address,
                         &delivery->relay_port)) {
        /* "host[private/dovecot-lmtp]" is a socket of this host. */
        has_socket = str_index(delivery->relay_address, '/') < delivery->relay_address.len;
        if (has_socket)
            delivery->relay_address = STR_EMPTY;
    } else {
        delivery->relay_host = relay;
    }
    delivery->is_local = is_local_relay(daemon, delivery, has_socket);
}

static int32_t
read_delay(struct str text)
{
    struct str fraction = text, whole = str_cut(&fraction, '.');
    int64_t ms = field_number(whole, -1), scale = 100;

    if (ms < 0 || ms > INT32_MAX / 1000 - 1)
        return -1;
    ms *= 1000;
    for (size_t i = 0; i < fraction.len && i < 3; i++, scale /= 10) {
        if (fraction.data[i] < '0' || fraction.data[i] > '9')
            return -1;
        ms += (fraction.data[i] - '0') * scale;
    }
    return (int32_t)ms;
}

/* Cuts the address off the front, at the first `close` behind which Postfix goes on. */
static struct str
cut_address(struct str *s, struct str close, bool may_have_original)
{
    size_t end = field_quoted_end(*s);

    for (;;) {
        struct str rest = str_from(*s, end);
        size_t at = str_find(rest, close);
        struct str address = str_first(*s, end + at);

        rest = str_from(rest, at + close.len);
        end += at + close.len;
        if (rest.len == 0 || str_starts(rest, STR("relay=")) ||
            (may_have_original && str_starts(rest, STR("orig_to=")))) {
            *s = rest;
            return address;
        }
    }
}

/*
 * "<a>, [orig_to=<b>, ]relay=" off the front; where a log was kept through HTML,
 * the brackets are gone.
 */
static bool
cut_recipient(struct str *rest, struct event_delivery *delivery)
{
    bool is_angled = str_starts(*rest, STR("<"));
    struct str close = is_angled ? STR(">, ") : STR(", "), s = str_from(*rest, is_angled), next;

    next = s;
    delivery->recipient = cut_address(&next, close, true);
    if (str_skip(&next, STR("orig_to="))) {
        (void)str_skip(&next, STR("<"));
        delivery->original_recipient = cut_address(&next, close, false);
    }
    *rest = next;
    return str_skip(rest, STR("relay="));
}

/* "<a>, [orig_to=<b>, ]relay=r, [conn_use=, ]delay=, delays=, [tls=, ]dsn=, status=s (text)" */
void
postfix_delivery_read(struct str rest, struct str daemon, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;
    size_t at;

    *delivery = (struct event_delivery){.controller_uid = -1, .delay_ms = -1};
    event->kind = EVENT_UNKNOWN;
    if (!cut_recipient(&rest, delivery))
        return;
    read_relay(str_cut(&rest, ','), daemon, delivery);
    at = str_find(rest, STR(" delay="));
    if (at < rest.len) {
        rest = str_from(rest, at + 7);
        delivery->delay_ms = read_delay(str_first(rest, str_index(rest, ',')));
    }
    at = str_find(rest, STR(" dsn="));
    if (at < rest.len) {
        rest = str_from(rest, at + 5);
        delivery->dsn = str_cut(&rest, ',');
    }
    at = str_find(rest, STR("status="));
    if (at >= rest.len)
        return;
    rest = str_from(rest, at + 7);
    delivery->status = status_of(str_cut(&rest, ' '));
    if (rest.len >= 2 && rest.data[0] == '(' && rest.data[rest.len - 1] == ')')
        rest = (struct str){rest.data + 1, rest.len - 2};
    delivery->reply = rest;
    read_next(delivery);
    event->kind = EVENT_DELIVERY;
}

/*
 * "END-OF-MESSAGE: 250 2.0.0 Ok: queued as ID; from=<a> to=<b> ...": a filter before
 * the queue passed the message on, and it came in again as ID.
 */
void
postfix_proxied_read(struct str rest, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;

    *delivery =
        (struct event_delivery){.status = DELIVERY_SENT, .controller_uid = -1, .delay_ms = -1};
    event->kind = EVENT_NONE;
    if (!postfix_cut_stage(&rest) || !str_skip(&rest, STR(": ")))
        return;
    delivery->reply = str_first(rest, str_find(rest, STR("; from=<")));
    read_next(delivery);
    if (delivery->next != NEXT_NONE)
        event->kind = EVENT_DELIVERY;
}
