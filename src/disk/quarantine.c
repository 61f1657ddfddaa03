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

/* The store that has the record of `id`, locked when `is_locked`. */
static struct quarantine_store *
locate(struct quarantine *quarantine, const char *id, bool is_locked, struct arena *arena,
       struct quarantine_record *record, struct err *err)
{
    char name[QUARANTINE_NAME_TEXT];

    if (!quarantine_id_is_valid(str_from_cstr(id))) {
        err_set(err, ERR_SYNTAX,
                "'%s' is no id of a file in quarantine: 16 hexadecimal digits, "
                "see `weir quarantine list`",
                id);
        return NULL;
    }
    quarantine_store_name(id, "json", name);
    for (uint32_t i = 0; i < quarantine->store_count; i++) {
        struct quarantine_store *store = &quarantine->stores[i];

        if (faccessat(store->folder, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (is_locked && !quarantine_store_lock(store, true, err))
            return NULL;
        if (quarantine_store_get(store, id, arena, record, err))
            return store;
        if (is_locked)
            quarantine_store_unlock(store);
        return NULL;
    }
    err_set(err, ERR_SYNTAX, "there is no '%s' in quarantine", id);
    return NULL;
}

/* Is its place free, or taken by nothing but the copy that weir cleaned? */
static bool
check_free(struct quarantine *quarantine, const struct quarantine_record *record,
           const struct place *place, bool *ret_is_copy, struct err *err)
{
    struct stat status;

    *ret_is_copy = false;
    if (fstatat(place->folder, place->name, &status, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT)
        return true;
    if (record->is_cleaned && quarantine_holds(quarantine, place, record->cleaned)) {
        *ret_is_copy = true;
        return true;
    }
    return err_set(err, ERR_SYNTAX, "there is another file at '%s' now: move it away first",
                   place->path);
}

static bool
check_content(struct quarantine *quarantine, const struct quarantine_record *record, int fd,
              struct err *err)
{
    struct digest digest;

    if (!digest_file(quarantine->digester, fd, &digest, err))
        return false;
    if (!digest_eq(digest, record->digest))
        return err_set(err, ERR_SYNTAX,
                       "its content changed while it lay in quarantine: a program "
                       "had it open for writing");
    return true;
}

static bool
move_out(struct quarantine *quarantine, struct quarantine_store *store,
         const struct quarantine_record *record, const struct place *place, bool is_copy,
         struct err *err)
{
    char name[QUARANTINE_NAME_TEXT];

    if (is_copy)
        return quarantine_exchange_back(quarantine, store, record, place, err);
    quarantine_store_name(record->id, "file", name);
    if (renameat2(store->folder, name, place->folder, place->name, RENAME_NOREPLACE) == 0)
        return true;
    if (errno == EXDEV)
        return err_set(err, ERR_SYSTEM,
                       "'%s' lies on another file system than '%s' by now: mount it as it was",
                       place->path, store->path);
    return err_set(err, ERR_SYSTEM, "moving it to '%s': %s", place->path, strerror(errno));
}

/* Its attributes are given back while nobody reaches it: it comes back as it was in one step. */
static bool
give_back(struct quarantine *quarantine, struct quarantine_store *store,
          const struct quarantine_record *record, const struct place *place, bool is_copy, int fd,
          struct err *err)
{
    struct err ignored;
    bool is_back;

    if (!quarantine_store_note(store, "restore", record, err))
        return false;
    quarantine_step(quarantine, "noted");
    is_back = attributes_apply(fd, &record->attributes, false, err);
    quarantine_step(quarantine, "unlocked");
    is_back = is_back && fsync(fd) == 0 && move_out(quarantine, store, record, place, is_copy, err);
    if (!is_back) {
        (void)!quarantine_lock_file(fd, &ignored);
        return false;
    }
    quarantine_step(quarantine, "moved");
    (void)fsync(place->folder);
    (void)fsync(store->folder);
    quarantine_forget(store, record, "restored");
    quarantine_step(quarantine, "forgotten");
    return true;
}

/* Allowed before it is back, or a watching scan takes it again at once. */
static bool
allow_and_give_back(struct quarantine *quarantine, struct quarantine_store *store,
                    const struct quarantine_record *record, const struct place *place, bool is_copy,
                    int fd, struct err *err)
{
    struct allow *allow;
    struct err ignored;
    bool was_allowed, is_back;

    if (!allow_open(quarantine->allow, &allow, err))
        return false;
    was_allowed = allow_has(allow, record->digest);
    is_back = allow_add(allow, record->digest, record->path, err);
    if (is_back) {
        quarantine_step(quarantine, "allowed");
        is_back = give_back(quarantine, store, record, place, is_copy, fd, err);
        if (!is_back && !was_allowed)
            (void)!allow_remove(allow, record->digest, &ignored);
    }
    allow_free(allow);
    return is_back;
}

static bool
restore(struct quarantine *quarantine, struct quarantine_store *store,
        const struct quarantine_record *record, struct err *err)
{
    struct place place = PLACE_EMPTY;
    int fd = quarantine_open_kept(store, record);
    bool is_copy, is_back;

    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "opening it in '%s': %s", store->path, strerror(errno));
    is_back = check_content(quarantine, record, fd, err) &&
              place_open(record->path.data, &place, err) &&
              check_free(quarantine, record, &place, &is_copy, err) &&
              allow_and_give_back(quarantine, store, record, &place, is_copy, fd, err);
    place_done(&place);
    close(fd);
    return is_back;
}

bool
quarantine_restore(struct quarantine *quarantine, const char *id, struct err *err)
{
    struct quarantine_record record;
    struct quarantine_store *store;
    bool is_back;

    arena_reset(quarantine->arena);
    store = locate(quarantine, id, true, quarantine->arena, &record, err);
    if (!store)
        return false;
    is_back = restore(quarantine, store, &record, err);
    quarantine_store_unlock(store);
    return is_back || err_wrap(err, "%s is not restored", id);
}

/* Deleting works on a full disk, too: then the journal lacks its lines. */
bool
quarantine_delete(struct quarantine *quarantine, const char *id, struct err *err)
{
    char name[QUARANTINE_NAME_TEXT];
    struct quarantine_record record;
    struct quarantine_store *store;
    struct err ignored;

    arena_reset(quarantine->arena);
    store = locate(quarantine, id, true, quarantine->arena, &record, err);
    if (!store)
        return false;
    (void)!quarantine_store_note(store, "delete", &record, &ignored);
    quarantine_step(quarantine, "noted");
    quarantine_store_name(id, "file", name);
    if (unlinkat(store->folder, name, 0) != 0 && errno != ENOENT) {
        err_set(err, ERR_SYSTEM, "deleting '%s/%s': %s", store->path, name, strerror(errno));
        quarantine_store_unlock(store);
        return false;
    }
    (void)fsync(store->folder);
    quarantine_step(quarantine, "deleted");
    quarantine_forget(store, &record, "deleted");
    quarantine_step(quarantine, "forgotten");
    quarantine_store_unlock(store);
    return true;
}

bool
quarantine_find(struct quarantine *quarantine, const char *id, struct arena *arena,
                struct quarantine_record *ret_record, struct str *ret_file, struct err *err)
{
    struct quarantine_record record;
    struct quarantine_store *store = locate(quarantine, id, false, arena, &record, err);

    if (!store)
        return false;
    *ret_file = arena_printf(arena, "%s/%s.file", store->path, id);
    *ret_record = record;
    return true;
}

struct listed {
    int64_t taken_s;
    char id[QUARANTINE_ID_TEXT];
};

static int
compare_listed(const void *a, const void *b)
{
    const struct listed *left = a, *right = b;

    if (left->taken_s != right->taken_s)
        return left->taken_s < right->taken_s ? -1 : 1;
    return memcmp(left->id, right->id, QUARANTINE_ID_TEXT);
}

/* A record that cannot be read is listed, first; asking for it says what is wrong. */
static void
collect(struct quarantine *quarantine, struct str ids, struct listed *list)
{
    for (size_t i = 0; i < ids.len / QUARANTINE_ID_TEXT; i++) {
        struct quarantine_record record;
        struct err ignored;

        memcpy(list[i].id, ids.data + i * QUARANTINE_ID_TEXT, QUARANTINE_ID_TEXT);
        arena_reset(quarantine->arena);
        list[i].taken_s = INT64_MIN;
        if (locate(quarantine, list[i].id, false, quarantine->arena, &record, &ignored))
            list[i].taken_s = record.taken_s;
    }
}

bool
quarantine_list(struct quarantine *quarantine, struct arena *arena,
                const char (**ret_ids)[QUARANTINE_ID_TEXT], uint32_t *ret_count, struct err *err)
{
    struct buf ids;
    struct listed *list;
    char(*sorted)[QUARANTINE_ID_TEXT];
    size_t count;
    bool is_listed = true;

    buf_init(&ids, 64u << 20);
    for (uint32_t i = 0; is_listed && i < quarantine->store_count; i++)
        is_listed = quarantine_ids(&quarantine->stores[i], &ids, err);
    count = ids.len / QUARANTINE_ID_TEXT;
    list = arena_array(arena, count + 1, sizeof(*list));
    sorted = arena_array(arena, count + 1, sizeof(*sorted));
    if (is_listed && (!list || !sorted))
        is_listed = err_set(err, ERR_LIMIT, "too many files are in quarantine to be listed");
    if (is_listed) {
        collect(quarantine, buf_str(&ids), list);
        qsort(list, count, sizeof(*list), compare_listed);
        for (size_t i = 0; i < count; i++)
            memcpy(sorted[i], list[i].id, QUARANTINE_ID_TEXT);
        *ret_ids = (const char(*)[QUARANTINE_ID_TEXT])sorted;
        *ret_count = (uint32_t)count;
    }
    buf_done(&ids);
    return is_listed;
}
