#include "report/audit_group.h"
#include "report/audit_report.h"

#define LINE_BYTES_MAX ((size_t)256 * 1024)
#define INDENT 2
#define INDENT_MORE 6
#define NAMES_MAX 12        /* of a group that are told */
#define SUBJECTS_TOLD_MAX 6 /* in the head: the answer stands below it */

static const char *const marks[] = {
    [AUDIT_FINE] = "✓", [AUDIT_UNKNOWN] = "?", [AUDIT_NOTE] = "·",
    [AUDIT_WEAK] = "○", [AUDIT_SERIOUS] = "●", [AUDIT_CRITICAL] = "●",
};

static enum ink
ink_of(enum audit_outcome outcome)
{
    return outcome >= AUDIT_SERIOUS ? INK_ALARM : outcome == AUDIT_WEAK ? INK_BOLD : INK_PLAIN;
}

static void
write_head(const struct audit_report *report, struct paper *paper)
{
    uint32_t told =
        report->subject_count > SUBJECTS_TOLD_MAX ? SUBJECTS_TOLD_MAX - 1 : report->subject_count;
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    buf_add(&line, report->host);
    for (uint32_t i = 0; i < told; i++) {
        if (line.len)
            buf_add_cstr(&line, i + 1 == report->subject_count ? " and " : ", ");
        buf_add(&line, report->subjects[i]);
    }
    if (told < report->subject_count)
        buf_printf(&line, " and %u more", report->subject_count - told);
    buf_add_cstr(&line, line.len ? " · " : "");
    figure_counted(&line, report->audit->count, "check", "checks");
    if (report->seconds > 0) {
        buf_add_cstr(&line, " in ");
        figure_real(&line, report->seconds);
        buf_add_cstr(&line, " s");
    }
    paper_wrap(paper, 0, INK_DIM, buf_str(&line));
    buf_add_char(paper->buf, '\n');
    buf_reset(&line);
    audit_report_answer(report, &line);
    paper_wrap(paper, 0,
               audit_report_count(report, AUDIT_CRITICAL) ||
                       audit_report_count(report, AUDIT_SERIOUS)
                   ? INK_ALARM
                   : INK_CALM,
               buf_str(&line));
    buf_done(&line);
}

/* What was seen; foreign. Lines behind the first are marked, so that they pass for none of ours. */
static void
write_quote(struct paper *paper, struct str text)
{
    struct buf line;

    paper_wrap(paper, INDENT, INK_DIM, str_cut(&text, '\n'));
    buf_init(&line, LINE_BYTES_MAX);
    while (text.len) {
        buf_reset(&line);
        buf_add_cstr(&line, "| ");
        buf_add(&line, str_cut(&text, '\n'));
        paper_wrap(paper, INDENT, INK_DIM, buf_str(&line));
    }
    buf_done(&line);
}

static const char *
fix_heading(const struct audit_fix *fix)
{
    switch (fix->kind) {
    case AUDIT_FIX_TEXT:
        return "";
    case AUDIT_FIX_RECORD:
        return "publish";
    case AUDIT_FIX_SETTING:
        return "set";
    case AUDIT_FIX_COMMAND:
        return "run";
    case AUDIT_FIX_FILE:
        return "write";
    }
    return "";
}

static void
write_fix(const struct audit_fix *fix, struct paper *paper)
{
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    if (fix->kind == AUDIT_FIX_TEXT) {
        buf_printf(&line, "- " STR_FMT, STR_ARG(fix->value));
        paper_wrap(paper, 4, INK_PLAIN, buf_str(&line));
        buf_done(&line);
        return;
    }
    buf_add_cstr(&line, fix_heading(fix));
    if (fix->kind == AUDIT_FIX_SETTING || fix->kind == AUDIT_FIX_FILE) {
        buf_add_cstr(&line, " in ");
        buf_add(&line, fix->where);
    }
    if (fix->old.len) {
        buf_add_cstr(&line, fix->kind == AUDIT_FIX_RECORD ? " in place of " : ", now: ");
        buf_add(&line, fix->old);
    }
    paper_wrap(paper, 4, INK_DIM, buf_str(&line));
    buf_reset(&line);
    audit_report_paste(fix, &line);
    paper_verbatim(paper, INDENT_MORE, INK_BOLD, buf_str(&line));
    buf_done(&line);
}

/*
 * "✓ example.com: SPF is in order"; a title that names its subject stands alone. One that tells
 * others, too: "✓ example.com and 3 more: …".
 */
static void
add_title(struct buf *line, const struct audit_finding *finding, uint32_t others)
{
    bool has_subject = str_has(finding->title, finding->subject);

    buf_printf(line, "%s ", marks[finding->outcome]);
    if (!has_subject) {
        buf_add(line, finding->subject);
        if (others)
            buf_printf(line, " and %u more", others);
        buf_add_cstr(line, ": ");
    }
    buf_add(line, finding->title);
    if (has_subject && others)
        buf_printf(line, "; %u more likewise", others);
}

