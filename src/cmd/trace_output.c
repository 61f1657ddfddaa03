#include "cmd/trace_output.h"

#include "report/html.h"
#include "report/json.h"
#include "report/text.h"
#include "source/lines.h"
#include "source/whole.h"
#include "trace/sample.h"

#define REPORT_BYTES_MAX ((size_t)1024 * 1024 * 1024)

bool
trace_output_samples(struct result *result, const struct sample_list *samples, struct arena *arena)
{
    struct result_sample *list = arena_array(arena, samples->count + 1, sizeof(*list));

    if (!list)
        return false;
    for (uint32_t i = 0; i < samples->count; i++) {
        list[i] = samples->facts[i];
        list[i].is_found = samples->samples[i].is_found;
        list[i].incident = samples->samples[i].incident;
        list[i].found_id = samples->samples[i].found_id;
        list[i].found_by = sample_match_words(samples->samples[i].match);
    }
    result->samples = list;
    result->sample_count = samples->count;
    return true;
}

static struct paper
make_paper(const struct trace_output *output, struct buf *buf)
{
    return terminal_paper(buf, output->arguments->colour, output->arguments->zone);
}

/* Where --sender finds nothing in the queue: whether there is such a sender at all. */
static void
say_none_queued(const struct trace_output *output)
{
    struct str sender = str_from_cstr(output->arguments->sender);
    const struct str *ids;

    if (trace_sender_ids(output->trace, sender, false, output->arena, &ids) > 0)
        trace_output_complain(arena_printf(
            output->arena, "no message of " STR_FMT " is still in the queue when these logs end",
            STR_ARG(sender)));
    else
        trace_output_complain(arena_printf(
            output->arena, "there is no sender " STR_FMT "; weir trace --senders lists them",
            STR_ARG(sender)));
}

/* --queue-ids alone: for postsuper -h - and its like. */
static void
print_queue_ids(const struct trace_output *output, struct buf *buf)
{
    const struct result *result = output->result;
    const struct str *ids;
    uint32_t count;

    if (output->arguments->sender) {
        count = trace_sender_ids(output->trace, str_from_cstr(output->arguments->sender), true,
                                 output->arena, &ids);
        for (uint32_t i = 0; i < count; i++)
            buf_printf(buf, STR_FMT "\n", STR_ARG(ids[i]));
        if (count == 0)
            say_none_queued(output);
        return;
    }
    for (uint32_t i = 0; i < result->incident_count; i++) {
        for (uint32_t q = 0; q < result->incidents[i].queue_id_count; q++)
            buf_printf(buf, STR_FMT "\n", STR_ARG(result->incidents[i].queue_ids[q]));
    }
}

/* --json --sender: the incidents of that origin only. */
static void
keep_sender(struct result *result, struct str sender)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < result->incident_count; i++) {
        if (incident_is_of(&result->incidents[i], sender))
            result->incidents[kept++] = result->incidents[i];
    }
    result->incident_count = kept;
}

static void
explain(const struct trace_output *output, struct paper *paper)
{
    struct str id = str_from_cstr(output->arguments->explain);
    const struct input_file **files =
        arena_array(output->arena, output->inputs->count + 1, sizeof(struct input_file *));
    const struct str *sentences;
    struct evidence *found;
    uint32_t count = trace_explain(output->trace, id, output->arena, &sentences), lines;

    for (uint32_t i = 0; i < count; i++)
        paper_wrap(paper, 0, INK_PLAIN, sentences[i]);
    if (count == 0)
        paper_wrap(paper, 0, INK_PLAIN,
                   arena_printf(output->arena,
                                "These logs hold no message with the queue id " STR_FMT ".",
                                STR_ARG(id)));
    if (!files)
        return;
    for (uint32_t i = 0; i < output->inputs->count; i++)
        files[i] = &output->inputs->files[i];
    lines = lines_find(files, output->inputs->count, id, output->arena, &found);
    if (lines)
        buf_add_char(paper->buf, '\n');
    report_text_lines(found, lines, QUOTE_WHOLE, report_path_prefix(output->result), paper);
}

static bool
write_html(const struct trace_output *output, struct err *err)
{
    struct buf page;
    bool is_written;

    buf_init(&page, REPORT_BYTES_MAX);
    report_html(output->result,
                (struct report_html_options){terminal_offset, output->arguments->zone}, &page);
    is_written = whole_write(output->arguments->html, buf_str(&page), err);
    buf_done(&page);
    return is_written;
}

static void
render(const struct trace_output *output, struct buf *buf)
{
    const struct trace_arguments *arguments = output->arguments;
    struct paper paper = make_paper(output, buf);

    if (arguments->json)
        report_json(output->result, (struct report_json_options){arguments->queue_ids}, buf);
    else if (arguments->queue_ids)
        print_queue_ids(output, buf);
    else if (arguments->explain)
        explain(output, &paper);
    else if (arguments->senders)
        report_text_senders(output->result, &paper);
    else
        report_text(output->result, (struct report_text_options){arguments->verbose}, &paper);
}

/* What could not be read is said on standard error where the report itself does not say it. */
static void
print_problems(const struct trace_output *output)
{
    const struct trace_arguments *arguments = output->arguments;

    if (!arguments->json && !arguments->queue_ids && !arguments->explain)
        return;
    for (uint32_t i = 0; i < output->result->input_count; i++) {
        if (output->result->inputs[i].problem.len)
            trace_output_complain(output->result->inputs[i].problem);
    }
}

void
trace_output_complain(struct str sentence)
{
    terminal_complain("trace", sentence);
}

bool
trace_output_check(const struct trace_arguments *arguments, struct err *err)
{
    return !arguments->html || terminal_check_page(arguments->html, err);
}

bool
trace_output_write(const struct trace_output *output, struct err *err)
{
    struct buf buf;
    bool is_written;

    if (output->arguments->sender && output->arguments->json)
        keep_sender(output->result, str_from_cstr(output->arguments->sender));
    buf_init(&buf, REPORT_BYTES_MAX);
    render(output, &buf);
    print_problems(output);
    is_written = terminal_print(buf_str(&buf), err);
    buf_done(&buf);
    return (!output->arguments->html || write_html(output, err)) && is_written;
}
