#include "record/syslog.h"

#include "record/program.h"
#include "record/stamp.h"

/* What stands before the message. */
struct envelope {
    struct str host, tag;
    int64_t pid;
    bool has_pid;   /* "[..]" stood after the tag */
    bool has_colon; /* the tag ended as it should */
    bool is_rfc5424;
    bool is_blank_iso; /* "2026-02-03 01:02:03": what many programs write that are no syslog */
};

static inline bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct str
skip_blanks(struct str s)
{
    size_t at = 0;

    while (at < s.len && is_blank(s.data[at]))
        at++;
    return str_from(s, at);
}

/* "<22>": the facility and severity. */
static void
skip_priority(struct str *s)
{
    size_t at = 1;

    if (s->len < 3 || s->data[0] != '<')
        return;
    while (at < s->len && at < 4 && str_is_digit(s->data[at]))
        at++;
    if (at > 1 && at < s->len && s->data[at] == '>')
        *s = str_from(*s, at + 1);
}

#define HOST_LEN_MAX 255

/* How long the host name or address at the front is; 0 when there is none. */
static size_t
host_len(struct str s)
{
    static const bool ends_host[256] = {
        [' '] = true, ['['] = true,  [']'] = true,  ['('] = true,  [')'] = true, ['{'] = true,
        ['}'] = true, ['<'] = true,  ['>'] = true,  ['='] = true,  ['"'] = true, [','] = true,
        [';'] = true, ['\''] = true, ['\t'] = true, ['\0'] = true,
    };
    size_t at = 0, end = s.len < HOST_LEN_MAX ? s.len : HOST_LEN_MAX;

    while (at < end && !ends_host[(unsigned char)s.data[at]])
        at++;
    /* What ends in ':' is a tag, not a host. */
    return at && at < end && s.data[at] == ' ' && s.data[at - 1] != ':' ? at : 0;
}

#define TAG_LEN_MAX 128

/* "[4005]": drops it. What is no number between the brackets is -1. */
static bool
read_pid(struct str *s, int64_t *ret_pid)
{
    int64_t pid = 0;
    size_t at = 1;

    while (at < s->len && at < 19 && str_is_digit(s->data[at]))
        pid = pid * 10 + (s->data[at++] - '0');
    if (at > 1 && at < s->len && s->data[at] == ']') {
        *ret_pid = pid;
        *s = str_from(*s, at + 1);
        return true;
    }
    at = str_index(str_first(*s, TAG_LEN_MAX), ']');
    if (at >= s->len || s->data[at] != ']')
        return false;
    *ret_pid = -1;
    *s = str_from(*s, at + 1);
    return true;
}

/* "tag[pid]: " in front of the message, or "tag: ", or a first word without a colon. */
static bool
read_tag(struct str *s, struct envelope *envelope)
{
    struct str text = str_first(*s, TAG_LEN_MAX), rest;
    bool has_pid = false;
    int64_t pid = -1;
    size_t at = str_index_any(text, STR(":[ \t\0"));

    if (at == 0 || at == text.len)
        return false;
    rest = str_from(*s, at);
    if (rest.data[0] == '[') {
        if (!read_pid(&rest, &pid))
            return false;
        has_pid = true;
    }
    envelope->has_colon = str_skip(&rest, STR(":"));
    if (rest.len && !envelope->has_colon && !is_blank(rest.data[0]))
        return false;
    envelope->tag = str_first(text, at);
    envelope->has_pid = has_pid;
    envelope->pid = pid;
    *s = skip_blanks(rest);
    return true;
}

/* "mail.info " between host and tag (busybox); "<mail.info> " before the host (BSD). */
static bool
skip_facility(struct str *s)
{
    static const struct str facilities[] = {{"mail.", 5}, {"auth", 4},  {"daemon.", 7},
                                            {"user.", 5}, {"kern.", 5}, {"syslog.", 7},
                                            {"cron.", 5}, {"local", 5}};
    struct str rest = *s;
    bool is_angled = str_skip(&rest, STR("<"));
    size_t end = str_index(str_first(rest, 24), is_angled ? '>' : ' ');
    struct str word = str_first(rest, end), after = str_from(rest, end);

    if (str_index(word, '.') == word.len || !str_skip(&after, is_angled ? STR("> ") : STR(" ")))
        return false;
    for (size_t i = 0; i < sizeof(facilities) / sizeof(facilities[0]); i++) {
        if (str_starts(word, facilities[i])) {
            *s = after;
            return true;
        }
    }
    return false;
}

