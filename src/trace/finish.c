/* finish - the questions at the end: from a filled ledger to a result. */

#include <stdlib.h>

#include "base/civil.h"
#include "trace/evidence.h"
#include "trace/fold.h"
#include "trace/sample.h"
#include "trace/state.h"
#include "trace/stated.h"
#include "trace/webindex.h"
#include "trace/webmail.h"

#define SENDERS_MAX 40
#define NOTES_MAX 16
#define FIRST_STEPS_MAX 64
#define BOUNCE_AGE_US (3600 * SECOND_US) /* most bounces come within the hour */

static int64_t
user_uid(const struct trace *trace, struct str name)
{
    for (uint32_t i = 0; name.len && i < trace->options.user_count; i++) {
        if (str_eq(trace->options.users[i].name, name))
            return trace->options.users[i].uid;
    }
    return -1;
}

/* What is known of the sites beforehand: under which user each runs. */
static void
bind_sites(struct trace *trace)
{
    struct ledger *ledger = trace->ledger;

    for (uint32_t i = 0; i < trace->options.site_count; i++) {
        const struct trace_site *given = &trace->options.sites[i];
        uint32_t name = table_find(ledger->names, given->vhost);
        uint32_t index = name ? ledger_pair(ledger, 's', name, 0) : 0;
        struct site *site;

        if (index == 0)
            continue;
        site = ledger_site(ledger, index - 1);
        if (given->user.len && site->user == 0) {
            site->user = table_add(ledger->names, given->user);
            site->uid = user_uid(trace, given->user);
        }
        if (given->docroot.len && site->docroot == 0)
            site->docroot = table_add(ledger->names, given->docroot);
    }
}

static bool
analyse(struct trace *trace, const uint32_t *complaints, uint32_t complaint_count)
{
    struct group_options options = {trace->options.relay_clients,
                                    trace->options.relay_client_count};
    uint32_t matched;

    join_finish(trace->join);
    bind_sites(trace);
    trace->inquiry = (struct inquiry){
        .ledger = trace->ledger,
        .web = &trace->web,
        .groups = &trace->groups,
        .from_us = trace->mail_from_us,
        .until_us = trace->mail_until_us,
        .complaints = complaints,
        .complaint_count = complaint_count,
        .arena = trace->arena,
        .scratch = trace->scratch,
    };
    return mailbox_index_logins(&trace->inquiry) && fold_ledger(trace->ledger, trace->arena) &&
           stated_match(trace->ledger, trace->arena, &matched) &&
           webindex_build(trace->ledger, trace->arena, &trace->web) &&
           webmail_bind(trace->ledger, &trace->web, trace->scratch) &&
           groups_build(trace->ledger, &trace->web, options, trace->arena, &trace->groups) &&
           detect_run(&trace->inquiry, &trace->findings);
}

static bool
is_trusted(const struct trace *trace, const struct incident *incident)
{
    for (uint32_t i = 0; i < trace->options.trusted_sender_count; i++) {
        struct str trusted = trace->options.trusted_senders[i];

        if (trusted.len && (str_eq_nocase(trusted, incident->culprit) ||
                            str_eq_nocase(trusted, incident->origin.user) ||
                            str_eq_nocase(trusted, incident->origin.mailbox)))
            return true;
    }
    return false;
}

static bool
holds(const struct suspect *suspect, uint32_t mail)
{
    for (uint32_t i = 0; i < suspect->count; i++) {
        if (suspect->mails[i] == mail)
            return true;
    }
    return false;
}

static bool
holds_any(const struct suspect *suspect, const struct trace_sample *samples, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (samples[i].is_found && !samples[i].is_beside && holds(suspect, samples[i].mail))
            return true;
    }
    return false;
}

/* Whether some sample names an origin: else an answer about it alone would hide the others. */
static bool
leads_anywhere(struct trace *trace, const struct trace_sample *samples, uint32_t count)
{
    struct incident ignored;

    for (uint32_t i = 0; i < trace->findings.incident_count; i++) {
        if (holds_any(trace->findings.incidents[i], samples, count))
            return true;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!samples[i].is_found && !samples[i].is_beside &&
            sample_compose(&samples[i], &trace->options, trace->arena, &ignored))
            return true;
    }
    return false;
}

