#include "report/escape.h"
#include "report/scan_text.h"
#include "report/scan_words.h"

#define COPIES_NAMED 3
#define OTHERS_SHOWN 2
#define ADVICES_SHOWN 4
#define LINE_BYTES_MAX 65536

/* Items of a section that are shown unless all are asked for. */
static const uint32_t shown_most[SCAN_SECTION_COUNT] = {
    [SCAN_MALICIOUS] = 10,   [SCAN_PROCESS] = 10,  [SCAN_MAIL] = 10,  [SCAN_FORM] = 5,
    [SCAN_NOTIFICATION] = 3, [SCAN_OUTDATED] = 10, [SCAN_REMARK] = 3,
};

/* What is being written. */
struct writer {
    const struct scan_site *site;
    bool is_verbose;
    struct paper *paper;
    struct str advice; /* the last one that was given */
};

static struct str
inside(const struct scan_site *site, struct str path)
{
    if (site->root.len && path.len > site->root.len + 1 && str_starts(path, site->root) &&
        path.data[site->root.len] == '/')
        return str_from(path, site->root.len + 1);
    return path;
}

static void
wrap_cstr(struct writer *writer, size_t indent, const char *before, struct str text)
{
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    buf_add_cstr(&line, before);
    buf_add(&line, text);
    paper_wrap(writer->paper, indent, INK_PLAIN, buf_str(&line));
    buf_done(&line);
}

/* "uploads/x.php:3", and how sure it is at the page's edge. */
static void
write_place(struct writer *writer, const struct finding *finding)
{
    struct buf left, right;

    buf_init(&left, LINE_BYTES_MAX);
    buf_init(&right, 64);
    buf_add(&left, inside(writer->site, finding->path));
    if (finding->line)
        buf_printf(&left, ":%u", finding->line);
    buf_printf(&left, "  %s", scan_words_title(finding));
    figure_certainty(&right, finding->confidence);
    paper_ink(writer->paper, INK_BOLD);
    paper_ends(writer->paper, 4, buf_str(&left), buf_str(&right));
    paper_ink(writer->paper, INK_PLAIN);
    buf_done(&right);
    buf_done(&left);
}

static void
write_quote(struct writer *writer, size_t indent, struct str text)
{
    if (!text.len)
        return;
    if (writer->is_verbose) {
        paper_blanks(writer->paper, indent);
        (void)escape_terminal(writer->paper->buf, text, 0);
        buf_add_char(writer->paper->buf, '\n');
    } else {
        paper_line(writer->paper, indent, INK_PLAIN, text);
    }
}

/* "The same bytes lie in 37 more files: a.php, b.php, c.php, …" */
static void
write_copies(struct writer *writer, const struct scan_item *item)
{
    uint32_t named = 0;
    struct buf line;

    if (item->copy_count == 0)
        return;
    buf_init(&line, (size_t)32 << 20);
    buf_add_cstr(&line, item->is_same_bytes ? "The same bytes lie in " : "The same stands in ");
    figure_counted(&line, item->copy_count, "more file: ", "more files: ");
    for (const struct scan_item *copy = item->copy; copy; copy = copy->copy) {
        if (named == COPIES_NAMED && !writer->is_verbose) {
            buf_add_cstr(&line, ", …");
            break;
        }
        buf_add_cstr(&line, named++ ? ", " : "");
        buf_add(&line, inside(writer->site, copy->finding->path));
    }
    paper_wrap(writer->paper, 6, INK_PLAIN, buf_str(&line));
    buf_done(&line);
}

static void
write_entries(struct writer *writer, const struct scan_item *item)
{
    for (uint32_t i = 0; i < item->entry_count; i++) {
        wrap_cstr(writer, 6, scan_words_came(item->entries[i]), item->entries[i]->why);
        write_quote(writer, 8, item->entries[i]->text);
    }
}

/* What else was found in the same file. */
static void
write_others(struct writer *writer, const struct scan_item *item)
{
    uint32_t shown = 0;

    for (uint32_t i = 0; i < item->other_count; i++) {
        const struct finding *other = &item->others[i];
        struct buf line;

        if (other->kind != FINDING_MALICIOUS || other == item->finding)
            continue;
        if (shown++ == OTHERS_SHOWN && !writer->is_verbose)
            break;
        buf_init(&line, LINE_BYTES_MAX);
        if (other->line)
            buf_printf(&line, "Line %u: ", other->line);
        buf_add(&line, other->why);
        paper_wrap(writer->paper, 6, INK_PLAIN, buf_str(&line));
        buf_done(&line);
    }
}

static void
write_changed(struct writer *writer, const struct finding *finding)
{
    struct paper *paper = writer->paper;
    struct buf line;

    if (!finding->file || finding->kind != FINDING_MALICIOUS)
        return;
    buf_init(&line, 1024);
    scan_figure_changed(&line, finding->file, paper->zone, paper->zone_context);
    line.data[0] = 'C';
    buf_printf(&line, ". Owner: uid %u.", finding->file->uid);
    paper_wrap(paper, 6, INK_PLAIN, buf_str(&line));
    buf_done(&line);
}

