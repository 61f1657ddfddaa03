#include "record/sendmail_parts.h"

#include "record/field.h"

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
    size_t len = sendmail_address_len(*rest);
    struct str value = str_first(*rest, len), after;
    size_t open = field_find_last(value, STR(" ("));

    *rest = str_from(*rest, len);
    if (open < value.len) {
        after = str_from(value, open + 2);
        value = str_first(value, open);
    } else {
        after = *rest;
        if (!str_skip(&after, STR(" ("))) {
            delivery->controller = sendmail_local_part(field_without_angles(value));
            return;
        }
        *rest = str_from(*rest, str_index(*rest, ','));
    }
    delivery->controller_uid = field_cut_number(&after);
    if (!str_skip(&after, STR("/")))
        delivery->controller_uid = -1;
    delivery->controller = sendmail_local_part(field_without_angles(value));
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
    if (sendmail_is_queue_id(id) && str_starts(after, STR("Message accepted for delivery")))
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
        size_t len = sendmail_address_len(*rest);

        if (first.len == 0)
            first = field_without_angles(str_first(*rest, len));
        *rest = str_from(*rest, len);
    } while (!str_starts(*rest, STR(", ")) && str_skip(rest, STR(",")));
    /* an address that goes on behind its '>' in words of its own */
    *rest = str_from(*rest, str_find(*rest, STR(", ")));
    return first;
}

void
sendmail_delivery_read(struct str rest, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;
    struct sendmail_relay relay;
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
    relay = sendmail_relay_read(str_first(value, str_index(value, ',')));
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
