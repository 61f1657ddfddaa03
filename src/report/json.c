#include "report/json.h"

#include "base/civil.h"
#include "base/json.h"

#define VERSION 1

static void
write_time(struct json *json, const char *name, int64_t seconds)
{
    char text[32];

    if (seconds == 0) {
        json_null(json, name);
        return;
    }
    civil_write_utc(seconds, text);
    json_string(json, name, str_from_cstr(text));
}

static void
write_inputs(struct json *json, const struct result *result)
{
    json_array(json, "inputs");
    for (uint32_t i = 0; i < result->input_count; i++) {
        const struct result_input *input = &result->inputs[i];

        json_object(json, NULL);
        json_string(json, "path", input->path);
        json_string_or_null(json, "kind", input->kind);
        json_integer(json, "lines", (int64_t)input->lines);
        json_integer(json, "bytes", (int64_t)input->bytes);
        write_time(json, "first", input->first_s);
        write_time(json, "last", input->last_s);
        json_integer(json, "unread", (int64_t)input->unread);
        json_integer(json, "cut", (int64_t)input->cut);
        json_string_or_null(json, "problem", input->problem);
        json_end(json);
    }
    json_end(json);
}

static void
write_origin(struct json *json, const struct origin *origin)
{
    json_object(json, "origin");
    json_string_or_null(json, "script", origin->script);
    json_string_or_null(json, "url", origin->url);
    json_string_or_null(json, "vhost", origin->vhost);
    json_string_or_null(json, "user", origin->user);
    if (origin->uid >= 0)
        json_integer(json, "uid", origin->uid);
    else
        json_null(json, "uid");
    json_string_or_null(json, "mailbox", origin->mailbox);
    json_string_or_null(json, "recipient", origin->recipient);
    json_string_or_null(json, "server", origin->server);
    json_string_or_null(json, "process", origin->process);
    json_array(json, "clients");
    for (uint32_t i = 0; i < origin->client_count; i++)
        json_string(json, NULL, origin->clients[i]);
    json_end(json);
    json_integer(json, "client_total", origin->client_total);
    json_end(json);
}

static void
write_alternatives(struct json *json, const struct incident *incident)
{
    json_array(json, "alternatives");
    for (uint32_t i = 0; i < incident->alternative_count; i++) {
        const struct alternative *alternative = &incident->alternatives[i];

        json_object(json, NULL);
        json_string(json, "route", str_from_cstr(route_name(alternative->route)));
        json_string_or_null(json, "origin", alternative->origin);
        json_real(json, "probability", alternative->probability, 3);
        json_end(json);
    }
    json_end(json);
}

static void
write_signals(struct json *json, const struct incident *incident)
{
    json_array(json, "signals");
    for (uint32_t i = 0; i < incident->signal_count; i++) {
        const struct signal *signal = &incident->signals[i];

        json_object(json, NULL);
        json_string(json, "name", str_from_cstr(signal->name));
        json_real(json, "value", signal->value, 3);
        json_string(json, "text", signal->text);
        json_end(json);
    }
    json_end(json);
}

static void
write_evidence(struct json *json, const char *name, const struct evidence *list, uint32_t count)
{
    json_array(json, name);
    for (uint32_t i = 0; i < count; i++) {
        json_object(json, NULL);
        json_string(json, "path", list[i].path);
        json_integer(json, "line", list[i].ref.line);
        json_string(json, "text", list[i].text);
        json_string(json, "says", list[i].says);
        json_end(json);
    }
    json_end(json);
}

static void
write_actions(struct json *json, const struct incident *incident)
{
    json_array(json, "actions");
    for (uint32_t i = 0; i < incident->action_count; i++) {
        const struct action *action = &incident->actions[i];

        json_object(json, NULL);
        json_string(json, "kind", action->kind == ACTION_CONTAIN ? STR("contain") : STR("prevent"));
        json_string(json, "text", action->text);
        if (action->command.len)
            json_string(json, "command", action->command);
        json_end(json);
    }
    json_end(json);
}

