#include "report/text.h"

#include "base/civil.h"
#include "report/escape.h"

#define BUSY_SHOWN 3
#define REMARKS_SHOWN 5
#define SAMPLES_SHOWN 3
#define LINE_BYTES_MAX 65536

struct str
report_path_prefix(const struct result *result)
{
    struct str prefix = result->input_count ? result->inputs[0].path : STR_EMPTY;

    for (uint32_t i = 1; i < result->input_count; i++) {
        struct str path = result->inputs[i].path;
        size_t same = 0;

        while (same < prefix.len && same < path.len && prefix.data[same] == path.data[same])
            same++;
        prefix.len = same;
    }
    while (prefix.len && prefix.data[prefix.len - 1] != '/')
        prefix.len--;
    return prefix;
}

static uint64_t
bytes_read(const struct result *result)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < result->input_count; i++)
        bytes += result->inputs[i].bytes;
    return bytes;
}

/* Messages without logs: nothing was counted. */
static bool
has_only_samples(const struct result *result)
{
    uint64_t lines = 0;

    for (uint32_t i = 0; i < result->input_count; i++)
        lines += result->inputs[i].lines;
    return result->sample_count && lines == 0;
}

/* "web7 · 3 days of logs, 1.2 GB, read in 2.3 s · 235,314 messages went out" */
static void
write_head(const struct result *result, struct paper *paper)
{
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    if (result->host.len)
        buf_printf(&line, STR_FMT " · ", STR_ARG(result->host));
    if (has_only_samples(result)) {
        figure_counted(&line, result->sample_count, "message and no logs: only its headers speak",
                       "messages and no logs: only their headers speak");
        paper_wrap(paper, 0, INK_DIM, buf_str(&line));
        buf_done(&line);
        return;
    }
    if (result->last_s > result->first_s) {
        figure_span(&line, result->last_s - result->first_s);
        buf_add_cstr(&line, " of logs, ");
    }
    figure_bytes(&line, bytes_read(result));
    if (result->seconds > 0)
        buf_printf(&line, ", read in %.*f s", result->seconds < 1 ? 2 : 1, result->seconds);
    buf_add_cstr(&line, " · ");
    figure_counted(&line, result->messages_outgoing, "message went out", "messages went out");
    paper_wrap(paper, 0, INK_DIM, buf_str(&line));
    buf_done(&line);
}

static void
write_answer(const struct result *result, struct paper *paper)
{
    struct buf line;

    buf_add_char(paper->buf, '\n');
    if (result->incident_count == 0) {
        paper_wrap(paper, 0, INK_CALM,
                   result->messages_total || result->sample_count
                       ? STR("No source of spam found.")
                       : STR("No mail at all in these logs."));
        return;
    }
    buf_init(&line, 256);
    figure_answer(&line, result);
    paper_wrap(paper, 0, INK_BOLD, buf_str(&line));
    buf_done(&line);
}

static void
write_named(const struct result *result, enum verdict verdict, uint32_t most, const char *heading,
            const char *more, struct paper *paper)
{
    struct buf line;
    uint32_t shown = 0;

    buf_init(&line, LINE_BYTES_MAX);
    buf_add_cstr(&line, heading);
    for (uint32_t i = 0; i < result->sender_count && shown < most; i++) {
        const struct sender *sender = &result->senders[i];

        if (sender->verdict != verdict || (verdict == VERDICT_BUSY && sender->messages < 10))
            continue;
        buf_printf(&line, "%s " STR_FMT " (", shown++ ? "," : "", STR_ARG(sender->name));
        figure_counted(&line, sender->messages, "message", "messages");
        if (sender->reason.len)
            buf_printf(&line, "; " STR_FMT, STR_ARG(sender->reason));
        buf_add_char(&line, ')');
    }
    buf_printf(&line, ".%s", more);
    if (shown) {
        buf_add_char(paper->buf, '\n');
        paper_wrap(paper, 0, INK_PLAIN, buf_str(&line));
    }
    buf_done(&line);
}

static bool
has_caveats(const struct result *result)
{
    bool has = result->note_count > 0;

    for (uint32_t i = 0; i < result->input_count; i++)
        has |= result->inputs[i].problem.len || result->inputs[i].unread || result->inputs[i].cut;
    return has;
}

