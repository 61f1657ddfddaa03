#include "trace/join_parts.h"

#include "record/postfix.h"

/* True where it is another name than the last one. */
static bool
set_last_name(struct join *join, struct last_name *last, struct str text)
{
    if (str_eq(text, last->str))
        return false;
    text = str_first(text, sizeof(last->text));
    memcpy(last->text, text.data, text.len);
    last->str = (struct str){last->text, text.len};
    last->name = table_add(join->ledger->names, text);
    return true;
}

uint32_t
join_host(struct join *join, struct str host)
{
    if (host.len == 0)
        return join->ledger->host;
    if (set_last_name(join, &join->host, host)) {
        for (size_t i = 0; i < HOSTS_MAX; i++) {
            if (join->hosts[i].name == 0)
                join->hosts[i].name = join->host.name;
            if (join->hosts[i].name == join->host.name)
                break;
        }
    }
    return join->host.name;
}

/* The busiest host becomes the host of the report. */
static void
count_host(struct join *join, uint32_t name)
{
    uint32_t best = 0;

    for (size_t i = 0; i < HOSTS_MAX; i++) {
        if (join->hosts[i].name == name)
            join->hosts[i].count++;
        if (join->hosts[i].count > join->hosts[best].count)
            best = (uint32_t)i;
    }
    join->ledger->host = join->hosts[best].name;
}

uint32_t
join_instance(struct join *join, struct str instance)
{
    (void)set_last_name(join, &join->instance, instance);
    return join->instance.name;
}

enum mta
join_mta(struct str program)
{
    if (str_starts(program, STR("exim")))
        return MTA_EXIM;
    if (str_starts(program, STR("sendmail")) || str_starts(program, STR("sm-")))
        return MTA_SENDMAIL;
    if (str_eq(program, STR("smtpd")) || str_starts(program, STR("opensmtpd")))
        return MTA_OPENSMTPD;
    if (str_starts(program, STR("qmail")))
        return MTA_QMAIL;
    return MTA_POSTFIX;
}

struct live_entry *
join_entry(struct join *join, const struct event *event)
{
    uint64_t key = live_key(join_host(join, event->host), event->key);

    return live_find(join->live, key, join_instance(join, event->instance));
}

struct mail *
join_add_mail(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    uint32_t host = join_host(join, event->host), index = join->ledger->mails.count;
    struct mail *mail = vec_add(&join->ledger->mails);
    int32_t micros;

    if (!mail)
        return NULL;
    count_host(join, host);
    mail->time_us = time_us;
    mail->origin = place;
    mail->queue_id = ledger_keep_text(join->ledger, event->queue_id);
    mail->last_delivery = NO_DELIVERY;
    mail->parent = NO_MAIL;
    mail->mta = (uint8_t)join_mta(event->program);
    mail->micros = -1;
    if (mail->mta == MTA_POSTFIX && postfix_queue_id_micros(event->queue_id, &micros))
        mail->micros = micros & 0xFFFFF; /* below 2^20 */
    live_add(join->live, live_key(host, event->key), join_instance(join, event->instance), index);
    return mail;
}

struct mail *
join_mail(struct join *join, const struct event *event, int64_t time_us, struct place place,
          uint32_t *ret_index)
{
    struct live_entry *entry;
    struct mail *mail;

    if (event->queue_id.len == 0)
        return NULL;
    entry = join_entry(join, event);
    if (entry) {
        *ret_index = entry->mail;
        mail = ledger_mail(join->ledger, entry->mail);
        if (!entry->is_closed)
            return mail;
        if (event->kind != EVENT_MESSAGE_ID)
            return NULL;
        if (time_us <= mail->time_us + SECOND_US)
            return NULL;
    }
    *ret_index = join->ledger->mails.count;
    return join_add_mail(join, event, time_us, place);
}

uint32_t
join_text_hash(struct str text)
{
    return text.len ? (uint32_t)str_hash(text) | 1 : 0;
}

void
join_set_sender(struct join *join, struct mail *mail, struct str sender)
{
    mail->sender = ledger_add_address(join->ledger, sender, &mail->sender_domain);
    if (sender.len == 0)
        mail->flags |= MAIL_NULL_SENDER;
    mail->flags |= MAIL_QUEUED_SEEN;
}

void
join_set_size(struct mail *mail, int64_t size)
{
    if (size > 0)
        mail->size = size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
}

void
join_set_identity(struct join *join, struct mail *mail, enum identity_kind kind, struct str name,
                  int64_t uid)
{
    mail->identity = ledger_add_identity(join->ledger, kind, name, uid);
}

void
join_change_identity(struct join *join, struct mail *mail, enum identity_kind kind, struct str name)
{
    ledger_identity(join->ledger, mail->identity)->mails--;
    join_set_identity(join, mail, kind, name, -1);
    ledger_identity(join->ledger, mail->identity)->mails++;
}

void
join_learn_user(struct join *join, int64_t uid, struct str user)
{
    if (uid >= 0)
        ledger_set_pair(join->ledger, 'u', (uint32_t)uid, 0, table_add(join->ledger->names, user));
}
