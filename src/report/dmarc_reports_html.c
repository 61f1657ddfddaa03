#include "base/civil.h"
#include "report/dmarc_reports.h"
#include "report/dmarc_reports_words.h"
#include "report/page.h"

#define WIDTH 720
#define HEIGHT 180
#define LEFT 52
#define TOP 12
#define BOTTOM 24
#define PLOT (HEIGHT - TOP - BOTTOM)
#define BARS_MAX 120 /* more days than that are put together */
#define SENDERS_SHOWN 40U

struct view {
    const struct feedback_result *result;
    struct page page;
    struct arena *arena;
    struct buf words;
};

/* The words collected so far between two marks; then they are forgotten. */
static void
flush(struct view *view, const char *open, const char *close)
{
    if (view->words.len)
        page_element(&view->page, open, buf_str(&view->words), close);
    buf_reset(&view->words);
}

/* --- the chart --- */

static void
add_text(struct buf *buf, double x, double y, const char *anchor)
{
    buf_printf(buf,
               "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"11\" "
               "fill=\"var(--dim)\">",
               x, y, anchor);
}

/* Days put together so that there is one bar for each `step` days, from the first day on. */
static uint32_t
fill_bars(const struct feedback_domain *domain, int64_t step, struct feedback_day *bars)
{
    int64_t first = domain->days[0].day;
    uint32_t count = 0;

    for (uint32_t i = 0; i < domain->day_count; i++) {
        int64_t at = (domain->days[i].day - first) / step;

        if (at >= BARS_MAX)
            break;
        while (count <= at) {
            bars[count] = (struct feedback_day){first + count * step, 0, 0};
            count++;
        }
        bars[at].passed += domain->days[i].passed;
        bars[at].failed += domain->days[i].failed;
    }
    return count;
}

static void
add_bar(struct buf *buf, double x, double width, double from, double part, const char *colour)
{
    if (part <= 0)
        return;
    part = part < 1 ? 1 : part;
    buf_printf(buf,
               "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"var(--%s)\"/>", x,
               TOP + PLOT - from - part, width, part, colour);
}

static void
add_bars(struct buf *buf, const struct feedback_day *bars, uint32_t count, double most)
{
    double step = (double)(WIDTH - LEFT) / count;
    double width = step > 40 ? 36 : step * 0.9;

    for (uint32_t i = 0; i < count; i++) {
        double passed = (double)bars[i].passed / most * PLOT;

        buf_add_cstr(buf, "<g><title>");
        dmarc_words_day(buf, bars[i].day * DAY_S);
        buf_printf(buf, ": %llu pass, %llu fail</title>", (unsigned long long)bars[i].passed,
                   (unsigned long long)bars[i].failed);
        add_bar(buf, LEFT + i * step, width, 0, passed, "calm");
        add_bar(buf, LEFT + i * step, width, passed, (double)bars[i].failed / most * PLOT, "bar");
        buf_add_cstr(buf, "</g>");
    }
}

static void
write_chart(struct view *view, const struct feedback_domain *domain)
{
    struct feedback_day bars[BARS_MAX];
    struct buf *buf = view->page.buf;
    uint64_t most = 1;
    uint32_t count;
    int64_t span, step;

    if (domain->day_count == 0)
        return;
    span = domain->days[domain->day_count - 1].day - domain->days[0].day + 1;
    step = span <= BARS_MAX ? 1 : (span + BARS_MAX - 1) / BARS_MAX;
    count = fill_bars(domain, step, bars);
    for (uint32_t i = 0; i < count; i++)
        most = bars[i].passed + bars[i].failed > most ? bars[i].passed + bars[i].failed : most;
    buf_printf(buf,
               "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"messages that pass and fail, "
               "by day\" xmlns=\"http://www.w3.org/2000/svg\">",
               WIDTH, HEIGHT);
    add_bars(buf, bars, count, (double)most);
    buf_printf(buf, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"var(--line)\"/>", LEFT,
               TOP + PLOT, WIDTH, TOP + PLOT);
    add_text(buf, LEFT - 6, TOP + 8, "end");
    figure_count(buf, most);
    buf_add_cstr(buf, "</text>");
    add_text(buf, LEFT - 6, TOP + PLOT, "end");
    buf_add_cstr(buf, "0</text>");
    add_text(buf, LEFT, HEIGHT - 6, "start");
    dmarc_words_day(buf, bars[0].day * DAY_S);
    buf_add_cstr(buf, "</text>");
    if (count > 1) {
        add_text(buf, WIDTH, HEIGHT - 6, "end");
        dmarc_words_day(buf, (domain->days[0].day + span - 1) * DAY_S);
        buf_add_cstr(buf, "</text>");
    }
    buf_add_cstr(buf, "</svg>\n<p class=\"head\">Messages by ");
    if (step == 1)
        buf_add_cstr(buf, "day");
    else
        buf_printf(buf, "%lld days", (long long)step);
    buf_add_cstr(buf, ": <span style=\"color:var(--calm)\">&#9632;</span> pass, "
                      "<span style=\"color:var(--bar)\">&#9632;</span> fail</p>\n");
}

