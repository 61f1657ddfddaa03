#include "report/html.h"

#include "base/civil.h"
#include "report/escape.h"
#include "report/svg.h"
#include "report/text.h"

#define CLIENTS_SHOWN 200
#define QUEUE_IDS_SHOWN 2000

struct page {
    struct buf *buf;
    struct report_html_options options;
    struct str prefix;
};

/* Nothing is loaded from anywhere, and no script runs, whatever the logs held. */
static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<style>\n"
    ":root{--ink:#1c1e21;--dim:#5c6370;--paper:#fff;--card:#f6f7f9;--line:#d9dde3;--alarm:#b3261e;"
    "--calm:#1b7f3b;--bar:#b3261e;--usual:#9aa4b2;color-scheme:light dark}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--dim:#9aa2ad;--paper:#15171a;"
    "--card:#1e2125;--line:#343940;--alarm:#ff8a80;--calm:#6bd48a;--bar:#ff8a80;--usual:#6b7480}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:60rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;"
    "color:var(--ink);background:var(--paper);overflow-wrap:anywhere}\n"
    "h2::first-letter,li::first-letter{text-transform:uppercase}\n"
    "h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.2rem;margin:0;color:var(--alarm)}\n"
    "h3{font-size:1rem;margin:1.2rem 0 .3rem}p{margin:.3rem 0}\n"
    ".head{color:var(--dim)}.calm{color:var(--calm)}\n"
    "article{background:var(--card);border:1px solid var(--line);border-left:.3rem solid "
    "var(--alarm);border-radius:.3rem;padding:1rem;margin:1rem 0;break-inside:auto}\n"
    ".title{display:flex;flex-wrap:wrap;gap:.3rem 1rem;justify-content:space-between;"
    "align-items:baseline}\n"
    ".sure{font-weight:600;white-space:nowrap}.culprit{font-weight:600}\n"
    "pre,code{font:.85rem/1.45 ui-monospace,monospace}\n"
    "pre{margin:.2rem 0;padding:.5rem;background:var(--paper);border:1px solid var(--line);"
    "border-radius:.2rem;white-space:pre-wrap}\n"
    ".where{color:var(--dim);font-size:.85rem}\n"
    "ul{margin:.3rem 0;padding-left:1.2rem}li{margin:.2rem 0}\n"
    "svg{display:block;width:100%;height:auto;margin:.8rem 0;overflow:visible}\n"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}\n"
    "th,td{text-align:left;padding:.3rem .5rem;border-bottom:1px solid var(--line);"
    "vertical-align:top;overflow-wrap:break-word}"
    ".senders "
    "td:first-child{overflow-wrap:anywhere}th.n,td.n{text-align:right}td.n{white-space:nowrap}\n"
    "details{margin:.5rem 0}summary{cursor:pointer}details pre{columns:11rem}\n"
    "@media(max-width:40rem){body{padding:.6rem}article{padding:.7rem}"
    "svg text{font-size:22px}svg text:nth-of-type(4),svg text:nth-of-type(6){display:none}"
    ".senders tr{display:grid;grid-template-columns:minmax(0,1fr) 5.5rem 5rem}"
    ".senders td:last-child{grid-column:1/-1;padding-top:0}.senders th:last-child{display:none}"
    ".senders td:not(:last-child){border:0}}\n"
    "@media print{:root{--ink:#000;--dim:#444;--paper:#fff;--card:#fff;--line:#999;--alarm:#900;"
    "--bar:#900;--usual:#999}body{max-width:none;padding:0;font-size:10pt}h3{break-after:avoid}"
    "li,tr,svg{break-inside:avoid}details::details-content{content-visibility:visible}}\n"
    "</style>\n";

static void
add_text(struct page *page, struct str text)
{
    escape_html(page->buf, text);
}

static void
add_element(struct page *page, const char *open, struct str text, const char *close)
{
    buf_add_cstr(page->buf, open);
    add_text(page, text);
    buf_add_cstr(page->buf, close);
    buf_add_char(page->buf, '\n');
}

static int64_t
local(const struct page *page, int64_t utc_s)
{
    return utc_s + (page->options.zone ? page->options.zone(page->options.zone_context, utc_s) : 0);
}

