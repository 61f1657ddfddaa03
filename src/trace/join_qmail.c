#include "trace/join_parts.h"

static struct numbers *
numbers_of(struct join *join)
{
    if (!join->numbers)
        join->numbers = numbers_new();
    return join->numbers;
}

void
join_expect_queued(struct join *join, const struct event *event, uint32_t index, struct str process,
                   uint32_t flags, int64_t time_us)
{
    uint32_t host = join_host(join, event->host);
    struct number *number = numbers_find(numbers_of(join), NUMBER_QUEUED, host, process);

    if (number && time_us - number->slot.time_us < REINJECT_AGE_US && number->mail != index &&
        number->slot.time_us + SECOND_US >= ledger_mail(join->ledger, index)->time_us) {
        join_set_parent(join, index, number->mail, flags);
        return;
    }
    number = numbers_put(join->numbers, NUMBER_EXPECTED, host, process);
    number->mail = index;
    number->flags = flags;
    number->slot.time_us = time_us;
}

void
join_link_queued(struct join *join, const struct event *event, uint32_t index, int64_t time_us)
{
    uint32_t host = join_host(join, event->host);
    struct number *number = numbers_find(numbers_of(join), NUMBER_EXPECTED, host, event->session);
    struct mail *mail = ledger_mail(join->ledger, index);

    if (number && time_us - number->slot.time_us < REINJECT_AGE_US) {
        join_set_parent(join, number->mail, index, number->flags);
        if (number->flags == 0)
            mail->identity = ledger_add_identity(join->ledger, IDENTITY_MTA, STR_EMPTY, -1);
        number->slot.key = 0;
    }
    number = numbers_put(join->numbers, NUMBER_QUEUED, host, event->session);
    number->mail = index;
    number->slot.time_us = time_us;
}

/* qmail begins an attempt, and says how it ended in a line with no more than its number. */
void
join_started(struct join *join, uint32_t index, const struct event *event, int64_t time_us)
{
    struct number *number =
        numbers_put(numbers_of(join), NUMBER_ATTEMPT, join_host(join, event->host), event->session);

    number->mail = index;
    number->slot.time_us = time_us;
    number->recipient =
        ledger_add_address(join->ledger, event->delivery.recipient, &number->domain);
    number->is_local = event->delivery.is_local;
}

void
join_ended(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    struct number *number = numbers_find(numbers_of(join), NUMBER_ATTEMPT,
                                         join_host(join, event->host), event->session);
    struct event whole = *event;

    if (!number)
        return;
    number->slot.key = 0;
    whole.delivery.is_local = number->is_local;
    join_take_delivery(join, number->mail, &whole,
                       (struct target){number->recipient, number->domain}, time_us, place);
}
