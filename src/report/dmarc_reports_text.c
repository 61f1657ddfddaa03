#include "report/dmarc_reports.h"
#include "report/dmarc_reports_words.h"

#define SENDERS_SHOWN 8U   /* of one verdict */
#define STRANGERS_SHOWN 3U /* nothing is to be done about them */
#define COMPLAINTS_SHOWN 10U
#define PROBLEMS_SHOWN 5U
#define DETAILS_SHOWN 6U
#define NUMBERS 9 /* columns for a count */

struct view {
    const struct feedback_result *result;
    struct paper *paper;
    struct arena *arena; /* for remedies, of one sender at a time */
    struct buf words;
    bool is_verbose;
};

bool
dmarc_reports_is_finding(const struct feedback_result *result)
{
    bool is_finding = result->complaint_shown > 0;

    for (uint32_t i = 0; i < result->domain_count; i++) {
        enum move_answer answer = result->domains[i].move.answer;

        is_finding |= answer == MOVE_NOT_YET || answer == MOVE_ASK || answer == MOVE_DONE_LOSES;
    }
    for (uint32_t i = 0; i < result->tls_domain_count; i++)
        is_finding |= result->tls[i].failures > 0;
    return is_finding;
}

/* The words collected so far, wrapped at `indent`; then they are forgotten. */
static void
flush(struct view *view, size_t indent, enum ink ink)
{
    if (view->words.len)
        paper_wrap(view->paper, indent, ink, buf_str(&view->words));
    buf_reset(&view->words);
}

static void
blank(struct view *view)
{
    buf_add_char(view->paper->buf, '\n');
}

static void
write_head(struct view *view)
{
    const struct feedback_result *result = view->result;
    struct buf *buf = &view->words;

    figure_counted(buf, result->file_count, "file", "files");
    buf_add_cstr(buf, ", ");
    figure_bytes(buf, result->byte_count);
    buf_add_cstr(buf, ": ");
    figure_counted(buf, result->aggregate_count, "DMARC report", "DMARC reports");
    buf_add_cstr(buf, " with ");
    figure_counted(buf, result->row_count, "row", "rows");
    buf_add_cstr(buf, ", ");
    figure_counted(buf, result->tls_count, "TLS report", "TLS reports");
    buf_add_cstr(buf, ", ");
    figure_counted(buf, result->complaint_count, "complaint", "complaints");
    if (result->known_count) {
        buf_add_cstr(buf, "; ");
        figure_count(buf, result->known_count);
        buf_add_cstr(buf, result->known_count == 1 ? " was known already" : " were known already");
    }
    if (result->passed_over) {
        buf_add_cstr(buf, "; ");
        figure_count(buf, result->passed_over);
        buf_add_cstr(buf, " without a report passed over");
    }
    flush(view, 0, INK_DIM);
}

/* --- senders --- */

/* "    1,234  192.0.2.10 and 2 more" */
static void
write_sender_line(struct view *view, const struct dmarc_sender *sender)
{
    struct buf number;

    buf_init(&number, 64);
    figure_count(&number, sender->messages);
    paper_blanks(view->paper, number.len < NUMBERS ? 2 + NUMBERS - number.len : 2);
    buf_add(view->paper->buf, buf_str(&number));
    buf_done(&number);
    dmarc_words_sender(&view->words, sender);
    paper_line(view->paper, 2, INK_BOLD, buf_str(&view->words));
    buf_reset(&view->words);
}

static void
write_sender(struct view *view, const struct sender_domain *domain,
             const struct dmarc_sender *sender)
{
    write_sender_line(view, sender);
    dmarc_words_facts(&view->words, sender);
    flush(view, NUMBERS + 6, INK_PLAIN);
    arena_reset(view->arena);
    buf_add(&view->words, move_fix(domain, sender, view->arena));
    if (view->words.len) {
        struct str fix = arena_str(view->arena, buf_str(&view->words));

        buf_reset(&view->words);
        buf_printf(&view->words, "→ " STR_FMT, STR_ARG(fix));
        flush(view, NUMBERS + 6, INK_PLAIN);
    }
}

