#include "record/opensmtpd.h"

#include "record/field.h"

#define SESSION_BYTES 16
#define MSGID_BYTES 8

static bool
is_hexadecimal(struct str s, size_t len)
{
    if (s.len != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = s.data[i];

        if (!str_is_digit(c) && !(c >= 'a' && c <= 'f'))
            return false;
    }
    return true;
}

/* "5a1b2c3d00112233 " at the front: drops it; the first eight digits are the queue id. */
static bool
cut_envelope_id(struct str *rest, struct event *event)
{
    struct str id = str_cut(rest, ' ');

    if (!is_hexadecimal(id, SESSION_BYTES))
        return false;
    event->queue_id = str_first(id, MSGID_BYTES);
    return true;
}

/* --- a session --- */

/* "address=192.0.2.7 host=mail.example" */
static void
read_connected(struct str rest, struct event *event)
{
    struct event_session *session = &event->session_start;
    struct str address;

    *session = (struct event_session){.is_local = false};
    if (!str_skip(&rest, STR("address=")))
        return;
    address = str_cut(&rest, ' ');
    session->is_local = str_eq(address, STR("local"));
    if (!session->is_local)
        session->client_address = field_address(address);
    if (str_skip(&rest, STR("host=")))
        session->client_host = str_first(rest, str_index(rest, ' '));
    event->kind = EVENT_SESSION;
}

/* "user=anna result=ok": the user is the client's own text, the result is the last word. */
static void
read_authentication(struct str rest, struct event *event)
{
    struct event_login *login = &event->login;
    size_t at = field_find_last(rest, STR(" result="));

    *login = (struct event_login){.service = STR("smtp"), .attempts = 1};
    if (at < 5 || at == rest.len || !str_skip(&rest, STR("user=")))
        return;
    at -= 5;
    login->user = str_first(rest, at);
    rest = str_from(rest, at + 8);
    login->is_success = str_eq(rest, STR("ok"));
    /* "tempfail": nobody looked at the password */
    if (login->is_success || str_eq(rest, STR("permfail")))
        event->kind = EVENT_LOGIN;
    else
        event->kind = EVENT_NONE;
}

/* "msgid=5a1b2c3d size=912 nrcpt=1 proto=ESMTP" */
static void
read_message(struct str rest, struct event *event)
{
    struct event_accept *accept = &event->accept;
    struct str id;
    int64_t count;

    *accept =
        (struct event_accept){.via = ACCEPT_SMTP, .uid = -1, .size = -1, .recipient_count = -1};
    if (!str_skip(&rest, STR("msgid=")))
        return;
    id = str_cut(&rest, ' ');
    if (!is_hexadecimal(id, MSGID_BYTES))
        return;
    if (str_skip(&rest, STR("size=")))
        accept->size = field_cut_number(&rest);
    if (str_skip(&rest, STR(" nrcpt="))) {
        count = field_cut_number(&rest);
        accept->recipient_count = count > INT32_MAX ? INT32_MAX : (int32_t)count;
    }
    if (str_skip(&rest, STR(" proto=")))
        accept->protocol = str_first(rest, str_index(rest, ' '));
    event->queue_id = id;
    event->kind = EVENT_ACCEPT;
}

/* "evpid=5a1b2c3d00112233 from=<a@b> to=<c@d>" */
static void
read_envelope(struct str rest, struct event *event)
{
    struct event_queued *queued = &event->queued;

    *queued = (struct event_queued){.size = -1, .recipient_count = -1};
    if (!str_skip(&rest, STR("evpid=")) || !cut_envelope_id(&rest, event) ||
        !str_skip(&rest, STR("from=")) || !field_cut_angled(&rest, STR("> to=<"), &queued->sender))
        return;
    queued->recipient = str_ends(rest, STR(">")) ? str_first(rest, rest.len - 1) : rest;
    event->kind = EVENT_QUEUED;
}

/* A quoted value at the front of `s`, which is all text up to the last quote. */
static struct str
quoted_to_end(struct str s)
{
    if (!str_skip(&s, STR("\"")))
        return STR_EMPTY;
    return str_ends(s, STR("\"")) ? str_first(s, s.len - 1) : s;
}

