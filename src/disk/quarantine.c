#include "disk/quarantine_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "scan/finding.h"

static struct quarantine_store *
known_store(struct quarantine *quarantine, const struct quarantine_store *store)
{
    for (uint32_t i = 0; i < quarantine->store_count; i++) {
        if (quarantine->stores[i].device == store->device &&
            quarantine->stores[i].inode == store->inode)
            return &quarantine->stores[i];
    }
    return NULL;
}

/*
 * Opens a store once; what a crash left in it is settled then. Where another weir
 * works in it, that one did so already.
 */
static struct quarantine_store *
use_store(struct quarantine *quarantine, const char *path, bool is_created, struct err *err)
{
    struct quarantine_store store, *known;
    struct err busy;

    if (!quarantine_store_open(path, is_created, &store, err))
        return NULL;
    known = known_store(quarantine, &store);
    if (known || quarantine->store_count == QUARANTINE_STORES_MAX) {
        quarantine_store_done(&store);
        if (!known)
            err_set(err, ERR_LIMIT, "more than %u file systems have a quarantine",
                    QUARANTINE_STORES_MAX);
        return known;
    }
    if (quarantine_store_lock(&store, false, &busy)) {
        quarantine_recover(quarantine, &store);
        quarantine_store_unlock(&store);
    }
    quarantine->stores[quarantine->store_count] = store;
    return &quarantine->stores[quarantine->store_count++];
}

/* A folder of that name that root did not make is not ours: no error. */
static void
use_mount(void *context, const char *path)
{
    char folder[PATH_MAX];
    struct err ignored;
    int len = snprintf(folder, sizeof(folder), "%s/%s", strcmp(path, "/") == 0 ? "" : path,
                       QUARANTINE_MOUNT_NAME);

    if (len > 0 && (size_t)len < sizeof(folder) && access(folder, F_OK) == 0)
        (void)use_store(context, folder, false, &ignored);
}

bool
quarantine_open(const struct quarantine_options *options, struct quarantine **ret_quarantine,
                struct err *err)
{
    struct quarantine *quarantine;

    if (geteuid() != 0)
        return err_set(err, ERR_SYSTEM, "the quarantine is root's: run this as root");
    quarantine = calloc(1, sizeof(*quarantine));
    if (!quarantine)
        abort();
    quarantine->options = *options;
    (void)snprintf(quarantine->folder, sizeof(quarantine->folder), "%s",
                   options->folder ? options->folder : QUARANTINE_FOLDER);
    (void)snprintf(quarantine->allow, sizeof(quarantine->allow), "%s",
                   options->allow ? options->allow : QUARANTINE_ALLOW);
    quarantine->digester = digester_new();
    quarantine->arena = arena_new(QUARANTINE_ARENA_BYTES);
    if (access(quarantine->folder, F_OK) == 0 &&
        !use_store(quarantine, quarantine->folder, false, err)) {
        quarantine_close(quarantine);
        return false;
    }
    place_each_mount(use_mount, quarantine);
    *ret_quarantine = quarantine;
    return true;
}

void
quarantine_close(struct quarantine *quarantine)
{
    if (!quarantine)
        return;
    for (uint32_t i = 0; i < quarantine->store_count; i++)
        quarantine_store_done(&quarantine->stores[i]);
    arena_free(quarantine->arena);
    digester_free(quarantine->digester);
    free(quarantine);
}

const char *
quarantine_remark(const struct quarantine *quarantine)
{
    return quarantine->remark;
}

static bool
check_verdict(const struct quarantine_verdict *verdict, struct err *err)
{
    if (verdict->rule_count > QUARANTINE_RULES_MAX || verdict->scan.len > QUARANTINE_SCAN_MAX)
        return err_set(err, ERR_LIMIT, "too many rules, or too long an id of a scan");
    if (verdict->is_by_hand)
        return true;
    if (!verdict->is_whole)
        return err_set(err, ERR_SYNTAX, "its scan ended with an error, which is no verdict");
    /* Not a number is no accusation either. */
    if (verdict->rule_count == 0 || !(verdict->confidence >= FINDING_ACCUSES))
        return err_set(err, ERR_SYNTAX, "nothing accuses it: a remark is no reason to take it");
    return true;
}