/* The subjects of a group, and whether each has a fix of its own. */
static void
write_group(const struct audit_report *report, uint32_t at, struct paper *paper)
{
    const struct audit *audit = report->audit;
    bool has_own_fixes = false;
    uint32_t count = 0;
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    for (uint32_t i = at; i < audit->count; i = audit_group_next(audit, i)) {
        has_own_fixes |= !audit_group_same_fixes(&audit->list[at], &audit->list[i]);
        if (count++ >= NAMES_MAX)
            continue;
        /* a subject may have commas: "PHP 8.2 fpm, pool www" */
        buf_printf(&line, "%s" STR_FMT, line.len ? "; " : "", STR_ARG(audit->list[i].subject));
    }
    if (count > NAMES_MAX)
        buf_printf(&line, " and %u more", count - NAMES_MAX);
    paper_wrap(paper, INDENT, INK_PLAIN, buf_str(&line));
    buf_done(&line);
    paper_wrap(paper, INDENT, INK_DIM,
               has_own_fixes ? STR("What follows is of the first; --verbose tells what each needs.")
                             : STR("What follows is of the first; the others need the same."));
}

static void
write_finding(const struct audit_report *report, uint32_t at, uint32_t size, struct paper *paper)
{
    const struct audit_finding *finding = &report->audit->list[at];
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    add_title(&line, finding, size - 1);
    paper_wrap(paper, 0, ink_of(finding->outcome), buf_str(&line));
    buf_reset(&line);
    if (size > 1)
        write_group(report, at, paper);
    if (finding->place.len || finding->seen.len) {
        buf_add(&line, finding->place);
        if (finding->place.len && finding->seen.len)
            buf_add_cstr(&line, "  ");
        buf_add(&line, finding->seen);
        write_quote(paper, buf_str(&line));
    }
    if (finding->why.len)
        paper_wrap(paper, INDENT, INK_PLAIN, finding->why);
    for (uint32_t i = 0; i < finding->fix_count; i++)
        write_fix(&finding->fixes[i], paper);
    if (report->is_verbose)
        paper_line(paper, INDENT, INK_DIM, str_from_cstr(finding->check));
    buf_add_char(paper->buf, '\n');
    buf_done(&line);
}

/* Each is told by itself where all is wanted. */
static uint32_t
size_at(const struct audit_report *report, uint32_t at)
{
    return report->is_verbose ? 1 : audit_group_size(report->audit, at);
}

/* What needs no room of its own: a line each. */
static void
write_brief(const struct audit_report *report, enum audit_outcome outcome, const char *heading,
            struct paper *paper)
{
    struct buf line;

    if (!audit_report_count(report, outcome))
        return;
    buf_init(&line, LINE_BYTES_MAX);
    paper_line(paper, 0, INK_BOLD, str_from_cstr(heading));
    for (uint32_t i = 0; i < report->audit->count; i++) {
        const struct audit_finding *finding = &report->audit->list[i];
        uint32_t size;

        if (finding->outcome != outcome || !(size = size_at(report, i)))
            continue;
        buf_reset(&line);
        add_title(&line, finding, size - 1);
        if (finding->why.len) {
            line.len -= line.len && line.data[line.len - 1] == '.'; /* one sentence of two */
            buf_printf(&line, ": " STR_FMT, STR_ARG(finding->why));
        }
        paper_wrap(paper, INDENT, INK_PLAIN, buf_str(&line));
    }
    buf_add_char(paper->buf, '\n');
    buf_done(&line);
}

static void
write_tail(const struct audit_report *report, struct paper *paper)
{
    uint32_t fine = audit_report_count(report, AUDIT_FINE);
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    if (report->audit->lost) {
        figure_counted(&line, report->audit->lost, "finding more", "findings more");
        buf_add_cstr(&line, " did not fit into the report: mend the first ones, and run it again.");
        paper_wrap(paper, 0, INK_ALARM, buf_str(&line));
        buf_reset(&line);
    }
    if (fine && !report->is_verbose) {
        figure_counted(&line, fine, "check", "checks");
        buf_add_cstr(&line, " found all in order; --verbose lists them.");
        paper_wrap(paper, 0, INK_DIM, buf_str(&line));
    }
    buf_done(&line);
}

void
audit_report_text(const struct audit_report *report, struct paper *paper)
{
    write_head(report, paper);
    buf_add_char(paper->buf, '\n');
    for (uint32_t i = 0; i < report->audit->count; i++) {
        uint32_t size = report->audit->list[i].outcome >= AUDIT_NOTE ? size_at(report, i) : 0;

        if (size)
            write_finding(report, i, size, paper);
    }
    write_brief(report, AUDIT_UNKNOWN, "Could not be looked at", paper);
    if (report->is_verbose)
        write_brief(report, AUDIT_FINE, "In order", paper);
    write_tail(report, paper);
}
