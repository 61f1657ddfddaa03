#ifndef SCAN_OUTDATED_H
#define SCAN_OUTDATED_H

/*
 * outdated - installed software against the databases of weaknesses.
 *
 * One finding for each product that has weaknesses, however many: what the worst of
 * them lets people do, in the words of whoever keeps the mail server, and the version
 * that mends all of those found. It accuses (FINDING_ACCUSES) only where a file of the
 * product itself, or of its installer, states a version in a range, and the weakness lets
 * strangers send, run or upload; the rest are remarks.
 *
 * Pure: allocates only in the arena of the findings.
 */

#include "scan/finding.h"
#include "scan/weakness.h"

/* Weaknesses of one product that are looked at; one that is known in two databases counts once. */
#define OUTDATED_MAX 512

/* The rule's name in findings. */
#define OUTDATED_RULE "outdated-software"

/* Adds the finding of one product, if it has weaknesses. */
void product_findings(const struct installed *installed, const struct weakness_base *bases,
                      uint32_t base_count, struct findings *findings);

#endif