/* The store of the mount that the file lies on: the usual folder, or one at its mount point. */
static struct quarantine_store *
store_for(struct quarantine *quarantine, int fd, struct err *err)
{
    struct quarantine_store *store;
    char path[PATH_MAX];
    uint64_t mount;
    size_t len;

    if (!place_mount(fd, &mount, err))
        return NULL;
    store = use_store(quarantine, quarantine->folder, true, err);
    if (!store)
        return NULL;
    if (store->mount == mount)
        return store;
    if (!place_mount_point(mount, path, err))
        return NULL;
    len = strcmp(path, "/") == 0 ? 0 : strlen(path);
    if (len + sizeof(QUARANTINE_MOUNT_NAME) + 1 > sizeof(path)) {
        err_set(err, ERR_LIMIT, "its mount point has too long a name");
        return NULL;
    }
    (void)snprintf(path + len, sizeof(path) - len, "/%s", QUARANTINE_MOUNT_NAME);
    return use_store(quarantine, path, true, err);
}

static bool
is_in_store(const struct quarantine *quarantine, const struct place *place)
{
    struct stat status;

    if (fstat(place->folder, &status) != 0)
        return false;
    for (uint32_t i = 0; i < quarantine->store_count; i++) {
        if (quarantine->stores[i].device == status.st_dev &&
            quarantine->stores[i].inode == status.st_ino)
            return true;
    }
    return false;
}

static bool
check_file(struct quarantine *quarantine, const struct quarantine_target *target, struct err *err)
{
    const struct place *place = &target->place;

    if (is_in_store(quarantine, place))
        return err_set(err, ERR_SYNTAX, "it is in quarantine");
    if (target->record.attributes.links != 1)
        return err_set(err, ERR_SYNTAX,
                       "it has %u names (hard links), so moving one takes nothing away: find them "
                       "with `find / -xdev -samefile` and its path",
                       target->record.attributes.links);
    if (place_is_held(target->fd, place->path, err))
        return false;
    if (place_is_held(place->folder, "its folder", err))
        return false;
    return true;
}

/* What an administrator allowed is taken by an administrator only. */
static bool
check_allowed(struct quarantine *quarantine, const struct quarantine_verdict *verdict,
              struct digest digest, struct err *err)
{
    struct allow *allow;
    bool is_free;

    if (!allow_open(quarantine->allow, &allow, err))
        return false;
    is_free = verdict->is_by_hand || !allow_has(allow, digest);
    allow_free(allow);
    return is_free ||
           err_set(err, ERR_SYNTAX, "its SHA-256 is on the allow-list '%s'", quarantine->allow);
}

/* Who takes it by hand vouches for it no longer. */
static void
disallow(struct quarantine *quarantine, struct digest digest)
{
    struct allow *allow;
    struct err err;

    if (allow_open(quarantine->allow, &allow, &err)) {
        if (!allow_remove(allow, digest, &err))
            (void)snprintf(quarantine->remark, sizeof(quarantine->remark), "%s", err.text);
        allow_free(allow);
    }
}

static bool
new_id(char ret_id[QUARANTINE_ID_TEXT], struct err *err)
{
    uint64_t number;

    if (getrandom(&number, sizeof(number), 0) != sizeof(number))
        return err_set(err, ERR_SYSTEM, "a random number: %s", strerror(errno));
    (void)snprintf(ret_id, QUARANTINE_ID_TEXT, "%016llx", (unsigned long long)number);
    return true;
}

static bool
describe(struct quarantine *quarantine, const struct quarantine_verdict *verdict,
         struct quarantine_target *target, struct err *err)
{
    struct quarantine_record *record = &target->record;

    record->path = str_from_cstr(target->place.path);
    record->taken_s = time(NULL);
    record->scan = verdict->scan;
    record->rules = verdict->rules;
    record->rule_count = verdict->rule_count;
    record->confidence = verdict->is_by_hand ? 1.0 : verdict->confidence;
    return new_id(record->id, err) &&
           attributes_read(target->fd, quarantine->arena, &record->attributes, err) &&
           check_file(quarantine, target, err) &&
           digest_file(quarantine->digester, target->fd, &record->digest, err);
}

