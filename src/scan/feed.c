#include "scan/feed.h"

#include "record/json_scan.h"
#include "scan/version.h"
#include "scan/weakness.h"

#define TITLE_BYTES 160U
#define SLUG_BYTES 160U
#define VERSION_BYTES 48U
#define EVENTS_MAX 64U
#define VERSIONS_LISTED_MAX 100U
#define RANGES_MAX 256U
#define PATCHED_MAX 256U

void
feed_init(struct feed *feed)
{
    *feed = (struct feed){.is_first = true};
    buf_init(&feed->record, FEED_RECORD_BYTES_MAX);
}

void
feed_done(struct feed *feed)
{
    buf_done(&feed->record);
}

void
feed_give(struct feed *feed, struct str chunk)
{
    feed->chunk = chunk;
}

bool
feed_is_whole(const struct feed *feed)
{
    return feed->depth == 0 && !feed->is_in_string;
}

/* A bracket opens: is it where a record begins? */
static void
open_bracket(struct feed *feed, char c, size_t at, size_t *begin)
{
    if (feed->depth == 0)
        feed->record_depth = c == '[' ? 1 : 0;
    /* The first value of the outermost object is an object: what is inside are the records. */
    if (feed->depth == 1 && feed->record_depth == 0 && feed->is_first && c == '{') {
        feed->record_depth = 1;
        feed->is_in_record = false;
        buf_reset(&feed->record);
    }
    if (feed->depth == 1)
        feed->is_first = false;
    if (feed->depth == 0)
        feed->is_first = c == '{';
    if (!feed->is_in_record && feed->depth == feed->record_depth && c == '{') {
        feed->is_in_record = true;
        *begin = at;
        buf_reset(&feed->record);
    }
    feed->depth++;
}

/* A bracket closes; true when a record ends with it. */
static bool
close_bracket(struct feed *feed)
{
    if (feed->depth > 0)
        feed->depth--;
    if (!feed->is_in_record || feed->depth != feed->record_depth)
        return false;
    feed->is_in_record = false;
    return true;
}

/* Inside a string: goes on to its end. */
static void
pass_string(struct feed *feed, char c)
{
    if (feed->is_escaped)
        feed->is_escaped = false;
    else if (c == '\\')
        feed->is_escaped = true;
    else if (c == '"')
        feed->is_in_string = false;
}

/* The record is what was kept of earlier chunks, and this one up to `end`. */
static bool
take_record(struct feed *feed, struct str tail, struct str *ret_record)
{
    if (feed->record.len == 0 && tail.len <= FEED_RECORD_BYTES_MAX) {
        *ret_record = tail;
        return true;
    }
    buf_add(&feed->record, tail);
    if (feed->record.is_over) {
        feed->lost++;
        return false;
    }
    *ret_record = buf_str(&feed->record);
    return true;
}

bool
feed_next(struct feed *feed, struct str *ret_record)
{
    size_t begin = 0;

    if (!feed->is_in_record)
        buf_reset(&feed->record);
    for (size_t at = 0; at < feed->chunk.len; at++) {
        char c = feed->chunk.data[at];

        if (feed->is_in_string) {
            pass_string(feed, c);
        } else if (c == '"') {
            feed->is_in_string = true;
        } else if (c == '{' || c == '[') {
            open_bracket(feed, c, at, &begin);
        } else if (c == '}' || c == ']') {
            struct str tail = {feed->chunk.data + begin, at + 1 - begin};

            if (!close_bracket(feed))
                continue;
            if (take_record(feed, tail, ret_record)) {
                feed->chunk = str_from(feed->chunk, at + 1);
                return true;
            }
            buf_reset(&feed->record);
        } else if (c == ',' && feed->depth == 1) {
            feed->is_first = false;
        }
    }
    if (feed->is_in_record)
        buf_add(&feed->record, str_from(feed->chunk, begin));
    feed->chunk = STR_EMPTY;
    return false;
}

/* Where a record's texts are decoded, and where its lines go. */
struct writing {
    struct arena *arena;
    struct buf *lines;
    uint32_t count;
    struct str id, title;
    enum weakness_allows allows;
};

/* One member of an object; a literal null when there is none. */
static struct json_value
member(struct str object, struct str wanted)
{
    struct json_scan scan;
    struct json_value value;
    struct str name;

    if (json_scan_object(&scan, object)) {
        while (json_scan_member(&scan, &name, &value)) {
            if (str_eq(name, wanted))
                return value;
        }
    }
    return (struct json_value){.kind = JSON_LITERAL, .text = STR("null")};
}

