#include "record/postfix.h"

#include "base/civil.h"

#define QUEUE_ID_SPAN 26 /* a queue id and its colon stand within that many bytes */

/* --- small pieces --- */

/*
 * Where an address that begins `s` ends at the earliest: a quoted local part may
 * hold ">, relay=" and the like, and is passed over (RFC 5321 quoted-string).
 */
static size_t
quoted_end(struct str s)
{
    size_t at = 1;

    if (s.len == 0 || s.data[0] != '"')
        return 0;
    while (at < s.len && s.data[at] != '"')
        at += s.data[at] == '\\' ? 2 : 1;
    return at < s.len ? at : 0;
}

/* Where the address that begins `s` is followed by `until`; s.len when it is not. */
static size_t
address_end(struct str s, struct str until)
{
    size_t from = quoted_end(s);

    return from + str_find(str_from(s, from), until);
}

/* Cuts "<address" and `until`, which begins with '>', off the front. */
static bool
cut_angled(struct str *rest, struct str until, struct str *ret_address)
{
    struct str address = *rest;
    size_t at;

    if (!str_skip(&address, STR("<")))
        return false;
    at = address_end(address, until);
    if (at >= address.len)
        return false;
    *ret_address = str_first(address, at);
    *rest = str_from(address, at + until.len);
    return true;
}

/* Where `needle` last stands in `s`; s.len when it does not. */
static size_t
find_last(struct str s, struct str needle)
{
    for (size_t at = s.len; at >= needle.len && at > 0; at--) {
        if (str_ends(str_first(s, at), needle))
            return at - needle.len;
    }
    return s.len;
}

/* "host[address]" or "host[address]:port" at the front. */
static bool
cut_peer(struct str *rest, struct str *ret_host, struct str *ret_address, uint16_t *ret_port)
{
    size_t open = str_index(*rest, '['), close;
    uint32_t port = 0;

    if (open >= rest->len)
        return false;
    close = str_index(str_from(*rest, open), ']');
    if (open + close >= rest->len)
        return false;
    *ret_host = str_first(*rest, open);
    *ret_address = (struct str){rest->data + open + 1, close - 1};
    *rest = str_from(*rest, open + close + 1);
    /* In "host[address]: text" the colon belongs to the text. */
    if (rest->len >= 2 && rest->data[0] == ':' && rest->data[1] >= '0' && rest->data[1] <= '9') {
        *rest = str_from(*rest, 1);
        while (rest->len && rest->data[0] >= '0' && rest->data[0] <= '9' && port < 65536) {
            port = port * 10 + (uint32_t)(rest->data[0] - '0');
            *rest = str_from(*rest, 1);
        }
    }
    *ret_port = port < 65536 ? (uint16_t)port : 0;
    return true;
}

static int64_t
number_or(struct str s, int64_t other)
{
    uint64_t number;

    return str_u64(s, &number) && number <= INT64_MAX ? (int64_t)number : other;
}

/* The number at the front of `s`, up to the first byte that is no digit. */
static int64_t
front_number(struct str s)
{
    size_t len = 0;

    while (len < s.len && s.data[len] >= '0' && s.data[len] <= '9')
        len++;
    return number_or(str_first(s, len), -1);
}

static void
know_time(struct event *event)
{
    int64_t utc_s;

    if (postfix_queue_id_time(event->queue_id, &utc_s))
        event->known_utc_s = utc_s;
}

/* --- pickup: "uid=1001 from=<web_shop>[ orig_id=OLD]" --- */

