#include "trace/compose_parts.h"

#include <stdlib.h>

struct ranked {
    uint32_t client, mails;
};

static int
by_mails(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->mails != y->mails)
        return x->mails > y->mails ? -1 : 1;
    return (x->client > y->client) - (x->client < y->client);
}

static int
by_client(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    return (x->client > y->client) - (x->client < y->client);
}

/* The clients of the suspect's mails, busiest first. */
static uint32_t
rank_mail_clients(const struct compose *compose, const struct suspect *suspect,
                  struct ranked *ranked)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < suspect->count; i++) {
        uint32_t client = ledger_mail(compose->inquiry->ledger, suspect->mails[i])->client;

        if (client)
            ranked[count++] = (struct ranked){client, 1};
    }
    qsort(ranked, count, sizeof(*ranked), by_client);
    if (count) {
        uint32_t kept = 0;

        for (uint32_t i = 1; i < count; i++) {
            if (ranked[i].client == ranked[kept].client)
                ranked[kept].mails++;
            else
                ranked[++kept] = ranked[i];
        }
        count = kept + 1;
    }
    qsort(ranked, count, sizeof(*ranked), by_mails);
    return count;
}

static uint32_t
rank_web_clients(const struct suspect *suspect, struct ranked *ranked)
{
    for (uint32_t i = 0; i < suspect->traffic.client_count; i++)
        ranked[i] = (struct ranked){suspect->traffic.clients[i].client,
                                    suspect->traffic.clients[i].mailing};
    return suspect->traffic.client_count;
}

static bool
set_clients(const struct compose *compose, const struct suspect *suspect, struct origin *origin)
{
    struct arena *arena = compose->inquiry->arena;
    uint32_t room = suspect->count + suspect->traffic.client_count + 1, count;
    struct ranked *ranked = arena_array(arena, room, sizeof(*ranked));
    struct str *clients;

    if (!ranked)
        return false;
    count = suspect->has_traffic ? rank_web_clients(suspect, ranked)
                                 : rank_mail_clients(compose, suspect, ranked);
    origin->client_total = count;
    origin->client_count = count < TRACE_CLIENTS_MAX ? count : TRACE_CLIENTS_MAX;
    clients = arena_array(arena, origin->client_count + 1, sizeof(*clients));
    if (!clients)
        return false;
    for (uint32_t i = 0; i < origin->client_count; i++)
        clients[i] = ledger_name(compose->inquiry->ledger, ranked[i].client);
    origin->clients = clients;
    return true;
}

bool
compose_origin(const struct compose *compose, const struct suspect *suspect,
               struct incident *incident)
{
    struct origin *origin = &incident->origin;
    enum group_kind kind = suspect->group->kind;

    *origin = (struct origin){.uid = -1};
    if (kind == GROUP_MAILBOX)
        origin->mailbox = compose_mailbox(compose, suspect);
    if (kind == GROUP_SCRIPT || kind == GROUP_ENDPOINT || kind == GROUP_PROCESS) {
        origin->user = compose_user(compose, suspect->group->identity);
        origin->uid = compose_uid(compose, suspect->group->identity);
        if (compose_knows_folder(compose, suspect))
            origin->process = ledger_name(compose->inquiry->ledger, suspect->script);
        else
            origin->script = compose_script(compose, suspect);
    }
    if (suspect->endpoint != INFER_NONE) {
        origin->url = compose_path(compose, suspect->endpoint);
        origin->vhost = compose_vhost(compose, suspect->endpoint);
    }
    if (kind == GROUP_RELAY)
        origin->server = compose->host;
    if (incident->route == ROUTE_NOTICE_FLOOD)
        origin->recipient = ledger_address(compose->inquiry->ledger, suspect->stats.top_recipient);
    if (kind == GROUP_BACKSCATTER)
        origin->recipient = ledger_address(compose->inquiry->ledger, suspect->group->address);
    if (kind == GROUP_MAILBOX || kind == GROUP_BACKSCATTER) {
        struct str address = kind == GROUP_MAILBOX ? origin->mailbox : origin->recipient;

        (void)str_cut(&address, '@');
        incident->domain = address;
    }
    return set_clients(compose, suspect, origin);
}
