#ifndef DISK_QUARANTINE_H
#define DISK_QUARANTINE_H

/*
 * quarantine - takes a file away from those who use it, and gives it back as it was.
 *
 * A file is renamed, never copied, into a folder of the same mount that only root
 * enters (quarantine_store.h), and there made root's, mode 0400. Its owner, mode,
 * times, ACLs, extended attributes, SHA-256 and the reasons lie beside it as JSON.
 * Restoring gives all of that back; only the time of the last status change (ctime)
 * is the time of the restoring, for no program can set it.
 *
 * What always holds:
 * - Killed at any step, the file is in its place or in quarantine, whole; what was
 *   begun is finished or taken back the next time that the store is opened.
 * - What lies in quarantine is the file that was judged: what was renamed is compared
 *   with what was opened and read, and put back when it is another.
 * - A scanner's error is no verdict; files with several names, links, folders and
 *   devices are never taken.
 * - Nothing is overwritten. Nobody's folder is entered through a symbolic link.
 *
 * Edge; needs root.
 */

#include "disk/allow.h"
#include "disk/quarantine_record.h"

#define QUARANTINE_FOLDER "/var/lib/weir/quarantine"
#define QUARANTINE_ALLOW "/var/lib/weir/allow"

/* On other file systems, at their mount point. */
#define QUARANTINE_MOUNT_NAME ".weir-quarantine"

struct quarantine_options {
    const char *folder; /* QUARANTINE_FOLDER when NULL */
    const char *allow;  /* QUARANTINE_ALLOW when NULL */

    /* Tests watch, and die or interfere, between two steps; NULL otherwise. */
    void (*step)(void *context, const char *name);
    void *context;
};

/* Why a file is to be taken. */
struct quarantine_verdict {
    bool is_by_hand;      /* an administrator named the file: nothing else is needed */
    bool is_whole;        /* the scan of this file ended without an error of any kind */
    struct digest digest; /* of the bytes that were judged; not looked at by hand */
    const struct str *rules;
    uint32_t rule_count;
    double confidence;
    struct str scan; /* an id of the run, for restoring all that it took */
};

struct quarantine;

bool quarantine_open(const struct quarantine_options *options, struct quarantine **ret_quarantine,
                     struct err *err) __attribute__((warn_unused_result));
void quarantine_close(struct quarantine *quarantine); /* NULL is fine */

/*
 * Takes the file at `path`. A file whose SHA-256 is on the allow-list is taken by
 * hand only, and then leaves the list.
 */
bool quarantine_take(struct quarantine *quarantine, const char *path,
                     const struct quarantine_verdict *verdict, char ret_id[QUARANTINE_ID_TEXT],
                     struct err *err) __attribute__((warn_unused_result));

/*
 * Puts a file of the bytes `cleaned`, with the owner, mode, ACLs and attributes of the
 * one at `path`, in its place, in one step; the original goes into quarantine.
 */
bool quarantine_clean(struct quarantine *quarantine, const char *path,
                      const struct quarantine_verdict *verdict, struct str cleaned,
                      char ret_id[QUARANTINE_ID_TEXT], struct err *err)
    __attribute__((warn_unused_result));

/* Gives the file back and allows its SHA-256, so that no scan takes it again. */
bool quarantine_restore(struct quarantine *quarantine, const char *id, struct err *err)
    __attribute__((warn_unused_result));

/* Deletes the file for good. */
bool quarantine_delete(struct quarantine *quarantine, const char *id, struct err *err)
    __attribute__((warn_unused_result));

/* The record of one file and the path where it lies now; both in the arena. */
bool quarantine_find(struct quarantine *quarantine, const char *id, struct arena *arena,
                     struct quarantine_record *ret_record, struct str *ret_file, struct err *err)
    __attribute__((warn_unused_result));

/* The ids in quarantine, in the order in which they were taken; in the arena. */
bool quarantine_list(struct quarantine *quarantine, struct arena *arena,
                     const char (**ret_ids)[QUARANTINE_ID_TEXT], uint32_t *ret_count,
                     struct err *err) __attribute__((warn_unused_result));

/* What could not be set right when the stores were opened; empty when nothing is wrong. */
const char *quarantine_remark(const struct quarantine *quarantine);

#endif
