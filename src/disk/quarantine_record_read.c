/*
 * Reading apart from writing: jansson and the house's own writer have functions of the
 * same names.
 */

#include "disk/quarantine_record.h"

#include <limits.h>

#include <jansson.h>

/* What is being read: the first thing that is wrong is remembered by its name. */
struct reading {
    struct arena *arena;
    const char *wrong; /* NULL so far */
};

static void
fail(struct reading *reading, const char *name)
{
    if (!reading->wrong)
        reading->wrong = name;
}

static struct str
member_text(struct reading *reading, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_string(value)) {
        fail(reading, name);
        return STR_EMPTY;
    }
    return (struct str){json_string_value(value), json_string_length(value)};
}

static int64_t
member_integer(struct reading *reading, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_integer(value)) {
        fail(reading, name);
        return 0;
    }
    return json_integer_value(value);
}

static uint32_t
member_u32(struct reading *reading, const json_t *object, const char *name)
{
    int64_t value = member_integer(reading, object, name);

    if (value < 0 || value > UINT32_MAX)
        fail(reading, name);
    return (uint32_t)value;
}

static struct str
kept(struct reading *reading, struct str text, const char *name)
{
    char *copy = arena_alloc(reading->arena, text.len + 1);

    if (!copy) {
        fail(reading, name);
        return STR_EMPTY;
    }
    if (text.len)
        memcpy(copy, text.data, text.len);
    return (struct str){copy, text.len};
}

static int
hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct str
member_hex(struct reading *reading, const json_t *object, const char *name)
{
    struct str text = member_text(reading, object, name);
    char *bytes = arena_alloc(reading->arena, text.len / 2 + 1);

    if (!bytes || text.len % 2) {
        fail(reading, name);
        return STR_EMPTY;
    }
    for (size_t i = 0; i < text.len / 2; i++) {
        int high = hex_value(text.data[2 * i]), low = hex_value(text.data[2 * i + 1]);

        if (high < 0 || low < 0) {
            fail(reading, name);
            return STR_EMPTY;
        }
        bytes[i] = (char)(unsigned char)(high << 4 | low);
    }
    return (struct str){bytes, text.len / 2};
}

static struct digest
member_digest(struct reading *reading, const json_t *object, const char *name)
{
    struct digest digest = {{0}};

    if (!digest_read(member_text(reading, object, name), &digest))
        fail(reading, name);
    return digest;
}

/* "-1.500000000" is half a second after -1: the nanoseconds always count up. */
static struct timespec
member_moment(struct reading *reading, const json_t *object, const char *name)
{
    struct str text = member_text(reading, object, name), whole;
    bool is_negative = str_skip(&text, STR("-"));
    uint64_t seconds, nanoseconds;

    whole = str_cut(&text, '.');
    if (!str_u64(whole, &seconds) || !str_u64(text, &nanoseconds) || text.len != 9 ||
        seconds > INT64_MAX) {
        fail(reading, name);
        return (struct timespec){0};
    }
    return (struct timespec){
        .tv_sec = is_negative ? -(time_t)seconds : (time_t)seconds,
        .tv_nsec = (long)nanoseconds,
    };
}

static uint32_t
member_mode(struct reading *reading, const json_t *object)
{
    struct str text = member_text(reading, object, "mode");
    uint32_t mode = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.len > 5 || text.data[i] < '0' || text.data[i] > '7') {
            fail(reading, "mode");
            return 0;
        }
        mode = mode << 3 | (uint32_t)(text.data[i] - '0');
    }
    return mode & 07777;
}

static void
read_extended(struct reading *reading, const json_t *object, struct attributes *attributes)
{
    const json_t *list = json_object_get(object, "extended");
    size_t count = json_array_size(list);

    if (!json_is_array(list) || count > ATTRIBUTES_MAX) {
        fail(reading, "extended");
        return;
    }
    attributes->extended = arena_array(reading->arena, count + 1, sizeof(*attributes->extended));
    if (!attributes->extended) {
        fail(reading, "extended");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *each = json_array_get(list, i);

        attributes->extended[i].name = member_hex(reading, each, "name_hex");
        attributes->extended[i].value = member_hex(reading, each, "value_hex");
    }
    attributes->extended_count = (uint32_t)count;
}

