#ifndef AUDIT_PASSWD_LINE_H
#define AUDIT_PASSWD_LINE_H

/*
 * passwd_line - a new password into a passwd-file: one field of one line, all else as it was.
 *
 *     anna@shop.example:{SSHA}old:1001:1001::/home/anna     ->  anna@shop.example:{BLF-CRYPT}...
 *
 * Pure.
 */

#include "base/buf.h"

enum passwd_line {
    PASSWD_LINE_REPLACED,
    PASSWD_LINE_ABSENT, /* no such user */
    PASSWD_LINE_TWICE,  /* more than one: which counts is not for weir to say */
};

/* What the file must become is in `out` only when replaced. */
enum passwd_line passwd_line_replace(struct str text, struct str name, struct str password,
                                     struct buf *out);

#endif
