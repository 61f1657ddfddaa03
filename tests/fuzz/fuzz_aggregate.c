#include "feedback/aggregate.h"
#include "feedback/row_facts.h"
#include "feedback_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct told {
    uint64_t sum, rows, messages;
    uint32_t begins;
};

static bool
on_begin(void *context, const struct aggregate_report *report)
{
    struct told *told = context;

    add_text(&told->sum, report->domain, AGGREGATE_TEXT_MAX);
    require(++told->begins == 1);
    return true;
}

static bool
on_row(void *context, const struct aggregate_report *report, const struct aggregate_row *row)
{
    struct told *told = context;
    struct row_facts facts = row_facts_of(report->domain, row);

    require(told->begins == 1);
    require(row->count <= AGGREGATE_COUNT_MAX);
    require(row->dkim_count <= AGGREGATE_LIST_MAX && row->spf_count <= AGGREGATE_LIST_MAX);
    require(row->reason_count <= AGGREGATE_LIST_MAX);
    require(row->extension_count <= AGGREGATE_LIST_MAX);
    add_text(&told->sum, row->source_ip, AGGREGATE_TEXT_MAX);
    add_text(&told->sum, row->header_from, AGGREGATE_TEXT_MAX);
    add_text(&told->sum, row->dkim, AGGREGATE_TEXT_MAX);
    add_text(&told->sum, row->disposition, AGGREGATE_TEXT_MAX);
    add_text(&told->sum, facts.dkim.domain, AGGREGATE_TEXT_MAX);
    add_text(&told->sum, facts.spf.result, AGGREGATE_TEXT_MAX);
    for (uint32_t i = 0; i < row->reason_count; i++)
        add_text(&told->sum, row->reasons[i].comment, AGGREGATE_TEXT_MAX);
    for (uint32_t i = 0; i < row->extension_count; i++)
        add_text(&told->sum, row->extensions[i].name, AGGREGATE_TEXT_MAX);
    told->rows++;
    told->messages += row->count;
    return true;
}

static struct told
read_in_steps(struct str text, size_t step)
{
    struct told told = {.sum = UINT64_C(14695981039346656037)};
    struct aggregate *aggregate =
        aggregate_new((struct aggregate_handler){on_begin, on_row, &told});
    const struct aggregate_report *report = aggregate_report(aggregate);
    struct err err = {.text = ""};
    bool is_good = true;

    while (text.len && is_good) {
        is_good = aggregate_feed(aggregate, str_first(text, step), &err);
        text = str_from(text, step);
    }
    is_good = aggregate_finish(aggregate, &err);
    require(report->row_count == told.rows && report->message_count == told.messages);
    require(report->error_count <= AGGREGATE_LIST_MAX);
    require(is_good || err.text[0]);
    require(!report->is_whole || is_good);
    add_bytes(&told.sum, report->deviations, sizeof(report->deviations));
    add_text(&told.sum, report->org_name, AGGREGATE_TEXT_MAX);
    add_text(&told.sum, report->report_id, AGGREGATE_TEXT_MAX);
    add_bytes(&told.sum, &report->begin_s, sizeof(report->begin_s));
    add_bytes(&told.sum, &is_good, sizeof(is_good));
    if (!is_good)
        add_text(&told.sum, str_from_cstr(err.text), sizeof(err.text));
    aggregate_free(aggregate);
    return told;
}

/* What a report says does not depend on how its bytes come; every count has its ceiling. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct told whole = read_in_steps(text, size + 1);
    struct told cut = read_in_steps(text, size ? 1 + data[size - 1] % 97 : 1);

    require(whole.sum == cut.sum && whole.rows == cut.rows);
    (void)aggregate_is_likely(text);
    return 0;
}