static void
write_item(struct writer *writer, enum scan_section section, const struct scan_item *item)
{
    const struct finding *finding = item->finding;

    write_place(writer, finding);
    paper_wrap(writer->paper, 6, INK_PLAIN, finding->why);
    write_quote(writer, 6, finding->text);
    write_others(writer, item);
    write_changed(writer, finding);
    write_entries(writer, item);
    write_copies(writer, item);
    if ((section == SCAN_MALICIOUS || section == SCAN_REMARK) && !writer->is_verbose)
        return;
    if (finding->advice.len && !str_eq(finding->advice, writer->advice))
        wrap_cstr(writer, 6, "To do: ", finding->advice);
    writer->advice = finding->advice;
}

/* "WordPress 5.0 → 5.8.3: SQL injection … (CVE-2022-21661)" */
static void
write_brief(struct writer *writer, const struct scan_item *item)
{
    const struct finding *finding = item->finding;

    if (writer->is_verbose) {
        write_item(writer, SCAN_OUTDATED, item);
        return;
    }
    paper_line(writer->paper, 4, INK_PLAIN, finding->brief.len ? finding->brief : finding->why);
    if (item->copy_count)
        write_copies(writer, item);
}

static void
write_more(struct writer *writer, uint32_t number)
{
    struct buf line;

    buf_init(&line, 256);
    buf_add_cstr(&line, "… and ");
    figure_count(&line, number);
    buf_add_cstr(&line, " more: --verbose, --json");
    paper_line(writer->paper, 4, INK_DIM, buf_str(&line));
    buf_done(&line);
}

static void
write_heading(struct writer *writer, enum scan_section section)
{
    struct buf line;

    buf_init(&line, 4096);
    buf_add_cstr(&line, scan_figure_heading(section));
    if (section == SCAN_REMARK)
        scan_figure_site_rules(&line, writer->site);
    buf_add_char(writer->paper->buf, '\n');
    paper_wrap(writer->paper, 2, INK_BOLD, buf_str(&line));
    buf_done(&line);
}

static void
write_section(struct writer *writer, enum scan_section section)
{
    const struct scan_items *items = &writer->site->sections[section];
    uint32_t most = writer->is_verbose ? UINT32_MAX : shown_most[section];

    if (items->count == 0)
        return;
    write_heading(writer, section);
    for (uint32_t i = 0; i < items->count && i < most; i++) {
        if (section == SCAN_OUTDATED)
            write_brief(writer, &items->list[i]);
        else
            write_item(writer, section, &items->list[i]);
    }
    if (items->count > most)
        write_more(writer, items->count - most);
}

/* Each advice once. */
static void
write_advices(struct writer *writer, const struct scan_items *items)
{
    struct str given[ADVICES_SHOWN];
    uint32_t count = 0;

    for (uint32_t i = 0; i < items->count && count < ADVICES_SHOWN; i++) {
        struct str advice = items->list[i].finding->advice;
        bool is_given = advice.len == 0;

        for (uint32_t g = 0; g < count; g++)
            is_given |= str_eq(given[g], advice);
        if (is_given)
            continue;
        given[count++] = advice;
        paper_wrap(writer->paper, 4, INK_PLAIN, advice);
    }
}

static void
write_command(struct writer *writer, struct str command)
{
    paper_blanks(writer->paper, 6);
    paper_ink(writer->paper, INK_BOLD);
    (void)escape_terminal(writer->paper->buf, command, 0);
    paper_ink(writer->paper, INK_PLAIN);
    buf_add_char(writer->paper->buf, '\n');
}

static void
write_actions(struct writer *writer)
{
    struct buf line;
    uint32_t unnamed;

    if (writer->site->sections[SCAN_MALICIOUS].count == 0)
        return;
    buf_add_char(writer->paper->buf, '\n');
    paper_line(writer->paper, 2, INK_BOLD, STR("What to do"));
    write_advices(writer, &writer->site->sections[SCAN_MALICIOUS]);
    buf_init(&line, LINE_BYTES_MAX);
    unnamed = scan_figure_quarantine(&line, writer->site);
    if (line.len)
        write_command(writer, buf_str(&line));
    buf_reset(&line);
    scan_figure_by_hand(&line, unnamed);
    if (line.len)
        paper_wrap(writer->paper, 4, INK_PLAIN, buf_str(&line));
    paper_wrap(writer->paper, 4, INK_PLAIN, STR(SCAN_FIGURE_TRACE));
    write_command(writer, STR("weir trace"));
    buf_done(&line);
}

static void
write_title(struct writer *writer)
{
    const struct scan_site *site = writer->site;
    struct paper *paper = writer->paper;
    bool is_alarm = site->sections[SCAN_MALICIOUS].count || site->sections[SCAN_PROCESS].count;
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    buf_add_cstr(&line, "● ");
    buf_add(&line, site->root.len ? site->root : STR("Outside of sites"));
    paper_wrap(paper, 0, is_alarm ? INK_ALARM : INK_BOLD, buf_str(&line));
    buf_reset(&line);
    scan_figure_verdict(&line, site, paper->zone, paper->zone_context);
    paper_wrap(paper, 2, INK_BOLD, buf_str(&line));
    buf_done(&line);
}

void
scan_text_site(const struct scan_site *site, bool is_verbose, struct paper *paper)
{
    struct writer writer = {.site = site, .is_verbose = is_verbose, .paper = paper};

    write_title(&writer);
    for (int i = 0; i < SCAN_REMARK; i++) {
        write_section(&writer, (enum scan_section)i);
        if (i == SCAN_MALICIOUS)
            write_actions(&writer);
    }
    write_section(&writer, SCAN_REMARK);
}