static int
by_confidence(const void *a, const void *b)
{
    const struct incident *x = a, *y = b;
    double weight_x = x->confidence * (x->messages + x->connections);
    double weight_y = y->confidence * (y->messages + y->connections);

    if (weight_x > weight_y)
        return -1;
    return weight_x < weight_y ? 1 : str_compare(x->id, y->id);
}

/* What the logs cover in which a firewall speaks. */
static void
firewall_span(const struct trace *trace, int64_t *ret_from_us, int64_t *ret_until_us)
{
    const struct ledger *ledger = trace->ledger;

    *ret_from_us = *ret_until_us = 0;
    for (uint32_t i = 0; i < ledger->connects.count; i++) {
        const struct input *input = &trace->inputs[ledger_connect(ledger, i)->place.input];

        if (*ret_from_us == 0 || input->first_us < *ret_from_us)
            *ret_from_us = input->first_us;
        if (input->last_us > *ret_until_us)
            *ret_until_us = input->last_us;
    }
}

/* Tells each sample which incident it is part of. */
static void
name_incident(const struct suspect *suspect, struct str id, struct trace_sample *samples,
              uint32_t sample_count)
{
    for (uint32_t i = 0; i < sample_count; i++) {
        if (samples[i].is_found && holds(suspect, samples[i].mail))
            samples[i].incident = id;
    }
}

/* A sample that is in no log still tells of its origin; each origin once. */
static void
compose_samples(struct trace *trace, struct trace_sample *samples, uint32_t sample_count,
                struct result *result, uint32_t room)
{
    for (uint32_t i = 0; i < sample_count && result->incident_count < room; i++) {
        struct incident *incident = &result->incidents[result->incident_count];
        bool is_new = true;

        if (samples[i].is_found || samples[i].is_beside ||
            !sample_compose(&samples[i], &trace->options, trace->arena, incident))
            continue;
        samples[i].incident = incident->id;
        for (uint32_t k = 0; k < result->incident_count && is_new; k++) {
            struct incident *other = &result->incidents[k];

            if (!str_eq(other->id, incident->id))
                continue;
            is_new = false;
            other->messages++;
            if (incident->first_us < other->first_us)
                other->first_us = incident->first_us;
            if (incident->last_us > other->last_us)
                other->last_us = incident->last_us;
        }
        result->incident_count += is_new;
    }
}

/*
 * Bounces that come in once a program has spoken to other servers by itself are those of
 * its mails, as of others none went out: they prove that incident, and are none of their own.
 */
static bool
belongs_to_direct(struct trace *trace, const struct suspect *suspect)
{
    const struct mail *mail = ledger_mail(trace->ledger, suspect->mails[0]);

    if (suspect->route != ROUTE_BACKSCATTER)
        return false;
    for (uint32_t i = 0; i < trace->direct.count; i++) {
        struct incident *incident = &trace->direct.incidents[i];

        if (mail->time_us < incident->first_us || mail->time_us > incident->last_us + BOUNCE_AGE_US)
            continue;
        incident->bounced += suspect->count;
        evidence_add(incident->evidence, &incident->evidence_count, EVIDENCE_MAX, mail->origin,
                     STR("bounces come back of mail that never left by the mail server"));
        return true;
    }
    return false;
}

static bool
compose_incidents(struct trace *trace, const struct compose *compose, struct trace_sample *samples,
                  uint32_t sample_count, struct result *result)
{
    const struct findings *findings = &trace->findings;
    const struct direct *direct = &trace->direct;
    bool is_narrowed = leads_anywhere(trace, samples, sample_count);
    uint32_t room = findings->incident_count + direct->count + sample_count + 1;

    result->incidents = arena_array(trace->arena, room, sizeof(*result->incidents));
    if (!result->incidents)
        return false;
    for (uint32_t i = 0; i < findings->incident_count; i++) {
        struct incident *incident = &result->incidents[result->incident_count];

        if (is_narrowed ? !holds_any(findings->incidents[i], samples, sample_count)
                        : belongs_to_direct(trace, findings->incidents[i]))
            continue;
        if (!compose_incident(compose, findings->incidents[i], incident))
            return false;
        if (is_trusted(trace, incident))
            continue;
        name_incident(findings->incidents[i], incident->id, samples, sample_count);
        result->incident_count++;
    }
    for (uint32_t i = 0; i < direct->count && !is_narrowed; i++) {
        if (!is_trusted(trace, &direct->incidents[i]))
            result->incidents[result->incident_count++] = direct->incidents[i];
    }
    compose_samples(trace, samples, sample_count, result, room - 1);
    qsort(result->incidents, result->incident_count, sizeof(*result->incidents), by_confidence);
    return true;
}

