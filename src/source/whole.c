#include "source/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
fail(struct err *err, const char *doing, const char *path)
{
    int error = errno;

    err_set(err, ERR_SYSTEM, "%s %s: %s", doing, path, strerror(error));
    errno = error;
    return false;
}

/* Reads until the end or `room` bytes; -1: an error. */
static ssize_t
read_all(int fd, char *data, size_t room)
{
    size_t len = 0;

    while (len < room) {
        ssize_t got = read(fd, data + len, room - len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        len += (size_t)got;
    }
    return (ssize_t)len;
}

bool
whole_read(const char *path, size_t bytes_max, struct arena *arena, struct str *ret_text,
           struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    size_t room;
    char *data;
    ssize_t len;

    if (fd < 0)
        return fail(err, "cannot open", path);
    room =
        fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && (uintmax_t)status.st_size < bytes_max
            ? (size_t)status.st_size + 2
            : bytes_max + 2;
    data = arena_array(arena, room, 1);
    errno = data ? 0 : ENOMEM;
    len = data ? read_all(fd, data, room - 1) : -1;
    if (len >= 0 && (size_t)len > bytes_max) {
        errno = EFBIG;
        len = -1;
    }
    if (len < 0) {
        int error = errno;

        (void)close(fd);
        errno = error;
        return fail(err, "cannot read", path);
    }
    (void)close(fd);
    *ret_text = (struct str){data, (size_t)len};
    return true;
}

static bool
write_all(int fd, struct str text)
{
    while (text.len) {
        ssize_t put = write(fd, text.data, text.len);

        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0)
            text = str_from(text, (size_t)put);
    }
    return true;
}

/* A device or a pipe is written into; a draft that takes its place would do away with it. */
static bool
write_into(const char *path, struct str text, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool is_written;

    if (fd < 0)
        return fail(err, "cannot write", path);
    is_written = write_all(fd, text) || fail(err, "cannot write", path);
    (void)close(fd);
    return is_written;
}

/* A whole file or none: a draft beside it is renamed. */
static bool
replace(const char *path, struct str text, struct err *err)
{
    char draft[PATH_MAX];
    mode_t mask = umask(0);
    bool is_written;
    int fd;

    (void)umask(mask);
    if (snprintf(draft, sizeof(draft), "%s.XXXXXX", path) >= (int)sizeof(draft)) {
        errno = ENAMETOOLONG;
        return fail(err, "cannot write", path);
    }
    fd = mkstemp(draft);
    if (fd < 0)
        return fail(err, "cannot write", path);
    is_written = write_all(fd, text) && fchmod(fd, 0666 & ~mask) == 0 && fsync(fd) == 0;
    if (close(fd) < 0)
        is_written = false;
    if (!is_written || rename(draft, path) < 0) {
        (void)fail(err, "cannot write", path);
        (void)unlink(draft);
        return false;
    }
    return true;
}

bool
whole_write(const char *path, struct str text, struct err *err)
{
    char real[PATH_MAX];
    struct stat status;

    if (stat(path, &status) < 0)
        return replace(path, text, err);
    if (!S_ISREG(status.st_mode))
        return write_into(path, text, err);
    return replace(realpath(path, real) ? real : path, text, err);
}
