#include "feedback/aggregate.h"

#include <expat.h>
#include <stdlib.h>

#include "base/cidr.h"
#include "feedback/aggregate_parts.h"
#include "feedback/aggregate_repair.h"
#include "feedback/moment.h"

#define BLOCK 16384
#define REPORT_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define ROW_BYTES_MAX ((size_t)4 * 1024 * 1024)

struct aggregate {
    struct aggregate_handler handler;
    XML_Parser parser;
    struct repair repair;
    char block[BLOCK];
    size_t block_len;
    uint64_t fed; /* bytes given to the parser */
    struct arena *report_arena, *row_arena;
    struct aggregate_report report;
    struct aggregate_row row;
    enum element stack[AGGREGATE_DEPTH_MAX];
    const struct element_row *leaf; /* whose text is being read */
    uint32_t depth;
    char text[AGGREGATE_TEXT_MAX];
    size_t text_len;
    bool is_long; /* the text went beyond its ceiling */
    bool has_begun, is_stopped, is_over, has_failed;
    struct err err;
};

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

/* The first fault is kept; the parser is stopped where it is. */
static void
fail(struct aggregate *aggregate, enum err_kind kind, const char *why)
{
    if (!aggregate->has_failed)
        (void)err_set(&aggregate->err, kind, "%s", why);
    aggregate->has_failed = true;
    (void)XML_StopParser(aggregate->parser, XML_FALSE);
}

static void
deviate(struct aggregate *aggregate, enum aggregate_deviation deviation)
{
    aggregate->report.deviations[deviation]++;
}

/* --- what was read, given its meaning --- */

static bool
is_known_namespace(struct str name)
{
    static const char *const known[] = {"", "urn:ietf:params:xml:ns:dmarc-2.0",
                                        "http://dmarc.org/dmarc-xml/0.1",
                                        "http://dmarc.org/dmarc-xml/0.2"};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (str_eq(name, str_from_cstr(known[i])))
            return true;
    }
    return false;
}

static void
check_row(struct aggregate *aggregate)
{
    struct aggregate_row *row = &aggregate->row;
    struct cidr address;

    if (!cidr_parse(row->source_ip, &address) ||
        str_index(row->source_ip, '/') < row->source_ip.len)
        deviate(aggregate, AGGREGATE_NO_ADDRESS);
    if (!str_u64(row->count_text, &row->count) || row->count > AGGREGATE_COUNT_MAX) {
        deviate(aggregate, AGGREGATE_NO_COUNT);
        row->count = 0;
    }
    if (row->dkim.len == 0 || row->spf.len == 0)
        deviate(aggregate, AGGREGATE_NO_RESULT);
    if (row->header_from.len == 0)
        deviate(aggregate, AGGREGATE_NO_FROM);
    for (uint32_t i = 0; i < row->dkim_count; i++) {
        if (row->dkims[i].selector.len == 0)
            deviate(aggregate, AGGREGATE_NO_SELECTOR);
    }
}

static void
stop(struct aggregate *aggregate)
{
    aggregate->is_stopped = true;
    (void)XML_StopParser(aggregate->parser, XML_FALSE);
}

static bool
begin(struct aggregate *aggregate)
{
    struct aggregate_handler *handler = &aggregate->handler;

    if (aggregate->has_begun)
        return true;
    aggregate->has_begun = true;
    return !handler->begin || handler->begin(handler->context, &aggregate->report);
}

static void
hand_out_row(struct aggregate *aggregate)
{
    struct aggregate_handler *handler = &aggregate->handler;

    if (aggregate->report.row_count == AGGREGATE_ROWS_MAX) {
        fail(aggregate, ERR_LIMIT, "it has more rows than any report");
        return;
    }
    check_row(aggregate);
    aggregate->report.row_count++;
    aggregate->report.message_count += aggregate->row.count;
    if (!begin(aggregate) ||
        (handler->row && !handler->row(handler->context, &aggregate->report, &aggregate->row)))
        stop(aggregate);
}

/* --- elements --- */

/* One more in a list of the row or report; false: the list is full. */
static bool
add(struct aggregate *aggregate, uint32_t *count)
{
    if (*count == AGGREGATE_LIST_MAX) {
        deviate(aggregate, AGGREGATE_LONG);
        return false;
    }
    (*count)++;
    return true;
}

