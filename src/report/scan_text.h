#ifndef REPORT_SCAN_TEXT_H
#define REPORT_SCAN_TEXT_H

/*
 * scan_text - one site of weir scan's report on a terminal; for scan_text.c.
 */

#include "report/scan_figure.h"

void scan_text_site(const struct scan_site *site, bool is_verbose, struct paper *paper);

#endif
