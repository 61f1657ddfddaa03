#ifndef SCAN_CLEAN_H
#define SCAN_CLEAN_H

/*
 * clean - an injected piece taken out of an otherwise good PHP file.
 *
 *     <?php eval($_POST['x']); ?><?php          →  <?php
 *     // the site's own code                       // the site's own code
 *
 * A rule says where the injection is; here it is decided what exactly can go, so that
 * all that stays is read by PHP as it was read before: the whole `<?php … ?>` block, or
 * the whole lines, or whole statements among others on a line. Where none of them can
 * go without harm nothing does, and the file is for quarantine or for its owner.
 *
 * Pure. It has a small reader of its own, which knows strings, heredocs, comments, tags
 * and brackets and nothing more: it must agree with PHP on where code is, not on what
 * it means.
 */

#include "base/arena.h"

enum clean_verdict {
    CLEAN_DONE,
    CLEAN_OUTSIDE,      /* the place lies in no PHP code of this file */
    CLEAN_MIXED,        /* it is part of a statement, a string or a block that is not its own */
    CLEAN_UNSAFE,       /* what stays would be read as something else */
    CLEAN_NOTHING_LEFT, /* there is nothing else in the file */
    CLEAN_LIMIT,        /* the arena is full */
};
#define CLEAN_VERDICT_COUNT 6

/* Bytes of a file. */
struct clean_range {
    size_t offset, len;
};

/* Deeper brackets are CLEAN_UNSAFE. */
#define CLEAN_DEPTH_MAX 512u

/*
 * What is left of `source` without the injection at `injected`, in the arena, and which
 * bytes went. Both are set when it is CLEAN_DONE only.
 */
enum clean_verdict clean_cut(struct str source, struct clean_range injected, struct arena *arena,
                             struct str *ret_rest, struct clean_range *ret_cut);

/* Why not, in a sentence; what was done for CLEAN_DONE. */
const char *clean_verdict_text(enum clean_verdict verdict);

#endif
