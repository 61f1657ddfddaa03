#ifndef SCAN_BINARY_H
#define SCAN_BINARY_H

/*
 * binary - a compiled program where none belongs: in a site, in a temporary folder.
 *
 * What it is and which words are in it; a remark, unless the words are those of bots
 * and miners. Nothing of it is decoded or run. Pure.
 */

#include "scan/signs.h"

/* An ELF file in a place where visitors or anybody can write. */
bool binary_wants(const struct subject *subject);

bool binary_look(const struct subject *subject, struct arena *arena, struct findings *findings);

#endif