static void
write_summary(struct page *page, const struct result *result)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < result->input_count; i++)
        bytes += result->inputs[i].bytes;
    buf_add_cstr(page->buf, "<p class=\"head\">");
    if (result->host.len) {
        add_text(page, result->host);
        buf_add_cstr(page->buf, " · ");
    }
    if (result->last_s > result->first_s) {
        figure_moment(page->buf, local(page, result->first_s), false);
        buf_add_cstr(page->buf, " to ");
        figure_moment(page->buf, local(page, result->last_s), false);
        buf_add_cstr(page->buf, " · ");
    }
    figure_bytes(page->buf, bytes);
    buf_add_cstr(page->buf, " of logs · ");
    figure_counted(page->buf, result->messages_outgoing, "message went out", "messages went out");
    buf_add_cstr(page->buf, "</p>\n");
    if (result->incident_count == 0) {
        buf_add_cstr(page->buf, "<h1 class=\"calm\">No source of spam found.</h1>\n");
        return;
    }
    buf_add_cstr(page->buf, "<h1>");
    figure_answer(page->buf, result);
    buf_add_cstr(page->buf, "</h1>\n");
}

static void
write_lines(struct page *page, const char *heading, const struct evidence *list, uint32_t count)
{
    if (count == 0)
        return;
    buf_printf(page->buf, "<h3>%s</h3>\n<ul>\n", heading);
    for (uint32_t i = 0; i < count; i++) {
        struct str path = list[i].path;

        if (path.len > page->prefix.len && str_starts(path, page->prefix))
            path = str_from(path, page->prefix.len);
        buf_add_cstr(page->buf, "<li>");
        add_text(page, list[i].says);
        buf_add_cstr(page->buf, " <span class=\"where\">");
        add_text(page, path);
        buf_printf(page->buf, ":%u</span>", list[i].ref.line);
        if (list[i].text.len)
            add_element(page, "<pre>", list[i].text, "</pre>");
        buf_add_cstr(page->buf, "</li>\n");
    }
    buf_add_cstr(page->buf, "</ul>\n");
}

static void
write_signals(struct page *page, const struct incident *incident)
{
    if (incident->summary.len)
        add_element(page, "<p>", incident->summary, "</p>");
    if (incident->signal_count == 0)
        return;
    buf_add_cstr(page->buf, "<h3>What stands out</h3>\n<ul>\n");
    for (uint32_t i = 0; i < incident->signal_count; i++)
        add_element(page, "<li>", incident->signals[i].text, "</li>");
    buf_add_cstr(page->buf, "</ul>\n");
}

static void
write_alternatives(struct page *page, const struct incident *incident)
{
    for (uint32_t i = 0; i < incident->alternative_count; i++) {
        const struct alternative *alternative = &incident->alternatives[i];

        if (alternative->probability < 0.01)
            continue;
        buf_printf(page->buf, "<p>It could also be: %s, ", route_title(alternative->route));
        add_text(page, alternative->origin);
        buf_printf(page->buf, " (%.0f %%).</p>\n", alternative->probability * 100);
    }
}

static void
write_actions(struct page *page, const struct incident *incident, enum action_kind kind,
              const char *heading)
{
    bool is_open = false;

    for (uint32_t i = 0; i < incident->action_count; i++) {
        const struct action *action = &incident->actions[i];

        if (action->kind != kind)
            continue;
        if (!is_open)
            buf_printf(page->buf, "<h3>%s</h3>\n<ul>\n", heading);
        is_open = true;
        buf_add_cstr(page->buf, "<li>");
        add_text(page, action->text);
        if (action->command.len) {
            struct str rest = action->command;

            buf_add_cstr(page->buf, "<pre>");
            while (rest.len) {
                add_text(page, str_cut(&rest, '\n'));
                buf_add_char(page->buf, '\n');
            }
            buf_add_cstr(page->buf, "</pre>");
        }
        buf_add_cstr(page->buf, "</li>\n");
    }
    if (is_open)
        buf_add_cstr(page->buf, "</ul>\n");
}

