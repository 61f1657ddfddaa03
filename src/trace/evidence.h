#ifndef TRACE_EVIDENCE_H
#define TRACE_EVIDENCE_H

/*
 * evidence - which log lines prove an incident, and how the intruder got in.
 *
 * Lines are named by place; the edge fetches their texts for the report.
 */

#include "trace/compose.h"

#define EVIDENCE_MAX 8
#define ENTRY_MAX 6

/* Adds a line to a list of at most `most`; one that is there already, or no line, is left out. */
void evidence_add(struct evidence *list, uint32_t *count, uint32_t most, struct place place,
                  struct str says);

/* Fills incident->evidence and incident->entry; false at the arena's limit. */
bool evidence_collect(const struct compose *compose, const struct suspect *suspect,
                      struct incident *incident) __attribute__((warn_unused_result));

#endif
