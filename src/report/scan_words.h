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

#include <stdint.h>

/* What a malicious file of that rule is: "web shell", "web shells". */
const char *scan_words_class(const char *rule, uint32_t count);

/* What a finding of that rule is called in a list. */
const char *scan_words_title(const char *rule);

/* The gravest come first: open relays among what visitors can mail through. */
int scan_words_rank(const char *rule);

#endif
