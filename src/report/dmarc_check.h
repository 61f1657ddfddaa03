#ifndef REPORT_DMARC_CHECK_H
#define REPORT_DMARC_CHECK_H

/*
 * dmarc_check - what `weir dmarc check` shows of a review.
 *
 * Pure. Foreign text is escaped.
 */

#include "auth/dmarc_review.h"
#include "base/buf.h"

/* `list_name` is where the public suffix list came from. */
void dmarc_check_text(const struct dmarc_review *review, const char *list_name, struct buf *out);

/* One JSON object, version 1, as in weir-dmarc(1). */
void dmarc_check_json(const struct dmarc_review *review, const char *list_name, struct buf *out);

#endif