static void
write_incident(struct json *json, const struct incident *incident,
               struct report_json_options options)
{
    json_object(json, NULL);
    json_string(json, "id", incident->id);
    json_string(json, "route", str_from_cstr(route_name(incident->route)));
    json_real(json, "confidence", incident->confidence, 3);
    write_alternatives(json, incident);
    write_origin(json, &incident->origin);
    json_string_or_null(json, "summary", incident->summary);
    write_time(json, "first", incident->first_us / SECOND_US);
    write_time(json, "last", incident->last_us / SECOND_US);
    json_integer(json, "messages", incident->messages);
    json_integer(json, "recipients", incident->recipients);
    json_integer(json, "bounced", incident->bounced);
    json_integer(json, "deferred", incident->deferred);
    json_integer(json, "queued", incident->queued);
    write_signals(json, incident);
    write_evidence(json, "evidence", incident->evidence, incident->evidence_count);
    write_evidence(json, "entry", incident->entry, incident->entry_count);
    write_actions(json, incident);
    if (options.queue_ids) {
        json_array(json, "queue_ids");
        for (uint32_t i = 0; i < incident->queue_id_count; i++)
            json_string(json, NULL, incident->queue_ids[i]);
        json_end(json);
    }
    json_end(json);
}

static void
write_samples(struct json *json, const struct result *result)
{
    json_array(json, "samples");
    for (uint32_t i = 0; i < result->sample_count; i++) {
        const struct result_sample *sample = &result->samples[i];

        json_object(json, NULL);
        json_string(json, "path", sample->path);
        json_string_or_null(json, "host", sample->host);
        json_string_or_null(json, "queue_id", sample->queue_id);
        json_string_or_null(json, "message_id", sample->message_id);
        write_time(json, "date", sample->date_s);
        json_bool(json, "found", sample->is_found);
        json_string_or_null(json, "incident", sample->incident);
        json_array(json, "headers");
        for (uint32_t f = 0; f < sample->fact_count; f++) {
            json_object(json, NULL);
            json_string(json, "text", sample->facts[f].what);
            json_bool(json, "trusted", sample->facts[f].is_trusted);
            json_string(json, "says", sample->facts[f].says);
            json_end(json);
        }
        json_end(json);
        json_end(json);
    }
    json_end(json);
}

static void
write_senders(struct json *json, const struct result *result)
{
    json_array(json, "senders");
    for (uint32_t i = 0; i < result->sender_count; i++) {
        const struct sender *sender = &result->senders[i];

        json_object(json, NULL);
        json_string(json, "name", sender->name);
        json_string(json, "kind", str_from_cstr(sender->kind));
        json_integer(json, "messages", sender->messages);
        json_integer(json, "recipients", sender->recipients);
        json_integer(json, "bounced", sender->bounced);
        json_string(json, "verdict", str_from_cstr(verdict_name(sender->verdict)));
        json_string_or_null(json, "reason", sender->reason);
        json_end(json);
    }
    json_end(json);
}

void
report_json(const struct result *result, struct report_json_options options, struct buf *buf)
{
    struct json json;

    json_init(&json, buf);
    json_object(&json, NULL);
    json_integer(&json, "version", VERSION);
    json_string_or_null(&json, "host", result->host);
    write_time(&json, "generated", result->generated_s);
    write_inputs(&json, result);
    json_object(&json, "messages");
    json_integer(&json, "total", (int64_t)result->messages_total);
    json_integer(&json, "outgoing", (int64_t)result->messages_outgoing);
    json_integer(&json, "attributed", (int64_t)result->messages_attributed);
    json_end(&json);
    json_array(&json, "incidents");
    for (uint32_t i = 0; i < result->incident_count; i++)
        write_incident(&json, &result->incidents[i], options);
    json_end(&json);
    write_senders(&json, result);
    write_samples(&json, result);
    json_array(&json, "notes");
    for (uint32_t i = 0; i < result->note_count; i++)
        json_string(&json, NULL, result->notes[i]);
    json_end(&json);
    json_end(&json);
    buf_add_char(buf, '\n');
}
