/* lookup - questions about one mail or one sender, after trace_finish. */

#include "base/civil.h"
#include "trace/fold.h"
#include "trace/state.h"

#define SENTENCES_MAX 64
#define MAILS_EXPLAINED_MAX 8 /* a short queue id names several mails over time */

struct sentences {
    struct arena *arena;
    struct str *list;
    uint32_t count;
};

static void
say(struct sentences *sentences, struct str text)
{
    if (sentences->count < SENTENCES_MAX)
        sentences->list[sentences->count++] = text;
}

static struct str
moment(struct arena *arena, int64_t time_us)
{
    char text[32];

    civil_write_utc(time_us / SECOND_US, text);
    return arena_str(arena, str_from_cstr(text));
}

static struct str
origin_words(const struct trace *trace, const struct mail *mail, struct arena *arena)
{
    const struct ledger *ledger = trace->ledger;
    const struct identity *identity = ledger_identity(ledger, mail->identity);
    struct str name = ledger_name(ledger, identity->name);
    struct str user = compose_user(&trace->compose, mail->identity);
    struct str client = ledger_name(ledger, mail->client);

    switch (identity->kind) {
    case IDENTITY_LOGIN:
        return arena_printf(arena, "handed in by the mailbox " STR_FMT " from " STR_FMT,
                            STR_ARG(name), STR_ARG(client.len ? client : STR("this host")));
    case IDENTITY_USER:
        if (identity->uid >= 0)
            return arena_printf(arena, "handed in on this host by uid %lld%s" STR_FMT,
                                (long long)identity->uid, user.len ? ", " : "", STR_ARG(user));
        return arena_printf(arena, "handed in on this host by user " STR_FMT, STR_ARG(user));
    case IDENTITY_CLIENT:
        return arena_printf(arena, "handed in by " STR_FMT ", which did not log in",
                            STR_ARG(client));
    case IDENTITY_LOOPBACK:
        return STR("handed in by a program on this host that speaks SMTP");
    case IDENTITY_MTA:
        return STR("written by the mail server itself");
    case IDENTITY_UNKNOWN:
        break;
    }
    return STR("with no line that says where it came from: that line is not in these logs");
}

static void
say_arrival(const struct trace *trace, const struct mail *mail, struct sentences *sentences)
{
    struct arena *arena = sentences->arena;

    say(sentences,
        arena_printf(arena, "Message " STR_FMT " entered the queue at " STR_FMT ", " STR_FMT ".",
                     STR_ARG(ledger_text(trace->ledger, mail->queue_id)),
                     STR_ARG(moment(arena, mail->time_us)),
                     STR_ARG(origin_words(trace, mail, arena))));
}

static void
say_kinship(const struct trace *trace, const struct mail *mail, uint32_t index,
            struct sentences *sentences)
{
    const struct ledger *ledger = trace->ledger;
    struct arena *arena = sentences->arena;

    if (mail->parent != NO_MAIL) {
        struct str parent = ledger_text(ledger, ledger_mail(ledger, mail->parent)->queue_id);
        const char *what = mail->flags & MAIL_DUPLICATE     ? "the same mail as"
                           : mail->flags & MAIL_FORWARD     ? "a forward of"
                           : mail->flags & MAIL_NULL_SENDER ? "a notice about"
                                                            : "a descendant of";

        say(sentences, arena_printf(arena, "It is %s " STR_FMT ".", what, STR_ARG(parent)));
    }
    for (uint32_t i = 0; (mail->flags & MAIL_HAS_CHILD) && i < ledger->mails.count; i++) {
        const struct mail *child = ledger_mail(ledger, i);

        if (child->parent == index)
            say(sentences,
                arena_printf(arena, "Out of it came " STR_FMT "%s.",
                             STR_ARG(ledger_text(ledger, child->queue_id)),
                             child->flags & MAIL_DUPLICATE ? ", the same mail under another id"
                                                           : ""));
    }
}

