#include "auth/spf_parts.h"

/* The text at exp='s name. Whatever is wrong with it: as if there were none (RFC 7208 section 6.2).
 */
static bool
fetch_explanation(struct spf_run *run, struct str *ret_text)
{
    struct dns_answer answer;
    struct str name;

    *ret_text = STR_EMPTY;
    if (!spf_target(run, run->explanation, run->explanation_domain, &name))
        return false;
    answer = spf_ask(run, name, DNS_TXT);
    if (answer.status == DNS_PENDING)
        return false;
    if (answer.status == DNS_FOUND && answer.count == 1 &&
        !spf_macro_error(answer.records[0].data, SPF_MACRO_EXPLANATION))
        *ret_text = answer.records[0].data;
    return true;
}

static bool
expand_explanation(struct spf_run *run, struct spf_verdict *verdict)
{
    char bytes[SPF_EXPLANATION_MAX];
    struct str text, expanded;

    if (!fetch_explanation(run, &text))
        return false;
    if (!spf_prepare_macros(run, text, run->explanation_domain))
        return false;
    if (text.len && spf_macro_explanation(text, &run->values, bytes, &expanded))
        verdict->explanation = arena_str(run->arena, expanded);
    return true;
}

static void
explain_by_default(struct spf_run *run, struct spf_verdict *verdict)
{
    char bytes[SPF_EXPLANATION_MAX];
    struct str text = STR("%{c} may not send mail as %{d}");

    run->values.domain = verdict->domain;
    if (spf_macro_explanation(text, &run->values, bytes, &text))
        verdict->explanation = arena_str(run->arena, text);
    verdict->is_default = true;
}

bool
spf_explain(struct spf_run *run, struct spf_verdict *verdict)
{
    char bytes[SPF_NAME_BYTES + 4];
    uint32_t before, visit;
    bool is_complete;

    if (run->explanation.len) {
        size_t len = str_first(run->explanation, SPF_NAME_BYTES).len;

        memcpy(bytes, "exp=", 4);
        memcpy(bytes + 4, run->explanation.data, len);
        before = spf_visit_open(
            run, run->trace ? arena_str(run->arena, (struct str){bytes, len + 4}) : STR_EMPTY,
            run->explanation_domain, 0);
        visit = run->visit;
        is_complete = expand_explanation(run, verdict);
        run->visit = visit;
        spf_visit_close(run, before,
                        !is_complete               ? SPF_VISIT_PENDING
                        : verdict->explanation.len ? SPF_VISIT_MATCH
                                                   : SPF_VISIT_NO_MATCH);
        if (!is_complete)
            return false;
    }
    if (!verdict->explanation.len)
        explain_by_default(run, verdict);
    return true;
}
