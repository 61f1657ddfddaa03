#include "feedback/aggregate.h"

#include <stdlib.h>

#include "feedback/aggregate_parts.h"

#define REPORT_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define ROW_BYTES_MAX ((size_t)4 * 1024 * 1024)

const char *
aggregate_deviation_words(enum aggregate_deviation deviation)
{
    static const char *const words[] = {
        [AGGREGATE_NAMESPACE] = "a namespace that no standard names",
        [AGGREGATE_BEFORE] = "bytes before the document",
        [AGGREGATE_BEHIND] = "bytes behind </feedback>",
        [AGGREGATE_ENCODING] = "characters that are not UTF-8",
        [AGGREGATE_AMPERSAND] = "\"&\" that is not escaped",
        [AGGREGATE_CASE] = "words in capitals",
        [AGGREGATE_NO_ORG] = "no org_name",
        [AGGREGATE_NO_ID] = "no report_id",
        [AGGREGATE_NO_DATES] = "no date_range",
        [AGGREGATE_NO_POLICY] = "no policy_published",
        [AGGREGATE_NO_ADDRESS] = "rows without an address in source_ip",
        [AGGREGATE_NO_COUNT] = "rows without a number in count",
        [AGGREGATE_NO_RESULT] = "rows without results in policy_evaluated",
        [AGGREGATE_NO_FROM] = "rows without header_from",
        [AGGREGATE_NO_SELECTOR] = "signatures without a selector",
        [AGGREGATE_LONG] = "text longer than weir keeps",
        [AGGREGATE_CUT] = "a document that ends early",
    };

    return words[deviation];
}

/* --- bytes --- */

static XML_Parser
make_parser(struct aggregate *aggregate)
{
    /* What is not UTF-16 is UTF-8 by now, whatever the document says of itself. */
    XML_Parser parser = XML_ParserCreate(aggregate->repair.is_raw ? NULL : "UTF-8");

    if (!parser)
        abort();
    XML_SetUserData(parser, aggregate);
    XML_SetElementHandler(parser, aggregate_on_start, aggregate_on_end);
    XML_SetCharacterDataHandler(parser, aggregate_on_text);
    XML_SetStartDoctypeDeclHandler(parser, aggregate_on_doctype);
    return parser;
}

struct aggregate *
aggregate_new(struct aggregate_handler handler)
{
    struct aggregate *aggregate = calloc(1, sizeof(*aggregate));

    if (!aggregate)
        abort();
    aggregate->handler = handler;
    aggregate->report_arena = arena_new(REPORT_BYTES_MAX);
    aggregate->row_arena = arena_new(ROW_BYTES_MAX);
    return aggregate;
}

void
aggregate_free(struct aggregate *aggregate)
{
    if (!aggregate)
        return;
    if (aggregate->parser)
        XML_ParserFree(aggregate->parser);
    arena_free(aggregate->report_arena);
    arena_free(aggregate->row_arena);
    free(aggregate);
}

static void
note_behind(struct aggregate *aggregate, struct str rest)
{
    if (str_trim(rest).len)
        aggregate->report.deviations[AGGREGATE_BEHIND] = 1;
}

/* What stands in the block behind the event that stopped the parser. */
static struct str
rest_of_block(const struct aggregate *aggregate)
{
    XML_Index at = XML_GetCurrentByteIndex(aggregate->parser);
    int len = XML_GetCurrentByteCount(aggregate->parser);
    uint64_t end = at < 0 ? aggregate->fed : (uint64_t)at + (uint64_t)(len > 0 ? len : 0);
    uint64_t left = end < aggregate->fed ? aggregate->fed - end : 0;

    if (left > aggregate->block_len)
        left = aggregate->block_len;
    return (struct str){aggregate->block + aggregate->block_len - left, (size_t)left};
}

