/*
 * Each row is one request as some server logs it. Add a row when a log format
 * turns up that is read wrongly; no other code changes.
 */

#include "record/access.h"
#include "record/access_json.h"
#include "tap.h"

#define NOV_23 INT64_C(1795447282) /* 2026-11-23 15:21:22 */
#define STAMP "[23/Nov/2026:15:21:22 +0000]"

struct row {
    const char *line;
    enum request_method method;
    const char *client, *vhost, *user, *target;
    uint16_t status;
    const char *referer, *agent, *forwarded;
    int64_t duration_us;
};

static void
check_row(size_t i, const struct row *row, struct event event)
{
    CHECK_ROW(i, event.kind == EVENT_REQUEST);
    if (event.kind != EVENT_REQUEST)
        return;
    CHECK_ROW(i, event.stamp_form == STAMP_UTC && event.stamp_us / 1000000 == NOV_23);
    CHECK_ROW(i, event.request.method == row->method);
    CHECK_STR(event.request.client, row->client);
    CHECK_STR(event.request.vhost, row->vhost);
    CHECK_STR(event.request.user, row->user);
    CHECK_STR(event.request.target, row->target);
    CHECK_ROW(i, event.request.status == row->status);
    CHECK_STR(event.request.referer, row->referer);
    CHECK_STR(event.request.agent, row->agent);
    CHECK_STR(event.request.forwarded, row->forwarded);
    CHECK_ROW(i, event.request.duration_us == row->duration_us);
}

static void
check_lines(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct event event;

        event_init(&event);
        access_read(str_from_cstr(rows[i].line), &event);
        check_row(i, &rows[i], event);
        CHECK_ROW(i, !event.request.is_stamped_at_end);
        CHECK_ROW(i, access_probe(str_from_cstr(rows[i].line)) == 2);
    }
}

static void
reads_the_common_forms(void)
{
    static const struct row rows[] = {
        /* common */
        {"192.0.2.7 - - " STAMP " \"GET /x.php?a=1 HTTP/1.1\" 200 189", METHOD_GET, "192.0.2.7", "",
         "", "/x.php?a=1", 200, "", "", "", -1},
        /* combined, with a login */
        {"192.0.2.7 - anna " STAMP
         " \"POST /x.php HTTP/1.1\" 302 - \"https://shop.example/a b\" \"Mozilla/5.0 (X11)\"",
         METHOD_POST, "192.0.2.7", "", "anna", "/x.php", 302, "https://shop.example/a b",
         "Mozilla/5.0 (X11)", "", -1},
        /* IPv6 */
        {"2001:db8::7 - - " STAMP " \"HEAD / HTTP/2.0\" 304 0 \"-\" \"-\"", METHOD_HEAD,
         "2001:db8::7", "", "", "/", 304, "", "", "", -1},
        /* HostnameLookups */
        {"host-7.isp.example - - " STAMP " \"PUT /f HTTP/1.1\" 201 0 \"-\" \"curl\"", METHOD_PUT,
         "host-7.isp.example", "", "", "/f", 201, "", "curl", "", -1},
        /* vhost_combined */
        {"shop.example:443 192.0.2.7 - - " STAMP " \"GET / HTTP/1.1\" 200 5 \"-\" \"M\"",
         METHOD_GET, "192.0.2.7", "shop.example", "", "/", 200, "", "M", "", -1},
        {"shop.example:80 host-7.isp.example - anna " STAMP " \"GET / HTTP/1.1\" 200 5 \"-\" \"M\"",
         METHOD_GET, "host-7.isp.example", "shop.example", "anna", "/", 200, "", "M", "", -1},
        {"shop.example:80 2001:db8::7 - - " STAMP " \"GET / HTTP/1.1\" 200 5 \"-\" \"M\"",
         METHOD_GET, "2001:db8::7", "shop.example", "", "/", 200, "", "M", "", -1},
        {"192.0.2.10:80 203.0.113.5 - - " STAMP " \"GET / HTTP/1.1\" 200 5 \"-\" \"M\"", METHOD_GET,
         "203.0.113.5", "192.0.2.10", "", "/", 200, "", "M", "", -1},
        {"[2001:db8::1]:443 203.0.113.5 - - " STAMP " \"GET / HTTP/1.1\" 200 5 \"-\" \"M\"",
         METHOD_GET, "203.0.113.5", "2001:db8::1", "", "/", 200, "", "M", "", -1},
        /* nginx variants: host first, after the client (also lighttpd), after the stamp */
        {"shop.example 192.0.2.7 - - " STAMP " \"GET / HTTP/1.1\" 200 5 \"-\" \"M\"", METHOD_GET,
         "192.0.2.7", "shop.example", "", "/", 200, "", "M", "", -1},
        {"192.0.2.7 shop.example - " STAMP " \"GET / HTTP/1.1\" 200 5 \"-\" \"M\"", METHOD_GET,
         "192.0.2.7", "shop.example", "", "/", 200, "", "M", "", -1},
        {"192.0.2.7 - - " STAMP " shop.example \"GET / HTTP/1.1\" 200 5 \"-\" \"M\"", METHOD_GET,
         "192.0.2.7", "shop.example", "", "/", 200, "", "M", "", -1},
        /* X-Forwarded-For in the first place */
        {"203.0.113.9, 198.51.100.2 - - " STAMP " \"GET / HTTP/1.1\" 200 5 \"-\" \"M\"", METHOD_GET,
         "203.0.113.9", "", "", "/", 200, "", "M", "", -1},
        /* a client port */
        {"192.0.2.7:51234 - - " STAMP " \"GET / HTTP/1.1\" 200 5", METHOD_GET, "192.0.2.7", "", "",
         "/", 200, "", "", "", -1},
        /* an export that quoted the line */
        {"\"192.0.2.7 - - " STAMP " \"GET / HTTP/1.1\" 200 5 \"-\" \"M\"", METHOD_GET, "192.0.2.7",
         "", "", "/", 200, "", "M", "", -1},
    };

    check_lines(rows, COUNT(rows));
}