static void
read_pickup(struct str rest, struct event *event)
{
    struct event_accept *accept = &event->accept;
    struct str uid = str_cut(&rest, ' '), name;
    size_t end;

    *accept = (struct event_accept){.via = ACCEPT_LOCAL, .size = -1, .recipient_count = -1};
    accept->uid = number_or(uid, -1);
    if (accept->uid < 0 || !str_skip(&rest, STR("from=<")))
        return;
    /* The sender is the caller's own text: what Postfix wrote after it is at the end. */
    end = find_last(rest, STR("> orig_id="));
    if (end < rest.len && postfix_is_queue_id(str_from(rest, end + 10))) {
        accept->original_id = str_from(rest, end + 10);
        accept->is_requeue = true;
    } else {
        end = rest.len && rest.data[rest.len - 1] == '>' ? rest.len - 1 : rest.len;
    }
    name = str_first(rest, end);
    if (str_index(name, '@') < name.len || name.len == 0) {
        accept->sender = name;
        accept->has_sender = name.len > 0;
    } else if (!accept->is_requeue) {
        accept->user = name;
    }
    if (accept->is_requeue)
        accept->uid = -1; /* the mail owner's: postsuper moved it, nobody sent it */
    event->kind = EVENT_ACCEPT;
    know_time(event);
}

/* --- smtpd: "client=host[ip], sasl_method=, sasl_username=, ..." --- */

/*
 * A login name may hold commas and "=": it ends where the fields that Postfix
 * writes after it begin, or at the end.
 */
static struct str
cut_login(struct str *rest)
{
    static const char *const next[] = {", sasl_sender=", ", orig_queue_id=", ", orig_client="};
    size_t end = rest->len;
    struct str login;

    for (size_t i = 0; i < 3; i++) {
        size_t at = str_find(*rest, str_from_cstr(next[i]));

        if (at < end)
            end = at;
    }
    login = str_first(*rest, end);
    *rest = str_from(*rest, end);
    return login;
}

static void
read_client(struct str rest, struct event *event)
{
    struct event_accept *accept = &event->accept;
    uint16_t port;

    *accept =
        (struct event_accept){.via = ACCEPT_SMTP, .uid = -1, .size = -1, .recipient_count = -1};
    event->kind = EVENT_NONE;
    if (!cut_peer(&rest, &accept->client_host, &accept->client_address, &port))
        return;
    if (str_skip(&rest, STR(", sasl_method=")))
        rest = str_from(rest, str_index(rest, ','));
    if (str_skip(&rest, STR(", sasl_username=")))
        accept->login = cut_login(&rest);
    /* sasl_sender= is the client's own text to the end, whatever it looks like. */
    if (str_skip(&rest, STR(", orig_queue_id="))) {
        accept->original_id = str_first(rest, str_index(rest, ','));
        if (!postfix_is_queue_id(accept->original_id))
            accept->original_id = STR_EMPTY;
        rest = str_from(rest, str_index(rest, ','));
    }
    if (str_skip(&rest, STR(", orig_client=")))
        accept->original_client = rest;
    event->kind = EVENT_ACCEPT;
    know_time(event);
}

/* --- cleanup --- */

/* "20261123152122" as seconds; 0 when it is none. */
static int64_t
read_digits_time(struct str digits)
{
    struct civil c;
    int n[14];

    for (size_t i = 0; i < 14; i++) {
        n[i] = digits.data[i] - '0';
        if (n[i] < 0 || n[i] > 9)
            return 0;
    }
    c.year = n[0] * 1000 + n[1] * 100 + n[2] * 10 + n[3];
    c.month = n[4] * 10 + n[5];
    c.day = n[6] * 10 + n[7];
    c.hour = n[8] * 10 + n[9];
    c.minute = n[10] * 10 + n[11];
    c.second = n[12] * 10 + n[13];
    if (c.year < 1990 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31 || c.hour > 23 ||
        c.minute > 59 || c.second > 60)
        return 0;
    return civil_seconds(c);
}

static void
read_message_id(struct str rest, bool is_resent, struct event *event)
{
    struct str id = rest, queue_id = event->queue_id;
    int64_t utc_s = 0;

    if (id.len >= 2 && id.data[0] == '<' && id.data[id.len - 1] == '>')
        id = (struct str){id.data + 1, id.len - 2};
    event->message_id = (struct event_message_id){id, is_resent};
    event->kind = EVENT_MESSAGE_ID;
    know_time(event);
    /* <20261123152122.QUEUEID@host> is cleanup's own make, in UTC. */
    if (id.len > 15 + queue_id.len && id.data[14] == '.' &&
        memcmp(id.data + 15, queue_id.data, queue_id.len) == 0 && id.data[15 + queue_id.len] == '@')
        utc_s = read_digits_time(id);
    if (utc_s)
        event->known_utc_s = utc_s;
}

