#include "disk/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include "disk/place.h"

#define EVENTS_BYTES (64u << 10)
#define POLL_MS 100

/* A folder or file below which is watched. */
struct root {
    char path[PATH_MAX]; /* as the kernel names it */
    size_t len;
    uint32_t mount; /* index */
};

/* A mount through which the names of a file system are found. */
struct mount {
    uint64_t id;
    int fd; /* any folder on it */
    fsid_t system;
};

/* A handle with room for its bytes. */
union handle {
    struct file_handle handle;
    char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
};

struct pending {
    char *path;
    uint64_t hash;
    bool is_folder;
    int64_t first_ms, last_ms;
};

struct watch {
    const struct watch_options *options;
    int group; /* the fanotify group */
    int quiet_ms;
    struct root *roots;
    struct mount *mounts;
    uint32_t root_count, mount_count, capacity;
    struct pending pending[WATCH_PENDING_MAX];
    uint32_t pending_count;
    uint64_t table[2 * WATCH_PENDING_MAX]; /* index + 1 by hash; 0 is free */
};

static int64_t
now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- what is watched ---- */

static bool
needs_root(struct err *err)
{
    return err_set(err, ERR_SYSTEM,
                   "watching needs root (CAP_SYS_ADMIN and CAP_DAC_READ_SEARCH): run this as root, "
                   "or scan from cron instead, where a second run reads only what changed");
}

static bool
begin_group(struct watch *watch, struct err *err)
{
    watch->group = fanotify_init(
        FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK | FAN_REPORT_DFID_NAME, O_RDONLY | O_CLOEXEC);
    if (watch->group >= 0)
        return true;
    if (errno == EPERM)
        return needs_root(err);
    if (errno == EINVAL || errno == ENOSYS)
        return err_set(err, ERR_SYSTEM,
                       "this kernel cannot watch names of files (Linux 5.9, "
                       "fanotify): scan from cron instead");
    return err_set(err, ERR_SYSTEM, "watching: %s", strerror(errno));
}

static bool
mark_system(struct watch *watch, const char *path, struct err *err)
{
    uint64_t mask = FAN_CLOSE_WRITE | FAN_MOVED_TO | FAN_CREATE | FAN_ONDIR;

    if (fanotify_mark(watch->group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, mask, AT_FDCWD, path) == 0)
        return true;
    if (errno == EPERM)
        return needs_root(err);
    if (errno == EOPNOTSUPP || errno == ENODEV || errno == EXDEV)
        return err_set(err, ERR_SYSTEM,
                       "the file system of '%s' cannot be watched (%s): scan it from cron instead",
                       path, strerror(errno));
    return err_set(err, ERR_SYSTEM, "watching '%s': %s", path, strerror(errno));
}

static bool
is_marked(const struct watch *watch, fsid_t system)
{
    for (uint32_t i = 0; i < watch->mount_count; i++) {
        if (memcmp(&watch->mounts[i].system, &system, sizeof(system)) == 0)
            return true;
    }
    return false;
}

/* Without the right to open handles every event would be without a name, and silently lost. */
static bool
can_open_handles(int fd, const char *path, struct err *err)
{
    union handle copy = {.handle = {.handle_bytes = MAX_HANDLE_SZ}};
    int mount, opened;

    if (name_to_handle_at(fd, "", &copy.handle, &mount, AT_EMPTY_PATH) != 0)
        return err_set(err, ERR_SYSTEM,
                       "the file system of '%s' cannot be watched (%s): scan it from cron instead",
                       path, strerror(errno));
    opened = open_by_handle_at(fd, &copy.handle, O_PATH | O_CLOEXEC);
    if (opened < 0)
        return errno == EPERM
                   ? needs_root(err)
                   : err_set(err, ERR_SYSTEM, "watching '%s': %s", path, strerror(errno));
    close(opened);
    return true;
}

