#include "trace/evidence.h"

#include "base/civil.h"
#include "record/event.h"
#include "trace/entry.h"

#define LAG_S 30

void
evidence_add(struct evidence *list, uint32_t *count, uint32_t most, struct place place,
             struct str says)
{
    struct line_ref ref = place_ref(place);

    if (*count == most || place.line == 0)
        return;
    for (uint32_t i = 0; i < *count; i++) {
        if (list[i].ref.input == ref.input && list[i].ref.offset == ref.offset)
            return;
    }
    list[(*count)++] = (struct evidence){.ref = ref, .says = says};
}

/* The mail to show: one in the middle that failed, if any did, and that PHP states, if it does. */
static const struct mail *
typical_mail(const struct compose *compose, const struct suspect *suspect, uint32_t *ret_index)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    uint32_t best = suspect->mails[suspect->count / 2];
    int best_score = -1;

    for (uint32_t i = 0; i < suspect->count; i++) {
        uint32_t at = suspect->mails[(suspect->count / 2 + i) % suspect->count];
        const struct mail *mail = ledger_mail(ledger, at);
        bool is_spam = (mail->flags & MAIL_SPAM_REJECTED) != 0; /* those are quoted apart */
        int score = (mail->flags & MAIL_STATED ? 8 : 0) + (mail->bounced && !is_spam ? 4 : 0) +
                    (is_spam ? 2 : 0) + (mail->flags & MAIL_OUTGOING ? 1 : 0);

        if (score > best_score) {
            best_score = score;
            best = at;
        }
    }
    *ret_index = best;
    return ledger_mail(ledger, best);
}

static const struct call *
call_of(const struct ledger *ledger, uint32_t mail)
{
    for (uint32_t i = 0; i < ledger->calls.count; i++) {
        if (ledger_call(ledger, i)->mail == mail)
            return ledger_call(ledger, i);
    }
    return NULL;
}

/* The last request of the suspect's endpoint before the mail. */
static const struct request *
request_of(const struct inquiry *inquiry, const struct suspect *suspect, const struct mail *mail)
{
    int64_t time_s = mail->time_us / SECOND_US;
    uint32_t at;

    if (suspect->endpoint == INFER_NONE)
        return NULL;
    at = webindex_lower(inquiry->web, suspect->endpoint, time_s + 1);
    while (at > inquiry->web->first[suspect->endpoint]) {
        const struct request *request;

        at--;
        request = ledger_request(inquiry->ledger, inquiry->web->index[at]);
        if (request->time_s < time_s - LAG_S)
            break;
        if (!suspect->traffic.is_post || request->method == METHOD_POST)
            return request;
    }
    return NULL;
}

static void
show_mail(const struct compose *compose, const struct suspect *suspect, struct incident *incident,
          const struct mail *mail)
{
    static const char *const origin_says[] = {
        [IDENTITY_UNKNOWN] = "the message enters the queue",
        [IDENTITY_LOGIN] = "the mailbox logs in and sends",
        [IDENTITY_USER] = "the message enters the queue under this user",
        [IDENTITY_CLIENT] = "a stranger hands it in",
        [IDENTITY_LOOPBACK] = "a program on this host hands it in by SMTP",
        [IDENTITY_MTA] = "a notice",
    };
    enum identity_kind kind = ledger_identity(compose->inquiry->ledger, mail->identity)->kind;

    evidence_add(incident->evidence, &incident->evidence_count, EVIDENCE_MAX, mail->origin,
                 suspect->group->kind == GROUP_BACKSCATTER
                     ? STR("a bounce comes in from another server")
                     : str_from_cstr(origin_says[kind]));
    evidence_add(incident->evidence, &incident->evidence_count, EVIDENCE_MAX, mail->delivery,
                 mail->flags & MAIL_SPAM_REJECTED ? STR("another server calls it spam")
                 : mail->bounced                  ? STR("it bounces")
                 : mail->flags & MAIL_OUTGOING    ? STR("it goes out")
                                                  : STR("it is delivered on this host"));
}

static void
show_spam_reply(const struct compose *compose, const struct suspect *suspect,
                struct incident *incident)
{
    for (uint32_t i = 0; i < suspect->count; i++) {
        const struct mail *mail = ledger_mail(compose->inquiry->ledger, suspect->mails[i]);

        if ((mail->flags & MAIL_SPAM_REJECTED) && mail->delivery.line) {
            evidence_add(incident->evidence, &incident->evidence_count, EVIDENCE_MAX,
                         mail->delivery, STR("another server calls it spam"));
            return;
        }
    }
}

bool
evidence_collect(const struct compose *compose, const struct suspect *suspect,
                 struct incident *incident)
{
    struct arena *arena = compose->inquiry->arena;
    const struct call *call;
    const struct request *request;
    const struct mail *mail;
    uint32_t index;

    incident->evidence = arena_array(arena, EVIDENCE_MAX, sizeof(struct evidence));
    incident->entry = arena_array(arena, ENTRY_MAX, sizeof(struct evidence));
    if (!incident->evidence || !incident->entry)
        return false;
    mail = typical_mail(compose, suspect, &index);
    call = call_of(compose->inquiry->ledger, index);
    request = request_of(compose->inquiry, suspect, mail);
    if (call)
        evidence_add(incident->evidence, &incident->evidence_count, EVIDENCE_MAX, call->place,
                     STR("PHP states the script"));
    if (request)
        evidence_add(incident->evidence, &incident->evidence_count, EVIDENCE_MAX, request->place,
                     STR("the request that made the message"));
    show_mail(compose, suspect, incident, mail);
    show_spam_reply(compose, suspect, incident);
    entry_collect(compose, suspect, incident);
    return true;
}