/* " host tag[pid]: ": what follows an RFC 3164 or ISO 8601 stamp. */
static bool
read_host_and_tag(struct str *s, struct envelope *envelope)
{
    struct str rest = *s, after;
    size_t len;

    if (!str_skip(&rest, STR(" ")))
        return false;
    if (rest.len && rest.data[0] == '<')
        (void)skip_facility(&rest);
    len = host_len(rest);
    after = skip_blanks(str_from(rest, len));
    if (len && after.len) {
        envelope->host = str_first(rest, len);
        *s = after;
        if (read_tag(s, envelope) && !envelope->has_pid && !envelope->has_colon &&
            skip_facility(&after)) {
            envelope->tag = STR_EMPTY;
            *s = after;
            (void)read_tag(s, envelope);
        }
        return true;
    }
    /* Some syslogs leave the host out. Without a pid this would be Dovecot's own form. */
    if (!read_tag(&rest, envelope) || !envelope->has_pid || !envelope->has_colon)
        return false;
    *s = rest;
    return true;
}

/* A word of an RFC 5424 header; "-" is empty. False at the end of the record. */
static bool
read_word(struct str *s, struct str *ret_word)
{
    size_t at = str_index(str_first(*s, 256), ' ');

    if (at == 0 || at >= s->len || s->data[at] != ' ')
        return false;
    *ret_word = str_first(*s, at);
    if (str_eq(*ret_word, STR("-")))
        *ret_word = STR_EMPTY;
    *s = str_from(*s, at + 1);
    return true;
}

/* "[id name="value"][..]" or "-": drops it. A block that does not end takes all. */
static void
skip_structured_data(struct str *s)
{
    bool is_quoted = false;
    size_t at = 0;

    if (s->len && s->data[0] == '-') {
        *s = str_from(*s, 1);
        return;
    }
    if (s->len == 0 || s->data[0] != '[')
        return;
    for (; at < s->len; at++) {
        char c = s->data[at];

        if (is_quoted && c == '\\')
            at++;
        else if (c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted && c == ']' && (at + 1 >= s->len || s->data[at + 1] != '['))
            break;
    }
    *s = str_from(*s, at + 1);
}

/* RFC 5424 from the version on: "1 2026-02-03T01:02:03Z host app pid msgid [..] message". */
static bool
read_rfc5424(struct str *s, struct envelope *envelope, struct event *event)
{
    struct str rest = *s, pid, message_id;
    uint64_t number;

    if (!str_skip(&rest, STR("1 ")))
        return false;
    if (!stamp_read_iso(&rest, event) && !str_skip(&rest, STR("-")))
        return false;
    if (!str_skip(&rest, STR(" ")) || !read_word(&rest, &envelope->host) ||
        !read_word(&rest, &envelope->tag) || !read_word(&rest, &pid) ||
        !read_word(&rest, &message_id))
        return false;
    envelope->pid = str_u64(pid, &number) && number <= INT64_MAX ? (int64_t)number : -1;
    envelope->has_pid = envelope->has_colon = envelope->is_rfc5424 = true;
    skip_structured_data(&rest);
    rest = skip_blanks(rest);
    (void)str_skip(&rest, STR("\xef\xbb\xbf"));
    *s = rest;
    return true;
}

/* Priority and stamp off the front; of RFC 5424 everything before the message. */
static bool
read_start(struct str *s, struct envelope *envelope, struct event *event)
{
    *envelope = (struct envelope){.host = STR_EMPTY, .tag = STR_EMPTY, .pid = -1};
    skip_priority(s);
    if (s->len < 16)
        return false;
    if (s->data[0] == '1' && s->data[1] == ' ')
        return read_rfc5424(s, envelope, event);
    envelope->is_blank_iso = s->data[10] == ' ' && s->data[4] == '-';
    return (str_is_digit(s->data[0]) && stamp_read_iso(s, event)) || stamp_read_syslog(s, event);
}

