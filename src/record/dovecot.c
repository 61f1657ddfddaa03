#include "record/dovecot.h"

#include "record/field.h"
#include "record/login.h"
#include "record/stamp.h"

#define SERVICE_BYTES_MAX 64
#define ENDS_MAX 64 /* how many ')' of a line are tried as the end of a name */

/* --- the front of a line: "service(user,ip)<pid><session>: Info: " --- */

struct line {
    struct str service; /* "imap-login", "lmtp" */
    struct str user;    /* what stands in brackets behind it, raw */
    struct str session;
    struct str text;
    struct str behind; /* all that follows the service */
};

static inline bool
is_service_byte(char c)
{
    return field_is_alnum(c) || c == '-' || c == '_' || c == '/';
}

/* "Info: " and its like; false when the front is none. */
static bool
skip_level(struct str *s)
{
    static const struct str levels[] = {{"Info: ", 6},  {"Warning: ", 9}, {"Error: ", 7},
                                        {"Fatal: ", 7}, {"Panic: ", 7},   {"Debug: ", 7},
                                        {"Warn: ", 6}};

    for (size_t i = 0; s->len && i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (levels[i].data[0] == s->data[0] && str_skip(s, levels[i]))
            return true;
    }
    return false;
}

/* "(anna@shop.example,192.0.2.7)": drops it. */
static bool
cut_round(struct str *s, struct str *ret_inner)
{
    struct str rest = *s;

    while (rest.len) {
        size_t at = str_index(rest, ')');

        rest = str_from(rest, at + 1);
        if (!str_starts(rest, STR(": ")) && !str_starts(rest, STR("<")))
            continue;
        *ret_inner = (struct str){s->data + 1, (size_t)(rest.data - s->data) - 2};
        *s = rest;
        return true;
    }
    return false;
}

/* "<4005><session>": drops it; the last one that is no process is the session. */
static void
cut_ids(struct str *s, struct str *ret_session)
{
    while (s->len && s->data[0] == '<') {
        size_t end = str_index(str_first(*s, SERVICE_BYTES_MAX), '>');
        struct str id;

        if (end >= s->len || s->data[end] != '>')
            return;
        id = (struct str){s->data + 1, end - 1};
        if (field_number(id, -1) < 0)
            *ret_session = id;
        *s = str_from(*s, end + 1);
    }
}

/* Takes a line apart; false when it is not built like one of Dovecot's. */
static bool
cut_front(struct str message, struct line *line, bool *ret_has_level)
{
    struct str s = message;
    size_t len = 0;

    *line = (struct line){STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY};
    (void)(str_skip(&s, STR("dovecot: ")) || str_skip(&s, STR("dovecot-")));
    *ret_has_level = skip_level(&s); /* 1.x puts it first */
    while (len < s.len && len < SERVICE_BYTES_MAX && is_service_byte(s.data[len]))
        len++;
    line->service = str_first(s, len);
    s = str_from(s, len);
    line->behind = s;
    if (len == 0)
        return false;
    if (s.len && s.data[0] == '(' && !cut_round(&s, &line->user))
        return false;
    cut_ids(&s, &line->session);
    if (!str_skip(&s, STR(": ")))
        return false;
    *ret_has_level = skip_level(&s) || *ret_has_level;
    line->text = s;
    return true;
}

/* --- login processes --- */

/* Where "key" begins an element of `s`: at its front or behind ", " or ": "; `s.len`: nowhere. */
static size_t
find_element(struct str s, struct str key)
{
    for (size_t at = 0; at < s.len;) {
        size_t step = str_find(str_from(s, at), key);

        at += step;
        if (at >= s.len)
            break;
        if (at == 0 ||
            (at >= 2 && s.data[at - 1] == ' ' && (s.data[at - 2] == ',' || s.data[at - 2] == ':')))
            return at;
        at += key.len;
    }
    return s.len;
}

/* Likewise the last one. */
static size_t
find_last_element(struct str s, struct str key)
{
    size_t last = s.len, at = 0;

    for (;;) {
        struct str rest = str_from(s, at);
        size_t step = find_element(rest, key);

        if (step >= rest.len)
            return last;
        last = at + step;
        at = last + key.len;
    }
}