static void
write_words(struct page *page, const char *title, const struct str *words, uint32_t count,
            uint32_t total, uint32_t most)
{
    if (count == 0)
        return;
    buf_printf(page->buf, "<details><summary>%s (%u)</summary><pre>", title, total);
    for (uint32_t i = 0; i < count && i < most; i++) {
        add_text(page, words[i]);
        buf_add_char(page->buf, '\n');
    }
    if (total > (count < most ? count : most))
        buf_printf(page->buf, "and %u more\n", total - (count < most ? count : most));
    buf_add_cstr(page->buf, "</pre></details>\n");
}

static void
write_size(struct page *page, const struct incident *incident)
{
    struct buf *buf = page->buf;

    buf_add_cstr(buf, "<p>");
    figure_size(buf, incident);
    if (incident->recipients) {
        buf_add_cstr(buf, " to ");
        figure_counted(buf, incident->recipients, "recipient", "recipients");
    }
    buf_add_cstr(buf, ", ");
    figure_moment(buf, local(page, incident->first_us / SECOND_US), true);
    buf_add_cstr(buf, " to ");
    figure_moment(buf, local(page, incident->last_us / SECOND_US), true);
    if (incident->usual_per_day >= 0) {
        buf_add_cstr(buf, "; usual: ");
        figure_real(buf, incident->usual_per_day);
        buf_add_cstr(buf, " a day");
    }
    buf_printf(buf, "; %u refused for good, %u put off, %u still in the queue.</p>\n",
               incident->bounced, incident->deferred, incident->queued);
}

static void
write_legend(struct page *page, const struct timeline *timeline)
{
    uint32_t usual = 0;

    if (timeline->bucket_s <= 0)
        return;
    for (int i = 0; i < TIMELINE_BUCKETS; i++)
        usual += timeline->usual[i];
    buf_add_cstr(page->buf, "<p class=\"where\">Messages in each ");
    figure_span(page->buf, timeline->bucket_s);
    buf_add_cstr(page->buf,
                 usual ? "; grey: what the same origin sends otherwise.</p>\n" : ".</p>\n");
}

static void
write_incident(struct page *page, const struct incident *incident)
{
    const struct origin *origin = &incident->origin;
    double percent = incident->confidence * 100;

    buf_printf(page->buf, "<article id=\"i" STR_FMT "\">\n<div class=\"title\"><h2>%s",
               STR_ARG(incident->id), route_title(incident->route));
    if (origin->vhost.len) {
        buf_add_cstr(page->buf, " on ");
        add_text(page, origin->vhost);
    }
    buf_printf(page->buf, "</h2><span class=\"sure\">%.0f %% sure</span></div>\n",
               percent > 99 ? 99.0 : percent);
    add_element(page, "<p class=\"culprit\">", incident->culprit, "</p>");
    if (origin->user.len)
        add_element(page, "<p>Run as ", origin->user, "</p>");
    write_size(page, incident);
    svg_timeline(page->buf, incident, page->options.zone, page->options.zone_context);
    write_legend(page, &incident->timeline);
    write_lines(page, "How weir knows", incident->evidence, incident->evidence_count);
    write_signals(page, incident);
    write_alternatives(page, incident);
    write_lines(page, "How they got in", incident->entry, incident->entry_count);
    write_actions(page, incident, ACTION_CONTAIN, "Stop it now");
    write_actions(page, incident, ACTION_PREVENT, "Keep it from coming back");
    write_words(page, "Clients", origin->clients, origin->client_count, origin->client_total,
                CLIENTS_SHOWN);
    write_words(page, "Queue ids", incident->queue_ids, incident->queue_id_count,
                incident->queue_id_count, QUEUE_IDS_SHOWN);
    buf_add_cstr(page->buf, "</article>\n");
}

static void
write_samples(struct page *page, const struct result *result)
{
    for (uint32_t i = 0; i < result->sample_count; i++) {
        const struct result_sample *sample = &result->samples[i];

        buf_add_cstr(page->buf, "<section>\n<h3>What the headers of ");
        add_text(page, sample->path);
        buf_add_cstr(page->buf, " say</h3>\n<ul>\n");
        for (uint32_t f = 0; f < sample->fact_count; f++) {
            buf_add_cstr(page->buf, "<li>");
            add_text(page, sample->facts[f].what);
            buf_printf(page->buf, " <span class=\"where\">%s: ",
                       sample->facts[f].is_trusted ? "believed" : "not believed");
            add_text(page, sample->facts[f].says);
            buf_add_cstr(page->buf, "</span></li>\n");
        }
        buf_add_cstr(page->buf, "</ul>\n");
        if (sample->is_found) {
            buf_add_cstr(page->buf, "<p>The logs hold it as ");
            add_text(page, sample->found_id);
            buf_add_cstr(page->buf, ", found ");
            add_text(page, sample->found_by);
            buf_add_cstr(page->buf,
                         sample->incident.len ? ".</p>\n" : "; it is part of no incident.</p>\n");
        }
        buf_add_cstr(page->buf, "</section>\n");
    }
}