/* Everything before the message; leaves the message in `s`. */
static bool
read_envelope(struct str *s, struct envelope *envelope, struct event *event)
{
    struct str rest = *s;

    if (!read_start(&rest, envelope, event) ||
        (!envelope->is_rfc5424 && !read_host_and_tag(&rest, envelope)))
        return false;
    *s = rest;
    return true;
}

/* --- fronts: what stands between the stamp and the message, remembered --- */

#define FRONT_BYTES_MAX 64
#define FRONTS 256 /* of one thread; a power of two */

/*
 * " web7 postfix/smtpd[4005]: " and what was read from it. A process writes many lines, and
 * all of them have the same front: it is taken apart once.
 */
struct front {
    char text[FRONT_BYTES_MAX];
    uint8_t len, host_at, host_len, program_at, program_len, instance_len;
    int64_t pid;
    program_reader *read;
};

static _Thread_local struct front fronts[FRONTS];

/* Up to the blank behind the first colon; 0: none is near. */
static size_t
front_len(struct str s)
{
    size_t at = str_index_any(str_first(s, FRONT_BYTES_MAX), STR(":"));

    return at + 2 < s.len && at + 2 <= FRONT_BYTES_MAX && s.data[at] == ':' &&
                   s.data[at + 1] == ' ' && !is_blank(s.data[at + 2])
               ? at + 2
               : 0;
}

static struct front *
front_slot(struct str text)
{
    uint64_t middle, end;

    if (text.len < 8)
        return &fronts[0];
    memcpy(&middle, text.data + text.len / 2 - 4, 8);
    memcpy(&end, text.data + text.len - 8, 8);
    return &fronts[((middle ^ end * 5) * 0x9E3779B97F4A7C15ULL) >> 32 & (FRONTS - 1)];
}

static bool
is_same_front(const struct front *front, struct str text)
{
    return front->len == text.len && memcmp(front->text, text.data, text.len) == 0;
}

/* Keeps what was read of the front, which `event` has slices of. */
static void
remember_front(struct str text, const struct event *event)
{
    struct front *front = front_slot(text);
    program_reader *read = program_find(event);

    if (!read || event->host.len == 0)
        return;
    *front = (struct front){
        .len = (uint8_t)text.len,
        .host_at = (uint8_t)(event->host.data - text.data),
        .host_len = (uint8_t)event->host.len,
        .program_at = (uint8_t)(event->program.data - text.data),
        .program_len = (uint8_t)event->program.len,
        .instance_len = (uint8_t)event->instance.len,
        .pid = event->pid,
        .read = read,
    };
    memcpy(front->text, text.data, text.len);
}

#define REPEATS_MAX 1000000 /* a larger number is a forgery or a broken disk */

/* " 3 times": the number. False when it is not written so. */
static bool
read_times(struct str *s, uint32_t *ret_times)
{
    uint64_t times = 0;
    struct str rest = *s, number = str_cut(&rest, ' ');

    if (number.len > 10 || !str_u64(number, &times) || !str_skip(&rest, STR("time")))
        return false;
    (void)str_skip(&rest, STR("s"));
    *ret_times = times > REPEATS_MAX ? REPEATS_MAX : (uint32_t)times;
    *s = rest;
    return true;
}

/* syslog-ng: "Last message 'connect from ...' repeated 3 times, suppressed by syslog-ng on web7".
 */
static bool
read_quoted_repeat(struct str message, uint32_t *ret_times)
{
    static const struct str middle = {" repeated ", 10};
    size_t from = message.len > 120 ? message.len - 120 : 0;
    struct str tail = str_from(message, from);
    bool is_found = false;

    while (str_find(tail, middle) < tail.len) {
        struct str rest;

        (void)str_cut_at(&tail, middle);
        rest = tail;
        is_found =
            read_times(&rest, ret_times) && str_starts(rest, STR(", suppressed by syslog-ng"));
    }
    return is_found;
}