static bool
compose_senders(struct trace *trace, const struct compose *compose, struct result *result)
{
    const struct findings *findings = &trace->findings;
    uint32_t count = findings->count < SENDERS_MAX ? findings->count : SENDERS_MAX, kept = 0;
    struct sender *senders = arena_array(trace->arena, count + 1, sizeof(*senders));

    if (!senders)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        senders[kept] = compose_sender(compose, &findings->suspects[i]);
        kept += senders[kept].name.len > 0;
    }
    result->senders = senders;
    result->sender_count = kept;
    return true;
}

static bool
copy_inputs(struct trace *trace, struct result *result)
{
    result->inputs = arena_array(trace->arena, trace->input_count + 1, sizeof(*result->inputs));
    if (!result->inputs)
        return false;
    result->input_count = trace->input_count;
    for (uint32_t i = 0; i < trace->input_count; i++) {
        const struct input *input = &trace->inputs[i];
        struct program_count *unknown =
            arena_array(trace->arena, input->unknown_count + 1, sizeof(*unknown));

        if (!unknown)
            return false;
        for (uint32_t u = 0; u < input->unknown_count; u++)
            unknown[u] = (struct program_count){
                ledger_name(trace->ledger, input->unknown[u].program), input->unknown[u].lines};
        result->inputs[i] = (struct result_input){
            .path = input->path,
            .kind = input->kind,
            .lines = input->lines,
            .bytes = input->bytes,
            .first_s = input->first_us / SECOND_US,
            .last_s = input->last_us / SECOND_US,
            .unread = input->unread,
            .cut = input->cut,
            .problem = input->problem,
            .unknown = unknown,
            .unknown_count = input->unknown_count,
        };
    }
    return true;
}

/* A client asked about a recipient, and left: of a message nothing was logged. */
static bool
is_empty(const struct ledger *ledger, const struct mail *mail)
{
    enum identity_kind kind = ledger_identity(ledger, mail->identity)->kind;

    if (kind != IDENTITY_CLIENT && kind != IDENTITY_LOGIN && kind != IDENTITY_LOOPBACK)
        return false;
    return !(mail->flags & MAIL_QUEUED_SEEN) && mail->message_id == 0 && mail->size == 0 &&
           mail->recipient == 0;
}

/* The mail that came in first, of which `mail` is another id: re-injected or forwarded. */
static uint32_t
first_id(const struct ledger *ledger, uint32_t mail)
{
    for (int steps = 0; steps < FIRST_STEPS_MAX; steps++) {
        const struct mail *at = ledger_mail(ledger, mail);

        if (!(at->flags & (MAIL_DUPLICATE | MAIL_FORWARD)) || at->parent == NO_MAIL)
            break;
        mail = at->parent;
    }
    return mail;
}

static bool
count_messages(const struct trace *trace, struct result *result)
{
    const struct ledger *ledger = trace->ledger;
    bool *went_out = arena_array(trace->arena, ledger->mails.count + 1, sizeof(*went_out));

    if (!went_out)
        return false;
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        if (ledger_mail(ledger, i)->flags & MAIL_OUTGOING)
            went_out[first_id(ledger, i)] = true;
    }
    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        const struct mail *mail = ledger_mail(ledger, i);

        if (first_id(ledger, i) != i || is_empty(ledger, mail))
            continue;
        result->messages_total++;
        result->messages_outgoing += went_out[i];
        result->messages_attributed +=
            mail->identity != 0 || (mail->flags & MAIL_FORWARD) != 0 || mail->parent != NO_MAIL;
    }
    return true;
}