/* --- senders --- */

static void
write_sender(struct view *view, const struct sender_domain *domain,
             const struct dmarc_sender *sender)
{
    struct buf *buf = view->page.buf;

    buf_add_cstr(buf, "<tr><td class=\"n\">");
    figure_count(buf, sender->messages);
    buf_add_cstr(buf, "</td><td>");
    dmarc_words_sender(&view->words, sender);
    flush(view, "<b>", "</b>");
    buf_add_cstr(buf, "</td><td>");
    dmarc_words_facts(&view->words, sender);
    flush(view, "", "");
    arena_reset(view->arena);
    buf_add(&view->words, move_fix(domain, sender, view->arena));
    flush(view, "<p>&rarr; ", "</p>");
    buf_add_cstr(buf, "</td></tr>\n");
}

static void
write_verdict(struct view *view, const struct sender_domain *domain, enum sender_verdict verdict)
{
    struct buf *buf = view->page.buf;
    uint32_t count = 0;

    if (domain->by_verdict[verdict] == 0)
        return;
    buf_printf(buf, "<h3%s>%s &middot; ", verdict == SENDER_PARTLY ? " class=\"wrong\"" : "",
               dmarc_words_heading(verdict));
    figure_counted(buf, domain->by_verdict[verdict], "message", "messages");
    buf_printf(buf, "</h3>\n<p class=\"head\">%s</p>\n", dmarc_words_meaning(verdict));
    buf_add_cstr(buf, "<div class=\"scroll\"><table class=\"stack\"><tr><th class=\"n\">Messages"
                      "</th><th>Sender</th><th>What was seen, what to do</th></tr>\n");
    for (uint32_t i = 0; i < domain->sender_count; i++) {
        if (domain->senders[i].verdict == verdict && count++ < SENDERS_SHOWN)
            write_sender(view, domain, &domain->senders[i]);
    }
    buf_add_cstr(buf, "</table></div>\n");
    if (count > SENDERS_SHOWN)
        buf_printf(buf, "<p class=\"head\">%u senders more.</p>\n", count - SENDERS_SHOWN);
}

static const char *
mark_of(enum move_answer answer)
{
    switch (answer) {
    case MOVE_DONE:
    case MOVE_YES:
        return "<p class=\"calm\"><b>";
    case MOVE_NOT_YET:
    case MOVE_DONE_LOSES:
        return "<p class=\"wrong\"><b>";
    case MOVE_ASK:
    case MOVE_TOO_LITTLE:
        break;
    }
    return "<p><b>";
}

static void
write_figures(struct view *view, const struct feedback_domain *domain)
{
    const struct sender_domain *sums = &domain->sums;
    struct buf *buf = &view->words;

    figure_counted(buf, sums->messages, "message", "messages");
    buf_add_cstr(buf, " in ");
    figure_counted(buf, domain->report_count, "report", "reports");
    buf_add_cstr(buf, " of ");
    figure_counted(buf, domain->reporter_count, "receiver", "receivers");
    dmarc_words_period(buf, ", ", sums->first_s, sums->last_s);
    buf_add_cstr(buf, ". ");
    dmarc_words_share(buf, sums->passed, sums->messages);
    buf_add_cstr(buf, " pass (aligned DKIM ");
    dmarc_words_share(buf, sums->dkim_passed, sums->messages);
    buf_add_cstr(buf, ", aligned SPF ");
    dmarc_words_share(buf, sums->spf_passed, sums->messages);
    buf_add_cstr(buf, "); ");
    figure_count(buf, sums->quarantined);
    buf_add_cstr(buf, " went to junk, ");
    figure_count(buf, sums->rejected);
    buf_add_cstr(buf, sums->rejected == 1 ? " was rejected." : " were rejected.");
    flush(view, "<p>", "</p>");
}

