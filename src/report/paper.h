#ifndef REPORT_PAPER_H
#define REPORT_PAPER_H

/*
 * paper - a terminal's page: width, colour, wrapping. Everything that goes
 * through it is escaped.
 */

#include "report/figure.h"

#define PAPER_WIDTH_MIN 60
#define PAPER_WIDTH_MAX 160
#define PAPER_WIDTH_PLAIN 100 /* where the output is no terminal */

enum ink {
    INK_PLAIN,
    INK_BOLD,
    INK_DIM,
    INK_ALARM, /* an incident */
    INK_CALM,  /* nothing found */
};

struct paper {
    struct buf *buf;
    size_t width;
    bool colour;
    figure_zone *zone; /* NULL: UTC */
    const void *zone_context;
};

void paper_ink(struct paper *paper, enum ink ink);

/* `columns` blanks. */
void paper_blanks(struct paper *paper, size_t columns);

/* One line at `indent`, cut at the page's edge. */
void paper_line(struct paper *paper, size_t indent, enum ink ink, struct str text);

/* Text at `indent`, on as many lines as it takes; words longer than a line stay whole. */
void paper_wrap(struct paper *paper, size_t indent, enum ink ink, struct str text);

/* Text to be pasted: each of its lines whole, however long, with its own indent behind `indent`. */
void paper_verbatim(struct paper *paper, size_t indent, enum ink ink, struct str text);

/* `left`, and `right` at the page's edge, or on a line of its own where there is no room. */
void paper_ends(struct paper *paper, size_t indent, struct str left, struct str right);

/* The moment in the reader's zone. */
int64_t paper_local(const struct paper *paper, int64_t utc_s);

#endif
