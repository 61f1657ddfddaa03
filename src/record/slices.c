#include "record/slices.h"

struct list {
    struct str **slices;
    uint32_t count;
};

static void
add(struct list *list, struct str *slice)
{
    list->slices[list->count++] = slice;
}

static void
add_accept(struct list *list, struct event_accept *accept)
{
    add(list, &accept->user);
    add(list, &accept->client_host);
    add(list, &accept->client_address);
    add(list, &accept->login);
    add(list, &accept->original_id);
    add(list, &accept->original_client);
    add(list, &accept->protocol);
    add(list, &accept->sender);
    add(list, &accept->parent_id);
    add(list, &accept->message_id);
    add(list, &accept->subject);
    add(list, &accept->recipients);
}

static void
add_delivery(struct list *list, struct event_delivery *delivery)
{
    add(list, &delivery->recipient);
    add(list, &delivery->original_recipient);
    add(list, &delivery->relay_host);
    add(list, &delivery->relay_address);
    add(list, &delivery->dsn);
    add(list, &delivery->reply);
    add(list, &delivery->next_id);
    add(list, &delivery->controller);
}

static void
add_request(struct list *list, struct event_request *request)
{
    add(list, &request->client);
    add(list, &request->forwarded);
    add(list, &request->vhost);
    add(list, &request->user);
    add(list, &request->target);
    add(list, &request->referer);
    add(list, &request->agent);
}

static void
add_refused(struct list *list, struct event_refused *refused)
{
    add(list, &refused->client_host);
    add(list, &refused->client_address);
    add(list, &refused->sender);
    add(list, &refused->recipient);
    add(list, &refused->text);
    add(list, &refused->login);
}

static void
add_web_and_logins(struct list *list, struct event *event)
{
    if (event->kind == EVENT_PHP_MAIL) {
        add(list, &event->php_mail.script);
        add(list, &event->php_mail.recipients);
        add(list, &event->php_mail.headers);
        add(list, &event->php_mail.subject);
    } else if (event->kind == EVENT_LOGIN) {
        add(list, &event->login.service);
        add(list, &event->login.user);
        add(list, &event->login.client);
    } else if (event->kind == EVENT_UPLOAD) {
        add(list, &event->upload.service);
        add(list, &event->upload.user);
        add(list, &event->upload.client);
        add(list, &event->upload.path);
    } else if (event->kind == EVENT_REDIRECT) {
        add(list, &event->redirect.user);
        add(list, &event->redirect.message_id);
        add(list, &event->redirect.target);
    } else if (event->kind == EVENT_CONNECT) {
        add(list, &event->connect.source);
        add(list, &event->connect.destination);
    } else if (event->kind == EVENT_SIGNATURE) {
        add(list, &event->signature.domain);
        add(list, &event->signature.selector);
    }
}

static void
add_by_kind(struct list *list, struct event *event)
{
    switch (event->kind) {
    case EVENT_ACCEPT:
        add_accept(list, &event->accept);
        break;
    case EVENT_MESSAGE_ID:
        add(list, &event->message_id.id);
        break;
    case EVENT_QUEUED:
        add(list, &event->queued.sender);
        add(list, &event->queued.recipient);
        break;
    case EVENT_DELIVERY:
    case EVENT_STARTED:
        add_delivery(list, &event->delivery);
        break;
    case EVENT_NOTICE:
        add(list, &event->notice.child_id);
        break;
    case EVENT_REFUSED:
        add_refused(list, &event->refused);
        break;
    case EVENT_HEADER:
        add(list, &event->header.name);
        add(list, &event->header.value);
        break;
    case EVENT_COMMAND:
        add(list, &event->command.directory);
        add(list, &event->command.arguments);
        break;
    case EVENT_REQUEST:
        add_request(list, &event->request);
        break;
    case EVENT_SESSION:
        add(list, &event->session_start.client_host);
        add(list, &event->session_start.client_address);
        break;
    case EVENT_PHP_MAIL:
    case EVENT_LOGIN:
    case EVENT_UPLOAD:
    case EVENT_REDIRECT:
    case EVENT_CONNECT:
    case EVENT_SIGNATURE:
        add_web_and_logins(list, event);
        break;
    case EVENT_UNKNOWN:
    case EVENT_NONE:
    case EVENT_REMOVED:
    case EVENT_HOLD:
    case EVENT_GAP:
    case EVENT_REPEAT:
        break;
    }
}

uint32_t
slices_of(struct event *event, struct str *ret_slices[SLICES_MAX])
{
    struct list list = {ret_slices, 0};

    add(&list, &event->zone);
    add(&list, &event->host);
    add(&list, &event->program);
    add(&list, &event->instance);
    add(&list, &event->queue_id);
    add(&list, &event->session);
    add_by_kind(&list, event);
    return list.count;
}