/* "last message repeated 3 times": nothing but a count for the line before. */
static bool
read_repeat(struct str message, struct event *event)
{
    struct str rest = message;

    (void)str_skip(&rest, STR("--- "));
    if (str_skip(&rest, STR("last message repeated "))) {
        if (!read_times(&rest, &event->repeats))
            return false;
    } else if (!str_starts(rest, STR("Last message '")) ||
               !read_quoted_repeat(rest, &event->repeats)) {
        return false;
    }
    event->kind = EVENT_REPEAT;
    return true;
}

/* rsyslog: "message repeated 2 times: [ inner]"; the inner message may be cut before the ']'. */
static void
open_repeated(struct str *message, struct event *event)
{
    struct str rest = *message;
    uint32_t times;

    if (!str_skip(&rest, STR("message repeated ")) || !read_times(&rest, &times) ||
        !str_skip(&rest, STR(": [")))
        return;
    event->repeats = times;
    if (str_ends(rest, STR("]")))
        rest.len--;
    *message = skip_blanks(rest);
}

/* Solaris: "[ID 197553 mail.info] " before the message. */
static void
skip_message_id(struct str *message)
{
    size_t end;

    if (!str_starts(*message, STR("[ID ")))
        return;
    end = str_find(str_first(*message, 64), STR("] "));
    if (end < message->len && end < 64)
        *message = str_from(*message, end + 2);
}

/* Whether one of the words that a syslog daemon puts in front may stand here. */
static inline bool
may_be_marked(struct str message)
{
    return message.len &&
           (message.data[0] == 'l' || message.data[0] == 'L' || message.data[0] == 'm' ||
            message.data[0] == '-' || message.data[0] == '[');
}

int
syslog_probe(struct str record)
{
    struct event event;
    struct envelope envelope;

    event_init(&event);
    if (!read_envelope(&record, &envelope, &event))
        return 0;
    if (envelope.is_rfc5424)
        return 2;
    if (envelope.is_blank_iso)
        return envelope.has_pid && envelope.has_colon ? 2 : 0;
    if (envelope.host.len == 0)
        return 1;
    return envelope.has_colon ? 2 : 1;
}

/* Reads a message behind a front that is known, where no word of the syslog daemon may stand. */
static bool
read_after_front(struct str s, struct str text, struct event *event)
{
    const struct front *front = front_slot(text);
    struct str message = str_from(s, text.len);

    if (text.len == 0 || may_be_marked(message) || !is_same_front(front, text))
        return false;
    event->host = str_first(str_from(text, front->host_at), front->host_len);
    event->program = str_first(str_from(text, front->program_at), front->program_len);
    event->instance =
        front->instance_len ? str_first(event->program, front->instance_len) : STR_EMPTY;
    event->pid = front->pid;
    front->read(message, event);
    return true;
}

void
syslog_read(struct str record, struct event *event)
{
    struct envelope envelope;
    struct str message = record, front = STR_EMPTY;

    if (!read_start(&message, &envelope, event))
        return;
    if (!envelope.is_rfc5424) {
        front = str_first(message, front_len(message));
        if (read_after_front(message, front, event))
            return;
        if (!read_host_and_tag(&message, &envelope))
            return;
    }
    event->host = envelope.host;
    event->pid = envelope.pid;
    if (!envelope.has_colon && !envelope.has_pid) {
        struct str from_tag = message;

        /* No tag at all: the message began where a tag was looked for. */
        if (envelope.tag.len)
            from_tag = (struct str){envelope.tag.data,
                                    (size_t)(message.data + message.len - envelope.tag.data)};
        if (read_repeat(from_tag, event))
            return;
        if (str_starts(from_tag, STR("-- MARK --"))) {
            event->kind = EVENT_NONE;
            return;
        }
    }
    program_name(envelope.tag, event);
    if (front.len && envelope.has_colon && front.data + front.len == message.data)
        remember_front(front, event);
    if (may_be_marked(message)) {
        skip_message_id(&message);
        open_repeated(&message, event);
        if (read_repeat(message, event)) {
            if (str_ends(event->program, STR("syslogd")))
                event->program = STR_EMPTY;
            return;
        }
    }
    program_read(message, event);
}
