#include "feedback/tlsrpt.h"

#include <stdlib.h>

#include "base/arena.h"
#include "feedback/json_stream.h"
#include "feedback/moment.h"

#define REPORT_BYTES_MAX ((size_t)256 * 1024)
#define POLICY_BYTES_MAX ((size_t)1024 * 1024)

enum node {
    NODE_NONE, /* outside */
    NODE_UNKNOWN,
    NODE_REPORT,
    NODE_DATES,
    NODE_POLICIES,
    NODE_ITEM, /* of policies */
    NODE_POLICY,
    NODE_STRINGS,
    NODE_HOSTS,
    NODE_SUMMARY,
    NODE_FAILURES,
    NODE_FAILURE,
};

enum target {
    TARGET_REPORT,
    TARGET_POLICY,
    TARGET_FAILURE,
};

/* Objects and arrays by the member that holds them; NULL: an element of an array, or the whole. */
static const struct {
    enum node parent;
    const char *name;
    enum node node;
} containers[] = {
    {NODE_NONE, NULL, NODE_REPORT},
    {NODE_REPORT, "date-range", NODE_DATES},
    {NODE_REPORT, "policies", NODE_POLICIES},
    {NODE_POLICIES, NULL, NODE_ITEM},
    {NODE_ITEM, "policy", NODE_POLICY},
    {NODE_POLICY, "policy-string", NODE_STRINGS},
    {NODE_POLICY, "mx-host", NODE_HOSTS},
    {NODE_POLICY, "mx-host-pattern", NODE_HOSTS}, /* drafts, and Microsoft */
    {NODE_ITEM, "summary", NODE_SUMMARY},
    {NODE_ITEM, "failure-details", NODE_FAILURES},
    {NODE_FAILURES, NULL, NODE_FAILURE},
};

static const struct leaf {
    enum node parent;
    const char *name;
    enum target target;
    size_t offset; /* of a struct str, or of a uint64_t */
    bool is_number;
} leaves[] = {
    {NODE_REPORT, "organization-name", TARGET_REPORT, offsetof(struct tlsrpt_report, organization),
     false},
    {NODE_REPORT, "contact-info", TARGET_REPORT, offsetof(struct tlsrpt_report, contact), false},
    {NODE_REPORT, "report-id", TARGET_REPORT, offsetof(struct tlsrpt_report, report_id), false},
    {NODE_DATES, "start-datetime", TARGET_REPORT, offsetof(struct tlsrpt_report, start_text),
     false},
    {NODE_DATES, "end-datetime", TARGET_REPORT, offsetof(struct tlsrpt_report, end_text), false},
    {NODE_POLICY, "policy-type", TARGET_POLICY, offsetof(struct tlsrpt_policy, type), false},
    {NODE_POLICY, "policy-domain", TARGET_POLICY, offsetof(struct tlsrpt_policy, domain), false},
    {NODE_SUMMARY, "total-successful-session-count", TARGET_POLICY,
     offsetof(struct tlsrpt_policy, success_count), true},
    {NODE_SUMMARY, "total-failure-session-count", TARGET_POLICY,
     offsetof(struct tlsrpt_policy, failure_count), true},
    {NODE_FAILURE, "result-type", TARGET_FAILURE, offsetof(struct tlsrpt_failure, result_type),
     false},
    {NODE_FAILURE, "sending-mta-ip", TARGET_FAILURE, offsetof(struct tlsrpt_failure, sending_ip),
     false},
    {NODE_FAILURE, "receiving-ip", TARGET_FAILURE, offsetof(struct tlsrpt_failure, receiving_ip),
     false},
    {NODE_FAILURE, "receiving-mx-hostname", TARGET_FAILURE,
     offsetof(struct tlsrpt_failure, receiving_host), false},
    {NODE_FAILURE, "receiving-mx-helo", TARGET_FAILURE,
     offsetof(struct tlsrpt_failure, receiving_helo), false},
    {NODE_FAILURE, "failed-session-count", TARGET_FAILURE, offsetof(struct tlsrpt_failure, count),
     true},
    {NODE_FAILURE, "additional-information", TARGET_FAILURE,
     offsetof(struct tlsrpt_failure, information), false},
    {NODE_FAILURE, "failure-reason-code", TARGET_FAILURE,
     offsetof(struct tlsrpt_failure, reason_code), false},
};
#define LEAF_COUNT (sizeof(leaves) / sizeof(leaves[0]))

struct tlsrpt {
    struct tlsrpt_handler handler;
    struct json_stream stream;
    struct arena *report_arena, *policy_arena, *failure_arena;
    struct tlsrpt_report report;
    struct tlsrpt_policy policy;
    struct tlsrpt_failure failure;
    enum node stack[JSON_STREAM_DEPTH_MAX];
    uint32_t depth;
    char name[64]; /* of the member whose value comes next */
    size_t name_len;
    bool is_stopped, has_failed, is_over_limit;
    struct err err;
};