static void
reads_what_is_added_at_the_end(void)
{
#define LINE "192.0.2.7 - - " STAMP " \"GET / HTTP/1.1\" 200 5 \"-\" \"M\""
#define ROW(tail, forwarded, duration_us)                                                          \
    {                                                                                              \
        LINE tail, METHOD_GET, "192.0.2.7", "", "", "/", 200, "", "M", forwarded, duration_us      \
    }
    static const struct row rows[] = {
        ROW(" \"203.0.113.9\"", "203.0.113.9", -1),
        ROW(" \"203.0.113.9, 198.51.100.2\"", "203.0.113.9, 198.51.100.2", -1),
        ROW(" \"2001:db8::9\" 0.250", "2001:db8::9", 250000),
        ROW(" \"-\"", "", -1),
        ROW(" 0.003", "", 3000),
        ROW(" 12.345 12.340", "", 12345000),
        ROW(" rt=1.500 uct=\"0.000\"", "", 1500000),
        ROW(" request_time=1.500", "", 1500000),
        ROW(" 1834", "", 1834),
        ROW(" **0/1834**", "", 1834),
        ROW(" D=1834", "", 1834),
        /* not surely a duration: %I %O, a cookie, a port and a name */
        ROW(" 512 7431", "", -1),
        ROW(" \"session=1\" 512", "", -1),
        ROW(" 443 shop", "", -1),
        ROW(" 0.25", "", -1),
        ROW(" -", "", -1),
        ROW(" ", "", -1),
        ROW(" \"innocent.example\"", "", -1),
        ROW(" 99999999999999999999", "", -1),
        {"192.0.2.7 - - " STAMP " \"GET / HTTP/1.1\" 200 5 0.012 \"-\" \"M\"", METHOD_GET,
         "192.0.2.7", "", "", "/", 200, "", "M", "", 12000},
        {"192.0.2.7 - - " STAMP " \"GET / HTTP/1.1\" 200 5 1834", METHOD_GET, "192.0.2.7", "", "",
         "/", 200, "", "", "", 1834},
    };

    check_lines(rows, COUNT(rows));
#undef ROW
#undef LINE
}