/* "command="RCPT TO:<a@b>  " result="550 Invalid recipient: <a@b>"" */
static void
read_failed_command(struct str rest, struct event *event)
{
    struct event_refused *refused = &event->refused;
    struct str command;
    size_t at = field_find_last(rest, STR("\" result=\""));

    *refused = (struct event_refused){.is_relay_denied = false};
    event->kind = EVENT_NONE;
    if (!str_skip(&rest, STR("command=\"")) || at < 9)
        return;
    at -= 9;
    command = str_first(rest, at);
    refused->text = quoted_to_end(str_from(rest, at + 9));
    if (str_starts_nocase(command, STR("RCPT TO:"))) {
        struct str address = str_trim(str_from(command, 8));

        if (!field_cut_angled(&address, STR(">"), &refused->recipient))
            refused->recipient = STR_EMPTY;
    } else if (str_starts_nocase(command, STR("MAIL FROM:"))) {
        struct str address = str_trim(str_from(command, 10));

        if (!field_cut_angled(&address, STR(">"), &refused->sender))
            refused->sender = STR_EMPTY;
    } else if (!str_starts_nocase(command, STR("DATA")) && !str_eq(command, STR("."))) {
        return;
    }
    refused->is_relay_denied = str_has(refused->text, STR("Relaying denied")) ||
                               str_has(refused->text, STR("relaying denied"));
    event->kind = EVENT_REFUSED;
}

static void
read_smtp(struct str rest, struct event *event)
{
    if (str_skip(&rest, STR("connected ")))
        read_connected(rest, event);
    else if (str_skip(&rest, STR("authentication ")))
        read_authentication(rest, event);
    else if (str_skip(&rest, STR("message ")))
        read_message(rest, event);
    else if (str_skip(&rest, STR("envelope ")))
        read_envelope(rest, event);
    else if (str_skip(&rest, STR("failed-command ")))
        read_failed_command(rest, event);
    else
        event->kind = EVENT_NONE; /* disconnected, tls, cert-check, ... */
}

/* --- deliveries --- */

static enum delivery_status
status_of(struct str result)
{
    if (str_eq(result, STR("Ok")))
        return DELIVERY_SENT;
    if (str_eq(result, STR("TempFail")))
        return DELIVERY_DEFERRED;
    if (str_eq(result, STR("PermFail")))
        return DELIVERY_BOUNCED;
    return DELIVERY_OTHER;
}

/* "1d2h3m4s" */
static int32_t
read_delay(struct str s)
{
    int64_t seconds = 0;

    while (s.len) {
        int64_t number = field_cut_number(&s), unit;

        if (number < 0 || number > 1000000 || s.len == 0)
            return -1;
        unit = s.data[0] == 's'   ? 1
               : s.data[0] == 'm' ? 60
               : s.data[0] == 'h' ? 3600
               : s.data[0] == 'd' ? 86400
                                  : 0;
        if (unit == 0)
            return -1;
        seconds += number * unit;
        if (seconds > INT32_MAX / 1000)
            return -1;
        s = str_from(s, 1);
    }
    return (int32_t)(seconds * 1000);
}

/* "192.0.2.9 (mx.example)" */
static void
read_relay(struct str relay, struct event_delivery *delivery)
{
    struct str address = str_cut(&relay, ' ');

    delivery->relay_address = field_address(address);
    if (!field_is_address(delivery->relay_address)) {
        delivery->relay_host = address;
        delivery->relay_address = STR_EMPTY;
    } else if (relay.len > 2 && relay.data[0] == '(' && relay.data[relay.len - 1] == ')') {
        delivery->relay_host = (struct str){relay.data + 1, relay.len - 2};
    }
}

/* "550 5.1.1 .." or "5.1.1 ..": the code of RFC 3463. */
static struct str
find_dsn(struct str reply)
{
    struct str code;
    size_t len = 0;

    if (reply.len > 4 && str_is_digit(reply.data[0]) &&
        (reply.data[3] == ' ' || reply.data[3] == '-'))
        reply = str_from(reply, 4);
    code = str_first(reply, 12);
    while (len < code.len && (str_is_digit(code.data[len]) || code.data[len] == '.'))
        len++;
    return len >= 5 && code.data[1] == '.' ? str_first(code, len) : STR_EMPTY;
}

/* Cuts "from=<a@b> to=<c@d> rcpt=<e@f> " off the front. */
static bool
cut_addresses(struct str *rest, struct event_delivery *delivery, struct str until)
{
    struct str sender, original = STR_EMPTY;

    if (!str_skip(rest, STR("from=")) || !field_cut_angled(rest, STR("> to=<"), &sender))
        return false;
    *rest = (struct str){rest->data - 1, rest->len + 1};
    if (!field_cut_angled(rest, STR("> "), &delivery->recipient))
        return false;
    if (str_skip(rest, STR("rcpt="))) {
        if (!field_cut_angled(rest, STR("> "), &original))
            return false;
        if (!str_eq(original, STR("-")) && !str_eq(original, delivery->recipient))
            delivery->original_recipient = original;
    }
    return str_starts(*rest, until);
}