const char *
tlsrpt_deviation_words(enum tlsrpt_deviation deviation)
{
    static const char *const words[] = {
        [TLSRPT_NO_ORG] = "no organization-name",
        [TLSRPT_NO_ID] = "no report-id",
        [TLSRPT_NO_DATES] = "no date-range",
        [TLSRPT_NO_COUNT] = "counts that are no numbers",
        [TLSRPT_LONG] = "text longer than weir keeps",
        [TLSRPT_BEHIND] = "bytes behind the document",
        [TLSRPT_CUT] = "a document that ends early",
    };

    return words[deviation];
}

static enum node
top(const struct tlsrpt *tlsrpt)
{
    return tlsrpt->depth ? tlsrpt->stack[tlsrpt->depth - 1] : NODE_NONE;
}

static struct str
member(const struct tlsrpt *tlsrpt)
{
    return (struct str){tlsrpt->name, tlsrpt->name_len};
}

static enum node
container_of(const struct tlsrpt *tlsrpt)
{
    for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++) {
        if (containers[i].parent != top(tlsrpt))
            continue;
        if (!containers[i].name || str_eq(member(tlsrpt), str_from_cstr(containers[i].name)))
            return containers[i].node;
    }
    return NODE_UNKNOWN;
}

static void
open_node(struct tlsrpt *tlsrpt)
{
    enum node node = container_of(tlsrpt);

    if (node == NODE_ITEM) {
        uint64_t number = tlsrpt->policy.number;

        arena_reset(tlsrpt->policy_arena);
        tlsrpt->policy = (struct tlsrpt_policy){.number = number};
    } else if (node == NODE_FAILURE) {
        arena_reset(tlsrpt->failure_arena);
        tlsrpt->failure = (struct tlsrpt_failure){.policy = tlsrpt->policy.number};
    } else if (node == NODE_POLICIES) {
        tlsrpt->report.has_policies = true;
    }
    tlsrpt->stack[tlsrpt->depth++] = node;
}

/* Whether one more piece may be handed out. */
static bool
has_room(struct tlsrpt *tlsrpt)
{
    if (tlsrpt->report.policy_count + tlsrpt->report.failure_count < TLSRPT_PIECES_MAX)
        return true;
    tlsrpt->is_over_limit = true;
    return false;
}

static bool
end_item(struct tlsrpt *tlsrpt)
{
    const struct tlsrpt_handler *handler = &tlsrpt->handler;

    if (!has_room(tlsrpt))
        return false;
    tlsrpt->report.policy_count++;
    if (handler->policy && !handler->policy(handler->context, &tlsrpt->report, &tlsrpt->policy))
        return false;
    tlsrpt->policy.number++;
    return true;
}

static bool
end_failure(struct tlsrpt *tlsrpt)
{
    const struct tlsrpt_handler *handler = &tlsrpt->handler;

    if (!has_room(tlsrpt))
        return false;
    tlsrpt->report.failure_count++;
    return !handler->failure ||
           handler->failure(handler->context, &tlsrpt->report, &tlsrpt->failure);
}

static bool
close_node(struct tlsrpt *tlsrpt)
{
    enum node node = tlsrpt->stack[--tlsrpt->depth];

    if (node == NODE_ITEM)
        return end_item(tlsrpt);
    return node != NODE_FAILURE || end_failure(tlsrpt);
}

/* A number, or a number in quotes as some write it. */
static uint64_t
read_count(struct tlsrpt *tlsrpt, struct str text)
{
    uint64_t count;

    if (str_u64(text, &count) && count <= TLSRPT_COUNT_MAX)
        return count;
    tlsrpt->report.deviations[TLSRPT_NO_COUNT]++;
    return 0;
}

static void
add_to_list(struct tlsrpt *tlsrpt, struct str text, struct str *list, uint32_t *count)
{
    if (*count < TLSRPT_LIST_MAX)
        list[(*count)++] = arena_str(tlsrpt->policy_arena, text);
    else
        tlsrpt->report.deviations[TLSRPT_LONG]++;
}

static void
set_leaf(struct tlsrpt *tlsrpt, const struct leaf *leaf, struct str text)
{
    struct arena *arena = tlsrpt->report_arena;
    char *base = (char *)&tlsrpt->report;

    if (leaf->target == TARGET_POLICY) {
        arena = tlsrpt->policy_arena;
        base = (char *)&tlsrpt->policy;
    } else if (leaf->target == TARGET_FAILURE) {
        arena = tlsrpt->failure_arena;
        base = (char *)&tlsrpt->failure;
    }
    if (leaf->is_number)
        *(uint64_t *)(void *)(base + leaf->offset) = read_count(tlsrpt, text);
    else
        *(struct str *)(void *)(base + leaf->offset) = arena_str(arena, text);
}