/* A text as it may stand between tabs: control bytes become blanks, and it has an end. */
static struct str
clean(struct arena *arena, struct json_value value, size_t bytes_max)
{
    struct json_scratch scratch = {.capacity = value.text.len};
    struct str text;
    char *copy;

    scratch.data = arena_alloc(arena, value.text.len + 1);
    copy = scratch.data ? arena_alloc(arena, bytes_max + 1) : NULL;
    if (!copy || value.kind == JSON_OBJECT || value.kind == JSON_ARRAY)
        return STR_EMPTY;
    text = str_trim(json_scan_text(value, &scratch));
    if (text.len > bytes_max) { /* not in the middle of a letter */
        text.len = bytes_max;
        while (text.len && ((unsigned char)text.data[text.len] & 0xC0) == 0x80)
            text.len--;
    }
    for (size_t i = 0; i < text.len; i++)
        copy[i] = (unsigned char)text.data[i] < ' ' || text.data[i] == 0x7F ? ' ' : text.data[i];
    return str_trim((struct str){copy, text.len});
}

static struct str
clean_member(struct arena *arena, struct str object, struct str name, size_t bytes_max)
{
    return clean(arena, member(object, name), bytes_max);
}

/* A name as it is looked up: without blanks, in lower case. */
static struct str
clean_slug(struct arena *arena, struct str object, struct str name)
{
    struct str text = clean_member(arena, object, name, SLUG_BYTES);
    char *folded = text.len ? arena_alloc(arena, text.len) : NULL;

    if (!folded)
        return STR_EMPTY;
    str_fold(text, folded);
    return (struct str){folded, text.len};
}

/* A version that a range can hold; empty for others, and for "*" and "0": from the beginning. */
static struct str
clean_version(struct arena *arena, struct str object, struct str name)
{
    struct str text = clean_member(arena, object, name, VERSION_BYTES);

    if (!version_is_number(text) || str_index_any(text, STR(" ,|@*")) < text.len ||
        str_eq(text, STR("0")))
        return STR_EMPTY;
    return text;
}

static bool
is_false(struct str object, struct str name)
{
    return str_eq(member(object, name).text, STR("false"));
}

/* What a title says itself goes before what its class says. */
static bool
allows_by_title(struct str title, enum weakness_allows *ret_allows)
{
    static const struct {
        const char *words;
        enum weakness_allows allows;
    } rows[] = {
        {"email sending", WEAKNESS_MAIL},
        {"sending of email", WEAKNESS_MAIL},
        {"send email", WEAKNESS_MAIL},
        {"arbitrary email", WEAKNESS_MAIL},
        {"arbitrary e-mail", WEAKNESS_MAIL},
        {"mail relay", WEAKNESS_MAIL},
        {"email injection", WEAKNESS_MAIL},
        {"mail header injection", WEAKNESS_HEADER},
        {"email header", WEAKNESS_HEADER},
        {"code execution", WEAKNESS_EXECUTE},
        {"code injection", WEAKNESS_EXECUTE},
        {"command injection", WEAKNESS_EXECUTE},
        {"file upload", WEAKNESS_UPLOAD},
        {"object injection", WEAKNESS_OBJECT},
        {"deserialization", WEAKNESS_OBJECT},
        {"privilege escalation", WEAKNESS_ACCOUNT},
        {"authentication bypass", WEAKNESS_ACCOUNT},
        {"account takeover", WEAKNESS_ACCOUNT},
        {"file inclusion", WEAKNESS_FILES},
        {"sql injection", WEAKNESS_SQL},
        {"cross-site scripting", WEAKNESS_SCRIPT},
        {"request forgery", WEAKNESS_REQUEST},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_find_nocase(title, str_from_cstr(rows[i].words)) < title.len) {
            *ret_allows = rows[i].allows;
            return true;
        }
    }
    return false;
}

