#ifndef REPORT_SVG_H
#define REPORT_SVG_H

/*
 * svg - an incident's timeline as a picture within a page: its messages over
 * time, the origin's usual ones behind them. Colours come from the page's style.
 */

#include "report/figure.h"
#include "trace/result.h"

void svg_timeline(struct buf *buf, const struct incident *incident, figure_zone *zone,
                  const void *zone_context);

#endif