static void
read_attributes(struct reading *reading, const json_t *object, struct attributes *attributes)
{
    attributes->device = (uint64_t)member_integer(reading, object, "device");
    attributes->inode = (uint64_t)member_integer(reading, object, "inode");
    attributes->size = (uint64_t)member_integer(reading, object, "size");
    attributes->owner = member_u32(reading, object, "owner");
    attributes->group = member_u32(reading, object, "group");
    attributes->mode = member_mode(reading, object);
    attributes->links = 1;
    attributes->accessed = member_moment(reading, object, "accessed");
    attributes->modified = member_moment(reading, object, "modified");
    attributes->changed = member_moment(reading, object, "changed");
    attributes->born = member_moment(reading, object, "born");
    read_extended(reading, object, attributes);
}

static void
read_rules(struct reading *reading, const json_t *object, struct quarantine_record *record)
{
    const json_t *list = json_object_get(object, "rules");
    size_t count = json_array_size(list);
    struct str *rules;

    if (!json_is_array(list) || count > QUARANTINE_RULES_MAX) {
        fail(reading, "rules");
        return;
    }
    rules = arena_array(reading->arena, count + 1, sizeof(*rules));
    for (size_t i = 0; rules && i < count; i++) {
        const json_t *each = json_array_get(list, i);

        if (!json_is_string(each))
            fail(reading, "rules");
        else
            rules[i] = kept(
                reading, (struct str){json_string_value(each), json_string_length(each)}, "rules");
    }
    if (!rules)
        fail(reading, "rules");
    record->rules = rules;
    record->rule_count = rules ? (uint32_t)count : 0;
}

static void
read_members(struct reading *reading, const json_t *object, struct quarantine_record *record)
{
    struct str id = member_text(reading, object, "id");

    if (member_integer(reading, object, "version") != 1)
        fail(reading, "version");
    if (quarantine_id_is_valid(id))
        memcpy(record->id, id.data, id.len);
    else
        fail(reading, "id");
    record->path = member_hex(reading, object, "path_hex");
    if (record->path.len == 0 || record->path.len >= PATH_MAX || record->path.data[0] != '/' ||
        str_has(record->path, (struct str){"", 1}))
        fail(reading, "path_hex");
    record->digest = member_digest(reading, object, "sha256");
    record->taken_s = member_integer(reading, object, "taken_s");
    if (!json_is_null(json_object_get(object, "scan")))
        record->scan = kept(reading, member_text(reading, object, "scan"), "scan");
    record->confidence = json_number_value(json_object_get(object, "confidence"));
    record->is_cleaned = !json_is_null(json_object_get(object, "cleaned_sha256"));
    if (record->is_cleaned)
        record->cleaned = member_digest(reading, object, "cleaned_sha256");
    read_rules(reading, object, record);
    read_attributes(reading, object, &record->attributes);
}

bool
quarantine_record_read(struct str text, struct arena *arena, struct quarantine_record *ret_record,
                       struct err *err)
{
    struct quarantine_record record = {.scan = STR_EMPTY};
    struct reading reading = {.arena = arena};
    json_error_t error;
    json_t *object = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &error);

    if (!object)
        return err_set(err, ERR_SYNTAX, "it is no JSON: %s", error.text);
    read_members(&reading, object, &record);
    json_decref(object);
    if (reading.wrong)
        return err_set(err, ERR_SYNTAX, "its member '%s' is missing or wrong", reading.wrong);
    *ret_record = record;
    return true;
}

bool
quarantine_id_is_valid(struct str id)
{
    if (id.len != QUARANTINE_ID_TEXT - 1)
        return false;
    for (size_t i = 0; i < id.len; i++) {
        if (hex_value(id.data[i]) < 0)
            return false;
    }
    return true;
}