struct notes {
    struct str list[NOTES_MAX];
    uint32_t count;
};

static void
note(struct notes *notes, struct str text)
{
    if (notes->count < NOTES_MAX)
        notes->list[notes->count++] = text;
}

/* Whether one of the messages comes from the same group, though from outside the incident. */
static bool
is_kin(const struct trace *trace, const struct suspect *suspect, const struct trace_sample *samples,
       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (samples[i].is_found && trace->groups.of_mail[samples[i].mail] == suspect->group_index)
            return true;
    }
    return false;
}

/* Messages that were given narrow the answer: what else these logs show must not go unsaid. */
static void
note_others(struct trace *trace, const struct trace_sample *samples, uint32_t sample_count,
            struct notes *notes)
{
    const struct findings *findings = &trace->findings;
    uint32_t others = trace->direct.count;

    if (!leads_anywhere(trace, samples, sample_count))
        return; /* then nothing is left out */
    for (uint32_t i = 0; i < findings->incident_count; i++)
        others += !holds_any(findings->incidents[i], samples, sample_count) &&
                  !is_kin(trace, findings->incidents[i], samples, sample_count);
    if (others)
        note(notes, arena_printf(trace->arena,
                                 "These logs show %u other source%s of spam, which the message%s "
                                 "given did not come from: run weir trace on the logs alone.",
                                 others, others == 1 ? "" : "s", sample_count == 1 ? "" : "s"));
}

/* No mail in the window is no proof that there was none. */
static void
note_window(struct trace *trace, struct notes *notes)
{
    char from[32], until[32];

    if (trace->ledger->mails.count || trace->outside_until_us == 0)
        return;
    civil_write_utc(trace->outside_from_us / SECOND_US, from);
    civil_write_utc(trace->outside_until_us / SECOND_US, until);
    note(notes, arena_printf(trace->arena,
                             "No mail lies in the time asked for; what these logs hold beside it "
                             "is from %s to %s.",
                             from, until));
}

static void
write_notes(struct trace *trace, const struct trace_sample *samples, uint32_t sample_count,
            struct notes *notes)
{
    const struct ledger *ledger = trace->ledger;
    uint64_t lost = ledger_lost(ledger), unknown_origin = 0, smtp_origin = 0;

    for (uint32_t i = 0; i < ledger->mails.count; i++) {
        const struct mail *mail = ledger_mail(ledger, i);

        if (mail->identity == 0 && mail->parent == NO_MAIL && (mail->flags & MAIL_OUTGOING) &&
            !(mail->flags & (MAIL_FORWARD | MAIL_DUPLICATE))) {
            unknown_origin += mail->mta != MTA_QMAIL;
            smtp_origin += mail->mta == MTA_QMAIL;
        }
    }
    note_window(trace, notes);
    if (ledger->gap_lines)
        note(notes, arena_printf(trace->arena,
                                 "The logs themselves say that at least %llu lines were lost: the "
                                 "counts here are too low.",
                                 (unsigned long long)ledger->gap_lines));
    if (lost)
        note(notes, arena_printf(trace->arena,
                                 "%llu facts did not fit into memory and were not looked at; use "
                                 "--since to narrow the time.",
                                 (unsigned long long)lost));
    if (unknown_origin)
        note(notes,
             arena_printf(trace->arena,
                          "Of %llu outgoing message%s the origin line is not in these logs; "
                          "give the older, rotated log as well.",
                          (unsigned long long)unknown_origin, unknown_origin == 1 ? "" : "s"));
    note_others(trace, samples, sample_count, notes);
    if (smtp_origin)
        note(notes, arena_printf(trace->arena,
                                 "Of %llu outgoing message%s qmail's log does not say who handed "
                                 "them in: they came over SMTP, or began in an older log.",
                                 (unsigned long long)smtp_origin, smtp_origin == 1 ? "" : "s"));
    for (uint32_t i = 0; i < sample_count; i++) {
        if (!samples[i].is_found && !samples[i].is_beside && trace->ledger->mails.count)
            note(notes, arena_printf(trace->arena,
                                     "The message " STR_FMT " is not in these logs: neither a "
                                     "queue id nor its Message-ID occurs, and no mail went to its "
                                     "recipient at that time.",
                                     STR_ARG(samples[i].path)));
    }
}