/* "header NAME: value from host[ip]; from=<> to=<> proto= helo=<>: ..." */
static void
read_header(struct str rest, struct event *event)
{
    struct event_header *header = &event->header;
    static const char *const marks[] = {" from local;", "]; from=<"};
    struct str name = str_cut(&rest, ':');
    size_t end = rest.len;

    if (!str_skip(&rest, STR(" ")))
        (void)str_skip(&rest, STR("\t"));
    end = str_find(rest, str_from_cstr(marks[0]));
    if (end >= rest.len) {
        size_t at = str_find(rest, str_from_cstr(marks[1]));

        end = at < rest.len ? at : rest.len;
        while (at < rest.len && end > 5 && memcmp(rest.data + end - 6, " from ", 6) != 0)
            end--;
        end = at < rest.len && end > 5 ? end - 6 : rest.len;
    }
    *header = (struct event_header){name, str_first(rest, end)};
    event->kind = EVENT_HEADER;
}

/* "RCPT from host[ip]: 554 ...", "END-OF-MESSAGE: 554 ...": where the server was when it refused.
 */
static bool
cut_stage(struct str *rest)
{
    size_t len = 0;

    while (len < rest->len &&
           ((rest->data[len] >= 'A' && rest->data[len] <= 'Z') || rest->data[len] == '-'))
        len++;
    if (len == 0 || len >= rest->len || (rest->data[len] != ' ' && rest->data[len] != ':'))
        return false;
    *rest = str_from(*rest, len);
    return true;
}

/* What a client sent is quoted in the reply: "Relay access denied" counts at its end alone. */
static bool
is_relay_denied(struct str text)
{
    return str_ends(text, STR("Relay access denied")) || str_ends(text, STR("relay not permitted"));
}

/*
 * "header Subject: x from host[ip]; from=<a> ...": the text of a header may itself
 * read like what follows it. Only where it does not is the client known.
 */
static void
read_content_origin(struct str content, struct event_refused *refused)
{
    size_t at = find_last(content, STR(" from "));
    struct str peer = str_from(content, at + 6);
    uint16_t port;

    refused->text = str_first(content, at);
    if (cut_peer(&peer, &refused->client_host, &refused->client_address, &port) && peer.len == 0)
        return;
    refused->client_host = refused->client_address = STR_EMPTY;
}

/* "; from=<a> to=<b> proto=ESMTP helo=<c>"; postscreen puts commas, VRFY has no sender. */
static void
read_envelope(struct str rest, struct event_refused *refused)
{
    if (str_skip(&rest, STR("; from="))) {
        if (!cut_angled(&rest, STR(">"), &refused->sender))
            return;
        (void)str_skip(&rest, STR(","));
    } else {
        (void)str_skip(&rest, STR(";"));
    }
    if (str_skip(&rest, STR(" to=")))
        (void)cut_angled(&rest, STR(">"), &refused->recipient);
}

/* What comes after "reject: ", "milter-reject: ", "discard: " and the like. */
static void
read_refused(struct str rest, struct event *event)
{
    static const char *const marks[] = {"; from=<", "; to=<", "; proto="};
    struct event_refused *refused = &event->refused;
    bool has_stage = cut_stage(&rest);
    struct str peer = rest;
    uint16_t port;
    size_t end = rest.len;

    *refused = (struct event_refused){.is_relay_denied = false};
    if (has_stage && str_skip(&peer, STR(" from ")) &&
        cut_peer(&peer, &refused->client_host, &refused->client_address, &port))
        rest = peer;
    (void)str_skip(&rest, STR(": "));
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        size_t at = str_find(rest, str_from_cstr(marks[i]));

        if (at < end)
            end = at;
    }
    refused->text = str_first(rest, end);
    refused->is_relay_denied = has_stage && is_relay_denied(refused->text);
    if (!has_stage && find_last(rest, STR("; from=<")) == end)
        read_content_origin(refused->text, refused);
    read_envelope(str_from(rest, end), refused);
    event->kind = EVENT_REFUSED;
}