/* By number of the Common Weakness Enumeration. */
static enum weakness_allows
allows_by_class(uint64_t number)
{
    static const struct {
        uint16_t number;
        enum weakness_allows allows;
    } rows[] = {
        {22, WEAKNESS_FILES},    {23, WEAKNESS_FILES},     {36, WEAKNESS_FILES},
        {73, WEAKNESS_FILES},    {77, WEAKNESS_EXECUTE},   {78, WEAKNESS_EXECUTE},
        {79, WEAKNESS_SCRIPT},   {80, WEAKNESS_SCRIPT},    {88, WEAKNESS_EXECUTE},
        {89, WEAKNESS_SQL},      {93, WEAKNESS_HEADER},    {94, WEAKNESS_EXECUTE},
        {95, WEAKNESS_EXECUTE},  {98, WEAKNESS_FILES},     {269, WEAKNESS_ACCOUNT},
        {266, WEAKNESS_ACCOUNT}, {284, WEAKNESS_ACCESS},   {285, WEAKNESS_ACCESS},
        {287, WEAKNESS_ACCOUNT}, {288, WEAKNESS_ACCOUNT},  {290, WEAKNESS_ACCOUNT},
        {306, WEAKNESS_ACCESS},  {352, WEAKNESS_REQUEST},  {434, WEAKNESS_UPLOAD},
        {502, WEAKNESS_OBJECT},  {564, WEAKNESS_SQL},      {620, WEAKNESS_ACCOUNT},
        {639, WEAKNESS_ACCESS},  {640, WEAKNESS_ACCOUNT},  {862, WEAKNESS_ACCESS},
        {863, WEAKNESS_ACCESS},  {1336, WEAKNESS_EXECUTE}, {829, WEAKNESS_FILES},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].number == number)
            return rows[i].allows;
    }
    return WEAKNESS_OTHER;
}

/* One record of the database; nothing when a part of it does not fit a line. */
static void
write_line(struct writing *writing, enum product_kind kind, struct str slug, struct str affected,
           struct str fixed)
{
    if (!slug.len || !affected.len || !writing->id.len ||
        slug.len + affected.len + TITLE_BYTES * 2 > WEAKNESS_LINE_MAX)
        return;
    buf_printf(writing->lines,
               STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT
                       "\n",
               STR_ARG(product_kind_name(kind)), STR_ARG(slug), STR_ARG(affected), STR_ARG(fixed),
               STR_ARG(weakness_allows_name(writing->allows)), STR_ARG(writing->id),
               STR_ARG(writing->title));
    writing->count++;
}

static bool
wordfence_kind(struct str type, enum product_kind *ret_kind)
{
    if (str_eq(type, STR("plugin")))
        *ret_kind = PRODUCT_WP_PLUGIN;
    else if (str_eq(type, STR("theme")))
        *ret_kind = PRODUCT_WP_THEME;
    else if (str_eq(type, STR("core")))
        *ret_kind = PRODUCT_APPLICATION;
    else
        return false;
    return true;
}

/* Of the versions that mend it, the least beyond the end of this range. */
static struct str
wordfence_fixed(struct arena *arena, struct str versions, struct str to, bool is_inclusive)
{
    struct json_scan scan;
    struct json_value value;
    struct str fixed = STR_EMPTY;
    uint32_t count = 0;

    if (!json_scan_array(&scan, versions))
        return fixed;
    while (count++ < PATCHED_MAX && json_scan_element(&scan, &value)) {
        struct str version = clean(arena, value, VERSION_BYTES);
        int order = version_order(version, to);

        if (!version_is_number(version) || order < 0 || (order == 0 && is_inclusive))
            continue;
        if (!fixed.len || version_order(version, fixed) < 0)
            fixed = version;
    }
    return fixed;
}

/* {"from_version": "*", "from_inclusive": true, "to_version": "5.3.1", "to_inclusive": true} */
static void
wordfence_range(struct writing *writing, enum product_kind kind, struct str slug, struct str range,
                struct str patched)
{
    struct arena *arena = writing->arena;
    struct str from = clean_version(arena, range, STR("from_version"));
    struct str to = clean_version(arena, range, STR("to_version"));
    bool is_from = !is_false(range, STR("from_inclusive"));
    bool is_to = !is_false(range, STR("to_inclusive"));
    struct str end = clean_member(arena, range, STR("to_version"), VERSION_BYTES);
    struct str affected, fixed = STR_EMPTY;

    if (!to.len && !str_eq(end, STR("*")))
        return; /* an end that is no version says nothing of any */
    affected = arena_printf(
        arena, "%s" STR_FMT "%s%s" STR_FMT, from.len ? is_from ? ">=" : ">" : "", STR_ARG(from),
        from.len && to.len ? " " : "", to.len ? is_to ? "<=" : "<" : "", STR_ARG(to));
    if (to.len)
        fixed = wordfence_fixed(arena, patched, to, is_to);
    write_line(writing, kind, slug, affected.len ? affected : STR("*"), fixed);
}

