#include "auth/dmarc_destination.h"

const char *
dmarc_destination_status(enum dmarc_destination destination)
{
    static const char *const names[] = {"own",     "agreed",  "refused",
                                        "unknown", "foreign", "pending"};

    return names[destination];
}

struct str
dmarc_destination_name(struct str policy_domain, struct str destination, struct arena *arena)
{
    const struct str parts[] = {policy_domain, STR("._report._dmarc."), destination};

    return arena_join(arena, parts, 3);
}

/* The first mailbox that the agreement names, if it is of the same host as the one asked for. */
static struct str
read_override(struct str text, const struct dmarc_uri *uri, struct arena *arena)
{
    struct dmarc_record *record = ARENA_NEW(arena, struct dmarc_record);

    if (!record || !dmarc_record_read(text, arena, record))
        return STR_EMPTY;
    for (uint32_t i = 0; i < record->rua_count; i++) {
        if (record->rua[i].mailbox.len && str_eq(record->rua[i].domain, uri->domain))
            return record->rua[i].mailbox;
    }
    return STR_EMPTY;
}

static enum dmarc_destination
ask(const struct resolver *resolver, struct str policy_domain, const struct dmarc_uri *uri,
    struct arena *arena, struct str *ret_override)
{
    struct str name = dmarc_destination_name(policy_domain, uri->domain, arena);
    struct dns_answer answer = resolver_ask(resolver, name, DNS_TXT, arena);

    switch (answer.status) {
    case DNS_PENDING:
        return DMARC_DESTINATION_PENDING;
    case DNS_FAILED:
    case DNS_TIMED_OUT:
    case DNS_BOGUS:
        return DMARC_DESTINATION_UNKNOWN;
    case DNS_FOUND:
    case DNS_NO_DATA:
    case DNS_NO_NAME:
        break;
    }
    for (uint32_t i = 0; i < answer.count; i++) {
        if (dmarc_record_is(answer.records[i].data)) {
            *ret_override = read_override(answer.records[i].data, uri, arena);
            return DMARC_DESTINATION_AGREED;
        }
    }
    return DMARC_DESTINATION_REFUSED;
}

enum dmarc_destination
dmarc_destination_check(const struct resolver *resolver, struct str policy_domain,
                        struct str organizational, const struct dmarc_uri *uri, struct arena *arena,
                        struct str *ret_override)
{
    struct str override = STR_EMPTY;
    enum dmarc_destination status = DMARC_DESTINATION_FOREIGN;
    struct dmarc_walk walk;

    if (uri->mailbox.len == 0)
        goto out;
    status = DMARC_DESTINATION_OWN;
    if (str_eq(uri->domain, policy_domain))
        goto out;
    /* Only what lies below the organisation can be of it. */
    if (dmarc_is_within(uri->domain, organizational)) {
        dmarc_tree_walk(resolver, uri->domain, arena, &walk);
        if (walk.status == DMARC_WALK_PENDING)
            status = DMARC_DESTINATION_PENDING;
        if (walk.status == DMARC_WALK_PENDING || str_eq(walk.organizational, organizational))
            goto out;
    }
    status = ask(resolver, policy_domain, uri, arena, &override);
out:
    if (ret_override)
        *ret_override = override;
    return status;
}
