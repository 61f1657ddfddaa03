#include "report/escape.h"
#include "report/scan_report.h"

void
scan_report_text(const struct scan_report *report, bool is_verbose, struct paper *paper)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];

        if (finding->confidence < FINDING_ACCUSES && !is_verbose)
            continue;
        escape_terminal(paper->buf, finding->path, 0);
        buf_printf(paper->buf, ":%u  %s %s %.2f\n", finding->line, finding_kind_name(finding->kind),
                   finding->rule, finding->confidence);
        paper_line(paper, 4, INK_PLAIN, finding->text);
        paper_wrap(paper, 4, INK_PLAIN, finding->why);
    }
}
