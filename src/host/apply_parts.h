#ifndef HOST_APPLY_PARTS_H
#define HOST_APPLY_PARTS_H

/*
 * apply_parts - which part of apply.h is where.
 *
 *     apply_place.c   the folder of a file, guarded up to the root
 *     apply_test.c    each server's own test, and how it reads its files again
 *     apply.c         the change
 */

#include "disk/place.h"
#include "host/apply.h"

/* Opens the folder of the file. False: on the way others than root and this user may write. */
bool apply_open_place(struct str path, struct place *ret_place, struct err *err)
    __attribute__((warn_unused_result));

/* How many names of the file's inode are old files that an earlier change kept and never replaced.
 */
unsigned apply_kept_names(const struct place *place, uint64_t inode);

/* Asks the server whether its configuration can be read. False: `err` quotes it. */
bool apply_test(const struct change *change, struct arena *arena, struct err *err)
    __attribute__((warn_unused_result));

#endif
