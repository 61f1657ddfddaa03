#include "report/scan_figure.h"

#include <string.h>

#include "report/escape.h"
#include "report/scan_words.h"

#define RULES_MAX 64
#define CLASSES_SHOWN 4
#define RULES_SHOWN 6
#define QUARANTINE_FILES_MAX 10

/* How often each word of a few came. */
struct tally {
    const char *words[RULES_MAX];
    uint32_t counts[RULES_MAX];
    uint32_t count, others;
};

static void
tally_add(struct tally *tally, const char *word, uint32_t number)
{
    uint32_t i = 0;

    while (i < tally->count && strcmp(tally->words[i], word) != 0)
        i++;
    if (i == RULES_MAX) {
        tally->others += number;
        return;
    }
    if (i == tally->count) {
        tally->words[tally->count] = word;
        tally->counts[tally->count++] = 0;
    }
    tally->counts[i] += number;
}

/* The word that came most often; taken out. UINT32_MAX: none is left. */
static uint32_t
tally_next(struct tally *tally, uint32_t *ret_number)
{
    uint32_t most = UINT32_MAX;

    for (uint32_t i = 0; i < tally->count; i++) {
        if (tally->counts[i] && (most == UINT32_MAX || tally->counts[i] > tally->counts[most]))
            most = i;
    }
    if (most != UINT32_MAX) {
        *ret_number = tally->counts[most];
        tally->counts[most] = 0;
    }
    return most;
}

static void
add_total(struct buf *buf, const struct scan_report *report, const struct scan_sites *sites)
{
    if (sites->total > 1) {
        figure_counted(buf, sites->total, "site", "sites");
        buf_add_cstr(buf, " (");
    }
    figure_counted(buf, report->files, "file", "files");
    buf_add_cstr(buf, ", ");
    figure_bytes(buf, report->bytes);
    if (sites->total > 1)
        buf_add_char(buf, ')');
}

void
scan_figure_answer(struct buf *buf, const struct scan_report *report,
                   const struct scan_sites *sites)
{
    uint32_t processes = sites->files[SCAN_PROCESS];
    size_t start = buf->len;

    if (sites->hacked && sites->total == 1) {
        buf_add_cstr(buf, "This site is hacked.");
    } else if (sites->hacked) {
        figure_count(buf, sites->hacked);
        buf_add_cstr(buf, " of ");
        figure_counted(buf, sites->total, "sites", "sites");
        buf_add_cstr(buf, sites->hacked == 1 ? " is hacked." : " are hacked.");
    }
    if (sites->outside) {
        buf_add_cstr(buf, buf->len > start ? " " : "");
        figure_counted(buf, sites->outside, "malicious file lies", "malicious files lie");
        buf_add_cstr(buf, sites->total ? " outside of sites." : " here.");
    }
    if (buf->len == start) {
        buf_add_cstr(buf, "No malicious script found in ");
        add_total(buf, report, sites);
        buf_add_char(buf, '.');
    }
    if (processes) {
        buf_add_char(buf, ' ');
        figure_counted(buf, processes, "running program is malicious.",
                       "running programs are malicious.");
    }
}

static void
add_other(struct buf *buf, uint32_t number, const char *before, const char *one, const char *many)
{
    if (number == 0)
        return;
    buf_add_cstr(buf, buf->len ? "; " : "");
    buf_add_cstr(buf, before);
    figure_counted(buf, number, one, many);
}

void
scan_figure_others(struct buf *buf, const struct scan_sites *sites)
{
    struct buf line;

    buf_init(&line, 1024);
    add_other(&line, sites->files[SCAN_MAIL], "visitors can mail through ", "script", "scripts");
    add_other(&line, sites->files[SCAN_FORM], "", "form has no bot check",
              "forms have no bot check");
    add_other(&line, sites->files[SCAN_NOTIFICATION], "", "kind of notice can be made a flood",
              "kinds of notices can be made a flood");
    add_other(&line, sites->files[SCAN_OUTDATED], "", "program has known weaknesses",
              "programs have known weaknesses");
    if (line.len) {
        if (line.data[0] == 'v')
            line.data[0] = 'V';
        buf_add(buf, buf_str(&line));
        buf_add_char(buf, '.');
    }
    buf_done(&line);
}

