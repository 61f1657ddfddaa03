#include "feedback/json_stream.h"
#include "feedback/tlsrpt.h"
#include "feedback_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct told {
    uint64_t sum, policies, failures;
};

static bool
on_policy(void *context, const struct tlsrpt_report *report, const struct tlsrpt_policy *policy)
{
    struct told *told = context;

    require(policy->number == told->policies && report->policy_count == told->policies + 1);
    require(policy->string_count <= TLSRPT_LIST_MAX && policy->host_count <= TLSRPT_LIST_MAX);
    require(policy->success_count <= TLSRPT_COUNT_MAX);
    require(policy->failure_count <= TLSRPT_COUNT_MAX);
    add_text(&told->sum, policy->type, JSON_STREAM_TEXT_MAX);
    add_text(&told->sum, policy->domain, JSON_STREAM_TEXT_MAX);
    for (uint32_t i = 0; i < policy->host_count; i++)
        add_text(&told->sum, policy->hosts[i], JSON_STREAM_TEXT_MAX);
    told->policies++;
    return true;
}

static bool
on_failure(void *context, const struct tlsrpt_report *report, const struct tlsrpt_failure *failure)
{
    struct told *told = context;

    require(failure->policy == told->policies && report->failure_count == told->failures + 1);
    require(failure->count <= TLSRPT_COUNT_MAX);
    add_text(&told->sum, failure->result_type, JSON_STREAM_TEXT_MAX);
    add_text(&told->sum, failure->information, JSON_STREAM_TEXT_MAX);
    told->failures++;
    return true;
}

static struct told
read_in_steps(struct str text, size_t step)
{
    struct told told = {.sum = UINT64_C(14695981039346656037)};
    struct tlsrpt *tlsrpt = tlsrpt_new((struct tlsrpt_handler){on_policy, on_failure, &told});
    const struct tlsrpt_report *report = tlsrpt_report(tlsrpt);
    struct err err = {.text = ""};
    bool is_good = true;

    while (text.len && is_good) {
        is_good = tlsrpt_feed(tlsrpt, str_first(text, step), &err);
        text = str_from(text, step);
    }
    is_good = tlsrpt_finish(tlsrpt, &err);
    require(is_good || err.text[0]);
    add_bytes(&told.sum, report->deviations, sizeof(report->deviations));
    add_text(&told.sum, report->organization, JSON_STREAM_TEXT_MAX);
    add_bytes(&told.sum, &report->begin_s, sizeof(report->begin_s));
    add_bytes(&told.sum, &is_good, sizeof(is_good));
    tlsrpt_free(tlsrpt);
    return told;
}

/* What a report says does not depend on how its bytes come; every count has its ceiling. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct told whole = read_in_steps(text, size + 1);
    struct told cut = read_in_steps(text, size ? 1 + data[size - 1] % 97 : 1);

    require(whole.sum == cut.sum && whole.policies == cut.policies);
    require(whole.failures == cut.failures);
    (void)tlsrpt_is_likely(text);
    return 0;
}
