/*
 * show_event FRAME <LOG - each record of a log as weir's core reads it, one JSON object a line.
 *
 *     {"kind":"removed","program":"postfix/qmgr","instance":"postfix","queue_id":"BF206164262"}
 *
 * For the runners of this folder: fields that the line does not state are left out.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "record/record.h"

#define LINE_BYTES_MAX (1 << 20)

static void
text(struct json *json, const char *name, struct str value)
{
    if (value.len)
        json_string(json, name, value);
}

static void
number(struct json *json, const char *name, int64_t value)
{
    if (value >= 0)
        json_integer(json, name, value);
}

static void
show_accept(struct json *json, const struct event_accept *accept)
{
    static const char *const vias[] = {"local", "smtp", "notice"};

    json_string(json, "via", str_from_cstr(vias[accept->via]));
    number(json, "uid", accept->uid);
    text(json, "user", accept->user);
    text(json, "client_host", accept->client_host);
    text(json, "client_address", accept->client_address);
    text(json, "login", accept->login);
    text(json, "original_id", accept->original_id);
    text(json, "original_client", accept->original_client);
    if (accept->has_sender)
        json_string(json, "sender", accept->sender);
    json_bool(json, "is_requeue", accept->is_requeue);
    text(json, "parent_id", accept->parent_id);
    text(json, "message_id", accept->message_id);
    text(json, "subject", accept->subject);
    text(json, "recipients", accept->recipients);
    number(json, "size", accept->size);
    number(json, "recipient_count", accept->recipient_count);
}

static void
show_delivery(struct json *json, const struct event_delivery *delivery)
{
    static const char *const statuses[] = {"sent", "deferred", "bounced", "other"};
    static const char *const nexts[] = {"none", "queued as", "forwarded as"};

    json_string(json, "status", str_from_cstr(statuses[delivery->status]));
    json_string(json, "recipient", delivery->recipient);
    text(json, "original_recipient", delivery->original_recipient);
    text(json, "relay_host", delivery->relay_host);
    text(json, "relay_address", delivery->relay_address);
    if (delivery->relay_port)
        json_integer(json, "relay_port", delivery->relay_port);
    json_bool(json, "is_local", delivery->is_local);
    text(json, "dsn", delivery->dsn);
    text(json, "reply", delivery->reply);
    json_string(json, "next", str_from_cstr(nexts[delivery->next]));
    text(json, "next_id", delivery->next_id);
    number(json, "controller_uid", delivery->controller_uid);
    text(json, "controller", delivery->controller);
    number(json, "delay_ms", delivery->delay_ms);
}

static void
show_refused(struct json *json, const struct event_refused *refused)
{
    text(json, "client_host", refused->client_host);
    text(json, "client_address", refused->client_address);
    text(json, "sender", refused->sender);
    text(json, "recipient", refused->recipient);
    text(json, "text", refused->text);
    json_bool(json, "is_relay_denied", refused->is_relay_denied);
    json_bool(json, "is_auth_failure", refused->is_auth_failure);
    text(json, "login", refused->login);
}

static void
show_login(struct json *json, const struct event_login *login)
{
    json_string(json, "service", login->service);
    text(json, "user", login->user);
    text(json, "client", login->client);
    json_bool(json, "is_success", login->is_success);
    json_integer(json, "attempts", login->attempts);
}

static void
show_request(struct json *json, const struct event_request *request)
{
    static const char *const methods[] = {"other", "GET", "HEAD", "POST", "PUT"};

    json_string(json, "method", str_from_cstr(methods[request->method]));
    text(json, "client", request->client);
    text(json, "forwarded", request->forwarded);
    text(json, "vhost", request->vhost);
    text(json, "user", request->user);
    text(json, "target", request->target);
    text(json, "referer", request->referer);
    text(json, "agent", request->agent);
    json_integer(json, "status", request->status);
    number(json, "duration_us", request->duration_us);
    json_bool(json, "is_stamped_at_end", request->is_stamped_at_end);
}

static const char *
kind_name(enum event_kind kind)
{
    static const char *const names[] = {
        [EVENT_UNKNOWN] = "unknown", [EVENT_NONE] = "none",
        [EVENT_ACCEPT] = "accept",   [EVENT_MESSAGE_ID] = "message_id",
        [EVENT_QUEUED] = "queued",   [EVENT_DELIVERY] = "delivery",
        [EVENT_NOTICE] = "notice",   [EVENT_REMOVED] = "removed",
        [EVENT_HOLD] = "hold",       [EVENT_REFUSED] = "refused",
        [EVENT_HEADER] = "header",   [EVENT_COMMAND] = "command",
        [EVENT_REQUEST] = "request", [EVENT_PHP_MAIL] = "php_mail",
        [EVENT_SESSION] = "session", [EVENT_LOGIN] = "login",
        [EVENT_UPLOAD] = "upload",   [EVENT_REDIRECT] = "redirect",
        [EVENT_GAP] = "gap",         [EVENT_REPEAT] = "repeat",
    };

    return names[kind];
}

static void
show_rest(struct json *json, const struct event *event)
{
    if (event->kind == EVENT_COMMAND) {
        text(json, "directory", event->command.directory);
        text(json, "arguments", event->command.arguments);
    } else if (event->kind == EVENT_PHP_MAIL) {
        text(json, "script", event->php_mail.script);
        json_bool(json, "is_eval", event->php_mail.is_eval);
        text(json, "recipients", event->php_mail.recipients);
        text(json, "subject", event->php_mail.subject);
    } else if (event->kind == EVENT_SESSION) {
        text(json, "client_host", event->session_start.client_host);
        text(json, "client_address", event->session_start.client_address);
        json_bool(json, "is_local", event->session_start.is_local);
    } else if (event->kind == EVENT_UPLOAD) {
        json_string(json, "service", event->upload.service);
        text(json, "user", event->upload.user);
        text(json, "client", event->upload.client);
        text(json, "path", event->upload.path);
    } else if (event->kind == EVENT_REDIRECT) {
        text(json, "user", event->redirect.user);
        text(json, "message_id", event->redirect.message_id);
        text(json, "target", event->redirect.target);
    } else if (event->kind == EVENT_GAP) {
        json_integer(json, "lost", (int64_t)event->gap.lost);
    }
}

static void
show_kind(struct json *json, const struct event *event)
{
    if (event->kind == EVENT_ACCEPT) {
        show_accept(json, &event->accept);
    } else if (event->kind == EVENT_MESSAGE_ID) {
        json_string(json, "id", event->message_id.id);
        json_bool(json, "is_resent", event->message_id.is_resent);
    } else if (event->kind == EVENT_QUEUED) {
        json_string(json, "sender", event->queued.sender);
        number(json, "size", event->queued.size);
        number(json, "recipient_count", event->queued.recipient_count);
    } else if (event->kind == EVENT_DELIVERY) {
        show_delivery(json, &event->delivery);
    } else if (event->kind == EVENT_NOTICE) {
        json_string(json, "child_id", event->notice.child_id);
    } else if (event->kind == EVENT_REFUSED) {
        show_refused(json, &event->refused);
    } else if (event->kind == EVENT_HEADER) {
        json_string(json, "name", event->header.name);
        json_string(json, "value", event->header.value);
    } else if (event->kind == EVENT_REQUEST) {
        show_request(json, &event->request);
    } else if (event->kind == EVENT_LOGIN) {
        show_login(json, &event->login);
    } else {
        show_rest(json, event);
    }
}

static void
show(const struct event *event, struct buf *buf)
{
    static const char *const forms[] = {"none", "yearless", "local", "utc"};
    struct json json;

    buf_reset(buf);
    json_init(&json, buf);
    json_object(&json, NULL);
    json_string(&json, "kind", str_from_cstr(kind_name(event->kind)));
    json_string(&json, "stamp_form", str_from_cstr(forms[event->stamp_form]));
    if (event->stamp_form != STAMP_NONE)
        json_integer(&json, "stamp_us", event->stamp_us);
    text(&json, "zone", event->zone);
    text(&json, "host", event->host);
    text(&json, "program", event->program);
    text(&json, "instance", event->instance);
    number(&json, "pid", event->pid);
    text(&json, "queue_id", event->queue_id);
    text(&json, "session", event->session);
    if (event->repeats != 1)
        json_integer(&json, "repeats", event->repeats);
    if (event->known_utc_s)
        json_integer(&json, "known_utc_s", event->known_utc_s);
    show_kind(&json, event);
    json_end(&json);
    (void)printf("%.*s\n", (int)buf->len, buf->data);
}

int
main(int argc, char **argv)
{
    const struct frame *frame = argc == 2 ? record_frame(str_from_cstr(argv[1])) : NULL;
    struct buf buf;
    char *line = NULL;
    size_t capacity = 0;
    ssize_t len;

    if (!frame || frame->split) {
        (void)fprintf(stderr, "usage: show_event FRAME <LOG, with a frame of lines\n");
        return 2;
    }
    buf_init(&buf, LINE_BYTES_MAX);
    while ((len = getline(&line, &capacity, stdin)) >= 0) {
        struct event event;

        record_read(frame, (struct str){line, (size_t)len}, &event);
        show(&event, &buf);
    }
    free(line);
    buf_done(&buf);
    return 0;
}