static void
add_classes(struct buf *buf, const struct scan_items *items)
{
    struct tally tally = {.count = 0};
    uint32_t number = 0, at, shown = 0;

    /* By the word for one: two rules of one class are counted together. */
    for (uint32_t i = 0; i < items->count; i++)
        tally_add(&tally, items->list[i].finding->rule, 1 + items->list[i].copy_count);
    for (uint32_t i = 0; i < tally.count; i++) {
        for (uint32_t earlier = 0; earlier < i; earlier++) {
            if (scan_words_class(tally.words[earlier], 1) != scan_words_class(tally.words[i], 1) ||
                !tally.counts[earlier])
                continue;
            tally.counts[earlier] += tally.counts[i];
            tally.counts[i] = 0;
            break;
        }
    }
    while ((at = tally_next(&tally, &number)) != UINT32_MAX) {
        if (shown == CLASSES_SHOWN) {
            tally.others += number;
            continue;
        }
        buf_add_cstr(buf, shown++ ? ", " : "");
        figure_count(buf, number);
        buf_printf(buf, " %s", scan_words_class(tally.words[at], number));
    }
    if (tally.others) {
        buf_add_cstr(buf, " and ");
        figure_counted(buf, tally.others, "other", "others");
    }
}

static void
add_moment(struct buf *buf, int64_t utc_s, figure_zone *zone, const void *zone_context)
{
    figure_moment(buf, utc_s + (zone ? zone(zone_context, utc_s) : 0), false);
}

static void
add_hacked(struct buf *buf, const struct scan_site *site, figure_zone *zone,
           const void *zone_context)
{
    buf_add_cstr(buf, site->root.len ? "hacked: " : "");
    add_classes(buf, &site->sections[SCAN_MALICIOUS]);
    if (!site->first)
        return;
    buf_add_cstr(buf, ", since ");
    add_moment(buf, site->first->file->ctime_s, zone, zone_context);
    buf_add_cstr(buf, " at the latest");
}

void
scan_figure_verdict(struct buf *buf, const struct scan_site *site, figure_zone *zone,
                    const void *zone_context)
{
    static const char *const words[SCAN_SECTION_COUNT][2] = {
        [SCAN_PROCESS] = {"running program", "running programs"},
        [SCAN_MAIL] = {"script that visitors can mail through",
                       "scripts that visitors can mail through"},
        [SCAN_FORM] = {"form without bot check", "forms without bot check"},
        [SCAN_NOTIFICATION] = {"notice that can be made a flood",
                               "notices that can be made a flood"},
        [SCAN_OUTDATED] = {"outdated program", "outdated programs"},
        [SCAN_REMARK] = {"remark", "remarks"},
    };
    bool is_first = true;

    if (site->sections[SCAN_MALICIOUS].count) {
        add_hacked(buf, site, zone, zone_context);
        return;
    }
    for (int i = SCAN_PROCESS; i < SCAN_SECTION_COUNT; i++) {
        uint32_t count = site->sections[i].file_count;

        if (count == 0 || (i == SCAN_REMARK && !is_first))
            continue;
        buf_add_cstr(buf, is_first ? "" : ", ");
        figure_counted(buf, count, words[i][0], words[i][1]);
        is_first = false;
    }
}

void
scan_figure_changed(struct buf *buf, const struct finding_file *file, figure_zone *zone,
                    const void *zone_context)
{
    buf_add_cstr(buf, "changed ");
    add_moment(buf, file->ctime_s, zone, zone_context);
    if (scan_is_stamp_forged(file)) {
        buf_add_cstr(buf, ", though its stamp says ");
        add_moment(buf, file->mtime_s, zone, zone_context);
    }
}

static void
tally_remarks(struct tally *tally, const struct scan_site *site)
{
    const struct scan_items *items = &site->sections[SCAN_REMARK];

    for (uint32_t i = 0; i < items->count; i++)
        tally_add(tally, items->list[i].finding->rule, 1 + items->list[i].copy_count);
}

static void
add_rules(struct buf *buf, struct tally *tally)
{
    uint32_t number = 0, shown = 0, at, others = tally->others;

    while ((at = tally_next(tally, &number)) != UINT32_MAX) {
        if (shown == RULES_SHOWN) {
            others += number;
            continue;
        }
        buf_add_cstr(buf, shown++ ? ", " : " (");
        figure_count(buf, number);
        buf_printf(buf, " %s", tally->words[at]);
    }
    if (others) {
        buf_add_cstr(buf, ", ");
        figure_counted(buf, others, "other", "others");
    }
    buf_add_cstr(buf, shown ? ")" : "");
}

