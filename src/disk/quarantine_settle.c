#include "disk/quarantine_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

void
quarantine_step(struct quarantine *quarantine, const char *name)
{
    if (quarantine->options.step)
        quarantine->options.step(quarantine->options.context, name);
}

int
quarantine_open_kept(const struct quarantine_store *store, const struct quarantine_record *record)
{
    char name[QUARANTINE_NAME_TEXT];

    quarantine_store_name(record->id, "file", name);
    return openat(store->folder, name,
                  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_NOATIME | O_CLOEXEC);
}

bool
quarantine_lock_file(int fd, struct err *err)
{
    if (fchown(fd, 0, 0) != 0 || fchmod(fd, 0400) != 0)
        return err_set(err, ERR_SYSTEM, "making it root's: %s", strerror(errno));
    return true;
}

static bool
is_locked(int fd)
{
    struct stat status;

    return fstat(fd, &status) == 0 && status.st_uid == 0 && status.st_gid == 0 &&
           (status.st_mode & 07777) == 0400;
}

bool
quarantine_is_same(int fd, const struct attributes *attributes, bool is_device)
{
    struct stat status;

    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
           status.st_ino == attributes->inode &&
           (!is_device || status.st_dev == attributes->device);
}

void
quarantine_forget(struct quarantine_store *store, const struct quarantine_record *record,
                  const char *what)
{
    char name[QUARANTINE_NAME_TEXT];
    struct err ignored;

    quarantine_store_name(record->id, "json", name);
    (void)unlinkat(store->folder, name, 0);
    (void)fsync(store->folder);
    /* On a full disk the journal lacks this line; what is in the store says the same. */
    (void)!quarantine_store_note(store, what, record, &ignored);
}

bool
quarantine_holds(struct quarantine *quarantine, const struct place *place, struct digest digest)
{
    struct digest there;
    struct err ignored;
    int fd;
    bool holds;

    if (!place_open_file(place, &fd, &ignored))
        return false;
    holds = digest_file(quarantine->digester, fd, &there, &ignored) && digest_eq(there, digest);
    close(fd);
    return holds;
}

/* Where its name is taken meanwhile, beside it: nothing foreign stays in quarantine. */
static bool
rename_back(struct quarantine_store *store, const struct quarantine_record *record,
            const struct place *place, struct err *err)
{
    char name[QUARANTINE_NAME_TEXT], beside[NAME_MAX + 1];

    quarantine_store_name(record->id, "file", name);
    if (renameat2(store->folder, name, place->folder, place->name, RENAME_NOREPLACE) == 0)
        return true;
    (void)snprintf(beside, sizeof(beside), "%.200s.weir-%s", place->name, record->id);
    if (errno == EEXIST &&
        renameat2(store->folder, name, place->folder, beside, RENAME_NOREPLACE) == 0)
        return err_set(err, ERR_SYSTEM, "what was taken is now '%s', beside '%s'", beside,
                       place->path);
    return err_set(err, ERR_SYSTEM, "and putting it back from '%s/%s': %s", store->path, name,
                   strerror(errno));
}

