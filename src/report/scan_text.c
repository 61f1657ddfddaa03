#include "report/scan_text.h"
#include "report/escape.h"
#include "report/scan_sites.h"

#define SITES_SHOWN 20
#define SITES_NAMED 30 /* on a line each, behind those */
#define LINE_BYTES_MAX 65536

/* "3 of 41 sites are hacked.", "No malicious script found in 41 sites (77,743 files, 1.3 GB)." */
static void
write_answer(const struct scan_report *report, const struct scan_sites *sites, struct paper *paper)
{
    struct buf line;
    bool is_alarm = sites->files[SCAN_MALICIOUS] || sites->files[SCAN_PROCESS];

    buf_init(&line, LINE_BYTES_MAX);
    scan_figure_answer(&line, report, sites);
    paper_wrap(paper, 0, is_alarm ? INK_ALARM : INK_CALM, buf_str(&line));
    buf_reset(&line);
    scan_figure_others(&line, sites);
    if (line.len)
        paper_wrap(paper, 0, INK_BOLD, buf_str(&line));
    buf_done(&line);
}

/* A site that is too many, on one line. */
static void
write_named(const struct scan_site *site, struct paper *paper)
{
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    buf_add(&line, site->root.len ? site->root : STR("outside of sites"));
    buf_add_cstr(&line, ": ");
    scan_figure_verdict(&line, site, NULL, NULL);
    paper_line(paper, 2, INK_PLAIN, buf_str(&line));
    buf_done(&line);
}

static void
write_sites(const struct scan_sites *sites, bool is_verbose, struct paper *paper)
{
    uint32_t shown = 0, left_out = 0;
    struct buf line;

    for (uint32_t i = 0; i < sites->count; i++) {
        const struct scan_site *site = &sites->list[i];

        if (!scan_site_is_told(site))
            continue;
        shown++;
        if (is_verbose || shown <= SITES_SHOWN) {
            buf_add_char(paper->buf, '\n');
            scan_text_site(site, is_verbose, paper);
            continue;
        }
        if (shown == SITES_SHOWN + 1)
            buf_add_char(paper->buf, '\n');
        if (shown <= SITES_SHOWN + SITES_NAMED)
            write_named(site, paper);
        else
            left_out++;
    }
    if (!left_out)
        return;
    buf_init(&line, 256);
    buf_add_cstr(&line, "… and ");
    figure_counted(&line, left_out, "more site", "more sites");
    buf_add_cstr(&line, ": --verbose, --json");
    paper_line(paper, 2, INK_DIM, buf_str(&line));
    buf_done(&line);
}

/* Sites of which nothing else is told. */
static void
write_remarks(const struct scan_sites *sites, bool is_verbose, struct paper *paper)
{
    uint32_t count = 0, files = 0;
    struct buf line;

    for (uint32_t i = 0; i < sites->count; i++) {
        if (scan_site_is_told(&sites->list[i]))
            continue;
        count++;
        files += sites->list[i].sections[SCAN_REMARK].file_count;
        if (is_verbose) {
            buf_add_char(paper->buf, '\n');
            scan_text_site(&sites->list[i], is_verbose, paper);
        }
    }
    if (count == 0 || is_verbose)
        return;
    buf_add_char(paper->buf, '\n');
    buf_init(&line, LINE_BYTES_MAX);
    buf_add_cstr(&line, "Elsewhere, too weak to accuse anybody: ");
    figure_counted(&line, files, "remark", "remarks");
    scan_figure_rules(&line, sites);
    buf_add_cstr(&line, ". -v shows them.");
    paper_wrap(paper, 0, INK_PLAIN, buf_str(&line));
    buf_done(&line);
}

static void
write_end(const struct scan_report *report, struct paper *paper)
{
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    buf_add_char(paper->buf, '\n');
    scan_figure_read(&line, report);
    paper_wrap(paper, 0, INK_DIM, buf_str(&line));
    buf_reset(&line);
    scan_figure_caveats(&line, report);
    if (line.len)
        paper_wrap(paper, 0, INK_PLAIN, buf_str(&line));
    buf_done(&line);
}

void
scan_report_text(const struct scan_report *report, const struct scan_sites *sites, bool is_verbose,
                 struct paper *paper)
{
    write_answer(report, sites, paper);
    write_sites(sites, is_verbose, paper);
    write_remarks(sites, is_verbose, paper);
    write_end(report, paper);
}
