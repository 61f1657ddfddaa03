#include "trace/join.h"

#include <stdlib.h>

#include "trace/join_parts.h"
#include "trace/known.h"

struct join *
join_new(struct ledger *ledger, int64_t smtp_uid)
{
    struct join *join = calloc(1, sizeof(*join));

    if (!join)
        abort();
    join->ledger = ledger;
    join->smtp_uid = smtp_uid;
    join->live = live_new();
    join->sessions = slots_new(sizeof(struct session), SESSIONS_MAX);
    join->pending = slots_new(sizeof(struct pending), PENDING_MAX);
    join->failures = slots_new(sizeof(struct failure), FAILURES_MAX);
    return join;
}

void
join_free(struct join *join)
{
    if (!join)
        return;
    live_free(join->live);
    slots_free(join->sessions);
    slots_free(join->pending);
    slots_free(join->failures);
    numbers_free(join->numbers);
    free(join);
}

static void
on_queued(struct join *join, uint32_t index, const struct event *event, int64_t time_us)
{
    struct mail *mail = ledger_mail(join->ledger, index);
    uint32_t domain;

    if (mail->flags & MAIL_QUEUED_SEEN)
        return;
    if (mail->mta == MTA_OPENSMTPD && event->queued.sender.len == 0)
        join_find_bounced(join, index,
                          ledger_add_address(join->ledger, event->queued.recipient, &domain),
                          time_us);
    join_set_sender(join, mail, event->queued.sender);
    join_set_size(mail, event->queued.size);
}

static void
on_notice(struct join *join, uint32_t parent, const struct event *event, int64_t time_us,
          struct place place)
{
    struct event child_event = *event;
    struct mail *child;
    uint32_t index;

    if (join_mta(event->program) == MTA_QMAIL) {
        join_expect_queued(join, event, parent, event->notice.child_id, 0, time_us);
        return;
    }
    child_event.queue_id = event->notice.child_id;
    child_event.key = event_key(&child_event);
    child = join_mail(join, &child_event, time_us, place, &index);
    if (!child)
        return;
    if (child->identity == 0)
        join_set_identity(join, child, IDENTITY_MTA, STR_EMPTY, -1);
    join_set_parent(join, parent, index, 0);
}

static void
on_header(struct join *join, struct mail *mail, const struct event *event)
{
    const struct event_header *header = &event->header;

    if (str_eq_nocase(header->name, STR("Subject"))) {
        mail->subject = join_text_hash(header->value);
    } else if (str_eq_nocase(header->name, STR("X-PHP-Originating-Script"))) {
        struct str value = header->value, uid = str_cut(&value, ':');
        uint64_t number;

        if (value.len && str_u64(str_trim(uid), &number)) {
            value = str_first(value, str_find(value, STR("(")));
            mail->script = table_add(join->ledger->names, str_trim(value));
            mail->flags |= MAIL_STATED;
        }
    }
}

static void
on_mail_event(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    uint32_t index;
    struct mail *mail = join_mail(join, event, time_us, place, &index);

    if (!mail)
        return;
    if (event->kind == EVENT_MESSAGE_ID) {
        if (mail->message_id == 0 && event->message_id.id.len)
            mail->message_id = str_hash(event->message_id.id);
        if (mail->identity == 0 && mail->parent == NO_MAIL)
            join_link_pending(join, event, index, time_us);
    } else if (event->kind == EVENT_QUEUED) {
        on_queued(join, index, event, time_us);
    } else if (event->kind == EVENT_DELIVERY) {
        join_delivery(join, index, event, time_us, place);
    } else if (event->kind == EVENT_STARTED) {
        join_started(join, index, event, time_us);
    } else if (event->kind == EVENT_NOTICE) {
        on_notice(join, index, event, time_us, place);
    } else if (event->kind == EVENT_HEADER) {
        on_header(join, mail, event);
    } else if (event->kind == EVENT_HOLD) {
        mail->flags |= MAIL_HELD;
    } else if (event->kind == EVENT_REMOVED) {
        mail->flags |= MAIL_REMOVED;
        live_close(join->live, join_entry(join, event));
    }
}

static void
on_refused(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    const struct event_refused *refused = &event->refused;
    uint32_t index;

    if (refused->is_relay_denied)
        join->ledger->refusals.relay_denied += event->repeats;
    if (refused->sender.len == 0 && refused->recipient.len)
        join->ledger->refusals.null_sender += event->repeats;
    if (refused->is_auth_failure) {
        struct event login = *event;

        login.kind = EVENT_LOGIN;
        login.session = STR_EMPTY;
        login.login = (struct event_login){.service = STR("smtp"),
                                           .user = refused->login,
                                           .client = refused->client_address,
                                           .attempts = 1};
        join->ledger->refusals.auth += event->repeats;
        login.key = event_key(&login);
        join_login(join, &login, time_us, place);
    }
    /* A milter's no to a mail that has an id: it will not go out. */
    if (event->queue_id.len) {
        struct live_entry *entry = join_entry(join, event);

        if (entry && !entry->is_closed) {
            index = entry->mail;
            ledger_mail(join->ledger, index)->flags |= MAIL_REMOVED;
            live_close(join->live, entry);
        }
    }
}