/* Problems of inputs, lines that were not understood, and the trace's own notes. */
static void
write_caveats(const struct result *result, bool verbose, struct paper *paper)
{
    uint64_t unread = 0, cut = 0;
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    if (has_caveats(result))
        buf_add_char(paper->buf, '\n');
    for (uint32_t i = 0; i < result->input_count; i++) {
        const struct result_input *input = &result->inputs[i];

        unread += input->unread;
        cut += input->cut;
        if (input->problem.len)
            paper_wrap(paper, 0, INK_PLAIN, input->problem);
    }
    for (uint32_t i = 0; i < result->note_count; i++)
        paper_wrap(paper, 0, INK_PLAIN, result->notes[i]);
    if (cut) {
        figure_counted(&line, cut, "line was", "lines were");
        buf_add_cstr(&line, " longer than 64 KiB and read up to there.");
        paper_wrap(paper, 0, INK_PLAIN, buf_str(&line));
        buf_reset(&line);
    }
    if (unread) {
        figure_counted(&line, unread, "line was", "lines were");
        buf_add_cstr(&line,
                     verbose ? " not understood:" : " not understood; -v says of which programs.");
        paper_wrap(paper, 0, INK_PLAIN, buf_str(&line));
    }
    buf_done(&line);
}

static void
write_input(const struct result_input *input, struct paper *paper)
{
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    buf_printf(&line, STR_FMT ": ", STR_ARG(input->path));
    if (input->kind.len)
        buf_printf(&line, STR_FMT ", ", STR_ARG(input->kind));
    figure_counted(&line, input->lines, "line", "lines");
    if (input->first_s) {
        buf_add_cstr(&line, ", ");
        figure_moment(&line, paper_local(paper, input->first_s), true);
        buf_add_cstr(&line, " to ");
        figure_moment(&line, paper_local(paper, input->last_s), true);
    }
    for (uint32_t u = 0; u < input->unknown_count; u++) {
        struct str program = input->unknown[u].program;

        buf_add_cstr(&line, u ? ", " : "; not understood: ");
        figure_count(&line, input->unknown[u].lines);
        buf_printf(&line, " of " STR_FMT, STR_ARG(program.len ? program : STR("no program")));
    }
    paper_wrap(paper, 2, INK_PLAIN, buf_str(&line));
    buf_done(&line);
}

/* Where the logs hold the message, and what follows from that. */
static void
add_found(struct buf *line, const struct result_sample *sample)
{
    if (!sample->is_found)
        return;
    buf_printf(line, "The logs hold it as " STR_FMT ", found " STR_FMT ": ",
               STR_ARG(sample->found_id), STR_ARG(sample->found_by));
    if (sample->incident.len)
        buf_add_cstr(line, "it is part of the incident above.");
    else
        buf_printf(line,
                   "it is part of no incident. What is known of it: weir trace --explain " STR_FMT,
                   STR_ARG(sample->found_id));
}

static void
write_sample(const struct result_sample *sample, struct paper *paper)
{
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    buf_printf(&line, STR_FMT "%s", STR_ARG(sample->path),
               sample->is_complaint ? ": a complaint about"
               : sample->is_bounce  ? ": a bounce of"
                                    : ":");
    if (sample->from.len)
        buf_printf(&line, " a message from " STR_FMT, STR_ARG(sample->from));
    else
        buf_add_cstr(&line, " a message");
    if (sample->subject.len)
        buf_printf(&line, ", \"" STR_FMT "\"", STR_ARG(sample->subject));
    if (sample->date_s) {
        buf_add_cstr(&line, ", ");
        figure_moment(&line, paper_local(paper, sample->date_s), true);
    }
    paper_wrap(paper, 0, INK_BOLD, buf_str(&line));
    for (uint32_t i = 0; i < sample->fact_count; i++) {
        buf_reset(&line);
        buf_printf(&line, "%s " STR_FMT, sample->facts[i].is_trusted ? "+" : "-",
                   STR_ARG(sample->facts[i].what));
        if (sample->facts[i].says.len)
            buf_printf(&line, " (%s" STR_FMT ")",
                       sample->facts[i].is_trusted ? "" : "not believed: ",
                       STR_ARG(sample->facts[i].says));
        paper_wrap(paper, 2, INK_PLAIN, buf_str(&line));
    }
    buf_reset(&line);
    add_found(&line, sample);
    if (line.len)
        paper_wrap(paper, 2, INK_PLAIN, buf_str(&line));
    buf_done(&line);
}

