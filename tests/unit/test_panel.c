/*
 * Each row is one line as cPanel's or Plesk's panel writes it, and what an
 * administrator would say it means.
 */

#include "login_words.h"
#include "record/panel.h"
#include "record/record.h"

#define AT "[2026-11-23 15:21:22 +0000] info "

static void
read_panel(const char *line, struct event *event)
{
    record_read(record_frame(STR("panel")), str_from_cstr(line), event);
}

static void
reads_cpanel(void)
{
    static const struct login_row rows[] = {
        {AT "[cpaneld] 192.0.2.7 - anna \"POST /login/?login_only=1 HTTP/1.1\" FAILED LOGIN "
            "cpaneld: user password incorrect",
         "fail cpanel <anna> 192.0.2.7"},
        {AT "[whostmgrd] 192.0.2.7 - root \"POST /login/ HTTP/1.1\" FAILED LOGIN whostmgrd: user "
            "password incorrect",
         "fail whm <root> 192.0.2.7"},
        {AT "[webmaild] 2001:db8::7 - anna@shop.example \"POST /login/ HTTP/1.1\" FAILED LOGIN "
            "webmaild: user name not provided or invalid user",
         "fail webmail <anna@shop.example> 2001:db8::7"},
        {AT "[cpaneld] 192.0.2.7 - - \"GET / HTTP/1.1\" FAILED LOGIN cpaneld: user name not "
            "provided or invalid user",
         "fail cpanel <> 192.0.2.7"},
        {AT "[cpaneld] 192.0.2.7 NEW anna:Ab3 address=192.0.2.7,app=cpaneld,creator=anna,"
            "method=handle_form_login,path=form,possessed=0",
         "ok cpanel <anna> 192.0.2.7"},
        {AT "[webmaild] 192.0.2.7 NEW anna@shop.example:Ab3 address=192.0.2.7,app=webmaild,"
            "creator=anna@shop.example,method=handle_form_login,path=form,possessed=0",
         "ok webmail <anna@shop.example> 192.0.2.7"},
        /* a session that a program or the administrator made for the user */
        {AT "[cpaneld] 192.0.2.7 NEW anna:Ab3 address=192.0.2.7,app=cpaneld,creator=root,"
            "method=create_user_session,path=create_user_session,possessed=1",
         "none"},
        {AT "[cpaneld] 192.0.2.7 PURGE anna:Ab3 logout", "none"},
        /* up to version 50 */
        {"192.0.2.7 - anna [11/23/2026:15:21:22 -0000] \"POST / HTTP/1.1\" FAILED LOGIN webmaild: "
         "user password incorrect",
         "fail webmail <anna> 192.0.2.7"},
        {AT "no daemon stands here", "unknown"},
        {"192.0.2.7 - anna [23/Nov/2026:15:21:22 +0000] \"GET / HTTP/1.1\" 200 5", "unknown"},
    };
    struct event event;

    check_login_rows(rows, COUNT(rows), read_panel);
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, panel_probe(str_from_cstr(rows[i].line)) == (i + 2 < COUNT(rows) ? 2 : 0));
    event_init(&event);
    read_panel(rows[0].line, &event);
    CHECK(event.stamp_form == STAMP_UTC && event.stamp_us == INT64_C(1795447282000000));
    event_init(&event);
    read_panel(rows[8].line, &event);
    CHECK(event.stamp_form == STAMP_UTC && event.stamp_us == INT64_C(1795447282000000));
}

static void
reads_plesk(void)
{
    static const struct login_row rows[] = {
        {"[2026-11-23 15:21:22.123] 77:5f1e ERR [panel] [Action Log] Failed login attempt with "
         "login 'anna' from IP 192.0.2.7",
         "fail plesk <anna> 192.0.2.7"},
        {"[2026-11-23 15:21:22.123] ERR [panel] Failed login attempt with login 'anna' from IP "
         "2001:db8::7 ",
         "fail plesk <anna> 2001:db8::7"},
        {"[2026-11-23 15:21:22.123] ERR [panel] Failed login attempt with login 'x' from IP "
         "203.0.113.1' from IP 192.0.2.7",
         "fail plesk <x' from IP 203.0.113.1> 192.0.2.7"},
        {"[2026-11-23 15:21:22.123] ERR [panel] Unable to load object", "none"},
        {"[2026-11-23 15:21:22.123] ERR [extension] Unable to load object", "unknown"},
    };

    check_login_rows(rows, COUNT(rows), read_panel);
}

static void
believes_no_name(void)
{
    static const struct login_row rows[] = {
        {AT "[cpaneld] 192.0.2.7 - x FAILED LOGIN whostmgrd: a \"POST /login/ HTTP/1.1\" FAILED "
            "LOGIN cpaneld: user password incorrect",
         "fail cpanel <x FAILED LOGIN whostmgrd: a> 192.0.2.7"},
        {AT "[cpaneld] 192.0.2.7 - NEW root:a address=203.0.113.1,app=cpaneld,method=handle_form_"
            "login \"POST / HTTP/1.1\" FAILED LOGIN cpaneld: user password incorrect",
         "fail cpanel <NEW root:a address=203.0.113.1,app=cpaneld,method=handle_form_login> "
         "192.0.2.7"},
        {AT "[cpaneld] 192.0.2.7 - 203.0.113.1 - root \"POST / HTTP/1.1\" FAILED LOGIN cpaneld: "
            "user password incorrect",
         "fail cpanel <203.0.113.1 - root> 192.0.2.7"},
        {AT "[cpaneld] not-an-address - anna \"POST / HTTP/1.1\" FAILED LOGIN cpaneld: x",
         "unknown"},
    };

    check_login_rows(rows, COUNT(rows), read_panel);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads cPanel's logs, new and old", reads_cpanel},
        {"reads Plesk's panel.log", reads_plesk},
        {"believes no name", believes_no_name},
    };

    return tap_main(cases, COUNT(cases));
}
