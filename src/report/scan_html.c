#include "report/page.h"
#include "report/scan_figure.h"
#include "report/scan_words.h"

#define SITES_SHOWN 200
#define ITEMS_SHOWN 100 /* of a section; those behind the first few are folded away */
#define ITEMS_OPEN 10
#define COPIES_SHOWN 500
#define LINE_BYTES_MAX 65536

static void
write_answer(struct page *page, const struct scan_report *report, const struct scan_sites *sites)
{
    bool is_alarm = sites->files[SCAN_MALICIOUS] || sites->files[SCAN_PROCESS];

    buf_add_cstr(page->buf, "<p class=\"head\">");
    for (size_t i = 0; i < report->path_count && i < ITEMS_OPEN; i++) {
        page_text(page, str_from_cstr(report->paths[i]));
        buf_add_cstr(page->buf, " · ");
    }
    scan_figure_read(page->buf, report);
    buf_printf(page->buf, "</p>\n<h1 class=\"%s\">", is_alarm ? "wrong" : "calm");
    scan_figure_answer(page->buf, report, sites);
    buf_add_cstr(page->buf, "</h1>\n<p>");
    scan_figure_others(page->buf, sites);
    buf_add_cstr(page->buf, "</p>\n");
}

/* "uploads/x.php:3 · open relay 99 % sure" */
static void
write_place(struct page *page, const struct finding *finding)
{
    buf_add_cstr(page->buf, "<div class=\"title\"><span class=\"file\">");
    page_path(page, finding->path);
    if (finding->line)
        buf_printf(page->buf, ":%u", finding->line);
    buf_printf(page->buf, "</span><span class=\"kind\">%s</span>", scan_words_title(finding));
    buf_add_cstr(page->buf, "<span class=\"sure\">");
    figure_certainty(page->buf, finding->confidence);
    buf_add_cstr(page->buf, "</span></div>\n");
}

static void
write_quote(struct page *page, struct str text)
{
    if (text.len)
        page_element(page, "<pre>", text, "</pre>");
}

static void
write_copies(struct page *page, const struct scan_item *item)
{
    uint32_t shown = 0;

    if (item->copy_count == 0)
        return;
    buf_printf(page->buf, "<details><summary>%s ",
               item->is_same_bytes ? "The same bytes lie in" : "The same stands in");
    figure_counted(page->buf, item->copy_count, "more file", "more files");
    buf_add_cstr(page->buf, "</summary>\n<ul class=\"copies\">\n");
    for (const struct scan_item *copy = item->copy; copy && shown < COPIES_SHOWN;
         copy = copy->copy, shown++) {
        buf_add_cstr(page->buf, "<li><code>");
        page_path(page, copy->finding->path);
        buf_add_cstr(page->buf, "</code></li>\n");
    }
    buf_add_cstr(page->buf, "</ul>\n");
    if (shown < item->copy_count) {
        buf_add_cstr(page->buf, "<p>… and ");
        figure_count(page->buf, item->copy_count - shown);
        buf_add_cstr(page->buf, " more, see --json</p>\n");
    }
    buf_add_cstr(page->buf, "</details>\n");
}

static void
write_others(struct page *page, const struct scan_item *item)
{
    uint32_t shown = 0;

    for (uint32_t i = 0; i < item->other_count && shown < ITEMS_OPEN; i++) {
        const struct finding *other = &item->others[i];

        if (other->kind != FINDING_MALICIOUS || other == item->finding)
            continue;
        buf_add_cstr(page->buf, "<p>");
        if (other->line)
            buf_printf(page->buf, "Line %u: ", other->line);
        page_element(page, "", other->why, "</p>");
        shown++;
    }
}

static void
write_item(struct page *page, const struct scan_item *item)
{
    const struct finding *finding = item->finding;
    bool is_malicious = finding->kind == FINDING_MALICIOUS;

    buf_add_cstr(page->buf, "<li>");
    write_place(page, finding);
    page_element(page, "<p>", finding->why, "</p>");
    write_quote(page, finding->text);
    write_others(page, item);
    if (is_malicious && finding->file) {
        buf_add_cstr(page->buf, "<p class=\"where\">");
        scan_figure_changed(page->buf, finding->file, page->zone, page->zone_context);
        buf_printf(page->buf, "; owner uid %u, mode %04o</p>\n", finding->file->uid,
                   finding->file->mode & 07777);
    }
    for (uint32_t i = 0; i < item->entry_count; i++) {
        buf_printf(page->buf, "<p>%s", scan_words_came(item->entries[i]));
        page_element(page, "", item->entries[i]->why, "</p>");
        write_quote(page, item->entries[i]->text);
    }
    write_copies(page, item);
    if (!is_malicious && finding->advice.len)
        page_element(page, "<p>To do: ", finding->advice, "</p>");
    buf_add_cstr(page->buf, "</li>\n");
}

static void
write_list(struct page *page, const struct scan_items *items, uint32_t from, uint32_t until)
{
    buf_add_cstr(page->buf, "<ul class=\"files\">\n");
    for (uint32_t i = from; i < items->count && i < until; i++)
        write_item(page, &items->list[i]);
    buf_add_cstr(page->buf, "</ul>\n");
}