static void
reads_odd_requests(void)
{
#define ROW(request, method, target, status)                                                       \
    {                                                                                              \
        "192.0.2.7 - - " STAMP " \"" request "\" " status " 5 \"-\" \"M\"", method, "192.0.2.7",   \
            "", "", target, 400, "", "M", "", -1                                                   \
    }
    static const struct row rows[] = {
        /* no request at all, a TLS hello, rubbish */
        ROW("-", METHOD_OTHER, "", "400"),
        ROW("", METHOD_OTHER, "", "400"),
        ROW("\\x16\\x03\\x01\\x02", METHOD_OTHER, "", "400"),
        ROW("\\x16\\x03 GET /", METHOD_OTHER, "", "400"),
        ROW("\x16\x03\x01", METHOD_OTHER, "", "400"),
        /* HTTP/0.9, HTTP/2 as nginx writes it, other methods */
        ROW("GET /old", METHOD_GET, "/old", "400"),
        ROW("GET /h2 HTTP/2", METHOD_GET, "/h2", "400"),
        ROW("OPTIONS * HTTP/1.0", METHOD_OTHER, "*", "400"),
        ROW("PROPFIND /dav HTTP/1.1", METHOD_OTHER, "/dav", "400"),
        ROW("GET http://other.example/x HTTP/1.1", METHOD_GET, "http://other.example/x", "400"),
        ROW("CONNECT mx.example:25 HTTP/1.1", METHOD_OTHER, "mx.example:25", "400"),
        /* blanks and quotes in the target */
        ROW("GET /a b c.php HTTP/1.1", METHOD_GET, "/a b c.php", "400"),
        ROW("GET /a HTTP/1.1 x HTTP/1.1", METHOD_GET, "/a HTTP/1.1 x", "400"),
        ROW("GET /a\\\"b HTTP/1.1", METHOD_GET, "/a\\\"b", "400"),
        ROW("GET /a\\\\\\\"b HTTP/1.1", METHOD_GET, "/a\\\\\\\"b", "400"),
        ROW("GET /a\\\\", METHOD_GET, "/a\\\\", "400"),
        /* a server that does not escape */
        ROW("GET /a\"b HTTP/1.1", METHOD_GET, "/a\"b", "400"),
        ROW("GET /\xff\xfe HTTP/1.1", METHOD_GET, "/\xff\xfe", "400"),
    };

    check_lines(rows, COUNT(rows));
#undef ROW
}

/* The user name comes before the stamp and is the visitor's to choose (nginx logs any). */
static void
is_not_fooled_by_the_user_name(void)
{
    static const struct row rows[] = {
        {"192.0.2.7 - John Smith " STAMP " \"GET / HTTP/1.1\" 401 5", METHOD_GET, "192.0.2.7", "",
         "John Smith", "/", 401, "", "", "", -1},
        {"192.0.2.7 - x [01/Jan/2020:00:00:00 +0000] \\\"POST /innocent.php HTTP/1.1\\\" 200 "
         "5 " STAMP " \"GET / HTTP/1.1\" 401 5",
         METHOD_GET, "192.0.2.7", "",
         "x [01/Jan/2020:00:00:00 +0000] \\\"POST /innocent.php HTTP/1.1\\\" 200 5", "/", 401, "",
         "", "", -1},
        {"192.0.2.7 - x [01/Jan/2020:00:00:00 +0000] " STAMP " \"GET / HTTP/1.1\" 401 5",
         METHOD_GET, "192.0.2.7", "", "x [01/Jan/2020:00:00:00 +0000]", "/", 401, "", "", "", -1},
        {"192.0.2.7 - x [01/Jan/2020:00:00:00 +0000] a " STAMP " \"GET / HTTP/1.1\" 401 5",
         METHOD_GET, "192.0.2.7", "", "x [01/Jan/2020:00:00:00 +0000] a", "/", 401, "", "", "", -1},
        {"192.0.2.7 - 203.0.113.9 - " STAMP " \"GET / HTTP/1.1\" 401 5", METHOD_GET, "192.0.2.7",
         "", "203.0.113.9 -", "/", 401, "", "", "", -1},
        {"192.0.2.7 - - " STAMP " \"GET / HTTP/1.1\" 200 5 \"-\" \"x\\\" 200 5 \\\"y\"", METHOD_GET,
         "192.0.2.7", "", "", "/", 200, "", "x\\\" 200 5 \\\"y", "", -1},
    };

    check_lines(rows, COUNT(rows));
}

