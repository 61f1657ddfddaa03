#include "scan/finding.h"

const char *
finding_kind_name(enum finding_kind kind)
{
    static const char *const names[FINDING_KIND_COUNT] = {
        [FINDING_MALICIOUS] = "malicious",
        [FINDING_VULNERABLE_MAIL] = "vulnerable-mail",
        [FINDING_UNPROTECTED_FORM] = "unprotected-form",
        [FINDING_NOTIFICATION] = "notification",
        [FINDING_OUTDATED] = "outdated",
        [FINDING_ENTRY] = "entry",
        [FINDING_PROCESS] = "process",
    };

    return names[kind];
}

void
findings_add(struct findings *findings, struct finding finding)
{
    if (findings->count == FINDINGS_MAX) {
        findings->lost++;
        return;
    }
    finding.path = arena_str(findings->arena, finding.path);
    finding.text = arena_str(findings->arena, str_first(finding.text, FINDING_TEXT_MAX));
    finding.why = arena_str(findings->arena, finding.why);
    finding.advice = arena_str(findings->arena, finding.advice);
    findings->list[findings->count++] = finding;
}

struct str
finding_quote(struct str source, size_t offset)
{
    size_t begin, end;

    if (offset > source.len)
        offset = source.len;
    /* A line of megabytes is not walked to its ends: it may be quoted many times. */
    for (begin = offset; begin > 0 && source.data[begin - 1] != '\n'; begin--) {
        if (offset - begin > FINDING_TEXT_MAX)
            break;
    }
    for (end = offset; end < source.len && source.data[end] != '\n'; end++) {
        if (end - offset > FINDING_TEXT_MAX)
            break;
    }
    /* Of a line of megabytes, what is around the place. */
    if (end - begin > FINDING_TEXT_MAX) {
        if (offset - begin > FINDING_TEXT_MAX / 3)
            begin = offset - FINDING_TEXT_MAX / 3;
        if (end - begin > FINDING_TEXT_MAX)
            end = begin + FINDING_TEXT_MAX;
    }
    return str_trim((struct str){source.data + begin, end - begin});
}

size_t
finding_line_offset(struct str source, uint32_t line)
{
    struct str rest = source;

    for (uint32_t at = 1; at < line && rest.len; at++)
        (void)str_cut(&rest, '\n');
    return source.len - rest.len;
}