/* The first few in the open, more behind a line that opens them. */
static void
write_section(struct page *page, const struct scan_site *site, enum scan_section section)
{
    const struct scan_items *items = &site->sections[section];
    uint32_t open = section == SCAN_REMARK ? 0 : ITEMS_OPEN;

    if (items->count == 0)
        return;
    buf_printf(page->buf, "<h3>%s</h3>\n", scan_figure_heading(section));
    if (open)
        write_list(page, items, 0, open);
    if (items->count <= open)
        return;
    buf_add_cstr(page->buf, "<details><summary>");
    if (section == SCAN_REMARK) {
        figure_counted(page->buf, items->file_count, "remark", "remarks");
        scan_figure_site_rules(page->buf, site);
    } else {
        figure_count(page->buf, items->count - open);
        buf_add_cstr(page->buf, " more");
    }
    buf_add_cstr(page->buf, "</summary>\n");
    write_list(page, items, open, ITEMS_SHOWN);
    if (items->count > ITEMS_SHOWN) {
        buf_add_cstr(page->buf, "<p>… and ");
        figure_count(page->buf, items->count - ITEMS_SHOWN);
        buf_add_cstr(page->buf, " more: --verbose, --json</p>\n");
    }
    buf_add_cstr(page->buf, "</details>\n");
}

static void
write_outdated(struct page *page, const struct scan_site *site)
{
    const struct scan_items *items = &site->sections[SCAN_OUTDATED];

    if (items->count == 0)
        return;
    buf_printf(page->buf,
               "<h3>%s</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
               "aria-label=\"Outdated software of ",
               scan_figure_heading(SCAN_OUTDATED));
    page_text(page, site->root.len ? site->root : STR("this host"));
    buf_add_cstr(
        page->buf,
        "\"><table class=\"stack\">\n<tr><th scope=\"col\">What</th><th scope=\"col\">What to "
        "do</th><th scope=\"col\">Where</th></tr>\n");
    for (uint32_t i = 0; i < items->count && i < ITEMS_SHOWN; i++) {
        const struct finding *finding = items->list[i].finding;

        page_element(page, "<tr><td>", finding->brief.len ? finding->brief : finding->why, "</td>");
        page_element(page, "<td>", finding->advice, "</td>");
        buf_add_cstr(page->buf, "<td class=\"where\">");
        page_path(page, finding->path);
        buf_printf(page->buf, ":%u</td></tr>\n", finding->line);
    }
    buf_add_cstr(page->buf, "</table></div>\n");
    if (items->count > ITEMS_SHOWN) {
        buf_add_cstr(page->buf, "<p>… and ");
        figure_count(page->buf, items->count - ITEMS_SHOWN);
        buf_add_cstr(page->buf, " more: --verbose, --json</p>\n");
    }
}

static void
write_actions(struct page *page, const struct scan_site *site)
{
    const struct scan_items *items = &site->sections[SCAN_MALICIOUS];
    struct buf line;
    uint32_t unnamed;

    if (items->count == 0)
        return;
    buf_add_cstr(page->buf, "<h3>What to do</h3>\n");
    page_element(page, "<p>", items->list[0].finding->advice, "</p>");
    buf_init(&line, LINE_BYTES_MAX);
    unnamed = scan_figure_quarantine(&line, site);
    if (line.len)
        page_commands(page, buf_str(&line));
    buf_add_cstr(page->buf, "<p>");
    scan_figure_by_hand(page->buf, unnamed);
    buf_add_cstr(page->buf, unnamed ? " " SCAN_FIGURE_TRACE "</p>" : SCAN_FIGURE_TRACE "</p>");
    page_commands(page, STR("weir trace"));
    buf_done(&line);
}

static void
write_site(struct page *page, const struct scan_site *site)
{
    bool is_alarm = site->sections[SCAN_MALICIOUS].count || site->sections[SCAN_PROCESS].count;
    struct buf line;

    page->prefix = site->root;
    buf_add_cstr(page->buf, is_alarm ? "<article>\n<h2 class=\"path\">"
                                     : "<article class=\"mild\">\n<h2 class=\"path\">");
    page_text(page, site->root.len ? site->root : STR("Outside of sites"));
    buf_add_cstr(page->buf, "</h2>\n");
    buf_init(&line, LINE_BYTES_MAX);
    scan_figure_verdict(&line, site, page->zone, page->zone_context);
    page_element(page, "<p class=\"culprit\">", buf_str(&line), "</p>");
    buf_done(&line);
    for (int i = 0; i < SCAN_SECTION_COUNT; i++) {
        if (i == SCAN_OUTDATED)
            write_outdated(page, site);
        else
            write_section(page, site, (enum scan_section)i);
        if (i == SCAN_MALICIOUS)
            write_actions(page, site);
    }
    buf_add_cstr(page->buf, "</article>\n");
    page->prefix = STR_EMPTY;
}

void
scan_report_html(const struct scan_report *report, const struct scan_sites *sites,
                 figure_zone *zone, const void *zone_context, struct buf *buf)
{
    struct page page = {.buf = buf, .zone = zone, .zone_context = zone_context};
    size_t mark;

    page_begin(&page, STR("scan"));
    write_answer(&page, report, sites);
    for (uint32_t i = 0; i < sites->count && i < SITES_SHOWN; i++)
        write_site(&page, &sites->list[i]);
    if (sites->count > SITES_SHOWN) {
        buf_add_cstr(buf, "<p>… and ");
        figure_counted(buf, sites->count - SITES_SHOWN, "more site", "more sites");
        buf_add_cstr(buf, ": --verbose, --json</p>\n");
    }
    buf_add_cstr(buf, "<p>");
    mark = buf->len;
    scan_figure_caveats(buf, report);
    buf_add_cstr(buf, mark == buf->len ? "Everything was read.</p>\n" : "</p>\n");
    page_end(&page, report->now_s);
}
