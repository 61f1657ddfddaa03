#include "report/audit_group.h"
#include "report/audit_report.h"
#include "report/page.h"

#define LINE_BYTES_MAX ((size_t)256 * 1024)

static const char *
class_of(enum audit_outcome outcome)
{
    return outcome >= AUDIT_SERIOUS ? "" : " class=\"mild\"";
}

static const char *
word_of(enum audit_outcome outcome)
{
    switch (outcome) {
    case AUDIT_CRITICAL:
        return "close it now";
    case AUDIT_SERIOUS:
        return "mend it soon";
    case AUDIT_WEAK:
        return "weak";
    case AUDIT_NOTE:
        return "could be better";
    case AUDIT_UNKNOWN:
        return "could not be looked at";
    case AUDIT_FINE:
        return "in order";
    }
    return "";
}

static const char *
fix_heading(const struct audit_fix *fix)
{
    switch (fix->kind) {
    case AUDIT_FIX_TEXT:
        return "";
    case AUDIT_FIX_RECORD:
        return "Publish this record in the DNS:";
    case AUDIT_FIX_SETTING:
        return "Set in ";
    case AUDIT_FIX_COMMAND:
        return "Run as root:";
    case AUDIT_FIX_FILE:
        return "Write into ";
    }
    return "";
}

static void
write_fix(const struct audit_fix *fix, struct page *page)
{
    struct buf paste;

    if (fix->kind == AUDIT_FIX_TEXT) {
        page_element(page, "<p>", fix->value, "</p>\n");
        return;
    }
    buf_printf(page->buf, "<p>%s", fix_heading(fix));
    if (fix->kind == AUDIT_FIX_SETTING || fix->kind == AUDIT_FIX_FILE)
        page_element(page, "<code>", fix->where, "</code>:");
    buf_add_cstr(page->buf, "</p>\n");
    buf_init(&paste, LINE_BYTES_MAX);
    audit_report_paste(fix, &paste);
    page_commands(page, buf_str(&paste));
    buf_done(&paste);
    if (fix->old.len) {
        page_element(page, "<p class=\"where\">It is now: <code>", fix->old, "</code></p>\n");
    }
}

static void
write_seen(const struct audit_finding *finding, struct page *page)
{
    page_element(page, "<p class=\"culprit\">", finding->subject, "</p>\n");
    if (finding->seen.len)
        page_commands(page, finding->seen);
    if (finding->place.len)
        page_element(page, "<p class=\"where\">", finding->place, "</p>\n");
}

/* Those of which the same is said, folded: what was seen of each, and what it needs of its own. */
static void
write_others(const struct audit *audit, uint32_t at, uint32_t others, struct page *page)
{
    const struct audit_finding *first = &audit->list[at];

    buf_printf(page->buf, "<details><summary>The same of %u more</summary>\n", others);
    for (uint32_t i = audit_group_next(audit, at); i < audit->count;
         i = audit_group_next(audit, i)) {
        const struct audit_finding *finding = &audit->list[i];

        write_seen(finding, page);
        if (audit_group_same_fixes(first, finding))
            continue;
        for (uint32_t k = 0; k < finding->fix_count; k++)
            write_fix(&finding->fixes[k], page);
    }
    buf_add_cstr(page->buf, "</details>\n");
}

static void
write_finding(const struct audit *audit, uint32_t at, uint32_t size, struct page *page)
{
    const struct audit_finding *finding = &audit->list[at];

    /* A name keeps its letters; a sentence begins with a capital. */
    buf_printf(page->buf, "<article%s>\n<div class=\"title\"><h2%s>", class_of(finding->outcome),
               str_starts(finding->title, finding->subject) ? " class=\"path\"" : "");
    page_text(page, finding->title);
    buf_printf(page->buf, "</h2><span class=\"sure\">%s</span></div>\n", word_of(finding->outcome));
    write_seen(finding, page);
    if (finding->why.len)
        page_element(page, "<p>", finding->why, "</p>\n");
    if (finding->fix_count)
        buf_add_cstr(page->buf, "<h3>What to do</h3>\n");
    for (uint32_t i = 0; i < finding->fix_count; i++)
        write_fix(&finding->fixes[i], page);
    if (size > 1)
        write_others(audit, at, size - 1, page);
    buf_add_cstr(page->buf, "</article>\n");
}