static void
write_domain(struct view *view, const struct feedback_domain *domain)
{
    const struct sender_domain *sums = &domain->sums;
    bool is_calm = domain->move.answer != MOVE_NOT_YET && domain->move.answer != MOVE_DONE_LOSES;

    buf_add_cstr(view->page.buf, is_calm ? "<article class=\"mild\">\n<div class=\"title\">"
                                         : "<article>\n<div class=\"title\">");
    page_element(&view->page, "<h2 class=\"path\">",
                 sums->name.len ? sums->name : STR("Reports that name no domain"), "</h2>");
    dmarc_words_policy(&view->words, &domain->policy);
    flush(view, "<span class=\"sure\">", "</span>");
    buf_add_cstr(view->page.buf, "</div>\n");
    write_figures(view, domain);
    write_chart(view, domain);
    buf_add_cstr(view->page.buf, "<h3>May it move to p=reject?</h3>\n");
    dmarc_words_move(&view->words, domain);
    flush(view, mark_of(domain->move.answer), "</b></p>");
    if (domain->move.record.len) {
        buf_printf(&view->words, "_dmarc." STR_FMT ". TXT \"" STR_FMT "\"", STR_ARG(sums->name),
                   STR_ARG(domain->move.record));
        page_commands(&view->page, buf_str(&view->words));
        buf_reset(&view->words);
        dmarc_words_after(&view->words, domain);
        flush(view, "<p>", "</p>");
    }
    write_verdict(view, sums, SENDER_PARTLY);
    write_verdict(view, sums, SENDER_UNALIGNED);
    write_verdict(view, sums, SENDER_RIGHT);
    write_verdict(view, sums, SENDER_FORWARDER);
    write_verdict(view, sums, SENDER_STRANGER);
    buf_add_cstr(view->page.buf, "</article>\n");
}

/* --- TLS, complaints, what could not be read --- */

static void
write_tls(struct view *view, const struct feedback_tls *tls)
{
    struct buf *buf = &view->words;

    buf_add_cstr(view->page.buf, tls->failures ? "<article>\n" : "<article class=\"mild\">\n");
    buf_add_cstr(buf, "TLS to ");
    buf_add(buf, tls->domain.len ? tls->domain : STR("a domain that the report does not name"));
    flush(view, "<h2>", "</h2>");
    figure_counted(buf, tls->successes + tls->failures, "session", "sessions");
    buf_add_cstr(buf, " in ");
    figure_counted(buf, tls->report_count, "report", "reports");
    buf_printf(buf, ", policy " STR_FMT "; ", STR_ARG(tls->policies));
    figure_count(buf, tls->failures);
    buf_add_cstr(buf, " failed.");
    flush(view, tls->failures ? "<p class=\"wrong\">" : "<p class=\"calm\">", "</p>");
    if (tls->detail_count)
        buf_add_cstr(view->page.buf, "<div class=\"scroll\"><table class=\"stack\"><tr><th "
                                     "class=\"n\">Sessions</th><th>Failure</th><th>What to do</th>"
                                     "</tr>\n");
    for (uint32_t i = 0; i < tls->detail_count; i++) {
        const struct feedback_tls_failure *failure = &tls->details[i];

        buf_add_cstr(view->page.buf, "<tr><td class=\"n\">");
        figure_count(view->page.buf, failure->count);
        buf_printf(buf, STR_FMT, STR_ARG(failure->type));
        if (failure->host.len)
            buf_printf(buf, " at " STR_FMT, STR_ARG(failure->host));
        if (failure->reason.len)
            buf_printf(buf, " (" STR_FMT ")", STR_ARG(failure->reason));
        buf_printf(buf, ", seen by " STR_FMT, STR_ARG(failure->reporter));
        flush(view, "</td><td>", "</td><td>");
        page_text(&view->page, feedback_tls_remedy(failure->type));
        buf_add_cstr(view->page.buf, "</td></tr>\n");
    }
    if (tls->detail_count)
        buf_add_cstr(view->page.buf, "</table></div>\n");
    buf_add_cstr(view->page.buf, "</article>\n");
}

