#ifndef SOURCE_DELIVERED_H
#define SOURCE_DELIVERED_H

/*
 * delivered - the mails that came into a mailbox since a time: a Maildir with its folders, a
 * folder of mails, or an mbox.
 *
 * Reads only; no lock is taken: an mbox that is written at the moment is read again by the next
 * look. Links are not followed.
 */

#include "base/arena.h"
#include "base/err.h"

#define DELIVERED_FILES_MAX 20000                    /* of a folder are looked at */
#define DELIVERED_MAIL_MAX ((size_t)256 * 1024)      /* bytes of a mail */
#define DELIVERED_MBOX_MAX ((size_t)8 * 1024 * 1024) /* bytes at the end of an mbox */

/* The text lives until the visit ends. */
typedef void delivered_visit(void *context, struct str mail);

/* Visits each; in an mbox, those in its last bytes, whatever their time. */
bool delivered_look(const char *path, int64_t since_s, delivered_visit *visit, void *context,
                    struct err *err) __attribute__((warn_unused_result));

#endif