static void
write_senders(struct page *page, const struct result *result)
{
    if (result->sender_count == 0)
        return;
    buf_add_cstr(
        page->buf,
        "<h3>The busiest senders</h3>\n<div class=\"scroll\"><table "
        "class=\"senders\">\n<tr><th>Sender</th>"
        "<th class=\"n\">Messages</th><th class=\"n\">Refused</th><th>Verdict</th></tr>\n");
    for (uint32_t i = 0; i < result->sender_count; i++) {
        const struct sender *sender = &result->senders[i];

        buf_add_cstr(page->buf, "<tr><td>");
        add_text(page, sender->name);
        buf_add_cstr(page->buf, "</td><td class=\"n\">");
        figure_count(page->buf, sender->messages);
        buf_add_cstr(page->buf, "</td><td class=\"n\">");
        figure_count(page->buf, sender->bounced);
        buf_printf(page->buf, "</td><td>%s", verdict_name(sender->verdict));
        if (sender->reason.len) {
            buf_add_cstr(page->buf, ": ");
            add_text(page, sender->reason);
        }
        buf_add_cstr(page->buf, "</td></tr>\n");
    }
    buf_add_cstr(page->buf, "</table></div>\n");
}

static void
write_inputs(struct page *page, const struct result *result)
{
    buf_add_cstr(
        page->buf,
        "<h3>What was read</h3>\n<div class=\"scroll\"><table>\n<tr><th>File</th>"
        "<th>Kind</th><th class=\"n\">Lines</th><th class=\"n\">Not understood</th></tr>\n");
    for (uint32_t i = 0; i < result->input_count; i++) {
        const struct result_input *input = &result->inputs[i];

        buf_add_cstr(page->buf, "<tr><td>");
        add_text(page, input->path);
        buf_add_cstr(page->buf, "</td><td>");
        add_text(page, input->problem.len ? input->problem : input->kind);
        buf_add_cstr(page->buf, "</td><td class=\"n\">");
        figure_count(page->buf, input->lines);
        buf_add_cstr(page->buf, "</td><td class=\"n\">");
        figure_count(page->buf, input->unread);
        buf_add_cstr(page->buf, "</td></tr>\n");
    }
    buf_add_cstr(page->buf, "</table></div>\n");
}

/* ". Times are UTC+01:00." */
static void
write_zone(struct page *page, int64_t utc_s)
{
    int offset_s = (int)(local(page, utc_s) - utc_s);
    int minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;

    buf_add_cstr(page->buf, ". Times are UTC");
    if (minutes)
        buf_printf(page->buf, "%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
    buf_add_cstr(page->buf, ", but for quoted lines.");
}

void
report_html(const struct result *result, struct report_html_options options, struct buf *buf)
{
    struct page page = {buf, options, report_path_prefix(result)};

    buf_add_cstr(buf, head);
    buf_add_cstr(buf, "<title>weir: ");
    add_text(&page, result->host.len ? result->host : STR("trace"));
    buf_add_cstr(buf, "</title>\n</head>\n<body>\n");
    write_summary(&page, result);
    for (uint32_t i = 0; i < result->incident_count; i++)
        write_incident(&page, &result->incidents[i]);
    write_samples(&page, result);
    for (uint32_t i = 0; i < result->note_count; i++)
        add_element(&page, "<p>", result->notes[i], "</p>");
    write_senders(&page, result);
    write_inputs(&page, result);
    buf_add_cstr(buf, "<p class=\"head\">Made by weir " WEIR_VERSION " on ");
    figure_moment(buf, local(&page, result->generated_s), false);
    write_zone(&page, result->generated_s);
    buf_add_cstr(buf, "</p>\n</body>\n</html>\n");
}