/* "source="192.0.2.1" relay="192.0.2.9 (mx)" delay=1s result="Ok" stat="250 Ok"" */
static void
read_mta_delivery(struct str rest, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;
    struct str delay;

    if (!cut_addresses(&rest, delivery, STR("source=\"")))
        return;
    (void)str_cut_at(&rest, STR("\" relay=\""));
    read_relay(str_cut_at(&rest, STR("\" delay=")), delivery);
    delay = str_cut(&rest, ' ');
    delivery->delay_ms = read_delay(delay);
    if (!str_skip(&rest, STR("result=\"")))
        return;
    delivery->status = status_of(str_cut_at(&rest, STR("\" stat=")));
    delivery->reply = quoted_to_end(rest);
    event->kind = EVENT_DELIVERY;
}

/* "user=anna delay=1s result=Ok stat=Delivered" */
static void
read_mda_delivery(struct str rest, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;
    struct str delay;

    if (!cut_addresses(&rest, delivery, STR("user=")))
        return;
    (void)str_cut_at(&rest, STR(" delay="));
    delay = str_cut(&rest, ' ');
    delivery->delay_ms = read_delay(delay);
    delivery->is_local = true;
    if (!str_skip(&rest, STR("result=")))
        return;
    delivery->status = status_of(str_cut(&rest, ' '));
    (void)str_skip(&rest, STR("stat="));
    delivery->reply = rest;
    event->kind = EVENT_DELIVERY;
}

static void
read_delivery(struct str rest, bool is_local, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;

    *delivery = (struct event_delivery){.controller_uid = -1, .delay_ms = -1};
    if (!str_skip(&rest, STR("evpid=")) || !cut_envelope_id(&rest, event))
        return;
    if (is_local)
        read_mda_delivery(rest, event);
    else
        read_mta_delivery(rest, event);
    if (event->kind != EVENT_DELIVERY)
        return;
    if (delivery->status == DELIVERY_SENT) {
        delivery->next_id = field_queued_as(delivery->reply);
        delivery->next = delivery->next_id.len ? NEXT_QUEUED_AS : NEXT_NONE;
    } else {
        delivery->dsn = find_dsn(delivery->reply);
    }
}

/*
 * "relay: Expire for 5a1b2c3d00112233: from=<a@b>, to=<c@d>, rcpt=<->, delay=4d, stat=why": the
 * queue gave a recipient up. One that was removed by hand says nothing of the others.
 */
static bool
read_given_up(struct str rest, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;
    struct str sender, id;

    if (!str_skip(&rest, STR("relay: ")) && !str_skip(&rest, STR("delivery: ")))
        return false;
    event->kind = EVENT_NONE;
    if (!str_skip(&rest, STR("Expire for ")))
        return true;
    id = str_cut_at(&rest, STR(": from="));
    *delivery =
        (struct event_delivery){.status = DELIVERY_BOUNCED, .controller_uid = -1, .delay_ms = -1};
    if (!is_hexadecimal(id, SESSION_BYTES) || !field_cut_angled(&rest, STR(">, to="), &sender) ||
        !field_cut_angled(&rest, STR(">, "), &delivery->recipient))
        return true;
    event->queue_id = str_first(id, MSGID_BYTES);
    (void)str_cut_at(&rest, STR(", stat="));
    delivery->reply = rest;
    event->kind = EVENT_DELIVERY;
    return true;
}

/* --- lines --- */

/* What smtpd says of itself. */
static bool
is_noise(struct str message)
{
    static const char *const begins[] = {
        "info: ",     "warn: ",      "debug: ",   "fatal: ", "smtp-in: ",
        "smtp-out: ", "mta: ",       "smtpd: ",   "pony: ",  "lka: ",
        "queue: ",    "scheduler: ", "control: ", "bounce",  "Exiting",
    };

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (str_starts(message, str_from_cstr(begins[i])))
            return true;
    }
    return false;
}

void
opensmtpd_read(struct str message, struct event *event)
{
    struct str rest = message, session = str_cut(&rest, ' ');

    event->kind = EVENT_UNKNOWN;
    if (!is_hexadecimal(session, SESSION_BYTES)) {
        if (!read_given_up(message, event) && is_noise(message))
            event->kind = EVENT_NONE;
        return;
    }
    if (str_skip(&rest, STR("smtp "))) {
        event->session = session;
        read_smtp(rest, event);
    } else if (str_skip(&rest, STR("mta delivery "))) {
        read_delivery(rest, false, event);
    } else if (str_skip(&rest, STR("mda delivery "))) {
        read_delivery(rest, true, event);
    } else if (str_starts(rest, STR("mta ")) || str_starts(rest, STR("mda "))) {
        event->kind = EVENT_NONE;
    }
}
