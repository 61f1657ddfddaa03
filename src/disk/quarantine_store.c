#include "disk/quarantine_store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/json.h"
#include "disk/place.h"

/* Its parents, as mkdir -p would. */
static bool
make_parents(const char *path, struct err *err)
{
    char part[PATH_MAX];

    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        (void)snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
        if (mkdir(part, 0755) != 0 && errno != EEXIST)
            return err_set(err, ERR_SYSTEM, "creating '%s': %s", part, strerror(errno));
    }
    return true;
}

static bool
check_parent(const struct place *place, struct err *err)
{
    struct stat status;

    if (fstat(place->folder, &status) != 0)
        return err_set(err, ERR_SYSTEM, "the folder of '%s': %s", place->path, strerror(errno));
    if (status.st_uid != 0 || ((status.st_mode & 022) && !(status.st_mode & S_ISVTX)))
        return err_set(err, ERR_SYNTAX,
                       "the folder of '%s' belongs to others than root, who could put another in "
                       "its place",
                       place->path);
    return true;
}

static bool
check_folder(int folder, const char *path, struct quarantine_store *store, struct err *err)
{
    struct stat status;

    if (fstat(folder, &status) != 0)
        return err_set(err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    if (status.st_uid != 0 || (status.st_mode & 077))
        return err_set(err, ERR_SYNTAX,
                       "'%s' is not for root alone, so no quarantine: chown root, chmod 700, "
                       "once you know who made it",
                       path);
    store->device = status.st_dev;
    store->inode = status.st_ino;
    return place_mount(folder, &store->mount, err);
}

static bool
open_folder(const struct place *place, bool is_created, struct quarantine_store *store,
            struct err *err)
{
    if (!check_parent(place, err))
        return false;
    if (is_created && mkdirat(place->folder, place->name, 0700) != 0 && errno != EEXIST)
        return err_set(err, ERR_SYSTEM, "creating '%s': %s", place->path, strerror(errno));
    store->folder =
        openat(place->folder, place->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (store->folder < 0)
        return err_set(err, ERR_SYSTEM, "opening '%s': %s", place->path, strerror(errno));
    memcpy(store->path, place->path, strlen(place->path) + 1);
    return check_folder(store->folder, place->path, store, err);
}

bool
quarantine_store_open(const char *path, bool is_created, struct quarantine_store *ret_store,
                      struct err *err)
{
    struct quarantine_store store = QUARANTINE_STORE_EMPTY;
    struct place place = PLACE_EMPTY;
    bool is_open;

    if (is_created && !make_parents(path, err))
        return false;
    if (!place_open(path, &place, err))
        return false;
    is_open = open_folder(&place, is_created, &store, err);
    place_done(&place);
    if (!is_open) {
        quarantine_store_done(&store);
        return false;
    }
    *ret_store = store;
    return true;
}

void
quarantine_store_done(struct quarantine_store *store)
{
    quarantine_store_unlock(store);
    if (store->folder >= 0)
        close(store->folder);
    store->folder = -1;
}

bool
quarantine_store_lock(struct quarantine_store *store, bool is_waiting, struct err *err)
{
    int fd = openat(store->folder, "journal", O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC,
                    0600);

    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "opening '%s/journal': %s", store->path, strerror(errno));
    while (flock(fd, is_waiting ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        err_set(err, ERR_SYSTEM, "locking '%s': %s", store->path, strerror(errno));
        close(fd);
        return false;
    }
    store->journal = fd;
    return true;
}

void
quarantine_store_unlock(struct quarantine_store *store)
{
    if (store->journal >= 0)
        close(store->journal);
    store->journal = -1;
}

void
quarantine_store_name(const char *id, const char *kind, char ret_name[QUARANTINE_NAME_TEXT])
{
    (void)snprintf(ret_name, QUARANTINE_NAME_TEXT, "%s.%s", id, kind);
}

static bool
write_all(int fd, struct str bytes)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.data, bytes.len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes = str_from(bytes, (size_t)put);
    }
    return true;
}

