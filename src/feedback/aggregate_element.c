#include "feedback/aggregate_parts.h"

#define HOLDS(parent, name, element)                                                               \
    {                                                                                              \
        ELEMENT_##parent, name, ELEMENT_##element, TARGET_NOTHING, 0, false                        \
    }
#define TEXT(parent, name, target, type, member)                                                   \
    {                                                                                              \
        ELEMENT_##parent, name, ELEMENT_TEXT, TARGET_##target, offsetof(struct type, member),      \
            false                                                                                  \
    }
#define WORD(parent, name, target, type, member)                                                   \
    {                                                                                              \
        ELEMENT_##parent, name, ELEMENT_TEXT, TARGET_##target, offsetof(struct type, member), true \
    }

/* RFC 9990 appendix A, and what RFC 7489 appendix C has besides. */
static const struct element_row rows[] = {
    HOLDS(NONE, "feedback", FEEDBACK),
    TEXT(FEEDBACK, "version", REPORT, aggregate_report, version),
    HOLDS(FEEDBACK, "report_metadata", METADATA),
    HOLDS(FEEDBACK, "policy_published", POLICY),
    HOLDS(FEEDBACK, "record", RECORD),
    HOLDS(FEEDBACK, "extensions", EXTENSIONS),
    HOLDS(FEEDBACK, "extension", EXTENSIONS),
    TEXT(METADATA, "org_name", REPORT, aggregate_report, org_name),
    TEXT(METADATA, "email", REPORT, aggregate_report, email),
    TEXT(METADATA, "extra_contact_info", REPORT, aggregate_report, extra_contact_info),
    TEXT(METADATA, "report_id", REPORT, aggregate_report, report_id),
    TEXT(METADATA, "generator", REPORT, aggregate_report, generator),
    {ELEMENT_METADATA, "error", ELEMENT_TEXT, TARGET_ERROR, 0, false},
    HOLDS(METADATA, "date_range", DATES),
    TEXT(DATES, "begin", REPORT, aggregate_report, begin_text),
    TEXT(DATES, "end", REPORT, aggregate_report, end_text),
    WORD(POLICY, "domain", REPORT, aggregate_report, domain),
    TEXT(POLICY, "version_published", REPORT, aggregate_report, version_published),
    WORD(POLICY, "adkim", REPORT, aggregate_report, adkim),
    WORD(POLICY, "aspf", REPORT, aggregate_report, aspf),
    WORD(POLICY, "p", REPORT, aggregate_report, p),
    WORD(POLICY, "sp", REPORT, aggregate_report, sp),
    WORD(POLICY, "np", REPORT, aggregate_report, np),
    WORD(POLICY, "pct", REPORT, aggregate_report, pct),
    WORD(POLICY, "fo", REPORT, aggregate_report, fo),
    WORD(POLICY, "testing", REPORT, aggregate_report, testing),
    WORD(POLICY, "discovery_method", REPORT, aggregate_report, discovery_method),
    HOLDS(RECORD, "row", ROW),
    HOLDS(RECORD, "identifiers", IDENTIFIERS),
    HOLDS(RECORD, "identities", IDENTIFIERS), /* RFC 7489's early drafts, still sent */
    HOLDS(RECORD, "auth_results", RESULTS),
    HOLDS(RECORD, "extensions", ROW_EXTENSIONS),
    WORD(ROW, "source_ip", ROW, aggregate_row, source_ip),
    TEXT(ROW, "count", ROW, aggregate_row, count_text),
    HOLDS(ROW, "policy_evaluated", EVALUATED),
    WORD(EVALUATED, "disposition", ROW, aggregate_row, disposition),
    WORD(EVALUATED, "dkim", ROW, aggregate_row, dkim),
    WORD(EVALUATED, "spf", ROW, aggregate_row, spf),
    HOLDS(EVALUATED, "reason", REASON),
    WORD(REASON, "type", REASON, aggregate_reason, type),
    TEXT(REASON, "comment", REASON, aggregate_reason, comment),
    WORD(IDENTIFIERS, "header_from", ROW, aggregate_row, header_from),
    WORD(IDENTIFIERS, "envelope_from", ROW, aggregate_row, envelope_from),
    WORD(IDENTIFIERS, "envelope_to", ROW, aggregate_row, envelope_to),
    HOLDS(RESULTS, "dkim", DKIM),
    HOLDS(RESULTS, "spf", SPF),
    WORD(DKIM, "domain", DKIM, aggregate_auth, domain),
    WORD(DKIM, "selector", DKIM, aggregate_auth, selector),
    WORD(DKIM, "result", DKIM, aggregate_auth, result),
    TEXT(DKIM, "human_result", DKIM, aggregate_auth, human_result),
    WORD(SPF, "domain", SPF, aggregate_auth, domain),
    WORD(SPF, "scope", SPF, aggregate_auth, scope),
    WORD(SPF, "result", SPF, aggregate_auth, result),
    TEXT(SPF, "human_result", SPF, aggregate_auth, human_result),
    HOLDS(EXTENSIONS, "extension", EXTENSION),
    HOLDS(ROW_EXTENSIONS, "extension", ROW_EXTENSION),
};
#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

const struct element_row *
element_find(enum element parent, struct str name, bool *ret_is_exact)
{
    *ret_is_exact = true;
    if (parent == ELEMENT_UNKNOWN || parent == ELEMENT_TEXT)
        return NULL;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].parent != parent)
            continue;
        if (str_eq(name, str_from_cstr(rows[i].name)))
            return &rows[i];
    }
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].parent == parent && str_eq_nocase(name, str_from_cstr(rows[i].name))) {
            *ret_is_exact = false;
            return &rows[i];
        }
    }
    return NULL;
}
