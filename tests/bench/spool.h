#ifndef BENCH_SPOOL_H
#define BENCH_SPOOL_H

/*
 * spool - log lines, written in the order of the moment a daemon would write
 * them, however far ahead they were thought up.
 *
 * A retry in four hours is added now and comes out between its neighbours.
 * Lines of the same moment keep the order in which they were added.
 */

#include <stdint.h>

struct spool;

/* Opens `path` for writing, or exits with a sentence. */
struct spool *spool_open(const char *path);

/* Copies a line; the newline is added. */
void spool_add(struct spool *spool, int64_t at_us, const char *line, int len);

/* Writes all lines up to that moment. */
void spool_write(struct spool *spool, int64_t until_us);

/* Drops what was still to come, as a log that is copied while the server runs, and closes. */
void spool_close(struct spool *spool);

uint64_t spool_bytes(const struct spool *spool);
uint64_t spool_lines(const struct spool *spool);

#endif
