#ifndef HOST_APPLY_H
#define HOST_APPLY_H

/*
 * apply - one change of one configuration file, made so that nothing can be lost.
 *
 * The file is reached folder by folder, none of which may be a link or writable by anybody
 * but root and this user. The old file keeps its very inode under a new name
 * ("main.cf.weir-20260301T100000Z"); the new text is written beside it with the same owner, mode
 * and extended attributes, synced, and renamed into place. So whatever ends weir, power included,
 * leaves the old file or the new one, whole. Then the server's own test judges: where it fails, the
 * old file is put back under its name, the same inode, byte for byte. Edge. Memory from the arena.
 */

#include "audit/finding.h"
#include "base/err.h"

struct change {
    struct str path;               /* absolute */
    struct str old_text, new_text; /* the same: nothing is to be done */
    bool is_new;                   /* there is no such file yet */
    enum audit_program program;
};

/*
 * What the fix would change; nothing is touched. False: it is no fix of a file, or the file cannot
 * be changed safely, and `err` says why.
 */
bool apply_prepare(const struct audit_fix *fix, struct arena *arena, struct change *ret_change,
                   struct err *err) __attribute__((warn_unused_result));

enum apply_result {
    APPLY_DONE,
    APPLY_ROLLED_BACK, /* the test failed; the old file is back */
    APPLY_REFUSED,     /* nothing was changed */
    APPLY_STUCK        /* the test failed, and the old file could not be put back */
};

/* Makes the change. `ret_kept` names the old file where it is kept; `err` says why it failed. */
enum apply_result apply_change(const struct change *change, int64_t now_s, struct arena *arena,
                               struct str *ret_kept, struct err *err);

/* The command that makes the server read its files again; empty: there is none to be run. */
struct str apply_reload_command(const struct change *change, struct arena *arena);

/* Runs it. */
bool apply_reload(const struct change *change, struct arena *arena, struct err *err)
    __attribute__((warn_unused_result));

#endif