/* "Of its 3 recipients 2 were delivered to and 1 was refused for good; it went to other servers."
 */
static void
say_outcomes(const struct mail *mail, struct sentences *sentences)
{
    const struct {
        uint32_t count;
        const char *one, *many;
    } outcomes[] = {
        {mail->sent, "was delivered to", "were delivered to"},
        {mail->bounced, "was refused for good", "were refused for good"},
        {mail->deferred, "is put off", "are put off"},
    };
    uint32_t total = (uint32_t)mail->sent + mail->bounced + mail->deferred;
    struct str list = STR_EMPTY;

    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
        if (outcomes[i].count == 0)
            continue;
        if (outcomes[i].count == total)
            list = arena_printf(sentences->arena, "%s %s",
                                total == 1 ? "Its one recipient" : "All its recipients",
                                total == 1 ? outcomes[i].one : outcomes[i].many);
        else
            list = arena_printf(sentences->arena, STR_FMT "%s %u %s", STR_ARG(list),
                                list.len ? "," : "Of its recipients", outcomes[i].count,
                                outcomes[i].count == 1 ? outcomes[i].one : outcomes[i].many);
    }
    say(sentences, arena_printf(sentences->arena, STR_FMT "; it %s.", STR_ARG(list),
                                mail->flags & MAIL_OUTGOING ? "went to other servers"
                                                            : "stayed on this host"));
}

static void
say_deliveries(const struct mail *mail, struct sentences *sentences)
{
    if (mail->flags & MAIL_NULL_SENDER)
        say(sentences, STR("Its envelope sender is the null sender <>: a notice or a bounce."));
    if (mail->sent + mail->bounced + mail->deferred == 0)
        say(sentences, STR("No delivery of it is in these logs."));
    else
        say_outcomes(mail, sentences);
    if (mail->flags & MAIL_SPAM_REJECTED)
        say(sentences, STR("Another server called it spam."));
    if (mail->flags & MAIL_HELD)
        say(sentences, STR("It was put on hold."));
    if (mail_is_queued(mail))
        say(sentences, STR("It has not left the queue as far as these logs go."));
}

static struct str
endpoint_name(const struct trace *trace, uint32_t endpoint, struct arena *arena)
{
    const struct ledger *ledger = trace->ledger;
    const struct endpoint *at = ledger_endpoint(ledger, endpoint);

    return arena_printf(arena, STR_FMT STR_FMT,
                        STR_ARG(ledger_name(ledger, ledger_site(ledger, at->site)->name)),
                        STR_ARG(ledger_name(ledger, at->path)));
}

static void
say_attribution(const struct trace *trace, const struct mail *mail, uint32_t index,
                struct sentences *sentences)
{
    const struct infer_answer *answer = &trace->groups.answers[index];
    struct arena *arena = sentences->arena;
    struct str script = ledger_name(trace->ledger, mail->script);

    if (mail->flags & MAIL_FORWARD)
        say(sentences, STR("It is a forward of mail that came in, and accuses nobody."));
    if (mail->flags & MAIL_STATED)
        say(sentences, arena_printf(arena, "This host itself states that " STR_FMT " made it.",
                                    STR_ARG(script)));
    if (answer->endpoint != INFER_NONE)
        say(sentences, arena_printf(arena, "Requests for " STR_FMT " explain it best (%.0f %%).",
                                    STR_ARG(endpoint_name(trace, answer->endpoint, arena)),
                                    (double)answer->probability * 100));
    if (answer->other != INFER_NONE && answer->other_probability >= 0.05F)
        say(sentences, arena_printf(arena, "It could also be one for " STR_FMT " (%.0f %%).",
                                    STR_ARG(endpoint_name(trace, answer->other, arena)),
                                    (double)answer->other_probability * 100));
}

static bool
is_suspects(const struct suspect *suspect, uint32_t mail)
{
    for (uint32_t i = 0; i < suspect->count; i++) {
        if (suspect->mails[i] == mail)
            return true;
    }
    return false;
}

