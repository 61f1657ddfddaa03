#include "record/exim.h"

#include "record/field.h"
#include "record/stamp.h"

/* --- ids --- */

/* "XXXXXX-" and so on: blocks of base 62 of the lengths given. */
static bool
has_blocks(struct str s, size_t second, size_t third)
{
    if (s.len != 6 + second + third + 2 || s.data[6] != '-' || s.data[7 + second] != '-')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (i != 6 && i != 7 + second && !field_is_alnum(s.data[i]))
            return false;
    }
    return true;
}

bool
exim_is_queue_id(struct str s)
{
    return has_blocks(s, 6, 2) || has_blocks(s, 11, 4);
}

bool
exim_queue_id_time(struct str id, int64_t *ret_utc_s)
{
    int64_t seconds = 0;

    if (!exim_is_queue_id(id))
        return false;
    for (size_t i = 0; i < 6; i++) {
        char c = id.data[i];
        int digit = c <= '9' ? c - '0' : c <= 'Z' ? c - 'A' + 10 : c - 'a' + 36;

        seconds = seconds * 62 + digit;
    }
    /* 2001 to 2100: an id in base 36 (macOS) that happens to fit is not believed. */
    if (seconds < 1000000000 || seconds > 4102444800)
        return false;
    *ret_utc_s = seconds;
    return true;
}

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

/* --- fields --- */

struct fields {
    struct str client_host, client_address;
    uint16_t port;
    bool has_peer;
    struct str user, protocol, login, size, reference, transport, subject, id, from, confirmation,
        queue_time;
    bool has_from;
};

#define KEY_BYTES_MAX 8

/* The length of "KEY=" at the front, without the '='; 0 when there is none. */
static size_t
key_len(struct str s)
{
    size_t len = 0;

    while (len < s.len && len <= KEY_BYTES_MAX &&
           (field_is_alnum(s.data[len]) || s.data[len] == '*'))
        len++;
    return len && len <= KEY_BYTES_MAX && len < s.len && s.data[len] == '=' ? len : 0;
}

/* Words that stand between fields and have no value. */
static bool
skip_mark(struct str *rest)
{
    static const char *const marks[] = {"K",   "L",    "L-",  "L.", "L*",     "L.-", "L*-",  "PRDR",
                                        "TFO", "TFO*", "ARC", "DS", "NOTIFY", "SPF", "DMARC"};
    struct str after = *rest, word = str_cut(&after, ' ');

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (str_eq(word, str_from_cstr(marks[i]))) {
            *rest = str_from(*rest, word.len);
            return true;
        }
    }
    return false;
}

/*
 * The value at the front: quoted, in angle brackets, or up to a blank. Exim ends
 * the last field before its words with a colon.
 */
static struct str
cut_value(struct str *rest, bool *ret_is_last)
{
    struct str value;
    size_t len;

    *ret_is_last = false;
    if (rest->len && rest->data[0] == '"' && (len = field_quoted_end(*rest)) > 0) {
        value = (struct str){rest->data + 1, len - 1};
        *rest = str_from(*rest, len + 1);
    } else if (field_cut_angled(rest, STR("> "), &value)) {
        *rest = (struct str){rest->data - 1, rest->len + 1};
    } else {
        len = str_index(*rest, ' ');
        value = str_first(*rest, len);
        *rest = str_from(*rest, len);
        if (value.len && value.data[value.len - 1] == ':') {
            value.len--;
            *ret_is_last = true;
        } else {
            value = field_without_angles(value);
        }
    }
    return value;
}

/* The name of a user may hold blanks: it goes on up to what is a field again. */
static struct str
cut_name(struct str *rest, bool *ret_is_last)
{
    size_t len = str_index(*rest, ' ');
    struct str value;

    while (len < rest->len) {
        struct str after = str_from(*rest, len + 1), mark = after;

        if (key_len(after) || skip_mark(&mark) || str_starts(after, STR("rejected ")) ||
            str_starts(after, STR("temporarily ")))
            break;
        len += 1 + str_index(after, ' ');
    }
    value = str_first(*rest, len);
    *rest = str_from(*rest, len);
    *ret_is_last = str_ends(value, STR(":"));
    return str_first(value, value.len - *ret_is_last);
}

/* "driver:id", or "driver:id:sender" where the sender of AUTH= is logged as well: the id. */
static struct str
login_id(struct str value)
{
    (void)str_cut(&value, ':');
    return str_first(value, str_index(value, ':'));
}

/* The address at the front, which may have a quoted local part with blanks. */
static struct str
cut_address(struct str *rest)
{
    size_t quoted = field_quoted_end(*rest), len = quoted + str_index(str_from(*rest, quoted), ' ');
    struct str address = str_first(*rest, len);

    *rest = str_from(*rest, len);
    return address;
}

static void
set_once(struct str *field, struct str value)
{
    if (field->len == 0)
        *field = value;
}

