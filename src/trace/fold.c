#include "trace/fold.h"

#include <stdlib.h>

#include "base/civil.h"

#define CHAIN_STEPS_MAX 64
#define FORWARD_AGE_US (2 * DAY_S * SECOND_US)
#define FORWARDS_PER_MAIL 8 /* of one mail that came in */

uint32_t
fold_root(const struct ledger *ledger, uint32_t mail)
{
    for (int steps = 0; steps < CHAIN_STEPS_MAX; steps++) {
        const struct mail *at = ledger_mail(ledger, mail);

        if (!(at->flags & MAIL_DUPLICATE) || at->parent == NO_MAIL)
            break;
        mail = at->parent;
    }
    return mail;
}

static void
clear_fate(struct mail *mail)
{
    mail->sent = mail->bounced = mail->deferred = mail->unknown = 0;
}

/* Each mail's chain of deliveries, those of its duplicates included. */
static void
link_deliveries(struct ledger *ledger)
{
    for (uint32_t i = 0; i < ledger->mails.count; i++)
        ledger_mail(ledger, i)->last_delivery = NO_DELIVERY;
    for (uint32_t i = 0; i < ledger->deliveries.count; i++) {
        struct delivery *delivery = ledger_delivery(ledger, i);
        struct mail *mail;

        delivery->mail = fold_root(ledger, delivery->mail);
        mail = ledger_mail(ledger, delivery->mail);
        delivery->previous = mail->last_delivery & NO_DELIVERY;
        mail->last_delivery = i;
    }
}

/* A duplicate's deliveries become those of its root; what came between is forgotten. */
static void
fold_fates(struct ledger *ledger, bool *has_duplicate)
{
    bool is_any = false;

    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        struct mail *mail = ledger_mail(ledger, i);

        if ((mail->flags & MAIL_DUPLICATE) && mail->parent != NO_MAIL)
            is_any = has_duplicate[mail->parent] = true;
    }
    if (!is_any)
        return;
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        if (has_duplicate[i])
            clear_fate(ledger_mail(ledger, i));
    }
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        struct mail *mail = ledger_mail(ledger, i), *root;

        if (!(mail->flags & MAIL_DUPLICATE) || has_duplicate[i])
            continue;
        root = ledger_mail(ledger, fold_root(ledger, i));
        root->sent = (uint16_t)(root->sent + mail->sent);
        root->bounced = (uint16_t)(root->bounced + mail->bounced);
        root->deferred = (uint16_t)(root->deferred + mail->deferred);
        root->unknown = (uint16_t)(root->unknown + mail->unknown);
        root->flags |= mail->flags &
                       (MAIL_OUTGOING | MAIL_LOCAL | MAIL_SPAM_REJECTED | MAIL_ALIASED | MAIL_HELD);
        if (mail->bounced || !root->delivery.line)
            root->delivery = mail->delivery;
        if (!root->recipient) {
            root->recipient = mail->recipient;
            root->recipient_domain = mail->recipient_domain;
        }
    }
    link_deliveries(ledger);
}

struct arrival {
    uint64_t message_id;
    int64_t time_us;
    uint32_t identity; /* who handed it in, UINT32_MAX: a redirect, stated by its log */
    uint32_t used;
};

static int
by_message_id(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;

    if (x->message_id != y->message_id)
        return x->message_id < y->message_id ? -1 : 1;
    return (x->time_us > y->time_us) - (x->time_us < y->time_us);
}

