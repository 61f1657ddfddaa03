#include "report/scan_news.h"

#include "base/civil.h"
#include "report/escape.h"

void
scan_news_json(const struct scan_news *news, struct buf *buf)
{
    struct json json;

    json_init(&json, buf);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    json_integer(&json, "seen_s", news->seen_s);
    scan_report_finding(news->finding, &json);
    if (news->action) {
        json_string(&json, "action", str_from_cstr(scan_action_name(news->action->kind)));
        json_string_or_null(&json, "id", news->action->id);
        json_string_or_null(&json, "refused", news->action->reason);
    }
    json_end(&json);
    buf_add_char(buf, '\n');
}

void
scan_news_text(const struct scan_news *news, struct paper *paper)
{
    const struct finding *finding = news->finding;
    char seen[32];

    civil_write_utc(news->seen_s, seen);
    buf_printf(paper->buf, "%s  ", seen);
    paper_ink(paper, INK_ALARM);
    (void)escape_terminal(paper->buf, finding->path, 0);
    buf_printf(paper->buf, ":%u", finding->line);
    paper_ink(paper, INK_PLAIN);
    buf_printf(paper->buf, "  %s, %.0f %% sure\n", finding->rule, finding->confidence * 100);
    paper_line(paper, 4, INK_DIM, finding->text);
    paper_wrap(paper, 4, INK_PLAIN, finding->why);
    if (news->action) {
        paper_blanks(paper, 4);
        scan_action_text(news->action, paper->buf);
        buf_add_char(paper->buf, '\n');
    }
}

void
scan_news_totals_json(const struct scan_news_totals *totals, struct buf *buf)
{
    struct json json;

    json_init(&json, buf);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    json_bool(&json, "ended", true);
    json_integer(&json, "files", (int64_t)totals->files);
    json_integer(&json, "bytes", (int64_t)totals->bytes);
    json_integer(&json, "unread", (int64_t)totals->unread);
    json_integer(&json, "accused", (int64_t)totals->accused);
    json_integer(&json, "quarantined", (int64_t)totals->quarantined);
    json_integer(&json, "cleaned", (int64_t)totals->cleaned);
    json_string_or_null(&json, "scan", totals->scan);
    json_end(&json);
    buf_add_char(buf, '\n');
}

void
scan_news_totals_text(const struct scan_news_totals *totals, struct buf *buf)
{
    buf_printf(buf, "%llu files were written and looked at, %llu are malicious",
               (unsigned long long)totals->files, (unsigned long long)totals->accused);
    if (totals->scan.len)
        buf_printf(buf, "; %llu quarantined, %llu cleaned, by scan " STR_FMT,
                   (unsigned long long)totals->quarantined, (unsigned long long)totals->cleaned,
                   STR_ARG(totals->scan));
    buf_add_cstr(buf, ".\n");
}