static void
keep_field(struct fields *fields, struct str key, struct str value)
{
    if (str_eq(key, STR("P"))) {
        set_once(&fields->protocol, value);
    } else if (str_eq(key, STR("S"))) {
        set_once(&fields->size, value);
    } else if (str_eq(key, STR("R"))) {
        set_once(&fields->reference, value);
    } else if (str_eq(key, STR("T"))) {
        set_once(&fields->transport, value);
    } else if (str_eq(key, STR("C"))) {
        set_once(&fields->confirmation, value);
    } else if (str_eq(key, STR("QT"))) {
        set_once(&fields->queue_time, value);
    } else if (str_eq(key, STR("F")) && !fields->has_from) {
        fields->from = value;
        fields->has_from = true;
    }
}

static void
read_peer(struct str *rest, struct fields *fields, bool *ret_is_last)
{
    struct str host, address;
    uint16_t port;

    *ret_is_last = false;
    if (field_cut_peer(rest, &host, &address, &port)) {
        if (!fields->has_peer) {
            fields->client_host = host;
            fields->client_address = address;
            fields->port = port;
            fields->has_peer = true;
        }
        *ret_is_last = str_skip(rest, STR(":"));
    } else {
        host = cut_value(rest, ret_is_last);
        if (!fields->has_peer)
            fields->client_host = host;
        fields->has_peer = true;
    }
}

/*
 * "KEY=value" one after another, a blank between them and maybe before the first;
 * stops before the blank of what is no field, and behind id=, which is the sender's
 * own text.
 */
static void
read_fields(struct str *rest, struct fields *fields)
{
    bool is_last = false, is_first = true;

    while (!is_last) {
        struct str s = *rest, key;

        if (!str_skip(&s, STR(" ")) && !is_first)
            return;
        is_first = false;
        key = str_first(s, key_len(s));
        if (key.len == 0) {
            if (!skip_mark(&s))
                return;
            *rest = s;
            continue;
        }
        s = str_from(s, key.len + 1);
        if (str_eq(key, STR("id")) || str_eq(key, STR("id*"))) {
            fields->id = cut_address(&s);
            *rest = s;
            return;
        }
        if (str_eq(key, STR("H")))
            read_peer(&s, fields, &is_last);
        else if (str_eq(key, STR("A")))
            set_once(&fields->login, login_id(cut_name(&s, &is_last)));
        else if (str_eq(key, STR("U")))
            set_once(&fields->user, cut_name(&s, &is_last));
        else
            keep_field(fields, key, cut_value(&s, &is_last));
        *rest = s;
    }
}

static int64_t
read_size(struct str size)
{
    return field_number(size, -1);
}

/* --- "<=" --- */

/* Behind id=: T="subject", "from <envelope>" and "for a b c". */
static void
read_tail(struct str rest, struct event_accept *accept)
{
    bool is_last;

    if (str_skip(&rest, STR(" T=")))
        accept->subject = cut_value(&rest, &is_last);
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
    struct fields fields = {.has_from = false};
    struct str sender = field_without_angles(cut_address(&rest));

    read_fields(&rest, &fields);
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
        .size = read_size(fields.size),
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

/* --- deliveries --- */

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
            final = cut_address(&s);
        }
        delivery->is_local = true;
    } else {
        final = cut_address(&s);
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
read_deferring_host(struct str rest, struct fields *fields)
{
    bool is_last;

    if (!str_skip(&rest, STR(" defer (")))
        return;
    (void)str_cut(&rest, ')');
    (void)str_skip(&rest, STR(":"));
    rest = str_from(rest, str_find(str_first(rest, str_index(rest, ':')), STR(" H=")));
    if (str_skip(&rest, STR(" H=")))
        read_peer(&rest, fields, &is_last);
}

static void
read_delivery(struct str rest, enum delivery_status status, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;
    struct fields fields = {.has_from = false};

    *delivery = (struct event_delivery){.status = status, .controller_uid = -1, .delay_ms = -1};
    read_recipient(&rest, delivery);
    read_fields(&rest, &fields);
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

/* --- what was refused --- */

/* "[H=..][ U=..][ A=..] F=<a> rejected RCPT <b>: why"; false when it is no such line. */
static bool
read_refused(struct str message, struct event *event)
{
    struct event_refused *refused = &event->refused;
    struct fields fields = {.has_from = false};
    struct str rest = message, what;

    read_fields(&rest, &fields);
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
            refused->recipient = cut_address(&what);
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

/* "dovecot_login authenticator failed for host (helo) [ip]: 535 Incorrect ... (set_id=anna)" */
static bool
read_login_failure(struct str message, struct event *event)
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
        read_delivery(rest, DELIVERY_SENT, event);
    else if (str_skip(&rest, STR("<= ")) || str_skip(&rest, STR("(= ")))
        read_arrival(rest, event);
    else if (str_skip(&rest, STR("== ")))
        read_delivery(rest, DELIVERY_DEFERRED, event);
    else if (str_skip(&rest, STR("** ")))
        read_delivery(rest, DELIVERY_BOUNCED, event);
    else if (str_skip(&rest, STR("*> ")))
        read_delivery(rest, DELIVERY_OTHER, event);
    else if (str_starts(rest, STR("Completed")) || str_starts(rest, STR("removed by ")))
        event->kind = EVENT_REMOVED;
    else if (str_starts(rest, STR("Frozen")) || str_starts(rest, STR("frozen by ")))
        event->kind = EVENT_HOLD;
    else
        (void)read_refused(rest, event);
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
    else if (!read_login_failure(rest, event))
        (void)read_refused(rest, event);
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