static uint32_t
shown_of(const struct view *view, enum sender_verdict verdict)
{
    if (view->is_verbose)
        return UINT32_MAX;
    return verdict == SENDER_STRANGER ? STRANGERS_SHOWN : SENDERS_SHOWN;
}

static void
write_verdict(struct view *view, const struct sender_domain *domain, enum sender_verdict verdict)
{
    uint32_t count = 0, left = 0, most = shown_of(view, verdict);
    uint64_t left_messages = 0;

    if (domain->by_verdict[verdict] == 0)
        return;
    blank(view);
    buf_add_cstr(&view->words, dmarc_words_heading(verdict));
    buf_add_cstr(&view->words, " · ");
    figure_counted(&view->words, domain->by_verdict[verdict], "message", "messages");
    flush(view, 2, verdict == SENDER_PARTLY ? INK_ALARM : INK_BOLD);
    if (dmarc_words_meaning(verdict)[0]) {
        buf_add_cstr(&view->words, dmarc_words_meaning(verdict));
        flush(view, 2, INK_DIM);
    }
    for (uint32_t i = 0; i < domain->sender_count; i++) {
        if (domain->senders[i].verdict != verdict)
            continue;
        if (count++ < most) {
            write_sender(view, domain, &domain->senders[i]);
        } else {
            left++;
            left_messages += domain->senders[i].messages;
        }
    }
    if (left == 0)
        return;
    figure_counted(&view->words, left, "sender more with ", "senders more with ");
    figure_counted(&view->words, left_messages, "message", "messages");
    buf_add_cstr(&view->words, ": --verbose lists all");
    flush(view, NUMBERS + 4, INK_DIM);
}

static enum ink
ink_of(enum move_answer answer)
{
    switch (answer) {
    case MOVE_DONE:
    case MOVE_YES:
        return INK_CALM;
    case MOVE_NOT_YET:
    case MOVE_DONE_LOSES:
        return INK_ALARM;
    case MOVE_ASK:
    case MOVE_TOO_LITTLE:
        break;
    }
    return INK_BOLD;
}

static void
write_domain(struct view *view, const struct feedback_domain *domain)
{
    const struct sender_domain *sums = &domain->sums;
    struct buf *buf = &view->words;

    blank(view);
    buf_add_cstr(buf, "● ");
    buf_add(buf, sums->name.len ? sums->name : STR("(reports that name no domain)"));
    buf_add_cstr(buf, " · ");
    dmarc_words_policy(buf, &domain->policy);
    flush(view, 0, INK_BOLD);
    figure_counted(buf, sums->messages, "message", "messages");
    buf_add_cstr(buf, " in ");
    figure_counted(buf, domain->report_count, "report", "reports");
    buf_add_cstr(buf, " of ");
    figure_counted(buf, domain->reporter_count, "receiver", "receivers");
    dmarc_words_period(buf, ", ", sums->first_s, sums->last_s);
    flush(view, 2, INK_PLAIN);
    dmarc_words_share(buf, sums->passed, sums->messages);
    buf_add_cstr(buf, " pass (aligned DKIM ");
    dmarc_words_share(buf, sums->dkim_passed, sums->messages);
    buf_add_cstr(buf, ", aligned SPF ");
    dmarc_words_share(buf, sums->spf_passed, sums->messages);
    buf_add_cstr(buf, "); ");
    figure_count(buf, sums->quarantined);
    buf_add_cstr(buf, " went to junk, ");
    figure_count(buf, sums->rejected);
    buf_add_cstr(buf, sums->rejected == 1 ? " was rejected" : " were rejected");
    flush(view, 2, INK_PLAIN);
    blank(view);
    paper_line(view->paper, 2, INK_BOLD, STR("May it move to p=reject?"));
    dmarc_words_move(buf, domain);
    flush(view, 2, ink_of(domain->move.answer));
    if (domain->move.record.len) {
        buf_printf(buf, "_dmarc." STR_FMT ". TXT \"" STR_FMT "\"", STR_ARG(sums->name),
                   STR_ARG(domain->move.record));
        flush(view, 4, INK_PLAIN);
        dmarc_words_after(buf, domain);
        flush(view, 2, INK_PLAIN);
    }
    /* What is to be done comes first. */
    write_verdict(view, sums, SENDER_PARTLY);
    write_verdict(view, sums, SENDER_UNALIGNED);
    write_verdict(view, sums, SENDER_RIGHT);
    write_verdict(view, sums, SENDER_FORWARDER);
    write_verdict(view, sums, SENDER_STRANGER);
}