/* name= and definition= of an extension. */
static void
add_extension(struct aggregate *aggregate, struct arena *arena, uint32_t *count,
              struct aggregate_extension *list, const char **attributes)
{
    if (!add(aggregate, count))
        return;
    list[*count - 1] = (struct aggregate_extension){STR_EMPTY, STR_EMPTY};
    for (size_t i = 0; attributes[i]; i += 2) {
        struct str value = str_first(str_from_cstr(attributes[i + 1]), AGGREGATE_TEXT_MAX);

        if (strcmp(attributes[i], "name") == 0)
            list[*count - 1].name = arena_str(arena, value);
        else if (strcmp(attributes[i], "definition") == 0)
            list[*count - 1].definition = arena_str(arena, value);
    }
}

static void
begin_feedback(struct aggregate *aggregate, const char **attributes)
{
    struct str name = STR_EMPTY;

    for (size_t i = 0; attributes[i]; i += 2) {
        if (strcmp(attributes[i], "xmlns") == 0)
            name = str_first(str_from_cstr(attributes[i + 1]), AGGREGATE_TEXT_MAX);
    }
    aggregate->report.namespace = arena_str(aggregate->report_arena, name);
    if (!is_known_namespace(name))
        deviate(aggregate, AGGREGATE_NAMESPACE);
}

/* What an element that is not a text opens. False: its list is full, it is not read. */
static bool
begin_element(struct aggregate *aggregate, enum element element, const char **attributes)
{
    struct aggregate_report *report = &aggregate->report;
    struct aggregate_row *row = &aggregate->row;

    if (element == ELEMENT_FEEDBACK) {
        begin_feedback(aggregate, attributes);
    } else if (element == ELEMENT_RECORD) {
        arena_reset(aggregate->row_arena);
        row->source_ip = row->count_text = row->disposition = row->dkim = row->spf =
            row->header_from = row->envelope_from = row->envelope_to = STR_EMPTY;
        row->count = 0;
        row->reason_count = row->dkim_count = row->spf_count = row->extension_count = 0;
    } else if (element == ELEMENT_REASON) {
        if (!add(aggregate, &row->reason_count))
            return false;
        row->reasons[row->reason_count - 1] = (struct aggregate_reason){STR_EMPTY, STR_EMPTY};
    } else if (element == ELEMENT_DKIM) {
        if (!add(aggregate, &row->dkim_count))
            return false;
        row->dkims[row->dkim_count - 1] =
            (struct aggregate_auth){STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY};
    } else if (element == ELEMENT_SPF) {
        if (!add(aggregate, &row->spf_count))
            return false;
        row->spfs[row->spf_count - 1] =
            (struct aggregate_auth){STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY};
    } else if (element == ELEMENT_EXTENSION) {
        add_extension(aggregate, aggregate->report_arena, &report->extension_count,
                      report->extensions, attributes);
    } else if (element == ELEMENT_ROW_EXTENSION) {
        add_extension(aggregate, aggregate->row_arena, &row->extension_count, row->extensions,
                      attributes);
    }
    return true;
}

/* A parser that was stopped may still tell of the end of what it was in. */
static bool
is_done(const struct aggregate *aggregate)
{
    return aggregate->has_failed || aggregate->is_stopped || aggregate->is_over;
}

static struct str
local_name(const char *name)
{
    const char *colon = strrchr(name, ':');

    return str_from_cstr(colon ? colon + 1 : name);
}

static void XMLCALL
on_start(void *context, const char *name, const char **attributes)
{
    struct aggregate *aggregate = context;
    enum element parent = aggregate->depth ? aggregate->stack[aggregate->depth - 1] : ELEMENT_NONE;
    const struct element_row *row;
    enum element element = ELEMENT_UNKNOWN;
    bool is_exact;

    if (is_done(aggregate))
        return;
    if (aggregate->depth == AGGREGATE_DEPTH_MAX) {
        fail(aggregate, ERR_LIMIT, "its elements are nested too deep");
        return;
    }
    row = element_find(parent, local_name(name), &is_exact);
    if (parent == ELEMENT_NONE && !row) {
        fail(aggregate, ERR_SYNTAX, "it is XML, but no report: it does not begin with <feedback>");
        return;
    }
    if (!is_exact)
        deviate(aggregate, AGGREGATE_CASE);
    if (row && (row->element == ELEMENT_TEXT || begin_element(aggregate, row->element, attributes)))
        element = row->element;
    if (element == ELEMENT_TEXT) {
        aggregate->leaf = row;
        aggregate->text_len = 0;
        aggregate->is_long = false;
    }
    aggregate->stack[aggregate->depth++] = element;
}