/* The worst outcome of an area, which says where on the page it stands. */
static enum audit_outcome
worst_of(const struct audit_report *report, enum audit_area area)
{
    enum audit_outcome worst = AUDIT_FINE;

    for (uint32_t i = 0; i < report->audit->count; i++) {
        const struct audit_finding *finding = &report->audit->list[i];

        if (finding->area == area && finding->outcome > worst)
            worst = finding->outcome;
    }
    return worst;
}

static void
write_area(const struct audit_report *report, enum audit_area area, struct page *page)
{
    bool has_heading = false;

    for (uint32_t i = 0; i < report->audit->count; i++) {
        const struct audit_finding *finding = &report->audit->list[i];
        uint32_t size;

        if (finding->area != area || finding->outcome < AUDIT_NOTE ||
            !(size = audit_group_size(report->audit, i)))
            continue;
        if (!has_heading)
            buf_printf(page->buf, "<h2 class=\"plain\">%s</h2>\n", audit_report_area(area));
        has_heading = true;
        write_finding(report->audit, i, size, page);
    }
}

static void
write_brief(const struct audit_report *report, enum audit_outcome outcome, const char *heading,
            struct page *page)
{
    if (!audit_report_count(report, outcome))
        return;
    buf_printf(page->buf, "<details%s><summary>%s</summary>\n<ul>\n",
               outcome == AUDIT_UNKNOWN ? " open" : "", heading);
    for (uint32_t i = 0; i < report->audit->count; i++) {
        const struct audit_finding *finding = &report->audit->list[i];

        if (finding->outcome != outcome)
            continue;
        page_element(page, "<li class=\"path\"><strong>", finding->subject, "</strong>: ");
        page_text(page, finding->why.len && str_ends(finding->title, STR("."))
                            ? str_first(finding->title, finding->title.len - 1)
                            : finding->title);
        if (finding->why.len)
            page_element(page, ": ", finding->why, "");
        buf_add_cstr(page->buf, "</li>\n");
    }
    buf_add_cstr(page->buf, "</ul>\n</details>\n");
}

static void
write_head(const struct audit_report *report, struct page *page)
{
    struct buf answer;
    bool is_alarm =
        audit_report_count(report, AUDIT_CRITICAL) || audit_report_count(report, AUDIT_SERIOUS);

    buf_add_cstr(page->buf, "<p class=\"head\">");
    page_text(page, report->host);
    for (uint32_t i = 0; i < report->subject_count; i++) {
        buf_add_cstr(page->buf, i || report->host.len ? ", " : "");
        page_text(page, report->subjects[i]);
    }
    buf_add_cstr(page->buf, " · ");
    figure_moment(page->buf, page_local(page, report->generated_s), false);
    buf_add_cstr(page->buf, " · ");
    figure_counted(page->buf, report->audit->count, "check", "checks");
    buf_init(&answer, LINE_BYTES_MAX);
    audit_report_answer(report, &answer);
    buf_printf(page->buf, "</p>\n<h1 class=\"%s\">", is_alarm ? "wrong" : "calm");
    page_text(page, buf_str(&answer));
    buf_add_cstr(page->buf, "</h1>\n");
    buf_done(&answer);
}

void
audit_report_html(const struct audit_report *report, figure_zone *zone, const void *zone_context,
                  struct buf *buf)
{
    struct page page = {.buf = buf, .zone = zone, .zone_context = zone_context};

    page_begin(&page, report->subject_count ? report->subjects[0] : report->host);
    write_head(report, &page);
    for (int outcome = AUDIT_CRITICAL; outcome >= AUDIT_NOTE; outcome--) {
        for (int area = 0; area < AUDIT_AREA_COUNT; area++) {
            if (worst_of(report, (enum audit_area)area) == (enum audit_outcome)outcome)
                write_area(report, (enum audit_area)area, &page);
        }
    }
    write_brief(report, AUDIT_UNKNOWN, "What could not be looked at", &page);
    write_brief(report, AUDIT_FINE, "What was found in order", &page);
    if (report->audit->lost) {
        buf_add_cstr(buf, "<p class=\"wrong\">");
        figure_counted(buf, report->audit->lost, "finding more", "findings more");
        buf_add_cstr(buf, " did not fit into this page.</p>\n");
    }
    page_end(&page, report->generated_s);
}
