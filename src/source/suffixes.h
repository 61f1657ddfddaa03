#ifndef SOURCE_SUFFIXES_H
#define SOURCE_SUFFIXES_H

/*
 * suffixes - the newest public suffix list of this machine. EDGE: reads a file.
 *
 * That is Debian's package "publicsuffix" or the list built into libpsl, whichever is newer.
 */

#include "auth/suffix.h"
#include "base/err.h"

struct suffixes_file {
    struct suffixes suffixes; /* to be handed to suffix_organizational */
    void *list;               /* owned; NULL: the built-in one */
    const char *name;         /* where it came from */
};

/* `path` NULL: the newest. False: `err` says why the file was not read. To be closed. */
bool suffixes_open(const char *path, struct suffixes_file *ret_file, struct err *err)
    __attribute__((warn_unused_result));
void suffixes_close(struct suffixes_file *file);

#endif
