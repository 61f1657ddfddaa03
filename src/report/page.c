#include "report/page.h"

#include "report/escape.h"

/* Nothing is loaded from anywhere, and no script runs, whatever was quoted. */
static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<style>\n"
    ":root{--ink:#1c1e21;--dim:#5c6370;--paper:#fff;--card:#f6f7f9;--line:#d9dde3;--alarm:#b3261e;"
    "--calm:#1b7f3b;--bar:#b3261e;--usual:#9aa4b2;color-scheme:light dark}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--dim:#9aa2ad;--paper:#15171a;"
    "--card:#1e2125;--line:#343940;--alarm:#ff8a80;--calm:#6bd48a;--bar:#ff8a80;--usual:#6b7480}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:60rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;"
    "color:var(--ink);background:var(--paper);overflow-wrap:anywhere}\n"
    "h2::first-letter,li::first-letter{text-transform:uppercase}\n"
    "h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.2rem;margin:0;color:var(--alarm)}\n"
    "h3{font-size:1rem;margin:1.2rem 0 .3rem}p{margin:.3rem 0}\n"
    ".head{color:var(--dim)}.calm{color:var(--calm)}\n"
    "article.mild{border-left-color:var(--usual)}.mild h2{color:inherit}"
    "article{background:var(--card);border:1px solid var(--line);border-left:.3rem solid "
    "var(--alarm);border-radius:.3rem;padding:1rem;margin:1rem 0;break-inside:auto}\n"
    ".title{display:flex;flex-wrap:wrap;gap:.3rem 1rem;justify-content:space-between;"
    "align-items:baseline}\n"
    ".sure{font-weight:600;white-space:nowrap}.culprit{font-weight:600}\n"
    "pre,code{font:.85rem/1.45 ui-monospace,monospace}\n"
    "pre{margin:.2rem 0;padding:.5rem;background:var(--paper);border:1px solid var(--line);"
    "border-radius:.2rem;white-space:pre-wrap}\n"
    ".where{color:var(--dim);font-size:.85rem}\n"
    "ul{margin:.3rem 0;padding-left:1.2rem}li{margin:.2rem 0}\n"
    "svg{display:block;width:100%;height:auto;margin:.8rem 0;overflow:visible}\n"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}\n"
    "th,td{text-align:left;padding:.3rem .5rem;border-bottom:1px solid var(--line);"
    "vertical-align:top;overflow-wrap:break-word}"
    ".senders "
    "td:first-child{overflow-wrap:anywhere}th.n,td.n{text-align:right}td.n{white-space:nowrap}\n"
    "details{margin:.5rem 0}summary{cursor:pointer}details pre{columns:11rem}\n"
    "@media(max-width:40rem){body{padding:.6rem}article{padding:.7rem}"
    "svg text{font-size:22px}svg text:nth-of-type(4),svg text:nth-of-type(6){display:none}"
    ".senders tr{display:grid;grid-template-columns:minmax(0,1fr) 5.5rem 5rem}"
    ".senders td:last-child{grid-column:1/-1;padding-top:0}.senders th:last-child{display:none}"
    ".senders td:not(:last-child){border:0}"
    ".stack tr,.stack td{display:block}.stack td{border:0;padding:.1rem 0;overflow-wrap:anywhere}"
    ".stack tr{border-bottom:1px solid var(--line)}"
    ".stack tr:first-child{position:absolute;clip-path:inset(50%)}}\n"
    "@media print{:root{--ink:#000;--dim:#444;--paper:#fff;--card:#fff;--line:#999;--alarm:#900;"
    "--bar:#900;--usual:#999}body{max-width:none;padding:0;font-size:10pt}h3{break-after:avoid}"
    "li,tr,svg{break-inside:avoid}details::details-content{content-visibility:visible}}\n"
    ".plain{color:inherit}h2.plain{margin:1.4rem 0 .3rem}footer{margin:1.5rem 0}\n"
    ".wrong{color:var(--alarm);font-weight:600}.file{font-weight:600}.kind{flex:1 0 "
    "auto;max-width:100%}.copies{columns:16rem}\n"
    ".path::first-letter,.files li::first-letter{text-transform:none}"
    ".files pre{columns:auto}.files{list-style:none;padding:0}.files>li{margin:.8rem 0}\n"
    ":focus-visible{outline:2px solid currentColor;outline-offset:2px}\n"
    "</style>\n";

void
page_begin(struct page *page, struct str title)
{
    buf_add_cstr(page->buf, head);
    buf_add_cstr(page->buf, "<title>weir: ");
    page_text(page, title);
    buf_add_cstr(page->buf, "</title>\n</head>\n<body>\n<main>\n");
}

/* ". Times are UTC+01:00." */
static void
write_zone(struct page *page, int64_t utc_s)
{
    int offset_s = (int)(page_local(page, utc_s) - utc_s);
    int minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;

    buf_add_cstr(page->buf, ". Times are UTC");
    if (minutes)
        buf_printf(page->buf, "%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
    buf_add_cstr(page->buf, ", but for quoted lines.");
}

void
page_end(struct page *page, int64_t now_s)
{
    buf_add_cstr(page->buf, "</main>\n<footer class=\"head\">Made by weir " WEIR_VERSION " on ");
    figure_moment(page->buf, page_local(page, now_s), false);
    write_zone(page, now_s);
    buf_add_cstr(page->buf, "</footer>\n</body>\n</html>\n");
}

void
page_text(struct page *page, struct str text)
{
    escape_html(page->buf, text);
}

void
page_element(struct page *page, const char *open, struct str text, const char *close)
{
    buf_add_cstr(page->buf, open);
    page_text(page, text);
    buf_add_cstr(page->buf, close);
    buf_add_char(page->buf, '\n');
}

void
page_path(struct page *page, struct str path)
{
    if (page->prefix.len && path.len > page->prefix.len && str_starts(path, page->prefix)) {
        path = str_from(path, page->prefix.len);
        (void)str_skip(&path, STR("/"));
    }
    page_text(page, path);
}

void
page_commands(struct page *page, struct str commands)
{
    buf_add_cstr(page->buf, "<pre>");
    while (commands.len) {
        struct str line = str_cut(&commands, '\n');

        while (line.len) {
            size_t len = str_index(line, '\t');

            page_text(page, str_first(line, len));
            if (len < line.len)
                buf_add_char(page->buf, '\t');
            line = str_from(line, len + 1);
        }
        buf_add_char(page->buf, '\n');
    }
    buf_add_cstr(page->buf, "</pre>");
}

int64_t
page_local(const struct page *page, int64_t utc_s)
{
    return utc_s + (page->zone ? page->zone(page->zone_context, utc_s) : 0);
}
