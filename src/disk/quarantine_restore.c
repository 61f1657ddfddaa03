#include "disk/quarantine_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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