/* Whether spam may have left past the mail server, unseen: nothing else was found that sends. */
static bool
may_be_unseen(const struct trace *trace, const struct result *result)
{
    for (uint32_t i = 0; i < result->incident_count; i++) {
        if (result->incidents[i].route != ROUTE_BACKSCATTER)
            return false;
    }
    return trace->ledger->connects.count == trace->direct.nameless;
}

static void
note_unseen(struct trace *trace, const struct result *result, struct notes *notes)
{
    if (!may_be_unseen(trace, result))
        return;
    if (trace->direct.nameless)
        note(notes,
             arena_printf(trace->arena,
                          "The firewall logged %u connection%s to port 25 of other servers, and "
                          "not whose: let the rule say so (iptables -j LOG --log-uid, nft: log "
                          "flags skuid).",
                          trace->direct.nameless, trace->direct.nameless == 1 ? "" : "s"));
    else
        note(notes, STR("A program that speaks SMTP straight to other servers, past this host's "
                        "mail server, is in no log: only a firewall that logs port 25 shows it."));
}

static bool
keep_notes(struct trace *trace, const struct trace_sample *samples, uint32_t sample_count,
           struct result *result)
{
    struct notes notes = {.count = 0};
    struct str *list;

    write_notes(trace, samples, sample_count, &notes);
    note_unseen(trace, result, &notes);
    list = arena_array(trace->arena, notes.count + 1, sizeof(*list));
    if (!list)
        return false;
    memcpy(list, notes.list, notes.count * sizeof(*list));
    result->notes = list;
    result->note_count = notes.count;
    return true;
}

static uint32_t
find_samples(struct trace *trace, struct trace_sample *samples, uint32_t count, uint32_t *mails)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t mail = sample_find(trace->ledger, &samples[i], &samples[i].match);

        if (mail == NO_MAIL)
            continue;
        samples[i].is_found = true;
        samples[i].found_id =
            ledger_text(trace->ledger, ledger_mail(trace->ledger, mail)->queue_id);
        samples[i].mail = fold_root(trace->ledger, mail);
        if (!samples[i].is_beside)
            mails[found++] = samples[i].mail;
    }
    return found;
}

bool
trace_finish(struct trace *trace, struct trace_sample *samples, uint32_t sample_count,
             struct arena *arena, struct result *ret_result, struct err *err)
{
    struct result result = {.first_s = trace->mail_from_us / SECOND_US,
                            .last_s = trace->mail_until_us / SECOND_US};
    uint32_t *complaints = arena_array(arena, sample_count + 1, sizeof(*complaints));
    uint32_t complaint_count =
        complaints ? find_samples(trace, samples, sample_count, complaints) : 0;
    struct compose *compose = &trace->compose;
    int64_t from_us, until_us;

    *compose = (struct compose){
        .inquiry = &trace->inquiry, .options = &trace->options, .findings = &trace->findings};
    if (!complaints || !analyse(trace, complaints, complaint_count))
        return err_set(err, ERR_LIMIT,
                       "the logs need more than %zu MiB to analyse; use --since to narrow the time",
                       TRACE_BYTES_MAX >> 20);
    compose->host = trace->options.host.len ? trace->options.host
                                            : ledger_name(trace->ledger, trace->ledger->host);
    result.host = compose->host;
    firewall_span(trace, &from_us, &until_us);
    if (!direct_find(compose, from_us, until_us, &trace->direct) ||
        !count_messages(trace, &result) ||
        !compose_incidents(trace, compose, samples, sample_count, &result) ||
        !compose_senders(trace, compose, &result) || !copy_inputs(trace, &result) ||
        !keep_notes(trace, samples, sample_count, &result))
        return err_set(err, ERR_LIMIT, "the report needs more than %zu MiB; use --since",
                       TRACE_BYTES_MAX >> 20);
    trace->is_finished = true;
    *ret_result = result;
    return true;
}
