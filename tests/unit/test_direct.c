/*
 * Programs that speak SMTP past the mail server: who is accused on a firewall's word, and
 * who is not. Each row is a pattern of connections; the lines are made from it.
 */

#include "base/buf.h"
#include "trace_run.h"

#include "tap.h"

#define LOG_SECONDS 7200

/* `count` connections of a user from second `begin` on, `every` seconds apart, to `servers` others
   in turn; each logged `lines` times, as knocking again is. */
struct pattern {
    int64_t uid; /* -1: the log does not say */
    uint32_t count, begin, every_ms, servers, lines;
};

static void
add_stamp(struct buf *text, uint32_t second)
{
    buf_printf(text, "Nov 23 %02u:%02u:%02u web7 kernel: ", 12 + second / 3600, second / 60 % 60,
               second % 60);
}

static void
add_connection(struct buf *text, const struct pattern *pattern, uint32_t number)
{
    uint32_t server = number % pattern->servers;

    for (uint32_t i = 0; i < pattern->lines; i++) {
        add_stamp(text, pattern->begin + number * pattern->every_ms / 1000);
        buf_printf(text,
                   "smtp: IN= OUT=eth0 SRC=192.0.2.10 DST=198.51.%u.%u LEN=60 PROTO=TCP SPT=%u "
                   "DPT=25 WINDOW=64240 RES=0x00 SYN URGP=0 ",
                   100 + server / 250, 1 + server % 250, 20000 + number);
        if (pattern->uid >= 0)
            buf_printf(text, "UID=%lld GID=1", (long long)pattern->uid);
        buf_add_char(text, '\n');
    }
}

static struct run
trace_pattern(const struct pattern *pattern, const struct trace_user *users, uint32_t user_count)
{
    struct trace_options options = {.zone = STR("UTC"), .users = users, .user_count = user_count};
    struct run_log log = {.path = "kern.log"};
    struct buf text;
    struct run run;

    buf_init(&text, 1 << 20);
    add_stamp(&text, 0);
    buf_add_cstr(&text, "up\n");
    for (uint32_t i = 0; i < pattern->count; i++)
        add_connection(&text, pattern, i);
    add_stamp(&text, LOG_SECONDS);
    buf_add_cstr(&text, "down\n");
    log.text = buf_str(&text).data;
    log.len = buf_str(&text).len;
    run = run_trace(options, &log, 1, NULL, 0);
    buf_done(&text);
    return run;
}

static const struct trace_user users[] = {
    {{"root", 4}, 0},   {{"www-data", 8}, 33}, {{"postfix", 7}, 115},
    {{"dev", 3}, 1007}, {{"exim", 4}, 1093},
};

static void
accuses_who_connects_to_many(void)
{
    static const struct {
        struct pattern pattern;
        bool has_passwd;
        const char *culprit; /* NULL: nobody */
        uint32_t connections, servers;
    } rows[] = {
        {{1007, 200, 600, 300, 90, 1}, true, "user dev", 200, 90},
        {{1007, 200, 600, 300, 90, 1}, false, "uid 1007", 200, 90},
        {{1007, 200, 600, 300, 8, 1}, true, "user dev", 200, 8},
        {{33, 200, 600, 300, 90, 1}, false, "uid 33", 200, 90},
        /* all the time, but ever new servers */
        {{1007, 100, 10, 71000, 100, 1}, true, "user dev", 100, 100},
        /* TCP knocks again: one connection */
        {{1007, 40, 600, 1000, 40, 3}, true, "user dev", 40, 40},
        {{1007, 9, 600, 1000, 9, 3}, true, NULL, 0, 0},
        /* the mail server's own, by passwd; without it what may be so */
        {{115, 200, 600, 300, 90, 1}, true, NULL, 0, 0},
        {{1093, 200, 600, 300, 90, 1}, true, NULL, 0, 0},
        {{115, 200, 600, 300, 90, 1}, false, NULL, 0, 0},
        {{0, 200, 600, 300, 90, 1}, false, NULL, 0, 0},
        /* a smarthost, and one who watches twenty servers */
        {{1007, 400, 600, 300, 1, 1}, true, NULL, 0, 0},
        {{1007, 240, 10, 29000, 20, 1}, true, NULL, 0, 0},
        /* the log does not say whose */
        {{-1, 200, 600, 300, 90, 1}, true, NULL, 0, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct run run =
            trace_pattern(&rows[i].pattern, users, rows[i].has_passwd ? COUNT(users) : 0);
        const struct incident *incident = run.result.incidents;

        if (run.result.incident_count != (rows[i].culprit ? 1U : 0U))
            printf("# row %zu\n", i);
        CHECK(run.result.incident_count == (rows[i].culprit ? 1U : 0U));
        if (rows[i].culprit && run.result.incident_count == 1) {
            CHECK(incident->route == ROUTE_ROGUE_PROCESS);
            CHECK_STR(incident->culprit, rows[i].culprit);
            CHECK(incident->origin.uid == rows[i].pattern.uid);
            CHECK(incident->connections == rows[i].connections);
            CHECK(incident->servers == rows[i].servers);
            CHECK(incident->messages == 0 && incident->queue_id_count == 0);
            CHECK(incident->evidence_count == 3);
            CHECK(incident->confidence > 0.5);
        }
        run_done(&run);
    }
}

static bool
has_note(const struct run *run, const char *words)
{
    for (uint32_t i = 0; i < run->result.note_count; i++) {
        if (str_has(run->result.notes[i], str_from_cstr(words)))
            return true;
    }
    return false;
}

static void
says_what_it_cannot_see(void)
{
    static const struct {
        struct pattern pattern;
        bool is_unseen, is_nameless;
    } rows[] = {
        {{1007, 0, 600, 300, 90, 1}, true, false}, /* no line of the firewall's */
        {{-1, 5, 600, 300, 90, 1}, false, true},
        {{115, 5, 600, 300, 90, 1}, false, false},
        {{1007, 200, 600, 300, 90, 1}, false, false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct run run = trace_pattern(&rows[i].pattern, users, COUNT(users));

        CHECK(has_note(&run, "past this host's mail server, is in no log") == rows[i].is_unseen);
        CHECK(has_note(&run, "--log-uid") == rows[i].is_nameless);
        run_done(&run);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"accuses who connects to many servers", accuses_who_connects_to_many},
        {"says what it cannot see", says_what_it_cannot_see},
    };

    return tap_main(cases, COUNT(cases));
}
