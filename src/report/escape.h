#ifndef REPORT_ESCAPE_H
#define REPORT_ESCAPE_H

/*
 * escape - foreign text made harmless for a terminal and for a page.
 *
 * Logs hold what strangers wrote. Control characters, escape sequences,
 * direction overrides and bytes that are no UTF-8 are shown as what they are
 * ("\x1b", "\u202e"), so that no log line can move the cursor, colour the
 * report or turn its letters around. Printable UTF-8 passes.
 */

#include "base/buf.h"

/* At most `columns` characters, then "…"; 0: all of it. Returns the columns written. */
size_t escape_terminal(struct buf *buf, struct str text, size_t columns);

/* Whether `text` shows as what it is: nothing in it would be escaped. */
bool escape_is_plain(struct str text);

/*
 * One word of a shell's command, quoted where it has to be. False, and nothing written:
 * it cannot be shown as what it is, so no command can name it.
 */
bool escape_shell(struct buf *buf, struct str value) __attribute__((warn_unused_result));

/* For text and double-quoted attributes of HTML. */
void escape_html(struct buf *buf, struct str text);

#endif