static void
say_verdict(const struct trace *trace, uint32_t root, struct sentences *sentences)
{
    const struct findings *findings = &trace->findings;
    struct arena *arena = sentences->arena;
    uint32_t group = trace->groups.of_mail[root];

    for (uint32_t i = 0; i < findings->incident_count; i++) {
        const struct suspect *suspect = findings->incidents[i];

        if (is_suspects(suspect, root)) {
            say(sentences,
                arena_printf(arena, "It is one of the %u messages of an incident: %s, " STR_FMT ".",
                             suspect->count, route_title(suspect->route),
                             STR_ARG(compose_name(&trace->compose, suspect))));
            return;
        }
    }
    for (uint32_t i = 0; i < findings->count; i++) {
        if (findings->suspects[i].group_index == group) {
            struct sender sender = compose_sender(&trace->compose, &findings->suspects[i]);

            say(sentences,
                arena_printf(arena,
                             "It is one of %u messages of " STR_FMT " and part of no "
                             "incident: " STR_FMT ".",
                             sender.messages, STR_ARG(sender.name), STR_ARG(sender.reason)));
            return;
        }
    }
    say(sentences, STR("It is part of no incident."));
}

uint32_t
trace_explain(const struct trace *trace, struct str queue_id, struct arena *arena,
              const struct str **ret_sentences)
{
    const struct ledger *ledger = trace->ledger;
    struct sentences sentences = {.arena = arena,
                                  .list = arena_array(arena, SENTENCES_MAX, sizeof(struct str))};
    uint32_t explained = 0;

    for (uint32_t i = 0; sentences.list && i < ledger->mails.count; i++) {
        const struct mail *mail = ledger_mail(ledger, i);

        if (!str_eq(ledger_text(ledger, mail->queue_id), queue_id) ||
            explained++ >= MAILS_EXPLAINED_MAX)
            continue;
        say_arrival(trace, mail, &sentences);
        say_kinship(trace, mail, i, &sentences);
        say_deliveries(mail, &sentences);
        say_attribution(trace, ledger_mail(ledger, fold_root(ledger, i)), fold_root(ledger, i),
                        &sentences);
        say_verdict(trace, fold_root(ledger, i), &sentences);
    }
    *ret_sentences = sentences.list;
    return sentences.count;
}

/* --- the messages of a sender --- */

/* False: the suspect is not called so. */
static bool
take_mails(const struct trace *trace, const struct suspect *suspect, struct str name,
           uint8_t *is_theirs)
{
    if (!compose_is_called(&trace->compose, suspect, name))
        return false;
    for (uint32_t i = 0; i < suspect->count; i++)
        is_theirs[suspect->mails[i]] = 1;
    return true;
}

/* Of a sender who is part of an incident, only the incident's messages: the others are honest. */
uint32_t
trace_sender_ids(const struct trace *trace, struct str sender, bool only_queued,
                 struct arena *arena, const struct str **ret_ids)
{
    const struct ledger *ledger = trace->ledger;
    uint8_t *is_theirs = arena_array(arena, ledger->mails.count + 1, 1);
    struct str *ids = arena_array(arena, ledger->mails.count + 1, sizeof(*ids));
    bool is_found = false;
    uint32_t count = 0;

    *ret_ids = ids;
    if (!is_theirs || !ids)
        return 0;
    for (uint32_t i = 0; i < trace->findings.incident_count; i++)
        is_found |= take_mails(trace, trace->findings.incidents[i], sender, is_theirs);
    for (uint32_t i = 0; !is_found && i < trace->findings.count; i++)
        (void)take_mails(trace, &trace->findings.suspects[i], sender, is_theirs);
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        const struct mail *mail = ledger_mail(ledger, i);

        if (is_theirs[fold_root(ledger, i)] && !(only_queued && !mail_is_queued(mail)))
            ids[count++] = ledger_text(ledger, mail->queue_id);
    }
    return count;
}