/* Whether the '>' at `close` ends the element "session=<..>" of `s`. */
static bool
closes_session(struct str s, size_t close)
{
    size_t open = close;

    while (open && s.data[open - 1] != '<' && s.data[open - 1] != '>' && s.data[open - 1] != ' ')
        open--;
    return open >= 9 && memcmp(s.data + open - 9, "session=<", 9) == 0;
}

/*
 * Cuts the user name, which begins `s`, off at the '>' that ends it: the last one
 * in front of an element that is surely Dovecot's own, which rip= is where it
 * comes behind the user. A session in between has a '>' of its own.
 */
static struct str
cut_user(struct str *s)
{
    size_t rip = find_last_element(*s, STR("rip="));
    struct str before = str_first(*s, rip), user;
    size_t end;
    bool is_only_session = find_element(str_from(*s, rip), STR("session=<")) >= s->len - rip;

    if (before.len && rip < s->len)
        before.len -= 2; /* the ", " */
    end = before.len;
    while (end && (before.data[end - 1] != '>' || (end < before.len && before.data[end] != ',') ||
                   (is_only_session && closes_session(before, end - 1))))
        end--;
    user = str_first(before, end ? end - 1 : 0);
    *s = str_from(*s, end ? end : s->len);
    return user;
}

/* The value of "key" where it is an element of `s`, up to the comma or the end. */
static struct str
last_value(struct str s, struct str key)
{
    size_t at = find_last_element(s, key);
    struct str value = str_from(s, at + key.len);

    return str_first(value, str_index(value, ','));
}

static struct str
session_value(struct str s)
{
    struct str value = last_value(s, STR("session=<"));

    return str_first(value, str_index(value, '>'));
}

struct elements {
    struct str user, client, session;
    enum login_tls tls;
};

/*
 * "TLS", "secured", or nothing between lip= and session=, as the usual elements have it; where
 * those are not both there, somebody has changed them, and nothing tells nothing.
 */
static enum login_tls
read_tls(struct str s)
{
    struct str local = last_value(s, STR("lip="));

    if (find_element(s, STR("TLS")) < s.len || find_element(s, STR("secured")) < s.len)
        return LOGIN_TLS;
    if (local.len == 0 || find_element(s, STR("session=<")) >= s.len)
        return LOGIN_TLS_UNSTATED;
    return str_eq(local, last_value(s, STR("rip="))) ? LOGIN_TLS : LOGIN_CLEAR;
}

/* The elements of a login line, from the first of them on. */
static struct elements
read_elements(struct str s)
{
    struct elements elements = {STR_EMPTY, STR_EMPTY, STR_EMPTY, LOGIN_TLS_UNSTATED};
    size_t at = find_element(s, STR("user=<"));
    struct str before = str_first(s, at), rest = str_from(s, at + 6);

    if (at < s.len)
        elements.user = cut_user(&rest);
    elements.client = last_value(before, STR("rip="));
    if (elements.client.len == 0)
        elements.client = last_value(rest, STR("rip="));
    elements.client = field_address(elements.client);
    elements.session = session_value(before);
    if (elements.session.len == 0)
        elements.session = session_value(rest);
    if (at < s.len)
        elements.tls = read_tls(rest);
    return elements;
}

/* "(auth failed, 3 attempts in 16 secs)": how many; 0 when it is not about that. */
static uint32_t
read_attempts(struct str head)
{
    static const struct str word = {"(auth failed, ", 14};
    size_t at = str_find(head, word);
    struct str rest = str_from(head, at + word.len);
    int64_t number;

    if (at >= head.len)
        return str_has(head, STR(" authentication attempts)")) ||
                       str_has(head, STR("(proxy dest auth failed"))
                   ? 1
                   : 0;
    number = field_cut_number(&rest);
    if (number < 1)
        return 1;
    return number > 1000 ? 1000 : (uint32_t)number;
}

/* "imap-login" -> "imap" */
static struct str
service_name(struct str service)
{
    if (str_ends(service, STR("-login")))
        service.len -= 6;
    if (str_eq(service, STR("managesieve")))
        return STR("sieve");
    return service;
}

