#ifndef DISK_ALLOW_H
#define DISK_ALLOW_H

/*
 * allow - files that an administrator vouches for, by the SHA-256 of their bytes.
 *
 *     # What was restored from quarantine, and what was found harmless.
 *     ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  /srv/shop/tool.php
 *
 * A text file of digests, one a line, each with a comment behind it. In memory a
 * sorted array without the comments. Whoever may write the file may hide malware
 * from weir: it is believed only when nobody but root, or who runs weir, can.
 */

#include "disk/digest.h"

#define ALLOW_ENTRIES_MAX 4000000u
#define ALLOW_COMMENT_MAX 4096u /* of a comment that is added; longer ones are cut */

struct allow;

/*
 * Reads `path`. A file that does not exist is an empty list. A line that is neither
 * a comment nor a digest is an error that names it.
 */
bool allow_open(const char *path, struct allow **ret_allow, struct err *err)
    __attribute__((warn_unused_result));
void allow_free(struct allow *allow); /* NULL is fine */

/*
 * Believes the digests of another file as well, which must exist; what is added or
 * removed later still concerns the first file alone.
 */
bool allow_read_also(struct allow *allow, const char *path, struct err *err)
    __attribute__((warn_unused_result));

uint32_t allow_count(const struct allow *allow);
bool allow_has(const struct allow *allow, struct digest digest);

/*
 * Writes through to the file and to the disk before they return; what is there
 * already, or is not there to be removed, is no error. The array is updated.
 */
bool allow_add(struct allow *allow, struct digest digest, struct str comment, struct err *err)
    __attribute__((warn_unused_result));
bool allow_remove(struct allow *allow, struct digest digest, struct err *err)
    __attribute__((warn_unused_result));

#endif
