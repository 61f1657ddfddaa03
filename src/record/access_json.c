#include "record/access_json.h"

#include "base/civil.h"
#include "record/access.h"
#include "record/json_scan.h"
#include "record/record.h"
#include "record/stamp.h"

static _Thread_local char scratch_bytes[RECORD_BYTES_MAX];

struct str
access_json_scratch(void)
{
    return (struct str){scratch_bytes, sizeof(scratch_bytes)};
}

enum field {
    FIELD_START, /* the stamp of a request's beginning */
    FIELD_TIME,
    FIELD_CLIENT,
    FIELD_REQUEST, /* the whole request line, or Caddy's object */
    FIELD_METHOD,
    FIELD_TARGET,
    FIELD_STATUS,
    FIELD_REFERER,
    FIELD_AGENT,
    FIELD_VHOST,
    FIELD_USER,
    FIELD_FORWARDED,
    FIELD_SECONDS,
    FIELD_NANOSECONDS,
    FIELD_HEADERS, /* Caddy's object of arrays */
};
#define FIELD_COUNT (FIELD_HEADERS + 1)

/* Of several names for one field in a line, the one that stands first here counts. */
static const struct {
    const char *name;
    enum field field;
} names[] = {
    {"StartUTC", FIELD_START},
    {"msec", FIELD_TIME},
    {"time_iso8601", FIELD_TIME},
    {"@timestamp", FIELD_TIME},
    {"time_local", FIELD_TIME},
    {"timestamp", FIELD_TIME},
    {"ts", FIELD_TIME},
    {"time", FIELD_TIME},
    {"datetime", FIELD_TIME},
    {"date", FIELD_TIME},
    {"remote_addr", FIELD_CLIENT},
    {"ClientHost", FIELD_CLIENT},
    {"client_ip", FIELD_CLIENT},
    {"remote_ip", FIELD_CLIENT},
    {"clientip", FIELD_CLIENT},
    {"client", FIELD_CLIENT},
    {"remote_host", FIELD_CLIENT},
    {"request", FIELD_REQUEST},
    {"request_method", FIELD_METHOD},
    {"RequestMethod", FIELD_METHOD},
    {"method", FIELD_METHOD},
    {"verb", FIELD_METHOD},
    {"request_uri", FIELD_TARGET},
    {"RequestPath", FIELD_TARGET},
    {"uri", FIELD_TARGET},
    {"url", FIELD_TARGET},
    {"path", FIELD_TARGET},
    {"status", FIELD_STATUS},
    {"DownstreamStatus", FIELD_STATUS},
    {"status_code", FIELD_STATUS},
    {"response", FIELD_STATUS},
    {"http_referer", FIELD_REFERER},
    {"http_referrer", FIELD_REFERER},
    {"request_Referer", FIELD_REFERER},
    {"Referer", FIELD_REFERER},
    {"referer", FIELD_REFERER},
    {"referrer", FIELD_REFERER},
    {"http_user_agent", FIELD_AGENT},
    {"request_User-Agent", FIELD_AGENT},
    {"User-Agent", FIELD_AGENT},
    {"user_agent", FIELD_AGENT},
    {"useragent", FIELD_AGENT},
    {"agent", FIELD_AGENT},
    {"vhost", FIELD_VHOST},
    {"server_name", FIELD_VHOST},
    {"RequestHost", FIELD_VHOST},
    {"host", FIELD_VHOST},
    {"http_host", FIELD_VHOST},
    {"domain", FIELD_VHOST},
    {"remote_user", FIELD_USER},
    {"ClientUsername", FIELD_USER},
    {"user_id", FIELD_USER},
    {"user", FIELD_USER},
    {"http_x_forwarded_for", FIELD_FORWARDED},
    {"request_X-Forwarded-For", FIELD_FORWARDED},
    {"X-Forwarded-For", FIELD_FORWARDED},
    {"x_forwarded_for", FIELD_FORWARDED},
    {"request_time", FIELD_SECONDS},
    {"duration", FIELD_SECONDS},
    {"Duration", FIELD_NANOSECONDS},
    {"headers", FIELD_HEADERS},
};
#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

/* What the members of one line say. */
struct line {
    struct str texts[FIELD_COUNT]; /* decoded; empty: not stated, or "-" */
    bool is_stated[FIELD_COUNT];
    size_t ranks[FIELD_COUNT]; /* the row of `names` that gave it */
    struct json_scratch scratch;
};

/* NAME_COUNT for a name that is not known. */
static size_t
find_name(struct str name)
{
    size_t i = 0;

    while (i < NAME_COUNT &&
           (names[i].name[0] != name.data[0] || !str_eq(name, str_from_cstr(names[i].name))))
        i++;
    return i;
}