/*
 * --- qmgr: "from=<a@b>, size=1, nrcpt=1 (queue active)", and much later
 * "from=<a@b>, status=expired, returned to sender" ---
 */

static void
read_queued(struct str rest, struct event *event)
{
    struct event_queued *queued = &event->queued;
    size_t at;

    *queued = (struct event_queued){.size = -1, .recipient_count = -1};
    event->kind = EVENT_UNKNOWN;
    if (!str_skip(&rest, STR("<")))
        return;
    /* Numbers stand behind the sender: the last ">, size=" is Postfix's own. */
    at = find_last(rest, STR(">, size="));
    if (at >= rest.len) {
        at = find_last(rest, STR(">, status="));
        if (at < rest.len)
            event->kind = EVENT_QUEUED;
        queued->sender = str_first(rest, at);
        return;
    }
    queued->sender = str_first(rest, at);
    rest = str_from(rest, at + 8);
    queued->size = front_number(rest);
    rest = str_from(rest, str_index(rest, ','));
    if (str_skip(&rest, STR(", nrcpt="))) {
        int64_t count = front_number(rest);

        queued->recipient_count = count > INT32_MAX ? INT32_MAX : (int32_t)count;
    }
    event->kind = EVENT_QUEUED;
}

/* --- deliveries --- */

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

    if (cut_peer(&relay, &delivery->relay_host, &delivery->relay_address, &delivery->relay_port)) {
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
    int64_t ms = number_or(whole, -1), scale = 100;

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

/*
 * "<a>, [orig_to=<b>, ]relay=" off the front; where a log was kept through HTML,
 * the brackets are gone.
 */
static bool
cut_recipient(struct str *rest, struct event_delivery *delivery)
{
    bool is_angled = str_starts(*rest, STR("<"));
    struct str relay = is_angled ? STR(">, relay=") : STR(", relay=");
    struct str original = is_angled ? STR(">, orig_to=") : STR(", orig_to=");
    struct str s = str_from(*rest, is_angled);
    size_t at = address_end(s, original), end = address_end(s, relay);

    if (at < end) {
        delivery->recipient = str_first(s, at);
        s = str_from(s, at + original.len);
        (void)str_skip(&s, STR("<"));
        end = address_end(s, relay);
        delivery->original_recipient = str_first(s, end);
    } else {
        delivery->recipient = str_first(s, end);
    }
    *rest = str_from(s, end + relay.len);
    return end < s.len;
}

/* "<a>, [orig_to=<b>, ]relay=r, [conn_use=, ]delay=, delays=, [tls=, ]dsn=, status=s (text)" */
static void
read_delivery(struct str rest, struct str daemon, struct event *event)
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

/* --- lines without a queue id --- */

/* "host[ip]: SASL LOGIN authentication failed: reason[, sasl_username=x]" */
static bool
read_sasl_failure(struct str rest, struct event *event)
{
    struct event_login login = {.service = STR("smtp"), .attempts = 1};
    struct str host;
    uint16_t port;
    size_t at;

    if (!cut_peer(&rest, &host, &login.client, &port) || !str_skip(&rest, STR(": SASL ")) ||
        !str_has(rest, STR("authentication fail")))
        return false;
    at = str_find(rest, STR(", sasl_username="));
    if (at < rest.len)
        login.user = str_from(rest, at + 16);
    event->login = login;
    event->kind = EVENT_LOGIN;
    return true;
}

/*
 * "disconnect from host[ip] ehlo=1 auth=0/3 quit=1 commands=4/7": with a login that
 * failed there is a warning as well, unless the client gave up in mid-exchange;
 * only the disconnect line counts those.
 */
static void
read_disconnect(struct str rest, struct event *event)
{
    struct event_login login = {.service = STR("smtp")};
    struct str host;
    uint16_t port;
    int64_t attempts;

    event->kind = EVENT_NONE;
    rest = str_from(rest, 16);
    if (!cut_peer(&rest, &host, &login.client, &port))
        return;
    rest = str_from(rest, str_find(rest, STR(" auth=0/")));
    attempts = rest.len ? front_number(str_from(rest, 8)) : 0;
    if (attempts <= 0)
        return;
    login.attempts = attempts > 1000 ? 1000 : (uint32_t)attempts;
    event->login = login;
    event->kind = EVENT_LOGIN;
}

/* "warning: host[ip]: SASL ...", "warning: QUEUEID: what went wrong with it" */
static void
read_warning(struct str rest, struct event *event)
{
    struct str id = str_first(rest, str_index(str_first(rest, QUEUE_ID_SPAN), ':'));

    event->kind = EVENT_NONE;
    if (!read_sasl_failure(rest, event) && postfix_is_queue_id(id))
        event->queue_id = id;
}

/*
 * "END-OF-MESSAGE: 250 2.0.0 Ok: queued as ID; from=<a> to=<b> ...": a filter before
 * the queue passed the message on, and it came in again as ID.
 */
static void
read_proxied(struct str rest, struct event *event)
{
    struct event_delivery *delivery = &event->delivery;

    *delivery =
        (struct event_delivery){.status = DELIVERY_SENT, .controller_uid = -1, .delay_ms = -1};
    event->kind = EVENT_NONE;
    if (!cut_stage(&rest) || !str_skip(&rest, STR(": ")))
        return;
    delivery->reply = str_first(rest, str_find(rest, STR("; from=<")));
    read_next(delivery);
    if (delivery->next != NEXT_NONE)
        event->kind = EVENT_DELIVERY;
}

/* Words that begin lines which say nothing of any mail. */
static bool
is_noise(struct str message)
{
    static const char *const begins[] = {
        "connect from ",
        "lost connection ",
        "timeout after ",
        "Anonymous TLS",
        "Trusted TLS",
        "Untrusted TLS",
        "Verified TLS",
        "SSL_accept",
        "SSL_connect",
        "improper command",
        "too many errors",
        "setting up TLS",
        "initializing the",
        "CONNECT from ",
        "DISCONNECT ",
        "PASS ",
        "PREGREET ",
        "HANGUP ",
        "DNSBL rank",
        "WHITELIST",
        "ALLOWLIST",
        "BLACKLISTED",
        "DENYLISTED",
        "BARE NEWLINE",
        "bare <",
        "NON-SMTP COMMAND",
        "COMMAND ",
        "DATA without",
        "cache ",
        "close database",
        "reload ",
        "refreshing the",
        "starting the",
        "stopping the",
        "fatal: ",
        "error: ",
        "panic: ",
        "info: ",
        "using backwards-compatible",
        "connect to ",
        "certificate verification",
        "host ",
        "server certificate",
        "table ",
        "max ",
        "replacing",
        "sender-based",
        "discarding EHLO",
        "abort",
        "open ",
        "rewrite stream",
        "name service error",
        "Host offered STARTTLS",
        "CA certificate",
        "maximal",
        "enabling PIX",
        "Deleted: ",
        "Requeued: ",
        "Placed on hold: ",
        "Released from hold: ",
        "Renamed to match",
        "mail system is",
        "running ",
        "waiting for",
        "recompile",
        "sendmail: ",
        "new TLS session",
        "save session",
        "looking for session",
        "remove session",
        "trigger ",
        "stopping",
        "starting",
        "the Postfix",
        "To ",
    };

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (str_starts(message, str_from_cstr(begins[i])))
            return true;
    }
    return false;
}

