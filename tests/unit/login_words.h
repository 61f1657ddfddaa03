#ifndef TESTS_LOGIN_WORDS_H
#define TESTS_LOGIN_WORDS_H

/*
 * login_words - what an event says of a login, upload or forward, as one line.
 *
 *     "fail imap <anna> 192.0.2.7 x3"
 *     "ok ftp <anna> 192.0.2.7"
 *     "file ftp <anna> 192.0.2.7 /srv/x.php"
 *     "forward <anna> <m@x.example> to <c@d.example>"
 *     "none", "unknown"
 *
 * A test's row holds the log line and these words.
 */

#include <stdio.h>

#include "record/event.h"
#include "tap.h"

#define WORDS_BYTES_MAX 4096

static inline const char *
login_words(const struct event *event, char *words)
{
    const struct event_login *login = &event->login;
    const struct event_upload *upload = &event->upload;
    const struct event_redirect *redirect = &event->redirect;
    int len;

    switch (event->kind) {
    case EVENT_LOGIN:
        len = snprintf(words, WORDS_BYTES_MAX, "%s " STR_FMT " <" STR_FMT "> " STR_FMT,
                       login->is_success ? "ok" : "fail", STR_ARG(login->service),
                       STR_ARG(login->user), STR_ARG(login->client));
        if (login->attempts != 1 && len > 0 && len < WORDS_BYTES_MAX)
            (void)snprintf(words + len, (size_t)(WORDS_BYTES_MAX - len), " x%u", login->attempts);
        return words;
    case EVENT_UPLOAD:
        (void)snprintf(words, WORDS_BYTES_MAX,
                       "file " STR_FMT " <" STR_FMT "> " STR_FMT " " STR_FMT,
                       STR_ARG(upload->service), STR_ARG(upload->user), STR_ARG(upload->client),
                       STR_ARG(upload->path));
        return words;
    case EVENT_REDIRECT:
        (void)snprintf(
            words, WORDS_BYTES_MAX, "forward <" STR_FMT "> <" STR_FMT "> to <" STR_FMT ">",
            STR_ARG(redirect->user), STR_ARG(redirect->message_id), STR_ARG(redirect->target));
        return words;
    case EVENT_NONE:
        return "none";
    case EVENT_UNKNOWN:
        return "unknown";
    default:
        return "something else";
    }
}

struct login_row {
    const char *line;
    const char *words;
};

/* Reads the line of every row with `read` and compares the words. */
static inline void
check_login_rows(const struct login_row *rows, size_t count,
                 void (*read)(const char *line, struct event *event))
{
    for (size_t i = 0; i < count; i++) {
        char words[WORDS_BYTES_MAX];
        struct event event;

        event_init(&event);
        read(rows[i].line, &event);
        tap_check_str(str_from_cstr(login_words(&event, words)), str_from_cstr(rows[i].words),
                      __FILE__, __LINE__, rows[i].line);
    }
}

#endif