static void
write_note(struct buf *line, const char *what, const struct quarantine_record *record)
{
    struct json json;
    char at[32], digest[DIGEST_TEXT];

    civil_write_utc(time(NULL), at);
    digest_write(record->digest, digest);
    json_init(&json, line);
    json_object(&json, NULL);
    json_string(&json, "at", str_from_cstr(at));
    json_string(&json, "did", str_from_cstr(what));
    json_string(&json, "id", str_from_cstr(record->id));
    json_string(&json, "path", record->path);
    json_string(&json, "sha256", str_from_cstr(digest));
    json_end(&json);
    buf_add_char(line, '\n');
}

/* A line that a kill or a power cut left in half is ended, so that the next begins one. */
static bool
append(int fd, struct str line)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char last = '\n';
    int saved;

    if (end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n' && !write_all(fd, STR("\n")))
        return false;
    if (write_all(fd, line) && fsync(fd) == 0)
        return true;
    saved = errno;
    if (ftruncate(fd, end) != 0)
        return false;
    errno = saved;
    return false;
}

bool
quarantine_store_note(struct quarantine_store *store, const char *what,
                      const struct quarantine_record *record, struct err *err)
{
    struct buf line;
    bool is_written;

    buf_init(&line, 16 * PATH_MAX);
    write_note(&line, what, record);
    is_written = append(store->journal, buf_str(&line));
    buf_done(&line);
    if (!is_written)
        return err_set(err, ERR_SYSTEM, "writing '%s/journal': %s", store->path, strerror(errno));
    return true;
}

bool
quarantine_store_put(struct quarantine_store *store, const char *name, struct str bytes,
                     struct err *err)
{
    char beside[QUARANTINE_NAME_TEXT + 4];
    bool is_written;
    int fd;

    (void)snprintf(beside, sizeof(beside), "%s.new", name);
    fd = openat(store->folder, beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "creating '%s/%s': %s", store->path, beside,
                       strerror(errno));
    is_written = write_all(fd, bytes) && fsync(fd) == 0 &&
                 renameat(store->folder, beside, store->folder, name) == 0 &&
                 fsync(store->folder) == 0;
    if (!is_written) {
        err_set(err, ERR_SYSTEM, "writing '%s/%s': %s", store->path, name, strerror(errno));
        (void)unlinkat(store->folder, beside, 0);
        (void)unlinkat(store->folder, name, 0);
    }
    close(fd);
    return is_written;
}

static bool
read_text(int fd, struct buf *text, struct err *err)
{
    char block[1 << 14];
    ssize_t got;

    while ((got = read(fd, block, sizeof(block))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, ERR_SYSTEM, "reading it: %s", strerror(errno));
        buf_add(text, (struct str){block, (size_t)got});
    }
    return !text->is_over || err_set(err, ERR_LIMIT, "it is larger than any record");
}

bool
quarantine_store_get(const struct quarantine_store *store, const char *id, struct arena *arena,
                     struct quarantine_record *ret_record, struct err *err)
{
    char name[QUARANTINE_NAME_TEXT];
    struct quarantine_record record;
    struct buf text;
    bool is_read;
    int fd;

    quarantine_store_name(id, "json", name);
    fd = openat(store->folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "opening '%s/%s': %s", store->path, name, strerror(errno));
    buf_init(&text, QUARANTINE_RECORD_BYTES_MAX);
    is_read =
        read_text(fd, &text, err) && quarantine_record_read(buf_str(&text), arena, &record, err);
    buf_done(&text);
    close(fd);
    if (!is_read)
        return err_wrap(err, "'%s/%s'", store->path, name);
    if (strcmp(record.id, id) != 0)
        return err_set(err, ERR_SYNTAX, "'%s/%s' is the record of another file", store->path, name);
    *ret_record = record;
    return true;
}
