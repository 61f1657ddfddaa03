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
    finding.brief = arena_str(findings->arena, finding.brief);
    findings->list[findings->count++] = finding;
}

static bool
is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

struct str
finding_quote(struct str source, size_t offset)
{
    size_t begin, end;

    if (offset > source.len)
        offset = source.len;
    /* A line of megabytes is not walked to its ends: it may be quoted many times. */
    for (begin = offset; begin > 0 && !is_line_end(source.data[begin - 1]); begin--) {
        if (offset - begin > FINDING_TEXT_MAX)
            break;
    }
    for (end = offset; end < source.len && !is_line_end(source.data[end]); end++) {
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

/* Where the line behind the one from `at` on begins, or the source's end. */
static size_t
next_line(struct str source, size_t at)
{
    while (at < source.len && !is_line_end(source.data[at]))
        at++;
    if (at < source.len && source.data[at] == '\r' && at + 1 < source.len &&
        source.data[at + 1] == '\n')
        at++;
    return at < source.len ? at + 1 : at;
}

size_t
finding_line_offset(struct str source, uint32_t line)
{
    size_t at = 0;

    for (uint32_t here = 1; here < line && at < source.len; here++)
        at = next_line(source, at);
    return at;
}

uint32_t
finding_line_at(struct str source, size_t offset)
{
    uint32_t line = 1;

    for (size_t at = 0; at < offset && at < source.len; at++) {
        if (source.data[at] == '\n')
            line++;
        else if (source.data[at] == '\r')
            line += !(at + 1 < source.len && source.data[at + 1] == '\n');
    }
    return line;
}
