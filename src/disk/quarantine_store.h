#ifndef DISK_QUARANTINE_STORE_H
#define DISK_QUARANTINE_STORE_H

/*
 * quarantine_store - one folder that only root enters, with files in quarantine.
 *
 *     /var/lib/weir/quarantine/journal
 *                              3f0c9a1be2d84471.file
 *                              3f0c9a1be2d84471.json
 *
 * A file and its store lie on the same mount, so that moving is renaming. The
 * journal says what was begun and what was done, a line of JSON each; it is only
 * ever appended to, and each line is on the disk before the next step. Edge.
 */

#include <limits.h>

#include "disk/quarantine_record.h"

#define QUARANTINE_NAME_TEXT 32

struct quarantine_store {
    char path[PATH_MAX];
    int folder;  /* -1 when empty */
    int journal; /* -1 until locked */
    uint64_t mount, device, inode;
};

#define QUARANTINE_STORE_EMPTY ((struct quarantine_store){.folder = -1, .journal = -1})

/*
 * Opens the folder `path`; creates it, and its parents, when `is_created`. Refuses
 * one that others than root could enter or put another in place of.
 */
bool quarantine_store_open(const char *path, bool is_created, struct quarantine_store *ret_store,
                           struct err *err) __attribute__((warn_unused_result));
void quarantine_store_done(struct quarantine_store *store);

/* One writer at a time. `is_waiting`: until another is done; otherwise false at once. */
bool quarantine_store_lock(struct quarantine_store *store, bool is_waiting, struct err *err)
    __attribute__((warn_unused_result));
void quarantine_store_unlock(struct quarantine_store *store);

/* "3f0c9a1be2d84471.file" */
void quarantine_store_name(const char *id, const char *kind, char ret_name[QUARANTINE_NAME_TEXT]);

/* What is done, with which file. On failure the journal is as long as it was. */
bool quarantine_store_note(struct quarantine_store *store, const char *what,
                           const struct quarantine_record *record, struct err *err)
    __attribute__((warn_unused_result));

/* A new file of these bytes, on the disk with its name; whole or not there. */
bool quarantine_store_put(struct quarantine_store *store, const char *name, struct str bytes,
                          struct err *err) __attribute__((warn_unused_result));

/* The record of an id. */
bool quarantine_store_get(const struct quarantine_store *store, const char *id, struct arena *arena,
                          struct quarantine_record *ret_record, struct err *err)
    __attribute__((warn_unused_result));

#endif