static struct str
first_address(struct str to)
{
    struct str first = str_cut(&to, ',');
    size_t open = str_index(first, '<');

    if (open < first.len) {
        first = str_from(first, open + 1);
        first = str_first(first, str_index(first, '>'));
    }
    return str_trim(first);
}

static void
on_php_mail(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    const struct event_php_mail *php = &event->php_mail;
    struct call *call = vec_add(&join->ledger->calls);
    uint32_t domain;

    if (!call)
        return;
    call->time_us = time_us;
    call->place = place;
    call->recipient = ledger_add_address(join->ledger, first_address(php->recipients), &domain);
    call->script = table_add(join->ledger->names, str_first(php->script, 4096));
    call->line = (uint16_t)php->line;
    call->subject = join_text_hash(php->subject);
    call->headers = join_text_hash(php->headers);
    call->mail = NO_MAIL;
    call->is_eval = php->is_eval;
    call->is_registration = known_registration_subject(php->subject);
}

static void
on_redirect(struct join *join, const struct event *event, int64_t time_us)
{
    struct redirect *redirect = vec_add(&join->ledger->redirects);

    if (!redirect)
        return;
    redirect->time_us = time_us;
    redirect->message_id =
        event->redirect.message_id.len ? str_hash(event->redirect.message_id) : 0;
}

void
join_event(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    switch (event->kind) {
    case EVENT_ACCEPT:
        join_accept(join, event, time_us, place);
        break;
    case EVENT_MESSAGE_ID:
    case EVENT_QUEUED:
    case EVENT_STARTED:
    case EVENT_NOTICE:
    case EVENT_REMOVED:
    case EVENT_HOLD:
    case EVENT_HEADER:
        on_mail_event(join, event, time_us, place);
        break;
    case EVENT_DELIVERY:
        if (event->queue_id.len == 0 && event->session.len)
            join_ended(join, event, time_us, place);
        else if (event->queue_id.len == 0)
            join_proxied(join, event, time_us);
        else
            on_mail_event(join, event, time_us, place);
        break;
    case EVENT_REFUSED:
        on_refused(join, event, time_us, place);
        break;
    case EVENT_COMMAND:
        commands_add(&join->commands, event->pid,
                     table_add(join->ledger->names, event->command.directory), time_us);
        break;
    case EVENT_SESSION:
        join_session(join, event, time_us);
        break;
    case EVENT_LOGIN:
        join_login(join, event, time_us, place);
        break;
    case EVENT_UPLOAD:
        join_upload(join, event, time_us, place);
        break;
    case EVENT_PHP_MAIL:
        on_php_mail(join, event, time_us, place);
        break;
    case EVENT_REDIRECT:
        on_redirect(join, event, time_us);
        break;
    case EVENT_CONNECT:
        join_connect(join, event, time_us, place);
        break;
    case EVENT_GAP:
        join->ledger->gap_lines += event->gap.lost ? event->gap.lost : 1;
        break;
    case EVENT_UNKNOWN:
    case EVENT_NONE:
    case EVENT_REPEAT:
    case EVENT_REQUEST:
    case EVENT_SIGNATURE:
        break;
    }
}

void
join_expect(const struct join *join, const struct event *event, bool is_near)
{
    uint64_t key = live_key(join->host.name, event->key);
    uint32_t mail;

    if (event->kind == EVENT_LOGIN) {
        ledger_expect_login(join->ledger, event->key, is_near);
        return;
    }
    if (!is_near)
        live_expect(join->live, key);
    else if (live_peek(join->live, key, &mail))
        __builtin_prefetch(ledger_mail(join->ledger, mail), 1);
    if (!is_near && event->kind == EVENT_ACCEPT)
        slots_expect(join->pending, key);
}

/* A mail handed to loopback that never came back: a smarthost or tunnel took it away. */
static void
decide_loopback(struct ledger *ledger, struct mail *mail)
{
    if (!(mail->flags & MAIL_LOOPBACK_RELAY) || (mail->flags & MAIL_HAS_CHILD))
        return;
    if (ledger_is_local_domain(ledger, mail->recipient_domain))
        mail->flags |= MAIL_LOCAL;
    else
        mail->flags |= MAIL_OUTGOING;
}

void
join_finish(struct join *join)
{
    struct ledger *ledger = join->ledger;

    for (uint32_t i = 0; i < ledger->mails.count; i++)
        decide_loopback(ledger, ledger_mail(ledger, i));
    live_free(join->live);
    join->live = NULL;
}
