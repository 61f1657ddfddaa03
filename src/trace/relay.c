#include "trace/suspect.h"

/*
 * Strangers that relay through this host, or partners that hand in their own
 * mail? A partner sends under domains that this host serves, to people who
 * exist; it is left alone. Everybody else relays.
 */

#define CLIENTS_MAX 20000U

struct relayer {
    uint32_t client, mails, foreign, tried, unknown, spam;
};

static struct relayer *
find_relayer(struct relayer *relayers, uint32_t *count, uint32_t client, struct ledger *ledger)
{
    uint32_t index = ledger_pair(ledger, 'r', client, 0);

    if (index)
        return &relayers[index - 1];
    if (*count == CLIENTS_MAX)
        return NULL;
    relayers[*count] = (struct relayer){.client = client};
    ++*count;
    ledger_set_pair(ledger, 'r', client, 0, *count);
    return &relayers[*count - 1];
}

static bool
is_partner(const struct relayer *relayer)
{
    return relayer->foreign * 10 <= relayer->mails && relayer->spam == 0 &&
           stats_lower_bound(relayer->unknown, relayer->tried) < 0.05;
}

bool
relay_narrow(const struct inquiry *inquiry, struct suspect *suspect)
{
    struct ledger *ledger = inquiry->ledger;
    uint32_t mails = suspect->group->count, room = mails < CLIENTS_MAX ? mails : CLIENTS_MAX;
    struct relayer *relayers = arena_array(inquiry->arena, room + 1, sizeof(*relayers));
    uint32_t count = 0, kept = 0;

    suspect->clients = arena_array(inquiry->arena, room + 1, sizeof(uint32_t));
    if (!relayers || !suspect->clients)
        return false;
    for (uint32_t i = 0; i < suspect->group->count; i++) {
        const struct mail *mail = ledger_mail(ledger, suspect->group->mails[i]);
        struct relayer *relayer = find_relayer(relayers, &count, mail->client, ledger);

        if (!relayer)
            continue;
        relayer->mails++;
        relayer->foreign += (mail->flags & MAIL_FOREIGN_SENDER) != 0;
        relayer->tried += (uint32_t)mail->sent + mail->bounced + mail->deferred;
        relayer->unknown += mail->unknown;
        relayer->spam += (mail->flags & MAIL_SPAM_REJECTED) != 0;
    }
    for (uint32_t i = 0; i < suspect->group->count; i++) {
        uint32_t index = suspect->group->mails[i];
        struct relayer *relayer =
            find_relayer(relayers, &count, ledger_mail(ledger, index)->client, ledger);

        if (!relayer || !is_partner(relayer))
            suspect->mails[kept++] = index;
    }
    suspect->count = kept;
    for (uint32_t i = 0; i < count; i++) {
        if (!is_partner(&relayers[i]))
            suspect->clients[suspect->client_count++] = relayers[i].client;
    }
    return true;
}
