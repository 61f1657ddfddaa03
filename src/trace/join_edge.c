#include "trace/join_parts.h"

static bool
same_mail(const struct mail *parent, const struct mail *child)
{
    return parent->message_id == 0 || child->message_id == 0 ||
           parent->message_id == child->message_id;
}

void
join_set_parent(struct join *join, uint32_t parent, uint32_t child, uint32_t flags)
{
    struct mail *mail = ledger_mail(join->ledger, child);
    uint32_t at = parent;

    if (parent == child || mail->parent != NO_MAIL)
        return;
    for (int steps = 0; at != NO_MAIL; steps++) {
        if (at == child || steps == CHAIN_STEPS_MAX)
            return;
        at = ledger_mail(join->ledger, at)->parent;
    }
    mail->parent = parent;
    mail->flags = (uint16_t)(mail->flags | flags);
    ledger_mail(join->ledger, parent)->flags |= MAIL_HAS_CHILD;
}

void
join_link_next(struct join *join, const struct event *event, uint32_t index, int64_t time_us)
{
    const struct event_delivery *delivery = &event->delivery;
    const struct mail *mail = ledger_mail(join->ledger, index);
    uint32_t flags = delivery->next == NEXT_FORWARDED_AS ? MAIL_FORWARD : MAIL_DUPLICATE;
    uint64_t key = live_key(join_host(join, event->host), str_hash(delivery->next_id));
    struct live_entry *entry = live_find(join->live, key, join_instance(join, event->instance));
    struct pending *pending;

    if (entry && entry->mail != index) {
        const struct mail *child = ledger_mail(join->ledger, entry->mail);
        bool is_near = child->time_us + SECOND_US >= mail->time_us &&
                       child->time_us <= time_us + SECOND_US &&
                       time_us - child->time_us < REINJECT_AGE_US;

        if (is_near && (flags == MAIL_FORWARD || same_mail(mail, child))) {
            join_set_parent(join, index, entry->mail, flags);
            return;
        }
    }
    pending = slots_put(join->pending, key);
    pending->slot.time_us = time_us;
    pending->parent = index;
    pending->flags = flags;
}

void
join_link_pending(struct join *join, const struct event *event, uint32_t index, int64_t time_us)
{
    uint64_t key = live_key(join_host(join, event->host), event->key);
    struct pending *pending = slots_find(join->pending, key);

    if (!pending || time_us - pending->slot.time_us > REINJECT_AGE_US || pending->parent == index)
        return;
    if (same_mail(ledger_mail(join->ledger, pending->parent), ledger_mail(join->ledger, index)))
        join_set_parent(join, pending->parent, index, pending->flags);
    pending->slot.key = 0;
}

void
join_remember_failure(struct join *join, uint32_t index, int64_t time_us)
{
    struct failure *failure = slots_put(join->failures, ledger_mail(join->ledger, index)->sender);

    failure->slot.time_us = time_us;
    failure->mail = index;
}

/*
 * OpenSMTPD hands its own bounces in as sendmail(1) does, from <> and without a word
 * about what they are about. One is believed to be such where it goes to the sender of
 * a mail that has just failed.
 */
void
join_find_bounced(struct join *join, uint32_t index, uint64_t recipient, int64_t time_us)
{
    struct mail *mail = ledger_mail(join->ledger, index);
    const struct failure *failure = slots_find(join->failures, recipient);
    const struct identity *identity = ledger_identity(join->ledger, mail->identity);

    if (!failure || failure->mail == index || time_us - failure->slot.time_us > REINJECT_AGE_US ||
        identity->kind != IDENTITY_USER)
        return;
    join_change_identity(join, mail, IDENTITY_MTA, STR_EMPTY);
    join_set_parent(join, failure->mail, index, 0);
}
