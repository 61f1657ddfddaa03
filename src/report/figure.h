#ifndef REPORT_FIGURE_H
#define REPORT_FIGURE_H

/*
 * figure - numbers and moments as people read them.
 */

#include "base/buf.h"
#include "trace/result.h"

/* The UTC offset of the reader's zone at a moment; NULL where a zone is wanted: UTC. */
typedef int figure_zone(const void *context, int64_t utc_s);

/* "235,314" */
void figure_count(struct buf *buf, uint64_t number);

/* "1 message", "235,314 messages" */
void figure_counted(struct buf *buf, uint64_t number, const char *one, const char *many);

/*
 * "1 source sends spam.", the first thing that a report says of its incidents, of which
 * there is at least one. Bounces of what others sent are no spam of this host's.
 */
void figure_answer(struct buf *buf, const struct result *result);

/* "420 messages"; of what no mail server saw "312 connections to 96 servers". */
void figure_size(struct buf *buf, const struct incident *incident);

/* "1.2 GB", "17 kB": powers of ten */
void figure_bytes(struct buf *buf, uint64_t bytes);

/* "0.1", "2.3", "17": the number of digits that say something */
void figure_real(struct buf *buf, double number);

/* "3 days", "4 h 10 min", "12 s" */
void figure_span(struct buf *buf, int64_t seconds);

/* "97 % sure", "80 % likely", "50 % possible"; never more than 99 % */
void figure_certainty(struct buf *buf, double confidence);

/* "2026-03-01 02:13" or with seconds */
void figure_moment(struct buf *buf, int64_t local_s, bool with_seconds);

#endif