static void
leaves_what_is_no_request(void)
{
    static const char *const lines[] = {
        "",
        "192.0.2.7",
        "192.0.2.7 - - " STAMP,
        "192.0.2.7 - - " STAMP " \"GET / HTTP/1.1",
        "192.0.2.7 - - " STAMP " \"GET / HTTP/1.1\"",
        "192.0.2.7 - - " STAMP " \"GET / HTTP/1.1\" 20",
        "192.0.2.7 - - [32/Nov/2026:15:21:22 +0000] \"GET / HTTP/1.1\" 200 5",
        "192.0.2.7 - - [23/Nov/2026:15:21:22] \"GET / HTTP/1.1\" 200 5",
        "[Mon Nov 23 15:21:22.123456 2026] [php:error] [pid 77] [client 192.0.2.7:5] x",
        "2026/11/23 15:21:22 [error] 77#77: *1 open() \"/x\" failed, request: \"GET / HTTP/1.1\"",
        "[23-Nov-2026 15:21:22 UTC] PHP Warning:  x in /srv/x.php on line 3",
    };

    for (size_t i = 0; i < COUNT(lines); i++) {
        struct event event;

        event_init(&event);
        access_read(str_from_cstr(lines[i]), &event);
        CHECK_ROW(i, event.kind == EVENT_UNKNOWN);
        CHECK_ROW(i, access_probe(str_from_cstr(lines[i])) == 0);
    }
}

/* A line cut behind the status is still a request. */
static void
reads_a_cut_line(void)
{
    static const struct row rows[] = {
        {"192.0.2.7 - - " STAMP " \"GET / HTTP/1.1\" 200", METHOD_GET, "192.0.2.7", "", "", "/",
         200, "", "", "", -1},
        {"192.0.2.7 - - " STAMP " \"GET / HTTP/1.1\" 200 5 \"https://shop.ex", METHOD_GET,
         "192.0.2.7", "", "", "/", 200, "https://shop.ex", "", "", -1},
        {"192.0.2.7 - - " STAMP " \"GET / HTTP/1.1\" 200 5 \"-\" \"Mozi", METHOD_GET, "192.0.2.7",
         "", "", "/", 200, "", "Mozi", "", -1},
    };

    check_lines(rows, COUNT(rows));
}

