#include "trace/join_parts.h"

#include "trace/known.h"

/* Who sent it: behind a filter that speaks XFORWARD not the filter, but its client. */
static struct str
client_of(const struct event_accept *accept)
{
    struct str client = accept->original_client;

    (void)str_cut(&client, '[');
    client = str_cut(&client, ']');
    return client.len && known_loopback(accept->client_address) ? client : accept->client_address;
}

static void
identify(struct join *join, struct mail *mail, const struct event *event, int64_t time_us)
{
    const struct event_accept *accept = &event->accept;
    const struct session *session =
        sessions_find(join->sessions, SESSION_SMTP, join_host(join, event->host), event);
    struct str login = accept->login, client = client_of(accept);
    bool is_local = accept->via == ACCEPT_LOCAL;

    if (session && (event->session.len || time_us - session->slot.time_us < LOGIN_AGE_US)) {
        if (client.len == 0 || event->session.len == 0) {
            if (login.len == 0)
                login = ledger_name(join->ledger, session->login);
        }
        if (client.len == 0) {
            client = ledger_name(join->ledger, session->client);
            is_local = is_local || session->is_local;
        }
    }
    if (client.len)
        mail->client = table_add(join->ledger->names, client);
    if (mail->mta == MTA_QMAIL && accept->uid >= 0 && accept->uid == join->smtp_uid)
        return; /* over SMTP, and no line says from where */
    if (accept->via == ACCEPT_NOTICE)
        join_set_identity(join, mail, IDENTITY_MTA, STR_EMPTY, -1);
    else if (login.len)
        join_set_identity(join, mail, IDENTITY_LOGIN, login, -1);
    else if (is_local)
        join_set_identity(join, mail, IDENTITY_USER, accept->uid >= 0 ? STR_EMPTY : accept->user,
                          accept->uid);
    else if (known_loopback(client))
        join_set_identity(join, mail, IDENTITY_LOOPBACK, STR_EMPTY, -1);
    else if (client.len)
        join_set_identity(join, mail, IDENTITY_CLIENT, client, -1);
    if (accept->user.len)
        join_learn_user(join, accept->uid, accept->user);
}

static void
take_command(struct join *join, struct mail *mail, const struct event *event, int64_t time_us)
{
    uint32_t folder;

    if (event->accept.via != ACCEPT_LOCAL)
        return;
    folder = commands_take(&join->commands, event->pid, time_us);
    if (folder) {
        mail->script = folder;
        mail->flags |= MAIL_SCRIPT_IS_FOLDER | MAIL_STATED;
    }
}

/* The same line twice: a rotated copy overlaps. An id that is used again has another origin. */
static bool
is_copy(struct join *join, const struct live_entry *entry, const struct event *event,
        int64_t time_us)
{
    const struct mail *mail = ledger_mail(join->ledger, entry->mail);
    const struct identity *identity = ledger_identity(join->ledger, mail->identity);
    const struct event_accept *accept = &event->accept;

    return mail->identity && mail->time_us == time_us &&
           entry->instance == join_instance(join, event->instance) &&
           (accept->uid < 0 || identity->uid < 0 || accept->uid == identity->uid) &&
           (accept->client_address.len == 0 ||
            str_eq(client_of(accept), ledger_name(join->ledger, mail->client)));
}

/* "NOQUEUE: client=": the filter's answer will tell under which id the message comes in again. */
static void
on_proxy_client(struct join *join, const struct event *event, int64_t time_us)
{
    struct session *session =
        sessions_add(join->sessions, SESSION_PROXY, join_host(join, event->host), event);

    session->slot.time_us = time_us;
    session->client = table_add(join->ledger->names, str_first(event->accept.client_address, 255));
    session->login = table_add(join->ledger->names, str_first(event->accept.login, 255));
}

/* The filter does not tell who was logged in. */
void
join_proxied(struct join *join, const struct event *event, int64_t time_us)
{
    const struct session *session =
        sessions_find(join->sessions, SESSION_PROXY, join_host(join, event->host), event);
    struct event inner = *event;
    struct live_entry *entry;
    struct mail *mail;
    struct str login;

    inner.queue_id = event->delivery.next_id;
    inner.key = event_key(&inner);
    entry = join_entry(join, &inner);
    if (!entry || !session || time_us - session->slot.time_us > REINJECT_AGE_US)
        return;
    mail = ledger_mail(join->ledger, entry->mail);
    mail->client = session->client;
    login = ledger_name(join->ledger, session->login);
    if (login.len == 0 || ledger_identity(join->ledger, mail->identity)->kind == IDENTITY_LOGIN)
        return;
    join_change_identity(join, mail, IDENTITY_LOGIN, login);
}

void
join_accept(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    const struct event_accept *accept = &event->accept;
    struct live_entry *entry = join_entry(join, event);
    uint32_t index = join->ledger->mails.count;
    struct mail *mail;

    if (event->queue_id.len == 0) {
        on_proxy_client(join, event, time_us);
        return;
    }
    if (entry && is_copy(join, entry, event, time_us))
        return;
    mail = join_add_mail(join, event, time_us, place);
    if (!mail)
        return;
    identify(join, mail, event, time_us);
    if (mail->mta == MTA_QMAIL)
        join_link_queued(join, event, index, time_us);
    ledger_identity(join->ledger, mail->identity)->mails++;
    take_command(join, mail, event, time_us);
    mail->message_id = accept->message_id.len ? str_hash(accept->message_id) : 0;
    mail->subject = join_text_hash(accept->subject);
    join_set_size(mail, accept->size);
    if (accept->has_sender)
        join_set_sender(join, mail, accept->sender);
    if (accept->recipients.len) {
        struct str rest = accept->recipients;

        mail->recipient =
            ledger_add_address(join->ledger, str_cut(&rest, ' '), &mail->recipient_domain);
    }
    if (accept->original_id.len || accept->parent_id.len) {
        struct str id = accept->parent_id.len ? accept->parent_id : accept->original_id;
        struct live_entry *parent =
            live_find(join->live, live_key(join_host(join, event->host), str_hash(id)),
                      join_instance(join, event->instance));

        if (parent && parent->mail != index)
            join_set_parent(join, parent->mail, index, accept->parent_id.len ? 0 : MAIL_DUPLICATE);
    }
    join_link_pending(join, event, index, time_us);
}
