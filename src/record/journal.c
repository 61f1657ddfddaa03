#include "record/journal.h"

#include "record/json_scan.h"
#include "record/program.h"
#include "record/record.h"

static _Thread_local char scratch_bytes[RECORD_BYTES_MAX];

struct str
journal_scratch(void)
{
    return (struct str){scratch_bytes, sizeof(scratch_bytes)};
}

enum field {
    FIELD_TIME,
    FIELD_HOST,
    FIELD_IDENTIFIER,
    FIELD_COMMAND,
    FIELD_SYSLOG_PID,
    FIELD_PID,
    FIELD_MESSAGE,
};
#define FIELD_COUNT (FIELD_MESSAGE + 1)

static const struct str field_names[FIELD_COUNT] = {
    [FIELD_TIME] = {"__REALTIME_TIMESTAMP", 20},
    [FIELD_HOST] = {"_HOSTNAME", 9},
    [FIELD_IDENTIFIER] = {"SYSLOG_IDENTIFIER", 17},
    [FIELD_COMMAND] = {"_COMM", 5},
    [FIELD_SYSLOG_PID] = {"SYSLOG_PID", 10},
    [FIELD_PID] = {"_PID", 4},
    [FIELD_MESSAGE] = {"MESSAGE", 7},
};

/* An entry of the journal: the fields of use here, empty where they are missing. */
struct entry {
    struct str fields[FIELD_COUNT];
};

/* FIELD_COUNT for a field that is of no use here. */
static size_t
find_field(struct str name)
{
    size_t i = 0;

    while (i < FIELD_COUNT && !str_eq(name, field_names[i]))
        i++;
    return i;
}

static void
entry_init(struct entry *entry)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        entry->fields[i] = STR_EMPTY;
}

/* A field may come several times: the first counts. */
static void
entry_set(struct entry *entry, size_t field, struct str value)
{
    if (entry->fields[field].len == 0)
        entry->fields[field] = value;
}

/* Without a time, or with one out of reach, it is no entry. */
static bool
read_time(const struct entry *entry, int64_t *ret_us)
{
    uint64_t us;

    if (!str_u64(entry->fields[FIELD_TIME], &us) || us > (uint64_t)INT64_MAX / 2)
        return false;
    *ret_us = (int64_t)us;
    return true;
}

static void
entry_read(const struct entry *entry, struct event *event)
{
    const struct str *fields = entry->fields;
    uint64_t pid;

    if (!read_time(entry, &event->stamp_us))
        return;
    event->stamp_form = STAMP_UTC;
    event->resolution_us = 1;
    event->host = fields[FIELD_HOST];
    if (str_u64(fields[FIELD_SYSLOG_PID], &pid) || str_u64(fields[FIELD_PID], &pid))
        event->pid = pid > INT64_MAX ? -1 : (int64_t)pid;
    program_name(fields[FIELD_IDENTIFIER].len ? fields[FIELD_IDENTIFIER] : fields[FIELD_COMMAND],
                 event);
    program_read(fields[FIELD_MESSAGE], event);
}

/* A string, bytes, or the first of several strings. */
static struct str
json_field(struct json_value value, struct json_scratch *scratch)
{
    struct json_scan scan;
    struct json_value first;

    if (value.kind != JSON_ARRAY)
        return json_scan_text(value, scratch);
    if (!json_scan_array(&scan, value.text) || !json_scan_element(&scan, &first))
        return STR_EMPTY;
    if (first.kind == JSON_STRING)
        return json_scan_text(first, scratch);
    if (first.kind == JSON_ARRAY)
        return json_scan_bytes(first, scratch);
    return json_scan_bytes(value, scratch);
}

static bool
json_entry(struct str record, struct entry *entry)
{
    struct json_scratch scratch = {.data = scratch_bytes, .capacity = sizeof(scratch_bytes)};
    struct json_scan scan;
    struct json_value value;
    struct str name;

    entry_init(entry);
    if (!json_scan_object(&scan, record))
        return false;
    while (json_scan_member(&scan, &name, &value)) {
        size_t field = find_field(name);

        if (field < FIELD_COUNT && entry->fields[field].len == 0)
            entry_set(entry, field, json_field(value, &scratch));
    }
    return true;
}

int
journal_json_probe(struct str record)
{
    struct entry entry;
    int64_t us;

    return json_entry(record, &entry) && read_time(&entry, &us) ? 2 : 0;
}

void
journal_json_read(struct str record, struct event *event)
{
    struct entry entry;

    if (json_entry(record, &entry))
        entry_read(&entry, event);
}

/*
 * The next field of an export block: "NAME=value\n" or "NAME\n", length, bytes, "\n".
 * False when it is not whole.
 */
static bool
read_export_field(struct str *s, struct str *ret_name, struct str *ret_value)
{
    size_t end = str_index(*s, '\n');
    struct str line = str_first(*s, end), rest = str_from(*s, end + 1);
    size_t equals = str_index(line, '=');
    uint64_t len = 0;

    if (equals < line.len) {
        *ret_name = str_first(line, equals);
        *ret_value = str_from(line, equals + 1);
        *s = rest;
        return true;
    }
    if (end == s->len || rest.len < 8)
        return false;
    for (int i = 7; i >= 0; i--)
        len = len << 8 | (unsigned char)rest.data[i];
    rest = str_from(rest, 8);
    if (len > rest.len)
        return false;
    *ret_name = line;
    *ret_value = str_first(rest, (size_t)len);
    *s = str_from(rest, (size_t)len + 1);
    return true;
}

static bool
export_entry(struct str record, struct entry *entry)
{
    struct str name, value;

    entry_init(entry);
    while (str_skip(&record, STR("\n")))
        continue;
    while (record.len && record.data[0] != '\n' && read_export_field(&record, &name, &value)) {
        size_t field = find_field(name);

        if (field < FIELD_COUNT)
            entry_set(entry, field, value);
    }
    return entry->fields[FIELD_TIME].len > 0;
}

int
journal_export_probe(struct str record)
{
    struct entry entry;
    int64_t us;

    return export_entry(record, &entry) && read_time(&entry, &us) ? 2 : 0;
}

void
journal_export_read(struct str record, struct event *event)
{
    struct entry entry;

    if (export_entry(record, &entry))
        entry_read(&entry, event);
}

size_t
journal_export_split(struct str text)
{
    struct str rest = text, name, value;

    while (str_skip(&rest, STR("\n")))
        continue;
    while (rest.len) {
        if (str_index(rest, '\n') == rest.len || !read_export_field(&rest, &name, &value))
            return 0;
        if (str_skip(&rest, STR("\n")))
            return text.len - rest.len;
    }
    return 0;
}