static bool
open_target(struct quarantine *quarantine, const struct quarantine_verdict *verdict,
            struct quarantine_target *target, struct err *err)
{
    if (!place_open_file(&target->place, &target->fd, err) ||
        !describe(quarantine, verdict, target, err))
        return false;
    if (!verdict->is_by_hand && !digest_eq(verdict->digest, target->record.digest))
        return err_set(err, ERR_SYNTAX, "its content changed since it was scanned: scan it again");
    if (!check_allowed(quarantine, verdict, target->record.digest, err))
        return false;
    target->store = store_for(quarantine, target->fd, err);
    if (!target->store || is_in_store(quarantine, &target->place))
        return target->store ? err_set(err, ERR_SYNTAX, "it is in quarantine") : false;
    if (!quarantine_store_lock(target->store, true, err)) {
        target->store = NULL;
        return false;
    }
    /* Recovering a store, when it was opened just now, has used the arena. */
    arena_reset(quarantine->arena);
    return attributes_read(target->fd, quarantine->arena, &target->record.attributes, err);
}

bool
quarantine_target_open(struct quarantine *quarantine, const char *path,
                       const struct quarantine_verdict *verdict, struct quarantine_target *target,
                       struct err *err)
{
    *target = (struct quarantine_target){.place = PLACE_EMPTY, .fd = -1};
    arena_reset(quarantine->arena);
    if (check_verdict(verdict, err) && place_open(path, &target->place, err) &&
        open_target(quarantine, verdict, target, err))
        return true;
    quarantine_target_done(target);
    return err_wrap(err, "'%s' is not taken", path);
}

void
quarantine_target_done(struct quarantine_target *target)
{
    if (target->store)
        quarantine_store_unlock(target->store);
    if (target->fd >= 0)
        close(target->fd);
    place_done(&target->place);
    *target = (struct quarantine_target){.place = PLACE_EMPTY, .fd = -1};
}

bool
quarantine_begin(struct quarantine *quarantine, struct quarantine_target *target, const char *what,
                 struct err *err)
{
    char name[QUARANTINE_NAME_TEXT];
    struct buf text;
    bool is_written;

    buf_init(&text, QUARANTINE_RECORD_BYTES_MAX);
    quarantine_record_write(&target->record, &text);
    quarantine_store_name(target->record.id, "json", name);
    if (text.is_over)
        is_written = err_set(err, ERR_LIMIT, "its extended attributes are too large");
    else
        is_written = quarantine_store_put(target->store, name, buf_str(&text), err);
    buf_done(&text);
    if (!is_written)
        return false;
    quarantine_step(quarantine, "recorded");
    if (!quarantine_store_note(target->store, what, &target->record, err)) {
        (void)unlinkat(target->store->folder, name, 0);
        return false;
    }
    quarantine_step(quarantine, "noted");
    return true;
}

static bool
move_in(struct quarantine_target *target, struct err *err)
{
    char name[QUARANTINE_NAME_TEXT];
    int reason;

    quarantine_store_name(target->record.id, "file", name);
    if (renameat2(target->place.folder, target->place.name, target->store->folder, name,
                  RENAME_NOREPLACE) == 0)
        return true;
    reason = errno;
    quarantine_forget(target->store, &target->record, "not-taken");
    if (reason == EPERM && (place_is_held(target->fd, target->place.path, err) ||
                            place_is_held(target->place.folder, "its folder", err)))
        return false;
    if (reason == EROFS)
        return err_set(err, ERR_SYSTEM, "its file system is read-only");
    return err_set(err, ERR_SYSTEM, "moving it to '%s': %s", target->store->path, strerror(reason));
}

static bool
take(struct quarantine *quarantine, struct quarantine_target *target, struct err *err)
{
    bool is_kept;

    if (!quarantine_begin(quarantine, target, "take", err) || !move_in(target, err))
        return false;
    quarantine_step(quarantine, "moved");
    is_kept = quarantine_settle(quarantine, target->store, &target->record, &target->place, err);
    (void)fsync(target->place.folder);
    return is_kept;
}

bool
quarantine_take(struct quarantine *quarantine, const char *path,
                const struct quarantine_verdict *verdict, char ret_id[QUARANTINE_ID_TEXT],
                struct err *err)
{
    struct quarantine_target target;
    bool is_taken;

    if (!quarantine_target_open(quarantine, path, verdict, &target, err))
        return false;
    is_taken = take(quarantine, &target, err);
    if (is_taken)
        memcpy(ret_id, target.record.id, QUARANTINE_ID_TEXT);
    else
        err_wrap(err, "'%s' is not taken", path);
    if (is_taken && verdict->is_by_hand)
        disallow(quarantine, target.record.digest);
    quarantine_target_done(&target);
    return is_taken;
}