static void
wordfence_software(struct writing *writing, struct str software)
{
    struct str slug = clean_slug(writing->arena, software, STR("slug"));
    struct str type = clean_member(writing->arena, software, STR("type"), 16), name;
    struct json_value ranges = member(software, STR("affected_versions")), range;
    struct str patched = member(software, STR("patched_versions")).text;
    struct json_scan scan;
    enum product_kind kind;
    uint32_t count = 0;

    if (!wordfence_kind(type, &kind) || !json_scan_object(&scan, ranges.text))
        return;
    while (count++ < RANGES_MAX && json_scan_member(&scan, &name, &range)) {
        if (range.kind == JSON_OBJECT)
            wordfence_range(writing, kind, slug, range.text, patched);
    }
}

static void
wordfence_record(struct writing *writing, struct str record, struct str software)
{
    struct json_scan scan;
    struct json_value value;
    struct str class;
    uint64_t number;

    if (str_eq(member(record, STR("informational")).text, STR("true")))
        return;
    writing->title = clean_member(writing->arena, record, STR("title"), TITLE_BYTES);
    writing->id = clean_member(writing->arena, record, STR("cve"), 40);
    if (!writing->id.len)
        writing->id = arena_printf(writing->arena, "wordfence:" STR_FMT,
                                   STR_ARG(clean_member(writing->arena, record, STR("id"), 40)));
    class = member(member(record, STR("cwe")).text, STR("id")).text;
    if (!allows_by_title(writing->title, &writing->allows))
        writing->allows = str_u64(class, &number) ? allows_by_class(number) : WEAKNESS_OTHER;
    if (!json_scan_array(&scan, software))
        return;
    while (json_scan_element(&scan, &value)) {
        if (value.kind == JSON_OBJECT)
            wordfence_software(writing, value.text);
    }
}

enum osv_event_kind {
    OSV_FIXED, /* in the order in which events of the same version count */
    OSV_LIMIT,
    OSV_INTRODUCED,
    OSV_LAST_AFFECTED,
};

struct osv_event {
    enum osv_event_kind kind;
    struct str version; /* empty: before all versions */
};

static bool
osv_event_read(struct writing *writing, struct str object, struct osv_event *ret_event)
{
    static const struct str names[] = {
        [OSV_FIXED] = {"fixed", 5},
        [OSV_LIMIT] = {"limit", 5},
        [OSV_INTRODUCED] = {"introduced", 10},
        [OSV_LAST_AFFECTED] = {"last_affected", 13},
    };

    for (uint32_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct json_value value = member(object, names[i]);

        if (value.kind != JSON_STRING)
            continue;
        ret_event->kind = (enum osv_event_kind)i;
        ret_event->version = clean_version(writing->arena, object, names[i]);
        return ret_event->version.len || (i == OSV_INTRODUCED && str_eq(value.text, STR("0")));
    }
    return false;
}

static bool
osv_is_before(struct osv_event a, struct osv_event b)
{
    int order = version_order(a.version, b.version);

    return order < 0 || (order == 0 && a.kind < b.kind);
}

/* Events in the order of versions, as OSV's rules count them; false when they are too many. */
static bool
osv_events(struct writing *writing, struct str array, struct osv_event *events, uint32_t *ret_count)
{
    struct json_scan scan;
    struct json_value value;
    struct osv_event event;
    uint32_t count = 0;

    if (!json_scan_array(&scan, array))
        return false;
    while (json_scan_element(&scan, &value)) {
        uint32_t at = count;

        if (value.kind != JSON_OBJECT || !osv_event_read(writing, value.text, &event) ||
            count == EVENTS_MAX)
            return false;
        for (; at > 0 && osv_is_before(event, events[at - 1]); at--)
            events[at] = events[at - 1];
        events[at] = event;
        count++;
    }
    *ret_count = count;
    return count > 0;
}

/* From an introduction to its end, or without one. */
static void
osv_span(struct writing *writing, struct str slug, struct str from, const struct osv_event *end)
{
    const char *sign = !end ? "" : end->kind == OSV_LAST_AFFECTED ? "<=" : "<";
    struct str to = end ? end->version : STR_EMPTY;
    struct str affected =
        arena_printf(writing->arena, "%s" STR_FMT "%s%s" STR_FMT, from.len ? ">=" : "",
                     STR_ARG(from), from.len && end ? " " : "", sign, STR_ARG(to));

    write_line(writing, PRODUCT_PACKAGE, slug, affected.len ? affected : STR("*"),
               end && end->kind == OSV_FIXED ? to : STR_EMPTY);
}

