#ifndef DISK_QUARANTINE_PARTS_H
#define DISK_QUARANTINE_PARTS_H

/*
 * quarantine_parts - what the files of quarantine share; for nobody else.
 *
 *   quarantine.c           opening, and taking
 *   quarantine_settle.c    the steps in the store: lock, compare, put back, recover
 *   quarantine_clean.c     a cleaned copy in the place of its original, and back
 *   quarantine_restore.c   what is in the store: finding, listing, restoring, deleting
 */

#include "disk/place.h"
#include "disk/quarantine.h"
#include "disk/quarantine_store.h"

/* Of one record with its attributes. */
#define QUARANTINE_ARENA_BYTES (96u << 20)

#define QUARANTINE_STORES_MAX 64u

struct quarantine {
    struct quarantine_options options;
    char folder[PATH_MAX], allow[PATH_MAX];
    struct digester *digester;
    struct arena *arena; /* of the call; reset at its start */
    struct quarantine_store stores[QUARANTINE_STORES_MAX];
    uint32_t store_count;
    char remark[512];
};

void quarantine_step(struct quarantine *quarantine, const char *name);

/* The file of a record in its store, open for reading; -1 and errno when it cannot be. */
int quarantine_open_kept(const struct quarantine_store *store,
                         const struct quarantine_record *record);

/* Root's and nobody else's to read: nobody makes another name for it through an open file. */
bool quarantine_lock_file(int fd, struct err *err) __attribute__((warn_unused_result));

/* Is the open file one name of a regular file with this inode? `is_device`: on that device too. */
bool quarantine_is_same(int fd, const struct attributes *attributes, bool is_device);

/* The record goes; with it the file has left quarantine, or never came. */
void quarantine_forget(struct quarantine_store *store, const struct quarantine_record *record,
                       const char *what);

/*
 * After the renaming: keeps the file when it is the one judged, otherwise puts it
 * back and says why. `place` is NULL after a crash: then it is opened by its path.
 */
bool quarantine_settle(struct quarantine *quarantine, struct quarantine_store *store,
                       const struct quarantine_record *record, const struct place *place,
                       struct err *err) __attribute__((warn_unused_result));

/* Finishes or takes back what was begun; the store is locked. */
void quarantine_recover(struct quarantine *quarantine, struct quarantine_store *store);

/* Ids of a store, unsorted, appended to the buf as QUARANTINE_ID_TEXT bytes each. */
bool quarantine_ids(const struct quarantine_store *store, struct buf *ret_ids, struct err *err)
    __attribute__((warn_unused_result));

/* Does the open folder's name hold a regular file of these bytes? */
bool quarantine_holds(struct quarantine *quarantine, const struct place *place,
                      struct digest digest);

/* Exchanges the kept file with the cleaned copy at the place, and deletes the copy. */
bool quarantine_exchange_back(struct quarantine *quarantine, struct quarantine_store *store,
                              const struct quarantine_record *record, const struct place *place,
                              struct err *err) __attribute__((warn_unused_result));

/* The opened, checked and described file that is to be taken. */
struct quarantine_target {
    struct place place;
    int fd;
    struct quarantine_record record;
    struct quarantine_store *store; /* locked */
};

bool quarantine_target_open(struct quarantine *quarantine, const char *path,
                            const struct quarantine_verdict *verdict,
                            struct quarantine_target *target, struct err *err)
    __attribute__((warn_unused_result));
void quarantine_target_done(struct quarantine_target *target);

/* Writes the record and notes what begins. */
bool quarantine_begin(struct quarantine *quarantine, struct quarantine_target *target,
                      const char *what, struct err *err) __attribute__((warn_unused_result));

#endif
