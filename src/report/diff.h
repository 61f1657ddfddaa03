#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

/*
 * diff - what changes between two versions of a small text, as `diff -u` shows it.
 *
 *     --- /etc/postfix/main.cf
 *     +++ /etc/postfix/main.cf
 *     @@ -41,3 +41,3 @@
 *      mailbox_size_limit = 0
 *     -mynetworks = 0.0.0.0/0
 *     +mynetworks = 127.0.0.0/8
 *
 * Lines that both have are found exactly where few lines differ (DIFF_LINES_MAX between the
 * first and the last that does); beyond, all between is shown as replaced. Pure; memory from
 * the arena. Bytes are shown as they are: the caller escapes for its terminal.
 */

#include "base/arena.h"
#include "base/buf.h"

#define DIFF_LINES_MAX 1000u
#define DIFF_CONTEXT 3u

/* False: the arena's limit. Nothing is written where the texts are the same. */
bool diff_write(struct str path, struct str old_text, struct str new_text, struct arena *arena,
                struct buf *buf) __attribute__((warn_unused_result));

#endif
