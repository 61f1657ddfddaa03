#include "record/exim.h"

#include "record/exim_parts.h"
#include "record/field.h"
#include "record/stamp.h"

/* An id and a blank at the front: drops them. */
static bool
cut_id(struct str *rest, struct str *ret_id)
{
    static const size_t lens[] = {16, 23};

    for (size_t i = 0; i < 2; i++) {
        struct str id = str_first(*rest, lens[i]);

        if (rest->len > lens[i] && rest->data[lens[i]] == ' ' && exim_is_queue_id(id)) {
            *ret_id = id;
            *rest = str_from(*rest, lens[i] + 1);
            return true;
        }
    }
    return false;
}

/* --- "<=" --- */

/* Behind id=: T="subject", "from <envelope>" and "for a b c". */
static void
read_tail(struct str rest, struct event_accept *accept)
{
    bool is_last;

    if (str_skip(&rest, STR(" T=")))
        accept->subject = exim_cut_value(&rest, &is_last);
    if (str_skip(&rest, STR(" from "))) {
        size_t at = field_quoted_end(str_from(rest, 1));

        at += str_find(str_from(rest, at), STR("> for "));
        rest = str_from(rest, at + 1);
    }
    if (str_skip(&rest, STR(" for ")))
        accept->recipients = rest;
}

static void
read_arrival(struct str rest, struct event *event)
{
    struct event_accept *accept = &event->accept;
    struct exim_fields fields = {.has_from = false};
    struct str sender = field_without_angles(exim_cut_address(&rest));

    exim_fields_read(&rest, &fields);
    *accept = (struct event_accept){
        .via = fields.has_peer ? ACCEPT_SMTP : ACCEPT_LOCAL,
        .uid = -1,
        .client_host = fields.client_host,
        .client_address = fields.client_address,
        .login = fields.login,
        .protocol = fields.protocol,
        .sender = sender,
        .has_sender = true,
        .message_id = fields.id,
        .size = field_number(fields.size, -1),
        .recipient_count = -1,
    };
    /* Over SMTP, U= is what the client's own identd claims. */
    if (!fields.has_peer)
        accept->user = fields.user;
    if (exim_is_queue_id(fields.reference) && sender.len == 0) {
        accept->via = ACCEPT_NOTICE;
        accept->parent_id = fields.reference;
    }
    if (fields.id.len == 0 && fields.transport.len)
        accept->subject = fields.transport;
    read_tail(rest, accept);
    event->kind = EVENT_ACCEPT;
    (void)exim_queue_id_time(event->queue_id, &event->known_utc_s);
}

/* --- "cwd=/srv/shop 3 args: /usr/sbin/sendmail -t -i" --- */

/*
 * Whether the program was run to take a mail in. Exim starts itself to deliver
 * ("-Mc"), to run the queue and as a daemon, and such lines may come between a
 * mail's own "cwd=" and its "<=". Only the first option counts: a later one may be
 * the value of another, as in "-f -q".
 */
static bool
is_submission(struct str arguments)
{
    static const char *const modes[] = {"-M",  "-q",  "-bd", "-bp", "-bP", "-bt", "-bv",
                                        "-bV", "-be", "-bF", "-bf", "-bh", "-bi", "-bw"};
    struct str option;

    (void)str_cut(&arguments, ' ');
    if (str_skip(&arguments, STR("-C ")))
        (void)str_cut(&arguments, ' ');
    option = str_cut(&arguments, ' ');
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (str_starts(option, str_from_cstr(modes[i])))
            return false;
    }
    return true;
}

static void
read_command(struct str rest, struct event *event)
{
    struct str directory = rest;

    event->kind = EVENT_NONE;
    for (size_t at = str_find(rest, STR(" args:")); at < rest.len;) {
        size_t digits = at;
        struct str next, arguments;

        while (digits && str_is_digit(rest.data[digits - 1]))
            digits--;
        if (digits < at && digits && rest.data[digits - 1] == ' ') {
            directory = str_first(rest, digits - 1);
            if (str_eq(directory, STR(" (failed)")) || str_eq(directory, STR("(failed)")))
                directory = STR_EMPTY;
            arguments = str_trim(str_from(rest, at + 6));
            event->command = (struct event_command){directory, arguments};
            event->kind = is_submission(arguments) ? EVENT_COMMAND : EVENT_NONE;
            return;
        }
        next = str_from(rest, at + 6);
        at += 6 + str_find(next, STR(" args:"));
    }
}

/* --- lines --- */