static void
write_samples(const struct result *result, bool verbose, struct paper *paper)
{
    uint32_t shown = 0, left_out = 0, beside = 0;
    struct buf line;

    for (uint32_t i = 0; i < result->sample_count; i++) {
        const struct result_sample *sample = &result->samples[i];

        if (!verbose && sample->is_beside) {
            beside++;
        } else if (!verbose && shown == SAMPLES_SHOWN) {
            left_out++;
        } else {
            buf_add_char(paper->buf, '\n');
            write_sample(sample, paper);
            shown++;
        }
    }
    buf_init(&line, 512);
    if (left_out) {
        figure_counted(&line, left_out, "more message was", "more messages were");
        buf_add_cstr(&line, " given; -v shows all.");
    } else if (beside) {
        buf_add_char(paper->buf, '\n');
        figure_counted(&line, beside, "mail lies among the logs and was not taken for spam",
                       "mails lie among the logs and were not taken for spam");
        buf_add_cstr(&line, ": to ask about one, name its file; -v shows what the headers say.");
    }
    if (line.len)
        paper_wrap(paper, 0, INK_DIM, buf_str(&line));
    buf_done(&line);
}

void
report_text(const struct result *result, struct report_text_options options, struct paper *paper)
{
    struct str prefix = report_path_prefix(result);

    write_head(result, paper);
    write_answer(result, paper);
    for (uint32_t i = 0; i < result->incident_count; i++) {
        buf_add_char(paper->buf, '\n');
        report_text_incident(&result->incidents[i], options, prefix, paper);
    }
    write_samples(result, options.verbose, paper);
    write_named(result, VERDICT_REMARK, REMARKS_SHOWN, "Worth a look:", "", paper);
    write_named(result, VERDICT_BUSY, BUSY_SHOWN,
                "Innocent and busy:", " All senders: weir trace --senders", paper);
    write_caveats(result, options.verbose, paper);
    if (options.verbose) {
        buf_add_char(paper->buf, '\n');
        for (uint32_t i = 0; i < result->input_count; i++)
            write_input(&result->inputs[i], paper);
    }
    if (prefix.len && !str_eq(prefix, STR("./")) && result->incident_count) {
        struct buf line;

        buf_init(&line, LINE_BYTES_MAX);
        buf_printf(&line, "Logs are named as they lie under " STR_FMT, STR_ARG(prefix));
        buf_add_char(paper->buf, '\n');
        paper_wrap(paper, 0, INK_DIM, buf_str(&line));
        buf_done(&line);
    }
}

void
report_text_senders(const struct result *result, struct paper *paper)
{
    struct buf line;

    write_head(result, paper);
    buf_add_char(paper->buf, '\n');
    paper_line(paper, 0, INK_BOLD, STR(" MESSAGES  RECIPIENTS  BOUNCED  VERDICT   SENDER"));
    buf_init(&line, LINE_BYTES_MAX);
    for (uint32_t i = 0; i < result->sender_count; i++) {
        const struct sender *sender = &result->senders[i];

        buf_reset(&line);
        buf_printf(&line, "%9u  %10u  %7u  %-8s  " STR_FMT, sender->messages, sender->recipients,
                   sender->bounced, verdict_name(sender->verdict), STR_ARG(sender->name));
        /* Never cut: the name is what --sender takes. */
        paper_ink(paper, sender->verdict == VERDICT_INCIDENT ? INK_ALARM : INK_PLAIN);
        (void)escape_terminal(paper->buf, buf_str(&line), 0);
        paper_ink(paper, INK_PLAIN);
        buf_add_char(paper->buf, '\n');
        buf_reset(&line);
        buf_printf(&line, "%s%s" STR_FMT, sender->kind, sender->reason.len ? ": " : "",
                   STR_ARG(sender->reason));
        paper_wrap(paper, 42, INK_DIM, buf_str(&line));
    }
    if (result->sender_count == 0)
        paper_line(paper, 0, INK_PLAIN, STR("Nobody sent mail in these logs."));
    buf_done(&line);
    write_caveats(result, false, paper);
}