/* The words of a no; "reject_warning: " is none. */
static bool
skip_refusal(struct str *rest)
{
    static const char *const words[] = {
        "reject: ",         "milter-reject: ",         "discard: ",
        "milter-discard: ", "milter-header-reject: ",  "proxy-reject: ",
        "proxy-discard: ",  "milter-header-discard: ",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_skip(rest, str_from_cstr(words[i])))
            return true;
    }
    return false;
}

static void
read_without_id(struct str message, struct event *event)
{
    if (str_skip(&message, STR("connect from "))) {
        event->kind = EVENT_NONE;
    } else if (str_starts(message, STR("disconnect from "))) {
        read_disconnect(message, event);
    } else if (str_skip(&message, STR("warning: "))) {
        read_warning(message, event);
    } else {
        bool has_no_id = str_skip(&message, STR("NOQUEUE: "));

        if (has_no_id && str_skip(&message, STR("client=")))
            read_client(message, event);
        else if (str_skip(&message, STR("proxy-accept: ")))
            read_proxied(message, event);
        else if (skip_refusal(&message))
            read_refused(message, event);
        else if (has_no_id || is_noise(message))
            event->kind = EVENT_NONE;
    }
}

/* --- lines with one --- */

static struct str
daemon_of(struct str program)
{
    for (size_t i = program.len; i > 0; i--) {
        if (program.data[i - 1] == '/')
            return str_from(program, i);
    }
    return program;
}

