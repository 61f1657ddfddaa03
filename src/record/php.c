#include "record/php.h"

#include "record/stamp.h"

static const struct str call = {"mail() on [", 11};

static inline bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/*
 * Where "(1826) : eval()'d code" begins in a path; its length when it does not.
 * The words are those that PHP makes up (zend_make_compiled_string_description),
 * so that a folder named "a(1) : b" remains a folder.
 */
static size_t
find_eval(struct str path)
{
    static const struct str words[] = {
        {"eval()'d code", 13}, {"runtime-created function", 24}, {"assert code", 11},
        {"regexp code", 11},   {"mbregex replace", 15},
    };

    for (size_t open = str_index(path, '('); open < path.len;) {
        size_t at = open + 1;
        struct str rest;

        while (at < path.len && is_digit(path.data[at]))
            at++;
        rest = str_from(path, at);
        if (at > open + 1 && str_skip(&rest, STR(") : "))) {
            for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
                if (str_starts(rest, words[i]))
                    return open;
            }
        }
        open = at + str_index(str_from(path, at), '(');
    }
    return path.len;
}

/* Cuts ":4" off the end; false when it is not there. */
static bool
cut_line_number(struct str *path, uint32_t *ret_line)
{
    size_t len = path->len;
    uint64_t line;

    while (len && is_digit(path->data[len - 1]))
        len--;
    if (len < 2 || len == path->len || path->data[len - 1] != ':')
        return false;
    *ret_line = str_u64(str_from(*path, len), &line) && line <= UINT32_MAX ? (uint32_t)line : 0;
    path->len = len - 1;
    return true;
}

/* The last place of `needle`, which is short; `s.len` when there is none. */
static size_t
find_last(struct str s, struct str needle)
{
    struct str rest = s;
    size_t last = s.len;

    for (;;) {
        size_t at = str_find(rest, needle);

        if (at == rest.len)
            return last;
        last = (size_t)(rest.data - s.data) + at;
        rest = str_from(rest, at + needle.len);
    }
}

/* "/srv/x.php:4]: To: ...": the rest of a call. False when it is not whole up to "To: ". */
static bool
read_call(struct str text, struct event *event)
{
    static const struct str to = {"]: To: ", 7}, subject = {" -- Subject: ", 13};
    struct event_php_mail *mail = &event->php_mail;
    size_t end = str_find(text, to), at;
    uint32_t line;
    struct str path = str_first(text, end), rest = str_from(text, end);

    if (!str_skip(&rest, to) || !cut_line_number(&path, &line))
        return false;
    at = find_eval(path);
    event->kind = EVENT_PHP_MAIL;
    *mail = (struct event_php_mail){
        .script = str_first(path, at),
        .line = line,
        .is_eval = at < path.len,
        .subject = STR_EMPTY,
    };
    mail->recipients = str_cut_at(&rest, STR(" -- Headers: "));
    at = find_last(rest, subject);
    mail->headers = str_first(rest, at);
    if (at < rest.len)
        mail->subject = str_from(rest, at + subject.len);
    return true;
}

void
php_message_read(struct str message, struct event *event)
{
    if (!str_skip(&message, call))
        event->kind = EVENT_NONE;
    else if (!read_call(message, event))
        event->kind = EVENT_UNKNOWN;
}

/* "[23-Nov-2026 15:21:22 UTC] ": drops it. */
static bool
skip_stamp(struct str *record, struct event *event)
{
    return stamp_read_php(record, event) && str_skip(record, STR(" "));
}

int
php_probe(struct str record)
{
    struct event event;

    event_init(&event);
    (void)skip_stamp(&record, &event);
    return str_skip(&record, call) && read_call(record, &event) ? 2 : 0;
}

void
php_read(struct str record, struct event *event)
{
    if (record.len == 0 || record.data[0] == ' ' || record.data[0] == '\t') {
        event->kind = EVENT_NONE;
        return;
    }
    if (skip_stamp(&record, event) || str_starts(record, call))
        php_message_read(record, event);
}
