#include "disk/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/openat2.h>

#define LINKS_MAX 40 /* as the kernel's MAXSYMLINKS */

static int
open_beneath(int folder, const char *path, uint64_t flags)
{
    struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    long fd;

    /* EAGAIN: something was renamed while the kernel walked; it tells nothing of the path. */
    for (int attempt = 0; attempt < 100; attempt++) {
        fd = syscall(SYS_openat2, folder, path, &how, sizeof(how));
        if (fd >= 0 || errno != EAGAIN)
            break;
    }
    return (int)fd;
}

/* From "/": a path that ".." leads out of it is refused. */
static int
open_folder(const char *path)
{
    int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), fd, saved;

    if (root < 0)
        return -1;
    while (*path == '/')
        path++;
    fd = open_beneath(root, *path ? path : ".", O_RDONLY | O_DIRECTORY);
    saved = errno;
    close(root);
    errno = saved;
    return fd;
}

/* Can only root put another thing under a name in this folder? */
static bool
is_roots(int folder)
{
    struct stat status;

    return fstat(folder, &status) == 0 && status.st_uid == 0 && !(status.st_mode & 022);
}

/* Puts the target of a link in the place of its name: `path` up to `begin`, target, rest. */
static bool
splice_link(int link, char path[PATH_MAX], size_t begin, const char *rest)
{
    char target[PATH_MAX], spliced[PATH_MAX];
    ssize_t len = readlinkat(link, "", target, sizeof(target) - 1);
    int written;

    if (len <= 0)
        return false;
    target[len] = '\0';
    written = snprintf(spliced, sizeof(spliced), "%.*s/%s%s", target[0] == '/' ? 0 : (int)begin,
                       path, target, rest);
    if (written < 0 || (size_t)written >= sizeof(spliced))
        return false;
    memcpy(path, spliced, (size_t)written + 1);
    return true;
}

/*
 * Walks `path` from "/" up to its first link, and puts the link's target there. False
 * when there is none, or one that others than root could have set or can move.
 */
static bool
follow_roots_link(char path[PATH_MAX])
{
    int folder = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    size_t at = 0, len;
    bool is_followed = false, is_trusted = true;

    while (folder >= 0 && !is_followed) {
        char name[NAME_MAX + 1];
        struct stat status;
        int next;

        at += strspn(path + at, "/");
        len = strcspn(path + at, "/");
        if (len == 0 || len > NAME_MAX)
            break;
        memcpy(name, path + at, len);
        name[len] = '\0';
        is_trusted = is_trusted && is_roots(folder);
        next = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        close(folder);
        folder = next;
        if (folder < 0 || fstat(folder, &status) != 0)
            break;
        if (S_ISLNK(status.st_mode)) {
            is_followed = is_trusted && status.st_uid == 0 &&
                          splice_link(folder, path, at ? at - 1 : 0, path + at + len);
            break;
        }
        at += len;
    }
    if (folder >= 0)
        close(folder);
    return is_followed;
}

/* "/var/www" may be root's link to "/srv/www": links that nobody else can turn are followed. */
static int
open_folder_of_root(const char *path)
{
    char real[PATH_MAX];
    int fd = -1;

    (void)snprintf(real, sizeof(real), "%s", path);
    errno = ELOOP;
    for (int links = 0; fd < 0 && errno == ELOOP && links < LINKS_MAX; links++) {
        if (!follow_roots_link(real)) {
            errno = ELOOP;
            break;
        }
        fd = open_folder(real);
    }
    return fd;
}

static bool
refuse_folder(const char *folder, const char *path, struct err *err)
{
    int reason = errno;
    char *real;

    if (reason == ENOSYS)
        return err_set(err, ERR_SYSTEM,
                       "this kernel lacks openat2 (Linux 5.6): without it nobody "
                       "can move files out of a folder that others own");
    if (reason != ELOOP && reason != EXDEV)
        return err_set(err, ERR_SYSTEM, "opening the folder of '%s': %s", path, strerror(reason));
    real = realpath(folder, NULL);
    err_set(err, ERR_SYNTAX,
            "a symbolic link stands in the path of '%s', and whoever owns it could turn it: name "
            "the file by its real folder%s%s",
            path, real ? ", " : "", real ? real : "");
    free(real);
    return false;
}

static bool
cut_name(const char *path, struct place *place, char folder[PATH_MAX], struct err *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t len = strlen(name);
    char here[PATH_MAX] = "";
    int written;

    if (len == 0 || len > NAME_MAX || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return err_set(err, ERR_SYNTAX, "'%s' names no file", path);
    if (path[0] != '/' && !getcwd(here, sizeof(here)))
        return err_set(err, ERR_SYSTEM, "the folder that this runs in: %s", strerror(errno));
    written = snprintf(folder, PATH_MAX, "%s/%.*s", here, (int)(name - path), path);
    if (written < 0 || written >= PATH_MAX)
        return err_set(err, ERR_LIMIT, "'%s' is too long a path", path);
    memcpy(place->name, name, len + 1);
    return true;
}

/* What the kernel calls the folder, for the record. */
static bool
name_path(struct place *place, const char *path, struct err *err)
{
    char link[64], folder[PATH_MAX];
    ssize_t len;
    int written;

    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", place->folder);
    len = readlink(link, folder, sizeof(folder) - 1);
    if (len <= 0)
        return err_set(err, ERR_SYSTEM, "the real folder of '%s': %s (is /proc mounted?)", path,
                       strerror(errno));
    folder[len] = '\0';
    written =
        snprintf(place->path, sizeof(place->path), "%s/%s", len == 1 ? "" : folder, place->name);
    if (written < 0 || (size_t)written >= sizeof(place->path))
        return err_set(err, ERR_LIMIT, "'%s' is too long a path", path);
    return true;
}

bool
place_open(const char *path, struct place *ret_place, struct err *err)
{
    struct place place = PLACE_EMPTY;
    char folder[PATH_MAX];

    if (!cut_name(path, &place, folder, err))
        return false;
    place.folder = open_folder(folder);
    if (place.folder < 0 && errno == ELOOP)
        place.folder = open_folder_of_root(folder);
    if (place.folder < 0)
        return refuse_folder(folder, path, err);
    if (!name_path(&place, path, err)) {
        place_done(&place);
        return false;
    }
    *ret_place = place;
    return true;
}

void
place_done(struct place *place)
{
    if (place->folder >= 0)
        close(place->folder);
    place->folder = -1;
}

static const char *
kind_of(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return "a folder";
    case S_IFLNK:
        return "a symbolic link";
    case S_IFIFO:
        return "a pipe";
    case S_IFSOCK:
        return "a socket";
    default:
        return "a device";
    }
}

