#include "trace/compose_parts.h"

static const char *
sender_kind(enum group_kind kind)
{
    switch (kind) {
    case GROUP_MAILBOX:
        return "mailbox";
    case GROUP_SCRIPT:
        return "script";
    case GROUP_ENDPOINT:
        return "url";
    case GROUP_PROCESS:
        return "user";
    case GROUP_RELAY:
        return "client";
    case GROUP_BACKSCATTER:
        return "notice";
    case GROUP_FORWARD:
        return "forward";
    case GROUP_NONE:
        break;
    }
    return "user";
}

static struct str
why_innocent(const struct compose *compose, const struct suspect *suspect)
{
    const struct stats *stats = &suspect->stats;
    struct arena *arena = compose->inquiry->arena;
    double share = stats->tried ? 100.0 * stats->unknown / stats->tried : 0;

    if (suspect->group->kind == GROUP_FORWARD)
        return STR("sends on mail that came in");
    if (suspect->group->kind == GROUP_BACKSCATTER)
        return STR("bounces that came in");
    if (suspect->group->kind == GROUP_PROCESS && stats->senders == 1 && stats->outgoing)
        return arena_printf(arena, "one sender, %.1f %% unknown recipients: a list or newsletter",
                            share);
    if (suspect->has_traffic && stats->tried == 0)
        return STR("its mails stay on this host");
    if (stats->unknown == 0 && stats->spam_rejected == 0)
        return STR("its recipients exist, and nobody refused it as spam");
    return arena_printf(arena, "%.1f %% unknown recipients, %u refused as spam", share,
                        stats->spam_rejected);
}

/* Over all its mails: the suspect's own figures are those of its outbreak. */
static void
count_outcomes(const struct ledger *ledger, const struct group *group, struct sender *sender)
{
    for (uint32_t i = 0; i < group->count; i++) {
        const struct mail *mail = ledger_mail(ledger, group->mails[i]);

        sender->recipients += (uint32_t)mail->sent + mail->bounced + mail->deferred;
        sender->bounced += mail->bounced;
    }
}

struct sender
compose_sender(const struct compose *compose, const struct suspect *suspect)
{
    struct sender sender = {
        .name = compose_name(compose, suspect),
        .kind = sender_kind(suspect->group->kind),
        .messages = suspect->group->count,
    };

    count_outcomes(compose->inquiry->ledger, suspect->group, &sender);
    if (suspect->group->kind == GROUP_PROCESS && suspect->stats.senders == 1) {
        struct str address =
            ledger_address(compose->inquiry->ledger,
                           ledger_mail(compose->inquiry->ledger, suspect->mails[0])->sender);

        if (address.len && str_index(address, '@') < address.len)
            sender.name = address;
    }
    if (suspect_is_incident(suspect) || suspect->is_merged) {
        sender.verdict = VERDICT_INCIDENT;
        sender.reason = arena_printf(compose->inquiry->arena, "%s", route_title(suspect->route));
    } else if (suspect->signals.count > 0 && suspect->signals.log_odds > -2.0) {
        sender.verdict = VERDICT_REMARK;
        sender.reason = suspect->signals.list[suspect->signals.count - 1].text;
    } else {
        sender.verdict = suspect->signals.count ? VERDICT_BUSY : VERDICT_ORDINARY;
        sender.reason = why_innocent(compose, suspect);
    }
    return sender;
}
