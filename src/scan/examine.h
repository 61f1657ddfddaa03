#ifndef SCAN_EXAMINE_H
#define SCAN_EXAMINE_H

/*
 * examine - looks at one file with every examiner that wants it.
 *
 * An examiner is a row: what files it wants, and what it does with them. Pure: all
 * memory is in the arena, which is the file's own and can be reset afterwards;
 * findings are copied into theirs.
 */

#include "scan/subject.h"

/* One file costs at most this much memory, whatever is in it. */
#define EXAMINE_ARENA_BYTES_MAX ((size_t)48 << 20)

/* Is it to be examined whatever the gate (gate.h) says? From its name and first bytes. */
bool examine_wants(const struct subject *subject);

struct examined {
    bool is_cut; /* a ceiling was met: part of the file was not understood */
};

struct examined examine(const struct subject *subject, struct arena *arena,
                        struct findings *findings);

#endif
