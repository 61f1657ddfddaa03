/*
 * Which mail of the logs a given message is a copy of, and what its headers alone
 * make of it. Each row changes what the headers state.
 */

#include "trace/sample.h"

#include "base/civil.h"
#include "tap.h"
#include "trace_run.h"

#define NOON INT64_C(1795435200) /* 2026-11-23 12:00:00 UTC */

/* A0 is used again a day later; B0 went to two; C0 states no Message-ID. */
static const struct run_log mail_log = {
    .path = "mail.log",
    .text = "Nov 22 12:00:00 web7 postfix/pickup[1]: AA0000: uid=1001 from=<web_shop>\n"
            "Nov 22 12:00:00 web7 postfix/cleanup[1]: AA0000: message-id=<old@web7>\n"
            "Nov 22 12:00:00 web7 postfix/smtp[1]: AA0000: to=<ann@mail.example>, "
            "relay=x[192.0.2.20]:25, "
            "delay=0, dsn=2.0.0, status=sent (250 ok)\n"
            "Nov 22 12:00:01 web7 postfix/qmgr[1]: AA0000: removed\n"
            "Nov 23 12:00:00 web7 postfix/pickup[1]: AA0000: uid=1001 from=<web_shop>\n"
            "Nov 23 12:00:00 web7 postfix/cleanup[1]: AA0000: message-id=<new@web7>\n"
            "Nov 23 12:00:00 web7 postfix/smtp[1]: AA0000: to=<ann@mail.example>, "
            "relay=x[192.0.2.20]:25, "
            "delay=0, dsn=2.0.0, status=sent (250 ok)\n"
            "Nov 23 12:00:01 web7 postfix/qmgr[1]: AA0000: removed\n"
            "Nov 23 12:10:00 web7 postfix/pickup[1]: BB0000: uid=1001 from=<web_shop>\n"
            "Nov 23 12:10:00 web7 postfix/cleanup[1]: BB0000: message-id=<two@web7>\n"
            "Nov 23 12:10:00 web7 postfix/smtp[1]: BB0000: to=<bob@mail.example>, "
            "relay=x[192.0.2.20]:25, "
            "delay=0, dsn=2.0.0, status=sent (250 ok)\n"
            "Nov 23 12:10:00 web7 postfix/smtp[1]: BB0000: to=<kim@mail.example>, "
            "relay=x[192.0.2.20]:25, "
            "delay=0, dsn=2.0.0, status=sent (250 ok)\n"
            "Nov 23 12:10:01 web7 postfix/qmgr[1]: BB0000: removed\n"
            "Nov 23 12:20:00 web7 postfix/pickup[1]: CC0000: uid=1001 from=<web_shop>\n"
            "Nov 23 12:20:00 web7 postfix/smtp[1]: CC0000: to=<tom@mail.example>, "
            "relay=x[192.0.2.20]:25, "
            "delay=0, dsn=2.0.0, status=sent (250 ok)\n"
            "Nov 23 12:20:01 web7 postfix/qmgr[1]: CC0000: removed\n",
};