static void
write_complaints(struct view *view)
{
    const struct feedback_result *result = view->result;

    if (result->complaint_shown == 0)
        return;
    buf_add_cstr(view->page.buf, "<article>\n");
    figure_counted(&view->words, result->complaints_stored, "complaint or failure report",
                   "complaints and failure reports");
    flush(view, "<h2>", "</h2>");
    for (enum dmarc_group group = DMARC_BY_SOURCE; group <= DMARC_BY_LIST; group++) {
        dmarc_words_groups(&view->words, result, group);
        if (view->words.len)
            page_element(&view->page, "<p><b>", str_from_cstr(dmarc_words_group(group)), "</b>");
        flush(view, "", "</p>");
    }
    buf_add_cstr(view->page.buf, "<ul>\n");
    for (uint32_t i = 0; i < result->complaint_shown; i++) {
        const struct feedback_complaint *complaint = &result->complaints[i];

        dmarc_words_complaint(&view->words, &complaint->about);
        flush(view, "<li>", "");
        if (complaint->about.subject.len)
            page_element(&view->page,
                         "<br><span class=\"where\">Subject: ", complaint->about.subject,
                         "</span>");
        if (complaint->about.unsubscribe.len)
            page_element(&view->page,
                         "<br><span class=\"where\">It is a list: take the address "
                         "off. ",
                         complaint->about.unsubscribe, "</span>");
        if (complaint->trace.len) {
            page_element(&view->page, complaint->is_traced ? "<br><b class=\"wrong\">" : "<br><b>",
                         complaint->trace, "</b>");
        } else {
            dmarc_words_command(&view->words, &complaint->about);
            flush(view, "<br><code>", "</code>");
        }
        buf_add_cstr(view->page.buf, "</li>\n");
    }
    buf_add_cstr(view->page.buf, "</ul>\n</article>\n");
}

static void
write_problems(struct view *view)
{
    const struct feedback_result *result = view->result;

    if (result->problem_count) {
        figure_counted(&view->words, result->problem_count, "input could not be read",
                       "inputs could not be read");
        flush(view, "<h2 class=\"plain\">", "</h2>\n<ul>");
        for (uint64_t i = 0; i < result->problem_count && i < FEEDBACK_PROBLEMS_MAX; i++)
            page_element(&view->page, "<li class=\"path\">", result->problems[i], "</li>");
        buf_add_cstr(view->page.buf, "</ul>\n");
    }
    for (uint32_t i = 0; i < result->deviation_count; i++) {
        buf_printf(&view->words, "%s%s (",
                   i ? ", "
                     : "Read all the same, though reports should "
                       "not be like that: ",
                   result->deviations[i].words);
        figure_counted(&view->words, result->deviations[i].count, "report", "reports");
        buf_add_char(&view->words, ')');
    }
    flush(view, "<p class=\"head\">", ".</p>");
}

void
dmarc_reports_html(const struct feedback_result *result, struct buf *buf)
{
    struct view view = {.result = result, .page = {.buf = buf}};

    view.arena = arena_new((size_t)1 << 20);
    buf_init(&view.words, 65536);
    page_begin(&view.page, STR("who sends as your domain"));
    buf_add_cstr(buf, "<h1>Who sends as your domain</h1>\n");
    figure_counted(&view.words, result->aggregate_count, "DMARC report", "DMARC reports");
    buf_add_cstr(&view.words, " with ");
    figure_counted(&view.words, result->row_count, "row", "rows");
    buf_add_cstr(&view.words, ", ");
    figure_counted(&view.words, result->tls_count, "TLS report", "TLS reports");
    buf_add_cstr(&view.words, " and ");
    figure_counted(&view.words, result->complaint_count, "complaint were read.",
                   "complaints were read.");
    flush(&view, "<p class=\"head\">", "</p>");
    for (uint32_t i = 0; i < result->domain_count; i++)
        write_domain(&view, &result->domains[i]);
    for (uint32_t i = 0; i < result->tls_domain_count; i++)
        write_tls(&view, &result->tls[i]);
    write_complaints(&view);
    write_problems(&view);
    page_end(&view.page, result->generated_s);
    buf_done(&view.words);
    arena_free(view.arena);
}