static void
read_notice(struct str rest, struct event *event)
{
    size_t at = str_find(rest, STR("notification: "));
    struct str child = str_from(rest, at + 14);

    event->kind = EVENT_UNKNOWN;
    if (at >= rest.len || !postfix_is_queue_id(child))
        return;
    event->notice = (struct event_notice){child};
    event->kind = EVENT_NOTICE;
}

/* header_checks that let a header pass, and say so: "info: header Subject: ..." */
static bool
skip_header_check(struct str *rest)
{
    static const char *const words[] = {
        "info: header ",    "warning: header ",  "prepend: header ", "filter: header ",
        "replace: header ", "redirect: header ", "strip: header ",   "bcc: header ",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_skip(rest, str_from_cstr(words[i])))
            return true;
    }
    return false;
}

static bool
is_hold(struct str rest)
{
    return str_starts(rest, STR("hold: ")) || str_starts(rest, STR("milter-hold: ")) ||
           str_starts(rest, STR("milter-header-hold: ")) || str_eq(rest, STR("placed on hold"));
}

/* What a milter or header_checks decided, and what postsuper did. */
static void
read_verdict(struct str rest, struct event *event)
{
    event->kind = EVENT_NONE;
    if (skip_header_check(&rest))
        read_header(rest, event);
    else if (is_hold(rest))
        event->kind = EVENT_HOLD;
    else if (skip_refusal(&rest))
        read_refused(rest, event);
    else if (str_has(str_first(rest, 48), STR("notification: ")))
        read_notice(rest, event);
}

static void
read_with_id(struct str rest, struct event *event)
{
    event->kind = EVENT_NONE;
    if (str_skip(&rest, STR("to="))) {
        read_delivery(rest, daemon_of(event->program), event);
    } else if (str_skip(&rest, STR("from="))) {
        read_queued(rest, event);
    } else if (str_skip(&rest, STR("message-id="))) {
        read_message_id(rest, false, event);
    } else if (str_skip(&rest, STR("client="))) {
        read_client(rest, event);
    } else if (str_skip(&rest, STR("uid="))) {
        read_pickup(rest, event);
    } else if (str_eq(rest, STR("removed"))) {
        event->kind = EVENT_REMOVED;
    } else if (str_skip(&rest, STR("resent-message-id="))) {
        read_message_id(rest, true, event);
    } else {
        read_verdict(rest, event);
    }
}

void
postfix_read(struct str message, struct event *event)
{
    struct str head = str_first(message, QUEUE_ID_SPAN);
    size_t colon = str_index(head, ':');

    event->kind = EVENT_UNKNOWN;
    if (colon < head.len && colon + 1 < message.len && message.data[colon + 1] == ' ' &&
        postfix_is_queue_id(str_first(message, colon))) {
        event->queue_id = str_first(message, colon);
        read_with_id(str_from(message, colon + 2), event);
    } else {
        read_without_id(message, event);
    }
}
