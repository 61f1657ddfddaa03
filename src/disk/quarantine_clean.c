#include "disk/quarantine_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static void
drop_copy(struct quarantine_target *target)
{
    char name[QUARANTINE_NAME_TEXT];

    quarantine_store_name(target->record.id, "file", name);
    (void)unlinkat(target->store->folder, name, 0);
    quarantine_forget(target->store, &target->record, "not-cleaned");
}

/* The copy is whole, and is like the original, before anybody can reach it. */
static bool
make_copy(struct quarantine_target *target, struct str cleaned, struct err *err)
{
    char name[QUARANTINE_NAME_TEXT];
    bool is_made;
    int fd;

    quarantine_store_name(target->record.id, "file", name);
    if (!quarantine_store_put(target->store, name, cleaned, err))
        return false;
    fd = openat(target->store->folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "opening the cleaned copy: %s", strerror(errno));
    is_made = attributes_apply(fd, &target->record.attributes, true, err);
    if (is_made && fsync(fd) != 0)
        is_made = err_set(err, ERR_SYSTEM, "writing the cleaned copy: %s", strerror(errno));
    close(fd);
    return is_made;
}

static bool
exchange(struct quarantine_store *store, const char *name, const struct place *place,
         struct err *err)
{
    if (renameat2(store->folder, name, place->folder, place->name, RENAME_EXCHANGE) == 0)
        return true;
    if (errno == EINVAL)
        return err_set(err, ERR_SYSTEM,
                       "its file system cannot exchange two files: quarantine it instead");
    return err_set(err, ERR_SYSTEM, "putting the cleaned copy in its place: %s", strerror(errno));
}

static bool
clean(struct quarantine *quarantine, struct quarantine_target *target, struct str cleaned,
      struct err *err)
{
    char name[QUARANTINE_NAME_TEXT];
    bool is_kept;

    quarantine_store_name(target->record.id, "file", name);
    if (!quarantine_begin(quarantine, target, "clean", err))
        return false;
    if (!make_copy(target, cleaned, err)) {
        drop_copy(target);
        return false;
    }
    quarantine_step(quarantine, "copied");
    if (!exchange(target->store, name, &target->place, err)) {
        drop_copy(target);
        return false;
    }
    quarantine_step(quarantine, "moved");
    is_kept = quarantine_settle(quarantine, target->store, &target->record, &target->place, err);
    (void)fsync(target->place.folder);
    return is_kept;
}

bool
quarantine_clean(struct quarantine *quarantine, const char *path,
                 const struct quarantine_verdict *verdict, struct str cleaned,
                 char ret_id[QUARANTINE_ID_TEXT], struct err *err)
{
    struct quarantine_target target;
    bool is_cleaned;

    if (!quarantine_target_open(quarantine, path, verdict, &target, err))
        return false;
    target.record.is_cleaned = true;
    target.record.cleaned = digest_of(quarantine->digester, cleaned);
    is_cleaned = clean(quarantine, &target, cleaned, err);
    if (is_cleaned)
        memcpy(ret_id, target.record.id, QUARANTINE_ID_TEXT);
    else
        err_wrap(err, "'%s' is not cleaned", path);
    quarantine_target_done(&target);
    return is_cleaned;
}

/*
 * Whoever owns the folder may have put another file there since the copy was seen: then
 * that one is beside the original, under another name.
 */
static void
drop_exchanged(struct quarantine *quarantine, struct quarantine_store *store,
               const struct quarantine_record *record, const struct place *place)
{
    char name[QUARANTINE_NAME_TEXT], beside[NAME_MAX + 1];
    int fd = quarantine_open_kept(store, record);
    struct digest digest;
    struct err ignored;
    bool is_copy = fd >= 0 && digest_file(quarantine->digester, fd, &digest, &ignored) &&
                   digest_eq(digest, record->cleaned);

    if (fd >= 0)
        close(fd);
    quarantine_store_name(record->id, "file", name);
    if (is_copy && unlinkat(store->folder, name, 0) == 0)
        return;
    (void)snprintf(beside, sizeof(beside), "%.200s.weir-%s", place->name, record->id);
    if (renameat2(store->folder, name, place->folder, beside, RENAME_NOREPLACE) != 0)
        (void)snprintf(quarantine->remark, sizeof(quarantine->remark),
                       "what was at '%.200s' is now '%.200s/%s'", place->path, store->path, name);
}

bool
quarantine_exchange_back(struct quarantine *quarantine, struct quarantine_store *store,
                         const struct quarantine_record *record, const struct place *place,
                         struct err *err)
{
    char name[QUARANTINE_NAME_TEXT];

    quarantine_store_name(record->id, "file", name);
    if (!exchange(store, name, place, err))
        return false;
    quarantine_step(quarantine, "exchanged");
    drop_exchanged(quarantine, store, record, place);
    return true;
}
