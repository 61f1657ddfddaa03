#include "record/exim_parts.h"

#include "record/field.h"

/* "1d2h3m4s" or "0.123s". */
static int32_t
read_interval(struct str s)
{
    int64_t ms = 0;

    while (s.len) {
        int64_t number = field_cut_number(&s), unit = 0, thousandths = 0;

        if (str_skip(&s, STR("."))) {
            int64_t scale = 100;

            for (; s.len && str_is_digit(s.data[0]); s = str_from(s, 1), scale /= 10)
                thousandths += (s.data[0] - '0') * scale;
        }
        if (s.len == 0 || number < 0 || number > 1000000)
            return -1;
        unit = s.data[0] == 's'   ? 1000
               : s.data[0] == 'm' ? 60000
               : s.data[0] == 'h' ? 3600000
               : s.data[0] == 'd' ? 86400000
               : s.data[0] == 'w' ? 604800000
                                  : -1;
        if (unit < 0)
            return -1;
        ms += number * unit + thousandths;
        s = str_from(s, 1);
    }
    return ms > 0 && ms <= INT32_MAX ? (int32_t)ms : -1;
}

/*
 * "final (parent) <original>": who gets it. The final one may be a file, a pipe or
 * ":blackhole:"; then, and for a local part alone, the original says who that is.
 */
static void
read_recipient(struct str *rest, struct event_delivery *delivery)
{
    struct str final = STR_EMPTY, original = STR_EMPTY, s = *rest;

    if (s.len && (s.data[0] == '|' || s.data[0] == '/' || s.data[0] == ':')) {
        size_t at = str_find(s, STR(" <"));

        final = str_first(s, at);
        s = str_from(s, at);
        if (at >= rest->len) {
            s = *rest;
            final = exim_cut_address(&s);
        }
        delivery->is_local = true;
    } else {
        final = exim_cut_address(&s);
        if (final.len && final.data[final.len - 1] == ':')
            final.len--;
    }
    if (str_starts(s, STR(" (")))
        s = str_from(s, str_find(s, STR(" <")));
    if (str_starts(s, STR(" <"))) {
        struct str angled = str_from(s, 1);

        if (field_cut_angled(&angled, STR(">"), &original))
            s = angled;
    }
    (void)str_skip(&s, STR(":"));
    delivery->recipient = final;
    if (original.len && (delivery->is_local || str_index(final, '@') >= final.len))
        delivery->recipient = original;
    else
        delivery->original_recipient = original;
    *rest = s;
}

/* ": 550 5.1.1 " in what the other side said. */
static struct str
find_dsn(struct str reply)
{
    for (size_t i = 0; i + 9 <= reply.len; i++) {
        const char *p = reply.data + i;
        size_t len = 0;
        struct str code;

        if ((p[0] != '4' && p[0] != '5') || !str_is_digit(p[1]) || !str_is_digit(p[2]) ||
            (p[3] != ' ' && p[3] != '-') || p[4] != p[0] || p[5] != '.')
            continue;
        if (i && p[-1] != ' ')
            continue;
        code = str_first(str_from(reply, i + 4), 12);
        while (len < code.len && (str_is_digit(code.data[len]) || code.data[len] == '.'))
            len++;
        if (len >= 5)
            return str_first(code, len);
    }
    return STR_EMPTY;
}

/*
 * " defer (-44) H=mx [192.0.2.9]: why", " defer (110): Connection timed out H=mx ...":
 * which host it was, where it is named before what that host said.
 */
static void
read_deferring_host(struct str rest, struct exim_fields *fields)
{
    bool is_last;

    if (!str_skip(&rest, STR(" defer (")))
        return;
    (void)str_cut(&rest, ')');
    (void)str_skip(&rest, STR(":"));
    rest = str_from(rest, str_find(str_first(rest, str_index(rest, ':')), STR(" H=")));
    if (str_skip(&rest, STR(" H=")))
        exim_peer_read(&rest, fields, &is_last);
}

void
exim_delivery_read(struct str rest, enum delivery_status status, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;
    struct exim_fields fields = {.has_from = false};

    *delivery = (struct event_delivery){.status = status, .controller_uid = -1, .delay_ms = -1};
    read_recipient(&rest, delivery);
    exim_fields_read(&rest, &fields);
    if (status == DELIVERY_DEFERRED)
        read_deferring_host(rest, &fields);
    delivery->relay_host = fields.client_host;
    delivery->relay_address = fields.client_address;
    delivery->relay_port = fields.port;
    if (!fields.has_peer && status == DELIVERY_SENT)
        delivery->is_local = true;
    delivery->delay_ms = read_interval(fields.queue_time);
    delivery->reply = str_trim(rest);
    if (fields.confirmation.len)
        delivery->reply = fields.confirmation;
    if (status == DELIVERY_SENT) {
        delivery->next_id = field_queued_as(fields.confirmation);
        delivery->next = delivery->next_id.len ? NEXT_QUEUED_AS : NEXT_NONE;
    } else {
        delivery->dsn = find_dsn(delivery->reply);
    }
    event->kind = delivery->recipient.len ? EVENT_DELIVERY : EVENT_UNKNOWN;
}