/* `place` is NULL: opened by the path of the record. */
static bool
put_back(struct quarantine *quarantine, struct quarantine_store *store,
         const struct quarantine_record *record, const struct place *place, struct err *err)
{
    char name[QUARANTINE_NAME_TEXT];
    struct place own = PLACE_EMPTY;
    bool is_back;

    if (!place) {
        if (!place_open(record->path.data, &own, err))
            return false;
        place = &own;
    }
    if (record->is_cleaned && quarantine_holds(quarantine, place, record->cleaned))
        is_back = quarantine_exchange_back(quarantine, store, record, place, err);
    else
        is_back = rename_back(store, record, place, err);
    (void)fsync(place->folder);
    place_done(&own);
    quarantine_step(quarantine, "put back");
    /* Under another name it is back, too. */
    quarantine_store_name(record->id, "file", name);
    if (faccessat(store->folder, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
        quarantine_forget(store, record, "put-back");
    return is_back;
}

/* The bytes and the names, looked at after nobody else can change either. */
static bool
is_as_judged(struct quarantine *quarantine, int fd, const struct quarantine_record *record,
             struct err *err)
{
    struct digest digest;
    struct stat status;

    if (fstat(fd, &status) != 0)
        return err_set(err, ERR_SYSTEM, "reading its status: %s", strerror(errno));
    if (status.st_nlink != 1)
        return err_set(err, ERR_SYNTAX, "it got a second name (hard link) while it was taken");
    if (!digest_file(quarantine->digester, fd, &digest, err))
        return false;
    if (!digest_eq(digest, record->digest))
        return err_set(err, ERR_SYNTAX, "its content changed while it was taken");
    return true;
}

/* What was renamed is the file that was opened: it is locked, then judged again. */
static bool
settle_same(struct quarantine *quarantine, int fd, const struct quarantine_record *record,
            struct err *err)
{
    struct err ignored;
    bool is_kept = quarantine_lock_file(fd, err);

    quarantine_step(quarantine, "locked");
    if (is_kept && is_as_judged(quarantine, fd, record, err))
        return true;
    (void)!attributes_apply(fd, &record->attributes, true, &ignored);
    return false;
}

bool
quarantine_settle(struct quarantine *quarantine, struct quarantine_store *store,
                  const struct quarantine_record *record, const struct place *place,
                  struct err *err)
{
    struct err back = {.text = ""};
    int fd = quarantine_open_kept(store, record);
    bool is_kept;

    if (fd >= 0 && quarantine_is_same(fd, &record->attributes, place != NULL))
        is_kept = settle_same(quarantine, fd, record, err);
    else
        is_kept = err_set(err, ERR_SYNTAX,
                          "somebody put another file under its name while it was "
                          "taken");
    if (is_kept) {
        (void)fsync(fd);
        (void)fsync(store->folder);
        /* Without this line, on a full disk, the next start looks at the file once more. */
        (void)!quarantine_store_note(store, "kept", record, &back);
        quarantine_step(quarantine, "kept");
    } else if (!put_back(quarantine, store, record, place, &back)) {
        err_wrap(&back, "%s", err->text);
        *err = back;
    }
    if (fd >= 0)
        close(fd);
    return is_kept;
}

static void
remark(struct quarantine *quarantine, const struct quarantine_store *store, const char *id,
       const char *text)
{
    if (!quarantine->remark[0])
        (void)snprintf(quarantine->remark, sizeof(quarantine->remark), "%.40s in '%.150s': %.300s",
                       id, store->path, text);
}

/*
 * A cleaned copy that was not put into place yet, or that came back from there. Then
 * the original is in its place, and the copy is of no use.
 */
static bool
is_only_copy(struct quarantine *quarantine, int fd, const struct quarantine_record *record)
{
    struct digest digest;
    struct err ignored;

    return record->is_cleaned && !quarantine_is_same(fd, &record->attributes, false) &&
           digest_file(quarantine->digester, fd, &digest, &ignored) &&
           digest_eq(digest, record->cleaned);
}

static void
recover_one(struct quarantine *quarantine, struct quarantine_store *store, const char *id)
{
    struct quarantine_record record;
    struct err err;
    char name[QUARANTINE_NAME_TEXT];
    int fd;

    arena_reset(quarantine->arena);
    if (!quarantine_store_get(store, id, quarantine->arena, &record, &err)) {
        remark(quarantine, store, id, err.text);
        return;
    }
    fd = quarantine_open_kept(store, &record);
    if (fd < 0 && errno == ENOENT) {
        quarantine_forget(store, &record, "not-here");
        return;
    }
    if (fd >= 0 && is_only_copy(quarantine, fd, &record)) {
        quarantine_store_name(id, "file", name);
        (void)unlinkat(store->folder, name, 0);
        quarantine_forget(store, &record, "not-here");
    } else if ((fd < 0 || !is_locked(fd)) &&
               !quarantine_settle(quarantine, store, &record, NULL, &err)) {
        remark(quarantine, store, id, err.text);
    }
    if (fd >= 0)
        close(fd);
}

/* A folder of its own: the position of a directory belongs to the open file. */
static DIR *
open_listing(const struct quarantine_store *store, struct err *err)
{
    int fd = openat(store->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = fd < 0 ? NULL : fdopendir(fd);

    if (!listing) {
        err_set(err, ERR_SYSTEM, "listing '%s': %s", store->path, strerror(errno));
        if (fd >= 0)
            close(fd);
    }
    return listing;
}

bool
quarantine_ids(const struct quarantine_store *store, struct buf *ret_ids, struct err *err)
{
    DIR *listing = open_listing(store, err);
    const struct dirent *entry;

    if (!listing)
        return false;
    while ((entry = readdir(listing)) != NULL) {
        struct str name = str_from_cstr(entry->d_name), id = str_cut(&name, '.');

        if (!str_eq(name, STR("json")) || !quarantine_id_is_valid(id))
            continue;
        buf_add(ret_ids, id);
        buf_add_char(ret_ids, '\0');
    }
    (void)closedir(listing);
    return !ret_ids->is_over || err_set(err, ERR_LIMIT, "'%s' holds too many files", store->path);
}

/* What a write that was cut short left. */
static void
remove_halves(const struct quarantine_store *store)
{
    struct err ignored;
    DIR *listing = open_listing(store, &ignored);
    const struct dirent *entry;

    if (!listing)
        return;
    while ((entry = readdir(listing)) != NULL) {
        if (str_ends(str_from_cstr(entry->d_name), STR(".new")))
            (void)unlinkat(store->folder, entry->d_name, 0);
    }
    (void)closedir(listing);
}

void
quarantine_recover(struct quarantine *quarantine, struct quarantine_store *store)
{
    struct buf ids;
    struct err err;

    remove_halves(store);
    buf_init(&ids, 64u << 20);
    if (!quarantine_ids(store, &ids, &err))
        remark(quarantine, store, "a file", err.text);
    for (size_t i = 0; i + QUARANTINE_ID_TEXT <= ids.len; i += QUARANTINE_ID_TEXT)
        recover_one(quarantine, store, ids.data + i);
    buf_done(&ids);
}