static struct arrival *
find_arrival(struct arrival *arrivals, uint32_t count, uint64_t message_id)
{
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (arrivals[middle].message_id < message_id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && arrivals[low].message_id == message_id ? &arrivals[low] : NULL;
}

/* Whether the mail may be another one, sent on. */
static bool
may_be_forward(const struct ledger *ledger, const struct mail *mail)
{
    enum identity_kind kind = ledger_identity(ledger, mail->identity)->kind;

    return (kind == IDENTITY_USER || kind == IDENTITY_LOOPBACK || kind == IDENTITY_UNKNOWN) &&
           mail->message_id && !(mail->flags & (MAIL_LOCAL | MAIL_DUPLICATE));
}

/* Which Message-IDs are looked for, by some bits of their hash: most of those that came in are
 * not, and need not be put in order. */
#define WANTED_BITS (1U << 20)

static uint8_t *
mark_wanted(const struct ledger *ledger, struct arena *arena)
{
    uint8_t *wanted = arena_alloc(arena, WANTED_BITS / 8);

    for (uint32_t i = 0; wanted && i < ledger->mails.count; i++) {
        const struct mail *mail = ledger_mail(ledger, i);
        uint32_t bit = mail->message_id & (WANTED_BITS - 1);

        if (may_be_forward(ledger, mail))
            wanted[bit / 8] = (uint8_t)(wanted[bit / 8] | 1U << bit % 8);
    }
    return wanted;
}

static bool
is_wanted(const uint8_t *wanted, uint64_t message_id)
{
    uint32_t bit = message_id & (WANTED_BITS - 1);

    return message_id && ((unsigned)wanted[bit / 8] >> bit % 8 & 1);
}

/*
 * A mail that a local program hands in with the Message-ID of a mail that came
 * in before is that mail, sent on by a sieve script or a .forward. A script
 * could copy one Message-ID; it cannot make one arrival pay for a flood. What the
 * same user handed in before is no arrival: Sendmail writes each local mail twice.
 */
static bool
find_forwards(struct ledger *ledger, struct arena *arena)
{
    uint32_t room = ledger->mails.count + ledger->redirects.count + 1, count = 0;
    struct arrival *arrivals = arena_array(arena, room, sizeof(*arrivals));
    const uint8_t *wanted = mark_wanted(ledger, arena);

    if (!arrivals || !wanted)
        return false;
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        const struct mail *mail = ledger_mail(ledger, i);
        uint32_t identity;

        if (!is_wanted(wanted, mail->message_id))
            continue;
        identity = ledger_mail(ledger, fold_root(ledger, i))->identity;
        if (ledger_identity(ledger, identity)->kind == IDENTITY_CLIENT ||
            (mail->flags & MAIL_LOCAL))
            arrivals[count++] = (struct arrival){mail->message_id, mail->time_us, identity, 0};
    }
    for (uint32_t i = 0; i < ledger->redirects.count; i++) {
        const struct redirect *redirect = ledger_redirect(ledger, i);

        if (is_wanted(wanted, redirect->message_id))
            arrivals[count++] = (struct arrival){redirect->message_id,
                                                 redirect->time_us - SECOND_US, UINT32_MAX, 0};
    }
    qsort(arrivals, count, sizeof(*arrivals), by_message_id);
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        struct mail *mail = ledger_mail(ledger, i);
        struct arrival *arrival;

        if (!may_be_forward(ledger, mail))
            continue;
        arrival = find_arrival(arrivals, count, mail->message_id);
        if (arrival && arrival->time_us <= mail->time_us && arrival->identity != mail->identity &&
            mail->time_us - arrival->time_us < FORWARD_AGE_US &&
            arrival->used < FORWARDS_PER_MAIL) {
            arrival->used++;
            mail->flags |= MAIL_FORWARD;
        }
    }
    return true;
}

/* "example.org" for "web7.example.org": the host's own domain and its parent are not foreign. */
static bool
is_host_domain(const struct ledger *ledger, struct str domain)
{
    struct str host = ledger_name(ledger, ledger->host), parent = host;

    (void)str_cut(&parent, '.');
    if (domain.len == 0 || str_eq_nocase(domain, host))
        return true;
    if (str_index(parent, '.') < parent.len && str_eq_nocase(domain, parent))
        return true;
    return host.len && domain.len > host.len && str_index(host, '.') == host.len &&
           str_starts_nocase(domain, host) && domain.data[host.len] == '.';
}

static void
mark_foreign_senders(struct ledger *ledger)
{
    for (uint32_t i = 0; i < ledger->identities.count; i++) {
        const struct identity *identity = ledger_identity(ledger, i);
        struct str name = ledger_name(ledger, identity->name);

        if (identity->kind != IDENTITY_LOGIN)
            continue;
        (void)str_cut(&name, '@');
        if (name.len)
            ledger_set_local_domain(ledger, table_find(ledger->names, name));
    }
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        struct mail *mail = ledger_mail(ledger, i);

        if (mail->sender && !ledger_is_local_domain(ledger, mail->sender_domain) &&
            !is_host_domain(ledger, ledger_name(ledger, mail->sender_domain)))
            mail->flags |= MAIL_FOREIGN_SENDER;
    }
}

bool
fold_ledger(struct ledger *ledger, struct arena *arena)
{
    struct arena_mark mark = arena_mark(arena);
    bool *has_duplicate = arena_array(arena, ledger->mails.count + 1, sizeof(*has_duplicate));

    if (!has_duplicate || !find_forwards(ledger, arena))
        return false;
    fold_fates(ledger, has_duplicate);
    mark_foreign_senders(ledger);
    arena_release(arena, mark);
    return true;
}
