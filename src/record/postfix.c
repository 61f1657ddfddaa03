#include "record/postfix.h"

#include "base/civil.h"
#include "record/field.h"
#include "record/postfix_parts.h"

#define QUEUE_ID_SPAN 26 /* a queue id and its colon stand within that many bytes */

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
    accept->uid = field_number(uid, -1);
    if (accept->uid < 0 || !str_skip(&rest, STR("from=<")))
        return;
    /* The sender is the caller's own text: what Postfix wrote after it is at the end. */
    end = field_find_last(rest, STR("> orig_id="));
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
    if (!postfix_cut_peer(&rest, &accept->client_host, &accept->client_address, &port))
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
    at = field_find_last(rest, STR(">, size="));
    if (at >= rest.len) {
        at = field_find_last(rest, STR(">, status="));
        if (at < rest.len)
            event->kind = EVENT_QUEUED;
        queued->sender = str_first(rest, at);
        return;
    }
    queued->sender = str_first(rest, at);
    rest = str_from(rest, at + 8);
    queued->size = field_front_number(rest);
    rest = str_from(rest, str_index(rest, ','));
    if (str_skip(&rest, STR(", nrcpt="))) {
        int64_t count = field_front_number(rest);

        queued->recipient_count = count > INT32_MAX ? INT32_MAX : (int32_t)count;
    }
    event->kind = EVENT_QUEUED;
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

    if (!postfix_cut_peer(&rest, &host, &login.client, &port) || !str_skip(&rest, STR(": SASL ")) ||
        !str_has(rest, STR("authentication fail")))
        return false;
    /* "non-SMTP command from host[ip]: SASL ..." is what a client typed. */
    if (str_index(host, ' ') < host.len)
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
    struct event_login login = {.service = STR("smtp"), .is_summary = true};
    struct str host;
    uint16_t port;
    int64_t attempts;

    event->kind = EVENT_NONE;
    rest = str_from(rest, 16);
    if (!postfix_cut_peer(&rest, &host, &login.client, &port))
        return;
    rest = str_from(rest, str_find(rest, STR(" auth=0/")));
    attempts = rest.len ? field_front_number(str_from(rest, 8)) : 0;
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

#define WORD(text)                                                                                 \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

/* Most lines begin with the first letter of few words, or of none. */
static bool
starts_any(struct str s, const struct str *words, size_t count)
{
    for (size_t i = 0; s.len && i < count; i++) {
        if (words[i].data[0] == s.data[0] && str_starts(s, words[i]))
            return true;
    }
    return false;
}

/* Words that begin lines which say nothing of any mail. */
static bool
is_noise(struct str message)
{
    static const struct str begins[] = {
        WORD("connect from "),
        WORD("lost connection "),
        WORD("timeout after "),
        WORD("Anonymous TLS"),
        WORD("Trusted TLS"),
        WORD("Untrusted TLS"),
        WORD("Verified TLS"),
        WORD("SSL_accept"),
        WORD("SSL_connect"),
        WORD("improper command"),
        WORD("too many errors"),
        WORD("setting up TLS"),
        WORD("initializing the"),
        WORD("CONNECT from "),
        WORD("DISCONNECT "),
        WORD("PASS "),
        WORD("PREGREET "),
        WORD("HANGUP "),
        WORD("DNSBL rank"),
        WORD("WHITELIST"),
        WORD("ALLOWLIST"),
        WORD("BLACKLISTED"),
        WORD("DENYLISTED"),
        WORD("BARE NEWLINE"),
        WORD("bare <"),
        WORD("NON-SMTP COMMAND"),
        WORD("COMMAND "),
        WORD("DATA without"),
        WORD("cache "),
        WORD("close database"),
        WORD("reload "),
        WORD("refreshing the"),
        WORD("starting the"),
        WORD("stopping the"),
        WORD("fatal: "),
        WORD("error: "),
        WORD("panic: "),
        WORD("info: "),
        WORD("using backwards-compatible"),
        WORD("connect to "),
        WORD("certificate verification"),
        WORD("host "),
        WORD("server certificate"),
        WORD("table "),
        WORD("max "),
        WORD("replacing"),
        WORD("sender-based"),
        WORD("discarding EHLO"),
        WORD("abort"),
        WORD("open "),
        WORD("rewrite stream"),
        WORD("name service error"),
        WORD("Host offered STARTTLS"),
        WORD("CA certificate"),
        WORD("maximal"),
        WORD("enabling PIX"),
        WORD("Deleted: "),
        WORD("Requeued: "),
        WORD("Placed on hold: "),
        WORD("Released from hold: "),
        WORD("Renamed to match"),
        WORD("mail system is"),
        WORD("running "),
        WORD("waiting for"),
        WORD("recompile"),
        WORD("sendmail: "),
        WORD("new TLS session"),
        WORD("save session"),
        WORD("looking for session"),
        WORD("remove session"),
        WORD("trigger "),
        WORD("stopping"),
        WORD("starting"),
        WORD("the Postfix"),
        WORD("To "),
    };

    return starts_any(message, begins, sizeof(begins) / sizeof(begins[0]));
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
            postfix_proxied_read(message, event);
        else if (!postfix_refusal_read(message, event) && (has_no_id || is_noise(message)))
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
read_with_id(struct str rest, struct event *event)
{
    event->kind = EVENT_NONE;
    if (str_skip(&rest, STR("to="))) {
        postfix_delivery_read(rest, daemon_of(event->program), event);
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
        postfix_verdict_read(rest, event);
    }
}

void
postfix_read(struct str message, struct event *event)
{
    size_t len = postfix_queue_id_len(message);

    event->kind = EVENT_UNKNOWN;
    if (len && str_starts(str_from(message, len), STR(": "))) {
        event->queue_id = str_first(message, len);
        read_with_id(str_from(message, len + 2), event);
    } else {
        read_without_id(message, event);
    }
}

void
postscreen_read(struct str message, struct event *event)
{
    event->kind = EVENT_NONE;
    if (str_starts(message, STR("NOQUEUE: ")))
        postfix_read(message, event);
}
