#ifndef SCAN_SHELL_WORDS_H
#define SCAN_SHELL_WORDS_H

/*
 * shell_words - words of web shells: what they call, ask the system for, and say.
 *
 * Any of them is innocent; a file with a score of many of them is not. Rates and
 * how the weights came: docs/SCAN-QUALITY.md. Pure.
 */

#include "base/str.h"

/* The sum of the weights of the different words in it. `ret_at`: of the heaviest. */
uint32_t shell_words_score(struct str code, size_t *ret_at);

#endif
