#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/apply_parts.h"

/* Where others may write, they may put a link of their own in the file's place. */
static bool
is_guarded(int folder)
{
    struct stat status;

    if (fstat(folder, &status) < 0)
        return false;
    if (status.st_uid != 0 && status.st_uid != geteuid())
        return false;
    return (status.st_mode & (S_IWGRP | S_IWOTH)) == 0 || (status.st_mode & S_ISVTX);
}

/* Each folder up to the root. */
static bool
is_guarded_way(int folder, struct err *err, const char *path)
{
    int at = dup(folder);
    bool is_good = at >= 0;

    for (int depth = 0; is_good && depth < PATH_MAX; depth++) {
        struct stat here, above;
        int next = openat(at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        is_good = next >= 0 && is_guarded(at) && fstat(at, &here) == 0 && fstat(next, &above) == 0;
        (void)close(at);
        at = next;
        if (is_good && here.st_ino == above.st_ino && here.st_dev == above.st_dev)
            break;
    }
    if (at >= 0)
        (void)close(at);
    return is_good || err_set(err, ERR_SYSTEM,
                              "others than root may write to a folder on the way to %s: nothing is "
                              "safe there",
                              path);
}

bool
apply_open_place(struct str path, struct place *ret_place, struct err *err)
{
    struct place place = PLACE_EMPTY;
    char copy[PATH_MAX];

    if (path.len < 2 || path.len >= sizeof(copy) || path.data[0] != '/' ||
        str_index(path, '\0') < path.len)
        return err_set(err, ERR_SYNTAX, "'" STR_FMT "' is no absolute path", STR_ARG(path));
    memcpy(copy, path.data, path.len);
    copy[path.len] = '\0';
    if (!place_open(copy, &place, err))
        return false;
    if (!is_guarded_way(place.folder, err, copy)) {
        place_done(&place);
        return false;
    }
    *ret_place = place;
    return true;
}

unsigned
apply_kept_names(const struct place *place, uint64_t inode)
{
    int fd = openat(place->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    unsigned count = 0;

    if (fd >= 0 && !folder)
        (void)close(fd);
    while (folder && (entry = readdir(folder))) {
        struct str name = str_from_cstr(entry->d_name);

        if (str_skip(&name, str_from_cstr(place->name)) && str_starts(name, STR(".weir-")) &&
            entry->d_ino == inode)
            count++;
    }
    if (folder)
        (void)closedir(folder);
    return count;
}
