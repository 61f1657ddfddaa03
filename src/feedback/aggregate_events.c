#include <expat.h>

#include "base/cidr.h"
#include "feedback/aggregate_parts.h"
#include "feedback/moment.h"

/* The first fault is kept; the parser is stopped where it is. */
void
aggregate_fail(struct aggregate *aggregate, enum err_kind kind, const char *why)
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

bool
aggregate_begin(struct aggregate *aggregate)
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
        aggregate_fail(aggregate, ERR_LIMIT, "it has more rows than any report");
        return;
    }
    check_row(aggregate);
    aggregate->report.row_count++;
    aggregate->report.message_count += aggregate->row.count;
    if (!aggregate_begin(aggregate) ||
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

void XMLCALL
aggregate_on_start(void *context, const char *name, const char **attributes)
{
    struct aggregate *aggregate = context;
    enum element parent = aggregate->depth ? aggregate->stack[aggregate->depth - 1] : ELEMENT_NONE;
    const struct element_row *row;
    enum element element = ELEMENT_UNKNOWN;
    bool is_exact;

    if (is_done(aggregate))
        return;
    if (aggregate->depth == AGGREGATE_DEPTH_MAX) {
        aggregate_fail(aggregate, ERR_LIMIT, "its elements are nested too deep");
        return;
    }
    row = element_find(parent, local_name(name), &is_exact);
    if (parent == ELEMENT_NONE && !row) {
        aggregate_fail(aggregate, ERR_SYNTAX,
                       "it is XML, but no report: it does not begin with <feedback>");
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

void XMLCALL
aggregate_on_end(void *context, const char *name)
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

void XMLCALL
aggregate_on_text(void *context, const char *data, int len)
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

void XMLCALL
aggregate_on_doctype(void *context, const char *name, const char *system, const char *public,
                     int has_subset)
{
    (void)name;
    (void)system;
    (void)public;
    (void)has_subset;
    aggregate_fail(context, ERR_SYNTAX, "it has a DOCTYPE, which no report needs: it is not read");
}