static void
finds_the_mail(void)
{
    static const struct {
        const char *queue_id, *message_id, *recipient, *other_id;
        int64_t time_s;
        const char *found_id;
        enum sample_match match;
        int64_t found_s; /* after noon of the 23rd */
    } rows[] = {
        {"AA0000", "", "", "", NOON + 5, "AA0000", SAMPLE_BY_QUEUE_ID, 0},
        {"AA0000", "", "", "", NOON - DAY_S + 5, "AA0000", SAMPLE_BY_QUEUE_ID, -DAY_S},
        {"AA0000", "old@web7", "", "", NOON - DAY_S / 3, "AA0000", SAMPLE_BY_QUEUE_ID, -DAY_S},
        {"AA0000", "", "", "", NOON + 30 * DAY_S, "", SAMPLE_NOT_FOUND, 0},
        {"", "two@web7", "", "", NOON, "BB0000", SAMPLE_BY_MESSAGE_ID, 600},
        {"FF0000", "two@web7", "", "", 0, "BB0000", SAMPLE_BY_MESSAGE_ID, 600},
        {"", "two@web7", "", "", NOON + 3 * DAY_S, "", SAMPLE_NOT_FOUND, 0},
        {"FF0000", "", "", "BB0000", NOON + 600, "BB0000", SAMPLE_BY_OTHER_ID, 600},
        {"FF0000", "else@web7", "", "BB0000", NOON + 600, "", SAMPLE_NOT_FOUND, 0},
        {"FF0000", "else@web7", "", "CC0000", NOON + 1200, "CC0000", SAMPLE_BY_OTHER_ID, 1200},
        /* by recipient, the second of two as well, without case, and only near in time */
        {"", "", "bob@mail.example", "", NOON + 610, "BB0000", SAMPLE_BY_RECIPIENT, 600},
        {"", "", "KIM@mail.example", "", NOON + 590, "BB0000", SAMPLE_BY_RECIPIENT, 600},
        {"", "", "kim@mail.example", "", NOON + 600 + SAMPLE_NEAR_S, "BB0000", SAMPLE_BY_RECIPIENT,
         600},
        {"", "", "kim@mail.example", "", NOON + 601 + SAMPLE_NEAR_S, "", SAMPLE_NOT_FOUND, 0},
        {"", "", "kim@mail.example", "", 0, "", SAMPLE_NOT_FOUND, 0},
        {"", "else@web7", "kim@mail.example", "", NOON + 600, "", SAMPLE_NOT_FOUND, 0},
        {"", "else@web7", "tom@mail.example", "", NOON + 1200, "CC0000", SAMPLE_BY_RECIPIENT, 1200},
        /* the stronger tie wins over the nearer one */
        {"", "two@web7", "tom@mail.example", "CC0000", NOON + 1200, "BB0000", SAMPLE_BY_MESSAGE_ID,
         600},
        {"", "", "tom@mail.example", "AA0000", NOON + 1200, "AA0000", SAMPLE_BY_OTHER_ID, 0},
        {"", "", "", "", NOON, "", SAMPLE_NOT_FOUND, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sample_id other = {str_from_cstr(rows[i].other_id), 0};
        struct trace_sample sample = {.path = STR("a.eml"),
                                      .queue_id = str_from_cstr(rows[i].queue_id),
                                      .message_id = str_from_cstr(rows[i].message_id),
                                      .recipient = str_from_cstr(rows[i].recipient),
                                      .other_ids = &other,
                                      .other_id_count = other.queue_id.len > 0,
                                      .time_s = rows[i].time_s,
                                      .uid = -1};
        struct run run =
            run_trace((struct trace_options){.zone = STR("UTC")}, &mail_log, 1, &sample, 1);

        CHECK_ROW(i, sample.is_found == (rows[i].match != SAMPLE_NOT_FOUND));
        CHECK_ROW(i, sample.match == rows[i].match);
        CHECK_STR(sample.found_id, rows[i].found_id);
        if (sample.is_found && rows[i].found_s == -DAY_S)
            CHECK_ROW(i, sample.mail == 0);
        else if (sample.is_found)
            CHECK_ROW(i, sample.mail > 0);
        run_done(&run);
    }
}

static void
names_what_the_headers_state(void)
{
    const struct {
        struct trace_sample sample;
        enum route route;
        const char *culprit;
        double confidence_max;
    } rows[] = {
        {{.login = STR("anna@shop.example"), .uid = -1, .is_vouched = true},
         ROUTE_MAILBOX,
         "anna@shop.example",
         SAMPLE_CONFIDENCE_MAX},
        {{.host = STR("web7"), .uid = -1, .is_authenticated = true, .is_vouched = true},
         ROUTE_MAILBOX,
         "a mailbox of web7 that the headers do not name",
         0.6},
        {{.script = STR("rcube.php"), .login = STR("anna@shop.example"), .uid = -1},
         ROUTE_MAILBOX,
         "anna@shop.example",
         SAMPLE_HEARSAY_MAX},
        {{.script = STR("x.php"), .uid = 1002, .is_eval = true, .is_vouched = true},
         ROUTE_UPLOADED_SCRIPT,
         "x.php",
         SAMPLE_CONFIDENCE_MAX},
        {{.url = STR("blog.example/wp-content/uploads/x.php"), .uid = -1, .is_vouched = true},
         ROUTE_UPLOADED_SCRIPT,
         "blog.example/wp-content/uploads/x.php",
         SAMPLE_CONFIDENCE_MAX},
        {{.url = STR("blog.example/wp-content/uploads/x.php"), .uid = -1},
         ROUTE_UPLOADED_SCRIPT,
         "blog.example/wp-content/uploads/x.php",
         SAMPLE_HEARSAY_MAX},
        {{.script = STR("contact.php"), .uid = 1001, .is_vouched = true},
         ROUTE_WEB_REQUEST,
         "contact.php",
         0.6},
        {{.uid = 1001, .is_vouched = true}, ROUTE_ROGUE_PROCESS, "uid 1001", 0.5},
        {{.user = STR("acct"), .uid = -1, .is_vouched = true},
         ROUTE_ROGUE_PROCESS,
         "user acct",
         0.5},
    };
    struct arena *arena = arena_new(1 << 20);
    struct trace_options options = {.zone = STR("UTC")};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct incident incident;

        CHECK_ROW(i, sample_compose(&rows[i].sample, &options, arena, &incident));
        CHECK_ROW(i, incident.route == rows[i].route);
        CHECK_STR(incident.culprit, rows[i].culprit);
        CHECK_ROW(i, incident.confidence <= rows[i].confidence_max);
        CHECK_ROW(i, incident.confidence > rows[i].confidence_max - 0.11);
        CHECK_ROW(i, incident.messages == 1 && incident.summary.len > 0);
    }
    arena_free(arena);
}

static void
names_nobody_without_a_word(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct trace_options options = {.zone = STR("UTC")};
    struct trace_sample sample = {.queue_id = STR("A"), .client = STR("192.0.2.1"), .uid = -1};
    struct incident incident;

    CHECK(!sample_compose(&sample, &options, arena, &incident));
    arena_free(arena);
}

static void
splits_host_and_path_and_knows_users(void)
{
    static const struct trace_user users[] = {{{"web_shop", 8}, 1001}};
    struct arena *arena = arena_new(1 << 20);
    struct trace_options options = {.zone = STR("UTC"), .users = users, .user_count = 1};
    struct trace_sample sample = {.url = STR("blog.example/x.php"), .uid = 1001};
    struct incident incident;

    CHECK(sample_compose(&sample, &options, arena, &incident));
    CHECK_STR(incident.origin.vhost, "blog.example");
    CHECK_STR(incident.origin.url, "/x.php");
    CHECK_STR(incident.origin.user, "web_shop");
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"finds the mail", finds_the_mail},
        {"names what the headers state", names_what_the_headers_state},
        {"names nobody without a word", names_nobody_without_a_word},
        {"splits host and path, and knows users", splits_host_and_path_and_knows_users},
    };

    return tap_main(cases, COUNT(cases));
}