/* The text of a string or number, of the first of an array; empty for "-" and "_". */
static struct str
value_text(struct json_value value, struct json_scratch *scratch)
{
    struct json_scan scan;
    struct str text;

    if (value.kind == JSON_ARRAY &&
        (!json_scan_array(&scan, value.text) || !json_scan_element(&scan, &value)))
        return STR_EMPTY;
    text = json_scan_text(value, scratch);
    return str_eq(text, STR("-")) || str_eq(text, STR("_")) ? STR_EMPTY : text;
}

/* Header names are the visitor's to choose: among them only these are looked at. */
static bool
is_header(enum field field)
{
    return field == FIELD_REFERER || field == FIELD_AGENT || field == FIELD_FORWARDED;
}

/* The members of `object` that are known; returns the object under `inside`, else empty. */
static struct str
read_members(struct str object, enum field inside, bool are_headers, struct line *line)
{
    struct str found = STR_EMPTY, name;
    struct json_scan scan;
    struct json_value value;

    if (!json_scan_object(&scan, object))
        return found;
    while (json_scan_member(&scan, &name, &value)) {
        size_t rank = name.len ? find_name(name) : NAME_COUNT;
        enum field field;

        if (rank == NAME_COUNT || (are_headers && !is_header(names[rank].field)))
            continue;
        field = names[rank].field;
        if (value.kind == JSON_OBJECT) {
            if (field == inside)
                found = value.text;
        } else if (line->texts[field].len == 0 || rank < line->ranks[field]) {
            struct str text = value_text(value, &line->scratch);

            line->is_stated[field] = true;
            if (text.len) {
                line->texts[field] = text;
                line->ranks[field] = rank;
            }
        }
    }
    return found;
}

/* "2026-11-23T15:21:22Z", "23/Nov/2026:15:21:22 +0000" with or without brackets, seconds. */
static bool
read_stamp(struct str text, struct event *event)
{
    return stamp_read_iso(&text, event) || stamp_read_access(&text, event) ||
           stamp_read_clf(&text, event) || stamp_read_epoch(&text, event);
}

/* "0.0123" times `unit`; -1 when it is no plain number. */
static int64_t
read_decimal(struct str text, int64_t unit)
{
    struct str fraction = text, whole = str_cut(&fraction, '.');
    uint64_t number = 0;
    int64_t sum;

    if (whole.len > 9 || !str_u64(whole, &number))
        return -1;
    sum = (int64_t)number * unit;
    for (size_t i = 0; i < fraction.len && i < 9; i++) {
        char c = fraction.data[i];

        if (c < '0' || c > '9')
            return -1;
        unit /= 10;
        sum += (c - '0') * unit;
    }
    return sum;
}

static int64_t
read_duration(const struct line *line)
{
    uint64_t nanoseconds;

    if (str_u64(line->texts[FIELD_NANOSECONDS], &nanoseconds) && nanoseconds < INT64_MAX)
        return (int64_t)(nanoseconds / 1000);
    return read_decimal(line->texts[FIELD_SECONDS], SECOND_US);
}

static bool
read_line(struct str record, struct event *event)
{
    struct event_request *request = &event->request;
    struct line line = {.scratch = {.data = scratch_bytes, .capacity = sizeof(scratch_bytes)}};
    struct str *texts = line.texts, inner;
    bool has_start;
    uint64_t status;

    for (size_t i = 0; i < FIELD_COUNT; i++)
        texts[i] = STR_EMPTY;
    inner = read_members(record, FIELD_REQUEST, false, &line);
    inner = read_members(inner, FIELD_HEADERS, false, &line);
    (void)read_members(inner, FIELD_HEADERS, true, &line);
    has_start = read_stamp(texts[FIELD_START], event);
    if (!has_start && !read_stamp(texts[FIELD_TIME], event))
        return false;
    if (!line.is_stated[FIELD_REQUEST] && !line.is_stated[FIELD_TARGET])
        return false;
    if (!str_u64(texts[FIELD_STATUS], &status) || status > 999)
        return false;
    *request = (struct event_request){
        .client = access_host(texts[FIELD_CLIENT]),
        .forwarded = texts[FIELD_FORWARDED],
        .vhost = access_host(texts[FIELD_VHOST]),
        .user = texts[FIELD_USER],
        .target = texts[FIELD_TARGET],
        .referer = texts[FIELD_REFERER],
        .agent = texts[FIELD_AGENT],
        .method = access_method(texts[FIELD_METHOD]),
        .status = (uint16_t)status,
        .duration_us = read_duration(&line),
        .is_stamped_at_end = !has_start,
    };
    if (texts[FIELD_TARGET].len == 0)
        access_request_read(texts[FIELD_REQUEST], request);
    return true;
}

int
access_json_probe(struct str record)
{
    struct event event;

    event_init(&event);
    return read_line(record, &event) ? 2 : 0;
}

void
access_json_read(struct str record, struct event *event)
{
    if (read_line(record, event))
        event->kind = EVENT_REQUEST;
}
