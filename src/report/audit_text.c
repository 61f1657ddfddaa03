#include "report/audit_report.h"

#define LINE_BYTES_MAX ((size_t)256 * 1024)
#define INDENT 2
#define INDENT_MORE 6

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
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    buf_add(&line, report->host);
    for (uint32_t i = 0; i < report->subject_count; i++) {
        if (line.len)
            buf_add_cstr(&line, i + 1 == report->subject_count ? " and " : ", ");
        buf_add(&line, report->subjects[i]);
    }
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

/* Text of several lines, each of which stays one, to be pasted. */
static void
write_lines(struct paper *paper, size_t indent, enum ink ink, struct str text)
{
    while (text.len)
        paper_wrap(paper, indent, ink, str_cut(&text, '\n'));
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
        buf_add_cstr(&line, ", now: ");
        buf_add(&line, fix->old);
    }
    paper_wrap(paper, 4, INK_DIM, buf_str(&line));
    buf_reset(&line);
    audit_report_paste(fix, &line);
    paper_verbatim(paper, INDENT_MORE, INK_BOLD, buf_str(&line));
    buf_done(&line);
}

/* "✓ example.com: SPF is in order"; a title that names its subject stands alone. */
static void
add_title(struct buf *line, const struct audit_finding *finding)
{
    buf_printf(line, "%s ", marks[finding->outcome]);
    if (!str_has(finding->title, finding->subject))
        buf_printf(line, STR_FMT ": ", STR_ARG(finding->subject));
    buf_add(line, finding->title);
}

static void
write_finding(const struct audit_finding *finding, bool is_verbose, struct paper *paper)
{
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    add_title(&line, finding);
    paper_wrap(paper, 0, ink_of(finding->outcome), buf_str(&line));
    buf_reset(&line);
    if (finding->place.len || finding->seen.len) {
        buf_add(&line, finding->place);
        if (finding->place.len && finding->seen.len)
            buf_add_cstr(&line, "  ");
        buf_add(&line, finding->seen);
        write_lines(paper, INDENT, INK_DIM, buf_str(&line));
    }
    if (finding->why.len)
        paper_wrap(paper, INDENT, INK_PLAIN, finding->why);
    for (uint32_t i = 0; i < finding->fix_count; i++)
        write_fix(&finding->fixes[i], paper);
    if (is_verbose)
        paper_line(paper, INDENT, INK_DIM, str_from_cstr(finding->check));
    buf_add_char(paper->buf, '\n');
    buf_done(&line);
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

        if (finding->outcome != outcome)
            continue;
        buf_reset(&line);
        add_title(&line, finding);
        if (finding->why.len)
            buf_printf(&line, ": " STR_FMT, STR_ARG(finding->why));
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
        if (report->audit->list[i].outcome >= AUDIT_NOTE)
            write_finding(&report->audit->list[i], report->is_verbose, paper);
    }
    write_brief(report, AUDIT_UNKNOWN, "Could not be looked at", paper);
    if (report->is_verbose)
        write_brief(report, AUDIT_FINE, "In order", paper);
    write_tail(report, paper);
}
