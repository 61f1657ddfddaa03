#ifndef SCAN_STRUCTURE_H
#define SCAN_STRUCTURE_H

/*
 * structure - what a file looks like, without following its values: the words of web
 * shells, names nobody can read, escapes where letters would do, programs in base64.
 *
 * One pass over the bytes each, of the file and of every layer of code that was hidden
 * in it. The words and their weights: shell_words.h. Pure.
 */

#include "scan/signs.h"

/* Adds signs of `code`. `line`: 0 for the file itself, for a layer where it is evaluated. */
void structure_look(struct str code, uint32_t line, struct signs *signs);

#endif
