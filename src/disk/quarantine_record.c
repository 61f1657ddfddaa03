#include "disk/quarantine_record.h"

#include <stdio.h>

#include "base/civil.h"
#include "base/json.h"

static void
write_hex(struct json *json, const char *name, struct str bytes)
{
    static const char digits[] = "0123456789abcdef";
    struct buf text;

    buf_init(&text, 2 * bytes.len + 1);
    for (size_t i = 0; i < bytes.len; i++) {
        buf_add_char(&text, digits[(unsigned char)bytes.data[i] >> 4]);
        buf_add_char(&text, digits[(unsigned char)bytes.data[i] & 15]);
    }
    json_string(json, name, buf_str(&text));
    buf_done(&text);
}

static void
write_digest(struct json *json, const char *name, struct digest digest)
{
    char text[DIGEST_TEXT];

    digest_write(digest, text);
    json_string(json, name, str_from_cstr(text));
}

static void
write_moment(struct json *json, const char *name, struct timespec time)
{
    char text[64];

    (void)snprintf(text, sizeof(text), "%lld.%09ld", (long long)time.tv_sec, time.tv_nsec);
    json_string(json, name, str_from_cstr(text));
}

static void
write_mode(struct json *json, uint32_t mode)
{
    char text[16];

    (void)snprintf(text, sizeof(text), "%04o", mode & 07777);
    json_string(json, "mode", str_from_cstr(text));
}

static void
write_attributes(struct json *json, const struct attributes *attributes)
{
    json_integer(json, "device", (int64_t)attributes->device);
    json_integer(json, "inode", (int64_t)attributes->inode);
    json_integer(json, "size", (int64_t)attributes->size);
    json_integer(json, "owner", attributes->owner);
    json_integer(json, "group", attributes->group);
    write_mode(json, attributes->mode);
    write_moment(json, "accessed", attributes->accessed);
    write_moment(json, "modified", attributes->modified);
    write_moment(json, "changed", attributes->changed);
    write_moment(json, "born", attributes->born);
    json_array(json, "extended");
    for (uint32_t i = 0; i < attributes->extended_count; i++) {
        json_object(json, NULL);
        json_string(json, "name", attributes->extended[i].name);
        write_hex(json, "name_hex", attributes->extended[i].name);
        write_hex(json, "value_hex", attributes->extended[i].value);
        json_end(json);
    }
    json_end(json);
}

void
quarantine_record_members(const struct quarantine_record *record, struct json *json)
{
    char taken[32];

    json_string(json, "id", str_from_cstr(record->id));
    json_string(json, "path", record->path);
    write_hex(json, "path_hex", record->path);
    write_digest(json, "sha256", record->digest);
    civil_write_utc(record->taken_s, taken);
    json_string(json, "taken", str_from_cstr(taken));
    json_integer(json, "taken_s", record->taken_s);
    json_string_or_null(json, "scan", record->scan);
    json_array(json, "rules");
    for (uint32_t i = 0; i < record->rule_count; i++)
        json_string(json, NULL, record->rules[i]);
    json_end(json);
    json_real(json, "confidence", record->confidence, 3);
    if (record->is_cleaned)
        write_digest(json, "cleaned_sha256", record->cleaned);
    else
        json_null(json, "cleaned_sha256");
    write_attributes(json, &record->attributes);
}

void
quarantine_record_write(const struct quarantine_record *record, struct buf *buf)
{
    struct json json;

    json_init(&json, buf);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    quarantine_record_members(record, &json);
    json_end(&json);
    buf_add_char(buf, '\n');
}