static void
take_value(struct tlsrpt *tlsrpt, struct str text)
{
    enum node parent = top(tlsrpt);
    struct tlsrpt_policy *policy = &tlsrpt->policy;

    if (parent == NODE_STRINGS) {
        add_to_list(tlsrpt, text, policy->strings, &policy->string_count);
    } else if (parent == NODE_HOSTS) {
        add_to_list(tlsrpt, text, policy->hosts, &policy->host_count);
    } else if (parent == NODE_POLICY && container_of(tlsrpt) == NODE_HOSTS) {
        add_to_list(tlsrpt, text, policy->hosts, &policy->host_count); /* one host, no list */
    } else if (parent == NODE_POLICY && container_of(tlsrpt) == NODE_STRINGS) {
        add_to_list(tlsrpt, text, policy->strings, &policy->string_count);
    } else {
        for (size_t i = 0; i < LEAF_COUNT; i++) {
            if (leaves[i].parent == parent && str_eq(member(tlsrpt), str_from_cstr(leaves[i].name)))
                set_leaf(tlsrpt, &leaves[i], text);
        }
    }
}

static bool
on_event(void *context, enum json_stream_event event, struct str text)
{
    struct tlsrpt *tlsrpt = context;

    switch (event) {
    case JSON_STREAM_OPEN_OBJECT:
    case JSON_STREAM_OPEN_ARRAY:
        open_node(tlsrpt);
        return true;
    case JSON_STREAM_CLOSE:
        return close_node(tlsrpt);
    case JSON_STREAM_NAME:
        tlsrpt->name_len = text.len < sizeof(tlsrpt->name) ? text.len : 0;
        memcpy(tlsrpt->name, text.data, tlsrpt->name_len);
        return true;
    case JSON_STREAM_LITERAL:
        if (!str_eq(text, STR("null")))
            take_value(tlsrpt, text);
        return true;
    case JSON_STREAM_STRING:
        take_value(tlsrpt, text);
        return true;
    }
    return true;
}

struct tlsrpt *
tlsrpt_new(struct tlsrpt_handler handler)
{
    struct tlsrpt *tlsrpt = calloc(1, sizeof(*tlsrpt));

    if (!tlsrpt)
        abort();
    tlsrpt->handler = handler;
    tlsrpt->report_arena = arena_new(REPORT_BYTES_MAX);
    tlsrpt->policy_arena = arena_new(POLICY_BYTES_MAX);
    tlsrpt->failure_arena = arena_new(REPORT_BYTES_MAX);
    json_stream_init(&tlsrpt->stream, on_event, tlsrpt);
    return tlsrpt;
}

void
tlsrpt_free(struct tlsrpt *tlsrpt)
{
    if (!tlsrpt)
        return;
    arena_free(tlsrpt->report_arena);
    arena_free(tlsrpt->policy_arena);
    arena_free(tlsrpt->failure_arena);
    free(tlsrpt);
}

bool
tlsrpt_feed(struct tlsrpt *tlsrpt, struct str chunk, struct err *err)
{
    if (!tlsrpt->has_failed && !json_stream_feed(&tlsrpt->stream, chunk, &tlsrpt->err))
        tlsrpt->has_failed = true;
    if (tlsrpt->is_over_limit && !tlsrpt->has_failed)
        tlsrpt->has_failed = !err_set(&tlsrpt->err, ERR_LIMIT, "it has more than any report");
    if (tlsrpt->has_failed)
        *err = tlsrpt->err;
    return !tlsrpt->has_failed;
}

bool
tlsrpt_finish(struct tlsrpt *tlsrpt, struct err *err)
{
    struct tlsrpt_report *report = &tlsrpt->report;

    report->is_whole = tlsrpt->stream.is_whole;
    report->begin_s = moment_read(report->start_text);
    report->end_s = moment_read(report->end_text);
    report->deviations[TLSRPT_NO_ORG] = report->organization.len == 0;
    report->deviations[TLSRPT_NO_ID] = report->report_id.len == 0;
    report->deviations[TLSRPT_NO_DATES] = report->begin_s == 0 || report->end_s == 0;
    report->deviations[TLSRPT_LONG] += tlsrpt->stream.cut_count;
    report->deviations[TLSRPT_BEHIND] = tlsrpt->stream.has_behind;
    report->deviations[TLSRPT_CUT] = !report->is_whole && !tlsrpt->stream.is_stopped;
    if (tlsrpt->has_failed && (tlsrpt->err.kind != ERR_SYNTAX || report->policy_count == 0)) {
        *err = tlsrpt->err;
        return false;
    }
    if (!report->has_policies)
        return err_set(err, ERR_SYNTAX, "it is JSON, but no TLS report: it has no policies");
    if (report->deviations[TLSRPT_CUT] && report->policy_count == 0)
        return err_set(err, ERR_SYNTAX, "it is cut off before its first policy ends");
    return true;
}

const struct tlsrpt_report *
tlsrpt_report(const struct tlsrpt *tlsrpt)
{
    return &tlsrpt->report;
}

bool
tlsrpt_is_likely(struct str head)
{
    head = str_first(head, 65536);
    (void)str_skip(&head, STR("\xef\xbb\xbf"));
    head = str_trim(head);
    return str_starts(head, STR("{")) &&
           (str_has(head, STR("\"policies\"")) || str_has(head, STR("\"organization-name\"")) ||
            str_has(head, STR("\"report-id\"")));
}