static void
parse_block(struct aggregate *aggregate, bool is_last)
{
    enum XML_Status status;
    XML_Index at;

    if (!aggregate->parser)
        aggregate->parser = make_parser(aggregate);
    aggregate->fed += aggregate->block_len;
    status = XML_Parse(aggregate->parser, aggregate->block, (int)aggregate->block_len, is_last);
    if (aggregate->has_failed || aggregate->is_stopped)
        return;
    if (aggregate->is_over) {
        note_behind(aggregate, rest_of_block(aggregate));
    } else if (status != XML_STATUS_OK) {
        enum XML_Error code = XML_GetErrorCode(aggregate->parser);

        (void)err_set(&aggregate->err, ERR_SYNTAX, "it is broken XML in line %lu: %s",
                      (unsigned long)XML_GetCurrentLineNumber(aggregate->parser),
                      XML_ErrorString(code));
        aggregate->has_failed = true;
    } else {
        at = XML_GetCurrentByteIndex(aggregate->parser);
        if (!is_last && at >= 0 && aggregate->fed > (uint64_t)at + AGGREGATE_TOKEN_MAX)
            aggregate_fail(aggregate, ERR_LIMIT, "a tag or a comment in it does not end");
    }
}

static bool
result(struct aggregate *aggregate, struct err *err)
{
    if (!aggregate->has_failed)
        return true;
    *err = aggregate->err;
    return false;
}

bool
aggregate_feed(struct aggregate *aggregate, struct str chunk, struct err *err)
{
    while (chunk.len && !aggregate->has_failed && !aggregate->is_stopped) {
        size_t len;
        size_t taken =
            repair_feed(&aggregate->repair, chunk, aggregate->block + aggregate->block_len,
                        AGGREGATE_BLOCK - aggregate->block_len, &len);

        chunk = str_from(chunk, taken);
        aggregate->block_len += len;
        if (aggregate->block_len + REPAIR_BYTE_MAX <= AGGREGATE_BLOCK)
            continue;
        if (aggregate->is_over)
            note_behind(aggregate, (struct str){aggregate->block, aggregate->block_len});
        else
            parse_block(aggregate, false);
        aggregate->block_len = 0;
    }
    return result(aggregate, err);
}

/* What the whole report lacks. */
static void
check_report(struct aggregate *aggregate)
{
    struct aggregate_report *report = &aggregate->report;
    const struct {
        enum aggregate_deviation deviation;
        bool is_so;
    } rows[] = {
        {AGGREGATE_NO_ORG, report->org_name.len == 0},
        {AGGREGATE_NO_ID, report->report_id.len == 0},
        {AGGREGATE_NO_DATES, report->begin_s == 0 || report->end_s == 0},
        {AGGREGATE_NO_POLICY, report->domain.len == 0},
        {AGGREGATE_CUT, !report->is_whole && !aggregate->is_stopped},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        report->deviations[rows[i].deviation] += rows[i].is_so;
    report->deviations[AGGREGATE_BEFORE] = aggregate->repair.before;
    report->deviations[AGGREGATE_ENCODING] = aggregate->repair.encoding;
    report->deviations[AGGREGATE_AMPERSAND] = aggregate->repair.ampersand;
}

bool
aggregate_finish(struct aggregate *aggregate, struct err *err)
{
    if (!aggregate->has_failed && !aggregate->is_stopped) {
        aggregate->block_len +=
            repair_finish(&aggregate->repair, aggregate->block + aggregate->block_len);
        if (aggregate->is_over)
            note_behind(aggregate, (struct str){aggregate->block, aggregate->block_len});
        else if (aggregate->repair.is_begun)
            parse_block(aggregate, true);
        else
            aggregate->has_failed = !err_set(&aggregate->err, ERR_SYNTAX, "it is no XML");
        aggregate->block_len = 0;
    }
    check_report(aggregate);
    if (aggregate->has_failed && aggregate->err.kind == ERR_SYNTAX && aggregate->report.row_count)
        return true; /* cut off, and counted as that */
    if (!aggregate->has_failed && !aggregate->is_stopped && !aggregate_begin(aggregate))
        aggregate->is_stopped = true;
    return result(aggregate, err);
}

const struct aggregate_report *
aggregate_report(const struct aggregate *aggregate)
{
    return &aggregate->report;
}

bool
aggregate_is_stopped(const struct aggregate *aggregate)
{
    return aggregate->is_stopped;
}

bool
aggregate_is_likely(struct str head)
{
    /* UTF-16 is told by its mark: nothing else of a report's begins with one. */
    if (str_starts(head, STR("\xff\xfe<")) || str_starts(head, STR("\xfe\xff\0<")))
        return true;
    head = str_first(head, 4096);
    return str_find_nocase(head, STR("<feedback")) < head.len ||
           str_find_nocase(head, STR(":feedback")) < head.len ||
           str_find(head, STR("<report_metadata>")) < head.len;
}
