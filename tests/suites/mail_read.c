/*
 * mail_read FILE... - what src/mail reads from messages, one JSON object a line.
 *
 *     {"file":"a.eml","dsn":{"recipients":[{"address":"anna@example.org", ...}]}, ...}
 *
 * A test program: it links the core alone and judges nothing. A member is missing
 * where its reader says that the message is none of its kind.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "mail/arf.h"
#include "mail/dsn.h"
#include "mail/evidence.h"

#define ARENA_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define FILE_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define OUTPUT_BYTES_MAX ((size_t)16 * 1024 * 1024)

static struct str
read_file(const char *path, char *room)
{
    FILE *file = fopen(path, "rb");
    size_t len;

    if (!file) {
        perror(path);
        exit(2);
    }
    len = fread(room, 1, FILE_BYTES_MAX, file);
    fclose(file);
    return (struct str){room, len};
}

static void
write_list(struct json *json, const char *name, const struct arf_list *list)
{
    json_array(json, name);
    for (uint32_t i = 0; i < list->count; i++)
        json_string(json, NULL, list->items[i]);
    json_end(json);
}

static void
write_arf(struct json *json, const struct arf *arf)
{
    const struct {
        const char *name;
        struct str value;
    } texts[] = {
        {"feedback_type", arf->feedback_type},
        {"user_agent", arf->user_agent},
        {"version", arf->version},
        {"source_ip", arf->source_ip},
        {"source_port", arf->source_port},
        {"original_mail_from", arf->original_mail_from},
        {"original_envelope_id", arf->original_envelope_id},
        {"reporting_mta", arf->reporting_mta},
        {"incidents", arf->incidents},
        {"auth_failure", arf->auth_failure},
        {"delivery_result", arf->delivery_result},
        {"identity_alignment", arf->identity_alignment},
        {"dkim_domain", arf->dkim_domain},
        {"dkim_identity", arf->dkim_identity},
        {"dkim_selector", arf->dkim_selector},
        {"dkim_adsp_dns", arf->dkim_adsp_dns},
        {"dkim_selector_dns", arf->dkim_selector_dns},
        {"spf_dns", arf->spf_dns},
        {"dkim_canonicalized_header", arf->dkim_canonicalized_header},
        {"dkim_canonicalized_body", arf->dkim_canonicalized_body},
        {"original", arf->original},
    };

    json_object(json, "arf");
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        json_string_or_null(json, texts[i].name, texts[i].value);
    write_list(json, "original_rcpt_to", &arf->original_rcpt_to);
    write_list(json, "reported_domain", &arf->reported_domain);
    write_list(json, "reported_uri", &arf->reported_uri);
    write_list(json, "authentication_results", &arf->authentication_results);
    json_integer(json, "arrival_date", arf->arrival_s);
    json_end(json);
}

static void
write_dsn(struct json *json, const struct dsn *dsn)
{
    json_object(json, "dsn");
    json_array(json, "recipients");
    for (uint32_t i = 0; i < dsn->recipient_count; i++) {
        const struct dsn_recipient *recipient = &dsn->recipients[i];

        json_object(json, NULL);
        json_string(json, "address", recipient->address);
        json_string_or_null(json, "status", recipient->status);
        json_integer(json, "reply", recipient->reply_code);
        json_bool(json, "permanent", recipient->is_permanent);
        json_bool(json, "hard", recipient->is_hard);
        json_string_or_null(json, "diagnostic", str_first(recipient->diagnostic, 400));
        json_end(json);
    }
    json_end(json);
    json_string_or_null(json, "reporting_mta", dsn->reporting_mta);
    json_string_or_null(json, "queue_id", dsn->queue_id);
    json_string_or_null(json, "message_id", dsn->message_id);
    json_bool(json, "has_original", dsn->original.len > 0);
    json_end(json);
}

static void
write_evidence(struct json *json, struct str message, struct arena *arena)
{
    struct mail_evidence evidence;
    struct err err;

    if (!mail_evidence_read(message, (struct mail_options){STR_EMPTY}, arena, &evidence, &err)) {
        json_string(json, "error", str_from_cstr(err.text));
        return;
    }
    json_object(json, "evidence");
    json_string_or_null(json, "host", evidence.host);
    json_string_or_null(json, "queue_id", evidence.queue_id);
    json_string_or_null(json, "message_id", evidence.message_id);
    json_string_or_null(json, "recipient", evidence.bounced_recipient);
    json_integer(json, "hops", evidence.hop_count);
    json_integer(json, "claims", evidence.claim_count);
    json_integer(json, "own_hop", evidence.own_hop);
    json_end(json);
}

static void
write_message(const char *path, struct str message, struct arena *arena, struct buf *buf)
{
    struct json json;
    struct arf arf;
    struct dsn dsn;

    json_init(&json, buf);
    json_object(&json, NULL);
    json_string(&json, "file", str_from_cstr(path));
    if (arf_read(message, arena, &arf))
        write_arf(&json, &arf);
    if (dsn_read(message, arena, &dsn))
        write_dsn(&json, &dsn);
    write_evidence(&json, message, arena);
    json_end(&json);
}

int
main(int argc, char **argv)
{
    struct arena *arena = arena_new(ARENA_BYTES_MAX);
    char *room = malloc(FILE_BYTES_MAX);
    struct buf buf;

    if (!room)
        abort();
    buf_init(&buf, OUTPUT_BYTES_MAX);
    for (int i = 1; i < argc; i++) {
        arena_reset(arena);
        buf_reset(&buf);
        write_message(argv[i], read_file(argv[i], room), arena, &buf);
        printf(STR_FMT "\n", STR_ARG(buf_str(&buf)));
    }
    buf_done(&buf);
    arena_free(arena);
    free(room);
    return 0;
}
