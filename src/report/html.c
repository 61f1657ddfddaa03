#include "report/html.h"

#include "base/civil.h"
#include "report/page.h"
#include "report/svg.h"
#include "report/text.h"

#define CLIENTS_SHOWN 200
#define QUEUE_IDS_SHOWN 2000

static void
write_summary(struct page *page, const struct result *result)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < result->input_count; i++)
        bytes += result->inputs[i].bytes;
    buf_add_cstr(page->buf, "<p class=\"head\">");
    if (result->host.len) {
        page_text(page, result->host);
        buf_add_cstr(page->buf, " · ");
    }
    if (result->last_s > result->first_s) {
        figure_moment(page->buf, page_local(page, result->first_s), false);
        buf_add_cstr(page->buf, " to ");
        figure_moment(page->buf, page_local(page, result->last_s), false);
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
        buf_add_cstr(page->buf, "<li>");
        page_text(page, list[i].says);
        buf_add_cstr(page->buf, " <span class=\"where\">");
        page_path(page, list[i].path);
        buf_printf(page->buf, ":%u</span>", list[i].ref.line);
        if (list[i].text.len)
            page_element(page, "<pre>", list[i].text, "</pre>");
        buf_add_cstr(page->buf, "</li>\n");
    }
    buf_add_cstr(page->buf, "</ul>\n");
}

static void
write_signals(struct page *page, const struct incident *incident)
{
    if (incident->summary.len)
        page_element(page, "<p>", incident->summary, "</p>");
    if (incident->signal_count == 0)
        return;
    buf_add_cstr(page->buf, "<h3>What stands out</h3>\n<ul>\n");
    for (uint32_t i = 0; i < incident->signal_count; i++)
        page_element(page, "<li>", incident->signals[i].text, "</li>");
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
        page_text(page, alternative->origin);
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
        page_text(page, action->text);
        if (action->command.len)
            page_commands(page, action->command);
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
        page_text(page, words[i]);
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
    figure_moment(buf, page_local(page, incident->first_us / SECOND_US), true);
    buf_add_cstr(buf, " to ");
    figure_moment(buf, page_local(page, incident->last_us / SECOND_US), true);
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
        page_text(page, origin->vhost);
    }
    buf_printf(page->buf, "</h2><span class=\"sure\">%.0f %% sure</span></div>\n",
               percent > 99 ? 99.0 : percent);
    page_element(page, "<p class=\"culprit\">", incident->culprit, "</p>");
    if (origin->user.len)
        page_element(page, "<p>Run as ", origin->user, "</p>");
    write_size(page, incident);
    svg_timeline(page->buf, incident, page->zone, page->zone_context);
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

        buf_add_cstr(page->buf, "<section>\n<h2 class=\"plain\">What the headers of ");
        page_text(page, sample->path);
        buf_add_cstr(page->buf, " say</h2>\n<ul>\n");
        for (uint32_t f = 0; f < sample->fact_count; f++) {
            buf_add_cstr(page->buf, "<li>");
            page_text(page, sample->facts[f].what);
            buf_printf(page->buf, " <span class=\"where\">%s: ",
                       sample->facts[f].is_trusted ? "believed" : "not believed");
            page_text(page, sample->facts[f].says);
            buf_add_cstr(page->buf, "</span></li>\n");
        }
        buf_add_cstr(page->buf, "</ul>\n");
        if (sample->is_found) {
            buf_add_cstr(page->buf, "<p>The logs hold it as ");
            page_text(page, sample->found_id);
            buf_add_cstr(page->buf, ", found ");
            page_text(page, sample->found_by);
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
    buf_add_cstr(page->buf,
                 "<h2 class=\"plain\">The busiest senders</h2>\n<div class=\"scroll\" "
                 "tabindex=\"0\" role=\"region\" aria-label=\"The busiest senders\"><table "
                 "class=\"senders\">\n<tr><th scope=\"col\">Sender</th>"
                 "<th scope=\"col\" class=\"n\">Messages</th><th scope=\"col\" "
                 "class=\"n\">Refused</th><th scope=\"col\">Verdict</th></tr>\n");
    for (uint32_t i = 0; i < result->sender_count; i++) {
        const struct sender *sender = &result->senders[i];

        buf_add_cstr(page->buf, "<tr><td>");
        page_text(page, sender->name);
        buf_add_cstr(page->buf, "</td><td class=\"n\">");
        figure_count(page->buf, sender->messages);
        buf_add_cstr(page->buf, "</td><td class=\"n\">");
        figure_count(page->buf, sender->bounced);
        buf_printf(page->buf, "</td><td>%s", verdict_name(sender->verdict));
        if (sender->reason.len) {
            buf_add_cstr(page->buf, ": ");
            page_text(page, sender->reason);
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
        "<h2 class=\"plain\">What was read</h2>\n<div class=\"scroll\" tabindex=\"0\" "
        "role=\"region\" aria-label=\"What was read\"><table>\n<tr><th scope=\"col\">File</th>"
        "<th scope=\"col\">Kind</th><th scope=\"col\" class=\"n\">Lines</th><th scope=\"col\" "
        "class=\"n\">Not understood</th></tr>\n");
    for (uint32_t i = 0; i < result->input_count; i++) {
        const struct result_input *input = &result->inputs[i];

        buf_add_cstr(page->buf, "<tr><td>");
        page_text(page, input->path);
        buf_add_cstr(page->buf, "</td><td>");
        page_text(page, input->problem.len ? input->problem : input->kind);
        buf_add_cstr(page->buf, "</td><td class=\"n\">");
        figure_count(page->buf, input->lines);
        buf_add_cstr(page->buf, "</td><td class=\"n\">");
        figure_count(page->buf, input->unread);
        buf_add_cstr(page->buf, "</td></tr>\n");
    }
    buf_add_cstr(page->buf, "</table></div>\n");
}

void
report_html(const struct result *result, struct report_html_options options, struct buf *buf)
{
    struct page page = {buf, options.zone, options.zone_context, report_path_prefix(result)};

    page_begin(&page, result->host.len ? result->host : STR("trace"));
    write_summary(&page, result);
    for (uint32_t i = 0; i < result->incident_count; i++)
        write_incident(&page, &result->incidents[i]);
    write_samples(&page, result);
    for (uint32_t i = 0; i < result->note_count; i++)
        page_element(&page, "<p>", result->notes[i], "</p>");
    write_senders(&page, result);
    write_inputs(&page, result);
    page_end(&page, result->generated_s);
}