/* Where the elements begin; what stands before is Dovecot's own words. */
static size_t
find_elements(struct str text)
{
    static const char *const keys[] = {"user=<", "method=", "rip=", "lip=", "session=<", "mpid="};
    size_t best = text.len;

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        size_t at = find_element(str_first(text, best), str_from_cstr(keys[i]));

        if (at < best)
            best = at;
    }
    return best;
}

static void
read_login(struct line *line, struct event *event)
{
    struct str head = str_first(line->text, find_elements(line->text));
    struct elements elements;
    uint32_t attempts = 1;
    bool is_success = str_starts(head, STR("Login: ")) || str_starts(head, STR("Logged in: "));

    if (str_starts(head, STR("proxy(")))
        is_success = str_has(head, STR("tarted proxying to "));
    else if (!is_success)
        attempts = read_attempts(head);
    if (attempts == 0 || head.len == line->text.len)
        return;
    if (!is_success && str_starts(head, STR("proxy(")))
        return;
    elements = read_elements(str_from(line->text, head.len));
    event->session = elements.session;
    event->login = (struct event_login){
        .service = service_name(line->service),
        .user = elements.user,
        .client = elements.client,
        .is_success = is_success,
        .attempts = attempts,
        .tls = is_success ? elements.tls : LOGIN_TLS_UNSTATED,
        .is_summary = !is_success,
    };
    event->kind = EVENT_LOGIN;
}

/* --- auth: what a password database said --- */

/* "Password mismatch", "unknown user (SHA1 of given password: ..)", "unknown user - trying .." */
static bool
is_auth_failure(struct str text)
{
    static const char *const begins[] = {"unknown user", "Password mismatch", "password mismatch",
                                         "invalid credentials", "Invalid credentials"};

    if (str_starts(text, STR("pam_authenticate() failed")))
        return true;
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        struct str rest = text;

        if (str_skip(&rest, str_from_cstr(begins[i])))
            return rest.len == 0 || str_starts(rest, STR(" (")) || str_starts(rest, STR(" - "));
    }
    return false;
}

/* "anna@shop.example,192.0.2.7,<session>" or with ",sasl:login" at the end. */
static void
read_who(struct str who, struct event *event)
{
    struct event_login *login = &event->login;
    size_t comma;

    *login = (struct event_login){.service = STR("auth"), .attempts = 1};
    for (int i = 0; i < 3; i++) {
        struct str part;

        comma = field_find_last(who, STR(","));
        part = str_from(who, comma + 1);
        if (comma >= who.len)
            break;
        if (field_is_address(part)) {
            login->client = field_address(part);
            who.len = comma;
            break;
        }
        if (part.len > 2 && part.data[0] == '<' && part.data[part.len - 1] == '>')
            event->session = (struct str){part.data + 1, part.len - 2};
        who.len = comma;
    }
    login->user = who;
}

/*
 * "anna,192.0.2.7,<s>): Password mismatch", and since 2.4, which names the driver
 * behind, "anna,192.0.2.7,sasl:plain)<s>: sql: Password mismatch". The name may hold
 * such words itself: the last ')' counts that has a failure behind it.
 */
static void
read_auth_failure(struct str text, bool has_driver, struct event *event)
{
    size_t end = text.len;

    for (int i = 0; i < ENDS_MAX && end; i++) {
        const char *close = memrchr(text.data, ')', end);
        struct str after, session = STR_EMPTY;

        if (!close)
            return;
        end = (size_t)(close - text.data);
        after = str_from(text, end + 1);
        cut_ids(&after, &session);
        if (!str_skip(&after, STR(": ")))
            continue;
        (void)skip_level(&after);
        if (has_driver)
            (void)str_cut_at(&after, STR(": "));
        if (!is_auth_failure(after))
            continue;
        event->session = session;
        read_who(str_first(text, end), event);
        event->kind = EVENT_LOGIN;
        return;
    }
}

