#include "trace/stats.h"

#include <math.h>
#include <stdlib.h>

#include "base/order.h"

double
stats_lower_bound(double hits, double all)
{
    const double z = 1.96;
    double share, centre, spread;

    if (all <= 0)
        return 0;
    share = hits / all;
    centre = share + z * z / (2 * all);
    spread = z * sqrt(share * (1 - share) / all + z * z / (4 * all * all));
    return fmax(0, (centre - spread) / (1 + z * z / all));
}

uint64_t
stats_network(struct str address)
{
    if (str_index(address, ':') < address.len) {
        size_t colons = 0, at = 0;

        while (at < address.len && colons < 4) {
            colons += address.data[at] == ':';
            at++;
        }
        return str_hash(str_first(address, at));
    }
    for (size_t i = address.len; i > 0; i--) {
        if (address.data[i - 1] == '.')
            return str_hash(str_first(address, i));
    }
    return str_hash(address);
}

struct distinct {
    uint32_t count, top_count;
    uint64_t top;
};

/* Sorts the values and counts the distinct ones, which come first then; 0 is no value. */
static struct distinct
count_distinct(uint64_t *values, uint64_t *scratch, uint32_t count)
{
    struct distinct distinct = {0, 0, 0};

    order_sort_u64(values, scratch, count);
    for (uint32_t i = 0, run; i < count; i += run) {
        for (run = 1; i + run < count && values[i + run] == values[i]; run++)
            ;
        if (values[i] == 0)
            continue;
        if (run > distinct.top_count) {
            distinct.top_count = run;
            distinct.top = values[i];
        }
        values[distinct.count++] = values[i];
    }
    return distinct;
}

static void
add_mail(struct stats *stats, const struct mail *mail)
{
    if (mail->flags & MAIL_OUTGOING) {
        stats->outgoing++;
        stats->tried += (uint32_t)mail->sent + mail->bounced + mail->deferred;
        stats->unknown += mail->unknown;
        stats->spam_rejected += (mail->flags & MAIL_SPAM_REJECTED) != 0;
    } else {
        stats->local_only++;
    }
    stats->sent += mail->sent;
    stats->bounced += mail->bounced;
    stats->deferred += mail->deferred;
    stats->foreign_senders += (mail->flags & MAIL_FOREIGN_SENDER) != 0;
    stats->null_senders += (mail->flags & MAIL_NULL_SENDER) != 0;
    stats->subjects_known += mail->subject != 0;
    stats->queued += !(mail->flags & MAIL_REMOVED) && mail->deferred > 0;
}

enum column {
    COLUMN_SENDER,
    COLUMN_SENDER_DOMAIN,
    COLUMN_RECIPIENT,
    COLUMN_CLIENT,
    COLUMN_SUBJECT,
};

static uint64_t
column_value(const struct mail *mail, enum column column)
{
    switch (column) {
    case COLUMN_SENDER:
        return mail->sender;
    case COLUMN_SENDER_DOMAIN:
        return mail->sender_domain;
    case COLUMN_RECIPIENT:
        return mail->recipient;
    case COLUMN_CLIENT:
        return mail->client;
    case COLUMN_SUBJECT:
        return mail->subject;
    }
    return 0;
}

static struct distinct
distinct_of(const struct ledger *ledger, const uint32_t *mails, uint32_t count, enum column column,
            uint64_t *values)
{
    for (uint32_t i = 0; i < count; i++)
        values[i] = column_value(ledger_mail(ledger, mails[i]), column);
    return count_distinct(values, values + count, count);
}

/* The networks of the clients, which are names. */
static uint32_t
count_networks(const struct ledger *ledger, uint64_t *clients, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        clients[i] = stats_network(ledger_name(ledger, (uint32_t)clients[i]));
    return count_distinct(clients, clients + count, count).count;
}

bool
stats_of(const struct ledger *ledger, const uint32_t *mails, uint32_t count, struct arena *arena,
         struct stats *ret_stats)
{
    struct stats stats = {.mails = count};
    struct arena_mark mark = arena_mark(arena);
    uint64_t *values = arena_array(arena, (size_t)count + 1, 2 * sizeof(*values));
    struct distinct distinct;

    if (!values)
        return false;
    for (uint32_t i = 0; i < count; i++)
        add_mail(&stats, ledger_mail(ledger, mails[i]));
    stats.senders = distinct_of(ledger, mails, count, COLUMN_SENDER, values).count;
    stats.sender_domains = distinct_of(ledger, mails, count, COLUMN_SENDER_DOMAIN, values).count;
    distinct = distinct_of(ledger, mails, count, COLUMN_RECIPIENT, values);
    stats.first_recipients = distinct.count;
    stats.top_recipient = distinct.top;
    stats.top_recipient_mails = distinct.top_count;
    distinct = distinct_of(ledger, mails, count, COLUMN_CLIENT, values);
    stats.clients = distinct.count;
    stats.top_client_mails = distinct.top_count;
    stats.networks = count_networks(ledger, values, distinct.count);
    stats.top_subject_mails = distinct_of(ledger, mails, count, COLUMN_SUBJECT, values).top_count;
    stats.unknown_low = stats_lower_bound(stats.unknown, stats.tried);
    stats.spam_low = stats_lower_bound(stats.spam_rejected, stats.outgoing);
    arena_release(arena, mark);
    *ret_stats = stats;
    return true;
}
