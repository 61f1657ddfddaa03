#ifndef SOURCE_WHOLE_H
#define SOURCE_WHOLE_H

/*
 * whole - a small file at once, and a file written whole or not at all.
 */

#include "base/arena.h"
#include "base/err.h"

/*
 * The file's bytes, NUL after them; at most `bytes_max`. False: errno says why
 * (EFBIG: it is larger), `err` says so in words.
 */
bool whole_read(const char *path, size_t bytes_max, struct arena *arena, struct str *ret_text,
                struct err *err) __attribute__((warn_unused_result));

/*
 * Replaces the file by `text`; on failure what was there stays. A device or a pipe is
 * written into.
 */
bool whole_write(const char *path, struct str text, struct err *err)
    __attribute__((warn_unused_result));

#endif