/* "passwd-file(anna,192.0.2.7,<s>): Password mismatch", maybe with worker and connection first. */
static void
read_auth(struct line *line, struct event *event)
{
    struct str text = line->text, driver;

    if (str_starts(text, STR("conn ")))
        (void)str_cut_at(&text, STR("): "));
    if (str_starts(text, STR("auth-worker<")))
        (void)str_cut_at(&text, STR(">: "));
    if (login_pam_read(text, event))
        return;
    if (str_index(line->user, ',') < line->user.len) {
        read_auth_failure(str_from(line->behind, 1), true, event);
        return;
    }
    driver = str_cut(&text, '(');
    /* Who may not be called so has been refused by the name; the name is quoted. */
    if (driver.len == 0 || driver.len > 32 || str_index(driver, ' ') < driver.len ||
        str_has(text, STR("): Username character disallowed by ")))
        return;
    read_auth_failure(text, false, event);
}

/* --- deliveries: "sieve: msgid=<m>: forwarded to <c@d>", 2.3.11 on "..: redirect action: .." ---
 */

static void
read_sieve(struct line *line, struct event *event)
{
    static const struct str forwarded = {": forwarded to <", 16};
    struct str rest = line->text, target;
    size_t at;

    /* 2.2 has the session in front: "lmtp(77, anna): SESSION: sieve: .." */
    if (!str_skip(&rest, STR("sieve: "))) {
        struct str session = str_cut_at(&rest, STR(": "));

        if (session.len > SERVICE_BYTES_MAX || str_index(session, ' ') < session.len ||
            !str_skip(&rest, STR("sieve: ")))
            return;
        line->session = session;
    }
    if (!str_skip(&rest, STR("msgid=")))
        return;
    at = field_find_last(rest, forwarded);
    target = str_from(rest, at + forwarded.len);
    if (at >= rest.len || target.len < 2 || target.data[target.len - 1] != '>')
        return;
    target.len--;
    if (str_index(target, '>') < target.len)
        return;
    rest.len = at;
    if (str_ends(rest, STR(": redirect action")))
        rest.len -= 17;
    if (rest.len >= 2 && rest.data[0] == '<' && rest.data[rest.len - 1] == '>')
        rest = (struct str){rest.data + 1, rest.len - 2};
    else if (str_eq(rest, STR("unspecified")))
        rest = STR_EMPTY;
    event->redirect = (struct event_redirect){.message_id = rest, .target = target};
    /* "lmtp(77, anna)": the process, then the user */
    at = field_find_last(line->user, STR(", "));
    event->redirect.user = at < line->user.len ? str_from(line->user, at + 2) : line->user;
    event->session = line->session;
    event->kind = EVENT_REDIRECT;
}

/* --- lines --- */

static void
read_message(struct str message, struct event *event)
{
    struct line line;
    bool has_level;

    event->kind = EVENT_UNKNOWN;
    if (login_pam_read(message, event))
        return;
    if (!cut_front(message, &line, &has_level)) {
        /* what Dovecot says of itself: "Dovecot v2.3.19 starting up for imap" */
        if (has_level || str_starts(message, STR("Dovecot v")))
            event->kind = EVENT_NONE;
        return;
    }
    event->kind = EVENT_NONE;
    if (line.service.len > 6 && str_ends(line.service, STR("-login")))
        read_login(&line, event);
    else if (str_starts(line.service, STR("auth")))
        read_auth(&line, event);
    else if (line.user.len)
        read_sieve(&line, event);
}

void
dovecot_message_read(struct str message, struct event *event)
{
    read_message(message, event);
}

/* The stamp and its blank, which is missing where log_timestamp has none. */
static bool
skip_stamp(struct str *rest, struct event *event)
{
    if (!stamp_read_line(rest, event))
        return false;
    return str_skip(rest, STR(" "));
}

int
dovecot_probe(struct str record)
{
    struct event event;
    struct line line;
    bool has_level;

    event_init(&event);
    if (!skip_stamp(&record, &event) || !cut_front(record, &line, &has_level))
        return 0;
    return has_level || login_pam_read(line.text, &event) ? 2 : 0;
}

void
dovecot_read(struct str record, struct event *event)
{
    struct str rest = record;

    event->program = STR("dovecot");
    if (skip_stamp(&rest, event))
        read_message(rest, event);
}