/* The mount of an open file; marked when it is the first of its file system. */
static bool
add_mount(struct watch *watch, int fd, const char *path, uint32_t *ret_index, struct err *err)
{
    struct mount mount = {.fd = -1};
    struct statfs status;

    if (!place_mount(fd, &mount.id, err))
        return false;
    for (uint32_t i = 0; i < watch->mount_count; i++) {
        if (watch->mounts[i].id == mount.id) {
            *ret_index = i;
            return true;
        }
    }
    if (fstatfs(fd, &status) != 0)
        return err_set(err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    mount.system = status.f_fsid;
    if (!is_marked(watch, mount.system) &&
        (!mark_system(watch, path, err) || !can_open_handles(fd, path, err)))
        return false;
    mount.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (mount.fd < 0)
        return err_set(err, ERR_SYSTEM, "watching '%s': %s", path, strerror(errno));
    *ret_index = watch->mount_count;
    watch->mounts[watch->mount_count++] = mount;
    return true;
}

static void
make_room(struct watch *watch)
{
    if (watch->root_count < watch->capacity)
        return;
    watch->capacity = watch->capacity ? 2 * watch->capacity : 16;
    watch->roots = realloc(watch->roots, watch->capacity * sizeof(*watch->roots));
    watch->mounts = realloc(watch->mounts, watch->capacity * sizeof(*watch->mounts));
    if (!watch->roots || !watch->mounts)
        abort();
}

static bool
add_root(struct watch *watch, const char *path, struct err *err)
{
    struct root *root;
    char *real = realpath(path, NULL);
    bool is_added = false;
    int fd;

    make_room(watch);
    root = &watch->roots[watch->root_count];
    if (!real)
        return err_set(err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    root->len = strlen(real);
    (void)snprintf(root->path, sizeof(root->path), "%s", real);
    free(real);
    /* "/" is the empty prefix of every path. */
    if (root->len == 1)
        root->len = 0;
    /* Not O_PATH: a file handle is opened relative to a real descriptor. */
    fd = open(root->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "opening '%s': %s", path, strerror(errno));
    is_added = add_mount(watch, fd, root->path, &root->mount, err);
    close(fd);
    if (is_added)
        watch->root_count++;
    return is_added;
}

/* What is mounted below a root belongs to it; where it cannot be watched, as /proc, it is left. */
static void
add_mounted(void *context, const char *path)
{
    struct watch *watch = context;
    struct err ignored;
    size_t len = strlen(path);

    for (uint32_t i = 0; i < watch->root_count && watch->root_count < WATCH_ROOTS_MAX; i++) {
        const struct root *root = &watch->roots[i];

        if (len <= root->len + 1 || memcmp(path, root->path, root->len) != 0 ||
            path[root->len] != '/')
            continue;
        (void)!add_root(watch, path, &ignored);
        return;
    }
}

static bool
is_watched(const struct watch *watch, uint32_t mount, struct str path)
{
    for (uint32_t i = 0; i < watch->root_count; i++) {
        const struct root *root = &watch->roots[i];

        if (root->mount == mount && path.len >= root->len &&
            memcmp(path.data, root->path, root->len) == 0 &&
            (path.len == root->len || path.data[root->len] == '/'))
            return true;
    }
    return false;
}

/* ---- what waits to be quiet ---- */

static void
tell(struct watch *watch, struct pending *pending)
{
    struct stat status;
    struct str path = str_from_cstr(pending->path);

    if (lstat(pending->path, &status) == 0) {
        if (pending->is_folder && S_ISDIR(status.st_mode))
            watch->options->seen(watch->options->context, WATCH_FOLDER, path);
        else if (!pending->is_folder && S_ISREG(status.st_mode))
            watch->options->seen(watch->options->context, WATCH_FILE, path);
    }
    free(pending->path);
    pending->path = NULL;
}

static uint64_t *
slot_of(struct watch *watch, uint64_t hash, const char *path)
{
    size_t mask = sizeof(watch->table) / sizeof(watch->table[0]) - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        const struct pending *pending;

        if (watch->table[i] == 0)
            return &watch->table[i];
        pending = &watch->pending[watch->table[i] - 1];
        if (pending->hash == hash && strcmp(pending->path, path) == 0)
            return &watch->table[i];
    }
}

/* Tells of those that are quiet, or of all; what stays moves together, in its order. */
static void
flush(struct watch *watch, bool is_all)
{
    int64_t now = now_ms();
    uint32_t kept = 0;

    for (uint32_t i = 0; i < watch->pending_count; i++) {
        struct pending *pending = &watch->pending[i];

        if (is_all || now - pending->last_ms >= watch->quiet_ms ||
            now - pending->first_ms >= WATCH_BUSY_MS)
            tell(watch, pending);
        else
            watch->pending[kept++] = *pending;
    }
    if (kept == watch->pending_count)
        return;
    watch->pending_count = kept;
    memset(watch->table, 0, sizeof(watch->table));
    for (uint32_t i = 0; i < kept; i++)
        *slot_of(watch, watch->pending[i].hash, watch->pending[i].path) = i + 1;
}

static void
add_pending(struct watch *watch, struct str path, bool is_folder)
{
    int64_t now = now_ms();
    uint64_t hash = str_hash(path), *slot;
    struct pending *pending;

    slot = slot_of(watch, hash, path.data);
    if (*slot) {
        pending = &watch->pending[*slot - 1];
        pending->last_ms = now;
        pending->is_folder = is_folder;
        return;
    }
    if (watch->pending_count == WATCH_PENDING_MAX) {
        flush(watch, true);
        slot = slot_of(watch, hash, path.data);
    }
    pending = &watch->pending[watch->pending_count++];
    *pending = (struct pending){
        .path = strdup(path.data),
        .hash = hash,
        .is_folder = is_folder,
        .first_ms = now,
        .last_ms = now,
    };
    if (!pending->path)
        abort();
    *slot = watch->pending_count;
}

/* ---- what the kernel says ---- */

/* The folder of a handle as this mount names it; it may be gone already. */
static bool
name_folder(const struct mount *mount, struct file_handle *handle, char ret_path[PATH_MAX])
{
    char link[64];
    ssize_t len;
    int fd = open_by_handle_at(mount->fd, handle, O_PATH | O_CLOEXEC);

    if (fd < 0)
        return false;
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    len = readlink(link, ret_path, PATH_MAX - 1);
    close(fd);
    if (len <= 0 || ret_path[0] != '/')
        return false;
    ret_path[len == 1 ? 0 : len] = '\0';
    return true;
}

static void
take_name(struct watch *watch, fsid_t system, struct file_handle *handle, const char *name,
          bool is_folder)
{
    char path[PATH_MAX], folder[PATH_MAX];

    for (uint32_t i = 0; i < watch->mount_count; i++) {
        int len;

        if (memcmp(&watch->mounts[i].system, &system, sizeof(system)) != 0 ||
            !name_folder(&watch->mounts[i], handle, folder))
            continue;
        len = snprintf(path, sizeof(path), "%s/%s", folder, name);
        if (len > 0 && (size_t)len < sizeof(path) &&
            is_watched(watch, i, (struct str){path, (size_t)len}))
            add_pending(watch, (struct str){path, (size_t)len}, is_folder);
    }
}

/* The record of a folder and a name: behind the handle stands the name with its NUL. */
static void
take_record(struct watch *watch, const char *record, bool is_folder)
{
    const char *at = record + sizeof(struct fanotify_event_info_fid);
    struct fanotify_event_info_fid info;
    union handle copy;
    fsid_t system;

    memcpy(&info, record, sizeof(info));
    memcpy(&copy.handle, at, sizeof(copy.handle));
    if (copy.handle.handle_bytes > MAX_HANDLE_SZ)
        return;
    memcpy(copy.bytes, at, sizeof(copy.handle) + copy.handle.handle_bytes);
    memcpy(&system, &info.fsid, sizeof(system));
    take_name(watch, system, &copy.handle, at + sizeof(copy.handle) + copy.handle.handle_bytes,
              is_folder);
}

/*
 * An event is followed by records of its own lengths, so that neither it nor they are
 * aligned. All lengths are the kernel's.
 */
static void
take_event(struct watch *watch, struct fanotify_event_metadata event, const char *at,
           const char *end)
{
    bool is_folder = event.mask & FAN_ONDIR;

    if (event.mask & FAN_Q_OVERFLOW) {
        watch->options->seen(watch->options->context, WATCH_LOST, STR_EMPTY);
        return;
    }
    /* A new folder is empty: what comes into it has events of its own. */
    if (is_folder && !(event.mask & FAN_MOVED_TO))
        return;
    while (end - at >= (ptrdiff_t)sizeof(struct fanotify_event_info_fid)) {
        struct fanotify_event_info_header header;

        memcpy(&header, at, sizeof(header));
        if (header.len < sizeof(struct fanotify_event_info_fid) || header.len > end - at)
            return;
        if (header.info_type == FAN_EVENT_INFO_TYPE_DFID_NAME)
            take_record(watch, at, is_folder);
        at += header.len;
    }
}

static bool
read_events(struct watch *watch, struct err *err)
{
    static char events[EVENTS_BYTES];
    const char *at = events;
    ssize_t got = read(watch->group, events, sizeof(events));

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (got < 0)
        return err_set(err, ERR_SYSTEM, "reading what was written: %s", strerror(errno));
    while (events + got - at >= (ptrdiff_t)sizeof(struct fanotify_event_metadata)) {
        struct fanotify_event_metadata event;

        memcpy(&event, at, sizeof(event));
        if (event.vers != FANOTIFY_METADATA_VERSION || event.event_len < sizeof(event) ||
            event.event_len > events + got - at)
            return err_set(err, ERR_SYSTEM, "this kernel speaks another fanotify");
        take_event(watch, event, at + event.metadata_len, at + event.event_len);
        at += event.event_len;
    }
    return true;
}

static bool
run(struct watch *watch, struct err *err)
{
    const struct watch_options *options = watch->options;

    options->seen(options->context, WATCH_READY, STR_EMPTY);
    while (!*options->stop) {
        struct pollfd wait = {.fd = watch->group, .events = POLLIN};

        if (poll(&wait, 1, POLL_MS) < 0 && errno != EINTR)
            return err_set(err, ERR_SYSTEM, "waiting: %s", strerror(errno));
        if ((wait.revents & POLLIN) && !read_events(watch, err))
            return false;
        flush(watch, false);
        options->seen(options->context, WATCH_TURN, STR_EMPTY);
    }
    flush(watch, true);
    return true;
}

static void
done(struct watch *watch)
{
    for (uint32_t i = 0; i < watch->pending_count; i++)
        free(watch->pending[i].path);
    for (uint32_t i = 0; i < watch->mount_count; i++)
        close(watch->mounts[i].fd);
    if (watch->group >= 0)
        close(watch->group);
    free(watch->roots);
    free(watch->mounts);
    free(watch);
}

bool
watch_run(const struct watch_options *options, struct err *err)
{
    struct watch *watch;
    bool is_good;

    if (options->path_count == 0 || options->path_count > WATCH_ROOTS_MAX)
        return err_set(err, ERR_LIMIT, "between 1 and %u folders can be watched", WATCH_ROOTS_MAX);
    watch = calloc(1, sizeof(*watch));
    if (!watch)
        abort();
    watch->options = options;
    watch->quiet_ms = options->quiet_ms ? options->quiet_ms : WATCH_QUIET_MS;
    is_good = begin_group(watch, err);
    for (uint32_t i = 0; is_good && i < options->path_count; i++)
        is_good = add_root(watch, options->paths[i], err);
    if (is_good)
        place_each_mount(add_mounted, watch);
    is_good = is_good && run(watch, err);
    done(watch);
    return is_good;
}