/* --- TLS --- */

static void
write_tls_failure(struct view *view, const struct feedback_tls_failure *failure)
{
    struct buf *buf = &view->words;

    figure_counted(buf, failure->count, "session", "sessions");
    buf_printf(buf, ": " STR_FMT, STR_ARG(failure->type));
    if (failure->host.len)
        buf_printf(buf, " at " STR_FMT, STR_ARG(failure->host));
    if (failure->reason.len)
        buf_printf(buf, " (" STR_FMT ")", STR_ARG(failure->reason));
    buf_printf(buf, ", seen by " STR_FMT, STR_ARG(failure->reporter));
    if (failure->reporter_count > 1)
        buf_printf(buf, " and %llu more", (unsigned long long)failure->reporter_count - 1);
    flush(view, 4, INK_PLAIN);
    if (feedback_tls_remedy(failure->type).len) {
        buf_printf(buf, "→ " STR_FMT, STR_ARG(feedback_tls_remedy(failure->type)));
        flush(view, 6, INK_PLAIN);
    }
}

static void
write_tls(struct view *view, const struct feedback_tls *tls)
{
    struct buf *buf = &view->words;
    uint32_t most = view->is_verbose ? UINT32_MAX : DETAILS_SHOWN;

    blank(view);
    buf_add_cstr(buf, "● TLS to ");
    buf_add(buf, tls->domain.len ? tls->domain : STR("a domain that the report does not name"));
    flush(view, 0, INK_BOLD);
    figure_counted(buf, tls->successes + tls->failures, "session", "sessions");
    buf_add_cstr(buf, " in ");
    figure_counted(buf, tls->report_count, "report", "reports");
    dmarc_words_period(buf, ", ", tls->first_s, tls->last_s);
    buf_printf(buf, "; policy " STR_FMT "; ", STR_ARG(tls->policies));
    if (tls->failures) {
        figure_count(buf, tls->failures);
        buf_add_cstr(buf, " failed");
    } else {
        buf_add_cstr(buf, "none failed");
    }
    flush(view, 2, tls->failures ? INK_ALARM : INK_CALM);
    for (uint32_t i = 0; i < tls->detail_count && i < most; i++)
        write_tls_failure(view, &tls->details[i]);
    if (tls->detail_count > most) {
        buf_printf(buf, "%u kinds of failure more: --verbose lists all", tls->detail_count - most);
        flush(view, 4, INK_DIM);
    }
}

/* --- complaints and the rest --- */

static void
write_complaint(struct view *view, const struct feedback_complaint *complaint)
{
    struct buf *buf = &view->words;

    dmarc_words_complaint(buf, &complaint->about);
    flush(view, 2, INK_PLAIN);
    if (complaint->about.subject.len) {
        buf_printf(buf, "Subject: " STR_FMT, STR_ARG(complaint->about.subject));
        flush(view, 4, INK_DIM);
    }
    if (complaint->about.unsubscribe.len) {
        buf_printf(buf, "It is a list: take the address off. " STR_FMT,
                   STR_ARG(complaint->about.unsubscribe));
        flush(view, 4, INK_DIM);
    }
    if (complaint->trace.len) {
        buf_add(buf, complaint->trace);
        flush(view, 4, complaint->is_traced ? INK_ALARM : INK_PLAIN);
        return;
    }
    dmarc_words_command(buf, &complaint->about);
    if (buf->len) {
        struct str command = arena_str(view->arena, buf_str(buf));

        buf_reset(buf);
        buf_printf(buf, "→ " STR_FMT, STR_ARG(command));
        flush(view, 4, INK_PLAIN);
    }
}