static void
reads_json(void)
{
    static const struct row rows[] = {
        /* nginx, usual names */
        {"{\"time_local\":\"23/Nov/2026:15:21:22 +0000\",\"remote_addr\":\"192.0.2.7\","
         "\"remote_user\":\"anna\",\"request\":\"POST /x.php HTTP/1.1\",\"status\": \"200\","
         "\"body_bytes_sent\":\"5\",\"request_time\":\"0.012\",\"http_referer\":\"-\","
         "\"http_user_agent\":\"M \\\"q\\\"\",\"http_x_forwarded_for\":\"203.0.113.9\","
         "\"host\":\"shop.example\"}",
         METHOD_POST, "192.0.2.7", "shop.example", "anna", "/x.php", 200, "", "M \"q\"",
         "203.0.113.9", 12000},
        {"{\"time_iso8601\":\"2026-11-23T16:21:22+01:00\",\"remote_addr\":\"2001:db8::7\","
         "\"request_method\":\"GET\",\"request_uri\":\"\\/a\\/b?c=\\u00e9\",\"status\":404,"
         "\"server_name\":\"shop.example\",\"http_host\":\"evil.example\"}",
         METHOD_GET, "2001:db8::7", "shop.example", "", "/a/b?c=\xc3\xa9", 404, "", "", "", -1},
        {"{ \"msec\": 1795447282.485, \"remote_addr\": \"192.0.2.7\", \"request\": \"-\", "
         "\"status\": 400 }",
         METHOD_OTHER, "192.0.2.7", "", "", "", 400, "", "", "", -1},
        /* nginx without escape=json writes \x22 */
        {"{\"msec\":\"1795447282.485\",\"remote_addr\":\"192.0.2.7\",\"request\":"
         "\"GET /\\x22 HTTP/1.1\",\"status\":200}",
         METHOD_GET, "192.0.2.7", "", "", "/\\x22", 200, "", "", "", -1},
        /* Caddy */
        {"{\"level\":\"info\",\"ts\":1795447282.5241024,\"logger\":\"http.log.access\","
         "\"msg\":\"handled request\",\"request\":{\"remote_ip\":\"192.0.2.7\",\"remote_port\":"
         "\"41342\",\"proto\":\"HTTP/2.0\",\"method\":\"GET\",\"host\":\"shop.example\","
         "\"uri\":\"/x\",\"headers\":{\"User-Agent\":[\"curl/7.82.0\"],\"Status\":[\"500\"],"
         "\"Uri\":[\"/innocent\"],\"uri\":[\"/innocent\"],\"Referer\":[\"https://a.example/\"]}},"
         "\"user_id\":\"\",\"duration\":0.000929675,\"size\":10900,\"status\":200,"
         "\"resp_headers\":{\"Server\":[\"Caddy\"]}}",
         METHOD_GET, "192.0.2.7", "shop.example", "", "/x", 200, "https://a.example/",
         "curl/7.82.0", "", 929},
        /* Traefik */
        {"{\"ClientAddr\":\"192.0.2.7:5\",\"ClientHost\":\"192.0.2.7\",\"ClientUsername\":\"-\","
         "\"DownstreamStatus\":200,\"Duration\":1834000,\"RequestHost\":\"shop.example\","
         "\"RequestMethod\":\"POST\",\"RequestPath\":\"/x\",\"StartUTC\":"
         "\"2026-11-23T15:21:22.1Z\",\"level\":\"info\",\"request_User-Agent\":\"M\","
         "\"time\":\"2026-11-23T15:21:25Z\"}",
         METHOD_POST, "192.0.2.7", "shop.example", "", "/x", 200, "", "M", "", 1834},
        /* cut behind what matters */
        {"{\"msec\":1795447282.1,\"remote_addr\":\"192.0.2.7\",\"request\":\"GET / HTTP/1.1\","
         "\"status\":200,\"http_user_agent\":\"Mozil",
         METHOD_GET, "192.0.2.7", "", "", "/", 200, "", "", "", -1},
    };
    static const char *const none[] = {
        "",
        "{}",
        "[]",
        "{\"msec\":1795447282.1,\"request\":\"GET / HTTP/1.1\"}",
        "{\"msec\":1795447282.1,\"status\":200}",
        "{\"request\":\"GET / HTTP/1.1\",\"status\":200}",
        "{\"msec\":1795447282.1,\"request\":\"GET / HTTP/1.1\",\"status\":70000}",
        "{\"__REALTIME_TIMESTAMP\":\"1795447282000000\",\"MESSAGE\":\"x\"}",
        "{\"a\":[[[[[[{\"",
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event;

        event_init(&event);
        access_json_read(str_from_cstr(rows[i].line), &event);
        check_row(i, &rows[i], event);
        CHECK_ROW(i, event.request.is_stamped_at_end == !strstr(rows[i].line, "StartUTC"));
        CHECK_ROW(i, access_json_probe(str_from_cstr(rows[i].line)) == 2);
    }
    for (size_t i = 0; i < COUNT(none); i++)
        CHECK_ROW(i, access_json_probe(str_from_cstr(none[i])) == 0);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads common, combined and the vhost forms", reads_the_common_forms},
        {"reads what is added at the end of a line", reads_what_is_added_at_the_end},
        {"reads odd requests", reads_odd_requests},
        {"is not fooled by the user name", is_not_fooled_by_the_user_name},
        {"leaves what is no request", leaves_what_is_no_request},
        {"reads a line that was cut", reads_a_cut_line},
        {"reads JSON of nginx, Caddy and Traefik", reads_json},
    };

    return tap_main(cases, COUNT(cases));
}
