#include "trace/join_parts.h"

#include "trace/known.h"

/* What the last attempt for this recipient came to; NO_DELIVERY for a new recipient. */
static uint32_t
find_delivery(const struct ledger *ledger, const struct mail *mail, uint64_t recipient)
{
    uint32_t at = mail->last_delivery;

    for (int steps = 0; at != NO_DELIVERY && steps < CHAIN_STEPS_MAX; steps++) {
        const struct delivery *delivery = ledger_delivery(ledger, at);

        if (delivery->recipient == recipient)
            return at;
        at = delivery->previous;
    }
    return NO_DELIVERY;
}

static void
count_status(struct mail *mail, unsigned status, int step)
{
    if (status == DELIVERY_SENT)
        mail->sent = (uint16_t)(mail->sent + step);
    else if (status == DELIVERY_DEFERRED)
        mail->deferred = (uint16_t)(mail->deferred + step);
    else if (status == DELIVERY_BOUNCED)
        mail->bounced = (uint16_t)(mail->bounced + step);
}

/* Files the attempt, over the last one for the same recipient. */
static void
file_delivery(struct ledger *ledger, struct mail *mail, uint32_t index, uint64_t recipient,
              unsigned status)
{
    uint32_t at = find_delivery(ledger, mail, recipient);
    struct delivery *delivery;

    if (at != NO_DELIVERY) {
        delivery = ledger_delivery(ledger, at);
        count_status(mail, delivery->status, -1);
        count_status(mail, status, 1);
        delivery->status = status & 3;
        return;
    }
    at = ledger->deliveries.count;
    delivery = vec_add(&ledger->deliveries);
    if (delivery) {
        *delivery =
            (struct delivery){recipient, index, mail->last_delivery & 0x3FFFFFFF, status & 3};
        mail->last_delivery = at;
    }
    count_status(mail, status, 1);
}

static void
read_reply(struct mail *mail, const struct event_delivery *delivery)
{
    if (delivery->status == DELIVERY_SENT || delivery->status == DELIVERY_OTHER)
        return;
    if (delivery->status == DELIVERY_BOUNCED &&
        known_unknown_recipient(delivery->dsn, delivery->reply) && mail->unknown < UINT16_MAX)
        mail->unknown++;
    else if (known_spam_reply(delivery->reply))
        mail->flags |= MAIL_SPAM_REJECTED;
}

static void
set_direction(struct join *join, struct mail *mail, const struct event_delivery *delivery,
              uint32_t domain)
{
    if (delivery->is_local) {
        mail->flags |= MAIL_LOCAL;
        if (delivery->status == DELIVERY_SENT && !delivery->original_recipient.len)
            ledger_set_local_domain(join->ledger, domain);
    } else if (known_loopback(delivery->relay_address)) {
        mail->flags |= MAIL_LOOPBACK_RELAY;
    } else if (delivery->relay_address.len ||
               (domain && !ledger_is_local_domain(join->ledger, domain))) {
        mail->flags |= MAIL_OUTGOING;
        if (delivery->original_recipient.len)
            mail->flags |= MAIL_ALIASED;
    }
}

void
join_take_delivery(struct join *join, uint32_t index, const struct event *event,
                   struct target target, int64_t time_us, struct place place)
{
    const struct event_delivery *delivery = &event->delivery;
    struct mail *mail = ledger_mail(join->ledger, index);
    bool is_failure = delivery->status == DELIVERY_BOUNCED;
    bool is_spam = (mail->flags & MAIL_SPAM_REJECTED) != 0;

    if (delivery->status == DELIVERY_OTHER)
        return;
    if (mail->recipient == 0) {
        mail->recipient = target.recipient;
        mail->recipient_domain = target.domain;
    }
    if (mail->delivery.line == 0 || (is_failure && mail->bounced == 0 && !is_spam))
        mail->delivery = place;
    if (mail->mta == MTA_OPENSMTPD && mail->sender && delivery->status != DELIVERY_SENT)
        join_remember_failure(join, index, time_us);
    file_delivery(join->ledger, mail, index, target.recipient, (unsigned)delivery->status);
    read_reply(mail, delivery);
    if (!is_spam && (mail->flags & MAIL_SPAM_REJECTED))
        mail->delivery = place;
    set_direction(join, mail, delivery, target.domain);
    if (mail->identity == 0 && delivery->controller_uid >= 0) {
        join_set_identity(join, mail, IDENTITY_USER, STR_EMPTY, delivery->controller_uid);
        join_learn_user(join, delivery->controller_uid, delivery->controller);
    }
    if (delivery->next_id.len && mail->mta == MTA_QMAIL)
        join_expect_queued(join, event, index, delivery->next_id, MAIL_FORWARD, time_us);
    else if (delivery->next_id.len)
        join_link_next(join, event, index, time_us);
}

void
join_delivery(struct join *join, uint32_t index, const struct event *event, int64_t time_us,
              struct place place)
{
    struct target target;

    target.recipient = ledger_add_address(join->ledger, event->delivery.recipient, &target.domain);
    join_take_delivery(join, index, event, target, time_us, place);
}
