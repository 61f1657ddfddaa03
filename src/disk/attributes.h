#ifndef DISK_ATTRIBUTES_H
#define DISK_ATTRIBUTES_H

/*
 * attributes - all that a file is besides its bytes and its name.
 *
 * Owner, group, mode, access and change time to the nanosecond, and every
 * extended attribute: POSIX ACLs (system.posix_acl_access), capabilities and
 * labels (security.*), trusted.* and user.*. What no program can set again is kept
 * to be told: the time of the last status change (ctime) and of birth.
 *
 * Edge. A name and value of an extended attribute live in the arena.
 */

#include <time.h>

#include "base/arena.h"
#include "base/err.h"

#define ATTRIBUTES_MAX 256u /* extended attributes of one file */

struct attribute {
    struct str name; /* "user.note"; NUL-terminated behind its length */
    struct str value;
};

struct attributes {
    uint64_t device, inode, size;
    uint32_t owner, group, mode; /* mode without the type, 07777 */
    uint32_t links;
    struct timespec accessed, modified, changed, born; /* born: zero where it is not kept */
    struct attribute *extended;
    uint32_t extended_count;
};

/* Of an open file. */
bool attributes_read(int fd, struct arena *arena, struct attributes *ret_attributes,
                     struct err *err) __attribute__((warn_unused_result));

/*
 * Gives an open file this owner, mode and extended attributes, and these times unless
 * `is_new`; only what differs is touched, and extended attributes that it should not have are
 * removed. On failure some may be set: call again, or with what it was.
 */
bool attributes_apply(int fd, const struct attributes *attributes, bool is_new, struct err *err)
    __attribute__((warn_unused_result));

#endif
