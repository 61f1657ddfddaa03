#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

/*
 * page - a report as one page that needs nothing else: no script, no font, no picture
 * from elsewhere. Light and dark, readable on a telephone and on paper.
 *
 *     page_begin(&page, STR("web7"));   everything up to and with <main>
 *     page_element(&page, "<p>", text, "</p>");
 *     page_end(&page, now_s);           who made it and when, </html>
 *
 * Text that goes through it is escaped; marks are the caller's own.
 */

#include "report/figure.h"

struct page {
    struct buf *buf;
    figure_zone *zone; /* NULL: UTC */
    const void *zone_context;
    struct str prefix; /* what most paths begin with: left out */
};

void page_begin(struct page *page, struct str title);
void page_end(struct page *page, int64_t now_s);

void page_text(struct page *page, struct str text);

/* `open` and `close` are marks. */
void page_element(struct page *page, const char *open, struct str text, const char *close);

/* A path without the page's prefix. */
void page_path(struct page *page, struct str path);

/* Commands as they are typed, a line each. */
void page_commands(struct page *page, struct str commands);

/* The moment in the reader's zone. */
int64_t page_local(const struct page *page, int64_t utc_s);

#endif