/* False when the range says nothing that can be compared, as one of commits. */
static bool
osv_range(struct writing *writing, struct str slug, struct str range)
{
    struct str type = member(range, STR("type")).text, from = STR_EMPTY;
    struct osv_event events[EVENTS_MAX];
    bool is_open = false;
    uint32_t count;

    if ((!str_eq(type, STR("ECOSYSTEM")) && !str_eq(type, STR("SEMVER"))) ||
        !osv_events(writing, member(range, STR("events")).text, events, &count))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (events[i].kind == OSV_INTRODUCED) {
            from = is_open ? from : events[i].version;
            is_open = true;
        } else if (is_open) {
            osv_span(writing, slug, from, &events[i]);
            is_open = false;
        }
    }
    if (is_open)
        osv_span(writing, slug, from, NULL);
    return true;
}

/* Where no range can be compared, the versions are listed. */
static void
osv_versions(struct writing *writing, struct str slug, struct str array)
{
    struct str affected = STR_EMPTY;
    struct json_scan scan;
    struct json_value value;
    uint32_t count = 0;

    if (!json_scan_array(&scan, array))
        return;
    while (count < VERSIONS_LISTED_MAX && json_scan_element(&scan, &value)) {
        struct str version = clean(writing->arena, value, VERSION_BYTES);

        if (!version_is_number(version) || str_index_any(version, STR(" ,|@*")) < version.len)
            continue;
        affected = arena_printf(writing->arena, STR_FMT "%s=" STR_FMT, STR_ARG(affected),
                                count ? "|" : "", STR_ARG(version));
        count++;
    }
    write_line(writing, PRODUCT_PACKAGE, slug, affected, STR_EMPTY);
}

static void
osv_affected(struct writing *writing, struct str affected)
{
    struct str package = member(affected, STR("package")).text;
    struct str ecosystem = member(package, STR("ecosystem")).text;
    struct str slug = clean_slug(writing->arena, package, STR("name"));
    bool is_ranged = false;
    struct json_scan scan;
    struct json_value value;

    if (!str_starts(ecosystem, STR("Packagist")))
        return;
    if (json_scan_array(&scan, member(affected, STR("ranges")).text)) {
        while (json_scan_element(&scan, &value)) {
            if (value.kind == JSON_OBJECT && osv_range(writing, slug, value.text))
                is_ranged = true;
        }
    }
    if (!is_ranged)
        osv_versions(writing, slug, member(affected, STR("versions")).text);
}

/* The number of the CVE where there is one, by which others know it. */
static struct str
osv_id(struct writing *writing, struct str record)
{
    struct json_scan scan;
    struct json_value value;

    if (json_scan_array(&scan, member(record, STR("aliases")).text)) {
        while (json_scan_element(&scan, &value)) {
            if (value.kind == JSON_STRING && str_starts(value.text, STR("CVE-")))
                return clean(writing->arena, value, 40);
        }
    }
    return clean_member(writing->arena, record, STR("id"), 40);
}

static enum weakness_allows
osv_class(struct str record)
{
    struct str own = member(record, STR("database_specific")).text;
    enum weakness_allows allows = WEAKNESS_OTHER;
    struct json_scan scan;
    struct json_value value;
    uint64_t number;

    if (!json_scan_array(&scan, member(own, STR("cwe_ids")).text))
        return allows;
    while (json_scan_element(&scan, &value)) {
        if (str_skip(&value.text, STR("CWE-")) && str_u64(value.text, &number) &&
            allows_by_class(number) < allows)
            allows = allows_by_class(number);
    }
    return allows;
}

static void
osv_record(struct writing *writing, struct str record, struct str affected)
{
    struct json_scan scan;
    struct json_value value;

    if (member(record, STR("withdrawn")).kind == JSON_STRING)
        return;
    writing->id = osv_id(writing, record);
    writing->title = clean_member(writing->arena, record, STR("summary"), TITLE_BYTES);
    if (!writing->title.len)
        writing->title = clean_member(writing->arena, record, STR("details"), TITLE_BYTES);
    if (!allows_by_title(writing->title, &writing->allows))
        writing->allows = osv_class(record);
    if (!json_scan_array(&scan, affected))
        return;
    while (json_scan_element(&scan, &value)) {
        if (value.kind == JSON_OBJECT)
            osv_affected(writing, value.text);
    }
}

uint32_t
feed_record(struct str record, struct arena *arena, struct buf *lines)
{
    struct writing writing = {.arena = arena, .lines = lines};
    struct json_value software = member(record, STR("software"));
    struct json_value affected = member(record, STR("affected"));

    if (software.kind == JSON_ARRAY)
        wordfence_record(&writing, record, software.text);
    else if (affected.kind == JSON_ARRAY)
        osv_record(&writing, record, affected.text);
    return writing.count;
}