void
scan_figure_rules(struct buf *buf, const struct scan_sites *sites)
{
    struct tally tally = {.count = 0};

    for (uint32_t i = 0; i < sites->count; i++) {
        if (!scan_site_is_told(&sites->list[i]))
            tally_remarks(&tally, &sites->list[i]);
    }
    add_rules(buf, &tally);
}

void
scan_figure_site_rules(struct buf *buf, const struct scan_site *site)
{
    struct tally tally = {.count = 0};

    tally_remarks(&tally, site);
    add_rules(buf, &tally);
}

void
scan_figure_read(struct buf *buf, const struct scan_report *report)
{
    figure_counted(buf, report->files, "file", "files");
    buf_add_cstr(buf, ", ");
    figure_bytes(buf, report->bytes);
    if (report->took_s > 0) {
        buf_printf(buf, ", in %.*f s", report->took_s < 1 ? 2 : 1, report->took_s);
        buf_add_cstr(buf, ", ");
        figure_bytes(buf, (uint64_t)((double)report->bytes / report->took_s));
        buf_add_cstr(buf, "/s");
    }
    if (report->unchanged) {
        buf_add_cstr(buf, "; ");
        figure_counted(buf, report->unchanged, "file was", "files were");
        buf_add_cstr(buf, " harmless before, and have not changed since");
    }
    buf_add_char(buf, '.');
}

static void
add_caveat(struct buf *buf, size_t start, uint64_t number, const char *one, const char *many)
{
    if (number == 0)
        return;
    buf_add_cstr(buf, buf->len > start ? " " : "");
    figure_counted(buf, number, one, many);
}

void
scan_figure_caveats(struct buf *buf, const struct scan_report *report)
{
    size_t start = buf->len;

    add_caveat(buf, start, report->unread, "file or folder could not be read.",
               "files or folders could not be read.");
    add_caveat(buf, start, report->archives, "archive was not looked into.",
               "archives were not looked into.");
    add_caveat(buf, start, report->cut, "file was looked at in part: it is too large, or too much.",
               "files were looked at in part: they are too large, or too much.");
    add_caveat(buf, start, report->allowed, "malicious file is on the allow-list, and left out.",
               "malicious files are on the allow-list, and left out.");
    add_caveat(buf, start, report->lost, "finding was too many, and is left out.",
               "findings were too many, and are left out.");
}

/* False, and nothing written: no command can name it. */
static bool
add_word(struct buf *buf, struct str path)
{
    size_t start = buf->len;

    /* No path may be taken for an option. */
    buf_add_cstr(buf, str_starts(path, STR("-")) ? " ./" : " ");
    if (escape_shell(buf, path))
        return true;
    buf->len = start;
    return false;
}

uint32_t
scan_figure_quarantine(struct buf *buf, const struct scan_site *site)
{
    const struct scan_items *items = &site->sections[SCAN_MALICIOUS];
    size_t start = buf->len, bare;
    uint32_t unnamed = 0;

    if (items->file_count > QUARANTINE_FILES_MAX && site->root.len) {
        buf_add_cstr(buf, "weir scan --quarantine");
        if (add_word(buf, site->root))
            return 0;
        buf->len = start;
        return items->file_count;
    }
    buf_add_cstr(buf, "weir quarantine add");
    bare = buf->len;
    for (uint32_t i = 0; i < items->count; i++) {
        for (const struct scan_item *item = &items->list[i]; item; item = item->copy)
            unnamed += !add_word(buf, item->finding->path);
    }
    if (buf->len == bare)
        buf->len = start;
    return unnamed;
}

void
scan_figure_by_hand(struct buf *buf, uint32_t number)
{
    if (number == 0)
        return;
    figure_counted(buf, number, "file has to be taken away by hand: its name holds",
                   "files have to be taken away by hand: their names hold");
    buf_add_cstr(buf, " characters that cannot be shown in a command.");
}

const char *
scan_figure_heading(enum scan_section section)
{
    static const char *const headings[SCAN_SECTION_COUNT] = {
        [SCAN_MALICIOUS] = "Malicious files",
        [SCAN_PROCESS] = "Running programs",
        [SCAN_MAIL] = "Scripts that visitors can mail through",
        [SCAN_FORM] = "Forms without a bot check",
        [SCAN_NOTIFICATION] = "Notices that can be made a flood",
        [SCAN_OUTDATED] = "Outdated software",
        [SCAN_REMARK] = "Remarks, too weak to accuse anybody",
    };

    return headings[section];
}