static void
write_complaints(struct view *view)
{
    const struct feedback_result *result = view->result;
    uint32_t most = view->is_verbose ? UINT32_MAX : COMPLAINTS_SHOWN, shown = 0;

    if (result->complaint_shown == 0)
        return;
    blank(view);
    buf_add_cstr(&view->words, "● ");
    figure_counted(&view->words, result->complaints_stored, "complaint or failure report",
                   "complaints and failure reports");
    flush(view, 0, INK_BOLD);
    for (enum dmarc_group group = DMARC_BY_SOURCE; group <= DMARC_BY_LIST; group++) {
        struct str groups;

        dmarc_words_groups(&view->words, result, group);
        arena_reset(view->arena);
        groups = arena_str(view->arena, buf_str(&view->words));
        buf_reset(&view->words);
        if (groups.len)
            buf_printf(&view->words, "%s" STR_FMT, dmarc_words_group(group), STR_ARG(groups));
        flush(view, 2, INK_PLAIN);
    }
    for (; shown < result->complaint_shown && shown < most; shown++) {
        arena_reset(view->arena);
        write_complaint(view, &result->complaints[shown]);
    }
    if (result->complaints_stored > shown) {
        figure_count(&view->words, result->complaints_stored - shown);
        buf_add_cstr(&view->words, " more");
        buf_add_cstr(&view->words, view->is_verbose ? "" : ": --verbose lists them");
        flush(view, 2, INK_DIM);
    }
}

static void
write_deviations(struct view *view)
{
    const struct feedback_result *result = view->result;
    struct buf *buf = &view->words;

    if (result->deviation_count == 0)
        return;
    blank(view);
    buf_add_cstr(buf, "Read all the same, though reports should not be like that: ");
    for (uint32_t i = 0; i < result->deviation_count; i++) {
        buf_printf(buf, "%s%s (", i ? ", " : "", result->deviations[i].words);
        figure_counted(buf, result->deviations[i].count, "report", "reports");
        buf_add_char(buf, ')');
    }
    buf_add_char(buf, '.');
    flush(view, 0, INK_DIM);
}

static void
write_problems(struct view *view)
{
    const struct feedback_result *result = view->result;
    uint64_t most = view->is_verbose ? FEEDBACK_PROBLEMS_MAX : PROBLEMS_SHOWN, shown = 0;

    if (result->problem_count == 0)
        return;
    blank(view);
    buf_add_cstr(&view->words, "Could not be read: ");
    figure_counted(&view->words, result->problem_count, "input", "inputs");
    flush(view, 0, INK_ALARM);
    for (; shown < result->problem_count && shown < most; shown++) {
        buf_add(&view->words, result->problems[shown]);
        flush(view, 2, INK_PLAIN);
    }
    if (result->problem_count > shown) {
        figure_count(&view->words, result->problem_count - shown);
        buf_add_cstr(&view->words, " more");
        flush(view, 2, INK_DIM);
    }
}

void
dmarc_reports_text(const struct feedback_result *result, bool is_verbose, struct paper *paper)
{
    struct view view = {.result = result, .paper = paper, .is_verbose = is_verbose};

    view.arena = arena_new((size_t)1 << 20);
    buf_init(&view.words, 65536);
    write_head(&view);
    for (uint32_t i = 0; i < result->domain_count; i++)
        write_domain(&view, &result->domains[i]);
    for (uint32_t i = 0; i < result->tls_domain_count; i++)
        write_tls(&view, &result->tls[i]);
    write_complaints(&view);
    if (result->lost) {
        blank(&view);
        figure_counted(&view.words, result->lost, "message", "messages");
        buf_add_cstr(&view.words, " of more domains and senders than weir keeps apart are left "
                                  "out; --domain looks at one");
        flush(&view, 0, INK_DIM);
    }
    write_deviations(&view);
    write_problems(&view);
    buf_done(&view.words);
    arena_free(view.arena);
}
