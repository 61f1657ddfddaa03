#ifndef REPORT_SCAN_WORDS_H
#define REPORT_SCAN_WORDS_H

/*
 * scan_words - what the rules of weir scan are called among people.
 *
 *     eval-request    "web shell"
 *     open-relay      "open relay"
 *
 * Pure. One table; a rule that is not in it goes by its own name.
 */

#include "scan/finding.h"

/* What a malicious file of that rule is: "web shell", "web shells". */
const char *scan_words_class(const char *rule, uint32_t count);

/* What a finding is called in a list: "web shell", "open relay". */
const char *scan_words_title(const struct finding *finding);

/* What stands before the reason of an entry finding: "How it came: ", or nothing. */
const char *scan_words_came(const struct finding *entry);

/* The gravest come first: open relays among what visitors can mail through. */
int scan_words_rank(const char *rule);

#endif