static void
read_with_id(struct str rest, struct event *event)
{
    event->kind = EVENT_NONE;
    if (str_skip(&rest, STR("=> ")) || str_skip(&rest, STR("-> ")) || str_skip(&rest, STR(">> ")))
        exim_delivery_read(rest, DELIVERY_SENT, event);
    else if (str_skip(&rest, STR("<= ")) || str_skip(&rest, STR("(= ")))
        read_arrival(rest, event);
    else if (str_skip(&rest, STR("== ")))
        exim_delivery_read(rest, DELIVERY_DEFERRED, event);
    else if (str_skip(&rest, STR("** ")))
        exim_delivery_read(rest, DELIVERY_BOUNCED, event);
    else if (str_skip(&rest, STR("*> ")))
        exim_delivery_read(rest, DELIVERY_OTHER, event);
    else if (str_starts(rest, STR("Completed")) || str_starts(rest, STR("removed by ")))
        event->kind = EVENT_REMOVED;
    else if (str_starts(rest, STR("Frozen")) || str_starts(rest, STR("frozen by ")))
        event->kind = EVENT_HOLD;
    else
        (void)exim_refusal_read(rest, event);
}

/* What follows the stamp and its blank. */
static void
read_body(struct str rest, struct event *event)
{
    event->kind = EVENT_NONE;
    if (rest.len > 2 && rest.data[0] == '[' && str_is_digit(rest.data[1])) {
        struct str after = str_from(rest, 1);
        int64_t pid = field_cut_number(&after);

        if (str_skip(&after, STR("] "))) {
            event->pid = pid;
            rest = after;
        }
    }
    if (str_skip(&rest, STR("cwd=")))
        read_command(rest, event);
    else if (cut_id(&rest, &event->queue_id))
        read_with_id(rest, event);
    else if (!exim_login_failure_read(rest, event))
        (void)exim_refusal_read(rest, event);
}

/* "2026-11-23 15:21:22.123 +0100 " at the front: drops it. */
static bool
skip_stamp(struct str *rest, struct event *event)
{
    struct str s = *rest;

    if (s.len < 20 || s.data[4] != '-' || s.data[10] != ' ' || !stamp_read_iso(&s, event))
        return false;
    if (!str_skip(&s, STR(" ")))
        return false;
    *rest = s;
    return true;
}

/* What only Exim says behind such a stamp. */
static bool
is_exim_phrase(struct str s)
{
    static const char *const begins[] = {
        "cwd=",
        "exim 4",
        "Start queue run: pid=",
        "End queue run: pid=",
        "SMTP connection from ",
        "SMTP protocol ",
        "SMTP call from ",
        "SMTP command timeout ",
        "SMTP data timeout ",
        "no host name found for IP address ",
        "no IP address found for host ",
        "no MAIL in SMTP connection from ",
        "unexpected disconnection while reading SMTP command from ",
        "TLS error on connection from ",
        "H=",
        "U=",
    };

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (str_starts(s, str_from_cstr(begins[i])))
            return true;
    }
    (void)str_cut(&s, ' ');
    return str_starts(s, STR("authenticator failed for "));
}

int
exim_probe(struct str record)
{
    struct event event;
    struct str rest = record, id;

    event_init(&event);
    /* the lines between which the reject log quotes a message */
    if (str_starts(record, STR("Envelope-from: <")) || str_starts(record, STR("Envelope-to: <")))
        return 1;
    if (!skip_stamp(&rest, &event))
        return 0;
    if (str_starts(rest, STR("["))) {
        struct str after = str_from(rest, 1);

        if (field_cut_number(&after) >= 0 && str_skip(&after, STR("] ")))
            rest = after;
    }
    return cut_id(&rest, &id) || is_exim_phrase(rest) ? 2 : 0;
}

void
exim_read(struct str record, struct event *event)
{
    struct str rest = record;

    event->program = STR("exim");
    event->kind = EVENT_NONE;
    if (skip_stamp(&rest, event))
        read_body(rest, event);
}

/* "[1/3] " or "[2\3] ": which part of a line that was split this is; 1 for a whole one. */
static int64_t
cut_part(struct str *rest)
{
    struct str s = *rest;
    int64_t part;

    if (!str_skip(&s, STR("[")))
        return 1;
    part = field_cut_number(&s);
    if (part < 1 || (!str_skip(&s, STR("/")) && !str_skip(&s, STR("\\"))) ||
        field_cut_number(&s) < 1 || !str_skip(&s, STR("] ")))
        return 1;
    *rest = s;
    return part;
}

void
exim_message_read(struct str message, struct event *event)
{
    struct event inner;

    event->kind = EVENT_NONE;
    if (cut_part(&message) != 1)
        return;
    event_init(&inner);
    if (skip_stamp(&message, &inner) && event->stamp_form != STAMP_UTC) {
        event->stamp_form = inner.stamp_form;
        event->stamp_us = inner.stamp_us;
        event->resolution_us = inner.resolution_us;
        event->zone = inner.zone;
    }
    read_body(message, event);
}