bool
place_open_file(const struct place *place, int *ret_fd, struct err *err)
{
    struct stat status;
    int fd;

    /* Looked at first: opening a device or a pipe can do something. */
    if (fstatat(place->folder, place->name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return err_set(err, ERR_SYSTEM, "'%s': %s", place->path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return err_set(err, ERR_SYNTAX, "'%s' is %s: only regular files are taken", place->path,
                       kind_of(status.st_mode));
    fd = open_beneath(place->folder, place->name,
                      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_NOATIME);
    if (fd < 0 && errno == EPERM)
        fd =
            open_beneath(place->folder, place->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "opening '%s': %s", place->path, strerror(errno));
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        return err_set(err, ERR_SYNTAX, "'%s' became something else while weir looked at it",
                       place->path);
    }
    *ret_fd = fd;
    return true;
}

bool
place_mount(int fd, uint64_t *ret_mount, struct err *err)
{
    struct statx status;

    if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) != 0)
        return err_set(err, ERR_SYSTEM, "finding the file system: %s", strerror(errno));
    if (!(status.stx_mask & STATX_MNT_ID))
        return err_set(err, ERR_SYSTEM, "this kernel does not tell mounts apart (Linux 5.8)");
    *ret_mount = status.stx_mnt_id;
    return true;
}

/* mountinfo writes blanks, tabs, newlines and backslashes as \ooo. */
static void
decode(char *text)
{
    char *to = text;

    for (const char *at = text; *at; at++) {
        bool is_octal = at[0] == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' &&
                        at[2] <= '7' && at[3] >= '0' && at[3] <= '7';

        if (is_octal) {
            *to++ = (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
            at += 3;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime ...": the first and the fifth word, see proc(5). */
static bool
next_mount(FILE *file, char **line, size_t *capacity, uint64_t *ret_mount, char ret_path[PATH_MAX])
{
    while (getline(line, capacity, file) > 0) {
        struct str rest = str_from_cstr(*line), word = STR_EMPTY;
        uint64_t mount;

        if (!str_u64(str_cut(&rest, ' '), &mount))
            continue;
        for (int i = 0; i < 4; i++)
            word = str_cut(&rest, ' ');
        if (word.len == 0 || word.len >= PATH_MAX)
            continue;
        memcpy(ret_path, word.data, word.len);
        ret_path[word.len] = '\0';
        decode(ret_path);
        *ret_mount = mount;
        return true;
    }
    return false;
}

bool
place_mount_point(uint64_t mount, char ret_path[PATH_MAX], struct err *err)
{
    FILE *file = fopen("/proc/self/mountinfo", "re");
    char *line = NULL, path[PATH_MAX];
    size_t capacity = 0;
    uint64_t each = 0;
    bool is_found = false;

    if (!file)
        return err_set(err, ERR_SYSTEM, "opening /proc/self/mountinfo: %s", strerror(errno));
    while (!is_found && next_mount(file, &line, &capacity, &each, path))
        is_found = each == mount;
    free(line);
    (void)fclose(file);
    if (!is_found)
        return err_set(err, ERR_SYSTEM, "its file system is not in /proc/self/mountinfo");
    memcpy(ret_path, path, strlen(path) + 1);
    return true;
}

void
place_each_mount(void (*call)(void *context, const char *path), void *context)
{
    FILE *file = fopen("/proc/self/mountinfo", "re");
    char *line = NULL, path[PATH_MAX];
    size_t capacity = 0;
    uint64_t mount;

    if (!file)
        return;
    while (next_mount(file, &line, &capacity, &mount, path)) {
        /* To look at an automount would mount it. */
        if (!strstr(line, " - autofs "))
            call(context, path);
    }
    free(line);
    (void)fclose(file);
}

bool
place_is_held(int fd, const char *path, struct err *err)
{
    struct statx status;
    bool is_immutable;

    if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) != 0)
        return false;
    is_immutable = status.stx_attributes & STATX_ATTR_IMMUTABLE;
    if (!is_immutable && !(status.stx_attributes & STATX_ATTR_APPEND))
        return false;
    err_set(err, ERR_SYSTEM,
            "'%s' is %s (chattr +%c), as malware makes files to stay: `chattr -ia` it, and try "
            "again",
            path, is_immutable ? "immutable" : "append-only", is_immutable ? 'i' : 'a');
    return true;
}