/* Where the text of the leaf goes; NULL: there is no room for one more. */
static struct str *
target_of(struct aggregate *aggregate, const struct element_row *leaf, struct arena **ret_arena)
{
    struct aggregate_report *report = &aggregate->report;
    struct aggregate_row *row = &aggregate->row;
    char *base = NULL;

    *ret_arena = aggregate->row_arena;
    switch (leaf->target) {
    case TARGET_NOTHING:
        return NULL;
    case TARGET_REPORT:
        *ret_arena = aggregate->report_arena;
        base = (char *)report;
        break;
    case TARGET_ERROR:
        *ret_arena = aggregate->report_arena;
        return add(aggregate, &report->error_count) ? &report->errors[report->error_count - 1]
                                                    : NULL;
    case TARGET_ROW:
        base = (char *)row;
        break;
    case TARGET_REASON:
        base = (char *)&row->reasons[row->reason_count - 1];
        break;
    case TARGET_DKIM:
        base = (char *)&row->dkims[row->dkim_count - 1];
        break;
    case TARGET_SPF:
        base = (char *)&row->spfs[row->spf_count - 1];
        break;
    }
    return (struct str *)(void *)(base + leaf->offset);
}

static bool
has_capitals(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] >= 'A' && s.data[i] <= 'Z')
            return true;
    }
    return false;
}

/* Names of domains and addresses may be in capitals by right; "PASS" may not. */
static bool
is_name(struct str element)
{
    return str_eq(element, STR("domain")) || str_eq(element, STR("source_ip")) ||
           str_eq(element, STR("selector")) || str_starts(element, STR("header_")) ||
           str_starts(element, STR("envelope_"));
}

static void
end_text(struct aggregate *aggregate)
{
    struct str text = str_trim((struct str){aggregate->text, aggregate->text_len});
    const struct element_row *leaf = aggregate->leaf;
    struct arena *arena;
    struct str *target = target_of(aggregate, leaf, &arena);

    if (leaf->is_word && has_capitals(text)) {
        if (!is_name(str_from_cstr(leaf->name)))
            deviate(aggregate, AGGREGATE_CASE);
        str_fold(text, aggregate->text + (text.data - aggregate->text));
    }
    if (aggregate->is_long)
        deviate(aggregate, AGGREGATE_LONG);
    if (target)
        *target = arena_str(arena, text);
}

static void XMLCALL
on_end(void *context, const char *name)
{
    struct aggregate *aggregate = context;
    enum element element;

    (void)name;
    if (is_done(aggregate))
        return;
    element = aggregate->stack[--aggregate->depth];
    if (element == ELEMENT_TEXT) {
        end_text(aggregate);
    } else if (element == ELEMENT_DATES) {
        aggregate->report.begin_s = moment_read(aggregate->report.begin_text);
        aggregate->report.end_s = moment_read(aggregate->report.end_text);
    } else if (element == ELEMENT_RECORD) {
        hand_out_row(aggregate);
    } else if (element == ELEMENT_FEEDBACK) {
        aggregate->report.is_whole = aggregate->is_over = true;
        (void)XML_StopParser(aggregate->parser, XML_FALSE);
    }
}

static void XMLCALL
on_text(void *context, const char *data, int len)
{
    struct aggregate *aggregate = context;
    size_t room = AGGREGATE_TEXT_MAX - aggregate->text_len;
    size_t take = (size_t)len < room ? (size_t)len : room;

    if (is_done(aggregate) || aggregate->depth == 0 ||
        aggregate->stack[aggregate->depth - 1] != ELEMENT_TEXT)
        return;
    memcpy(aggregate->text + aggregate->text_len, data, take);
    aggregate->text_len += take;
    aggregate->is_long |= take < (size_t)len;
}

static void XMLCALL
on_doctype(void *context, const char *name, const char *system, const char *public, int has_subset)
{
    (void)name;
    (void)system;
    (void)public;
    (void)has_subset;
    fail(context, ERR_SYNTAX, "it has a DOCTYPE, which no report needs: it is not read");
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
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
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
            fail(aggregate, ERR_LIMIT, "a tag or a comment in it does not end");
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
                        BLOCK - aggregate->block_len, &len);

        chunk = str_from(chunk, taken);
        aggregate->block_len += len;
        if (aggregate->block_len + REPAIR_BYTE_MAX <= BLOCK)
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
    if (!aggregate->has_failed && !aggregate->is_stopped && !begin(aggregate))
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
